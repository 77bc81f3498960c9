"""Plan and push: what of an article is in Label Studio already, and what goes there.

What Label Studio holds is the truth. A push sends only claims that are not there, sends nothing twice, and
never deletes; after an answer that does not tell, it looks before it goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from annotate.errors import Conflict, Unreachable
from annotate.model import Article, Claim, Skip
from annotate.studio.api import (
    Client,
    Project,
    Unclear,
    add_part,
    clients_for,
    find_project,
    list_projects,
    map_unordered,
    writing_into,
)
from annotate.studio.format import DEFAULT_TERMS, Layout, Task, Terms, carrying, is_ours
from annotate.studio.push.index import Holdings
from annotate.studio.push.planning import Plan, planned, unchanged

CHUNK = 500  # tasks a call: larger ones are no faster, and more is lost when one fails
CHUNK_BYTES = 8_000_000
CLAIM_BYTES = 1_000  # of a claim's fields and regions, about
TASKS_PER_PROJECT = 50_000  # Label Studio's lists and exports are slow with more
SETTLING = (0.0, 1.0, 2.0, 4.0)  # seconds between looks, while a server may still be at work on a call
ATTEMPTS = 3

Extracted = tuple[Article, Sequence[Claim], Sequence[Skip]]
Progress = Callable[[int, int], None]
Job = tuple[Project, list[Task]]


# --------------------------------------------------------------------------- plan


def plan_all(  # noqa: PLR0913 - what is planned, where, and how it is sent
    client: Client,
    project: Project | None,
    extracted: Sequence[Extracted],
    *,
    layout: Layout,
    terms: Terms = DEFAULT_TERMS,
    holdings: Holdings | None = None,
) -> list[Plan]:
    """Compare articles, no two with the same id, with what their project holds.

    Only their own tasks are read; with `holdings` of the project (see `holdings_of`) only those of articles
    that may differ from it.

    Raises:
        Conflict: where the project is gone.
    """
    seen = _count(client, project) if project else 0
    known = holdings if holdings and holdings.tasks == seen else None
    states = [known.state(article, claims) if known else "other" for article, claims, _ in extracted]
    asked = [
        article.article_id
        for (article, _, _), state in zip(extracted, states, strict=True)
        if state == "other"
    ]
    held = by_article(_held(client, project, asked) if project and seen else ())
    plans = []
    for (article, claims, skips), state in zip(extracted, states, strict=True):
        if state == "same":
            plans.append(unchanged(article, claims, skips, layout=layout, terms=terms, seen=seen))
        else:
            tasks = held.get(article.article_id, ())
            plans.append(planned(tasks, article, claims, skips, layout=layout, terms=terms, seen=seen))
    return plans


def by_article(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    """Return tasks of ours by the id of their article."""
    held: dict[str, list[Task]] = {}
    for task in filter(is_ours, tasks):
        held.setdefault(task["data"]["article_id"], []).append(task)
    return held


def tasks_of(client: Client, project: Project, articles: Sequence[str]) -> dict[str, list[Task]]:
    """Return the tasks of some articles, by the article's id."""
    return by_article(_held(client, project, articles))


def holdings_of(
    client: Client, project: Project, *, clients: int = 1, progress: Progress = lambda done, total: None
) -> Holdings:
    """Read a project once, with so many calls at once, for a push of very many articles into it.

    `progress` is told the tasks read and their total.
    """
    total = _count(client, project)
    spans = ((part.number, span) for part in project.parts for span in client.id_ranges(part.number))
    held = Holdings()
    for tasks in map_unordered(clients_for(client, clients), spans, lambda one, span: one.tasks_in(*span)):
        held.add(tasks)
        progress(held.tasks, total)
    return held


def project_of_claims(client: Client, claim_ids: Collection[str]) -> Project:
    """Find the project of ours that holds one of these claims; where there is only one, that.

    Raises:
        Conflict: where none does, or more than one.
    """
    ours, wanted = list_projects(client), set(claim_ids)
    if len(ours) < 2:
        return find_project(client)
    fitting = [project for project in ours if _holds_one(client, project, wanted)]
    if len(fitting) == 1:
        return fitting[0]
    what = "several projects hold" if fitting else "no project holds"
    there = ", ".join(f"“{project.title}”" for project in fitting or ours)
    raise Conflict(f"{what} claims of the sheet: name its project with --project (there: {there})")


