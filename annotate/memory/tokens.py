"""Words, figures and signs of a claim with their places, and what a stretch of them says; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["figure", "date", "name", "negation", "quantity"]

_TOKEN = re.compile(
    r"\d{4}-\d\d-\d\d"  # a date
    r"|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"  # a figure, with commas between thousands
    r"|km/h|°[CF]"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"  # a word
    r"|[%$£€¥]"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, figure or sign; `low` is it in small letters, with a plain apostrophe and without `'s`."""

    start: int
    end: int
    text: str
    low: str

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits."""
        return self.text[0].isdecimal()

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Feature:
    """What the tokens `first` to before `last` say: of a date its parts, else one value under "value"."""

    kind: Kind
    first: int
    last: int
    parts: Mapping[str, object]


@dataclass(frozen=True)
class Line:
    """A claim as tokens."""

    text: str
    tokens: tuple[Token, ...]

    def low(self, at: int) -> str:
        """Return the token at a place in small letters; nothing outside the claim."""
        return self.tokens[at].low if 0 <= at < len(self.tokens) else ""

    def touches(self, at: int) -> bool:
        """Return whether a token stands directly behind the one before it, or is joined to it by a hyphen."""
        if not 0 < at < len(self.tokens):
            return False
        return self.text[self.tokens[at - 1].end : self.tokens[at].start] in ("", "-", "‑")

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All its words in small letters."""
        return frozenset(token.low for token in self.tokens)

    def phrase(self, at: int, phrases: Mapping[tuple[str, ...], str]) -> tuple[str, int]:
        """Return what the longest phrase at a place means and how many tokens it has, else "" and 0."""
        for length in (4, 3, 2, 1):
            found = phrases.get(tuple(self.low(at + each) for each in range(length)))
            if found:
                return found, length
        return "", 0


def line_of(text: str) -> Line:
    """Cut a claim into tokens."""
    return Line(text, tuple(Token(m.start(), m.end(), m[0], _low(m[0])) for m in _TOKEN.finditer(text)))


def _low(word: str) -> str:
    return word.replace("’", "'").casefold().removesuffix("'s")
