"""The review page in a real browser: a key decides, Label Studio has it at once, and no break loses or doubles it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from annotate.report import judgements_frame, read_csv
from annotate.studio import Client, Project, Server, pull_project
from annotate.studio.format import UNJUDGED, results_of
from tests.browser.conftest import SCREEN
from tests.browser.test_desk import TWENTY
from tests.browser.test_labelling import pushed
from tests.conftest import ROOT, Reviewer
from tests.proxy import Fault, proxy_to

pytestmark = [pytest.mark.studio, pytest.mark.browser]

SLOW = 60_000  # milliseconds that Label Studio may take while other tests use the processor
KEYS = {"1": "opinion", "2": "attributed_report", "3": "checkable_fact"}
HOSTILE = "{The <script>document.title='run'</script> bridge &amp; {{ 7 * 7 }} closed.|opinion} {It rained.|checkable_fact}"
THREE = (
    "# The ferry\n\nIt was a quiet week. {The ferry was late, said Olav Brekke.|attributed_report|Olav Brekke|said} "
    "{It is a disgrace.|opinion} Nobody spoke.\n\n# The pier\n\n{The pier cost 40 crowns.|checkable_fact}"
)


@dataclass
class Review:
    """A review that runs in a process of its own, and how to begin and end it."""

    environment: Mapping[str, str]
    title: str
    editor: str
    process: subprocess.Popen[str] | None = None
    address: str = ""
    port: str = "0"

    def start(self) -> str:
        """Start it and return its address."""
        command = [sys.executable, "-m", "annotate", "review", "--project", self.title]
        command += ["--editor", self.editor, "--port", self.port]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        assert self.address, self.process.communicate()[1]
        return self.address

    def end(self, how: signal.Signals = signal.SIGINT) -> str:
        """End it and return what it told."""
        assert self.process
        self.process.send_signal(how)
        told = self.process.communicate(timeout=60)[1]
        self.process = None
        return told

    @property
    def folder(self) -> Path:
        """The folder of the project, once it was pulled."""
        (folder,) = Path(self.environment["ANNOTATE_EXPORTS"]).iterdir()
        return folder


Reviews = Callable[..., Review]


@pytest.fixture
def reviews(studio: Server, tmp_path: Path) -> Iterator[Reviews]:
    """Return a function that makes reviews, each editor's with a folder of its own."""
    made: list[Review] = []

    def make(project: Project, editor: str = "Mara Ek", *, url: str = studio.url) -> Review:
        environment = {
            "LABEL_STUDIO_URL": url,
            "LABEL_STUDIO_API_KEY": studio.credentials.token,
            "ANNOTATE_EXPORTS": str(tmp_path / editor.replace(" ", "-")),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        }
        made.append(Review(environment, project.title, editor))
        return made[-1]

    yield make
    for review in made:
        if review.process:
            review.end(signal.SIGKILL)


@dataclass
class Editor:
    """A window of the browser, and what its pages did that they should not."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def note(self, kind: str, words: str) -> None:
        if kind == "error" and "ERR_CONNECTION_REFUSED" not in words:  # a review that was ended
            self.faults.append(words)

    def open(self, address: str) -> Page:
        self.page.goto(address)
        return self.page


@pytest.fixture
def windows_of(browser: Browser) -> Iterator[Callable[..., Editor]]:
    contexts = []

    def make(**options: Any) -> Editor:
        context = browser.new_context(viewport=SCREEN, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        editor = Editor(page)
        page.on("console", lambda message: editor.note(message.type, message.text))
        page.on("pageerror", lambda error: editor.faults.append(str(error)))
        return editor

    yield make
    for context in contexts:
        context.close()


def disputed(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    title: str,
    marked: str,
    *,
    waiting: str = "",
    **said: Any,
) -> Project:
    """Push an article whose claims one reviewer calls opinions and the other reports; one may wait for both."""
    project, _ = pushed(owner, title, "article", marked, people=2)
    for reviewer, label in zip(reviewers, ("opinion", "attributed_report"), strict=True):
        for task in owner.export(project.number):
            answer = {"label": label, "source": "The <i>harbour</i> office", **said}
            ids = [claim["claim_id"] for claim in task["data"]["claims"]]
            answers = {each: {"label": UNJUDGED} if each == waiting else answer for each in ids}
            reviewer.client.answer(task["id"], results_of(task, answers))
    return project


def decisions(owner: Client, project: Project) -> pd.DataFrame:
    """Return all decisions that Label Studio holds, superseded ones too."""
    frame = judgements_frame(pull_project(owner, project))
    return frame[frame["ground_truth"] == 1]


def decided(page: Page, count: int, total: int) -> None:
    """See how many disputes are decided."""
    expect(page.locator("#_decided")).to_have_text(re.compile(rf"^{count} of {total} disputes? decided$"))


def written(page: Page) -> None:
    """See that Label Studio has everything."""
    expect(page.locator("#_words")).to_have_text("All in Label Studio", timeout=SLOW)


def test_twenty_disputes_in_twenty_keys_through_reloads_and_kills(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: Callable[..., Editor],
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


def ask(
    address: str, *, host: str = "", origin: str = "", body: bytes | None = None
) -> tuple[int, str, Mapping[str, str]]:
    """Return the status, text and headers of a response."""
    headers = {name: words for name, words in (("Host", host), ("Origin", origin)) if words}
    request = urllib.request.Request(address, data=body, headers=headers)
    try:
        response = urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as error:
        response = error
    return response.status or 0, response.read().decode(), dict(response.headers)


def test_strangers_are_refused_and_hostile_words_run_nothing(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: Callable[..., Editor],
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


def test_two_editors_decide_at_once_and_the_second_chooses(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: Callable[..., Editor],
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
    assert not mine.faults + theirs.faults


def test_a_label_studio_or_a_review_that_is_gone_for_a_while(
    studio: Server,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: Callable[..., Editor],
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
    windows_of: Callable[..., Editor],
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


def test_answers_taken_notes_undo_and_what_is_shown(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    reviews: Reviews,
    windows_of: Callable[..., Editor],
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
    expect(page.locator(".questions")).to_contain_text("carry it by words or a document")
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
