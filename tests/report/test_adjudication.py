"""What an editor's sheet decides: rows accepted and refused, from raw answers without a server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import BadInput
from annotate.labels import LABELS
from annotate.model import Decision
from annotate.report import write_tables
from annotate.report.adjudication import review
from annotate.report.frames import claims_table, read_answers
from annotate.report.frames.judgements import final_labels
from annotate.studio.adjudicate import merged
from tests.report.answers import Raw, annotation, label, project, send, task_of
from tests.specimen import specimen

TIE, SINGLE, BARE = (claim.claim_id for claim in specimen()[1][:3])


@pytest.fixture
def raw() -> Raw:
    """Return answers with a tie, a claim that one person judged, and claims that nobody did."""
    made = project()
    label(made, TIE, by=1, as_="opinion")
    label(made, TIE, by=2, as_="checkable_fact")
    label(made, SINGLE, by=1, as_="attributed_report")
    return made


def sheet(raw: Raw, decided: dict[str, str], **changed: str) -> pd.DataFrame:
    """Return `claims.csv` as an editor sends it back: final labels, and other words in further columns."""
    table = claims_table(read_answers(raw))[["claim_id", "claim", "label"]].astype(object)
    table = table.assign(decision=table["claim_id"].map(decided), note=None)
    table.index = pd.RangeIndex(2, 2 + len(table), name="row")
    for name, words in changed.items():
        table.loc[table["claim_id"].isin(decided), name] = words
    return table.where(table.notna(), None)


def write(
    raw: Raw, decisions: tuple[Decision, ...], *, by: int = 3, at: str = "2031-05-03T10:00:00Z"
) -> None:
    """Write decisions into raw answers as they are written into Label Studio."""
    for decision in decisions:
        task = next(task for task in raw["tasks"] if task["id"] == decision.task_id)
        mine = [a for a in task["annotations"] if a["completed_by"] == by and a["ground_truth"]]
        answer = mine[0] if mine else annotation(task, by=by, at=at, ground_truth=True, result=[])
        answer["result"] = merged(answer["result"], task, [decision], at)


def status_of(raw: Raw, claim_id: str) -> tuple[str | None, str]:
    row = claims_table(read_answers(raw)).set_index("claim_id").loc[claim_id]
    return (row["label"] if isinstance(row["label"], str) else None), row["status"]


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_decision_settles_a_tie_and_is_not_applied_twice(layout: str) -> None:
    raw = send(project(layout=layout) | {"tasks": []}, *specimen())
    label(raw, TIE, by=1, as_="opinion")
    label(raw, TIE, by=2, as_="checkable_fact")
    table = sheet(raw, {TIE: "Checkable fact"}, note="The council's minutes have it.")
    first = review(table, read_answers(raw), editor="Cleo Ferris")
    assert [d.label for d in first.accepted] == ["checkable_fact"]
    write(raw, first.accepted)
    assert status_of(raw, TIE) == ("checkable_fact", "adjudicated")
    again = review(table, read_answers(raw), editor="Cleo Ferris")
    assert (again.accepted, again.refused, again.unchanged) == ((), (), 1)


def test_a_decision_leaves_the_other_claims_of_its_section_alone(raw: Raw) -> None:
    before = {claim: status_of(raw, claim) for claim in (SINGLE, BARE)}
    write(raw, review(sheet(raw, {TIE: "opinion"}), read_answers(raw), editor="Cleo Ferris").accepted)
    assert {claim: status_of(raw, claim) for claim in (SINGLE, BARE)} == before


def test_a_decision_can_be_changed_and_taken_back_and_its_history_stays(raw: Raw) -> None:
    for at, final in enumerate(["opinion", "checkable_fact", "none"]):
        done = review(sheet(raw, {TIE: final}), read_answers(raw), editor="Cleo Ferris")
        assert not done.refused
        write(raw, done.accepted, at=f"2031-05-0{3 + at}T10:00:00Z")
    assert status_of(raw, TIE) == (None, "tie")
    judgements = read_answers(raw).judgements
    history = judgements[(judgements["claim_id"] == TIE) & (judgements["ground_truth"] == 1)]
    assert history["given"].fillna("").tolist() == ["opinion", "checkable_fact", ""]
    assert history["counted"].tolist() == ["superseded", "superseded", "withdrawn"]
    assert history["answered_at"].tolist() == [f"2031-05-0{d}T10:00:00Z" for d in (3, 4, 5)]
    assert set(history["annotator"]) == {"Cleo Ferris"}


def test_the_last_of_two_editors_holds(raw: Raw) -> None:
    write(raw, review(sheet(raw, {TIE: "opinion"}), read_answers(raw), editor="Cleo Ferris").accepted)
    second = review(sheet(raw, {TIE: "checkable_fact"}), read_answers(raw), editor="Ada Lund")
    write(raw, second.accepted, by=1, at="2031-05-06T10:00:00Z")
    assert status_of(raw, TIE) == ("checkable_fact", "adjudicated")
    assert status_of(raw, SINGLE) == ("attributed_report", "single")


def test_a_claim_that_an_annotator_drew_can_be_decided() -> None:
    raw = project()
    task = task_of(raw, TIE)
    answer = annotation(task, by=1)
    value = {"start": 35, "end": 46, "text": "The council", "labels": ["opinion"]}
    answer["result"].append(
        {"id": "x1", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    )
    drawn = read_answers(raw).claims
    claim_id = drawn.loc[drawn["added"] == 1, "claim_id"].item()
    write(raw, review(sheet(raw, {claim_id: "opinion"}), read_answers(raw), editor="Cleo Ferris").accepted)
    assert status_of(raw, claim_id) == ("opinion", "adjudicated")


def refusal(raw: Raw, table: pd.DataFrame, **more: Any) -> str:
    done = review(table, read_answers(raw), editor="Cleo Ferris", **more)
    assert not done.accepted
    assert len({each.why for each in done.refused}) == 1
    return done.refused[0].why


def test_refused_rows_say_why(raw: Raw) -> None:
    assert refusal(raw, sheet(raw, {TIE: "fakt"})) == "unknown label “fakt”, did you mean “checkable_fact”?"
    assert "one of opinion" in refusal(raw, sheet(raw, {TIE: "purple"}))
    assert "was edited in the sheet: it says “Other words.”" in refusal(
        raw, sheet(raw, {TIE: "opinion"}, claim="Other words.")
    )
    strange = sheet(raw, {TIE: "opinion"}).replace({TIE: f"{TIE}s"})
    assert refusal(raw, strange) == f"unknown claim “{TIE}s”, did you mean “{TIE}”?"
    assert "no claim_id" in refusal(raw, sheet(raw, {TIE: "opinion"}).replace({TIE: None}))


def test_a_label_that_changed_since_the_export_is_refused_with_both(raw: Raw) -> None:
    table = sheet(raw, {SINGLE: "opinion"})
    label(raw, SINGLE, by=2, as_="opinion")
    why = refusal(raw, table)
    assert why == "the sheet shows “attributed_report”, Label Studio now comes to no label"
    tied = sheet(raw, {TIE: "opinion"})
    decided = review(sheet(raw, {TIE: "checkable_fact"}), read_answers(raw), editor="Ada Lund")
    write(raw, decided.accepted, by=1)
    assert refusal(raw, tied) == "the sheet shows no label, but Ada Lund decided “checkable_fact” since"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(
            ("C", "checkable_fact"),
            ("o", "opinion"),
            (" A ", "attributed_report"),
            ("fact", "checkable_fact"),
        ),
        *(("report", "attributed_report"), ("Attributed", "attributed_report"), ("opinion ", "opinion")),
        *(("CHECKABLE FACT", "checkable_fact"), ("attributed report", "attributed_report")),
    ],
)
def test_labels_in_the_words_that_people_use(raw: Raw, typed: str, meant: str) -> None:
    (decision,) = review(sheet(raw, {BARE: typed}), read_answers(raw), editor="Cleo Ferris").accepted
    assert decision.label == meant


def test_a_sheet_of_another_project_is_refused_once(raw: Raw) -> None:
    table = sheet(raw, {TIE: "opinion", SINGLE: "opinion"})
    table["claim_id"] = [f"elsewhere-{at}" for at in range(len(table))]
    with pytest.raises(BadInput, match=rf"another project's: not one of its {len(table)} claims"):
        review(table, read_answers(raw), editor="Cleo Ferris")


def test_an_edited_claim_is_shown_where_it_differs(raw: Raw) -> None:
    words = specimen()[1][0].text
    *before, last = words.split()
    told = refusal(raw, sheet(raw, {TIE: "opinion"}, claim=" ".join([*before, "June."])))
    assert (
        f"… {' '.join(before[-4:])} [June.]”, Label Studio holds “… {' '.join(before[-4:])} [{last}]”" in told
    )


def test_a_note_and_a_source_are_decided_without_a_label_and_are_no_votes(raw: Raw) -> None:
    before = claims_table(read_answers(raw)).set_index("claim_id")
    table = sheet(raw, {}).assign(source=None, evidence=None)
    table.loc[table["claim_id"] == BARE, ["source", "note"]] = ["The ferry board", "Call them."]
    done = review(table, read_answers(raw), editor="Cleo Ferris")
    assert [(d.label, d.note, d.fields) for d in done.accepted] == [
        (None, "Call them.", {"source": "The ferry board"})
    ]
    write(raw, done.accepted)
    assert not review(table, read_answers(raw), editor="Cleo Ferris").accepted
    answers = read_answers(raw)
    after = claims_table(answers).set_index("claim_id")
    assert after.loc[BARE, ["source", "decided_source", "note"]].tolist() == [
        *("The ferry board", "The ferry board", "Call them.")
    ]
    assert after["votes"].equals(before["votes"])
    assert after["status"].equals(before["status"])
    assert final_labels(answers.judgements).empty
    label(raw, BARE, by=1, as_="attributed_report", source="Somebody else")
    assert claims_table(read_answers(raw)).set_index("claim_id").loc[BARE, "source"] == "The ferry board"
    back = review(sheet(raw, {BARE: "none"}), read_answers(raw), editor="Cleo Ferris")
    write(raw, back.accepted, at="2031-05-04T10:00:00Z")
    assert claims_table(read_answers(raw)).set_index("claim_id").loc[BARE, "source"] == "Somebody else"


def test_a_sheet_given_again_decides_nothing_more_where_nobody_knows_what_was_written(raw: Raw) -> None:
    table = claims_table(read_answers(raw)).astype(object)
    open_ = table["suggested_source"].notna() & table["label"].isna()
    assert open_.any()  # its suggested source leaves the tables once it is a checkable fact
    table["decision"] = ["checkable_fact" if each else None for each in open_]
    table.index = pd.RangeIndex(2, 2 + len(table), name="row")
    first = review(table, read_answers(raw), editor="Cleo Ferris")
    assert len(first.accepted) == open_.sum()
    write(raw, first.accepted)
    again = review(table, read_answers(raw), editor="Cleo Ferris")
    assert (again.accepted, again.unchanged) == ((), open_.sum())


def test_a_note_without_a_label_stands_beside_the_dispute(raw: Raw, tmp_path: Path) -> None:
    table = sheet(raw, {}).assign(source=None, evidence=None)
    table.loc[table["claim_id"] == TIE, "note"] = "Ask the board."
    write(raw, review(table, read_answers(raw), editor="Cleo Ferris").accepted)
    write_tables(raw, tmp_path)
    told = (tmp_path / "report.html").read_text(encoding="utf-8")
    disputes = told.partition("<h2 id=_disputes>")[2].partition("</section>")[0]
    assert re.search(
        r"Noted by <bdi>Cleo Ferris</bdi>, [^:]+:\d\d UTC: “<bdi>Ask the board.</bdi>”", disputes
    )
    assert "Decided by" not in told


def test_two_rows_that_differ_are_both_refused_and_two_that_agree_count_once(raw: Raw) -> None:
    table = sheet(raw, {TIE: "opinion"})
    row = table[table["claim_id"] == TIE]
    twice = pd.concat([table, row.set_axis([99])])
    done = review(twice, read_answers(raw), editor="Cleo Ferris")
    assert (len(done.accepted), done.unchanged) == (1, 1)
    torn = pd.concat([table, row.set_axis([99]).assign(decision="checkable_fact")])
    done = review(torn, read_answers(raw), editor="Cleo Ferris")
    assert [each.row for each in done.refused] == [2, 99]
    assert "rows 2 and 99" in done.refused[0].why


def test_words_that_a_spreadsheet_changed_are_the_same_words(raw: Raw) -> None:
    words = specimen()[1][0].text
    for back in (f" {words}\r\n", words.replace(" ", "\u00a0"), f"'{words}"):
        assert review(sheet(raw, {TIE: "opinion"}, claim=back), read_answers(raw), editor="E").accepted
    lost = words.replace("old", "?ld")
    assert review(
        sheet(raw, {TIE: "opinion"}, claim=words.replace("’", "?")), read_answers(raw), editor="E", lossy=True
    ).accepted
    assert "edited" in refusal(raw, sheet(raw, {TIE: "opinion"}, claim=lost), lossy=True)


def test_columns_that_are_missing(raw: Raw) -> None:
    table = sheet(raw, {TIE: "opinion"})
    done = review(table[["claim_id", "decision"]], read_answers(raw), editor="E")
    assert done.unchecked == ("claim", "label")
    assert len(done.accepted) == 1
    with pytest.raises(BadInput, match="no column claim_id"):
        review(table[["claim", "decision"]], read_answers(raw), editor="E")


@given(
    st.dictionaries(
        st.sampled_from([c.claim_id for c in specimen()[1]]), st.sampled_from([*LABELS, "none", "fact?"])
    )
)
@pytest.mark.slow
def test_a_sheet_applied_twice_equals_once(decided: dict[str, str]) -> None:
    raw = project()
    label(raw, TIE, by=1, as_="opinion")
    table = sheet(raw, decided)
    first = review(table, read_answers(raw), editor="Cleo Ferris")
    write(raw, first.accepted)
    after = claims_table(read_answers(raw))
    second = review(table, read_answers(raw), editor="Cleo Ferris")
    assert not second.accepted
    assert second.refused == first.refused
    write(raw, second.accepted, at="2031-05-09T10:00:00Z")
    assert claims_table(read_answers(raw)).equals(after)
