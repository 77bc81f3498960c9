"""What breaking articles into claims costs: loading, text to claims, growth with the work, and on all cores.

    .venv/bin/python benchmarks/cut.py [--articles 10 100 1000] [--suggester vectors|lexical|rules]

The articles are the sample article over and over, each with a number in it. The whole way is measured:
blocks, sentences, claims, sources, suggestions. Each step runs in a process of its own, so that memory is
that step's alone. The growth exponent is the slope of log time over log work: 1 is in proportion.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import table
from table import Row

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "harbour_talks.txt"
FASTEST = {"vectors": 14_000, "lexical": 14_000, "rules": 25_000}  # characters a second to be reached
#: Characters for each second of processor time to be reached.
FASTEST_CORE = {"vectors": 25_000, "lexical": 35_000, "rules": 42_000}
LONGEST_LOAD = 3.0  # seconds
LONGEST_COLD = 2.5  # seconds of processor time for the command with one article, start and all


def one(count: int, workers: int, suggester: str) -> dict[str, float]:
    """Load, then break up so many articles, and give seconds, characters, claims and the peak in MB."""
    began = time.perf_counter()
    from annotate.article import choose, extract, extract_many  # noqa: PLC0415 - what is timed
    from annotate.article.reading import text_blocks  # noqa: PLC0415
    from annotate.model import Article  # noqa: PLC0415

    choose(suggester)  # type: ignore[arg-type]
    text = SAMPLE.read_text(encoding="utf-8")
    extract(Article("first", text, text_blocks(text)))
    loaded = time.perf_counter() - began
    articles = (
        Article(f"a-{number}", whole, text_blocks(whole))
        for number in range(count)
        for whole in [f"{text}\n\nShip number {number} came in at night, and nobody saw it."]
    )
    began, busy, characters, claims = time.perf_counter(), time.process_time(), 0, 0
    for article, found, _ in extract_many(articles, workers=workers):
        characters += len(article.text)
        claims += len(found)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "loaded": loaded, "seconds": seconds, "busy": busy, "characters": characters, "claims": claims,
        "peak": peak,
    }  # fmt: skip


def measured(count: int, workers: int, suggester: str) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--one", str(count), "--workers", str(workers)]
    command += ["--suggester", suggester]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def folder(count: int) -> float:
    """Return the seconds that the command takes for a folder of files, start and all."""
    with TemporaryDirectory() as place:
        text = SAMPLE.read_text(encoding="utf-8")
        for number in range(count):
            (Path(place) / f"{number:04}.txt").write_text(
                f"{text}\n\nShip {number} came in.", encoding="utf-8"
            )
        command = [sys.executable, "-m", "annotate", "claims", "--format", "jsonl", place]
        began = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
        return time.perf_counter() - began


def cold(suggester: str) -> float:
    """Return the seconds of processor time that the command takes for one article."""
    command = [sys.executable, "-m", "annotate", "claims", "--suggester", suggester, "--format", "jsonl"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, str(SAMPLE)], stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--articles", type=int, nargs="+", default=[10, 100, 1000])
    flags.add_argument("--one", type=int)
    flags.add_argument("--workers", type=int, default=1)
    flags.add_argument("--suggester", default="vectors", choices=list(FASTEST))
    given = flags.parse_args()
    if given.one:
        print(json.dumps(one(given.one, given.workers, given.suggester)))
        return
    print("articles   kchar   claims   loading     s  kchar/s  peak MB")
    rows, name = [], f"cut, {given.suggester}"
    for count in given.articles:
        told = measured(count, 1, given.suggester)
        print(
            f"{count:8} {told['characters'] / 1000:7,.0f} {told['claims']:8,.0f} {told['loaded']:9.1f} "
            f"{told['seconds']:5.1f} {told['characters'] / told['seconds'] / 1000:8.1f} {told['peak']:8.0f}",
            flush=True,
        )
        slowest = told["characters"] / FASTEST[given.suggester]
        rows.append(Row(name, count, "articles", told["seconds"], "s", slowest, "limit", most=1))
        rows.append(
            Row(
                f"{name}, each core",
                count,
                "articles",
                told["characters"] / told["busy"],
                "characters/s",
                FASTEST_CORE[given.suggester],
                "target",
                least=1,
            )
        )
        rows.append(
            Row(f"{name}, loading", count, "articles", told["loaded"], "s", LONGEST_LOAD, "limit", most=1)
        )
    rows.append(
        Row(f"{name}, cold", 1, "articles", cold(given.suggester), "CPU s", LONGEST_COLD, "limit", most=1)
    )
    both = measured(given.articles[-1], 2, given.suggester)["seconds"]
    rows.append(
        Row(f"{name}, two workers", count, "articles", both, "s", told["seconds"], "one worker", most=1 / 1.7)
    )
    print(f"a folder of 100 files by the command: {folder(100):.1f} s")
    sys.exit(table.close(rows, given))


if __name__ == "__main__":
    main()
