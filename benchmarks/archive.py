"""An archive in one project: pushed, pushed again, answered, pulled, and what memory each step takes.

Generated articles of 100 claims are pushed as `annotate push FOLDER --project TITLE` pushes them, lot by lot,
beside a bare loop of import calls with as many clients. Each step runs in a process of its own, whose time
and peak memory count; what was measured stands in the folder of `--work`, so steps can be run one by one:

    python benchmarks/archive.py --claims 100000 --clients 2 --work archive.bench
    python benchmarks/archive.py --claims 100000 --clients 2 --work archive.bench --steps bare,push,table

The server is as in `push.py`; with steps apart it must be one that LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY
name. Ends with 1 where a figure misses its limit.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from push import CHUNK, address, long_article

from annotate import cli
from annotate.cli import LOT_CLAIMS
from annotate.model import Article, Claim
from annotate.studio import (
    Client,
    apply_all,
    claim_tasks,
    connect,
    find_project,
    holdings_of,
    open_project,
    plan_all,
    results_of,
)
from annotate.studio.pulling import OVERLAP

EACH = 100  # claims an article
STEPS = ("bare", "push", "again", "answer", "pull", "new", "increment", "table")
NEW = 100  # answers before the incremental pull
MOST_MEGABYTES = 600


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
    """Give generated articles, one after the other."""
    article, claims = long_article(EACH)
    for number in range(count // EACH):
        name = f"ferry-{number:05}"
        again = [replace(c, article_id=name, claim_id=f"{name}-{c.index}") for c in claims]
        yield replace(article, article_id=name, title=f"The ferry, part {number}"), again, []


def lots(count: int) -> Iterator[list[tuple[Article, list[Claim], list[Any]]]]:
    lot = []
    for each in articles(count):
        lot.append(each)
        if len(lot) * EACH >= LOT_CLAIMS:
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
    holdings = holdings_of(client, project, clients=given.clients)
    for lot in lots(given.claims):
        project = open_project(client, given.title, "claim")
        plans = plan_all(client, project, lot, layout="claim", holdings=holdings)
        plans = apply_all(client, project, plans, clients=given.clients)
        for plan in plans:
            sent += len(plan.to_send)
            if plan.to_send:
                holdings.sent(plan.article.article_id, len(plan.tasks()))
    return sent


def answer(client: Client, given: Given) -> int:
    """Give the first claims two judgements each, by posting them as browsers do, four at once."""
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


def table(results: dict[str, dict[str, float]], claims: int) -> bool:
    """Print each step beside its limit or peer, and tell whether all is within."""
    rows = [(name, results[name]) for name in STEPS if name in results and name != "answer"]
    print(f"{claims:,} claims in articles of {EACH}")
    print(f"{'step':<12}{'claims':>9}{'seconds':>10}{'per second':>12}{'peak MB':>9}  limit or peer")
    fine = True
    for name, found in rows:
        limit, within = _limit(name, found, results)
        fine &= within
        rate = found["done"] / found["seconds"]
        print(
            f"{name:<12}{found['done']:>9,.0f}{found['seconds']:>10.1f}{rate:>12,.0f}{found['megabytes']:>9.0f}"
            f"  {limit}{'' if within else '  MISSED'}"
        )
    return fine


def _limit(name: str, found: dict[str, float], results: dict[str, dict[str, float]]) -> tuple[str, bool]:
    small = found["megabytes"] <= MOST_MEGABYTES
    memory = f"memory {MOST_MEGABYTES} MB"
    if name == "push" and "bare" in results:
        share = results["bare"]["seconds"] / found["seconds"]
        return f"{share:.2f} of the bare import's rate (0.90 or more); {memory}", share >= 0.9 and small
    seconds = {"again": 60.0, "increment": 10.0}.get(name)
    if seconds:
        return f"{seconds:.0f} s; {memory}", found["seconds"] <= seconds and small
    return ("the peer of push", True) if name == "bare" else (memory, small)


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--claims", type=int, default=5_000)
    flags.add_argument("--clients", type=int, default=1)
    flags.add_argument("--judged", type=int, help="claims that are judged twice; a tenth without it")
    flags.add_argument("--work", type=Path, default=Path("archive.bench"), help="folder of what was measured")
    flags.add_argument("--steps", default=",".join(STEPS))
    given = flags.parse_args()
    folder = given.work.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    notes = folder / f"{given.claims}.json"
    results = json.loads(notes.read_text()) if notes.exists() else {}
    with address() as (url, key):
        title = results.setdefault("title", f"Archive {given.claims} {os.getpid()}")
        judged = given.judged or given.claims // 10
        way = Given(url, key, title, given.claims, given.clients, judged, folder)
        for name in given.steps.split(","):
            if name != "table":
                print(f"{name} ...", file=sys.stderr, flush=True)
                results[name] = measured(name, way)
                notes.write_text(json.dumps(results, indent=2))
    sys.exit(not table({name: found for name, found in results.items() if name != "title"}, given.claims))


if __name__ == "__main__":
    main()
