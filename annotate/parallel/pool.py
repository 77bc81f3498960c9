"""Processes that work on one thing at a time: a slow one is ended, a dead one replaced, the rest goes on.

A pool of the standard library (or loky's) falls as a whole when one of its processes is killed, cannot tell
which thing it died on, and cannot end one that is late. Here each process has a line of its own to this one,
so whatever is killed holds no lock and takes nothing with it.
"""

from __future__ import annotations

import faulthandler
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from annotate.errors import AnnotateError

Thing = TypeVar("Thing")
Result = TypeVar("Result")

#: Each process is one worker: its libraries are to start no threads beside it.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
START = 300.0  # seconds in which a process has to load what it needs
STILLBORN = 3  # processes that end in a row before they are ready: more will
GRACE = 30.0  # seconds after the limit at which a process ends itself, should nobody have done so
PROGRAM = "import sys; sys.path[:] = {path!r}; from annotate.parallel.pool import serve; serve({line})"


class Lost(NamedTuple):
    """What stands in the place of a result: the thing took too long, or processes died on it."""

    why: Literal["late", "died"]


@dataclass(eq=False)
class _Job(Generic[Thing]):
    index: int
    thing: Thing
    deaths: int = 0


@dataclass(eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    line: Connection
    until: float
    ready: bool = False
    job: _Job[Any] | None = None

    def end(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.wait()
        self.line.close()
        if self.process.stdin:
            self.process.stdin.close()


class Pool(Generic[Thing, Result]):
    """Processes that work through things, one pool for any number of runs; to be used in a `with`.

    Args:
        task: what is done with each thing; a function that a process can import.
        workers: processes at most; they start when there is something to do.
        begin: called in each process before its first thing.
        limit: seconds that one thing may take, loading not counted; none where it is 0.
        tries: processes that may die on a thing before it is lost.
    """

    def __init__(
        self,
        task: Callable[[Thing], Result],
        *,
        workers: int,
        begin: Callable[[], object],
        limit: float = 0,
        tries: int = 2,
    ) -> None:
        self._order = (task, begin, limit)
        self._count, self._limit, self._tries = workers, limit or float("inf"), tries
        self._workers: list[_Worker] = []
        self._stillborn = 0

    def __enter__(self) -> Pool[Thing, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        while self._workers:
            self._workers.pop().end()

    def processes(self) -> list[int]:
        """Return the numbers of the processes that run now."""
        return [worker.process.pid for worker in self._workers]

    def run(self, things: Iterable[Thing], *, ahead: int) -> Iterator[tuple[Thing, Result | Lost]]:
        """Work through things; at most `ahead` are read before the first whose result is not taken yet.

        Yields:
            Each thing with its result, or what stands in its place, in the order in which they came.

        Raises:
            AnnotateError: where no process comes up; whatever else the task raises.
        """
        coming = enumerate(things)
        queue: deque[_Job[Thing]] = deque()
        done: dict[int, tuple[Thing, Result | Lost]] = {}
        turn = read = 0
        try:
            while True:
                while turn in done:
                    yield done.pop(turn)
                    turn += 1
                free = self._count - self._busy()
                while len(queue) < free and read < turn + ahead and (job := next(coming, None)) is not None:
                    queue.append(_Job(*job))
                    read += 1
                self._hand_out(queue)
                if not queue and not self._busy():
                    return
                self._hear(queue, done)
        finally:
            self._drop([worker for worker in self._workers if worker.job])

    def _busy(self) -> int:
        return sum(worker.job is not None for worker in self._workers)

    def _hand_out(self, queue: deque[_Job[Thing]]) -> None:
        while len(self._workers) < min(self._count, self._busy() + len(queue)):
            self._workers.append(_started(self._order))
        for worker in [each for each in self._workers if each.ready and each.job is None]:
            if not queue:
                return
            try:
                worker.line.send(queue[0].thing)
            except OSError:  # it was ended while it had nothing to do
                self._drop([worker])
                continue
            worker.job, worker.until = queue.popleft(), time.monotonic() + self._limit

    def _hear(self, queue: deque[_Job[Thing]], done: dict[int, tuple[Thing, Result | Lost]]) -> None:
        """Wait until a process says something, dies, or is late."""
        heeded = {worker.line: worker for worker in self._workers if worker.job or not worker.ready}
        left = min((worker.until for worker in heeded.values()), default=0.0) - time.monotonic()
        for line in wait(list(heeded), None if left == float("inf") else max(0.0, left)):
            worker = heeded[line]  # type: ignore[index]
            try:
                value, error = worker.line.recv()
            except (EOFError, OSError):
                self._died(worker, queue, done)
                continue
            if error is not None:
                raise error
            if worker.job:
                done[worker.job.index] = (worker.job.thing, value)
            worker.ready, worker.job, self._stillborn = True, None, 0
        for worker in heeded.values():
            if (
                worker in self._workers
                and worker.until < time.monotonic()
                and (worker.job or not worker.ready)
            ):
                self._late(worker, done)

    def _died(
        self, worker: _Worker, queue: deque[_Job[Thing]], done: dict[int, tuple[Thing, Result | Lost]]
    ) -> None:
        self._drop([worker])
        if job := worker.job:
            job.deaths += 1
            if job.deaths < self._tries:
                queue.appendleft(job)
            else:
                done[job.index] = (job.thing, Lost("died"))
            return
        self._stillborn += 1
        if self._stillborn >= STILLBORN:
            raise AnnotateError("workers end before they have begun (out of memory?): try fewer --workers")

    def _late(self, worker: _Worker, done: dict[int, tuple[Thing, Result | Lost]]) -> None:
        self._drop([worker])
        if worker.job is None:
            raise AnnotateError(f"a worker was not ready after {START:.0f} s: try fewer --workers")
        done[worker.job.index] = (worker.job.thing, Lost("late"))

    def _drop(self, workers: list[_Worker]) -> None:
        for worker in workers:
            self._workers.remove(worker)
            worker.end()


def _started(order: tuple[Any, ...]) -> _Worker:
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", PROGRAM.format(path=sys.path, line=theirs.fileno())],
            stdin=subprocess.PIPE,  # never written to: it ends when this process does
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=os.environ | ONE_THREAD,
            start_new_session=True,  # Ctrl-C ends the command, which then ends its workers
        )
    worker = _Worker(process, ours, time.monotonic() + START)
    try:
        ours.send(order)
    except BrokenPipeError:
        pass  # it is dead already, which is heard of soon
    except BaseException:
        worker.end()
        raise
    return worker


def serve(line: int) -> None:
    """Work in a process of a pool until the other end of the line is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with Connection(line) as parent:
        try:
            task, begin, limit = parent.recv()
            begin()
        except Exception as error:
            _tell(parent, None, error)
            return
        _tell(parent, None, None)
        with open(os.devnull, "w") as nowhere:
            while True:
                try:
                    thing = parent.recv()
                except (EOFError, OSError):
                    return
                if limit:
                    faulthandler.dump_traceback_later(limit + GRACE, exit=True, file=nowhere)
                value: Any = None
                wrong: Exception | None = None
                try:
                    value = task(thing)
                except Exception as error:
                    wrong = error
                faulthandler.cancel_dump_traceback_later()
                _tell(parent, value, wrong)


def _tell(parent: Connection, value: Any, error: Exception | None) -> None:
    try:
        parent.send((value, error))
    except OSError:
        os._exit(1)  # nobody is left to hear it
    except Exception as why:  # what cannot be sent
        parent.send((None, AnnotateError(f"{type(error or why).__name__}: {error or why}")))


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(1):
        pass
    os._exit(1)
