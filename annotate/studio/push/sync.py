"""Plan and push: what of an article is in Label Studio already, and what goes there.

Label Studio's data is the truth. A push sends only claims that are missing there, sends nothing twice, and
never deletes; after an unclear response it reads what was stored before it goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from annotate.errors import Conflict, Unreachable
from annotate.parallel import map_ordered, map_unordered
from annotate.studio.api import (
    Client,
    Project,
    Unclear,
    add_part,
    clients_for,
    find_project,
    list_projects,
    lock_project,
)
from annotate.studio.format import (
    Task,
    by_priority,
    carrying,
    is_gold,
    is_made_here,
    is_ours,
    task_count,
)
from annotate.studio.gold import mixed, origin_of
from annotate.studio.push.index import ProjectIndex
from annotate.studio.push.planning import Plan, blank_plans, by_article

CHUNK = 500  # tasks a call: larger ones are no faster, and more is lost when one fails
CHUNK_BYTES = 8_000_000
CLAIM_BYTES = 1_000  # of a claim's fields and regions, about
TASKS_PER_PROJECT = 50_000  # Label Studio's lists and exports are slow with more
SETTLING = (0.0, 1.0, 2.0, 4.0)  # seconds between looks, while a server may still be at work on a call
ATTEMPTS = 3

Progress = Callable[[int, int], None]
Job = tuple[Project, list[Task]]


# --------------------------------------------------------------------------- plan


def compare_all(
    client: Client, project: Project | None, plans: Sequence[Plan], index: ProjectIndex | None = None
) -> list[Plan]:
    """Compare the articles of plans with what their project has; without a project all is new.

    No two of the articles have the same id. Only their own tasks are read; with an `index` of the project
    only those of articles that may differ.

    Raises:
        Conflict: where the project is gone.
    """
    seen = _count(client, project) if project else 0
    known = index if index and index.tasks == seen else None
    states = [known.state(plan.article, plan.claims) if known else "other" for plan in plans]
    wanted = [plan.article.article_id for plan, state in zip(plans, states, strict=True) if state == "other"]
    tasks = tasks_of(client, project, wanted) if project and seen else {}
    return [
        plan.as_sent(seen) if state == "same" else plan.against(tasks.get(plan.article.article_id, ()), seen)
        for plan, state in zip(plans, states, strict=True)
    ]


def tasks_of(client: Client, project: Project, articles: Collection[str]) -> dict[str, list[Task]]:
    """Return the tasks of some articles, by the article's id."""
    parts = project.parts if articles else ()
    tasks = (task for part in parts for task in _matching(client, part, "article_id", articles))
    return by_article(task for task in tasks if is_ours(task) and task["data"]["article_id"] in articles)


def gold_of(client: Client, project: Project, articles: Collection[str]) -> dict[str, list[Task]]:
    """Return the tasks of gold that stand among those of some articles, by the article's id."""
    parts = project.parts if articles else ()
    tasks = (task for part in parts for task in _matching(client, part, "article_id", articles))
    gold: dict[str, list[Task]] = {}
    for task in filter(is_gold, tasks):
        gold.setdefault(task["data"]["article_id"], []).append(task)
    return gold


def _matching(client: Client, part: Project, field: str, values: Collection[str]) -> Iterable[Task]:
    """Return the tasks that have one of these values, or all where the server cannot filter by them yet."""
    tasks = list(client.tasks_with(part.number, list(values), field=field))
    return tasks if tasks or client.knows(part.number, field) else client.tasks(part.number)


def read_index(
    client: Client, project: Project, *, clients: int = 1, progress: Progress = lambda done, total: None
) -> ProjectIndex:
    """Read a project once, with so many calls at once, for a push of very many articles into it.

    `progress` is called with the tasks read and their total.
    """
    total = _count(client, project)
    ranges = ((part.number, ids) for part in project.parts for ids in client.id_ranges(part.number))
    index = ProjectIndex()
    for tasks in map_unordered(clients_for(client, clients), ranges, lambda one, ids: one.tasks_in(*ids)):
        index.add(tasks)
        progress(index.tasks, total)
    return index


def project_of_claims(client: Client, claim_ids: Collection[str]) -> Project:
    """Return the project that has one of these claims; where only one exists, that one.

    Raises:
        Conflict: where none does, or more than one.
    """
    ours, wanted = list_projects(client), set(claim_ids)
    if len(ours) < 2:
        return find_project(client)
    fitting = [project for project in ours if _holds_one(client, project, wanted)]
    if len(fitting) == 1:
        return fitting[0]
    what = "several projects have" if fitting else "no project has"
    titles = ", ".join(f"“{project.title}”" for project in fitting or ours)
    raise Conflict(f"{what} these claims: name the project with --project (there: {titles})")


def _holds_one(client: Client, project: Project, claim_ids: Collection[str]) -> bool:
    """Return whether a project has one of these claims; spoiled data has none."""
    tasks = (task for part in project.parts for task in client.tasks(part.number) if is_ours(task))
    packed = (each for task in tasks for each in task["data"]["claims"] if isinstance(each, Mapping))
    return any(each.get("claim_id") in claim_ids for each in packed)


