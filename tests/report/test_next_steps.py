"""The first line of the report page, and the claims behind its links; no browser is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from markupsafe import Markup

from annotate.model import Decision
from annotate.report import PendingDecisions, read_answers, write_tables
from annotate.report.frames import claims_table, sources_table
from annotate.report.page.filters import Finder, filters
from annotate.report.page.tokens import vote_tokens
from annotate.report.page.view_models import annotators, shown_claims, source_names
from tests.report.answers import Raw, decide, label, project
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]
ALL, DISPUTE = len(CLAIMS), CLAIMS[0]


def all_agree(raw: Raw, *, people: int = 3) -> None:
    for claim in CLAIMS:
        for by in range(1, people + 1):
            label(raw, claim, by=by, as_="opinion")


def dispute(raw: Raw) -> None:
    all_agree(raw)
    label(raw, DISPUTE, by=2, as_="checkable_fact", at="2031-05-03T10:00:00Z")


def disputes_and_waiting(raw: Raw) -> None:
    for claim in CLAIMS[:4]:
        label(raw, claim, by=1, as_="opinion")
        label(raw, claim, by=2, as_="checkable_fact")
    for claim in CLAIMS[4:]:
        label(raw, claim, by=1, as_="opinion")
        label(raw, claim, by=2, as_="opinion")


def one_waiting(raw: Raw) -> None:
    disputes_and_waiting(raw)
    for claim in CLAIMS[:-1]:
        label(raw, claim, by=3, as_="opinion")


def uneven(raw: Raw) -> None:
    for claim in CLAIMS[:4]:
        label(raw, claim, by=1, as_="opinion")


def decided(raw: Raw) -> None:
    dispute(raw)
    decide(raw, DISPUTE, by=1, as_="opinion")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda raw: None, f"Nobody has answered yet: {ALL} claims wait for a first answer."),
        (disputes_and_waiting, f"4 disputes wait for a decision, {ALL - 4} claims for a third answer."),
        (one_waiting, "4 disputes wait for a decision, 1 claim for a third answer."),
        (uneven, f"{ALL} claims wait for more answers. No claim is disputed."),
        (dispute, "1 dispute waits for a decision."),
        (all_agree, f"Nothing is left to do: {ALL} claims are settled."),
        (decided, f"Nothing is left to do: {ALL} claims are settled, 1 by an editor."),
        (lambda raw: raw["tasks"].clear(), "There is no claim yet."),
    ],
    ids=["nobody", "disputes and waiting", "one waiting", "uneven", "one", "all agree", "decided", "empty"],
)
def test_the_first_line_says_what_to_do(answer: Callable[[Raw], None], words: str, tmp_path: Path) -> None:
    raw = project()
    raw["project"]["annotators"] = 3
    answer(raw)
    lines = steps(raw, tmp_path)
    assert lines[0] == words
    told = " ".join(lines[1:])
    assert ("annotate review --project 'The bridge at Orrin'" in told) == ("decision" in words)
    assert ("`annotate pull`" in told) == ("answer" in words and "decision" not in words)


def steps(raw: Raw, folder: Path) -> list[str]:
    """Return the lines at the head of the page, commands in backquotes, its links tried."""
    html = write_tables(raw, folder)[-1].read_text(encoding="utf-8")
    box = re.search(r"<div class=steps>(.*?)</div>", html, re.DOTALL)
    assert box
    for anchor in re.findall(r"href=#(\w+)", box[1]):
        assert f"id={anchor}" in html
    marked = re.sub(r"</?code>", "`", box[1])
    return [str(Markup(unescape(line)).striptags()) for line in re.findall(r"<p.*?</p>", marked, re.DOTALL)]


def test_decisions_that_are_not_written_are_told(tmp_path: Path) -> None:
    raw = project()
    dispute(raw)
    pending = PendingDecisions(tmp_path)
    pending.add(Decision(DISPUTE, "opinion", "", 7, 0, 0), editor="Mara Ek", known="")
    assert steps(raw, tmp_path)[:2] == [
        "1 dispute waits for a decision.",
        "This page lacks 1 decision that Label Studio does not have yet: `annotate review --project 'The bridge at "
        "Orrin'` sends it, `annotate report` then shows it.",
    ]
    pending.add(Decision(CLAIMS[1], "opinion", "", 7, 0, 0), editor="Mara Ek", known="")
    assert "lacks 2 decisions" in steps(raw, tmp_path)[1]
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert html.count("A decision on it is not in Label Studio yet.") == 3  # in the list, and in two cards
    (tmp_path / "pending.json").write_text("[")
    notes: list[str] = []
    write_tables(raw, tmp_path, notify=notes.append)
    assert [note for note in notes if "pending.json is damaged" in note] == notes[:1]


# --------------------------------------------------------------------------- what links find


def test_links_find_the_claims_that_they_name() -> None:
    raw = project()
    for claim, labels in {
        CLAIMS[0]: ("opinion", "opinion", "opinion"),
        CLAIMS[1]: ("attributed_report", "attributed_report", "opinion"),
        CLAIMS[2]: ("opinion", "attributed_report", "checkable_fact"),
        CLAIMS[3]: ("opinion", None, "opinion"),
    }.items():
        for by, chosen in enumerate(labels, 1):
            label(raw, claim, by=by, as_=chosen, source="Tove Lund & Söner")
    answers = read_answers(raw)
    table = claims_table(answers)
    sources = sources_table(table)
    shown = shown_claims(table, answers.judgements, sources)
    offered = filters(list(shown.values()), annotators(answers.judgements), source_names(sources).values())
    find = Finder(offered, shown.values())

    def count(**asked: str) -> int | None:
        match = find(**asked)
        return match.count if match else None

    assert count(status="disputed") == 2
    assert count(annotator="judged Ada Lund", other="judged Bo Marsh") == 3
    assert count(annotator="differ Ada Lund | Bo Marsh") == 1
    assert count(annotator="differ Bo Marsh | Cleo Ferris") == 2
    assert count(annotator="opinion: Ada Lund", other="opinion: Cleo Ferris") == 2
    assert count(annotator="opinion:", other="attributed_report:") == 2
    assert count(annotator="open Bo Marsh") == len(shown) - 3
    assert count(annotator="checkable_fact: Ada Lund") is None  # not offered: nobody would find anything
    assert count(annotator="opinion: Ada Lund", other="checkable_fact: Bo Marsh") is None
    assert count(source="nobody") is None
    match = find(source="Tove Lund & Söner", label="attributed_report")
    assert match
    assert match.address == "#?source=Tove+Lund+%26+S%C3%B6ner&label=attributed_report"
    assert match.words == "Tove Lund & Söner, Attributed report"


@pytest.mark.parametrize(
    ("votes", "label", "found"),
    [
        ([], "unjudged", ""),
        ([(0, "opinion")], "opinion", "l0 j0 j0l0"),
        ([(1, "opinion"), (0, "checkable_fact")], "tie", "l0 l2 j1 j1l0 j0 j0l2 x0-1"),
        ([(0, "opinion"), (2, "opinion"), (3, "checkable_fact")], "opinion", "l0 l2 j0 j0l0 j2 j2l0 j3 j3l2 d3 x0-3 x2-3"),
    ],
)  # fmt: skip
def test_tokens_of_votes(votes: list[tuple[int, str]], label: str, found: str) -> None:
    assert " ".join(vote_tokens(votes, label=label)) == found
