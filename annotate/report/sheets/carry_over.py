"""Sheets before they are replaced: what a person typed goes into the new ones, and the old ones are kept.

`claims.jsonl` holds what the program last wrote into the sheets, and is written after them. The version that
is to come is kept before the first of them is replaced. So a run that is killed between two files leaves both
versions that a sheet may have come from.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pandas as pd

from annotate.errors import BadInput
from annotate.report.sheets.cells import LABEL, NOTE, TYPED, Version, Written, meant, same
from annotate.report.sheets.csv_files import BOM, ONCE_CALLED, refuse_link, replace_file, whole_file
from annotate.report.sheets.edited_sheet import EditedSheet, read_edited_sheet, rows_of_sheet
from annotate.report.sheets.snapshots import keep_file, kept_files
from annotate.report.sheets.workbooks import Original, is_ours
from annotate.text import counted

VERSIONS = "written.json.gz"
LAST = "claims.jsonl"
CLAIMS, DISPUTES, CHECKS, WORKBOOK = SHEETS = ("claims.csv", "disputes.csv", "checks.csv", "desk.xlsx")
_EARLIER = {name: earlier for earlier, name in ONCE_CALLED.items()}
_OUR_HEADER = re.compile((BOM + '"[^"]*"(,"[^"]*")*\r\n').encode())

Notify = Callable[[str], None]
Cells = dict[str, dict[str, str]]  # by claim id, by column
Frames = Mapping[str, pd.DataFrame]  # by the name of the sheet


def written_into(sheet: Path, folder: Path, original: Original | None = None) -> Written:
    """Return what the program wrote into a project's sheet; into a copy elsewhere, any version.

    Args:
        sheet: its path.
        folder: the project's folder.
        original: what the sheet itself says of it.
    """
    if original:
        return Written([original.version])
    kept = _kept_versions(folder)
    if sheet.name in SHEETS and sheet.resolve().parent == folder.resolve():
        return _written_here(_last_version(folder), next(kept, {}))
    return Written([version for version in (_last_version(folder), *kept) if version])


def _written_here(last: Version, kept: Version) -> Written:
    """Return what the program wrote into a sheet that stands in its place: one of two versions."""
    versions = [last] if last == kept else [last, kept]
    return Written([version for version in versions if version])


def carry(
    folder: Path, frames: Frames, judgements: pd.DataFrame, *, notify: Notify
) -> dict[str, pd.DataFrame]:
    """Return the tables of `SHEETS` with what was typed into the sheets that stand in their place.

    What is needed to find it again is kept first. Decisions that are not in Label Studio yet, and what cannot
    be carried, are passed to `notify`, a line each.

    Args:
        folder: the project's folder.
        frames: the new tables.
        judgements: the answers, for what was decided since a sheet was saved.
        notify: called with what a person has to know.

    Raises:
        AnnotateError: where something cannot be kept; no sheet was replaced then.
    """
    old = [folder / name for name in SHEETS if refuse_link(folder / name).exists()]
    if not old:
        return dict(frames)
    coming = version_of(frames[CLAIMS])
    last, kept = _last_version(folder), next(_kept_versions(folder), {})
    typed: dict[str, Cells] = {name: {} for name in SHEETS}
    lost: dict[str, list[str]] = {name: [] for name in SHEETS}
    opened: list[str] = []
    for path in old:  # one at a time is in memory
        name, sheet = path.name, _opened(path, notify)
        if sheet is None:
            continue
        opened.append(name)
        written = Written([sheet.original.version]) if sheet.original else _written_here(last, kept)
        versions = [_holding(coming), *_decided_since(judgements, path)]
        typed[name], lost[name] = typed_cells(sheet, written, versions)
        lost[name] += _extra_columns(sheet, frames[name])
        if since := _settled_since(typed[name], written, coming):
            notify(
                f"Settled otherwise since {name} was written, look before you adjudicate: {', '.join(since)}"
            )
    _keep_versions(folder, coming, last=last, kept=kept)
    touched = {name for name in SHEETS if typed[name]}
    _move_unlisted(typed, lost, frames)
    for name in opened:
        _keep_old(folder / name, lost[name], touched=name in touched, notify=notify)
    _tell_pending(folder, typed, notify)
    return {name: with_cells(frames[name], typed[name]) for name in SHEETS}


def _extra_columns(sheet: EditedSheet, frame: pd.DataFrame) -> list[str]:
    """Return in words the columns with cells that a sheet has and the new table does not."""
    ours = sheet.original.columns if sheet.original else ()
    extra = [column for column in sheet.frame.columns if column not in (*frame, *TYPED, *ours)]
    return [f"the column {column}" for column in extra if sheet.frame[column].notna().any()]


def _opened(path: Path, notify: Notify) -> EditedSheet | None:
    """Read a sheet that stands in its place; one that cannot be read is kept aside whole."""
    content = whole_file(path)
    if not content.strip():
        return None
    try:
        return read_edited_sheet(path)
    except BadInput as error:
        digest = hashlib.sha256(content).hexdigest()[:8]
        aside = replace_file(path.with_name(f"{path.stem}.unreadable-{digest}{path.suffix}"), content)
        notify(f"{error} It is kept as {aside}; nothing of it is in the new {path.name}.")
        return None


# --------------------------------------------------------------------------- what was typed


def typed_cells(sheet: EditedSheet, written: Written, holds: Sequence[Version]) -> tuple[Cells, list[str]]:
    """Return by claim what was typed into a sheet, and in words what stands in a second row of a claim.

    Without a written version only labels and notes are known to be a person's; an empty label says nothing.

    Args:
        sheet: as it was read.
        written: what the program wrote into it.
        holds: what Label Studio holds, or took from the sheet.
    """
    typed: Cells = {}
    torn: list[str] = []
    held_now = Written(holds)
    names = [name for name in ("claim_id", *TYPED) if name in sheet.frame]
    for number, row in rows_of_sheet(sheet.frame[names]):
        claim_id = row["claim_id"]
        for name in (each for each in TYPED if each in row):
            base = written.of(claim_id, name)
            if row[name] in base:
                continue
            cell = meant(name, row[name], base)
            says_nothing = not cell and (name == LABEL or not base)
            if says_nothing or not (base or name in (LABEL, NOTE)):
                continue
            known = (*base, *held_now.of(claim_id, name))
            if any(same(cell, words, column=name, lossy=sheet.lossy) for words in known):
                continue
            if typed.setdefault(claim_id, {}).setdefault(name, cell) != cell:
                torn.append(f"the {name} of row {number}, another row of its claim has another")
    return typed, torn


def _settled_since(typed: Cells, written: Written, coming: Version) -> list[str]:
    """Return the claims with a typed label that got another decision since the sheet was written."""
    labels = {
        claim_id: coming.get(claim_id, {}).get(LABEL, "") for claim_id in typed if LABEL in typed[claim_id]
    }
    return [
        claim_id for claim_id, label in labels.items() if label and label not in written.of(claim_id, LABEL)
    ]


def version_of(claims: pd.DataFrame) -> Version:
    """Return what is written of a table of claims, as `Written` has it."""
    columns = {name: claims[name].astype(object).where(claims[name].notna(), "") for name in TYPED}
    rows = zip(claims["claim_id"], *columns.values(), strict=True)
    return {claim_id: dict(zip(TYPED, row, strict=True)) for claim_id, *row in rows}


def _holding(version: Version) -> Version:
    """Return a version in which a claim without a decision says so, as an editor takes one back."""
    return {claim_id: {**cells, LABEL: cells[LABEL] or "none"} for claim_id, cells in version.items()}


def _decided_since(judgements: pd.DataFrame, sheet: Path) -> Iterator[Version]:
    """Return the decisions that editors made since a sheet was saved, each as a version of its claim."""
    saved = datetime.fromtimestamp(int(sheet.stat().st_mtime), UTC).replace(tzinfo=None).isoformat()
    decided = judgements[(judgements["ground_truth"] == 1) & (judgements["answered_at"].fillna("") >= saved)]
    for row in decided.astype(object).where(decided.notna(), "").to_dict("records"):
        label = {} if row["status"] == "noted" else {LABEL: row["given"] or "none"}
        fields = {name: row[name] for name in row["decided"].split("; ") if name}
        yield {row["claim_id"]: {**label, NOTE: row["note"], **fields}}


# --------------------------------------------------------------------------- where it goes


def _move_unlisted(typed: dict[str, Cells], lost: dict[str, list[str]], frames: Frames) -> None:
    """Move what was typed about claims that nobody disputes any more, and name what has no row to go to."""
    listed = {name: set(frames[name]["claim_id"]) for name in SHEETS}
    for name in SHEETS:
        for claim_id in [each for each in typed[name] if each not in listed[name]]:
            cells = typed[name].pop(claim_id)
            if claim_id not in listed[CLAIMS]:
                shown = ", ".join(f"{column} “{cell}”" for column, cell in cells.items())
                lost[name].append(f"what is decided on {claim_id or 'no claim'}, which is gone ({shown})")
                continue
            for column, cell in cells.items():
                if typed[CLAIMS].setdefault(claim_id, {}).setdefault(column, cell) != cell:
                    lost[name].append(f"the {column} of {claim_id}, {CLAIMS} has another")


def with_cells(frame: pd.DataFrame, typed: Cells) -> pd.DataFrame:
    """Return a table with other cells; an empty one is missing."""
    if not typed:
        return frame
    table = frame.copy()
    for name in TYPED:
        both = zip(frame["claim_id"], frame[name], strict=True)
        column = [typed.get(claim_id, {}).get(name, cell) or None for claim_id, cell in both]
        table[name] = pd.Series(column, frame.index, dtype=object)
    return table


def _tell_pending(folder: Path, typed: Mapping[str, Cells], notify: Notify) -> None:
    for name, cells in typed.items():
        if cells:
            verb = "is" if len(cells) == 1 else "are"
            notify(
                f"{counted(len(cells), 'decision')} in {name} {verb} not in Label Studio yet: "
                f"`annotate adjudicate {folder / name}`"
            )
    for one, other in combinations(SHEETS, 2):
        torn = [
            claim_id for claim_id, cells in typed[one].items() if _differ(cells, typed[other].get(claim_id))
        ]
        if torn:
            notify(f"{one} and {other} decide differently, and both are kept: {', '.join(torn)}")


def _differ(one: Mapping[str, str], other: Mapping[str, str] | None) -> bool:
    return any(not same((other or {}).get(name, cell), cell, column=name) for name, cell in one.items())


# --------------------------------------------------------------------------- what is kept


def _last_version(folder: Path) -> Version:
    """Read the version that was written last; none where the file is missing or broken."""
    try:
        with (folder / LAST).open(encoding="utf-8", newline="\n") as file:
            rows = (json.loads(line) for line in file if line != "\n")
            return {row["claim_id"]: _typed_of(row) for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _kept_versions(folder: Path) -> Iterator[Version]:
    """Read the versions that are kept, newest first."""
    for path in kept_files(VERSIONS, folder):
        version = json.loads(gzip.decompress(path.read_bytes()))
        yield {claim_id: _typed_of(row) for claim_id, row in version.items()}


def _typed_of(row: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of `TYPED` in a row, which may have their earlier names or lack the later ones."""
    return {name: row[key] for name in TYPED for key in (_EARLIER.get(name, name), name) if key in row}


