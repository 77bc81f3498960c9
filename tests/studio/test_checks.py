"""A fact-checker's days: what is typed into the sheets of what is to check goes round, and shows with its editor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.report import read_csv
from annotate.studio.format import entries_of
from tests.report.office import Office
from tests.report.test_workbook import cell, office, opened
from tests.studio.test_sheets import Editor, editor

pytestmark = pytest.mark.studio
__all__ = ["editor", "office"]  # fixtures

LINKS = "https://minutes.example/7\nhttps://archive.example/8 javascript:alert(1)"


@pytest.fixture
def checker(editor: Editor) -> Editor:
    """Return an editor at a project in which claims 2 to 4 are checkable facts."""
    for at in (2, 3, 4):
        for reviewer in (0, 1):
            editor.answer(reviewer, at, "checkable_fact")
    editor.run("pull", "--project", editor.project.title)
    editor.report()
    return editor


def row_of(editor: Editor, at: int) -> int:
    """Return the row in checks.csv of a claim of claims.csv."""
    return editor.rows("checks.csv")["claim_id"].tolist().index(editor.claim(at))


def checks(editor: Editor, at: int) -> list[str]:
    """Return what checks.csv shows of a claim of claims.csv."""
    columns = ("check", "assignee", "evidence", "editor")
    return editor.cells(row_of(editor, at), *columns, name="checks.csv")


def workbook_edited(editor: Editor, office: Office, saved: Path, typed: dict[tuple[int, str], str]) -> Path:
    """Type into cells of To check by claim and heading, in LibreOffice."""
    path = editor.folder / "desk.xlsx"
    sheet = opened(path)["To check"]
    places = {
        ("To check", (found := cell(sheet, editor.claim(at), heading)).row - 1, found.column - 1): text
        for (at, heading), text in typed.items()
    }
    return office.edit(path, places, saved)


@pytest.mark.slow
def test_a_check_goes_round_by_table_and_workbook(checker: Editor, office: Office) -> None:
    assert checks(checker, 2) == ["to check", "", "", ""]
    at = row_of(checker, 2)
    checker.type(at, "checks.csv", check="In hand", assignee="=1+1 Bo", evidence=LINKS)
    assert "1 decision in checks.csv is not in Label Studio yet" in checker.report()
    told = checker.run("adjudicate", "--editor", "Mara Ek", str(checker.folder / "checks.csv"))
    assert "1 accepted, 0 unchanged, 0 refused" in told
    typed = {(3, "Check"): "checked", (3, "Assignee"): "Tove Lund", (4, "Check"): "dropped"}
    mine = workbook_edited(checker, office, checker.desk.folder / "mine.ods", typed)
    told = checker.run("adjudicate", "--project", checker.project.title, "--editor", "Olav Brekke", str(mine))
    assert "2 accepted, 0 unchanged, 0 refused" in told

    assert "not in Label Studio" not in checker.report()
    assert checks(checker, 2) == ["in hand", "=1+1 Bo", LINKS, "Mara Ek"]
    assert checks(checker, 3) == ["checked", "Tove Lund", "", "Olav Brekke"]
    assert checks(checker, 4) == ["dropped", "", "", "Olav Brekke"]
    assert [row_of(checker, each) for each in (2, 3, 4)] == [0, 1, 2]  # open, checked, dropped
    assert checker.cells(2, "check", "assignee") == ["in hand", "=1+1 Bo"]
    sheet = opened(checker.folder / "desk.xlsx")["To check"]
    assert cell(sheet, checker.claim(2), "Assignee").value == "=1+1 Bo"
    assert cell(sheet, checker.claim(2), "Evidence 2").hyperlink.target == "https://archive.example/8"
    page = (checker.folder / "report.html").read_text(encoding="utf-8")
    assert "Check: in hand; assignee: <bdi>=1+1 Bo</bdi>" in page
    assert 'href="https://archive.example/8"' in page
    assert 'href="javascript' not in page
    drafts = json.loads((checker.folder / "claimreview.json").read_text(encoding="utf-8"))["@graph"]
    assert [draft["creativeWorkStatus"] for draft in drafts] == ["Draft: in hand", "Draft: checked"]

    again = checker.run("adjudicate", "--editor", "Mara Ek", str(checker.folder / "checks.csv"), code=5)
    assert "no row decides anything" in again
    again = checker.run(
        "adjudicate", "--project", checker.project.title, "--editor", "Olav Brekke", str(mine)
    )
    assert "0 accepted, 2 unchanged, 0 refused" in again


def test_a_check_is_taken_back_and_its_history_stays(checker: Editor) -> None:
    at = row_of(checker, 2)
    checker.type(at, "checks.csv", check="checked", assignee="Bo", decision="fact")
    checker.adjudicate("checks.csv")
    checker.report()
    at = row_of(checker, 2)
    checker.type(at, "checks.csv", decision="none")
    assert "1 accepted" in checker.adjudicate("checks.csv")
    checker.report()
    assert checks(checker, 2) == ["to check", "", "", ""]
    checker.type(row_of(checker, 3), "checks.csv", check="in hand")
    checker.adjudicate("checks.csv")
    checker.report()
    checker.type(row_of(checker, 3), "checks.csv", check="")  # an emptied state
    assert "1 accepted" in checker.adjudicate("checks.csv")
    assert "not in Label Studio" not in checker.report()
    assert checks(checker, 3)[0] == "to check"
    (result,) = (
        result
        for task in checker.desk.owner.export(checker.project.number)
        for annotation in task["annotations"]
        for result in annotation["result"]
        if task["data"]["claim_id"] == checker.claim(2) and entries_of(result)
    )
    assert [entry.fields for entry in entries_of(result)] == [{"check": "checked", "assignee": "Bo"}, None]


def test_a_label_that_changes_keeps_the_check_on_record(checker: Editor) -> None:
    checker.type(row_of(checker, 2), "checks.csv", check="in hand", assignee="Bo")
    checker.adjudicate("checks.csv")
    checker.report()
    checker.type(row_of(checker, 2), "checks.csv", decision="opinion")
    assert "1 accepted" in checker.adjudicate("checks.csv")
    checker.report()
    assert checker.claim(2) not in checker.rows("checks.csv")["claim_id"].tolist()
    assert checker.cells(2, "label", "check", "assignee") == ["opinion", "", ""]
    checker.type(2, decision="fact")
    checker.adjudicate()
    checker.report()
    assert checker.cells(2, "label", "check", "assignee") == ["checkable_fact", "in hand", "Bo"]


def test_what_cannot_be_a_check_is_refused_with_a_line(checker: Editor) -> None:
    old = checker.desk.folder / "copy.csv"
    old.write_bytes((checker.folder / "checks.csv").read_bytes())
    checker.type(row_of(checker, 2), "checks.csv", check="done?")
    told = checker.adjudicate("checks.csv", code=5)
    assert "unknown check “done?”, one of to check, in hand, checked, dropped" in told
    checker.type(row_of(checker, 2), "checks.csv", check="in hand", assignee="Mara")
    checker.run("adjudicate", "--editor", "Mara Ek", str(checker.folder / "checks.csv"))
    sheet = read_csv(old).astype(object)  # another editor's, from before
    sheet.loc[sheet["claim_id"] == checker.claim(2), "assignee"] = "Olav"
    sheet.to_csv(old, index=False)
    olav = ("--project", checker.project.title, "--editor", "Olav Brekke")
    told = checker.run("adjudicate", *olav, str(old), code=5)
    assert "Mara Ek decided the assignee “Mara” since" in told
    checker.report()
    checker.type(0, check="in hand")
    told = checker.adjudicate(code=5)
    assert "the check “in hand” needs a checkable fact, and this claim is without a label" in told
