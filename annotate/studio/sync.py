"""Plan and push: what of an article is in Label Studio already, and what goes there.

What Label Studio holds is the truth. A push sends only claims that are not there, sends nothing twice, and
never deletes; after an answer that does not tell, it looks before it goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from annotate.errors import Conflict, Unreachable
from annotate.model import Article, Claim, Skip
from annotate.studio.client import Client, Unclear
from annotate.studio.lock import writing_into
from annotate.studio.planning import Plan, planned
from annotate.studio.projects import Project
from annotate.studio.revisions import carrying
from annotate.studio.tasks import DEFAULT_TERMS, Layout, Task, Terms, claims_of, is_ours

CHUNK = 500  # tasks a call: larger ones are no faster, and more is lost when one fails
CHUNK_BYTES = 8_000_000
CLAIM_BYTES = 1_000  # of a claim's fields and regions, about
SETTLING = (0.0, 1.0, 2.0, 4.0)  # seconds between looks, while a server may still be at work on a call
ATTEMPTS = 3

Progress = Callable[[int, int], None]


# --------------------------------------------------------------------------- plan


def plan(  # noqa: PLR0913 - an article is in three pieces, and how it is sent in two more
    client: Client,
    project: Project | None,
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    layout: Layout,
    terms: Terms = DEFAULT_TERMS,
) -> Plan:
    """Compare an article with what its project holds; without a project all claims are new.

    Raises:
        Conflict: where the project is gone.
    """
    tasks = client.tasks(project.number) if project else ()
    return planned(tasks, article, claims, skips, layout=layout, terms=terms)


def held_claims(client: Client, project: Project) -> Iterator[Claim]:
    """Give the claims that stand in a project, as they were sent; tasks added by hand hold none."""
    for task in client.tasks(project.number):
        if is_ours(task):
            yield from claims_of(task)


# --------------------------------------------------------------------------- push


def apply(
    client: Client, project: Project, made: Plan, *, progress: Progress = lambda done, total: None
) -> Plan:
    """Send what a plan says, each claim once, and give the plan as it was carried out.

    Under the lock the plan is made anew where the project has other tasks than it saw. `progress` is told the
    claims sent so far and their total.

    Raises:
        Conflict: where another push runs from this machine, the project is gone, or it drifted.
        BadInput: where a task cannot be sent; nothing was sent then.
        Unreachable: where Label Studio stops answering; another push sends what is missing.
    """
    with writing_into(client, project):
        if client.project(project.number)["task_number"] != made.seen:
            made = replan(client, project, made)
        if made.drift:
            raise Conflict(f"“{project.title}” was changed by hand: `annotate push --dry-run` shows how")
        tasks = made.tasks()
        total, done = len(made.to_send), 0
        progress(done, total)
        for chunk in _chunks(tasks):
            _send(client, project, chunk)
            done += sum(len(task["data"]["claims"]) for task in chunk)
            progress(done, total)
        if made.number and (carrier := made.carrier or _first(client, project, tasks)):
            client.set_meta(int(carrier["id"]), carrying(carrier, made.revision()))
    return made


def _first(client: Client, project: Project, tasks: Sequence[Task]) -> Task | None:
    """Find the first of the tasks that were sent."""
    digests = [str(task["data"]["digest"]) for task in tasks[:1]]
    found = client.tasks_with(project.number, digests) or client.tasks(project.number)
    return next((t for t in found if is_ours(t) and t["data"].get("digest") in digests), None)


def replan(client: Client, project: Project, made: Plan) -> Plan:
    """Make the same plan anew, from what the project holds now."""
    return plan(client, project, made.article, made.claims, made.skips, layout=made.layout, terms=made.terms)


def repair(client: Client, project: Project, made: Plan) -> Plan:
    """Delete the tasks that drifted, with their answers, and give the plan that sends their claims again.

    Save a copy of the answers first. A task that is gone already stays gone.

    Raises:
        Conflict: where another push runs from this machine, or the project is gone.
    """
    with writing_into(client, project):
        now = replan(client, project, made)
        for number in {number for drift in now.drift for number in drift.tasks}:
            client.delete_task(number)
        again = replan(client, project, made)
    return replace(again, drift=tuple(drift for drift in again.drift if drift.kind != "deleted"))


def _chunks(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Give tasks in lots of at most `CHUNK`, and of about `CHUNK_BYTES`."""
    chunk: list[Task] = []
    size = 0
    for task in tasks:
        length = 4 * len(task["data"]["text"]) + CLAIM_BYTES * len(task["data"]["claims"])
        if chunk and (len(chunk) == CHUNK or size + length > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(task)
        size += length
    if chunk:
        yield chunk


def _send(client: Client, project: Project, tasks: Sequence[Task]) -> None:
    """Send tasks until each stands in the project once: only what a look shows missing is sent again."""
    missing = list(tasks)
    for _ in range(ATTEMPTS):
        try:
            if client.import_tasks(project.number, missing) == len(missing):
                return
        except Unclear:
            pass
        missing = _missing(client, project, missing)
        if not missing:
            return
    raise Unreachable(
        f"{client.url} did not take {len(missing)} tasks in {ATTEMPTS} attempts: push again later"
    )


def _missing(client: Client, project: Project, tasks: Sequence[Task]) -> list[Task]:
    """Look which tasks did not arrive; a call that is still at work may yet bring them, so look again."""
    wanted = {str(task["data"]["digest"]): task for task in tasks}
    missing = dict(wanted)
    for pause in SETTLING:
        time.sleep(pause)
        # a server that does not know the field yet says that no task has it: only the whole list tells then
        found = client.tasks_with(project.number, list(wanted)) or client.tasks(project.number)
        there = {str(task["data"].get("digest")) for task in found if is_ours(task)}
        missing = {digest: task for digest, task in wanted.items() if digest not in there}
        if not missing:
            break
    return list(missing.values())
