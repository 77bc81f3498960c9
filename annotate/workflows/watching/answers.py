"""The answers of the watched projects: pulled and reported when something changed in Label Studio."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from functools import partial

import annotate.report as tables
from annotate import studio
from annotate.config import Settings
from annotate.text import display_path
from annotate.workflows.desk import Connection
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.pulling import pull_into
from annotate.workflows.reports import report
from annotate.workflows.watching.events import Event, Problems, Tell
from annotate.workflows.watching.sources import Step
from annotate.workflows.watching.state import State

GONE = "this project is gone from Label Studio: `annotate push` sends its articles again"


@dataclass(frozen=True, slots=True)
class Answers:
    """Pulls and reports projects; `with_report` is whether reports are wanted."""

    desk: Settings
    state: State
    with_report: bool
    problems: Problems
    tell: Tell
    progress: Progress
    save: Callable[[], None]

    def steps(self, connection: Connection, keys: Set[str]) -> Iterator[Step]:
        """Yield a step for each project of these keys in which something changed since its last pull."""
        projects = {project.key: project for project in studio.list_projects(connection.client)}
        for key in sorted(keys - projects.keys()):
            self.problems.say(key, GONE)
        for project in (each for key, each in projects.items() if key in keys):
            self.problems.over(project.key)
            now, tasks = studio.fingerprint(connection.client, project)
            if tasks < self.state.tasks.get(project.key, 0):
                self.state.forget_project(project.key)  # a backup was restored, or somebody deleted tasks
            self.state.tasks[project.key] = tasks
            if self.state.pulled.get(project.key) != now:
                yield Step(f"“{project.title}”", partial(self._pull, connection, project, now))

    def _pull(self, connection: Connection, project: studio.Project, now: str) -> None:
        folder = tables.project_folder(self.desk.exports, project.key)
        pulled = pull_into(folder, connection, project, full=False, settings=self.desk, progress=SILENT)
        where = f"“{project.title}”"
        self.tell(Event("pulled", where, pulled.summary.rstrip(".")))
        if self.with_report:
            report(project.key, settings=self.desk, progress=self.progress)
            self.tell(Event("reported", where, display_path(folder / "report.html")))
        self.state.pulled[project.key] = now
        self.save()
