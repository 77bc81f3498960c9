"""The local Label Studio: start, stop and status of one server whose whole estate is one folder.

The folder (`home`, mode 0700, see `home`) holds `data/`, `label-studio.log`, `server.json` (pid and ports of
the running server), `identity.json`, and `credentials.json` (mode 0600: address, user, password, key). The
server listens on loopback alone, nobody can sign up without an invitation, and it tells nobody that it runs.

Links in sheets lead to its port, so each start takes the port of the last time where it is free.

A folder holds its labels either in SQLite, served by one process, or in a PostgreSQL of its own (`postgres`),
served by several gunicorn workers; which of them, its first start decides.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

import requests

from annotate.config import PACKAGE
from annotate.errors import AnnotateError, Conflict, Unreachable, UsageError
from annotate.studio.local import postgres
from annotate.studio.local.accounts import Credentials, WebSession, with_token
from annotate.studio.local.home import (
    CREDENTIALS,
    address,
    alone_in,
    credentials,
    credentials_for,
    ensure_identity,
    identity,
)
from annotate.studio.local.private_files import read_json, write_json
from annotate.studio.local.processes import HOST, answers, command_of, commands, end, end_all, free_port

PORT = 8080
EXECUTABLE = Path(".venv-studio/bin/label-studio")
LAUNCHES = 3
ANNOUNCED = re.compile(r"(?:development server at|Listening at:) http://[\d.]+:(\d+)")
PORT_TAKEN = re.compile(r"port is already in use|Connection in use")
RELEASE = 2.0  # seconds to wait for the last port, which a server that was just ended may still hold
SETTLING = 0.3  # seconds from the announcement of a port to the certainty that it was free
SQLITE_FILE = "label_studio.sqlite3"  # in data/
LEAST_WORKERS = 2
THREADS = 4  # of each worker: one that waits for a client holds up no other
WORK = 600  # seconds a worker may take for one call: an import of thousands of tasks takes minutes

Database = Literal["sqlite", "postgres"]
Progress = Callable[[str], None]

# What Label Studio does by itself and a newsroom would not want; measured on 1.23.2. `deploy/` sets the same,
# and a test compares.
SAFE = {
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED": "false",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "ALLOWED_HOSTS": f"{HOST},localhost",
}
LOCAL = {
    "GIT_DIR": os.devnull,  # else its version page shows the last commit of a checkout around it
    "PYTHONUNBUFFERED": "1",  # the log is read while it is written
}
APPLICATION = "label_studio.core.wsgi:application"
WSGI = {
    "DJANGO_SETTINGS_MODULE": "label_studio.core.settings.label_studio"
}  # as `label-studio start` sets it
LOOK = (
    "import importlib.metadata as m, importlib.util as u;"
    "print(*u.find_spec('label_studio').submodule_search_locations, m.version('label-studio'), sep='\\n');"
    "m.version('gunicorn')"
)
# Label Studio reads these short names too: a shell's own HOST or a project's PORT would change what it does.
FOREIGN = re.compile(
    r"LABEL_STUDIO_|HEARTEX_|DJANGO_|POSTGRE_|(HOST|PORT|USERNAME|PASSWORD|DEBUG|SECRET_KEY|DATABASE_NAME)\Z"
)


class _PortTaken(AnnotateError):
    """Somebody took the port between our look and the server's start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A local Label Studio that runs."""

    home: Path
    pid: int
    port: int
    database: Database = "sqlite"

    @property
    def url(self) -> str:
        """The address for browser and API."""
        return f"http://{HOST}:{self.port}"

    @property
    def is_up(self) -> bool:
        """Whether it takes calls: not yet while it starts, no more while it ends."""
        return answers(self.port)

    @property
    def identity(self) -> str:
        """What tells it from other servers, whatever its port; see `home`."""
        return identity(self.home)

    @property
    def credentials(self) -> Credentials:
        """The first user, from `credentials.json`.

        Raises:
            AnnotateError: where the file is gone.
        """
        return credentials(self.home)


