"""Rulings on a real server: projects from before, a codebook that changes, and one without a table of questions."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.config import NO_RULINGS, codebook, load_settings
from annotate.studio import Client, Project, Server, bring_up_to_date, changes_of, find_project, read_config
from annotate.studio.format import claims_of, results_of
from annotate.workflows import Progress, doctor, push
from tests.conftest import Reviewer
from tests.studio.test_rules import configs, edit
from tests.studio.work import ARTICLE, CORRECTED, Desk

pytestmark = pytest.mark.studio
__all__ = ["configs"]  # the fixture

OFF, ON = "rulings = false", "rulings = true"
REFUSED = "restore the earlier files in configs/"


@pytest.fixture
def title(new_title: Callable[[], str]) -> str:
    return new_title()


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    read_config.cache_clear()
    yield
    read_config.cache_clear()


def answer(person: Reviewer, owner: Client, project: Project, **fields: str) -> None:
    """Answer all claims that this person has not answered yet."""
    for task in owner.export(project.number):
        if person.number not in {given["completed_by"] for given in task["annotations"]}:
            said = {claim.claim_id: fields for claim in claims_of(task)}
            person.client.answer(task["id"], results_of(task, said))


def judged(desk: Desk, title: str) -> list[dict[str, str]]:
    """Pull and report, and return the rows of the table of answers."""
    for command in ("pull", "report"):
        assert desk.run(command, "--project", title)[0] == 0
    return rows_of(next(desk.exports.glob("*/judgements.csv")))


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_project_from_before(
    desk: Desk,
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    title: str,
    configs: Path,
    layout: str,
) -> None:
    """It works as it is, keeps its config until somebody agrees, and then has both kinds of answers."""
    again = ("push", desk.article(), "--project", title, "--layout", layout)
    edit(configs / "annotate.toml", ON, OFF)
    assert desk.run(*again) == (0, "")
    project = find_project(owner, title)
    assert 'name="ruling"' not in project.config
    answer(reviewers[0], owner, project, label="opinion")

    edit(configs / "annotate.toml", OFF, ON)
    assert {row["ruling"] for row in judged(desk, title)} == {""}
    assert not list(desk.exports.glob("*/rulings.csv"))
    desk.article(CORRECTED)
    code, said = desk.run(*again)
    assert (code, said.endswith(REFUSED)) == (6, True)
    assert f"differs from the labeling config of “{title}” (with “ruling”): push with --new-config" in said
    assert 'name="ruling"' not in find_project(owner, title).config
    assert desk.run(*again, "--new-config")[0] == 0
    assert desk.run(*again) == (0, "")  # asked once

    answer(reviewers[1], owner, project, label="checkable_fact", ruling="E")
    rows = judged(desk, title)
    assert {(row["label"], row["ruling"]) for row in rows} == {("opinion", ""), ("checkable_fact", "E")}
    (ruling,) = rows_of(next(desk.exports.glob("*/rulings.csv")))
    assert (ruling["codebook"], ruling["ruling"]) == (codebook().version, "E")
    assert (ruling["judgements"], ruling["checkable_fact"], ruling["opinion"]) == ("7", "7", "0")
    assert (ruling["disputes"], ruling["judged_twice"]) == ("6", "6")


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_an_import_leaves_rulings_out_that_the_project_does_not_offer(
    desk: Desk, title: str, configs: Path, layout: str
) -> None:
    edit(configs / "annotate.toml", ON, OFF)
    assert desk.run("push", desk.article(), "--project", title, "--layout", layout) == (0, "")
    words = "The mayor was absent."
    at, folder = ARTICLE.index(words), desk.folder / "brat"
    folder.mkdir()
    (folder / "quay.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "quay.ann").write_text(
        f"T1\tcheckable_fact {at} {at + len(words)}\t{words}\nA1\truling T1 E\n", encoding="utf-8"
    )
    assert desk.run("import", str(folder), "--as", f"Una {title}", "--project", title) == (0, "")
    assert "  ruling left out, which the project does not offer: E (1)\n" in desk.printed
    votes = [row for row in judged(desk, title) if row["counted"] == "yes"]
    assert [(row["claim"], row["ruling"]) for row in votes] == [(words, "")]


def test_rulings_in_use_do_not_vanish(
    desk: Desk, owner: Client, reviewers: tuple[Reviewer, Reviewer], title: str, configs: Path
) -> None:
    again = ("push", desk.article(), "--project", title, "--layout", "claim")
    assert desk.run(*again)[0] == 0
    project = find_project(owner, title)
    edit(configs / "annotate.toml", ON, OFF)
    bring_up_to_date(owner, project, changes_of(project))  # nobody ticked one yet
    edit(configs / "annotate.toml", OFF, ON)
    project = find_project(owner, title)
    bring_up_to_date(owner, project, changes_of(project))
    answer(reviewers[0], owner, project, label="opinion", ruling="F")

    edit(configs / "annotate.toml", ON, OFF)
    code, said = desk.run(*again, "--new-config")
    assert (code, said.count("\n")) == (6, 0)
    assert "no longer has “F” in “ruling”, which answers use" in said
    assert said.endswith(
        ": keep a question “F” in configs/codebook.md and rulings = true in annotate.toml, or run "
        "`annotate studio rename ruling F NEW` first"
    )
    assert 'name="ruling"' in find_project(owner, title).config


def test_a_new_version_of_the_codebook(
    desk: Desk, owner: Client, reviewers: tuple[Reviewer, Reviewer], title: str, configs: Path
) -> None:
    """Other words of a question ask about the codebook alone, another question about the config too."""
    again = ("push", desk.article(), "--project", title, "--layout", "claim")
    assert desk.run(*again)[0] == 0
    project = find_project(owner, title)
    answer(reviewers[0], owner, project, label="opinion", ruling="F")
    edit(configs / "codebook.md", "Version: 2", "Version: 3")
    edit(configs / "codebook.md", "None of these?", "None of A to E?")
    (question,) = changes_of(project).questions
    assert question.flag == "--new-codebook"
    edit(
        configs / "codebook.md",
        "| F | None of A to E? |",
        "| G | Is it a joke? | **Opinion** |\n| F | None? |",
    )
    assert [each.flag for each in changes_of(project).questions] == ["--new-codebook", "--new-config"]
    assert desk.run(*again, "--new-codebook", "--new-config")[0] == 0
    time.sleep(1.1)  # the moment of a version is known to the second

    answer(reviewers[1], owner, project, label="checkable_fact", ruling="G")
    judged(desk, title)
    found = rows_of(next(desk.exports.glob("*/rulings.csv")))
    assert [(row["codebook"], row["ruling"], row["question"]) for row in found] == [
        ("3", "G", "Is it a joke?"),
        ("2", "F", ""),
    ]
    assert {row["judged_twice"] for row in found} == {"0"}


def test_a_codebook_without_questions(desk: Desk, owner: Client, title: str, configs: Path) -> None:
    (configs / "codebook.md").write_text("# Rules\n\nVersion: 9\n\nLabel what you see.\n", encoding="utf-8")
    code, _ = desk.run("push", desk.article(), "--project", title)
    assert code == 0
    assert 'name="ruling"' not in find_project(owner, title).config
    (check,) = [check for check in doctor() if check.what == "codebook"]
    assert (check.state, check.todo.startswith("add the letters, or set rulings = false")) == (
        "warning",
        True,
    )
    edit(configs / "annotate.toml", ON, OFF)
    assert not [check for check in doctor() if check.what == "codebook"]


class Notes(Progress):
    """What a workflow says in a line."""

    def __init__(self) -> None:
        self.lines = list[str]()

    def note(self, message: str) -> None:
        self.lines.append(message)


@pytest.mark.parametrize("names", ["A", "Question A"])
def test_a_push_says_what_the_codebook_lacks(studio: Server, title: str, configs: Path, names: str) -> None:
    edit(configs / "codebook.md", "| A | Does it assert", f"| {names} | Does it assert")
    (configs.parent / "quay.txt").write_text(ARTICLE, encoding="utf-8")
    notes = Notes()
    settings = replace(load_settings(), url=studio.url, api_key=studio.credentials.token)
    push("quay.txt", project=title, dry_run=True, settings=settings, progress=notes)
    assert notes.lines == ([] if names == "A" else [f"{NO_RULINGS}."])
