"""Processes that are killed, hang or do not come up: the other things are done, in their order."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from annotate.errors import AnnotateError, BadInput
from annotate.parallel import Lost, Pool
from annotate.parallel.pool import STILLBORN

pytestmark = pytest.mark.slow

NESTED = re.compile(r"(a+)+b")  # takes for ever on many a, and lets no other thread run meanwhile
LIMIT = 1.0


def nothing() -> None:
    """Begin without loading anything."""


def die() -> None:
    os._exit(1)


def work(folder: Path, thing: str) -> str:
    """Do what a thing says."""
    if thing == "dies" or (thing == "dies once" and not (folder / "died").exists()):
        (folder / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if thing == "sleeps":
        time.sleep(60)
    if thing == "hangs":
        NESTED.match("a" * 60)
    if thing == "fails":
        raise BadInput("the thing is broken")
    if thing == "cannot be sent":
        return (i for i in "abc")  # type: ignore[return-value]
    if thing.startswith("lasts"):
        time.sleep(int(thing.rsplit(maxsplit=1)[-1]) / 1000)
    return thing.upper()


def test_what_dies_or_hangs_is_lost_alone_and_all_come_in_order(tmp_path: Path) -> None:
    things = ["lasts 200", "a", "dies", "hangs", "b", "dies once", "lasts 1", "sleeps", "c"]
    with Pool(partial(work, tmp_path), workers=2, begin=nothing, limit=LIMIT) as pool:
        found = list(pool.run(things, ahead=4))
        assert [thing for thing, _ in found] == things
        assert {thing: value for thing, value in found if isinstance(value, Lost)} == {
            "dies": Lost("died"),
            "hangs": Lost("late"),
            "sleeps": Lost("late"),
        }
        assert all(value == thing.upper() for thing, value in found if not isinstance(value, Lost))
        assert list(pool.run(["again"], ahead=1)) == [("again", "AGAIN")]
        with pytest.raises(BadInput, match="the thing is broken"):
            list(pool.run(["a", "fails"], ahead=2))
        with pytest.raises(AnnotateError, match="pickle"):
            list(pool.run(["cannot be sent"], ahead=1))
        kept = pool.processes()
    assert not [number for number in kept if psutil.pid_exists(number)]


def test_things_are_read_no_further_than_needed(tmp_path: Path) -> None:
    read: list[str] = []

    def watched() -> Iterator[str]:
        for thing in ["lasts 800", *(f"lasts {n}" for n in range(20))]:
            read.append(thing)
            yield thing

    with Pool(partial(work, tmp_path), workers=2, begin=nothing) as pool:
        found = pool.run(watched(), ahead=5)
        next(found)
        assert len(read) == 5
        found.close()


def test_workers_killed_from_outside_lose_nothing(tmp_path: Path) -> None:
    things = [f"lasts {n}" for n in range(150, 170)]
    with Pool(partial(work, tmp_path), workers=2, begin=nothing, tries=9) as pool:
        found = []
        for number, each in enumerate(pool.run(things, ahead=6)):
            found.append(each)
            if number in {0, 5, 6}:
                for process in pool.processes():
                    os.kill(process, signal.SIGKILL)
    assert found == [(thing, thing.upper()) for thing in things]


def test_processes_that_do_not_come_up_end_in_one_line(tmp_path: Path) -> None:
    with Pool(partial(work, tmp_path), workers=1, begin=die) as pool:
        began = time.monotonic()
        with pytest.raises(AnnotateError, match="fewer --workers"):
            list(pool.run(["a"], ahead=1))
    assert time.monotonic() - began < 30 * STILLBORN


PARENT = """
from functools import partial
from pathlib import Path
from annotate.parallel import Pool
from tests.test_pool import nothing, work
with Pool(partial(work, Path("/nowhere")), workers=1, begin=nothing, limit=60) as pool:
    for _ in pool.run(["a", "sleeps"], ahead=1):
        print(*pool.processes(), flush=True)
"""


def test_processes_end_with_a_command_that_is_killed() -> None:
    root = Path(__file__).parents[1]
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=root, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        number = int(parent.stdout.readline())
        assert psutil.pid_exists(number)
        parent.kill()
    gone, left = psutil.wait_procs([psutil.Process(number)] if psutil.pid_exists(number) else [], 20)
    assert not left, gone
