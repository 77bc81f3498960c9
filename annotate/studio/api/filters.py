"""Filters of tasks, as Label Studio's Data Manager writes them; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

Filter = dict[str, Any]
Value = TypeVar("Value")

PAGE = 500  # tasks or projects a page, and values a query
QUERY_LENGTH = 3_000  # characters of the values in an address: servers take some 4,000 altogether


class IdRange(NamedTuple):
    """A range of ids of tasks, both ends included."""

    first: int
    last: int


def condition(field: str, operator: str, kind: str, value: object) -> Filter:
    """Return one condition on a task."""
    return {"filter": f"filter:tasks:{field}", "operator": operator, "type": kind, "value": value}


def in_range(ids: IdRange) -> Filter:
    """Return the condition that a task's id is in a range."""
    return condition("id", "in", "Number", {"min": ids.first, "max": ids.last})


def changed_after(moment: str) -> Filter:
    """Return the condition that a task changed after a moment of the server's clock."""
    return condition("updated_at", "greater", "Datetime", moment)


def one_of(field: str, values: Sequence[str]) -> Filter:
    """Return the condition that a field of a task's data has one of these values."""
    return condition(f"data.{field}", "in_list", "List", values)


def where(*conditions: Mapping[str, Any], conjunction: str = "and") -> dict[str, str]:
    """Return the query for the tasks of which all conditions are true, or one (`or`)."""
    return {"query": json.dumps({"filters": {"conjunction": conjunction, "items": conditions}})}


def batches(values: Sequence[Value]) -> Iterator[list[Value]]:
    """Yield values in batches of at most `PAGE`, and of what an address may hold."""
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
