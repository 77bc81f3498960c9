"""Decide, claim by claim, what in an article is opinion, report or checkable fact.

An article goes one way: `annotate.article` breaks it into claims, `annotate.studio` carries them to Label
Studio and the answers back, `annotate.report` turns the answers into tables and a page.

The names below are loaded when they are first used; see docs/python.md.

>>> from annotate import extract, read_article
>>> claims, skips = extract(read_article("examples/harbour_talks.txt"))
>>> claims[0].text[:30]
'After eleven months of silence'
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotate.article import extract, read_article
    from annotate.config import load_settings
    from annotate.workflows import (
        adjudicate,
        claims_frame,
        extraction_frame,
        feedback,
        import_labels,
        judgements_frame,
        pull,
        push,
        report,
    )

__version__ = "0.1.0"
__all__ = [
    "adjudicate",
    "claims_frame",
    "extract",
    "extraction_frame",
    "feedback",
    "import_labels",
    "judgements_frame",
    "load_settings",
    "pull",
    "push",
    "read_article",
    "report",
]

#: Where the names are that are no workflows.
ROOMS = {
    "extract": "annotate.article",
    "load_settings": "annotate.config",
    "read_article": "annotate.article",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'annotate' has no attribute {name!r}")
    if name == "report":
        return import_module("annotate.report")
    return getattr(import_module(ROOMS.get(name, "annotate.workflows")), name)


class _Report(ModuleType):
    """The package `annotate.report`, which can be called: `annotate.report()` writes a report."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call `annotate.workflows.report`."""
        return import_module("annotate.workflows").report(*arguments, **options)


class _Annotate(ModuleType):
    """This package: `report` is the name of a package in it and of a function of its API."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "report" and isinstance(value, ModuleType):
            value.__class__ = _Report
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Annotate
