"""Pulls that are in memory, and files of such pulls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from annotate.report import write_judgements, write_pull
from annotate.report.raw_answers import Pulled
from annotate.studio import Reading


@dataclass(frozen=True)
class InMemory:
    """What `pull_project` returned, to begin another pull with or to write into a file."""

    frame: Mapping[str, Any]
    expected = 0

    def tasks(self) -> Iterator[dict[str, Any]]:
        return iter(self.frame["tasks"])

    def attempts(self) -> Iterator[Iterator[dict[str, Any]]]:
        yield self.tasks()


def written(raw: Mapping[str, Any], folder: Path) -> Pulled:
    """Write raw answers into a project's folder as a pull does."""
    return write_pull(cast("Reading", InMemory(raw)), folder)


def write_raw(raw: Mapping[str, Any], folder: Path) -> Path:
    """Write raw answers as a pull does, and return the path of their file."""
    return written(raw, folder).path


def write_both(raw: Mapping[str, Any], folder: Path) -> str:
    """Write raw answers and `judgements.csv` as a pull does, and return what was counted."""
    return write_judgements(written(raw, folder), folder)


def project_folders(exports: Path) -> list[Path]:
    """Return the folders of projects in a folder of exports; those of the whole desk have a dot in their names."""
    return [path for path in sorted(exports.iterdir()) if "." not in path.name]
