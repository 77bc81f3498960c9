"""Claims to Label Studio: find the project, show the plan, ask what has to be asked, send what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import annotate.report as tables
from annotate import studio
from annotate.article import Refuse
from annotate.config import Settings, codebook, load_settings
from annotate.errors import Conflict, UsageError
from annotate.text import display_path
from annotate.workflows.articles import Extracted, Source, claims, no_claims
from annotate.workflows.desk import Connection, connect
from annotate.workflows.gold import GoldMixer, gold_mixer
from annotate.workflows.memory.recall import Recall
from annotate.workflows.order import OrderOf, refuse_sections
from annotate.workflows.progress import SILENT, Confirm, Progress, PushedArticle
from annotate.workflows.training_round import note_untrained

#: What is in memory at a time.
BATCH_ARTICLES, BATCH_CLAIMS = 1_000, 10_000


@dataclass(frozen=True, slots=True)
class PushResult:
    """The articles of a push in their order; of the local Label Studio also its `server` and `hotkeys`."""

    articles: tuple[PushedArticle, ...]
    server: studio.Server | None
    hotkeys: studio.Hotkeys | None


def push(
    sources: Source | Iterable[Source] = (),
    *,
    feeds: Iterable[str] = (),
    project: str | None = None,
    annotators: int | None = None,
    gold: float | None = None,
    new_codebook: bool = False,
    new_config: bool = False,
    force: bool = False,
    same_article: bool = False,
    new_article: bool = False,
    dry_run: bool = False,
    workers: int | None = None,
    settings: Settings | None = None,
    confirm: Confirm | None = None,
    progress: Progress = SILENT,
    refuse: Refuse | None = None,
) -> PushResult:
    """Send the claims of articles to Label Studio; claims that are there already are not sent again.

    It can be repeated and interrupted at any moment: at the end each claim is there exactly once.

    Args:
        sources, feeds: articles, or where they are; feeds and sitemaps that name some.
        project: title of the project; by default each article has its own, named after it.
        annotators: how many people label each claim; by default as in the settings for a new project.
        gold: share of each article's claims, 0 to 0.5, that is mixed in besides: claims of other articles
            of the desk that an editor decided; by default as in the settings.
        new_codebook: continue under another version of the codebook.
        new_config: send a labeling config that differs.
        force: send again what was edited, duplicated or deleted by hand; a copy of all answers is saved.
        same_article, new_article: an article that keeps hardly a claim was rewritten, or is another one.
        dry_run: change nothing; `progress` receives the plans.
        refuse: receives the error of each article that cannot be read or has no claims, and the others are
            sent; by default the first error is raised.

    Raises:
        BadInput: where an article cannot be read or sent, or has no claims; nothing of it is sent.
        Conflict: where the project was changed by hand, a question stays open, or another push runs.
    """
    if same_article and new_article:
        raise UsageError("--same-article and --new-article exclude each other: give one of them")
    agreed = {"--new-codebook": new_codebook, "--new-config": new_config}
    is_same = same_article if same_article or new_article else None
    desk = settings or load_settings()
    refuse_sections(desk)
    mixer = gold_mixer(desk, gold, progress=progress)
    run = _Push(desk, annotators, agreed, force, is_same, dry_run, confirm, progress, mixer)
    extracted = claims(
        sources,
        feeds=feeds,
        workers=workers,
        dry_run=dry_run,
        settings=desk,
        progress=progress,
        refuse=refuse,
    )
    result = run.send_all(_batches(extracted, refuse), project)
    if desk.training and result.articles and not dry_run:
        note_untrained(run.connection, desk, progress)
    return result


def _batches(extracted: Iterable[Extracted], refuse: Refuse | None) -> Iterator[list[Extracted]]:
    """Return articles in batches that fit into memory, none twice in one.

    Raises:
        BadInput: where one has no claims.
    """
    batch: list[Extracted] = []
    count, ids = 0, set[str]()
    for article, parts, skips in extracted:
        if not parts:
            error = no_claims(article.title or article.article_id, skips)
            if refuse is None:
                raise error
            refuse(error)
            continue
        full = len(batch) == BATCH_ARTICLES or count + len(parts) > BATCH_CLAIMS
        if batch and (full or article.article_id in ids):
            yield batch
            batch, count, ids = [], 0, set()
        batch.append((article, parts, skips))
        count += len(parts)
        ids.add(article.article_id)
    if batch:
        yield batch


@dataclass
class _Push:
    """One push: what was asked for, and whom to ask. `is_same`: as `same_article`, not as `new_article`."""

    desk: Settings
    annotators: int | None
    agreed: Mapping[str, bool]
    force: bool
    is_same: bool | None
    dry_run: bool
    confirm: Confirm | None
    progress: Progress
    mixer: GoldMixer
    index: studio.ProjectIndex | None = None

    @cached_property
    def connection(self) -> Connection:
        """Return the Label Studio of the settings; the local one is started when it is first needed."""
        return connect(self.desk, progress=self.progress)

    @property
    def client(self) -> studio.Client:
        return self.connection.client

    def send_all(self, batches: Iterator[list[Extracted]], title: str | None) -> PushResult:
        """Push articles in batches into the project of a title, or each into a project of its own.

        The first articles are read before Label Studio is started or asked: most errors are found there.
        """
        first, second = next(batches, None), next(batches, None)
        if first is None:
            return PushResult((), None, None)
        self.mixer.check((article, parts) for article, parts, _ in first)
        if title and second:
            self._read_index(title)
        search, done = self._search(), list[PushedArticle]()
        recall = Recall(self.desk, progress=self.progress)
        order_of = OrderOf(self.desk, recall, progress=self.progress)
        for number, batch in enumerate(each for each in chain((first, second), batches) if each):
            recall.note_similar(batch, self.progress)
            for aim in [search.named(title, batch, self.index)] if title else search.own(batch):
                done += self._push(self._ordered(aim, order_of), display_checked=bool(title) and number > 0)
        server = self.connection.server
        return PushResult(tuple(done), server, studio.bind(self.client) if server else None)

    def _ordered(self, aim: studio.Aim, order_of: OrderOf) -> studio.Aim:
        """Give plans the order in which their claims go out, and say what becomes of those that are there."""
        project, plans = aim.project, aim.plans
        order = order_of([(plan.article, plan.to_send) for plan in plans], key=project.key if project else "")
        if order is None:
            return aim
        if project and plans[0].seen:
            new = f"new ones go out behind them, {order.name} first" if any(p.to_send for p in plans) else ""
            self.progress.note(
                f"The claims that “{project.title}” has keep their places; {new or 'there are no new ones'}."
            )
        return replace(aim, plans=[plan.ordered(order) for plan in plans])

    def _search(self) -> studio.Search:
        """Return how articles are looked for in Label Studio."""
        terms = studio.Terms(
            codebook=codebook().version, suggestions=self.desk.suggestions, blind=self.desk.blind
        )
        new = self.is_same is False
        return studio.Search(self.client, self.desk.layout, terms, which=self._ask_whether_same, new=new)

    def _read_index(self, title: str) -> None:
        """Read what a project holds once, for all articles to come."""
        project, clients = studio.peek_project(self.client, title, self.desk.layout), self.connection.clients
        if project:
            with self.progress.count("reading tasks") as count:
                self.index = studio.read_index(self.client, project, clients=clients, progress=count)

    def _push(self, aim: studio.Aim, *, display_checked: bool) -> list[PushedArticle]:
        """Push articles into one project.

        Whether annotators are shown all of it is checked unless it was before (`display_checked`).
        """
        project, plans = aim.project, aim.plans
        self._show(aim)
        changes = studio.changes_of(project) if project else None
        hidden = studio.unshown(self.client, project) if project and not display_checked else None
        if hidden:
            self.progress.hidden(hidden)
        self._refuse_drift(aim)
        self._ask(changes.questions if changes else ())
        if not any(plan.drift for plan in plans):
            plans = self._mixed(aim.title, project, plans)
        if project is None or self.dry_run:
            for plan in plans:
                plan.tasks()  # what cannot be sent is refused before a project is made
        if self.dry_run:
            if project and changes and changes.config:
                studio.refuse_unfit(self.client, project, studio.read_config(project.layout))
            if order := plans[0].terms.order:
                self.progress.ordered(order.placed((p.article, p.claims, p.to_send) for p in plans))
            return [_outcome(plan, aim.title, project.url if project else "") for plan in plans]
        if project and any(plan.drift for plan in plans):
            plans = self._mixed(aim.title, project, self._repair(project, plans))
        wanted = self.annotators or (None if project else self.desk.annotators)
        opened = studio.open_project(self.client, aim.title, self.desk.layout, annotators=wanted, key=aim.key)
        opened = studio.bring_up_to_date(self.client, opened, changes) if changes else opened
        return self._send(opened, plans, show=bool(hidden))

    def _mixed(
        self, title: str, project: studio.Project | None, plans: list[studio.Plan]
    ) -> list[studio.Plan]:
        """Return plans with gold, as far as it is wanted and not there."""
        ids = [plan.article.article_id for plan in plans]
        return self.mixer.mixed(plans, title, project, self.mixer.existing(self.client, project, ids))

    def _refuse_drift(self, aim: studio.Aim) -> None:
        if any(plan.drift for plan in aim.plans) and not self.force:
            raise Conflict(
                f"“{aim.title}” was changed by hand: repair it in Label Studio, or push with --force, which "
                "saves a copy of all answers, deletes those tasks and sends their claims again"
            )

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
            but = f", except in {left} tasks edited by hand: push their articles with --force" if left else ""
            self.progress.note(f"Every claim is shown to annotators again{but}.")
        done = [_outcome(plan, project.title, project.url) for plan in plans]
        for plan, article in zip(plans, done, strict=True):
            self.progress.pushed(article)
            if self.index and (article.sent or plan.gold):
                self.index.sent(article.article_id, len(plan.tasks()) + len(plan.gold))
        return done

    def _repair(self, project: studio.Project, plans: list[studio.Plan]) -> list[studio.Plan]:
        """Save all answers beside the project's pulls, then delete what was changed by hand and plan anew."""
        folder = tables.project_folder(self.desk.exports, project.key)
        raw = studio.pull_project(self.client, project, before=tables.LastPull(folder), full=True)
        copy = tables.keep_raw(raw, folder).absolute()
        self.progress.note(f"A copy of all answers is saved in {display_path(copy)}")
        return studio.repair_all(self.client, project, plans)

    def _ask_whether_same(self, plan: studio.Plan, project: studio.Project) -> bool:
        """Return whether an article that keeps hardly a claim was rewritten, as was said before or by asking.

        Raises:
            Conflict: where nobody can be asked.
        """
        if self.is_same is not None:
            return self.is_same
        self.progress.planned(plan, title=project.title, dry_run=self.dry_run)
        fact = f"hardly any claim of article “{plan.article.article_id}” in “{project.title}” is left"
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
            if self.agreed[question.flag]:
                self.progress.note(question.fact)
            elif self.dry_run or not self.confirm or not self.confirm(f"{question.fact}. {question.ask}"):
                refused.append(question)
        if refused:
            facts, flags = "; ".join(each.fact for each in refused), " ".join(each.flag for each in refused)
            raise Conflict(f"{facts}: push with {flags} to go on, or restore the earlier files in configs/")


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
            yield f"The claims of “{given}” are in Label Studio as article “{article_id}”, which is updated."
        else:
            yield (
                f"The claims of “{given}” are in “{aim.title}” as article “{article_id}”: taken as the same; "
                "--new-article sends them as another."
            )
    for copy in aim.project.copies if aim.project else ():
        title = aim.project.title if aim.project else ""
        yield f"“{copy.title}” ({copy.url}) is a copy of “{title}”: claims go to that one alone."
