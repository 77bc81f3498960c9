"""The results of training rounds: answers fetched, compared with the decisions as they are now, written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import annotate.report as tables
from annotate import studio
from annotate import training_round as rounds
from annotate.config import Settings, codebook, load_settings
from annotate.errors import BadInput
from annotate.text import counted, fold
from annotate.workflows.desk import Connection, connect
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.pulling import pull_into
from annotate.workflows.training_round.stocks import newest_decisions

FOLDER = "desk.training"  # in the exports; no project's folder: their names hold no dot


@dataclass(frozen=True, slots=True)
class TrainingResults:
    """The results of rounds, by person; the share that is needed to pass; the files that were written."""

    results: tuple[rounds.Result, ...]
    threshold: float
    paths: tuple[Path, ...]


def training_results(
    names: Iterable[str] = (), *, settings: Settings | None = None, progress: Progress = SILENT
) -> TrainingResults:
    """Fetch the answers to training rounds, and write how far they agree with the desk.

    Args:
        names: names or e-mails of annotators, whose results are returned; by default all. The files have all.
        settings: of the desk; `training_pass` and `exports` count here.
        progress: receives notes on rounds that cannot be compared, and the count of rounds.

    Raises:
        BadInput: where there is no training round, or none of these people.
        Conflict: where several users have a name.
        KeyRefused, Unreachable: as `connect`.
    """
    desk = settings or load_settings()
    connection = connect(desk, progress=progress)
    projects = studio.list_projects(connection.client, training=True)
    if not projects:
        raise BadInput("there is no training round yet: `annotate train-annotators NAME` sends one")
    people = {_number_of(connection.client, name) for name in names}
    found = []
    with progress.count("comparing rounds") as count:
        for done, project in enumerate(projects, 1):
            if result := _readable(connection, project, desk, progress):
                found.append(result)
            count(done, len(projects))
    found.sort(key=lambda each: (fold(each.training.name), each.training.source_title, each.training.number))
    shown = [each for each in found if not people or each.training.person in people]
    if not shown:
        raise BadInput("there is no training round of theirs: `annotate train-annotators NAME` sends one")
    return TrainingResults(tuple(shown), desk.training_pass, tuple(_write(found, desk)))


def current_result(
    connection: Connection, project: studio.Project, desk: Settings, progress: Progress
) -> rounds.Result | None:
    """Fetch the answers to a round, and compare them with what is decided now; `None` without a record here.

    What the page noted of first answers goes into the record, and what is decided now to the page.
    """
    folder = tables.project_folder(desk.exports, project.key)
    training = rounds.read_round(folder)
    if training is None:
        progress.note(
            f"“{project.title}” was sent from another folder or computer: results are made there, or here "
            "after `annotate train-annotators` was run again for the same person"
        )
        return None
    pull_into(folder, connection, project, full=False, settings=desk, progress=SILENT)
    if has_pages(connection, desk):
        noted = studio.first_answers(desk.studio_home, project.number)
        training = replace(training, first={**noted, **training.first})
    decided, notes = newest_decisions(training, desk, progress)
    write_key(connection, project, training, decided, desk)
    answers = rounds.training_answers(studio.read_project(tables.read_raw(folder)), training, decided)
    result = rounds.result_of(answers, threshold=desk.training_pass, notes=notes)
    rounds.write_round(folder, replace(training, passed=training.passed or bool(result.passed)))
    return result


def has_pages(connection: Connection, desk: Settings) -> bool:
    """Return whether the pages of a Label Studio can give feedback: those of the local one can."""
    return studio.address(desk.studio_home) == connection.client.url


def write_key(
    connection: Connection,
    project: studio.Project,
    training: rounds.Round,
    decided: dict[str, rounds.DecidedClaim],
    desk: Settings,
) -> None:
    """Write what the pages may tell after a section, where they can give feedback."""
    if has_pages(connection, desk):
        key = rounds.answer_key(training, decided, codebook().text, tables.our_aliases())
        studio.write_key(desk.studio_home, project.number, key)


def _number_of(client: studio.Client, name: str) -> int:
    number = studio.find_person(client, name)
    if number is None:
        raise unknown(client, [name])
    return number


def unknown(client: studio.Client, names: Sequence[str]) -> BadInput:
    """Return the error for names that no user has; it names the users."""
    users = [user for user in client.users() if user["email"] != studio.GONE]
    known = sorted({studio.full_name(user) or str(user["email"]) for user in users}, key=fold)
    listed = ", ".join(f"“{name}”" for name in known[:12])
    more = f" and {counted(len(known) - 12, 'other')}" if len(known) > 12 else ""
    wanted = ", ".join(f"“{name}”" for name in names)
    return BadInput(
        f"no user of {client.url} is called {wanted} (there: {listed}{more}): `annotate studio invite NAME` "
        "adds one"
    )


def _readable(
    connection: Connection, project: studio.Project, desk: Settings, progress: Progress
) -> rounds.Result | None:
    """Return the result of a round, `None` where it cannot be read."""
    try:
        return current_result(connection, project, desk, progress)
    except BadInput as error:
        progress.note(f"“{project.title}” is left out: {error}")
        return None


def _write(results: Sequence[rounds.Result], desk: Settings) -> list[Path]:
    folder = desk.exports / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    page = rounds.results_page(results, threshold=desk.training_pass).encode()
    paths = [folder / name for name in ("results.csv", "confusions.csv", "results.html")]
    tables.write_csv(rounds.results_frame(results), paths[0])
    tables.write_csv(rounds.confusions_frame(results), paths[1])
    tables.replace_file(paths[2], page)
    return paths
