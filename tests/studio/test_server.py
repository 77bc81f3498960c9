"""The local Label Studio, started and stopped for real."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import psutil
import pytest

from annotate.cli import run
from annotate.errors import AnnotateError, Conflict
from annotate.report import read_csv
from annotate.studio import (
    Server,
    add_user,
    address,
    connect,
    find_project,
    look_at_links,
    readdressed,
    start,
    status,
    stop,
)
from annotate.studio.local.home import credentials, ensure_identity, identity
from annotate.studio.local.launch import is_healthy
from annotate.studio.local.processes import HOST, answers, command_of, wait_until
from annotate.studio.local.server import _serves
from tests.conftest import heeding_ctrl_c
from tests.pulls import project_folders

pytestmark = pytest.mark.studio


needs_proc = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's /proc")


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a folder of its own, whose server had its first start; whatever runs there ends with the test."""
    place = tmp_path / "studio"
    shutil.copytree(template, place)
    yield place
    stop(place)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_only_its_owner_reads_the_folder(studio: Server) -> None:
    assert mode(studio.home) == 0o700
    for name in ("credentials.json", "server.json", "label-studio.log", "data/label_studio.sqlite3"):
        assert mode(studio.home / name) == 0o600, name


def test_the_first_user_is_in_the_file(studio: Server) -> None:
    held = json.loads((studio.home / "credentials.json").read_text())
    assert held.keys() == {"url", "email", "password", "token"}
    assert held["url"] == studio.url
    assert len(held["password"]) >= 15
    assert connect(held["url"], held["token"]).version
    assert held["password"] not in repr(studio.credentials)
    assert held["token"] not in repr(studio.credentials)


@needs_proc
def test_it_listens_on_loopback_alone(studio: Server) -> None:
    inodes = {
        os.readlink(fd) for fd in Path(f"/proc/{studio.pid}/fd").iterdir() if fd.exists() or fd.is_symlink()
    }
    lines = [
        line.split()
        for net in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{net}").read_text().splitlines()[1:]
    ]
    listening = [line[1] for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in inodes]
    assert listening == [f"0100007F:{studio.port:04X}"]


def test_the_signing_key_is_one_that_label_studio_reads_back(studio: Server) -> None:
    """Its own begins with `$` once in fifty times, and every key is refused after the next start."""
    assert re.fullmatch(r"SECRET_KEY=[0-9a-f]{64}\n", (studio.home / "data" / ".env").read_text())
    assert mode(studio.home / "data" / ".env") == 0o600


def test_strangers_cannot_sign_up(studio: Server) -> None:
    with httpx.Client(base_url=studio.url, trust_env=False) as web:
        web.get("/user/signup/")
        form = {
            "email": "x@y.example",
            "password": "long-enough-1",
            "csrfmiddlewaretoken": web.cookies["csrftoken"],
        }
        assert web.post("/user/signup/", data=form).status_code == httpx.codes.FORBIDDEN
        assert web.get("/health", headers={"Host": "evil.example"}).status_code == httpx.codes.BAD_REQUEST


def test_further_users_have_passwords_and_keys_of_their_own(studio: Server) -> None:
    made = add_user(studio.credentials, "Zoë van Dam")
    assert made.email == "zo.van.dam@claimdesk.local"
    users = {user["email"]: user for user in connect(studio.url, made.token).users()}
    assert users[made.email]["first_name"] == "Zoë van Dam"
    with pytest.raises(Conflict, match="another name"):
        add_user(studio.credentials, "Zoë van Dam")


def test_started_twice_it_is_the_same(home: Path, executable: Path) -> None:
    """The port that is asked for is taken, and passed over; the key stays."""
    before = credentials(home)
    said: list[str] = []
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        first = start(home, executable=executable, port=taken)
    assert taken < first.port < taken + 50
    assert first.credentials.token == before.token
    assert connect(first.url, before.token).version
    second = start(home, executable=executable, progress=said.append)
    assert (second.pid, second.url) == (first.pid, first.url) == (status(home).pid, first.url)  # type: ignore[union-attr]
    assert said == [f"Label Studio runs at {first.url}"]
    assert stop(home) is True
    assert (stop(home), status(home)) == (False, None)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{first.url}/health", trust_env=False)


def test_a_killed_worker_is_replaced_and_the_server_goes_on(home: Path, executable: Path) -> None:
    running = start(home, executable=executable)
    (worker,) = psutil.Process(running.pid).children()
    worker.kill()
    psutil.wait_procs([worker])
    assert wait_until(lambda: is_healthy(running.port), 30)
    assert status(home) == running
    assert connect(running.url, running.credentials.token).version
    assert stop(home) is True
    assert not answers(running.port)


