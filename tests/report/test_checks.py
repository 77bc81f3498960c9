"""What is to check: states, the order of priority with its reasons, and what is typed into sheets of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from annotate.config import load_settings
from annotate.config.settings import CHECK_SIGNS
from annotate.model import CHECK_STATES
from annotate.report import read_csv, review_list, write_tables
from annotate.report.checks import SIGNS, checks_table, our_weights, worthiness_of
from annotate.report.frames import claims_table, read_answers
from annotate.report.page import linked
from annotate.report.workbook.tables import fields_to_check
from tests.report.answers import Raw, decide, label, project
from tests.report.office import Office
from tests.report.test_carried import typed
from tests.report.test_workbook import (
    WINDOW,
    cell,
    decided,
    headings,
    office,
    opened,
    parts,
    report,
    reviewed,
    type_into,
)
from tests.specimen import specimen

__all__ = ["office"]  # a fixture

CLAIMS = [claim.claim_id for claim in specimen()[1]]
CLOSED, UNSAFE, TIE, ASKED, REPAIR, FERRY, LOST = (CLAIMS[at] for at in (0, 1, 2, 3, 5, 6, 8))
GREY = "FFF0F1F4"
LINKS = "https://minutes.example/7\nhttps://archive.example/8"


@pytest.fixture
def raw() -> Raw:
    """Return checkable facts: one that all agree on, one by majority, one by a single vote; and a tie."""
    made = project()
    made["project"]["annotators"] = 2
    for by in (1, 2):
        label(made, CLOSED, by=by, as_="checkable_fact")
        label(made, LOST, by=by, as_="checkable_fact")
        label(made, TIE, by=by, as_=("opinion", "checkable_fact")[by - 1])
        label(made, ASKED, by=by, as_="opinion")
    label(made, FERRY, by=1, as_="checkable_fact")
    return made


def checks(raw: Raw) -> pd.DataFrame:
    answers = read_answers(raw)
    return checks_table(claims_table(answers), answers, our_weights())


def states(raw: Raw) -> dict[str, tuple[str, str]]:
    """Return state and assignee of the claims that have one."""
    table = claims_table(read_answers(raw)).set_index("claim_id").fillna({"assignee": "", "check": ""})
    return {
        str(claim_id): (row["check"], row["assignee"])
        for claim_id, row in table.iterrows()
        if row["check"] or row["assignee"]
    }


# --------------------------------------------------------------------------- states


def test_a_checkable_fact_is_to_check_until_an_editor_decides_a_state(raw: Raw) -> None:
    assert states(raw) == dict.fromkeys((CLOSED, FERRY, LOST), ("to check", ""))
    decide(raw, LOST, by=3, as_=None, fields={"check": "in hand", "assignee": "Bo"})
    assert states(raw)[LOST] == ("in hand", "Bo")
    row = claims_table(read_answers(raw)).set_index("claim_id").loc[LOST]
    assert (row["editor"], row["status"]) == ("Cleo Ferris", "unanimous")


def test_a_claim_that_is_a_checkable_fact_no_more_keeps_its_state_on_record(raw: Raw) -> None:
    fields = {"check": "checked", "assignee": "Bo"}
    decide(raw, LOST, by=3, as_="checkable_fact", fields=fields)
    decide(raw, LOST, by=3, as_="opinion", fields=fields, at="2031-05-05T10:00:00Z")
    assert LOST not in states(raw)
    assert LOST not in checks(raw)["claim_id"].tolist()
    decided_fields = read_answers(raw).judgements.set_index("claim_id").loc[LOST]
    assert decided_fields["check"].iloc[-1] == "checked"
    decide(raw, LOST, by=3, as_=None, fields=fields, at="2031-05-06T10:00:00Z")  # as the votes say
    assert states(raw)[LOST] == ("checked", "Bo")


def test_a_decision_of_an_earlier_version_has_no_state(raw: Raw) -> None:
    decide(raw, LOST, by=3, as_="checkable_fact", fields={"evidence": LINKS})
    row = checks(raw).set_index("claim_id").loc[LOST]
    assert (row["check"], row["evidence"]) == ("to check", LINKS)


# --------------------------------------------------------------------------- priority


def test_each_sign_has_a_weight_in_the_settings() -> None:
    assert tuple(sign.name for sign in SIGNS) == CHECK_SIGNS == tuple(load_settings().check_weights)
    assert all(weight > 0 for weight in our_weights().values())


def test_the_table_is_in_the_order_of_priority_with_its_reasons(raw: Raw) -> None:
    table = checks(raw)
    assert table[["claim_id", "priority", "reasons"]].values.tolist() == [
        [CLOSED, 6.0, "has a figure; in the lead; has words of the headline"],
        [FERRY, 3.0, "has a figure"],
        [LOST, 3.0, "has 2 figures"],
    ]
    decide(raw, CLOSED, by=3, as_=None, fields={"check": "dropped"})
    decide(raw, FERRY, by=3, as_=None, fields={"check": "checked"})
    decide(raw, TIE, by=3, as_="checkable_fact", fields={"check": "in hand"})
    assert checks(raw)[["claim_id", "check"]].values.tolist() == [
        *([TIE, "in hand"], [LOST, "to check"], [FERRY, "checked"], [CLOSED, "dropped"])
    ]
    assert checks(raw)["reasons"][0] == "disputed; in the lead"


MARKED = """# Orrin loses its ferry

