"""The workbook's table *People*: who answered and who decided; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from annotate.labels import LABELS
from annotate.report.page import moment


def people_frame(by_annotator: Mapping[str, Mapping[str, Any]], judgements: pd.DataFrame) -> pd.DataFrame:
    """Return one row per annotator and one per editor: name, role, what they did, and when last.

    Args:
        by_annotator: as in the figures of agreement.
        judgements: columns `JUDGEMENTS_COLUMNS`.

    Returns:
        `decisions` counts claims whose last decision is the editor's, `agreement` is with the label that the
        others came to (0..1).
    """
    decided = judgements["ground_truth"] == 1
    return pd.DataFrame(
        [*_annotators(by_annotator, judgements[~decided]), *_editors(judgements[decided])],
        columns=["name", "role", "answers", *LABELS, "agreement", "decisions", "last"],
        dtype=object,
    )


def _annotators(
    by_annotator: Mapping[str, Mapping[str, Any]], judgements: pd.DataFrame
) -> list[dict[str, object]]:
    last = judgements.groupby("annotator")["answered_at"].max()
    return [
        {
            "name": name,
            "role": "annotator",
            "answers": row["judged"],
            **{label: row[label] for label in LABELS},
            "agreement": None if (share := row["against_others"]["share"]) is None else round(share, 2),
            "last": moment(last.get(name)),
        }
        for name, row in by_annotator.items()
    ]


def _editors(decisions: pd.DataFrame) -> list[dict[str, object]]:
    held = decisions[decisions["counted"].isin(["final", "noted"])]
    return [
        {
            "name": name,
            "role": "editor",
            **{label: int((held.loc[held["annotator"] == name, "label"] == label).sum()) for label in LABELS},
            "decisions": int((held["annotator"] == name).sum()),
            "last": moment(rows["answered_at"].max()),
        }
        for name, rows in decisions.groupby("annotator")
    ]
