"""A desk's figures from Parquet: the same in whatever files, and what cannot be counted is refused by name."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from annotate import cli
from annotate.labels import LABELS
from annotate.report import read_csv, write_tables
from annotate.report.exports import DESK
from annotate.report.frames import names_of
from annotate.report.trends import Trends, count_trends, parquet_bytes
from annotate.report.trends.judgement_files import DESK_COLUMNS
from annotate.text import fold
from tests.archive.stock import ROOT, bare
from tests.dask_cluster import cluster, end
from tests.pulls import write_raw
from tests.report.answers import label
from tests.report.test_desk import FIRST, judged
from tests.report.trends import tables_of, trends_of

NAMES = names_of(DESK_COLUMNS)
TABLES = ("weeks.csv", "annotators.csv", "sources.csv", "codebooks.csv")
SPELLINGS = ("Tove Lund", "tove  lund", "The mayor", "the mayor", "Reuters", " ", None)
CELLS = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from(["Ada", "Bo", "Cleo", "Dora"]),
        st.sampled_from([*LABELS, *LABELS, "rumour", None]),
        st.sampled_from(["yes", "yes", "yes", "final", "superseded", "skipped"]),
        st.sampled_from(SPELLINGS),
        st.sampled_from(["1", "2", None]),
        st.sampled_from(["2031-05-02", "2031-05-05", "2031-12-29", "2032-01-02"]),
    ),
    max_size=50,
    unique_by=lambda row: row[:2],
)

TWO_ODD = [  # labels that are none, as often as each other, in two parts
    (claim, "Ada", as_, "yes", "Tove Lund", "1", "2031-05-02") for claim, as_ in ((0, "rumour"), (3, None))
]


def frame_of(cells: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return judgements of up to 12 claims in four tasks of two projects; a task is one answer of a person."""
    rows = [
        {
            "project": f"p{claim % 2}",
            "article": f"article-{claim % 4}",
            "claim_id": f"claim-{claim}",
            "annotator": who,
            "label": as_,
            "given": as_,
            "counted": counted,
            "source": source,
            "suggested_source": SPELLINGS[claim % 3] if claim > 5 else None,
            "codebook": codebook,
            "seconds": 1.5 + claim % 4,
            "answered_at": f"{day}T10:00:00.000000Z",
            "task_id": claim % 4,
            "annotation_id": claim % 4 + 10 * ord(who[0]),
        }
        for claim, who, as_, counted, source, codebook, day in sorted(cells, key=lambda cell: cell[0])
    ]
    text = {name: "object" for name in NAMES if name not in ("seconds", "task_id", "annotation_id")}
    return pd.DataFrame(rows, columns=NAMES).astype(text)


def same(one: Trends, other: Trends) -> None:
    assert one.tables.keys() == other.tables.keys() == set(TABLES)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
    assert one.notes == other.notes


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CELLS, st.integers(1, 4), st.randoms(use_true_random=False))
@example(TWO_ODD, 2, Random(2))
@example(TWO_ODD, 2, Random(3))
@pytest.mark.slow
def test_files_add_up_to_the_whole(cells: list[tuple[Any, ...]], parts: int, chance: Any) -> None:
    frame = frame_of(cells)
    place = frame["task_id"].map({task: chance.randrange(parts) for task in range(4)})
    dealt = [frame[place == at] for at in range(parts)]
    chance.shuffle(dealt)
    whole = trends_of([frame])
    same(trends_of(dealt), whole)
    same(trends_of([dealt[0], pd.concat(dealt[1:])] if parts > 1 else dealt), whole)


@settings(max_examples=50, deadline=None)
@given(CELLS)
@pytest.mark.slow
def test_labels_by_source_are_those_of_a_count_by_hand(cells: list[tuple[Any, ...]]) -> None:
    frame = frame_of(cells)
    found: dict[str, Counter[str]] = {}
    for _, rows in frame.groupby("claim_id"):
        by_hand(rows, found)
    table = tables_of([frame])["sources.csv"]
    told = {
        fold(row["source"]): Counter({name: int(row[name]) for name in (*LABELS, "no_label") if row[name]})
        for row in table.to_dict("records")
    }
    assert told == found
    assert table["claims"].tolist() == sorted(table["claims"], reverse=True)


