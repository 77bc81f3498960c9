"""What the tests of faults saw, for the table at the end of a run: fault, tried, runs, lost, doubled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from itertools import groupby
from typing import Any

import pytest


@dataclass(frozen=True)
class Row:
    """One try: what befell it, the runs it took to the end, what was then lost and what stood there twice."""

    fault: str
    runs: int
    lost: int
    doubled: int


LEDGER = pytest.StashKey[list[Row]]()
SENT = "ledger"  # what a process of pytest-xdist hands to the one that began it, which prints


def write_down(config: pytest.Config, row: Row) -> None:
    config.stash.setdefault(LEDGER, []).append(row)
    if hasattr(config, "workeroutput"):
        config.workeroutput.setdefault(SENT, []).append(astuple(row))


def take_over(config: pytest.Config, sent: Mapping[str, Any]) -> None:
    """Add the rows of a process that ended."""
    config.stash.setdefault(LEDGER, []).extend(Row(*fields) for fields in sent.get(SENT, ()))


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Return one line a fault; `runs` are the most that a try took."""
    ordered = sorted(rows, key=lambda row: row.fault)
    width = max((len(row.fault) for row in ordered), default=0)
    yield f"{'fault':{width}}  tried  runs  lost  doubled"
    for fault, group in groupby(ordered, key=lambda row: row.fault):
        same = list(group)
        lost, doubled = sum(row.lost for row in same), sum(row.doubled for row in same)
        runs = max(row.runs for row in same)
        yield f"{fault:{width}}  {len(same):5}  {runs:4}  {lost:4}  {doubled:7}"
