"""One writer a project on this machine; the lock of a dead process holds nobody."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from annotate.errors import Conflict
from annotate.studio.api.client import Client

LOCK_PATIENCE = 5.0
PRIVATE = 0o600


def lock_folder() -> Path:
    """Return the folder of this user's locks."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "claimdesk"


class Named(Protocol):
    """What a push writes into."""

    @property
    def key(self) -> str:
        """What it is found by, in all its parts."""

    @property
    def title(self) -> str:
        """What a person calls it."""


def writing_into(client: Client, project: Named) -> contextlib.AbstractContextManager[None]:
    """Hold the one push or adjudication that this machine makes into a project.

    Raises:
        Conflict: where another one runs, with its process.
    """
    return _alone("push", f"{client.url}\n{project.key}", project.title)


def making(client: Client, key: str, title: str) -> contextlib.AbstractContextManager[None]:
    """Hold the one push that makes a project: two at once would make two of it.

    Raises:
        Conflict: where another one is at it, with its process.
    """
    return _alone("new", f"{client.url}\n{key}", title)


@contextlib.contextmanager
def _alone(kind: str, what: str, title: str) -> Iterator[None]:
    folder = lock_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{kind}-{hashlib.sha256(what.encode()).hexdigest()[:16]}"
    holder = folder / f"{name}.pid"
    try:
        # A mode of its own also spares the lock's trial file, whose failures it keeps to itself.
        with FileLock(folder / f"{name}.lock", timeout=LOCK_PATIENCE, mode=PRIVATE):
            holder.write_text(str(os.getpid()), encoding="ascii")
            yield
    except Timeout:
        whose = holder.read_text(encoding="ascii") if holder.exists() else "unknown"
        why = f"another push into “{title}” runs (process {whose}): wait for it, then try again"
        raise Conflict(why) from None
