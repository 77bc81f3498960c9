"""What differs between two claims that are alike: tables of near misses and of paraphrases.

The tables whose names end in `_apart` were written before the rules, and no rule was made for them.
"""

import csv
from pathlib import Path

import pytest

from annotate.memory import Mark, differences, pieces

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside this file."""
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def marked(text: str, marks: tuple[Mark, ...]) -> str:
    return " ".join(text[mark.start : mark.end] for mark in marks)


def is_marked(row: dict[str, str]) -> bool:
    """Return whether the words that differ are marked on each side, as what they are."""
    found = differences(row["earlier"], row["later"])
    sides = {"earlier": found.earlier, "later": found.later}
    words = all(
        set((row[f"{side}_words"] or "").split()) <= set(marked(row[side], marks).split())
        for side, marks in sides.items()
    )
    return words and row["kind"] in found.kinds


@pytest.mark.parametrize("table", ["near_misses", "near_misses_apart"])
def test_what_differs_in_near_misses_is_marked(table: str) -> None:
    known = rows(table)
    missed = [row["later"] for row in known if not is_marked(row)]
    assert len(missed) <= 0.05 * len(known), missed


@pytest.mark.parametrize(("table", "most"), [("paraphrases", 0.15), ("paraphrases_apart", 0.25)])
def test_few_paraphrases_get_a_mark(table: str, most: float) -> None:
    known = rows(table)
    wrong = [row["later"] for row in known if differences(row["earlier"], row["later"]).kinds]
    assert len(wrong) <= most * len(known), wrong


@pytest.mark.parametrize("table", ["near_misses", "near_misses_apart", "paraphrases", "paraphrases_apart"])
def test_a_claim_does_not_differ_from_itself(table: str) -> None:
    for row in rows(table):
        for text in (row["earlier"], row["later"]):
            assert not differences(text, text).kinds, text


SAME_SAID_OTHERWISE = [
    ("It cost $40 million.", "It cost 40 million dollars."),
    ("A quarter left.", "25 percent left."),
    ("Twelve boats sank.", "A dozen boats sank."),
    ("The road has 21 bends.", "The road has twenty-one bends."),
    ("It opened on 3 May 2024.", "It opened on May 3."),
    ("One in four voted.", "A quarter voted."),
    ("The European Union paid.", "The EU paid."),
    ("The board did not vote.", "The board never voted."),
    ("It has 1,500 seats.", "It has 1500 seats."),
]


@pytest.mark.parametrize(("one", "other"), SAME_SAID_OTHERWISE)
def test_the_same_in_other_words_is_no_difference(one: str, other: str) -> None:
    assert differences(one, other).kinds == ()


@pytest.mark.parametrize(
    "text", ["", " ", "…", "1", "not", "A", "May", "$", "half a", "one in", "last", "№ ½ ²"]
)
def test_scraps_are_compared_too(text: str) -> None:
    for other in (text, "", "The mayor paid 3 euros in May 2024."):
        found = differences(text, other)
        assert all(0 <= mark.start < mark.end <= len(text) for mark in found.earlier)


def test_pieces_are_the_whole_claim() -> None:
    text = "Not 3 but 4."
    found = differences(text, "5")
    assert "".join(words for words, _ in pieces(text, found.earlier)) == text
    assert pieces(text, ()) == [(text, "")]
