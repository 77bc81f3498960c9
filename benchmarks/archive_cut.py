"""What breaking up an archive costs: one worker and two, growth with the archive, and a run that is killed.

    .venv/bin/python benchmarks/archive_cut.py [--articles 100 1000] [--ratio 200] [--suggester rules]

The articles are the sample article over and over, each with a number in it, as files. What is measured is
`annotate claims FOLDER --out`; rates leave the loading out, which a run over one article tells.
Peak memory is of the command and all its workers together, looked at ten times a second. Then a run is killed
in the middle and begun again: its files have to be the same to the byte.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import table
from table import Row

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "examples" / "harbour_talks.txt").read_text(encoding="utf-8")
RATIO, EVEN = 1.7, 0.10  # two workers against one; how far rates may lie apart
FEWEST = 1_000  # articles, for a rate that has to hold: with fewer the loading blurs it
MEMORY = 2_100  # MB: 700 each for two workers and for the process that hands out


def laid(folder: Path, count: int) -> Path:
    """Lay so many articles below a folder, a thousand in each."""
    for number in range(count):
        path = folder / f"{number // 1000:04}" / f"{number:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{TEXT}\n\nShip number {number} came in at night, and nobody saw it.")
    return folder


def command(articles: Path, out: Path, workers: int, suggester: str) -> list[str]:
    given = ["--out", str(out), "--workers", str(workers), "--suggester", suggester, "--per-file", "20"]
    return [sys.executable, "-m", "annotate", "claims", str(articles), *given]


def timed(call: list[str]) -> tuple[float, float, float]:
    """Return the seconds a command takes, and, of it and its workers, peak in MB and processor seconds."""
    began, peak, before = time.perf_counter(), 0, _worked()
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        own = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _memory(own))
            time.sleep(0.1)
    if process.returncode:
        sys.exit(f"{' '.join(call)} ended with {process.returncode}")
    return time.perf_counter() - began, peak / 2**20, _worked() - before


def _worked() -> float:
    """Return the seconds of processors that ended children took, with theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(process: psutil.Process) -> int:
    total = 0
    try:
        for each in [process, *process.children(recursive=True)]:
            total += each.memory_info().rss
    except psutil.Error:
        return 0
    return total


def digest(out: Path) -> str:
    """Return what changes with any byte of an archive's files."""
    whole = hashlib.sha256()
    for path in sorted(path for path in out.rglob("*") if path.is_file() and not path.name.startswith(".")):
        whole.update(str(path.relative_to(out)).encode() + path.read_bytes())
    return whole.hexdigest()


def killed(articles: Path, out: Path, suggester: str, seconds: float) -> None:
    """Begin a run and kill it after so many seconds."""
    call = command(articles, out, 2, suggester)
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        time.sleep(seconds)
        process.kill()


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--articles", type=int, nargs="+", default=[100, 1000])
    flags.add_argument("--ratio", type=int, default=200, help="articles for one worker against two")
    flags.add_argument("--suggester", default="vectors", choices=["vectors", "lexical", "rules"])
    given = flags.parse_args()
    with TemporaryDirectory() as name:
        rows = list(_measured(Path(name), given))
    sys.exit(table.close(rows, given))


def _measured(place: Path, given: argparse.Namespace) -> Iterator[Row]:
    one = laid(place / "one", 1)
    loads = [timed(command(one, place / f"load{w}", w, given.suggester)) for w in (1, 2)]
    load = [seconds for seconds, _, _ in loads]
    ratio = laid(place / "ratio", given.ratio)
    single = timed(command(ratio, place / "by-one", 1, given.suggester))[0]
    double = timed(command(ratio, place / "by-two", 2, given.suggester))[0]
    named = f"archive by {given.suggester}"
    print(f"loading {load[1]:.1f} s; one worker {single:.1f} s, two {double:.1f} s", flush=True)
    one_rate, two_rate = given.ratio / (single - load[0]), given.ratio / (double - load[1])
    figure = f"{named}: two workers"
    yield Row(figure, given.ratio, "articles", two_rate, "articles/s", one_rate, "one worker", least=RATIO)
    killed(ratio, place / "killed", given.suggester, load[1] + (double - load[1]) * 0.7)
    timed(command(ratio, place / "killed", 2, given.suggester))
    same = len({digest(place / out) for out in ("by-one", "by-two", "killed")})
    what = "alike to the byte: one worker, two, killed"
    yield Row(f"{named}: different results", given.ratio, "articles", same, "", 1, what, most=1)
    before = 0.0
    for count in given.articles:
        articles = laid(place / f"a{count}", count)
        whole, peak, worked = timed(command(articles, place / f"o{count}", 2, given.suggester))
        rate = count / max(whole - load[1], 0.001)
        busy = count * len(TEXT) / 1000 / (worked - loads[1][2])
        print(f"{count} articles: {whole:.1f} s, {busy:.1f} kchar a processor second", flush=True)
        least, most = (1 - EVEN, 1 + EVEN) if count >= FEWEST else (None, None)
        yield Row(
            f"{named}: rate",
            count,
            "articles",
            rate,
            "articles/s",
            before or rate,
            "the size before",
            least=least,
            most=most,
        )
        before = rate
        yield Row(f"{named}: memory of all processes", count, "articles", peak, "MB", MEMORY, "limit", most=1)


if __name__ == "__main__":
    main()
