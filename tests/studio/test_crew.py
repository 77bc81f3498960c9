"""Several clients at one work: what comes, in which order, and what a failure leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from annotate.errors import Conflict
from annotate.parallel import map_ordered, map_unordered
from annotate.parallel.threads import AHEAD
from annotate.studio import Client
from annotate.studio.api import clients_for

pytestmark = pytest.mark.studio
WAYS = [map_unordered, map_ordered]
SIZES = [1, 3]


def slower_first(client: Client, job: int) -> tuple[int, int]:
    """Ask who is asking; the first jobs take longest."""
    time.sleep(0.05 * (6 - job) if job < 6 else 0)
    return job, client.me()


def no_threads_more(before: int) -> bool:
    return threading.active_count() == before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", WAYS)
def test_each_job_is_done_once(
    owner: Client, way: Callable[..., Iterator[tuple[int, int]]], size: int
) -> None:
    before, me = threading.active_count(), owner.me()
    came = list(way(clients_for(owner, size), range(12), slower_first))
    assert sorted(came) == [(job, me) for job in range(12)]
    assert no_threads_more(before)


def test_what_comes_in_order_is_done_at_once(owner: Client) -> None:
    clients = clients_for(owner, 3)
    assert [job for job, _ in map_ordered(clients, range(12), slower_first)] == list(range(12))
    together = threading.Barrier(3)  # breaks where fewer than three are at work

    def meet(_: Client, job: int) -> int:
        together.wait(5)
        return job

    assert list(map_ordered(clients, range(6), meet)) == list(range(6))


def test_only_some_jobs_are_taken_ahead(owner: Client) -> None:
    taken = iter(range(100))
    came = map_ordered(clients_for(owner, 2), taken, lambda _, job: job)
    assert next(came) == 0
    assert next(taken) <= 2 * AHEAD + 1
    came.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("way", WAYS)
def test_a_failure_is_raised_and_ends_the_work(
    owner: Client, way: Callable[..., Iterator[int]], size: int
) -> None:
    before, begun = threading.active_count(), []

    def ask(client: Client, job: int) -> int:
        begun.append(job)
        return client.task_count(0 if job == 2 else 10**9) if job >= 2 else job

    with pytest.raises(Conflict, match="no longer has"):
        list(way(clients_for(owner, size), range(50), ask))
    assert len(begun) <= 2 + 1 + AHEAD * size
    assert no_threads_more(before)
