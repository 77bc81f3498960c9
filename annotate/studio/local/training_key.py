"""What the pages of a local Label Studio may tell after a section of a training round, in its folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotate.studio.local.home import training_folder
from annotate.studio.local.private_files import read_json, write_json

KEY = "key.json"
FIRST = "first-{}.json"  # the first answer to a task, by its number, as `claimdesk_training` notes it


def write_key(home: Path, project: int, key: Mapping[str, Any]) -> None:
    """Write what the desk decided on the claims of a project; only the folder's owner can read it."""
    folder = training_folder(home) / str(project)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if read_json(folder / KEY) != key:
        write_json(folder / KEY, key)


def first_answers(home: Path, project: int) -> dict[str, dict[str, Any]]:
    """Return the first answers to the tasks of a project that the server noted, by the task's number."""
    files = (training_folder(home) / str(project)).glob(FIRST.format("*"))
    notes = {file.stem.removeprefix("first-"): read_json(file) for file in files}
    return {task: note for task, note in notes.items() if note}
