"""What an annotator's page shows of a suggestion: a hint, a label filled in, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from annotate.studio import Client, Terms
from annotate.studio.format import Layout, Suggestions
from tests.browser.conftest import LogIn
from tests.browser.test_labelling import answers, begin, pushed, submit
from tests.conftest import Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]

FERRY = (
    "{The ferryman, Olav Brekke, said the fog was thick.|attributed_report|Olav Brekke||person} "
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
    expect(page.locator("input[name='Named person']")).to_be_checked(checked=suggestions == "hint")
    if suggestions == "hint":
        expect(page.locator(".desk")).to_contain_text("Suggestion: attributed report")
    else:
        assert "Suggestion" not in shown
        assert "Olav Brekke" not in shown.replace("The ferryman, Olav Brekke,", "")
        assert "Olav Brekke" not in filled
    page.keyboard.press("2")
    submit(page)
    told = [(j.label, j.source, j.source_kind) for j in answers(owner, project)][:1]
    named = ("Olav Brekke", "person") if suggestions == "hint" else ("", "")
    assert told == [("attributed_report", *named)]


# What is pressed before a claim is submitted; whether the label that was filled in, opinion, still stands in the
# page then; what the pull makes of it. 4, 9, a, g and x are keys that Label Studio gives to choices without one.
FILLED_IN = {
    "": (True, ("labelled", "opinion", "prediction")),
    "1": (False, ("labelled", "opinion", "manual")),
    "3": (False, ("labelled", "checkable_fact", "manual")),
    "11": (True, ("labelled", "opinion", "prediction")),
    "33": (True, ("labelled", "opinion", "prediction")),
    "0": (False, ("unjudged", None, "manual")),
    "n": (False, ("deleted", None, "")),
    "n1": (False, ("labelled", "opinion", "manual")),
    "49agx": (True, ("labelled", "opinion", "prediction")),
}


def test_a_preloaded_label_in_the_claim_layout_is_never_lost(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], log_in: LogIn
) -> None:
    marked = " ".join(f"{{Crossing {n} was a waste of coal.|opinion}}" for n in range(len(FILLED_IN)))
    terms = Terms(suggestions="preload")
    project, claims = pushed(owner, new_title(), "claim", f"{marked} {{Nobody swam.}}", terms=terms)
    page = log_in(reviewers[0].credentials)
    begin(page, project)
    filled = page.locator(".desk-filled")
    for claim, (keys, (stands, _)) in zip(claims[:-1], FILLED_IN.items(), strict=True):
        expect(page.locator(".desk-claim")).to_have_text(claim.text)
        expect(filled).to_contain_text("Opinion")
        expect(page.locator(".desk-label input:checked")).to_have_count(0)
        for key in keys:
            page.keyboard.press(key)
        expect(filled).to_be_visible(visible=stands)
        submit(page)
    expect(page.locator(".desk-claim")).to_have_text("Nobody swam.")
    expect(filled).to_be_hidden()
    submit(page)
    found = {j.claim_id: (j.status, j.label, j.origin) for j in answers(owner, project)}
    said = [said for _, said in FILLED_IN.values()] + [("unjudged", None, "")]
    assert [found[claim.claim_id] for claim in claims] == said


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
