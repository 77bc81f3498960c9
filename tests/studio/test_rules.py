"""Config and codebook of a project that is labelled already: checked before they change, on a real server."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from annotate.config import resources
from annotate.errors import BadInput, Conflict
from annotate.studio import (
    Client,
    Project,
    Terms,
    bring_up_to_date,
    changes_of,
    find_project,
    look_at_server,
    open_project,
    pull_project,
    read_config,
    rename,
)
from annotate.studio.format import judgements_of, results_of
from tests.conftest import Reviewer
from tests.plans import apply, plan
from tests.pulls import InMemory
from tests.specimen import specimen
from tests.studio.work import CORRECTED, SENTENCES, Desk, claims_in

pytestmark = pytest.mark.studio


@pytest.fixture
def configs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of `configs/` that stands in its place."""
    copy = tmp_path / "configs"
    shutil.copytree(resources.shipped_folder(), copy)
    monkeypatch.chdir(tmp_path)
    read_config.cache_clear()
    yield copy
    read_config.cache_clear()


@pytest.fixture
def labelled(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], configs: Path
) -> Project:
    """Return a project in which one claim is flagged garbled."""
    article, claims, skips = specimen()
    project = open_project(owner, new_title(), "claim")
    apply(owner, project, plan(owner, project, article, claims, skips, layout="claim", terms=Terms("1")))
    task = owner.export(project.number)[0]
    said = {claims[0].claim_id: {"label": "opinion", "flags": ["garbled"]}}
    reviewers[0].client.answer(task["id"], results_of(task, said))
    return project


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    read_config.cache_clear()


def flags_of(owner: Client, project: Project) -> list[tuple[str, ...]]:
    raw = pull_project(owner, project)
    labels = read_config("claim").labels
    return [j.flags for task in raw["tasks"] for j in judgements_of(task, {}, labels) if j.flags]


def dated(raw: dict[str, Any], since: str) -> list[tuple[str, ...]]:
    """Return of each answer the label, the moment, the codebook version, and whether another edited it."""
    read = (
        judgements_of(task, {}, read_config("claim").labels, codebooks=[(since, "2")])
        for task in raw["tasks"]
    )
    return [(j.given, j.answered_at, j.codebook, j.seen_others) for found in read for j in found]


def test_nothing_changed(owner: Client, labelled: Project) -> None:
    again = find_project(owner, labelled.title)
    assert not changes_of(again)
    assert bring_up_to_date(owner, again, changes_of(again)) == again


def test_a_word_in_use_does_not_vanish(owner: Client, labelled: Project, configs: Path) -> None:
    edit(configs / "claim.xml", 'alias="garbled"', 'alias="unreadable"')
    changes = changes_of(find_project(owner, labelled.title))
    assert changes.config
    with pytest.raises(
        Conflict, match=f"“garbled” in “flags”.*{specimen()[1][0].claim_id}.*rename flags garbled"
    ):
        bring_up_to_date(owner, labelled, changes)
    assert "unreadable" not in find_project(owner, labelled.title).config


def test_a_rename_carries_the_answers_over(owner: Client, labelled: Project, configs: Path) -> None:
    with pytest.raises(BadInput, match="put “unreadable” in the place of “garbled”"):
        rename(owner, labelled, "flags", "garbled", "unreadable")
    edit(configs / "claim.xml", 'alias="garbled"', 'alias="unreadable"')
    before = pull_project(owner, labelled)
    since = owner.clock()  # a codebook that came between the answer and the rename
    time.sleep(1.1)
    assert rename(owner, labelled, "flags", "garbled", "unreadable") == 1
    assert rename(owner, labelled, "flags", "garbled", "unreadable") == 0
    for memory in (None, before):
        again = pull_project(owner, labelled, before=InMemory(memory) if memory else None)
        assert dated(again, since) == dated(before, since)
    updated = bring_up_to_date(owner, labelled, changes_of(find_project(owner, labelled.title)))
    assert "unreadable" in find_project(owner, labelled.title).config == updated.config.strip()
    assert flags_of(owner, labelled) == [("unreadable",)]
    (answer,) = (a for task in owner.export(labelled.number) for a in task["annotations"])
    owner.rewrite(answer["id"], [{**r, "value": {"choices": ["opinion"]}} for r in answer["result"][:1]])
    assert dated(pull_project(owner, labelled), since)[0][2:] == (
        "2",
        "edited",
    )  # what a person changes is dated anew


def test_a_harmless_change_is_sent(owner: Client, labelled: Project, configs: Path) -> None:
    edit(configs / "claim.xml", 'value="Garbled"', 'value="Garbled words"')
    bring_up_to_date(owner, labelled, changes_of(find_project(owner, labelled.title)))
    assert not changes_of(find_project(owner, labelled.title))
    assert flags_of(owner, labelled) == [("garbled",)]


