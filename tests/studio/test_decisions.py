"""How a decision stands in a result."""

from __future__ import annotations

from annotate.studio.decisions import Entry, entries_of, is_decided, later, renamed, with_entry

VOTE = {"id": "c", "from_name": "label", "value": {"labels": ["opinion"]}}
FIRST, LAST = (
    Entry("2031-01-01T00:00:00.000000Z", "opinion", ""),
    Entry("2031-01-02T00:00:00.000000Z", "", "Not yet."),
)


def test_a_history_comes_back_in_order() -> None:
    assert entries_of(with_entry(VOTE, [FIRST], LAST)) == [FIRST, LAST]
    assert is_decided({"result": [VOTE, with_entry(VOTE, [], FIRST)]})


def test_what_people_write_beside_a_region_is_no_decision() -> None:
    for meta in (
        None,
        "words",
        {"text": ["final"]},
        {"final": "yes"},
        {"final": [["2031", "opinion"]]},
        {"final": [["2031", "opinion", ""]]},
    ):
        assert entries_of({**VOTE, "meta": meta}) == []
    assert not is_decided({"result": None})


def test_of_two_decisions_within_a_second_the_one_made_last_is_later() -> None:
    told = [{"result": [with_entry(VOTE, [FIRST], LAST)]}, {"result": [VOTE]}, {"result": None}]
    assert later("2031-01-03T00:00:00.000000Z", told) == "2031-01-03T00:00:00.000000Z"
    assert later(LAST.at, told) == "2031-01-02T00:00:00.000001Z" > LAST.at
    assert later("2030-01-01T00:00:00.000000Z", told) == "2031-01-02T00:00:00.000001Z"
    assert later(LAST.at, []) == LAST.at


def test_a_renamed_label_is_renamed_in_the_history() -> None:
    result = renamed(with_entry(VOTE, [FIRST], LAST), "opinion", "view")
    assert entries_of(result) == [FIRST._replace(label="view"), LAST]
    assert renamed(VOTE, "opinion", "view") == VOTE
