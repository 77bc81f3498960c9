"""How an editor's final labels are stored in Label Studio; pure.

Label Studio keeps one ground truth a task, whoever gave it, and a section's task has many claims. So an
editor's decisions on a task are in one annotation, and each label's result there carries in its `meta` the
history of its claim. The star of a ground truth is for people who look at it in Label Studio.

A history is a list of [moment, label, note] under `MARK`. What an entry decides beyond its label, and the
name of the editor who made it, are beside it, by moment under `FIELDS_MARK` and `EDITORS_MARK`: programs that
know only the list read a decision without them. An editor without a name is the user of the annotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from annotate.model import CHECK_FIELDS, DECIDED_FIELDS

MARK, FIELDS_MARK, EDITORS_MARK = "final", "fields", "editors"  # the keys in a result's `meta`

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


class Entry(NamedTuple):
    """The whole state of a claim's decision: when (ISO 8601, UTC, the server's clock), label, note, fields.

    `fields` holds what the editor decided of `DECIDED_FIELDS`, empty text included; it is `None` in an entry
    that decides a label alone or, with an empty label, takes the decision back. `editor` is who made it; an
    empty one is the user of the annotation.
    """

    at: str
    label: str
    note: str
    fields: Mapping[str, str] | None = None
    editor: str = ""

    @property
    def status(self) -> Literal["labelled", "noted", "withdrawn"]:
        """What the entry says of the label; one that is `noted` has none and takes none back."""
        if self.label:
            return "labelled"
        return "withdrawn" if self.fields is None else "noted"


def entries_of(result: Mapping[str, Any]) -> list[Entry]:
    """Return the decisions that a result carries, oldest first; none where it is an annotator's."""
    meta = result.get("meta")
    rows = meta.get(MARK) if isinstance(meta, Mapping) else None
    if not isinstance(rows, list):
        return []
    fields, editors = (_by_moment(meta, mark) for mark in (FIELDS_MARK, EDITORS_MARK))
    stored = [row for row in rows if isinstance(row, list) and len(row) == 3]
    entries = [
        Entry(at, label, note, _fields(fields.get(at)), str(editors.get(at, "")))
        for at, label, note in (map(str, row) for row in stored)
    ]
    return [entry for entry in entries if _MOMENT.fullmatch(entry.at)]


def _by_moment(meta: object, mark: str) -> Mapping[str, Any]:
    stored = meta.get(mark) if isinstance(meta, Mapping) else None
    return stored if isinstance(stored, Mapping) else {}


def _fields(stored: object) -> dict[str, str] | None:
    """Return the decided fields of an entry; people may write anything into a result's `meta`."""
    if not isinstance(stored, Mapping):
        return None
    return {name: str(stored[name]) for name in DECIDED_FIELDS if name in stored}


def with_entry(result: Mapping[str, Any], before: Iterable[Entry], entry: Entry) -> dict[str, Any]:
    """Return a label's result that carries earlier decisions and one more."""
    history = [*before, entry]
    titles = {"labelled": "Final label", "noted": "Editor's note", "withdrawn": "Final label taken back"}
    lines = [titles[entry.status], *_lines_of_check(entry)]
    meta: dict[str, Any] = {"text": lines, MARK: [list(each[:3]) for each in history]}
    if fields := {each.at: dict(each.fields) for each in history if each.fields is not None}:
        meta[FIELDS_MARK] = fields
    if editors := {each.at: each.editor for each in history if each.editor}:
        meta[EDITORS_MARK] = editors
    return {**result, "meta": meta}


def _lines_of_check(entry: Entry) -> list[str]:
    """Return what people read in Label Studio of a check, for which the labeling config has no control."""
    fields = entry.fields or {}
    return [f"{name.capitalize()}: {fields[name]}" for name in CHECK_FIELDS if fields.get(name)]


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
    return editor_of(answer) is not None


def editor_of(answer: Mapping[str, Any]) -> str | None:
    """Return the name of the editor whose decisions an annotation has, empty where it is that of its user.

    It is `None` where the annotation decides nothing.
    """
    results = (result for result in answer.get("result") or [] if isinstance(result, Mapping))
    entries = [entry for result in results for entry in entries_of(result)]
    return entries[-1].editor if entries else None
