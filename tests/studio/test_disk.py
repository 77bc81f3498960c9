"""A disk that is full or fails: what was there stays whole, and one line says so.

Each call that can fail does so once: opening a file for writing, flushing it to the disk, renaming it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from annotate.report import write_tables
from annotate.studio import Project, pull_project
from tests import steps
from tests.pulls import write_raw
from tests.report.answers import label, project
from tests.specimen import specimen
from tests.steps import Break, Command
from tests.studio.work import Desk

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SIZES = [1000, 3000, 20_000]  # bytes that a file may have: some fit
CALLS = ["write", "fsync", "replace"]
FIRST, SECOND = (claim.claim_id for claim in specimen()[1][:2])


@dataclass
class Shelf:
    """A folder with older files, the command that replaces them, and what they are then."""

    folder: Path
    command: Command
    news: dict[str, bytes]

    def __post_init__(self) -> None:
        self.olds = self.there()

    def there(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def spoiled(self) -> list[str]:
        """Return the files that are neither old nor new, and those that are gone or came."""
        now = self.there()
        odd = [n for n in now if now[n] not in (self.olds.get(n), self.news.get(n))]
        return odd + sorted(now.keys() ^ (self.olds.keys() | (now.keys() & self.news.keys())))

    def breaks(self, broken: Break) -> bool:
        """Run the command on a disk that fails; tell whether it did. Whatever was there is whole."""
        code, told = steps.run(self.command, broken)
        assert not self.spoiled(), told
        if code:
            said = [line for line in told.splitlines() if line.startswith("annotate: ")]
            assert (code, len(said)) == (1, 1), told
            assert "Traceback" not in told
            assert "fault of claimdesk" not in told
            assert "written" in said[0], told
        return bool(code)

    def mended(self) -> None:
        """See that the same command ends well once there is room."""
        code, told = steps.run(self.command)
        assert code == 0, told
        now = self.there()
        assert {name: now[name] for name in self.news} == self.news


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a report of older answers, to be replaced by one of newer."""
    older = project()
    label(older, FIRST, by=1, as_="opinion")
    newer = json.loads(json.dumps(older))
    label(newer, SECOND, by=2, as_="opinion")
    folder = tmp_path / "exports" / "k"
    news = {path.name: path.read_bytes() for path in write_tables(newer, tmp_path / "newer")}
    write_tables(older, folder)
    write_raw(newer, folder)
    environment = {"ANNOTATE_EXPORTS": str(tmp_path / "exports")}
    return Shelf(folder, Command(["report"], environment, tmp_path / "told.txt"), news)


def each_call(shelf: Shelf, fails: str, least: int) -> None:
    at = 1
    while shelf.breaks(Break(at=at, fails=fails)):  # type: ignore[arg-type]
        at += 1
    assert at > least, "fewer calls failed than there have to be"
    shelf.mended()


@pytest.mark.parametrize("fails", CALLS)
def test_a_report_on_a_disk_that_fails(shelf: Shelf, fails: str) -> None:
    each_call(shelf, fails, least=9)


@pytest.mark.parametrize("size", SIZES)
def test_a_report_where_files_may_not_grow(shelf: Shelf, size: int) -> None:
    assert shelf.breaks(Break(largest=size))
    shelf.mended()


@contextmanager
def small_disk(where: Path, kilobytes: int) -> Iterator[None]:
    """Mount a small disk in memory, where this user may."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "claimdesk-test", str(where)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        why = f"no small disk: mount says {made.stderr.decode().strip()!r}"
        warnings.warn(why, stacklevel=1)
        pytest.skip(why)
    try:
        yield
    finally:
        subprocess.run(["umount", str(where)], check=True)


@pytest.mark.skipif(not shutil.which("mount"), reason="no mount here")
def test_a_report_on_a_small_disk(shelf: Shelf) -> None:
    kept = {path.name: path.read_bytes() for path in shelf.folder.iterdir()}
    room = sum(-(-len(content) // 4096) * 4 for content in kept.values())
    with small_disk(shelf.folder, room + 8):
        for name, content in kept.items():
            (shelf.folder / name).write_bytes(content)
        assert shelf.breaks(Break())
    with small_disk(shelf.folder, 10 * room):
        for name, content in kept.items():
            (shelf.folder / name).write_bytes(content)
        shelf.mended()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("more", [(), ("--format", "jsonl")])
def test_output_that_goes_to_a_full_disk(more: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "annotate", "claims", "examples/harbour_talks.txt", *more],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            check=False,
            timeout=60,
        )
    said = done.stderr.decode()
    assert (done.returncode, said.count("\n")) == (1, 1)
    assert "No space left on device" in said
    assert "fault of claimdesk" not in said


# --------------------------------------------------------------------------- with a server


@pytest.fixture
def pulled(desk: Desk, labelled: Project) -> Shelf:
    """Return an older pull, to be replaced by what the server holds now."""
    now = pull_project(desk.owner, labelled)
    folder = desk.exports / labelled.key
    write_tables(now, desk.folder / "newer")
    judgements = (desk.folder / "newer" / "judgements.csv").read_bytes()
    older = {**now, "tasks": now["tasks"][:1]}
    write_tables(older, folder)
    write_raw(older, folder)
    asked = desk.process("pull", "--project", labelled.title)
    return Pulled(folder, asked, {"judgements.csv": judgements}, len(now["tasks"]))


@dataclass
class Pulled(Shelf):
    """A pull holds the moment it was made: it is compared by its tasks."""

    tasks: int

    def spoiled(self) -> list[str]:
        raw = json.loads((self.folder / "raw.json").read_bytes())
        fine = len(raw["tasks"]) in (1, self.tasks)
        return [n for n in super().spoiled() if not (n == "raw.json" and fine)]


@pytest.mark.studio
@pytest.mark.parametrize("fails", CALLS)
def test_a_pull_on_a_disk_that_fails(pulled: Shelf, fails: str) -> None:
    each_call(pulled, fails, least=3)


@pytest.mark.studio
@pytest.mark.parametrize("size", SIZES)
def test_a_pull_where_files_may_not_grow(pulled: Shelf, size: int) -> None:
    assert pulled.breaks(Break(largest=size))
    pulled.mended()


@pytest.mark.studio
def test_a_push_that_cannot_write_its_lock(desk: Desk, new_title: Callable[[], str]) -> None:
    asked = desk.process("push", desk.article(), "--project", new_title())
    at = 1
    while (ended := steps.run(asked, Break(at=at, fails="write")))[0]:
        assert ended[0] == 1
        assert "fault of claimdesk" not in ended[1]
        assert "cannot be written" in ended[1]
        at += 1
    assert at > 2
