"""The command line; the only place that prints."""

from annotate.cli.app import main, run

__all__ = ["main", "run"]
