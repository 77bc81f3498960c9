"""Suggests by signs whose weights are set by hand: needs no model, and says less."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from annotate.article.suggest.features import RULES, Part
from annotate.article.suggest.model import NO_REASON
from annotate.model import Label, Suggestion

#: Log odds before any rule applies: a statement is taken for one of fact, carried by its author.
START: Mapping[Label, float] = {"opinion": 0.0, "attributed_report": -2.5, "checkable_fact": 0.4}


class Rules:
    """Adds up the weights of the rules that apply, for each label."""

    name = "rules-1"
    why_not = ""

    def probabilities(self, parts: Sequence[Part]) -> list[dict[Label, float]]:
        """Return the probability of each label for each part."""
        return [_probabilities(part) for part in parts]

    def suggest(self, parts: Sequence[Part]) -> list[Suggestion]:
        """Return the likeliest label of each part, with the rule that weighs most."""
        return [self._suggestion(part) for part in parts]

    def _suggestion(self, part: Part) -> Suggestion:
        odds = _probabilities(part)
        label = max(odds, key=odds.__getitem__)
        weight, rule = max(
            (rule.weight * rule.weigh(part), rule.name) for rule in RULES if rule.label == label
        )
        return Suggestion(label, round(odds[label], 3), rule if weight > 0 else NO_REASON, self.name)


def _probabilities(part: Part) -> dict[Label, float]:
    sums = dict(START)
    for rule in RULES:
        sums[rule.label] += rule.weight * rule.weigh(part)
    powers = {label: math.exp(total) for label, total in sums.items()}
    return {label: power / sum(powers.values()) for label, power in powers.items()}


def load() -> Rules:
    """Return the suggester."""
    return Rules()
