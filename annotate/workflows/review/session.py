"""A review of a project: an editor decides claims, and each decision is kept and then written.

A decision is on the disk before the editor is told of it, and stays there until Label Studio has it. Whoever
decides the same claim meanwhile is not written over: the editor is told, and chooses.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

from filelock import FileLock, Timeout

import annotate.report as tables
from annotate import studio
from annotate.config import Settings, load_settings
from annotate.errors import BadInput, Conflict
from annotate.labels import CHECKABLE, LABELS, NEEDS_SOURCE, SHOWN_AS
from annotate.model import CHECK_FIELDS, CHECK_STATES, DECIDED_FIELDS, TO_CHECK, Label, Similar, SourceKind
from annotate.text import fold_spaces
from annotate.workflows.desk import connect, editor_name
from annotate.workflows.memory.recall import Recall
from annotate.workflows.progress import SILENT, Progress
from annotate.workflows.pulling import pull_into
from annotate.workflows.review.writer import Target, Writer

PRIVATE = 0o600
PATIENCE = 20.0  # seconds at the end, for what is being written; the rest is kept for the next review


@dataclass(frozen=True, slots=True)
class Change:
    """What an editor entered on a claim: a label, or `None` to leave it; note and fields as shown."""

    label: Label | None
    note: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A checkable fact and what is decided of it."""

    claim: tables.ReviewedClaim
    held: tables.Held

    @property
    def state(self) -> str:
        """The check state."""
        return self.held.fields.get("check") or TO_CHECK

    @property
    def assignee(self) -> str:
        """Who is to check it; empty for nobody."""
        return self.held.fields.get("assignee", "")


