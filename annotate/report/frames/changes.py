"""What changed between two pulls of a project, claim by claim; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from annotate.report.frames.columns import declare, names_of, text

CHANGES_COLUMNS = declare(
    text("claim_id", "the claim"),
    text("claim", "its words"),
    text("what", "new claim, claim gone, or the column of claims.csv that changed"),
    text("before", "the value at the earlier pull"),
    text("after", "the value now"),
)
COMPARED = (
    *("label", "status", "votes", "source", "source_kind", "evidence", "check", "assignee"),
    *("flags", "notes", "note"),
)


def changes_table(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return one row per change, in reading order, claims that went last; columns `CHANGES_COLUMNS`.

    Args:
        before: claims of the earlier pull, columns `CLAIMS_COLUMNS`.
        after: claims of the later one.
    """
    old, new = ({row["claim_id"]: row for row in frame.to_dict("records")} for frame in (before, after))
    rows = [change for claim_id, row in new.items() for change in _changes(old.get(claim_id), row)]
    rows += [_change(row, "claim gone", row["label"], None) for i, row in old.items() if i not in new]
    return pd.DataFrame(rows, columns=names_of(CHANGES_COLUMNS), dtype=object)


def _changes(old: Mapping[Any, Any] | None, new: Mapping[Any, Any]) -> Iterator[dict[str, Any]]:
    if old is None:
        yield _change(new, "new claim", None, new["label"])
        return
    for name in COMPARED:
        before, after = _text(old[name]), _text(new[name])
        if before != after:
            yield _change(new, name, before, after)


def _change(row: Mapping[Any, Any], what: str, before: object, after: object) -> dict[str, Any]:
    cells = {"what": what, "before": _text(before), "after": _text(after)}
    return {"claim_id": row["claim_id"], "claim": row["claim"], **cells}


def _text(value: Any) -> str | None:
    """Return a cell's text, `None` for a missing one."""
    return None if pd.isna(value) else str(value)
