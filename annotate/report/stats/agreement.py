"""How far annotators agree, beyond chance and plainly counted.

The single figures take a frame with the columns claim_id, annotator, label (one row per annotator and claim;
a missing label is counted nowhere), all figures together a `Tally`. A figure is a float, or `None` where it
is not defined: no claim judged twice, or only one label in use. The formulas and their sources stand in
`formulas`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from annotate.report.stats import formulas
from annotate.report.stats.agreement_counts import Tally, tally
from annotate.report.stats.counts import (
    JUDGEMENT_COLUMNS,
    Counts,
    Kinds,
    check_columns,
    count_table,
    kinds,
)


def percent_agreement(frame: pd.DataFrame) -> float | None:
    """Return the share of pairs of answers to the same claim that have the same label (0..1).

    Args:
        frame: columns claim_id, annotator, label.
    """
    patterns = kinds_of(frame)
    return figure(formulas.percent_agreement(patterns.counts, patterns.claims))


def alpha(frame: pd.DataFrame) -> float | None:
    """Return Krippendorff's alpha for nominal data (at most 1, 0 by chance); answers may be missing.

    Krippendorff (2011), section C: `1 - D_o / D_e`, from coincidences of labels within the claims that were
    judged at least twice.

    Args:
        frame: columns claim_id, annotator, label.

    >>> rows = [("c1", "Ada", "opinion"), ("c1", "Bo", "opinion"), ("c2", "Ada", "checkable_fact")]
    >>> rows += [("c2", "Bo", "checkable_fact"), ("c3", "Ada", "opinion"), ("c3", "Bo", "checkable_fact")]
    >>> round(alpha(pd.DataFrame(rows, columns=["claim_id", "annotator", "label"])), 3)
    0.444
    """
    patterns = kinds_of(frame)
    return figure(formulas.alpha(patterns.counts, patterns.claims))


def fleiss_kappa(frame: pd.DataFrame) -> float | None:
    """Return Fleiss' kappa (Fleiss 1971); with uneven numbers of answers as Gwet (2014, chapter 2) widens it.

    Args:
        frame: columns claim_id, annotator, label.
    """
    patterns = kinds_of(frame)
    return figure(formulas.fleiss_kappa(patterns.counts, patterns.claims))


def gwet_ac1(frame: pd.DataFrame) -> float | None:
    """Return Gwet's AC1 (Gwet 2008), which does not fall where nearly all claims have the same label.

    The labels that it reckons with are those in use.

    Args:
        frame: columns claim_id, annotator, label.
    """
    patterns = kinds_of(frame)
    return figure(formulas.gwet_ac1(patterns.counts, patterns.claims))


def cohen_kappa(frame: pd.DataFrame, a: str, b: str) -> float | None:
    """Return Cohen's kappa of two annotators over the claims that both judged (Cohen 1960).

    Args:
        frame: columns claim_id, annotator, label.
        a: one annotator, as in the column annotator.
        b: the other.
    """
    return figure(formulas.cohen_kappa(crossed(frame, a, b)))


def kinds_of(frame: pd.DataFrame) -> Kinds:
    """Fold the claims of a frame that were answered alike together.

    Args:
        frame: columns claim_id, annotator, label.
    """
    check_columns(frame, JUDGEMENT_COLUMNS)
    return kinds(count_table(frame).to_numpy())


def crossed(frame: pd.DataFrame, a: str, b: str) -> Counts:
    """Count the claims that both judged: row = label of `a`, column = label of `b`, in alphabetical order.

    Args:
        frame: columns claim_id, annotator, label.
        a: one annotator, as in the column annotator.
        b: the other.
    """
    both = tally(frame[frame["annotator"].isin([a, b])])
    if a == b:
        return np.diag(both.kinds.claims @ both.kinds.counts)
    none = np.zeros((len(both.labels), len(both.labels)), dtype=np.int64)
    table = both.crossed.get((min(a, b), max(a, b)), none)
    return table if a <= b else table.T


def agreement(counted: Tally, *, labels: Sequence[str] | None = None) -> dict[str, Any]:
    """Put all figures together, ready for JSON (undefined is `None`, with the reason beside it).

    Args:
        counted: as `tally` returns it.
        labels: the labels to list, in this order; without it those in use.

    Returns:
        `claims` (judged), `claims_judged_twice`, `judgements`, `annotators` (counts), `pairs` of answers to
        the same claim and `pairs_agreeing`, `percent_agreement`, `krippendorff_alpha`, `fleiss_kappa`,
        `gwet_ac1`, `undefined` (why alpha is `None`, else `None`), `by_label` (see `by_label`), `by_pair`
        (see `by_pair`), `confused` (see `confused`).
    """
    return {
        **headlines(counted.kinds, annotators=len(counted.annotators)),
        "by_label": by_label(counted, labels=labels),
        "by_pair": by_pair(counted, labels=labels),
        "confused": confused(counted, labels=labels),
    }


def headlines(patterns: Kinds, *, annotators: int) -> dict[str, Any]:
    """Return the figures of `agreement` that are of all labels and annotators together.

    Args:
        patterns: the kinds of claims.
        annotators: how many judged them.
    """
    agreeing, pairs = _pairs(patterns)
    return {
        "claims": int(patterns.claims.sum()),
        "claims_judged_twice": _judged_twice(patterns),
        "judgements": int(patterns.claims @ patterns.counts.sum(axis=1)),
        "annotators": annotators,
        "pairs": pairs,
        "pairs_agreeing": agreeing,
        "percent_agreement": figure(formulas.percent_agreement(patterns.counts, patterns.claims)),
        "krippendorff_alpha": figure(formulas.alpha(patterns.counts, patterns.claims)),
        "fleiss_kappa": figure(formulas.fleiss_kappa(patterns.counts, patterns.claims)),
        "gwet_ac1": figure(formulas.gwet_ac1(patterns.counts, patterns.claims)),
        "undefined": _why_undefined(patterns),
    }


def by_label(
    counted: Tally, *, labels: Sequence[str] | None = None
) -> dict[str, dict[str, int | float | None]]:
    """Return the agreement on each label.

    Args:
        counted: as `tally` returns it.
        labels: the labels to list, in this order; without it those in use.

    Returns:
        By label: `judgements` (count), `claims` (judged at least twice, this label among the answers),
        `agreement` (specific agreement: when one annotator gives this label, how often another one does too;
        Spitzer & Fleiss 1974), `alpha` (Krippendorff's alpha of this label against all others together).
    """
    table = _listed(pd.DataFrame(counted.kinds.counts, columns=list(counted.labels)), labels)
    patterns = Kinds(table.to_numpy(), counted.kinds.claims)
    shares = formulas.specific_agreement(patterns.counts, patterns.claims)
    return {
        str(label): {**_one_label(patterns, at), "agreement": figure(shares[at])}
        for at, label in enumerate(table.columns)
    }


def by_pair(counted: Tally, *, labels: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return the agreement of each two annotators, in alphabetical order.

    Args:
        counted: as `tally` returns it.
        labels: the labels to list under `confusion`, in this order; without it those in use.

    Returns:
        For each pair: `a`, `b`, `claims` (judged by both), `percent_agreement`, `cohen_kappa`, `confusion`
        (by label of `a`, then by label of `b`: how many claims).
    """
    used, size = pd.Index(counted.labels, dtype=object), len(counted.labels)
    none = np.zeros((size, size), dtype=np.int64)
    return [
        {"a": a, "b": b, **_pair(counted.crossed.get((a, b), none), used, labels)}
        for a, b in combinations(counted.annotators, 2)
    ]


def confused(counted: Tally, *, labels: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return the pairs of labels that answers to the same claim differ by, the most frequent first.

    Args:
        counted: as `tally` returns it.
        labels: the order of labels; without it the alphabet.

    Returns:
        For each two labels that ever met: `labels` (both), `pairs` (of answers, one with either).
    """
    table = _listed(pd.DataFrame(counted.kinds.counts, columns=list(counted.labels)), labels)
    met = table.to_numpy().T @ (table.to_numpy() * counted.kinds.claims[:, None])
    rows = [
        {"labels": [str(table.columns[k]), str(table.columns[m])], "pairs": int(met[k, m])}
        for k, m in combinations(range(len(met)), 2)
        if met[k, m]
    ]
    return sorted(rows, key=lambda row: -row["pairs"])


def figure(value: Any) -> float | None:
    """Return a figure as a float, `None` for one that is not defined."""
    return None if np.isnan(value) else float(value)


def _pairs(patterns: Kinds) -> tuple[int, int]:
    """Count pairs of answers to the same claim: those that agree, and all."""
    agreeing = patterns.claims @ formulas.same_pairs(patterns.counts).sum(axis=1)
    return int(agreeing) // 2, int(patterns.claims @ formulas.pairs(patterns.counts)) // 2


def _judged_twice(patterns: Kinds) -> int:
    return int(patterns.claims[patterns.counts.sum(axis=1) > 1].sum())


def _listed(table: pd.DataFrame, labels: Sequence[str] | None) -> pd.DataFrame:
    """Put the named labels first, in their order, counted or not."""
    first = list(labels or ())
    return table.reindex(columns=[*first, *table.columns.difference(first)], fill_value=0)


def _one_label(patterns: Kinds, at: int) -> dict[str, int | float | None]:
    given, votes = patterns.counts[:, at], patterns.counts.sum(axis=1)
    return {
        "judgements": int(patterns.claims @ given),
        "claims": int(patterns.claims[(given > 0) & (votes > 1)].sum()),
        "alpha": figure(formulas.alpha(np.column_stack([given, votes - given]), patterns.claims)),
    }


def _pair(table: Counts, used: pd.Index[Any], labels: Sequence[str] | None) -> dict[str, Any]:
    listed = _listed(_listed(pd.DataFrame(table, used, used), labels).T, labels).T
    n = table.sum()
    return {
        "claims": int(n),
        "percent_agreement": figure(formulas.over(np.trace(table), n)),
        "cohen_kappa": figure(formulas.cohen_kappa(table)),
        "confusion": {str(a): {str(b): int(n) for b, n in row.items()} for a, row in listed.iterrows()},
    }


def _why_undefined(patterns: Kinds) -> str | None:
    twice = patterns.counts[patterns.counts.sum(axis=1) > 1]
    if not len(twice):
        return "no claim judged twice"
    return "only one label used" if (twice.sum(axis=0) > 0).sum() < 2 else None
