"""The table of the benchmarks: ratios, targets, growth, and that a benchmark that broke is told."""

from __future__ import annotations

import argparse
import getpass
import platform
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def loaded(name: str) -> ModuleType:
    spec = spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


table = loaded("table")
results = loaded("results")
ROWS = [
    table.Row("push", 500, "claims", 1.2, "s", 1.0, "bare import", most=1.3),
    table.Row("push", 5_000, "claims", 14.0, "s", 10.0, "bare import", most=1.3),
    table.Row("push", 500, "claims", 1.2, "s", 2.0, "another peer"),
    table.Row("cut", 10, "articles", 9_000, "characters/s", 8_000, "limit", least=1),
]


def test_growth_is_the_slope_since_the_size_before() -> None:
    first, second, other, cut = table.growths(ROWS)
    assert first is other is cut is None
    assert second == pytest.approx(1.067, abs=0.001)
    doubled = [table.Row("a", size, "claims", size**2, "s", 1, "limit") for size in (30, 10, 1000)]
    assert table.growths(doubled)[::2] == pytest.approx([2, 2])


def test_targets_are_met_or_missed() -> None:
    assert [row.missed for row in ROWS] == [False, True, False, False]
    assert table.Row("cut", 10, "articles", 7_000, "characters/s", 8_000, "limit", least=1).missed
    assert "1.40   ≤ 1.3 MISSED" in table.plain(ROWS)


def test_rows_are_kept_and_read(tmp_path: Path) -> None:
    kept = tmp_path / "rows.jsonl"
    given = table.flags("").parse_args(["--rows", str(kept)])
    assert table.close(ROWS[2:], given) == 0
    assert table.close(ROWS[:2], given) == 1
    assert table.read_rows(kept) == ROWS[2:] + ROWS[:2]
    assert table.read_rows(tmp_path / "none") == []


def test_the_page_tells_machine_and_versions_and_nothing_private() -> None:
    page = table.markdown(ROWS, command="make bench", day="2031-05-02", broken=["pull"])
    assert re.search(r"on 2031-05-02: \d+ cores, \d+ GiB of memory", page)
    assert f"Python {platform.python_version()}, claimdesk" in page
    assert "Targets missed: 1. Ended without figures: pull." in page
    assert page.count("\n| ") == len(ROWS) + 2
    for private in (platform.node(), str(Path.cwd()), str(Path.home()), f"{getpass.getuser()}@"):
        assert private not in page


def test_every_benchmark_of_the_table_takes_sizes_and_keeps_rows() -> None:
    for bench in results.BENCHES:
        told = (BENCHMARKS / bench.script).read_text(encoding="utf-8")
        assert f'"{bench.flag}", type=int, nargs="+"' in told, bench.script
        assert "table.close(" in told


def test_a_benchmark_that_breaks_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(3)")
    assert results.run(results.Bench("broken", str(broken), "--claims", 1), [1], tmp_path) == ([], True)
    large = results.Bench("large", str(broken), "--claims", 1, largest=1)
    assert results.run(large, [10], tmp_path) == ([], False)


def test_what_is_kept_is_not_measured_again(tmp_path: Path) -> None:
    table.close(ROWS, argparse.Namespace(rows=tmp_path / "kept.jsonl"))
    kept = results.Bench("kept", str(tmp_path / "no such script.py"), "--claims", 1)
    assert results.run(kept, [1, 10], tmp_path) == (ROWS, False)


@pytest.mark.slow
def test_the_desk_report_is_measured(tmp_path: Path) -> None:
    kept = tmp_path / "rows.jsonl"
    command = [
        sys.executable,
        BENCHMARKS / "desk_report.py",
        "--claims",
        "300",
        "--rounds",
        "1",
        "--rows",
        kept,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    seconds, beside, memory, _ = table.read_rows(kept)
    assert (seconds.size, seconds.unit, seconds.beside, memory.unit) == (300, "s", 15, "MB")
    assert beside.ratio > 0
    assert 50 < memory.measured < 1000


@pytest.mark.parametrize("script", sorted(path.stem for path in BENCHMARKS.glob("*.py")))
def test_each_benchmark_finds_what_it_measures(script: str) -> None:
    """What is renamed in the program is renamed in the benchmarks too, which only a long `make bench` would run."""
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / f"{script}.py"), "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=BENCHMARKS.parent,
    )
    if script == "agreement" and "No module named" in done.stderr:
        pytest.skip("its peers are in an environment of their own, which `make bench` makes")
    assert done.returncode == 0, done.stderr[-500:]
