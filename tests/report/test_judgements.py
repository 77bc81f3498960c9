"""Frames from raw answers: what counts, what does not, and that nothing is lost."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from annotate.errors import BadInput
from annotate.report import claims_frame, judgements_frame
from annotate.report.frames import JUDGEMENTS_COLUMNS, claims_table, names_of, read_answers, votes
from annotate.report.frames.judgements import CLAIM_COLUMNS, final_labels
from tests.report.answers import Raw, annotation, decide, label, project, regions, task_of
from tests.report.trends import frame_of, tables_of
from tests.specimen import specimen

CLAIMS = [claim.claim_id for claim in specimen()[1]]
LAYOUTS = ("article", "claim")


def counted(raw: Raw, claim: str) -> list[tuple[str, str, str | None]]:
    """Return annotator, whether it counts, and label of a claim's answers."""
    frame = judgements_frame(raw)
    rows = frame[frame["claim_id"] == claim].to_dict("records")
    return [(r["annotator"], r["counted"], r["label"] if isinstance(r["label"], str) else None) for r in rows]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_frames_have_their_columns_and_claims_their_order(layout: str) -> None:
    raw = project(layout=layout)
    label(raw, CLAIMS[3], by=1, as_="opinion", note="plain")
    assert list(judgements_frame(raw)) == names_of(JUDGEMENTS_COLUMNS)
    claims = claims_frame(raw)
    assert list(claims) == names_of(CLAIM_COLUMNS)
    assert claims["claim_id"].tolist() == CLAIMS
    assert claims["position"].tolist() == list(range(1, len(CLAIMS) + 1))
    article, found, _ = specimen()
    sources = [claim.attribution.source for claim in found if claim.attribution and claim.attribution.source]
    assert claims["suggested_source"].dropna().tolist() == [source.of(article.text) for source in sources]


def test_a_project_without_answers_has_empty_frames() -> None:
    raw = project()
    assert len(judgements_frame(raw)) == 0
    assert list(judgements_frame(raw)) == names_of(JUDGEMENTS_COLUMNS)
    raw["tasks"] = []
    assert len(claims_frame(raw)) == 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_latest_answer_of_a_person_counts(layout: str) -> None:
    raw = project(layout=layout)
    label(raw, CLAIMS[0], by=1, as_="opinion", at="2031-05-02T11:00:00Z")
    label(raw, CLAIMS[0], by=1, as_="checkable_fact", at="2031-05-02T12:00:00Z")
    label(raw, CLAIMS[0], by=2, as_="opinion")
    assert counted(raw, CLAIMS[0]) == [
        ("Ada Lund", "superseded", "opinion"),
        ("Ada Lund", "yes", "checkable_fact"),
        ("Bo Marsh", "yes", "opinion"),
    ]


def test_a_claim_left_alone_in_a_later_answer_takes_no_label_back() -> None:
    raw = project()
    label(raw, CLAIMS[0], by=1, as_="opinion", at="2031-05-02T11:00:00Z")
    label(raw, CLAIMS[1], by=1, as_="opinion", at="2031-05-02T12:00:00Z")
    assert counted(raw, CLAIMS[0]) == [("Ada Lund", "yes", "opinion"), ("Ada Lund", "superseded", None)]


def test_an_answer_that_is_no_label_says_why() -> None:
    raw = project()
    task = task_of(raw, CLAIMS[0])
    label(raw, CLAIMS[0], by=1, as_="satire")
    annotation(task, by=2, was_cancelled=True)
    deleted = annotation(task, by=3)
    deleted["result"] = [r for r in deleted["result"] if r["id"] != CLAIMS[0]]
    task["drafts"] = [{"id": 9, "user": 4, "annotation": None, "result": regions(task), "lead_time": 1.0}]
    assert counted(raw, CLAIMS[0]) == [
        ("Ada Lund", "unknown", None),
        ("Bo Marsh", "skipped", None),
        ("Cleo Ferris", "deleted", None),
        ("user 4", "draft", None),
    ]
    assert len(votes(judgements_frame(raw))) == 0
    assert "satire" in judgements_frame(raw)["given"].tolist()


