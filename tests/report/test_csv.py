"""CSV out and in: whatever stands in a cell comes back, and nothing in it is a formula."""

from __future__ import annotations

import csv
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate.errors import AnnotateError, BadInput
from annotate.report import read_csv, write_csv
from annotate.report.sheets import csv_text, encoded, replace_file

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
CELL = st.one_of(st.none(), TEXT, st.sampled_from(["NA", "None", "nan", "", "007", "1E5", "TRUE", '"', "'"]))


@settings(deadline=None)  # the first example pays for imports, and disks are slow at times
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
@example([("", None), ("'", "''"), ("=1+1", "'=1+1"), ("a\r\nb", "\r"), ("\0", "\ufeff"), ("＝1", 'a,"b"\n')])
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, ...]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "claims.csv"
    frame = pd.DataFrame(rows, columns=["claim", "=note"])
    pd.testing.assert_frame_equal(read_csv(write_csv(frame, path)), frame)


@settings(deadline=None)  # the first example pays for imports, and disks are slow at times
@given(st.lists(st.one_of(st.none(), st.integers(-(10**6), 10**6)), min_size=1, max_size=5))
def test_whole_numbers_stay_whole(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int | None]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "claims.csv"
    kind = "Int64" if None in numbers else "int64"
    frame = pd.DataFrame({"votes": pd.array(numbers, dtype=kind), "low": [-0.1] * len(numbers)})
    written = write_csv(frame, path)
    assert ".0" not in written.read_text(encoding="utf-8").replace('"-0.1"', "")
    pd.testing.assert_frame_equal(read_csv(written), frame.astype({"votes": kind}))


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        *(
            (c, f'"\'{c}"')
            for c in ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\0x", "'x", "＝1", "＋1", "－1", "＠x")
        ),
        *((c, f'"\'{c}"') for c in ("\n=1", " +1", "\u00a0=1", " \t@x", "\0=1", "\u3000＝1", "''")),
        ("plain", '"plain"'),
        ("1 = 1", '"1 = 1"'),
        ("\u2013 1", '"\u2013 1"'),
        (" 1", '" 1"'),
        ('say "no"', '"say ""no"""'),
        (None, '""'),
        ("", '"\'"'),
        ("NA", '"NA"'),
        (-0.356, '"-0.356"'),
        (-1, '"-1"'),
        (float("-inf"), '"\'-inf"'),
    ],
)
def test_a_cell_is_written(cell: object, written: str) -> None:
    assert csv_text(pd.DataFrame({"c": [cell]}, dtype=object)) == f'"c"\r\n{written}\r\n'


def test_the_file_begins_with_the_mark_that_excel_needs(tmp_path: Path) -> None:
    path = write_csv(pd.DataFrame({"claim": ["zażółć"]}), tmp_path / "new" / "claims.csv")
    assert path.read_bytes() == b'\xef\xbb\xbf"claim"\r\n"za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87"\r\n'


def test_cells_longer_than_the_csv_module_likes_are_read(tmp_path: Path) -> None:
    frame = pd.DataFrame({"claim": ["x" * (csv.field_size_limit() + 1)]})
    pd.testing.assert_frame_equal(read_csv(write_csv(frame, tmp_path / "long.csv")), frame)
    assert csv.field_size_limit() == 131072


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b'"claim_id","claim"\r\n"c1","cut o', "cut off"),
        (b'"claim_id","claim"\r\n"c1"\r\n', "row 2 has 1 cells"),
        ("claim\r\nzażółć\r\n".encode("cp1250"), "UTF-8"),
        (b'"votes"\r\n"many"\r\n', "votes"),
    ],
)
def test_a_file_that_is_no_whole_table_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=told):
        read_csv(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.csv"):
        read_csv(tmp_path / "gone.csv")


def test_half_a_character_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    path = write_csv(pd.DataFrame({"claim": ["old"]}), tmp_path / "claims.csv")
    with pytest.raises(BadInput, match=r"U\+D800.*line 2"):
        write_csv(pd.DataFrame({"claim": ["new \ud800"]}), path)
    assert read_csv(path)["claim"].tolist() == ["old"]


@given(st.text(), st.characters(categories=["Cs"]), st.text())
def test_half_a_character_is_refused_wherever_it_stands(before: str, half: str, after: str) -> None:
    with pytest.raises(BadInput, match=r"half a character \(U\+D[89A-F]"):
        encoded(csv_text(pd.DataFrame({"claim": [before + half + after]})), Path("claims.csv"))


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond a thousand bytes; pytest's own output is one of them."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_finds_no_room_leaves_the_old_one_whole(tmp_path: Path) -> None:
    path = write_csv(pd.DataFrame({"claim": ["old"]}), tmp_path / "claims.csv")
    with (
        full_disk(),
        pytest.raises(AnnotateError, match=r"claims\.csv cannot be written: File too large") as e,
    ):
        write_csv(pd.DataFrame({"claim": ["new" * 1000]}), path)
    assert str(e.value).endswith(
        "The old file stays as it was: check free space and permissions, then run the command again."
    )
    with full_disk(), pytest.raises(AnnotateError, match=r"File too large\. Check free space"):
        write_csv(pd.DataFrame({"claim": ["new" * 1000]}), tmp_path / "checks.csv")
    assert read_csv(path)["claim"].tolist() == ["old"]
    assert [file.name for file in tmp_path.iterdir()] == ["claims.csv"]


def test_a_file_in_the_place_of_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "exports").write_bytes(b"in the way")
    with pytest.raises(AnnotateError, match=r"claims\.csv cannot be written"):
        replace_file(tmp_path / "exports" / "claims.csv", b"new")
    assert (tmp_path / "exports").read_bytes() == b"in the way"


def test_a_folder_in_the_place_of_the_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").mkdir()
    with pytest.raises(AnnotateError, match=r"claims\.csv cannot be written"):
        replace_file(tmp_path / "claims.csv", b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["claims.csv"]


@pytest.fixture
def nobody() -> Iterator[None]:
    """Take away what root may do; other users have no such power."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_a_locked_folder_leaves_the_old_file_whole(locked: Path, nobody: None) -> None:
    with pytest.raises(AnnotateError, match="Permission denied"):
        replace_file(locked, b"new")


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """Return a file in a folder that allows no writing, and see to it that the file stays."""
    path = replace_file(tmp_path / "claims.csv", b"old")
    tmp_path.chmod(0o555)
    yield path
    tmp_path.chmod(0o755)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["claims.csv"]


def test_what_a_killed_run_left_is_removed_by_a_later_one(tmp_path: Path) -> None:
    kept = [tmp_path / name for name in (".claims.csv.0a1b2c3d", ".other.csv.0a1b2c3d", ".claims.csv.note")]
    old = tmp_path / ".claims.csv.deadbeef"
    for path in [*kept, old]:
        path.write_text("half of a fi")
    for path in [old, *kept[1:]]:
        os.utime(path, (0, 0))
    replace_file(tmp_path / "claims.csv", b"whole")
    assert sorted(tmp_path.iterdir()) == sorted([*kept, tmp_path / "claims.csv"])
