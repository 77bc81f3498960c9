"""Label Studio on a PostgreSQL of its own, for real: who gets in, what a restart costs, what a backup brings back."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotate import cli
from annotate.errors import AnnotateError, BadInput, Conflict, UsageError
from annotate.studio import (
    Client,
    Server,
    add_user,
    backup,
    clients_at_once,
    connect,
    find_project,
    list_projects,
    look_at_database,
    look_from_outside,
    restore,
    start,
    status,
    stop,
)
from annotate.studio.format import claims_of, results_of
from annotate.studio.local import postgres
from annotate.studio.local.home import credentials
from annotate.studio.local.processes import HOST, command_of
from annotate.studio.push import sync
from tests.conftest import copy_of, missing
from tests.plans import held_claims
from tests.proxy import Proxy, proxy_to
from tests.studio.work import HASTY, Desk

pytestmark = [pytest.mark.studio, pytest.mark.postgres]
ARTICLE = str(Path(__file__).parents[2] / "examples" / "harbour_talks.txt")
FIRST_PORT = 18280
Titles = Callable[[], str]


@pytest.fixture(scope="session")
def pg_home(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of the run's Label Studio on PostgreSQL, which runs."""
    home = tmp_path_factory.mktemp("postgres") / "studio"
    try:
        postgres.find_programs(home)
    except AnnotateError as why:
        missing(str(why))

    def first_start(home: Path) -> None:
        home.mkdir(mode=0o700, exist_ok=True)
        postgres.make(home, durable=False)
        start(home, executable=executable, port=FIRST_PORT, database="postgres")

    try:
        start(copy_of("postgres", executable, home, first_start), executable=executable)
        yield home
    finally:
        stop(home)


@pytest.fixture
def served(pg_home: Path, executable: Path) -> Server:
    return start(pg_home, executable=executable)


@pytest.fixture
def owner(served: Server) -> Client:
    return connect(served.url, served.credentials.token)


@pytest.fixture
def desk(
    served: Server,
    owner: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sync, "CHUNK", 10)
    with proxy_to(served.url) as proxy:
        yield Desk(served, proxy, owner, tmp_path, capsys, monkeypatch)


def process_of(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def kill(home: Path, sign: signal.Signals = signal.SIGQUIT) -> None:
    """End PostgreSQL at once, as a crash would: it recovers at its next start."""
    pid = process_of(home)
    os.kill(pid, sign)
    while postgres.is_running(home):
        time.sleep(0.02)


# --------------------------------------------------------------------------- who gets in


def test_nobody_gets_in_from_outside(served: Server) -> None:
    assert [(check.what, check.state) for check in look_from_outside(served)] == [
        ("network", "ok"),
        ("network of PostgreSQL", "ok"),
        ("sign-up", "ok"),
        ("host header", "ok"),
        ("telemetry", "ok"),
    ]


def test_postgres_listens_on_loopback_alone_and_has_no_socket(served: Server) -> None:
    shown = postgres.sql(postgres.run(served.home), "SHOW listen_addresses; SHOW unix_socket_directories;")
    assert shown == HOST


def test_no_other_password_is_taken(served: Server) -> None:
    cluster = postgres.run(served.home)
    for password in ("", "postgres", cluster.password):
        guessed = postgres.Cluster(cluster.home, cluster.port, admin=password, password="")
        with pytest.raises(AnnotateError, match=r"psql failed: .*password"):
            postgres.sql(guessed, "SELECT 1")


def test_label_studio_is_no_administrator_and_postgres_is_not_root(served: Server) -> None:
    asked = "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'labelstudio'"
    assert postgres.sql(postgres.run(served.home), asked) == "f"
    assert Path(f"/proc/{process_of(served.home)}").stat().st_uid != 0


def test_no_password_shows(served: Server) -> None:
    cluster = postgres.run(served.home)
    listed = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True).stdout
    logs = "".join((served.home / name).read_text() for name in ("postgres.log", "label-studio.log"))
    for secret in (cluster.admin, cluster.password, served.credentials.password):
        assert secret not in listed + logs + repr(cluster)
    assert (served.home / "postgres.json").stat().st_mode & 0o077 == 0
    assert (served.home / "postgres").stat().st_mode & 0o077 == 0


def test_a_folder_keeps_its_database(served: Server, template: Path) -> None:
    with pytest.raises(Conflict, match=r"holds its labels in PostgreSQL: .*ANNOTATE_STUDIO_HOME"):
        start(served.home, database="sqlite")
    with pytest.raises(Conflict, match="holds its labels in SQLite"):
        start(template, database="postgres")
    with pytest.raises(UsageError, match="--workers needs --postgres"):
        start(template, workers=2)
    assert not (template / "postgres").exists()


