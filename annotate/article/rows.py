"""Claims and skips as rows: what one line of JSON, or one row of a table, holds of them."""

from __future__ import annotations

import dataclasses
from typing import Any

from annotate.model import Article, Attribution, Claim, Skip, Span

Row = dict[str, Any]


def row_of(part: Claim | Skip, article: Article) -> Row:
    """Return a claim or a skip of an article as it stands in one line of JSON.

    In a transcript each has the `time` at which it begins, as `01:02:03` from the beginning of the recording.
    """
    begins = article.time_at(part.start)
    time = {"time": begins.clock} if begins else {}
    if isinstance(part, Skip):
        return {"article_id": article.article_id, "skipped": part.kind, **_stretch(part), **time}
    attribution = _attribution(part.attribution, article.text) if part.attribution else None
    return dataclasses.asdict(part) | {"attribution": attribution, **time}


def _stretch(skip: Skip) -> Row:
    return {"start": skip.start, "end": skip.end, "text": skip.text}


def _attribution(attribution: Attribution, text: str) -> Row:
    def quoted(span: Span | None) -> Row | None:
        return {"start": span.start, "end": span.end, "text": span.of(text)} if span else None

    parts = {part: quoted(getattr(attribution, part)) for part in ("source", "cue", "content")}
    through = [quoted(span) for span in attribution.through]
    return parts | {"kind": attribution.kind, "through": through, "named": quoted(attribution.named)}
