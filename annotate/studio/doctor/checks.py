"""Checks of a Label Studio and its projects, which change nothing; see `host_checks` for this machine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from annotate.errors import AnnotateError
from annotate.studio.api import Client, Project, list_projects, lost_marks
from annotate.studio.doctor.host_checks import Check, failed, fault, ok, warning
from annotate.studio.format import read_config
from annotate.studio.migrate import changes_of, refuse_unfit
from annotate.studio.push import drift_in, unshown
from annotate.text import counted

OLDEST = (1, 23, 2)  # every earlier version has a known vulnerability
WORST_FIRST = (3, 4, 6, 1)  # exit codes
PUSH_REPAIRS = "`annotate push` of any of its articles repairs it"
DRIFTED = {
    "edited": "tasks edited by hand",
    "doubled": "tasks doubled",
    "deleted": "claims deleted by hand",
}


def exit_code(checks: Iterable[Check]) -> int:
    """Return the code of the worst fault, 0 without one."""
    codes = {check.code for check in checks} - {0}
    return min(codes, key=lambda code: WORST_FIRST.index(code) if code in WORST_FIRST else 9, default=0)


def look_at_server(client: Client) -> Iterator[Check]:
    """Check the version of a Label Studio, the key, and each project of this program."""
    yield ok("server", f"{client.url} answers")
    yield version_check(client.version)
    try:
        yield ok("key", f"accepted, of {client.whoami().get('email') or 'an unnamed user'}")
        projects = list_projects(client)
    except AnnotateError as error:
        yield failed("key", error)
        return
    yield from _marks(client, projects)
    if not projects:
        yield ok("projects", "none yet: `annotate push` creates one")
    for project in projects:
        for what, check in (("config", _config), ("claims", _claims), ("display", _display)):
            name = f"{what} of “{project.title}”"
            try:
                yield check(name, client, project)
            except AnnotateError as error:
                yield failed(name, error)


def _marks(client: Client, projects: Iterable[Project]) -> Iterator[Check]:
    """Report projects that lost the mark by which they are recognized, and copies."""
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
    oldest = ".".join(map(str, OLDEST))
    return warning(
        "version", f"Label Studio {version} has known vulnerabilities", f"update it to {oldest} or newer"
    )


def _config(what: str, client: Client, project: Project) -> Check:
    """Check the labeling config of a project against `configs/`, and that against its answers."""
    changes = changes_of(project)
    if not changes:
        return ok(what, "as in configs/")
    refuse_unfit(client, project, read_config(project.layout))
    if not changes.questions:
        return warning(what, "other than in configs/; its answers fit the new one", "the next push sends it")
    finding = "; ".join(question.fact for question in changes.questions)
    flags = " ".join(question.flag for question in changes.questions)
    return warning(
        what, finding, f"`annotate push {flags}` sends it, or restore the earlier files in configs/"
    )


def _display(what: str, client: Client, project: Project) -> Check:
    """Check that annotators are shown what was sent."""
    hidden = unshown(client, project)
    if not hidden:
        return ok(what, "annotators are shown everything that was sent")
    if hidden.hidden or hidden.doubled or hidden.instead == "off":
        return fault(what, str(hidden), PUSH_REPAIRS, code=6)
    return warning(what, str(hidden), PUSH_REPAIRS)


def _claims(what: str, client: Client, project: Project) -> Check:
    """Check that the tasks of a project are those that were sent."""
    tasks = [task for part in project.parts for task in client.tasks(part.number)]
    counts = Counter[str]()
    for drift in drift_in(tasks):
        counts[drift.kind] += len(drift.tasks or drift.claims)
    finding = ", ".join(f"{counts[kind]} {words}" for kind, words in DRIFTED.items() if counts[kind])
    if not finding:
        return ok(what, f"{counted(len(tasks), 'task')}, each as it was sent")
    return fault(
        what,
        finding,
        "`annotate push --dry-run` with its article shows which, --force repairs them",
        code=6,
    )
