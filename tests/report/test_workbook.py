"""The editor's workbook: all that is decided is on one screen, and what is typed comes back from any program."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from annotate.labels import LABELS, SHOWN_AS
from annotate.report import read_csv, read_edited_sheet, review, write_tables, written_into
from annotate.report.adjudication import Adjudication
from annotate.report.frames import claims_table, read_answers
from annotate.report.workbook import cases_of, ids_to_decide
from annotate.report.workbook.book import listed_claims
from annotate.report.workbook.tables import fields_of_all, fields_to_decide
from tests.report.answers import Raw, decide, label, project
from tests.report.office import Office
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]
TIE, SPLIT, SINGLE, SETTLED = CLAIMS[0], CLAIMS[1], CLAIMS[2], CLAIMS[3]
HOSTILE = """# News

{=1+1 is what the board can count to.|opinion} {+HYPERLINK("http://evil.example","x") said so.|checkable_fact}

{@SUM(A1) and _x0041_ stood there.|opinion} {-2+3 crews left.|checkable_fact} {Plain words.|opinion}
"""
WINDOW = 1366 - 30 - 20  # pixels for cells: the numbers of rows and the scroll bar take the rest


@pytest.fixture
def raw() -> Raw:
    """Return a project with a tie, a majority, a claim that waits, and one that all agree on."""
    made = project()
    made["project"]["annotators"] = 3
    for by, (tie, split) in enumerate(
        [("opinion", "opinion"), ("checkable_fact", "opinion"), ("attributed_report", "checkable_fact")], 1
    ):
        label(made, TIE, by=by, as_=tie, note="A close call." if by == 2 else "")
        label(made, SPLIT, by=by, as_=split)
        label(made, SETTLED, by=by, as_="attributed_report", source="Tove Lund")
    label(made, SINGLE, by=1, as_="checkable_fact")
    return made


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def report(raw: Raw, folder: Path) -> list[str]:
    """Write the report, and return what a person is told."""
    told: list[str] = []
    write_tables(raw, folder, notify=told.append)
    return told


def reviewed(raw: Raw, path: Path, folder: Path, *, editor: str = "Mara Ek") -> Adjudication:
    """Compare a workbook with the answers, as `annotate adjudicate` does."""
    sheet = read_edited_sheet(path)
    written = written_into(path, folder, sheet.original)
    return review(sheet.frame, read_answers(raw), editor=editor, lossy=sheet.lossy, written=written)


def headings(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): at for at, cell in enumerate(sheet[1], 1)}


def cell(sheet: Worksheet, claim_id: str, heading: str) -> Any:
    columns = headings(sheet)
    rows = (
        row for row in range(2, sheet.max_row + 1) if sheet.cell(row, columns["Claim id"]).value == claim_id
    )
    return sheet.cell(next(rows), columns[heading])


def opened(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, rich_text=True)


def type_into(path: Path, typed: dict[tuple[str, str, str], str], *, saved: Path | None = None) -> Path:
    """Type into cells by table, claim and heading, and save the workbook as another program does."""
    book = opened(path)
    for (name, claim_id, heading), text in typed.items():
        place = cell(book[name], claim_id, heading)
        place.value, place.data_type = text, "s"  # as into a cell of text: no formula
    book.save(saved or path)
    return saved or path


def decided(done: Adjudication) -> dict[str, tuple[str | None, str, dict[str, str] | None]]:
    return {d.claim_id: (d.label, d.note, d.fields and dict(d.fields)) for d in done.accepted}


# --------------------------------------------------------------------------- what it looks like


@pytest.mark.parametrize("people", [0, 1, 2, 3, 4, 5, 6, 7, 30])
def test_claim_answers_and_decision_are_on_one_screen(people: int) -> None:
    names = [f"Annotator {number}" for number in range(people)]
    for fields in (fields_to_decide(names), fields_of_all(names)):
        order = [field.heading for field in fields]
        shown = order[: order.index("Note") + 1]
        assert shown[-5:] == ["Votes", "Label", "Decision", "Source", "Note"]
        assert shown[-6] == (names[-1] if 0 < people <= 6 else "Answers" if people else shown[-6])
        assert len(set(order)) == len(order)
    widths = {field.heading: field.width for field in fields_to_decide(names)[: len(shown) + 1]}
    assert sum(list(widths.values())[: list(widths).index("Note") + 1]) <= WINDOW
    assert widths["Context"] >= 180


def test_the_tables_are_set_up_for_deciding(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    book = opened(tmp_path / "desk.xlsx")
    assert book.sheetnames == [
        *("To decide", "To check", "All claims", "Sources", "People", "How to", "Original")
    ]
    assert book["Original"].sheet_state == "veryHidden"
    sheet = book["To decide"]
    assert (
        [row[headings(sheet)["Claim id"] - 1] for row in sheet.iter_rows(2, values_only=True)]
        == [
            *(TIE, SPLIT, SINGLE),  # the hardest first, then what waits
            *(claim for claim in CLAIMS[4:]),
        ]
    )
    assert cell(sheet, TIE, "Bo Marsh").value == "Checkable fact\n“A close call.”"
    context = cell(sheet, SPLIT, "Context").value
    assert [str(part) for part in context if getattr(part, "font", None) and part.font.b] == [
        specimen()[1][1].text
    ]
    assert sheet.freeze_panes == "D2"
    assert book["All claims"].freeze_panes == "C2"
    for table in (sheet, book["All claims"]):
        assert table.auto_filter.ref
        assert table.protection.sheet
        assert (table.page_setup.orientation, table.print_title_rows) == ("landscape", "$1:$1")
        for heading, at in headings(table).items():
            free = heading in ("Decision", "Source", "Note", "Source kind", "Evidence")
            assert table.cell(2, at).protection.locked != free, heading
            assert table.cell(2, at).alignment.wrap_text
        assert cell(table, TIE, "Decision").fill.fgColor.rgb == "FFFFF2A8"
        assert str(cell(table, TIE, "Link").hyperlink.target).startswith("http://127.0.0.1:8080/projects/7/")
        rules = {str(rule.sqref): rule.formula1 for rule in table.data_validations.dataValidation}
        column = table.cell(1, headings(table)["Decision"]).column_letter
        offered = next(values for place, values in rules.items() if place.startswith(f"{column}2"))
        assert offered == f'"{",".join(SHOWN_AS[name] for name in LABELS)}"'
    tints = {cell(book["All claims"], claim, "Label").fill.fgColor.rgb for claim in (SPLIT, SETTLED, SINGLE)}
    assert len(tints) == 3
    assert book["People"].cell(2, 1).value == "Ada Lund"
    assert book["Sources"].cell(2, 1).value == "Tove Lund"


def test_the_same_answers_give_the_same_bytes_and_editors_are_among_the_people(
    raw: Raw, tmp_path: Path
) -> None:
    decide(raw, SETTLED, by=3, as_="opinion")
    report(raw, tmp_path / "one")
    report(raw, tmp_path / "two")
    assert (tmp_path / "one/desk.xlsx").read_bytes() == (tmp_path / "two/desk.xlsx").read_bytes()
    people = opened(tmp_path / "one/desk.xlsx")["People"]
    rows = [row[:3] for row in people.iter_rows(2, values_only=True)]
    assert rows == [
        *(("Ada Lund", "annotator", 4), ("Bo Marsh", "annotator", 3), ("Cleo Ferris", "annotator", 3)),
        ("Cleo Ferris", "editor", None),
    ]
    claim = cell(opened(tmp_path / "one/desk.xlsx")["All claims"], SETTLED, "Editor")
    assert claim.value == "Cleo Ferris"


def test_names_of_annotators_are_never_taken_for_columns(raw: Raw, tmp_path: Path) -> None:
    for number, name in enumerate(("Source", "final label", "Claim ID"), 1):
        raw["users"][str(number)]["name"] = name
    report(raw, tmp_path)
    found = headings(opened(tmp_path / "desk.xlsx")["To decide"])
    assert {"Source (annotator)", "final label (annotator)", "Claim ID (annotator)"} <= set(found)
    assert reviewed(raw, tmp_path / "desk.xlsx", tmp_path) == Adjudication((), (), 0, ())


def test_of_very_many_claims_those_to_decide_are_listed(monkeypatch: pytest.MonkeyPatch, raw: Raw) -> None:
    monkeypatch.setattr("annotate.report.workbook.book.MOST_CLAIMS", 3)
    claims = pd.DataFrame(
        {"progress": ["settled", "settled", "waiting", "disputed"], "decision": [None, "opinion", None, None]}
    )
    assert listed_claims(claims).index.tolist() == [1, 2, 3]


def test_cases_have_all_that_a_page_shows_of_a_claim(raw: Raw) -> None:
    answers = read_answers(raw)
    claims = claims_table(answers)
    assert ids_to_decide(claims)[:3] == [TIE, SPLIT, SINGLE]
    case = cases_of(claims, answers.judgements)[TIE]
    assert [(said.who, said.look, said.note) for said in case.said] == [
        *(("Ada Lund", "opinion", ""), ("Bo Marsh", "checkable_fact", "A close call.")),
        ("Cleo Ferris", "attributed_report", ""),
    ]
    assert (case.claim, case.label, case.votes, case.wanted) == (specimen()[1][0].text, "", 3, 3)
    around = f"{case.before.lstrip('…')}{case.claim}{case.after.rstrip('…')}"
    assert around in " ".join(answers.articles[0].text.split())
    assert len(around) > len(case.claim)


# --------------------------------------------------------------------------- what is typed


TYPED = {
    ("To decide", TIE, "Decision"): "CHECKABLE fact",
    ("To decide", TIE, "Note"): "=see page 4\nand “5”",
    ("To decide", SPLIT, "Source"): "1/2 of the crew",
    ("All claims", SPLIT, "Note"): "+1",
    ("All claims", SETTLED, "Decision"): "o",
    ("All claims", SETTLED, "Evidence"): "https://minutes.example/7",
}
EXPECTED = {
    TIE: ("checkable_fact", "=see page 4\nand “5”", None),
    SPLIT: (None, "+1", {"source": "1/2 of the crew"}),
    SETTLED: ("opinion", "", {"evidence": "https://minutes.example/7"}),
}


def test_what_is_typed_in_either_table_is_decided_together(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    done = reviewed(raw, type_into(tmp_path / "desk.xlsx", TYPED), tmp_path)
    assert (decided(done), done.refused) == (EXPECTED, ())


@pytest.mark.parametrize("saved", ["xlsx", "ods", "csv"])
@pytest.mark.slow
def test_libreoffice_opens_edits_and_saves_the_workbook(
    raw: Raw, tmp_path: Path, office: Office, saved: str
) -> None:
    report(raw, tmp_path)
    path, book = tmp_path / "desk.xlsx", opened(tmp_path / "desk.xlsx")
    typed = {k: v for k, v in TYPED.items() if saved != "csv" or k[0] == "To decide"}
    cells = {
        (name, (found := cell(book[name], claim_id, heading)).row - 1, found.column - 1): text
        for (name, claim_id, heading), text in typed.items()
    }
    done = reviewed(raw, office.edit(path, cells, tmp_path / f"mine.{saved}"), tmp_path)
    expected = {
        claim_id: (label, "" if (claim_id, saved) == (SPLIT, "csv") else note, fields)
        for claim_id, (label, note, fields) in EXPECTED.items()
        if saved != "csv" or claim_id != SETTLED
    }
    assert (decided(done), done.refused) == (expected, ())


@pytest.mark.slow
def test_a_workbook_that_somebody_saved_is_told_from_one_that_nobody_touched(
    raw: Raw, tmp_path: Path, office: Office
) -> None:
    report(raw, tmp_path)
    path = tmp_path / "desk.xlsx"
    report(raw, tmp_path)
    assert not list(tmp_path.glob("sheets/*.desk.xlsx"))
    office.edit(path, {}, tmp_path / "mine.xlsx").replace(path)  # saved as it was: colours may be a person's
    report(raw, tmp_path)
    type_into(path, {})
    report(raw, tmp_path)
    assert len(list(tmp_path.glob("sheets/*.desk.xlsx"))) == 2


@pytest.mark.slow
def test_a_formula_in_a_note_is_kept_as_the_text_that_it_shows(
    raw: Raw, tmp_path: Path, office: Office
) -> None:
    report(raw, tmp_path)
    path, at = tmp_path / "desk.xlsx", cell(opened(tmp_path / "desk.xlsx")["To decide"], TIE, "Note")
    place = f'document.Sheets.getByName("To decide").getCellByPosition({at.column - 1}, {at.row - 1})'
    office.edit(path, {}, tmp_path / "mine.xlsx", f'{place}.setFormula("=1+1 & "" of them""")')
    (tmp_path / "mine.xlsx").replace(path)
    assert decided(reviewed(raw, path, tmp_path)) == {TIE: (None, "2 of them", {})}
    report(raw, tmp_path)
    assert b"<f>" not in b"".join(parts(path).values())
    assert cell(opened(path)["To decide"], TIE, "Note").value == "2 of them"


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.slow
def test_hostile_text_runs_nothing_and_comes_back_as_it_is(tmp_path: Path, office: Office) -> None:
    raw = project(*specimen(HOSTILE))
    ids = [claim["claim_id"] for task in raw["tasks"] for claim in task["data"]["claims"]]
    strange = [
        "=cmd|' /C calc'!A0",
        "\tTab",
        "a\x01\x0b\x1fb\x00",
        "_x0001_",
        '=HYPERLINK("http://evil.example")',
    ]
    for claim_id, note in zip(ids, strange, strict=True):
        for by, said in ((1, "opinion"), (2, "checkable_fact")):
            label(raw, claim_id, by=by, as_=said, source=note, note=note, evidence=f"javascript:{note}")
    raw["users"]["1"]["name"] = "=1+1"
    decide(raw, ids[0], by=3, as_="attributed_report", note="@SUM(1+1)*cmd")
    report(raw, tmp_path)
    path = tmp_path / "desk.xlsx"
    for name, content in parts(path).items():
        assert b"<f>" not in content, name
        assert b"javascript:" not in content or not name.endswith(".rels")
    assert reviewed(raw, path, tmp_path) == Adjudication((), (), 1, ())  # and what is decided is known
    again = office.edit(path, {}, tmp_path / "again.ods")
    assert reviewed(raw, again, tmp_path) == Adjudication((), (), 1, ())
    shown = read_edited_sheet(again).frame["claim"].dropna()
    assert {claim.strip()[:8] for claim in shown} >= {"=1+1 is ", "+HYPERLI", "@SUM(A1)", "-2+3 cre"}
    typed = read_edited_sheet(type_into(path, {("All claims", ids[1], "Decision"): "O"}))
    assert typed.original is not None
    told = report(raw, tmp_path)
    assert [line.partition(":")[0] for line in told] == ["1 decision in desk.xlsx is not in Label Studio yet"]


