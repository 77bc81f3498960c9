"""Suggesters beside each other, measured on the claims that a desk has settled; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from annotate.model import Claim, Label, Suggestion
from annotate.report.frames.evaluation import hidden_claims, suggestion_figures
from annotate.report.frames.judgements import Answers
from annotate.report.frames.tables import claims_table
from annotate.report.stats import Method, cohen_kappa, figure

DESK, PROGRAM = "desk", "program"


@dataclass(frozen=True, slots=True)
class SettledClaim:
    """A claim that the desk gave a label: where it stands in the text of its article, and its label.

    `unseen` says that nobody who judged it saw a suggestion.
    """

    claim: Claim
    text: str
    label: Label
    unseen: bool


def settled_claims(answers: Answers, *, method: Method = "majority") -> list[SettledClaim]:
    """Return the claims of the newest revisions that have a label, in reading order."""
    table = claims_table(answers, method=method)
    labels = table.dropna(subset=["label"]).set_index("claim_id")["label"].to_dict()
    unseen = hidden_claims(answers)
    return [
        SettledClaim(claim, article.text, labels[claim.claim_id], claim.claim_id in unseen)
        for article in answers.articles
        for claim in article.claims
        if claim.claim_id in labels
    ]


def as_sent(settled: Iterable[SettledClaim]) -> dict[str, list[Suggestion | None]]:
    """Return what was suggested when the claims were sent, by the name of the model that did."""
    claims = [each.claim for each in settled]
    models = sorted({claim.suggestion.model for claim in claims if claim.suggestion})
    return {
        model: [c.suggestion if c.suggestion and c.suggestion.model == model else None for c in claims]
        for model in models
    }


def suggester_figures(
    settled: Sequence[SettledClaim], suggestions: Sequence[Suggestion | None]
) -> dict[str, Any]:
    """Return how well a suggester agrees with the desk; claims without a suggestion are left out.

    Args:
        settled: the claims.
        suggestions: one for each, or `None`.

    Returns:
        `claims`, `right`, `agreement` (the share that is right), `kappa` (Cohen 1960: agreement beyond
        chance), `macro_f1`, `calibration_error` (see `suggestion_figures`); `unseen` and `unseen_right` count
        the claims whose suggestion nobody saw. All but counts are `None` without claims.
    """
    frame = _frame(settled, suggestions)
    figures, unseen = suggestion_figures(frame), suggestion_figures(frame[frame["unseen"]])
    count, right = figures["claims"], figures["right"]
    return {
        "claims": count,
        "right": right,
        "agreement": figure(right / count) if count else None,
        "kappa": _kappa(frame) if count else None,
        "macro_f1": figures["macro_f1"],
        "calibration_error": figures["calibration_error"],
        "unseen": unseen["claims"],
        "unseen_right": unseen["right"],
    }


def _frame(settled: Sequence[SettledClaim], suggestions: Sequence[Suggestion | None]) -> pd.DataFrame:
    """Return the columns that `suggestion_figures` reads, and `claim_id` and `unseen`."""
    rows: list[Mapping[str, Any]] = [
        {
            "claim_id": each.claim.claim_id,
            "label": each.label,
            "suggestion": suggestion.label,
            "suggestion_score": suggestion.score,
            "unseen": each.unseen,
        }
        for each, suggestion in zip(settled, suggestions, strict=True)
        if suggestion
    ]
    columns = ["claim_id", "label", "suggestion", "suggestion_score", "unseen"]
    return pd.DataFrame(rows, columns=columns).astype({"unseen": bool})


def _kappa(frame: pd.DataFrame) -> float | None:
    desk = frame[["claim_id", "label"]].assign(annotator=DESK)
    program = frame[["claim_id"]].assign(label=frame["suggestion"], annotator=PROGRAM)
    return cohen_kappa(pd.concat([desk, program], ignore_index=True), DESK, PROGRAM)
