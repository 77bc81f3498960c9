"""A desk's figures over several projects: counted by hand, and the same in whatever parts."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from annotate import cli
from annotate.errors import BadInput
from annotate.report import project_folder, read_csv, write_tables
from annotate.report.exports import DESK, write_desk
from annotate.report.frames import names_of
from annotate.report.frames.aliases import parse_aliases
from annotate.report.trends.trends import (
    CODEBOOKS_COLUMNS,
    DESK_SOURCES_COLUMNS,
    PEOPLE_COLUMNS,
    WEEKS_COLUMNS,
)
from tests.pulls import write_raw
from tests.report.answers import Raw, label, project, task_of
from tests.report.trends import frame_of, tables_of
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]
FIRST, LATER = "2031-05-02T10:00:00.000000Z", "2031-05-05T10:00:00.000000Z"  # Friday of week 18, Monday of 19


def judged(name: str = "bridge-at-orrin") -> Raw:
    """Return a project in which Ada judges all claims in one week, and Bo four of them, two in the next."""
    raw = project(*specimen(article_id=name), layout="claim", title=name)
    ids = [packed["claim_id"] for task in raw["tasks"] for packed in task["data"]["claims"]]
    for claim in ids:
        label(raw, claim, by=1, as_="opinion", at=FIRST)
    for claim, at in zip(ids[:4], (FIRST, FIRST, LATER, LATER), strict=True):
        label(raw, claim, by=2, as_="opinion" if claim == ids[0] else "checkable_fact", at=at)
    label(raw, ids[0], by=3, as_="attributed_report", at=FIRST, source="Ms Lund")
    return raw


Tables = dict[str, pd.DataFrame]


def counted(*raws: Raw, aliases: str = "") -> Tables:
    return tables_of([frame_of(raw, f"p{n}") for n, raw in enumerate(raws)], aliases=parse_aliases(aliases))


def test_claims_stand_in_the_week_of_their_last_answer() -> None:
    weeks = counted(judged())["weeks.csv"]
    assert list(weeks) == names_of(WEEKS_COLUMNS)
    assert weeks[["week", "monday", "claims", "judgements", "annotators"]].to_numpy().tolist() == [
        ["2031-W18", "2031-04-28", 9, 12, 3],
        ["2031-W19", "2031-05-05", 2, 4, 2],
    ]
    assert weeks["opinion"].tolist() == [8, 0]  # two of three for the first claim, a tie for the second
    assert weeks["no_label"].tolist() == [1, 2]
    assert weeks["why"].tolist() == ["only 2 claims judged twice, fewer than 20"] * 2
    assert date.fromisoformat("2031-W19-1").isoformat() == "2031-05-05"


def test_people_are_the_same_in_all_projects() -> None:
    people = counted(judged(), judged("quay-at-bell"))["annotators.csv"]
    assert list(people) == names_of(PEOPLE_COLUMNS)
    assert people["annotator"].tolist() == ["Ada Lund", "Bo Marsh", "Cleo Ferris"]
    assert people["judgements"].tolist() == [22, 8, 2]
    ada = people.iloc[0]
    assert (ada["compared"], ada["agreeing"]) == (6, 0)  # by Bo alone three times, and a tie of two others
    assert pd.isna(ada["share"])
    assert (ada["first_week"], ada["last_week"]) == ("2031-W18", "2031-W18")
    assert people["last_week"].tolist()[1] == "2031-W19"
    assert ada["seconds"] == 12.5


def test_a_source_is_one_under_its_aliases_in_all_projects() -> None:
    raws = judged(), judged("quay")
    for raw in raws:
        fifth = raw["tasks"][4]["data"]["claims"][0]["claim_id"]
        for by in (2, 3):
            label(raw, fifth, by=by, as_="attributed_report", at=FIRST, source="Ms Lund")
    sources = counted(*raws, aliases="Tove Lund = Ms Lund")["sources.csv"]
    assert list(sources) == names_of(DESK_SOURCES_COLUMNS)
    lund = sources[sources["source"] == "Tove Lund"].iloc[0]
    assert (lund["articles"], lund["projects"]) == (2, 2)
    assert lund["attributed_report"] + lund["no_label"] == lund["claims"]
    assert lund["attributed_report"] == 2  # an outvoted annotator's source is nobody's, in either project


def test_codebooks_stand_apart() -> None:
    raw = judged()
    task_of(raw, CLAIMS[0])["data"]["codebook"] = "2.0"
    books = counted(raw)["codebooks.csv"]
    assert list(books) == names_of(CODEBOOKS_COLUMNS)
    assert books[["codebook", "claims", "judgements"]].to_numpy().tolist() == [["1.0", 10, 13], ["2.0", 1, 3]]


def test_files_add_up_however_they_are_grouped() -> None:
    one, two, three = (
        frame_of(judged(name), str(n)) for n, name in enumerate(("a-bridge", "b-quay", "c-mill"))
    )
    tables = tables_of([one, two, three])
    for dealt in ([three, pd.concat([one, two])], [pd.concat([two, three, one])]):
        for name, table in tables_of(dealt).items():
            pd.testing.assert_frame_equal(table, tables[name])


def test_nobody_judged_anything() -> None:
    assert [len(table) for table in counted(project()).values()][:2] == [0, 0]


def test_the_command_writes_the_tables_and_leaves_out_what_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path))
    write_raw(judged(), tmp_path / "bridge-11111111")
    write_raw(judged("quay"), tmp_path / "quay-22222222")
    (tmp_path / "mill-33333333").mkdir()
    (tmp_path / "mill-33333333" / "raw.json").write_text("{")
    assert cli.run(["report", "--all"]) == 0
    told = capsys.readouterr()
    assert [Path(line).name for line in told.out.splitlines()] == [
        *("weeks.csv", "annotators.csv", "sources.csv", "codebooks.csv")
    ]
    assert "left out:" in told.err
    assert "mill-33333333" in told.err
    weeks = read_csv(tmp_path / DESK / "weeks.csv")
    assert weeks["claims"].tolist() == [18, 4]
    assert cli.run(["report", "--all", "--project", "quay"]) == 2
    shutil.rmtree(tmp_path / "bridge-11111111")
    assert read_csv(write_desk(tmp_path)[0])["claims"].tolist() == [9, 2]


def test_with_nothing_pulled_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path))
    assert cli.run(["report", "--all"]) == 5
    assert "annotate pull" in capsys.readouterr().err


def test_a_project_that_is_called_desk_keeps_its_files(tmp_path: Path) -> None:
    folder = project_folder(tmp_path, "desk")
    write_raw(judged(), folder)
    paths = write_tables(judged(), folder)
    before = {path: path.read_bytes() for path in paths}
    assert not set(write_desk(tmp_path)) & set(paths)
    assert {path: path.read_bytes() for path in paths} == before
    with pytest.raises(BadInput):
        project_folder(tmp_path, DESK)
