"""Suggesters beside each other on what a desk has settled: figures that can be done by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from annotate import cli
from annotate.errors import UsageError
from annotate.workflows import evaluate
from tests.llm.conftest import Desk
from tests.llm.plain_endpoint import PlainEndpoint, all_of, claims_in, status
from tests.pulls import write_raw
from tests.report.answers import label, project, task_of
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]
#: Sent as fact, report, opinion, none: two of the three are right.
SAID = ("checkable_fact", "opinion", "opinion", "opinion")


@pytest.fixture
def answered(desk: Desk) -> Desk:
    raw = project()
    for claim, said in zip(CLAIMS[:4], SAID, strict=True):
        label(raw, claim, by=1, as_=said)
    packed = next(p for p in task_of(raw, CLAIMS[2])["data"]["claims"] if p["claim_id"] == CLAIMS[2])
    packed["shown"] = "blind"
    write_raw(raw, desk.folder / "exports" / "desk")
    return desk


def rows(*names: str) -> dict[str, dict[str, Any]]:
    return {row["suggester"]: row for row in evaluate(compare=names).figures["suggesters"]}


def test_what_was_sent_is_measured_by_the_model_behind_it(answered: Desk) -> None:
    row = rows("rules")["as sent: rules-1"]
    assert (row["claims"], row["right"]) == (3, 2)
    assert row["agreement"] == pytest.approx(2 / 3)
    assert row["macro_f1"] == pytest.approx((2 / 3 + 1) / 2)
    assert row["calibration_error"] == pytest.approx(abs(2 - 3 * 0.75) / 3)
    assert row["kappa"] == pytest.approx((2 / 3 - 3 / 9) / (1 - 3 / 9))
    assert (row["tokens"], row["cost"]) == (None, None)
    assert (row["unseen"], row["unseen_right"]) == (1, 1)


def test_suggesters_of_this_computer_are_measured_on_the_same_claims(answered: Desk) -> None:
    measured = rows("rules", "lexical")
    assert [name for name in measured if not name.startswith("as sent")] == ["rules-1", "lexical-4"]
    assert {row["claims"] for name, row in measured.items() if not name.startswith("as sent")} == {4}


def test_a_language_model_is_asked_once_and_its_cost_counted(answered: Desk, endpoint: PlainEndpoint) -> None:
    answered.use(endpoint.url, price_in=10.0, price_out=100.0)
    first, again = rows("llm")["llm-plain-1"], rows("llm")["llm-plain-1"]
    assert len(endpoint.requests) == 1
    assert again == first
    assert (first["claims"], first["right"]) == (4, 3)  # it takes everything for opinion
    assert first["tokens"] == 120
    assert first["cost"] == pytest.approx((100 * 10 + 20 * 100) / 1e6)
    assert first["kappa"] == pytest.approx(0)
    assert first["calibration_error"] == pytest.approx(abs(3 - 4 * 0.7) / 4)


def test_claims_without_an_answer_are_left_out(answered: Desk, endpoint: PlainEndpoint) -> None:
    endpoint.always = all_of(label="approved")
    row = rows("llm")["llm-plain-1"]
    assert (row["claims"], row["agreement"], row["kappa"]) == (0, None, None)


def test_what_a_push_asked_is_known(answered: Desk, endpoint: PlainEndpoint) -> None:
    """The paragraphs are cut from the text in both, so that an answer is found again."""
    article, _, _ = specimen()
    answered.claims(article.text)
    pushed = {words for request in endpoint.requests for _, words in claims_in(request)}
    endpoint.requests.clear()
    rows("llm")
    asked = {words for request in endpoint.requests for _, words in claims_in(request)}
    assert not pushed & asked


def test_another_computer_needs_to_be_allowed(answered: Desk) -> None:
    answered.use("https://models.invalid/v1")
    with pytest.raises(UsageError, match="--allow-remote"):
        rows("llm")


def test_a_suggester_that_does_not_exist(answered: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["evaluate", "--compare", "magic"]) == 2
    assert "no suggester 'magic': choose one of vectors, lexical, llm, rules" in capsys.readouterr().err


def test_the_command_prints_a_table_or_json(
    answered: Desk, endpoint: PlainEndpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["evaluate", "--compare", "rules", "--compare", "llm"]) == 0
    printed = capsys.readouterr()
    assert "Suggesters on these claims:" in printed.out
    assert [line.split("  ")[0] for line in printed.out.splitlines()[-3:]] == [
        *("as sent: rules-1", "rules-1", "llm-plain-1")
    ]
    assert "4 claims to ask about" in printed.err
    assert cli.run(["evaluate", "--compare", "llm", "--format", "json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["suggesters"][-1]["suggester"] == "llm-plain-1"


def test_a_key_that_is_refused_leaves_the_others_their_figures(
    answered: Desk, endpoint: PlainEndpoint
) -> None:
    endpoint.always = status(401)
    measured = rows("rules", "llm")
    assert measured["rules-1"]["claims"] == 4
    assert measured["llm-plain-1"]["claims"] == 0
