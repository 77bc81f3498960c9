"""What a pull costs beside a bare export, with and without the memory of the desk, and where little is new.

A project of claims with one answer each is made; each round pulls all of it into an empty folder, exports it
by the bare call of the SDK's client, pulls it again unchanged, and pulls once more after some new answers.
`pull` is what `annotate pull` does but for the memory: tasks read, raw.json and judgements.csv written.
`pull, remembered` is all that the command does; the memory's vectors are made beside the reading.
Prints the seconds of each, the processor seconds of this process and of the server where it runs here, and
ratios of the medians. The server is as in `push.py`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))  # plans of one article are the tests'

import table
from push import long_article, server
from table import Row

from annotate.config import Settings, load_settings
from annotate.report import read_raw
from annotate.studio import Client, Project, open_project
from annotate.studio.format import claim_tasks, results_of
from annotate.studio.local.processes import commands
from annotate.studio.pull import OVERLAP
from annotate.workflows.desk import Connection
from annotate.workflows.progress import SILENT
from annotate.workflows.pulling import pull_into

CHUNK = 500
WAYS = ("bare export", "pull", "pull, remembered", "unchanged", "unchanged, remembered", "new")
Seconds = dict[str, list[tuple[float, float, float]]]


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
    return project


def server_process(url: str) -> psutil.Process | None:
    """Return the process of the local server at an address; `None` where it runs elsewhere."""
    bound = f"--bind {url.removeprefix('http://')} "
    found = sorted(pid for pid, command in commands() if bound in f"{command} ")
    return psutil.Process(found[0]) if found else None


def processor_seconds(process: psutil.Process | None) -> float:
    """Return the processor seconds of a process and of those it started."""
    if process is None:
        return 0.0
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)


@contextmanager
def timed(seconds: Seconds, name: str, studio: psutil.Process | None) -> Iterator[None]:
    """Time what is done here: seconds, processor seconds of this process, and those of the server."""
    began, own, theirs = time.perf_counter(), time.process_time(), processor_seconds(studio)
    yield
    seconds[name].append(
        (time.perf_counter() - began, time.process_time() - own, processor_seconds(studio) - theirs)
    )


def pull(client: Client, project: Project, settings: Settings) -> int:
    """Pull as the command does; return how many tasks were read."""
    folder = settings.exports / "project"
    folder.mkdir(parents=True, exist_ok=True)
    connection = Connection(client, None, 1)
    return pull_into(folder, connection, project, full=False, settings=settings, progress=SILENT).read


def one_round(client: Client, project: Project, new: int, seconds: Seconds, number: int) -> None:
    """Pull in all ways, in an order that changes."""
    studio = server_process(client.url)
    with tempfile.TemporaryDirectory() as place:
        plain, whole = (
            load_settings(exports=Path(place, name), memory=str(name == "whole").lower())
            for name in ("plain", "whole")
        )

        def bare() -> None:
            with timed(seconds, "bare export", studio):
                client.export(project.number)

        def ours() -> None:
            for name, settings in (("pull", plain), ("pull, remembered", whole)):
                with timed(seconds, name, studio):
                    pull(client, project, settings)

        for way in (bare, ours) if number % 2 == 0 else (ours, bare):
            way()
        for name, settings in (("unchanged", plain), ("unchanged, remembered", whole)):
            with timed(seconds, name, studio):
                pull(client, project, settings)
        answer_some(client, plain, number * new, new)
        with timed(seconds, "new", studio):
            assert pull(client, project, plain) >= new
        anew = read_raw(plain.exports / "project")["tasks"]
        (plain.exports / "project" / "raw.json").unlink()
        pull(client, project, plain)
        assert read_raw(plain.exports / "project")["tasks"] == anew, "the two ways give different tasks"


def answer_some(client: Client, settings: Settings, first: int, count: int) -> None:
    """Give further answers to some claims."""
    for task in read_raw(settings.exports / "project")["tasks"][first : first + count]:
        client.answer(int(task["id"]), results_of(task, {task["data"]["claim_id"]: {"label": "opinion"}}))


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--claims", type=int, nargs="+", default=[5000])
    flags.add_argument("--new", type=int, default=10)
    flags.add_argument("--rounds", type=int, default=3)
    flags.add_argument("--target", type=float, default=1.2)
    given = flags.parse_args()
    with server() as client:
        rows = [row for count in given.claims for row in measure(client, count, given)]
    sys.exit(table.close(rows, given))


def measure(client: Client, count: int, given: argparse.Namespace) -> list[Row]:
    """Return the rows of one size."""
    seconds: Seconds = {way: [] for way in WAYS}
    project = answered_project(client, count)
    for number in range(given.rounds):
        one_round(client, project, given.new, seconds, number)
        print(f"{count} claims, round {number + 1}: seconds (processor: own, server's)")
        for way, told in seconds.items():
            print(f"  {way:22}" + "{:8.2f} s ({:.2f}, {:.2f})".format(*told[-1]))
    took = {way: statistics.median(each for each, _, _ in told) for way, told in seconds.items()}
    beside = [
        ("pull", "pull", "bare export", given.target),
        ("pull, remembered", "pull, remembered", "bare export", None),
        ("pull again, unchanged", "unchanged", "pull", 0.2),
        ("pull again, unchanged, remembered", "unchanged, remembered", "pull, remembered", 0.2),
        (f"incremental pull, {given.new} new", "new", "pull", 1),
    ]
    return [
        Row(figure, count, "claims", took[way], "s", took[peer], peer, most=most)
        for figure, way, peer, most in beside
    ]


if __name__ == "__main__":
    main()
