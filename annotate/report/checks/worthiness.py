"""How much the claims of a project are worth checking: the signs of `annotate.order`; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from annotate.config import load_settings
from annotate.labels import LABELS
from annotate.order import Candidate, Weights, Worthiness, worthiness
from annotate.report.frames import Answers

#: Columns of claims that signs are read from.
ROW = [
    "claim_id",
    "article",
    "section",
    "claim",
    "position",
    "source",
    "source_kind",
    "suggested_source",
    *LABELS,
]


def our_weights() -> Weights:
    """Return the desk's own weights, as its settings have them."""
    return load_settings().check_weights


def worthiness_of(claims: pd.DataFrame, answers: Answers, weights: Weights) -> dict[str, Worthiness]:
    """Return by claim id how much each claim is worth checking.

    Args:
        claims: rows of the claims of the project, columns `CLAIMS_COLUMNS`.
        answers: the pulled project.
        weights: of the signs.
    """
    titles = {article.article_id: article.title for article in answers.articles}
    counts = {article.article_id: len(article.claims) for article in answers.articles}
    kinds = _suggested_kinds(answers)
    return {
        row["claim_id"]: worthiness(
            _candidate(
                row,
                title=titles.get(row["article"], ""),
                of=counts.get(row["article"], 0),
                suggested_kind=kinds.get(row["claim_id"], ""),
            ),
            weights,
        )
        for row in claims[ROW].to_dict("records")
    }


def _suggested_kinds(answers: Answers) -> dict[str, str]:
    """Return by claim id what the source is that the program found."""
    return {
        claim_id: (sent.claim.attribution and sent.claim.attribution.kind) or ""
        for claim_id, (sent, _) in answers.project.newest_claims().items()
    }


def _candidate(row: Mapping[Any, Any], *, title: str, of: int, suggested_kind: str) -> Candidate:
    source, given_kind, suggested = (
        _text(row[name]) for name in ("source", "source_kind", "suggested_source")
    )
    return Candidate(
        words=_text(row["claim"]),
        headlines=(title, _text(row["section"])),
        source=source or suggested,
        source_kind=given_kind or (suggested_kind if source in ("", suggested) else ""),
        votes=tuple(int(row[label]) for label in LABELS),
        place=None if pd.isna(row["position"]) else int(row["position"]),
        of=of,
    )


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
