"""Many articles at once: on all cores, in the order in which they came, with few of them in memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain

from annotate.article.nlp import choose_splitter, splitter_name
from annotate.article.pipeline import extract
from annotate.article.reading import text_blocks
from annotate.article.suggest import Suggester, suggester, use
from annotate.errors import AnnotateError
from annotate.model import Article, Claim, Skip
from annotate.parallel import Lost, Pool

Extracted = tuple[Article, list[Claim], list[Skip]]

#: Characters from which on further processes pay: each takes some seconds to load the language model.
WORTH_IT = 200_000
AHEAD = 3  # articles a worker that are read before their turn
#: What a process breaks up first, so that everything is loaded.
READY = "The council met on Monday. The mayor said that it was a pity."


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def extract_many(articles: Iterable[Article], *, workers: int | None = None) -> Iterator[Extracted]:
    """Break articles into claims and skips, on several cores where there is enough to do.

    Args:
        articles: read while the first ones are being broken up.
        workers: processes; by default one for each core.

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
    with Pool(
        _extracted, workers=workers, begin=partial(begin, suggester(), splitter_name()), tries=1
    ) as pool:
        for _, extracted in pool.run(articles, ahead=AHEAD * workers):
            if isinstance(extracted, Lost):
                raise AnnotateError(
                    "a worker was ended from outside (out of memory?): try --workers 1, or fewer articles"
                )
            yield extracted


def begin(chosen: Suggester, splitter: str) -> None:
    """Make a process of a pool ready: it works as the command does, all loaded."""
    use(chosen)
    choose_splitter(splitter)
    extract(Article("ready", READY, text_blocks(READY)))


def _extracted(article: Article) -> Extracted:
    return (article, *extract(article))