class ReviewSession:
    """The claims to decide, what is decided, and what of it is in Label Studio; for several threads.

    `title` is the project's, `editor` the name under which decisions are made, `folder` where answers and
    unwritten decisions are. `similar` has by claim id what the desk remembers that is like it.
    """

    def __init__(
        self,
        target: Target,
        folder: Path,
        *,
        editor: str,
        similar: Mapping[str, Sequence[Similar]] | None = None,
    ) -> None:
        self.similar = similar or {}
        self.title, self.editor, self.folder = target.project.title, editor, folder
        self._lock = threading.RLock()
        self._pending = tables.PendingDecisions(folder)
        self._writer = Writer(target, folder, self._pending, lock=self._lock)
        self._undo: list[tuple[str, tables.Held, tables.Held]] = []  # claim, before, after

    # ------------------------------------------------------------------ what there is

    @property
    def review(self) -> tables.ReviewList:
        """The claims as of the last pull."""
        return self._writer.review

    @property
    def progress(self) -> tuple[int, int]:
        """How many disputes are decided, and how many there are."""
        with self._lock:
            disputes = self.review.disputes
            return sum(self.held(claim_id).label is not None for claim_id in disputes), len(disputes)

    @property
    def unwritten(self) -> int:
        """How many decisions are not in Label Studio."""
        return len(self._pending)

    @property
    def trouble(self) -> str:
        """Why no decision can be written; empty where they can."""
        return self._writer.trouble

    @property
    def open_points(self) -> list[tuple[str, str]]:
        """The claims on which the editor has to do something, each with what happened."""
        with self._lock:
            points = {item.decision.claim_id: self._point(item) for item in self._pending}
            return [(claim_id, words) for claim_id, words in points.items() if words]

    def _point(self, item: tables.Pending) -> str:
        if item.number not in self._writer.conflicts:
            return self._writer.refusal(item.number)
        theirs = self.held(item.decision.claim_id)
        what = "took the decision back" if theirs.is_empty else f"decided “{theirs.words}”"
        return f"{theirs.editor} {what} meanwhile, you “{held_of(item).words}”: choose"

    def held(self, claim_id: str) -> tables.Held:
        """Return what is decided of a claim, by this editor a moment ago, or as Label Studio has it."""
        with self._lock:
            mine = [
                item
                for item in self._pending
                if item.decision.claim_id == claim_id and item.number not in self._writer.conflicts
            ]
            return held_of(mine[-1]) if mine else self._writer.held(claim_id)

    def conflict(self, claim_id: str) -> tables.Held | None:
        """Return what this editor decided of a claim that somebody else decided otherwise meanwhile."""
        with self._lock:
            items = self._conflicts(claim_id)
            return held_of(items[-1]) if items else None

    def is_open(self, claim_id: str) -> bool:
        """Return whether a claim has to be decided: it has no label yet, or two editors decided at once."""
        return self.held(claim_id).label is None or self.conflict(claim_id) is not None

    @property
    def checkable(self) -> list[tables.ReviewedClaim]:
        """The checkable facts as they are decided now, those most worth checking first."""
        with self._lock:
            claims = [self.review.claims[claim_id] for claim_id in self.review.by_priority]
            return [claim for claim in claims if claim.is_checkable(self.held(claim.claim_id))]

    @property
    def to_check(self) -> list[ToCheck]:
        """The checkable facts with their states: first those still to be checked, the dropped ones last."""
        items = [ToCheck(claim, self.held(claim.claim_id)) for claim in self.checkable]
        return sorted(items, key=lambda item: tables.rank_of(item.state))

    def following(self, claim_id: str) -> str | None:
        """Return the claim to decide after this one: another dispute, or else one that waits like it.

        Claims that follow in the list come first, then those that were passed over; `None` at the end.
        """
        review = self.review
        ids = review.waiting if claim_id in review.waiting else review.disputes
        at = ids.index(claim_id) + 1 if claim_id in ids else 0
        return next(
            (each for each in (*ids[at:], *ids[:at]) if each != claim_id and self.is_open(each)), None
        )

    def following_check(self, claim_id: str) -> str | None:
        """Return the claim to check after this one, in the order of priority; `None` at the end."""
        ids = self.review.by_priority
        rest = ids[ids.index(claim_id) + 1 :] if claim_id in ids else ids
        still = {item.claim.claim_id for item in self.to_check if not tables.rank_of(item.state)}
        return next((each for each in rest if each in still), None)

    # ------------------------------------------------------------------ what the editor does

    def decide(self, claim_id: str, change: Change, *, seen: tables.Held) -> bool:
        """Decide a claim; what is decided is kept on the disk when this returns.

        Args:
            claim_id: the claim.
            change: what the editor entered.
            seen: what was decided of the claim when the editor looked at it.

        Returns:
            False where there is nothing new to keep.

        Raises:
            BadInput: where there is no such claim, label, kind of source or check state, or where a check is
                given to a claim that is no checkable fact.
        """
        with self._lock:
            claim = self.claim(claim_id)
            wanted = self._wanted(claim, change, seen)
            current = self.held(claim_id)
            if wanted.says(current) and not self._conflicts(claim_id):
                return False
            is_known = _is_same(seen, current)
            self._keep(claim, wanted, is_known=is_known)
            if is_known:
                self._undo.append((claim_id, current, wanted))
            return True

    def take_back(self, claim_id: str, *, seen: tables.Held) -> bool:
        """Take the decision on a claim back, with note and fields; as `decide`."""
        with self._lock:
            claim, current = self.claim(claim_id), self.held(claim_id)
            if current.is_empty:
                return False
            nothing = tables.Held(editor=self.editor)
            self._keep(claim, nothing, is_known=_is_same(seen, current))
            self._undo.append((claim_id, current, nothing))
            return True

    def undo(self) -> str | None:
        """Put the claim that was decided last as it was before, and return its id; `None` where none was."""
        with self._lock:
            if not self._undo:
                return None
            claim_id, before, after = self._undo.pop()
            if claim_id in self.review.claims:
                is_known = _is_same(after, self.held(claim_id))
                self._keep(self.claim(claim_id), replace(before, editor=self.editor), is_known=is_known)
            return claim_id

    def settle(self, claim_id: str, *, mine: bool) -> None:
        """End a conflict: keep this editor's decision, or the one that somebody else made meanwhile."""
        with self._lock:
            if own := self._conflicts(claim_id):
                if mine:
                    self._keep(self.claim(claim_id), held_of(own[-1]), is_known=True)
                else:
                    for item in own:
                        self._writer.forget(item.number)

    def give_up(self, claim_id: str) -> None:
        """Give up the decisions on a claim that cannot be written, since it is gone."""
        with self._lock:
            for item in self._pending:
                if item.decision.claim_id == claim_id and self._writer.refusal(item.number):
                    self._writer.forget(item.number)

    def claim(self, claim_id: str) -> tables.ReviewedClaim:
        """Return a claim.

        Raises:
            BadInput: where there is none.
        """
        if claim_id not in self.review.claims:
            raise BadInput(f"“{self.title}” has no claim {claim_id[:80]}: it may have been deleted meanwhile")
        return self.review.claims[claim_id]

    # ------------------------------------------------------------------ while it runs

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Return a context in which decisions are written into Label Studio as they come."""
        thread = threading.Thread(target=self._writer.run, name="writer", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._writer.end()
            thread.join(PATIENCE)

    def _wanted(self, claim: tables.ReviewedClaim, change: Change, seen: tables.Held) -> tables.Held:
        """Return the decision that a change comes to: fields count where they were decided or are changed."""
        if change.label not in (None, *LABELS):
            raise BadInput(f"there is no label “{str(change.label)[:40]}”")
        if change.fields.get("source_kind") not in (None, "", *get_args(SourceKind)):
            raise BadInput(f"there is no kind of source “{change.fields['source_kind'][:40]}”")
        if change.fields.get("check") not in (None, "", *CHECK_STATES):
            raise BadInput(f"there is no check state “{change.fields['check'][:40]}”")
        entered = {name: words for name, words in change.fields.items() if _is_new(words, name, claim, seen)}
        fields = {
            name: fold_spaces(entered[name]) if name in entered else seen.fields[name]
            for name in DECIDED_FIELDS
            if name in entered or name in seen.fields
        }
        note = seen.note if fold_spaces(change.note) == fold_spaces(seen.note) else fold_spaces(change.note)
        wanted = tables.Held(change.label or seen.label, note, fields, self.editor)
        if any(entered.get(name) for name in CHECK_FIELDS) and not claim.is_checkable(wanted):
            labels = " or ".join(SHOWN_AS[label] for label in LABELS if label in CHECKABLE)
            raise BadInput(f"only a {labels} has a check and an assignee: leave both as they were")
        return wanted

    def _keep(self, claim: tables.ReviewedClaim, wanted: tables.Held, *, is_known: bool) -> None:
        """Keep a decision, in place of those in conflict; `is_known`: the editor saw what holds now."""
        known = self._writer.held(claim.claim_id).at if is_known else tables.OUTDATED
        settled = self._conflicts(claim.claim_id)
        decision = claim.decision(wanted)
        item = self._pending.add(decision, editor=self.editor, known=known, instead_of=settled)
        self._writer.conflicts -= {each.number for each in settled}
        if not is_known:
            self._writer.conflicts.add(item.number)
        self._writer.wake()

    def _conflicts(self, claim_id: str) -> list[tables.Pending]:
        return [
            item
            for item in self._pending
            if item.decision.claim_id == claim_id and item.number in self._writer.conflicts
        ]


def _is_new(words: str, name: str, claim: tables.ReviewedClaim, seen: tables.Held) -> bool:
    """Return whether a field holds other words than were shown in it; a line end counts as a space."""
    shown = seen.fields.get(name, claim.cells[name]) or (TO_CHECK if name == "check" else "")
    return fold_spaces(words) != fold_spaces(shown)


def _is_same(one: tables.Held, other: tables.Held) -> bool:
    """Return whether two decisions say the same and are the same editor's; no decision is nobody's."""
    return one.says(other) and (one.editor == other.editor or one.is_empty)


def held_of(item: tables.Pending) -> tables.Held:
    """Return what a decision decides that is not in Label Studio yet."""
    decision = item.decision
    return tables.Held(decision.label, decision.note, dict(decision.fields or {}), item.editor)


def answer_as_change(answer: tables.GivenAnswer, entered: Change) -> Change:
    """Return an annotator's answer as a change: its label, and its source where the label needs one."""
    taken = {
        name: words
        for name, words in answer.fields.items()
        if name == "evidence" or answer.label in NEEDS_SOURCE
    }
    return Change(answer.label, entered.note, {**entered.fields, **taken})


