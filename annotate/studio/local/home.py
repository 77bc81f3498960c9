"""The folder of a local Label Studio: its lock, database, first user, identity and address.

The identity (`identity.json`) distinguishes one server from another whatever its port: answers pulled from it
are recognized by it. It is created at a start, and belongs to the folder where it was created: a copy
elsewhere gets an identity of its own. A restore changes its state, since answers that were pulled before may
be newer.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from annotate.errors import AnnotateError, Conflict
from annotate.studio.local import postgres, sqlite
from annotate.studio.local.accounts import DOMAIN, Credentials
from annotate.studio.local.private_files import read_json, write_json
from annotate.studio.local.processes import HOST

FIRST_USER = "annotator"
CREDENTIALS = "credentials.json"
IDENTITY = "identity.json"

Database = Literal["sqlite", "postgres"]


@contextlib.contextmanager
def alone_in(home: Path, patience: float = 30) -> Iterator[None]:
    """Lock a local Label Studio's folder against other starts, stops, backups and restores.

    Raises:
        Conflict: If another one takes longer than `patience` seconds.
    """
    try:
        with FileLock(home / "server.lock", timeout=patience, mode=0o600):
            yield
    except Timeout:
        raise Conflict(
            f"another `annotate studio` command uses {home}: wait until it has ended, then try again"
        ) from None


def data_folder(home: Path) -> Path:
    """Return the data folder of a local Label Studio."""
    return home / "data"


def training_folder(home: Path) -> Path:
    """Return the folder of what the desk decided on the claims of training rounds; the server reads it."""
    return home / "training"


def sqlite_file(home: Path) -> Path:
    """Return the file in which a local Label Studio on SQLite keeps its labels."""
    return data_folder(home) / sqlite.FILE


def database_of(home: Path) -> Database | None:
    """Return the kind of database of a local Label Studio, `None` if it was never started."""
    if postgres.exists(home):
        return "postgres"
    return "sqlite" if sqlite_file(home).exists() else None


def credentials(home: Path) -> Credentials:
    """Return the first user of the local Label Studio.

    Raises:
        AnnotateError: If `credentials.json` is missing or broken.
    """
    saved = read_json(home / CREDENTIALS)
    if not saved:
        raise AnnotateError(f"{home / CREDENTIALS} is missing: `annotate studio start` creates it")
    return Credentials(saved["url"], saved["email"], saved["password"], saved["token"])


def credentials_for(home: Path, port: int) -> Credentials:
    """Return the first user with the address of `port`; new ones have no key yet."""
    saved = read_json(home / CREDENTIALS)
    return Credentials(
        url=f"http://{HOST}:{port}",
        email=saved.get("email") or f"{FIRST_USER}@{DOMAIN}",
        password=saved.get("password") or secrets.token_urlsafe(15),
        token=saved.get("token", ""),
    )


def address(home: Path) -> str:
    """Return the address of the local Label Studio, running or not; empty if it never ran."""
    saved = read_json(home / CREDENTIALS)
    return str(saved.get("url", "")) if saved.get("token") else ""


def identity(home: Path) -> str:
    """Return the identity of a local Label Studio, after a dot its state; empty before its first start."""
    saved = read_json(home / IDENTITY)
    return str(saved["id"]) if saved.get("home") == str(home.resolve()) else ""


def ensure_identity(home: Path) -> None:
    """Create the identity of a local Label Studio that has none."""
    if not identity(home):
        _write_identity(home, secrets.token_hex(8))


def change_state(home: Path) -> None:
    """Change the state of a local Label Studio that has an identity: its answers were restored."""
    if current := identity(home):
        _write_identity(home, f"{current.partition('.')[0]}.{secrets.token_hex(4)}")


def _write_identity(home: Path, name: str) -> None:
    write_json(home / IDENTITY, {"id": name, "home": str(home.resolve())})


def readdressed(raw: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Return raw answers with the current address of their server, if that is the local Label Studio.

    Links that are made from them then lead to it, whatever port it had when they were pulled.
    """
    server = str(raw.get("server", {}).get("id", "")).partition(".")[0]
    if not server or server != identity(home).partition(".")[0]:
        return dict(raw)
    return {**raw, "project": {**raw["project"], "url": address(home)}}
