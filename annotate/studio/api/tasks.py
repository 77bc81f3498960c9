"""Calls about tasks: lists, filters, export, import.

Lists are taken as JSON: the SDK's objects cost ten times the time.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import quote

from annotate.studio.api.connection import ONCE, PAGE, Connection
from annotate.studio.format import Task

Filter = dict[str, Any]
Value = TypeVar("Value")

QUERY_LENGTH = 3_000  # characters of the values in an address: servers take some 4,000 altogether
MANY_PAGES = 4  # of one list: beyond, ranges of ids are asked for, since each page takes longer than the last
IDS_LENGTH = 3_600  # characters of the ids of tasks in an address, which are few beside what else is in it
FIELDS = "id,data,meta,total_annotations"  # of tasks in a list
ANSWER_COUNTS = ("total_annotations", "cancelled_annotations")
# Paths of files are not looked up (`resolve_uri`), which would take half of the time again.
LIST = {"fields": "task_only", "resolve_uri": "false"}


class IdRange(NamedTuple):
    """A range of ids of tasks, both ends included."""

    first: int
    last: int


class IdSpan(NamedTuple):
    """The first and the last id of a project's tasks, and how many `tasks` it has; without any all are 0."""

    first: int
    last: int
    tasks: int

    @property
    def width(self) -> int:
        """How many ids are in the range, of whatever project."""
        return self.last - self.first + 1 if self.tasks else 0


def ids_per_call(largest: int) -> int:
    """Return how many tasks can be asked for by id in one call, where this is the largest id.

    Each call costs the server as much as ten tasks, whatever it asks for.
    """
    return IDS_LENGTH // len(f"ids%5B%5D={largest}&")


