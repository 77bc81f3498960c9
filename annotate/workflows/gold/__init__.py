"""Gold of the desk: what the pulled projects decide, mixed into articles that are pushed, and read back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import annotate.report as tables
from annotate import studio
from annotate.config import MOST_GOLD, Settings
from annotate.errors import BadInput, UsageError
from annotate.model import Article, Claim
from annotate.text import counted
from annotate.workflows.progress import SILENT, Progress

Existing = dict[str, list[studio.Origin]]  # of the gold among the tasks of an article, by the article's id


@dataclass
class GoldMixer:
    """Mixes decided claims into the articles of one push.

    `share` is that of an article's claims. With `must` it was asked for by this push, so that having none to
    mix in is an error; the setting alone leaves a note.
    """

    settings: Settings
    share: float
    must: bool
    progress: Progress
    _desk: list[tables.DecidedClaims] | None = field(default=None, init=False)
    _people: dict[str, set[str]] = field(default_factory=dict, init=False)
    _given: dict[str, set[str]] = field(
        default_factory=dict, init=False
    )  # claims that a project has, by title

    def check(self, articles: Iterable[tuple[Article, Sequence[Claim]]]) -> None:
        """Refuse a push that asks for gold where no article can have any; nothing was sent then.

        Raises:
            BadInput: naming what is missing.
        """
        if not self.share:
            return
        pool = [article for decided in self._decided() for article in decided.articles]
        corrected = sum(decided.corrected for decided in self._decided())
        why = ""
        if not pool:
            gone = f" ({_corrected(corrected)})" if corrected else ""
            why = f"no pulled project in {self.settings.exports} has a claim that an editor decided{gone}"
        elif not any(
            self._choice(article, claims, (), key="", layout="claim").chosen for article, claims in articles
        ):
            why = "all decided claims of the desk are of this article itself"
        elif corrected:
            self.progress.note(f"Gold: {_corrected(corrected)}.")
        if why and self.must:
            raise BadInput(f"{why}: decide some in another article and pull it, or push without --gold")
        if why:
            self.progress.note(f"No gold is mixed in: {why}.")

    def mixed(
        self, plans: Sequence[studio.Plan], title: str, project: studio.Project | None, existing: Existing
    ) -> list[studio.Plan]:
        """Return plans with the tasks of gold that are to be sent with them, and say how much that is.

        No claim is mixed twice into a project, as far as its last pull and this push tell.
        """
        if self.share:
            self._decided()
        given = self._given.setdefault(title, set())
        given |= {claim.claim_id for origins in existing.values() for claim in _claims_of(origins)}
        return [
            self._mixed(plan, project, existing.get(plan.article.article_id, []), given) for plan in plans
        ]

    def existing(self, client: studio.Client, project: studio.Project | None, ids: Sequence[str]) -> Existing:
        """Return where the gold comes from that a project has for some articles, where that counts."""
        if not project or not (self.share or self.must):
            return {}
        gold = studio.gold_of(client, project, ids).items()
        return {name: [each for each in map(studio.origin_of, tasks) if each] for name, tasks in gold}

    def _mixed(
        self,
        plan: studio.Plan,
        project: studio.Project | None,
        existing: Sequence[studio.Origin],
        given: set[str],
    ) -> studio.Plan:
        before = [claim.claim_id for claim in _claims_of(existing)]
        if not self.share:
            if before:
                self.progress.note(
                    f"{plan.article.article_id}: {counted(len(before), 'decided claim')} of other articles "
                    "stay there, mixed in by an earlier push."
                )
            return plan
        if not self._pool():
            return plan
        key = project.key if project else ""
        choice = self._choice(plan.article, plan.claims, before, key=key, layout=plan.layout, given=given)
        tasks = [
            task
            for place, chosen in choice.chosen.items()
            for task in studio.gold_tasks(
                plan.article, self._pool()[place], chosen, layout=plan.layout, terms=plan.terms
            )
        ]
        self._say(plan, choice, len(before))
        origins = (origin for task in tasks if (origin := studio.origin_of(task)))
        given |= {claim.claim_id for claim in _claims_of(origins)}
        return replace(plan, gold=tuple(tasks))

    def _choice(
        self,
        article: Article,
        claims: Sequence[Claim],
        before: Collection[str],
        *,
        key: str,
        layout: studio.Layout,
        given: Collection[str] = (),
    ) -> tables.Choice:
        return tables.choose(
            self._pool(),
            host=article,
            claims=claims,
            wanted=tables.share_of(len(claims), self.share) - len(before),
            existing=frozenset((*before, *given)),
            people=self._people.get(key, set()),
            layout=layout,
        )

    def _say(self, plan: studio.Plan, choice: tables.Choice, before: int) -> None:
        """Say how much gold an article gets, and why it is less than was asked for."""
        wanted = tables.share_of(len(plan.claims), self.share)
        name = plan.article.article_id
        if before >= wanted:
            self.progress.note(f"{name}: {counted(before, 'decided claim')} of other articles are there.")
            return
        words = f"{name}: {counted(choice.decided, 'decided claim')} of other articles"
        beside = f", in paragraphs with {choice.shown} claims" if choice.shown > choice.decided else ""
        there = f", {before} are there" if before else ""
        all_judged = f", {choice.judged_by_all} known to everybody there" if choice.judged_by_all else ""
        less = (
            f"; {wanted} were asked for, the desk has no more{all_judged}"
            if choice.decided + before < wanted
            else ""
        )
        self.progress.note(f"{words} to mix in{beside}{there}{less}.")

    def _pool(self) -> list[studio.GoldArticle]:
        return [article for decided in self._decided() for article in decided.articles]

    def _decided(self) -> list[tables.DecidedClaims]:
        """Read the pulled projects once."""
        if self._desk is None:
            self._desk = []
            folders = tables.folders_with_answers(self.settings.exports)
            with self.progress.count("reading decisions") as count:
                for number, folder in enumerate(folders, 1):
                    self._read(folder, self._desk)
                    count(number, len(folders))
        return self._desk

    def _read(self, folder: Path, desk: list[tables.DecidedClaims]) -> None:
        try:
            raw = tables.read_raw(folder)
            answers = tables.read_answers(raw)
        except BadInput as error:
            self.progress.note(f"Its decisions are left out: {error}.")
            return
        desk.append(tables.decided_claims(answers, key=folder.name))
        origins = (origin for _, origin in studio.origins_of(raw) if origin)
        given = self._given.setdefault(answers.project.title, set())
        given |= {claim.claim_id for claim in _claims_of(origins)}
        own = answers.judgements[answers.judgements["ground_truth"] == 0]
        self._people[folder.name] = tables.people_of(own["annotator"].unique(), answers.project)


def _claims_of(origins: Iterable[studio.Origin]) -> Iterator[studio.DecidedClaim]:
    return (claim for origin in origins for claim in origin.decided.values())


def gold_mixer(settings: Settings, share: float | None, *, progress: Progress = SILENT) -> GoldMixer:
    """Return what mixes gold into a push; without a share, that of the settings counts.

    Raises:
        UsageError: where the share is out of range.
    """
    if share is not None and not 0 <= share <= MOST_GOLD:
        raise UsageError(f"gold is {share}: it must be a number from 0 to {MOST_GOLD}")
    return GoldMixer(settings, settings.gold if share is None else share, share is not None, progress)


def decided_now(exports: Path, keys: Iterable[str]) -> dict[str, tables.DecidedClaims]:
    """Return what pulled projects decide now, by key; without those that were not pulled or are damaged."""
    decided = {}
    folders = {folder.name: folder for folder in tables.folders_with_answers(exports)}
    for key in sorted(set(keys) & folders.keys()):
        try:
            answers = tables.read_answers(tables.read_raw(folders[key]))
        except BadInput:
            continue
        decided[key] = tables.decided_claims(answers, key=key)
    return decided


def _corrected(count: int) -> str:
    return f"{counted(count, 'decided claim')} left out, since corrections took the words away"
