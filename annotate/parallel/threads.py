"""Calls at the same time: threads that each have a client of their own, or share one that serves many.

After a failure or a Ctrl-C no further call begins, and calls that are out are waited for, for some seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, as_completed, wait
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeVar

Client = TypeVar("Client")
Item = TypeVar("Item")
Result = TypeVar("Result")
Submit = Callable[[Item], Future[Result]]

AHEAD = 2  # items that each client has, done or not, while the first of all is waited for
ENDING = 10.0  # seconds that calls have to end in after a failure or a Ctrl-C


def map_unordered(
    clients: Sequence[Client],
    items: Iterable[Item],
    call: Callable[[Client, Item], Result],
    *,
    ending: float = ENDING,
) -> Iterator[Result]:
    """Yield `call(client, item)` for each item, in any order; with one client, in order and in this thread.

    An item is taken only when a client is free. After a failure or a Ctrl-C calls that are out are waited for
    `ending` seconds each.

    Raises:
        Exception: what the first call to fail raised.
    """
    if len(clients) == 1:
        yield from (call(clients[0], item) for item in items)
        return
    with _threads(clients, call, ending) as submit:
        pending: set[Future[Result]] = set()
        for item in items:
            if len(pending) == len(clients):
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
            pending.add(submit(item))
        yield from (future.result() for future in as_completed(pending))


def map_ordered(
    clients: Sequence[Client], items: Iterable[Item], call: Callable[[Client, Item], Result]
) -> Iterator[Result]:
    """Yield as `map_unordered` does, in the order of the items, of which `AHEAD` a client are taken ahead.

    Also with one client the next calls are made while the caller is busy with a result.
    """
    with _threads(clients, call, ENDING) as submit:
        pending: deque[Future[Result]] = deque()
        for item in items:
            if len(pending) == AHEAD * len(clients):
                yield pending.popleft().result()
            pending.append(submit(item))
        while pending:
            yield pending.popleft().result()


@contextmanager
def _threads(
    clients: Sequence[Client], call: Callable[[Client, Item], Result], ending: float
) -> Iterator[Submit[Item, Result]]:
    """Start a thread for each client; at the end calls that have not begun are left out.

    `ThreadPoolExecutor` would keep the program from ending as long as a server that hangs.
    """
    queue: SimpleQueue[tuple[Future[Result], Item] | None] = SimpleQueue()
    ended = Event()

    def work(client: Client) -> None:
        while (job := queue.get()) and not ended.is_set():
            future, item = job
            try:
                future.set_result(call(client, item))
            except BaseException as error:  # raised where the result is asked for
                future.set_exception(error)

    def submit(item: Item) -> Future[Result]:
        future: Future[Result] = Future()
        queue.put((future, item))
        return future

    threads = [Thread(target=work, args=(client,), daemon=True) for client in clients]
    try:
        for thread in threads:
            thread.start()
        yield submit
    finally:
        ended.set()
        for _ in threads:
            queue.put(None)
        for thread in threads:
            thread.join(ending)
