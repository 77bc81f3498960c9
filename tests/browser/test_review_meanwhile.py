"""The review page when something happens meanwhile: another editor, a server that is gone, an article corrected."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from annotate.studio import Client, Server
from tests.browser.reviews import (
    SLOW,
    THREE,
    Reviews,
    WindowsOf,
    decided,
    decisions,
    disputed,
    reviews,
    windows_of,
    written,
)
from tests.browser.test_labelling import pushed
from tests.conftest import Reviewer
from tests.proxy import Fault, proxy_to

pytestmark = [pytest.mark.studio, pytest.mark.browser]
__all__ = ["reviews", "windows_of"]  # fixtures


def test_two_editors_decide_at_once_and_the_second_chooses(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    project = disputed(owner, reviewers, new_title(), THREE)
    first, second = reviews(project), reviews(project, "Tove Lund")
    mine, theirs = windows_of(), windows_of()
    page, other = mine.open(first.start()), theirs.open(second.start())
    claims = []
    for key in "13":
        claims.append(page.locator("mark").inner_text())
        page.keyboard.press(key)
        decided(page, len(claims), 3)
    written(page)
    for key in "22":  # she looks at what was there before
        expect(other.locator("mark")).to_be_visible()
        other.keyboard.press(key)
    points = other.locator("#_points li")
    expect(points).to_have_count(2, timeout=SLOW)
    expect(points.first).to_contain_text(
        f"{claims[0]}: Mara Ek decided “Opinion” meanwhile, you “Attributed report”: choose"
    )
    points.first.get_by_role("link").click()
    expect(other.locator("main .alert")).to_contain_text("You decided Attributed report")
    assert Axe().run(other).response["violations"] == []
    second.end(signal.SIGKILL)  # a choice that is open stays open
    other = theirs.open(second.start())
    expect(points).to_have_count(2, timeout=SLOW)
    points.first.get_by_role("link").click()
    other.keyboard.press("t")
    expect(points).to_have_count(1)
    points.first.get_by_role("link").click()
    other.keyboard.press("m")
    expect(points).to_have_count(0, timeout=SLOW)
    written(other)
    found = decisions(owner, project)
    last = found[found["counted"] == "final"].set_index("claim")
    assert last.loc[claims[0], ["label", "annotator"]].tolist() == ["opinion", "Mara Ek"]
    assert last.loc[claims[1], ["label", "annotator"]].tolist() == ["attributed_report", "Tove Lund"]
    assert len(found) == 3
    # Two windows of one editor: the older one is told too.
    window = theirs.page.context.new_page()
    for each in (other, window):
        each.goto(second.address)
        expect(each.locator("mark")).to_be_visible()
    other.keyboard.press("1")
    decided(other, 3, 3)
    window.keyboard.press("3")
    expect(window.locator("main .alert")).to_contain_text("Tove Lund decided Opinion meanwhile")
    expect(window.locator("main .alert")).to_contain_text("You decided Checkable fact")
    expect(window.locator("#_words")).to_have_text("1 decision not in Label Studio yet", timeout=SLOW)
    assert "the next `annotate review` goes on with it." in second.end()  # the choice stays open here as well
    theirs.open(second.start())
    expect(points).to_have_count(1, timeout=SLOW)
    assert decisions(owner, project)["label"].tolist().count("checkable_fact") == 1
    assert not mine.faults + theirs.faults


def test_a_label_studio_or_a_review_that_is_gone_for_a_while(
    studio: Server,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    project = disputed(owner, reviewers, new_title(), THREE, waiting="the-pier-cost-40-crowns")
    editor = windows_of()
    editor.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } })"
    )
    with proxy_to(studio.url) as proxy:
        review = reviews(project, url=proxy.url)
        page = editor.open(review.start())
        claims = [page.locator("mark").inner_text()]
        proxy.rhythm = lambda method, path: Fault("before", 502)
        page.keyboard.press("1")
        decided(page, 1, 2)
        claims.append(page.locator("mark").inner_text())
        page.keyboard.press("3")
        decided(page, 2, 2)
        expect(page.locator("#_words")).to_have_text("2 decisions not in Label Studio yet")
        assert decisions(owner, project).empty
        expect(page.locator("main")).to_contain_text(f"annotate report --project '{project.title}'")
        page.keyboard.press("w")
        expect(page.locator("h2").first).to_contain_text("Waiting claim 1 of 1")
        review.end(signal.SIGKILL)
        proxy.rhythm = lambda method, path: None
        page.keyboard.press("n")
        page.keyboard.type("half a note")
        page.keyboard.press("Enter")
        expect(page.locator("#_problem")).to_contain_text("start `annotate review` again")
        expect(page.locator("[name=note]")).to_have_value("half a note")
        review.port = review.address.split(":")[2].split("/")[0]
        review.start()  # at the same place, with another key
        expect(page.locator("#_problem")).to_contain_text("open the address that it printed")
        page.on("dialog", lambda dialog: dialog.accept())  # the note would go
        editor.open(review.address)
        decided(page, 2, 2)
        written(page)
    found = decisions(owner, project)
    assert dict(zip(found["claim"], found["label"], strict=True)) == dict(
        zip(claims, ("opinion", "checkable_fact"), strict=True)
    )
    assert len(found) == 2


def test_a_project_that_changes_meanwhile(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    title = new_title()
    project = disputed(owner, reviewers, title, THREE)
    review, editor = reviews(project), windows_of()
    page = editor.open(review.start())
    first = page.locator("mark").inner_text()
    pushed(owner, title, "article", THREE.replace(first, f"{first[:-1]} again."), people=2)  # corrected
    page.keyboard.press("1")
    decided(page, 1, 3)
    written(page)
    page.keyboard.press("k")
    expect(page.locator("mark")).to_have_text(first)
    line = page.get_by_text("its newest version no longer has these words")
    until = time.monotonic() + 60
    while not line.count() and time.monotonic() < until:  # it is pulled once nothing is left to write
        page.wait_for_timeout(200)
        page.reload()
    expect(line).to_be_visible()

    page.goto(review.address)
    page.keyboard.press("j")
    expect(page.locator("mark")).to_contain_text("The pier")
    (task,) = (task for task in owner.export(project.number) if task["data"]["section"] == "The pier")
    owner.sdk.tasks.delete(id=task["id"])
    page.keyboard.press("2")
    points = page.locator("#_points li")
    expect(points).to_contain_text("The pier cost 40 crowns.", timeout=SLOW)
    points.get_by_role("link").click()
    expect(page.locator("main .alert")).to_contain_text("Not written:")
    page.goto(review.address)
    page.keyboard.press("1")  # another is written, and after it the claim is gone
    until = time.monotonic() + 60
    while page.locator("#_decided").inner_text() != "2 of 2 disputes decided" and time.monotonic() < until:
        page.wait_for_timeout(200)
        page.reload()
    points.get_by_role("link").click()
    expect(page.locator("h2")).to_have_text("This claim is no longer in Label Studio")
    page.get_by_role("button", name="Give this decision up").click()
    expect(points).to_have_count(0, timeout=SLOW)
    written(page)
    assert first in set(decisions(owner, project)["claim"])
    assert not editor.faults
