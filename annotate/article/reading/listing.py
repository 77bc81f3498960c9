"""Articles of files, folders, addresses and lists, named one after the other before they are read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from annotate.article.ids import address_id, article_id, path_names
from annotate.article.reading.addresses import is_address
from annotate.article.reading.feeds import Refuse
from annotate.article.reading.files import (
    FOLDER_ENDINGS,
    STANDARD_INPUT,
    contents_of,
    read_article,
    read_listed,
)
from annotate.errors import BadInput, UsageError
from annotate.model import Article

#: The endings of articles, for messages.
ENDINGS = ".txt, .md, .html, .docx, .pdf, .srt or .vtt"


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


def read_articles(
    sources: Iterable[str], *, allow_private: bool = False, refuse: Refuse | None = None
) -> Iterator[Article]:
    """Read articles one after the other, each once; a folder gives those in it and below, by name.

    Args:
        sources: files, folders, addresses, or `-` for the standard input.
        allow_private: read addresses in the own network too.
        refuse: receives the error of each source that cannot be read, and the others are read; by default
            the first one is raised.

    Raises:
        BadInput: as `read_article`; where a folder holds no article; where two in one folder have one id.
    """
    taken: dict[str, str] = {}
    read: set[str] = set()
    for each in _named_or_refused(sources, refuse):
        try:
            article = _read_once(each, read, taken, allow_private)
        except BadInput as error:
            _refused(error, refuse)
            continue
        if article is not None:
            yield article


def _named_or_refused(sources: Iterable[str], refuse: Refuse | None) -> Iterator[Listed]:
    for source in sources:
        try:
            yield from _named([source], here=os.getcwd())
        except BadInput as error:
            _refused(error, refuse)


def _read_once(each: Listed, read: set[str], taken: dict[str, str], allow_private: bool) -> Article | None:
    """Read an article, but not where its path, or the address that it redirects to, was read before."""
    if each.where == STANDARD_INPUT:
        return read_article(STANDARD_INPUT)
    if (path := _whole(each.where)) in read:
        return None
    read.add(path)
    article = read_one(apart(each, taken), allow_private=allow_private)
    if article.address and article.address != each.where:
        if article.address in read:
            return None
        read.add(article.address)
    return article


def _refused(error: BadInput, refuse: Refuse | None) -> None:
    if refuse is None:
        raise error
    refuse(error)


def listed(sources: Iterable[str], *, lists: Iterable[str] = ()) -> Iterator[Listed]:
    """Name the articles of files, folders, addresses and lists, in an order that is always the same.

    A folder gives those in it and below, by name; a list those of its lines, a path or an address each. A
    path counts from where the command is run, and its article is named after the whole of it; that of an
    absolute path after the folder and what is below, wherever the command is run. In a list each line names
    the whole.

    Raises:
        BadInput: where a folder holds no article, a list none or cannot be read.
        UsageError: for standard input, which cannot be read twice.
    """
    for each in _named(sources, here=None):
        if each.where == STANDARD_INPUT:
            raise UsageError("- cannot stand for an archive: name files, folders, addresses or a --list")
        yield each
    for file in lists:
        yield from _not_none(_lines(file), f"{file}: names no article")


def apart(each: Listed, taken: dict[str, str]) -> Listed:
    """Return an article under a name that gives it an id of its own, longer than it was where need be.

    Args:
        each: the article.
        taken: where the articles are that have an id, by id; this one is written down there.

    Returns:
        The article, refused where another one has its id and stands in the same folder.
    """
    path, _ = os.path.splitext(_whole(each.where))
    other = taken.get(each.article_id, "")
    alone = os.path.isabs(path) and os.path.dirname(_whole(other)) != os.path.dirname(path)
    longer = path_names(path, least=each.name.count("/") + 2) if other and alone else ()
    for name in (each.name, *longer):
        own = each._replace(name=name)
        if own.article_id not in taken:
            taken[own.article_id] = each.where
            return own
    fix = "read it by itself" if is_address(each.where) else "rename one of them"
    why = f"{each.where}: has the same id as {other} ({each.article_id}): {fix}"
    return each._replace(refused=why)


def _whole(where: str) -> str:
    """Return the whole path of a file; an address as it is."""
    return where if is_address(where) else os.path.abspath(where)


def _named(sources: Iterable[str], *, here: str | None) -> Iterator[Listed]:
    """Name the articles of sources; absolute paths count from the folder `here` too, where one is given."""
    for source in sources:
        below = here or (None if os.path.isabs(source) else os.getcwd())
        path = os.path.abspath(source)
        if source == STANDARD_INPUT or is_address(source):
            yield Listed(source, "")
        elif os.path.isdir(source):
            name = next(path_names(path, below=below))
            yield from _not_none(_below(source, name), f"{source}: no article in this folder")
        else:
            yield Listed(source, next(path_names(os.path.splitext(path)[0], below=below, least=2)))


def _not_none(articles: Iterator[Listed], why: str) -> Iterator[Listed]:
    first = next(articles, None)
    if first is None:
        raise BadInput(f"{why}: it needs {ENDINGS} files")
    yield first
    yield from articles


def _below(folder: str, name: str) -> Iterator[Listed]:
    """Return the articles below a folder in the order of their paths, with one folder in memory at a time."""
    for path in _walked(folder):
        within = os.path.relpath(path, folder)
        yield Listed(path, os.path.join(name, os.path.splitext(within)[0]))


def _walked(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as content:
            entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in content)
    except OSError as error:
        raise BadInput(f"{folder}: cannot be read ({error.strerror}): check the folder") from error
    for name, is_folder in entries:
        path = os.path.join(folder, name)
        if is_folder:
            yield from _walked(path)
        elif os.path.splitext(name)[1].lower() in FOLDER_ENDINGS and os.path.isfile(path):
            yield path


def articles_below(folder: str) -> list[Listed]:
    """Return the articles that a folder holds now, none as well, each under the id that a push gives it.

    Files that programs make beside those that a person works on are left out: hidden ones, and Word's locks.

    Raises:
        BadInput: where the folder, or one below it, cannot be read.
    """
    here, taken = os.getcwd(), dict[str, str]()
    name = next(path_names(os.path.abspath(folder), below=here))
    named = _below(folder, name)
    return [apart(each, taken) for each in named if not os.path.basename(each.where).startswith((".", "~$"))]


def read_one(each: Listed, *, allow_private: bool = False) -> Article:
    """Read an article that was named.

    Raises:
        BadInput: as `read_article`; where it must not be read.
    """
    if each.refused:
        raise BadInput(each.refused)
    content = contents_of(each.where)
    return read_listed(each.where, name=each.name, content=content, allow_private=allow_private)


def _lines(file: str) -> Iterator[Listed]:
    try:
        with open(file, encoding="utf-8-sig", errors="surrogateescape") as lines:
            for line in lines:
                where = line.strip()
                if where:
                    yield Listed(where, os.path.splitext(os.path.normpath(where))[0].lstrip("./"))
    except OSError as error:
        raise BadInput(f"{file}: cannot be read ({error.strerror}): check the list") from error
