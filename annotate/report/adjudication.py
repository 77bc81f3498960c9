"""What an editor's sheet decides: each filled row accepted or refused, with the reason; pure.

A row is refused where it does not say clearly what to do, and where what the editor looked at is not what
stands in Label Studio: other words, or another label.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pandas as pd

from annotate.errors import BadInput
from annotate.model import LABELS, Decision, Label
from annotate.report.consensus import Method, consensus
from annotate.report.judgements import Answers, final_answers, votes
from annotate.studio import SHOWN_AS

TAKE_BACK = ("none", "-", "–", "—")  # in final_label: the decision is taken back
NEEDED = ("claim_id", "final_label")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that changes nothing: its number in the sheet, its claim, and why."""

    row: int
    claim_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What a sheet comes to.

    `accepted` are to be written, at most one a claim; of these, those without a label take a decision back.
    `unchanged` rows say what holds already. `unchecked` names columns that the sheet lacks, so that what
    changed since the export cannot be told.
    """

    accepted: tuple[Decision, ...]
    refused: tuple[Refusal, ...]
    unchanged: int
    unchecked: tuple[str, ...]


class _Refused(Exception):
    """A row says nothing that can be done."""


def weigh(
    sheet: pd.DataFrame,
    answers: Answers,
    *,
    editor: str,
    lossy: bool = False,
    method: Method = "majority",
) -> Adjudication:
    """Compare an editor's sheet with what Label Studio holds now.

    Args:
        sheet: cells as text or `None`, columns claim_id and final_label, and of editor_note, claim and label
            those that came back; its index is each row's number in the sheet.
        answers: what Label Studio holds now.
        editor: who decides, as in the column annotator.
        lossy: the sheet lost characters on its way, so words are compared by their ASCII alone.
        method: how the labels in the sheet came about.

    Raises:
        BadInput: where a column is missing.
    """
    if missing := [name for name in NEEDED if name not in sheet.columns]:
        raise BadInput(
            f"the sheet has no column {' and no column '.join(missing)} (it has: {', '.join(sheet.columns)})"
            ": take claims.csv or disputes.csv as `annotate report` writes it, and keep the header"
        )
    now = _now(answers, method)
    accepted: dict[str, Decision] = {}
    refused: list[Refusal] = []
    unchanged = 0
    given = list(_given(sheet))
    torn = _torn(given)
    for row, cells in given:
        claim_id = cells["claim_id"]
        try:
            decision = _decision(cells, now, torn, editor=editor, lossy=lossy)
        except _Refused as why:
            refused.append(Refusal(row, claim_id, str(why)))
            continue
        if decision is None or claim_id in accepted:
            unchanged += 1
        else:
            accepted[claim_id] = decision
    unchecked = tuple(name for name in ("claim", "label") if name not in sheet.columns)
    return Adjudication(tuple(accepted.values()), tuple(refused), unchanged, unchecked)


def _now(answers: Answers, method: Method) -> dict[str, Row]:
    """Give by claim id what holds: words, label, place, what the votes alone say, and the last decision."""
    final = final_answers(answers.judgements).to_dict("index")
    ids = answers.claims["claim_id"].tolist()
    voted = consensus(votes(answers.judgements), method=method, claims=ids)["label"].tolist()
    places = {
        str(row.claim_id): {"start": row.start, "end": row.end, "task_id": row.task_id}
        for row in answers.judgements[answers.judgements["added"] == 1].itertuples()
    }
    return {
        str(claim.claim_id): {
            "claim": claim.claim or "",
            "voted": label,
            "final": final.get(str(claim.claim_id)),
            "place": places.get(str(claim.claim_id), {"start": 0, "end": 0, "task_id": claim.task_id}),
        }
        for claim, label in zip(answers.claims.itertuples(), voted, strict=True)
    }


def _given(sheet: pd.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows in which a final label stands, with their numbers; missing cells are empty."""
    for row, cells in zip(sheet.index, sheet.to_dict("records"), strict=True):
        told = {str(name): cell.strip() if isinstance(cell, str) else "" for name, cell in cells.items()}
        if told["final_label"]:
            yield int(row), told


