"""A Dask cluster in the place of `map`: the function of one machine runs on many, its results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from annotate.parallel import PATIENCE, Cluster, connected

Thing = TypeVar("Thing")
Result = TypeVar("Result")
Each = Callable[[Callable[[Thing], Result], Iterable[Thing]], Iterable[Result]]

AHEAD = 32  # things that are out at once


@contextmanager
def on_cluster(address: str, *, patience: float = PATIENCE) -> Iterator[Each[Any, Any]]:
    """Return a `map` on a Dask cluster; `patience` is how many seconds it may be without a worker.

    Raises:
        UsageError: where the address is none, or the extra `claimdesk[dask]` is missing.
        Unreachable: where no scheduler answers, or the cluster goes away.
    """
    with connected(address, patience=patience) as cluster:

        def each(task: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
            left, out = iter(things), deque[Any]()
            while True:
                out.extend(cluster.submit(task, thing) for thing in islice(left, AHEAD - len(out)))
                if not out:
                    return
                yield _answer(cluster, out.popleft())

        yield each


def _answer(cluster: Cluster, future: Any) -> Any:
    error = cluster.failure(future)
    if error is not None:
        raise cluster.fault(error)
    return cluster.answer(future)
