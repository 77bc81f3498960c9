"""Answers of people who did not give them in Label Studio: written in their names, each once.

A person's answers to a task are one annotation, whose author is that person's account. An answer that is
there stays: only what an import left open, and nobody has changed since, is filled in later.
"""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from annotate.errors import BadInput, Conflict, Unreachable
from annotate.labels import LABELS
from annotate.studio.api import Client, Project, Unclear, lock_project
from annotate.studio.format import (
    GONE,
    RULING,
    Task,
    author_of,
    full_name,
    imported,
    imported_at,
    is_decided,
    judgements_of,
    parse_config,
    results_of,
)
from annotate.text import fold

ATTEMPTS = 3
SETTLING = 2.0  # seconds before reading again, after an unclear response
DOMAIN = "imported.claimdesk.local"  # of the accounts that are made here

Answers = Mapping[str, Mapping[str, str]]  # by claim id: label, and source and ruling where they are known


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer to a claim of a task."""

    task_id: int
    claim_id: str
    label: str
    source: str = ""
    ruling: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What is written: the label, and source and ruling where there is one."""
        return _fields(self.label, self.source, self.ruling)


def _fields(label: str, source: str, ruling: str) -> dict[str, str]:
    known = {"source": source, "ruling": ruling}
    return {"label": label, **{name: words for name, words in known.items() if words}}


def rulings_offered(project: Project) -> tuple[str, ...]:
    """Return the names of the rulings that annotators of a project can tick; without such a field none."""
    with suppress(BadInput):
        control = parse_config(project.config).controls.get(RULING)
        return tuple(control.values) if control else ()
    return ()


def find_person(client: Client, name: str) -> int | None:
    """Return the number of the user of this name or e-mail; `None` where there is none.

    Raises:
        Conflict: where several have the name.
    """
    here = (user for user in client.users() if user["email"] != GONE)
    users = [user for user in here if fold(name) in {fold(user["email"]), fold(full_name(user))}]
    if len(users) > 1:
        emails = ", ".join(sorted(user["email"] for user in users))
        raise Conflict(f"several users are called “{name}”: name one by e-mail ({emails})")
    return int(users[0]["id"]) if users else None


def add_person(client: Client, name: str) -> int:
    """Return the number of the user of this name, who gets an account where there is none.

    Nobody can log in with it, for it has no password.

    Raises:
        BadInput: where Label Studio refuses the account.
        Conflict: where several have the name.
        Unreachable: where Label Studio does not answer.
    """
    slug = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".")[:40] or "annotator"
    email = f"{slug}-{hashlib.sha256(fold(name).encode()).hexdigest()[:6]}@{DOMAIN}"
    for _ in range(ATTEMPTS):
        number = find_person(client, name)
        if number is not None:
            return number
        try:
            return client.create_user(email=email, name=name)
        except BadInput:  # refused, unless another import made the account just now
            if find_person(client, name) is None:
                raise
        except Unclear:
            time.sleep(SETTLING)
    raise Unreachable(f"{client.url} did not make an account for “{name}”: run it again later")


def record_answers(  # noqa: PLR0913 - whose answers to what, and where they come from
    client: Client,
    project: Project,
    tasks: Iterable[Task],
    answers: Iterable[Answer],
    *,
    person: int,
    origin: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Counter[str]:
    """Write answers in a person's name; run again, it writes what is missing.

    Args:
        client: whose user writes.
        project: the project of the tasks.
        tasks: its tasks, as exported.
        answers: at most one a claim.
        person: the number of the user whose answers they are.
        origin: where they come from, for a person.
        progress: is called with the answers done so far and their total.

    Returns:
        How many answers are `written` now, were there `before`, or were not written since the person has
        `another` answer.

    Raises:
        Conflict: where a push or another import runs from this machine, or a task is gone.
        Unreachable: where Label Studio stops answering; what was written before stays.
    """
    by_id = {int(task["id"]): task for task in tasks}
    ordered = sorted(answers, key=lambda answer: (answer.task_id, answer.claim_id))
    counts = Counter[str]()
    with lock_project(client, project.key, project.title):
        at = client.clock()
        for task_id, group in groupby(ordered, key=lambda answer: answer.task_id):
            if task_id not in by_id:
                raise Conflict(f"task {task_id} of “{project.title}” is gone: run `annotate pull` first")
            given = {answer.claim_id: answer.fields for answer in group}
            who = _Writer(client, project, by_id[task_id], person, origin, at)
            counts.update(who.write(given))
            progress(counts.total(), len(ordered))
    return counts


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the answers of a person to one task."""

    client: Client
    project: Project
    task: Task
    person: int
    origin: str
    at: str

    @property
    def unique_id(self) -> str:
        """The id of the annotation: of two runs at once, the server takes that of one."""
        seed = f"claimdesk import {self.project.key} {self.task['id']} {self.person}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, seed))

    def write(self, given: Answers) -> Counter[str]:
        """Write answers and count what became of them; after an unclear response the task is read first."""
        sent: set[str] = set()
        for _ in range(ATTEMPTS):
            mine = self._mine()
            before = _answered(self.task, mine)
            fits = not mine or self._imported_at(mine[0])
            due = {claim for claim in given if claim not in before and fits}
            same = {claim for claim in given if before.get(claim, {}).get("label") == given[claim]["label"]}
            written = due | (sent & same)
            sent |= due
            try:
                if due:
                    self._send({**before, **{claim: given[claim] for claim in due}}, mine)
            except Unclear:
                time.sleep(SETTLING)
                continue
            another = len(given) - len(written | same)
            return Counter({"written": len(written), "before": len(same - written), "another": another})
        raise Unreachable(
            f"{self.client.url} did not take the answers in {ATTEMPTS} attempts: run it again later"
        )

    def _mine(self) -> list[dict[str, Any]]:
        """Return the person's annotations of the task, but for an editor's decisions."""
        annotations = self.client.annotations(int(self.task["id"]))
        return [a for a in annotations if author_of(a) == self.person and not is_decided(a)]

    def _imported_at(self, annotation: Mapping[str, Any]) -> str:
        return imported_at({**annotation, "unique_id": self.unique_id})

    def _send(self, answers: Answers, mine: Sequence[Mapping[str, Any]]) -> None:
        results = results_of(self.task, answers)
        at = self._imported_at(mine[0]) if mine else self.at
        marked = imported(results, unique_id=self.unique_id, at=at, author=self.person, origin=self.origin)
        if mine:
            self.client.rewrite(int(mine[0]["id"]), marked)
        else:
            self.client.answer(int(self.task["id"]), marked, author=self.person, unique_id=self.unique_id)


def _answered(task: Task, mine: Sequence[Mapping[str, Any]]) -> Answers:
    """Return what a person said of the claims of a task; those that were left open are missing."""
    judgements = judgements_of({**task, "annotations": list(mine), "drafts": []}, {}, LABELS)
    return {
        judgement.claim_id: _fields(judgement.label or judgement.status, judgement.source, judgement.ruling)
        for judgement in judgements
        if judgement.status != "unjudged"
    }
