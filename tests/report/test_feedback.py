"""Feedback to an annotator: where the desk decided otherwise, by which rule, and for whose eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

import annotate
from annotate import cli
from annotate.config import codebook
from annotate.model import Decision
from annotate.report import Feedback, feedback_of_all, lead, read_answers
from annotate.report.feedback import FEEDBACK_COLUMNS, PEOPLE_COLUMNS
from annotate.report.frames import names_of
from annotate.studio.adjudicate import merged
from tests.pulls import write_raw
from tests.report.answers import Raw, annotation, decide, label, project, regions, task_of
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]
ADA, BO, CLEO = 1, 2, 3
EVIL = "<img src=x onerror=\"document.title='run'\">"


def all_say(raw: Raw, claim: int, **labels: str) -> None:
    for who, chosen in labels.items():
        label(raw, CLAIMS[claim], by={"ada": ADA, "bo": BO, "cleo": CLEO}[who], as_=chosen)


def judged() -> Raw:
    """Return a project in which Ada differs from the desk in three labels and in one source.

    Claim 0: all agree. 1: all report, Ada from another source. 2: two against Ada. 3: a tie. 4: Ada alone.
    5: Ada with Bo, and an editor against them. 6: two against Ada, in the same way as in claim 2.
    """
    raw = project()
    all_say(raw, 0, ada="opinion", bo="opinion", cleo="opinion")
    for by, source in ((ADA, "the council"), (BO, "Tove Lund"), (CLEO, " tove  lund")):
        label(raw, CLAIMS[1], by=by, as_="attributed_report", source=source)
    all_say(raw, 2, ada="opinion", bo="checkable_fact", cleo="checkable_fact")
    all_say(raw, 3, ada="opinion", bo="checkable_fact", cleo="attributed_report")
    all_say(raw, 4, ada="opinion")
    all_say(raw, 5, ada="opinion", bo="opinion")
    decide(raw, CLAIMS[5], by=CLEO, as_="attributed_report", note=f"See page 4 {EVIL}")
    all_say(raw, 6, ada="opinion", bo="checkable_fact", cleo="checkable_fact")
    return raw


def feedback(raw: Raw, **aliases: str) -> dict[str, Feedback]:
    return feedback_of_all(read_answers(raw), codebook=codebook().text, aliases=aliases)


def told(found: Feedback) -> list[tuple[str, ...]]:
    return [
        (each.desk.claim.claim_id, each.differs, each.mine.said, each.desk.words, each.desk.by)
        for each in found.differences
    ]


def test_what_differs_from_the_editor_or_else_from_most() -> None:
    ada = feedback(judged())["Ada Lund"]
    fact = ("label", "Opinion", "Checkable fact", "2 of 3 annotators")
    assert told(ada) == [
        (CLAIMS[2], *fact),  # the most frequent pair of labels first
        (CLAIMS[6], *fact),
        (CLAIMS[5], "label", "Opinion", "Attributed report", "decided by Cleo Ferris"),
        (CLAIMS[1], "source", "Attributed report", "Attributed report", "3 of 3 annotators"),
    ]
    assert (ada.judged, ada.compared, ada.agree, ada.undecided, ada.other_source) == (7, 5, 2, 1, 1)
    assert [len(group) for group in ada.groups] == [2, 1, 1]
    assert lead(ada) == (
        "Of 5 claims, you and the desk agree on 2. On 1 of these the desk names another source. "
        "1 claim of yours is not decided yet."
    )
    assert ada.differences[2].desk.note == f"See page 4 {EVIL}"
    assert (ada.differences[3].mine.source, ada.differences[3].desk.source) == ("the council", "Tove Lund")


def test_the_others_hear_of_their_own_answers_alone() -> None:
    found = feedback(judged())
    assert list(found) == ["Ada Lund", "Bo Marsh", "Cleo Ferris"]
    assert told(found["Bo Marsh"]) == [
        (CLAIMS[5], "label", "Opinion", "Attributed report", "decided by Cleo Ferris")
    ]
    assert told(found["Cleo Ferris"]) == []  # an editor's decision is no answer of an annotator
    assert (
        lead(found["Cleo Ferris"])
        == "You and the desk agree on all 4 claims. 1 claim of yours is not decided yet."
    )


def test_the_rule_is_the_question_that_tells_the_two_labels_apart() -> None:
    ada = feedback(judged())["Ada Lund"]
    rules = {each.desk.claim.claim_id: [name for name, *_ in each.questions] for each in ada.differences}
    assert rules[CLAIMS[2]] == ["D", "E", "F"]
    assert rules[CLAIMS[5]] == ["C", "D", "F"]
    assert rules[CLAIMS[1]] == ["C"]


def test_a_claim_that_was_taken_away_is_compared_too() -> None:
    raw = project()
    all_say(raw, 0, bo="opinion", cleo="opinion")
    task = task_of(raw, CLAIMS[0])
    annotation(task, by=ADA, result=[each for each in regions(task) if each["id"] != CLAIMS[0]])
    (difference,) = feedback(raw)["Ada Lund"].differences
    assert (difference.mine.said, difference.desk.words) == ("took the claim away", "Opinion")
    assert [name for name, *_ in difference.questions] == ["A", "D", "F"]


def test_a_source_counts_where_an_editor_or_most_of_those_who_name_one_decided() -> None:
    raw = project()
    for claim, sources in ((1, ("Tove Lund", "the council", "")), (4, ("T. Lund", "Tove Lund", "the mayor"))):
        for by, source in zip((ADA, BO, CLEO), sources, strict=True):
            given = {"source": source} if source else {}
            label(raw, CLAIMS[claim], by=by, as_="attributed_report", **given)
    assert all(not each.differences for each in feedback(raw).values())  # one against one, three ways

    found = feedback(raw, **{"t. lund": "Tove Lund"})
    assert {name: each.other_source for name, each in found.items()} == {
        **{"Ada Lund": 0, "Bo Marsh": 0, "Cleo Ferris": 1}
    }
    task = task_of(raw, CLAIMS[1])
    answer = annotation(task, by=CLEO, at="2031-05-04T10:00:00Z", ground_truth=True, result=[])
    fields = {"source": "the council"}
    decision = Decision(CLAIMS[1], "attributed_report", "", task["id"], 0, 0, fields=fields)
    answer["result"] = merged([], task, [decision], "2031-05-04T10:00:00Z")
    found = feedback(raw)
    sources = {
        name: [(d.mine.source, d.desk.source) for d in each.differences] for name, each in found.items()
    }
    assert sources == {
        "Ada Lund": [("Tove Lund", "the council")],
        "Bo Marsh": [],
        "Cleo Ferris": [("", "the council")],
    }


# --------------------------------------------------------------------------- the command


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Return a function that writes a pull and runs `annotate feedback` on it, without any server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")

    def feedback_of(raw: Raw, *arguments: str) -> tuple[int, str, str]:
        write_raw(raw, tmp_path / "exports" / "bridge-11111111")
        capsys.readouterr()
        code = cli.run(["feedback", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return feedback_of


Run = Callable[..., tuple[int, str, str]]


def test_cards_in_the_terminal_name_nobody_else(run: Run) -> None:
    for who in ("Ada Lund", "ada  lund", "user1@desk.example"):
        code, out, _ = run(judged(), who)
        assert code == 0
        assert out.startswith("Ada Lund\nOf 5 claims, you and the desk agree on 2.")
    words = " ".join(out.split())
    assert "you: Opinion the desk: Checkable fact 2 claims D Is it about what should" in words
    assert "⟦It was a cowardly decision.⟧ Nobody in the valley was asked." in words
    assert "the desk: Attributed report, decided by Cleo Ferris; note: See page 4" in words
    assert "you: Attributed report; source: the council" in words
    assert "Bo Marsh" not in out
    assert "Bo Marsh: Checkable fact" in run(judged(), "Ada Lund", "--with-names")[1]


def test_without_a_name_all_are_listed_with_their_figures(run: Run) -> None:
    code, out, err = run(judged())
    assert code == 0
    rows = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert rows[1] == ["Ada Lund", "7", "5", "2", "40%", "1", "1"]
    assert [row[0] for row in rows[1:]] == ["Ada Lund", "Bo Marsh", "Cleo Ferris"]
    assert "annotate feedback NAME" in err


def test_csv_has_a_row_for_each_difference_or_each_person(run: Run) -> None:
    _, differences, _ = run(judged(), "Ada Lund", "--format", "csv")
    _, people, _ = run(judged(), "--format", "csv")
    for text, columns, rows in ((differences, FEEDBACK_COLUMNS, 4), (people, PEOPLE_COLUMNS, 3)):
        head, *lines = text.removeprefix("\ufeff").split("\r\n")[:-1]
        assert head == ",".join(f'"{name}"' for name in names_of(columns))
        assert len(lines) == rows


def test_names_that_nobody_or_several_have(run: Run) -> None:
    raw = judged()
    code, out, err = run(raw, "Ada Lond")
    assert (code, out) == (5, "")
    assert err == (
        "annotate: nobody called “Ada Lond” has answered “The bridge at Orrin”: did you mean “Ada Lund”?\n"
    )
    assert "did you mean “Bo Marsh”?" in run(raw, "marsh")[2]
    assert "it has answers of “Ada Lund”, “Bo Marsh”, “Cleo Ferris”" in run(raw, "Zz")[2]

    raw["users"]["4"] = {"name": "Dan Ray", "email": "dan@desk.example"}
    code, _, err = run(raw, "dan@desk.example")
    assert (code, "“Dan Ray” has judged no claim of “The bridge at Orrin” yet" in err) == (5, True)

    raw["users"]["2"]["name"] = "Ada Lund"
    code, _, err = run(raw, "Ada Lund")
    assert code == 6
    assert "2 people are called “Ada Lund”: name one of them by e-mail" in err
    assert "“Ada Lund (user1@desk.example)”, “Ada Lund (user2@desk.example)”" in err
    assert run(raw, "user2@desk.example")[1].startswith("Ada Lund (user2@desk.example)\n")


def test_people_who_are_gone_are_still_known(run: Run) -> None:
    raw = judged()
    raw["users"].pop("2")  # deleted, and no earlier pull knew them
    raw["users"]["3"] = {"name": "Deleted User", "email": "Deleted"}
    _, out, _ = run(raw)
    names = [re.split(r"\s{2,}", line)[0] for line in out.splitlines()[1:]]
    assert len(names) == 3
    for name in names:
        assert run(raw, name)[:2][0] == 0
        assert run(raw, name)[1].startswith(f"{name}\n")


def test_the_function_for_notebooks(run: Run, tmp_path: Path) -> None:
    run(judged())
    result = annotate.feedback("Ada Lund", pages=True)
    assert list(result.frame["differs"]) == ["label", "label", "label", "source"]
    assert [path.relative_to(result.folder).as_posix() for path in result.paths] == ["feedback/ada-lund.html"]
    assert list(annotate.feedback().people["agree"]) == [2, 4, 4]


# --------------------------------------------------------------------------- the page


def test_the_annotator_reads_the_own_ruling(run: Run, tmp_path: Path) -> None:
    raw = judged()
    label(raw, CLAIMS[2], by=ADA, as_="opinion", ruling="D")
    label(raw, CLAIMS[2], by=BO, as_="checkable_fact", ruling="E")
    assert "you: Opinion; ruling: D" in " ".join(run(raw, "Ada Lund")[1].split())
    file = tmp_path / run(raw, "Ada Lund", "--format", "html")[1].strip()
    page = file.read_text(encoding="utf-8")
    assert ("ruling D" in page, "ruling E" in page) == (True, False)


@pytest.mark.browser
@pytest.mark.parametrize(("mode", "width"), [("light", 1366), ("dark", 390)])
def test_the_page_in_a_browser(run: Run, browser: Browser, tmp_path: Path, mode: Any, width: int) -> None:
    raw = judged()
    raw["project"]["title"] = EVIL
    code, out, _ = run(raw, "Ada Lund", "--format", "html")
    assert (code, out) == (0, "exports/bridge-11111111/feedback/ada-lund.html\n")
    file = tmp_path / out.strip()
    assert "Bo Marsh" not in file.read_text(encoding="utf-8")
    context = browser.new_context(color_scheme=mode, viewport={"width": width, "height": 800}, offline=True)
    page, faults = context.new_page(), list[str]()
    page.on("console", lambda message: faults.append(message.text))
    page.goto(file.as_uri())
    assert page.locator("h1").inner_text() == "Feedback for Ada Lund"
    assert page.locator(".lead").inner_text().startswith("Of 5 claims, you and the desk agree on 2.")
    headings = [" ".join(words.split()) for words in page.locator("h2").all_inner_texts()]
    assert headings == [
        "You: Opinion, the desk: Checkable fact 2 claims",
        "You: Opinion, the desk: Attributed report 1 claim",
        "Attributed report from another source 1 claim",
    ]
    assert page.locator("mark").first.inner_text() == "It was a cowardly decision."
    assert f"Note: “See page 4 {EVIL}”" in page.locator("main").inner_text()
    assert page.locator("img, script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert Axe().run(page).response["violations"] == []
    assert not faults
    context.close()


def test_the_page_with_names(run: Run, tmp_path: Path) -> None:
    _, out, _ = run(judged(), "--format", "html", "--with-names")
    assert [Path(line).name for line in out.splitlines()] == [
        "ada-lund.html",
        "bo-marsh.html",
        "cleo-ferris.html",
    ]
    assert "Bo Marsh" in (tmp_path / out.splitlines()[0]).read_text(encoding="utf-8")


def test_nothing_to_compare_is_said(run: Run) -> None:
    raw = project()
    all_say(raw, 0, ada="opinion")
    assert "None of the claims that you judged is settled yet" in run(raw, "Ada Lund")[1]
    code, out, _ = run(project())
    assert (code, len(out.splitlines())) == (0, 1)
