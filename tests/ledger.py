"""What the tests of faults saw, for the table at the end of a run: fault, tried, runs, lost, doubled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import pytest


@dataclass(frozen=True)
class Row:
    """One try: what befell it, the runs it took to the end, what was then lost and what stood there twice."""

    fault: str
    runs: int
    lost: int
    doubled: int


LEDGER = pytest.StashKey[list[Row]]()


def write_down(config: pytest.Config, row: Row) -> None:
    config.stash.setdefault(LEDGER, []).append(row)


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
