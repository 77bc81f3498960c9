"""A Dask cluster in the place of `map`: the function of one machine runs on many, its results in order."""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, TypeVar

from annotate.errors import AnnotateError, Unreachable, UsageError

Thing = TypeVar("Thing")
Result = TypeVar("Result")
Each = Callable[[Callable[[Thing], Result], Iterable[Thing]], Iterable[Result]]

AHEAD = 32  # things that are out at once
CONNECT = 5.0  # seconds in which the scheduler has to answer
PATIENCE = 60.0  # seconds that a cluster may be without a worker
LOOK, POLL = 2.0, 0.02  # seconds between two looks at whether it has one, and whether an answer is there

ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://\S+:\d+")


@contextmanager
def on_cluster(address: str, *, patience: float = PATIENCE) -> Iterator[Each[Any, Any]]:
    """Give what does as `map` does, on a Dask cluster; `patience` are the seconds it may be without a worker.

    Raises:
        UsageError: where the address is none, or the extra `claimdesk[dask]` is missing.
        Unreachable: where no scheduler answers, or the cluster goes away.
    """
    client = _connected(address)

    def each(task: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        left, out = iter(things), deque[Any]()
        while True:
            for thing in islice(left, AHEAD - len(out)):
                out.append(_asked(lambda at=thing: client.submit(task, at, pure=False), address))  # type: ignore[misc]
            if not out:
                return
            yield _answer(client, out.popleft(), address, patience)

    try:
        yield each
    finally:
        with suppress(Exception):
            client.close(timeout=2)


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


def _asked(ask: Callable[[], Any], address: str) -> Any:
    """Ask the cluster something; whatever its transport makes of a failure, it went away."""
    try:
        return ask()
    except Exception as error:
        raise _gone(address) from error


def _answer(client: Any, future: Any, address: str, patience: float) -> Any:
    """Wait for an answer as long as there is somebody to give it."""
    heard = looked = time.monotonic()
    while future.status == "pending":
        time.sleep(POLL)
        if time.monotonic() - looked < LOOK:
            continue
        looked = time.monotonic()
        with suppress(Exception):
            if client.scheduler_info(n_workers=-1)["workers"]:
                heard = looked
        if looked - heard > patience:
            raise _gone(address)
    if future.status == "error":
        error = future.exception()
        if isinstance(error, AnnotateError):
            raise error
        told = " ".join(f"{type(error).__name__}: {error}".split())
        raise AnnotateError(f"a worker of {address} failed ({told}): is the same claimdesk there?")
    if future.status != "finished":
        raise _gone(address)
    return _asked(lambda: future.result(timeout=patience), address)


def _gone(address: str) -> Unreachable:
    return Unreachable(f"the Dask cluster at {address} went away: start it and run the same command again")
