"""Implementations of a protocol, found by name: each is one file in a folder of the package.

A further suggester, sentence splitter or format is a further file with a function `load`, which returns it.
Settings and the command line offer it by the name of its file, and it is imported when it is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from annotate.errors import UsageError

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Registry:
    """The implementations in a folder of the package.

    Attributes:
        noun: what one of them is called in messages.
        folder: where they are, such as `article/suggest/suggesters`.
        default: the name of the one that is used unless another one is chosen; empty where none is.
    """

    noun: str
    folder: str
    default: str = ""

    def names(self) -> tuple[str, ...]:
        """Return all names, the default first."""
        names = {file.stem for file in (PACKAGE / self.folder).glob("[!_]*.py")}
        return (*filter(None, [self.default]), *sorted(names - {self.default}))

    def load(self, name: str) -> Any:
        """Return the implementation of a name.

        Raises:
            UsageError: if there is none of this name.
        """
        if name not in self.names():
            raise UsageError(f"there is no {self.noun} {name!r}: choose one of {', '.join(self.names())}")
        return import_module(f"annotate.{self.folder.replace('/', '.')}.{name}").load()


SUGGESTERS = Registry("suggester", "article/suggest/suggesters", default="vectors")
SENTENCE_SPLITTERS = Registry("sentence splitter", "article/nlp/splitters", default="sentencex")
EXPORT_FORMATS = Registry("format of a report", "report/formats/exporters")
IMPORT_FORMATS = Registry("format of labels", "report/formats/importers")