{Nobody knows why.} {So it goes.} {It went well.} {Twice a day it rained.} {The ferry is gone from Orrin.}
{Ana Ruiz called it|checkable_fact|Ana Ruiz|called|person} {Officials know it.|checkable_fact|Officials|know|unnamed}
{One of them left.} {The engineers’ survey has it.|checkable_fact|The engineers’ survey|has|document}
"""
REASONS = [
    *(["in the lead"], ["in the lead"], ["in the lead"], ["has a figure"], ["has words of the headline"]),
    *(["has a named source"], [], [], ["has a named source"]),
]


def test_signs_are_read_off_each_claim() -> None:
    raw = project(*specimen(MARKED))
    answers = read_answers(raw)
    found = worthiness_of(claims_table(answers), answers, our_weights())
    assert [list(each.reasons) for each in found.values()] == REASONS


def test_a_desk_sets_its_own_weights(raw: Raw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/annotate.toml").write_text("[check_worthiness]\nfigure = 0\nheadline = 7.5\n")
    table = checks(raw).set_index("claim_id")
    assert (table["priority"][CLOSED], table["reasons"][CLOSED]) == (
        9.5,
        "in the lead; has words of the headline",
    )
    assert pd.isna(table["reasons"][LOST])  # it is listed all the same
    listed = review_list(read_answers(raw))
    assert listed.by_priority[0] == CLOSED
    assert listed.claims[CLOSED].worthiness.score == 9.5


# --------------------------------------------------------------------------- sheets


def sheet_decides(raw: Raw, folder: Path, claim_id: str, name: str = "checks.csv", **cells: str) -> Any:
    """Type into a sheet of a report, and compare it with the answers."""
    report(raw, folder)
    typed(folder, claim_id, name, **cells).to_csv(folder / name, index=False)
    return reviewed(raw, folder / name, folder)


@pytest.mark.parametrize("said", ["in hand", "In hand", "IN_HAND", " in-hand "])
def test_a_state_may_be_typed_in_any_spelling(raw: Raw, tmp_path: Path, said: str) -> None:
    done = sheet_decides(raw, tmp_path, LOST, check=said, assignee="Bo Marsh", evidence=LINKS)
    assert decided(done) == {
        LOST: (None, "", {"evidence": LINKS, "check": "in hand", "assignee": "Bo Marsh"})
    }


def test_an_unknown_state_is_refused_with_the_four(raw: Raw, tmp_path: Path) -> None:
    done = sheet_decides(raw, tmp_path, LOST, check="done?", assignee="Bo")
    assert not done.accepted
    (refusal,) = done.refused
    assert refusal.why == "unknown check “done?”, one of to check, in hand, checked, dropped"
    for state in CHECK_STATES:
        assert state in refusal.why


@pytest.mark.parametrize(("column", "cell"), [("check", "in hand"), ("assignee", "Bo")])
def test_a_claim_that_is_no_checkable_fact_has_no_check(
    raw: Raw, tmp_path: Path, column: str, cell: str
) -> None:
    done = sheet_decides(raw, tmp_path, ASKED, "claims.csv", **{column: cell})
    (refusal,) = done.refused
    assert refusal.why == (
        f"the {column} “{cell}” needs a checkable fact, and this claim is “opinion”: "
        f"clear the {column}, or decide checkable_fact"
    )
    both = {"decision": "fact", column: cell}
    assert decided(sheet_decides(raw, tmp_path / "too", ASKED, "claims.csv", **both)) == {
        ASKED: ("checkable_fact", "", {column: cell})
    }


def test_an_emptied_state_is_to_check_again(raw: Raw, tmp_path: Path) -> None:
    assert sheet_decides(raw, tmp_path / "one", LOST, check="").accepted == ()
    decide(raw, LOST, by=3, as_=None, fields={"check": "checked", "assignee": "Bo"})
    done = sheet_decides(raw, tmp_path / "two", LOST, check="", assignee="")
    assert decided(done) == {LOST: (None, "", {"check": "to check", "assignee": ""})}
    decide(raw, LOST, by=3, as_=None, fields={"check": "to check", "assignee": ""}, at="2031-05-06T10:00:00Z")
    assert reviewed(raw, tmp_path / "two/checks.csv", tmp_path / "two").unchanged == 1
    assert report(raw, tmp_path / "two") == []
    assert states(raw)[LOST] == ("to check", "")


def test_a_cell_that_was_empty_is_not_emptied_when_the_claim_becomes_a_checkable_fact(
    raw: Raw, tmp_path: Path
) -> None:
    done = sheet_decides(raw, tmp_path, ASKED, "claims.csv", decision="fact")
    assert decided(done) == {ASKED: ("checkable_fact", "", None)}
    decide(raw, ASKED, by=3, as_="checkable_fact")
    again = reviewed(raw, tmp_path / "claims.csv", tmp_path)
    assert (again.accepted, again.unchanged) == ((), 1)
    assert report(raw, tmp_path) == []


def test_of_two_editors_the_second_is_told(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    sheet = typed(tmp_path, LOST, "checks.csv", check="dropped")
    decide(raw, LOST, by=3, as_=None, fields={"check": "in hand", "assignee": "Cleo"})
    sheet.to_csv(tmp_path / "checks.csv", index=False)
    (refusal,) = reviewed(raw, tmp_path / "checks.csv", tmp_path, editor="Mara Ek").refused
    assert refusal.why.startswith("Cleo Ferris decided the check “in hand” since")


def test_what_is_typed_stays_in_the_sheet_until_label_studio_has_it(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    typed(tmp_path, LOST, "checks.csv", check="in hand", assignee="=1+1").to_csv(
        tmp_path / "checks.csv", index=False
    )
    for _ in range(2):
        (told,) = report(raw, tmp_path)
        assert told.startswith("1 decision in checks.csv is not in Label Studio yet: `annotate adjudicate ")
        row = read_csv(tmp_path / "checks.csv").set_index("claim_id").loc[LOST]
        assert (row["check"], row["assignee"]) == ("in hand", "=1+1")
    text = (tmp_path / "checks.csv").read_text(encoding="utf-8")
    assert '"\'=1+1"' in text  # no formula
    for by in (1, 2):  # it is an opinion now, and leaves the table
        label(raw, LOST, by=by, as_="opinion", at=f"2031-05-09T1{by}:00:00Z")
    report(raw, tmp_path)
    assert LOST not in read_csv(tmp_path / "checks.csv")["claim_id"].tolist()
    row = read_csv(tmp_path / "claims.csv").set_index("claim_id").loc[LOST]
    assert (row["check"], row["assignee"]) == ("in hand", "=1+1")


# --------------------------------------------------------------------------- the workbook


def test_what_is_decided_of_a_check_is_on_one_screen() -> None:
    fields = fields_to_check(3)
    order = [field.heading for field in fields]
    assert order[:8] == [
        *("Position", "Context", "Priority", "Reasons", "Check", "Assignee", "Evidence", "Note")
    ]
    assert sum(field.width for field in fields[:8]) <= WINDOW
    assert len(set(order)) == len(order)


def test_the_workbook_lists_what_is_to_check(raw: Raw, tmp_path: Path) -> None:
    decide(raw, LOST, by=3, as_=None, fields={"evidence": f"{LINKS} javascript:alert(1)"})
    report(raw, tmp_path)
    book = opened(tmp_path / "desk.xlsx")
    sheet, columns = book["To check"], headings(book["To check"])
    assert [row[columns["Claim id"] - 1] for row in sheet.iter_rows(2, values_only=True)] == [
        *(CLOSED, FERRY, LOST)
    ]
    assert cell(sheet, CLOSED, "Check").value == "to check"
    assert cell(sheet, CLOSED, "Check").fill.fgColor.rgb == "FFFFF2A8"
    assert cell(sheet, CLOSED, "Priority").value == 6
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    column = cell(sheet, CLOSED, "Check").column_letter
    assert next(rule for place, rule in rules.items() if place.startswith(f"{column}2")) == (
        f'"{",".join(CHECK_STATES)}"'
    )
    for heading in columns:
        free = heading in ("Check", "Assignee", "Evidence", "Note")
        assert cell(sheet, CLOSED, heading).protection.locked != free, heading
    linked_to = [cell(sheet, LOST, f"Evidence {number}").hyperlink.target for number in (1, 2)]
    assert linked_to == LINKS.split("\n")
    assert "Evidence 3" not in columns
    assert cell(sheet, FERRY, "Context").fill.fgColor.rgb != GREY  # it waits for answers, and is to check
    decide(raw, FERRY, by=3, as_=None, fields={"check": "checked"})
    report(raw, tmp_path / "later")
    last = cell(opened(tmp_path / "later/desk.xlsx")["To check"], FERRY, "Context")
    assert (last.row, last.fill.fgColor.rgb, last.border.top.style) == (4, GREY, "thick")
    assert not any(
        b"javascript" in part for name, part in parts(tmp_path / "desk.xlsx").items() if ".rels" in name
    )


TYPED = {
    ("To check", LOST, "Check"): "in hand",
    ("To check", LOST, "Assignee"): "=cmd|' /C calc'!A0",
    ("To check", LOST, "Evidence"): LINKS,
    ("All claims", LOST, "Source"): "The ferry company",
    ("To check", FERRY, "Check"): "Dropped",
    ("To decide", FERRY, "Note"): "No figure to find.",
}
EXPECTED = {
    LOST: (
        None,
        "",
        {
            "source": "The ferry company",
            "evidence": LINKS,
            "check": "in hand",
            "assignee": "=cmd|' /C calc'!A0",
        },
    ),
    FERRY: (None, "No figure to find.", {"check": "dropped"}),
}


@pytest.mark.parametrize("saved", ["xlsx", "ods", "csv"])
@pytest.mark.slow
def test_libreoffice_saves_what_is_typed_of_checks(
    raw: Raw, tmp_path: Path, office: Office, saved: str
) -> None:
    report(raw, tmp_path)
    path, book = tmp_path / "desk.xlsx", opened(tmp_path / "desk.xlsx")
    typed_cells = {key: text for key, text in TYPED.items() if saved != "csv" or key[0] == "To check"}
    places = {
        (name, (found := cell(book[name], claim_id, heading)).row - 1, found.column - 1): text
        for (name, claim_id, heading), text in typed_cells.items()
    }
    more = ['document.Sheets.moveByName("To check", 0)']  # the first is saved
    edited = office.edit(path, places, tmp_path / f"mine.{saved}", *(more if saved == "csv" else ()))
    done = reviewed(raw, edited, tmp_path)
    expected: dict[str, Any] = dict(EXPECTED)
    if saved == "csv":  # one table alone
        fields = {name: words for name, words in EXPECTED[LOST][2].items() if name != "source"}
        expected = {LOST: (None, "", fields), FERRY: (None, "", {"check": "dropped"})}
    assert (decided(done), done.refused) == (expected, ())


def test_a_report_keeps_what_was_typed_of_checks_in_one_place_each(raw: Raw, tmp_path: Path) -> None:
    report(raw, tmp_path)
    path = type_into(tmp_path / "desk.xlsx", TYPED)
    for _ in range(2):
        (told,) = report(raw, tmp_path)
        assert told.startswith("2 decisions in desk.xlsx are not in Label Studio yet")
        assert decided(reviewed(raw, path, tmp_path)) == EXPECTED
    book = opened(path)
    assert cell(book["To check"], LOST, "Evidence").value == LINKS
    assert cell(book["All claims"], LOST, "Evidence").value is None
    assert cell(book["To check"], LOST, "Source").value is None  # typed in the other table
    assert b"<f>" not in b"".join(parts(path).values())
    type_into(path, {("To check", LOST, "Check"): "checked", ("All claims", LOST, "Source"): ""})
    assert decided(reviewed(raw, path, tmp_path))[LOST][2] == {
        "evidence": LINKS,
        "check": "checked",
        "assignee": "=cmd|' /C calc'!A0",
    }
    for by in (1, 2):  # an opinion now: what was typed is listed until somebody takes it away
        label(raw, LOST, by=by, as_="opinion", at=f"2031-05-09T1{by}:00:00Z")
    report(raw, tmp_path)
    assert cell(opened(path)["To check"], LOST, "Check").value == "checked"


def without_checks(book: openpyxl.Workbook) -> None:
    """Make of a workbook one that an earlier version wrote."""
    del book["To check"]
    original = book["Original"]
    for heading in ("written_check", "written_assignee"):
        original.delete_cols(next(at for at, each in enumerate(original[1], 1) if each.value == heading))


def test_a_workbook_of_an_earlier_version_is_read(raw: Raw, tmp_path: Path) -> None:
    decide(raw, LOST, by=3, as_=None, fields={"check": "checked", "assignee": "Bo", "source": "The board"})
    report(raw, tmp_path)
    path = type_into(tmp_path / "desk.xlsx", {("All claims", LOST, "Note"): "See the books."})
    book = opened(path)
    without_checks(book)
    book.save(path)
    done = reviewed(raw, path, tmp_path)
    fields = {"check": "checked", "assignee": "Bo", "source": "The board"}
    assert decided(done) == {LOST: (None, "See the books.", fields)}  # nothing is taken for emptied
    assert len(report(raw, tmp_path)) == 1
    assert cell(opened(path)["To check"], LOST, "Check").value == "checked"


def test_a_folder_of_an_earlier_version_is_reported_anew(raw: Raw, tmp_path: Path) -> None:
    write_tables(raw, tmp_path)
    (tmp_path / "checks.csv").unlink()
    lines = [json.loads(line) for line in (tmp_path / "claims.jsonl").read_text("utf-8").splitlines()]
    old = [{name: each[name] for name in each if name not in ("check", "assignee")} for each in lines]
    (tmp_path / "claims.jsonl").write_text("".join(json.dumps(each) + "\n" for each in old), "utf-8")
    sheet = typed(tmp_path, LOST, note="Mine.").drop(columns=["check", "assignee"])
    sheet.to_csv(tmp_path / "claims.csv", index=False)
    (told,) = report(raw, tmp_path)
    assert told.startswith("1 decision in claims.csv is not in Label Studio yet")
    row = read_csv(tmp_path / "claims.csv").set_index("claim_id").loc[LOST]
    assert (row["note"], row["check"]) == ("Mine.", "to check")


# --------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("minutes, 1998", ["minutes, 1998"]),
        ("https://a.example", [("https://a.example",)]),
        ("see HTTPS://a.example/1, and\nhttp://b.example?q=1;", [
            "see ", ("HTTPS://a.example/1",), ", and\n", ("http://b.example?q=1",), ";",
        ]),
        ("javascript:alert(1) data:text/html,x file:///etc", ["javascript:alert(1) data:text/html,x file:///etc"]),
        ("xhttps://a.example https://", ["xhttps://a.example https://"]),
        ("", []),
    ],
)  # fmt: skip
def test_addresses_in_evidence_are_links_and_nothing_else_is(text: str, pieces: list[Any]) -> None:
    found = linked(text)
    assert [(words,) if address else words for words, address in found] == pieces
    assert "".join(words for words, _ in found) == text
    assert all(address in ("", words) for words, address in found)
