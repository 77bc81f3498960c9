"""A real Dask cluster on this machine: the same bytes as one machine gives, and one line where it goes away."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from annotate.archive import Articles, Files, Work, break_up, on_cluster
from annotate.errors import Unreachable
from annotate.report import read_csv
from tests.archive.conftest import Stock
from tests.archive.stock import SIZE, Run, digests, stock
from tests.dask_cluster import cluster, end

pytestmark = pytest.mark.slow


def test_a_cluster_gives_the_same_bytes_and_one_that_goes_away_is_said(laid: Stock, tmp_path: Path) -> None:
    run = Run((str(laid.folder),), tmp_path / "out")
    with cluster(2) as (address, process):
        whole = Run(run.sources, tmp_path / "whole")
        whole.done("--dask", address)
        assert digests(whole.out) == laid.digests
        with run.begun("--dask", address) as command:
            while not run.parts() and command.poll() is None:
                time.sleep(0.01)
            end(process)
            out, told = command.communicate(timeout=60)
        assert (command.returncode, told.count("\n"), out) == (3, 1, ""), told
        assert f"{address} went away" in told
    assert 0 < run.parts() < len(laid.digests) // 2
    run.done("--workers", "2")
    assert digests(run.out) == laid.digests


def test_workers_of_a_cluster_that_are_killed_and_articles_that_hang(tmp_path: Path) -> None:
    folder = stock(tmp_path / "articles")
    (folder / "1" / "long.txt").write_text("The mayor said that it was a pity, and left. " * 40_000)
    run = Run((str(folder),), tmp_path / "out")
    with cluster(2) as (address, process), run.begun("--dask", address, "--time-limit", "12") as command:
        while not run.parts() and command.poll() is None:
            time.sleep(0.01)
        inner = [
            each
            for each in process.children(recursive=True)
            if "annotate.parallel.pool" in " ".join(each.cmdline())
        ]
        assert inner, "no process of ours inside the cluster's workers"
        psutil.Process(inner[0].ppid()).kill()  # the worker itself; its nanny starts another
        told = command.communicate(timeout=120)[1]
    assert command.returncode == 0, told
    found = read_csv(run.out / "set_aside.csv")
    assert list(found[found["reason"].str.contains("took longer")]["article_id"]) == ["articles-1-long"]
    assert len(found) == 5


def test_a_cluster_without_a_worker(laid: Stock, tmp_path: Path) -> None:
    work = Work("rules")
    with cluster(0) as (address, _):
        driver = on_cluster(work, address=address, patience=3)
        with pytest.raises(Unreachable, match="went away"):
            break_up(Articles((str(laid.folder),)), Files(tmp_path, SIZE), work=work, driver=driver)


@pytest.mark.parametrize(
    ("address", "code", "why"),
    [("tcp://127.0.0.1:9", 3, "no Dask scheduler answers"), ("telnet://127.0.0.1:9", 2, "tcp://host:8786")],
)
def test_an_address_where_nothing_is(laid: Stock, tmp_path: Path, address: str, code: int, why: str) -> None:
    told = Run((str(laid.folder),), tmp_path / "out").done("--dask", address, code=code)
    assert why in told
    assert told.count("\n") == 1
