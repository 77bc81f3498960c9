"""Suggestions learn from what the desk settled; kept only where they get better on claims held out."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import annotate.report as tables
from annotate.article import choose
from annotate.config import Settings, load_settings
from annotate.workflows.progress import SILENT, Progress


@dataclass(frozen=True, slots=True)
class LearnResult:
    """What was learnt, with its figures; `kept` is the file that holds it, `None` where it is not kept.

    `in_use` is the file of an earlier model of the desk that stays in use otherwise, `None` without one.
    """

    learnt: tables.Learnt
    kept: Path | None
    in_use: Path | None


def learn(
    projects: Sequence[str] = (),
    *,
    dry_run: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> LearnResult:
    """Fit the suggestions to the judgements that were pulled, and keep the model where it is better.

    Args:
        projects: titles; by default all projects that were pulled.
        dry_run: compute the figures and keep nothing.
        settings: of the desk; `suggester`, `consensus` and `exports` count here.
        progress: receives notes.

    Raises:
        BadInput: where nothing was pulled, or too few claims are settled.
    """
    desk = settings or load_settings()
    shipped = choose(desk.suggester)
    if shipped.why_not:
        progress.note(f"Training starts from {shipped.name}: {shipped.why_not}.")
    with progress.wait("Learning from the judgements ..."):
        folders = tables.pulled_folders(desk.exports, projects)
        raws = (tables.read_raw(folder) for folder in folders)
        lessons = [lesson for raw in raws for lesson in tables.lessons_of(raw, method=desk.consensus)]
        learnt = tables.learn(lessons, shipped, date=f"{datetime.date.today():%Y-%m-%d}")
    path = desk.model_file
    in_use = path if path.exists() else None
    keep = learnt.better and not dry_run
    return LearnResult(learnt, tables.write_model(learnt.model, path) if keep else None, in_use)


def forget(settings: Settings | None = None) -> bool:
    """Return to the shipped suggestions; false where nothing was learnt. The model stays as a backup file."""
    return tables.forget_model((settings or load_settings()).model_file)
