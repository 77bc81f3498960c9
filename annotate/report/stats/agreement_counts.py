"""What figures of agreement are made of: claims that were answered alike, and annotators side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from annotate.report.stats.counts import (
    JUDGEMENT_COLUMNS,
    Codes,
    Counts,
    Kinds,
    check_columns,
    claim_codes,
    few_codes,
    kinds,
    majority,
)

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts over judged claims; labels and annotators in alphabetical order.

    `kinds` has one column per label of `labels`. `crossed` has for each two annotators (alphabetically)
    who share a claim how many claims have which labels by the one (rows) and the other (columns). `others`
    has for each annotator the `claims` that the others came to a label on without them, and how many of
    these are `agreeing`: the annotator gave that label.
    """

    labels: tuple[str, ...]
    annotators: tuple[str, ...]
    kinds: Kinds
    crossed: Mapping[Pair, Counts]
    others: Mapping[str, Mapping[str, int]]


def tally(frame: pd.DataFrame) -> Tally:
    """Count judgements.

    Args:
        frame: columns claim_id, annotator, label; a row without a label is no judgement.

    Raises:
        BadInput: where a column is missing or a row has no claim_id.
    """
    check_columns(frame, JUDGEMENT_COLUMNS)
    given = frame[frame["label"].notna()]
    claims, ids = claim_codes(given["claim_id"], None)
    (who, names), (labels, used) = few_codes(given["annotator"]), few_codes(given["label"])
    cells = np.bincount(claims * len(used) + labels, minlength=len(ids) * len(used))
    counts = cells.reshape(len(ids), len(used))
    known = who >= 0
    votes = (claims[known], who[known].astype(np.int64), labels[known].astype(np.int64))
    people = tuple(map(str, names))
    return Tally(
        labels=tuple(map(str, used)),
        annotators=people,
        kinds=kinds(counts),
        crossed=_crossed(*votes, people, len(used)),
        others=_others(*votes, people, counts),
    )


def _crossed(claims: Codes, who: Codes, labels: Codes, names: Sequence[str], size: int) -> dict[Pair, Counts]:
    """Cross the labels of each two annotators who share a claim, as `Tally.crossed` has them.

    Only pairs that meet cost anything: two hundred annotators make twenty thousand pairs.
    """
    order = np.argsort(claims, kind="stable")
    claims, who, labels = claims[order], who[order], labels[order]
    met = [np.zeros(0, dtype=np.int64)]
    for step in range(1, int(np.bincount(claims).max(initial=0))):
        one = np.flatnonzero(claims[step:] == claims[:-step])
        other = one + step
        turned = who[one] > who[other]
        one, other = np.where(turned, other, one), np.where(turned, one, other)
        apart = who[one] != who[other]
        one, other = one[apart], other[apart]
        met.append(((who[one] * len(names) + who[other]) * size + labels[one]) * size + labels[other])
    keys, claims_met = np.unique(np.concatenate(met), return_counts=True)
    crossed: dict[Pair, Counts] = {}
    for key, n in zip(keys.tolist(), claims_met.tolist(), strict=True):
        pair, cell = divmod(key, size * size)
        a, b = (names[at] for at in divmod(pair, len(names)))
        crossed.setdefault((a, b), np.zeros((size, size), dtype=np.int64)).flat[cell] = n
    return crossed


def _others(
    claims: Codes, who: Codes, labels: Codes, names: Sequence[str], counts: Counts
) -> dict[str, dict[str, int]]:
    """Compare each annotator with the majority of the others, as `Tally.others` has it."""
    others = counts[claims]
    others[np.arange(len(labels)), labels] -= 1
    label = majority(others)
    compared = np.bincount(who[label >= 0], minlength=len(names)).tolist()
    agreeing = np.bincount(who[label == labels], minlength=len(names)).tolist()
    return {
        name: {"claims": claims, "agreeing": same}
        for name, claims, same in zip(names, compared, agreeing, strict=True)
    }
