"""Locks of projects on this machine; the lock of a dead process does not count."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from annotate.errors import Conflict
from annotate.studio.api.client import Client

LOCK_PATIENCE = 5.0
PRIVATE = 0o600


def lock_folder() -> Path:
    """Return the folder of this user's locks."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "claimdesk"


class Busy(Conflict):
    """Another command has the lock; it may soon be free."""


@contextlib.contextmanager
def lock_project(
    client: Client, key: str, title: str, kind: Literal["push", "new"] = "push"
) -> Iterator[None]:
    """Lock a project, named by its key, against other pushes and adjudications from this machine.

    A lock of the kind `new` is for creating it or a part of it: two at once would create it twice.

    Raises:
        Busy: where another command has the lock, with its process.
    """
    folder = lock_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256(f"{client.url}\n{key}".encode()).hexdigest()
    name = f"{kind}-{digest[:16]}"
    holder = folder / f"{name}.pid"
    try:
        # A mode of its own also spares the lock's trial file, whose failures it keeps to itself.
        with FileLock(folder / f"{name}.lock", timeout=LOCK_PATIENCE, mode=PRIVATE):
            holder.write_text(str(os.getpid()), encoding="ascii")
            yield
    except Timeout:
        whose = holder.read_text(encoding="ascii") if holder.exists() else "unknown"
        why = f"another push into “{title}” runs (process {whose}): wait for it, then try again"
        raise Busy(why) from None
