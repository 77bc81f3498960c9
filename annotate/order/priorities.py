"""Which claims go out to annotators first: those that teach most, or those most worth checking; pure.

`uncertain` is uncertainty sampling by least confidence (Lewis & Gale, 1994): 1 - p, where p is the
suggester's probability of the label that it suggests. Where annotators have judged claims of the project,
their disagreement counts too: 1 - p * (1 - d), the probability that the suggestion is wrong or two annotators
differ, if these are independent. d is the share of pairs of judgements that differ (Fleiss, 1971) among the
claims with this suggestion, drawn towards that of all claims while there are few.

`check-worthy` is the sum of the weights of a claim's signs, as a share of all weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from annotate.labels import LABELS
from annotate.model import Article, Attribution, Claim, Label
from annotate.order.signs import Candidate, Weights, worthiness
from annotate.text import fold

PRIOR_PAIRS = 5.0  # of the share of all claims, added to the pairs of claims with one suggestion


@dataclass(frozen=True, slots=True)
class Priority:
    """How early a claim goes out, 0..1, the highest first, and why; the reason names no label."""

    score: float
    reason: str

    @property
    def words(self) -> str:
        """The score with three decimals: priorities are compared by it, and as text in the same order."""
        return f"{self.score:.3f}"


class Placed(NamedTuple):
    """A claim of an article with its place among those that go out, from 1, and its priority."""

    place: int
    article: Article
    claim: Claim
    priority: Priority


@dataclass(frozen=True, slots=True)
class Order:
    """An order other than that of the article, with what is known of claims from elsewhere.

    `disagreement` is the share of pairs of judgements that differ, by suggested label. `votes` are counts by
    label, in the order of `LABELS`, and `repeated` are claims like those of other articles; both go by the
    `fold`ed words of a claim.
    """

    name: Literal["uncertain", "check-worthy"]
    weights: Weights = field(default_factory=dict)
    disagreement: Mapping[Label, float] = field(default_factory=dict)
    votes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    repeated: frozenset[str] = frozenset()

    def priorities(self, article: Article, claims: Sequence[Claim]) -> dict[str, Priority]:
        """Return by claim id the priorities of all the claims of an article."""
        if self.name == "uncertain":
            return {claim.claim_id: self._uncertainty(claim) for claim in claims}
        return {
            claim.claim_id: self._worthiness(article, claim, place=place, of=len(claims))
            for place, claim in enumerate(claims, 1)
        }

    def placed(self, articles: Iterable[tuple[Article, Sequence[Claim], Iterable[Claim]]]) -> list[Placed]:
        """Return claims in their order, equal ones in reading order.

        Args:
            articles: each with all of its claims, and with those that go out.
        """
        found = [
            (article, claim, ranked[claim.claim_id])
            for article, claims, sent in articles
            for ranked in [self.priorities(article, claims)]
            for claim in sent
        ]
        found.sort(key=lambda each: -float(each[2].words))
        return [Placed(place, *each) for place, each in enumerate(found, 1)]

    def _uncertainty(self, claim: Claim) -> Priority:
        if claim.suggestion is None:
            return Priority(1 - 1 / len(LABELS), "no suggestion")
        sure, differ = claim.suggestion.score, self.disagreement.get(claim.suggestion.label)
        reason = f"suggestion {sure:.0%} sure".replace("%", " %")
        if differ is None:
            return Priority(1 - sure, reason)
        seen = f"annotators differ in {differ:.0%} on such claims".replace("%", " %")
        return Priority(1 - sure * (1 - differ), f"{reason}, {seen}")

    def _worthiness(self, article: Article, claim: Claim, *, place: int, of: int) -> Priority:
        words = fold(claim.text)
        found = worthiness(
            Candidate(
                words=claim.text,
                headlines=(article.title, claim.section),
                source=_source(claim.attribution, article.text),
                source_kind=(claim.attribution and claim.attribution.kind) or "",
                votes=self.votes.get(words, ()),
                place=place,
                of=of,
                repeated=words in self.repeated,
            ),
            self.weights,
        )
        total = sum(self.weights.values())
        return Priority(found.score / total if total else 0.0, ", ".join(found.reasons) or "no sign")


def _source(attribution: Attribution | None, text: str) -> str:
    """Return the words of a source; for a safe pronoun the name."""
    span = attribution and (attribution.named or attribution.source)
    return span.of(text) if span else ""


def disagreement_by_suggestion(judged: Iterable[tuple[Label, Sequence[int]]]) -> dict[Label, float]:
    """Return by suggested label the share of pairs of judgements that differ, 0..1.

    Args:
        judged: for each claim the suggested label, and how many votes each label got.

    >>> disagreement_by_suggestion([("opinion", [2, 0]), ("checkable_fact", [1, 1])])
    {'opinion': 0.4166666666666667, 'checkable_fact': 0.5833333333333334}
    """
    pairs, differing = Counter[Label](), Counter[Label]()
    for label, counts in judged:
        all_pairs, same = _pairs(sum(counts)), sum(map(_pairs, counts))
        pairs[label] += all_pairs
        differing[label] += all_pairs - same
    if not pairs.total():
        return {}
    overall = differing.total() / pairs.total()
    return {
        label: (differing[label] + PRIOR_PAIRS * overall) / (count + PRIOR_PAIRS)
        for label, count in pairs.items()
    }


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