# --------------------------------------------------------------------------- reports written again


def test_what_is_typed_stays_when_a_report_is_written_again(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    path = type_into(tmp_path / "desk.xlsx", TYPED)
    saved = path.read_bytes()
    label(raw, SINGLE, by=2, as_="opinion")
    told = report(raw, tmp_path)
    assert [line.partition(":")[0] for line in told] == [
        "3 decisions in desk.xlsx are not in Label Studio yet"
    ]
    assert [kept.read_bytes() for kept in (tmp_path / "sheets").glob("*.desk.xlsx")] == [saved]
    book = opened(path)
    assert cell(book["To decide"], TIE, "Decision").value == "Checkable fact"
    assert cell(book["To decide"], SPLIT, "Note").value == "+1"  # typed in the other table
    assert cell(book["All claims"], TIE, "Decision").value is None
    assert cell(book["All claims"], SETTLED, "Decision").value == "Opinion"
    assert decided(reviewed(raw, path, tmp_path)) == EXPECTED
    assert report(raw, tmp_path) == told  # from the workbook that the program wrote
    type_into(path, {("To decide", TIE, "Decision"): "Opinion"})
    assert decided(reviewed(raw, path, tmp_path))[TIE][0] == "opinion"
    for by in (2, 3):
        label(raw, TIE, by=by, as_="opinion", at=f"2031-05-09T1{by}:00:00Z")  # nobody differs any more
    report(raw, tmp_path)
    book = opened(path)
    assert cell(book["All claims"], TIE, "Note").value == "=see page 4\nand “5”"
    assert TIE not in [row[-2] for row in book["To decide"].iter_rows(2, values_only=True)]


def test_a_workbook_of_last_month_decides_what_still_stands(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    old = type_into(
        tmp_path / "desk.xlsx",
        {("To decide", TIE, "Decision"): "Opinion", ("To decide", SPLIT, "Decision"): "Opinion"},
        saved=tmp_path / "last_month.xlsx",
    )
    for day in range(10, 25):  # more versions than are kept
        source = f"Spokesman {day}"
        for by in (1, 2, 3):
            label(
                raw, SETTLED, by=by, as_="attributed_report", source=source, at=f"2031-05-{day}T1{by}:00:00Z"
            )
        report(raw, tmp_path)
    label(raw, SPLIT, by=1, as_="checkable_fact", at="2031-05-30T10:00:00Z")
    done = reviewed(raw, old, tmp_path)
    assert decided(done) == {
        TIE: ("opinion", "", None)
    }  # and no source of last month is taken for a correction
    assert [(each.row, each.why) for each in done.refused] == [
        ("3 of “To decide”", "the sheet shows “Opinion”, Label Studio now comes to “checkable_fact”")
    ]


def test_of_two_workbooks_that_decide_a_claim_the_second_is_told(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    path = tmp_path / "desk.xlsx"
    second = type_into(
        path,
        {("To decide", TIE, "Decision"): "Opinion", ("To decide", SPLIT, "Note"): "Mine."},
        saved=tmp_path / "second.xlsx",
    )
    decide(raw, TIE, by=3, as_="checkable_fact")
    done = reviewed(raw, second, tmp_path)
    assert decided(done) == {SPLIT: (None, "Mine.", {})}
    (refusal,) = done.refused
    assert refusal.why == "the sheet shows no label, but Cleo Ferris decided “checkable_fact” since"
    second.replace(path)  # and a report keeps it
    assert any("Settled otherwise since desk.xlsx was written" in line for line in report(raw, tmp_path))
    assert cell(opened(path)["All claims"], TIE, "Decision").value == "Opinion"


def test_two_tables_that_differ_are_refused_with_both_places(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    typed = {("To decide", TIE, "Decision"): "Opinion", ("All claims", TIE, "Decision"): "Checkable fact"}
    done = reviewed(raw, type_into(tmp_path / "desk.xlsx", typed), tmp_path)
    assert not done.accepted
    assert {each.why for each in done.refused} == {
        "the rows 2 of “To decide” and 2 of “All claims” decide this claim differently: keep one of them"
    }
    assert any("Only the old desk.xlsx, kept as" in line for line in report(raw, tmp_path))


def rename(book: openpyxl.Workbook) -> None:
    book["To decide"].title = "Mara"
    del book["All claims"], book["How to"], book["Sources"]


def turn_round(book: openpyxl.Workbook) -> None:
    """Sort both tables the other way round, values alone, and hide rows as a filter does."""
    for name in ("To decide", "All claims"):
        sheet = book[name]
        rows = [[each.value for each in row] for row in sheet.iter_rows(2)][::-1]
        for at, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                sheet.cell(at, column).value = value
            sheet.row_dimensions[at].hidden = at % 2 == 0


def without_original(book: openpyxl.Workbook) -> None:
    del book["Original"]


@pytest.mark.parametrize("change", [rename, turn_round, without_original])
def test_tables_may_be_renamed_deleted_sorted_and_filtered(
    raw: Raw, tmp_path: Path, change: Callable[[openpyxl.Workbook], None]
) -> None:
    report(raw, tmp_path)
    typed = {key: text for key, text in TYPED.items() if key[0] == "To decide"}
    path = type_into(tmp_path / "desk.xlsx", typed)
    book = opened(path)
    change(book)
    book.save(path)
    done = reviewed(raw, path, tmp_path)
    assert set(decided(done)) == {TIE, SPLIT}
    assert not done.refused
    assert "2 decisions in desk.xlsx are not in Label Studio yet" in "\n".join(report(raw, tmp_path))


def test_merged_cells_say_in_each_row_what_they_show(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    path = type_into(tmp_path / "desk.xlsx", {("To decide", TIE, "Decision"): "Opinion"})
    book = opened(path)
    at = cell(book["To decide"], TIE, "Decision")
    book["To decide"].merge_cells(start_row=2, end_row=3, start_column=at.column, end_column=at.column)
    book.save(path)
    assert {d.claim_id: d.label for d in reviewed(raw, path, tmp_path).accepted} == {
        TIE: "opinion",
        SPLIT: "opinion",
    }


@pytest.fixture
def open_in_libreoffice(office: Office) -> Iterator[Callable[[Path], None]]:
    """Return a way to open a workbook in LibreOffice as long as the test lasts."""
    running: list[subprocess.Popen[bytes]] = []

    def start(path: Path) -> None:
        profile = f"-env:UserInstallation={office.profile.with_name('open').as_uri()}"
        command = [office.program, profile, "--headless", "--norestore", path]
        running.append(subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL))
        until = time.monotonic() + 60
        while not path.with_name(f".~lock.{path.name}#").exists():
            assert time.monotonic() < until, "LibreOffice did not open the workbook"
            time.sleep(0.1)

    yield start
    for process in running:
        os.killpg(process.pid, 9)
        process.wait()


@pytest.mark.slow
def test_a_workbook_that_is_open_in_libreoffice_stays_as_it_is(
    raw: Raw, tmp_path: Path, open_in_libreoffice: Callable[[Path], None]
) -> None:
    report(raw, tmp_path)
    path = type_into(tmp_path / "desk.xlsx", {("To decide", TIE, "Decision"): "Opinion"})
    saved = path.read_bytes()
    open_in_libreoffice(path)
    for by in (1, 2, 3):
        label(raw, SETTLED, by=by, as_="attributed_report", source="The board", at=f"2031-05-1{by}T10:00:00Z")
        told = report(raw, tmp_path)
        assert any(
            line.startswith("desk.xlsx is open in another program and stays as it was") for line in told
        )
    assert path.read_bytes() == saved
    assert read_csv(tmp_path / "claims.csv").set_index("claim_id").loc[SETTLED, "source"] == "The board"
    path.with_name(".~lock.desk.xlsx#").unlink()
    assert [line.partition(":")[0] for line in report(raw, tmp_path)] == [
        "1 decision in desk.xlsx is not in Label Studio yet"
    ]
    book = opened(path)
    assert cell(book["To decide"], TIE, "Decision").value == "Opinion"
    assert cell(book["All claims"], SETTLED, "Source").value == "The board"
    assert not re.search("unreadable", " ".join(each.name for each in tmp_path.iterdir()))
