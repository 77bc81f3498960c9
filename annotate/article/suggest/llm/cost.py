"""Tokens and what they cost: estimated before a request, and as the endpoint counts them after it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from annotate.article.suggest.llm.questions import Question

#: UTF-8 bytes of one token, fewer than most tokenizers need: an estimate is rather too high.
BYTES = 3
#: Tokens that the form of a message takes.
FORM = 20
MILLION = 1_000_000
#: Characters of a claim in a sentence that is to be cut, on average.
CLAIM = 60


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens that were sent and came back, or may."""

    sent: float = 0
    received: float = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.sent + other.sent, self.received + other.received)

    def __sub__(self, other: Tokens) -> Tokens:
        return Tokens(self.sent - other.sent, self.received - other.received)

    def shared(self, count: int) -> Tokens:
        """Return the share of each of `count` answers."""
        return Tokens(self.sent / max(count, 1), self.received / max(count, 1))

    @property
    def total(self) -> float:
        """All of them."""
        return self.sent + self.received


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, sent and received; 0 where that is not known."""

    sent: float = 0
    received: float = 0

    @property
    def known(self) -> bool:
        """Whether there are any."""
        return self.sent > 0 or self.received > 0

    def of(self, tokens: Tokens) -> float:
        """Return what tokens cost."""
        return (tokens.sent * self.sent + tokens.received * self.received) / MILLION


@dataclass(frozen=True, slots=True)
class Limits:
    """The most tokens and the highest cost; 0 for no limit."""

    tokens: int = 0
    cost: float = 0

    def exceeded(self, tokens: Tokens, prices: Prices) -> bool:
        """Return whether tokens are more than is allowed."""
        return (0 < self.tokens < tokens.total) or (0 < self.cost < prices.of(tokens))


def size_of(words: str) -> int:
    """Return about how many tokens a text has."""
    return ceil(len(words.encode("utf-8", "replace")) / BYTES)


def longest_answer(batch: Sequence[Question], each: int) -> int:
    """Return the most tokens of an answer to a batch, with `each` for one claim."""
    return sum(
        each
        if question.kind == "label"
        else each * (1 + len(question.words) // CLAIM) + size_of(question.words)
        for question in batch
    )
