"""A Dask cluster that somebody runs: connected, asked, waited for. What fails there is one of our errors."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from annotate.errors import AnnotateError, Unreachable, UsageError

CONNECT = 5.0  # seconds in which the scheduler has to answer
PATIENCE = 60.0  # seconds that a cluster may be without a worker
LOOK = 2.0  # seconds between two looks at whether it has one
POLL = 0.02  # seconds between two looks at whether an answer is there

ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://\S+:\d+")


@contextmanager
def connected(address: str, *, patience: float = PATIENCE) -> Iterator[Cluster]:
    """Connect to a cluster by the address of its scheduler, as tcp://host:8786.

    Args:
        address: of the scheduler.
        patience: seconds that the cluster may be without a worker.

    Raises:
        UsageError: where the address is none, or the extra `claimdesk[dask]` is missing.
        Unreachable: where no scheduler answers.
    """
    client = _client(address)
    try:
        yield Cluster(client, address, patience)
    finally:
        with suppress(Exception):
            client.close(timeout=2)


def _client(address: str) -> Any:
    if not ADDRESS.fullmatch(address):
        raise UsageError(f"--dask {address}: is not the address of a scheduler: write it as tcp://host:8786")
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
        raise Unreachable(
            f"no Dask scheduler answers at {address}: start it, or correct the address"
        ) from error


@dataclass(frozen=True)
class Cluster:
    """A connected cluster: its client, its address, and the seconds it may be without a worker."""

    client: Any
    address: str
    patience: float

    def submit(self, task: Callable[..., Any], *given: Any) -> Any:
        """Send a task out, and give the future of what it answers. Raises `Unreachable`."""
        return self._asked(lambda: self.client.submit(task, *given, pure=False))

    def threads(self) -> int:
        """Return how many tasks the cluster can work on at once; 0 where it does not answer."""
        try:
            workers = self.client.scheduler_info(n_workers=-1)["workers"]
        except Exception:
            return 0
        return sum(int(worker["nthreads"]) for worker in workers.values())

    def failure(self, future: Any) -> BaseException | None:
        """Wait for an answer as long as there is somebody to give it, and give what a worker raised instead.

        Raises:
            Unreachable: where the cluster went away.
        """
        heard = looked = time.monotonic()
        while future.status == "pending":
            time.sleep(POLL)
            if time.monotonic() - looked < LOOK:
                continue
            looked = time.monotonic()
            if self.threads():
                heard = looked
            elif looked - heard > self.patience:
                raise self._gone()
        if future.status == "error":
            error: BaseException = future.exception()
            return error
        if future.status != "finished":
            raise self._gone()
        return None

    def answer(self, future: Any) -> Any:
        """Return what a future that did not fail holds. Raises `Unreachable`."""
        return self._asked(lambda: future.result(timeout=self.patience))

    def fault(self, error: BaseException) -> AnnotateError:
        """Return what a worker raised as an error for a person."""
        if isinstance(error, AnnotateError):
            return error
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return AnnotateError(f"a worker of {self.address} failed ({reason}): is the same claimdesk there?")

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """Ask the cluster something; whatever its transport makes of a failure, it went away."""
        try:
            return ask()
        except Exception as error:
            raise self._gone() from error

    def _gone(self) -> Unreachable:
        why = f"the Dask cluster at {self.address} went away"
        return Unreachable(f"{why}: what is written stays; start it and run the same command again")
