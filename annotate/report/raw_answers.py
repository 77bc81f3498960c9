"""The raw answers of a project, `raw.json`: written as they are pulled, read, and kept as earlier pulls.

The file is JSON with one task per line, so that memory need not hold all tasks: its first line ends with
`OPENING`, its last line is `CLOSING`. A file of an earlier version is one line.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from annotate.errors import BadInput
from annotate.report.sheets import earlier, keep, keep_stream, refuse_link, replacing
from annotate.studio import Raw, Reading, answers_in, article_of, is_gold

RAW = "raw.json"
OPENING, BETWEEN, CLOSING = b'"tasks":[\n', b",\n", b"]}"
BATCH = 2_000  # tasks that are read at a time
PROGRESS_STEP = 100  # tasks between two steps of a progress bar


def write_pull(
    reading: Reading,
    folder: Path,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    see: Callable[[Mapping[str, Any]], None] = lambda task: None,
) -> Pulled:
    """Write the raw answers of a pull as they come, whole or not at all.

    Those that they replace are kept among the earlier pulls, unless the tasks are the same.

    Args:
        reading: the pull.
        folder: the project's folder.
        progress: called with the number of tasks that came, and about how many there are.
        see: called with each task that comes from the server, not from the last pull.

    Raises:
        AnnotateError: where a file cannot be written; the old one stays.
    """
    path = refuse_link(folder) / RAW
    with replacing(path) as file:
        for attempt in reading.attempts():
            file.seek(0)
            file.truncate()
            pulled = Pulled(path, reading.frame)
            tasks = pulled.indexing(_showing(attempt, see), file)
            for count, line in enumerate(_lines(reading.frame, tasks), 1):
                file.write(line)
                if count % PROGRESS_STEP == 0:
                    progress(count, max(count, reading.expected))
        file.flush()
        if not _same_tasks(path, Path(file.name)):  # otherwise `--since last` would find no change
            _keep_old(path, folder)
    return pulled


@dataclass
class Pulled:
    """Raw answers in a file, with the places in it of the tasks of each article that has answers.

    `foreign` counts the answers to tasks that were not sent from here.
    """

    path: Path
    frame: Raw
    foreign: int = 0
    places: dict[str, array[int]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)

    def indexing(self, tasks: Iterable[dict[str, Any]], file: IO[bytes]) -> Iterator[dict[str, Any]]:
        """Yield tasks that are about to be written, and note their places in the file."""
        for number, task in enumerate(tasks):
            if article := article_of(task):
                place = file.tell() + (len(BETWEEN) if number else 0)
                self.places.setdefault(article, array("q")).append(place)
                if answers_in(task, drafts=True):
                    self.answered.add(article)
            elif not is_gold(task):
                self.foreign += answers_in(task)
            yield task

    def batches(self, *, everything: bool = False) -> Iterator[Raw]:
        """Yield the raw answers of some articles at a time; those without answers only with `everything`."""
        with self.path.open("rb") as file:
            tasks: list[dict[str, Any]] = []
            for article in self.places if everything else filter(self.answered.__contains__, self.places):
                for place in self.places[article]:
                    file.seek(place)
                    tasks.append(json.loads(file.readline().rstrip(BETWEEN)))
                if len(tasks) >= BATCH:
                    yield {**self.frame, "tasks": tasks}
                    tasks = []
            yield {**self.frame, "tasks": tasks}


class LastPull:
    """The raw answers of the last pull, read a task at a time; what a next pull starts from (`Earlier`)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RAW
        self.frame: Raw = {}
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            self.frame = _frame_of(file) or {}

    def tasks(self) -> Iterator[dict[str, Any]]:
        """Yield its tasks, from the beginning."""
        if self.frame.get("tasks"):  # a file of an earlier version
            yield from self.frame["tasks"]
            return
        with self._path.open("rb") as file:
            file.readline()
            for line in (each.rstrip(BETWEEN) for each in file):
                if line != CLOSING:
                    task = _WrittenTask(json.loads(line.decode()))
                    task.line = line
                    yield task


def _showing(
    tasks: Iterable[dict[str, Any]], see: Callable[[Mapping[str, Any]], None]
) -> Iterator[dict[str, Any]]:
    """Yield tasks, and show those that come from the server."""
    for task in tasks:
        if not isinstance(task, _WrittenTask):
            see(task)
        yield task


class _WrittenTask(dict[str, Any]):
    """A task as it stood in a file, with its line there, which need not be made again."""

    line = b""


def keep_raw(raw: Raw, folder: Path) -> Path:
    """Keep raw answers among the earlier pulls, as a copy to go back to.

    Raises:
        AnnotateError: where it cannot be written.
    """
    content = b"".join(_lines(raw, raw["tasks"]))
    return keep(content, str(raw.get("pulled_at")), refuse_link(folder))


def read_raw(folder: Path, *, since: str = "") -> Raw:
    """Read the raw answers of the last pull, or of an earlier one (a date, a moment, or `last`).

    Raises:
        BadInput: where the file is missing or broken, or no earlier pull was kept from then.
    """
    path = folder / RAW
    if since:
        return _parsed(earlier(folder, since), path)
    try:
        return _parsed(path.read_bytes(), path)
    except FileNotFoundError:
        raise BadInput(f"{path} is missing: `annotate pull` fetches the answers first") from None


def _lines(frame: Raw, tasks: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the lines of a file of raw answers, one a task."""
    head = _json({name: value for name, value in frame.items() if name != "tasks"})
    yield head[:-1] + b"," * (len(head) > 2) + OPENING
    between = b""
    for task in tasks:
        yield between + (task.line if isinstance(task, _WrittenTask) else _json(task))
        between = BETWEEN
    yield between[1:] + CLOSING


def _json(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _same_tasks(one: Path, other: Path) -> bool:
    """Return whether two files of raw answers hold the same tasks, whenever they were pulled."""
    if not one.exists():
        return False
    with one.open("rb") as old, other.open("rb") as new:
        return all(file.readline().endswith(OPENING) for file in (old, new)) and all(
            before == after for before, after in zip_longest(old, new)
        )


def _keep_old(path: Path, folder: Path) -> None:
    """Keep the answers in a file among the earlier pulls; a broken file is not kept."""
    if path.exists():
        with path.open("rb") as file:
            frame = _frame_of(file)
            if frame is not None:
                file.seek(0)
                keep_stream(file, str(frame.get("pulled_at")), folder)


def _frame_of(file: IO[bytes]) -> Raw | None:
    """Read a file of raw answers but for its tasks; `None` where it is broken."""
    try:
        head = file.readline()
        if not head.endswith(OPENING):
            return _parsed(head + file.read(), Path(file.name))
        frame: Raw = json.loads(head + CLOSING)
        file.seek(-len(CLOSING), os.SEEK_END)
        return frame if file.read() == CLOSING else None
    except (ValueError, BadInput):
        return None


def _parsed(content: bytes, path: Path) -> Raw:
    try:
        raw = json.loads(content.decode("utf-8"))
    except ValueError as error:
        raise BadInput(f"{path} is damaged ({error}): `annotate pull` fetches it again") from error
    if not isinstance(raw, dict) or not {"project", "tasks"} <= raw.keys():
        raise BadInput(f"{path} has no answers: `annotate pull` fetches them again")
    return raw
