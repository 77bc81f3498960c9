"""Which article in Label Studio a text is: the one of its id, one that was renamed or moved, or another one.

An id is made from a file's path, and people rename, move and reuse files. So claims are compared too: where
hardly one stays under an id, a person is asked; where most have another id, that one is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain

from annotate.errors import BadInput
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
from annotate.studio.format import Layout, Task, Terms, claims_of, is_ours
from annotate.studio.push.index import ProjectIndex
from annotate.studio.push.planning import Extracted, Plan, blank_plans, by_article
from annotate.studio.push.sync import compare_all, tasks_of
from annotate.text import fold_spaces

HARDLY = 0.2  # of the claims: below, the id may belong to another article now
MOST = 0.5  # unchanged of the claims before and now: from there on, another id has the same article
WHOLE = 1_000  # tasks of a project that are read to find an article; of larger ones only some are asked for
PROBED = 10  # articles that are searched by their words in a larger project
PROBES, PROBE = 5, 40  # claims of an article that are searched, and characters of each
ELSEWHERE = 50  # projects that are searched for an article without one of its own


Match = tuple[Project, Plan]


@dataclass(frozen=True, slots=True)
class Aim:
    """Where articles go: into an existing project, or into one to be created with a title and key.

    `given` are the ids that the articles came with, in the order of `plans`.
    """

    title: str
    key: str | None
    project: Project | None
    plans: list[Plan]
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """The search for articles in Label Studio.

    `which` returns whether a plan that keeps hardly a claim of a project is for the article rewritten (true)
    or for another one, and may raise; with `new`, claims under an id that has nothing to do with the
    article's belong to another article.
    """

    client: Client
    layout: Layout
    terms: Terms
    which: Callable[[Plan, Project], bool]
    new: bool = False

    def named(self, title: str, articles: Sequence[Extracted], index: ProjectIndex | None = None) -> Aim:
        """Aim articles at the project of a title.

        Raises:
            Conflict: as `peek_project`; where the mark of a project that has them is lost; as `which`.
        """
        rows, given = self.client.projects(), tuple(article.article_id for article, _, _ in articles)
        if not matching(joined(rows, self.client.url), title):
            refuse_lost(self.client, rows, [article for article, _, _ in articles], title)
        project = peek_project(self.client, title, self.layout)
        plans = compare_all(self.client, project, blank_plans(articles, self.layout, self.terms), index)
        if project:
            refuse_lost_parts(self.client, rows, project)
            plans = self._recognized(project, plans, index)
            ids = [plan.article.article_id for plan in plans]
            moved = {new for old, new in zip(given, ids, strict=True) if old != new}
            plans = [self._settled(project, plan, moved) for plan in plans]
        return Aim(title, None, project, plans, given)

    def own(self, articles: Sequence[Extracted]) -> list[Aim]:
        """Aim each article at a project of its own, found by its key, its title, or the article in it.

        Raises as `named` does.
        """
        rows, blank = self.client.projects(), blank_plans(articles, self.layout, self.terms)
        every = list(joined(rows, self.client.url))
        projects = [project for project in every if not project.is_training]
        near = [self._nearest(plan, self._candidates(plan, projects)) for plan in blank]
        absent = [plan for plan, match in zip(blank, near, strict=True) if not match]
        if absent:
            refuse_lost(self.client, rows, [plan.article for plan in absent])
        elsewhere = {} if self.new else self._elsewhere(absent, projects)
        titles = {project.title for project in every}
        aims = []
        for plan, match in zip(blank, near, strict=True):
            aim = self._own(plan, match or elsewhere.get(plan.article.article_id), projects)
            if aim.title in titles and not aim.project:
                aim = replace(aim, title=other_title(aim.title, aim.key or ""))
            titles.add(aim.title)
            aims.append(aim)
        return aims

    def _own(self, blank: Plan, match: Match | None, projects: Sequence[Project]) -> Aim:
        given = blank.article.article_id
        family = {number: each for each in projects if (number := _number(each.key, given))}
        latest = max(family, default=0)
        if match and match[1].existing and max(match[1].kept) < HARDLY:
            project, plan = match
            if self.which(plan, project):
                project = family.get(latest) or project
                match = project, self._under(project, plan, project.key if latest else given)
            else:
                match = None
        if match:
            project, plan = match
            checked([each for each in projects if each.key == project.key], project.title, self.layout)
            return Aim(project.title, project.key, project, [plan], (given,))
        key = _numbered(given, latest + 1)
        return Aim(project_title(blank.article), key, None, [self._under(None, blank, key)], (given,))

    def _candidates(self, blank: Plan, projects: Sequence[Project]) -> list[Project]:
        """Return the projects that may be an article's own: those of its id first, the newest before."""
        given, title = blank.article.article_id, project_title(blank.article)
        keyed = [project for project in projects if _number(project.key, given)]
        return [*reversed(keyed), *(p for p in projects if p.title == title and p not in keyed)]

    def _nearest(self, blank: Plan, projects: Iterable[Project]) -> Match | None:
        """Return the project that keeps most of an article's claims, or has its id; `None` without one."""
        best: Match | None = None
        given = blank.article.article_id
        for project in projects:
            key = project.key if _number(project.key, given) else given
            (plan,) = self._recognized(project, [self._under(project, blank, key)])
            if (plan.existing or project.key == key) and (best is None or max(plan.kept) > max(best[1].kept)):
                best = project, plan
            if best and max(best[1].kept) >= MOST:
                break
        return best

    def _elsewhere(self, absent: Sequence[Plan], projects: Sequence[Project]) -> dict[str, Match]:
        """Return the projects that were made for these articles when they had other ids."""
        matches: dict[str, Match] = {}
        owned = [project for project in reversed(projects) if not named_by_person(project)]
        words = [probe for plan in absent for probe in _probes(plan)] if len(absent) <= PROBED else []
        for project in owned[:ELSEWHERE] if absent else ():
            if not any(self._like(project, [plan.article.revision for plan in absent], words)):
                continue
            for blank in absent:
                match = self._nearest(blank, [project])
                if match and match[1].article.article_id == project.key:
                    matches.setdefault(blank.article.article_id, match)
        return matches

    def _settled(self, project: Project, plan: Plan, moved: Collection[str]) -> Plan:
        """Ask where an id is in use and hardly a claim stays; return the plan that the answer leads to.

        An id in `moved` now belongs to another article, and nobody is asked.
        """
        if max(plan.kept) >= HARDLY or not plan.existing:
            return plan
        given, latest = plan.article.article_id, 1
        while tasks_of(self.client, project, [_numbered(given, latest + 1)]):
            latest += 1
        same = given not in moved and self.which(plan, project)
        return self._under(project, plan, _numbered(given, latest if same else latest + 1))

    def _under(self, project: Project | None, plan: Plan, article_id: str) -> Plan:
        return compare_all(self.client, project, [plan.under(article_id)])[0]

    def _recognized(
        self, project: Project, plans: list[Plan], index: ProjectIndex | None = None
    ) -> list[Plan]:
        """Return plans under the ids that their claims have in a project; the others as they are."""
        doubtful = [plan for plan in plans if max(plan.kept) < HARDLY]
        if not doubtful or not doubtful[0].seen:
            return plans
        tasks = self._similar(project, doubtful, index)
        for plan in plans:
            if max(plan.kept) >= HARDLY:
                tasks.pop(plan.article.article_id, None)
        texts = _texts(tasks)
        return [self._best(plan, tasks, texts) if max(plan.kept) < HARDLY else plan for plan in plans]

    def _best(self, plan: Plan, tasks: dict[str, list[Task]], texts: Mapping[str, set[str]]) -> Plan:
        """Return the plan under the id that has most of its claims, and remove that id; else the plan."""
        given = plan.article.article_id
        shared = Counter(
            each
            for words in {fold_spaces(claim.text) for claim in plan.claims}
            for each in texts.get(words, ())
            if each in tasks and not (self.new and not _number(each, given))
        )
        if not shared:
            return plan
        best = max(shared, key=lambda each: (shared[each], _number(each, given) or 0, each))
        again = plan.under(best).against(tasks[best], plan.seen)
        same = len(again.unchanged) / max(len(again.claims), again.existing)
        if max(again.kept) < HARDLY if _number(best, given) else same < MOST:
            return plan
        del tasks[best]
        return again

    def _similar(
        self, project: Project, doubtful: Sequence[Plan], index: ProjectIndex | None
    ) -> dict[str, list[Task]]:
        """Return tasks that may be of these articles, by the id that they have."""
        seen = doubtful[0].seen
        if seen <= WHOLE:
            return by_article(chain.from_iterable(self.client.tasks(part.number) for part in project.parts))
        if index and index.tasks == seen:
            known = index.revisions
        else:
            same = self._like(project, [plan.article.revision for plan in doubtful], ())
            known = {task["data"]["revision"]: task["data"]["article_id"] for task in same}
        ids = {known[plan.article.revision] for plan in doubtful if plan.article.revision in known}
        rest = [plan for plan in doubtful if plan.article.revision not in known]
        if len(rest) <= PROBED:
            words = [probe for plan in rest for probe in _probes(plan)]
            ids |= {task["data"]["article_id"] for task in self._like(project, (), words)}
        return tasks_of(self.client, project, sorted(ids))

    def _like(self, project: Project, revisions: Sequence[str], words: Sequence[str]) -> Iterator[Task]:
        for part in project.parts:
            tasks = self.client.tasks_like(part.number, revisions=revisions, words=words)
            yield from filter(is_ours, tasks)


def _number(article_id: str, given: str) -> int | None:
    """Return which of the articles that came with one id an id is: 1 for the first, 2 for `id-2`."""
    match = re.fullmatch(rf"{re.escape(given)}(?:-(\d+))?", article_id)
    return int(match[1] or 1) if match else None


def _numbered(given: str, number: int) -> str:
    return given if number == 1 else f"{given}-{number}"


def _probes(plan: Plan) -> list[str]:
    """Return the beginnings of an article's longest claims."""
    longest = sorted(plan.claims, key=lambda claim: -len(claim.text))[:PROBES]
    return [claim.text[:PROBE] for claim in longest]


def _texts(articles: Mapping[str, Iterable[Task]]) -> dict[str, set[str]]:
    """Return the ids of the articles that have a claim, by its words; spoiled data has none."""
    texts: dict[str, set[str]] = {}
    for article_id, task in ((article_id, task) for article_id, tasks in articles.items() for task in tasks):
        with suppress(BadInput):
            for claim in claims_of(task):
                texts.setdefault(fold_spaces(claim.text), set()).add(article_id)
    return texts
