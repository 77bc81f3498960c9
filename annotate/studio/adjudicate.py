"""Editors' decisions into Label Studio: those of one editor on one task are in one annotation.

A decision that is written again changes nothing but its history; after an unclear response the annotation is
read before it is sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from annotate.errors import Conflict, Unreachable
from annotate.model import CHECK_FIELDS, Claim, Decision
from annotate.studio.api import Client, Project, Unclear, lock_project
from annotate.studio.format import (
    UNJUDGED,
    Entry,
    Task,
    author_of,
    claims_of,
    drawn_claim,
    editor_of,
    entries_of,
    is_decided,
    later,
    results_of,
    with_entry,
)

ATTEMPTS = 3
SETTLING = 2.0  # seconds before reading again, after an unclear response

Results = list[dict[str, Any]]


class DecidedSince(NamedTuple):
    """A decision that somebody made after the one that an editor knows; `author` is the user who wrote it."""

    entry: Entry
    author: int


def record(  # noqa: PLR0913 - what is decided, where, and by whom
    client: Client,
    project: Project,
    tasks: Iterable[Task],
    decisions: Iterable[Decision],
    *,
    editor: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write decisions as the client's user.

    Args:
        client: whose user decides.
        project: the project of the tasks.
        tasks: its tasks, as exported.
        decisions: at most one a claim.
        editor: the name of who decides; empty where it is the client's user. Editors may share a user: each
            has annotations of their own, so that no decision is written over another editor's.
        progress: is called with the decisions written so far and their total.

    Raises:
        Conflict: where another push or adjudication runs from this machine, or a task is gone.
        Unreachable: where Label Studio stops answering; what was written before stays, and the same
            decisions can be written again.
    """
    by_task = {int(task["id"]): task for task in tasks}
    ordered = sorted(decisions, key=lambda decision: decision.task_id)
    done = 0
    with lock_project(client, project.key, project.title):
        me, at = client.me(), client.clock()
        progress(done, len(ordered))
        for task_id, group in groupby(ordered, key=lambda decision: decision.task_id):
            if task_id not in by_task:
                raise Conflict(f"task {task_id} of “{project.title}” is gone: run `annotate pull` first")
            decided = list(group)
            _write(client, by_task[task_id], (me, editor), decided, at, client.annotations(task_id))
            done += len(decided)
            progress(done, len(ordered))


def record_since(
    client: Client, project: Project, task: Task, decisions: Sequence[tuple[Decision, str]], *, editor: str
) -> dict[str, str | DecidedSince]:
    """Write decisions on claims of one task, but for those where somebody decided since.

    A decision that is there already, made by this editor, is not written again.

    Args:
        client: whose user decides.
        project: the project of the task.
        task: the task of the claims, as exported.
        decisions: at most one a claim, each with the moment of the last decision on its claim that the editor
            knows, of whomever; empty for none.
        editor: the name of who decides.

    Returns:
        By claim id the moment of the decision (ISO 8601, UTC, the server's clock), or what was decided since.

    Raises:
        Conflict: where another push or adjudication runs from this machine, or the task is gone.
        Unreachable: where Label Studio does not answer.
    """
    outcome: dict[str, str | DecidedSince] = {}
    with lock_project(client, project.key, project.title):
        annotations = client.annotations(int(task["id"]))
        for decision, known in decisions:
            last = _last_decision(annotations, _own_results(task, decision)[0])
            if last and last.entry == _entry(decision, last.entry.at, editor):
                outcome[decision.claim_id] = last.entry.at
            elif last and last.entry.at != known:
                outcome[decision.claim_id] = last
        due = [decision for decision, _ in decisions if decision.claim_id not in outcome]
        if due:
            at = _write(client, task, (client.me(), editor), due, client.clock(), annotations)
            outcome |= {decision.claim_id: at for decision in due}
    return outcome


def _last_decision(annotations: Iterable[Mapping[str, Any]], own: Mapping[str, Any]) -> DecidedSince | None:
    """Return the last decision on the claim of a result, of whichever editor."""
    made = [
        DecidedSince(entry, author_of(annotation))
        for annotation in annotations
        for result in annotation.get("result") or []
        for entry in entries_of(result)
        if _claim_id(result) == _claim_id(own)
    ]
    return max(made, key=lambda each: each.entry.at, default=None)


def _write(  # noqa: PLR0913, PLR0917 - what is decided, where, by whom, and what is there
    client: Client,
    task: Task,
    who: tuple[int, str],
    decisions: Sequence[Decision],
    at: str,
    annotations: Sequence[Mapping[str, Any]],
) -> str:
    """Write the decisions of one task and return their moment; after an unclear response read them first.

    `annotations` are those of the task as it is.
    """
    at = later(at, annotations)
    for _ in range(ATTEMPTS):
        mine = next((a for a in annotations if (author_of(a), editor_of(a)) == who), None)
        before: Results = mine["result"] if mine else []
        after = merged(before, task, decisions, at, editor=who[1])
        if after == before:
            return at
        try:
            if mine:
                client.rewrite(int(mine["id"]), after)
            else:
                # the star of somebody's own answer is not ours to take
                starred = any(a.get("ground_truth") and not is_decided(a) for a in annotations)
                client.answer(int(task["id"]), after, ground_truth=not starred)
        except Unclear:
            time.sleep(SETTLING)
            annotations = client.annotations(int(task["id"]))
            continue
        return at
    raise Unreachable(f"{client.url} did not take the decisions in {ATTEMPTS} attempts: run it again later")


def merged(
    before: Results, task: Task, decisions: Sequence[Decision], at: str, *, editor: str = ""
) -> Results:
    """Return the results of an editor's annotation after more decisions; pure.

    A claim whose last decision, made at this moment, is the same stays as it is.
    """
    after = list(before)
    for decision in decisions:
        own = _own_results(task, decision)
        old = [r for r in after if _claim_id(r) == _claim_id(own[0])]
        history = [entry for result in old for entry in entries_of(result)]
        entry = _entry(decision, at, editor)
        if not history or history[-1] != entry:
            after = [r for r in after if r not in old] + [with_entry(own[0], history, entry), *own[1:]]
    return after


def _entry(decision: Decision, at: str, editor: str) -> Entry:
    return Entry(at, decision.label or "", decision.note, decision.fields, editor)


def _own_results(task: Task, decision: Decision) -> Results:
    """Return the results that say what is decided, without its history; the first is the label's."""
    return results_of(task, {decision.claim_id: _said(decision)}, only=[_claim(task, decision)])


def _said(decision: Decision) -> dict[str, str]:
    """Return what the controls of the labeling config show of a decision; a check has no control there."""
    fields = {"note": decision.note, **(decision.fields or {})}
    shown = {name: words for name, words in fields.items() if words and name not in CHECK_FIELDS}
    return {"label": decision.label or UNJUDGED, **shown}


def _claim_id(result: Mapping[str, Any]) -> str:
    """Return the claim that a result is about: in the claim layout a region's id ends in its control."""
    return str(result["id"]).removesuffix(f"-{result['from_name']}")


def _claim(task: Task, decision: Decision) -> Claim:
    """Return the claim that is decided; one that an annotator drew is made from its place."""
    sent = (claim for claim in claims_of(task) if claim.claim_id == decision.claim_id)
    return next(sent, None) or drawn_claim(decision, task["data"])
