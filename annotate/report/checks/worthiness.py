"""How much a claim is worth checking: a sum over named signs, each with the desk's own weight; pure.

The score says which claim to check first, and nothing about its truth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from annotate.config import load_settings
from annotate.labels import LABELS
from annotate.report.frames import Answers
from annotate.text import fold

Weights = Mapping[str, float]  # by the name of a sign; a sign without a weight does not count

LEAD_SHARE, LEAST_LEAD = 0.1, 3  # of an article's claims the first tenth, at least three, are its lead
SHARED = 2  # words that a claim and a headline have in common, where the headline has so many
SHORTEST = 4  # letters of a word that counts there

# Digits, and numbers as words; "one" and ordinals are left out, which mostly count nothing.
_FIGURE = re.compile(
    r"""
    \d | % | \b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve
    |(?:thir|four|fif|six|seven|eigh|nine)teen
    |(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?|hundreds?|thousands?|millions?|billions?|trillions?
    |half|halve[sd]?|thirds|quarters|per\ ?cent|twice|doubled?|doubling|tripled?|tenfold)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
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
    """

    words: str
    headlines: tuple[str, ...]
    source: str
    source_kind: str
    votes: tuple[int, ...]
    place: int | None
    of: int


class Sign(NamedTuple):
    """A sign: its name in `annotate.toml`, its words among the reasons, and whether a claim has it."""

    name: str
    words: str
    holds: Callable[[Candidate], bool]


@dataclass(frozen=True, slots=True)
class Worthiness:
    """The score of a claim, and the words of its signs."""

    score: float
    reasons: tuple[str, ...]


def _has_figure(claim: Candidate) -> bool:
    return bool(_FIGURE.search(claim.words))


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


def _words(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, without the `s` of a plural."""
    found = (word for word in _WORD.findall(fold(text)) if len(word) >= SHORTEST and word not in _COMMON)
    return frozenset(word.removesuffix("s") for word in found)


#: In the order in which reasons are given; `annotate.toml` has a weight for each.
SIGNS = (
    Sign("figure", "has a figure", _has_figure),
    Sign("named_source", "has a named source", _has_named_source),
    Sign("disputed", "disputed", _is_disputed),
    Sign("lead", "in the lead", _in_lead),
    Sign("headline", "has words of the headline", _in_headline),
)


def our_weights() -> Weights:
    """Return the desk's own weights, as its settings have them."""
    return load_settings().check_weights


def worthiness(claim: Candidate, weights: Weights) -> Worthiness:
    """Return how much a claim is worth checking."""
    found = [sign for sign in SIGNS if weights.get(sign.name) and sign.holds(claim)]
    return Worthiness(sum(weights[sign.name] for sign in found), tuple(sign.words for sign in found))


def worthiness_of(claims: pd.DataFrame, answers: Answers, weights: Weights) -> dict[str, Worthiness]:
    """Return by claim id how much each claim is worth checking.

    Args:
        claims: rows of the claims of the project, columns `CLAIMS_COLUMNS`.
        answers: the pulled project.
        weights: of the signs.
    """
    titles = {article.article_id: article.title for article in answers.articles}
    counts = {article.article_id: len(article.claims) for article in answers.articles}
    kinds = _suggested_kinds(answers)
    return {
        row["claim_id"]: worthiness(
            _candidate(
                row,
                title=titles.get(row["article"], ""),
                of=counts.get(row["article"], 0),
                suggested_kind=kinds.get(row["claim_id"], ""),
            ),
            weights,
        )
        for row in claims.to_dict("records")
    }


def _suggested_kinds(answers: Answers) -> dict[str, str]:
    """Return by claim id what the source is that the program found."""
    return {
        claim_id: (sent.claim.attribution and sent.claim.attribution.kind) or ""
        for claim_id, (sent, _) in answers.project.newest_claims().items()
    }


def _candidate(row: Mapping[Any, Any], *, title: str, of: int, suggested_kind: str) -> Candidate:
    source, given_kind, suggested = (
        _text(row[name]) for name in ("source", "source_kind", "suggested_source")
    )
    return Candidate(
        words=_text(row["claim"]),
        headlines=(title, _text(row["section"])),
        source=source or suggested,
        source_kind=given_kind or (suggested_kind if source in ("", suggested) else ""),
        votes=tuple(int(row[label]) for label in LABELS),
        place=None if pd.isna(row["position"]) else int(row["position"]),
        of=of,
    )


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
