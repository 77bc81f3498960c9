"""An editor's sheet: compared with what Label Studio holds, then written into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import annotate.report as tables
from annotate import studio
from annotate.config import Settings
from annotate.errors import AnnotateError, BadInput
from annotate.workflows.desk import connect, load_settings
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.pulling import pull_into


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

    Rows that are refused change nothing; the same sheet can be used again.

    Args:
        file: `claims.csv` or `disputes.csv` with `final_label` and others filled in, or as .xlsx or .ods.
        project: its title; by default the project beside the sheet, else the one that holds its claims.
        dry_run: compare, and write nothing.
        settings: of the desk; `consensus` says how the labels in the sheet came about.
        progress: receives the review before anything is written, and notes.

    Raises:
        BadInput: where the sheet cannot be read, or no row decides anything.
        Conflict: where the project cannot be told from the claims.
        KeyRefused, Unreachable: as `connect`.
    """
    desk, file = settings or load_settings(), Path(file)
    sheet = tables.read_edited_sheet(file)
    connection = connect(desk, progress=progress)
    client, ids = connection.client, list(sheet.frame["claim_id"].dropna())
    match, folder = _project_of(client, desk.exports, file, ids, project)
    with progress.wait(f"Comparing with the answers of “{match.title}” ..."):
        raw = studio.pull_project(client, match, before=tables.LastPull(folder), full=True)
        answers = tables.read_answers(raw)
        editor, written = tables.annotator_name(raw, client.me()), tables.written_into(file, folder)
        review = tables.review(
            sheet.frame, answers, editor=editor, lossy=sheet.lossy, method=desk.consensus, written=written
        )
    if not (review.accepted or review.refused or review.unchanged):
        raise BadInput(
            f"{file}: no row decides anything: fill the column final_label (or edit editor_note, source, "
            "source_kind, evidence), save, and try again"
        )
    words = dict(zip(answers.claims["claim_id"], answers.claims["claim"], strict=True))
    progress.reviewed(review, sheet=file.name, claims=words)
    if review.accepted and not dry_run:
        with progress.count("writing decisions") as count:
            studio.record(client, match, raw["tasks"], review.accepted, progress=count)
    if (review.accepted or review.unchanged) and not dry_run:
        try:
            pull_into(folder, connection, match, full=False, progress=progress)
        except (AnnotateError, OSError) as error:
            progress.note(f"The decisions are saved; run `annotate pull` before `annotate report` ({error})")
    return AdjudicationResult(match.title, review, bool(review.accepted) and not dry_run)


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
