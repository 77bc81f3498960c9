"""Who gave an answer, and when its content last changed; pure.

Label Studio forgets both. It clears the author of an answer when the user is deleted, renames all users who
left the organisation alike, and sets `updated_at` and `updated_by` also where only the star of an answer
changed. An earlier pull remembers: the names, the authors, and the content to compare with.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from annotate.studio.format.decisions import is_decided
from annotate.studio.format.sent import Task

Answer = Mapping[str, Any]
Users = Mapping[str, Mapping[str, str]]

GONE = "Deleted"  # the e-mail of everybody who was removed from the organisation
CHANGED = "content_changed"  # our key in an annotation of a pull: when and by whom, where the server misleads
IMPORTED = "imported"  # our key in the `meta` of a result of an answer that was imported: from where
CARRIED = "carried"  # our key in the `meta` of a result that the program wrote: when, by whom, and a digest


class Change(NamedTuple):
    """The last change of an answer's content: when (ISO 8601), and the user's number.

    `sure` is false where a star hides who changed what.
    """

    at: str
    by: int | None
    sure: bool = True


def author_of(answer: Answer) -> int:
    """Return the number of the user who gave an annotation or a draft.

    For a user who was deleted it is the annotation's own number, negative: two such answers are two people.
    An annotation names its user by number or as an object; a draft names an e-mail, and the number only at
    the end of `created_username` ("ada@example.org, 4").
    """
    user = answer.get("completed_by", answer.get("user"))
    if isinstance(user, int):
        return int(user)
    number = user["id"] if isinstance(user, Mapping) else user
    if isinstance(number, int) or str(number).isdecimal():
        return int(number)
    match = re.search(r", (\d+)\Z", str(answer.get("created_username") or ""))
    return int(match[1]) if match else -int(answer.get("id") or 0)


def full_name(user: Mapping[str, Any]) -> str:
    """Return the name of a user as the server describes one; without a name, the beginning of the e-mail."""
    full = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return full or str(user["email"]).split("@")[0]


def unknown_name(number: int) -> str:
    """Return what a user is called whose name nobody knows."""
    return f"user {number}" if number >= 0 else f"deleted user (annotation {-number})"


def known_users(users: Users, earlier: Users) -> dict[str, Mapping[str, str]]:
    """Return the users by number, those who left as an earlier pull knew them."""
    return {**users, **{n: user for n, user in earlier.items() if _left(users.get(n))}}


def _left(user: Mapping[str, str] | None) -> bool:
    return user is None or user["email"] == GONE


def last_change(answer: Answer, answers: Iterable[Answer]) -> Change:
    """Return the last change of an answer's content, among all answers to its task.

    A task has one star: whoever moves it on leaves a trace of a change on the answer that had it.
    """
    if carried := _carried(answer):
        return carried
    if note := answer.get(CHANGED):
        return Change(*note)
    at = str(answer.get("updated_at") or answer.get("created_at") or "")
    by = answer.get("updated_by")
    moved_on = by not in {None, author_of(answer)} and any(map(_starred, answers))
    return Change(at, by, sure=not (_starred(answer) or moved_on))


def _starred(answer: Answer) -> bool:
    return bool(answer.get("ground_truth")) and not is_decided(answer)


def _carried(answer: Answer) -> Change | None:
    """Return what a rename or an import noted; nothing where the content changed after it."""
    results = answer.get("result") or []
    for meta in (result.get("meta") for result in results if isinstance(result, Mapping)):
        note = meta.get(CARRIED) if isinstance(meta, Mapping) else None
        if isinstance(note, list) and len(note) == 4 and note[3] == _digest(answer, results):
            return Change(str(note[0]), note[1], sure=bool(note[2]))
    return None


def carried_over(
    results: Sequence[Mapping[str, Any]], before: Answer, answers: Iterable[Answer]
) -> list[dict[str, Any]]:
    """Return the results of an answer that is rewritten, with the last change by a person noted in them.

    Args:
        results: what is written.
        before: the answer before.
        answers: all answers to its task.
    """
    first, *rest = (dict(result) for result in results)
    note = {**(first.get("meta") or {}), CARRIED: [*last_change(before, answers), _digest(before, results)]}
    return [{**first, "meta": note}, *rest]


def imported(
    results: Sequence[Mapping[str, Any]], *, unique_id: str, at: str, author: int, origin: str
) -> list[dict[str, Any]]:
    """Return the results of an answer that is written for somebody else, with that noted in them.

    Args:
        results: what is written.
        unique_id: of the answer, which does not have to exist yet.
        at: the moment of the import (ISO 8601, UTC).
        author: the number of the user whose answer it is.
        origin: where it comes from, for a person.
    """
    first, *rest = (dict(result) for result in results)
    change = [at, author, True, _digest({"unique_id": unique_id}, results)]
    note = {"text": [f"Imported from {origin}"], IMPORTED: origin, CARRIED: change}
    return [{**first, "meta": {**(first.get("meta") or {}), **note}}, *rest]


def imported_at(answer: Answer) -> str:
    """Return when an answer was imported; empty where it was not, or where its content changed since."""
    results = answer.get("result") or []
    metas = [result.get("meta") for result in results if isinstance(result, Mapping)]
    noted = any(isinstance(meta, Mapping) and IMPORTED in meta for meta in metas)
    carried = _carried(answer) if noted else None
    return carried.at if carried else ""


def _digest(answer: Answer, results: Iterable[Mapping[str, Any]]) -> str:
    """Return 32 hex digits that depend on which answer it is and on its results without `meta`."""
    rest = [{name: value for name, value in result.items() if name != "meta"} for result in results]
    content = json.dumps([answer.get("unique_id"), rest], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def remembering(tasks: Iterable[Task], earlier: Callable[[], Iterator[Task]]) -> Iterator[Task]:
    """Yield tasks with what an earlier pull knows of their answers.

    Args:
        tasks: as the server returns them, in the order of their numbers.
        earlier: returns the tasks of the earlier pull, in the same order; it is called only where needed.
    """
    before: Iterator[Task] | None = None
    at: Task = {"id": 0}
    for task in tasks:
        if not any(map(_misleads, task["annotations"])):
            yield task
            continue
        before = _readable(earlier()) if before is None else before
        while at["id"] < task["id"]:
            at = next(before, {"id": float("inf")})
        yield _recalled(task, at) if at["id"] == task["id"] else task


def _misleads(answer: Answer) -> bool:
    """Return whether the server may have forgotten a user, or taken a star for a change."""
    return bool(answer.get("ground_truth")) or answer.get("updated_by") != author_of(answer)


def _readable(tasks: Iterable[Task]) -> Iterator[Task]:
    """Yield tasks up to the first that cannot be read: an earlier pull only helps."""
    with suppress(KeyError, TypeError, ValueError, AttributeError):
        for task in tasks:
            if isinstance(task["id"], int) and all("unique_id" in answer for answer in task["annotations"]):
                yield task


def _recalled(task: Task, earlier: Task) -> Task:
    known = {answer["unique_id"]: answer for answer in earlier["annotations"]}
    answers = [
        _with_memory(answer, task["annotations"], known[answer["unique_id"]], known.values())
        if answer.get("unique_id") in known
        else answer
        for answer in task["annotations"]
    ]
    return {**task, "annotations": answers}


def _with_memory(
    answer: Answer, answers: Iterable[Answer], before: Answer, earlier: Iterable[Answer]
) -> Answer:
    """Fill in the author, and note the last change of the content where the server names another."""
    known = {**answer, "completed_by": answer["completed_by"] or before["completed_by"]}
    same = all(answer[name] == before[name] for name in ("result", "was_cancelled"))
    stated = last_change(answer, answers)
    change = last_change(before, earlier) if same else stated._replace(sure=True)
    return known if change == stated else {**known, CHANGED: list(change)}
