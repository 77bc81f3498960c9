"""Pull: what Label Studio holds of a project, read whole, or only what changed since the last pull.

Both ways give the same tasks. What changed is asked for by the server's own clock; what that cannot tell (a
deleted task, a draft, a clock that was set back) is looked for apart, and at the end the server's counts must
be those of what was put together: where they are not, all is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from annotate.studio.client import MOMENT, Client
from annotate.studio.decisions import is_decided
from annotate.studio.projects import Project
from annotate.studio.tasks import Task, claims_of, is_ours

OVERLAP = timedelta(minutes=2)  # what a server commits later than it says
MOST_ANEW = 0.5  # share of the tasks from which on reading all is faster

Raw = dict[str, Any]
Held = dict[int, Task]
Told = Callable[[int, int], None]


def pull(
    client: Client,
    project: Project,
    *,
    before: Mapping[str, Any] | None = None,
    told: Told = lambda anew, total: None,
) -> Raw:
    """Give everything that a report is made from, as Label Studio holds it: plain data.

    Keys: `project` (id, title, key, layout, url of the server, codebooks that came later),
    `users` (by number as a string: email, name), `server` (url, version), `pulled_at` (UTC, this machine's
    clock), `tasks` (as exported, in the order of their numbers, with annotations and drafts).

    Args:
        client: who asks.
        project: what is asked for.
        before: what an earlier pull gave; only tasks that changed since are read then. One of another
            server, project or version of Label Studio is not used.
        told: is told how many tasks were read anew, and how many there are.

    Raises:
        Conflict: where the project is gone.
    """
    frame = {
        "project": {
            "id": project.number,
            "title": project.title,
            "key": project.key,
            "layout": project.layout,
            "url": client.url,
            "codebooks": [[held.since, held.version] for held in project.codebooks if held.since],
        },
        "users": {str(user["id"]): {"email": user["email"], "name": _name(user)} for user in client.users()},
        "server": {"url": client.url, "version": client.version},
        "pulled_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    held = _held(before, frame) if before else {}
    found = _brought_up_to_date(client, project.number, held) if held else None
    tasks, anew = found or (client.export(project.number), None)
    told(len(tasks) if anew is None else anew, len(tasks))
    return {**frame, "tasks": tasks}


def _held(before: Mapping[str, Any], frame: Mapping[str, Any]) -> Held:
    """Give the tasks of an earlier pull by number; none where it is not from here or cannot be read."""
    try:
        same = before["server"] == frame["server"] and all(
            before["project"][name] == frame["project"][name] for name in ("id", "key", "layout")
        )
        tasks = {int(task["id"]): task for task in before["tasks"]} if same else {}
        for task in tasks.values():
            _moment(task), len(task["annotations"]), len(task["drafts"])
    except (KeyError, TypeError, ValueError):
        return {}
    return tasks if same and len(tasks) == len(before["tasks"]) else {}


def _brought_up_to_date(client: Client, number: int, held: Held) -> tuple[list[Task], int] | None:
    """Give the tasks as they are now, and how many were read; nothing where all have to be read."""
    newest = max(map(_moment, held.values()))
    if datetime.fromisoformat(client.clock()) < newest:
        return None
    since = (newest - OVERLAP).strftime(MOMENT)
    changed = client.task_numbers(number, changed_after=since)
    if not changed:  # the newest one at least should be there, if the server understands the question
        return None
    drafts = {task_id for task_id, task in held.items() if task["drafts"]}
    stale = changed | drafts | client.task_numbers(number, with_draft=True)
    if len(stale) > MOST_ANEW * len(held):
        return None
    tasks = _merged(client, number, held, stale, held.keys() | stale)
    if not _agrees(client, number, tasks.values()):
        there = client.task_numbers(number)
        stale |= there - held.keys()
        tasks = _merged(client, number, tasks, stale, there)
        if not _agrees(client, number, tasks.values()):
            return None
    return [tasks[task_id] for task_id in sorted(tasks)], len(stale & tasks.keys())


def _merged(client: Client, number: int, held: Held, stale: Collection[int], there: Collection[int]) -> Held:
    """Read some tasks anew; those that are not there any more fall out."""
    kept = {task_id: task for task_id, task in held.items() if task_id in there and task_id not in stale}
    return kept | {int(task["id"]): task for task in client.export(number, only=stale)}


def _agrees(client: Client, number: int, tasks: Collection[Task]) -> bool:
    """Tell whether the server counts as many tasks and answers of each kind."""
    answers = [answer for task in tasks for answer in task["annotations"]]
    skipped = sum(bool(answer["was_cancelled"]) for answer in answers)
    counted = {
        "task_number": len(tasks),
        "total_annotations_number": len(answers) - skipped,
        "skipped_annotations_number": skipped,
        "ground_truth_number": sum(bool(answer["ground_truth"]) for answer in answers),
    }
    told = client.project(number)
    return all(told.get(name) == count for name, count in counted.items())


def _moment(task: Task) -> datetime:
    """Give when a task last changed, by the server's clock."""
    return datetime.fromisoformat(task["updated_at"]).astimezone(UTC)


def progress_of(client: Client, project: Project) -> tuple[int, Counter[int]]:
    """Give how many claims a project has, and how many of them stand in tasks that each user has answered.

    Users are Label Studio's numbers. Skipped tasks and an editor's decisions are no answers.
    """
    total, answered = 0, Counter[int]()
    for task in filter(is_ours, client.export(project.number)):
        held = len(claims_of(task))
        total += held
        users = {
            int(answer["completed_by"])
            for answer in task["annotations"]
            if not answer["was_cancelled"] and not is_decided(answer)
        }
        answered.update(dict.fromkeys(users, held))
    return total, answered


def _name(user: dict[str, Any]) -> str:
    full = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return full or str(user["email"]).split("@")[0]
