"""The watch: round after round, see what is new, push it, pull the answers, and make the report anew."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from annotate import studio
from annotate.article import Away, is_address
from annotate.config import Settings, load_settings
from annotate.errors import AnnotateError, BadInput, Conflict, KeyRefused, Unreachable, UsageError
from annotate.model import Article
from annotate.text import counted, display_path
from annotate.workflows.desk import Connection, connect, studio_status
from annotate.workflows.progress import Progress, PushedArticle
from annotate.workflows.pushing import push
from annotate.workflows.watching.answers import Answers
from annotate.workflows.watching.events import Event, Problems, Tell
from annotate.workflows.watching.imported import Imported
from annotate.workflows.watching.sources import Feed, Folder, Source, Step
from annotate.workflows.watching.state import StateFile

STUDIO = "Label Studio"
SLICE = 0.2  # seconds between two looks whether to stop
BACKWARDS = 2.0  # seconds; less is the usual correction of a clock


def watch(
    source: str,
    *,
    project: str | None = None,
    every: float = 60,
    once: bool = False,
    with_report: bool = True,
    annotators: int | None = None,
    settings: Settings | None = None,
    tell: Tell = lambda event: None,
    stopped: Callable[[], bool] = lambda: False,
) -> AnnotateError | None:
    """Push the new articles of a folder, a feed or a project, and pull and report its answers, until stopped.

    It can be interrupted at any moment: the next watch does what is left, and nothing twice.

    Args:
        source: a folder, the address of a feed or sitemap, or the title of a project in which people import
            articles on Label Studio's own page.
        project: title of the project that articles go to; by default each has its own.
        every: seconds between two rounds.
        once: end after one round.
        with_report: make the report anew after each pull.
        annotators: how many people label each claim of a new project.
        settings: of the desk; by default those of the current folder.
        tell: receives what happens.
        stopped: whether to end after the current step.

    Returns:
        The first error of the last round, which was told; `None` where all went well.

    Raises:
        BadInput: where there is no such folder or project.
        Conflict: where the same is watched already.
        KeyRefused: where Label Studio does not accept the key.
    """
    desk = settings or load_settings()
    place = source if is_address(source) else os.path.abspath(source) if _is_path(source) else source
    file = StateFile(desk.exports, place, project)
    with file.locked(source):
        run = _Watch(desk, source, project, every, once, with_report, annotators, tell, stopped, file)
        return run.rounds()


def _is_path(source: str) -> bool:
    return os.path.isdir(source) or os.sep in source


class _Notes(Progress):
    """Passes each note on once; a watch shows no counts."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told: set[str] = set()
        self.articles: list[PushedArticle] = []

    def note(self, message: str) -> None:
        """Pass a message on that was not passed on before."""
        if message not in self._told:
            self._told.add(message)
            self._tell(Event("note", "", message))

    def pushed(self, article: PushedArticle) -> None:
        """Keep what was pushed."""
        self.articles.append(article)


