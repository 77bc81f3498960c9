"""How much a claim is worth checking: a sum over named signs, each with the desk's own weight; pure.

The score says which claim to label or to check first, and nothing about its truth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from annotate.text import fold

Weights = Mapping[str, float]  # by the name of a sign; a sign without a weight does not count

LEAD_SHARE, LEAST_LEAD = 0.1, 3  # of an article's claims the first tenth, at least three, are its lead
SHARED = 2  # words that a claim and a headline have in common, where the headline has so many
SHORTEST = 4  # letters of a word that counts there

# Digits, and numbers as words; "one" and ordinals are left out, which mostly count nothing.
_PIECE = r"""
    (?: \d | % | \b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve
    |(?:thir|four|fif|six|seven|eigh|nine)teen
    |(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?|hundreds?|thousands?|millions?|billions?|trillions?
    |half|halve[sd]?|thirds|quarters|per\ ?cent|twice|doubled?|doubling|tripled?|tenfold)\b )
    """
# Pieces that are one figure: "4.2 million", "twenty-three", "7:30", "12 %".
_FIGURE = re.compile(rf"{_PIECE} (?: (?: [.,:/–-](?=\d) | [\ -] )? {_PIECE} )*", re.VERBOSE | re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
# Words of four letters and more that say nothing about what a headline is about.
_COMMON = frozenset({
    "about", "after", "again", "against", "along", "also", "although", "among", "because", "been",
    "before", "being", "between", "both", "cannot", "could", "does", "doing", "done", "down", "during",
    "each", "else", "even", "ever", "every", "from", "have", "having", "here", "however", "into",
    "itself", "just", "less", "like", "made", "make", "many", "might", "more", "most", "much", "must",
    "never", "none", "only", "other", "over", "same", "says", "should", "since", "some", "still",
    "such", "than", "that", "their", "them", "then", "there", "these", "they", "this", "those",
    "though", "through", "under", "until", "upon", "very", "well", "were", "what", "when", "where",
    "whether", "which", "while", "will", "with", "within", "without", "would", "your",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the signs look at: the claim's words, the headlines above it, its source, its votes, its place.

    `source` are the words of the source, `source_kind` is what it is where that is known. `place` is the
    claim's place among the `of` claims of its article, from 1; `None` for a claim of an earlier version.
    `repeated` is whether the desk remembers a claim like it from another article.
    """

    words: str
    headlines: tuple[str, ...]
    source: str
    source_kind: str
    votes: tuple[int, ...]
    place: int | None
    of: int
    repeated: bool = False


class Sign(NamedTuple):
    """A sign: its name in `annotate.toml`, its words among the reasons, and how often a claim has it.

    `several` are the words for more than once, with `{}` for the count.
    """

    name: str
    words: str
    count: Callable[[Candidate], int]
    several: str = ""

    def said_of(self, claim: Candidate) -> str:
        """Return its words for a claim; empty where the claim does not have it."""
        count = self.count(claim)
        return "" if not count else self.several.format(count) if self.several and count > 1 else self.words


@dataclass(frozen=True, slots=True)
class Worthiness:
    """The score of a claim, and the words of its signs."""

    score: float
    reasons: tuple[str, ...]


def _figures(claim: Candidate) -> int:
    return sum(1 for _ in _FIGURE.finditer(claim.words))


def _has_named_source(claim: Candidate) -> bool:
    """Return whether a source is named; without a kind, whether a word of it has a capital letter.

    The first one of several does not tell: it may begin a sentence.
    """
    if claim.source_kind:
        return bool(claim.source) and claim.source_kind != "unnamed"
    first, *others = claim.source.split() or [""]
    return any(word[0].isupper() for word in others or [first] if word)


def _is_disputed(claim: Candidate) -> bool:
    return max(claim.votes, default=0) < sum(claim.votes)


def _in_lead(claim: Candidate) -> bool:
    return claim.place is not None and claim.place <= max(LEAST_LEAD, LEAD_SHARE * claim.of)


def _in_headline(claim: Candidate) -> bool:
    """Return whether a claim has two words of the title or of the heading above it, or its only one."""
    own = _words(claim.words)
    return any(
        words and len(words & own) >= min(SHARED, len(words)) for words in map(_words, claim.headlines)
    )


def _is_repeated(claim: Candidate) -> bool:
    return claim.repeated


def _words(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, without the `s` of a plural."""
    found = (word for word in _WORD.findall(fold(text)) if len(word) >= SHORTEST and word not in _COMMON)
    return frozenset(word.removesuffix("s") for word in found)


#: In the order in which reasons are given; `annotate.toml` has a weight for each.
SIGNS = (
    Sign("figure", "has a figure", _figures, "has {} figures"),
    Sign("named_source", "has a named source", _has_named_source),
    Sign("disputed", "disputed", _is_disputed),
    Sign("lead", "in the lead", _in_lead),
    Sign("headline", "has words of the headline", _in_headline),
    Sign("repeated", "similar to an earlier claim", _is_repeated),
)


def worthiness(claim: Candidate, weights: Weights) -> Worthiness:
    """Return how much a claim is worth checking."""
    said = {sign.name: sign.said_of(claim) for sign in SIGNS if weights.get(sign.name)}
    found = {name: words for name, words in said.items() if words}
    return Worthiness(sum(weights[name] for name in found), tuple(found.values()))
