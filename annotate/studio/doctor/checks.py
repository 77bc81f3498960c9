"""A look at everything that a desk depends on, which changes nothing: one check a line.

The Label Studio that is set and its projects are looked at here, what stands on this machine in `premises`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from annotate.errors import AnnotateError
from annotate.studio.api import Client, Project, list_projects, lost_marks
from annotate.studio.doctor.host_checks import Check, fault, ok, warning
from annotate.studio.format import read_config
from annotate.studio.migrate import changes_of, refuse_unfit
from annotate.studio.push import drift_in, unshown

OLDEST = (1, 23, 2)  # every version before has a published hole
WORST_FIRST = (3, 4, 6, 1)  # exit codes


def exit_code(checks: Iterable[Check]) -> int:
    """Return the code of the worst fault, 0 without one."""
    codes = {check.code for check in checks} - {0}
    return min(codes, key=lambda code: WORST_FIRST.index(code) if code in WORST_FIRST else 9, default=0)


def look_at_server(client: Client) -> Iterator[Check]:
    """Check the version of a Label Studio, whose key is used, and each project of ours."""
    yield ok("server", f"{client.url} answers")
    yield version_check(client.version)
    try:
        yield ok("key", f"accepted, of {client.whoami().get('email') or 'an unnamed user'}")
        projects = list_projects(client)
    except AnnotateError as error:
        yield _faulty("key", error)
        return
    yield from _marks(client, projects)
    if not projects:
        yield ok("projects", "none yet: `annotate push` makes one")
    for project in projects:
        yield _config(client, project)
        yield _claims(client, project)
        yield _display(client, project)


def _marks(client: Client, projects: Iterable[Project]) -> Iterator[Check]:
    """Tell projects that lost the mark they are found by, and copies."""
    for lost in lost_marks(client, client.projects()):
        yield fault("mark", *lost.why().split(": ", 1), code=6)
    for project in projects:
        for copy in project.copies:
            yield warning(
                f"copy of “{project.title}”",
                f"“{copy.title}” has its mark ({copy.url})",
                "label in the original, and delete the copy",
            )


def version_check(version: str) -> Check:
    """Check the version of Label Studio."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    if numbers >= OLDEST:
        return ok("version", f"Label Studio {version}")
    wanted = ".".join(map(str, OLDEST))
    return warning(
        "version", f"Label Studio {version} has published holes", f"update it to {wanted} or newer"
    )


def _config(client: Client, project: Project) -> Check:
    """Check the labeling config of a project against `configs/`, and that against its answers."""
    what = f"config of “{project.title}”"
    try:
        changes = changes_of(project)
        if not changes:
            return ok(what, "as in configs/")
        refuse_unfit(client, project, read_config(project.layout))
    except AnnotateError as error:
        return _faulty(what, error)
    if not changes.questions:
        return warning(what, "other than in configs/; its answers fit the new one", "the next push brings it")
    told = "; ".join(question.told for question in changes.questions)
    flags = " ".join(question.flag for question in changes.questions)
    return warning(what, told, f"`annotate push {flags}` sends it, or restore configs/")


def _display(client: Client, project: Project) -> Check:
    """Check that annotators are shown what was sent."""
    what = f"display of “{project.title}”"
    try:
        found = unshown(client, project)
    except AnnotateError as error:
        return _faulty(what, error)
    if not found:
        return ok(what, "annotators are shown all that was sent")
    if found.hidden or found.doubled or found.instead == "off":
        return fault(what, str(found), PUSH_MENDS, code=6)
    return warning(what, str(found), PUSH_MENDS)


def _claims(client: Client, project: Project) -> Check:
    """Check that the tasks of a project are those that were sent."""
    what = f"claims of “{project.title}”"
    try:
        tasks = [task for part in project.parts for task in client.tasks(part.number)]
    except AnnotateError as error:
        return _faulty(what, error)
    found = drift_in(tasks)
    if not found:
        return ok(what, f"{len(tasks)} tasks, each as it was sent")
    kinds = {kind: sum(len(d.tasks or d.claims) for d in found if d.kind == kind) for kind in DRIFTED}
    told = ", ".join(f"{count} {DRIFTED[kind]}" for kind, count in kinds.items() if count)
    return fault(
        what, told, "`annotate push --dry-run` with its article shows which, --force mends them", code=6
    )


PUSH_MENDS = "`annotate push` of any of its articles mends it"
DRIFTED = {
    "edited": "tasks edited by hand",
    "doubled": "tasks doubled",
    "deleted": "claims deleted by hand",
}


def _faulty(what: str, error: AnnotateError) -> Check:
    found, _, todo = str(error).partition(": ")
    return fault(what, found, todo, code=error.exit_code)