@dataclass
class _Watch:
    """One watch at work; see `watch` for its first fields."""

    desk: Settings
    source: str
    project: str | None
    every: float
    once: bool
    with_report: bool
    annotators: int | None
    tell: Tell
    stopped: Callable[[], bool]
    file: StateFile
    connection: Connection | None = None
    _error: AnnotateError | None = None
    _began: bool = False
    _numbers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.problems = Problems(self.tell, frozenset({STUDIO, self.source}))
        self.notes = _Notes(self.tell)
        self.state = self.file.read()
        self.articles = self._source()
        self.answers = Answers(
            self.desk,
            self.state,
            self.with_report,
            self.problems,
            self.tell,
            self.notes,
            lambda: self._save(soon=True),
        )

    def _source(self) -> Source:
        if is_address(self.source):
            return Feed(
                self.source, self.every, self.desk.allow_private, self.state, self.push_one, self.problems
            )
        if os.path.isdir(self.source) or (_is_path(self.source) and self.file.exists()):
            return Folder(
                self.source, self.every, self.state, self.push_one, self.problems, self.tell, self.once
            )
        if os.path.exists(self.source):
            raise UsageError(f"{self.source} is a file: watch its folder, or send it with `annotate push`")
        if _is_path(self.source):
            raise BadInput(f"{self.source}: no such folder: check the name")
        if self.project:
            raise UsageError(f"“{self.source}” is no folder and no address: leave out --project")
        self.project = self.source
        self.desk = replace(self.desk, layout="article")  # the one that takes plain text
        return Imported(
            self.source,
            self.desk,
            self.state,
            self._connected,
            self.push_one,
            self.tell,
        )

    # ------------------------------------------------------------------ rounds

    def rounds(self) -> AnnotateError | None:
        """Work round after round until stopped."""
        if not self.once:
            self.tell(Event("watching", self.source, f"every {self.every:g} s; Ctrl-C stops it"))
        while not self.stopped():
            clock, began = time.time(), time.monotonic()
            try:
                self._round()
            finally:
                self._save()
            if self.once:
                return self._error
            while not self.stopped() and time.monotonic() - began < self.every:
                time.sleep(SLICE)
            self._check_clock(clock + time.monotonic() - began)
        self.tell(Event("stopped", self.source))
        return self._error

    def _check_clock(self, expected: float) -> None:
        """Say where the clock of this machine went back meanwhile: nothing here depends on it."""
        back = expected - time.time()
        if back > BACKWARDS:
            self.tell(Event("note", "", f"The clock of this machine went back {back:,.0f} s."))

    def _round(self) -> None:
        self._error = None
        try:
            self.articles.look()
        except (BadInput, OSError) as error:
            self._failed(self.source, error)
        try:
            self.connection = self._connect()
            for step in chain(self.articles.steps(), self._answers()):
                if self.stopped():
                    return
                self._do(step)
        except Unreachable as error:
            self._failed(STUDIO, error)
        except Conflict as error:  # a project is gone, or was never there
            if not self._began:
                raise Conflict(f"no folder is named “{self.source}”, and {error}") from error
            self._failed(self.source, error)
        else:
            self._began = True

    def _connect(self) -> Connection:
        """Connect for a round. A local Label Studio that somebody stopped meanwhile is not started again."""
        if self.connection and not self.desk.url:
            studio_status(self.desk)
        connection = connect(self.desk, progress=self.notes)
        self.state.of_server(connection.client.identity or connection.client.url)
        self.problems.over(STUDIO, told="answers again")
        return connection

    def _connected(self) -> Connection:
        return self.connection or self._connect()

    def _answers(self) -> Iterator[Step]:
        """Yield the steps for the projects that articles were pushed to."""
        keys = self.articles.keys | {key for _, key in self.state.seen.values()}
        if self.connection and keys:
            yield from self.answers.steps(self.connection, keys)

    def _do(self, step: Step) -> None:
        """Do a step; one that fails does not keep the others from being done."""
        try:
            step.run()
        except (KeyRefused, UsageError, Unreachable):
            raise
        except (AnnotateError, OSError) as error:
            if step.signature and isinstance(error, BadInput) and not isinstance(error, Away):
                self.state.refused[step.where] = step.signature
            self._failed(step.where, error)
        else:
            self.problems.over(step.where)

    def _failed(self, where: str, error: AnnotateError | OSError) -> None:
        """Tell what went wrong, once."""
        known = error if isinstance(error, AnnotateError) else _of_system(error)
        self._error = self._error or known
        self.problems.say(where, str(known).removeprefix(f"{where}: "))

    def _save(self, *, soon: bool = False) -> None:
        where = display_path(self.file.path)
        try:
            self.file.write(self.state, soon=soon)
        except (AnnotateError, OSError) as error:
            self._failed(where, error)
        else:
            if not soon:
                self.problems.over(where, told="can be written again")

    # ------------------------------------------------------------------ articles

    def push_one(self, article: Article, where: str, signature: str) -> None:
        """Push an article, and remember that it is there as its signature says, if it has one."""
        (pushed,) = push(
            article,
            project=self.project,
            annotators=self.annotators,
            new_article=isinstance(self.articles, Imported),
            workers=1,
            settings=self.desk,
            progress=self.notes,
        ).articles
        self.state.refused.pop(where, None)
        if signature:
            self.state.seen[where] = signature, self._key_of(pushed)
        if pushed.sent or pushed.changed or pushed.gone:
            self.tell(Event("pushed", where, _words(pushed)))
        self._save(soon=True)

    def _key_of(self, pushed: PushedArticle) -> str:
        """Return the key of the project that an article was pushed into."""
        if pushed.url not in self._numbers and self.connection:
            self._numbers = {each.url: each.key for each in studio.list_projects(self.connection.client)}
        return self._numbers.get(pushed.url, "")


def _of_system(error: OSError) -> AnnotateError:
    what = f"{error.filename} cannot be read or written" if error.filename else "a file cannot be written"
    return AnnotateError(f"{what} ({error.strerror or error}): check free space and permissions")


def _words(pushed: PushedArticle) -> str:
    counts = [f"{counted(pushed.sent, 'claim')} sent"]
    counts += [f"{pushed.unchanged} unchanged"] if pushed.unchanged else []
    counts += [f"{pushed.changed} reworded"] if pushed.changed else []
    counts += [f"{pushed.gone} gone"] if pushed.gone else []
    return f"{', '.join(counts)}, in “{pushed.project}” ({pushed.url})"
