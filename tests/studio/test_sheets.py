"""An editor's days with the sheets, by the commands alone: whatever is typed stays, and what is decided shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from annotate import cli
from annotate.report import read_csv
from annotate.studio import Client, Project, find_project
from annotate.studio.format import results_of
from tests.conftest import Reviewer
from tests.pulls import project_folders
from tests.report.test_workbook import type_into
from tests.studio.work import Desk

pytestmark = pytest.mark.studio


@dataclass
class Editor:
    """A desk with a project, an editor at its sheets, and two reviewers who differ on its first claim."""

    desk: Desk
    project: Project
    reviewers: tuple[Reviewer, Reviewer]

    @property
    def folder(self) -> Path:
        return self.desk.exports / self.project.key

    def run(self, *command: str, code: int = 0, token: str = "") -> str:
        """Run a command, with the owner's key or another, and return what it says on both streams."""
        for name, setting in {
            "LABEL_STUDIO_URL": self.desk.studio.url,
            "LABEL_STUDIO_API_KEY": token or self.desk.studio.credentials.token,
            "ANNOTATE_EXPORTS": str(self.desk.exports),
        }.items():
            self.desk.monkeypatch.setenv(name, setting)
        self.desk.capsys.readouterr()
        got, (out, err) = cli.run(command), self.desk.capsys.readouterr()
        assert got == code, err
        return out + err

    def report(self, *more: str) -> str:
        return self.run("report", "--project", self.project.title, *more)

    def rows(self, name: str = "claims.csv") -> pd.DataFrame:
        return read_csv(self.folder / name).astype(object)

    def claim(self, at: int) -> str:
        return str(self.rows()["claim_id"][at])

    def type(self, at: int, name: str = "claims.csv", **cells: str) -> None:
        """Type into a row as a spreadsheet program saves it."""
        sheet = self.rows(name)
        for column, cell in cells.items():
            sheet.loc[at, column] = cell
        sheet.to_csv(self.folder / name, index=False)

    def cells(self, at: int, *columns: str, name: str = "claims.csv") -> list[str]:
        return ["" if pd.isna(cell) else str(cell) for cell in self.rows(name).loc[at, list(columns)]]

    def answer(self, reviewer: int, at: int, label: str, **fields: str) -> None:
        """Answer one claim as a reviewer."""
        claim_id = self.claim(at)
        for task in self.desk.owner.export(self.project.number):
            if claim_id in {c["claim_id"] for c in task["data"]["claims"]}:
                said = {claim_id: {"label": label, **fields}}
                self.reviewers[reviewer].client.answer(task["id"], results_of(task, said))

    def adjudicate(self, name: str = "claims.csv", *, code: int = 0) -> str:
        return self.run("adjudicate", str(self.folder / name), code=code)


@pytest.fixture
def editor(
    desk: Desk, owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str]
) -> Editor:
    title = new_title()
    assert desk.run("push", desk.article(), "--project", title, "--layout", "claim")[0] == 0
    made = Editor(desk, find_project(owner, title), reviewers)
    made.run("pull", "--project", title)
    made.report()
    for reviewer, label in enumerate(("opinion", "checkable_fact")):
        made.answer(reviewer, 0, label)
    made.answer(0, 1, "attributed_report", source="The council", source_kind="organisation")
    made.run("pull", "--project", title)
    made.report()
    return made


