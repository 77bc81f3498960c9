"""Suggested labels: a source with an utterance settles it; else opinion is weighed against checkable fact.

Three suggesters, the best first: `vectors` reads sentence vectors beside the signs, `lexical` a list of words
in their place, `rules` weighs the signs by hand. Where the vectors' parts are missing, `lexical` stands in.
Known limits: irony, and judgements in plain words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from annotate.article.nlp import embeddings as vectors
from annotate.article.suggest.features import RULES, SIGNS, Part, signs_of
from annotate.article.suggest.label_weights import (
    OtherBase,
    Seen,
    Shift,
    Weights,
    logistic,
    read_shift,
    read_weights,
)
from annotate.config import weights_text
from annotate.labels import LABELS
from annotate.model import Label, Suggestion

Choice = Literal["vectors", "lexical", "rules"]
CHOICES: tuple[Choice, ...] = ("vectors", "lexical", "rules")
BY_HAND = "rules-1"
NOTHING_SPEAKS = "nothing else speaks"
#: Where the scales stand before any rule speaks: a statement is held for one of fact, by the author himself.
START: Mapping[Label, float] = {"opinion": 0.0, "attributed_report": -2.5, "checkable_fact": 0.4}
#: The labels that can be suggested. A desk may declare others, which have no suggestion.
SUGGESTED: tuple[Label, ...] = tuple(START)
#: The log odds that somebody else carries a claim: nobody is named, somebody is, or there is hearsay.
CARRIED_START, CARRIED = -3.0, {"somebody said it": 4.7, "hearsay": 4.0}
#: The most reasons that a suggestion names.
MOST_REASONS = 2


@dataclass(frozen=True)
class Suggester:
    """What suggests labels: a model, what a desk taught it, and why it is not the one that was asked for."""

    weights: Weights | None
    shift: Shift | None
    why_not: str

    @property
    def name(self) -> str:
        """The name and version that each suggestion carries."""
        if self.weights is None:
            return BY_HAND
        return self.shift.name if self.shift else self.weights.name

    def seen(self, part: Part) -> Seen:
        """Put a part into the numbers that the model weighs."""
        if self.weights is None:
            raise ValueError("rules alone put nothing into numbers")
        vector = vectors.embed([part.words])[0] if self.weights.kind == "vectors" else None
        return self.weights.seen(signs_of(part), part.words, vector)

    def opinion(self, seen: Seen) -> float:
        """Return the probability that a part is an opinion, where its author carries it."""
        if self.weights is None:
            raise ValueError("rules alone weigh no numbers")
        return logistic(self.weights.odds(seen) + (self.shift.score(seen) if self.shift else 0.0))


_chosen: list[Suggester] = []


def choose(choice: Choice = "vectors", *, taught: str = "", source: str = "") -> Suggester:
    """Set what suggests labels from now on, and give it.

    Args:
        choice: the suggester that is wanted.
        taught: what a desk taught it, as `learn` wrote it; empty for the model as it was shipped.
        source: the file it comes from, for messages.

    Raises:
        BadInput: where what was taught is damaged.
    """
    weights, why_not = _weights(choice)
    shift: Shift | None = None
    if taught and weights is not None:
        try:
            shift = read_shift(taught, weights, source=source)
        except OtherBase as other:
            why_not = "; ".join(filter(None, (why_not, str(other))))
    _chosen[:] = [Suggester(weights, shift, why_not)]
    return _chosen[0]


def use(chosen: Suggester) -> None:
    """Set what suggests labels to what another process chose."""
    _chosen[:] = [chosen]


def suggester() -> Suggester:
    """Return what suggests labels: what was chosen, else the best there is."""
    return _chosen[0] if _chosen else choose()


def _weights(choice: Choice) -> tuple[Weights | None, str]:
    if choice == "rules":
        return None, ""
    why_not = vectors.missing() if choice == "vectors" else ""
    return shipped("lexical" if why_not else choice), why_not


@cache
def shipped(choice: Choice) -> Weights:
    """Read a model as it was shipped. Raises `BadInput` where its file is damaged."""
    file = f"{choice}.json"
    return read_weights(weights_text(file), [rule.name for rule in SIGNS], source=file)


def suggest(part: Part) -> Suggestion | None:
    """Propose a label for a part, with its probability, what speaks for it most, and the model's name.

    There is none where the likeliest label is not one of the desk's.
    """
    likeliest = _by_hand(part) if suggester().weights is None else _by_model(part)
    return likeliest if likeliest.label in LABELS else None


def _by_model(part: Part) -> Suggestion:
    """Weigh by the model; where somebody else carries the part, nothing has to be read."""
    now, carried = suggester(), _carried(part)
    if carried > 0.5:
        return Suggestion("attributed_report", round(carried, 3), _who_carries(part), now.name)
    seen = now.seen(part)
    odds = _three(carried, now.opinion(seen))
    label = max(SUGGESTED, key=lambda each: odds[each])
    reasons = now.weights.reasons(seen, now.shift, opinion=label == "opinion") if now.weights else []
    told = ", ".join(reasons[:MOST_REASONS]) or NOTHING_SPEAKS
    return Suggestion(label, round(odds[label], 3), told, now.name)


def _by_hand(part: Part) -> Suggestion:
    odds = probabilities(part)
    label = max(SUGGESTED, key=lambda each: odds[each])
    speaking = [(rule.weight * rule.weigh(part), rule.name) for rule in RULES if rule.label == label]
    strongest = max(speaking, default=(0.0, ""))
    told = strongest[1] if strongest[0] > 0 else NOTHING_SPEAKS
    return Suggestion(label, round(odds[label], 3), told, BY_HAND)


def _carried(part: Part) -> float:
    """Return the probability that somebody else carries a part."""
    return logistic(
        CARRIED_START
        + sum(CARRIED[rule.name] * rule.weigh(part) for rule in RULES if rule.label == "attributed_report")
    )


def _who_carries(part: Part) -> str:
    spoken = {rule.weigh(part): rule.name for rule in reversed(RULES) if rule.label == "attributed_report"}
    return spoken[max(spoken)]


def _three(carried: float, opinion: float) -> dict[Label, float]:
    return {
        "opinion": (1 - carried) * opinion,
        "attributed_report": carried,
        "checkable_fact": (1 - carried) * (1 - opinion),
    }


def probabilities(part: Part) -> dict[Label, float]:
    """Return the probability of each label of a part; the three sum to 1."""
    now = suggester()
    if now.weights is not None:
        return _three(_carried(part), now.opinion(now.seen(part)))
    sums = dict(START)
    for rule in RULES:
        sums[rule.label] += rule.weight * rule.weigh(part)
    powers = {label: math.exp(sums[label]) for label in SUGGESTED}
    total = sum(powers.values())
    return {label: powers[label] / total for label in SUGGESTED}
