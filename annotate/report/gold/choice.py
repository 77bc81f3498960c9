"""Which decided claims are mixed into an article: the same ones however often it is asked; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from annotate.model import Article, Claim
from annotate.studio import GoldArticle, Layout, claims_shown
from annotate.text import fold_spaces


@dataclass(frozen=True)
class Choice:
    """The claims that were chosen, by the place of their article among those given.

    `decided` counts the decided claims that their tasks show, `shown` all claims there. `judged_by_all`
    counts those that were left out since everybody who is known to work in the project judged them before.
    """

    chosen: Mapping[int, Collection[str]] = field(default_factory=dict)
    decided: int = 0
    shown: int = 0
    judged_by_all: int = 0


def share_of(claims: int, share: float) -> int:
    """Return how many decided claims belong to an article of so many claims: one at least.

    >>> share_of(54, 0.1), share_of(3, 0.1), share_of(54, 0)
    (5, 1, 0)
    """
    return max(int(share * claims + 0.5), 1) if share else 0


def choose(  # noqa: PLR0913 - what is chosen from, for what, and for whom
    articles: Sequence[GoldArticle],
    *,
    host: Article,
    claims: Iterable[Claim],
    wanted: int,
    existing: Collection[str],
    people: Collection[str],
    layout: Layout,
) -> Choice:
    """Choose decided claims for an article, spread over the labels.

    Those come first that fewest of the people in the project have judged.

    Args:
        articles: what can be chosen from.
        host: the article; no claim of its own is chosen, nor one with the words of one of `claims`.
        claims: the host's.
        wanted: how many decided claims to add. In the article layout a paragraph may bring some more.
        existing: ids of decided claims that are there already.
        people: codes of those who are known to work in the project.
        layout: of the project.
    """
    words = {fold_spaces(claim.text) for claim in claims}
    known, fresh, judged_by_all = set(people), list[tuple[int, str]](), 0
    for place, article in enumerate(articles):
        texts = {claim.claim_id: fold_spaces(claim.text) for claim in article.claims}
        for claim_id, decided in article.decided.items():
            if article.article_id == host.article_id or claim_id in existing or texts[claim_id] in words:
                continue
            if known and known <= set(decided.judges):
                judged_by_all += 1
            else:
                fresh.append((place, claim_id))
    chosen: dict[int, list[str]] = {}
    covered, shown = set[str](existing), 0
    count = 0
    for place, claim_id in _ranked(articles, fresh, host.article_id, known):
        if count >= wanted or claim_id in covered:
            continue
        chosen.setdefault(place, []).append(claim_id)
        ids = {claim.claim_id for claim in claims_shown(articles[place], claim_id, layout)}
        count += len(ids & articles[place].decided.keys())
        shown += len(ids)
        covered |= ids
    return Choice(chosen, count, shown, judged_by_all)


def _ranked(
    articles: Sequence[GoldArticle], fresh: Iterable[tuple[int, str]], host: str, people: set[str]
) -> Iterator[tuple[int, str]]:
    """Yield claims, one of each label in turn, each once where an article is in two projects."""
    by_label: dict[str, list[tuple[int, str, int, str]]] = {}
    for place, claim_id in fresh:
        decided = articles[place].decided[claim_id]
        key = len(people & set(decided.judges)), _digest(host, claim_id), place, claim_id
        by_label.setdefault(decided.label, []).append(key)
    queues = [sorted(by_label[label]) for label in sorted(by_label, key=lambda label: _digest(host, label))]
    for turn in range(max(map(len, queues), default=0)):
        for queue in queues:
            if turn < len(queue):
                yield queue[turn][2:]


def _digest(host: str, name: str) -> str:
    return hashlib.sha256(f"gold {host} {name}".encode()).hexdigest()
