"""doccano's JSON lines (https://doccano.github.io/doccano/): a text with its spans in each line.

Of its versions these are read: `label` or `labels` as lists of [start, end, label], `entities` as objects
(with relations beside them), and `annotations` of the first versions, whose labels are numbers. The text is
under `text` or `data`. Where files come as one for each person, their names say who labelled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from annotate.errors import BadInput
from annotate.report.formats import DAMAGED, Importer, LabelledSpan, LabelledText, decoded

ENDINGS = (".jsonl", ".json1")
TEXTS, LISTS, OBJECTS = ("text", "data"), ("label", "labels"), ("entities", "annotations")


def load() -> Importer:
    """Return the importer."""
    return Importer(recognises, read)


def recognises(files: Mapping[str, bytes]) -> bool:
    """Return whether there are JSON lines."""
    return any(name.endswith(ENDINGS) for name in files)


def read(files: Mapping[str, bytes]) -> list[LabelledText]:
    """Return the labelled texts, in the order of the lines.

    Raises:
        BadInput: where a line is no JSON, or has no text or no spans.
    """
    named = sorted(name for name in files if name.endswith(ENDINGS)) or sorted(files)
    several = len(named) > 1
    return [
        text
        for name in named
        for text in _texts(name, decoded(files[name], name), PurePosixPath(name).stem if several else "")
    ]


def _texts(name: str, content: str, by: str) -> Iterator[LabelledText]:
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            place = f"{name}, line {number}"
            try:
                row = json.loads(line)
                text = next(row[key] for key in TEXTS if isinstance(row.get(key), str))
                yield LabelledText(place, text, tuple(_spans(row, by)))
            except DAMAGED as error:
                raise BadInput(
                    f"{place}: no text with labelled spans as doccano exports them (text, and label, labels "
                    "or entities): export the project as JSONL"
                ) from error


def _spans(row: Mapping[str, Any], by: str) -> Iterator[LabelledSpan]:
    known = [key for key in (*LISTS, *OBJECTS) if isinstance(row.get(key), list)]
    if not known:
        raise KeyError("label")
    for key in known:
        for span in row[key]:
            if key in LISTS:
                start, end, label = span
                yield LabelledSpan(int(start), int(end), str(label), by=by)
            else:
                who = str(span.get("user") or by)
                start, end = int(span["start_offset"]), int(span["end_offset"])
                yield LabelledSpan(start, end, str(span["label"]), by=who)