def test_a_final_label_is_no_vote_and_the_latest_holds() -> None:
    raw = project(layout="claim")
    label(raw, CLAIMS[0], by=1, as_="opinion")
    decide(raw, CLAIMS[0], by=2, as_="opinion")
    decide(raw, CLAIMS[0], by=3, as_="checkable_fact", at="2031-05-05T10:00:00Z")
    assert counted(raw, CLAIMS[0]) == [
        ("Ada Lund", "yes", "opinion"),
        ("Bo Marsh", "superseded", "opinion"),
        ("Cleo Ferris", "final", "checkable_fact"),
    ]
    assert final_labels(judgements_frame(raw)).to_dict() == {CLAIMS[0]: "checkable_fact"}


def test_a_claim_that_an_annotator_drew_is_listed_where_it_stands() -> None:
    raw = project()
    task = task_of(raw, CLAIMS[0])
    drawn = annotation(task, by=1)
    start = task["data"]["text"].index("By Mara Dell")
    value: dict[str, Any] = {"start": start, "end": start + 12, "text": "By Mara Dell", "labels": ["opinion"]}
    drawn["result"].append(
        {"id": "aB3", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    )
    first = claims_frame(raw).iloc[0]
    assert (first["claim"], first["added"], first["position"]) == ("By Mara Dell", 1, 1)
    assert counted(raw, first["claim_id"]) == [("Ada Lund", "yes", "opinion")]


def test_what_was_suggested_and_whether_it_was_taken() -> None:
    raw = project(layout="claim")
    label(raw, CLAIMS[0], by=1, as_="checkable_fact")
    label(raw, CLAIMS[0], by=2, as_="opinion")
    label(raw, CLAIMS[3], by=1, as_="opinion")
    told = judgements_frame(raw)[["shown", "suggestion_taken"]]
    assert told.values.tolist() == [["hint", 1], ["hint", 0], ["off", pd.NA]]


def test_people_of_one_name_are_told_apart_by_address() -> None:
    raw = project(layout="claim")
    raw["users"]["2"]["name"] = "Ada Lund"
    raw["users"]["3"] = {"email": "cleo@desk.example", "name": ""}
    for by in (1, 2, 3):
        label(raw, CLAIMS[0], by=by, as_="opinion")
    assert [name for name, *_ in counted(raw, CLAIMS[0])] == [
        *("Ada Lund (user1@desk.example)", "Ada Lund (user2@desk.example)", "cleo@desk.example")
    ]


def test_people_whom_nobody_knows_any_more_are_told_apart() -> None:
    raw = project(layout="claim")
    raw["users"] = {n: {"email": "Deleted", "name": "Deleted User"} for n in ("1", "2")} | {
        "3": {"email": "ada@desk.example", "name": "Ada Lund"},
        "4": {"email": "ada@desk.example", "name": "Ada Lund"},  # left, and invited anew
    }
    for by in (1, 2, 3, 4, 5, 6):
        label(raw, CLAIMS[0], by=by, as_="opinion" if by % 2 else "checkable_fact")
    gone = [answer for answer in task_of(raw, CLAIMS[0])["annotations"] if answer["completed_by"] > 4]
    for answer in gone:
        answer["completed_by"] = None
    told = counted(raw, CLAIMS[0])
    assert [name for name, *_ in told] == [
        "Ada Lund (user 3)",
        "Ada Lund (user 4)",
        "Deleted User (user 1)",
        "Deleted User (user 2)",
        *(f"deleted user (annotation {answer['id']})" for answer in gone),
    ]
    answers = read_answers(raw)
    tables = tables_of([frame_of(raw, "k")])
    assert tables["annotators.csv"]["annotator"].tolist() == [name for name, *_ in told]
    assert claims_table(answers, method="dawid-skene")["status"][0] == "tie"


def test_a_star_is_a_vote() -> None:
    raw = project()
    label(raw, CLAIMS[0], by=1, as_="opinion")
    annotation(task_of(raw, CLAIMS[0]), by=1)["ground_truth"] = True
    assert counted(raw, CLAIMS[0]) == [("Ada Lund", "yes", "opinion")]
    assert judgements_frame(raw)[["starred", "ground_truth"]].drop_duplicates().values.tolist() == [[1, 0]]
    assert final_labels(judgements_frame(raw)).empty


def test_tasks_of_strangers_are_counted_and_left_out() -> None:
    raw = project()
    raw["tasks"].append({"id": 999, "data": {"text": "added by hand"}, "annotations": []})
    told = read_answers(raw)
    assert told.project.foreign_tasks == 1
    assert len(told.claims) == len(CLAIMS)


def test_raw_answers_that_lack_a_part_are_refused_by_name() -> None:
    with pytest.raises(BadInput, match="users, tasks"):
        claims_frame({"project": {}})
