"""The articles of a report with their claims, labels, sources and cues at their places; pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from annotate.model import Claim, Span
from annotate.report.exporters import ReportData
from annotate.report.frames import Restored
from annotate.studio import SentClaim, SentTask
from annotate.text import fold_spaces

NO_LABEL = "claim"  # in the place of the label of a claim that has none
SOURCE, CUE = "source", "cue"  # what else is marked in a text
LONGEST_NAME = 80  # characters of a file's name

Files = Mapping[str, "bytes | str"]  # by their paths in the folder of a format
Content = Callable[[ReportData], Files]


@dataclass(frozen=True, slots=True)
class MarkedClaim:
    """A claim of an article with what a report says of it; an empty `label` says that it has none.

    `source_span` and `cue_span` are where the words of the source and the cue stand in the article, `None`
    where they do not stand there, or where the source that applies is in nobody's text.
    """

    claim_id: str
    span: Span
    text: str
    section: str
    label: str
    status: str
    votes: int
    source: str
    source_kind: str
    source_span: Span | None
    cue_span: Span | None


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """An article as its newest revision reads, and its claims in reading order; `name` is that of its files.

    Claims may overlap where annotators drew some.
    """

    name: str
    article: Restored
    claims: tuple[MarkedClaim, ...]


def marked_articles(data: ReportData) -> Iterator[MarkedArticle]:
    """Yield the articles of a report; claims that the newest revision no longer has are left out."""
    rows = {row.claim_id: row for row in data.claims.itertuples()}
    newest = data.answers.project.newest_claims()
    articles = data.answers.articles
    for name, article in zip(file_names(each.article_id for each in articles), articles, strict=True):
        claims = (
            _marked(claim, rows[claim.claim_id], newest[claim.claim_id], article.text)
            for claim in article.claims
            if claim.end > claim.start
        )
        yield MarkedArticle(name, article, tuple(claims))


def file_names(article_ids: Iterable[str]) -> list[str]:
    """Return names of files for articles, each another also where case does not count.

    An id is kept where it is a plain name; it comes from Label Studio, where anybody may change it.

    >>> file_names(["harbour-talks", "../x", "Harbour-Talks"])
    ['harbour-talks', 'x-d6b96a97', 'Harbour-Talks-2cbb96df']
    """
    names: list[str] = []
    taken: set[str] = set()
    for article_id in article_ids:
        name = article_id
        if not re.fullmatch(r"\w[\w-]*", name) or len(name) > LONGEST_NAME or name.casefold() in taken:
            slug = re.sub(r"[^\w-]+", "-", article_id).strip("-")[: LONGEST_NAME - 10]
            digest = hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            name = f"{slug or 'article'}-{digest}"
        taken.add(name.casefold())
        names.append(name)
    return names


def words_in(cell: Any) -> str:
    """Return the words in a cell of a table, none where it is empty."""
    return "" if pd.isna(cell) else str(cell)


def _marked(claim: Claim, row: Any, sent: tuple[SentClaim, SentTask], text: str) -> MarkedClaim:
    source = words_in(row.source)
    places = _places(claim, sent, text)
    named = (places.get("named"), places.get("source"))
    return MarkedClaim(
        claim_id=claim.claim_id,
        span=claim.span,
        text=claim.text,
        section=claim.section,
        label=words_in(row.label),
        status=words_in(row.status),
        votes=int(row.votes),
        source=source,
        source_kind=words_in(row.source_kind),
        source_span=next(
            (at for at in named if at and fold_spaces(at.of(text)) == fold_spaces(source)), None
        ),
        cue_span=places.get("cue"),
    )


def _places(claim: Claim, sent: tuple[SentClaim, SentTask], text: str) -> dict[str, Span]:
    """Return where the source, its name and the cue of a claim stand in the newest text of its article.

    They moved with the claim since it was sent; where other words stand there now, there is no place.
    """
    before, task = sent[0].claim, sent[1]
    places: dict[str, Span] = {}
    for part in ("source", "named", "cue"):
        span = getattr(before.attribution, part, None)
        if not span or span.start < task.offset:
            continue
        words, moved = span.shift(-task.offset).of(task.text), span.shift(claim.start - before.start)
        if words and moved.start >= 0 and moved.of(text) == words:
            places[part] = moved
    return places