def _count(client: Client, project: Project) -> int:
    return sum(client.task_count(part.number) for part in project.parts)


# --------------------------------------------------------------------------- push


def apply_all(  # noqa: PLR0913 - what is sent, where, and how
    client: Client,
    project: Project,
    plans: Sequence[Plan],
    *,
    progress: Progress = lambda done, total: None,
    clients: int = 1,
    most: int = TASKS_PER_PROJECT,
) -> list[Plan]:
    """Carry out plans that were made together, each claim once, and return them as they were carried out.

    Under the lock the plans are made anew where the project has other tasks than they saw.

    Args:
        client: who sends.
        project: where to; a further part of it is made where the others are full.
        plans: of `compare_all`.
        progress: is called with the claims sent so far and their total.
        clients: how many calls are out at once; of plans with an order one, for tasks go out by their ids.
        most: tasks in one part.

    Raises:
        Conflict: where another push runs from this machine, the project is gone, or it drifted.
        BadInput: where a task cannot be sent; nothing of its article was sent then, others may be.
        Unreachable: where Label Studio stops answering; another push sends what is missing.
    """
    if not any(plan.to_send or plan.number or plan.drift or plan.gold for plan in plans):
        return list(plans)
    with lock_project(client, project.key, project.title):
        counts = {part.number: client.task_count(part.number) for part in project.parts}
        if sum(counts.values()) != plans[0].seen:
            fresh = compare_all(client, project, _anew(plans))
            plans = [replace(new, gold=old.gold) for old, new in zip(plans, fresh, strict=True)]
        if any(plan.drift for plan in plans):
            raise Conflict(f"“{project.title}” was changed by hand: `annotate push --dry-run` shows how")
        gold = gold_of(client, project, [plan.article.article_id for plan in plans if plan.gold])
        plans = [_without_existing(plan, gold.get(plan.article.article_id, ())) for plan in plans]
        calls = _Calls(client, project, {part: most - count for part, count in counts.items()}, most)
        _send_all(clients_for(client, 1 if plans[0].terms.order else clients), calls, plans, gold, progress)
        for plan in plans:
            if plan.number and plan.carrier:
                client.set_meta(int(plan.carrier["id"]), carrying(plan.carrier, plan.revision()))
    return list(plans)


def _anew(plans: Sequence[Plan]) -> list[Plan]:
    """Return plans for the same articles that are not compared with anything yet."""
    articles = [(plan.article, plan.claims, plan.skips) for plan in plans]
    return blank_plans(articles, plans[0].layout, plans[0].terms)


def _send_all(
    clients: Sequence[Client],
    calls: _Calls,
    plans: Sequence[Plan],
    gold: Mapping[str, Sequence[Task]],
    progress: Progress,
) -> None:
    """Send what plans say; nobody sends while a part of the project is made.

    A Label Studio on SQLite that is kept from writing tries again by itself, and makes two projects.
    `gold` are the tasks of gold that are there, by the id of their article.
    """
    in_gold = sum(len(task["data"]["claims"]) for plan in plans for task in plan.gold)
    total, done = sum(len(plan.to_send) for plan in plans) + in_gold, 0
    progress(done, total)
    ready = (  # made while others are on their way
        tasks for plan in plans if (tasks := _ready(plan, gold.get(plan.article.article_id, ())))
    )
    if plans[0].terms.order:  # the last task of an article, with its revision, is behind its others here too
        ready = ([task] for task in by_priority(chain.from_iterable(ready)))
    for jobs in (calls.jobs(ready), calls.jobs([task] for task in calls.last)):
        calls.full = True
        while calls.full:
            calls.full = False
            # also with one client the next tasks are made while the server is busy with the last ones
            for sent in map_ordered(clients, iter(lambda: next(jobs, None), None), _send):  # noqa: B023
                done += sent
                progress(done, total)
            if calls.full:
                calls.add_part()


def _ready(plan: Plan, gold: Sequence[Task] = ()) -> list[Task]:
    """Return the tasks to send; the last one carries the revision, unless an existing task could."""
    tasks = plan.tasks()
    if plan.number:
        packed = plan.revision()
        if tasks and not plan.carrier:
            tasks[-1] = {**tasks[-1], "meta": carrying(tasks[-1], packed)}
    whole = task_count(plan.article, plan.claims, plan.layout) if plan.gold else 0
    return mixed(tasks, plan.gold, existing=gold, whole=whole) if plan.gold else tasks


def _without_existing(plan: Plan, gold: Iterable[Task]) -> Plan:
    """Return a plan without the tasks of gold whose claims are there."""
    existing = {claim_id for task in gold for claim_id in _decided(task)}
    return replace(plan, gold=tuple(task for task in plan.gold if existing.isdisjoint(_decided(task))))


def _decided(task: Task) -> set[str]:
    """Return the ids that the decided claims of a task of gold have in their own article."""
    origin = origin_of(task)
    return {claim.claim_id for claim in origin.decided.values()} if origin else set()


