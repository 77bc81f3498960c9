"""The figures beside the tables: how far annotators agree, what was counted and what was not."""

from __future__ import annotations

from typing import Any

import pandas as pd

from annotate.model import LABELS
from annotate.report.agreement import agreement
from annotate.report.consensus import STATUSES
from annotate.report.judgements import WHY_NOT, Answers, votes


def agreement_table(answers: Answers, claims: pd.DataFrame) -> dict[str, Any]:
    """Give what `agreement.json` holds: the figures of `agreement`, and what was counted and what was not."""
    judgements = answers.judgements
    counted = judgements["counted"].value_counts()
    unknown = judgements.loc[judgements["counted"] == "unknown", "given"].value_counts()
    statuses = claims["status"].value_counts()
    return {
        "claims_listed": len(claims),
        "by_status": {status: int(statuses.get(status, 0)) for status in STATUSES},
        "agreement": agreement(votes(judgements), labels=LABELS),
        "by_annotator": _by_annotator(judgements),
        "not_counted": {why: int(counted.get(why, 0)) for why in WHY_NOT},
        "unknown_labels": {str(label): int(n) for label, n in unknown.items()},
        "foreign_tasks": answers.foreign,
    }


def _by_annotator(judgements: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count by annotator: labels that count (whole and by label), and answers that do not."""
    people: dict[str, dict[str, int]] = {}
    for name, rows in judgements.groupby("annotator"):
        counted, labels = (
            rows["counted"].value_counts(),
            rows.loc[rows["counted"] == "yes", "label"].value_counts(),
        )
        people[str(name)] = {
            "judged": int(counted.get("yes", 0)),
            **{label: int(labels.get(label, 0)) for label in LABELS},
            **{why: int(counted.get(why, 0)) for why in WHY_NOT},
        }
    return people
