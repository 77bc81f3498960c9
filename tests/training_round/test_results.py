"""First answers beside decisions: shares and kappa computed by hand, what counts, and the page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from annotate.errors import BadInput
from annotate.studio import read_project
from annotate.training_round import (
    DecidedClaim,
    Result,
    Round,
    TrainingAnswers,
    confusions_frame,
    read_round,
    result_of,
    results_frame,
    results_page,
    training_answers,
    write_round,
)
from tests.report.answers import annotation, label, project
from tests.specimen import specimen

TEN = "\n\n".join(f"{{The kiosk at pier {word} was painted.}}" for word in "abcdefghij")
ADA = 1
#: By claim, the desk's label and Ada's: 7 of 10 alike.
#:
#:              Ada:  opinion  report  fact  none
#: desk: opinion         3        0      1     0
#:       report          1        2      0     0
#:       fact            0        0      2     1
#:
#: By chance (4·4 + 3·2 + 3·3 + 0·1) / 100 = 0.31, so kappa is (0.70 − 0.31) / (1 − 0.31) = 0.39 / 0.69 = 0.565.
O, A, C = "opinion", "attributed_report", "checkable_fact"  # noqa: E741
DESK = (O, O, O, O, A, A, A, C, C, C)
GIVEN = (O, O, O, C, A, A, O, C, C, None)
RULINGS = ("a prediction by the author", "", "", "a prediction by the author", *6 * [""])


def round_with(given: Any = GIVEN, **changes: Any) -> tuple[dict[str, Any], Round]:
    """Return raw answers to a round of ten claims, and its record."""
    article, claims, skips = specimen(TEN)
    raw = project(article, claims, skips, title="Training: Ada Lund – Kiosks")
    for claim, said in zip(claims, given, strict=True):
        label(raw, claim.claim_id, by=ADA, as_=said)
    rows = zip(claims, DESK, RULINGS, strict=True)
    decided = tuple(DecidedClaim(c.claim_id, desk, by="Mara Ek", ruling=ruling) for c, desk, ruling in rows)
    return raw, Round(ADA, "Ada Lund", 1, "kiosks", "Kiosks", decided, **changes)


def compared(raw: dict[str, Any], training: Round) -> TrainingAnswers:
    return training_answers(read_project(raw), training, {each.claim_id: each for each in training.claims})


def result(raw: dict[str, Any], training: Round, threshold: float = 0.8) -> Result:
    return result_of(compared(raw, training), threshold=threshold)


def test_agreement_interval_and_kappa_are_those_computed_by_hand() -> None:
    found = result(*round_with())
    assert (found.claims, found.answered, found.agree, found.share) == (10, 10, 7, 0.7)
    assert found.kappa == pytest.approx(0.39 / 0.69)
    assert found.interval
    # Of ten claims that each agree with 0.7, P(3 or fewer) = 0.0106, P(4 or fewer) = 0.047; P(ten) = 0.028: the
    # percentiles 2.5 and 97.5 of a thousand samples are 0.4, and 1.0 or just below.
    assert found.interval[0] == pytest.approx(0.4)
    assert 0.9 <= found.interval[1] <= 1.0
    assert [found.count(desk, given) for desk in (O, A, C) for given in (O, A, C, "no_label")] == [
        *(3, 0, 1, 0),
        *(1, 2, 0, 0),
        *(0, 0, 2, 1),
    ]
    assert found.rulings == [
        ("no ruling: the questions decide", 8, 6),
        ("a prediction by the author", 2, 1),
    ]
    assert found.seconds == 1.2  # 12.5 s for the section of ten


@pytest.mark.parametrize(
    ("threshold", "passed"), [(0.7, True), (0.8, False), (0.0, True), (0.71, False), (1.0, False)]
)
def test_passed_from_the_share_of_the_settings_on(threshold: float, passed: bool) -> None:
    assert result(*round_with(), threshold).passed is passed


def test_an_unfinished_round_is_neither_passed_nor_failed() -> None:
    raw, training = round_with()
    raw["tasks"][0]["annotations"] = []
    found = result(raw, training)
    assert (found.answered, found.share, found.passed, found.interval) == (0, None, None, None)
    frame = results_frame([found])
    assert frame["passed"].isna().all()
    assert frame["agreement"].isna().all()
    assert "0 of 10 answered" in results_page([found], threshold=0.8)


def test_the_first_of_two_answers_counts() -> None:
    raw, training = round_with()
    second = annotation(raw["tasks"][0], by=ADA, at="2031-05-03T10:00:00.000000Z")
    assert second["id"] > raw["tasks"][0]["annotations"][0]["id"]
    for region, desk in zip(second["result"], DESK, strict=True):
        region["value"]["labels"] = [desk]
    found = result(raw, training)
    assert found.agree == 7
    assert found.notes == ("Ada Lund answered 1 section twice: the first answer counts.",)


def test_an_answer_that_was_changed_after_the_feedback_counts_as_it_was() -> None:
    raw, training = round_with(DESK)  # as it is in Label Studio now
    ids = [claim.claim_id for claim in training.claims]
    noted = {id_: {"label": given or "", "source": ""} for id_, given in zip(ids, GIVEN, strict=True)}
    before = Round(ADA, "Ada Lund", 1, "kiosks", "Kiosks", training.claims, first={"101": {"claims": noted}})
    found = result(raw, before)
    assert found.agree == 7
    assert found.kappa == pytest.approx(0.39 / 0.69)
    assert found.notes == ("Ada Lund changed 3 answers after the feedback: the first answer counts.",)


def test_answers_of_other_people_and_skipped_sections_do_not_count() -> None:
    raw, training = round_with()
    for claim, desk in zip(training.claims, DESK, strict=True):
        label(raw, claim.claim_id, by=2, as_=desk)
    found = result(raw, training)
    assert found.agree == 7
    assert found.notes == ("1 answer of other people in the round of Ada Lund: not counted.",)
    raw["tasks"][0]["annotations"][0]["was_cancelled"] = True
    assert result(raw, training).answered == 0


def test_confusions_as_a_table() -> None:
    frame = confusions_frame([result(*round_with())])
    rows = {tuple(row) for row in frame.astype(object).where(frame.notna(), "").to_numpy().tolist()}
    head = ("Ada Lund", 1, "Kiosks")
    assert (*head, "a prediction by the author", "Opinion", "Checkable fact", 1) in rows
    assert (*head, "", "Checkable fact", "No label", 1) in rows
    assert sum(row[-1] for row in rows) == 10


def test_the_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    _, training = round_with(GIVEN, first={"101": {"claims": {"a": {"label": "opinion"}}}}, passed=True)
    assert read_round(tmp_path) is None
    write_round(tmp_path / "round", training)
    assert read_round(tmp_path / "round") == training
    (tmp_path / "round" / "training.json").write_text("{")
    with pytest.raises(BadInput, match=r"training\.json is damaged .*: delete it, then"):
        read_round(tmp_path / "round")


@pytest.mark.browser
@pytest.mark.parametrize(("mode", "width"), [("light", 1366), ("dark", 1366), ("light", 390), ("dark", 390)])
def test_the_page_of_results(chromium: str, tmp_path: Path, mode: Any, width: int) -> None:
    raw, training = round_with()
    odd = Round(ADA, "<b>Ada</b> & Søn", 2, "", "Sample article", training.claims)
    file = tmp_path / "results.html"
    file.write_text(results_page([result(raw, training), result(raw, odd, 0.5)], threshold=0.8), "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        context = browser.new_context(
            bypass_csp=True, color_scheme=mode, viewport={"width": width, "height": 800}
        )
        page = context.new_page()
        page.goto(file.as_uri())
        assert page.locator("tbody").first.inner_text().count("70 %") == 2
        assert page.get_by_text("<b>Ada</b> & Søn").count() == 2
        assert page.locator(".passed").inner_text() == "passed"
        assert page.locator(".failed").inner_text() == "not passed"
        assert page.evaluate("document.documentElement.scrollWidth") == width
        heights = page.locator(".rounds tbody tr").evaluate_all("rows => rows.map(row => row.clientHeight)")
        assert max(heights) < 80  # no column is so narrow that words stand one letter below the other
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        browser.close()


def test_the_page_needs_no_network_and_runs_no_script() -> None:
    page = results_page([result(*round_with())], threshold=0.8)
    assert not re.search(r"<script|https?://|src=", page)
    assert json.dumps("default-src 'none'")[1:-1] in page
