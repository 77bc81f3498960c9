"""One writer a project on this machine; the lock of a dead process holds nobody."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from annotate.errors import Conflict
from annotate.studio.client import Client
from annotate.studio.projects import Project

LOCK_PATIENCE = 5.0


def lock_folder() -> Path:
    """Give the folder of this user's locks."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "claimdesk"


@contextlib.contextmanager
def writing_into(client: Client, project: Project) -> Iterator[None]:
    """Hold the one push or adjudication that this machine makes into a project.

    Raises:
        Conflict: where another one runs, with its process.
    """
    folder = lock_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256(f"{client.url}\n{project.number}".encode()).hexdigest()[:16]
    holder = folder / f"push-{name}.pid"
    try:
        with FileLock(folder / f"push-{name}.lock", timeout=LOCK_PATIENCE):
            holder.write_text(str(os.getpid()), encoding="ascii")
            yield
    except Timeout:
        whose = holder.read_text(encoding="ascii") if holder.exists() else "unknown"
        why = f"another push into “{project.title}” runs (process {whose}): wait for it, then try again"
        raise Conflict(why) from None
