"""Which decided claims make a training round: as even over labels and reasons as the stock allows; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from annotate.training_round.decided import DecidedClaim, Stock

WANTED = 20  # claims of a round
FEWEST = 5  # decided claims: with fewer there is no round
IN_SECTION = 5  # claims of a section, about


def choose(
    stock: Stock,
    *,
    wanted: int = WANTED,
    kept: Collection[str] = (),
    earlier: Collection[str] = (),
) -> list[DecidedClaim]:
    """Return the claims of a round, in reading order.

    The same stock gives the same claims. Labels take turns, and within a label the reasons. Of one reason,
    claims of the article with most decided claims come first, so that sections are whole.

    Args:
        stock: the decided claims.
        wanted: how many to choose; fewer where the stock has fewer.
        kept: ids of claims that the round has already.
        earlier: ids of claims of the person's earlier rounds, which come last.
    """
    ranks = _ranks(stock)

    def order(claim: DecidedClaim) -> tuple[bool, int, str]:
        return claim.claim_id in earlier, ranks[claim.claim_id], _digest(claim.claim_id)

    labels = (sorted(claims, key=order) for claims in _split(stock.decided.values(), "label"))
    turns = list(_in_turns([list(_in_turns(_split(claims, "group"))) for claims in labels]))
    turns.sort(key=lambda claim: (claim.claim_id not in kept, claim.claim_id in earlier))  # stable
    chosen = {claim.claim_id for claim in turns[: max(wanted, len(kept))]}
    reading = (claim.claim_id for _, claims, _ in stock.articles for claim in claims)
    return [stock.decided[claim_id] for claim_id in reading if claim_id in chosen]


def _ranks(stock: Stock) -> dict[str, int]:
    """Return by claim the rank of its article, the one with most decided claims first."""
    articles = sorted(stock.articles, key=lambda each: (-len(each[1]), _digest(each[0].article_id)))
    return {claim.claim_id: rank for rank, (_, claims, _) in enumerate(articles) for claim in claims}


def _split(claims: Iterable[DecidedClaim], field: str) -> list[list[DecidedClaim]]:
    """Return claims by the value of a field, the values in alphabetical order."""
    groups: dict[str, list[DecidedClaim]] = {}
    for claim in claims:
        groups.setdefault(getattr(claim, field), []).append(claim)
    return [groups[value] for value in sorted(groups)]


def _in_turns(groups: Sequence[Sequence[DecidedClaim]]) -> Iterator[DecidedClaim]:
    """Yield the first claim of each group, then the second of each, and so on."""
    return (claim for claim in chain.from_iterable(zip_longest(*groups)) if claim)


def _digest(name: str) -> str:
    return hashlib.sha256(f"training {name}".encode()).hexdigest()
