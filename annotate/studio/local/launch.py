"""The process of a local Label Studio: how it is started, and how long until it answers."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import requests

from annotate.errors import AnnotateError, Unreachable
from annotate.studio.local import postgres, sqlite
from annotate.studio.local.accounts import Credentials, WebSession
from annotate.studio.local.home import Database, data_folder, sqlite_file, training_folder
from annotate.studio.local.install import INSTALL
from annotate.studio.local.page import APPLICATION, AUTO_ADVANCE, FOLDER, TRAINING_ANSWERS
from annotate.studio.local.private_files import create, log_end
from annotate.studio.local.processes import HOST, end

LOG = "label-studio.log"
ANNOUNCED = re.compile(r"Listening at: http://[\d.]+:(\d+)")
PORT_TAKEN = re.compile(r"Connection in use")
SETTLING = 0.3  # seconds from the announcement of a port to the certainty that it was free
# Of each worker. One that waits for a client, or for a lock of SQLite, blocks no other.
THREADS: dict[Database, int] = {"sqlite": 16, "postgres": 4}
KEEP_ALIVE = 120  # seconds; a busy worker closes a connection late, and a request that came meanwhile is lost
TIMEOUT = 600  # seconds a worker may take for one call: an import of thousands of tasks takes minutes

# Defaults of Label Studio that a newsroom does not want; measured on 1.23.2. `deploy/` sets the same, and a
# test compares.
SAFE = {
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED": "false",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "LS_CSP_REPORT_ONLY": "false",  # the browser obeys the content security policy
    "ALLOWED_HOSTS": f"{HOST},localhost",
}
LOCAL = {
    "GIT_DIR": os.devnull,  # else its version page shows the last commit of a checkout around it
    "PYTHONUNBUFFERED": "1",  # the log is read while it is written
}
# As `label-studio start` sets it.
WSGI = {"DJANGO_SETTINGS_MODULE": "label_studio.core.settings.label_studio"}
FIND_VERSIONS = "import importlib.metadata as m; m.version('gunicorn'); print(m.version('label-studio'))"
# Label Studio reads these short names too: a shell's own HOST or a project's PORT would change what it does.
FOREIGN = re.compile(
    r"LABEL_STUDIO_|HEARTEX_|DJANGO_|POSTGRE_|GUNICORN_|(HOST|PORT|USERNAME|PASSWORD|DEBUG|SECRET_KEY|DATABASE_NAME)\Z"
)


class PortTaken(AnnotateError):
    """Another program took the port after it was found free and before the server started."""


@dataclass(frozen=True, slots=True)
class Launch:
    """The program to start, its folder, port and database; `patience` is in seconds.

    With `auto_advance` the key of a label goes on to the next claim.
    """

    home: Path
    program: Path
    port: int
    database: Database
    workers: int
    auto_advance: bool
    patience: float


def spawn(launch: Launch, user: Credentials) -> subprocess.Popen[bytes]:
    """Start the server in a process group of its own, its output in the log.

    Label Studio first creates its tables, or brings them up to date, where the database does not come from
    the same version.
    """
    python = launch.program.resolve().with_name("python")
    version = _installed_version(python)
    data = str(_data_with_key(launch.home))
    environment = _environment(user) | {"LABEL_STUDIO_BASE_DATA_DIR": data}
    if launch.database == "postgres":
        cluster = postgres.run(launch.home)
        environment |= cluster.environment()
        if not user.token or postgres.note_of(cluster) != version:
            _migrate_database(launch, environment)
            postgres.note(cluster, version)
    elif not (user.token and sqlite.has_note(sqlite_file(launch.home), version)):
        _migrate_database(launch, environment)
        sqlite.note(sqlite_file(launch.home), version)
    environment |= WSGI | {
        AUTO_ADVANCE: str(launch.auto_advance).lower(),
        TRAINING_ANSWERS: str(training_folder(launch.home).absolute()),
    }
    return _process(launch.home, _gunicorn(launch, data, python), environment)


def _data_with_key(home: Path) -> Path:
    """Return the server's data folder, with the key that signs its sessions and tokens.

    Label Studio would make that key itself, but cannot read back one that begins with `$`, as one in fifty
    does: after the next start every token and session is void.
    """
    data = data_folder(home)
    data.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(FileExistsError), create(data / ".env") as out:
        out.write(f"SECRET_KEY={secrets.token_hex(32)}\n".encode())
    return data


def _environment(user: Credentials) -> dict[str, str]:
    """Return the shell's environment without what would change Label Studio, and with what makes it safe."""
    environment = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    environment |= SAFE | LOCAL
    if not user.token:  # the first start creates the user
        environment |= {"LABEL_STUDIO_USERNAME": user.email, "LABEL_STUDIO_PASSWORD": user.password}
    return environment


