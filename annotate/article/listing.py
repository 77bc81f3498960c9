"""The articles of an archive, named one after the other before they are read: of folders and of lists."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from annotate.article.addresses import is_address
from annotate.article.ids import address_id, article_id
from annotate.article.read import FOLDER_ENDINGS, STANDARD_INPUT
from annotate.errors import BadInput, UsageError


class Listed(NamedTuple):
    """An article that is to be read: its path or address, and the name that its id is made of.

    `refused` says why it must not be read; most are empty.
    """

    where: str
    name: str
    refused: str = ""

    @property
    def article_id(self) -> str:
        """The id that the article has once it is read."""
        return address_id(self.where) if is_address(self.where) else article_id(self.name)


def listed(sources: Iterable[str], *, lists: Iterable[str] = ()) -> Iterator[Listed]:
    """Name the articles of files, folders, addresses and lists, in an order that is always the same.

    A folder gives those in it and below, by name; a list those of its lines, a path or an address each. A
    path in a list counts from where the command is run, and its article is named after the whole of it, as
    below a folder.

    Raises:
        BadInput: where a folder holds no article, a list none or cannot be read.
        UsageError: for standard input, which cannot be read twice.
    """
    for source in sources:
        if source == STANDARD_INPUT:
            raise UsageError("- cannot stand for an archive: name files, folders, addresses or a --list")
        if not is_address(source) and Path(source).is_dir():
            yield from _not_none(_below(Path(source)), f"{source}: no article in this folder")
        else:
            yield Listed(source, Path(source).stem)
    for file in lists:
        yield from _not_none(_lines(file), f"{file}: names no article")


def _not_none(found: Iterator[Listed], why: str) -> Iterator[Listed]:
    first = next(found, None)
    if first is None:
        raise BadInput(f"{why}: it needs .txt, .md or .html files")
    yield first
    yield from found


def _below(folder: Path) -> Iterator[Listed]:
    """Give the articles below a folder in the order of their paths, with one folder in memory at a time."""
    for path in _walked(str(folder)):
        within = os.path.relpath(path, folder)
        yield Listed(path, os.path.splitext(within)[0])


def _walked(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in found)
    except OSError as error:
        raise BadInput(f"{folder}: cannot be read ({error.strerror}): check the folder") from error
    for name, is_folder in entries:
        path = os.path.join(folder, name)
        if is_folder:
            yield from _walked(path)
        elif os.path.splitext(name)[1].lower() in FOLDER_ENDINGS and os.path.isfile(path):
            yield path


def _lines(file: str) -> Iterator[Listed]:
    try:
        with open(file, encoding="utf-8-sig", errors="surrogateescape") as lines:
            for line in lines:
                where = line.strip()
                if where:
                    yield Listed(where, os.path.splitext(os.path.normpath(where))[0].lstrip("./"))
    except OSError as error:
        raise BadInput(f"{file}: cannot be read ({error.strerror}): check the list") from error
