"""An archive from its articles to its files: what is done is not done again, what is broken is set aside."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from filelock import FileLock, Timeout

from annotate.archive.manifest import agree, made_by, write_manifest
from annotate.archive.shards import Counts, highest, reasons, state_of, write_part
from annotate.archive.work import Driver, Work
from annotate.article import Listed, Record, apart, listed
from annotate.errors import AnnotateError, BadInput, Conflict
from annotate.report import write_csv

SET_ASIDE = "set_aside.csv"
SHARD = 250  # articles of one file

Each = TypeVar("Each")


@dataclass(frozen=True)
class Articles:
    """Which articles make an archive, by name: they are gone through twice, and never held all at once."""

    sources: tuple[str, ...]
    lists: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Listed]:
        return listed(self.sources, lists=self.lists)


@dataclass(frozen=True)
class Files:
    """Where the files stand, how many articles are in each; `again`: try what was set aside once more."""

    folder: Path
    size: int = SHARD
    again: bool = False


@dataclass
class Plan:
    """What is to be done: a key for each article, in order, and the runs of articles that are not done yet.

    `changed` counts runs that are done anew because a file in them was changed.
    """

    size: int
    keys: array[int] = field(default_factory=lambda: array("Q"))
    to_do: set[int] = field(default_factory=set)
    kept: Counts = field(default_factory=Counts)
    changed: int = 0

    @property
    def runs(self) -> int:
        """Return the number of runs of articles."""
        return -(-len(self.keys) // self.size)

    def doubled(self) -> frozenset[int]:
        """Return the keys of the ids that stand more than once."""
        keys, counts = np.unique(np.frombuffer(self.keys, dtype=np.uint64), return_counts=True)
        return frozenset(int(key) for key in keys[counts > 1])


def break_up(
    articles: Articles,
    files: Files,
    *,
    work: Work,
    driver: Driver,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Plan, Counts]:
    """Break the articles of an archive into claims, into Parquet files.

    It can be broken off at any moment and begun again: in the end the files are the same to the byte.

    Args:
        articles: which.
        files: where to; the folder is made if need be.
        work: how; what an archive was begun with it is ended with.
        driver: whose cores.
        tell: called with the number of articles done, and of all.

    Returns:
        The plan (what was done before, and what was changed since), and what there is now.

    Raises:
        Conflict: where another run is at it, or the files were made otherwise or from other articles.
        BadInput, AnnotateError: where there is no article, or a file cannot be written; what is done stays.
    """
    recipe = made_by(work.chosen(), work.taught, work.sentences) | {"articles of a file": str(files.size)}
    with _alone(files.folder):
        agree(files.folder, recipe)
        plan = _plan(articles, files)
        write_manifest(files.folder, recipe)
        counts = plan.kept
        tell(counts.articles, len(plan.keys))
        with closing(_records(articles, plan, driver)) as records:
            for number, run in records:
                counts = counts.plus(write_part(files.folder, number, run))
                tell(counts.articles, len(plan.keys))
        aside = pd.DataFrame(reasons(files.folder, plan.runs), columns=["article_id", "source", "reason"])
        write_csv(aside, files.folder / SET_ASIDE)
    return plan, counts


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise Conflict(f"another run is writing into {folder}: wait for it, or name another --out") from None
    except OSError as error:
        what = f"{error.filename or folder} cannot be written ({error.strerror})"
        raise AnnotateError(f"{what}: check free space and permissions, or name another --out") from error
    try:
        yield
    finally:
        lock.release()


def _plan(articles: Articles, files: Files) -> Plan:
    plan, folder = Plan(files.size), files.folder
    last = highest(folder)
    for number, run in enumerate(_by(files.size, articles)):
        plan.keys.extend(key_of(each) for each in run)
        state, counts, why = state_of(folder, number, run, size=files.size, again=files.again)
        if state == "other":
            raise _other(folder, why)
        if state == "grown" and number < last:
            raise _other(folder, "more of them in the middle")
        if state == "done":
            plan.kept = plan.kept.plus(counts)
        else:
            plan.to_do.add(number)
            plan.changed += state == "changed"
    if not plan.keys:
        raise BadInput("no article is named: name files, folders, addresses or a --list")
    if last >= plan.runs:
        raise _other(folder, "more of them than now")
    return plan


def _other(folder: Path, why: str) -> Conflict:
    return Conflict(f"{folder} holds the claims of other articles ({why}): name another --out, or delete it")


def key_of(article: Listed) -> int:
    """Return 64 bits that stand for an article's id."""
    content = article.article_id.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")


def _by(size: int, things: Iterable[Each]) -> Iterator[list[Each]]:
    coming = iter(things)
    while run := list(islice(coming, size)):
        yield run


def _records(
    articles: Articles, plan: Plan, driver: Driver
) -> Generator[tuple[int, list[Record]], None, None]:
    """Return the records of each run that is to be done, a run at a time."""
    with closing(driver(_to_do(articles, plan))) as records:
        for number in sorted(plan.to_do):
            count = min(plan.size, len(plan.keys) - number * plan.size)
            run = list(islice(records, count))
            if len(run) < count:
                raise _moved()
            yield number, run


def _to_do(articles: Articles, plan: Plan) -> Iterator[Listed]:
    """Name the articles that are not done yet; of several with one id, the later ones by a longer path."""
    doubled, first = plan.doubled(), dict[str, str]()
    for index, article in enumerate(articles):
        if index >= len(plan.keys) or (key := key_of(article)) != plan.keys[index]:
            raise _moved()
        own = apart(article, first) if key in doubled else article
        if index // plan.size in plan.to_do:
            yield own


def _moved() -> AnnotateError:
    return AnnotateError("articles came or went while they were read: run the same command again")
