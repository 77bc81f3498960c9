"""The review page: a local page on which an editor decides one claim after another."""

from annotate.review.server import serve

__all__ = ["serve"]
