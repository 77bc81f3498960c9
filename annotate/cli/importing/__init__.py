"""The command that imports labels of other tools."""

from annotate.cli.importing.command import import_labels

__all__ = ["import_labels"]