def start(  # noqa: PLR0913 - all but the folder have defaults
    home: Path,
    *,
    executable: Path | None = None,
    port: int | None = None,
    first_port: int = PORT,
    database: Database | None = None,
    workers: int | None = None,
    patience: float = 300,
    progress: Progress = lambda words: None,
) -> Server:
    """Start the local Label Studio and wait until it answers; where it runs already, give it as it is.

    `port` is the first one tried, by default that of the last time, and at the first start `first_port`; one
    that is taken is passed over. `database` is by default the one that the folder has, SQLite in a new one;
    `workers` are gunicorn's, on PostgreSQL, by default one a core. The first start takes up to a minute.

    Raises:
        AnnotateError: where there is no Label Studio or PostgreSQL to start, or it died: with the end of its
            log.
        Conflict: where the folder has another database, it runs already at another port than `port`, or
            another start or stop takes longer than `patience` seconds.
        UsageError: where `workers` are to serve SQLite.
    """
    home = _prepared(home)
    with alone_in(home, patience):
        chosen = _chosen(home, database)
        if workers and chosen == "sqlite":
            raise UsageError("--workers goes with --postgres: on SQLite one process serves")
        if (running := status(home)) and running.is_up and _has_its_database(running):
            if port and running.port != port:
                raise Conflict(f"Label Studio runs at {running.url}: stop it first (`annotate studio stop`)")
            progress(f"Label Studio runs at {running.url}")
            return running
        program = executable or find_executable()
        end_all(_left_over(home))
        last = _last_port(home)
        first = port or last or first_port
        for _ in range(LAUNCHES):
            found = free_port(first, patience=RELEASE if first == last else 0)
            start_with = _Start(home, program, found, chosen, workers or _workers())
            with contextlib.suppress(_PortTaken):
                return _launch(start_with, patience=patience, progress=progress)
        raise AnnotateError(f"others take the ports from {first} as fast as they are found: name another one")


def database_of(home: Path) -> Database | None:
    """Return what holds the labels of a local Label Studio; nothing where it was never started."""
    if postgres.exists(home):
        return "postgres"
    return "sqlite" if (home / "data" / SQLITE_FILE).exists() else None


def _chosen(home: Path, wanted: Database | None) -> Database:
    there = database_of(home)
    if there and wanted and there != wanted:
        names = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
        raise Conflict(
            f"{home} holds its labels in {names[there]}: name another folder for {names[wanted]} "
            "(ANNOTATE_STUDIO_HOME)"
        )
    return there or wanted or "sqlite"


def _has_its_database(running: Server) -> bool:
    """See to it that the PostgreSQL of a running server runs where it expects it; else end the server."""
    if running.database == "sqlite":
        return True
    expected = read_json(running.home / "server.json").get("database_port")
    if postgres.run(running.home).port == expected:
        return True
    end(running.pid, running.port)
    return False


@dataclass(frozen=True, slots=True)
class _Start:
    """What is started: which program, where, on what."""

    home: Path
    program: Path
    port: int
    database: Database
    workers: int


def _launch(wanted: _Start, *, patience: float, progress: Progress) -> Server:
    """Start the server on a free port, wait until it answers, and see to its first user's key."""
    home = wanted.home
    made = credentials_for(home, wanted.port)
    # Written before the server makes the user: a password is never lost. The address is that of the last time
    # until this start has succeeded.
    write_json(home / CREDENTIALS, asdict(replace(made, url=address(home) or made.url)))
    ensure_identity(home)
    progress(f"Starting Label Studio at {made.url} (the first start takes a minute)")
    process = None
    try:
        process = _spawn(wanted, made, patience)
        state = {"pid": process.pid, "port": wanted.port, "database_port": postgres.running_port(home)}
        write_json(home / "server.json", state)
        port = _wait_until_healthy(process, home, patience)
        running = Server(home, process.pid, port, wanted.database)
        write_json(home / "server.json", state | {"port": running.port})
        write_json(home / CREDENTIALS, asdict(with_token(replace(made, url=running.url))))
    except BaseException:  # Ctrl-C too must not leave a server behind
        if process:
            end(process.pid, wanted.port)
            process.wait()
        end_all(_left_over(home))  # also one that was begun but not told of yet
        postgres.stop(home)
        (home / "server.json").unlink(missing_ok=True)
        raise
    progress(f"Label Studio runs at {running.url}")
    return running


