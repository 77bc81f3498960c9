"""What figures of agreement are made of, in a form that adds up: a tally of one file, of many, of a cluster.

`partial` counts a frame that holds each of its claims whole (all answers to a claim stand in one frame);
`merge` adds such counts, in any order and grouping, with the same result as if all had been counted at once.
Dawid and Skene's model alone is not among them: it learns from all claims together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from annotate.report.stats.counts import (
    JUDGEMENT_COLUMNS,
    Codes,
    Counts,
    Kinds,
    check_columns,
    claim_codes,
    few_codes,
    kind_codes,
    kinds,
)

Flags = npt.NDArray[np.bool_]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts over judged claims; labels and annotators in alphabetical order.

    `kinds` has one column a label of `labels`. `crossed` holds for each two annotators (in alphabetical
    order) who share a claim how many claims have which labels by the one (rows) and the other (columns).
    `others` holds for each annotator how many claims the others came to a label on without them, and on how
    many of these the annotator gave that label.
    """

    labels: tuple[str, ...]
    annotators: tuple[str, ...]
    kinds: Kinds
    crossed: Mapping[Pair, Counts]
    others: Mapping[str, tuple[int, int]]


def partial(frame: pd.DataFrame) -> Tally:
    """Count the judgements of some claims.

    Args:
        frame: columns claim_id, annotator, label; all rows of each of its claims. A missing label is counted
            nowhere.

    Raises:
        BadInput: where a column is missing or a row has no claim_id.
    """
    return tally(coded(frame))


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Votes as numbers, one of each a vote: places in `ids`, `names` (-1 for none) and `used` labels."""

    claims: Codes
    annotators: Codes
    labels: Codes
    ids: pd.Index[Any]
    names: tuple[str, ...]
    used: tuple[str, ...]

    def counts(self) -> Counts:
        """Count the labels of each claim: one row a claim, one column a label."""
        return _counts(self.claims, self.labels, len(self.ids), len(self.used))

    def where(self, chosen: Flags) -> Coded:
        """Return the chosen votes, under the same numbers."""
        return replace(
            self,
            claims=self.claims[chosen],
            annotators=self.annotators[chosen],
            labels=self.labels[chosen],
        )


def coded(frame: pd.DataFrame) -> Coded:
    """Number the votes of a frame with the columns claim_id, annotator, label; no label is no vote.

    Raises:
        BadInput: where a column is missing or a row has no claim_id.
    """
    check_columns(frame, JUDGEMENT_COLUMNS)
    given = frame[frame["label"].notna()]
    claims, ids = claim_codes(given["claim_id"], None)
    annotators, names = few_codes(given["annotator"])
    labels, used = few_codes(given["label"])
    return Coded(
        claims.astype(np.int64),
        annotators.astype(np.int64),
        labels.astype(np.int64),
        ids,
        tuple(map(str, names)),
        tuple(map(str, used)),
    )


def tally(votes: Coded, *, pairs: bool = True) -> Tally:
    """Count votes; without `pairs`, who agrees with whom is left out: with many annotators it is the most."""
    return Tally(
        labels=votes.used,
        annotators=votes.names,
        kinds=kinds(votes.counts()),
        crossed=_crossed(votes) if pairs else {},
        others=_others(votes),
    )


def tally_by(votes: Coded, groups: Codes, names: Sequence[str]) -> dict[str, Tally]:
    """Count votes by group, without pairs and others; a claim in two groups is a claim in each.

    Args:
        votes: the votes.
        groups: the place in `names` of each vote's group.
        names: what the groups are called.
    """
    cells, found = pd.factorize(votes.claims * len(names) + groups)
    counts = _counts(cells, votes.labels, len(found), len(votes.used))
    kind, kind_of = pd.factorize(kind_codes(counts), sort=True)
    first = np.zeros(len(kind_of), dtype=np.intp)
    first[kind[::-1]] = np.arange(len(kind) - 1, -1, -1)
    claims = _counts(found % max(len(names), 1), kind, len(names), len(kind_of))
    who = _counts(
        groups[votes.annotators >= 0], votes.annotators[votes.annotators >= 0], len(names), len(votes.names)
    )
    return {
        name: _group(counts[first], claims[at], who[at] > 0, votes)
        for at, name in enumerate(names)
        if claims[at].any()
    }


def _group(counts: Counts, claims: Counts, who: Flags, votes: Coded) -> Tally:
    counts, claims = counts[claims > 0], claims[claims > 0]
    used: Flags = np.any(counts, axis=0)
    return Tally(
        labels=tuple(label for label, there in zip(votes.used, used.tolist(), strict=True) if there),
        annotators=tuple(name for name, there in zip(votes.names, who.tolist(), strict=True) if there),
        kinds=Kinds(counts[:, used], claims),
        crossed={},
        others={},
    )


def merge(tallies: Iterable[Tally]) -> Tally:
    """Add tallies of different claims; no tally gives an empty one."""
    told = list(tallies)
    labels = tuple(sorted(set().union(*(each.labels for each in told))))
    annotators = tuple(sorted(set().union(*(each.annotators for each in told))))
    crossed: dict[Pair, Counts] = {}
    compared: Counter[str] = Counter()
    agreeing: Counter[str] = Counter()
    for each in told:
        at = [labels.index(label) for label in each.labels]
        for pair, counts in each.crossed.items():
            total = crossed.setdefault(pair, np.zeros((len(labels), len(labels)), dtype=np.int64))
            total[np.ix_(at, at)] += counts
        for name, (claims, same) in each.others.items():
            compared[name] += claims
            agreeing[name] += same
    return Tally(
        labels=labels,
        annotators=annotators,
        kinds=add_kinds([_widened(each.kinds, each.labels, labels) for each in told], width=len(labels)),
        crossed={pair: crossed[pair] for pair in sorted(crossed)},
        others={name: (compared[name], agreeing[name]) for name in annotators if name in compared},
    )


def cross(of_a: Codes, of_b: Codes, size: int) -> Counts:
    """Cross two annotators' labels (places in a list of `size`, -1 for none) over the claims of both."""
    both = (of_a >= 0) & (of_b >= 0)
    return np.bincount(of_a[both] * size + of_b[both], minlength=size * size).reshape(size, size)


