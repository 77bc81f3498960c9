"""Reviews that run in processes of their own, windows to look at them in, and what Label Studio holds afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from annotate.report import judgements_frame
from annotate.studio import Client, Project, Server, pull_project
from annotate.studio.format import UNJUDGED, results_of
from tests.browser.conftest import SCREEN
from tests.browser.test_labelling import pushed
from tests.conftest import ROOT, Reviewer
from tests.pulls import project_folders

SLOW = 60_000  # milliseconds that Label Studio may take while other tests use the processor
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

    def start(self, *, claim: str = "") -> str:
        """Start it, of the project or of the project that has a claim, and return its address."""
        named = ["--claim", claim] if claim else ["--project", self.title]
        command = [sys.executable, "-m", "annotate", "review", *named]
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
        (folder,) = project_folders(Path(self.environment["ANNOTATE_EXPORTS"]))
        return folder


Reviews = Callable[..., Review]
WindowsOf = Callable[..., "Editor"]


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
