"""What stands on this machine: folders, secrets, locks, and the local Label Studio as seen from outside."""

from __future__ import annotations

import contextlib
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

import requests
from filelock import FileLock, Timeout

from annotate.errors import AnnotateError
from annotate.studio.api import lock_folder
from annotate.studio.local import HOST, Server, WebSession, postgres, session

LEAST_FREE = 500_000_000  # bytes on a disk; below, a warning
SECRETS = ("credentials.json", postgres.SECRETS, "data/.env")  # in the local Label Studio's folder
FAR = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # addresses of nobody
LOOKED_AT = 200_000  # characters of a sheet: each row has a link
KNOCK = 1.0  # seconds to wait at a door that should be shut


@dataclass(frozen=True, slots=True)
class Check:
    """What was found, and what to do about it; `code` is the exit code of a fault, else 0."""

    state: Literal["ok", "warning", "fault"]
    what: str
    found: str
    todo: str = ""
    code: int = 0


def ok(what: str, found: str) -> Check:
    """Return a check that came out well."""
    return Check("ok", what, found)


def warning(what: str, found: str, todo: str) -> Check:
    """Return a check that needs a look."""
    return Check("warning", what, found, todo)


def fault(what: str, found: str, todo: str, *, code: int = 1) -> Check:
    """Return a check that failed."""
    return Check("fault", what, found, todo, code)


def look_at_premises(home: Path, exports: Path) -> Iterator[Check]:
    """Check the folders of the local Label Studio and of the exports, what is secret in them, and locks."""
    yield _folder("exports", exports)
    if home.exists():
        yield _folder("local Label Studio", home)
    secrets = (home, *(home / name for name in SECRETS), Path(".env"))
    for secret in secrets:
        if secret.exists():
            yield from _secret(secret)
    yield from _locks([*lock_folder().glob("*.lock"), home / "server.lock"])


def look_at_links(exports: Path, url: str) -> Check:
    """Check that links in sheets lead to the local Label Studio, which may have another port by now."""
    stale = []
    for sheet in sorted(exports.glob("*/claims.csv")):
        with sheet.open(encoding="utf-8", errors="replace") as file:
            led = re.search(rf"http://{re.escape(HOST)}:\d+(?=/projects/)", file.read(LOOKED_AT))
        if led and led[0] != url:
            stale.append(sheet.parent.name)
    if stale:
        found = f"those in {', '.join(stale)} lead to another port than {url}"
        return warning("links", found, "`annotate report` writes them anew (--project names one of several)")
    return ok("links", f"those in {exports} lead to {url}")


def look_from_outside(server: Server, others: Iterable[str] | None = None) -> Iterator[Check]:
    """Prove that a local Label Studio lets nobody in: by knocking at its doors, as a stranger would.

    `others` are addresses of this machine under which it must not answer, by default all but loopback.
    """
    addresses = own_addresses() if others is None else list(others)
    yield _interfaces(server.port, addresses)
    if port := postgres.running_port(server.home):
        yield replace(_interfaces(port, addresses), what="network of PostgreSQL")
    try:
        with WebSession(server.url) as stranger:
            yield _sign_up(stranger)
            yield _host(stranger)
            told = stranger.get("/api/version").text + stranger.get("/user/login/").text
        with session(server.credentials) as user:
            told += user.get("/projects/").text
    except AnnotateError as error:
        yield fault("local Label Studio", *str(error).split(": ", 1))
        return
    yield _silence(told)


# --------------------------------------------------------------------------- folders, secrets, locks


def _folder(what: str, folder: Path) -> Check:
    """Check that a folder can be written to, and that its disk has room."""
    place = folder
    while not place.exists():
        place = place.absolute().parent
    try:
        with tempfile.TemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        return fault(what, f"{folder} cannot be written to ({error.strerror})", "give yourself the right to")
    if free < LEAST_FREE:
        return warning(what, f"{folder}: {free / 1e6:,.0f} MB left on its disk", "free some space")
    return ok(what, f"{folder} can be written to; {free / 1e9:,.1f} GB free")