def add_kinds(parts: Sequence[Kinds], *, width: int) -> Kinds:
    """Add kinds of different claims over the same columns, of which there are `width`; none are no kinds."""
    rows = np.concatenate([np.zeros((0, width), dtype=np.int64), *(found.counts for found in parts)])
    weights = np.concatenate([np.zeros(0, dtype=np.int64), *(found.claims for found in parts)])
    counts, place = np.unique(rows, axis=0, return_inverse=True)
    claims = np.zeros(len(counts), dtype=np.int64)
    np.add.at(claims, place.ravel(), weights)
    return Kinds(counts, claims)


def _widened(found: Kinds, own: Sequence[str], labels: Sequence[str]) -> Kinds:
    """Return kinds over a longer list of labels."""
    wide = np.zeros((len(found.counts), len(labels)), dtype=np.int64)
    wide[:, [labels.index(label) for label in own]] = found.counts
    return Kinds(wide, found.claims)


def _counts(rows: Codes, columns: Codes, height: int, width: int) -> Counts:
    """Count how often each row and column come together."""
    return np.bincount(rows * width + columns, minlength=height * width).reshape(height, width)


def _crossed(votes: Coded) -> dict[Pair, Counts]:
    """Cross the labels of each two annotators who share a claim, as `Tally.crossed` has them.

    Only pairs that meet cost anything: two hundred annotators make twenty thousand pairs.
    """
    known = np.flatnonzero(votes.annotators >= 0)
    order = known[np.argsort(votes.claims[known], kind="stable")]
    claims, who, labels = votes.claims[order], votes.annotators[order], votes.labels[order]
    people, size = len(votes.names), len(votes.used)
    met = [np.zeros(0, dtype=np.int64)]
    for step in range(1, int(np.bincount(claims).max(initial=0))):
        one = np.flatnonzero(claims[step:] == claims[:-step])
        other = one + step
        turned = who[one] > who[other]
        one, other = np.where(turned, other, one), np.where(turned, one, other)
        apart = who[one] != who[other]
        one, other = one[apart], other[apart]
        met.append(((who[one] * people + who[other]) * size + labels[one]) * size + labels[other])
    keys, claims_met = np.unique(np.concatenate(met), return_counts=True)
    crossed: dict[Pair, Counts] = {}
    for key, n in zip(keys.tolist(), claims_met.tolist(), strict=True):
        pair, cell = divmod(key, size * size)
        a, b = (votes.names[at] for at in divmod(pair, people))
        crossed.setdefault((a, b), np.zeros((size, size), dtype=np.int64)).flat[cell] = n
    return crossed


def _others(votes: Coded) -> dict[str, tuple[int, int]]:
    """Count for each annotator the claims that others came to a label on, and those of the same label."""
    known = votes.annotators >= 0
    claims, who, own = votes.claims[known], votes.annotators[known], votes.labels[known]
    others = _counts(claims, own, len(votes.ids), len(votes.used))[claims]
    others[np.arange(len(own)), own] -= 1
    top, given = others.max(axis=1, initial=0), others.sum(axis=1)
    won = 2 * top > given
    agreeing = won & (np.take_along_axis(others, own[:, None], axis=1)[:, 0] == top)
    people = len(votes.names)
    compared = np.bincount(who[won], minlength=people)
    same = np.bincount(who[agreeing], minlength=people)
    return {name: (int(compared[at]), int(same[at])) for at, name in enumerate(votes.names)}
