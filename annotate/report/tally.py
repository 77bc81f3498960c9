"""What figures of agreement are made of, in a form that adds up: a tally of one file, of many, of a cluster.

`partial` counts a frame that holds each of its claims whole (all answers to a claim stand in one frame);
`merge` adds such counts, in any order and grouping, with the same result as if all had been counted at once.
Dawid and Skene's model alone is not among them: it learns from all claims together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from annotate.report.counts import (
    JUDGEMENT_COLUMNS,
    Codes,
    Counts,
    Kinds,
    answer_table,
    check_columns,
    count_table,
    kinds,
)

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
    check_columns(frame, JUDGEMENT_COLUMNS)
    given = frame[frame["label"].notna()]
    table = count_table(given)
    answers, annotators, labels = answer_table(given)
    size = len(labels)
    pairs = combinations(range(len(annotators)), 2)
    crossed = {
        (str(annotators[i]), str(annotators[j])): cross(answers[:, i], answers[:, j], size) for i, j in pairs
    }
    votes = np.stack([(answers == code).sum(axis=1) for code in range(size)] or [answers[:, :0]], axis=1)
    return Tally(
        labels=tuple(map(str, table.columns)),
        annotators=tuple(map(str, annotators)),
        kinds=kinds(table.to_numpy()),
        crossed={pair: counts for pair, counts in crossed.items() if counts.any()},
        others={str(name): _against(answers[:, at], votes) for at, name in enumerate(annotators)},
    )


def merge(tallies: Iterable[Tally]) -> Tally:
    """Add tallies of different claims; no tally gives an empty one."""
    told = list(tallies)
    labels = tuple(sorted({label for each in told for label in each.labels}))
    annotators = tuple(sorted({name for each in told for name in each.annotators}))
    crossed: dict[Pair, Counts] = {}
    others: Counter[tuple[str, int]] = Counter()
    for each in told:
        at = [labels.index(label) for label in each.labels]
        for pair, counts in each.crossed.items():
            total = crossed.setdefault(pair, np.zeros((len(labels), len(labels)), dtype=np.int64))
            total[np.ix_(at, at)] += counts
        others.update({(name, part): n for name, both in each.others.items() for part, n in enumerate(both)})
    return Tally(
        labels=labels,
        annotators=annotators,
        kinds=_added([(each.kinds, [labels.index(label) for label in each.labels]) for each in told], labels),
        crossed={pair: crossed[pair] for pair in sorted(crossed)},
        others={name: (others[name, 0], others[name, 1]) for name in annotators},
    )


def cross(of_a: Codes, of_b: Codes, size: int) -> Counts:
    """Cross two annotators' labels (places in a list of `size`, -1 for none) over the claims of both."""
    both = (of_a >= 0) & (of_b >= 0)
    return np.bincount(of_a[both] * size + of_b[both], minlength=size * size).reshape(size, size)


def _added(parts: Sequence[tuple[Kinds, list[int]]], labels: Sequence[str]) -> Kinds:
    """Fold kinds over several lists of labels together; `parts` gives the place of each one's columns."""
    rows = [np.zeros((0, len(labels)), dtype=np.int64)]
    for found, at in parts:
        wide = np.zeros((len(found.counts), len(labels)), dtype=np.int64)
        wide[:, at] = found.counts
        rows.append(wide)
    counts, place = np.unique(np.concatenate(rows), axis=0, return_inverse=True)
    weights = np.concatenate([np.zeros(0, dtype=np.int64), *(found.claims for found, _ in parts)])
    claims = np.zeros(len(counts), dtype=np.int64)
    np.add.at(claims, place.ravel(), weights)
    return Kinds(counts, claims)


def _against(own: Codes, votes: Counts) -> tuple[int, int]:
    """Count for one annotator the claims that others came to a label on, and those of the same label."""
    judged = np.flatnonzero(own >= 0)
    others = votes[judged]
    others[np.arange(len(judged)), own[judged]] -= 1
    top, given = others.max(axis=1, initial=0), others.sum(axis=1)
    won = 2 * top > given
    agreeing = others.argmax(axis=1)[won] == own[judged][won] if won.any() else won[won]
    return int(won.sum()), int(agreeing.sum())
