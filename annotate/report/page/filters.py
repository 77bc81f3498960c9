"""The filters of the page: what can be chosen, and the token of a claim that each choice looks for; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotate.report.page.view_models import LOOKS, STATUS_WORDS, Shown
from annotate.text import fold

# How an annotator can stand to a claim: as the address says it, its token, in words.
STANDS = (
    ("judged", "j", "Judged by {}"),
    ("differs", "d", "{} differs"),
    ("open", "!j", "Not judged by {}"),
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
    """A filter: how the address names it, its words, and what can be chosen."""

    name: str
    words: str
    choices: tuple[Choice, ...]


def filters(claims: Sequence[Shown], people: Sequence[str], sources: Iterable[str]) -> list[Filter]:
    """Return the filters that have something to choose from.

    Args:
        claims: in reading order.
        people: as `annotators` gives them.
        sources: the names of sources, as `source_names` gives them.
    """
    by_name = sorted(enumerate(dict.fromkeys(sources)), key=lambda numbered: fold(numbered[1]))
    offered = {
        "Label": [Choice(look, look, words) for look, words in LOOKS.items()],
        "Status": [Choice(status, status, _capital(words)) for status, words in STATUS_WORDS.items()],
        "Source": [Choice(name, f"s{number}", name) for number, name in by_name],
        "Annotator": [
            Choice(f"{key} {who}", f"{token}{number}", words.format(who))
            for key, token, words in STANDS
            for number, who in enumerate(people)
        ],
    }
    counts = Counter(token for claim in claims for token in claim.tokens.split())
    offered_filters = (
        Filter(words.lower(), words, _fitting_choices(choices, counts, len(claims)))
        for words, choices in offered.items()
    )
    return [one for one in offered_filters if one.choices]


def _fitting_choices(choices: Iterable[Choice], counts: Counter[str], claims: int) -> tuple[Choice, ...]:
    """Count the claims that fit each choice, and leave out what none fits."""
    counted = (replace(choice, count=_fitting(choice.token, counts, claims)) for choice in choices)
    return tuple(choice for choice in counted if choice.count)


def _fitting(token: str, counts: Counter[str], claims: int) -> int:
    return claims - counts[token[1:]] if token.startswith("!") else counts[token]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
