"""The filters of the page: what can be chosen, and the token of a claim that each choice looks for; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.report.shown import LOOKS, STATUS_WORDS, Shown, folded

# How an annotator can stand to a claim: as the address says it, its token, in words.
STANDS = (
    ("judged", "j", "Judged by"),
    ("differs", "d", "Differs from the claim’s label"),
    ("open", "!j", "Not judged by"),
)


@dataclass(frozen=True)
class Choice:
    """A choice: how the address names it, the token it looks for, its words, and how many claims fit.

    A token with `!` in front fits the claims that do not have it.
    """

    value: str
    token: str
    words: str
    count: int = 0


@dataclass(frozen=True)
class Filter:
    """A filter: groups of choices, each with its heading (empty for none)."""

    name: str
    words: str
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]


def filters(claims: Sequence[Shown], people: Sequence[str], sources: Iterable[str]) -> list[Filter]:
    """Give the filters that have something to choose from.

    Args:
        claims: in reading order.
        people: as `annotators` gives them.
        sources: the names of sources, as `source_names` gives them.
    """
    offered = {
        ("label", "Label"): {"": [Choice(look, look, words) for look, words in LOOKS.items()]},
        ("status", "Status"): {
            "": [Choice(status, status, _capital(words)) for status, words in STATUS_WORDS.items()]
        },
        ("source", "Source"): {
            "": sorted(
                (Choice(name, f"s{n}", name) for n, name in enumerate(dict.fromkeys(sources))),
                key=lambda choice: folded(choice.words),
            )
        },
        ("annotator", "Annotator"): {
            words: [Choice(f"{key} {who}", f"{sign}{n}", who) for n, who in enumerate(people)]
            for key, sign, words in STANDS
        },
    }
    counts = Counter(token for claim in claims for token in claim.tokens.split())
    made = (
        Filter(name, words, tuple(_counted(groups.items(), counts, len(claims))))
        for (name, words), groups in offered.items()
    )
    return [one for one in made if one.groups]


def _counted(
    groups: Iterable[tuple[str, Sequence[Choice]]], counts: Counter[str], claims: int
) -> Iterable[tuple[str, tuple[Choice, ...]]]:
    """Count the claims that fit each choice, and leave out what none fits."""
    for heading, choices in groups:
        counted = (Choice(c.value, c.token, c.words, _fitting(c.token, counts, claims)) for c in choices)
        if found := tuple(choice for choice in counted if choice.count):
            yield heading, found


def _fitting(token: str, counts: Counter[str], claims: int) -> int:
    return claims - counts[token[1:]] if token.startswith("!") else counts[token]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
