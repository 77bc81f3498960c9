"""Archives for tests: small articles with every kind of broken one among them, and the command that works on them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import heeding_ctrl_c

ROOT = Path(__file__).parents[2]
SAMPLE = (ROOT / "examples" / "harbour_talks.txt").read_text(encoding="utf-8")
SIZE = 4  # articles of a file
COUNT = 22


def stock(folder: Path, *, count: int = COUNT, long: int = 1) -> Path:
    """Lay articles into a folder: those of words, and a PDF, an empty file, two with one id, a broken one."""
    for number in range(count):
        path = folder / f"{number % 3}" / f"column {number:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{SAMPLE[: 900 * long]}\n\nShip number {number} came in at night.", encoding="utf-8")
    (folder / "0" / "column 003.txt").write_bytes(b"%PDF-1.7 \xe2")
    (folder / "1" / "column 007.txt").write_bytes(b"")
    (folder / "1" / "column 010.txt").write_bytes("Caf\xe9 talks.".encode("latin-1"))
    (folder / "2" / "column-005.md").write_text("The harbour opens again.", encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Run:
    """One run of the command: where to, and what it was told."""

    sources: tuple[str, ...]
    out: Path

    def command(self, *more: str, size: int = SIZE) -> list[str]:
        own = ["--out", str(self.out), "--per-file", str(size), "--suggester", "rules"]
        return [sys.executable, "-m", "annotate", "claims", *self.sources, *own, *more]

    def begun(self, *more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*more),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=bare(),
            preexec_fn=heeding_ctrl_c,  # noqa: PLW1509 - one system call
        )

    def done(self, *more: str, code: int = 0) -> str:
        """Run it to its end, and give what it said on stderr."""
        with self.begun(*more) as process:
            out, told = process.communicate(timeout=120)
        assert process.returncode == code, told
        assert "Traceback" not in told
        assert bool(out) == (code == 0), out
        return told

    def parts(self) -> int:
        """Return how many files are done."""
        return len(list((self.out / "articles").glob("part-*.parquet")))


def bare() -> dict[str, str]:
    """Return this environment with nothing of a desk in it."""
    return {n: v for n, v in os.environ.items() if not n.startswith(("LABEL_STUDIO_", "ANNOTATE_"))}


def digests(out: Path) -> dict[str, str]:
    """Return what stands in each file of an archive."""
    found = (path for path in out.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
