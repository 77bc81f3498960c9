"""How an editor's final labels stand in Label Studio; pure.

Label Studio keeps one ground truth a task, whoever gave it, and a section's task holds many claims. So what
an editor decides in a task stands in one annotation, and each label's result there carries in its `meta` the
history of its claim. The star of a ground truth is for people who look at it in Label Studio.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

MARK = "final"  # the key in a result's `meta`


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


class Entry(NamedTuple):
    """One decision: when (ISO 8601, UTC, the server's clock), the label (empty: taken back), and the note."""

    at: str
    label: str
    note: str


def entries_of(result: Mapping[str, Any]) -> list[Entry]:
    """Give the decisions that a result carries, oldest first; none where it is an annotator's."""
    meta = result.get("meta")
    told = meta.get(MARK) if isinstance(meta, Mapping) else None
    rows = told if isinstance(told, list) else []
    entries = [
        Entry(*map(str, row)) for row in rows if isinstance(row, list) and len(row) == len(Entry._fields)
    ]
    return [entry for entry in entries if _MOMENT.fullmatch(entry.at)]


def with_entry(result: Mapping[str, Any], before: Iterable[Entry], entry: Entry) -> dict[str, Any]:
    """Give a label's result that carries earlier decisions and one more."""
    history = [list(each) for each in (*before, entry)]
    said = "Final label" if entry.label else "Final label taken back"
    return {**result, "meta": {"text": [said], MARK: history}}


def later(at: str, answers: Iterable[Mapping[str, Any]]) -> str:
    """Give a moment (ISO 8601, UTC): `at`, or just after the latest decision among a task's annotations.

    The server tells its clock in seconds; two editors may well decide within one.
    """
    entries = (entry for a in answers for result in a.get("result") or [] for entry in entries_of(result))
    latest = max((entry.at for entry in entries), default="")
    if at > latest:
        return at
    after = datetime.fromisoformat(latest).astimezone(UTC) + timedelta(microseconds=1)
    return after.isoformat(timespec="microseconds").replace("+00:00", "Z")


def renamed(result: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Give a label's result whose history holds another word for a label."""
    history = [entry._replace(label=new) if entry.label == old else entry for entry in entries_of(result)]
    return with_entry(result, history[:-1], history[-1]) if history else dict(result)


def is_decided(answer: Mapping[str, Any]) -> bool:
    """Tell whether an annotation holds an editor's decisions, written from a sheet."""
    results = answer.get("result")
    return any(entries_of(r) for r in results or [] if isinstance(r, Mapping))