def test_what_is_typed_outlives_reports_until_it_is_adjudicated(editor: Editor) -> None:
    editor.type(
        1,
        decision="opinion",
        note="Not theirs.",
        source="Ana Ruiz, the harbour board",
        source_kind="Person",
    )
    editor.type(2, note="Ask the mayor.", evidence="https://minutes.example/7")
    told = editor.report()
    assert "2 decisions in claims.csv are not in Label Studio yet: `annotate adjudicate " in told
    assert str(editor.folder / "claims.csv") in told
    typed = ("decision", "note", "source", "source_kind", "evidence")
    assert editor.cells(1, *typed) == ["opinion", "Not theirs.", "Ana Ruiz, the harbour board", "Person", ""]
    assert editor.cells(2, *typed) == ["", "Ask the mayor.", "", "", "https://minutes.example/7"]
    editor.answer(1, 1, "checkable_fact")
    editor.run("pull", "--project", editor.project.title)
    assert "2 decisions in claims.csv" in editor.report()  # with other answers, and typed cells once more
    assert editor.cells(1, *typed) == ["opinion", "Not theirs.", "Ana Ruiz, the harbour board", "Person", ""]
    assert editor.cells(1, "status") == ["tie"]
    sheets = editor.folder / "sheets"
    assert any("Not theirs." in path.read_text(encoding="utf-8") for path in sheets.glob("*.claims.csv"))

    done = editor.adjudicate()
    assert "2 accepted, 0 unchanged, 0 refused" in done
    assert "0 accepted, 2 unchanged, 0 refused" in editor.adjudicate()
    assert "not in Label Studio" not in editor.report()  # without a pull
    assert editor.cells(1, "status", "label", *typed) == [
        *("adjudicated", "opinion", "opinion", "Not theirs.", "Ana Ruiz, the harbour board", "person", "")
    ]
    assert editor.cells(2, "status", "label", *typed) == [
        *("unjudged", "", "", "Ask the mayor.", "", "", "https://minutes.example/7")
    ]
    claims = [json.loads(line) for line in (editor.folder / "claims.jsonl").open(encoding="utf-8")]
    assert [claims[1]["source"], claims[2]["evidence"]] == [
        "Ana Ruiz, the harbour board",
        "https://minutes.example/7",
    ]
    assert (
        read_csv(editor.folder / "sources.csv")
        .set_index("source")
        .loc["Ana Ruiz, the harbour board", "claims"]
        >= 1
    )
    assert "https://minutes.example/7" in (editor.folder / "report.html").read_text(encoding="utf-8")
    judgements = read_csv(editor.folder / "judgements.csv").set_index("claim_id")
    noted = judgements.loc[editor.claim(2)]
    assert (noted["counted"], noted["decided"], noted["ground_truth"]) == ("noted", "evidence", 1)
    assert noted["annotator"]
    assert noted["answered_at"] > "2026"


def test_decisions_of_the_page_are_shown_there_and_change_field_by_field(editor: Editor) -> None:
    editor.type(1, source="Ana Ruiz", evidence="https://minutes.example/7")
    editor.adjudicate()
    task = next(
        task
        for task in editor.desk.owner.export(editor.project.number)
        if task["data"]["claim_id"] == editor.claim(1) and len(task["annotations"]) == 2
    )
    shown = {
        r["from_name"]: r["value"] for a in task["annotations"] if a["ground_truth"] for r in a["result"]
    }
    assert (shown["source"]["text"], shown["evidence"]["text"]) == (
        ["Ana Ruiz"],
        ["https://minutes.example/7"],
    )
    editor.report()
    assert editor.cells(1, "label", "status") == ["attributed_report", "single"]
    editor.type(1, source="", decision="A")  # a wrong source is blanked, and nothing else changes
    editor.adjudicate()
    editor.report()
    assert editor.cells(1, "decision", "source", "decided_source", "evidence") == [
        *("attributed_report", "", "", "https://minutes.example/7")
    ]
    editor.type(1, decision="none")
    editor.adjudicate()
    editor.report()
    assert editor.cells(1, "decision", "status", "source", "evidence") == ["", "single", "The council", ""]


