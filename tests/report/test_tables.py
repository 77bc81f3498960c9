"""The files of a report, from raw answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from annotate import cli
from annotate.article import extract
from annotate.labels import LABELS
from annotate.model import Article, Block
from annotate.report import read_csv, write_tables
from annotate.report.checks import CHECKS_COLUMNS
from annotate.report.exporters import exporters
from annotate.report.frames import (
    CLAIMS_COLUMNS,
    JUDGEMENTS_COLUMNS,
    SOURCES_COLUMNS,
    Columns,
    claims_table,
    names_of,
    read_answers,
    sources_table,
)
from annotate.report.frames.aliases import parse_aliases
from annotate.report.trends.judgement_files import DESK_COLUMNS
from annotate.report.trends.trends import (
    CODEBOOKS_COLUMNS,
    DESK_SOURCES_COLUMNS,
    PEOPLE_COLUMNS,
    WEEKS_COLUMNS,
)
from tests.pulls import write_raw
from tests.report.answers import Raw, annotation, decide, label, project, task_of
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]
COLUMNS = """
    position claim answers votes label decision source note source_kind evidence check assignee
    editor progress status wanted share
    opinion attributed_report checkable_fact flags notes suggestion suggestion_score section context
    suggested_source voted_source decided_source through cue order order_reason article claim_id link