def by_hand(rows: pd.DataFrame, found: dict[str, Counter[str]]) -> None:
    known = rows[rows["label"].isin(LABELS)]
    votes, final = known[known["counted"] == "yes"], known[known["counted"] == "final"]
    top = votes["label"].value_counts()
    label = str(top.index[0]) if len(top) and 2 * top.iloc[0] > len(votes) else "no_label"
    if len(final):
        label = str(final["label"].iloc[-1])
    agreed = votes[votes["label"].eq("attributed_report") & (label == "attributed_report")]
    decided, voted = (
        [s for s in each["source"] if isinstance(s, str) and s.strip()] for each in (final, agreed)
    )
    said = decided or voted
    counts = Counter(map(fold, said))
    name = min(counts, key=lambda n: (-counts[n], n)) if counts else ""
    suggested = rows["suggested_source"].iloc[0]
    if not name and label in ("no_label", "attributed_report") and isinstance(suggested, str):
        name = fold(suggested)
    if name:
        found.setdefault(name, Counter())[label] += 1


# --------------------------------------------------------------------------- the command


def asked(folder: Path, capsys: pytest.CaptureFixture[str], *, code: int) -> str:
    """Run the command, and give what it says on stderr."""
    assert cli.run(["report", "--all", "--from", str(folder)]) == code
    return capsys.readouterr().err


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))
    return tmp_path / "exports"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return a folder with one sound file."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "sound.parquet").write_bytes(parquet_bytes(SOUND))
    return folder


SOUND = frame_of(
    [(number, who, "opinion", "yes", None, "1", "2031-05-02") for number in range(3) for who in ("Ada", "Bo")]
)


def test_what_reports_wrote_gives_the_same_figures_as_the_pulls(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("bridge", "quay"):
        raw = judged(name)
        raw["project"]["key"] = f"{name}-11111111"
        claims = [packed["claim_id"] for task in raw["tasks"] for packed in task["data"]["claims"]]
        label(raw, claims[5], by=2, as_="attributed_report", at=FIRST, source="the  Mayor")
        label(raw, claims[6], by=3, as_=None, at=FIRST)
        write_raw(raw, exports / f"{name}-11111111")
        write_tables(raw, exports / f"{name}-11111111")
    assert cli.run(["report", "--all"]) == 0
    pulls = {name: (exports / DESK / name).read_bytes() for name in TABLES}
    asked(exports, capsys, code=0)
    assert {name: (exports / DESK / name).read_bytes() for name in TABLES} == pulls
    assert len(read_csv(exports / DESK / "sources.csv")) > 1


@pytest.mark.parametrize("kind", ["large text", "categories", "moments", "days", "no project", "one list"])
def test_other_ways_to_write_the_same(kind: str, exports: Path, archive: Path) -> None:
    table = pa.Table.from_pandas(SOUND, preserve_index=False)
    plain = tables_of([SOUND.assign(project="sound")])
    if kind == "large text":
        table = table.cast(
            pa.schema(
                [(f.name, pa.large_string() if f.type == pa.string() else f.type) for f in table.schema]
            )
        )
    elif kind == "categories":
        table = pa.Table.from_pandas(
            SOUND.astype(dict.fromkeys(("claim_id", "label", "annotator"), "category"))
        )
    elif kind == "moments":
        moments = pd.to_datetime(SOUND["answered_at"], utc=True).dt.tz_convert("Asia/Tokyo")
        table = pa.Table.from_pandas(SOUND.assign(answered_at=moments + pd.Timedelta(hours=13)))
    elif kind == "days":
        table = pa.Table.from_pandas(SOUND.assign(answered_at=pd.to_datetime(SOUND["answered_at"]).dt.date))
    elif kind == "one list":
        table = table.append_column("more", pa.array(range(len(table))))
    table = table.drop_columns(["project"])
    pq.write_table(table, archive / "sound.parquet")
    told = count_trends([archive / "sound.parquet"], archive, aliases={}).tables
    for name in TABLES:
        pd.testing.assert_frame_equal(told[name], plain[name])


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (lambda f: (f / "sound.parquet").rename(f.parent / "x") and f.rmdir(), "is no folder"),
    "empty": (lambda f: (f / "sound.parquet").unlink(), "holds no Parquet file"),
    "cut off": (
        lambda f: (f / "cut.parquet").write_bytes(parquet_bytes(SOUND)[:-9]),
        "no whole Parquet file",
    ),
    "no bytes": (lambda f: (f / "cut.parquet").write_bytes(b""), "no whole Parquet file"),
    "torn inside": (lambda f: (f / "cut.parquet").write_bytes(torn()), "no whole Parquet file"),
    "no column": (lambda f: put(f, SOUND.drop(columns=["label", "counted"])), "has no column label, counted"),
    "numbers": (lambda f: put(f, SOUND.assign(label=1)), "the column label holds int64, not text"),
    "words": (lambda f: put(f, SOUND.assign(seconds="long")), "the column seconds holds"),
    "hours": (lambda f: put(f, SOUND.assign(answered_at=3)), "the column answered_at holds int64"),
    "no moment": (lambda f: put(f, SOUND.assign(answered_at=None)), "no answered_at (claim “claim-0”)"),
    "no day": (lambda f: put(f, SOUND.assign(answered_at="soon")), "answered_at holds “soon”"),
    "nobody": (lambda f: put(f, SOUND.assign(annotator=None)), "no annotator (claim “claim-0”)"),
    "counted": (lambda f: put(f, SOUND.assign(counted="Yes")), "the column counted holds “Yes”"),
    "uncounted": (lambda f: put(f, SOUND.assign(counted=None)), "counted is empty in 6 rows"),
    "no claim": (lambda f: put(f, SOUND.assign(claim_id=None)), "claim_id"),
    "twice": (lambda f: put(f, SOUND.assign(annotator="Ada")), "two answers of Ada to claim “claim-0” count"),
    "copied": (lambda f: put(f, SOUND), "(and 2 more) stands in"),
}


