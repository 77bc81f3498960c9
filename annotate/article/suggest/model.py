"""Suggestions by a trained model: a source with an utterance decides, else opinion is weighed against fact.

Known limits: irony, figures of speech, and some judgements in plain words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from annotate.article.nlp import embeddings
from annotate.article.suggest.features import RULES, SIGNS, Part, signs_of
from annotate.article.suggest.label_weights import (
    Numbers,
    OtherBase,
    Shift,
    Weights,
    logistic,
    read_shift,
    read_weights,
)
from annotate.config import weights_text
from annotate.model import Label, Suggestion

#: The reason of a suggestion for which nothing speaks.
NO_REASON = "nothing else speaks"
#: The labels that a model can suggest. A desk may declare others, which are never suggested.
SUGGESTED: tuple[Label, ...] = ("opinion", "attributed_report", "checkable_fact")
OPINION, CARRIED, FACT = SUGGESTED
#: The log odds that somebody else carries a claim: nobody is named, somebody is, or there is hearsay.
CARRIED_START, CARRIED_BY = -3.0, {"somebody said it": 4.7, "hearsay": 4.0}
CARRIED_RULES = tuple(rule for rule in RULES if rule.label == CARRIED)
#: The most reasons that a suggestion names.
MOST_REASONS = 2


#: The log odds of an opinion from which on, either way, the model that is asked first decides. Chosen out of
#: fold on the training data, where the labels are as good as by sentence vectors for all.
SURE = 1.0


@dataclass(frozen=True)
class Model:
    """A suggester that weighs numbers, with what a desk taught it.

    `first` are the weights of a faster model that decides where it is sure; where a desk taught the model,
    it is not asked.
    """

    weights: Weights
    shift: Shift | None = None
    why_not: str = ""
    first: Weights | None = None

    @property
    def name(self) -> str:
        """Its name and version: the desk's, where the desk taught it."""
        return self.shift.name if self.shift else self.weights.name

    def taught(self, text: str, *, source: str) -> Model:
        """Return the model with what a desk taught it, unless that was taught to another model.

        Raises:
            BadInput: if `text`, from the file `source`, is damaged.
        """
        try:
            return replace(self, shift=read_shift(text, self.weights, source=source))
        except OtherBase as other:
            return replace(self, why_not="; ".join(filter(None, (self.why_not, str(other)))))

    def rows(self, parts: Sequence[Part]) -> list[Numbers]:
        """Return parts as the numbers that the model weighs."""
        return self._rows(parts, [signs_of(part) for part in parts])

    def _rows(self, parts: Sequence[Part], signs: Sequence[Sequence[float]]) -> list[Numbers]:
        words = [part.words for part in parts]
        vectors = [None] * len(parts) if self.weights.words else embeddings.embed(words)
        return [
            self.weights.row(each, part.words, vector)
            for part, each, vector in zip(parts, signs, vectors, strict=True)
        ]

    def opinion(self, row: Numbers) -> float:
        """Return the probability that a part is an opinion, if its author carries it."""
        return logistic(self.weights.odds(row) + (float(self.shift.weights @ row) if self.shift else 0.0))

    def probabilities(self, parts: Sequence[Part]) -> list[dict[Label, float]]:
        """Return the probability of each label for each part."""
        weighed = self._weighed(parts)
        return [_three(_carried(part), each.opinion) for part, each in zip(parts, weighed, strict=True)]

    def suggest(self, parts: Sequence[Part]) -> list[Suggestion]:
        """Return the likeliest label of each part, with what speaks for it most."""
        carried = [_carried(part) for part in parts]
        weighed = iter(
            self._weighed([part for part, odds in zip(parts, carried, strict=True) if odds <= 0.5])
        )
        return [
            self._of_somebody(part, odds) if odds > 0.5 else self._of_author(next(weighed), odds)
            for part, odds in zip(parts, carried, strict=True)
        ]

    def _weighed(self, parts: Sequence[Part]) -> list[_Weighed]:
        """Weigh opinion against fact: by the first model where it is sure, else by this one."""
        if self.first is None or self.shift is not None:
            return [self._by_own(row) for row in self.rows(parts)]
        first, signs = self.first, [signs_of(part) for part in parts]
        rows = [first.row(each, part.words) for part, each in zip(parts, signs, strict=True)]
        odds = [first.odds(row) for row in rows]
        unsure = [at for at, each in enumerate(odds) if abs(each) < SURE]
        own = iter(self._rows([parts[at] for at in unsure], [signs[at] for at in unsure]))
        return [
            self._by_own(next(own)) if abs(each) < SURE else _Weighed(first, row, logistic(each))
            for row, each in zip(rows, odds, strict=True)
        ]

    def _by_own(self, row: Numbers) -> _Weighed:
        return _Weighed(self.weights, row, self.opinion(row))

    def _of_somebody(self, part: Part, carried: float) -> Suggestion:
        """Suggest a label where somebody else carries a part: nothing has to be read."""
        strongest = max(CARRIED_RULES, key=lambda rule: rule.weigh(part))
        return Suggestion(CARRIED, round(carried, 3), strongest.name, self.name)

    def _of_author(self, weighed: _Weighed, carried: float) -> Suggestion:
        """Suggest opinion or fact."""
        odds = _three(carried, weighed.opinion)
        label = max(odds, key=odds.__getitem__)
        reasons = weighed.weights.reasons(weighed.row, self.shift, opinion=label == OPINION)[:MOST_REASONS]
        return Suggestion(label, round(odds[label], 3), ", ".join(reasons) or NO_REASON, self.name)


class _Weighed(NamedTuple):
    """A part as numbers, the weights that decide on it, and the probability of an opinion."""

    weights: Weights
    row: Numbers
    opinion: float


@cache
def shipped_model(kind: str) -> Model:
    """Return a model as it was shipped, `vectors` or `lexical`. Raises `BadInput` if its file is damaged."""
    file = f"{kind}.json"
    return Model(read_weights(weights_text(file), [rule.name for rule in SIGNS], source=file))


def _carried(part: Part) -> float:
    """Return the probability that somebody else carries a part."""
    return logistic(CARRIED_START + sum(CARRIED_BY[rule.name] * rule.weigh(part) for rule in CARRIED_RULES))


def _three(carried: float, opinion: float) -> dict[Label, float]:
    return {OPINION: (1 - carried) * opinion, CARRIED: carried, FACT: (1 - carried) * (1 - opinion)}