def test_a_new_codebook_holds_from_its_moment_on(owner: Client, labelled: Project, configs: Path) -> None:
    edit(configs / "codebook.md", "Version: 2", "Version: 3")
    edit(configs / "codebook.md", "Truth never decides.", "Truth decides nothing.")
    changes = changes_of(find_project(owner, labelled.title))
    assert changes.before == "2"
    bring_up_to_date(owner, labelled, changes)
    project = find_project(owner, labelled.title)
    assert [held.version for held in project.codebooks] == ["2", "3"]
    assert not changes_of(project)
    assert "Truth decides nothing." in owner.project(project.number)["expert_instruction"]
    assert "Truth decides nothing." in project.config
    (since, version), *_ = pull_project(owner, project)["project"]["codebooks"]
    assert version == "3"
    task = owner.export(project.number)[0]
    (first,) = judgements_of(task, {}, read_config("claim").labels, codebooks=[(since, version)])
    assert first.codebook == "1"


def test_other_rules_under_the_same_version_are_refused(
    owner: Client, labelled: Project, configs: Path
) -> None:
    edit(configs / "codebook.md", "Truth never decides.", "Truth decides.")
    with pytest.raises(Conflict, match="still states version 2"):
        changes_of(find_project(owner, labelled.title))


def test_a_config_that_differs_is_sent_only_when_told(
    desk: Desk, owner: Client, new_title: Callable[[], str], configs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = new_title()
    push = ("push", desk.article(), "--project", title, "--layout", "claim")
    assert desk.run(*push)[0] == 0
    project = find_project(owner, title)
    by_hand = project.config.replace(
        '<Choice value="Split"', '<Choice value="Sarcasm"/><Choice value="Split"'
    )
    owner.update_project(project.number, label_config=by_hand)
    edit(configs / "claim.xml", 'value="Garbled"', 'value="Garbled words"')
    desk.article(CORRECTED)
    told = (
        f"configs/claim.xml differs from the labeling config of “{title}” "
        "(without “Sarcasm” in “flags”, “Garbled” shown as “Garbled words”)"
    )
    for dry in ((), ("--dry-run",)):
        assert desk.run(*push, *dry) == (
            6,
            f"annotate: {told}: push with --new-config to go on, or restore the earlier files in configs/",
        )
        assert claims_in(desk, title) == SENTENCES  # nothing is sent before the answer
        assert "Sarcasm" in find_project(owner, title).config
    (check,) = [c for c in look_at_server(owner) if c.what == f"config of “{title}”"]
    assert (check.state, check.finding) == ("warning", told)
    assert "--new-config" in check.todo

    edit(configs / "codebook.md", "Version: 2", "Version: 3")
    code, said = desk.run(*push)
    assert code == 6
    assert said.endswith(
        ": push with --new-codebook --new-config to go on, or restore the earlier files in configs/"
    )
    assert desk.run(*push, "--new-codebook")[0] == 6
    with typing(monkeypatch, "n\n"):
        assert desk.run(*push, "--new-codebook")[0] == 6
    assert claims_in(desk, title) == SENTENCES
    with typing(monkeypatch, "y\ny\n"):
        assert desk.run(*push)[0] == 0
    assert claims_in(desk, title) != SENTENCES
    assert not changes_of(find_project(owner, title))
    assert desk.run(*push)[0] == 0  # asked once


def test_a_new_codebook_alone_asks_about_itself_alone(
    owner: Client, labelled: Project, configs: Path
) -> None:
    edit(configs / "codebook.md", "Version: 2", "Version: 3")
    (question,) = changes_of(find_project(owner, labelled.title)).questions
    assert question == (
        f"“{labelled.title}” was begun under codebook version 2, which its answers so far keep; "
        "configs/codebook.md states version 3",
        "Go on under version 3?",
        "--new-codebook",
    )


def test_a_config_that_cannot_be_read_is_told(owner: Client, labelled: Project) -> None:
    by_hand = labelled.config.replace("</View>\n", '<Rating name="rating" toName="claim"/></View>\n', 1)
    owner.update_project(labelled.number, label_config=by_hand)
    (question,) = changes_of(find_project(owner, labelled.title)).questions
    assert "(without what was changed by hand)" in question.fact


@contextlib.contextmanager
def typing(monkeypatch: pytest.MonkeyPatch, keys: str) -> Iterator[None]:
    """Have somebody at the terminal who types these keys."""
    hand, terminal = os.openpty()
    with os.fdopen(terminal) as stdin, monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        os.write(hand, keys.encode())
        yield
    os.close(hand)
