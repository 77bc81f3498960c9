"""What is done with each article of an archive, and on whose cores: those of this machine, or of a cluster.

Either way one process works on one article at a time with the same function, and is ended where that takes
too long.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial

from annotate.article import (
    Listed,
    Record,
    aside,
    begin,
    choose,
    choose_splitter,
    record,
    splitter_name,
    suggester,
)
from annotate.parallel import Lost, Pool
from annotate.registry import SENTENCE_SPLITTERS, SUGGESTERS

#: Articles that are read before the first one that is not done yet; their claims are in memory.
AHEAD = 250

#: Takes articles and gives each one's record, in order; whatever the number of workers.
Driver = Callable[[Iterator[Listed]], Generator[Record, None, None]]


@dataclass(frozen=True)
class Work:
    """How articles are broken into claims.

    Attributes:
        choice: what suggests labels, as `choose` takes it.
        taught: what a desk taught it; empty for nothing.
        source: the file that comes from, for messages.
        sentences: what splits sentences.
        allow_private: whether addresses in the own network are read.
        limit: seconds for one article.
    """

    choice: str = SUGGESTERS.default
    taught: str = ""
    source: str = ""
    sentences: str = SENTENCE_SPLITTERS.default
    allow_private: bool = False
    limit: float = 120.0

    def chosen(self) -> str:
        """Set what splits sentences and suggests labels in this process; return the suggester's name."""
        choose_splitter(self.sentences)
        return choose(self.choice, taught=self.taught, source=self.source).name

    def pool(self, workers: int) -> Pool[Listed, Record]:
        """Return processes for this work; `chosen` was called before."""
        task = partial(record, allow_private=self.allow_private)
        return Pool(
            task, workers=workers, begin=partial(begin, suggester(), splitter_name()), limit=self.limit
        )

    def recorded(self, listed: Listed, result: Record | Lost) -> Record:
        """Return an article's record, also where processes had to be ended, or died."""
        if not isinstance(result, Lost):
            return result
        why = f"{listed.where}: took longer than {self.limit:g} s: cut it, or raise --time-limit"
        if result.why == "died":
            why = f"{listed.where}: workers died on it (out of memory?): cut it into smaller files"
        return aside(listed, why)


def on_this_machine(work: Work, workers: int) -> Driver:
    """Work with so many processes of this machine."""

    def drive(articles: Iterator[Listed]) -> Generator[Record, None, None]:
        work.chosen()
        with work.pool(workers) as pool:
            for listed, result in pool.run(articles, ahead=max(AHEAD, 2 * workers)):
                yield work.recorded(listed, result)

    return drive
