"""The filters of the page: what can be chosen, the tokens that choices look for, links that choose; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from urllib.parse import urlencode

from annotate.labels import SHOWN_AS
from annotate.report.page import tokens
from annotate.report.page.view_models import LOOKS, STATUS_WORDS, Shown
from annotate.text import fold

PROGRESS_WORDS = {"settled": "settled", "disputed": "disputed", "waiting": "waiting for answers"}


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


@dataclass(frozen=True)
class Match:
    """The claims that fit some choices: the part of the address that asks for them, in words, how many."""

    address: str
    words: str
    count: int


def filters(claims: Sequence[Shown], people: Sequence[str], sources: Iterable[str]) -> list[Filter]:
    """Return the filters that have something to choose from.

    What annotators said can be chosen twice, for the claims that fit both.

    Args:
        claims: in reading order.
        people: as `annotators` gives them.
        sources: the names of sources, as `source_names` gives them.
    """
    by_name = sorted(enumerate(dict.fromkeys(sources)), key=lambda numbered: fold(numbered[1]))
    states = {**PROGRESS_WORDS, **{name: words for name, words in STATUS_WORDS.items() if name != "waiting"}}
    offered = {
        ("label", "Label"): [Choice(look, look, words) for look, words in LOOKS.items()],
        ("status", "Status"): [Choice(name, name, _capital(words)) for name, words in states.items()],
        ("source", "Source"): [Choice(name, tokens.of_source(number), name) for number, name in by_name],
        ("annotator", "Annotator"): list(_of_people(people)),
        ("other", "And annotator"): list(_of_people(people)),
    }
    counts = Counter(token for claim in claims for token in claim.tokens.split())
    offered_filters = (
        Filter(name, words, _fitting_choices(choices, counts, len(claims)))
        for (name, words), choices in offered.items()
    )
    return [one for one in offered_filters if one.choices]


class Finder:
    """Finds the claims that fit choices of the filters."""

    def __init__(self, filters: Iterable[Filter], claims: Iterable[Shown]) -> None:
        self._offered = {(one.name, choice.value): choice for one in filters for choice in one.choices}
        self._claims: dict[str, set[str]] = {"": set()}  # by token; under the empty one all
        for claim in claims:
            for token in ("", *claim.tokens.split()):
                self._claims.setdefault(token, set()).add(claim.claim_id)

    def __call__(self, **asked: str) -> Match | None:
        """Return the claims that fit; `None` where a choice is not offered, or no claim fits.

        Args:
            asked: by the name of a filter the value of a choice.
        """
        chosen = [choice for each in asked.items() if (choice := self._offered.get(each))]
        if not asked or len(chosen) < len(asked):
            return None
        found = set.intersection(*(self._fitting(choice.token) for choice in chosen))
        words = ", ".join(choice.words for choice in chosen)
        return Match(f"#?{urlencode(asked, errors='replace')}", words, len(found)) if found else None

    def _fitting(self, token: str) -> set[str]:
        having = self._claims.get(token.removeprefix("!"), set())
        return self._claims[""] - having if token.startswith("!") else having


def _of_people(people: Sequence[str]) -> Iterator[Choice]:
    """Return the choices of what annotators did; names stand at the end, so that no two are the same."""
    numbered = list(enumerate(people))
    for number, who in numbered:
        yield Choice(f"judged {who}", tokens.judged(number), f"Judged by {who}")
    for number, who in numbered:
        yield Choice(f"differs {who}", tokens.differs(number), f"{who} differs")
    for number, who in numbered:
        yield Choice(f"open {who}", f"!{tokens.judged(number)}", f"Not judged by {who}")
    for label, words in SHOWN_AS.items():
        for number, who in numbered:
            yield Choice(f"{label}: {who}", tokens.gave(number, label), f"{who}: {words}")
    for label, words in SHOWN_AS.items():
        yield Choice(f"{label}:", tokens.somebody_gave(label), f"Anybody: {words}")
    for (one, name), (other, other_name) in combinations(numbered, 2):
        yield Choice(
            f"differ {name} | {other_name}", tokens.differ(one, other), f"{name} and {other_name} differ"
        )


def _fitting_choices(choices: Iterable[Choice], counts: Counter[str], claims: int) -> tuple[Choice, ...]:
    """Count the claims that fit each choice, and leave out what none fits."""
    counted = (replace(choice, count=_fitting(choice.token, counts, claims)) for choice in choices)
    return tuple(choice for choice in counted if choice.count)


def _fitting(token: str, counts: Counter[str], claims: int) -> int:
    return claims - counts[token[1:]] if token.startswith("!") else counts[token]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
