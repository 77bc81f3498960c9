"""The folder of a local Label Studio: who holds it, its first user, its identity, and its address.

The identity (`identity.json`) tells one server from another whatever port it has: answers pulled from it are
recognized by it. It is made at a start, and belongs to the folder where it was made: a copy elsewhere gets
one of its own. A restore gives it another state, since answers that were pulled before may be newer.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from annotate.errors import AnnotateError, Conflict
from annotate.studio.local.accounts import DOMAIN, Credentials
from annotate.studio.local.private_files import read_json, write_json
from annotate.studio.local.processes import HOST

FIRST_USER = "annotator"
CREDENTIALS = "credentials.json"
IDENTITY = "identity.json"


@contextlib.contextmanager
def alone_in(home: Path, patience: float = 30) -> Iterator[None]:
    """Hold a local Label Studio's folder against other starts, stops, backups and restores.

    Raises:
        Conflict: where another one takes longer than `patience` seconds.
    """
    try:
        with FileLock(home / "server.lock", timeout=patience, mode=0o600):
            yield
    except Timeout:
        raise Conflict(
            f"another `annotate studio` holds {home}: wait for it, or end it, and try again"
        ) from None


def credentials(home: Path) -> Credentials:
    """Return the first user of the local Label Studio.

    Raises:
        AnnotateError: where `credentials.json` is missing or broken.
    """
    held = read_json(home / CREDENTIALS)
    if not held:
        raise AnnotateError(f"{home / CREDENTIALS} is missing: `annotate studio start` makes it")
    return Credentials(held["url"], held["email"], held["password"], held["token"])


def credentials_for(home: Path, port: int) -> Credentials:
    """Return the first user, who is to log in at `port`."""
    held = read_json(home / CREDENTIALS)
    return Credentials(
        url=f"http://{HOST}:{port}",
        email=held.get("email") or f"{FIRST_USER}@{DOMAIN}",
        password=held.get("password") or secrets.token_urlsafe(15),
        token=held.get("token", ""),
    )


def address(home: Path) -> str:
    """Return the address of the local Label Studio, running or not; empty where it never ran."""
    held = read_json(home / CREDENTIALS)
    return str(held.get("url", "")) if held.get("token") else ""


def identity(home: Path) -> str:
    """Return the identity of a local Label Studio, after a dot its state; empty before its first start."""
    held = read_json(home / IDENTITY)
    return str(held["id"]) if held.get("home") == str(home.resolve()) else ""


def ensure_identity(home: Path) -> None:
    """Make the identity of a local Label Studio where it has none."""
    if not identity(home):
        _write_identity(home, secrets.token_hex(8))


def change_state(home: Path) -> None:
    """Change the state of a local Label Studio that has an identity: its answers were restored."""
    if held := identity(home):
        _write_identity(home, f"{held.partition('.')[0]}.{secrets.token_hex(4)}")


def _write_identity(home: Path, name: str) -> None:
    write_json(home / IDENTITY, {"id": name, "home": str(home.resolve())})


def readdressed(raw: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Return raw answers with the address that their server has now, where that is the local Label Studio.

    Links that are made from them then lead to it, whatever port it had when they were pulled.
    """
    pulled_from = str(raw.get("server", {}).get("id", "")).partition(".")[0]
    if not pulled_from or pulled_from != identity(home).partition(".")[0]:
        return dict(raw)
    return {**raw, "project": {**raw["project"], "url": address(home)}}