class TaskCalls(Connection):
    """Calls about the tasks of a project; a task has the fields in `FIELDS` unless said otherwise."""

    def tasks(self, number: int) -> Iterator[Task]:
        """Yield the tasks of a project, in the order of their ids."""
        for ids in self.id_ranges(number):
            yield from self.tasks_in(number, ids)

    def tasks_in(self, number: int, ids: IdRange) -> list[Task]:
        """Return the tasks of a project whose ids are in a range."""
        return list(_rows(self._list(number, _in_range(ids))))

    def id_ranges(self, number: int) -> list[IdRange]:
        """Return ranges of ids that together cover all tasks of a project, in order.

        Each has about `PAGE` tasks, where no other project got tasks meanwhile. A page of a long list takes
        longer than a range: for each page the server counts the whole list.
        """
        span = self.id_span(number)
        if not span.tasks:
            return []
        width = -(-span.width // -(-span.tasks // PAGE))
        lows = range(span.first, span.last + 1, width)
        return [IdRange(low, min(low + width - 1, span.last)) for low in lows]

    def id_span(self, number: int) -> IdSpan:
        """Return the first and the last id of a project's tasks, and how many there are."""
        first, count = self._outermost(number, "tasks:id")
        last, _ = self._outermost(number, "-tasks:id") if count else (0, 0)
        return IdSpan(first, last, count)

    def _outermost(self, number: int, ordering: str) -> tuple[int, int]:
        """Return the first id in an order, 0 where there is none, and the number of tasks."""
        page = self._first_page(number, ordering, 1, include="id")
        return (int(page["tasks"][0]["id"]) if page["tasks"] else 0), int(page["total"])

    def newest(self, number: int, limit: int) -> list[Task]:
        """Return the newest tasks of a project, at most `limit` and at most a page."""
        return cast("list[Task]", self._first_page(number, "-tasks:id", min(limit, PAGE))["tasks"])

    def first_task(self, number: int) -> Task | None:
        """Return the oldest task of a project; `None` without one."""
        return next(iter(self._first_page(number, "tasks:id", 1)["tasks"]), None)

    def last_change(self, number: int) -> str:
        """Return when a task of a project changed last, by the server's clock; nothing without a task."""
        page = self._first_page(number, "-tasks:updated_at", 1, include="id,updated_at")
        return str(page["tasks"][0]["updated_at"]) if page["tasks"] else ""

    def tasks_with(self, number: int, values: Sequence[str], *, field: str = "digest") -> Iterator[Task]:
        """Yield the tasks of a project that have one of these values in a field of their data.

        None may also mean that the server does not know the field yet: see `knows`.
        """
        for batch in _batches(values):
            wanted = _one_of(field, batch)
            pages = self._list(number, wanted)
            first = next(pages)
            if int(first.get("total", 0)) > MANY_PAGES * PAGE:
                ranges = (self._list(number, _in_range(ids), wanted) for ids in self.id_ranges(number))
                yield from _rows(chain.from_iterable(ranges))
            else:
                yield from _rows(chain([first], pages))

    def tasks_like(self, number: int, *, revisions: Sequence[str], words: Sequence[str]) -> Iterator[Task]:
        """Yield the tasks of a project whose article has one of these revisions or words."""
        wanted = [_one_of("revision", batch) for batch in _batches(revisions)]
        wanted += [_condition("data.text", "contains", "String", each) for each in words]
        for conditions in _batches(wanted):
            yield from _rows(self._list(number, *conditions, conjunction="or"))

    def knows(self, number: int, field: str) -> bool:
        """Return whether the server can filter the tasks of a project by a field of their data.

        A field that no task has yet is not known, and filtering by it finds nothing, without an error.
        """
        task = self.first_task(number)
        if not task:
            return True
        value = task["data"].get(field)
        return isinstance(value, str) and self._count(number, _one_of(field, [value])) > 0

    def tasks_lacking(self, number: int, field: str) -> set[int]:
        """Return the ids of a project's tasks whose data has nothing in a field.

        None may also mean that the server does not know the field, since no task has it.
        """
        empty = _condition(f"data.{field}", "empty", "String", True)
        return {int(task["id"]) for task in _rows(self._list(number, empty, include="id"))}

    def task_ids(
        self, number: int, *, changed_after: str | None = None, with_draft: bool = False
    ) -> set[int]:
        """Return the ids of a project's tasks: all, those that changed after a moment, or have a draft.

        The moment is one of the server's clock: `2031-05-04T09:30:12.000000Z`. A draft changes no task.
        """
        if changed_after:
            wanted = [_changed_after(changed_after)]
        elif with_draft:
            wanted = [_condition("draft_exists", "equal", "Boolean", True)]
        else:
            wanted = [_in_range(ids) for ids in self.id_ranges(number)]
        pages = chain.from_iterable(self._list(number, each, include="id") for each in wanted)
        return {int(task["id"]) for task in _rows(pages)}

    def changed_count(self, number: int, after: str) -> int:
        """Return how many of a project's tasks changed after a moment."""
        return self._count(number, _changed_after(after))

    def tasks_without(
        self, number: int, version: str, *patterns: str, after: int = 0
    ) -> Iterator[dict[str, Any]]:
        """Yield each page of the tasks, with ids above `after`, that have no prediction of a model version.

        The version also matches as a part of another one. `patterns` are regular expressions that the claims
        in a task's data match, as JSON with or without spaces. A page has `total` and `tasks`.
        """
        matching = [_condition("data.claims", "regex", "String", pattern) for pattern in patterns]
        lacking = _condition("predictions_model_versions", "not_contains", "List", [version])
        later = [_condition("id", "greater", "Number", after)] if after else []
        return self._list(number, lacking, *matching, *later)

    def tasks_with_predictions(self, number: int, *, above: int) -> Iterator[dict[str, Any]]:
        """Yield each page of the tasks that have more than `above` predictions, each with `predictions`.

        A page has `total` and `tasks`.
        """
        wanted = _where(_condition("total_predictions", "greater", "Number", above))
        query = {"project": number, "include": "id,predictions", **LIST, "fields": "all", **wanted}
        return self.pages("api/tasks/", query)

    def export(self, number: int, *, only: Collection[int] | None = None) -> list[Task]:
        """Return tasks of a project with their annotations and drafts, in the order of their ids.

        `only` names some; those that are gone are left out.
        """
        path, query = f"api/projects/{number}/export", {"exportType": "JSON", "download_all_tasks": "true"}
        if only is None:
            tasks = self.get_list(path, query, seconds=self.policy.bulk)
        else:
            ids = sorted(only)
            step = ids_per_call(ids[-1]) if ids else 1
            parts = (ids[first : first + step] for first in range(0, len(ids), step))
            tasks = [task for part in parts for task in self.get_list(path, {**query, "ids[]": part})]
        return sorted(tasks, key=lambda task: int(task["id"]))

    def import_tasks(self, number: int, tasks: Sequence[Task]) -> int:
        """Send tasks once and return how many the server says it stored.

        Raises:
            Unclear: where the response is unclear: the tasks may have been stored.
        """
        return self.post_rows(f"api/projects/{number}/import", tasks, "task_count")

    def set_meta(self, task: int, meta: Mapping[str, Any]) -> None:
        """Replace the `meta` of a task."""
        with self.writing():
            self.sdk.tasks.update(id=str(task), meta=dict(meta), request_options=ONCE)

    def delete_task(self, task: int) -> None:
        """Delete a task with all its annotations."""
        with self.writing():
            self.sdk.tasks.delete(id=str(task), request_options=ONCE)

    def delete_unanswered(self, number: int, tasks: Collection[int]) -> None:
        """Delete those of some tasks that have neither answer nor draft; the server looks at that itself."""
        for ids in _batches(list(map(str, sorted(tasks)))):
            filters = [_condition(field, "equal", "Number", 0) for field in ANSWER_COUNTS]
            filters.append(_condition("draft_exists", "equal", "Boolean", False))
            body = {
                "filters": {"conjunction": "and", "items": filters},
                "selectedItems": {"all": False, "included": list(map(int, ids))},
            }
            self.post_action(f"api/dm/actions/?id=delete_tasks&project={number}", body)

    def _list(
        self, number: int, *conditions: Filter, include: str = FIELDS, conjunction: str = "and"
    ) -> Iterator[dict[str, Any]]:
        """Yield the pages of a project's tasks of which all conditions are true, or one (`or`)."""
        wanted = _where(*conditions, conjunction=conjunction)
        return self.pages("api/tasks/", {"project": number, "include": include, **LIST, **wanted})

    def _count(self, number: int, wanted: Filter) -> int:
        query = {"project": number, "include": "id", **LIST, **_where(wanted), "page": 1, "page_size": 1}
        return int(self.get_object("api/tasks/", query)["total"])

    def _first_page(self, number: int, ordering: str, limit: int, *, include: str = FIELDS) -> dict[str, Any]:
        """Return the first page of a project's tasks in an order, and the `total` of all."""
        query = {"project": number, "include": include, **LIST, "page": 1, "page_size": limit}
        return self.get_object("api/tasks/", query | {"query": json.dumps({"ordering": [ordering]})})


def _rows(pages: Iterator[dict[str, Any]]) -> Iterator[Task]:
    return (task for page in pages for task in page["tasks"])


# --------------------------------------------------------------------------- filters


def _condition(field: str, operator: str, kind: str, value: object) -> Filter:
    """Return one condition on a task."""
    return {"filter": f"filter:tasks:{field}", "operator": operator, "type": kind, "value": value}


def _in_range(ids: IdRange) -> Filter:
    """Return the condition that a task's id is in a range."""
    return _condition("id", "in", "Number", {"min": ids.first, "max": ids.last})


def _changed_after(moment: str) -> Filter:
    """Return the condition that a task changed after a moment of the server's clock."""
    return _condition("updated_at", "greater", "Datetime", moment)


def _one_of(field: str, values: Sequence[str]) -> Filter:
    """Return the condition that a field of a task's data has one of these values."""
    return _condition(f"data.{field}", "in_list", "List", values)


def _where(*conditions: Mapping[str, Any], conjunction: str = "and") -> dict[str, str]:
    """Return the query for the tasks of which all conditions are true, or one (`or`)."""
    return {"query": json.dumps({"filters": {"conjunction": conjunction, "items": conditions}})}


def _batches(values: Sequence[Value]) -> Iterator[list[Value]]:
    """Yield values in batches of at most `PAGE`, and of the length that an address may have."""
    batch: list[Value] = []
    length = 0
    for value in values:
        written = len(quote(json.dumps(value))) + len("%2C%20")
        if batch and (len(batch) == PAGE or length + written > QUERY_LENGTH):
            yield batch
            batch, length = [], 0
        batch.append(value)
        length += written
    if batch:
        yield batch
