"""Many articles on several cores: the same as one after the other."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from annotate.article import batch, choose, read_article
from annotate.article.batch import AHEAD, extract_many
from annotate.article.pipeline import extract
from annotate.article.reading import text_blocks
from annotate.errors import AnnotateError
from annotate.model import Article
from annotate.parallel.pool import ONE_THREAD

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "examples" / "harbour_talks.txt"


@pytest.fixture(autouse=True)
def shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let several processes pay from a tenth of the characters on: what is asked here is not the size."""
    monkeypatch.setattr(batch, "WORTH_IT", batch.WORTH_IT // 10)


def articles(count: int, *, long: bool) -> Iterator[Article]:
    """Return articles that differ, long enough for several processes or not."""
    base = read_article(SAMPLE)
    times = batch.WORTH_IT // len(base.text) // 3 + 1 if long else 1
    for number in range(count):
        text = "\n\n".join([base.text] * times) + f"\n\nShip number {number} came in at night."
        yield Article(f"article-{number}", text, text_blocks(text))


def test_two_workers_give_what_one_gives_in_the_same_order() -> None:
    before = dict(os.environ)
    one = [(article, *extract(article)) for article in articles(5, long=True)]
    assert list(extract_many(articles(5, long=True), workers=2)) == one
    assert dict(os.environ) == before
    assert not ONE_THREAD.keys() & (os.environ.keys() - before.keys())


def test_workers_suggest_as_the_command_does() -> None:
    choose("rules")
    try:
        found = list(extract_many(articles(4, long=True), workers=2))
    finally:
        choose()
    assert {c.suggestion.model for _, claims, _ in found for c in claims if c.suggestion} == {"rules-1"}


def test_few_words_start_no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    found = list(extract_many(articles(3, long=False), workers=2))
    assert [article.article_id for article, _, _ in found] == ["article-0", "article-1", "article-2"]
    assert all(claims for _, claims, _ in found)
    assert time.monotonic() - begun < 60


def test_articles_are_read_no_further_than_needed() -> None:
    read: list[str] = []

    def watched() -> Iterator[Article]:
        for article in articles(30, long=True):
            read.append(article.article_id)
            yield article

    found = extract_many(watched(), workers=2)
    next(found)
    assert len(read) <= AHEAD * 2 + 1
    found.close()


def test_a_worker_that_is_killed_ends_in_one_line() -> None:
    found = extract_many(articles(30, long=True), workers=2)
    next(found)
    for child in psutil.Process().children():
        os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(AnnotateError, match="--workers 1"):
        list(found)
