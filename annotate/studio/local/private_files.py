"""Files that only their owner may read, such as credentials, and the logs of servers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any


def read_json(file: Path) -> dict[str, Any]:
    """Return the object in a JSON file, empty if the file is missing or broken."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(file: Path, content: Mapping[str, object]) -> None:
    """Replace a JSON file whole or not at all, with mode 0600."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with create(new) as out:
        out.write(json.dumps(content, indent=2).encode())
    new.replace(file)


def create(file: Path, *, replace: bool = False) -> IO[bytes]:
    """Open a file to write, with mode 0600.

    Raises:
        FileExistsError: If the file exists, unless `replace`.
    """
    mode = os.O_TRUNC if replace else os.O_EXCL
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | mode, 0o600), "wb")


def log_end(log: Path, lines: int = 12) -> str:
    """Return the last lines of a server's log."""
    try:
        words = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "(no log)"
    return "\n".join(words.strip().splitlines()[-lines:]) or "(the log is empty)"
