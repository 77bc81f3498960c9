"""The local Label Studio: start, stop and status of one server whose whole estate is one folder.

The folder (`home`, mode 0700) holds `data/`, `label-studio.log`, `server.json` (pid and port of the running
server) and `credentials.json` (mode 0600: address, user, password, key). The server listens on loopback
alone, nobody can sign up without an invitation, and it tells nobody that it runs.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import requests
from filelock import FileLock, Timeout

from annotate.errors import AnnotateError, Conflict
from annotate.resources import PACKAGE
from annotate.studio.accounts import DOMAIN, Credentials, WebSession, with_token

HOST = "127.0.0.1"
PORT = 8080
PORTS_TRIED = 50
FIRST_USER = "annotator"
EXECUTABLE = Path(".venv-studio/bin/label-studio")
LAUNCHES = 3
ANNOUNCED = re.compile(r"development server at http://[\d.]+:(\d+)/")
SETTLING = 0.3  # seconds from the announcement of a port to the certainty that it was free
SHUTDOWN = 10.0  # seconds between asking a server to end and ending it

Progress = Callable[[str], None]

# What Label Studio does by itself and a newsroom would not want; measured on 1.23.2. `GIT_DIR` keeps it from
# showing the surrounding checkout's last commit on its version page.
SAFE = {
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED": "false",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "ALLOWED_HOSTS": f"{HOST},localhost",
    "GIT_DIR": os.devnull,
    "PYTHONUNBUFFERED": "1",  # the log is read while it is written
}
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

    @property
    def url(self) -> str:
        """The address for browser and API."""
        return f"http://{HOST}:{self.port}"

    @property
    def credentials(self) -> Credentials:
        """The first user, from `credentials.json`.

        Raises:
            AnnotateError: where the file is gone.
        """
        return credentials(self.home)


def start(
    home: Path,
    *,
    executable: Path | None = None,
    port: int | None = None,
    patience: float = 300,
    progress: Progress = lambda words: None,
) -> Server:
    """Start the local Label Studio and wait until it answers; where it runs already, give it as it is.

    `port` is the first one tried, by default that of the last time. The first start takes up to a minute.

    Raises:
        AnnotateError: where there is no Label Studio to start, or it died: with the end of its log.
        Conflict: where another start or stop takes longer than `patience` seconds.
    """
    home = _prepared(home)
    with _lock(home, patience):
        if running := status(home):
            progress(f"Label Studio runs at {running.url}")
            return running
        program = executable or find_executable()
        first = port or _last_port(home)
        for _ in range(LAUNCHES):
            with contextlib.suppress(_PortTaken):
                return _launch(home, program, _free_port(first), patience=patience, progress=progress)
        raise AnnotateError(f"others take the ports from {first} as fast as they are found: name another one")


def _launch(home: Path, program: Path, port: int, *, patience: float, progress: Progress) -> Server:
    """Start the server on a free port, wait until it answers, and see to its first user's key."""
    made = _credentials_for(home, port)
    progress(f"Starting Label Studio at {made.url} (the first start takes a minute)")
    process = _spawn(home, program, port, made)
    try:
        _write(home / "server.json", {"pid": process.pid, "port": port})
        running = Server(home, process.pid, _wait_until_healthy(process, home, patience))
        _write(home / "server.json", {"pid": running.pid, "port": running.port})
        _write(home / "credentials.json", asdict(with_token(replace(made, url=running.url))))
    except BaseException:  # Ctrl-C too must not leave a server behind
        _end(process.pid, port)
        process.wait()
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
    with _lock(home, patience):
        running = status(home)
        if running:
            _end(running.pid, running.port)
        (home / "server.json").unlink(missing_ok=True)
        return running is not None


def status(home: Path) -> Server | None:
    """Give the server that runs from this folder, or `None`.

    A pid alone proves nothing, for the number may belong to another program by now: the process must be a
    Label Studio on this very folder.
    """
    state = _read(home / "server.json")
    if not state or not _is_ours(int(state.get("pid", 0)), home):
        return None
    return Server(home.resolve(), int(state["pid"]), int(state["port"]))


def credentials(home: Path) -> Credentials:
    """Give the first user of the local Label Studio.

    Raises:
        AnnotateError: where `credentials.json` is missing or broken.
    """
    held = _read(home / "credentials.json")
    if not held:
        raise AnnotateError(f"{home / 'credentials.json'} is missing: `annotate studio start` makes it")
    return Credentials(held["url"], held["email"], held["password"], held["token"])


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


@contextlib.contextmanager
def _lock(home: Path, patience: float) -> Iterator[None]:
    try:
        with FileLock(home / "server.lock", timeout=patience):
            yield
    except Timeout:
        raise Conflict(
            f"another `annotate studio` holds {home}: wait for it, or end it, and try again"
        ) from None


