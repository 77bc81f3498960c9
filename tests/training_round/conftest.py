"""A desk whose local Label Studio gives feedback, and people to train, each known to no test before."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import AnnotateError
from annotate.studio import Client, Credentials, Server, add_user, connect, is_training
from annotate.studio.api.projects import joined
from tests.conftest import Reviewer
from tests.proxy import proxy_to
from tests.studio.work import Desk

_count = itertools.count(1)

New = Callable[..., Reviewer]


@pytest.fixture
def desk(
    studio: Server,
    owner: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    """Return a desk of a folder of its own; its training rounds go with the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(studio.home))
    with proxy_to(studio.url) as proxy:
        yield Desk(studio, proxy, owner, tmp_path, capsys, monkeypatch)
    with suppress(AnnotateError, ApiError):
        for project in joined(owner.projects(), owner.url):
            if is_training(project.key):
                owner.sdk.projects.delete(id=project.number)


@pytest.fixture
def newcomer(studio: Server, owner: Client) -> New:
    """Return a function that adds a user, by default with a name that nobody else has."""

    def added(name: str = "") -> Reviewer:
        person: Credentials = add_user(studio.credentials, name or f"Nova Prentice {next(_count)}")
        number = next(int(user["id"]) for user in owner.users() if user["email"] == person.email)
        return Reviewer(person, connect(studio.url, person.token), number)

    return added
