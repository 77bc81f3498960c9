"""Writes an editor's decisions into Label Studio, one after another, and pulls once nothing is left to write.

It works in a thread of its own. Where Label Studio does not answer it tries again, until it does.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import BaseFileLock

import annotate.report as tables
from annotate import studio
from annotate.config import Settings
from annotate.errors import AnnotateError, Conflict, KeyRefused, Unreachable
from annotate.workflows.desk import NOT_RUNNING, Connection, connect
from annotate.workflows.progress import SILENT
from annotate.workflows.pulling import pull_into

QUIET = 2.0  # seconds without a new decision, before the answers are pulled
RETRY = 3.0  # seconds between two attempts to write


@dataclass
class Target:
    """Where decisions are written: a project of the Label Studio of the settings.

    `lock` keeps other reviews of the project out as long as it is referred to.
    """

    settings: Settings
    connection: Connection
    project: studio.Project
    lock: BaseFileLock

    def reconnect(self) -> None:
        """Connect anew: a local Label Studio may have another port; one that was stopped is not started."""
        if not self.settings.url and studio.status(self.settings.studio_home) is None:
            raise Unreachable(NOT_RUNNING)
        self.connection = connect(self.settings)


class Writer:
    """Writes what is pending; whoever reads or changes what is in here has the lock.

    `conflicts` are the numbers of decisions that are not written, because somebody else decided meanwhile.
    `review` is as of the last pull, and `held` as of the last writing.
    """

    def __init__(
        self, target: Target, folder: Path, pending: tables.PendingDecisions, *, lock: threading.RLock
    ) -> None:
        self.review = tables.ReviewList({}, (), ())
        self.conflicts: set[int] = set()
        self._target, self._folder, self._pending, self._lock = target, folder, pending, lock
        self._held: dict[str, tables.Held] = {}
        self._tasks: dict[int, dict[str, Any]] = {}
        self._names: dict[int, str] = {}
        self._refused: dict[int, str] = {}  # why single decisions cannot be written, by their number
        self._trouble = ""  # why none can
        self._is_behind = False  # the answers on the disk lack a decision
        self._ending = False
        self._awake = threading.Event()
        self._read()
        if len(pending):
            self.wake()

    # ------------------------------------------------------------------ for the session

    def held(self, claim_id: str) -> tables.Held:
        """Return what Label Studio has of a claim's decision, as far as is known here."""
        return self._held.get(claim_id, tables.Held())

    @property
    def trouble(self) -> str:
        """Why no decision can be written; empty where they can."""
        return self._trouble

    def refusal(self, number: int) -> str:
        """Return why one decision cannot be written while others can; empty where it can."""
        return self._refused.get(number, "")

    def forget(self, number: int) -> None:
        """Give a decision up."""
        self._pending.remove(number)
        self.conflicts.discard(number)
        self._refused.pop(number, None)

    def wake(self) -> None:
        """Have the thread look for decisions to write."""
        self._awake.set()

    def end(self) -> None:
        """Have the thread end, after one more attempt to write what is left."""
        self._ending = True
        self._awake.set()

    # ------------------------------------------------------------------ the thread

    def run(self) -> None:
        """Write decisions as they come, until `end` is called."""
        while not self._ending:
            came = self._awake.wait(self._pause())
            self._awake.clear()
            self._attempt(pull=not came)
        self._attempt(pull=True)

    def _pause(self) -> float | None:
        """Return how long to wait for a decision (seconds); `None` where there is nothing else to do."""
        with self._lock:
            if self._trouble or self._refused:
                return RETRY
            return QUIET if self._is_behind else None

    def _attempt(self, *, pull: bool) -> None:
        """Write what can be written; no error ends the thread, for nothing would be written any more."""
        try:
            if self._trouble:
                self._target.reconnect()
            self._write_all()
            if pull and self._is_behind:
                self._pull()
            trouble = ""
        except AnnotateError as error:
            trouble = str(error)
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
        with self._lock:
            self._trouble = trouble

    def _write_all(self) -> None:
        """Write what is pending, oldest first, in batches."""
        tried: set[int] = set()
        while batch := self._batch(tried):
            tried |= {item.number for item in batch}
            self._write(batch)

    def _batch(self, tried: Collection[int]) -> list[tables.Pending]:
        """Return what can be written at once: one editor's decisions on claims of one task, one a claim.

        Of a claim nothing goes before what was decided earlier.
        """
        batch: dict[str, tables.Pending] = {}
        passed: set[str] = set()
        with self._lock:
            for item in self._pending:
                claim_id = item.decision.claim_id
                first = next(iter(batch.values()), item)
                fits = (item.decision.task_id, item.editor) == (first.decision.task_id, first.editor)
                if item.number not in {*tried, *self.conflicts} and fits and claim_id not in passed:
                    batch[claim_id] = item
                passed.add(claim_id)
        return list(batch.values())

    def _write(self, batch: Sequence[tables.Pending]) -> None:
        """Write decisions on claims of one task, or note why they cannot be.

        Raises:
            Unreachable, KeyRefused, Busy: where no other can be written either.
        """
        number, editor = batch[0].decision.task_id, batch[0].editor
        try:
            if number not in self._tasks:
                raise Conflict(f"its task {number} is no longer in Label Studio")
            due = [(item.decision, item.known) for item in batch]
            outcome = studio.record_since(
                self._target.connection.client, self._target.project, self._tasks[number], due, editor=editor
            )
        except (Unreachable, KeyRefused, studio.Busy):
            raise
        except AnnotateError as error:
            with self._lock:
                self._refused |= {item.number: str(error) for item in batch}
        else:
            with self._lock:
                for item in batch:
                    self._note(item, outcome[item.decision.claim_id])

    def _note(self, item: tables.Pending, outcome: str | studio.DecidedSince) -> None:
        """Note what became of one decision; it may have been given up meanwhile."""
        decision = item.decision
        self._refused.pop(item.number, None)
        if isinstance(outcome, studio.DecidedSince):
            self._held[decision.claim_id] = self._theirs(outcome)
            if self._pending.get(item.number):
                self.conflicts.add(item.number)
            return
        fields = dict(decision.fields or {})
        self._held[decision.claim_id] = tables.Held(
            decision.label, decision.note, fields, item.editor, outcome
        )
        self._is_behind = True
        if self._pending.get(item.number):
            self._pending.remove(item.number, written_at=outcome)

    def _theirs(self, since: studio.DecidedSince) -> tables.Held:
        entry = since.entry
        editor = entry.editor or self._names.get(since.author) or studio.unknown_name(since.author)
        return tables.Held(entry.label or None, entry.note, dict(entry.fields or {}), editor, entry.at)

    def _pull(self) -> None:
        """Pull, so that a report shows the decisions, and look at what is there now."""
        target = self._target
        pull_into(
            self._folder,
            target.connection,
            target.project,
            full=False,
            settings=target.settings,
            progress=SILENT,
        )
        self._read()

    def _read(self) -> None:
        """Read the answers that were pulled last."""
        settings = self._target.settings
        raw = studio.readdressed(tables.read_raw(self._folder), settings.studio_home)
        answers = tables.read_answers(raw)
        review = tables.review_list(answers, method=settings.consensus, weights=settings.check_weights)
        with self._lock:
            self.review = review
            newer = {key: held for key, held in self._held.items() if key in review.claims}
            self._held = {key: _later(claim.held, newer.get(key)) for key, claim in review.claims.items()}
            self._tasks = {int(task["id"]): task for task in raw["tasks"]}
            self._names = studio.user_names(raw["users"])
            self._is_behind = False


def _later(pulled: tables.Held, written: tables.Held | None) -> tables.Held:
    """Return the later of two: a decision may have been written while the answers were pulled."""
    return written if written and written.at > pulled.at else pulled
