"""Answers from Label Studio: into a project's folder, and from there into frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

import annotate.report as tables
from annotate import studio
from annotate.config import Settings, load_settings
from annotate.errors import AnnotateError
from annotate.workflows.desk import Connection, connect
from annotate.workflows.memory.beside import VectorsBeside
from annotate.workflows.memory.keeping import remember
from annotate.workflows.progress import SILENT, Progress


@dataclass(frozen=True)
class PullResult:
    """The answers of a project, as they are in its `folder` now.

    `summary` says in words what was counted. `read` of the `total` tasks were read from the server; the
    others have not changed since the pull before.
    """

    title: str
    folder: Path
    summary: str
    read: int
    total: int

    @cached_property
    def raw(self) -> Mapping[str, Any]:
        """The raw answers: `project`, `users`, `tasks` (Label Studio's JSON export) and others."""
        return tables.read_raw(self.folder)


Pulled = PullResult | Path | str | Mapping[str, Any]


def pull(
    project: str | None = None,
    *,
    full: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> PullResult:
    """Fetch the answers of a project: raw answers and `judgements.csv`, one row per answer.

    Args:
        project: its title; not needed where there is only one.
        full: read all tasks, not only those that changed since the last pull.
        settings: of the desk; by default those of the current folder.
        progress: receives notes and the count of tasks.

    Raises:
        BadInput: where there is no such project.
        Conflict: where a title is needed to choose.
        KeyRefused, Unreachable: as `connect`.
    """
    desk = settings or load_settings()
    connection = connect(desk, progress=progress)
    match = studio.find_project(connection.client, project, training=True)
    progress.note(f"Fetching the answers of “{match.title}” ...")
    folder = tables.project_folder(desk.exports, match.key)
    return pull_into(folder, connection, match, full=full, settings=desk, progress=progress)


def pull_into(
    folder: Path,
    connection: Connection,
    project: studio.Project,
    *,
    full: bool,
    settings: Settings,
    progress: Progress,
) -> PullResult:
    """Bring the folder of a project up to date, and what the desk remembers of it."""
    with VectorsBeside(settings, folder) as beside:
        with progress.count("fetching tasks") as count:
            before, clients = tables.LastPull(folder), connection.clients
            reading = studio.begin(connection.client, project, before=before, full=full, clients=clients)
            pulled = tables.write_pull(reading, folder, progress=count, see=beside.see)
            if reading.anew < reading.total:
                progress.note(
                    f"{reading.anew:,} of {reading.total:,} tasks read: the others have not changed since "
                    "the last pull (--full reads all)."
                )
            summary = tables.write_judgements(pulled, folder, notify=progress.note)
        if not project.is_training:
            remember(pulled, folder, project.title, settings, progress, beside=beside)
    return PullResult(project.title, folder, summary, reading.anew, reading.total)


def pull_after(
    folder: Path,
    connection: Connection,
    project: studio.Project,
    settings: Settings,
    progress: Progress,
    *,
    saved: str,
) -> None:
    """Pull, so that a report shows what was written; it is `saved` even if that fails."""
    try:
        pull_into(folder, connection, project, full=False, settings=settings, progress=progress)
    except (AnnotateError, OSError) as error:
        progress.note(f"{saved}; run `annotate pull` before `annotate report` ({error})")


def claims_frame(pulled: Pulled) -> pd.DataFrame:
    """Return one row per claim, articles in the order they were sent, claims in reading order.

    Args:
        pulled: what `pull` returned, the folder of a project that was pulled, or raw answers.

    Returns:
        The columns of `annotate.report.frames.judgements.CLAIM_COLUMNS`, which describes each.

    Raises:
        BadInput: where the answers cannot be read.
    """
    return tables.claims_frame(_raw(pulled))


def judgements_frame(pulled: Pulled) -> pd.DataFrame:
    """Return one row per answer, by claim in reading order, then annotator, then time.

    Only rows whose `counted` is `yes` are votes.

    Args:
        pulled: what `pull` returned, the folder of a project that was pulled, or raw answers.

    Returns:
        The columns of `annotate.report.frames.judgements.JUDGEMENTS_COLUMNS`, which describes each.

    Raises:
        BadInput: where the answers cannot be read.
    """
    return tables.judgements_frame(_raw(pulled))


def _raw(pulled: Pulled) -> Mapping[str, Any]:
    if isinstance(pulled, PullResult):
        return pulled.raw
    return pulled if isinstance(pulled, Mapping) else tables.read_raw(Path(pulled))
