"""Which article in Label Studio a text is: the one of its id, one that was renamed or moved, or another one.

An id is made from a file's path, and people rename, move and reuse files. So claims are looked at too: where
hardly one stays under an id, a person is asked; where most stand under another id, that one is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain

from annotate.article import under_id
from annotate.errors import BadInput
from annotate.model import Claim
from annotate.studio.api import (
    Client,
    Project,
    checked,
    joined,
    matching,
    named_by_person,
    other_title,
    peek_project,
    project_title,
    refuse_lost,
    refuse_lost_parts,
)
from annotate.studio.format import Layout, Task, Terms, claims_of
from annotate.studio.push.index import Holdings
from annotate.studio.push.planning import Plan, planned
from annotate.studio.push.sync import Extracted, by_article, plan_all, tasks_of
from annotate.text import fold_spaces

HARDLY = 0.2  # of the claims: below, what stands under an id may be another article
MOST = 0.5  # unchanged of the claims before and now: from there on, another id holds the same article
WHOLE = 1_000  # tasks of a project that are read to find an article; of larger ones only some are asked for
PROBED = 10  # articles that are looked for by their words in a larger project
PROBES, PROBE = 5, 40  # claims of an article that are looked for, and characters of each
ELSEWHERE = 50  # projects in which an article without one of its own is looked for


@dataclass(frozen=True, slots=True)
class Aim:
    """Where articles go: into a project that is there, or into one to be made under a title and key.

    `given` are the ids that the articles came with, in the order of `plans`.
    """

    title: str
    key: str | None
    project: Project | None
    plans: list[Plan]
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """How articles are looked for in Label Studio.

    `which` is asked whether a plan that keeps hardly a claim in a project is for the article rewritten (true)
    or for another one, and may raise; `new`: claims under an id that has nothing to do with the article's
    belong to another article.
    """

    client: Client
    layout: Layout
    terms: Terms
    which: Callable[[Plan, Project], bool]
    new: bool = False

    def named(self, title: str, lot: Sequence[Extracted], holdings: Holdings | None = None) -> Aim:
        """Aim articles at the project of a title.

        Raises:
            Conflict: as `peek_project`; where the mark of a project that holds them is lost; as `which`.
        """
        rows, given = self.client.projects(), tuple(article.article_id for article, _, _ in lot)
        if not matching(joined(rows, self.client.url), title):
            refuse_lost(self.client, rows, [article for article, _, _ in lot], title)
        project = peek_project(self.client, title, self.layout)
        plans = self._plans(project, lot, holdings)
        if project:
            refuse_lost_parts(self.client, rows, project)
            plans = self._recognised(project, plans, holdings)
            now = [made.article.article_id for made in plans]
            moved = {is_now for was, is_now in zip(given, now, strict=True) if was != is_now}
            plans = [self._settled(project, made, moved) for made in plans]
        return Aim(title, None, project, plans, given)

    def own(self, lot: Sequence[Extracted]) -> list[Aim]:
        """Aim each article at a project of its own, found by its key, its title, or the article in it.

        Raises as `named` does.
        """
        rows = self.client.projects()
        projects = list(joined(rows, self.client.url))
        near = [self._nearest(one, self._candidates(one, projects)) for one in lot]
        absent = [one for one, found in zip(lot, near, strict=True) if not found]
        if absent:
            refuse_lost(self.client, rows, [article for article, _, _ in absent])
        elsewhere = {} if self.new else self._elsewhere(absent, projects)
        titles = {project.title for project in projects}
        aims = []
        for one, found in zip(lot, near, strict=True):
            aim = self._own(one, found or elsewhere.get(one[0].article_id), projects)
            if aim.title in titles and not aim.project:
                aim = replace(aim, title=other_title(aim.title, aim.key or ""))
            titles.add(aim.title)
            aims.append(aim)
        return aims

    def _own(self, one: Extracted, found: tuple[Project, Plan] | None, projects: Sequence[Project]) -> Aim:
        given = one[0].article_id
        family = {number: each for each in projects if (number := _number(each.key, given))}
        latest = max(family, default=0)
        project, made = found or (None, None)
        if project and made and made.held and max(made.kept) < HARDLY:
            if self.which(made, project):
                project = family.get(latest) or project
                made = self._under(project, made, project.key if latest else given)
            else:
                project, made = None, None
        if project and made:
            checked([each for each in projects if each.key == project.key], project.title, self.layout)
            return Aim(project.title, project.key, project, [made], (given,))
        key = _numbered(given, latest + 1)
        article, claims = under_id(one[0], one[1], key)
        plans = self._plans(None, [(article, claims, one[2])])
        return Aim(project_title(article), key, None, plans, (given,))

    def _candidates(self, one: Extracted, projects: Sequence[Project]) -> list[Project]:
        """Return the projects that may be an article's own, those of its id first, the newest before."""
        given, title = one[0].article_id, project_title(one[0])
        keyed = [project for project in projects if _number(project.key, given)]
        return [*reversed(keyed), *(p for p in projects if p.title == title and p not in keyed)]

    def _nearest(self, one: Extracted, projects: Iterable[Project]) -> tuple[Project, Plan] | None:
        """Return the project that keeps most of an article's claims, or has its id; `None` without one."""
        best: tuple[Project, Plan] | None = None
        for project in projects:
            key = project.key if _number(project.key, one[0].article_id) else one[0].article_id
            plans = self._plans(project, [(*under_id(one[0], one[1], key), one[2])])
            (made,) = self._recognised(project, plans)
            if (made.held or project.key == key) and (best is None or max(made.kept) > max(best[1].kept)):
                best = project, made
            if best and max(best[1].kept) >= MOST:
                break
        return best

    def _elsewhere(
        self, lot: Sequence[Extracted], projects: Sequence[Project]
    ) -> dict[str, tuple[Project, Plan]]:
        """Return the projects that were made for these articles when they had other ids."""
        found: dict[str, tuple[Project, Plan]] = {}
        owned = [project for project in reversed(projects) if not named_by_person(project)]
        words = (
            list(chain.from_iterable(_probes(claims) for _, claims, _ in lot)) if len(lot) <= PROBED else []
        )
        for project in owned[:ELSEWHERE] if lot else ():
            if not any(self._like(project, [article.revision for article, _, _ in lot], words)):
                continue
            for one in lot:
                near = self._nearest(one, [project])
                if near and near[1].article.article_id == project.key:
                    found.setdefault(one[0].article_id, near)
        return found

    def _settled(self, project: Project, made: Plan, moved: Collection[str]) -> Plan:
        """Ask where an id is held and hardly a claim stays; return the plan that the answer makes.

        An id in `moved` is that of another article now, and nobody is asked.
        """
        if max(made.kept) >= HARDLY or not made.held:
            return made
        given, latest = made.article.article_id, 1
        while tasks_of(self.client, project, [_numbered(given, latest + 1)]):
            latest += 1
        same = given not in moved and self.which(made, project)
        number = latest if same else latest + 1
        return self._under(project, made, _numbered(given, number))

    def _under(self, project: Project, made: Plan, article_id: str) -> Plan:
        article, claims = under_id(made.article, made.claims, article_id)
        return self._plans(project, [(article, claims, made.skips)])[0]

    def _plans(
        self, project: Project | None, lot: Sequence[Extracted], holdings: Holdings | None = None
    ) -> list[Plan]:
        return plan_all(self.client, project, lot, layout=self.layout, terms=self.terms, holdings=holdings)

    def _recognised(
        self, project: Project, plans: list[Plan], holdings: Holdings | None = None
    ) -> list[Plan]:
        """Return plans under the ids where their claims stand in a project; the others as they are."""
        doubtful = [made for made in plans if max(made.kept) < HARDLY]
        if not doubtful or not doubtful[0].seen:
            return plans
        held = self._standing(project, doubtful, holdings)
        for made in plans:
            if max(made.kept) >= HARDLY:
                held.pop(made.article.article_id, None)
        texts = _texts(held)
        return [self._best(made, held, texts) if max(made.kept) < HARDLY else made for made in plans]

    def _best(self, made: Plan, held: dict[str, list[Task]], texts: Mapping[str, set[str]]) -> Plan:
        """Return the plan under the id that has most of its claims, and take that id; else the plan."""
        given = made.article.article_id
        shared = Counter(
            each
            for words in {fold_spaces(claim.text) for claim in made.claims}
            for each in texts.get(words, ())
            if each in held and not (self.new and not _number(each, given))
        )
        if not shared:
            return made
        best = max(shared, key=lambda each: (shared[each], _number(each, given) or 0, each))
        article, claims = under_id(made.article, made.claims, best)
        again = planned(
            held[best], article, claims, made.skips, layout=self.layout, terms=self.terms, seen=made.seen
        )
        same = len(again.unchanged) / max(len(again.claims), again.held)
        if max(again.kept) < HARDLY if _number(best, given) else same < MOST:
            return made
        del held[best]
        return again

    def _standing(
        self, project: Project, doubtful: Sequence[Plan], holdings: Holdings | None
    ) -> dict[str, list[Task]]:
        """Return tasks that may be of these articles, by the id under which they stand."""
        seen = doubtful[0].seen
        if seen <= WHOLE:
            return by_article(chain.from_iterable(self.client.tasks(part.number) for part in project.parts))
        if holdings and holdings.tasks == seen:
            known = holdings.revisions
        else:
            asked = self._like(project, [made.article.revision for made in doubtful], ())
            known = {task["data"]["revision"]: task["data"]["article_id"] for task in asked}
        ids = {known[made.article.revision] for made in doubtful if made.article.revision in known}
        rest = [made for made in doubtful if made.article.revision not in known]
        if len(rest) <= PROBED:
            words = [probe for made in rest for probe in _probes(made.claims)]
            ids |= {task["data"]["article_id"] for task in self._like(project, (), words)}
        return tasks_of(self.client, project, sorted(ids))

    def _like(self, project: Project, revisions: Sequence[str], words: Sequence[str]) -> Iterator[Task]:
        for part in project.parts:
            found = self.client.tasks_like(part.number, revisions=revisions, words=words)
            yield from chain.from_iterable(by_article(found).values())


def _number(article_id: str, given: str) -> int | None:
    """Return which of the articles that came with one id an id is: 1 for the first, 2 for `id-2`."""
    found = re.fullmatch(rf"{re.escape(given)}(?:-(\d+))?", article_id)
    return int(found[1] or 1) if found else None


def _numbered(given: str, number: int) -> str:
    return given if number == 1 else f"{given}-{number}"


def _probes(claims: Sequence[Claim]) -> list[str]:
    """Return the beginnings of an article's longest claims."""
    longest = sorted(claims, key=lambda claim: -len(claim.text))[:PROBES]
    return [claim.text[:PROBE] for claim in longest]


def _texts(held: Mapping[str, Iterable[Task]]) -> dict[str, set[str]]:
    """Return the ids of the articles that hold a claim, by its words; spoiled data holds none."""
    texts: dict[str, set[str]] = {}
    for article_id, task in ((article_id, task) for article_id, tasks in held.items() for task in tasks):
        with suppress(BadInput):
            for claim in claims_of(task):
                texts.setdefault(fold_spaces(claim.text), set()).add(article_id)
    return texts