def open_review(
    project: str | None = None,
    *,
    claim: str | None = None,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> ReviewSession:
    """Pull a project and return a review of it; one at a time on this computer.

    Args:
        project: its title; not needed where there is only one.
        claim: id of a claim in it: the title is not needed, for the project is that of the claim.
        settings: of the desk, with the name of the editor; by default those of the current folder.
        progress: receives notes and the count of tasks.

    Raises:
        BadInput: where there is no such project or claim, or its folder holds unreadable decisions.
        Conflict: where a title is needed to choose, or another review of the project runs.
        KeyRefused, Unreachable: as `connect`.
    """
    settings = settings or load_settings()
    connection = connect(settings, progress=progress)
    match = _project_of(connection.client, settings, project, claim)
    folder = tables.project_folder(settings.exports, match.key)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".review.lock", timeout=0, mode=PRIVATE)
    try:
        lock.acquire()
    except Timeout:
        raise Conflict(
            f"another `annotate review` of “{match.title}” runs on this computer: use its page, or end it"
        ) from None
    pull_into(folder, connection, match, full=False, settings=settings, progress=progress)
    raw = tables.read_raw(folder)
    editor = editor_name(connection, raw["users"], settings)
    if not settings.editor:
        progress.note(f"You decide as “{editor}”: --editor or ANNOTATE_EDITOR gives another name.")
    similar = Recall(settings, progress=progress).of_project(tables.read_answers(raw), folder.name)
    target = Target(settings, connection, match, lock)
    session = ReviewSession(target, folder, editor=editor, similar=similar)
    if claim:
        session.claim(claim)  # raises where there is none
    return session


def _project_of(
    client: studio.Client, settings: Settings, title: str | None, claim: str | None
) -> studio.Project:
    """Return the project of this title, else that of the claim, else the only one."""
    if title is None and claim and (folder := tables.folder_of_claims(settings.exports, [claim])):
        title = str(tables.read_raw(folder)["project"]["title"])
    if title is None and claim:
        return studio.project_of_claims(client, [claim])
    return studio.find_project(client, title)
