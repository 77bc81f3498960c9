"""People and projects of a Label Studio: who labels, who may, and what a renamed label does to answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import annotate.report as tables
from annotate import studio
from annotate.config import Settings, load_settings
from annotate.errors import BadInput, UsageError
from annotate.workflows.desk import connect, start_studio
from annotate.workflows.progress import SILENT, Progress

#: How many claims were sent to a project, and by a person's number (or name) what they did there.
Counts = tuple[int, Mapping[int | str, tables.Done]]


@dataclass(frozen=True, slots=True)
class UsersResult:
    """The e-mail addresses of users by their number, and what each did in each project, by its title."""

    users: Mapping[int, str]
    projects: Mapping[str, Counts]


def users(settings: Settings | None = None, *, progress: Progress = SILENT) -> UsersResult:
    """Return the users of a Label Studio with their progress in each project; writes nothing.

    `progress` receives a note on each project whose answers cannot be read.
    """
    desk = settings or load_settings()
    client = connect(desk, progress=progress).client
    projects: dict[str, Counts] = {}
    for project in studio.list_projects(client):
        before = tables.LastPull(tables.project_folder(desk.exports, project.key))
        try:
            projects[project.title] = tables.done_by_people(
                studio.pull_project(client, project, before=before)
            )
        except BadInput as error:
            progress.note(f"“{project.title}” is left out: {error}")
    known = {int(user["id"]): str(user["email"]) for user in client.users() if user["email"] != studio.GONE}
    return UsersResult(known, projects)


def invite(
    names: Iterable[str], *, settings: Settings | None = None, progress: Progress = SILENT
) -> Iterator[studio.Credentials]:
    """Add users to the local Label Studio and bind the desk's keys for them.

    Yields:
        What each logs in with; the password is kept nowhere.

    Raises:
        UsageError: where the settings name another Label Studio.
    """
    desk = settings or load_settings()
    if desk.url:
        raise UsageError(
            f"invite works on the local Label Studio: at {desk.url}, invite people on its web page"
        )
    server = start_studio(desk, progress=progress)
    for name in names:
        user = studio.add_user(server.credentials, name)
        studio.bind(studio.connect(user.url, user.token))
        yield user


def rename(
    control: str,
    old: str,
    new: str,
    *,
    project: str | None = None,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> int:
    """Change a word in the answers of a project after it was renamed in `configs/`; return how many changed.

    Args:
        control: as `configs/` names it: label, flags, ruling or source_kind.
        old: the word that answers hold.
        new: the word that `configs/` has in its place now.
        project: its title; not needed where there is only one.
        settings: of the desk; by default those of the current folder.
        progress: receives notes.

    Raises:
        BadInput: where `configs/` does not have the new word, or still has the old one.
        Conflict: where drafts hold the old word.
    """
    client = connect(settings, progress=progress).client
    match = studio.find_project(client, project)
    changed = studio.rename(client, match, control, old, new)
    studio.bring_up_to_date(client, match, replace(studio.changes_of(match), before=""))
    return changed
