"""The words that differences rest on, as `configs/differences.toml` lists them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from annotate.config import config_text
from annotate.errors import UsageError

FILE = "differences.toml"
Phrases = Mapping[tuple[str, ...], str]  # the words of a phrase, to what it means


@dataclass(frozen=True, slots=True)
class Words:
    """Lists by meaning; `opposites` has for each word the sides it is on, as number of the pair and side."""

    negation: Phrases
    quantity: Phrases
    units: Phrases
    opposites: Mapping[str, frozenset[tuple[int, int]]]
    scales: Mapping[str, int]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    fractions: Mapping[str, int]
    multiples: Mapping[str, int]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    seasons: frozenset[str]
    days: frozenset[str]
    near: frozenset[str]
    spans: frozenset[str]
    before_years: frozenset[str]
    titles: frozenset[str]
    openers: frozenset[str]


@cache
def words() -> Words:
    """Read the lists.

    Raises:
        UsageError: where the file is no TOML, or lacks a list.
    """
    try:
        return _words(tomllib.loads(config_text(FILE)))
    except (tomllib.TOMLDecodeError, KeyError, AttributeError, TypeError, ValueError) as error:
        raise UsageError(
            f"configs/{FILE} cannot be used ({type(error).__name__}: {error}): correct or delete it"
        ) from error


def _words(table: Mapping[str, Any]) -> Words:
    dates = table["dates"]
    return Words(
        negation=_phrases(table["negation"]),
        quantity=_phrases(table["quantity"]),
        units=_phrases(table["units"]),
        opposites=_sides(table["opposites"]["pairs"]),
        scales=dict(table["scales"]),
        numbers=dict(table["numbers"]),
        ordinals=dict(table["ordinals"]),
        fractions=dict(table["fractions"]),
        multiples=dict(table["multiples"]),
        months=_numbered(dates["months"]),
        weekdays=_numbered(dates["weekdays"]),
        seasons=frozenset(dates["seasons"]),
        days=frozenset(dates["days"]),
        near=frozenset(dates["near"]),
        spans=frozenset(dates["spans"]),
        before_years=frozenset(dates["before_years"]),
        titles=frozenset(table["names"]["titles"]),
        openers=frozenset(table["names"]["openers"]),
    )


def _phrases(meanings: Mapping[str, Iterable[str]]) -> Phrases:
    return {tuple(phrase.split()): name for name, phrases in meanings.items() for phrase in phrases}


def _numbered(groups: Iterable[str]) -> dict[str, int]:
    return {word: number for number, group in enumerate(groups, 1) for word in group.split()}


def _sides(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[tuple[int, int]]]:
    sides: dict[str, set[tuple[int, int]]] = {}
    for number, (one, other) in enumerate(pairs):
        for side, group in enumerate((one, other)):
            for word in group.split():
                sides.setdefault(word, set()).add((number, side))
    return {word: frozenset(each) for word, each in sides.items()}
