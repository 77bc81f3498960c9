"""Claims and skips as rows: what one line of JSON, or one row of a table, holds of them."""

from __future__ import annotations

import dataclasses
from typing import Any

from annotate.model import Article, Attribution, Claim, Skip, Span

Row = dict[str, Any]


def row_of(part: Claim | Skip, article: Article) -> Row:
    """Return a claim or a skip of an article as it stands in one line of JSON."""
    if isinstance(part, Skip):
        return {"skipped": part.kind, "start": part.start, "end": part.end, "text": part.text}
    attribution = _attribution(part.attribution, article.text) if part.attribution else None
    return dataclasses.asdict(part) | {"attribution": attribution}


def _attribution(attribution: Attribution, text: str) -> Row:
    def quoted(span: Span | None) -> Row | None:
        return {"start": span.start, "end": span.end, "text": span.of(text)} if span else None

    parts = {part: quoted(getattr(attribution, part)) for part in ("source", "cue", "content")}
    through = [quoted(span) for span in attribution.through]
    return parts | {"kind": attribution.kind, "through": through, "named": quoted(attribution.named)}
