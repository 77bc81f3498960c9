"""What kind of source a sentence names; an empty kind stays open."""

import pytest

from annotate.article import find_attributions

KINDS = {
    "Tove Lund": "person",
    "Ms Lund": "person",
    "Foreign Minister Berg": "person",
    "Lund": "person",
    "She": "person",
    "The mayor": "person",
    "His lawyer": "person",
    "The Gazette's Jon Berg": "person",
    "The Ministry of Transport": "organisation",
    "The council": "organisation",
    "The police": "organisation",
    "Norway": "organisation",
    "The Kremlin": "organisation",
    "Reuters": "organisation",
    "ORKA": "organisation",
    "The Orrin Gazette": "organisation",
    "The report": "document",
    "Leaked documents": "document",
    "Figures from the bank": "document",
    "Data": "document",
    "A spokesman": "unnamed",
    "Officials": "unnamed",
    "The source": "unnamed",
    "Two people close to the board": "unnamed",
    "One resident of the valley": "unnamed",
    "Critics": "unnamed",
    "Some": "unnamed",
    "It": None,
    "They": None,
}


@pytest.mark.parametrize(("source", "kind"), KINDS.items(), ids=KINDS)
def test_kind_of_source(source: str, kind: str | None) -> None:
    text = f"{source} said that the old bridge was unsafe."
    (only,) = find_attributions(text)
    assert only.source is not None
    assert (only.source.of(text), only.kind) == (source, kind)


def test_without_a_source_there_is_no_kind() -> None:
    (only,) = find_attributions("It was reported that the dam had broken.")
    assert only.kind is None