def test_of_two_editors_the_one_with_the_older_sheet_is_told(editor: Editor) -> None:
    old = editor.desk.folder / "copy.csv"
    old.write_bytes((editor.folder / "claims.csv").read_bytes())
    editor.type(1, source="Ana Ruiz", source_kind="persn")
    assert "unknown source_kind “persn”, did you mean “person”?" in editor.adjudicate(code=5)
    editor.type(1, source="Ana Ruiz", source_kind="NAMED PERSON")
    (editor.folder / "judgements.csv").unlink()
    (editor.folder / "judgements.csv").mkdir()
    told = editor.adjudicate()
    assert "1 written into" in told
    assert "The decisions are saved; run `annotate pull`" in told
    (editor.folder / "judgements.csv").rmdir()
    sheet = read_csv(old).astype(object)
    sheet.loc[1, "source"] = "The harbour master"
    sheet.to_csv(old, index=False)
    bo = editor.reviewers[1].credentials.token
    again = ("adjudicate", "--project", editor.project.title, str(old))
    told = editor.run(*again, code=5, token=bo)
    assert "decided the source “Ana Ruiz” since" in told
    editor.report()
    assert "1 accepted" in editor.run(*again, token=bo)  # the newest report showed Bo what was decided


def test_editors_who_share_a_user_decide_under_their_own_names(editor: Editor) -> None:
    title = editor.project.title
    mine, theirs = (editor.desk.folder / f"{name}.csv" for name in ("mine", "theirs"))
    editor.type(1, decision="opinion", note="Her own words.")
    mine.write_bytes((editor.folder / "claims.csv").read_bytes())
    sheet = read_csv(mine).astype(object)
    sheet.loc[[1, 2], "decision"] = "checkable_fact"
    sheet.to_csv(theirs, index=False)
    told = editor.run("adjudicate", "--project", title, "--editor", " Mara  Ek ", str(mine))
    assert "1 written into" in told
    editor.desk.monkeypatch.setenv("ANNOTATE_EDITOR", "Tove Lund")
    told = editor.run("adjudicate", "--project", title, str(theirs), code=5)
    assert "1 accepted, 0 unchanged, 1 refused" in told
    assert "but Mara Ek decided “opinion” since" in told
    editor.desk.monkeypatch.setenv("ANNOTATE_EDITOR", "")
    editor.desk.monkeypatch.setattr("getpass.getuser", lambda: "kim")
    editor.report()
    assert editor.cells(2, "status", "decision") == ["adjudicated", "checkable_fact"]
    editor.type(1, note="Her own words, see the minutes.")
    told = editor.adjudicate()
    assert "You decide as “kim”: --editor or ANNOTATE_EDITOR gives another name." in told

    editor.report()
    judgements = read_csv(editor.folder / "judgements.csv")
    decided = judgements[judgements["ground_truth"] == 1]
    assert set(zip(decided["annotator"], decided["counted"], strict=True)) == {
        *(("Mara Ek", "superseded"), ("kim", "final"), ("Tove Lund", "final"))
    }
    assert decided["annotation_id"].nunique() == 3  # no editor writes over another's decisions
    assert "Decided by <bdi>Tove Lund</bdi>" in (editor.folder / "report.html").read_text(encoding="utf-8")


def test_the_workbook_goes_round_and_names_who_decided(editor: Editor) -> None:
    path = editor.folder / "desk.xlsx"
    typed = {
        ("To decide", editor.claim(0), "Decision"): "Checkable fact",
        ("To decide", editor.claim(0), "Note"): "The minutes have it.",
        ("All claims", editor.claim(1), "Source"): "Ana Ruiz",
    }
    type_into(path, typed)
    assert "2 decisions in desk.xlsx are not in Label Studio yet" in editor.report()
    told = editor.run("adjudicate", "--editor", "Mara Ek", str(path))
    assert "desk.xlsx: 2 accepted, 0 unchanged, 0 refused" in told
    assert "0 accepted, 2 unchanged, 0 refused" in editor.adjudicate("desk.xlsx")
    assert "not in Label Studio" not in editor.report()
    assert editor.cells(0, "decision", "note", "editor", "status") == [
        *("checkable_fact", "The minutes have it.", "Mara Ek", "adjudicated")
    ]
    assert editor.cells(1, "decided_source", "editor") == ["Ana Ruiz", "Mara Ek"]
    book = openpyxl.load_workbook(path)
    assert editor.claim(0) not in [row[-2] for row in book["To decide"].iter_rows(2, values_only=True)]
    assert ("Mara Ek", "editor") in [row[:2] for row in book["People"].iter_rows(2, values_only=True)]
    refused = editor.run("adjudicate", "--editor", "x" * 81, str(path), code=2)
    assert "it must be a name of at most 80 characters" in refused


