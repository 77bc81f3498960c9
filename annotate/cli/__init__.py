"""The command line; the only place that prints."""

from annotate.cli.app import app, main, run

__all__ = ["app", "main", "run"]
