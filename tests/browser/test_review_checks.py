"""What is to check, on the review page: state, assignee and evidence by keys, and a list in the order of priority."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from annotate.report import read_csv
from annotate.studio import Client, Project
from annotate.studio.format import results_of
from tests.browser.reviews import (
    Review,
    Reviews,
    WindowsOf,
    decided,
    decisions,
    reviews,
    windows_of,
    written,
)
from tests.browser.test_labelling import pushed
from tests.conftest import ROOT, Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]
__all__ = ["reviews", "windows_of"]  # fixtures

MARKED = (
    "# The lock at Orrin\n\nIt was quiet. {The lock opened in May.|checkable_fact} {The lock is ugly.|opinion}\n\n"
    "{It has a keeper.|checkable_fact} {Nobody minds.|opinion} {The keeper earns 900 crowns.|checkable_fact}"
)
LINKS = "https://minutes.example/7 https://archive.example/lock"


@pytest.fixture
def project(owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str]) -> Project:
    """Return a project in which the two differ on the first claim and agree on the other four."""
    made, claims = pushed(owner, new_title(), "article", MARKED, people=2)
    for at, reviewer in enumerate(reviewers):
        for task in owner.export(made.number):
            answers = {
                each["claim_id"]: {"label": "opinion" if each["index"] in (1, 3) else "checkable_fact"}
                for each in task["data"]["claims"]
            }
            if at and claims[0].claim_id in answers:
                answers[claims[0].claim_id] = {"label": "opinion", "evidence": "javascript:alert(1)\nminutes"}
            reviewer.client.answer(task["id"], results_of(task, answers))
    return made


def table(review: Review, name: str) -> pd.DataFrame:
    """Return a table of a report that is written anew."""
    command = [sys.executable, "-m", "annotate", "report", "--project", review.title]
    subprocess.run(command, env={**os.environ, **review.environment}, cwd=ROOT, check=True)
    return read_csv(review.folder / name).fillna("")


def look(page: Page, name: str) -> None:
    """Find no fault of accessibility, and keep a picture where one is asked for."""
    assert not Axe().run(page).response["violations"]
    if pictures := os.environ.get("PICTURES"):
        page.screenshot(path=Path(pictures) / f"{name}.png")


def fill(page: Page, key: str, words: str, end: str) -> None:
    """Go to a field by its key, type, and save or leave it."""
    page.keyboard.press(key)
    page.keyboard.type(words)
    page.keyboard.press(end)


def shows_the_check(page: Page, review: Review) -> None:
    """See in the next report what was decided."""
    checks = table(review, "checks.csv").set_index("claim")
    assert checks.index.tolist() == [
        "The lock opened in May.",
        "The keeper earns 900 crowns.",
        "It has a keeper.",
    ]
    assert checks["check"].tolist() == ["in hand", "to check", "checked"]
    first = checks.iloc[0]
    assert first["assignee"] == '=HYPERLINK("x") Bo & <b>Ek</b>'
    assert first["evidence"] == f"{LINKS} javascript:alert(1)"
    assert checks["editor"].tolist() == ["Mara Ek", "", "Mara Ek"]
    html = (review.folder / "report.html").read_text(encoding="utf-8")
    page.goto(f"file://{review.folder / 'report.html'}")
    page.get_by_role("button", name="Checkable fact, decided").first.click()
    card = page.locator("[popover]:popover-open")
    expect(card).to_contain_text('Check: in hand; assignee: =HYPERLINK("x") Bo & <b>Ek</b>')
    assert card.locator("a").evaluate_all("links => links.map((link) => link.href)")[:2] == LINKS.split()
    assert 'href="javascript' not in html
    look(page, "card")


def test_a_claim_is_checked_by_keys_from_the_list(
    owner: Client, project: Project, reviews: Reviews, windows_of: WindowsOf
) -> None:
    review, editor = reviews(project), windows_of()
    page = editor.open(review.start())
    expect(page.locator("mark")).to_have_text("The lock opened in May.")  # the dispute
    expect(page.locator("[name=check]")).to_have_count(0)  # it is a tie
    assert page.locator("a[href^='javascript']").count() == 0
    page.keyboard.press("3")
    decided(page, 1, 1)
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="3 claims to check")).to_be_visible()
    listed = page.locator(".checks a")
    expect(listed).to_have_text(
        ["The lock opened in May.", "The keeper earns 900 crowns.", "It has a keeper."]
    )
    expect(page.locator(".checks li").first).to_contain_text("to check · disputed; in the lead")
    look(page, "list")

    page.keyboard.press("j")
    expect(page.locator("#_claim")).to_contain_text("To check: 1 of 3")
    look(page, "claim")
    fill(page, "s", "in", "Enter")
    expect(page.locator(".decided")).to_contain_text("check: in hand")
    expect(page.locator("#_claim")).to_contain_text("To check: 1 of 3")
    fill(page, "i", '=HYPERLINK("x") Bo & <b>Ek</b>', "Escape")
    fill(page, "v", f"{LINKS} javascript:alert(1)", "Enter")
    expect(page.locator(".decided a")).to_have_text(LINKS.split())
    expect(page.locator(".decided")).to_contain_text('assignee: =HYPERLINK("x") Bo & <b>Ek</b>')
    page.keyboard.press("j")
    expect(page.locator("mark")).to_have_text("The keeper earns 900 crowns.")
    fill(page, "s", "drop", "Enter")
    expect(page.locator(".decided")).to_contain_text("Noted by Mara Ek")
    expect(page.locator(".decided")).to_contain_text("check: dropped")
    page.keyboard.press("u")
    expect(page.locator(".said")).to_contain_text("Undone")
    expect(page.locator(".decided")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.locator("mark")).to_have_text("It has a keeper.")
    fill(page, "s", "checked", "Enter")
    expect(page.locator(".decided")).to_contain_text("check: checked")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="2 claims to check")).to_be_visible()
    expect(page.locator("ul.checks li")).to_contain_text("checked")
    written(page)
    assert not editor.faults
    review.end()
    shows_the_check(page, review)
    assert set(decisions(owner, project)["annotator"]) == {"Mara Ek"}


def test_a_check_is_refused_where_the_claim_is_decided_otherwise(
    owner: Client, project: Project, reviews: Reviews, windows_of: WindowsOf
) -> None:
    review, editor = reviews(project), windows_of()
    address = review.start()
    page = editor.open(f"{address}checks")
    page.get_by_role("link", name="It has a keeper.").click()
    fill(page, "i", "Bo", "Escape")
    page.keyboard.press("1")
    expect(page.locator("#_problem")).to_have_text(
        "only a Checkable fact has a check and an assignee: leave both as they were"
    )
    assert page.get_by_label("Assignee").input_value() == "Bo"  # what is typed stays
    page.keyboard.press("3")  # goes to the next claim to check: there is none
    expect(page.get_by_role("heading", name="2 claims to check")).to_be_visible()
    expect(page.locator(".checks li").nth(1)).to_contain_text("Bo")
    page.get_by_role("link", name="It has a keeper.").click()
    page.keyboard.press("1")  # an opinion keeps the assignee on record, and shows none
    expect(page.get_by_role("heading", name="1 claim to check")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_label("Assignee")).to_have_value("Bo")
    written(page)
    assert all("400" in fault for fault in editor.faults)  # the refusal
