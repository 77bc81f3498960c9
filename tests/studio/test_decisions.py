"""How a decision stands in a result."""

from __future__ import annotations

from annotate.studio.format import Entry, editor_of, entries_of, is_decided, later, renamed, with_entry

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
    result = renamed(with_entry(VOTE, [FIRST], LAST), "label", "opinion", "view")
    assert entries_of(result) == [FIRST._replace(label="view"), LAST]
    assert renamed(VOTE, "label", "opinion", "view") == VOTE


def test_what_is_decided_beside_a_label_comes_back_and_older_programs_read_the_rest() -> None:
    noted = Entry("2031-01-03T00:00:00.000000Z", "", "Look it up.", {})
    sourced = Entry("2031-01-04T00:00:00.000000Z", "opinion", "", {"source": "", "source_kind": "person"})
    result = with_entry(with_entry(VOTE, [FIRST, LAST], noted), [FIRST, LAST, noted], sourced)
    assert entries_of(result) == [FIRST, LAST, noted, sourced]
    assert [entry.status for entry in entries_of(result)] == ["labelled", "withdrawn", "noted", "labelled"]
    assert result["meta"]["final"] == [list(entry[:3]) for entry in (FIRST, LAST, noted, sourced)]
    kinds = renamed(result, "source_kind", "person", "human")
    assert entries_of(kinds)[-1].fields == {"source": "", "source_kind": "human"}
    strange = {**VOTE, "meta": {"final": [list(FIRST[:3])], "fields": {FIRST.at: "words"}}}
    assert entries_of(strange) == [FIRST]


def test_a_decision_carries_its_editor_and_one_from_before_has_none() -> None:
    mara = Entry("2031-01-05T00:00:00.000000Z", "opinion", "", {"source": ""}, "Mara Ek")
    result = with_entry(VOTE, [FIRST, LAST], mara)
    assert entries_of(result) == [FIRST, LAST, mara]
    assert result["meta"]["final"][-1] == list(mara[:3])
    assert entries_of(renamed(result, "label", "opinion", "view"))[-1] == mara._replace(label="view")
    assert [editor_of({"result": r}) for r in ([result], [with_entry(VOTE, [], FIRST)], [VOTE], None)] == [
        *("Mara Ek", "", None, None)
    ]
    for strange in ("words", ["Mara"], {mara.at: 7}):
        meta = {"final": [list(mara[:3])], "editors": strange}
        (entry,) = entries_of({**VOTE, "meta": meta})
        assert entry.editor == ("7" if isinstance(strange, dict) else "")