def stop(home: Path, *, patience: float = 30) -> bool:
    """Stop the local Label Studio with all its processes; tell whether one ran.

    Raises:
        Conflict: where another start or stop takes longer than `patience` seconds.
    """
    if not home.is_dir():
        return False
    with alone_in(home, patience):
        ran = end_web(home)
        postgres.stop(home)
        return ran


def end_web(home: Path) -> bool:
    """End the server, but not its PostgreSQL, of a folder that the caller holds; tell whether it ran."""
    running = status(home)
    if running:
        end(running.pid, running.port)
    left_over = _left_over(home)
    end_all(left_over)
    (home / "server.json").unlink(missing_ok=True)
    return bool(running or left_over)


def status(home: Path) -> Server | None:
    """Return the server that runs from this folder, or `None`.

    A pid alone proves nothing, for the number may belong to another program by now: the process must be a
    Label Studio on this very folder.
    """
    state = read_json(home / "server.json")
    if not state or not _is_ours(int(state.get("pid", 0)), home):
        return None
    return Server(home.resolve(), int(state["pid"]), int(state["port"]), database_of(home) or "sqlite")


def find_executable() -> Path:
    """Find Label Studio: `.venv-studio` here or in the checkout, then the PATH.

    Raises:
        AnnotateError: where there is none.
    """
    for place in (Path.cwd(), PACKAGE.parent):
        if os.access(place / EXECUTABLE, os.X_OK):
            return place / EXECUTABLE
    if found := shutil.which("label-studio"):
        return Path(found)
    raise AnnotateError("Label Studio is not installed: `make annotate` puts it into .venv-studio")


# --------------------------------------------------------------------------- the folder


def _prepared(home: Path) -> Path:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    return home.resolve()


def _last_port(home: Path) -> int | None:
    found = re.search(r":(\d+)\Z", address(home))
    return int(found[1]) if found else None


# --------------------------------------------------------------------------- the process


