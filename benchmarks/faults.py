"""What a push of many claims costs behind a gateway that fails every third answer after the work was done.

Prints both times and their ratio; the target is 2 or less, with each claim there exactly once. The server is
a new local one in a temporary folder, or the one that LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY name.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import Counter
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the proxy stands with the tests

import table
from push import address, long_article
from table import Row

from annotate.errors import AnnotateError
from annotate.model import Article, Claim
from annotate.studio import Client, connect, find_project, open_project
from tests.plans import apply, held_claims, plan
from tests.proxy import Fault, Proxy, proxy_to


def push(url: str, key: str, title: str, article: Article, claims: list[Claim]) -> None:
    client = connect(url, key)
    project = open_project(client, title, "claim")
    apply(client, project, plan(client, project, article, claims, [], layout="claim"))


def timed(proxy: Proxy, key: str, title: str, article: Article, claims: list[Claim]) -> tuple[float, int]:
    """Push until it ends well, and give the seconds and the runs that it took."""
    began = time.perf_counter()
    for runs in range(1, 4):
        try:
            push(proxy.url, key, title, article, claims)
        except AnnotateError as error:
            print(f"run {runs} ended: {error}", file=sys.stderr)
        else:
            return time.perf_counter() - began, runs
    sys.exit("three runs did not end it")


def each_third(proxy: Proxy) -> None:
    """Let every third request be carried out, and its answer be lost."""
    number = count(1)
    proxy.rhythm = lambda method, path: Fault("after", 504) if next(number) % 3 == 0 else None


def wrong(client: Client, title: str, claims: list[Claim]) -> int:
    """Count claims that are not there exactly once."""
    there = Counter(claim.claim_id for claim in held_claims(client, find_project(client, title)))
    wanted = Counter(claim.claim_id for claim in claims)
    return (there - wanted).total() + (wanted - there).total()


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--claims", type=int, nargs="+", default=[5000])
    flags.add_argument("--rounds", type=int, default=3)
    flags.add_argument("--target", type=float, default=2.0)
    given = flags.parse_args()
    with address() as (url, key), proxy_to(url) as proxy:
        client = connect(url, key)
        rows = [measure(client, proxy, key, count, given) for count in given.claims]
    sys.exit(table.close(rows, given))


def measure(client: Client, proxy: Proxy, key: str, size: int, given: argparse.Namespace) -> Row:
    article, claims = long_article(size)
    times: dict[str, list[float]] = {"clear": [], "faults": []}
    bad = 0
    print(f"{size} claims   no faults   every third   faults met   runs   wrong")
    for number in range(given.rounds):
        for way, seconds in times.items():
            proxy.met.clear()
            proxy.rhythm = lambda method, path: None
            if way == "faults":
                each_third(proxy)
            title = f"Faults {os.getpid()} {size} {number} {way}"
            taken, runs = timed(proxy, key, title, article, claims)
            seconds.append(taken)
            bad += wrong(client, title, claims)
        print(
            f"round {number + 1}   {times['clear'][-1]:13.2f} s {times['faults'][-1]:11.2f} s "
            f"{len(proxy.met):12} {runs:6} {bad:7}"
        )
    if bad:
        sys.exit(f"{bad} claims are not there exactly once")
    clear, faults = (statistics.median(times[way]) for way in ("clear", "faults"))
    name, most = "push, every third answer lost", given.target
    return Row(name, size, "claims", faults, "s", clear, "no faults", most=most)


if __name__ == "__main__":
    main()
