"""One table of all benchmarks: what was measured, beside its peer or limit, and how it grows with the work.

A script makes `Row`s and ends with `close(rows, given)`, which prints them, keeps them where `--rows FILE`
asks for it, and gives the exit code. `results.py` runs the scripts and makes one table of what they kept:

    flags = table.flags(__doc__)                     # argparse, with --rows
    rows = [Row("push", 5_000, "claims", 3.1, "s", 2.9, "bare import", most=1.3)]
    sys.exit(table.close(rows, flags.parse_args()))
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("claimdesk", "label-studio-sdk", "numpy", "pandas", "pyarrow", "spacy", "onnxruntime", "dask")
HEADER = ("figure", "work", "measured", "beside", "ratio", "target", "growth")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure at one size of the work.

    `beside` is the peer's figure in the same run, or a limit, in the same unit; `what` says which. The ratio
    `measured / beside` is to be at most `most`, or at least `least` (1 beside a limit); with neither it is
    told and no target.
    """

    figure: str
    size: int
    things: str
    measured: float
    unit: str
    beside: float
    what: str
    most: float | None = None
    least: float | None = None

    @property
    def ratio(self) -> float:
        """Return how often the figure beside it goes into what was measured."""
        return self.measured / self.beside if self.beside else math.inf

    @property
    def missed(self) -> bool:
        """Return whether a target was missed."""
        over = self.most is not None and self.ratio > self.most
        return over or (self.least is not None and self.ratio < self.least)


def growths(rows: Sequence[Row]) -> list[float | None]:
    """Return for each row the growth exponent since the same figure at the size before.

    That is the slope of log measured over log work: 1 is in proportion, 0 does not grow, `None` is the
    smallest size.
    """
    return [_growth(row, rows) for row in rows]


def _growth(row: Row, rows: Iterable[Row]) -> float | None:
    smaller = [r for r in rows if _kind(r) == _kind(row) and r.size < row.size]
    if not smaller:
        return None
    before = max(smaller, key=lambda r: r.size)
    if min(before.measured, row.measured, before.size) <= 0:
        return None
    return math.log(row.measured / before.measured) / math.log(row.size / before.size)


def _kind(row: Row) -> tuple[str, ...]:
    return row.figure, row.things, row.unit, row.what


def cells(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """Return the cells of the table, in the order of `HEADER`."""
    return [
        (
            row.figure,
            f"{row.size:,} {row.things}",
            f"{_number(row.measured)} {row.unit}",
            f"{_number(row.beside)} {row.unit} ({row.what})",
            f"{row.ratio:.2f}",
            _target(row),
            "" if growth is None else f"{growth:.2f}",
        )
        for row, growth in zip(rows, growths(rows), strict=True)
    ]


def plain(rows: Sequence[Row]) -> str:
    """Return the table as a terminal shows it."""
    lines = [HEADER, *cells(rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADER))]
    told = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    return "\n".join("  ".join(line).rstrip() for line in told)


def markdown(rows: Sequence[Row], *, command: str, day: str, broken: Sequence[str] = ()) -> str:
    """Return the page of results: what machine, which versions, and the table.

    Args:
        rows: all rows.
        command: what made them.
        day: when, ISO 8601.
        broken: benchmarks that ended without figures.
    """
    lines = [HEADER, ("---",) * len(HEADER), *cells(rows)]
    missed = sum(row.missed for row in rows)
    return "\n".join(
        (
            "# Results",
            "",
            f"Made by `{command}` on {day}: {machine()}. {versions()}.",
            "",
            "Each figure stands beside its peer or limit in the same run; the ratio is measured / beside.",
            "Growth is the slope of log measured over log work since the size before: 1 is in proportion.",
            f"Targets missed: {missed or 'none'}. Ended without figures: {', '.join(broken) or 'none'}.",
            "",
            *("| " + " | ".join(line) + " |" for line in lines),
            "",
        )
    )


def machine() -> str:
    """Say what machine this is: cores, memory, processor; no name of host or place."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {_processor()}, {platform.system()}"


def versions() -> str:
    """Say which versions were measured."""
    told = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            told.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue  # an extra that is not installed measured nothing
    return ", ".join(told)


def flags(description: str | None) -> argparse.ArgumentParser:
    """Return the flags that each benchmark has."""
    found = argparse.ArgumentParser(description=description)
    found.add_argument("--rows", type=Path, help="add the rows to this file, one JSON object a line")
    return found


def close(rows: Iterable[Row], given: argparse.Namespace) -> int:
    """Print the rows, keep them where asked for, and give the exit code: 1 where a target was missed."""
    told = list(rows)
    print(plain(told), flush=True)
    if given.rows:
        with given.rows.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(row)) + "\n" for row in told)
    return int(any(row.missed for row in told))


def read_rows(path: Path) -> list[Row]:
    """Read what `close` kept; none where nothing was."""
    if not path.exists():
        return []
    return [Row(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _target(row: Row) -> str:
    bounds = [f"≤ {row.most:.3g}"] if row.most is not None else []
    bounds += [f"≥ {row.least:.3g}"] if row.least is not None else []
    return " ".join(bounds) + (" MISSED" if row.missed else "")


def _number(value: float) -> str:
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:,.{max(2 - math.floor(math.log10(abs(value))), 0)}f}"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
