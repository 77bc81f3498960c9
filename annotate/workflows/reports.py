"""Tables, page and figures from the answers that were pulled; no server is needed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

import annotate.report as tables
from annotate.config import Settings, codebook, load_settings
from annotate.errors import BadInput
from annotate.studio import readdressed
from annotate.workflows.gold import decided_now
from annotate.workflows.language_model.comparing import compare_suggesters
from annotate.workflows.memory.recall import Recall
from annotate.workflows.progress import SILENT, Progress


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The files of a report, and its `figures` as `agreement.json` has them."""

    folder: Path
    paths: tuple[Path, ...]
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The program measured against a desk: `figures` as `annotate.report.evaluate` returns them."""

    title: str
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeedbackResult:
    """The feedback to annotators of a project, by name; to one where one was named.

    `frame` has a row for each difference, `people` one for each annotator; see `FEEDBACK_COLUMNS` and
    `PEOPLE_COLUMNS` in `annotate.report.feedback`. `paths` are the pages that were written.
    """

    title: str
    folder: Path
    feedback: Mapping[str, tables.Feedback]
    paths: tuple[Path, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """The differences, as a frame."""
        return tables.feedback_frame(self.feedback.values())

    @property
    def people(self) -> pd.DataFrame:
        """How many claims each annotator judged, and how often the desk agrees, as a frame."""
        return tables.people_frame(self.feedback.values())


def report(
    project: str | None = None,
    *,
    since: str = "",
    mail: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> ReportResult:
    """Write the tables, the page and the figures of a project into its folder.

    Args:
        project: its title; not needed where only one was pulled.
        since: a date, a moment or `last`: also write what changed since that earlier pull.
        mail: also write `report.mail.html`, a copy of the page for other computers, without links to Label
            Studio. Without it an earlier copy is removed, since it would be out of date.
        settings: of the desk; `consensus`, `check_weights`, `formats` and `exports` count here.
        progress: receives notes on sheets that somebody edited.

    Raises:
        BadInput: where nothing was pulled, or the answers cannot be used.
        Conflict: where a title is needed to choose.
    """
    desk = settings or load_settings()
    folder = tables.pulled_folder(desk.exports, project)
    memory = Recall(desk, progress=progress)
    with progress.wait("Computing tables and page ..."):
        before = tables.read_raw(folder, since=since) if since else None
        raw = readdressed(tables.read_raw(folder), desk.studio_home)
        paths = tables.write_tables(
            raw,
            folder,
            method=desk.consensus,
            weights=desk.check_weights,
            before=before,
            mail=mail,
            recall=lambda answers: memory.of_project(answers, folder.name),
            decided=partial(decided_now, desk.exports),
            formats=desk.formats,
            notify=progress.note,
        )
    figures = json.loads((folder / "agreement.json").read_text(encoding="utf-8"))
    return ReportResult(folder, tuple(paths), figures)


def report_all(
    *,
    judgements: Path | None = None,
    dask: str | None = None,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> list[Path]:
    """Write the figures of all projects together: by week, annotator, source and codebook.

    Args:
        judgements: a folder of Parquet files of judgements to read instead of the last pulls.
        dask: address of a Dask cluster, one of whose machines is to count them.
        settings: of the desk; by default those of the current folder.
        progress: receives notes and the count of projects or files.

    Returns:
        The paths of the tables.

    Raises:
        BadInput: where nothing was pulled, or no file can be read.
    """
    desk = settings or load_settings()
    with progress.count(f"adding up {'files' if judgements else 'projects'}") as count:
        return tables.write_desk(
            desk.exports, judgements=judgements, dask=dask, notify=progress.note, progress=count
        )


def feedback(
    name: str | None = None,
    *,
    project: str | None = None,
    pages: bool = False,
    with_names: bool = False,
    settings: Settings | None = None,
) -> FeedbackResult:
    """Compare the answers of annotators with what the desk decided: an editor, or else most annotators.

    Args:
        name: the name or e-mail of one annotator; without it all are compared.
        project: its title; not needed where only one was pulled.
        pages: also write a page for each into `feedback/` in the folder of the project.
        with_names: the pages also say who of the others answered what.
        settings: of the desk; `consensus` and `exports` count here.

    Raises:
        BadInput: where nothing was pulled, or nobody of this name has answered.
        Conflict: where a title is needed to choose, or several people have this name.
    """
    desk = settings or load_settings()
    folder = tables.pulled_folder(desk.exports, project)
    answers = tables.read_answers(tables.read_raw(folder))
    everybody = tables.feedback_of_all(
        answers, codebook=codebook().text, aliases=tables.our_aliases(), method=desk.consensus
    )
    names = [tables.find_person(name, answers.project, everybody)] if name is not None else list(everybody)
    chosen = {each: everybody[each] for each in names}
    paths = feedback_pages(folder, everybody, answers, only=chosen, with_names=with_names) if pages else ()
    return FeedbackResult(answers.project.title, folder, chosen, tuple(paths))


def feedback_pages(
    folder: Path,
    everybody: Mapping[str, tables.Feedback],
    answers: tables.Answers,
    *,
    only: Collection[str] | None = None,
    with_names: bool = False,
) -> list[Path]:
    """Write a page for each annotator, or only for some of them, and return the paths."""
    files = tables.file_names(everybody)
    return [
        tables.write_feedback(
            folder, files[each], tables.feedback_page(found, answers.project, with_names=with_names)
        )
        for each, found in everybody.items()
        if only is None or each in only
    ]


def evaluate(
    project: str | None = None,
    *,
    compare: Sequence[str] = (),
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> Evaluation:
    """Measure the program against the desk: boundaries, suggestions and sources.

    Args:
        project: its title; not needed where only one was pulled.
        compare: names of suggesters to measure on the same claims; their figures are `suggesters`.
        settings: of the desk; by default those of the current folder.
        progress: receives what a language model is asked, and the count of claims.

    Raises:
        BadInput: where nothing was pulled, or nobody has judged a claim yet.
        Conflict: where a title is needed to choose.
        UsageError: where there is no suggester of a name, or a language model cannot or may not be asked.
    """
    desk = settings or load_settings()
    raw = tables.read_raw(tables.pulled_folder(desk.exports, project))
    answers = tables.read_answers(raw)
    figures = tables.evaluate(answers, aliases=tables.our_aliases(), method=desk.consensus)
    title = str(raw["project"]["title"])
    if not figures["cut"]["judged"] and not figures["suggestions"]["claims"]:
        raise BadInput(f"nobody has judged a claim of “{title}” yet: label some, then `annotate pull`")
    if compare:
        settled = tables.settled_claims(answers, method=desk.consensus)
        figures["suggesters"] = compare_suggesters(settled, compare, desk=desk, progress=progress)
    return Evaluation(title, figures)
