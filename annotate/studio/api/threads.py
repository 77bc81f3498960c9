"""Several clients at one work, each in a thread of its own; a Ctrl-C waits for calls that are out."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle
from queue import SimpleQueue
from typing import Generic, TypeVar

from annotate.studio.api.client import Client

Job = TypeVar("Job")
Done = TypeVar("Done")
Told = SimpleQueue[tuple[int, list[Done], BaseException | None]]  # who did a job, and what came of it

AHEAD = 2  # jobs that each client has, done or not, while the first of all is waited for
ENDING = 10.0  # seconds that calls have to end in after a Ctrl-C


def done_by(
    clients: Sequence[Client], jobs: Iterable[Job], do: Callable[[Client, Job], Done]
) -> Iterator[Done]:
    """Do jobs and give what each comes to; with one client in turn, with more at once and in any order.

    Jobs are taken only when somebody is free. After a failure no further one is begun, and what is begun is
    waited for.

    Raises:
        Exception: what the first job to fail raised.
    """
    if len(clients) == 1:
        yield from _in_turn(clients[0], jobs, do)
        return
    told: Told[Done] = SimpleQueue()
    crew = _Crew(clients, do, [told] * len(clients))
    idle = list(range(len(clients)))
    try:
        for job in jobs:
            if not idle:
                number, done = crew.finished(told)
                idle.append(number)
                yield done
            crew.give(idle.pop(), job)
        for _ in range(len(clients) - len(idle)):
            yield crew.finished(told)[1]
    finally:
        crew.dismiss()


def done_in_order(
    clients: Sequence[Client], jobs: Iterable[Job], do: Callable[[Client, Job], Done]
) -> Iterator[Done]:
    """Do jobs and give what each comes to, as `done_by`, in their order: each client is some jobs ahead."""
    if len(clients) == 1:
        yield from _in_turn(clients[0], jobs, do)
        return
    outboxes: list[Told[Done]] = [SimpleQueue() for _ in clients]
    crew = _Crew(clients, do, outboxes)
    begun: deque[int] = deque()
    try:
        for job, number in zip(jobs, cycle(range(len(clients))), strict=False):
            if len(begun) == AHEAD * len(clients):
                yield crew.finished(outboxes[begun.popleft()])[1]
            crew.give(number, job)
            begun.append(number)
        while begun:
            yield crew.finished(outboxes[begun.popleft()])[1]
    finally:
        crew.dismiss()


def crew_of(client: Client, size: int) -> list[Client]:
    """Return so many clients of one user; the one given stays free where they are several."""
    return [client] if size == 1 else [client.another() for _ in range(size)]


def _in_turn(client: Client, jobs: Iterable[Job], do: Callable[[Client, Job], Done]) -> Iterator[Done]:
    for job in jobs:
        yield do(client, job)


class _Crew(Generic[Job, Done]):
    """Threads, one for each client, that wait for jobs, and put what these come to into their outboxes."""

    def __init__(
        self, clients: Sequence[Client], do: Callable[[Client, Job], Done], outboxes: Sequence[Told[Done]]
    ) -> None:
        self._inboxes: list[SimpleQueue[list[Job]]] = [SimpleQueue() for _ in clients]
        self._dismissed = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(number, client, do, outboxes[number]), daemon=True)
            for number, client in enumerate(clients)
        ]
        for thread in self._threads:
            thread.start()

    def give(self, number: int, job: Job) -> None:
        """Return a job to one of them."""
        self._inboxes[number].put([job])

    def finished(self, told: Told[Done]) -> tuple[int, Done]:
        """Wait for a job to be done; give who did it and what it came to."""
        number, done, failed = told.get()
        if failed:
            raise failed
        return number, done[0]

    def dismiss(self) -> None:
        """Have the threads end after what they are at, and wait for that."""
        self._dismissed.set()
        for inbox in self._inboxes:
            inbox.put([])
        for thread in self._threads:
            thread.join(ENDING)

    def _work(self, number: int, client: Client, do: Callable[[Client, Job], Done], told: Told[Done]) -> None:
        while (job := self._inboxes[number].get()) and not self._dismissed.is_set():
            try:
                told.put((number, [do(client, job[0])], None))
            except BaseException as failed:  # raised where the work was given out
                told.put((number, [], failed))