def _torn(given: list[tuple[int, dict[str, str]]]) -> dict[str, list[int]]:
    """Give the claims that have different final labels or notes in several rows, with these rows."""
    said: dict[str, set[tuple[str, str]]] = {}
    rows: dict[str, list[int]] = {}
    for row, cells in given:
        key = (_folded(cells["final_label"]), _words(cells.get("editor_note", "")))
        said.setdefault(cells["claim_id"], set()).add(key)
        rows.setdefault(cells["claim_id"], []).append(row)
    return {claim_id: rows[claim_id] for claim_id, each in said.items() if len(each) > 1}


def _decision(
    cells: Mapping[str, str],
    now: Mapping[str, Row],
    torn: Mapping[str, list[int]],
    *,
    editor: str,
    lossy: bool,
) -> Decision | None:
    """Give what a row decides, or `None` where it holds already."""
    claim_id = cells["claim_id"]
    if claim_id not in now:
        raise _Refused(_unknown_claim(claim_id, now))
    if claim_id in torn:
        rows = " and ".join(map(str, torn[claim_id]))
        raise _Refused(f"the rows {rows} decide this claim differently: keep one of them")
    label, held = _label(cells["final_label"]), now[claim_id]
    if "claim" in cells and not _same(cells["claim"], held["claim"], lossy=lossy):
        raise _Refused(
            f"the claim was edited in the sheet: it says “{_short(cells['claim'])}”, Label Studio holds "
            f"“{_short(held['claim'])}”"
        )
    final, note = held["final"], cells.get("editor_note", "")
    if (final is None and label is None) or (final and _holds(final, label, cells, lossy=lossy)):
        return None
    if "label" in cells and (changed := _changed(cells["label"], held, editor)):
        raise _Refused(changed)
    return Decision(claim_id=claim_id, label=label, note=note, **held["place"])


def _unknown_claim(claim_id: str, now: Mapping[str, Row]) -> str:
    if not claim_id:
        return "the row has a final label but no claim_id"
    close = get_close_matches(claim_id, list(now), n=1)
    return f"unknown claim “{_short(claim_id)}”" + (f", did you mean “{close[0]}”?" if close else "")


def _label(words: str) -> Label | None:
    """Read a final label in any dress: checkable_fact, Checkable fact, CHECKABLE-FACT; `None` takes back."""
    folded = _folded(words)
    if words in TAKE_BACK or folded == TAKE_BACK[0]:
        return None
    spelled = {_folded(each): label for label in LABELS for each in (label, SHOWN_AS[label])}
    if folded in spelled:
        return spelled[folded]
    parts = {part: label for label in LABELS for part in (*label.split("_"), _folded(label))}
    close = get_close_matches(folded, list(parts), n=1)
    meant = f"did you mean “{parts[close[0]]}”?" if close else f"one of {', '.join(LABELS)}, or none"
    raise _Refused(f"unknown label “{_short(words)}”, {meant}")


def _holds(final: Row, label: Label | None, cells: Mapping[str, str], *, lossy: bool) -> bool:
    """Tell whether the row says what holds: the label, and the note where the sheet has that column."""
    if final["label"] != label:
        return False
    note = final["note"] if isinstance(final["note"], str) else ""
    return "editor_note" not in cells or _same(cells["editor_note"], note, lossy=lossy)


def _changed(exported: str, held: Row, editor: str) -> str:
    """Say how the label changed since the export, in words; what the editor decided since is no change."""
    final, was = held["final"], _folded(exported)
    voted = _folded(held["voted"] or "")
    if was == (_folded(final["label"]) if final else voted):
        return ""
    if final and final["annotator"] == editor and was == voted:
        return ""
    shown = f"“{exported}”" if exported else "no label"
    if final:
        return f"the sheet shows {shown}, but {final['annotator']} decided “{final['label']}” since"
    now = held["voted"]
    return f"the sheet shows {shown}, Label Studio now comes to {f'“{now}”' if now else 'no label'}"


def _same(sheet: str, held: str, *, lossy: bool) -> bool:
    """Tell whether two texts are the same but for white space, an eaten or added `'`, and what got lost."""
    if lossy:
        sheet, held = ("".join(c for c in text if c.isascii() and c.isalnum()) for text in (sheet, held))
    return _words(sheet) == _words(held)


def _words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("\0", "").split()).lstrip("'")


def _folded(words: str) -> str:
    return "_".join(words.casefold().replace("-", " ").replace("_", " ").split())


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else words[:59] + "…"
