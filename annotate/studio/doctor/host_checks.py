"""Checks of this machine: folders, secrets, locks, and the local Label Studio as others reach it."""

from __future__ import annotations

import re
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import psutil
import requests
from filelock import FileLock, Timeout

from annotate.errors import AnnotateError
from annotate.studio.api import lock_folder
from annotate.studio.local import HOST, Server, WebSession, find_executable, postgres, session

LEAST_FREE = 500_000_000  # bytes on a disk; below, a warning
SECRETS = ("credentials.json", postgres.SECRETS, "data/.env")  # in the local Label Studio's folder
HEAD = 200_000  # characters of a sheet in which a link is searched: each row has one
TIMEOUT = 1.0  # seconds to wait at an address that should not answer
RESTART = "stop it, and start it with `annotate studio start`"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check, and what to do about it; `code` is the exit code of a fault, else 0."""

    state: Literal["ok", "warning", "fault"]
    what: str
    finding: str
    todo: str = ""
    code: int = 0


def ok(what: str, finding: str) -> Check:
    """Return a check that passed."""
    return Check("ok", what, finding)


def warning(what: str, finding: str, todo: str) -> Check:
    """Return a check that needs attention."""
    return Check("warning", what, finding, todo)


def fault(what: str, finding: str, todo: str, *, code: int = 1) -> Check:
    """Return a check that failed."""
    return Check("fault", what, finding, todo, code)


def failed(what: str, error: AnnotateError, state: Literal["warning", "fault"] = "fault") -> Check:
    """Return the check that an error stopped: its message is what is wrong, a colon, and what to do."""
    finding, _, todo = str(error).partition(": ")
    return Check(state, what, finding, todo, error.exit_code if state == "fault" else 0)


def look_at_host(home: Path, exports: Path) -> Iterator[Check]:
    """Check the folders of the local Label Studio and of the exports, their secrets, and locks."""
    yield _folder("exports", exports)
    if home.exists():
        yield _folder("local Label Studio", home)
    for secret in (home, *(home / name for name in SECRETS), Path(".env")):
        if secret.exists():
            yield from _secret(secret)
    yield from _locks([*lock_folder().glob("*.lock"), home / "server.lock"])


def look_at_program() -> Check:
    """Check that a Label Studio is installed that this machine can start."""
    try:
        return ok("program", f"Label Studio is installed in {find_executable().parents[1]}")
    except AnnotateError as error:
        return failed("program", error, "warning")


def look_at_links(exports: Path, url: str) -> Check:
    """Check that links in sheets lead to the local Label Studio, whose port may have changed."""
    stale = []
    for sheet in sorted(exports.glob("*/claims.csv")):
        with sheet.open(encoding="utf-8", errors="replace") as file:
            link = re.search(rf"http://{re.escape(HOST)}:\d+(?=/projects/)", file.read(HEAD))
        if link and link[0] != url:
            stale.append(sheet.parent.name)
    if stale:
        finding = f"those in {', '.join(stale)} lead to another port than {url}"
        return warning("links", finding, "run `annotate report` again (--project names one of several)")
    return ok("links", f"those in {exports} lead to {url}")


def look_from_outside(server: Server, others: Iterable[str] | None = None) -> Iterator[Check]:
    """Check that a local Label Studio lets nobody in, by requests as a stranger would make them.

    `others` are addresses of this machine at which it must not answer, by default all but loopback.
    """
    addresses = own_addresses() if others is None else list(others)
    yield _network(server.port, addresses)
    if port := postgres.running_port(server.home):
        yield replace(_network(port, addresses), what="network of PostgreSQL")
    try:
        with WebSession(server.url) as stranger:
            yield _sign_up(stranger)
            yield _host_header(stranger)
            pages = stranger.get("/api/version").text + stranger.get("/user/login/").text
        with session(server.credentials) as user:
            pages += user.get("/projects/").text
    except AnnotateError as error:
        yield replace(failed("local Label Studio", error), code=1)
        return
    yield _telemetry(pages)


# --------------------------------------------------------------------------- folders, secrets, locks


def _folder(what: str, folder: Path) -> Check:
    """Check that a folder can be written to, and that its disk has free space."""
    place = folder
    while not place.exists():
        place = place.absolute().parent
    try:
        with tempfile.TemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        return fault(what, f"{folder} cannot be written to ({error.strerror})", "change its permissions")
    if free < LEAST_FREE:
        return warning(what, f"{folder}: {free / 1e6:,.0f} MB free on its disk", "free some space")
    return ok(what, f"{folder} can be written to; {free / 1e9:,.1f} GB free")


def _secret(place: Path) -> Iterator[Check]:
    """Check that only its owner can read a file or folder, and that git ignores it."""
    mode = stat.S_IMODE(place.stat().st_mode)
    if mode & 0o077:
        wanted = "700" if place.is_dir() else "600"
        yield fault(f"rights of {place}", f"others may read it (mode {mode:o})", f"chmod {wanted} {place}")
    else:
        yield ok(f"rights of {place}", f"only you can read it (mode {mode:o})")
    if is_ignored(place) is False:
        yield fault(f"git and {place}", "git would add it", f"name it in .gitignore: {place.name}")


def is_ignored(place: Path) -> bool | None:
    """Return whether git ignores a file; `None` without git or outside a checkout."""
    git = shutil.which("git")
    if not git:
        return None
    command = [git, "-C", str(place.absolute().parent), "check-ignore", "-q", place.name]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - fixed words and a path
    return {0: True, 1: False}.get(done.returncode)


def _locks(locks: Iterable[Path]) -> Iterator[Check]:
    """Report locks that another command has; those of dead processes do not count."""
    busy = []
    for lock in filter(Path.exists, locks):
        try:
            with FileLock(lock, timeout=0):
                pass
        except Timeout:
            busy.append(lock)
        except OSError as error:
            yield fault(
                "locks", f"{lock} cannot be locked ({error.strerror})", f"check who owns {lock.parent}"
            )
    for lock in busy:
        yield warning("locks", f"another command holds {lock}{_holder(lock)}", "wait for it, or end it")
    if not busy:
        yield ok("locks", "none is held")


def _holder(lock: Path) -> str:
    file = lock.with_suffix(".pid")
    return f" (process {file.read_text(encoding='utf-8').strip()[:20]})" if file.exists() else ""


# --------------------------------------------------------------------------- from outside


def own_addresses() -> list[str]:
    """Return the addresses of this machine that others may use, without loopback and link-local ones."""
    addresses = {
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family in {socket.AF_INET, socket.AF_INET6}
    }
    return sorted(a for a in addresses if not a.startswith(("127.", "::1", "fe80:", "169.254.", "0.")))


def _network(port: int, addresses: Iterable[str]) -> Check:
    tried = list(addresses)
    reached = [address for address in tried if _answers(address, port)]
    if reached:
        return fault("network", f"others reach the local Label Studio at {', '.join(reached)}", RESTART)
    return ok("network", f"no answer at {', '.join(tried) or 'other addresses (this machine has none)'}")


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=TIMEOUT).close()
    except OSError:
        return False
    return True


def _sign_up(stranger: WebSession) -> Check:
    """Try to sign up without an invitation, with a form so empty that it creates no user in any case."""
    stranger.get("/user/signup/")
    form = {"csrfmiddlewaretoken": stranger.cookies.get("csrftoken") or ""}
    status = stranger.post("/user/signup/", data=form).status_code
    if status == requests.codes.forbidden:
        return ok("sign-up", "refused without an invitation")
    return fault("sign-up", f"anybody may create a user (status {status})", RESTART)


def _host_header(stranger: WebSession) -> Check:
    """Make a request under another name, as a web page does whose name server points here."""
    status = stranger.get("/health", headers={"Host": "labels.example"}).status_code
    if status == requests.codes.bad_request:
        return ok("host header", "other names are refused")
    return warning("host header", f"other names are answered (status {status})", RESTART)


def _telemetry(pages: str) -> Check:
    """Check what the pages say about telemetry."""
    reports = {
        "usage figures": "collect_analytics = true" in pages or "collect_analytics: true" in pages,
        "error reports": "sentry_dsn: null" not in pages,
        "a check for new versions": '"latest_version_from_pypi": null' not in pages,
    }
    sent = [name for name, sends in reports.items() if sends]
    if sent:
        return warning("telemetry", f"it sends {', '.join(sent)}", RESTART)
    return ok("telemetry", "none: no usage figures, error reports or checks for new versions")