def _holds_one(client: Client, project: Project, claim_ids: Collection[str]) -> bool:
    """Return whether a project holds one of these claims; data that somebody spoiled holds none."""
    tasks = (task for part in project.parts for task in client.tasks(part.number) if is_ours(task))
    packed = (each for task in tasks for each in task["data"]["claims"] if isinstance(each, Mapping))
    return any(each.get("claim_id") in claim_ids for each in packed)


def _count(client: Client, project: Project) -> int:
    return sum(client.task_count(part.number) for part in project.parts)


def _held(client: Client, project: Project, articles: Sequence[str]) -> Iterator[Task]:
    """Return the tasks of some articles."""
    for part in project.parts if articles else ():
        for task in _asked_for(client, part, "article_id", articles):
            if is_ours(task) and task["data"]["article_id"] in articles:
                yield task


def _asked_for(client: Client, part: Project, field: str, values: Sequence[str]) -> Iterable[Task]:
    """Return the tasks that have one of these values, or all where it cannot be asked yet."""
    found = list(client.tasks_with(part.number, values, field=field))
    if found or client.knows(part.number, field):
        return found
    return client.tasks(part.number)


# --------------------------------------------------------------------------- push


def apply_all(  # noqa: PLR0913 - how it is sent is told apart
    client: Client,
    project: Project,
    plans: Sequence[Plan],
    *,
    progress: Progress = lambda done, total: None,
    clients: int = 1,
    most: int = TASKS_PER_PROJECT,
) -> list[Plan]:
    """Send what plans say that were made together, each claim once, and give them as they were carried out.

    Under the lock the plans are made anew where the project has other tasks than they saw. `progress` is told
    the claims sent so far and their total.

    Args:
        client: who sends.
        project: where to; a further part of it is made where the others are full.
        plans: of `plan_all`.
        progress: is told the claims sent so far and their total.
        clients: how many calls are out at once.
        most: tasks in one part.

    Raises:
        Conflict: where another push runs from this machine, the project is gone, or it drifted.
        BadInput: where a task cannot be sent; nothing of its article was sent then, others may be.
        Unreachable: where Label Studio stops answering; another push sends what is missing.
    """
    if not any(made.to_send or made.number or made.drift for made in plans):
        return list(plans)
    with writing_into(client, project):
        counts = {part.number: client.task_count(part.number) for part in project.parts}
        if plans and sum(counts.values()) != plans[0].seen:
            plans = replan(client, project, plans)
        if any(made.drift for made in plans):
            raise Conflict(f"“{project.title}” was changed by hand: `annotate push --dry-run` shows how")
        ready = (tasks for made in plans if (tasks := _ready(made)))  # made while others are on their way
        rooms = _Rooms(client, project, {part: most - count for part, count in counts.items()}, most)
        crew = clients_for(client, clients)
        total, done = sum(len(made.to_send) for made in plans), 0
        progress(done, total)
        for calls in (rooms.jobs(ready), rooms.jobs([task] for task in rooms.last)):
            for sent in _sent(crew, calls, rooms):
                done += sent
                progress(done, total)
        for made in plans:
            if made.number and made.carrier:
                client.set_meta(int(made.carrier["id"]), carrying(made.carrier, made.revision()))
    return list(plans)


def _ready(made: Plan) -> list[Task]:
    """Return the tasks to send; the last one carries the revision, where no task is there yet that could."""
    tasks = made.tasks()
    if made.number:
        packed = made.revision()
        if tasks and not made.carrier:
            tasks[-1] = {**tasks[-1], "meta": carrying(tasks[-1], packed)}
    return tasks


def _sent(crew: Sequence[Client], calls: Iterator[Job | None], rooms: _Rooms) -> Iterator[int]:
    """Make calls and give the claims that each sent; nobody sends while a part is made.

    A Label Studio on SQLite that is kept from writing tries again by itself, and makes two projects.
    """
    while True:
        yield from map_unordered(crew, iter(lambda: next(calls, None), None), _send)
        if not rooms.wanting:
            return
        rooms.grow()