def test_how_many_clients_push(served: Server, studio: Server) -> None:
    assert [clients_at_once(server) for server in (served, studio, None)] == [2, 1, 1]
    assert [clients_at_once(server, wanted=3) for server in (served, None)] == [3, 3]
    assert look_at_database(served).finding.endswith("; 2 clients push at once")
    assert look_at_database(studio).finding == "SQLite, enough for one desk; 1 client pushes"
    assert "ANNOTATE_CLIENTS" in look_at_database(None).finding
    assert look_at_database(studio, wanted=2).state == "warning"


# --------------------------------------------------------------------------- PostgreSQL goes down


def claims_in(client: Client, title: str) -> Counter[str]:
    return Counter(claim.claim_id for claim in held_claims(client, find_project(client, title)))


def when_importing(proxy: Proxy, nth: int, act: Callable[[], None]) -> None:
    """Act once, while the server is at work on the n-th import."""
    lock, seen = threading.Lock(), Counter[str]()

    def look(method: str, path: str) -> None:
        with lock:
            seen["imports"] += method == "POST" and "/import" in path
            now = seen["imports"] == nth and not seen["done"]
            seen["done"] += now
        if now:
            act()

    proxy.on_forward = look


@pytest.mark.parametrize("pause", [0.0, 0.1], ids=["at once", "at work"])
def test_postgres_restarted_during_a_push(desk: Desk, new_title: Titles, pause: float) -> None:
    """The calls that fail meanwhile are looked at, and what is missing is sent: by this push or the next."""
    title, home = new_title(), desk.studio.home
    push = ("push", ARTICLE, "--layout", "claim", "--project", title)

    def restart() -> None:
        time.sleep(pause)
        kill(home)
        postgres.run(home)

    before = process_of(home)
    when_importing(desk.proxy, 4, restart)
    code, told = desk.run(*push, through=True)
    assert process_of(home) != before
    assert code in {0, 3}, told
    if code:
        assert desk.run(*push)[0] == 0
    there = claims_in(desk.owner, title)
    assert len(there) == 111
    assert set(there.values()) == {1}


def test_postgres_that_stays_down_ends_a_push_and_the_next_one_ends_it_well(
    desk: Desk, new_title: Titles, executable: Path
) -> None:
    title, home = new_title(), desk.studio.home
    push = ("push", ARTICLE, "--layout", "claim", "--project", title)
    when_importing(desk.proxy, 3, lambda: kill(home))
    desk.monkeypatch.setattr(sync, "SETTLING", (0.0, 0.1))
    code, told = desk.run(*push, through=True, policy=HASTY)
    assert (code, told.count("\n")) == (3, 0), told
    assert look_at_database(desk.studio).todo == "`annotate studio start` starts it again"
    assert start(home, executable=executable) == desk.studio  # the same server, and its database again
    code, told = desk.run(*push)
    assert code == 0, told
    there = claims_in(desk.owner, title)
    assert len(there) == 111
    assert set(there.values()) == {1}


def test_a_killed_main_process_comes_back_at_its_port(served: Server, executable: Path) -> None:
    """Its workers outlive it for a moment, and hold the port."""
    os.kill(served.pid, signal.SIGKILL)
    while command_of(served.pid):  # a signal takes a moment, and until then it runs
        time.sleep(0.01)
    again = start(served.home, executable=executable)
    assert (again.url, again.pid != served.pid) == (served.url, True)
    assert connect(again.url, again.credentials.token).projects() is not None


@pytest.mark.soak
def test_a_killed_postgres_whose_port_is_taken_comes_back_elsewhere(served: Server, executable: Path) -> None:
    port = postgres.running_port(served.home)
    assert port
    kill(served.home)
    with socket.create_server((HOST, port)):
        again = start(served.home, executable=executable)
    assert postgres.running_port(served.home) not in {None, port}
    assert connect(again.url, again.credentials.token).projects() is not None


# --------------------------------------------------------------------------- backup and restore


def answered(desk: Desk, title: str) -> None:
    """Push an article and have two people answer it."""
    assert desk.run("push", desk.article(), "--layout", "claim", "--project", title)[0] == 0
    other = add_user(desk.studio.credentials, f"Ida {title}")
    people = (desk.owner, connect(other.url, other.token))
    for at, task in enumerate(desk.owner.tasks(find_project(desk.owner, title).number)):
        said = {claim.claim_id: {"label": ("opinion", "checkable_fact")[at % 2]} for claim in claims_of(task)}
        for client in people[: 1 + at % 2]:
            client.answer(task["id"], results_of(task, said), seconds=2.0)


