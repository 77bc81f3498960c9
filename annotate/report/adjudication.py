"""What an editor's sheet decides: each row that says something accepted or refused, with the reason; pure.

A row is refused where it does not say clearly what to do, and where what the editor looked at is not what
stands in Label Studio: other words, another label, or what another editor decided since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, NamedTuple

import pandas as pd

from annotate.errors import BadInput
from annotate.labels import CHECKABLE
from annotate.model import CHECK_FIELDS, DECIDED_FIELDS, Decision, Label
from annotate.report.frames import Answers, claims_table, decisions, votes
from annotate.report.sheets import (
    CHECK,
    LABEL,
    NOTE,
    TYPED,
    NotUnderstoodError,
    Written,
    as_label,
    difference,
    folded,
    meant,
    plain,
    read_check,
    read_kind,
    read_label,
    rows_of_sheet,
    same,
    short,
)
from annotate.report.stats import Method, consensus

KEY = "claim_id"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that changes nothing: its number in the sheet, its claim, and why."""

    row: int | str
    claim_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What a sheet comes to.

    `accepted` are to be written, at most one a claim; of these, those without a label and fields take a
    decision back. `unchanged` rows say what holds already. `unchecked` names columns that the sheet lacks, so
    that what changed since the export cannot be told.
    """

    accepted: tuple[Decision, ...]
    refused: tuple[Refusal, ...]
    unchanged: int
    unchecked: tuple[str, ...]


class _State(NamedTuple):
    """What is decided of a claim, with the editor who did: `fields` as in `Decision`, but never `None`."""

    label: Label | None
    note: str
    fields: Mapping[str, str]
    editor: str


NOTHING = _State(None, "", {}, "")
UNKNOWN = Written()


class _Claim(NamedTuple):
    """What holds of a claim: words, the label that the votes give, cells, decision, and its place.

    `undecided` are the cells as they are without any decision.
    """

    words: str
    voted: str | None
    cells: Mapping[str, str]
    undecided: Mapping[str, str]
    decided: _State
    place: Mapping[str, int]


class _Desk(NamedTuple):
    """What rows are compared with: what holds by claim id, what was written into the sheet, who decides."""

    claims: Mapping[str, _Claim]
    written: Written
    editor: str
    lossy: bool


class _Given(NamedTuple):
    """A row that says something: its number, all its cells, and of `TYPED` those that say it."""

    row: int | str
    cells: Mapping[str, str]
    said: Mapping[str, str]


def review(  # noqa: PLR0913 - the sheet and what it came from
    sheet: pd.DataFrame,
    answers: Answers,
    *,
    editor: str,
    lossy: bool = False,
    method: Method = "majority",
    written: Written = UNKNOWN,
) -> Adjudication:
    """Compare an editor's sheet with what Label Studio holds now.

    A label counts wherever it stands; a note and what else is in `DECIDED_FIELDS` where they were typed.

    Args:
        sheet: cells as `EditedSheet` has them, columns claim_id and decision or check, and of the others in
            claims.csv those that came back; its index is each row's number in the sheet.
        answers: what Label Studio holds now.
        editor: who decides, as in the column annotator.
        lossy: the sheet lost characters on its way, so words are compared by their ASCII alone.
        method: how the labels in the sheet came about.
        written: what the program wrote into the sheet.

    Raises:
        BadInput: where a column is missing, or the sheet is another project's.
    """
    missing = [] if KEY in sheet.columns else [KEY]
    missing += [] if {LABEL, CHECK} & set(sheet.columns) else [LABEL]
    if missing:
        raise BadInput(
            f"the sheet has no column {' and no column '.join(missing)} (it has: {', '.join(sheet.columns)})"
            ": take claims.csv or checks.csv as `annotate report` writes it, and keep the header"
        )
    desk = _Desk(_current_claims(answers, method), written, editor, lossy)
    _check_project(sheet, desk.claims)
    unchecked = tuple(name for name in ("claim", "label") if name not in sheet.columns)
    return _reviewed(_joined(list(_given(sheet, desk)), desk), desk, unchecked)


def _reviewed(given: list[_Given], desk: _Desk, unchecked: tuple[str, ...]) -> Adjudication:
    """Accept or refuse each row that says something; of rows that decide the same the first counts."""
    accepted: dict[str, Decision] = {}
    refused: list[Refusal] = []
    unchanged = 0
    torn = _torn(given)
    for row in given:
        claim_id = row.cells["claim_id"]
        try:
            decision = _decision(row, torn, desk)
        except NotUnderstoodError as why:
            refused.append(Refusal(row.row, claim_id, str(why)))
            continue
        if decision is None or claim_id in accepted:
            unchanged += 1
        else:
            accepted[claim_id] = decision
    return Adjudication(tuple(accepted.values()), tuple(refused), unchanged, unchecked)


def _check_project(sheet: pd.DataFrame, known: Mapping[str, _Claim]) -> None:
    """Refuse a sheet none of whose claims is known; a single one may be mistyped."""
    ids = set(sheet["claim_id"].dropna().str.strip()) - {""}
    mistyped = len(ids) == 1 and get_close_matches(min(ids), list(known), n=1)
    if ids and ids.isdisjoint(known) and not mistyped:
        raise BadInput(
            f"the sheet is another project's: not one of its {len(ids)} claims is in this one. "
            "Name its project with --project"
        )


def _current_claims(answers: Answers, method: Method) -> dict[str, _Claim]:
    """Return by claim id what holds."""
    annotators = answers.judgements[answers.judgements["ground_truth"] != 1]
    table = claims_table(answers, method=method)
    before = claims_table(replace(answers, judgements=annotators), method=method)
    voted = consensus(votes(answers.judgements), method=method, claims=table["claim_id"].tolist())
    states = {str(key): _state(row) for key, row in decisions(answers.judgements).to_dict("index").items()}
    drawn = answers.judgements[answers.judgements["added"] == 1]
    places = {
        str(row.claim_id): {"start": row.start, "end": row.end, "task_id": row.task_id}
        for row in drawn.itertuples()
    }
    tasks = dict(zip(answers.claims["claim_id"], answers.claims["task_id"], strict=True))
    return {
        row["claim_id"]: _Claim(
            _text(row["claim"]),
            label,
            {name: _text(row[name]) for name in TYPED},
            {name: _text(undecided[name]) for name in TYPED},
            states.get(row["claim_id"], NOTHING),
            places.get(row["claim_id"], {"start": 0, "end": 0, "task_id": tasks[row["claim_id"]]}),
        )
        for row, undecided, label in zip(
            table.to_dict("records"), before.to_dict("records"), voted["label"].tolist(), strict=True
        )
    }


def _state(row: Mapping[Any, Any]) -> _State:
    fields = {name: _text(row[name]) for name in _text(row["decided"]).split("; ") if name}
    label = _text(row["label"]) or None
    return _State(label, _text(row["note"]), fields, str(row["annotator"]))


def _given(sheet: pd.DataFrame, desk: _Desk) -> Iterator[_Given]:
    """Return the rows that say something, each with the cells that its table has."""
    for row, cells in rows_of_sheet(sheet):
        if said := _said(cells, desk):
            yield _Given(row, cells, said)


def _said(cells: Mapping[str, str], desk: _Desk) -> dict[str, str]:
    """Return what a row says of `TYPED`; of a claim that nobody knows only a label or a note can be typed."""
    claim_id = cells["claim_id"]
    claim = desk.claims.get(claim_id)
    said = {LABEL: cells[LABEL]} if cells.get(LABEL) else {}
    for name in (NOTE, *DECIDED_FIELDS) if claim or desk.written.of(claim_id, NOTE) else (NOTE,):
        current = (claim.cells[name], claim.undecided[name]) if claim else ("",)
        if name not in cells:
            continue
        cell = meant(name, cells[name], desk.written.of(claim_id, name) or current[:1])
        if desk.written.typed(claim_id, name, cell, current=current, lossy=desk.lossy):
            said[name] = cell
    return said


def _joined(given: list[_Given], desk: _Desk) -> list[_Given]:
    """Return the rows, each with what all rows of its claim say together, unless they differ.

    A claim may stand in several tables of a workbook. There a decision that stood in its cell before yields
    to one that was typed.
    """
    rows: dict[str, list[_Given]] = {}
    for each in given:
        rows.setdefault(each.cells["claim_id"], []).append(each)
    return [_with_others(each, rows[each.cells["claim_id"]], desk) for each in given]


def _with_others(row: _Given, rows: list[_Given], desk: _Desk) -> _Given:
    said = dict(row.said)
    for name in TYPED if len(rows) > 1 else ():
        cells = [each.said[name] for each in rows if name in each.said]
        before = desk.written.of(row.cells["claim_id"], name)
        typed = [cell for cell in cells if not any(same(cell, b, column=name) for b in before)] or cells
        if typed and all(same(typed[0], cell, column=name, lossy=desk.lossy) for cell in typed):
            said[name] = typed[0]
    return row._replace(said={name: said[name] for name in TYPED if name in said})


def _torn(given: list[_Given]) -> dict[str, list[int | str]]:
    """Return the claims that several rows decide differently, with these rows."""
    said: dict[str, set[tuple[tuple[str, str], ...]]] = {}
    rows: dict[str, list[int | str]] = {}
    for each in given:
        key = tuple(
            (name, folded(cell) if name == LABEL else plain(cell)) for name, cell in each.said.items()
        )
        said.setdefault(each.cells["claim_id"], set()).add(key)
        rows.setdefault(each.cells["claim_id"], []).append(each.row)
    return {claim_id: rows[claim_id] for claim_id, keys in said.items() if len(keys) > 1}


def _decision(given: _Given, torn: Mapping[str, list[int | str]], desk: _Desk) -> Decision | None:
    """Return what a row decides, or `None` where it holds already."""
    claim_id, cells, said = given.cells["claim_id"], given.cells, given.said
    if claim_id not in desk.claims:
        raise NotUnderstoodError(_unknown_claim(claim_id, desk.claims))
    if claim_id in torn:
        rows = " and ".join(map(str, torn[claim_id]))
        raise NotUnderstoodError(f"the rows {rows} decide this claim differently: keep one of them")
    current = desk.claims[claim_id]
    wanted = _wanted(said, current.decided)
    if why := _unfit_check(said, wanted.label or current.voted):
        raise NotUnderstoodError(why)
    if "claim" in cells and not same(cells["claim"], current.words, lossy=desk.lossy):
        sheet, studio = difference(cells["claim"], current.words)
        raise NotUnderstoodError(
            f"the claim was edited in the sheet: it says “{sheet}”, Label Studio holds “{studio}”"
        )
    if _alike(wanted, current.decided, lossy=desk.lossy):
        return None
    if LABEL in said and "label" in cells and (changed := _changed(cells["label"], current, desk.editor)):
        raise NotUnderstoodError(changed)
    if since := _decided_since(given, current, desk):
        raise NotUnderstoodError(since)
    back = wanted.label is None and LABEL in said and not wanted.fields
    fields = None if back or (wanted.label and not wanted.fields) else wanted.fields
    return Decision(claim_id=claim_id, label=wanted.label, note=wanted.note, fields=fields, **current.place)


def _unknown_claim(claim_id: str, known: Mapping[str, _Claim]) -> str:
    if not claim_id:
        return "the row has a decision but no claim_id"
    close = get_close_matches(claim_id, list(known), n=1)
    return f"unknown claim “{short(claim_id)}”" + (f", did you mean “{close[0]}”?" if close else "")


def _wanted(said: Mapping[str, str], decided: _State) -> _State:
    """Return what a row decides: what it says, and else what was decided; `none` takes all of that back."""
    label = read_label(said[LABEL]) if LABEL in said else decided.label
    before = NOTHING if LABEL in said and label is None else decided
    fields = {name: said[name] for name in DECIDED_FIELDS if name in said}
    for name, read in (("source_kind", read_kind), (CHECK, read_check)):
        if name in fields:
            fields[name] = read(fields[name])
    return _State(label, said.get(NOTE, before.note), {**before.fields, **fields}, "")


def _unfit_check(said: Mapping[str, str], label: Label | None) -> str:
    """Say why a check cannot be given to a claim with this label; empty where it can, or none is given."""
    given = next((name for name in CHECK_FIELDS if said.get(name)), "")
    if not given or label in CHECKABLE:
        return ""
    now = f"“{label}”" if label else "without a label"
    return (
        f"the {given} “{short(said[given])}” needs a checkable fact, and this claim is {now}: "
        f"clear the {given}, or decide {' or '.join(sorted(CHECKABLE))}"
    )


def _alike(one: _State, other: _State, *, lossy: bool) -> bool:
    """Return whether two decisions say the same, whoever made them."""
    return (
        one.label == other.label
        and same(one.note, other.note, lossy=lossy)
        and one.fields.keys() == other.fields.keys()
        and all(same(words, other.fields[name], lossy=lossy) for name, words in one.fields.items())
    )


def _changed(exported: str, current: _Claim, editor: str) -> str:
    """Say how the label changed since the export, in words; what the editor decided since is no change."""
    final, was, voted = current.decided, folded(as_label(exported)), folded(current.voted or "")
    if was == (folded(final.label) if final.label else voted):
        return ""
    if final.label and final.editor == editor and was == voted:
        return ""
    shown = f"“{exported}”" if exported else "no label"
    if final.label:
        return f"the sheet shows {shown}, but {final.editor} decided “{final.label}” since"
    voted_now = f"“{current.voted}”" if current.voted else "no label"
    return f"the sheet shows {shown}, Label Studio now comes to {voted_now}"


def _decided_since(given: _Given, current: _Claim, desk: _Desk) -> str:
    """Say what another editor decided since the sheet was written, of what a row says; empty for nothing."""
    decided = current.decided
    theirs = {**({NOTE: decided.note} if decided.note else {}), **decided.fields}
    for name in theirs.keys() & given.said.keys() if decided.editor != desk.editor else ():
        shown = [given.said[name], *desk.written.of(given.cells["claim_id"], name)[:1]]
        if not any(same(theirs[name], words, column=name) for words in shown):
            return (
                f"{decided.editor} decided the {name} “{short(theirs[name])}” since: "
                "write it into the sheet of a new `annotate report`"
            )
    return ""


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
