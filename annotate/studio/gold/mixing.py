"""The place of gold among the tasks of its project's article; pure.

Annotators work through a list of tasks, so gold stands in between and is numbered with the others. The place
depends on the claims alone: a push that goes on where another broke off gives the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from annotate.studio.format import Task, digest_of
from annotate.text import counted

NUMBERED = re.compile(r"(section|claim) (\d+) of \d+")


def mixed(tasks: Sequence[Task], gold: Sequence[Task], *, existing: Sequence[Task], whole: int) -> list[Task]:
    """Return the tasks of an article and those of gold to send in their order, numbered together.

    Args:
        tasks: those of the article, in their order; they may be some of them, or none. The last one stays
            last, since it may carry the revision.
        gold: tasks of gold to send with them.
        existing: tasks of gold that the project has for this article.
        whole: how many tasks the article has in all.
    """
    every = sorted((*existing, *gold), key=lambda task: (_slot(task, whole), _ids(task)))
    slots, total = [_slot(task, whole) for task in every], whole + len(every)
    rows = [
        (number, 1, _numbered(task, number + sum(slot < number for slot in slots), total))
        for number, task in _own(tasks)
    ]
    last = rows.pop()[2] if rows else None
    for place, task in enumerate(every):
        if any(task is each for each in gold):
            rows.append((slots[place] + 1, 0, _numbered(task, slots[place] + place + 1, total)))
    ordered = [task for _, _, task in sorted(rows, key=lambda row: row[:2])]
    return [*ordered, last] if last else ordered


def _own(tasks: Sequence[Task]) -> list[tuple[int, Task]]:
    numbers = (NUMBERED.match(task["data"]["position"]) for task in tasks)
    return [(int(number[2]) if number else 1, task) for task, number in zip(tasks, numbers, strict=True)]


def _slot(task: Task, whole: int) -> int:
    """Return after how many tasks of the article a task of gold stands: not first or last if it can be."""
    digest = hashlib.sha256(_ids(task).encode()).hexdigest()[:8]
    return 1 + int(digest, 16) % (whole - 1) if whole > 1 else 0


def _ids(task: Task) -> str:
    return " ".join(claim["claim_id"] for claim in task["data"]["claims"])


def _numbered(task: Task, number: int, total: int) -> Task:
    """Return a task with its number among all of them."""
    data = task["data"]
    place = (
        f"section {number} of {total}, {counted(len(data['claims']), 'claim')}"
        if data["layout"] == "article"
        else f"claim {number} of {total}"
    )
    numbered = {**data, "position": place}
    return {**task, "data": numbered | {"digest": digest_of(numbered)}}
