"""What changed between two pulls of a project, claim by claim; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

CHANGES_COLUMNS: Mapping[str, str] = {
    "claim_id": "the claim",
    "claim": "its words",
    "what": "new claim, claim gone, or the column of claims.csv that changed",
    "before": "what stood there at the earlier pull",
    "after": "what stands there now",
}
COMPARED = ("label", "status", "votes", "source", "source_kind", "evidence", "flags", "notes", "editor_note")


def changes_table(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return one row a change, in reading order, claims that went last; columns `CHANGES_COLUMNS`.

    Args:
        before: claims of the earlier pull, as `tables.claims_table` gives them.
        after: claims of the later one.
    """
    old, new = _by_id(before), _by_id(after)
    rows = [change for claim_id, row in new.items() for change in _changes(old.get(claim_id), row)]
    rows += [_change(row, "claim gone", row["label"], None) for i, row in old.items() if i not in new]
    return pd.DataFrame(rows, columns=list(CHANGES_COLUMNS), dtype=object)


def _by_id(claims: pd.DataFrame) -> dict[str, dict[str, Any]]:
    rows = ({str(name): cell for name, cell in row.items()} for row in claims.to_dict("records"))
    return {str(row["claim_id"]): row for row in rows}


def _changes(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if old is None:
        yield _change(new, "new claim", None, new["label"])
        return
    for name in COMPARED:
        was, now = (_text(row.get(name)) for row in (old, new))
        if was != now:
            yield _change(new, name, was, now)


def _change(row: Mapping[str, Any], what: str, before: object, after: object) -> dict[str, Any]:
    told = {"what": what, "before": _text(before), "after": _text(after)}
    return {"claim_id": row["claim_id"], "claim": row["claim"], **told}


def _text(value: Any) -> str | None:
    """Return a cell's text, `None` for a missing one."""
    return None if pd.isna(value) else str(value)
