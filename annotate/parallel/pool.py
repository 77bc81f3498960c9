"""Processes that work on one thing at a time: a slow one is ended, a dead one replaced, the rest goes on.

A pool of the standard library falls as a whole when one of its processes is killed, and so does Pebble's when
an idle one is; neither starts inside a Dask worker. Here each process is a program of its own with its own
pipe, looked after by one thread: what is killed holds no lock and takes nothing with it.
"""

from __future__ import annotations

import faulthandler
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from annotate.errors import AnnotateError

Thing = TypeVar("Thing")
Result = TypeVar("Result")

#: Each process is one worker: its libraries are to start no threads beside it.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
START = 300.0  # seconds in which a process has to load what it needs
STILLBORN = 3  # processes that end in a row before they are ready: more will
GRACE = 30.0  # seconds after the limit at which a process ends itself, should nobody have done so
PROGRAM = "import sys; sys.path[:] = {path!r}; from {module} import serve; serve({pipe})"


class Lost(NamedTuple):
    """What stands in the place of a result: the thing took too long, or processes died on it."""

    why: Literal["late", "died"]


@dataclass(eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Connection
    ready: bool = False

    def is_up(self) -> bool:
        """Return whether the process takes things, waiting until it has begun.

        Raises:
            AnnotateError: where it does not begin in time; whatever else its beginning raises.
        """
        if self.ready:
            return self.process.poll() is None
        try:
            if not self.pipe.poll(START):
                raise AnnotateError(f"a worker was not ready after {START:.0f} s: try fewer --workers")
            _, error = self.pipe.recv()
        except (EOFError, OSError):
            return False
        if error is not None:
            raise error
        self.ready = True
        return True

    def answer(self, thing: Any, limit: float | None) -> tuple[Any, Exception | None] | Lost:
        """Return what the task returns for a thing and what it raises, or that it is lost."""
        try:
            self.pipe.send(thing)
            return self.pipe.recv() if self.pipe.poll(limit) else Lost("late")
        except (EOFError, OSError):
            return Lost("died")

    def end(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.wait()
        self.pipe.close()
        if self.process.stdin:
            self.process.stdin.close()


class Pool(Generic[Thing, Result]):
    """Processes that work through things, one pool for any number of runs, one at a time; used in a `with`.

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
        self._limit, self._tries = limit or None, tries
        self._threads = ThreadPoolExecutor(workers)
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._stillborn = 0

    def __enter__(self) -> Pool[Thing, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        self._end_run()
        self._threads.shutdown(cancel_futures=True)
        while self._idle:
            self._idle.pop().end()

    def processes(self) -> list[int]:
        """Return the numbers of the processes that run now."""
        with self._lock:
            return [worker.process.pid for worker in (*self._idle, *self._busy)]

    def run(self, things: Iterable[Thing], *, ahead: int) -> Iterator[tuple[Thing, Result | Lost]]:
        """Work through things; at most `ahead` are read before the first whose result is not taken yet.

        Yields:
            Each thing with its result, or what stands in its place, in the order in which they came.

        Raises:
            AnnotateError: where no process comes up; whatever else the task raises.
        """
        self._stop = stop = threading.Event()
        waiting: deque[tuple[Thing, Future[Result | Lost]]] = deque()
        try:
            for thing in things:
                waiting.append((thing, self._threads.submit(self._result, thing, stop)))
                while waiting and (len(waiting) >= ahead or waiting[0][1].done()):
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            for _, future in waiting:
                future.cancel()
            self._end_run()

    def _end_run(self) -> None:
        """End the processes that are at work; their threads put them away."""
        self._stop.set()
        with self._lock:
            for worker in self._busy:
                worker.process.kill()

    def _result(self, thing: Thing, stop: threading.Event) -> Result | Lost:
        """Have processes work on a thing, one after the other as they die on it."""
        for _ in range(self._tries):
            worker = self._taken(stop)
            if worker is None:
                break
            answer: tuple[Any, Exception | None] | Lost = Lost("died")
            try:
                answer = worker.answer(thing, self._limit)
            finally:
                self._put_back(worker, usable=not isinstance(answer, Lost))
            if not isinstance(answer, Lost):
                value, error = answer
                if error is not None:
                    raise error
                result: Result = value
                return result
            if answer.why == "late":
                return answer
        return Lost("died")

    def _taken(self, stop: threading.Event) -> _Worker | None:
        """Return a process that is ready, a new one where none is idle; `None` once the run is over."""
        while True:
            with self._lock:
                if stop.is_set():
                    return None
                worker = self._idle.pop() if self._idle else _started(self._order)
                self._busy.add(worker)
            is_new, is_up = not worker.ready, False
            try:
                is_up = worker.is_up()
            finally:
                if not is_up:
                    self._put_back(worker, usable=False)
            if is_up:
                self._stillborn = 0
                return worker
            self._stillborn += is_new and not stop.is_set()
            if self._stillborn >= STILLBORN:
                raise AnnotateError(
                    "workers end before they have begun (out of memory?): try fewer --workers"
                )

    def _put_back(self, worker: _Worker, *, usable: bool) -> None:
        if not usable:
            worker.end()
        with self._lock:
            self._busy.remove(worker)
            if usable:
                self._idle.append(worker)


def _started(order: tuple[Any, ...]) -> _Worker:
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", PROGRAM.format(path=sys.path, module=__name__, pipe=theirs.fileno())],
            stdin=subprocess.PIPE,  # never written to: it ends when this process does
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=os.environ | ONE_THREAD,
            start_new_session=True,  # Ctrl-C ends the command, which then ends its workers
        )
    worker = _Worker(process, ours)
    try:
        ours.send(order)
    except BrokenPipeError:
        pass  # it is dead already, which is heard of soon
    except BaseException:
        worker.end()
        raise
    return worker


def serve(pipe: int) -> None:
    """Work in a process of a pool until the other end of the pipe is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with Connection(pipe) as parent:
        try:
            task, begin, limit = parent.recv()
            begin()
        except Exception as error:
            _send(parent, None, error)
            return
        _send(parent, None, None)
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
                _send(parent, value, wrong)


def _send(parent: Connection, value: Any, error: Exception | None) -> None:
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
