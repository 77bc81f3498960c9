"""Sheets that are replaced: what was typed stands in the new ones, in whatever way the old ones were saved."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from annotate.model import Decision
from annotate.report import read_csv, write_tables
from annotate.report.sheets import LAST
from tests.report.answers import Raw, label, project
from tests.report.test_adjudication import write
from tests.report.test_workbook import type_into
from tests.specimen import specimen

TIE, SINGLE, BARE = (claim.claim_id for claim in specimen()[1][:3])
LATER, LATEST = "2031-05-09T10:00:00.000000Z", "2031-05-10T10:00:00.000000Z"


@pytest.fixture
def raw() -> Raw:
    made = project()
    label(made, TIE, by=1, as_="opinion")
    label(made, TIE, by=2, as_="checkable_fact")
    label(made, SINGLE, by=1, as_="attributed_report", source="Tove Lund", evidence="minutes, 1998")
    return made


def report(raw: Raw, folder: Path) -> list[str]:
    """Write the tables, and return what a person is told."""
    told: list[str] = []
    write_tables(raw, folder, notify=told.append)
    return told


def cells(folder: Path, claim_id: str, name: str = "claims.csv") -> dict[str, Any]:
    row = read_csv(folder / name).set_index("claim_id").loc[claim_id]
    return {key: "" if pd.isna(row[key]) else row[key] for key in ("decision", "note", "source")}


def typed(folder: Path, claim_id: str, name: str = "claims.csv", **given: str) -> pd.DataFrame:
    sheet = read_csv(folder / name).astype(object)
    for column, cell in given.items():
        sheet.loc[sheet["claim_id"] == claim_id, column] = cell
    return sheet


WAYS: dict[str, dict[str, Any]] = {
    "commas": {},
    "semicolons, cp1252": {"sep": ";", "encoding": "cp1252", "errors": "replace"},
    "tabs, UTF-16": {"sep": "\t", "encoding": "utf-16"},
    "all quoted, a mark": {"quoting": csv.QUOTE_ALL, "encoding": "utf-8-sig", "lineterminator": "\r\n"},
}


@pytest.mark.parametrize("way", [*WAYS, "workbook", "sorted, and rows deleted"])
def test_a_sheet_saved_in_any_way_keeps_what_was_typed_and_nothing_else(
    raw: Raw, tmp_path: Path, way: str
) -> None:
    report(raw, tmp_path)
    sheet = typed(tmp_path, SINGLE, source="Ada Møller", note="=see page 4")
    path = tmp_path / "claims.csv"
    if way == "workbook":
        sheet.assign(note=None).to_excel(tmp_path / "claims.xlsx", index=False)
        (tmp_path / "claims.xlsx").replace(path)
    elif way in WAYS:
        sheet.to_csv(path, index=False, **WAYS[way])
    else:
        sheet[sheet["claim_id"].isin([SINGLE, BARE])].iloc[::-1].to_csv(path, index=False)
    label(raw, BARE, by=1, as_="attributed_report", source="Bo")
    told = report(raw, tmp_path)
    assert [line.partition(":")[0] for line in told] == [
        "1 decision in claims.csv is not in Label Studio yet"
    ]
    note = "" if way == "workbook" else "=see page 4"
    assert cells(tmp_path, SINGLE) == {"decision": "", "note": note, "source": "Ada Møller"}
    assert cells(tmp_path, BARE)["source"] == "Bo"
    assert len(read_csv(path)) == len(specimen()[1])
    assert report(raw, tmp_path) == told  # again, from the sheet that the program wrote


def test_a_value_of_an_earlier_report_may_be_typed_again_and_a_cell_may_be_blanked(
    raw: Raw, tmp_path: Path
) -> None:
    report(raw, tmp_path)
    label(raw, SINGLE, by=1, as_="attributed_report", source="The board", at=LATER)
    report(raw, tmp_path)
    typed(tmp_path, SINGLE, source="Tove Lund").to_csv(tmp_path / "claims.csv", index=False)
    assert len(report(raw, tmp_path)) == 1
    assert cells(tmp_path, SINGLE)["source"] == "Tove Lund"
    typed(tmp_path, SINGLE, source="").to_csv(tmp_path / "claims.csv", index=False)
    assert len(report(raw, tmp_path)) == 1
    assert cells(tmp_path, SINGLE)["source"] == ""
    assert len(list((tmp_path / "sheets").glob("*.claims.csv"))) == 2


def test_a_folder_without_what_was_written_last(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    typed(tmp_path, TIE, decision="opinion", source="Bo").to_csv(tmp_path / "claims.csv", index=False)
    (tmp_path / "claims.jsonl").unlink()
    label(raw, SINGLE, by=1, as_="attributed_report", source="The board", at=LATER)
    assert len(report(raw, tmp_path)) == 1
    assert cells(tmp_path, TIE)["decision"] == "opinion"
    assert cells(tmp_path, SINGLE)["source"] == "The board"  # an old value of the program's is nobody's word


@pytest.mark.parametrize("step", [0, 1, 2, 5, 7])
def test_a_report_that_ends_at_any_file_loses_nothing_that_was_typed(
    raw: Raw, tmp_path: Path, step: int
) -> None:
    folder, whole = tmp_path / "desk", tmp_path / "whole"
    report(raw, folder)
    typed(folder, SINGLE, note="Ask her.").to_csv(folder / "claims.csv", index=False)
    typed(folder, TIE, "disputes.csv", decision="O").to_csv(folder / "disputes.csv", index=False)
    type_into(
        folder / "desk.xlsx", {("All claims", BARE, "Decision"): "O", ("To decide", TIE, "Note"): "Mine."}
    )
    shutil.copytree(folder, whole)
    label(raw, SINGLE, by=1, as_="attributed_report", source="The board", at=LATER)
    written = [path.name for path in write_tables(raw, whole)]
    for name in ("sheets", *sorted(written, key=LAST.__eq__)[:step]):  # in the order of their writing
        copy = shutil.copytree if (whole / name).is_dir() else shutil.copy
        copy(whole / name, folder / name)  # type: ignore[operator]
    label(raw, SINGLE, by=1, as_="attributed_report", source="The mayor", at=LATEST)
    told = report(raw, folder)
    assert [line.partition(" not")[0] for line in told] == [
        "1 decision in claims.csv is",
        "1 decision in disputes.csv is",
        "2 decisions in desk.xlsx are",
    ]
    assert cells(folder, SINGLE) == {"decision": "", "note": "Ask her.", "source": "The mayor"}
    assert cells(folder, TIE, "disputes.csv")["decision"] == "O"


def test_what_adjudicate_took_is_not_called_pending_though_another_decided_since(
    raw: Raw, tmp_path: Path
) -> None:
    report(raw, tmp_path / "desk")
    folder = tmp_path / "desk"
    typed(folder, TIE, decision="opinion").to_csv(folder / "claims.csv", index=False)
    shutil.copytree(folder, tmp_path / "again")
    for place, day in ((folder, "05"), (tmp_path / "again", "08")):
        saved = pd.Timestamp(f"2031-05-{day}T09:00:00Z").timestamp()
        os.utime(place / "claims.csv", (saved, saved))
    write(raw, (Decision(TIE, "opinion", "", 101, 0, 0),), by=3, at="2031-05-06T10:00:00Z")
    write(raw, (Decision(TIE, "checkable_fact", "", 101, 0, 0),), by=1, at="2031-05-07T10:00:00Z")
    assert report(raw, folder) == []
    assert cells(folder, TIE)["decision"] == "checkable_fact"
    since, pending = report(raw, tmp_path / "again")  # typed once more, after both
    assert since == f"Settled otherwise since claims.csv was written, look before you adjudicate: {TIE}"
    assert pending.startswith("1 decision in claims.csv")
