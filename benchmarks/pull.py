"""What a pull costs where 10 of 5,000 answers are new, beside a pull of everything.

A project of claims with one answer each is made; then rounds of new answers follow, each pulled in both ways.
Prints the seconds of the reading and of the whole pull (with raw.json and judgements.csv), and the ratios of
the medians; the target is 0.2 or less for the reading. The server is as in `push.py`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from push import long_article, server

from annotate.report import read_raw, write_judgements, write_raw
from annotate.studio import Client, Project, claim_tasks, open_project, pull, results_of
from annotate.studio.pulling import OVERLAP

CHUNK = 500


def answered_project(client: Client, count: int) -> Project:
    """Make a project whose claims all have an answer, older than the overlap of a pull."""
    article, claims = long_article(count)
    project = open_project(client, f"Pull {os.getpid()}", "claim")
    tasks = claim_tasks(article, claims, [])
    for task, claim in zip(tasks, claims, strict=True):
        results = results_of(task, {claim.claim_id: {"label": "opinion", "note": "As it stands."}})
        task["annotations"] = [{"result": results, "ground_truth": False}]
    for first in range(0, len(tasks), CHUNK):
        client.import_tasks(project.number, tasks[first : first + CHUNK])
    print(f"{count} answers are there; waiting {OVERLAP.seconds + 5} s until they are old", file=sys.stderr)
    time.sleep(OVERLAP.seconds + 5)
    return project


def answer_some(client: Client, raw: Mapping[str, Any], first: int, count: int) -> None:
    for task in raw["tasks"][first : first + count]:
        client.answer(int(task["id"]), results_of(task, {task["data"]["claim_id"]: {"label": "opinion"}}))


def timed(client: Client, project: Project, folder: Path, *, full: bool) -> tuple[float, float]:
    """Pull as the command does, and give the seconds of the reading and of all."""
    began = time.perf_counter()
    before = None if full else read_raw(folder)
    parsed = time.perf_counter()
    raw = pull(client, project, before=before)
    read = time.perf_counter() - parsed
    write_raw(raw, folder)
    write_judgements(raw, folder)
    return read, time.perf_counter() - began


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--claims", type=int, default=5000)
    flags.add_argument("--new", type=int, default=10)
    flags.add_argument("--rounds", type=int, default=3)
    flags.add_argument("--target", type=float, default=0.2)
    given = flags.parse_args()
    times: dict[str, list[tuple[float, float]]] = {"new": [], "full": []}
    with server() as client, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        project = answered_project(client, given.claims)
        write_raw(pull(client, project), folder)
        print(f"{given.new} of {given.claims} new   read anew      all   full: read      all")
        for number in range(given.rounds):
            answer_some(client, read_raw(folder), number * given.new, given.new)
            times["new"].append(timed(client, project, folder, full=False))
            anew = read_raw(folder)["tasks"]
            times["full"].append(timed(client, project, folder, full=True))
            assert read_raw(folder)["tasks"] == anew, "the two ways give different tasks"
            seconds = [*times["new"][-1], *times["full"][-1]]
            print(f"round {number + 1}     " + "".join(f"{each:10.2f} s" for each in seconds))
    medians = {way: [statistics.median(column) for column in zip(*times[way], strict=True)] for way in times}
    ratio, whole = (a / b for a, b in zip(medians["new"], medians["full"], strict=True))
    print(f"ratio of the medians: {ratio:.2f} of the reading (target {given.target}), {whole:.2f} of all")
    sys.exit(ratio > given.target)


if __name__ == "__main__":
    main()
