"""How an editor's final labels are stored in Label Studio; pure.

Label Studio keeps one ground truth a task, whoever gave it, and a section's task has many claims. So an
editor's decisions on a task are in one annotation, and each label's result there carries in its `meta` the
history of its claim. The star of a ground truth is for people who look at it in Label Studio.

A history is a list of [moment, label, note] under `MARK`. What an entry decides beyond its label is
beside it, under `FIELDS_MARK` by moment: programs that know only the list read a decision without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from annotate.model import DECIDED_FIELDS

MARK, FIELDS_MARK = "final", "fields"  # the keys in a result's `meta`

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


class Entry(NamedTuple):
    """The whole state of a claim's decision: when (ISO 8601, UTC, the server's clock), label, note, fields.

    `fields` holds what the editor decided of `DECIDED_FIELDS`, empty text included; it is `None` in an entry
    that decides a label alone or, with an empty label, takes the decision back.
    """

    at: str
    label: str
    note: str
    fields: Mapping[str, str] | None = None

    @property
    def status(self) -> Literal["labelled", "noted", "withdrawn"]:
        """What the entry says of the label; one that is `noted` has none and takes none back."""
        if self.label:
            return "labelled"
        return "withdrawn" if self.fields is None else "noted"


def entries_of(result: Mapping[str, Any]) -> list[Entry]:
    """Return the decisions that a result carries, oldest first; none where it is an annotator's."""
    meta = result.get("meta")
    rows, fields = (meta.get(MARK), meta.get(FIELDS_MARK)) if isinstance(meta, Mapping) else (None, None)
    by_moment = fields if isinstance(fields, Mapping) else {}
    entries = [
        Entry(str(row[0]), str(row[1]), str(row[2]), _fields(by_moment.get(str(row[0]))))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, list) and len(row) == 3
    ]
    return [entry for entry in entries if _MOMENT.fullmatch(entry.at)]


def _fields(stored: object) -> dict[str, str] | None:
    """Return the decided fields of an entry; people may write anything into a result's `meta`."""
    if not isinstance(stored, Mapping):
        return None
    return {name: str(stored[name]) for name in DECIDED_FIELDS if name in stored}


def with_entry(result: Mapping[str, Any], before: Iterable[Entry], entry: Entry) -> dict[str, Any]:
    """Return a label's result that carries earlier decisions and one more."""
    history = [*before, entry]
    titles = {"labelled": "Final label", "noted": "Editor's note", "withdrawn": "Final label taken back"}
    meta: dict[str, Any] = {"text": [titles[entry.status]], MARK: [list(each[:3]) for each in history]}
    if fields := {each.at: dict(each.fields) for each in history if each.fields is not None}:
        meta[FIELDS_MARK] = fields
    return {**result, "meta": meta}


def later(at: str, answers: Iterable[Mapping[str, Any]]) -> str:
    """Return a moment (ISO 8601, UTC): `at`, or just after the latest decision among a task's annotations.

    The server's clock counts seconds; two editors may well decide within one.
    """
    entries = (entry for a in answers for result in a.get("result") or [] for entry in entries_of(result))
    latest = max((entry.at for entry in entries), default="")
    if at > latest:
        return at
    after = datetime.fromisoformat(latest).astimezone(UTC) + timedelta(microseconds=1)
    return after.isoformat(timespec="microseconds").replace("+00:00", "Z")


def renamed(result: Mapping[str, Any], control: str, old: str, new: str) -> dict[str, Any]:
    """Return a result whose history has another word for a label or for a kind of source."""
    history = [_with_word(entry, control, old, new) for entry in entries_of(result)]
    return with_entry(result, history[:-1], history[-1]) if history else dict(result)


def _with_word(entry: Entry, control: str, old: str, new: str) -> Entry:
    if control == "label" and entry.label == old:
        return entry._replace(label=new)
    if entry.fields and entry.fields.get(control) == old:
        return entry._replace(fields={**entry.fields, control: new})
    return entry


def is_decided(answer: Mapping[str, Any]) -> bool:
    """Return whether an annotation has an editor's decisions, written from a sheet."""
    results = answer.get("result")
    return any(entries_of(r) for r in results or [] if isinstance(r, Mapping))