def test_two_sheets_rows_that_go_and_files_that_nobody_can_read(editor: Editor) -> None:
    editor.type(0, decision="opinion")
    editor.type(0, "disputes.csv", decision="checkable_fact", todo="call")
    told = editor.report()
    assert "1 decision in claims.csv is not" in told
    assert "1 decision in disputes.csv is not" in told
    assert f"decide differently, and both are kept: {editor.claim(0)}" in told
    assert "has the column todo" in told
    assert editor.cells(0, "decision") == ["opinion"]
    assert editor.cells(0, "decision", name="disputes.csv") == ["checkable_fact"]
    editor.type(0, "disputes.csv", note="Twice.")
    editor.answer(0, 0, "checkable_fact")  # nobody differs any more
    editor.run("pull", "--project", editor.project.title)
    told = editor.report()
    assert editor.rows("disputes.csv").empty
    assert f"the decision of {editor.claim(0)}, claims.csv has another" in told
    assert editor.cells(0, "decision", "note") == ["opinion", "Twice."]

    (editor.folder / "disputes.csv").write_bytes(b"\x89PNG\r\n\x1a\n a picture of my decisions")
    sheet = editor.rows()
    extra = sheet.iloc[[2, 3]].assign(claim_id=["gone-1", sheet["claim_id"][3]], decision=["opinion", "fact"])
    both = pd.concat([sheet, extra, extra.iloc[[1]].assign(decision="opinion")])
    both.iloc[::-1].to_csv(editor.folder / "claims.csv", index=False, sep=";")
    told = editor.report()
    assert "is a picture, no table" in told
    (aside,) = editor.folder.glob("disputes.unreadable-*.csv")
    assert aside.read_bytes().endswith(b"my decisions")
    assert "what is decided on gone-1, which is gone (decision “opinion”)" in told
    assert "another row of its claim has another" in told
    assert editor.cells(3, "decision") == ["opinion"]
    assert "2 decisions in claims.csv are not" in editor.report()


def test_tables_that_are_no_sheets_are_kept_when_another_program_saved_them(editor: Editor) -> None:
    path = editor.folder / "judgements.csv"
    read_csv(path).assign(remark="a word of mine").to_csv(path, index=False)
    told = editor.run("pull", "--project", editor.project.title)
    assert "judgements.csv was saved by another program: it is kept as" in told
    (kept,) = (editor.folder / "sheets").glob("*.judgements.csv")
    assert "a word of mine" in kept.read_text(encoding="utf-8")
    assert "saved by another program" not in editor.report()


def test_a_sheet_finds_its_project_by_its_claims(editor: Editor, new_title: Callable[[], str]) -> None:
    title, article = new_title(), editor.desk.folder / f"{new_title()}.txt"
    article.write_text(f"{title}\n\nThe lock at Orrin was shut. Nobody could say why.\n", encoding="utf-8")
    for command in (("push", str(article), "--layout", "claim"), ("pull",), ("report",)):
        editor.run(*command, "--project", title)
    (found,) = (path for path in project_folders(editor.desk.exports) if path != editor.folder)
    other = Editor(editor.desk, find_project(editor.desk.owner, title), editor.reviewers)
    assert other.folder == found
    other.type(0, decision="c")
    sheet = (found / "claims.csv").rename(editor.desk.folder / "mine.csv")
    assert "1 accepted" in editor.run("adjudicate", str(sheet))
    told = editor.run("adjudicate", "--project", editor.project.title, str(sheet), code=5)
    assert told.count("another project's") == 1
    assert "unknown claim" not in told
    (found / "raw.json").unlink()  # now the server's projects are looked at
    assert "0 accepted, 1 unchanged" in editor.run("adjudicate", str(sheet))
    assert (found / "raw.json").exists()
