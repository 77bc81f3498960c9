"""Keys show nowhere, whatever goes wrong; files go nowhere but into their folder."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from annotate import cli
from annotate.article import extract, read_article
from annotate.article.ids import article_id
from annotate.cli import screen, screen_tables
from annotate.config import settings
from annotate.errors import AnnotateError, BadInput
from annotate.report import project_folder, pulled_folder, write_judgements, write_tables
from annotate.report.raw_answers import Pulled
from annotate.report.sheets import replace_file
from annotate.studio import Server
from annotate.studio.api import project_title
from annotate.studio.api.projects import _ours, project_key
from tests.conftest import Reviewer
from tests.pulls import write_raw

CANARY = "eyJ-canary-9d41f6c2-never-shown"
SAMPLE = Path(__file__).parents[1] / "examples" / "harbour_talks.txt"
COMMANDS = {
    "push": ["push", str(SAMPLE)],
    "dry run": ["push", "--dry-run", str(SAMPLE)],
    "pull": ["pull"],
    "pull all": ["pull", "--full", "--project", "Nowhere"],
    "report": ["report"],
    "adjudicate": ["adjudicate", "decided.csv"],
    "doctor": ["doctor"],
    "users": ["studio", "users"],
    "hotkeys": ["studio", "hotkeys"],
    "rename": ["studio", "rename", "flags", "split", "parted"],
    "invite": ["studio", "invite", "Ada"],
    "status": ["studio", "status"],
    "a wrong option": ["pull", "--fast"],
}


@pytest.fixture(autouse=True)
def own_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a desk of its own: exports, caches and settings are in one folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", CANARY)
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(tmp_path / "studio"))
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ANNOTATE_INSECURE", raising=False)
    (tmp_path / "decided.csv").write_text('"claim_id","decision"\r\n"a-1","opinion"\r\n')
    return tmp_path


def shown(folder: Path, captured: pytest.CaptureFixture[str]) -> str:
    """Return everything that a command left behind: what it printed and all its files."""
    printed = captured.readouterr()
    files = [file for file in folder.rglob("*") if file.is_file()]
    held = [file.read_bytes().decode("utf-8", "replace") + str(file) for file in files]
    return "\n".join([printed.out, printed.err, *held])


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_no_key_shows_where_nothing_answers(
    command: list[str], own_desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*command, "-v"]) != 0
    assert CANARY not in shown(own_desk, capsys)


@pytest.mark.parametrize("command", ["push", "pull", "adjudicate", "doctor", "users", "hotkeys", "rename"])
@pytest.mark.slow
def test_plain_http_to_another_machine_needs_a_word(
    command: str, own_desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://labels.invalid")
    assert cli.run([*COMMANDS[command], "-v"]) == 2
    told = shown(own_desk, capsys)
    assert "--insecure (ANNOTATE_INSECURE=1)" in told
    assert CANARY not in told
    assert cli.run([*COMMANDS[command], "--insecure"]) == 3  # asked, and nobody there
    monkeypatch.setenv("ANNOTATE_INSECURE", "1")
    assert cli.run(COMMANDS[command]) == 3


@pytest.fixture
def parrot(httpserver: HTTPServer) -> HTTPServer:
    """Return a server that refuses everything and repeats what it was sent."""

    def repeat(request: Request) -> Response:
        told = {"detail": f"{dict(request.headers)} {request.get_data(as_text=True)}"}
        return Response(json.dumps(told), status=403, content_type="application/json")

    version = {"label-studio-os-package": {"version": "1.23.2"}}
    httpserver.expect_request("/api/version").respond_with_json(version)
    httpserver.expect_request("/api/current-user/whoami").respond_with_handler(repeat)
    return httpserver


@pytest.mark.parametrize("command", ["push", "pull", "adjudicate", "doctor", "users"])
def test_no_key_shows_where_a_server_repeats_it(
    command: str,
    own_desk: Path,
    parrot: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_URL", parrot.url_for(""))
    assert cli.run([*COMMANDS[command], "-v"]) == 4
    told = shown(own_desk, capsys)
    assert "does not accept the key" in told
    assert CANARY not in told
    assert all(CANARY not in request.url for request, _ in parrot.log)


@pytest.mark.studio
def test_no_key_shows_where_all_goes_well(
    studio: Server,
    reviewers: tuple[Reviewer, Reviewer],
    own_desk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The keys of a real server, in what is printed, exported, logged and seen in the list of processes."""
    user = reviewers[0].credentials
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", user.token)
    title = project_title(read_article(str(SAMPLE)))
    named = ["--project", title]
    for command in (
        ["push", str(SAMPLE)],
        ["pull", *named],
        ["report", *named],
        ["pull", *named],
        ["studio", "users"],
        ["studio", "hotkeys"],
    ):
        assert cli.run([*command, "-v"]) == 0, command
    sheet = next(own_desk.glob("exports/*/claims.csv"))
    claim = extract(read_article(str(SAMPLE)))[0][0].claim_id
    sheet.write_text(f'"claim_id","decision"\r\n"{claim}","opinion"\r\n')
    assert cli.run(["adjudicate", str(sheet), *named, "-v"]) == 0
    assert cli.run(["doctor", "-v"]) in {0, 6}
    told = shown(own_desk, capsys)
    told += (studio.home / "label-studio.log").read_text(errors="replace")
    if Path("/proc/self/cmdline").exists():
        told += "".join(_command_lines())
    assert user.token not in told
    for secret in (user.password, studio.credentials.token, studio.credentials.password):
        assert secret not in told


