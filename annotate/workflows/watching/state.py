"""What a watch remembers from one run to the next: one small file, replaced whole.

Label Studio holds the truth: where the file is lost or of another server, all articles are pushed once more,
which changes nothing there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

import annotate.report as tables
from annotate.errors import Conflict

FOLDER = "watch"  # below exports/
VERSION = 1
PRIVATE = 0o600
PATIENCE = 5.0  # seconds between two writes while articles are pushed


@dataclass
class State:
    """What was done: `seen` and `refused` by place, and by project what was there at its last pull.

    `seen` maps the place of an article (a path, an address) to the signature that it had when it was pushed
    and the key of its project; `refused` to the signature that it had when it could not be used. `pulled`
    maps the key of a project to what `annotate.studio.fingerprint` returned, `tasks` to its count of tasks.
    `pauses` maps an address that did not answer to its failures in a row, and when it may be asked again
    (seconds since 1970).
    """

    server: str = ""
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    pulled: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    pauses: dict[str, tuple[int, float]] = field(default_factory=dict)

    def of_server(self, server: str) -> None:
        """Forget all that another server had."""
        if self.server and self.server != server:
            self.seen, self.refused, self.pulled, self.tasks = {}, {}, {}, {}
        self.server = server

    def knows(self, where: str, signature: str) -> bool:
        """Return whether an article was pushed, or could not be used, as it is now."""
        return self.seen.get(where, ("",))[0] == signature or self.refused.get(where) == signature

    def forget_project(self, key: str) -> None:
        """Have the articles of a project looked at again."""
        self.seen = {where: each for where, each in self.seen.items() if each[1] != key}

    def keep_only(self, places: set[str]) -> None:
        """Forget places that are gone."""
        self.seen = {where: each for where, each in self.seen.items() if where in places}
        self.refused = {where: each for where, each in self.refused.items() if where in places}
        self.pauses = {where: each for where, each in self.pauses.items() if where in places}


class StateFile:
    """The file of one watch, named after what it watches and the project that it goes to."""

    def __init__(self, exports: Path, source: str, project: str | None) -> None:
        words = re.sub(r"\W+", "-", source.lower()).strip("-")[-40:].strip("-") or "watch"
        digest = hashlib.sha256(f"{source}\n{project or ''}".encode("utf-8", "replace")).hexdigest()[:8]
        self.path = exports / FOLDER / f"{words}-{digest}.json"
        self._written = b""
        self._last = float("-inf")

    def exists(self) -> bool:
        """Return whether a watch of the same was there before."""
        return self.path.exists()

    def read(self) -> State:
        """Return what the last watch remembered; a file that cannot be read is as none."""
        try:
            content = self.path.read_bytes()
            fields = json.loads(content)
            state = State(**{name: fields[name] for name in State.__dataclass_fields__})
            state.seen = {where: (each[0], each[1]) for where, each in state.seen.items()}
            state.pauses = {where: (each[0], each[1]) for where, each in state.pauses.items()}
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            return State()
        self._written = content
        return state

    def write(self, state: State, *, soon: bool = False) -> None:
        """Replace the file, where anything changed; with `soon` only if that was not done just now.

        Raises:
            AnnotateError: where it cannot be written.
        """
        if soon and time.monotonic() - self._last < PATIENCE:
            return
        content = json.dumps({"version": VERSION, **asdict(state)}).encode("ascii")
        if content != self._written:
            tables.replace_file(self.path, content)
            self._written, self._last = content, time.monotonic()

    @contextlib.contextmanager
    def locked(self, source: str) -> Iterator[None]:
        """Keep a second watch of the same away.

        Raises:
            Conflict: where one runs, with its process.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        holder = self.path.with_suffix(".pid")
        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=0, mode=PRIVATE):
                holder.write_text(str(os.getpid()), encoding="ascii")
                try:
                    yield
                finally:
                    holder.unlink(missing_ok=True)
        except Timeout:
            whose = holder.read_text(encoding="ascii") if holder.exists() else "unknown"
            raise Conflict(
                f"{source} is watched already (process {whose}): stop that watch first, or leave it at work"
            ) from None