def pulled(desk: Desk, title: str) -> bytes:
    shutil.rmtree(desk.exports, ignore_errors=True)
    assert desk.run("pull", "--project", title)[0] == 0
    (file,) = desk.exports.glob("*/judgements.csv")
    return file.read_bytes()


def titles_of(client: Client) -> set[str]:
    return {project.title for project in list_projects(client)}


def test_tasks_are_overwritten_only_when_told(desk: Desk, new_title: Titles) -> None:
    title, later = new_title(), new_title()
    home, file = desk.studio.home, desk.folder / "desk.backup"
    desk.monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(home))
    answered(desk, title)
    before = pulled(desk, title)
    assert desk.run("studio", "backup", str(file)) == (0, "")
    assert desk.run("push", desk.article(), "--project", later)[0] == 0

    code, told = desk.run("studio", "restore", str(file))
    assert (code, "then restore with --replace" in told) == (6, True), told
    assert status(home) == desk.studio
    assert {title, later} <= titles_of(desk.owner)

    assert desk.run("studio", "restore", "--replace", str(file)) == (0, "")
    assert pulled(desk, title) == before  # it runs again, at the same address
    assert later not in titles_of(desk.owner)


def test_all_is_lost_and_restored(desk: Desk, new_title: Titles, executable: Path) -> None:
    """The whole folder is gone, database, users and keys: a pull gives the same judgements to the byte."""
    title, home, file = new_title(), desk.studio.home, desk.folder / "desk.backup"
    answered(desk, title)
    before = pulled(desk, title)
    assert before.count(b"\n") == 1 + 9
    assert backup(home, file) == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    stop(home)
    shutil.rmtree(home)
    assert restore(home, file) is None
    assert not postgres.is_running(home)
    # lost once more, the database alone: nothing is there that would have to be overwritten
    postgres.sql(postgres.run(home), "DROP DATABASE labelstudio", database="postgres")
    assert restore(home, file) is None
    again = start(home, executable=executable)
    assert (again.url, again.credentials) == (desk.studio.url, desk.studio.credentials)
    assert pulled(desk, title) == before
    assert not list(desk.folder.glob(".backup-*"))


def test_a_backup_that_is_not_whole_changes_nothing(
    desk: Desk, new_title: Titles, template: Path, tmp_path: Path
) -> None:
    home, file = desk.studio.home, desk.folder / "desk.backup"
    assert desk.run("push", desk.article(), "--project", (title := new_title()))[0] == 0
    size = backup(home, file)
    for kept in (100, size // 2):
        broken = tmp_path / f"{kept}.backup"
        broken.write_bytes(file.read_bytes()[:kept])
        with pytest.raises(BadInput, match="try an older"):
            restore(home, broken, replace=True)
    (tmp_path / "words.txt").write_text("no backup\n" * 200)
    for other in (tmp_path / "words.txt", tmp_path / "nothing"):
        with pytest.raises(BadInput):
            restore(home, other, replace=True)
    backup(template, tmp_path / "sqlite.backup")
    with pytest.raises(Conflict, match=r"another database \(sqlite\)"):
        restore(home, tmp_path / "sqlite.backup", replace=True)
    assert status(home) == desk.studio
    assert title in titles_of(desk.owner)


def test_sqlite_is_saved_while_it_runs_and_restored(
    template: Path, executable: Path, tmp_path: Path, new_title: Titles
) -> None:
    home, file, title = tmp_path / "studio", tmp_path / "desk.backup", new_title()
    shutil.copytree(template, home)
    try:
        running = start(home, executable=executable)
        client = connect(running.url, running.credentials.token)
        client.sdk.projects.create(title=title)
        backup(home, file)
        stop(home)
        shutil.rmtree(home)
        assert restore(home, file) is None
        assert credentials(home) == running.credentials
        with contextlib.closing(sqlite3.connect(home / "data" / "label_studio.sqlite3")) as held:
            assert held.execute("SELECT title FROM project").fetchall() == [(title,)]
    finally:
        stop(home)


def test_nothing_to_save(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(tmp_path / "studio"))
    assert cli.run(["studio", "backup", str(tmp_path / "desk.backup")]) == 1
    assert "holds no labels: `annotate studio start`" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
