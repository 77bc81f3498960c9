"""The order in which claims go out, with what the desk knows of them."""

from annotate.workflows.order.known import OrderOf, ordered_claims, ordered_frame, refuse_sections

__all__ = ["OrderOf", "ordered_claims", "ordered_frame", "refuse_sections"]
