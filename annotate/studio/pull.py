"""Pull: what Label Studio has of a project, read whole, or only what changed since the last pull.

Both ways give the same tasks, as a stream. Changes are asked for by the server's own clock; what that cannot
show (a deleted task, a draft, a clock that was set back) is looked up separately, and at the end the server's
counts must be those of the result: where they are not, all is read.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from annotate.parallel import map_ordered
from annotate.studio.api import MOMENT, Client, IdSpan, Project, ids_per_call
from annotate.studio.format import Task, full_name, known_users, remembering

AT_ONCE = 500  # tasks that are exported in one answer; of more, the first can be written while others come
DENSE = 0.5  # share of a range of ids that a project has, from which on the range is asked for as it is
OVERLAP = timedelta(minutes=2)  # what a server commits later than it says
CROWD = 500  # tasks that changed shortly before a pull, from which on they are counted instead of read again
MOST_ANEW = 0.5  # share of the tasks from which on reading all is faster

Raw = dict[str, Any]
Numbers = dict[int, set[int]]  # of tasks, by the number of their part
Lot = Mapping[int, Collection[int] | None]  # tasks that are read together, by part; `None`: all of it


class Earlier(Protocol):
    """An earlier pull, which may be too large for the memory."""

    @property
    def frame(self) -> Mapping[str, Any]:
        """All of it but the tasks."""

    def tasks(self) -> Iterator[Task]:
        """Return its tasks, from the beginning, in the order of their numbers."""


def pull_project(
    client: Client, project: Project, *, before: Earlier | None = None, full: bool = False
) -> Raw:
    """Return everything that a report is made from, as Label Studio has it: plain data.

    Keys: `project` (id, title, key, layout, url of the server, annotators wanted for each task, codebooks
    that came later), `users` (by number as a string: email, name; also those who left, where an earlier pull
    knew them), `server` (url, version, id of a local one), `pulled_at` (UTC, this machine's clock),
    `read_from` (UTC, the server's, before the first task was read), `tasks` (as exported, in the order of
    their numbers, with annotations and drafts; see `provenance` for what is filled in there).

    Args:
        client: who asks.
        project: what is asked for.
        before: an earlier pull; only tasks that changed since are read then. One of another server or version
            of Label Studio only supplies what the server forgot, one of another project is not used.
        full: read all tasks; `before` only supplies what the server forgot.

    Raises:
        Conflict: where the project is gone.
    """
    reading = begin(client, project, before=before, full=full)
    tasks: list[Task] = []
    for attempt in reading.attempts():
        tasks = list(attempt)
    return {**reading.frame, "tasks": tasks}


def begin(
    client: Client,
    project: Project,
    *,
    before: Earlier | None = None,
    full: bool = False,
    clients: int = 1,
) -> Reading:
    """Begin a pull whose tasks come as a stream, read by so many clients at once.

    The other arguments, errors and the result are those of `pull_project`.
    """
    codebooks = [[version.since, version.version] for version in project.codebooks if version.since]
    frame: Raw = {
        "project": {
            "id": project.number,
            "title": project.title,
            "key": project.key,
            "layout": project.layout,
            "url": client.url,
            "annotators": project.annotators,
            "codebooks": codebooks,
        },
        "users": {
            str(user["id"]): {"email": user["email"], "name": full_name(user)} for user in client.users()
        },
        "server": {"url": client.url, "version": client.version, "id": client.identity},
        "pulled_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "read_from": client.clock(),
    }
    known = (before.frame.get("project") or {}) if before else {}
    if any(known.get(name) != frame["project"][name] for name in ("id", "key")):
        before = None
    if before:
        frame["users"] = known_users(frame["users"], before.frame.get("users") or {})
    return Reading(client, project, frame, before, full, clients)


@dataclass
class Reading:
    """A pull: `frame` is all but the tasks. `anew` counts the tasks that were read from the server."""

    client: Client
    project: Project
    frame: Raw
    before: Earlier | None
    full: bool = False
    clients: int = 1
    expected: int = 0
    anew: int = 0
    _counts: dict[int, Counter[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Tasks that the last attempt gave."""
        return sum(counts["task_number"] for counts in self._counts.values())

    def attempts(self) -> Iterator[Iterator[Task]]:
        """Yield streams of all tasks, the cheapest way to read first; each is to be read to its end.

        Another one comes where the server counts otherwise: then the one before is not to be used.
        """
        for tasks in self._partial():
            yield self._counted(tasks)
            if self._agrees():
                return
        self.expected = sum(self.client.task_count(part.number) for part in self.project.parts)
        yield self._counted(self._read(all_of(self.project)))

    def _partial(self) -> Iterator[Iterator[Task]]:
        """Yield the ways that read only some tasks."""
        stale = self._stale()
        if stale is None or not self.before:
            return
        yield self._merged(stale, None)
        existing = {part.number: self.client.task_ids(part.number) for part in self.project.parts}
        known = {int(task["id"]) for task in self.before.tasks()}
        both = {part: (stale[part] | (ids - known)) & ids for part, ids in existing.items()}
        yield self._merged(both, {task for ids in existing.values() for task in ids})

    def _stale(self) -> Numbers | None:
        """Return the tasks to read anew; `None` where all have to be."""
        index = _index(self.before, self.frame, self.project) if self.before and not self.full else None
        if not index or datetime.fromisoformat(self.frame["read_from"]) < max(
            part.newest for part in index.parts.values()
        ):
            return None
        stale = {}
        for part in (part.number for part in self.project.parts):
            earlier = index.parts.get(part)
            changed = self._changed(part, earlier, index.read_from) if earlier else self.client.task_ids(part)
            if changed is None:
                return None
            drafts = earlier.drafts | self.client.task_ids(part, with_draft=True) if earlier else set()
            stale[part] = changed | drafts
        self.expected = index.tasks
        return stale if sum(map(len, stale.values())) <= MOST_ANEW * index.tasks else None

    def _changed(self, part: int, earlier: _Part, read_from: datetime) -> set[int] | None:
        """Return the tasks of a part that changed since the earlier pull; `None` where that cannot be asked.

        What was committed late has an older date, so some time is asked about twice. Where a crowd of tasks
        changed just then, as by an import, the server only counts them: the count must be that of the tasks
        that were read then or changed since. So it is where nothing had changed for long when the earlier
        pull began: what was committed late was there already.
        """
        last = min(earlier.newest, read_from)
        since = (last - OVERLAP).strftime(MOMENT)
        crowd = earlier.changed_after(last - OVERLAP)
        if len(crowd) > CROWD or read_from - last > OVERLAP:
            count = self.client.changed_count(part, since)
            changed = self.client.task_ids(part, changed_after=last.strftime(MOMENT))
            if count == len(crowd | changed):
                return changed
        # the newest one is among them, if the server understands the question
        return self.client.task_ids(part, changed_after=since) or None

    def _merged(self, stale: Numbers, existing: Collection[int] | None) -> Iterator[Task]:
        """Return the tasks of the earlier pull with those read anew, without those that are gone."""
        anew = {task for numbers in stale.values() for task in numbers}
        parts = {part.number for part in self.project.parts}
        kept = (
            task
            for task in (self.before.tasks() if self.before else ())
            if int(task["id"]) not in anew
            and (existing is None or int(task["id"]) in existing)
            and _part(task, self.project) in parts
        )
        return heapq.merge(kept, self._read(stale), key=_number)

    def _read(self, wanted: Lot) -> Iterator[Task]:
        """Read tasks from the server, in the order of their numbers, and count them."""
        lots = exported(self.client, wanted, clients=self.clients)
        fresh = (task for tasks in lots for task in tasks)
        for task in remembering(fresh, self.before.tasks) if self.before else fresh:
            self.anew += 1
            yield task

    def _counted(self, tasks: Iterator[Task]) -> Iterator[Task]:
        """Pass tasks on, and count them and their answers as the server does."""
        self._counts, self.anew = {part.number: Counter() for part in self.project.parts}, 0
        for task in tasks:
            answers = task["annotations"]
            skipped = sum(bool(answer["was_cancelled"]) for answer in answers)
            counts = self._counts[_part(task, self.project)]
            counts["task_number"] += 1
            counts["total_annotations_number"] += len(answers) - skipped
            counts["skipped_annotations_number"] += skipped
            counts["ground_truth_number"] += sum(bool(answer["ground_truth"]) for answer in answers)
            yield task

    def _agrees(self) -> bool:
        """Return whether the server counts as many tasks and answers of each kind."""
        return all(
            self.client.counts(part, COUNTED) == {name: counts[name] for name in COUNTED}
            for part, counts in self._counts.items()
        )


def exported(client: Client, wanted: Lot, *, clients: int = 1) -> Iterator[list[Task]]:
    """Return tasks with their answers and drafts, some at a time, in the order of their numbers.

    So many clients ask at once, the next tasks while the caller is busy with the last ones; those that are
    gone are left out.
    """
    lots = list(_lots(client, wanted))
    if len(lots) <= 1:  # a further connection would cost more than it saves
        return (_export(client, lot) for lot in lots)
    return map_ordered([client.another() for _ in range(clients)], lots, _export)


def _lots(client: Client, wanted: Lot) -> Iterator[Lot]:
    """Return tasks to read in lots for one call each, by their numbers, whatever part they are in."""
    if len(wanted) == 1 and None in wanted.values() and client.task_count(*wanted) <= AT_ONCE:
        yield wanted
        return
    spans = {part: client.id_span(part) for part, only in wanted.items() if only is None}
    if len(spans) == len(wanted) and _is_dense(spans.values()):
        yield from _windows({part: span for part, span in spans.items() if span.tasks})
        return
    numbers = {part: client.task_ids(part) if only is None else only for part, only in wanted.items()}
    pairs = sorted((task, part) for part, tasks in numbers.items() for task in tasks)
    step = ids_per_call(pairs[-1][0]) if pairs else 1
    for first in range(0, len(pairs), step):
        lot: dict[int, list[int]] = {}
        for task, part in pairs[first : first + step]:
            lot.setdefault(part, []).append(task)
        yield lot


def _is_dense(spans: Collection[IdSpan]) -> bool:
    """Return whether ranges hold so many tasks that to list their ids first would cost more time."""
    return sum(span.tasks for span in spans) >= DENSE * sum(span.width for span in spans)


def _windows(spans: Mapping[int, IdSpan]) -> Iterator[Lot]:
    """Return all numbers in ranges, by part; ranges may overlap."""
    step = ids_per_call(max((span.last for span in spans.values()), default=0))
    at = 0
    while left := {part: span for part, span in spans.items() if span.last >= at}:
        at = max(at, min(span.first for span in left.values()))
        end = at + step
        yield {
            part: range(max(span.first, at), min(span.last + 1, end))
            for part, span in left.items()
            if span.first < end
        }
        at = end


def _export(client: Client, lot: Lot) -> list[Task]:
    parts = (client.export(part, only=only) for part, only in lot.items())
    return list(heapq.merge(*parts, key=_number))


def all_of(project: Project) -> Lot:
    """Name all tasks of a project."""
    return {part.number: None for part in project.parts}


def fingerprint(client: Client, project: Project) -> tuple[str, int]:
    """Return what changes whenever a pull of a project would give something else, and its number of tasks.

    It costs a few small reads, whatever the size of the project. Words that are typed into a draft which was
    there before do not show.

    Raises:
        Conflict: where the project is gone.
    """
    counts = {part.number: client.counts(part.number, COUNTED) for part in project.parts}
    others = [
        (client.last_change(part.number), sorted(client.task_ids(part.number, with_draft=True)))
        for part in project.parts
    ]
    facts = [project.title, project.annotators, project.codebooks, client.version, counts, others]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    return digest, sum(each["task_number"] for each in counts.values())


COUNTED = ("task_number", "total_annotations_number", "skipped_annotations_number", "ground_truth_number")


@dataclass(slots=True)
class _Part:
    """The tasks of a part in an earlier pull: their ids, when each changed (seconds since 1970), drafts."""

    newest: datetime
    ids: array[int] = field(default_factory=lambda: array("q"))
    changed: array[float] = field(default_factory=lambda: array("d"))
    drafts: set[int] = field(default_factory=set)

    def changed_after(self, moment: datetime) -> set[int]:
        """Return the tasks that changed after a moment."""
        pairs = zip(self.ids, self.changed, strict=True)
        return {number for number, changed in pairs if changed > moment.timestamp()}


@dataclass(frozen=True, slots=True)
class _Index:
    """An index of an earlier pull: its parts by number, and the server's clock when it began."""

    parts: Mapping[int, _Part]
    read_from: datetime

    @property
    def tasks(self) -> int:
        return sum(len(part.ids) for part in self.parts.values())


def _index(before: Earlier, frame: Mapping[str, Any], project: Project) -> _Index | None:
    """Read an earlier pull; `None` where it is not from here, is empty, or cannot be read."""
    try:
        old, last = before.frame, 0
        is_here = _is_same_server(old["server"], frame["server"])
        if not is_here or old["project"]["layout"] != frame["project"]["layout"]:
            return None
        parts: dict[int, _Part] = {}
        for task in before.tasks():
            number, moment = _number(task), datetime.fromisoformat(task["updated_at"]).astimezone(UTC)
            if number <= last:  # in no order, or twice
                return None
            last = number
            part = parts.setdefault(_part(task, project), _Part(moment))
            part.newest = max(moment, part.newest)
            part.ids.append(number)
            part.changed.append(moment.timestamp())
            len(task["annotations"])
            if len(task["drafts"]):
                part.drafts.add(number)
        latest = max(part.newest for part in parts.values())
        stated = old.get("read_from")
        return _Index(parts, datetime.fromisoformat(stated).astimezone(UTC) if stated else latest)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _is_same_server(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Return whether two pulls read one server in one version: by its id or, without one, its address."""
    name = "id" if old.get("id") and new["id"] else "url"
    return (old[name], old["version"]) == (new[name], new["version"])


def _number(task: Task) -> int:
    return int(task["id"])


def _part(task: Task, project: Project) -> int:
    """Return the number of the part that a task is in."""
    return int(task.get("project") or project.number)
