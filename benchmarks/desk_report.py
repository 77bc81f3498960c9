"""What a desk's figures over months cost: `annotate report --all --from FOLDER`, three judgements a claim.

    .venv/bin/python benchmarks/desk_report.py [--claims 10000 100000 1000000]

The Parquet files come first, with 200 annotators, 52 weeks, three
codebooks, 500 sources and an article for twenty claims; a file holds 20,000 claims. The real command runs in
a process of its own, start and all; beside it, also in a process of its own, pandas reads claim and label of
the same files and counts how often each label was given to each claim. Memory is the peak of each process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import table
from table import Row

ROOT = Path(__file__).parents[1]
A_FILE = 20_000  # claims
VOTES, PEOPLE, WEEKS, SOURCES, AN_ARTICLE = 3, 200, 52, 500, 20
LABELS = ("opinion", "attributed_report", "checkable_fact")
LONGEST, LARGEST = 15, 1_000  # seconds and MB for a million claims
PEER = """
import sys, pandas as pd
rows = pd.read_parquet(sys.argv[1], columns=["claim_id", "label"])
print(len(rows.groupby(["claim_id", "label"]).size().unstack(fill_value=0)))
"""


def judgements(first: int, claims: int, *, seed: int) -> Any:
    """Return the judgements of so many claims as a table, with the columns of `judgements.parquet`."""
    draw = np.random.default_rng(seed)
    numbers = np.repeat(np.arange(first, first + claims), VOTES)
    size = len(numbers)
    truth = np.repeat(draw.integers(len(LABELS), size=claims), VOTES)
    label = np.where(draw.random(size) < 0.8, truth, draw.integers(len(LABELS), size=size))
    who = (np.repeat(draw.integers(PEOPLE, size=claims), VOTES) + np.tile([0, 7, 31], claims)) % PEOPLE
    week = np.repeat(draw.integers(WEEKS, size=claims), VOTES)
    days = [datetime(2031, 1, 6) + timedelta(days=day) for day in range(7 * WEEKS)]
    moments = [f"{day:%Y-%m-%d}T{9 + day.day % 8:02}:15:00.000000Z" for day in days]
    source = draw.integers(SOURCES, size=size)
    reported = label == LABELS.index("attributed_report")
    return pa.table(
        {
            "project": _told(np.zeros(size), [f"project-{first // A_FILE}"]),
            "article": pa.array([f"article-{at // AN_ARTICLE}" for at in numbers.tolist()]),
            "claim_id": pa.array([f"article-{at // AN_ARTICLE}-{at:08x}" for at in numbers.tolist()]),
            "annotator": _told(who, [f"Reader {at}" for at in range(PEOPLE)]),
            "label": _told(label, LABELS),
            "given": _told(label, LABELS),
            "counted": _told(np.zeros(size), ["yes"]),
            "source": _told(source, [f"the office of quay {at}" for at in range(SOURCES)], shown=reported),
            "suggested_source": pa.nulls(size, pa.string()),
            "codebook": _told(week // 20, ["1", "2", "3"]),
            "seconds": draw.integers(3, 90, size=size).astype(np.float64),
            "answered_at": _told(7 * week + draw.integers(7, size=size), moments),
            "task_id": numbers,
            "annotation_id": np.arange(size) + VOTES * first,
        }
    )


def _told(codes: Any, words: Sequence[str], *, shown: Any = True) -> Any:
    """Return words by their numbers as plain text, as other programs write it; missing where not shown."""
    where = np.broadcast_to(shown, len(codes))
    return pa.array(words).take(pa.array(codes.astype(np.int64), mask=~where))


def make(folder: Path, claims: int) -> None:
    """Write the files of so many claims."""
    for first in range(0, claims, A_FILE):
        count = min(A_FILE, claims - first)
        pq.write_table(judgements(first, count, seed=first), folder / f"part-{first // A_FILE:05}.parquet")


def run(command: Sequence[str], exports: Path) -> tuple[float, float]:
    """Run a command and give its seconds and the peak of its memory in MB."""
    environment = os.environ | {"ANNOTATE_EXPORTS": str(exports)}
    began = time.perf_counter()
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command[:5])} ended with {child.returncode}")
    return took, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def measure(folder: Path, claims: int, rounds: int) -> list[Row]:
    """Measure the command and its peer over the same files, in turns."""
    ours, peer = [], []
    with tempfile.TemporaryDirectory() as exports:
        command = [sys.executable, "-m", "annotate", "report", "--all", "--from", str(folder)]
        for _ in range(rounds):
            ours.append(run(command, Path(exports)))
            peer.append(run([sys.executable, "-c", PEER, str(folder)], Path(exports)))
    took, peak = (statistics.median(each) for each in zip(*ours, strict=True))
    peer_took, peer_peak = (statistics.median(each) for each in zip(*peer, strict=True))
    name, bare = "report --all --from Parquet", "pandas, one groupby"
    return [
        Row(name, claims, "claims", took, "s", LONGEST, "limit", most=1),
        Row(name, claims, "claims", took, "s", peer_took, bare),
        Row(name, claims, "claims", peak, "MB", LARGEST, "limit", most=1),
        Row(name, claims, "claims", peak, "MB", peer_peak, bare),
    ]


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--claims", type=int, nargs="+", default=[10_000, 100_000])
    flags.add_argument("--rounds", type=int, default=3)
    given = flags.parse_args()
    rows = []
    for claims in given.claims:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), claims)
            rows += measure(Path(folder), claims, given.rounds)
    sys.exit(table.close(rows, given))


if __name__ == "__main__":
    main()
