"""What a pull costs where 10 of 5,000 answers are new, beside a pull of everything.

A project of claims with one answer each is made; then rounds of new answers follow, each pulled in both ways.
Prints the seconds of the reading and of the whole pull (with raw.json and judgements.csv), and the ratios of
the medians; the target is 0.2 or less for the reading. A bare export of the SDK stands beside the whole pull.
The server is as in `push.py`.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the earlier pull in memory is one of the tests'

import table
from push import long_article, server
from table import Row

from annotate.report import read_raw
from annotate.studio import Client, Project, open_project, pull_project
from annotate.studio.format import claim_tasks, results_of
from annotate.studio.pull import OVERLAP
from tests.pulls import InMemory, write_both, write_raw

CHUNK = 500


def answered_project(client: Client, count: int) -> Project:
    """Make a project whose claims all have an answer, older than the overlap of a pull."""
    article, claims = long_article(count)
    project = open_project(client, f"Pull {os.getpid()} {count}", "claim")
    tasks = claim_tasks(article, claims, [])
    for task, claim in zip(tasks, claims, strict=True):
        results = results_of(task, {claim.claim_id: {"label": "opinion", "note": "As it stands."}})
        task["annotations"] = [{"result": results, "ground_truth": False}]
    for first in range(0, len(tasks), CHUNK):
        client.import_tasks(project.number, tasks[first : first + CHUNK])
    print(f"{count} answers are there; waiting {OVERLAP.seconds + 5} s until they are old", file=sys.stderr)
    time.sleep(OVERLAP.seconds + 5)
    answer_some(client, {"tasks": client.export(project.number)}, count - 1, 1)
    return project


def answer_some(client: Client, raw: Mapping[str, Any], first: int, count: int) -> None:
    for task in raw["tasks"][first : first + count]:
        client.answer(int(task["id"]), results_of(task, {task["data"]["claim_id"]: {"label": "opinion"}}))


def timed(client: Client, project: Project, folder: Path, *, full: bool) -> tuple[float, float]:
    """Pull as the command does, and give the seconds of the reading and of all."""
    began = time.perf_counter()
    before = None if full else read_raw(folder)
    parsed = time.perf_counter()
    raw = pull_project(client, project, before=InMemory(before) if before else None)
    read = time.perf_counter() - parsed
    write_both(raw, folder)
    return read, time.perf_counter() - began


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--claims", type=int, nargs="+", default=[5000])
    flags.add_argument("--new", type=int, default=10)
    flags.add_argument("--rounds", type=int, default=3)
    flags.add_argument("--target", type=float, default=0.2)
    given = flags.parse_args()
    with server() as client:
        rows = [
            row
            for count in given.claims
            for row in measure(client, count, given.new, given.rounds, given.target)
        ]
    sys.exit(table.close(rows, given))


def measure(client: Client, count: int, new: int, rounds: int, target: float) -> list[Row]:
    times: dict[str, list[tuple[float, float]]] = {"new": [], "full": []}
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        project = answered_project(client, count)
        write_raw(pull_project(client, project), folder)
        print(f"{new} of {count} new   read anew      all   full: read      all")
        for number in range(rounds):
            answer_some(client, read_raw(folder), number * new, new)
            times["new"].append(timed(client, project, folder, full=False))
            anew = read_raw(folder)["tasks"]
            times["full"].append(timed(client, project, folder, full=True))
            assert read_raw(folder)["tasks"] == anew, "the two ways give different tasks"
            bare.append(exported(client, project))
            seconds = [*times["new"][-1], *times["full"][-1]]
            print(f"round {number + 1}     " + "".join(f"{each:10.2f} s" for each in seconds))
    read, whole = (statistics.median(each) for each in zip(*times["new"], strict=True))
    full_read, full_whole = (statistics.median(each) for each in zip(*times["full"], strict=True))
    some = f"incremental pull, {new} new"
    return [
        Row("pull", count, "claims", full_whole, "s", statistics.median(bare), "bare export"),
        Row(f"{some}, reading", count, "claims", read, "s", full_read, "pull, reading", most=target),
        Row(some, count, "claims", whole, "s", full_whole, "pull", most=1),
    ]


def exported(client: Client, project: Project) -> float:
    """Return the seconds of a bare export."""
    began = time.perf_counter()
    client.export(project.number)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
