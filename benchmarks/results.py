"""All benchmarks, one after another, and one table of what they measured, in benchmarks/results.md.

    .venv/bin/python benchmarks/results.py [--scale 1 10 100] [--only cut push ...] [--kept FOLDER]

Scale 1 is the work named below; each benchmark runs in a process of its own, agreement in the environment of
its peers. A new benchmark needs a line in `BENCHES` and ends with `table.close`. With `--kept` the rows of
each stay in a folder, and what is there is not measured again. Scales 1 and 10 take some twenty minutes, 100
two hours.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import table
from table import Row

HERE = Path(__file__).parent
PEERS = HERE.parent / ".venv-bench" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Bench:
    """A script, the flag that takes sizes, the size at scale 1, and the largest scale that makes sense."""

    name: str
    script: str
    flag: str
    base: int
    more: tuple[str, ...] = ()
    largest: int = 1_000
    python: Path = Path(sys.executable)


BENCHES = (
    Bench("cut", "cut.py", "--articles", 10),
    Bench("rules", "cut.py", "--articles", 10, ("--suggester", "rules"), largest=10),
    Bench("push", "push.py", "--claims", 500),
    Bench("pull", "pull.py", "--claims", 500, largest=10),  # a bare export of more comes too late on SQLite
    Bench("faults", "faults.py", "--claims", 500, largest=10),
    Bench("report", "report.py", "--claims", 500),
    Bench("desk", "desk_report.py", "--claims", 10_000),
    Bench("memory", "memory.py", "--claims", 1_000),
    Bench("order", "order.py", "--splits", 40, largest=1),
    Bench("archive", "archive_cut.py", "--articles", 100, ("--suggester", "rules")),
    Bench("studio", "archive.py", "--claims", 1_000),
    Bench("alpha", "agreement.py", "--claims", 10_000, python=PEERS),
)


def run(bench: Bench, scales: list[int], folder: Path) -> tuple[list[Row], bool]:
    """Run one benchmark, or read what it kept; give its rows, and whether it ended without its table."""
    sizes = [str(bench.base * scale) for scale in sorted(scales) if scale <= bench.largest]
    kept = folder / f"{bench.name}.jsonl"
    if sizes and not kept.exists():
        command = [str(bench.python), str(HERE / bench.script), *bench.more]
        print(f"\n{bench.name}: {bench.script} {' '.join((*bench.more, bench.flag, *sizes))}", flush=True)
        subprocess.run([*command, "--rows", str(kept), bench.flag, *sizes], check=False)
    rows = table.read_rows(kept)
    return rows, bool(sizes) and not rows


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--scale", type=int, nargs="+", default=[1, 10])
    flags.add_argument("--only", nargs="+", choices=[bench.name for bench in BENCHES])
    flags.add_argument("--to", type=Path, default=HERE / "results.md")
    flags.add_argument("--kept", type=Path, help="folder where rows stay: those there are not measured")
    given = flags.parse_args()
    rows: list[Row] = []
    broken = []
    with tempfile.TemporaryDirectory() as own:
        folder = (given.kept or Path(own)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        for bench in BENCHES:
            if not given.only or bench.name in given.only:
                found, failed = run(bench, given.scale, folder)
                rows += found
                broken += [bench.name] * failed
    print(f"\n{table.plain(rows)}")
    command = f'make bench SCALE="{" ".join(map(str, sorted(given.scale)))}"'
    command += f", of it {', '.join(given.only)}" if given.only else ""
    page = table.markdown(rows, command=command, day=f"{datetime.now(UTC):%Y-%m-%d}", broken=broken)
    given.to.write_text(page, encoding="utf-8")
    sys.exit(bool(broken) or any(row.missed for row in rows))


if __name__ == "__main__":
    main()
