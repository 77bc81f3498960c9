"""What a public record can hold: places, measures, deeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.config import word_list

if TYPE_CHECKING:
    from annotate.article.suggest.features import Part

#: Prepositions of place.
PLACING = frozenset({
    "in", "at", "from", "to", "near", "on", "into", "across", "outside", "through", "between",
})  # fmt: skip


def place(part: Part) -> float:
    """A name behind a preposition of place."""
    named = (t for t in part.tokens if t.dep_ == "pobj" and t.pos_ == "PROPN")
    return float(any(t.head.lower_ in PLACING for t in named))


def measure(part: Part) -> float:
    """A number of something: "nineteen passengers", "8 percent", "$3 million"."""
    return min(2.0, sum(t.dep_ in {"nummod", "quantmod"} or t.tag_ == "$" for t in part.tokens))


def recorded_deed(part: Part) -> float:
    """A deed or change that leaves a record: "elected", "was arrested"; half if it is not in the past."""
    if part.governing is None or part.verb not in word_list("recorded_verbs"):
        return 0.0
    return 1.0 if part.governing.tag_ in {"VBD", "VBN"} else 0.5