def _data_folder(home: Path) -> Path:
    """Return the server's data folder, with the key that signs its sessions and tokens.

    Label Studio would make that key itself, but cannot read it back where it begins with `$`, as one in fifty
    does: at the next start every token and session is void.
    """
    data = home / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    with (
        contextlib.suppress(FileExistsError),
        os.fdopen(os.open(data / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out,
    ):
        out.write(f"SECRET_KEY={secrets.token_hex(32)}\n")
    return data


def _workers() -> int:
    return max(os.cpu_count() or 1, LEAST_WORKERS)


def _spawn(wanted: _Start, made: Credentials, patience: float) -> subprocess.Popen[bytes]:
    """Start the server in a process group of its own, its output in the log."""
    data = _data_folder(wanted.home)
    environment = _environment(made)
    if wanted.database == "sqlite":
        where = ["--no-browser", "--internal-host", HOST, "--port", str(wanted.port), "--data-dir", str(data)]
        return _process(wanted, [str(wanted.program), "start", *where], environment)
    cluster = postgres.run(wanted.home)
    environment |= cluster.environment() | {"LABEL_STUDIO_BASE_DATA_DIR": str(data)}
    found = _installed(wanted.program)
    if not made.token or postgres.note_of(cluster) != found.version:
        _prepare_database(wanted, environment, patience)
        postgres.note(cluster, found.version)
    return _process(wanted, _gunicorn(wanted, data, found), environment | WSGI)


def _environment(made: Credentials) -> dict[str, str]:
    """Return the shell's environment without what would change Label Studio, and with what makes it safe."""
    environment = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    environment |= SAFE | LOCAL
    if not made.token:  # the first start makes the user
        environment |= {"LABEL_STUDIO_USERNAME": made.email, "LABEL_STUDIO_PASSWORD": made.password}
    return environment


def _prepare_database(wanted: _Start, environment: dict[str, str], patience: float) -> None:
    """Have Label Studio make its tables, or bring them up to date, and the first user."""
    process = _process(wanted, [str(wanted.program), "init", "--quiet"], environment)
    try:
        code = process.wait(timeout=patience)
    except BaseException as stopped:
        end(process.pid, 0)
        if isinstance(stopped, subprocess.TimeoutExpired):
            raise AnnotateError(f"Label Studio made no tables in {patience:.0f} s: see its log") from None
        raise
    if code:
        raise AnnotateError(
            f"Label Studio made no tables in PostgreSQL; the end of its log:\n{_log_end(wanted.home)}"
        )


class _Installed(NamedTuple):
    """A Label Studio that is installed: the Python it runs in, where its modules are, and its version."""

    python: Path
    modules: str
    version: str


def _installed(program: Path) -> _Installed:
    python = program.resolve().parent / "python"
    asked = [str(python), "-c", LOOK]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - words of ours
    if found.returncode:
        raise AnnotateError(f"{python} has no Label Studio with gunicorn: `make setup-studio` builds it anew")
    modules, version = found.stdout.splitlines()
    return _Installed(python, modules, version)


def _gunicorn(wanted: _Start, data: Path, found: _Installed) -> list[str]:
    """Return the command that serves Label Studio from several workers; its data folder tells whose it is."""
    limits = ["--workers", str(wanted.workers), "--threads", str(THREADS), "--timeout", str(WORK)]
    place = ["--bind", f"{HOST}:{wanted.port}", "--chdir", str(data), "--pythonpath", found.modules]
    return [str(found.python), "-m", "gunicorn", APPLICATION, *place, *limits, "--no-control-socket"]


def _process(wanted: _Start, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a command of Label Studio's in a process group of its own, its output in the log."""
    log = os.open(wanted.home / "label-studio.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 - the program is Label Studio, found by us or named by the user
            command,
            env=environment,
            cwd=wanted.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    except OSError as failed:
        raise AnnotateError(
            f"{command[0]} cannot be started ({failed.strerror}): `make annotate` builds it anew"
        ) from None
    finally:
        os.close(log)


def _wait_until_healthy(process: subprocess.Popen[bytes], home: Path, patience: float) -> int:
    """Wait until this very server answers, and give its port.

    Another program may take the port in the seconds between our look and the server's start. The server then
    goes to another one by itself, or dies; that something answers on the port proves nothing, the log does.
    """
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        port = _announced_port(home)
        if port and _is_healthy(port):
            time.sleep(SETTLING)  # it announces the port a moment before it takes it
            if process.poll() is None:
                return port
        if process.poll() is not None:
            log = _log_end(home)
            kind = _PortTaken if PORT_TAKEN.search(log) else AnnotateError
            raise kind(f"Label Studio ended at start; the end of its log:\n{log}")
        time.sleep(0.25)
    raise AnnotateError(
        f"Label Studio gave no answer in {patience:.0f} s; the end of its log:\n{_log_end(home)}"
    )


def _announced_port(home: Path) -> int | None:
    found = ANNOUNCED.search((home / "label-studio.log").read_text(encoding="utf-8", errors="replace"))
    return int(found[1]) if found else None


def _is_healthy(port: int) -> bool:
    with contextlib.suppress(Unreachable), WebSession(f"http://{HOST}:{port}") as client:
        return bool(client.get("/health").status_code == requests.codes.ok)
    return False


def _log_end(home: Path, lines: int = 12) -> str:
    try:
        log = (home / "label-studio.log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "(no log)"
    return "\n".join(log.strip().splitlines()[-lines:]) or "(the log is empty)"


def _is_ours(pid: int, home: Path) -> bool:
    return _serves(command_of(pid), home)


def _left_over(home: Path) -> list[int]:
    """Return the processes that serve a folder though `server.json` does not say so.

    Workers outlive a main process that was killed, for a moment; a server outlives a lost `server.json`.
    """
    return [pid for pid, command in commands() if _serves(command, home)]


def _serves(command: str, home: Path) -> bool:
    """Return whether a command line is that of a Label Studio on this very folder."""
    known = "label-studio" in command or APPLICATION in command
    data = home.resolve() / "data"
    return known and any(f" {option} {data} " in f"{command} " for option in ("--data-dir", "--chdir"))
