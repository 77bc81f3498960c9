"""Which annotators have not passed a training round, for desks that ask for it."""

from __future__ import annotations

import annotate.report as tables
from annotate import studio
from annotate import training_round as rounds
from annotate.config import Settings
from annotate.errors import AnnotateError
from annotate.text import fold
from annotate.workflows.desk import Connection
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.training_round.results import current_result

MOST_NAMED = 12


def note_untrained(connection: Connection, desk: Settings, progress: Progress) -> None:
    """Note who has not passed a training round; a fault there ends nothing.

    Everybody with an account counts but the user whose key is used, and the first one of a local Label
    Studio. Who has passed once has passed.
    """
    try:
        names = untrained(connection, desk)
    except (AnnotateError, OSError) as error:
        progress.note(f"Who has passed the training round is unknown: {error}")
        return
    if names:
        listed = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED} others" if len(names) > MOST_NAMED else ""
        progress.note(
            f"Not passed the training round yet: {listed}{more}. `annotate train-annotators NAME` sends it, "
            "`annotate train-annotators --results` shows how it went."
        )


def untrained(connection: Connection, desk: Settings) -> list[str]:
    """Return the names of those who have not passed a training round, in alphabetical order."""
    client, passed = connection.client, set[int]()
    for project in studio.list_projects(client, training=True):
        training = rounds.read_round(tables.project_folder(desk.exports, project.key))
        if training is None or training.person in passed:
            continue
        if training.passed or _has_passed(connection, project, desk):
            passed.add(training.person)
    users = {str(u["id"]): {"email": u["email"], "name": studio.full_name(u)} for u in client.users()}
    names = studio.user_names({key: user for key, user in users.items() if user["email"] != studio.GONE})
    first = {int(key) for key, user in users.items() if user["email"].startswith(f"{studio.FIRST_USER}@")}
    out = passed | first | {client.me()}
    return sorted((name for number, name in names.items() if number not in out), key=fold)


def _has_passed(connection: Connection, project: studio.Project, desk: Settings) -> bool:
    result = current_result(connection, project, desk, SILENT)
    return bool(result and result.passed)
