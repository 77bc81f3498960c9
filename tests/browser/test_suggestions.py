"""What an annotator's page shows of a suggestion: a hint, a label filled in, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from annotate.studio import Client, Suggestions, Terms
from annotate.studio.tasks import Layout
from tests.browser.conftest import LogIn
from tests.browser.test_labelling import answers, begin, pushed
from tests.conftest import Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]

FERRY = (
    "{The ferryman, Olav Brekke, said the fog was thick.|attributed_report|Olav Brekke} "
    "{The ferry crossed 912 times in 2024.|checkable_fact}"
)


@pytest.mark.parametrize("layout", ["article", "claim"])
@pytest.mark.parametrize("suggestions", ["hint", "off"])
def test_the_page_shows_a_suggestion_or_none(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    log_in: LogIn,
    layout: Layout,
    suggestions: Suggestions,
) -> None:
    terms = Terms(suggestions=suggestions, blind=0.0 if suggestions == "hint" else 1.0)
    project, _ = pushed(owner, new_title(), layout, FERRY, terms=terms)
    page = log_in(reviewers[0].credentials)
    begin(page, project)
    if layout == "article":
        expect(page.locator(".htx-highlight").first).to_be_visible()
        page.keyboard.press("Alt+.")
    expect(page.locator(".desk")).to_contain_text("Source: who says it")
    shown = page.locator("body").inner_text()
    filled = [box.input_value() for box in page.locator(".desk input[type=text], .desk textarea").all()]
    if suggestions == "hint":
        expect(page.locator(".desk")).to_contain_text("Suggestion: Attributed report")
    else:
        assert "Suggestion" not in shown
        assert "Olav Brekke" not in shown.replace("The ferryman, Olav Brekke,", "")
        assert "Olav Brekke" not in filled


def test_a_preloaded_label_is_taken_or_changed_with_a_digit(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    project, _ = pushed(owner, new_title(), "article", FERRY, terms=Terms(suggestions="preload"))
    page = log_in(reviewers[0].credentials)
    begin(page, project)
    expect(page.locator(".htx-highlight").first).to_be_visible()
    for digit in ("2", "1"):  # the first label is taken by its own key, the second changed
        page.keyboard.press("Alt+.")
        page.keyboard.press(digit)
        page.wait_for_timeout(200)
    with page.expect_response(lambda sent: "/annotations" in sent.url and sent.request.method == "POST"):
        page.keyboard.press("Control+Enter")
    found = [(judgement.label, judgement.shown) for judgement in answers(owner, project)]
    assert found == [("attributed_report", "preload"), ("opinion", "preload")]
