"""A desk that looks again soon, and a project with answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.studio import Client, Project, Server, adjudicate
from annotate.studio.format import claims_of, results_of
from annotate.studio.push import sync
from tests.conftest import Reviewer
from tests.proxy import proxy_to
from tests.studio.test_sync import push
from tests.studio.work import Desk


@pytest.fixture
def desk(
    studio: Server,
    owner: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sync, "SETTLING", (0.0, 0.3, 0.9))
    monkeypatch.setattr(sync, "CHUNK", 3)
    monkeypatch.setattr(adjudicate, "SETTLING", 0.9)
    with proxy_to(studio.url) as proxy:
        yield Desk(studio, proxy, owner, tmp_path, capsys, monkeypatch)


@pytest.fixture(scope="session")
def labelled(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """Return a project with an answer to each of its claims."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        project, _ = push(owner, "Labelled before the faults", "claim")
    for task in owner.tasks(project.number):
        said = {claim.claim_id: {"label": "opinion"} for claim in claims_of(task)}
        reviewers[0].client.answer(task["id"], results_of(task, said), seconds=2.0)
    return project