"""
README = Path(__file__).parents[2] / "exports" / "README.md"


def desk(layout: str) -> Raw:
    """Return a project with a unanimous claim, a split, a tie, a single vote; the rest not judged."""
    raw = project(layout=layout)
    for by in (1, 2, 3):
        label(raw, CLAIMS[0], by=by, as_="checkable_fact", evidence="council minutes, 1998")
        source = "the mayor,  Tove Lund" if by == 3 else "Tove Lund"
        label(raw, CLAIMS[1], by=by, as_="opinion" if by == 3 else "attributed_report", source=source)
        label(raw, CLAIMS[2], by=by, as_=LABELS[by - 1], note="=1+1", flags=["loaded", "split"])
    label(raw, CLAIMS[3], by=2, as_="opinion")
    return raw


def claims_of_report(raw: Raw, folder: Path) -> pd.DataFrame:
    write_tables(raw, folder)
    return read_csv(folder / "claims.csv").set_index("claim_id")


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_all_files_are_written(layout: str, tmp_path: Path) -> None:
    paths = write_tables(desk(layout), tmp_path / "exports" / "desk")
    assert [path.name for path in paths] == [
        *("desk.xlsx", "judgements.csv", "claims.csv", "disputes.csv", "checks.csv", "sources.csv"),
        *("judgements.parquet", "claims.jsonl", "annotations.jsonld", "claimreview.json", "agreement.json"),
        "report.html",
    ]
    assert sorted(tmp_path.rglob("*.*")) == sorted(paths)
    assert list(read_csv(paths[1])) == names_of(JUDGEMENTS_COLUMNS)
    assert list(read_csv(paths[2])) == names_of(CLAIMS_COLUMNS) == COLUMNS.split()
    assert list(read_csv(paths[3])) == names_of(CLAIMS_COLUMNS)
    assert list(read_csv(paths[4])) == names_of(CHECKS_COLUMNS)
    assert list(read_csv(paths[5])) == names_of(SOURCES_COLUMNS)


def test_claims_come_to(tmp_path: Path) -> None:
    told = claims_of_report(desk("article"), tmp_path)
    columns = ["label", "status", "votes", *LABELS]
    assert [
        [None if pd.isna(cell) else cell for cell in row] for row in told[columns].iloc[:5].values.tolist()
    ] == [
        ["checkable_fact", "unanimous", 3, 0, 0, 3],
        ["attributed_report", "majority", 3, 1, 2, 0],
        [None, "tie", 3, 1, 1, 1],
        ["opinion", "single", 1, 1, 0, 0],
        [None, "unjudged", 0, 0, 0, 0],
    ]


def test_either_layout_gives_the_same_table(tmp_path: Path) -> None:
    one, two = (claims_of_report(desk(layout), tmp_path / layout) for layout in ("article", "claim"))
    pd.testing.assert_frame_equal(one.drop(columns="link"), two.drop(columns="link"))


def test_what_annotators_said_beside_the_label(tmp_path: Path) -> None:
    raw = desk("claim")
    annotation(task_of(raw, CLAIMS[-1]), by=1, was_cancelled=True)
    told = claims_of_report(raw, tmp_path)
    assert told.loc[CLAIMS[0], "evidence"] == "council minutes, 1998"
    assert told.loc[CLAIMS[1], "source"] == "Tove Lund"  # the third, outvoted, says another
    assert told.loc[CLAIMS[4], "source"] == "Ms Lund"  # nobody judged it: the suggestion
    assert told.loc[CLAIMS[2], "flags"] == "loaded (3); split (3)"
    assert told.loc[CLAIMS[2], "notes"] == "Ada Lund: =1+1\nBo Marsh: =1+1\nCleo Ferris: =1+1"
    assert told.loc[CLAIMS[-1], "flags"] == "skipped (1)"
    section = "http://127.0.0.1:8080/projects/7/data?task=103"
    assert told.loc[CLAIMS[2], "link"] == f"{section}&claim={CLAIMS[2]}"
    assert "⟦It was a cowardly decision.⟧" in told.loc[CLAIMS[2], "context"]


def test_sources_are_counted_by_label(tmp_path: Path) -> None:
    raw = desk("claim")
    label(raw, CLAIMS[4], by=1, as_="attributed_report", source="tove lund")
    label(raw, CLAIMS[4], by=2, as_="attributed_report", source="tove lund")
    write_tables(raw, tmp_path)
    first = read_csv(tmp_path / "sources.csv").iloc[0]
    assert (first["claims"], first["attributed_report"], first["no_label"]) == (2, 2, 0)
    assert first["source"].casefold() == "tove lund"
    assert (first["first_claim_id"], first["first_position"]) == (CLAIMS[1], 2)


def test_a_source_comes_from_those_whose_label_needs_one_and_holds() -> None:
    raw = project(layout="claim")
    mayor, ferry = (
        {"source": "the mayor", "source_kind": "person"},
        {"source": "the ferry", "source_kind": "document"},
    )
    for claim, (one, two, three) in {
        CLAIMS[0]: ("checkable_fact", "attributed_report", "checkable_fact"),  # the reporter is outvoted
        CLAIMS[1]: ("attributed_report", "attributed_report", "opinion"),  # agreed, but for the last
        CLAIMS[5]: ("opinion", "attributed_report", "checkable_fact"),  # a tie: what the program found
    }.items():
        for by, as_ in enumerate((one, two, three), 1):
            label(raw, claim, by=by, as_=as_, **(ferry if by == 3 else mayor))
    label(raw, CLAIMS[4], by=1, as_="attributed_report", **mayor)
    decide(raw, CLAIMS[4], by=3, as_="opinion")  # the editor overrules
    told = claims_table(read_answers(raw)).set_index("claim_id")
    columns = ["suggested_source", "voted_source", "source", "source_kind"]
    assert [
        [None if pd.isna(cell) else cell for cell in told.loc[CLAIMS[n], columns]] for n in (0, 1, 4, 5)
    ] == [
        [None, None, None, None],
        ["the mayor, Tove Lund", "the mayor", "the mayor", "person"],
        ["Ms Lund", None, None, None],
        ["A report", None, "A report", None],
    ]


def test_waiting_is_not_agreeing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = desk("article")
    for by in (1, 2):
        label(raw, CLAIMS[4], by=by, as_="opinion")
    taken = annotation(task_of(raw, CLAIMS[3]), by=1)["result"]
    taken[:] = [result for result in taken if result["id"] != CLAIMS[3]]
    raw["project"]["annotators"] = 3
    told = claims_of_report(raw, tmp_path)
    assert told["progress"].tolist() == ["settled", "disputed", "disputed", *["waiting"] * 8]
    assert told.loc[CLAIMS[4], ["status", "votes", "wanted"]].tolist() == ["unanimous", 2, 3]
    figures = json.loads((tmp_path / "agreement.json").read_text(encoding="utf-8"))
    assert figures["by_progress"] == {"settled": 1, "disputed": 2, "waiting": 8}
    assert figures["annotators_wanted"] == 3
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<dt>Waiting</dt><dd>(<[^>]*>)?8<", page)
    assert "2 of 3, so far Opinion" in page
    assert "Opinion, all agree" not in page
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path))
    write_raw(raw, tmp_path / "bridge-11111111")
    assert cli.run(["report"]) == 0
    assert "11 claims: 1 settled, 2 disputed, 8 waiting." in capsys.readouterr().err
    raw["project"]["annotators"] = 2  # one label, and one who took the claim away
    assert claims_of_report(raw, tmp_path)["progress"].tolist()[:6] == [
        *("settled", "disputed", "disputed", "settled", "settled", "waiting")
    ]
    del raw["project"]["annotators"]  # pulled by an earlier version
    told = claims_of_report(raw, tmp_path)
    assert told["progress"].tolist()[3:] == ["settled", "settled", *["waiting"] * 6]
    assert told["wanted"].isna().all()


def test_a_source_stays_apart_until_the_editor_joins_it() -> None:
    raw = project(layout="claim")
    said = [(CLAIMS[0], "Lund"), (CLAIMS[2], " tove  LUND"), (CLAIMS[3], "the mayor"), (CLAIMS[5], "Lund")]
    for claim, source in said:
        label(raw, claim, by=1, as_="attributed_report", source=source, source_kind="person")
    label(raw, CLAIMS[4], by=1, as_="attributed_report", source="people on the board", source_kind="unnamed")
    claims = claims_table(read_answers(raw))
    claims = claims[claims["votes"] > 0]
    columns = ["source", "named", "claims", "first_position", "last_position"]
    assert sources_table(claims)[columns].values.tolist() == [
        ["Lund", "yes", 2, 1, 6],
        ["tove LUND", "yes", 1, 3, 3],
        ["the mayor", "yes", 1, 4, 4],
        ["people on the board", "no", 1, 5, 5],
    ]
    joined = sources_table(claims, aliases=parse_aliases("Tove Lund = Lund; The Mayor"))
    assert joined[columns].values.tolist() == [
        ["Tove Lund", "yes", 4, 1, 6],
        ["people on the board", "no", 1, 5, 5],
    ]
    assert joined["spellings"][0] == "Lund; the mayor; tove LUND"


def test_disputes_come_hardest_first(tmp_path: Path) -> None:
    raw = project(layout="claim")
    opinion, report, fact = LABELS
    for claim, given in [
        (CLAIMS[0], [opinion, opinion, fact]),  # a majority
        (CLAIMS[1], [opinion, opinion]),  # no dispute
        (CLAIMS[2], [opinion, fact]),  # a tie of two
        (CLAIMS[3], [opinion, report, fact]),  # a tie of three
        (CLAIMS[4], [fact]),  # one voice
        (CLAIMS[5], [opinion, fact]),  # a tie that is settled
    ]:
        for by, as_ in enumerate(given, 1):
            label(raw, claim, by=by, as_=as_, note="why not" if by == 1 else "")
    decide(raw, CLAIMS[5], by=3, as_=fact, note="see page 4")
    write_tables(raw, tmp_path)
    told = read_csv(tmp_path / "disputes.csv")
    assert told["claim_id"].tolist() == [CLAIMS[3], CLAIMS[2], CLAIMS[0], CLAIMS[5]]
    assert told["status"].tolist() == ["tie", "tie", "majority", "adjudicated"]
    assert told["answers"][0] == "Ada Lund: Opinion; Bo Marsh: Attributed report; Cleo Ferris: Checkable fact"
    assert told["notes"].tolist() == ["Ada Lund: why not"] * 4
    assert told["decision"].dropna().tolist() == [fact]
    assert told["note"].dropna().tolist() == ["see page 4"]


def test_a_project_without_disputes_has_an_empty_sheet(tmp_path: Path) -> None:
    write_tables(project(), tmp_path)
    assert len(read_csv(tmp_path / "disputes.csv")) == 0


def test_the_latest_final_label_and_its_note(tmp_path: Path) -> None:
    raw = desk("claim")
    decide(raw, CLAIMS[2], by=3, as_="opinion", note="at first")
    decide(raw, CLAIMS[2], by=3, as_="checkable_fact", note="on reflection", at="2031-05-05T10:00:00Z")
    told = claims_of_report(raw, tmp_path).loc[CLAIMS[2]]
    assert (told["decision"], told["note"]) == ("checkable_fact", "on reflection")
    assert (told["label"], told["status"]) == ("checkable_fact", "adjudicated")
    assert told["notes"] == "Ada Lund: =1+1\nBo Marsh: =1+1\nCleo Ferris: =1+1"


def test_whom_a_report_came_through(tmp_path: Path) -> None:
    raw = desk("claim")
    packed = task_of(raw, CLAIMS[1])["data"]["claims"][0]
    packed["attribution"]["through"] = [
        {"start": 0, "end": 3, "text": "the Gazette"},
        {"start": 5, "end": 9, "text": "a county newsletter"},
    ]
    told = claims_of_report(raw, tmp_path)["through"]
    assert told[CLAIMS[1]] == "the Gazette; a county newsletter"
    assert told.drop(CLAIMS[1]).isna().all()


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_name_and_chain_come_from_the_article(layout: str, tmp_path: Path) -> None:
    text = "Tove Lund met Jon Berg. She told Reuters that the ferry leaks."
    article = Article("ferry", text, (Block(0, len(text), "body"),))
    raw = project(article, *extract(article), layout=layout)
    told = claims_of_report(raw, tmp_path).iloc[-1]
    assert (told["source"], told["cue"], told["through"]) == ("Tove Lund", "told", "Reuters")


def test_the_figures_say_what_was_counted_and_what_was_not(tmp_path: Path) -> None:
    raw = desk("claim")
    label(raw, CLAIMS[5], by=1, as_="satire")
    annotation(task_of(raw, CLAIMS[-1]), by=1, was_cancelled=True)
    write_tables(raw, tmp_path)
    told = json.loads((tmp_path / "agreement.json").read_text(encoding="utf-8"))
    assert told["by_status"] == {
        **{"unanimous": 1, "majority": 1, "tie": 1, "single": 1, "adjudicated": 0},
        "unjudged": len(CLAIMS) - 4,
    }
    assert told["agreement"]["pairs"] == 9
    assert told["agreement"]["pairs_agreeing"] == 4
    assert told["not_counted"]["skipped"] == 1
    assert told["unknown_labels"] == {"satire": 1}
    assert told["by_annotator"]["Bo Marsh"]["judged"] == 4


def test_a_project_without_answers_has_a_report(tmp_path: Path) -> None:
    told = claims_of_report(project(), tmp_path)
    assert set(told["status"]) == {"unjudged"}
    assert "Nobody has answered yet" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_project_without_tasks_has_a_report(tmp_path: Path) -> None:
    assert len(claims_of_report(project() | {"tasks": []}, tmp_path)) == 0


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        *((each.name, each.columns) for each in exporters() if each.columns and each.name != "disputes.csv"),
        ("judgements.parquet", DESK_COLUMNS),
        ("desk.all/weeks.csv", WEEKS_COLUMNS),
        ("desk.all/annotators.csv", PEOPLE_COLUMNS),
        ("desk.all/sources.csv", DESK_SOURCES_COLUMNS),
        ("desk.all/codebooks.csv", CODEBOOKS_COLUMNS),
    ],
)
def test_the_readme_of_exports_names_every_column(name: str, columns: Columns) -> None:
    meanings = {each.name: each.text for each in columns}
    section = README.read_text(encoding="utf-8").partition(f"## {name}\n")[2].partition("\n## ")[0]
    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)) == meanings


def test_the_readme_of_exports_says_what_columns_disputes_have() -> None:
    (disputes,) = (each for each in exporters() if each.name == "disputes.csv")
    assert disputes.columns == CLAIMS_COLUMNS
    section = README.read_text(encoding="utf-8").partition("## disputes.csv\n")[2].partition("\n## ")[0]
    assert "The columns are those of `claims.csv`." in " ".join(section.split())


def test_the_readme_of_exports_names_every_file_and_key(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    for path in write_tables(project(), tmp_path, before=project()):
        assert f"| `{path.name}` |" in text
    for key in json.loads((tmp_path / "agreement.json").read_text(encoding="utf-8")):
        assert f"| `{key}` |" in text