def _secret(place: Path) -> Iterator[Check]:
    """Check that only its owner reads a file or folder, and that git does not take it up."""
    mode = stat.S_IMODE(place.stat().st_mode)
    wanted = "700" if place.is_dir() else "600"
    if mode & 0o077:
        yield fault(f"rights of {place}", f"others may read it (mode {mode:o})", f"chmod {wanted} {place}")
    else:
        yield ok(f"rights of {place}", f"yours alone (mode {mode:o})")
    if is_ignored(place) is False:
        yield fault(f"git and {place}", "git would take it up", f"name it in .gitignore: {place.name}")


def is_ignored(place: Path) -> bool | None:
    """Return whether git ignores a file; nothing where there is no git, or no checkout around it."""
    git = shutil.which("git")
    if not git:
        return None
    asked = [git, "-C", str(place.absolute().parent), "check-ignore", "-q", place.name]
    done = subprocess.run(asked, capture_output=True, check=False)  # noqa: S603 - fixed words and a path
    return {0: True, 1: False}.get(done.returncode)


def _locks(locks: Iterable[Path]) -> Iterator[Check]:
    """Tell of locks that somebody holds; what a dead process left holds nobody."""
    held = []
    for lock in locks:
        if lock.exists():
            try:
                with FileLock(lock, timeout=0):
                    pass
            except Timeout:
                held.append(lock)
            except OSError as error:
                yield fault(
                    "locks", f"{lock} cannot be locked ({error.strerror})", f"see who owns {lock.parent}"
                )
    for lock in held:
        yield warning("locks", f"another command holds {lock}{_holder(lock)}", "wait for it, or end it")
    if not held:
        yield ok("locks", "none is held")


def _holder(lock: Path) -> str:
    beside = lock.with_suffix(".pid")
    return f" (process {beside.read_text(encoding='utf-8').strip()[:20]})" if beside.exists() else ""


# --------------------------------------------------------------------------- from outside


def own_addresses() -> list[str]:
    """Return the addresses of this machine that others may know, without loopback and link-local ones."""
    found: set[str] = set()
    for family, far in FAR.items():
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))  # nothing is sent: only the way is looked up
                found.add(probe.getsockname()[0])
        except OSError:
            continue
    with contextlib.suppress(OSError):
        found |= {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None)}
    return sorted(address for address in found if not address.startswith(("127.", "::1", "fe80:", "0.")))


def _interfaces(port: int, addresses: Iterable[str]) -> Check:
    reached, tried = [], list(addresses)
    for address in tried:
        try:
            socket.create_connection((address, port), timeout=KNOCK).close()
            reached.append(address)
        except OSError:
            continue
    if reached:
        todo = "stop it, and start it with `annotate studio start`"
        return fault("network", f"others reach the local Label Studio at {', '.join(reached)}", todo)
    return ok("network", f"no answer at {', '.join(tried) or 'other addresses (this machine has none)'}")


def _sign_up(stranger: WebSession) -> Check:
    """Ask to be let in without an invitation, with a form so empty that it makes no user in any case."""
    stranger.get("/user/signup/")
    form = {"csrfmiddlewaretoken": stranger.cookies.get("csrftoken") or ""}
    status = stranger.post("/user/signup/", data=form).status_code
    if status == requests.codes.forbidden:
        return ok("sign-up", "refused without an invitation")
    todo = "stop it, and start it with `annotate studio start`"
    return fault("sign-up", f"anybody may make a user (status {status})", todo)


def _host(stranger: WebSession) -> Check:
    """Ask under another name, as a page does that a stranger's name server sends here."""
    status = stranger.get("/health", headers={"Host": "labels.example"}).status_code
    if status == requests.codes.bad_request:
        return ok("host header", "other names are refused")
    todo = "stop it, and start it with `annotate studio start`"
    return warning("host header", f"other names are answered (status {status})", todo)


def _silence(told: str) -> Check:
    """Look at what the pages say of telemetry."""
    signs = {
        "usage figures": "collect_analytics = true" in told or "collect_analytics: true" in told,
        "error reports": "sentry_dsn: null" not in told,
        "a look for new versions": '"latest_version_from_pypi": null' not in told,
    }
    loud = [name for name, sends in signs.items() if sends]
    if loud:
        todo = "stop it, and start it with `annotate studio start`"
        return warning("telemetry", f"it sends {', '.join(loud)}", todo)
    return ok("telemetry", "none: no usage figures, error reports or look for new versions")
