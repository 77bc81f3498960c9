"""Claims to Label Studio: find the project, show the plan, ask what has to be asked, send what is missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import annotate.report as tables
from annotate import studio
from annotate.config import Settings, codebook
from annotate.errors import Conflict
from annotate.workflows.articles import Extracted, Source, claims, refuse_empty
from annotate.workflows.desk import Connection, connect, display_path, load_settings
from annotate.workflows.progress import SILENT, Confirm, Progress, PushedArticle

#: What is in memory at a time.
BATCH_ARTICLES, BATCH_CLAIMS = 1_000, 10_000


@dataclass(frozen=True, slots=True)
class PushResult:
    """The articles of a push in their order; of the local Label Studio also its `server` and `hotkeys`."""

    articles: tuple[PushedArticle, ...]
    server: studio.Server | None
    hotkeys: studio.Hotkeys | None


def push(
    sources: Source | Iterable[Source],
    *,
    project: str | None = None,
    annotators: int | None = None,
    agreed: Collection[str] = (),
    force: bool = False,
    same_article: bool | None = None,
    dry_run: bool = False,
    workers: int | None = None,
    settings: Settings | None = None,
    confirm: Confirm | None = None,
    progress: Progress = SILENT,
) -> PushResult:
    """Send the claims of articles to Label Studio; claims that are there already are not sent again.

    It can be repeated and interrupted at any moment: at the end each claim is there exactly once.

    Args:
        sources: articles, or where they are.
        project: title of the project; by default each article has its own, named after it.
        annotators: how many people label each claim; by default as in the settings for a new project.
        agreed: questions answered with yes beforehand: `--new-codebook` continues under another version of
            the codebook, `--new-config` sends a labeling config that differs.
        force: send again what was edited, duplicated or deleted by hand; a copy of all answers is saved.
        same_article: whether an article that keeps hardly a claim was rewritten (true) or is another
            (false); by default `confirm` is asked.
        dry_run: change nothing; `progress` receives the plans.
        workers: processes for many articles; by default one a core.
        settings: of the desk; `layout`, `suggestions`, `blind`, `clients` and `suggester` count here.
        confirm: answers questions; without it they raise `Conflict`.
        progress: receives notes, counts, plans and outcomes.

    Raises:
        BadInput: where an article cannot be read or sent, or has no claims; nothing of it is sent then.
        Conflict: where the project was changed by hand, a question is not answered with yes, or another push
            runs.
        KeyRefused, Unreachable: as `connect`.
    """
    desk = settings or load_settings()
    extracted = claims(sources, workers=workers, settings=desk, progress=progress)
    batches = _batches(extracted)
    # The first articles are read before Label Studio is started or asked: most errors are found there.
    first, second = next(batches, None), next(batches, None)
    connection = connect(desk, progress=progress)
    run = _Push(connection, desk, annotators, frozenset(agreed), force, dry_run, confirm, progress)
    if project and second:
        run.read_index(project)
    done: list[PushedArticle] = []
    search = run.search(same_article)
    for number, batch in enumerate(each for each in chain((first, second), batches) if each):
        for aim in [search.named(project, batch, run.index)] if project else search.own(batch):
            done += run.send(aim, display_checked=bool(project) and number > 0)
    server = connection.server
    return PushResult(tuple(done), server, studio.bind(connection.client) if server else None)


def _batches(extracted: Iterable[Extracted]) -> Iterator[list[Extracted]]:
    """Return articles in batches that fit into memory, none twice in one.

    Raises:
        BadInput: where one has no claims.
    """
    batch: list[Extracted] = []
    count, ids = 0, set[str]()
    for article, found, skips in extracted:
        if not found:
            raise refuse_empty(article.title or article.article_id)
        full = len(batch) == BATCH_ARTICLES or count + len(found) > BATCH_CLAIMS
        if batch and (full or article.article_id in ids):
            yield batch
            batch, count, ids = [], 0, set()
        batch.append((article, found, skips))
        count += len(found)
        ids.add(article.article_id)
    if batch:
        yield batch


@dataclass
class _Push:
    """A push with its options; `index` is what the project holds, where many articles go into one."""

    connection: Connection
    desk: Settings
    annotators: int | None
    agreed: frozenset[str]
    force: bool
    dry_run: bool
    confirm: Confirm | None
    progress: Progress
    index: studio.ProjectIndex | None = None

    @property
    def client(self) -> studio.Client:
        return self.connection.client

    def search(self, same_article: bool | None) -> studio.Search:
        """Return how articles are looked for in Label Studio."""
        terms = studio.Terms(
            codebook=codebook().version, suggestions=self.desk.suggestions, blind=self.desk.blind
        )

        def is_same(plan: studio.Plan, project: studio.Project) -> bool:
            return self._is_same(plan, project) if same_article is None else same_article

        return studio.Search(self.client, self.desk.layout, terms, which=is_same, new=same_article is False)

    def read_index(self, title: str) -> None:
        """Read what a project holds once, for all articles to come."""
        project = studio.peek_project(self.client, title, self.desk.layout)
        if project:
            with self.progress.count("reading tasks") as count:
                self.index = studio.read_index(
                    self.client, project, clients=self.connection.clients, progress=count
                )

    def send(self, aim: studio.Aim, *, display_checked: bool) -> list[PushedArticle]:
        """Push articles into one project.

        Whether annotators are shown all of it is checked unless it was before (`display_checked`).
        """
        project, plans = aim.project, aim.plans
        self._show(aim)
        changes = studio.changes_of(project) if project else None
        hidden = studio.unshown(self.client, project) if project and not display_checked else None
        if hidden:
            self.progress.hidden(hidden)
        if any(plan.drift for plan in plans) and not self.force:
            raise Conflict(
                f"“{aim.title}” was changed by hand: repair it in Label Studio, or push with --force, which "
                "saves a copy of all answers, deletes those tasks and sends their claims again"
            )
        self._ask(changes.questions if changes else ())
        for plan in plans if project is None or self.dry_run else ():
            plan.tasks()  # what cannot be sent is refused before a project is made
        if self.dry_run:
            if project and changes and changes.config:
                studio.refuse_unfit(self.client, project, studio.read_config(project.layout))
            return [_outcome(plan, aim.title, project.url if project else "") for plan in plans]
        if project and any(plan.drift for plan in plans):
            plans = self._repair(project, plans)
        wanted = self.annotators or (None if project else self.desk.annotators)
        opened = studio.open_project(self.client, aim.title, self.desk.layout, annotators=wanted, key=aim.key)
        opened = studio.bring_up_to_date(self.client, opened, changes) if changes else opened
        return self._send(opened, plans, show=bool(hidden))

    def _show(self, aim: studio.Aim) -> None:
        for note in _notes(aim):
            self.progress.note(note)
        for plan in aim.plans:
            self.progress.planned(plan, title=aim.title, dry_run=self.dry_run)

    def _send(
        self, project: studio.Project, plans: Sequence[studio.Plan], *, show: bool
    ) -> list[PushedArticle]:
        clients, most = self.connection.clients, self.desk.tasks_per_project
        with self.progress.count("pushing claims") as count:
            plans = studio.apply_all(self.client, project, plans, progress=count, clients=clients, most=most)
        if show:
            with self.progress.count("showing tasks") as count:
                left = studio.show_all(self.client, project, progress=count)
            but = f", but for {left} tasks edited by hand: push their articles with --force" if left else ""
            self.progress.note(f"Every claim is shown to annotators again{but}.")
        done = [_outcome(plan, project.title, project.url) for plan in plans]
        for plan, article in zip(plans, done, strict=True):
            self.progress.pushed(article)
            if self.index and article.sent:
                self.index.sent(article.article_id, len(plan.tasks()))
        return done

    def _repair(self, project: studio.Project, plans: list[studio.Plan]) -> list[studio.Plan]:
        """Save all answers beside the project's pulls, then delete what was changed by hand and plan anew."""
        folder = tables.project_folder(self.desk.exports, project.key)
        raw = studio.pull_project(self.client, project, before=tables.LastPull(folder), full=True)
        copy = tables.keep_raw(raw, folder).absolute()
        self.progress.note(f"A copy of all answers is saved in {display_path(copy)}")
        return studio.repair_all(self.client, project, plans)

    def _is_same(self, plan: studio.Plan, project: studio.Project) -> bool:
        """Ask whether an article that keeps hardly a claim was rewritten.

        Raises:
            Conflict: where nobody can be asked.
        """
        self.progress.planned(plan, title=project.title, dry_run=self.dry_run)
        fact = f"hardly a claim of article “{plan.article.article_id}” in “{project.title}” stays"
        if self.dry_run or not self.confirm:
            raise Conflict(
                f"{fact}: push with --same-article if it was rewritten, with --new-article if it is another"
            )
        return self.confirm(f"{fact}. Is it the same article, rewritten?")

    def _ask(self, questions: Sequence[studio.Question]) -> None:
        """Ask whether to continue where the project differs from `configs/`.

        Raises:
            Conflict: where an answer is no, or nobody can be asked; in a dry run nobody is asked.
        """
        refused = []
        for question in questions:
            if question.flag in self.agreed:
                self.progress.note(question.fact)
            elif self.dry_run or not self.confirm or not self.confirm(f"{question.fact}. {question.ask}"):
                refused.append(question)
        if refused:
            facts, flags = "; ".join(each.fact for each in refused), " ".join(each.flag for each in refused)
            raise Conflict(f"{facts}: push with {flags} to go on, or restore configs/")


def _outcome(plan: studio.Plan, title: str, url: str) -> PushedArticle:
    article_id, sent = plan.article.article_id, len(plan.to_send)
    return PushedArticle(article_id, title, url, sent, len(plan.unchanged), len(plan.changed), len(plan.gone))


def _notes(aim: studio.Aim) -> Iterator[str]:
    """Say which articles get another id, and that copies of the project receive nothing."""
    for given, plan in zip(aim.given, aim.plans, strict=True):
        article_id = plan.article.article_id
        if article_id == given:
            continue
        if not plan.existing:
            yield f"“{given}” is sent as another article, “{article_id}”."
        elif re.fullmatch(rf"{re.escape(given)}-\d+", article_id):
            yield f"The claims of “{given}” are in Label Studio as article “{article_id}”: taken as that one."
        else:
            yield (
                f"The claims of “{given}” are in “{aim.title}” as article “{article_id}”: taken as the same; "
                "--new-article sends them as another."
            )
    for copy in aim.project.copies if aim.project else ():
        title = aim.project.title if aim.project else ""
        yield f"“{copy.title}” ({copy.url}) is a copy of “{title}”: claims go to that one alone."
