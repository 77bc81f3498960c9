"""An editor's sheet: compared with what Label Studio holds, then written into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import annotate.report as tables
from annotate import studio
from annotate.config import Settings, load_settings
from annotate.errors import BadInput
from annotate.workflows.desk import connect, editor_name
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.pulling import pull_after


@dataclass(frozen=True, slots=True)
class AdjudicationResult:
    """What a sheet decided in the project `title`: rows accepted, refused and unchanged, with reasons.

    `written` says whether the accepted ones are in Label Studio; not in a dry run.
    """

    title: str
    review: tables.Adjudication
    written: bool


def adjudicate(
    file: Path | str,
    *,
    project: str | None = None,
    dry_run: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> AdjudicationResult:
    """Write an editor's decisions from a sheet into Label Studio, then pull, so that a report shows them.

    Args:
        file: `desk.xlsx`, `claims.csv`, `disputes.csv` or `checks.csv` with `decision`, `check` or others
            filled in, in any format that a spreadsheet program saves.
        project: its title; by default the project beside the sheet, else the one that holds its claims.
        dry_run: compare, and write nothing.

    Raises:
        BadInput: where the sheet cannot be read, or no row decides anything.
        Conflict: where the project cannot be told from the claims.
    """
    desk, file = settings or load_settings(), Path(file)
    sheet = tables.read_edited_sheet(file)
    connection = connect(desk, progress=progress)
    ids = list(sheet.frame["claim_id"].dropna())
    match, folder = _project_of(connection.client, desk.exports, file, ids, project)
    with progress.wait(f"Comparing with the answers of “{match.title}” ..."):
        raw = studio.pull_project(connection.client, match, before=tables.LastPull(folder), full=True)
        editor = editor_name(connection, raw["users"], desk)
        review, claims = _compare(sheet, raw, editor=editor, file=file, folder=folder, settings=desk)
    _refuse_undecided(review, file)
    progress.reviewed(review, sheet=file.name, claims=claims)
    if dry_run:
        return AdjudicationResult(match.title, review, written=False)
    if review.accepted and not desk.editor:
        progress.note(f"You decide as “{editor}”: --editor or ANNOTATE_EDITOR gives another name.")
    if review.accepted:
        client, tasks = connection.client, raw["tasks"]
        with progress.count("writing decisions") as count:
            studio.record(client, match, tasks, review.accepted, editor=editor, progress=count)
    if review.accepted or review.unchanged:
        pull_after(folder, connection, match, desk, progress, saved="The decisions are saved")
    return AdjudicationResult(match.title, review, written=bool(review.accepted))


def _compare(
    sheet: tables.EditedSheet, raw: studio.Raw, *, editor: str, file: Path, folder: Path, settings: Settings
) -> tuple[tables.Adjudication, Mapping[str, str]]:
    """Return what a sheet decides, and the words of the claims by id."""
    answers, written = tables.read_answers(raw), tables.written_into(file, folder, sheet.original)
    review = tables.review(
        sheet.frame,
        answers,
        editor=editor,
        lossy=sheet.lossy,
        method=settings.consensus,
        written=written,
    )
    return review, dict(zip(answers.claims["claim_id"], answers.claims["claim"], strict=True))


def _refuse_undecided(review: tables.Adjudication, file: Path) -> None:
    if not (review.accepted or review.refused or review.unchanged):
        raise BadInput(
            f"{file}: no row decides anything: fill the column decision (or edit note, source, "
            "source_kind, evidence, check, assignee), save, and try again"
        )


def _project_of(
    client: studio.Client, exports: Path, file: Path, claim_ids: Sequence[str], title: str | None
) -> tuple[studio.Project, Path]:
    """Return a sheet's project and its folder: as named, beside the sheet, else by its claims."""
    beside = file.parent if (file.parent / "raw.json").exists() else None
    if title is None and (folder := beside or tables.folder_of_claims(exports, claim_ids)):
        title = str(tables.read_raw(folder)["project"]["title"])
    match = studio.find_project(client, title) if title else studio.project_of_claims(client, claim_ids)
    if beside and tables.read_raw(beside)["project"].get("key") == match.key:
        return match, beside
    return match, tables.project_folder(exports, match.key)