class Healthy(BaseHTTPRequestHandler):
    """Says that all is well, as any server may."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def desk(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have commands work on the folder's server; give the folder of exports."""
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(home))
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    return tmp_path / "exports"


def links(exports: Path) -> set[str]:
    """Return the servers that the links of the sheets and the page lead to."""
    (folder,) = project_folders(exports)
    told = "".join((folder / name).read_text() for name in ("claims.csv", "disputes.csv", "report.html"))
    return set(re.findall(r"http://127[.0-9]+:\d+", told))


def test_links_lead_to_the_server_whatever_befalls_its_port(
    desk: Path,
    home: Path,
    executable: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The port of last time comes first; where another program has it, links and pulls go with the server.

    Those in sheets and pages are changed at the start, but for a workbook that is open in another program.
    """

    def annotate(*arguments: str) -> str:
        assert run(arguments) == 0, capsys.readouterr().err
        out, err = capsys.readouterr()
        return out + err

    article = tmp_path / "quay.txt"
    article.write_text("The quay closed in May. It was a mistake, and 212 boats had to leave.\n")
    first = start(home, executable=executable).url
    told = annotate("push", "--layout", "claim", str(article))
    assert "Keys: 1 2 3 label a claim and go on, j k next and back, 0 no label, f submit" in told
    monkeypatch.setenv("ANNOTATE_AUTO_ADVANCE", "0")
    assert "Keys: 1 2 3 label a claim, j k next" in annotate("push", "--layout", "claim", str(article))
    monkeypatch.delenv("ANNOTATE_AUTO_ADVANCE")
    client = connect(first, credentials(home).token)
    client.answer(client.newest(find_project(client).number, 1)[0]["id"], [])
    monkeypatch.setattr("annotate.studio.pull.OVERLAP", timedelta(milliseconds=1))
    annotate("pull")
    annotate("report")
    assert links(desk) == {first}

    annotate("studio", "stop")  # 8080 of configs/annotate.toml is for first starts
    assert f"runs at {first}\n" in annotate("studio", "start")
    os.kill(status(home).pid, signal.SIGKILL)  # type: ignore[union-attr]
    (home / "server.json").write_text(json.dumps({"pid": os.getpid(), "port": 1}))  # as after a restart
    assert f"runs at {first}\n" in annotate("studio", "start")

    os.kill(status(home).pid, signal.SIGKILL)  # type: ignore[union-attr]
    wait_until_free(port_of(first))
    (folder,) = (sheet.parent for sheet in desk.glob("*/claims.csv"))
    (folder / "~$desk.xlsx").touch()  # Excel has it open
    with socket.create_server((HOST, port_of(first))):
        told = annotate("studio", "start")
        second = status(home).url  # type: ignore[union-attr]
    assert f"moved from {first} to {second}, since another program has its port" in told
    assert links(desk) == {second}  # at once
    assert "desk.xlsx lead to the old address: close it, then run `annotate report`" in " ".join(told.split())
    (folder / "~$desk.xlsx").unlink()
    assert look_at_links(desk, second).state == "ok"
    assert look_at_links(desk, first).finding == f"those in {folder.name} lead to another port than {first}"
    (link, *_) = read_csv(folder / "claims.csv")["link"]
    assert "/claimdesk/claim.js" in httpx.get(link, trust_env=False).text  # the page of one claim
    assert "0 of 3 tasks read" in annotate("pull")
    annotate("report")
    assert links(desk) == {second}

    assert run(["studio", "start", "--port", str(port_of(first))]) == 6  # it runs already
    assert "studio stop" in capsys.readouterr().err
    annotate("studio", "stop")
    assert f"moved from {second} to {first}." in annotate("studio", "start", "--port", str(port_of(first)))


def test_a_command_waits_for_a_start_in_another_terminal(desk: Path, home: Path) -> None:
    with subprocess.Popen([sys.executable, "-m", "annotate", "studio", "start"], stdout=subprocess.DEVNULL):
        wait_for(home / "server.json")
        assert run(["studio", "hotkeys"]) == 0


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def wait_until_free(port: int) -> None:
    end = time.monotonic() + 10
    while answers(port):
        assert time.monotonic() < end
        time.sleep(0.05)


def stand_in(
    folder: Path, *, serve: str = "exit 3", migrate: str = "touch data/label_studio.sqlite3"
) -> Path:
    """Write scripts in the place of Label Studio and of its Python, with what they do; return the program."""
    version = "[ $1 = -c ] && echo 1.0 && exit"  # what the Python is asked first
    for name, script in (("label-studio", migrate), ("python", f"{version}\n{serve}")):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder / "label-studio"


def test_a_start_that_fails_keeps_the_last_port(home: Path, tmp_path: Path) -> None:
    before = address(home)
    program = stand_in(tmp_path)
    with pytest.raises(AnnotateError, match="ended at start"):
        start(home, executable=program, port=port_of(before) + 1)
    assert address(home) == before


def test_a_copied_folder_is_another_server(home: Path, tmp_path: Path) -> None:
    ensure_identity(home)
    assert identity(home)
    copy = shutil.copytree(home, tmp_path / "copy")
    assert identity(copy) == ""
    ensure_identity(copy)
    assert identity(copy) != identity(home)
    raw = {"project": {"url": "http://127.0.0.1:9"}, "server": {"id": identity(home)}}
    assert readdressed(raw, copy) == raw
    assert readdressed(raw, home)["project"]["url"] == address(home)


def test_another_folder_that_ends_alike_is_not_ours(tmp_path: Path) -> None:
    """After a restart of the machine a pid may belong to the server of another folder."""
    other = tmp_path / "press" / "studio"
    program = tmp_path / "label-studio"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    command = [program, "start", "--data-dir", f"{other}/data"]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            while not command_of(process.pid).count("start"):  # until then it is a copy of this process
                time.sleep(0.01)
            for home, ours in ((other, True), (Path("/press/studio"), False)):
                assert _serves(command_of(process.pid), home) is ours
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_port_taken_while_it_starts(home: Path, executable: Path) -> None:
    """Another server answers on the port that was free: ours goes on to the next, and we go with it."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    thieves: list[ThreadingHTTPServer] = []

    def take_it(words: str) -> None:
        if words.startswith("Starting") and not thieves:
            thieves.append(ThreadingHTTPServer((HOST, port), Healthy))
            threading.Thread(target=thieves[0].serve_forever, daemon=True).start()

    running = start(home, executable=executable, port=port, progress=take_it)
    thieves[0].shutdown()
    thieves[0].server_close()
    assert running.port > port
    assert (status(home), credentials(home).url) == (running, running.url)
    assert connect(running.url, running.credentials.token).version


def test_lost_credentials_are_named_and_nothing_runs_on(home: Path, executable: Path) -> None:
    (home / "credentials.json").unlink()
    with pytest.raises(AnnotateError, match=r"refuses the password.*restore that file"):
        start(home, executable=executable)
    assert status(home) is None


@pytest.mark.parametrize(
    ("part", "words"), [("serve", "ended at start"), ("migrate", "could not create its tables")]
)
def test_a_server_that_dies_shows_the_end_of_its_log(tmp_path: Path, part: str, words: str) -> None:
    program = stand_in(tmp_path, **{part: "echo starting\necho 'disk is full' >&2\nexit 3"})
    with pytest.raises(AnnotateError, match=rf"{words}.*\nstarting\ndisk is full"):
        start(tmp_path / "studio", executable=program)
    assert status(tmp_path / "studio") is None


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotateError, match="annotate studio start --install"):
        start(tmp_path / "studio", executable=tmp_path / "nothing")


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    """Return a program that starts, notes its number, and never answers."""
    return stand_in(tmp_path, serve="echo $$ > pid\nsleep 600 &\nwait")