class _Calls:
    """Decides which tasks go together in one call, and into which part of a project.

    A revision may be stored only when all of its claims are. So the tasks of an article go in one call, where
    they fit into one; else the one that carries the revision is kept back among the `last`.
    """

    def __init__(self, client: Client, project: Project, free: dict[int, int], most: int) -> None:
        self.last: list[Task] = []
        self.full = False  # tasks wait for a part that does not exist yet
        self._client, self._project, self._free, self._most = client, project, free, most
        self._chunk: list[Task] = []
        self._bytes = 0

    def add_part(self) -> None:
        """Create a further part."""
        before = {part.number for part in self._project.parts}
        self._project = add_part(self._client, self._project)
        self._free |= {part.number: self._most for part in self._project.parts if part.number not in before}

    def jobs(self, articles: Iterable[list[Task]]) -> Iterator[Job | None]:
        """Yield the calls that send the tasks of articles; `None` where a part must be created first."""
        for tasks in articles:
            rest = tasks
            if not self._fits(tasks):
                if self._would_fit(tasks):
                    yield from self._flush()
                elif len(tasks) > 1 and "meta" in tasks[-1]:
                    rest = tasks[:-1]
                    self.last.append(tasks[-1])
            for task in rest:
                if not self._fits([task]):
                    yield from self._flush()
                self._chunk.append(task)
                self._bytes += _size([task])
        yield from self._flush()

    def _flush(self) -> Iterator[Job | None]:
        if self._chunk:
            if not self._open():
                self.full = True
                yield None
            part, chunk = self._open()[0], self._chunk
            self._free[part.number] -= len(chunk)
            self._chunk, self._bytes = [], 0
            yield part, chunk

    def _open(self) -> list[Project]:
        """Return the parts that are not full, the one that is being filled first."""
        return [part for part in self._project.parts if self._free.get(part.number, 0) > 0]

    def _left(self) -> int:
        """Return the free places of the part that is being filled; a part to be created is empty."""
        return self._free[self._open()[0].number] if self._open() else self._most

    def _fits(self, tasks: Sequence[Task]) -> bool:
        count = len(self._chunk) + len(tasks)
        is_small = count == 1 or self._bytes + _size(tasks) <= CHUNK_BYTES
        return count <= min(CHUNK, self._left()) and is_small

    def _would_fit(self, tasks: Sequence[Task]) -> bool:
        """Return whether tasks would fit into a call of their own, after this one."""
        free = self._left() - len(self._chunk) or self._most
        return len(tasks) <= min(CHUNK, free) and _size(tasks) <= CHUNK_BYTES


def _size(tasks: Iterable[Task]) -> int:
    """Return about how many bytes tasks have when they are sent."""
    size = 0
    for task in tasks:
        carried = task.get("meta", {}).get("article", {}).get("text", "")
        size += 4 * (len(task["data"]["text"]) + len(carried)) + CLAIM_BYTES * len(task["data"]["claims"])
    return size


def repair_all(client: Client, project: Project, plans: Sequence[Plan]) -> list[Plan]:
    """Delete the tasks that drifted, with their answers, and return the plans that send their claims again.

    Save a copy of the answers first. A task that is gone already stays gone.

    Raises:
        Conflict: where another push runs from this machine, or the project is gone.
    """
    with lock_project(client, project.key, project.title):
        drifted = [drift for plan in compare_all(client, project, _anew(plans)) for drift in plan.drift]
        for number in {number for drift in drifted for number in drift.tasks}:
            client.delete_task(number)
        again = compare_all(client, project, _anew(plans))
    return [replace(plan, drift=tuple(d for d in plan.drift if d.kind != "deleted")) for plan in again]


def _send(client: Client, job: Job) -> int:
    """Send tasks until each is in the project once, and return how many claims they have.

    Only what is missing when the project is read is sent again.
    """
    project, missing = job
    claims = sum(len(task["data"]["claims"]) for task in missing)
    for _ in range(ATTEMPTS):
        try:
            if client.import_tasks(project.number, missing) == len(missing):
                return claims
        except Unclear:
            pass
        missing = _missing(client, project, missing)
        if not missing:
            return claims
    raise Unreachable(
        f"{client.url} did not take {len(missing)} tasks in {ATTEMPTS} attempts: push again later"
    )


def _missing(client: Client, project: Project, tasks: Sequence[Task]) -> list[Task]:
    """Look which tasks did not arrive; a call that is still at work may yet bring them, so look again.

    Most often they came last, and one page shows them; an address has room for few digests.
    """
    missing = {str(task["data"]["digest"]): task for task in tasks}
    for pause in SETTLING:
        time.sleep(pause)
        missing = _less(missing, client.newest(project.number, len(missing)))
        if missing:
            missing = _less(missing, _matching(client, project, "digest", list(missing)))
        if not missing:
            break
    return list(missing.values())


def _less(wanted: Mapping[str, Task], tasks: Iterable[Task]) -> dict[str, Task]:
    present = {str(task["data"].get("digest")) for task in tasks if is_made_here(task)}
    return {digest: task for digest, task in wanted.items() if digest not in present}