def _keep_versions(folder: Path, coming: Version, *, last: Version, kept: Version) -> None:
    """Keep the version that stands in the sheets, `last`, and the one that is to come, each once.

    `kept` is the newest that is kept.
    """
    for version in (last, coming) if last else ():
        if kept != version:
            content = json.dumps(version, ensure_ascii=False).encode()
            keep_file(gzip.compress(content, mtime=0), VERSIONS, folder)
            kept = version


def _keep_old(path: Path, lost: Sequence[str], *, touched: bool, notify: Notify) -> None:
    """Keep a sheet that a person changed; what only that file has is passed to `notify`."""
    content = whole_file(path)
    if touched or lost or not (_OUR_HEADER.match(content) or is_ours(content)):
        kept = keep_file(content, path.name, path.parent)
        if lost:
            notify(f"Only the old {path.name}, kept as {kept}, has {'; '.join(lost)}.")


def keep_resaved(path: Path, notify: Notify) -> None:
    """Keep a table that another program saved, before it is replaced: what was typed into it is not read."""
    if not refuse_link(path).exists():
        return
    with path.open("rb") as file:
        ours = _OUR_HEADER.match(file.read(10_000))
    if not ours:
        kept = keep_file(whole_file(path), path.name, path.parent)
        notify(f"{path.name} was saved by another program: it is kept as {kept}. Decide in {CLAIMS}.")
