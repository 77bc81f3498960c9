"""Several clients at one work, each in a thread of its own; a Ctrl-C waits for calls that are out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import SimpleQueue
from typing import Generic, TypeVar

from annotate.studio.client import Client

Job = TypeVar("Job")
Done = TypeVar("Done")

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
        for job in jobs:
            yield do(clients[0], job)
        return
    crew = _Crew(clients, do)
    try:
        for job in jobs:
            if not crew.idle:
                yield crew.finished()
            crew.give(job)
        while crew.busy:
            yield crew.finished()
    finally:
        crew.dismiss()


def crew_of(client: Client, size: int) -> list[Client]:
    """Give so many clients of one user; the one given stays free where they are several."""
    return [client] if size == 1 else [client.another() for _ in range(size)]


class _Crew(Generic[Job, Done]):
    """Threads that wait for jobs; `idle` are the numbers of those without one."""

    def __init__(self, clients: Sequence[Client], do: Callable[[Client, Job], Done]) -> None:
        self.idle = list(range(len(clients)))
        self._told: SimpleQueue[tuple[int, list[Done], BaseException | None]] = SimpleQueue()
        self._inboxes: list[SimpleQueue[list[Job]]] = [SimpleQueue() for _ in clients]
        self._threads = [
            threading.Thread(target=self._work, args=(number, client, do), daemon=True)
            for number, client in enumerate(clients)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        return len(self.idle) < len(self._threads)

    def give(self, job: Job) -> None:
        self._inboxes[self.idle.pop()].put([job])

    def finished(self) -> Done:
        """Wait for a job to be done."""
        number, done, failed = self._told.get()
        self.idle.append(number)
        if failed:
            raise failed
        return done[0]

    def dismiss(self) -> None:
        """Have the threads end after what they are at, and wait for that."""
        for inbox in self._inboxes:
            inbox.put([])
        for thread in self._threads:
            thread.join(ENDING)

    def _work(self, number: int, client: Client, do: Callable[[Client, Job], Done]) -> None:
        while job := self._inboxes[number].get():
            try:
                self._told.put((number, [do(client, job[0])], None))
            except BaseException as failed:  # raised where the work was given out
                self._told.put((number, [], failed))
