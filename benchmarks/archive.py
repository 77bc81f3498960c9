"""An archive in one project: pushed, pushed again, answered, pulled, and what memory each step takes.

Generated articles of 100 claims are pushed as `annotate push FOLDER --project TITLE` pushes them, lot by lot,
beside a bare loop of import calls with as many clients. Each step runs in a process of its own, whose time
and peak memory count; what was measured stands in the folder of `--work`, so steps can be run one by one:

    python benchmarks/archive.py --claims 100000 200000 --work archive.bench
    python benchmarks/archive.py --claims 100000 --work archive.bench --steps bare,push

The server is a new local one on PostgreSQL in a temporary folder, or, as it must be with steps apart, the one
that LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY name. Ends with 1 where a figure misses its limit.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import table
from push import CHUNK, address, long_article
from table import Row

from annotate import cli
from annotate.model import Article, Claim
from annotate.studio import Client, apply_all, connect, find_project, open_project, read_index
from annotate.studio.format import claim_tasks, results_of
from annotate.studio.pull import OVERLAP
from annotate.workflows import BATCH_CLAIMS
from tests.plans import plan_all

EACH = 100  # claims an article
STEPS = ("bare", "push", "again", "answer", "pull", "new", "increment")
NEW = 100  # answers before the incremental pull
MOST_MEGABYTES = 600
LEAST_RATE = 0.9  # of a bare import's
LIMITS = {
    "again": ("push again, unchanged", 60.0),
    "increment": (f"pull of {NEW} new answers", 10.0),
}  # seconds


@dataclass(frozen=True)
class Given:
    """What is measured, and where."""

    url: str
    key: str
    title: str
    claims: int
    clients: int
    judged: int
    folder: Path


def articles(count: int) -> Iterator[tuple[Article, list[Claim], list[Any]]]:
    """Return generated articles, one after the other."""
    article, claims = long_article(EACH)
    for number in range(count // EACH):
        name = f"ferry-{number:05}"
        again = [replace(c, article_id=name, claim_id=f"{name}-{c.index}") for c in claims]
        yield replace(article, article_id=name, title=f"The ferry, part {number}"), again, []


def lots(count: int) -> Iterator[list[tuple[Article, list[Claim], list[Any]]]]:
    lot = []
    for each in articles(count):
        lot.append(each)
        if len(lot) * EACH >= BATCH_CLAIMS:
            yield lot
            lot = []
    if lot:
        yield lot


# --------------------------------------------------------------------------- steps


def bare(client: Client, given: Given) -> int:
    """Import the same tasks in a plain loop, into a project of their own."""
    project = open_project(client, f"{given.title} bare", "claim")
    chunks, turn = _chunks(given.claims), threading.Lock()

    def work() -> None:
        mine = client.another()
        while True:
            with turn:
                chunk = next(chunks, None)
            if chunk is None:
                return
            mine.sdk.projects.import_tasks(id=project.number, request=chunk)

    _at_once(given.clients, work)
    return given.claims


def _chunks(count: int) -> Iterator[list[Any]]:
    tasks: list[Any] = []
    for article, claims, _ in articles(count):
        tasks += claim_tasks(article, claims, [])
        if len(tasks) >= CHUNK:
            yield tasks
            tasks = []
    if tasks:
        yield tasks


def push(client: Client, given: Given) -> int:
    return _pushed(client, given)


def again(client: Client, given: Given) -> int:
    sent = _pushed(client, given)
    assert sent == 0, f"{sent} claims were sent again"
    return given.claims


def _pushed(client: Client, given: Given) -> int:
    """Push as the command does, and give the claims that were sent."""
    sent = 0
    project = open_project(client, given.title, "claim")
    index = read_index(client, project, clients=given.clients)
    for lot in lots(given.claims):
        project = open_project(client, given.title, "claim")
        plans = plan_all(client, project, lot, layout="claim", index=index)
        plans = apply_all(client, project, plans, clients=given.clients)
        for plan in plans:
            sent += len(plan.to_send)
            if plan.to_send:
                index.sent(plan.article.article_id, len(plan.tasks()))
    return sent


def answer(client: Client, given: Given) -> int:
    """Return the first claims two judgements each, by posting them as browsers do, four at once."""
    first = find_project(client, given.title).number
    users = [int(user["id"]) for user in client.users()][:2]
    jobs: SimpleQueue[tuple[Any, int]] = SimpleQueue()
    for at, task in enumerate(client.tasks(first)):
        if at == given.judged:
            break
        for user in (users * 2)[:2]:
            jobs.put((task, user))

    def work() -> None:
        mine = client.another()
        while True:
            try:
                task, user = jobs.get_nowait()
            except Empty:
                return
            results = results_of(task, {task["data"]["claim_id"]: {"label": "opinion"}})
            mine.sdk.annotations.create(id=task["id"], result=results, completed_by=user)

    _at_once(4, work)
    time.sleep(OVERLAP.seconds + 5)  # so that they are old when the next pull asks what is new
    last = next(iter(client.tasks(first)))  # what a pull reads again is what came shortly before the newest
    client.answer(int(last["id"]), results_of(last, {last["data"]["claim_id"]: {"label": "opinion"}}))
    return 2 * given.judged


def pull(client: Client, given: Given) -> int:
    return _pulled(client, given)


def new(client: Client, given: Given) -> int:
    """Answer some more claims, one article after those that are judged."""
    first = find_project(client, given.title).number
    tasks = [task for at, task in enumerate(client.tasks(first)) if at < given.judged][-NEW:]
    for task in tasks:
        client.answer(
            int(task["id"]), results_of(task, {task["data"]["claim_id"]: {"label": "checkable_fact"}})
        )
    return NEW


def increment(client: Client, given: Given) -> int:
    return _pulled(client, given)


def _pulled(client: Client, given: Given) -> int:
    """Pull by the command, raw answers and judgements."""
    os.environ |= {
        "LABEL_STUDIO_URL": given.url,
        "LABEL_STUDIO_API_KEY": given.key,
        "ANNOTATE_EXPORTS": str(given.folder / "exports"),
        "ANNOTATE_CLIENTS": str(given.clients),
    }
    code = cli.run(["pull", "--project", given.title])
    assert code == 0, f"the pull ended with {code}"
    return given.claims


def _at_once(count: int, work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --------------------------------------------------------------------------- steps in processes


def measured(name: str, given: Given) -> dict[str, float]:
    """Run a step in a process of its own; give its seconds, what it did, and its peak memory in MB."""
    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    process = context.Process(target=_run, args=(name, given, told))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"the step {name} failed")
    found: dict[str, float] = told.get()
    return found


def _run(name: str, given: Given, told: Any) -> None:
    client = connect(given.url, given.key)
    began = time.perf_counter()
    done = globals()[name](client, given)
    seconds = time.perf_counter() - began
    told.put(
        {
            "done": done,
            "seconds": seconds,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )


def rows_of(results: dict[str, Any], claims: int) -> Iterator[Row]:
    """Return each step that was measured beside its limit or peer."""
    took = {name: found["seconds"] for name, found in results.items() if name in STEPS}
    if "push" in took and "bare" in took:
        rates = claims / took["push"], claims / took["bare"]
        what = "bare import, as many clients"
        yield Row("archive: push", claims, "claims", rates[0], "claims/s", rates[1], what, least=LEAST_RATE)
    for name, (figure, limit) in LIMITS.items():
        if name in took:
            yield Row(f"archive: {figure}", claims, "claims", took[name], "s", limit, "limit", most=1)
    if "pull" in took:
        rate = claims / took["pull"]
        yield Row("archive: pull", claims, "claims", rate, "claims/s", claims / took["push"], "push")
    if took:
        peak = max(results[name]["megabytes"] for name in took if name not in ("bare", "answer", "new"))
        yield Row("archive: memory", claims, "claims", peak, "MB", MOST_MEGABYTES, "limit", most=1)


def main() -> None:
    flags = table.flags(__doc__)
    flags.formatter_class = argparse.RawDescriptionHelpFormatter
    flags.add_argument("--claims", type=int, nargs="+", default=[5_000])
    flags.add_argument("--clients", type=int, default=2)
    flags.add_argument("--judged", type=int, help="claims that are judged twice; a tenth without it")
    flags.add_argument("--work", type=Path, help="folder of what was measured; else one for this run")
    flags.add_argument("--steps", default=",".join(STEPS))
    given = flags.parse_args()
    with tempfile.TemporaryDirectory() as own, address("postgres") as (url, key):
        folder = (given.work or Path(own)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        rows = [row for claims in given.claims for row in measure(claims, url, key, folder, given)]
    sys.exit(table.close(rows, given))


def measure(claims: int, url: str, key: str, folder: Path, given: argparse.Namespace) -> list[Row]:
    """Run the steps for so many claims, each kept in a file as soon as it is measured."""
    notes = folder / f"{claims}.json"
    results = json.loads(notes.read_text()) if notes.exists() else {}
    title = results.setdefault("title", f"Archive {claims} {os.getpid()}")
    way = Given(url, key, title, claims, given.clients, given.judged or claims // 10, folder)
    for name in filter(None, given.steps.split(",")):
        print(f"{claims:,} claims: {name} ...", file=sys.stderr, flush=True)
        results[name] = measured(name, way)
        notes.write_text(json.dumps(results, indent=2))
    return list(rows_of(results, claims))


if __name__ == "__main__":
    main()
