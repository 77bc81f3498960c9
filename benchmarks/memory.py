"""What the memory of a desk costs: keeping new claims, a search among many, and its size.

    .venv/bin/python benchmarks/memory.py [--claims 1000 10000 100000]

1,000 claims with words of their own are embedded and kept; the index is then filled up with vectors that
lie around theirs. A search is that of `annotate memory search`: one claim is embedded, compared with all,
and the best are compared word by word. Memory is what the process has in the end above what it had with the
model loaded, the pages of the file included.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import table
from table import Row

from annotate.article.nlp.embeddings import WIDTH, embed
from annotate.memory import Record, Search, Store
from annotate.memory.index import SCHEMA, with_vectors

NEW = 1_000
QUERIES = 50
SLOWEST, LONGEST, LARGEST = 50, 30, 200  # ms a query, s for NEW claims, MB
THINGS = ("ferry", "library", "dam", "tram", "museum", "harbour", "market", "school", "clinic", "bridge")
DEEDS = ("cost", "served", "lost", "gained", "reached", "needed", "paid", "drew", "counted", "missed")
WHO = ("passengers", "crowns", "visitors", "pupils", "patients", "votes", "tonnes", "homes", "days", "trees")


def claim(number: int) -> str:
    """Return a claim whose words no other number has."""
    thing, deed, who = THINGS[number % 10], DEEDS[number // 10 % 10], WHO[number // 100 % 10]
    return f"The {thing} in district {number} {deed} {number * 7 + 100:,} {who} in {1900 + number % 120}."


def kept(store: Store) -> float:
    """Keep new claims and return the seconds that it took."""
    records = [Record(claim(number), "new", "New", "open", article="new") for number in range(NEW)]
    began = time.perf_counter()
    with store.locked():
        store.put("new", records, total=NEW, progress=lambda done, total: None)
    return time.perf_counter() - began


def fill(store: Store, claims: int) -> None:
    """Fill the index up with claims whose vectors lie around those that are there."""
    vectors, chance = embed([claim(number) for number in range(NEW)]), np.random.default_rng(1)

    def near(words: list[str]) -> np.ndarray:
        moved = vectors[chance.integers(NEW, size=len(words))] + chance.normal(0, 0.03, (len(words), WIDTH))
        return (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)

    records = (
        Record(claim(number), f"project-{number % 50}", "Filled", "decided", article=f"a-{number % 5_000}")
        for number in range(NEW, claims)
    )
    more = with_vectors(records, known={}, embed=near)
    with store.locked():
        store._write(pa.concat_tables([store.read().table, more.cast(SCHEMA)]))


def search_times(store: Store) -> tuple[float, float, float]:
    """Return milliseconds to open the index, of the median search, and the MB that both took."""
    embed(["The model is loaded."])
    before = _resident()
    began = time.perf_counter()
    search = Search(store.read())
    opened = time.perf_counter() - began
    seconds = []
    for number in range(QUERIES):
        began = time.perf_counter()
        search.similar({"": claim(number * 13 % NEW).replace("district", "ward")})
        seconds.append(time.perf_counter() - began)
    return 1_000 * opened, 1_000 * statistics.median(seconds), _resident() - before


def _resident() -> float:
    """Return the memory of this process in MB."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() / 1e6
    except OSError:  # not on Linux: the peak
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rows_of(claims: int) -> list[Row]:
    """Measure an index of so many claims."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        seconds = kept(store)
        if claims > NEW:
            fill(store, claims)
        opened, search, memory = search_times(store)
        size = store.path.stat().st_size / 1e6
    work = (claims, "claims")
    return [
        Row("memory: one search", *work, search, "ms", SLOWEST, "limit", most=1),
        Row("memory: opened", *work, opened, "ms", 500, "limit", most=1),
        Row("memory: file", *work, size, "MB", LARGEST, "limit", most=1),
        Row("memory: held by a search", *work, memory, "MB", LARGEST, "limit", most=1),
        Row(f"memory: {NEW:,} new claims kept", *work, seconds, "s", LONGEST, "limit", most=1),
    ]


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--claims", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    given = flags.parse_args()
    sys.exit(table.close([row for claims in given.claims for row in rows_of(claims)], given))


if __name__ == "__main__":
    main()
