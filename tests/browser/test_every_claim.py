"""Each kind of project that a desk comes by, opened by an annotator: the page shows every claim of the plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotate import cli
from annotate.article import choose
from annotate.report import learn, write_model
from annotate.studio import Client, Project, Server, find_project
from tests.browser.conftest import LogIn
from tests.browser.test_labelling import CLAIMS, begin
from tests.conftest import Reviewer
from tests.report.test_learning import house_rule
from tests.studio.test_predictions import by_an_earlier_program

pytestmark = [pytest.mark.studio, pytest.mark.browser]

# An English, a German and an English section: the second one gets no suggestions.
THREE = """# The ferry at Bell

The ferry crossed 912 times last year. It is a disgrace, said Ana Ruiz.

# Die andere Seite

Die Fähre fährt seit gestern nicht mehr. Der Rat der Stadt hat darüber noch nicht entschieden.

# What comes next

The council meets on Monday. It should vote for the bridge.
"""
DAM = "# The dam at Orrin\n\nThe dam is old. The mayor, Tove Lund, said it was safe. It was built in 1931.\n"
MILL = "# The mill at Tolle\n\nThe mill stands idle. Its owner, Bo Marsh, said bread cost more. It burnt in 1904.\n"


class Press:
    """A desk that pushes articles into one project, week by week; `sent` counts the claims that went there."""

    def __init__(self, folder: Path, title: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.title, self.capsys, self.sent = folder, title, capsys, 0

    def push(self, name: str, text: str, *more: str) -> None:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        assert cli.run(["push", str(file), "--project", self.title, *more]) == 0
        self.sent += sum(map(int, re.findall(r"^(\d+) claims? sent", self.capsys.readouterr().out, re.M)))


@pytest.fixture
def press(
    studio: Server,
    new_title: Callable[[], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Press:
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.credentials.token)
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Press(tmp_path, new_title(), capsys)


def shown_to(page: Page, project: Project) -> int:
    """Label all tasks without a word, and count the claims that the page shows in them."""
    count = 0
    with page.expect_response(lambda sent: "id=next_task" in sent.url) as coming:
        begin(page, project)
    while coming.value.ok:
        claims = coming.value.json()["data"]["claims"]
        expect(page.locator(CLAIMS)).to_have_count(len(claims))
        count += len(claims)
        with page.expect_response(lambda sent: "id=next_task" in sent.url) as coming:
            page.keyboard.press("Control+Enter")
    return count


def test_a_project_of_many_weeks(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], log_in: LogIn, press: Press
) -> None:
    press.push("three.md", THREE, "--suggester", "lexical")
    press.push("dam.md", DAM, "--suggester", "rules")  # a second suggester, a second article
    taught = learn(house_rule(), choose("lexical"), date="2031-05-04")
    write_model(taught.model, press.folder / "exports" / "model.json")
    press.push("mill.md", MILL, "--suggester", "lexical")
    press.push("three.md", THREE.replace("meets on Monday", "meets on Friday"), "--suggester", "lexical")
    choose()

    project = find_project(owner, press.title)
    models = {
        (packed["suggestion"] or {}).get("model")
        for task in owner.tasks(project.number)
        for packed in task["data"]["claims"]
    }
    assert {None, "rules-1", taught.name} < models
    assert press.sent > 12
    assert shown_to(log_in(reviewers[0].credentials), project) == press.sent


def test_a_project_of_an_earlier_program(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], log_in: LogIn, press: Press
) -> None:
    project = by_an_earlier_program(owner, press.title, "article")
    held = sum(len(task["data"]["claims"]) for task in owner.tasks(project.number))
    press.push("dam.md", DAM)
    assert shown_to(log_in(reviewers[1].credentials), project) == held + press.sent
