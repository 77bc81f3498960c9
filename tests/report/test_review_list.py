"""What an editor decides on: the order, the words around a claim, the questions at issue, what is kept on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate import cli
from annotate.config import codebook
from annotate.errors import BadInput
from annotate.model import Decision, Span
from annotate.report import OUTDATED, Held, PendingDecisions, questions_at_issue, read_answers, review_list
from annotate.report.page.review_list import _paragraph
from tests.pulls import write_raw
from tests.report.answers import decide, label, project
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]


def test_the_order_stays_when_claims_are_decided() -> None:
    raw = project()
    for number, chosen in enumerate(("opinion", "attributed_report", "checkable_fact"), 1):
        label(raw, CLAIMS[4], by=number, as_=chosen)
        label(raw, CLAIMS[2], by=number, as_=("opinion", "opinion", chosen)[number - 1])
    before = review_list(read_answers(raw))
    assert before.disputes == (CLAIMS[4], CLAIMS[2])  # all three differ, then two against one
    decide(raw, CLAIMS[4], by=3, as_="checkable_fact", note="see page 4")
    after = review_list(read_answers(raw))
    assert after.disputes == before.disputes
    held = after.claims[CLAIMS[4]].held
    assert (held.label, held.note, bool(held.at)) == ("checkable_fact", "see page 4", True)
    assert before.claims[CLAIMS[4]].held == Held()
    assert [given.key for given in after.claims[CLAIMS[4]].answers] == ["a", "b", "c"]
    asked = questions_at_issue(codebook().text, after.claims[CLAIMS[2]])
    assert [(name, then) for name, _, then in asked] == [
        *(("D", "Opinion"), ("E", "Checkable fact"), ("F", "Opinion"))
    ]


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("A b.\n\nC claim d.\n\nE f.", "A b.\n\nC ", " d.\n\nE f."),
        (f"A b.\n\n{'C ' * 150}claim d.\n \nE f.", "C " * 150, " d."),
        ("claim", "", ""),
        (f"{'long ' * 900}claim", f"… {'long ' * 139}", ""),
    ],
)
def test_the_paragraph_of_a_claim(text: str, before: str, after: str) -> None:
    start = text.index("claim")
    assert _paragraph(text, Span(start, start + 5)) == (before, after)


def test_what_is_pending_outlives_its_process(tmp_path: Path) -> None:
    pending = PendingDecisions(tmp_path)
    first = Decision("c1", "opinion", "“why”", 7, 0, 0, fields={"source": "Åse"})
    one = pending.add(first, editor="Mara Ek", known="")
    pending.add(Decision("c1", None, "", 7, 0, 0), editor="Mara Ek", known="")
    other = pending.add(Decision("c2", "opinion", "", 7, 0, 0), editor="Mara Ek", known="")
    assert next(iter(PendingDecisions(tmp_path))).decision == first
    pending.remove(one.number, written_at="2031-05-04T10:00:00Z")
    assert [item.known for item in PendingDecisions(tmp_path)] == ["2031-05-04T10:00:00Z", ""]
    pending.add(Decision("c2", "opinion", "more", 7, 0, 0), editor="Mara Ek", known="", instead_of=[other])
    assert [item.decision.note for item in PendingDecisions(tmp_path)] == ["", "more"]
    blind = pending.add(Decision("c1", "opinion", "", 7, 0, 0), editor="Mara Ek", known=OUTDATED)
    pending.remove(next(iter(pending)).number, written_at="2031-05-04T11:00:00Z")
    assert [item.known for item in PendingDecisions(tmp_path)] == ["", OUTDATED]  # not taken for seen
    pending.remove(blind.number)
    again = pending.add(Decision("c3", "opinion", "", 7, 0, 0), editor="Mara Ek", known="")
    assert again.number > blind.number  # which may be on its way to Label Studio
    (tmp_path / "pending.json").write_text('[{"number": 1}]')
    with pytest.raises(BadInput, match=r"pending\.json is damaged"):
        PendingDecisions(tmp_path)


def test_a_report_says_which_decisions_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path))
    folder = tmp_path / "bridge-11111111"
    write_raw(project(), folder)
    assert cli.run(["report"]) == 0
    assert "The report lacks" not in capsys.readouterr().err
    PendingDecisions(folder).add(Decision(CLAIMS[4], "opinion", "", 7, 0, 0), editor="Mara Ek", known="")
    assert cli.run(["report"]) == 0
    assert "lacks 1 decision that Label Studio does not have yet: `annotate review`" in said(capsys)
    (folder / "pending.json").write_text("[")
    assert cli.run(["report"]) == 0
    assert "pending.json is damaged" in said(capsys)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())
