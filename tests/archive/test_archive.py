"""An archive into Parquet: the same bytes whatever happens on the way, broken articles aside with their reason."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pandas as pd
import psutil
import pyarrow.parquet as pq
import pytest

from annotate.archive import Articles, Counts, Files, Plan, Work, break_up
from annotate.archive.manifest import RULES
from annotate.article import Listed, Record, extract, read_article, record, row_of
from annotate.errors import BadInput, Conflict
from annotate.report import read_csv
from tests import steps
from tests.archive.conftest import Stock
from tests.archive.stock import SIZE, Run, digests, stock
from tests.steps import Break, Command
from tests.studio.test_disk import small_disk

pytestmark = pytest.mark.slow

WORK = Work("rules")


def in_this_process(articles: Iterator[Listed]) -> Generator[Record, None, None]:
    """Work without other processes."""
    for article in articles:
        yield record(article)


def made(folder: Path, out: Path, *, size: int = SIZE, again: bool = False) -> tuple[Plan, Counts]:
    return break_up(Articles((str(folder),)), Files(out, size, again), work=WORK, driver=in_this_process)


def test_rows_are_those_that_are_printed(laid: Stock) -> None:
    claims, articles = pd.read_parquet(laid.out / "claims"), pd.read_parquet(laid.out / "articles")
    read = laid.folder / "1" / "column 001.txt"
    own = claims[claims["article_id"] == "articles-1-column-001"]
    printed = [row_of(claim, article) for article in [read_article(read)] for claim in extract(article)[0]]
    assert list(own["text"]) == [row["text"] for row in printed]
    table = pq.read_table(laid.out / "claims" / "part-00002.parquet").to_pylist()
    found = [row for row in table if row["article_id"] == "articles-1-column-001"]
    named = {"article_id", "claim_id"}
    for ours, theirs in zip(found, printed, strict=True):
        assert {k: v for k, v in ours.items() if k not in named} == {
            k: v for k, v in theirs.items() if k not in named
        }
    assert articles["claims"].sum() == len(claims)
    assert list(articles["source"]) == sorted(articles["source"])
    row = articles[articles["article_id"] == "articles-1-column-001"].iloc[0]
    assert (row["revision"], row["bytes"]) == (read_article(read).revision, read.stat().st_size)


def test_broken_articles_are_set_aside_with_their_reason(laid: Stock) -> None:
    found = read_csv(laid.out / "set_aside.csv")
    reasons = dict(zip(found["article_id"], found["reason"], strict=True))
    assert len(found) == 4
    for name, why in {
        "articles-0-column-003": "is a PDF",
        "articles-1-column-007": "is empty",
        "articles-1-column-010": "is not UTF-8",
        "articles-2-column-005": "has the same id as",
    }.items():
        assert why in reasons[name]


def test_workers_that_are_killed_change_no_byte(laid: Stock, tmp_path: Path) -> None:
    run = Run((str(laid.folder),), tmp_path / "out")
    with run.begun("--workers", "3") as process:
        killed = []
        while process.poll() is None and not (
            killed := psutil.Process(process.pid).children() * (run.parts() > 0)
        ):
            time.sleep(0.02)
        process.send_signal(
            signal.SIGSTOP
        )  # all at one moment: an article that dies with two workers is lost
        for worker in killed:
            worker.kill()
        process.send_signal(signal.SIGCONT)
        told = process.communicate(timeout=120)[1]
    assert (process.returncode, len(killed)) == (0, 3), told
    assert digests(run.out) == laid.digests


def test_killed_at_any_moment_and_begun_again_it_is_the_same(laid: Stock, tmp_path: Path) -> None:
    run = Run((str(laid.folder),), tmp_path / "out")
    chance = random.Random(7)
    for parts in (0, 3):
        with run.begun("--workers", "2") as process:
            while run.parts() <= parts and process.poll() is None:
                time.sleep(0.01)
            time.sleep(chance.random() / 10)
            process.kill()
    done = {path.name for path in run.out.glob("articles/part-*.parquet")}
    before = {p: p.stat().st_mtime_ns for p in run.out.glob("*/part-*.parquet") if p.name in done}
    assert before
    told = run.done("--workers", "2")
    assert "Complete from an earlier run" in told
    assert {path: path.stat().st_mtime_ns for path in before} == before, "what was done was done again"
    found = digests(run.out)  # an unfinished file, whose name begins with a dot, is read by nobody
    assert {name: one for name, one in found.items() if not Path(name).name.startswith(".")} == laid.digests


def test_an_article_that_takes_too_long_is_set_aside(tmp_path: Path) -> None:
    folder = stock(tmp_path / "articles", count=11)
    (folder / "1" / "long.txt").write_text("The mayor said that it was a pity, and left. " * 40_000)
    run = Run((str(folder),), tmp_path / "out")
    began = time.monotonic()
    run.done("--workers", "2", "--time-limit", "3")
    assert time.monotonic() - began < 60
    found = read_csv(run.out / "set_aside.csv")
    late = found[found["reason"].str.contains("took longer than 3 s")]
    assert list(late["article_id"]) == ["articles-1-long"]
    assert len(pd.read_parquet(run.out / "articles")) == 13


def test_what_is_there_is_never_mixed_with_something_else(laid: Stock, tmp_path: Path) -> None:
    folder, out = stock(tmp_path / "articles"), tmp_path / "out"
    made(folder, out)
    files = digests(out)
    with pytest.raises(Conflict, match="articles of a file 4, now it is 5"):
        made(folder, out, size=5)
    with pytest.raises(Conflict, match="suggester rules-1, now it is "):
        break_up(Articles((str(folder),)), Files(out, SIZE), work=Work("lexical"), driver=in_this_process)
    manifest = json.loads((out / "manifest.json").read_text())
    with pytest.raises(Conflict, match="other articles"):
        made(laid.folder, out)
    (folder / "0" / "column 000.txt").rename(tmp_path / "kept")
    with pytest.raises(Conflict, match="other articles"):
        made(folder, out)
    (tmp_path / "kept").rename(folder / "0" / "column 000.txt")
    (out / "manifest.json").write_text(json.dumps(manifest | {RULES: "0123456789ab"}))
    with pytest.raises(Conflict, match="rules and word lists 0123456789ab, now it is "):
        made(folder, out)
    (out / "manifest.json").write_text(json.dumps(manifest | {"spacy": "3.7.0"}))
    with pytest.raises(Conflict, match=r"spacy 3\.7\.0, now it is 3\.8"):
        made(folder, out)
    assert {n: d for n, d in digests(out).items() if n != "manifest.json"} == {
        n: d for n, d in files.items() if n != "manifest.json"
    }


def test_an_archive_that_grows_or_is_corrected_is_as_if_made_anew(tmp_path: Path) -> None:
    folder, out = stock(tmp_path / "articles"), tmp_path / "out"
    first, _ = made(folder, out)
    assert first.kept == Counts()
    again, counts = made(folder, out)
    assert (again.kept, again.to_do) == (counts, set())
    (folder / "3.txt").write_text("The ferry is late again.")
    (folder / "0" / "column 006.txt").write_text("The ferry sailed on Monday.")
    os.utime(folder / "0" / "column 009.txt")
    grown, _ = made(folder, out)
    assert grown.changed == 1
    assert grown.kept.articles == 20 - SIZE
    made(folder, tmp_path / "anew")
    assert digests(out) == digests(tmp_path / "anew")


def test_what_was_set_aside_is_tried_again_when_asked(tmp_path: Path) -> None:
    folder, out = stock(tmp_path / "articles"), tmp_path / "out"
    hidden = folder / "0" / "column 000.txt"
    text = hidden.read_bytes()
    hidden.unlink()
    hidden.symlink_to(folder / "nowhere")
    named = tmp_path / "list.txt"
    named.write_text("\n".join(f"{folder}/0/column {n:03}.txt" for n in (0, 3, 6)))
    articles = Articles((), (str(named),))
    first = break_up(articles, Files(out, SIZE), work=WORK, driver=in_this_process)[1]
    hidden.unlink()
    hidden.write_bytes(text)
    assert break_up(articles, Files(out, SIZE), work=WORK, driver=in_this_process)[1] == first
    files = Files(out, SIZE, again=True)
    assert (first.set_aside, break_up(articles, files, work=WORK, driver=in_this_process)[1].set_aside) == (
        2,
        1,
    )


def test_articles_that_come_while_they_are_read_mix_nothing(tmp_path: Path) -> None:
    folder, out = stock(tmp_path / "articles"), tmp_path / "out"

    def disturbed(articles: Iterator[Listed]) -> Generator[Record, None, None]:
        (folder / "0" / "column 000a.txt").write_text("The ferry is late.")
        yield from in_this_process(articles)

    with pytest.raises(Exception, match="run the same command again"):
        break_up(Articles((str(folder),)), Files(out, SIZE), work=WORK, driver=disturbed)


@pytest.mark.parametrize("at", [1, 5])
def test_a_disk_that_fails_leaves_nothing_half_written(laid: Stock, tmp_path: Path, at: int) -> None:
    run = Run((str(laid.folder),), tmp_path / "out")
    command = Command(run.command("--workers", "1")[3:], {}, tmp_path / "told.txt")
    code, told = steps.run(command, Break(at=at, fails="replace"), patience=120)
    assert (code, told.count("annotate: "), told.count("written")) == (1, 1, 1), told
    assert not {n: d for n, d in digests(run.out).items() if laid.digests.get(n) != d}
    assert run.parts() == (at > 1)
    assert at > 1 or not run.out.joinpath("manifest.json").exists()


def test_a_small_disk_is_said_in_one_line_and_what_is_done_stays(laid: Stock, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    run = Run((str(laid.folder),), out)
    with small_disk(out, 48):
        told = run.done("--workers", "1", code=1)
        assert told.count("\n") == 1
        assert "No space left on device" in told
        found = digests(out)
        assert 0 < run.parts() < 6
        assert not {name: digest for name, digest in found.items() if laid.digests.get(name) != digest}


def test_two_runs_at_once_into_one_folder(laid: Stock, tmp_path: Path) -> None:
    run = Run((str(laid.folder),), tmp_path / "out")
    with run.begun("--workers", "1") as first:
        while not (run.out / "manifest.json").exists() and first.poll() is None:
            time.sleep(0.02)
        with pytest.raises(Conflict, match="another run is writing into"):
            made(laid.folder, run.out)
        first.send_signal(signal.SIGINT)
        told = first.communicate(timeout=60)[1]
    assert (first.returncode, told.count("\n")) == (130, 1), told


def test_an_archive_of_broken_articles_alone_is_bad_input(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"\xff\xd8\xff")
    run = Run((str(folder),), tmp_path / "out")
    with run.begun() as process:
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 5
    assert "not one article" in told


def test_no_article_at_all(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no article"):
        break_up(Articles(()), Files(tmp_path / "out"), work=WORK, driver=in_this_process)
