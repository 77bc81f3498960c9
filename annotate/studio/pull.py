"""Pull: what Label Studio holds of a project, read whole, or only what changed since the last pull.

Both ways give the same tasks, as a stream. What changed is asked for by the server's own clock; what that
cannot tell (a deleted task, a draft, a clock that was set back) is looked for apart, and at the end the
server's counts must be those of what was put together: where they are not, all is read.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from annotate.studio.api import BATCH, MOMENT, Client, Project, clients_for, map_ordered
from annotate.studio.format import Task, known_users, remembering

AT_ONCE = 2_000  # tasks that are exported in one answer; of more, answers come too late
OVERLAP = timedelta(minutes=2)  # what a server commits later than it says
CROWD = 500  # tasks that changed shortly before a pull, from which on they are counted instead of read again
MOST_ANEW = 0.5  # share of the tasks from which on reading all is faster

Raw = dict[str, Any]
Numbers = dict[int, set[int]]  # of tasks, by the number of their part
Lot = Mapping[int, Collection[int] | None]  # tasks that are read together, by part; `None`: all of it
Told = Callable[[int, int], None]


class Earlier(Protocol):
    """An earlier pull, which may be too large for the memory."""

    @property
    def frame(self) -> Mapping[str, Any]:
        """All of it but the tasks."""

    def tasks(self) -> Iterator[Task]:
        """Return its tasks, from the beginning, in the order of their numbers."""


@dataclass(frozen=True, slots=True)
class _InMemory:
    """An earlier pull as `pull` gave it."""

    frame: Mapping[str, Any]

    def tasks(self) -> Iterator[Task]:
        return iter(self.frame["tasks"])


def pull_project(
    client: Client,
    project: Project,
    *,
    before: Earlier | Mapping[str, Any] | None = None,
    full: bool = False,
    told: Told = lambda anew, total: None,
) -> Raw:
    """Return everything that a report is made from, as Label Studio holds it: plain data.

    Keys: `project` (id, title, key, layout, url of the server, annotators wanted for each task, codebooks
    that came later), `users` (by number as a string: email, name; also those who left, where an earlier pull
    knew them), `server` (url, version, id of a local one), `pulled_at` (UTC, this machine's clock),
    `read_from` (UTC, the server's, before the first task was read), `tasks` (as exported, in the order of
    their numbers, with annotations and drafts; see `provenance` for what is filled in there).

    Args:
        client: who asks.
        project: what is asked for.
        before: what an earlier pull gave; only tasks that changed since are read then. One of another
            server or version of Label Studio is only asked for what the server forgot, one of another
            project is not used.
        full: read all tasks; `before` is only asked for what the server forgot.
        told: is told how many tasks were read anew, and how many there are.

    Raises:
        Conflict: where the project is gone.
    """
    earlier = _InMemory(before) if isinstance(before, Mapping) else before
    reading = begin(client, project, before=earlier, full=full)
    tasks: list[Task] = []
    for attempt in reading.attempts():
        tasks = list(attempt)
    told(reading.anew, reading.total)
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

    The other arguments, errors and what comes are those of `pull`.
    """
    frame: Raw = {
        "project": {
            "id": project.number,
            "title": project.title,
            "key": project.key,
            "layout": project.layout,
            "url": client.url,
            "annotators": project.annotators,
            "codebooks": [[held.since, held.version] for held in project.codebooks if held.since],
        },
        "users": {str(user["id"]): {"email": user["email"], "name": _name(user)} for user in client.users()},
        "server": {"url": client.url, "version": client.version, "id": client.identity},
        "pulled_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "read_from": client.clock(),
    }
    if before and _of_one_project(before.frame, frame):
        frame["users"] = known_users(frame["users"], before.frame.get("users") or {})
        return Reading(client, project, frame, before, full, clients)
    return Reading(client, project, frame, None, full, clients)


@dataclass
class Reading:
    """A pull: `frame` is all but the tasks. `anew` counts the tasks that were read, `total` all there are."""

    client: Client
    project: Project
    frame: Raw
    before: Earlier | None
    full: bool = False
    clients: int = 1
    expected: int = 0
    _counts: dict[int, Counter[str]] = field(default_factory=dict)
    _fresh: int = 0

    @property
    def total(self) -> int:
        """Tasks that the last attempt gave."""
        return sum(counts["task_number"] for counts in self._counts.values())

    @property
    def anew(self) -> int:
        """Those of them that were read from the server."""
        return self._fresh

    def attempts(self) -> Iterator[Iterator[Task]]:
        """Return streams of all tasks, the cheapest way to read first; each is to be read to its end.

        Another one comes where the server counts otherwise: then what the one before gave is not to be used.
        """
        for tasks in self._ways():
            self._counts = {part.number: Counter() for part in self.project.parts}
            self._fresh = 0
            yield self._counted(tasks)
            if self._agrees():
                return
        self._counts = {part.number: Counter() for part in self.project.parts}
        self._fresh = 0
        self.expected = sum(self.client.task_count(part.number) for part in self.project.parts)
        yield self._counted(self._read(all_of(self.project)))

    def _ways(self) -> Iterator[Iterator[Task]]:
        """Return the ways that need only some tasks."""
        stale = self._stale()
        if stale is None:
            return
        yield self._merged(stale, None)
        there = {part.number: self.client.task_ids(part.number) for part in self.project.parts}
        held = {int(task["id"]) for task in self.before.tasks()} if self.before else set()
        both = {number: (stale[number] | (there[number] - held)) & there[number] for number in there}
        yield self._merged(both, {task for numbers in there.values() for task in numbers})

    def _stale(self) -> Numbers | None:
        """Return the tasks to read anew; nothing where all have to be."""
        usable = self.before if not self.full else None
        held = _held(usable, self.frame, self.project) if usable else None
        if not held or datetime.fromisoformat(self.frame["read_from"]) < max(held.newest.values()):
            return None
        stale = {}
        for part in self.project.parts:
            if part.number in held.newest:
                changed = self._changed(part.number, held)
                if changed is None:
                    return None
                drafts = self.client.task_ids(part.number, with_draft=True)
                stale[part.number] = changed | held.drafts[part.number] | drafts
            else:
                stale[part.number] = self.client.task_ids(part.number)
        few = sum(map(len, stale.values())) <= MOST_ANEW * held.tasks
        self.expected = held.tasks
        return stale if few else None

    def _changed(self, part: int, held: _Held) -> set[int] | None:
        """Return the tasks of a part that changed since the earlier pull; nothing where that cannot be asked.

        What was committed late says that it is older, so some time is asked about twice. Where a crowd of
        tasks changed just then, as by an import, the server only counts them: it is to have as many as were
        read then or changed since.
        """
        last = min(held.newest[part], held.read_from)
        since = (last - OVERLAP).strftime(MOMENT)
        crowd = held.changed_after(part, last - OVERLAP)
        if len(crowd) > CROWD:
            count = self.client.changed_count(part, since)
            changed = self.client.task_ids(part, changed_after=last.strftime(MOMENT))
            if count == len(crowd | changed):
                return changed
        # the newest one should be there, if the question is understood
        return self.client.task_ids(part, changed_after=since) or None

    def _merged(self, stale: Numbers, there: Collection[int] | None) -> Iterator[Task]:
        """Return the tasks of the earlier pull with those read anew; what is not there any more falls out."""
        anew = {task for numbers in stale.values() for task in numbers}
        parts = {part.number for part in self.project.parts}
        kept = (
            task
            for task in (self.before.tasks() if self.before else ())
            if int(task["id"]) not in anew
            and (there is None or int(task["id"]) in there)
            and _part(task, self.project) in parts
        )
        return heapq.merge(kept, self._read(stale), key=_number)

    def _read(self, wanted: Lot) -> Iterator[Task]:
        """Read tasks from the server, in the order of their numbers, and count them."""
        lots = exported(self.client, wanted, clients=self.clients)
        fresh = (task for tasks in lots for task in tasks)
        for task in remembering(fresh, self.before.tasks) if self.before else fresh:
            self._fresh += 1
            yield task

    def _counted(self, tasks: Iterator[Task]) -> Iterator[Task]:
        """Pass tasks on, and count them and their answers as the server does."""
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
        for number, counts in self._counts.items():
            if self.client.counts(number, COUNTED) != {name: counts[name] for name in COUNTED}:
                return False
        return True


def exported(client: Client, wanted: Lot, *, clients: int = 1) -> Iterator[list[Task]]:
    """Return tasks with their answers and drafts, some at a time, in the order of their numbers.

    So many clients ask at once; those that are gone are left out.
    """
    return map_ordered(clients_for(client, clients), _lots(client, wanted), _export)


def _lots(client: Client, wanted: Lot) -> Iterator[Lot]:
    """Return tasks to read in lots, by their numbers, whatever part they are in."""
    if len(wanted) == 1 and None in wanted.values() and client.task_count(*wanted) <= AT_ONCE:
        yield wanted
        return
    numbers = {part: client.task_ids(part) if only is None else only for part, only in wanted.items()}
    pairs = sorted((task, part) for part, tasks in numbers.items() for task in tasks)
    for first in range(0, len(pairs), BATCH):
        lot: dict[int, list[int]] = {}
        for task, part in pairs[first : first + BATCH]:
            lot.setdefault(part, []).append(task)
        yield lot


def _export(client: Client, lot: Lot) -> list[Task]:
    parts = (client.export(part, only=only) for part, only in lot.items())
    return list(heapq.merge(*parts, key=_number))


def all_of(project: Project) -> Lot:
    """Name all tasks of a project."""
    return {part.number: None for part in project.parts}


COUNTED = ("task_number", "total_annotations_number", "skipped_annotations_number", "ground_truth_number")


@dataclass(frozen=True, slots=True)
class _Held:
    """What an earlier pull comes to: its tasks; of each part the newest moment, the drafts, and all moments.

    `numbers` are the tasks of each part, and `moments` (seconds since 1970) when each of them changed.
    """

    tasks: int
    newest: Mapping[int, datetime]
    drafts: Mapping[int, set[int]]
    numbers: Mapping[int, array[int]]
    moments: Mapping[int, array[float]]
    read_from: datetime

    def changed_after(self, part: int, moment: datetime) -> set[int]:
        """Return the tasks of a part that changed after a moment."""
        pairs = zip(self.numbers[part], self.moments[part], strict=True)
        return {number for number, changed in pairs if changed > moment.timestamp()}


def _of_one_project(old: Mapping[str, Any], frame: Mapping[str, Any]) -> bool:
    known = old.get("project") or {}
    return all(known.get(name) == frame["project"][name] for name in ("id", "key"))


def _held(before: Earlier, frame: Mapping[str, Any], project: Project) -> _Held | None:
    """Read an earlier pull; nothing where it is not from here, is empty, or cannot be read."""
    try:
        old = before.frame
        if (
            not _is_same_server(old["server"], frame["server"])
            or old["project"]["layout"] != frame["project"]["layout"]
        ):
            return None
        last, count = 0, 0
        newest: dict[int, datetime] = {}
        drafts: dict[int, set[int]] = {}
        numbers: dict[int, array[int]] = {}
        moments: dict[int, array[float]] = {}
        for task in before.tasks():
            number, part, moment = _number(task), _part(task, project), _moment(task)
            if number <= last:  # in no order, or twice
                return None
            last, count = number, count + 1
            newest[part] = max(moment, newest.get(part, moment))
            drafts.setdefault(part, set())
            numbers.setdefault(part, array("q")).append(number)
            moments.setdefault(part, array("d")).append(moment.timestamp())
            len(task["annotations"])
            if len(task["drafts"]):
                drafts[part].add(number)
        latest = max(newest.values())
        stated = old.get("read_from")
        read_from = datetime.fromisoformat(stated).astimezone(UTC) if stated else latest
        return _Held(count, newest, drafts, numbers, moments, read_from)
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


def _moment(task: Task) -> datetime:
    """Return when a task last changed, by the server's clock."""
    return datetime.fromisoformat(task["updated_at"]).astimezone(UTC)


def _name(user: dict[str, Any]) -> str:
    full = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return full or str(user["email"]).split("@")[0]
