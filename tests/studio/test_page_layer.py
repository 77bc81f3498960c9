"""The layer that adds the desk's script to the pages of a Label Studio: what it changes, and what it leaves."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import httpx
import pytest

from annotate import cli
from annotate.config import load_settings
from annotate.studio import (
    Client,
    Server,
    connect,
    find_project,
    look_at_page_script,
    start,
    status,
    stop,
)
from annotate.studio.format import claims_of, results_of
from annotate.studio.local import sqlite
from annotate.studio.local.home import credentials, sqlite_file
from annotate.studio.local.page import (
    CLAIM_PARTS,
    FOLDER,
    LIST_SCRIPT_PATH,
    SCRIPT_PATH,
    TRAINING_SCRIPT_PATH,
    ScriptLayer,
)
from tests.conftest import own_port
from tests.plain_server import plain_server

# The listeners of training rounds come first.
SCRIPT_PATHS = [TRAINING_SCRIPT_PATH, SCRIPT_PATH, LIST_SCRIPT_PATH]
SCRIPT = "// The desk's words: é\n".encode()
PAGE = b"<html><head><title>A</title></head><body>Words.</body></html>"
TAGGED = (
    b'<html><head><title>A</title><script src="/claimdesk/desk.js?v=%s" data-auto-advance="true" defer></script>'
    b"</head><body>Words.</body></html>"
)
HTML = ("Content-Type", "text/html; charset=utf-8")
Header = tuple[str, str]


class Application:
    """A web application that gives one response, and notes that it was closed."""

    def __init__(self, headers: list[Header], parts: list[bytes], status: str = "200 OK") -> None:
        self.headers, self.parts, self.status = headers, parts, status
        self.is_closed = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self.status, list(self.headers))
        return self

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        self.is_closed = True


def layer(application: Any, *, auto_advance: bool = True) -> ScriptLayer:
    parts = {path: path.encode() for path in CLAIM_PARTS}
    return ScriptLayer(application, {SCRIPT_PATH: SCRIPT}, parts, auto_advance=auto_advance)


def fetch(application: Any, path: str = "/", query: str = "", method: str = "GET") -> httpx.Response:
    """Make a request of an application; what it does is checked against the specification of WSGI."""
    environ: dict[str, Any] = {
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_METHOD": method,
    }
    setup_testing_defaults(environ)
    given: list[Any] = []

    def start_response(*arguments: Any) -> Any:
        given[:] = arguments
        return lambda data: None

    body = validator(application)(environ, start_response)
    content = b"".join(body)
    body.close()  # type: ignore[attr-defined]
    # without decoding: a response that says it is compressed is only bytes here
    headers = [(name, value) for name, value in given[1] if name != "Content-Encoding"]
    return httpx.Response(int(given[0][:3]), headers=headers, content=content)


def test_a_page_gets_the_tag_at_the_end_of_its_head() -> None:
    inner = Application([HTML, ("Content-Length", str(len(PAGE))), ("ETag", '"a"')], [PAGE[:20], PAGE[20:]])
    outer = layer(inner)
    page = fetch(outer)
    assert page.content == TAGGED % outer.versions[SCRIPT_PATH].removeprefix("v=").encode()
    assert page.headers["Content-Length"] == str(len(page.content))
    assert (
        "ETag" not in page.headers
    )  # a browser must not keep the page for as long as Label Studio's is the same
    assert inner.is_closed


def test_a_page_that_comes_in_parts_is_whole() -> None:
    at = PAGE.index(b"</head>") + 3  # a part may end within the place where the tag goes
    assert fetch(layer(Application([HTML], [PAGE[:at], PAGE[at:]]))).text.count("<script") == 1


@pytest.mark.parametrize(
    ("status", "headers", "content"),
    [
        ("200 OK", [("Content-Type", "application/json")], b'{"a": "<head></head>"}'),
        ("200 OK", [HTML, ("Content-Encoding", "gzip")], b"\x1f\x8b</head>"),
        ("200 OK", [HTML, ("Content-Disposition", 'attachment; filename="a.html"')], PAGE),
        ("200 OK", [HTML], b"<p>A part of a page.</p>"),
        ("206 Partial Content", [HTML], PAGE),
        ("404 Not Found", [HTML], PAGE),
        ("304 Not Modified", [("ETag", '"a"')], b""),
        ("302 Found", [HTML, ("Location", "/user/login/")], b""),
    ],
)
def test_everything_else_stays_as_it_is(status: str, headers: list[Header], content: bytes) -> None:
    if content:
        headers = [*headers, ("Content-Length", str(len(content)))]
    inner = Application(headers, [content], status)
    given = fetch(layer(inner))
    assert given.content == content
    assert given.status_code == int(status[:3])
    wanted = [(name, value) for name, value in headers if name != "Content-Encoding"]
    assert given.headers.multi_items() == [(name.lower(), value) for name, value in wanted]
    assert inner.is_closed


def test_the_script_may_be_kept_for_as_long_as_its_address_names_its_content() -> None:
    outer = layer(Application([HTML], [PAGE]))
    current, old = fetch(outer, SCRIPT_PATH, outer.versions[SCRIPT_PATH]), fetch(outer, SCRIPT_PATH, "v=0123")
    assert current.content == old.content == SCRIPT
    assert current.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in current.headers["Cache-Control"]
    assert old.headers["Cache-Control"] == "no-cache"
    head = fetch(outer, SCRIPT_PATH, outer.versions[SCRIPT_PATH], "HEAD")
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(SCRIPT)))
    other = ScriptLayer(Application([HTML], [PAGE]), {SCRIPT_PATH: SCRIPT + b"//"}, {}, auto_advance=True)
    assert other.versions != outer.versions


@pytest.mark.parametrize(
    ("path", "query", "is_claim"),
    [
        ("/projects/12/data", "task=3&claim=a-1", True),
        ("/projects/12/data/", "task=3&claim=a-1&at=0-8", True),  # as after a login
        ("/projects/12/data", "task=3", False),
        ("/projects/12/data", "claim=a-1", False),
        ("/projects/12/data/import", "task=3&claim=a-1", False),
        ("/api/projects/12/data", "task=3&claim=a-1", False),
        ("/projects/", "task=3&claim=a-1", False),
    ],
)
def test_the_link_of_a_claim_gets_the_page_of_one_claim(path: str, query: str, is_claim: bool) -> None:
    given = fetch(layer(Application([HTML], [PAGE])), path, query)
    assert (given.content == CLAIM_PARTS[0].encode()) is is_claim
    if is_claim:
        assert given.headers["Content-Type"] == "text/html; charset=utf-8"
        assert given.headers["Cache-Control"] == "no-cache"
        assert given.headers["X-Frame-Options"] == "DENY"


def test_the_parts_of_that_page_have_their_types() -> None:
    outer = layer(Application([HTML], [PAGE]))
    types = [fetch(outer, path).headers["Content-Type"].partition(";")[0] for path in CLAIM_PARTS]
    assert types == ["text/html", "text/css", "text/javascript"]


# --------------------------------------------------------------------------- on a real server


@pytest.mark.studio
def test_each_page_of_label_studio_has_the_script(studio: Server) -> None:
    with httpx.Client(base_url=studio.url, trust_env=False) as web:
        page = web.get("/user/login/", headers={"Accept-Encoding": "gzip"})
        head = web.head("/user/login/")
        addresses = re.findall(r'<script src="(/claimdesk/[^"]+)"', page.text)
        scripts = [web.get(address) for address in addresses]
        answer = web.get("/api/version", headers={"Accept": "application/json"})
    assert [address.partition("?")[0] for address in addresses] == SCRIPT_PATHS
    assert head.headers["Content-Length"] == page.headers["Content-Length"] == str(len(page.content))
    for name, script in zip(("training.js", "desk.js", "sections.js"), scripts, strict=True):
        assert script.content == (FOLDER / name).read_bytes()
        assert "immutable" in script.headers["Cache-Control"]
    assert "claimdesk" not in answer.text
    assert "'self'" in page.headers["Content-Security-Policy"]  # enforced, and not only reported


@pytest.mark.studio
def test_the_layer_needs_nothing_that_label_studio_does_not_have(executable: Path) -> None:
    """It is loaded in an environment where this package is not installed, by a Python without its folders."""
    code = "import sys; sys.path[:0] = [sys.argv[1]]; import claimdesk_layer as l; print(l.SCRIPT_PATH)"
    done = subprocess.run(
        [executable.with_name("python"), "-I", "-c", code, FOLDER],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (f"{SCRIPT_PATH}\n", "")


def answered(client: Client, title: str) -> None:
    """Answer each claim of a project."""
    for task in client.tasks(find_project(client, title).number):
        said = {claim.claim_id: {"label": "opinion"} for claim in claims_of(task)}
        client.answer(task["id"], results_of(task, said), seconds=2.0)


@pytest.mark.studio
def test_a_desk_of_an_earlier_version_goes_on_with_its_labels(
    template: Path, executable: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server was no gunicorn. It is found while it runs, stopped, and started with the page script."""
    home, exports = tmp_path / "studio", tmp_path / "exports"
    shutil.copytree(template, home)
    with closing(sqlite3.connect(sqlite_file(home))) as database:
        database.execute("PRAGMA user_version = 0")  # no note
    for name, value in (("STUDIO_HOME", home), ("EXPORTS", exports)):
        monkeypatch.setenv(f"ANNOTATE_{name}", str(value))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    article = tmp_path / "quay.txt"
    article.write_text("The quay closed in May. It was a mistake, and 212 boats had to leave.\n")

    def pulled() -> bytes:
        shutil.rmtree(exports, ignore_errors=True)
        assert cli.run(["pull"]) == 0
        (file,) = exports.glob("*/judgements.csv")
        return file.read_bytes()

    try:
        with plain_server(executable, home, own_port()) as (pid, port):
            (home / "server.json").write_text(json.dumps({"pid": pid, "port": port, "database_port": None}))
            earlier = status(home)
            assert earlier == start(home, executable=executable) == Server(home, pid, port)
            assert cli.run(["push", "--project", "Quay", "--layout", "claim", str(article)]) == 0
            client = connect(earlier.url, credentials(home).token)
            answered(client, "Quay")
            before = pulled()
            assert before.count(b"\n") > 2
            advice = look_at_page_script(client, earlier, auto_advance=True).todo
            assert advice == "`annotate studio stop`, then `annotate studio start`"
            assert stop(home) is True
        later = start(home, executable=executable)
        assert (
            look_at_page_script(connect(later.url, later.credentials.token), later, auto_advance=True).state
            == "ok"
        )
        assert pulled() == before
        with closing(sqlite3.connect(sqlite_file(home))) as database:
            assert database.execute("PRAGMA user_version").fetchone() != (0,)
    finally:
        stop(home)


@pytest.mark.studio
def test_a_restart_takes_a_changed_setting(
    template: Path, executable: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shutil.copytree(template, tmp_path / "studio")
    monkeypatch.setenv("ANNOTATE_STUDIO_HOME", str(home))
    monkeypatch.setenv("ANNOTATE_AUTO_ADVANCE", "no")
    assert load_settings().auto_advance is False
    try:
        assert cli.run(["studio", "start"]) == 0
        client = connect(status(home).url, credentials(home).token)  # type: ignore[union-attr]
        assert 'data-auto-advance="false"' in client.page("user/login/")
    finally:
        stop(home)


def test_the_note_in_a_database(tmp_path: Path) -> None:
    file = tmp_path / "labels.sqlite3"
    assert not sqlite.has_note(file, "1.23.2")
    assert not file.exists()
    sqlite3.connect(file).close()
    sqlite.note(file, "1.23.2")
    assert sqlite.has_note(file, "1.23.2")
    assert not sqlite.has_note(file, "1.24.0")
