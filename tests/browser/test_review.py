"""The review page in a real browser: a key decides, Label Studio has it at once, and no break loses or doubles it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from annotate.report import read_csv
from annotate.studio import Client
from tests.browser.reviews import (
    THREE,
    Reviews,
    WindowsOf,
    ask,
    decided,
    decisions,
    disputed,
    reviews,
    windows_of,
    written,
)
from tests.browser.test_desk import TWENTY
from tests.conftest import ROOT, Reviewer

pytestmark = [pytest.mark.studio, pytest.mark.browser]
__all__ = ["reviews", "windows_of"]  # fixtures

KEYS = {"1": "opinion", "2": "attributed_report", "3": "checkable_fact"}
HOSTILE = "{The <script>document.title='run'</script> bridge &amp; {{ 7 * 7 }} closed.|opinion} {It rained.|checkable_fact}"


def test_twenty_disputes_in_twenty_keys_through_reloads_and_kills(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    project = disputed(owner, reviewers, new_title(), TWENTY)
    review, editor = reviews(project), windows_of()
    page = editor.open(review.start())
    wanted, seconds = {}, 0.0
    for number in range(20):
        decided(page, number, 20)
        key = "123"[number % 3]
        wanted[page.locator("mark").inner_text()] = KEYS[key]
        begun = time.perf_counter()
        page.keyboard.press(key)
        decided(page, number + 1, 20)
        seconds += time.perf_counter() - begun
        if number == 4:  # at once, before anything can be written
            page.reload()
        if number in (7, 12):
            review.end(signal.SIGKILL)
            editor.open(review.start())
    decided(page, 20, 20)
    expect(page.get_by_role("heading", name="All 20 disputes decided")).to_be_visible()
    print(f"20 disputes in 20 keys: {seconds:.1f} s")
    written(page)
    told = review.end()
    assert "20 of 20 disputes decided: `annotate report` shows them." in told
    assert json.loads((review.folder / "pending.json").read_text()) == []
    found = decisions(owner, project)
    assert dict(zip(found["claim"], found["label"], strict=True)) == wanted
    assert len(found) == 20  # none twice, also among those that are superseded
    assert set(found["annotator"]) == {"Mara Ek"}
    command = [sys.executable, "-m", "annotate", "report", "--project", project.title]
    subprocess.run(command, env={**os.environ, **review.environment}, cwd=ROOT, check=True)
    table = read_csv(review.folder / "claims.csv")
    assert set(table["status"]) == {"adjudicated"}
    assert dict(zip(table["claim"], table["label"], strict=True)) == wanted
    assert not editor.faults


def test_answers_taken_notes_undo_and_what_is_shown(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    project = disputed(owner, reviewers, new_title(), THREE, note="Who else?", flags=["unsure"])
    review, editor = reviews(project), windows_of()
    page = editor.open(review.start())
    expect(page.locator(".paragraph")).to_contain_text(
        "It was a quiet week. The ferry was late, said Olav Brekke. It is a disgrace. Nobody spoke."
    )
    expect(page.locator(".answers li").first).to_contain_text("Opinion Ada Brandt unsure")
    expect(page.locator(".answers")).to_contain_text("“Who else?”")
    expect(page.locator(".answers")).to_contain_text("The <i>harbour</i> office")
    expect(page.locator(".questions")).to_contain_text("C Does somebody else say it")
    assert Axe().run(page).response["violations"] == []
    for box in (".paragraph", ".questions", ".answers li >> nth=-1", ".fields", ".bar"):
        expect(page.locator(box)).to_be_in_viewport(ratio=1)

    first = page.locator("mark").inner_text()
    page.keyboard.press("b")  # Bo's answer, with its source
    decided(page, 1, 3)
    second = page.locator("mark").inner_text()
    page.keyboard.press("n")
    page.keyboard.type("1 2 3 k: minutes, page 4")
    page.keyboard.press("Enter")  # a note alone
    expect(page.locator(".decided")).to_contain_text("Noted by Mara Ek; “1 2 3 k: minutes, page 4”")
    page.keyboard.press("e")
    page.keyboard.type("The mayor")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    decided(page, 2, 3)
    third = page.locator("mark").inner_text()
    page.keyboard.press("3")
    decided(page, 3, 3)
    page.keyboard.press("u")
    expect(page.locator(".said")).to_have_text("Undone: this claim is as it was before.")
    decided(page, 2, 3)
    page.keyboard.press("k")
    expect(page.locator("[name=source]")).to_have_value("The mayor")
    page.keyboard.press("0")
    decided(page, 1, 3)
    page.keyboard.press("u")
    decided(page, 2, 3)
    written(page)
    review.end()
    found = decisions(owner, project)
    last = found[found["counted"] != "superseded"].set_index("claim")
    assert last.loc[first, ["label", "source"]].tolist() == ["attributed_report", "The <i>harbour</i> office"]
    assert last.loc[second, ["label", "source", "note"]].tolist() == [
        *("attributed_report", "The mayor", "1 2 3 k: minutes, page 4")
    ]
    assert last.loc[third, "counted"] == "withdrawn"
    assert found.groupby("claim").size().to_dict() == {first: 1, second: 4, third: 2}
    assert not editor.faults


def test_strangers_are_refused_and_hostile_words_run_nothing(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    evil = "<img src=x onerror=\"document.title='run'\">"
    project = disputed(owner, reviewers, new_title(), HOSTILE, note=evil, evidence="javascript:alert(1)")
    review, editor = reviews(project), windows_of()
    address = review.start()
    root, key = address.rstrip("/").rsplit("/", 1)
    status, words, headers = ask(address)
    assert (status, "<mark>" in words) == (200, True)
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "no-store" in headers["cache-control"]
    for wrong in (f"{root}/", f"{root}/{key[:-1]}/", f"{root}/{key}x/state", f"{root}/review.js"):
        status, words, _ = ask(wrong)
        assert status == 403
        assert "open the address that it printed" in words
    assert ask(address, host="rebound.example")[0] == 403
    undo = f"{root}/{key}/undo"
    for origin in ("", "null", "https://elsewhere.example", root.replace("127.0.0.1", "localhost")):
        assert ask(undo, body=b"", origin=origin)[:2] == (
            403,
            "Decisions are taken from the review page alone.\n",
        )
    assert ask(undo, body=b"", origin=root)[0] == 200
    assert ask(f"{root}/{key}/claim/none")[0] == 400
    assert ask(undo, body=b"note=" + b"x" * 200_000, origin=root)[0] == 400
    other = [sys.executable, "-m", "annotate", "review", "--project", project.title]
    told = subprocess.run(
        other, env={**os.environ, **review.environment}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (told.returncode, "another `annotate review` of" in told.stderr) == (6, True)

    page = editor.open(address)
    expect(page.locator(".answers")).to_contain_text(evil)
    for _ in range(2):
        assert page.locator("img, main script, a[href^=javascript]").count() == 0
        page.keyboard.press("n")
        page.keyboard.type(f"{evil} =1+1 {{{{ 7 }}}}")
        page.keyboard.press("Enter")
        expect(page.locator(".decided")).to_contain_text(f"{evil} =1+1 {{{{ 7 }}}}")
        assert not page.title().startswith("run")
        page.keyboard.press("j")
    written(page)
    assert set(decisions(owner, project)["note"]) == {f"{evil} =1+1 {{{{ 7 }}}}"}
    assert not editor.faults


WELL = "{The well at Ostby is nine metres deep.|checkable_fact} {It should be closed at once.|opinion}"


def test_a_review_begins_with_the_claim_that_is_named_in_whatever_project(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    disputed(owner, reviewers, new_title(), THREE)
    project = disputed(owner, reviewers, new_title(), WELL)
    review, editor = reviews(project), windows_of()
    for _ in range(2):  # before anything was pulled, and after
        address = review.start(claim="it-should-be-closed-at-once")
        assert address.endswith("/claim/it-should-be-closed-at-once")
        page = editor.open(address)
        expect(page.locator("mark")).to_have_text("It should be closed at once.")
        expect(page.get_by_role("link", name="Its section in Label Studio")).to_have_attribute(
            "href", re.compile(r"/data\?task=\d+&claim=it-should-be-closed-at-once$")
        )
        review.end()
    command = [sys.executable, "-m", "annotate", "review", "--project", project.title, "--claim", "none"]
    told = subprocess.run(
        command,
        env={**os.environ, **review.environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, "has no claim none" in told.stderr) == (5, True)


def test_the_page_shows_similar_claims_with_what_differs(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: WindowsOf,
) -> None:
    earlier = disputed(
        owner, reviewers, new_title(), "# Old\n\n{The pier cost 70 crowns.|checkable_fact} It rained."
    )
    later = disputed(
        owner, reviewers, new_title(), "# New\n\n{The pier cost 90 crowns.|checkable_fact} It snowed."
    )
    first = reviews(earlier)
    editor = windows_of()
    page = editor.open(first.start())
    assert page.locator(".similar").count() == 0
    page.keyboard.press("3")
    written(page)
    first.end()
    page = editor.open(reviews(later).start())
    block = page.locator(".similar")
    expect(block).to_contain_text("Decided as Checkable fact on")
    expect(block).to_contain_text(f"“{earlier.title}”; differs in figures")
    assert block.locator("li .differs").all_inner_texts() == ["70", "90"]
    assert Axe().run(page).violations_count == 0
    assert not editor.faults
