"""The codebook's question that decided: ticked by one key in both layouts, with the desk's script and without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotate.studio import Client, bind
from annotate.studio.format import Layout
from tests.browser.conftest import LogIn
from tests.browser.reviews import Reviews, WindowsOf, disputed, reviews, windows_of
from tests.browser.test_labelling import CLAIMS, answers, begin, pushed, submit
from tests.conftest import Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]
__all__ = ["reviews", "windows_of"]  # fixtures

FOUR = (
    "{The lock keeper, Ines Vaal, says that the sluice leaks.|attributed_report|Ines Vaal|says} "
    "{It was built in 1911.} {Somebody ought to drain the basin.} {The eels left in March.}"
)
# What a person presses for each claim: letters with Shift, then a digit. The last letter of a claim counts.
PRESSED = (("C", "2"), ("E", "3"), ("AD", "1"), ("", "3"))
COUNTED = [("C", "attributed_report"), ("E", "checkable_fact"), ("D", "opinion"), ("", "checkable_fact")]


@pytest.fixture
def ada(reviewers: tuple[Reviewer, Reviewer]) -> Reviewer:
    bind(reviewers[0].client)
    return reviewers[0]


def ticked(page: Page, name: str) -> None:
    """Wait until this ruling is ticked, and no other one; an empty name is none."""
    page.wait_for_function(
        """name => name === [...document.querySelectorAll(".desk-rulings input:checked")]
            .map(box => box.name).join("")""",
        arg=name,
    )


def press(page: Page, letters: str) -> None:
    ticked(page, "")
    for letter in letters:
        page.keyboard.press(f"Shift+{letter}")
        ticked(page, letter)


def found(client: Client, project: object) -> list[tuple[str, str | None]]:
    return [(judgement.ruling, judgement.label) for judgement in answers(client, project)]  # type: ignore[arg-type]


@pytest.mark.parametrize("script", [True, False], ids=["script", "bare"])
def test_article_layout(
    owner: Client, ada: Reviewer, new_title: Callable[[], str], log_in: LogIn, script: bool
) -> None:
    project, claims = pushed(owner, new_title(), "article", FOUR)
    page = log_in(ada.credentials, script=script)
    begin(page, project)
    expect(page.locator(CLAIMS)).to_have_count(4)
    if script:
        page.locator(".claimdesk .keys").wait_for()
    for claim, (letters, digit) in zip(claims, PRESSED, strict=True):
        if not script:
            page.keyboard.press("Alt+.")
        expect(page.locator(".htx-highlight.__active").last).to_contain_text(claim.text[-8:])
        press(page, letters)
        page.keyboard.press(digit)
    if script:
        expect(page.locator(".claimdesk b")).to_have_text("4 of 4 judged")
    submit(page)
    assert found(owner, project) == COUNTED
    assert [j.source for j in answers(owner, project)] == ["Ines Vaal", "", "", ""]


@pytest.mark.parametrize("script", [True, False], ids=["script", "bare"])
def test_claim_layout(
    owner: Client, ada: Reviewer, new_title: Callable[[], str], log_in: LogIn, script: bool
) -> None:
    project, claims = pushed(owner, new_title(), "claim", FOUR)
    page = log_in(ada.credentials, script=script)
    begin(page, project)
    for claim, (letters, digit) in zip(claims, PRESSED, strict=True):
        expect(page.locator(".desk-claim")).to_have_text(claim.text)
        if script:
            page.locator(".claimdesk .keys").wait_for()
        press(page, letters)
        page.keyboard.press(digit)
        if not script:
            submit(page)
    expect(page.locator(".desk-claim")).to_have_count(0)
    assert found(owner, project) == COUNTED


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_the_same_key_takes_it_back(
    owner: Client, ada: Reviewer, new_title: Callable[[], str], log_in: LogIn, layout: Layout
) -> None:
    project, _ = pushed(owner, new_title(), layout, FOUR)
    page = log_in(ada.credentials, script=True)
    begin(page, project)
    page.locator(".claimdesk .keys").wait_for()
    for letter in "EF":  # alone they go to the source, and submit
        page.keyboard.press(f"Shift+{letter}")
        ticked(page, letter)
        page.keyboard.press(f"Shift+{letter}")
        ticked(page, "")
    expect(page.locator("[name=source]:focus")).to_have_count(0)
    assert not any(task["annotations"] for task in owner.export(project.number))


def test_each_letter_says_its_question(
    owner: Client, ada: Reviewer, new_title: Callable[[], str], log_in: LogIn
) -> None:
    project, _ = pushed(owner, new_title(), "claim", FOUR)
    page = log_in(ada.credentials)
    begin(page, project)
    letters = page.locator(".desk-rulings .lsf-choice")
    expect(letters).to_have_text(["A", "B", "C", "D", "E", "F"], use_inner_text=True)
    tops = {round(box["y"]) for letter in letters.all() if (box := letter.bounding_box())}
    assert len(tops) == 1, "they are in one line"
    letters.nth(3).hover()
    expect(page.get_by_text("what somebody secretly thinks").last).to_be_visible()


def test_who_reads_an_answer_reads_its_ruling(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    log_in: LogIn,
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    """The page of one claim in Label Studio, and the editor's review page."""
    project = disputed(owner, reviewers, new_title(), FOUR, ruling="D")
    (task,) = owner.export(project.number)
    page = log_in(reviewers[0].credentials, script=True)
    claim = task["data"]["claims"][1]["claim_id"]
    page.goto(f"/projects/{project.number}/data?task={task['id']}&claim={claim}")
    expect(page.locator("#answers li")).to_contain_text(["Ruling: D", "Ruling: D"])
    review = windows_of().open(reviews(project).start())
    expect(review.locator(".answers .detail", has_text="Ruling: D")).to_have_count(2)
