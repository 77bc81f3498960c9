"""Gold stands in no figure, table, list or page but its own, and never before annotators."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

import annotate
from annotate.report import (
    done_by_people,
    evaluate,
    feedback_of_all,
    lessons_of,
    read_answers,
    read_csv,
    review_list,
    settled_claims,
    write_tables,
)
from annotate.report.formats.importers.label_studio import read as read_export
from annotate.report.trends import desk_frame
from annotate.studio import Layout
from annotate.workflows.reports import report_all
from tests.pulls import write_both, write_raw
from tests.report.gold import MILL_ID, decided_bridge, judged_twice, report_page, weeks_of_answers


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_every_file_but_gold_csv_and_the_page_is_the_same_without_gold(
    tmp_path: Path, layout: Layout
) -> None:
    formats = ("brat", "cas", "conll")
    content = []
    for gold in (False, True):
        folder = tmp_path / str(gold) / MILL_ID
        folder.mkdir(parents=True)
        raw = judged_twice(gold=gold, layout=layout)
        write_both(raw, folder)
        write_tables(raw, folder, mail=True, formats=formats)
        files = {
            str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
        content.append({name: file for name, file in files.items() if name != "raw.json"})
    without, with_ = content
    assert with_.keys() - without.keys() == {"gold.csv"}
    differing = {name for name in without if without[name] != with_[name]}
    assert differing - {"desk.xlsx"} == {"report.html"}  # a workbook states when it was written


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_no_reader_of_answers_sees_gold(layout: Layout) -> None:
    without, raw = (judged_twice(gold=gold, layout=layout) for gold in (False, True))
    one, other = read_answers(without), read_answers(raw)
    assert one.claims.equals(other.claims)
    assert one.judgements.equals(other.judgements)
    assert one.articles == other.articles
    assert other.project.foreign_tasks == 0
    assert done_by_people(raw) == done_by_people(without)
    assert feedback_of_all(one, codebook="", aliases={}) == feedback_of_all(other, codebook="", aliases={})
    assert lessons_of(raw) == lessons_of(without)
    assert settled_claims(other) == settled_claims(one)
    assert desk_frame(other, project="k").equals(desk_frame(one, project="k"))
    assert evaluate(one, aliases={}) == evaluate(other, aliases={})
    assert repr(review_list(one)) == repr(review_list(other))


def test_gold_that_is_exported_from_label_studio_is_not_imported() -> None:
    raw = judged_twice(gold=True, layout="article")
    texts = read_export({"raw.json": json.dumps(raw).encode()})
    assert all("The council closed" not in text.text for text in texts)
    assert texts


def test_the_summary_of_a_pull_does_not_count_gold(tmp_path: Path) -> None:
    said = [
        write_both(judged_twice(gold=gold, layout="article"), tmp_path / str(gold)) for gold in (False, True)
    ]
    assert said[0] == said[1]


# --------------------------------------------------------------------------- the report


def test_the_report_shows_gold_to_editors_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path))
    origin, raw = decided_bridge(), judged_twice(gold=True, layout="article")
    write_raw(origin, tmp_path / "bridge-at-orrin")
    write_raw(raw, tmp_path / MILL_ID)
    annotate.report("The mill by the weir", mail=True)
    annotate.feedback(project="The mill by the weir", pages=True)
    folder = tmp_path / MILL_ID
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Decided claims, judged again" in page
    assert "1 of 4" in page
    rows = (folder / "gold.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == '"annotator","monday","claims","agreeing","share","low","high","drift"'
    assert len(rows) == 5
    for path in (folder / "report.mail.html", *(folder / "feedback").iterdir()):
        assert "judged again" not in path.read_text(encoding="utf-8")
        assert "The council closed" not in path.read_text(encoding="utf-8")


def test_figures_over_all_projects_are_in_a_file_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path))
    raw = judged_twice(gold=True, layout="claim")
    write_raw(decided_bridge(), tmp_path / "bridge-at-orrin")
    write_raw(raw, tmp_path / "one")
    write_raw(judged_twice(gold=True, layout="claim"), tmp_path / "two")
    names = {path.name for path in report_all()}
    assert "gold.csv" in names
    table = read_csv(tmp_path / "desk.all" / "gold.csv")
    whole = table[table["monday"].isna()].set_index("annotator")
    assert whole[["claims", "agreeing"]].to_dict("index") == {
        "Ada Lund": {"claims": 8, "agreeing": 2},
        "Bo Marsh": {"claims": 8, "agreeing": 4},
    }
    for key in ("one", "two"):
        write_raw(judged_twice(gold=False, layout="claim"), tmp_path / key)
    assert "gold.csv" not in {path.name for path in report_all()}
    assert not (tmp_path / "desk.all" / "gold.csv").exists()


def test_a_report_without_gold_removes_the_file(tmp_path: Path) -> None:
    folder = tmp_path / MILL_ID
    folder.mkdir()
    write_tables(judged_twice(gold=True, layout="article"), folder)
    assert (folder / "gold.csv").exists()
    write_tables(judged_twice(gold=False, layout="article"), folder)
    assert not (folder / "gold.csv").exists()


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_the_part_of_the_page_can_be_read_by_everybody(browser: Browser, tmp_path: Path, look: Any) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(report_page(weeks_of_answers()))
    page = browser.new_page(**look)
    page.goto(path.as_uri())
    part = page.locator("section[aria-labelledby=_gold]")
    assert "Bo Marsh agreed with 9 of 20 decided claims since 22 April 2031" in part.inner_text()
    part.locator("summary").last.click()
    assert not Axe().run(page, context="section[aria-labelledby=_gold]").response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