def _migrate_database(launch: Launch, environment: dict[str, str]) -> None:
    """Let Label Studio create its tables, or bring them up to date, and create the first user."""
    command = [str(launch.program), "init", "--quiet", "--data-dir", str(data_folder(launch.home))]
    process = _process(launch.home, command, environment)
    try:
        code = process.wait(timeout=launch.patience)
    except BaseException as error:
        end([process.pid])
        if isinstance(error, subprocess.TimeoutExpired):
            raise AnnotateError(
                f"Label Studio created no tables within {launch.patience:.0f} s: see {launch.home / LOG}"
            ) from None
        raise
    if code:
        raise AnnotateError(
            f"Label Studio could not create its tables; the end of its log:\n{log_end(launch.home / LOG)}"
        )


def _installed_version(python: Path) -> str:
    """Return the version of the Label Studio that is installed beside gunicorn."""
    command = [str(python), "-c", FIND_VERSIONS]
    with contextlib.suppress(OSError):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
        if not done.returncode:
            return done.stdout.strip()
    raise AnnotateError(f"{python} has no Label Studio with gunicorn: {INSTALL}")


def _gunicorn(launch: Launch, data: str, python: Path) -> list[str]:
    """Return the command that serves Label Studio; `--chdir` identifies its folder.

    `--preload` loads Label Studio before the port answers, and once for all workers. On SQLite one worker
    serves, since a second process would wait for locks of the file.
    """
    workers = launch.workers if launch.database == "postgres" else 1
    limits = ["--workers", str(workers), "--threads", str(THREADS[launch.database])]
    times = ["--timeout", str(TIMEOUT), "--keep-alive", str(KEEP_ALIVE)]
    place = ["--bind", f"{HOST}:{launch.port}", "--chdir", data, "--pythonpath", str(FOLDER)]
    command = [str(python), "-m", "gunicorn", APPLICATION, *place, *limits, *times]
    return [*command, "--preload", "--no-control-socket"]


def _process(home: Path, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a command of Label Studio in a process group of its own, its output in the log."""
    with create(home / LOG, replace=True) as log:
        try:
            return subprocess.Popen(  # noqa: S603 - Label Studio, found by us or named by the user
                command,
                env=environment,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
            )
        except OSError as error:
            raise AnnotateError(f"{command[0]} cannot be started ({error.strerror}): {INSTALL}") from None


def wait_until_healthy(process: subprocess.Popen[bytes], launch: Launch) -> int:
    """Wait until this very server answers, and return its port.

    Another program may take the port in the seconds before the server binds it. The server then chooses
    another port or ends. An answer at the port proves nothing, but the server's log does.

    Raises:
        PortTaken: If the server ended since its port was taken.
        AnnotateError: If it ended or gave no answer in time, with the end of its log.
    """
    log = launch.home / LOG
    limit = time.monotonic() + launch.patience
    while time.monotonic() < limit:
        port = _announced_port(log)
        if port and is_healthy(port):
            time.sleep(SETTLING)
            if process.poll() is None:
                return port
        if process.poll() is not None:
            words = log_end(log)
            kind = PortTaken if PORT_TAKEN.search(words) else AnnotateError
            raise kind(f"Label Studio ended at start; the end of its log:\n{words}")
        time.sleep(0.25)
    raise AnnotateError(
        f"Label Studio gave no answer in {launch.patience:.0f} s; the end of its log:\n{log_end(log)}"
    )


def _announced_port(log: Path) -> int | None:
    match = ANNOUNCED.search(log.read_text(encoding="utf-8", errors="replace"))
    return int(match[1]) if match else None


def is_healthy(port: int) -> bool:
    """Return whether a Label Studio answers at a port of this machine."""
    with contextlib.suppress(Unreachable), WebSession(f"http://{HOST}:{port}") as client:
        return bool(client.get("/health").status_code == requests.codes.ok)
    return False
