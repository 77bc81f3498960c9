"""Where the articles of a watch come from: a folder or a feed. A source names what is new, as steps.

A step is one article; whatever ends the program between two steps, or within one, the next run does the rest.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from annotate.article import Away, Listed, articles_below, feed_entries, read_article, read_one
from annotate.errors import BadInput
from annotate.model import Article
from annotate.workflows.watching.events import Event, Problems, Tell
from annotate.workflows.watching.state import State

FETCHED = "fetched"  # the signature of an address: what stands there is not fetched again
LONGEST_PAUSE = 6 * 3_600.0  # seconds; a server that asks for more is asked again then
MOST_DOUBLINGS = 8
QUIET = 60.0  # seconds; a file that nothing wrote for so long is whole
PAUSE = 2.0  # seconds between the first two looks at a folder


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a round, and the place whose problem it is if it fails.

    Where what stands there cannot be used, it is left alone as long as it has the same `signature`.
    """

    where: str
    run: Callable[[], None]
    signature: str = ""


#: Pushes an article that has a signature at its place.
PushOne = Callable[[Article, str, str], None]


class Source(Protocol):
    """Where articles come from. `keys` are those of the projects that they lie in before they are pushed."""

    keys: set[str]

    def look(self) -> None:
        """See what is there now; nothing is read yet."""

    def steps(self) -> Iterator[Step]:
        """Yield a step for each article that is to be pushed."""


@dataclass
class Folder:
    """The articles of a folder, each read once it is still: the same size and times at two looks.

    At the first look a file is still if nothing wrote it for `every` seconds, a minute at most, and a second
    look soon after shows the same.
    """

    folder: str
    every: float
    state: State
    push: PushOne
    problems: Problems
    tell: Tell
    is_single: bool = False
    keys: set[str] = field(default_factory=set)
    _before: dict[str, str] | None = None
    _still: list[tuple[Listed, str]] = field(default_factory=list)

    def look(self) -> None:
        """Note which files are still and not pushed as they are.

        Raises:
            BadInput: where the folder cannot be read.
        """
        self._still = []
        listed = {each.where: each for each in articles_below(self.folder)}
        now = _signatures(listed)
        if self._before is None:
            if any(not self.state.knows(*each) for each in now.items()):
                time.sleep(PAUSE)
            self._before = {
                where: each for where, each in now.items() if _age(where) >= min(self.every, QUIET)
            }
            listed = {each.where: each for each in articles_below(self.folder)}
            now = _signatures(listed)
        self.problems.over(self.folder, told="is there again")
        new = [where for where, signature in now.items() if not self.state.knows(where, signature)]
        self._still = [(listed[where], now[where]) for where in new if self._before.get(where) == now[where]]
        if self.is_single and (waiting := len(new) - len(self._still)):
            files = "file was" if waiting == 1 else "files were"
            why = f"{waiting} {files} changed just now: left for the next run"
            self.tell(Event("note", self.folder, why))
        self._before = now
        if now:  # an empty folder may be one that is not mounted
            self.state.keep_only(set(now))

    def steps(self) -> Iterator[Step]:
        """Yield a step for each file that is still."""
        for listed, signature in self._still:
            yield Step(listed.where, partial(self._read_and_push, listed, signature), signature)

    def _read_and_push(self, listed: Listed, signature: str) -> None:
        if not _signature(listed.where):  # taken away meanwhile
            return
        article = read_one(listed)
        if _signature(listed.where) == signature:  # else it is read when it is still again
            self.push(article, listed.where, signature)


def _signatures(places: dict[str, Listed]) -> dict[str, str]:
    return {where: signature for where in places if (signature := _signature(where))}


def _signature(where: str) -> str:
    """Return what changes whenever a file is written: its size and times; nothing for one that is gone."""
    try:
        status = os.stat(where)
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _age(where: str) -> float:
    """Return how many seconds ago a file was written; a file of the future is as old as it is early."""
    try:
        return abs(time.time() - os.stat(where).st_mtime)
    except OSError:
        return 0.0


@dataclass
class Feed:
    """The articles that a feed or sitemap names, each fetched once; servers that are away are given time."""

    address: str
    every: float
    allow_private: bool
    state: State
    push: PushOne
    problems: Problems
    keys: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Do nothing: a feed is fetched when its articles can be pushed."""

    def steps(self) -> Iterator[Step]:
        """Yield a step for each article that is new, the oldest first where a feed has the newest first."""
        if not self._is_due(self.address):
            return
        entries: list[str] = []
        yield Step(self.address, lambda: entries.extend(self._entries()))
        for entry in reversed(entries):
            if not self.state.knows(entry, FETCHED) and self._is_due(entry):
                yield Step(entry, partial(self._fetch_and_push, entry), FETCHED)

    def _entries(self) -> list[str]:
        refuse = partial(_refused, self.problems)
        with self._backing_off(self.address):
            entries = list(feed_entries(self.address, allow_private=self.allow_private, refuse=refuse))
        self.problems.over(self.address, told="can be read again")
        self.state.keep_only({self.address, *entries})
        return entries

    def _fetch_and_push(self, entry: str) -> None:
        with self._backing_off(entry):
            article = read_article(entry, allow_private=self.allow_private)
        self.push(article, entry, FETCHED)

    def _is_due(self, address: str) -> bool:
        _, until = self.state.pauses.get(address, (0, 0.0))
        return not 0 < until - time.time() <= LONGEST_PAUSE  # more than that: the clock went back

    @contextmanager
    def _backing_off(self, address: str) -> Iterator[None]:
        """Leave an address alone as long as its server asks for, else longer after each failure."""
        try:
            yield
        except BadInput as error:
            failures = self.state.pauses.get(address, (0, 0.0))[0] + 1
            usual = self.every * 2 ** min(failures - 1, MOST_DOUBLINGS)
            wait = error.wait if isinstance(error, Away) and error.wait else 0.0
            self.state.pauses[address] = failures, time.time() + min(max(usual, wait), LONGEST_PAUSE)
            raise
        self.state.pauses.pop(address, None)


def _refused(problems: Problems, error: BadInput) -> None:
    where, _, why = str(error).partition(": ")
    problems.say(where, why)