def _command_lines() -> Iterator[str]:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield file.read_text(errors="replace")
        except OSError:
            continue


# --------------------------------------------------------------------------- Ctrl-C


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("after 1,500 of 5,000 claims", "interrupted after 1,500 of 5,000 claims; run the same command"),
        ("", "interrupted; run the same command again to go on"),
    ],
)
def test_an_interrupted_command_says_where(
    told: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:

    def interrupted() -> Any:
        with screen_tables.progress_bar("pushing claims") as tell:
            if told:
                tell(1500, 5000)
            raise KeyboardInterrupt

    monkeypatch.setattr(settings, "load", interrupted)
    assert cli.run(["pull", "-v"]) == 130
    assert words in capsys.readouterr().err


def test_an_interrupted_wait_says_what_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:

    def interrupted() -> Any:
        with screen.waiting("Fetching the answers of “The ferry” ..."):
            raise KeyboardInterrupt

    monkeypatch.setattr(settings, "load", interrupted)
    assert cli.run(["pull"]) == 130
    assert "interrupted while fetching the answers of “The ferry”;" in capsys.readouterr().err


#: Sends Ctrl-C to itself where a function of a file is called, and then runs a command.
STOPPED_AT = """
import os, signal, sys
file, function = sys.argv.pop(1).split(":")
def stop(frame, event, _):
    code = frame.f_code
    if event == "call" and code.co_name == function and code.co_filename.endswith(file):
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)
sys.setprofile(stop)
from annotate.cli import main
main()
"""


@pytest.mark.parametrize(
    "where",
    [
        "typer/__init__.py:<module>",
        "annotate/cli/options.py:<module>",
        "typer/main.py:get_command",
        "typer/core.py:parse_args",
        "annotate/config/settings.py:load",
    ],
)
def test_ctrl_c_is_answered_in_one_line_from_the_beginning(where: str) -> None:
    command = [sys.executable, "-c", STOPPED_AT, where, "pull"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == "annotate: interrupted; run the same command again to go on\n"
    assert done.returncode in {130, -signal.SIGINT}  # to a shell both are 130


# --------------------------------------------------------------------------- files

RAW: dict[str, Any] = {"project": {"title": "The ferry"}, "users": {}, "tasks": [], "pulled_at": "2031-05-04"}


@pytest.mark.parametrize(
    "key", ["", ".", "..", "../up", "a/b", "a\\b", "/etc", "-rf", "a\0b", "a b", "x" * 200, "c:d", ".ssh"]
)
def test_a_key_of_a_project_that_leads_elsewhere(key: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be the name of a folder"):
        project_folder(tmp_path, key)
    mark = f"[claimdesk project={key} layout=claim codebook=1:1a2b3c4d]"
    assert _ours({"id": 1, "title": "The ferry", "description": mark}, "http://127.0.0.1") is None


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "..\\..\\x", "CON", "nul", "~/x", "a\0b", "x" * 900, "…", "橋は古い"]
)
def test_titles_become_names_of_folders(title: str, tmp_path: Path) -> None:
    for key in (project_key(title), article_id(title)):
        folder = project_folder(tmp_path, key)
        assert folder.parent == tmp_path
        assert len(folder.name.encode()) < 160
        folder.mkdir()


@pytest.mark.parametrize("name", ["con", "PRN.txt", "aux", "nul", "com1", "LPT9"])
def test_names_that_windows_keeps_for_itself(name: str) -> None:
    stem = name.partition(".")[0]
    assert article_id(stem) == f"a-{stem.lower()}"


def write_answers(raw: dict[str, Any], folder: Path) -> str:
    return write_judgements(Pulled(folder, raw), folder)


@pytest.mark.parametrize("write", [write_raw, write_answers, write_tables])
def test_a_folder_that_is_a_link_is_refused(write: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "exports").mkdir()
    link = tmp_path / "exports" / "ferry-1a2b3c4d"
    link.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(AnnotateError, match="is a link"):
        write(RAW, link)
    with pytest.raises(AnnotateError, match="is a link"):
        project_folder(tmp_path / "exports", link.name)
    assert not any(elsewhere.iterdir())
    (elsewhere / "raw.json").write_text(json.dumps(RAW))
    with pytest.raises(AnnotateError, match="is a link"):
        pulled_folder(tmp_path / "exports")


def test_the_folder_of_earlier_pulls_may_be_no_link_either(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "ferry", tmp_path / "elsewhere"
    write_raw(RAW, folder)
    elsewhere.mkdir()
    (folder / "pulls").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(AnnotateError, match="is a link"):
        write_raw({**RAW, "tasks": [{"id": 1, "data": {}, "annotations": []}]}, folder)
    assert not any(elsewhere.iterdir())


@pytest.mark.parametrize("target", ["secret.txt", "missing.txt"])
def test_a_file_that_is_a_link_is_refused(target: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("not ours")
    link = tmp_path / "claims.csv"
    link.symlink_to(tmp_path / target)
    with pytest.raises(AnnotateError, match="is a link"):
        replace_file(link, b"ours")
    assert link.is_symlink()
    assert (tmp_path / "secret.txt").read_text() == "not ours"
    assert not list(tmp_path.glob(".claims.csv*"))


def test_exports_as_a_whole_may_stand_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "exports").symlink_to(tmp_path / "disk", target_is_directory=True)
    assert write_raw(RAW, project_folder(tmp_path / "exports", "ferry")).read_bytes()
