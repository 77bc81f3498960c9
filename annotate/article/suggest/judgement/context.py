"""The claims around a claim: an unsure suggestion leans to what they are.

A judgement in plain words ("the gap is significant") stands more often beside others, in a column or in the
commenting half of a report, than between dates and figures. Two claims on each side count, so that a
correction of an article changes no suggestion far from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from annotate.article.suggest.label_weights import log_odds, logistic
from annotate.labels import LABELS
from annotate.model import Label, Span, Suggestion

OPINION: Label = "opinion"
FACT: Label = "checkable_fact"
#: The reason of a suggestion that the claims around it decided.
AROUND = "claims around it"
#: So many claims on each side count.
REACH = 2
#: The log odds of an opinion that claims of articles usually have. Claims around one that are as usual say
#: nothing about it.
USUAL = -0.9
#: The share of what is unusual about the claims around that the claim takes over.
SHARE = 0.8
#: A claim around it counts at most so much, as log odds.
MOST = 3.0
#: The probability that nobody else carries a claim for which nobody is named.
OWN = logistic(3.0)


def in_context(suggestions: Mapping[Span, Suggestion | None]) -> dict[Span, Suggestion | None]:
    """Return the suggestions of an article's claims, each moved by what is suggested for those around it."""
    order = sorted(suggestions)
    alone = [suggestions[span] for span in order]
    odds = [_odds(each) for each in alone]
    return {
        span: _moved(each, own, _lean(_around(odds, at)))
        for at, (span, each, own) in enumerate(zip(order, alone, odds, strict=True))
    }


def _odds(suggestion: Suggestion | None) -> float | None:
    """Return the log odds of opinion against fact; `None` where neither is suggested."""
    if suggestion is None or suggestion.label not in {OPINION, FACT}:
        return None
    odds = log_odds(min(suggestion.score / OWN, 1.0))
    return odds if suggestion.label == OPINION else -odds


def _around(odds: Sequence[float | None], at: int) -> Iterator[float]:
    """Yield the log odds of the claims around one, without those that somebody else carries."""
    for each in (*odds[max(0, at - REACH) : at], *odds[at + 1 : at + 1 + REACH]):
        if each is not None:
            yield max(-MOST, min(MOST, each))


def _lean(around: Iterator[float]) -> float:
    unusual = [each - USUAL for each in around]
    return SHARE * sum(unusual) / (len(unusual) + 1)


def _moved(suggestion: Suggestion | None, own: float | None, lean: float) -> Suggestion | None:
    if suggestion is None or own is None or lean == 0:
        return suggestion
    opinion = logistic(own + lean)
    label = OPINION if opinion > 0.5 else FACT
    if label not in LABELS:
        return suggestion
    score = round(OWN * max(opinion, 1 - opinion), 3)
    return replace(
        suggestion, label=label, score=score, rule=suggestion.rule if label == suggestion.label else AROUND
    )
