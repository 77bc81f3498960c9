"""Many articles at once: on all cores, in the order in which they came, with few of them in memory."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain

from annotate.article.extraction import extract
from annotate.article.suggest import Suggester, suggester, use
from annotate.errors import AnnotateError
from annotate.model import Article, Claim, Skip

Extracted = tuple[Article, list[Claim], list[Skip]]

#: Characters from which on further processes pay: each takes some seconds to load the language model.
WORTH_IT = 200_000
AHEAD = 3  # articles a worker that are read before their turn
#: Each process is one worker: its libraries are to start no threads beside it.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def cores() -> int:
    """Give how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def extract_many(articles: Iterable[Article], *, workers: int | None = None) -> Iterator[Extracted]:
    """Break articles into claims and skips, on several cores where there is enough to do.

    Args:
        articles: read while the first ones are being broken up.
        workers: processes; by default one a core.

    Yields:
        Each article with its claims and skips, in order; the same for any number of workers.

    Raises:
        AnnotateError: where a worker was ended from outside.
    """
    count = cores() if workers is None else workers
    waiting = iter(articles)
    first = _up_to(waiting, WORTH_IT if count > 1 else 0)
    if count < 2 or len(first) < 2 or sum(len(article.text) for article in first) < WORTH_IT:
        yield from map(_extracted, chain(first, waiting))
        return
    yield from _by_workers(chain(first, waiting), count)


def _up_to(articles: Iterator[Article], characters: int) -> list[Article]:
    """Take articles until they hold so many characters, or are at their end."""
    taken: list[Article] = []
    while characters > 0 and (article := next(articles, None)) is not None:
        taken.append(article)
        characters -= len(article.text)
    return taken


def _by_workers(articles: Iterator[Article], workers: int) -> Iterator[Extracted]:
    own = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)  # workers inherit it
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(suggester(),))
    pending: deque[Future[Extracted]] = deque()
    try:
        for article in articles:
            pending.append(pool.submit(_extracted, article))
            if len(pending) >= AHEAD * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool:
        raise AnnotateError(
            "a worker was ended from outside (out of memory?): try --workers 1, or fewer articles at once"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for name, value in own.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _begin(chosen: Suggester) -> None:
    """Suggest as the command does, and let Ctrl-C end the command, which then ends its workers."""
    use(chosen)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _extracted(article: Article) -> Extracted:
    return (article, *extract(article))
