"""An archive on a Dask cluster: lots of articles go out, their records come back in order.

Inside each of the cluster's workers a process of its own does the work, as on one machine: only so can an
article that takes too long be ended, and one that kills its process be set aside.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from annotate.archive.manifest import difference, made_by
from annotate.archive.work import Driver, Work
from annotate.article import Listed, Record
from annotate.errors import AnnotateError, Conflict, Unreachable, UsageError
from annotate.pool import Lost, Pool

LOT = 10  # articles that go out together
AHEAD = 3  # lots a thread of the cluster
CONNECT = 5.0  # seconds in which the scheduler has to answer
PATIENCE = 60.0  # seconds that a cluster may be without a worker
LOOK = 2.0  # seconds between two looks at whether it has one
POLL = 0.02  # seconds between two looks at whether an answer is there

ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://\S+:\d+")

Answer = tuple[dict[str, str], list[Record]]


def on_cluster(work: Work, *, address: str, patience: float = PATIENCE) -> Driver:
    """Work on a Dask cluster.

    Args:
        work: what to do.
        address: of its scheduler, as tcp://host:8786.
        patience: seconds that it may be without a worker.
    """

    def drive(articles: Iterator[Listed]) -> Generator[Record, None, None]:
        client = _connected(address)
        try:
            yield from _Cluster(client, work, address, patience).records(articles)
        finally:
            with suppress(Exception):
                client.close(timeout=2)

    return drive


def _connected(address: str) -> Any:
    if not ADDRESS.fullmatch(address):
        raise UsageError(f"--dask {address}: is no address of a scheduler: name it as tcp://host:8786")
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and slow
    except ImportError:
        raise UsageError("--dask needs the extra: pip install 'claimdesk[dask]'") from None
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in {"distributed", "tornado", "asyncio"}:
            logging.getLogger(name).disabled = True  # one line is said, by us
    try:
        return Client(address, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except Exception as error:  # whatever its transport makes of it
        raise Unreachable(f"no Dask scheduler answers at {address}: start it, or mend the address") from error


class _Cluster:
    """A connected cluster and the work it is to do."""

    def __init__(self, client: Any, work: Work, address: str, patience: float) -> None:
        self.client, self.work, self.address, self.patience = client, work, address, patience
        self.made = made_by(work.chosen(), work.taught)

    def records(self, articles: Iterator[Listed]) -> Iterator[Record]:
        """Give the records of articles, in order."""
        out: deque[tuple[list[Listed], Any]] = deque()
        lots = iter(lambda: list(islice(articles, LOT)), [])
        for lot in lots:
            out.append((lot, self._sent(lot)))
            if len(out) >= AHEAD * max(1, self._threads()):
                yield from self._back(*out.popleft())
        while out:
            yield from self._back(*out.popleft())

    def _threads(self) -> int:
        """Give how many articles the cluster can work on at once; 0 where it does not answer."""
        try:
            workers = self.client.scheduler_info(n_workers=-1)["workers"]
        except Exception:
            return 0
        return sum(int(worker["nthreads"]) for worker in workers.values())

    def _sent(self, lot: list[Listed]) -> Any:
        try:
            return self.client.submit(work_through, lot, self.work, pure=False)
        except Exception as error:
            raise self._gone() from error

    def _back(self, lot: list[Listed], future: Any) -> Iterator[Record]:
        from distributed import KilledWorker  # noqa: PLC0415

        self._wait(future)
        if future.status == "error":
            error = future.exception()
            if not isinstance(error, KilledWorker):
                raise self._fault(error) from None
            if len(lot) == 1:
                yield self.work.recorded(lot[0], Lost("died"))
                return
            for each in [([one], self._sent([one])) for one in lot]:
                yield from self._back(*each)
            return
        if future.status != "finished":
            raise self._gone()
        try:
            made, records = future.result(timeout=self.patience)
        except Exception as error:
            raise self._gone() from error
        if why := difference(made, self.made):
            raise Conflict(f"{self.address} has workers with {why}: install the same there")
        yield from records

    def _wait(self, future: Any) -> None:
        """Wait for an answer as long as there is somebody to give it."""
        heard = asked = time.monotonic()
        while future.status == "pending":
            time.sleep(POLL)
            if time.monotonic() - asked < LOOK:
                continue
            asked = time.monotonic()
            if self._threads():
                heard = asked
            elif asked - heard > self.patience:
                raise self._gone()

    def _gone(self) -> Unreachable:
        why = f"the Dask cluster at {self.address} went away"
        return Unreachable(f"{why}: what is done stays; start it and run the same command again")

    def _fault(self, error: Any) -> AnnotateError:
        told = " ".join(f"{type(error).__name__}: {error}".split())
        return AnnotateError(f"a worker of {self.address} failed ({told}): is the same claimdesk there?")


_own = threading.local()  # each thread of a Dask worker has a process to itself


def work_through(lot: list[Listed], work: Work) -> Answer:
    """Work through a lot inside a Dask worker: what it is made with, and the records in order."""
    if getattr(_own, "work", None) != work:
        if hasattr(_own, "pool"):
            _own.pool.close()
        made = made_by(work.chosen(), work.taught)
        _own.work, _own.made, _own.pool = work, made, work.pool(1)
    pool: Pool[Listed, Record] = _own.pool
    return _own.made, [work.recorded(each, found) for each, found in pool.run(lot, ahead=len(lot))]
