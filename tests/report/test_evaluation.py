"""The program measured against the desk: counts that can be done by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotate import cli
from annotate.report import evaluate, read_answers
from annotate.report.frames import claims_table
from annotate.report.frames.aliases import parse_aliases
from annotate.report.frames.evaluation import calibration_error
from tests.pulls import write_raw
from tests.report.answers import Raw, annotation, label, project, task_of
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]


def measured(raw: Raw, aliases: str = "") -> dict[str, Any]:
    return evaluate(read_answers(raw), aliases=parse_aliases(aliases))


def region_of(raw: Raw, claim: str, by: int) -> dict[str, Any]:
    answer = annotation(task_of(raw, claim), by=by)
    return next(r for r in answer["result"] if r["id"] == claim and r["from_name"] == "label")


def judged_by_two() -> Raw:
    """Return a project whose claims two people took as they were, all but the last four."""
    raw = project()
    for claim in CLAIMS[:7]:
        for by in (1, 2):
            label(raw, claim, by=by, as_="checkable_fact")
    return raw


def test_claims_taken_as_they_are_are_right() -> None:
    cut = measured(judged_by_two())["cut"]
    assert cut == {
        **{"judged": 7, "kept": 7, "moved": 0, "merged": 0, "dropped": 0, "added": 0},
        **{"precision": 1.0, "recall": 1.0, "f": 1.0},
    }


def test_edges_moved_claims_dropped_and_claims_added_are_counted() -> None:
    raw = judged_by_two()
    for by in (1, 2):
        region_of(raw, CLAIMS[0], by)["value"]["end"] -= 5  # both moved it
    region_of(raw, CLAIMS[1], 1)["value"]["end"] -= 5  # one of two: at least half
    for by in (1, 2):
        label(raw, CLAIMS[2], by=by, as_=None, flags=["not_a_claim"])
        merged = region_of(raw, CLAIMS[4], by)  # the next one is stretched over it
        region_of(raw, CLAIMS[5], by)["value"]["start"] = merged["value"]["start"]
        annotation(task_of(raw, CLAIMS[4]), by=by)["result"].remove(merged)
    task = task_of(raw, CLAIMS[0])
    start = task["data"]["text"].index("no longer safe")
    for by in (1, 2):  # the same words, drawn by both, are one claim
        value = {"start": start, "end": start + 14, "text": "", "labels": ["opinion"]}
        drawn = {"id": f"d{by}", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
        annotation(task, by=by)["result"].append(drawn)
    cut = measured(raw)["cut"]
    assert {name: cut[name] for name in ("judged", "kept", "moved", "merged", "dropped", "added")} == {
        **{"judged": 7, "kept": 2, "moved": 3, "merged": 1, "dropped": 1, "added": 1}
    }
    assert cut["precision"] == pytest.approx(2 / 7)
    assert cut["recall"] == pytest.approx(2 / 6)  # two of two, three moved and one added
    flags = claims_table(read_answers(raw)).set_index("claim_id")["flags"]
    assert flags[CLAIMS[4]] == f"merged into {CLAIMS[5]} (2)"


def test_suggestions_are_held_against_the_label_of_the_desk() -> None:
    raw = project()  # suggested: fact, report, opinion, none, report …
    for claim, said in zip(CLAIMS[:4], ("checkable_fact", "opinion", "opinion", "opinion"), strict=True):
        label(raw, claim, by=1, as_=said)
    told = measured(raw)["suggestions"]
    assert (told["claims"], told["right"]) == (3, 2)  # one has no suggestion
    assert told["by_label"]["opinion"] == {
        **{"suggested": 1, "given": 2, "right": 1, "precision": 1.0, "recall": 0.5},
        "f": pytest.approx(2 / 3),
    }
    assert told["by_label"]["attributed_report"]["precision"] == 0.0
    assert told["by_label"]["attributed_report"]["recall"] is None
    assert told["macro_f1"] == pytest.approx((2 / 3 + 1) / 2)
    assert told["calibration_error"] == pytest.approx(abs(2 - 3 * 0.75) / 3)


def test_a_tie_measures_nothing() -> None:
    raw = project()
    label(raw, CLAIMS[0], by=1, as_="opinion")
    label(raw, CLAIMS[0], by=2, as_="checkable_fact")
    assert measured(raw)["suggestions"]["claims"] == 0


def test_claims_whose_suggestion_nobody_saw_stand_apart() -> None:
    raw = project()
    label(raw, CLAIMS[0], by=1, as_="checkable_fact")
    label(raw, CLAIMS[1], by=1, as_="attributed_report")
    before = measured(raw)
    packed = next(p for p in task_of(raw, CLAIMS[1])["data"]["claims"] if p["claim_id"] == CLAIMS[1])
    packed["shown"] = "blind"
    after = measured(raw)
    assert after["hidden"]["claims"] == before["hidden"]["claims"] + 1
    assert after["suggestions"] == before["suggestions"]


def test_sources_are_right_whatever_their_case_article_and_alias() -> None:
    raw = project()
    label(raw, CLAIMS[1], by=1, as_="attributed_report", source="The mayor, Tove Lund")
    label(raw, CLAIMS[4], by=1, as_="attributed_report", source="Tove Lund")
    label(raw, CLAIMS[5], by=1, as_="attributed_report", source="the county engineers")
    label(raw, CLAIMS[0], by=1, as_="attributed_report", source="the council")
    label(raw, CLAIMS[9], by=1, as_="opinion")  # a source was found for it
    told = measured(raw, "Tove Lund = Ms Lund")["sources"]
    assert told == {"claims": 4, "right": 2, "other": 1, "missed": 1, "unneeded": 1, "share": 0.5}
    assert measured(raw)["sources"]["right"] == 1


def test_scores_that_keep_their_word_have_no_error() -> None:
    scores, right = np.full(10, 0.7), np.arange(10) < 7
    assert calibration_error(scores, right) == pytest.approx(0)
    assert calibration_error(scores, ~right) == pytest.approx(0.4)
    assert calibration_error(np.array([np.nan]), np.array([True])) is None


def test_the_command_prints_a_table_or_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path))
    raw = judged_by_two()
    write_raw(raw, tmp_path / "desk")
    assert cli.run(["evaluate"]) == 0
    table = capsys.readouterr().out
    assert "The bridge at Orrin, as judged by Ada Lund, Bo Marsh" in table
    assert "claims as cut" in table
    assert "100 %" in table
    assert "Edges moved: 0; claims merged: 0; claims dropped: 0; claims added: 0." in table
    assert cli.run(["evaluate", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == measured(raw)


def test_without_a_judgement_one_line_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path))
    write_raw(project(), tmp_path / "desk")
    assert cli.run(["evaluate"]) == 5
    told = capsys.readouterr().err.strip()
    assert told.count("\n") == 0
    assert "nobody has judged a claim" in told
    assert "annotate pull" in told
