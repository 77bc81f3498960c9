"""One real Label Studio for the whole run, and the browser; each test has a project of its own.

Where the server or Chromium is missing, the tests that need it skip with one line; with CI=true they fail.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from filelock import FileLock
from hypothesis import settings
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import AnnotateError
from annotate.studio import Client, Credentials, Server, add_user, connect
from annotate.studio.local import server as local
from tests.ledger import LEDGER, table, take_over

# Of each property so many examples are tried; CI tries more.
settings.register_profile("brief", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=100, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "brief"))

collect_ignore = ["warm.py"]  # it loads the language model

ROOT = Path(__file__).parents[1]
PREPARED = ROOT / ".setup"  # outlives a run; git ignores it
STUDIO_CODE = ROOT / "annotate" / "studio" / "local"
FIRST_PORT = 18180  # out of the way of a Label Studio that somebody works with
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of faults, where some were tried."""
    if rows := config.stash.get(LEDGER, []):
        terminalreporter.section("faults")
        for line in table(rows):
            terminalreporter.line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the rows of a process of pytest-xdist over."""
    take_over(node.config, getattr(node, "workeroutput", {}))


def missing(what: str) -> NoReturn:
    """Skip, or fail where everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def executable() -> Path:
    try:
        return local.find_executable().resolve()
    except AnnotateError as why:
        missing(str(why))


def own_port() -> int:
    """Return a port from which on no other process of pytest-xdist starts servers.

    All servers are copies of one, so one that took over the port of a server that was killed would take its keys.
    """
    return FIRST_PORT + 1_000 + 100 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def copy_of(name: str, executable: Path, to: Path, first_start: Callable[[Path], object]) -> Path:
    """Copy the folder of a Label Studio that was started once: the first start makes the tables and the user.

    It takes a minute of work, so one folder serves every run until the code or the version it comes from changes.
    """
    made_from = [executable.with_name("python").resolve(), *sorted(STUDIO_CODE.glob("*.*"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()
    kept = PREPARED / f"{name}-{digest[:12]}"
    PREPARED.mkdir(exist_ok=True)
    with FileLock(f"{kept}.lock", mode=0o600):
        if not kept.exists():
            for outdated in PREPARED.glob(f"{name}-*/"):
                shutil.rmtree(outdated)
            home = Path(f"{kept}.unfinished")
            first_start(home)
            local.stop(home)
            home.rename(kept)
        subprocess.run(["cp", "-a", kept, to], check=True)  # keeps the owner of PostgreSQL's files
    return to


@pytest.fixture(scope="session")
def template(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a Label Studio on SQLite that had its first start."""
    home = tmp_path_factory.mktemp("template") / "studio"
    return copy_of(
        "studio", executable, home, lambda home: local.start(home, executable=executable, port=FIRST_PORT)
    )


@pytest.fixture(scope="session")
def studio(template: Path, executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return the run's Label Studio."""
    home = tmp_path_factory.mktemp("run") / "studio"
    shutil.copytree(template, home)
    yield local.start(home, executable=executable, port=own_port())
    local.stop(home)


@pytest.fixture(scope="session")
def owner(studio: Server) -> Client:
    """Return the first user's way in."""
    return connect(studio.url, studio.credentials.token)


@dataclass(frozen=True)
class Reviewer:
    """A further user: how to log in, and a client of their own."""

    credentials: Credentials
    client: Client
    number: int


@pytest.fixture(scope="session")
def reviewers(studio: Server, owner: Client) -> tuple[Reviewer, Reviewer]:
    made = [add_user(studio.credentials, name) for name in ("Ada Brandt", "Bo Silva")]
    numbers = {user["email"]: int(user["id"]) for user in owner.users()}
    first, second = (Reviewer(c, connect(studio.url, c.token), numbers[c.email]) for c in made)
    return first, second


_count = itertools.count(1)


def heeding_ctrl_c() -> None:
    """Have a new process heed Ctrl-C, which one begun in the background of a shell script does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def new_title(owner: Client) -> Iterator[Callable[[], str]]:
    """Return titles that no project has yet; their projects go with the test, since each makes all lists longer."""
    titles: list[str] = []

    def title() -> str:
        titles.append(f"Desk {next(_count)}")
        return titles[-1]

    yield title
    with contextlib.suppress(AnnotateError, ApiError):  # where the test left the server stopped
        for project in owner.projects():
            if any(f"{project['title']} ".startswith(f"{title} ") for title in titles):
                owner.sdk.projects.delete(id=project["id"])


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium: an installed one, else the one that playwright brings."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, and most runs do not come here

    with sync_playwright() as playwright:
        brought = playwright.chromium.executable_path
    if Path(brought).exists():
        return brought
    missing("no Chromium: install the package chromium, or run `playwright install chromium`")