def _read(file: Path) -> dict[str, str]:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _write(file: Path, content: dict[str, object]) -> None:
    """Write a file whole or not at all, for the owner's eyes only."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(content, out, indent=2)
    new.replace(file)


def _credentials_for(home: Path, port: int) -> Credentials:
    """Give the first user, written down before the server makes it: a password is never lost."""
    held = _read(home / "credentials.json")
    made = Credentials(
        url=f"http://{HOST}:{port}",
        email=held.get("email") or f"{FIRST_USER}@{DOMAIN}",
        password=held.get("password") or secrets.token_urlsafe(15),
        token=held.get("token", ""),
    )
    _write(home / "credentials.json", asdict(made))
    return made


def _last_port(home: Path) -> int:
    found = re.search(r":(\d+)\Z", _read(home / "credentials.json").get("url", ""))
    return int(found[1]) if found else PORT


def _free_port(first: int) -> int:
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            if not _answers(port):  # one who listens on all interfaces lets us bind, on some systems
                return port
    raise AnnotateError(f"no free port from {first} to {first + PORTS_TRIED - 1}: end what listens there")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


# --------------------------------------------------------------------------- the process


def _data_folder(home: Path) -> Path:
    """Give the server's data folder, with the key that signs its sessions and tokens.

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


def _spawn(home: Path, program: Path, port: int, made: Credentials) -> subprocess.Popen[bytes]:
    """Start the server in a process group of its own, its output in the log."""
    environment = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)} | SAFE
    if not made.token:  # the first start makes the user
        environment |= {"LABEL_STUDIO_USERNAME": made.email, "LABEL_STUDIO_PASSWORD": made.password}
    data = _data_folder(home)
    command = [str(program), "start", "--no-browser", "--internal-host", HOST, "--port", str(port)]
    log = os.open(home / "label-studio.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 - the program is Label Studio, found by us or named by the user
            [*command, "--data-dir", str(data)],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    except OSError as failed:
        raise AnnotateError(
            f"{program} cannot be started ({failed.strerror}): `make annotate` builds it anew"
        ) from None
    finally:
        os.close(log)


def _wait_until_healthy(process: subprocess.Popen[bytes], home: Path, patience: float) -> int:
    """Wait until this very server answers, and give its port.

    Another program may take the port in the seconds between our look and the server's start. The server then
    goes to another one by itself, or dies; that something answers on the port proves nothing, the log does.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        port = _announced_port(home)
        if port and _is_healthy(port):
            time.sleep(SETTLING)  # it announces the port a moment before it takes it
            if process.poll() is None:
                return port
        if process.poll() is not None:
            log = _log_end(home)
            kind = _PortTaken if "port is already in use" in log else AnnotateError
            raise kind(f"Label Studio ended at start; the end of its log:\n{log}")
        time.sleep(0.25)
    raise AnnotateError(
        f"Label Studio gave no answer in {patience:.0f} s; the end of its log:\n{_log_end(home)}"
    )


def _announced_port(home: Path) -> int | None:
    found = ANNOUNCED.search((home / "label-studio.log").read_text(encoding="utf-8", errors="replace"))
    return int(found[1]) if found else None


def _is_healthy(port: int) -> bool:
    with contextlib.suppress(requests.RequestException), WebSession(f"http://{HOST}:{port}") as client:
        return bool(client.get("/health").status_code == requests.codes.ok)
    return False


def _log_end(home: Path, lines: int = 12) -> str:
    try:
        log = (home / "label-studio.log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "(no log)"
    return "\n".join(log.strip().splitlines()[-lines:]) or "(the log is empty)"


def _is_ours(pid: int, home: Path) -> bool:
    command = _command(pid)
    return "label-studio" in command and str(home.resolve() / "data") in command


def _command(pid: int) -> str:
    """Give a process's command line, empty where there is no such process."""
    if pid <= 0:
        return ""
    if Path("/proc/self/cmdline").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    ask = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout  # noqa: S603 - fixed words


def _end(pid: int, port: int) -> None:
    """End a server and all the processes it started: it leads a group of its own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, sign)
        end = time.monotonic() + SHUTDOWN
        while time.monotonic() < end:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)  # a child of ours stays as a zombie until it is asked for
            # a zombie may stay that nobody asks for, and its threads may hold the port a moment longer
            if not _runs(pid) and not _answers(port):
                return
            time.sleep(0.05)


def _runs(leader: int) -> bool:
    """Tell whether a process of this group still runs; a zombie does not."""
    if Path("/proc/self/stat").exists():
        listing = list(_processes())
    else:
        asked = ["ps", "-A", "-o", "pgid=,stat="]
        shown = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
        listing = [(int(group), state) for group, state in map(str.split, shown.stdout.splitlines())]
    return any(group == leader and not state.startswith("Z") for group, state in listing)


def _processes() -> Iterator[tuple[int, str]]:
    """Give group and state of each process, as Linux lists them."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            listed = file.read_text(encoding="utf-8", errors="replace")
            state, _, group = listed.rpartition(")")[2].split()[:3]
            yield int(group), state
