"""What our push costs beside a bare loop of the SDK's import calls: the same tasks, server and run.

Prints one line a round and the ratios of the medians; the target is 1.3 or less. The server is a new local
one in a temporary folder, or the one that LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY name.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import table
from table import Row

from annotate.model import Article, Block, Claim, Suggestion
from annotate.studio import Client, apply_all, connect, open_project, start, stop
from annotate.studio.format import claim_tasks
from annotate.studio.local.home import Database
from tests.plans import plan_all

CHUNK = 500
SENTENCES = 12  # a paragraph


def long_article(count: int) -> tuple[Article, list[Claim]]:
    """Return an article of `count` claims of some 90 characters, every third with a suggested label."""
    text, blocks, claims = "", [], []
    for number in range(count):
        begins = number % SENTENCES == 0
        text += ("\n\n" if text else "") if begins else " "
        words = (
            f"In parish {number} the ferry carried {number * 7 % 997} passengers over the Orrin that winter."
        )
        if begins:
            blocks.append(Block(len(text), len(text), "body"))
        label = Suggestion("checkable_fact", 0.8, "number") if number % 3 == 0 else None
        block = len(blocks) - 1
        place = len(text), len(text) + len(words)
        claims.append(
            Claim("ferry", f"ferry-{number}", number, *place, words, block, "body", suggestion=label)
        )
        text += words
        blocks[-1] = Block(blocks[-1].start, len(text), "body")
    return Article("ferry", text, tuple(blocks), title="The ferry"), claims


@contextmanager
def address(database: Database | None = None) -> Iterator[tuple[str, str]]:
    """Return where the server is, and the key to it; a new one has its labels in this database."""
    if url := os.environ.get("LABEL_STUDIO_URL"):
        yield url, os.environ.get("LABEL_STUDIO_API_KEY", "")
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "studio"
        running = start(
            home, port=18080, database=database, progress=lambda words: print(words, file=sys.stderr)
        )
        try:
            yield running.url, running.credentials.token
        finally:
            stop(home)


@contextmanager
def server() -> Iterator[Client]:
    with address() as (url, key):
        yield connect(url, key)


def ours(client: Client, title: str, article: Article, claims: list[Claim]) -> float:
    project = open_project(client, title, "claim")
    began = time.perf_counter()
    apply_all(client, project, plan_all(client, project, [(article, claims, [])], layout="claim"))
    return time.perf_counter() - began


def bare(client: Client, title: str, article: Article, claims: list[Claim]) -> float:
    project = open_project(client, title, "claim")
    tasks = claim_tasks(article, claims, [])
    began = time.perf_counter()
    for first in range(0, len(tasks), CHUNK):
        client.sdk.projects.import_tasks(id=project.number, request=tasks[first : first + CHUNK])
    return time.perf_counter() - began


def unchanged(client: Client, title: str, article: Article, claims: list[Claim]) -> float:
    project = open_project(client, title, "claim")
    began = time.perf_counter()
    (again,) = apply_all(client, project, plan_all(client, project, [(article, claims, [])], layout="claim"))
    assert not again.to_send
    assert len(again.unchanged) == len(claims)
    return time.perf_counter() - began


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--claims", type=int, nargs="+", default=[5000])
    flags.add_argument("--rounds", type=int, default=3)
    flags.add_argument("--target", type=float, default=1.3)
    given = flags.parse_args()
    with server() as client:
        rows = [row for count in given.claims for row in measure(client, count, given.rounds, given.target)]
    sys.exit(table.close(rows, given))


def measure(client: Client, count: int, rounds: int, target: float) -> list[Row]:
    article, claims = long_article(count)
    times: dict[str, list[float]] = {"bare": [], "ours": [], "again": []}
    print(f"{count} claims   bare loop      ours   nothing new")
    for number in range(rounds):
        name = f"Push {os.getpid()} {count} {number}"
        # neither always meets the fuller server
        for way in (bare, ours) if number % 2 == 0 else (ours, bare):
            times[way.__name__].append(way(client, f"{name} {way.__name__}", article, claims))
        times["again"].append(unchanged(client, f"{name} ours", article, claims))
        print(f"round {number + 1}   " + "".join(f"{each[-1]:10.2f} s" for each in times.values()))
    took = {way: statistics.median(each) for way, each in times.items()}
    return [
        Row("push", count, "claims", took["ours"], "s", took["bare"], "bare import", most=target),
        Row("push again, unchanged", count, "claims", took["again"], "s", took["ours"], "push", most=1),
    ]


if __name__ == "__main__":
    main()