class _Rooms:
    """Tells which tasks go together in one call, and into which part of a project.

    A revision may be there only when all of its claims are. So the tasks of an article go in one call, where
    they fit into one; else the one that carries the revision is kept back among the `last`.
    """

    def __init__(self, client: Client, project: Project, room: dict[int, int], most: int) -> None:
        self.last: list[Task] = []
        self.wanting = False  # tasks wait for a part that is not there
        self._client, self._project, self._room, self._most = client, project, room, most
        self._chunk: list[Task] = []
        self._size = 0

    def grow(self) -> None:
        """Make a further part."""
        before = {part.number for part in self._project.parts}
        self._project = add_part(self._client, self._project)
        made = next(part for part in self._project.parts if part.number not in before)
        self._room[made.number] = self._most
        self.wanting = False

    def jobs(self, articles: Iterable[list[Task]]) -> Iterator[Job | None]:
        """Return the calls that send the tasks of articles; `None` where a part must be made first."""
        for tasks in articles:
            rest = tasks
            if not self._fits(tasks):
                if self._would_fit(tasks):
                    yield from self._flushed()
                elif len(tasks) > 1 and "meta" in tasks[-1]:
                    rest = tasks[:-1]
                    self.last.append(tasks[-1])
            for task in rest:
                if not self._fits([task]):
                    yield from self._flushed()
                self._chunk.append(task)
                self._size += _length(task)
        yield from self._flushed()

    def _flushed(self) -> Iterator[Job | None]:
        if self._chunk:
            if not any(self._room.get(p.number, 0) > 0 for p in self._project.parts):
                self.wanting = True
                yield None
            part = next(p for p in self._project.parts if self._room.get(p.number, 0) > 0)
            chunk = self._chunk
            self._room[part.number] -= len(chunk)
            self._chunk, self._size = [], 0
            yield part, chunk

    def _left(self) -> int:
        """Return the room of the part that is being filled; a part that is not there yet is empty."""
        rooms = (self._room.get(part.number, 0) for part in self._project.parts)
        return next((room for room in rooms if room > 0), self._most)

    def _fits(self, tasks: Sequence[Task]) -> bool:
        size = self._size + sum(map(_length, tasks))
        count = len(self._chunk) + len(tasks)
        return count <= min(CHUNK, self._left()) and (size <= CHUNK_BYTES or count == 1)

    def _would_fit(self, tasks: Sequence[Task]) -> bool:
        """Return whether tasks would fit into a call of their own, after this one."""
        room = self._left() - len(self._chunk) or self._most
        return len(tasks) <= min(CHUNK, room) and sum(map(_length, tasks)) <= CHUNK_BYTES


def _length(task: Task) -> int:
    carried = task.get("meta", {}).get("article", {}).get("text", "")
    return 4 * len(task["data"]["text"]) + CLAIM_BYTES * len(task["data"]["claims"]) + 4 * len(carried)


def replan(client: Client, project: Project, plans: Sequence[Plan]) -> list[Plan]:
    """Make the same plans anew, from what the project holds now."""
    extracted = [(made.article, made.claims, made.skips) for made in plans]
    return plan_all(client, project, extracted, layout=plans[0].layout, terms=plans[0].terms)


def repair_all(client: Client, project: Project, plans: Sequence[Plan]) -> list[Plan]:
    """Delete the tasks that drifted, with their answers, and give the plans that send their claims again.

    Save a copy of the answers first. A task that is gone already stays gone.

    Raises:
        Conflict: where another push runs from this machine, or the project is gone.
    """
    with writing_into(client, project):
        drifted = [drift for now in replan(client, project, plans) for drift in now.drift]
        for number in {number for drift in drifted for number in drift.tasks}:
            client.delete_task(number)
        again = replan(client, project, plans)
    return [replace(made, drift=tuple(d for d in made.drift if d.kind != "deleted")) for made in again]


def _send(client: Client, job: Job) -> int:
    """Send tasks until each stands in the project once, and give how many claims they hold.

    Only what a look shows missing is sent again.
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

    Most often they came last, and one page shows them; an address holds few digests to ask for.
    """
    missing = {str(task["data"]["digest"]): task for task in tasks}
    for pause in SETTLING:
        time.sleep(pause)
        missing = _less(missing, client.newest(project.number, len(missing)))
        if missing:
            missing = _less(missing, _asked_for(client, project, "digest", list(missing)))
        if not missing:
            break
    return list(missing.values())


def _less(wanted: Mapping[str, Task], found: Iterable[Task]) -> dict[str, Task]:
    there = {str(task["data"].get("digest")) for task in found if is_ours(task)}
    return {digest: task for digest, task in wanted.items() if digest not in there}