@needs_proc
def test_a_server_that_never_answers_is_ended(tmp_path: Path, silent: Path) -> None:
    with pytest.raises(AnnotateError, match="no answer in 1 s"):
        start(tmp_path / "studio", executable=silent, patience=1)
    assert not group_of(int((tmp_path / "studio" / "pid").read_text()))


@needs_proc
def test_ctrl_c_at_start_leaves_nothing_behind(tmp_path: Path, silent: Path) -> None:
    home = tmp_path / "studio"
    code = (
        "import sys; from pathlib import Path; from annotate.studio import start;"
        "start(Path(sys.argv[1]), executable=Path(sys.argv[2]))"
    )
    starting = subprocess.Popen(
        [sys.executable, "-c", code, str(home), str(silent)],
        stderr=subprocess.DEVNULL,
        preexec_fn=heeding_ctrl_c,  # noqa: PLW1509 - one system call
    )
    wait_for(home / "pid")
    starting.send_signal(signal.SIGINT)
    assert starting.wait(timeout=60) != 0
    assert not group_of(int((home / "pid").read_text()))
    assert not (home / "server.json").exists()


def test_another_process_under_the_old_pid_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "studio"
    home.mkdir()
    other = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        (home / "server.json").write_text(json.dumps({"pid": other.pid, "port": 1}))
        assert status(home) is None
        assert stop(home) is False
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def wait_for(file: Path) -> None:
    end = time.monotonic() + 60
    while not (file.exists() and file.read_text().strip()):
        assert time.monotonic() < end
        time.sleep(0.05)


def group_of(leader: int) -> list[int]:
    """Return the processes of a group that still run; a zombie does not."""
    found = []
    for stat_file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = stat_file.read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(group) == leader and state != "Z":
            found.append(int(stat_file.parent.name))
    return found
