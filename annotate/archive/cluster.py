"""An archive on a Dask cluster: lots of articles go out, their records come back in order.

Inside each of the cluster's workers a process of its own does the work, as on one machine: only so can an
article that takes too long be ended, and one that kills its process be set aside.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Iterator
from itertools import islice
from typing import Any

from annotate.archive.manifest import difference, made_by
from annotate.archive.work import Driver, Work
from annotate.article import Listed, Record
from annotate.errors import Conflict
from annotate.parallel import PATIENCE, Cluster, Lost, Pool, connected

LOT = 10  # articles that go out together
AHEAD = 3  # lots a thread of the cluster

Answer = tuple[dict[str, str], list[Record]]


def on_cluster(work: Work, *, address: str, patience: float = PATIENCE) -> Driver:
    """Work on a Dask cluster.

    Args:
        work: what to do.
        address: of its scheduler, as tcp://host:8786.
        patience: seconds that it may be without a worker.
    """

    def drive(articles: Iterator[Listed]) -> Generator[Record, None, None]:
        with connected(address, patience=patience) as cluster:
            yield from _Lots(cluster, work).records(articles)

    return drive


class _Lots:
    """The work that a cluster is to do, lot by lot."""

    def __init__(self, cluster: Cluster, work: Work) -> None:
        self.cluster, self.work = cluster, work
        self.made = made_by(work.chosen(), work.taught, work.sentences)

    def records(self, articles: Iterator[Listed]) -> Iterator[Record]:
        """Return the records of articles, in order."""
        out: deque[tuple[list[Listed], Any]] = deque()
        lots = iter(lambda: list(islice(articles, LOT)), [])
        for lot in lots:
            out.append((lot, self._sent(lot)))
            if len(out) >= AHEAD * max(1, self.cluster.threads()):
                yield from self._back(*out.popleft())
        while out:
            yield from self._back(*out.popleft())

    def _sent(self, lot: list[Listed]) -> Any:
        return self.cluster.submit(work_through, lot, self.work)

    def _back(self, lot: list[Listed], future: Any) -> Iterator[Record]:
        from distributed import KilledWorker  # noqa: PLC0415

        error = self.cluster.failure(future)
        if error is None:
            recipe, records = self.cluster.answer(future)
            if why := difference(recipe, self.made):
                raise Conflict(f"{self.cluster.address} has workers with {why}: install the same there")
            yield from records
        elif not isinstance(error, KilledWorker):
            raise self.cluster.fault(error) from None
        elif len(lot) == 1:
            yield self.work.recorded(lot[0], Lost("died"))
        else:
            for each in [([one], self._sent([one])) for one in lot]:
                yield from self._back(*each)


_own = threading.local()  # each thread of a Dask worker has a process to itself


def work_through(lot: list[Listed], work: Work) -> Answer:
    """Work through a lot inside a Dask worker: what it is made with, and the records in order."""
    if getattr(_own, "work", None) != work:
        if hasattr(_own, "pool"):
            _own.pool.close()
        recipe = made_by(work.chosen(), work.taught, work.sentences)
        _own.work, _own.made, _own.pool = work, recipe, work.pool(1)
    pool: Pool[Listed, Record] = _own.pool
    return _own.made, [work.recorded(each, answer) for each, answer in pool.run(lot, ahead=len(lot))]
