"""The doctor finds what is wrong, says what to do, and changes nothing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from annotate import cli
from annotate.studio import (
    Check,
    Client,
    Server,
    connect,
    exit_code,
    fault,
    look_at_host,
    look_at_page_script,
    look_at_server,
    look_from_outside,
    ok,
)
from annotate.studio.api import lock_folder
from annotate.studio.doctor.checks import version_check
from annotate.studio.doctor.host_checks import _network, _telemetry, is_ignored, own_addresses
from annotate.studio.local.home import credentials
from annotate.studio.local.processes import HOST
from annotate.studio.push import drift_in
from tests.conftest import own_port
from tests.plain_server import plain_server
from tests.proxy import Fault, proxy_to
from tests.specimen import BRIDGE
from tests.studio.test_sync import own_locks, push

__all__ = ["own_locks"]
Titles = Callable[[], str]


def about(checks: list[Check], what: str) -> Check:
    (found,) = [check for check in checks if check.what == what]
    return found


@pytest.mark.parametrize(
    ("codes", "code"), [([], 0), ([0, 0], 0), ([1, 6], 6), ([6, 4, 1], 4), ([1, 3, 4], 3), ([1, 5], 1)]
)
def test_the_worst_fault_gives_the_exit_code(codes: list[int], code: int) -> None:
    checks = [fault("a", "b", "c", code=code) if code else ok("a", "b") for code in codes]
    assert exit_code(checks) == code


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("1.23.2", "ok"),
        ("1.23.2.post1", "ok"),
        ("1.24.0", "ok"),
        ("2.0", "ok"),
        ("1.23.1", "warning"),
        ("1.9.2", "warning"),
        ("unknown", "warning"),
    ],
)
def test_versions(version: str, state: str) -> None:
    assert version_check(version).state == state


# --------------------------------------------------------------------------- premises


def test_folders_that_are_fine_or_not_there_yet(tmp_path: Path) -> None:
    checks = list(look_at_host(tmp_path / "studio", tmp_path / "a" / "exports"))
    assert {check.state for check in checks} == {"ok"}
    assert not any(tmp_path.iterdir())


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10**9, 10**9, 5_000_000))
    assert about(list(look_at_host(tmp_path / "studio", tmp_path)), "exports").state == "warning"


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("a file in the place of a folder")
    found = about(list(look_at_host(tmp_path / "studio", tmp_path / "exports")), "exports")
    assert (found.state, found.code) == ("fault", 1)


def test_secrets_that_others_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "studio"
    home.mkdir(mode=0o700)
    for file, mode in ((home / "credentials.json", 0o600), (Path(".env"), 0o644)):
        file.write_text("canary-3b1f")
        file.chmod(mode)
    checks = list(look_at_host(home, tmp_path))
    assert about(checks, f"rights of {home / 'credentials.json'}").state == "ok"
    assert about(checks, "rights of .env") == fault(
        "rights of .env", "others may read it (mode 644)", "chmod 600 .env"
    )
    assert "canary" not in repr(checks)


def test_secrets_that_git_would_take_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("")
    Path(".env").chmod(0o600)
    assert is_ignored(Path(".env")) is None
    subprocess.run(["git", "init", "-q"], check=True, env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull})
    assert about(list(look_at_host(tmp_path / "studio", tmp_path)), "git and .env").state == "fault"
    Path(".gitignore").write_text(".env\n")
    assert is_ignored(Path(".env")) is True


def test_the_checkout_ignores_what_is_secret() -> None:
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text().splitlines()
    assert {".env", ".labelstudio"} <= set(ignored)


def test_a_lock_that_is_held_names_who(tmp_path: Path) -> None:
    lock_folder().mkdir(parents=True)
    lock = lock_folder() / "push-1a2b.lock"
    lock.with_suffix(".pid").write_text("4711")
    lock.touch()
    assert about(list(look_at_host(tmp_path / "studio", tmp_path)), "locks") == ok("locks", "none is held")
    code = f"import filelock, sys; lock = filelock.FileLock({str(lock)!r}); lock.acquire(); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        found = about(list(look_at_host(tmp_path / "studio", tmp_path)), "locks")
        other.communicate()
    assert found.state == "warning"
    assert "process 4711" in found.finding
    with FileLock(lock, timeout=0):
        pass


# --------------------------------------------------------------------------- the local server, from outside


@pytest.mark.studio
def test_the_local_server_lets_nobody_in(studio: Server) -> None:
    checks = list(look_from_outside(studio))
    assert [(check.what, check.state) for check in checks] == [
        ("network", "ok"),
        ("sign-up", "ok"),
        ("host header", "ok"),
        ("telemetry", "ok"),
    ]


def test_one_that_listens_everywhere_is_found() -> None:
    addresses = own_addresses() or ["127.0.0.1"]
    with socket.create_server(("", 0)) as careless:
        found = _network(careless.getsockname()[1], addresses)
    assert (found.state, found.code) == ("fault", 1)


def test_one_that_tells_of_itself_is_found() -> None:
    page = 'window.APP_SETTINGS = {sentry_dsn: "https://x@y.example/1", collect_analytics: true}'
    found = _telemetry(page + '{"latest_version_from_pypi": "1.24.0"}')
    assert found.state == "warning"
    assert found.finding == "it sends usage figures, error reports, a check for new versions"


# --------------------------------------------------------------------------- server and projects


@pytest.mark.studio
def test_a_project_as_it_was_sent(owner: Client, new_title: Titles) -> None:
    project, _ = push(owner, new_title(), "claim")
    checks = list(look_at_server(owner))
    assert about(checks, "version").state == "ok"
    assert "annotator@claimdesk.local" in about(checks, "key").finding
    assert about(checks, f"config of “{project.title}”").finding == "as in configs/"
    assert about(checks, f"claims of “{project.title}”").finding == "11 tasks, each as it was sent"


@pytest.mark.studio
def test_a_project_changed_by_hand(owner: Client, new_title: Titles) -> None:
    project, _ = push(owner, new_title(), "claim")
    carrier, edited, doubled, deleted, *_ = owner.export(project.number)
    owner.sdk.tasks.update(id=str(edited["id"]), data={**edited["data"], "claim": "Other words."})
    owner.import_tasks(project.number, [{"data": doubled["data"]}])
    owner.delete_task(deleted["id"])
    kinds = {drift.kind: drift for drift in drift_in(owner.tasks(project.number))}
    assert kinds["edited"].tasks == (edited["id"],)
    assert kinds["deleted"].claims == (deleted["data"]["claim_id"],)
    found = about(list(look_at_server(owner)), f"claims of “{project.title}”")
    assert found.code == 6
    assert found.finding == "1 tasks edited by hand, 1 tasks doubled, 1 claims deleted by hand"
    assert carrier["id"] not in {number for drift in kinds.values() for number in drift.tasks}


@pytest.mark.studio
def test_a_config_that_changed(owner: Client, new_title: Titles) -> None:
    project, _ = push(owner, new_title(), "article", BRIDGE)
    owner.update_project(project.number, label_config=project.config.replace("</View>", " </View>"))
    found = about(list(look_at_server(owner)), f"config of “{project.title}”")
    assert (found.state, found.todo) == ("warning", "the next push sends it")


# --------------------------------------------------------------------------- the command


@pytest.fixture
def own_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(tmp_path / "studio"))
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))


@pytest.mark.usefixtures("own_desk")
@pytest.mark.parametrize(
    ("url", "key", "code", "words"),
    [
        ("", "", 3, "fault    server: the local Label Studio is not running: `annotate studio start`"),
        ("http://127.0.0.1:9", "key", 3, "fault    server: nothing answers at http"),
        ("http://127.0.0.1:9", "", 4, "fault    server: no key is set: set LABEL_STUDIO_API_KEY"),
    ],
)
def test_the_command_without_a_server(
    url: str,
    key: str,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", key)
    assert cli.run(["doctor"]) == code
    printed = capsys.readouterr()
    assert words in printed.out
    assert printed.err == ""
    assert all(line.split()[0] in {"ok", "warning", "fault"} for line in printed.out.splitlines())


@pytest.mark.studio
@pytest.mark.usefixtures("own_desk")
def test_the_command_with_the_local_server(
    studio: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(studio.home))
    code = cli.run(["doctor"])
    printed = capsys.readouterr().out
    assert code in {0, 6}  # other tests leave projects that were changed by hand
    for words in ("ok       network", "ok       sign-up", "ok       key: accepted"):
        assert words in printed
    assert studio.credentials.token not in printed
    assert studio.credentials.password not in printed


# --------------------------------------------------------------------------- the desk's page script


@pytest.mark.studio
def test_the_page_script_is_there_on_the_local_server(studio: Server, owner: Client) -> None:
    assert look_at_page_script(owner, studio, auto_advance=True) == ok(
        "page script", "there, auto_advance is true"
    )
    changed = look_at_page_script(owner, studio, auto_advance=False)
    assert (changed.state, changed.todo) == (
        "warning",
        "`annotate studio stop`, then `annotate studio start`",
    )
    assert look_at_page_script(owner, None, auto_advance=False).state == "ok"  # not ours to set


@pytest.mark.studio
def test_a_server_that_was_started_by_an_earlier_version_lacks_the_page_of_a_claim(studio: Server) -> None:
    with proxy_to(studio.url) as proxy:
        proxy.faults.append(Fault("before", 404, r"^/claimdesk/claim\.", "GET", lasting=True))
        found = look_at_page_script(connect(proxy.url, studio.credentials.token), studio, auto_advance=True)
    assert (found.state, found.todo) == ("warning", "`annotate studio stop`, then `annotate studio start`")
    assert "the link of a claim opens somebody's answer" in found.finding


@pytest.fixture
def plain(template: Path, executable: Path, tmp_path: Path) -> Iterator[Client]:
    """Return a client of a Label Studio as others start it."""
    home = shutil.copytree(template, tmp_path / "plain")
    with plain_server(executable, home, own_port()) as (_, port):
        yield connect(f"http://{HOST}:{port}", credentials(home).token)


@pytest.mark.studio
def test_a_server_that_is_not_ours_has_no_page_script(
    plain: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", plain.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", credentials(tmp_path / "plain").token)
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(tmp_path / "studio"))
    assert cli.run(["doctor"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "page script" in line]
    assert line.startswith("warning  page script: absent: two keys a claim instead of one")
    assert line.endswith("deploy/README.md says how nginx adds it")
    assert not plain.page("claimdesk/desk.js")