def put(folder: Path, frame: pd.DataFrame) -> None:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), folder / "other.parquet")


def torn() -> bytes:
    """Return a file whose pages are spoiled, its end whole."""
    content = parquet_bytes(SOUND)
    return content[:4] + b"\xff" * 400 + content[404:]


@pytest.mark.parametrize("how", BROKEN)
def test_what_cannot_be_counted_is_refused_in_one_line(
    how: str, exports: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, words = BROKEN[how]
    spoil(archive)
    said = asked(archive, capsys, code=5)
    assert words in said
    assert said.count("\n") == 1, said
    assert archive.name in said
    assert not (exports / DESK).exists()


def test_a_claim_in_two_places_is_named_with_both(
    archive: Path, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(archive, SOUND[SOUND["claim_id"] == "claim-2"])
    said = asked(archive, capsys, code=5)
    assert (
        f"claim “claim-2” stands in {archive / 'other.parquet'} and in {archive / 'sound.parquet'}: leave"
        in said
    )


def test_answers_to_a_claim_need_not_follow_one_another(archive: Path) -> None:
    mixed = SOUND.iloc[np.argsort(SOUND["annotator"], kind="stable")]
    (archive / "sound.parquet").write_bytes(parquet_bytes(mixed))
    same(count_trends([archive / "sound.parquet"], archive, aliases={}), trends_of([SOUND]))


def test_a_claim_of_two_desks_counts_in_each_and_is_told(
    archive: Path, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(archive, SOUND[SOUND["claim_id"] != "claim-0"].assign(project="another desk"))
    said = asked(archive, capsys, code=0)
    assert "2 times a claim stands in another project too: it is counted in each" in said
    assert read_csv(exports / DESK / "weeks.csv")["claims"].tolist() == [5]


def test_unknown_labels_are_named_and_counted(
    archive: Path, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = SOUND.assign(project="p9", label=["rumour", "rumour", "Fact", "opinion", "opinion", "opinion"])
    odd.loc[5, ["label", "given", "counted"]] = [None, "gossip", "unknown"]
    put(archive, odd)
    said = asked(archive, capsys, code=0)
    assert (
        "4 answers have an unknown label and are not counted: “rumour” (2), “Fact” (1), “gossip” (1)" in said
    )
    assert read_csv(exports / DESK / "weeks.csv")["judgements"].tolist() == [8]


def test_from_goes_with_all(exports: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", "--from", str(archive)]) == 2
    assert "--all" in capsys.readouterr().err


# --------------------------------------------------------------------------- a cluster


@pytest.fixture(scope="module")
def of_two() -> Iterator[str]:
    """Return the address of a cluster of two processes on this machine."""
    with cluster(2) as (address, _):
        yield address


@pytest.mark.slow
def test_a_cluster_gives_the_same_tables(
    of_two: str, archive: Path, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        ids = SOUND["claim_id"] + f"-{number}"
        content = parquet_bytes(SOUND.assign(claim_id=ids, label="attributed_report", source="Reuters"))
        (archive / f"part-{number}.parquet").write_bytes(content)
    asked(archive, capsys, code=0)
    here = {name: (exports / DESK / name).read_bytes() for name in TABLES}
    shutil.rmtree(exports / DESK)
    assert cli.run(["report", "--all", "--from", str(archive), "--dask", of_two]) == 0
    assert {name: (exports / DESK / name).read_bytes() for name in TABLES} == here
    assert read_csv(exports / DESK / "sources.csv")["claims"].tolist() == [15]


@pytest.mark.slow
def test_a_cluster_tells_what_its_workers_refuse(
    of_two: str, archive: Path, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(archive, SOUND.assign(project="p9", counted="Yes"))
    assert cli.run(["report", "--all", "--from", str(archive), "--dask", of_two]) == 5
    said = capsys.readouterr().err
    assert "other.parquet: the column counted holds “Yes”" in said
    assert said.count("\n") == 1


@pytest.mark.slow
def test_a_cluster_that_goes_away_in_the_middle(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(30):
        ids = [f"claim-{number}-{n}" for n in range(len(SOUND) * 4_000)]
        content = parquet_bytes(pd.concat([SOUND] * 4_000).assign(claim_id=ids, task_id=range(len(ids))))
        (folder / f"part-{number:02}.parquet").write_bytes(content)
    (exports / DESK).mkdir(parents=True)
    (exports / DESK / "weeks.csv").write_text("what an earlier report wrote")
    with cluster(2) as (address, process):
        idle = busy(process)
        command = [sys.executable, "-m", "annotate", "report", "--all", "--from", str(folder)]
        with subprocess.Popen(
            [*command, "--dask", address],
            cwd=ROOT,
            env=bare() | {"ANNOTATE_EXPORTS": str(exports)},
            stderr=subprocess.PIPE,
            text=True,
        ) as asking:
            while busy(process) < idle + 2.5 and asking.poll() is None:  # it counts, and not only loads
                time.sleep(0.02)
            end(process)
            told = asking.communicate(timeout=60)[1]
    assert (asking.returncode, told.count("\n")) == (3, 1), told
    assert f"{address} went away" in told
    assert {path.name for path in (exports / DESK).iterdir()} <= {"weeks.csv", ".lock"}
    assert (exports / DESK / "weeks.csv").read_text() == "what an earlier report wrote"


def busy(process: psutil.Process) -> float:
    """Return the seconds that a cluster's processes have worked."""
    return sum(sum(each.cpu_times()[:2]) for each in [process, *process.children(recursive=True)])


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [("tcp://127.0.0.1:9", 3, "no Dask scheduler answers"), ("127.0.0.1", 2, "tcp://host:8786")],
)
@pytest.mark.slow
def test_a_cluster_that_is_not_there(
    address: str, code: int, words: str, archive: Path, exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["report", "--all", "--from", str(archive), "--dask", address]) == code
    assert words in capsys.readouterr().err
    assert cli.run(["report", "--all", "--dask", "tcp://127.0.0.1:9"]) == 2
