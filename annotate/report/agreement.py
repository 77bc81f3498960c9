"""How far annotators agree, beyond chance and plainly counted.

Every function takes a frame with the columns claim_id, annotator, label (one row an annotator and claim; a
missing label is counted nowhere) and gives a float, or `None` where the figure is not defined: no claim
judged twice, or only one label in use. All but Cohen's kappa are sums over the table of counts, so a million
claims cost what counting them costs.

Sources:
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin 76(5).
    Gwet, K. L. (2014). Handbook of inter-rater reliability, 4th edition, chapter 2.
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement 20(1).
    Spitzer, R. L. & Fleiss, J. L. (1974). A re-analysis of the reliability of psychiatric diagnosis. British
    Journal of Psychiatry 125.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from annotate.report.consensus import JUDGEMENT_COLUMNS, Counts, check_columns, count_table


def percent_agreement(frame: pd.DataFrame) -> float | None:
    """Give the share of pairs of answers to the same claim that have the same label (0..1).

    Args:
        frame: columns claim_id, annotator, label.
    """
    agreeing, pairs = _pairs(_counts(frame))
    return _ratio(agreeing.sum(), pairs)


def alpha(frame: pd.DataFrame) -> float | None:
    """Give Krippendorff's alpha for nominal data, answers may be missing (Krippendorff 2011, section C).

    `1 - D_o / D_e`, from coincidences of values within the claims that were judged at least twice.

    Args:
        frame: columns claim_id, annotator, label.
    """
    return _alpha(_counts(frame))


def fleiss_kappa(frame: pd.DataFrame) -> float | None:
    """Give Fleiss' kappa (Fleiss 1971); with uneven numbers of answers as Gwet (2014, section 2.4) widens it.

    Observed agreement is the mean over claims judged at least twice, chance agreement comes from the mean
    share of each label over all judged claims. With the same number of answers to each claim this is the
    figure of 1971.

    Args:
        frame: columns claim_id, annotator, label.
    """
    counts = _counts(frame)
    votes = counts.sum(axis=1)
    counts, votes = counts[votes > 0], votes[votes > 0]
    twice = votes > 1
    if not twice.any():
        return None
    same = (counts[twice] * (counts[twice] - 1)).sum(axis=1)
    observed = (same / (votes[twice] * (votes[twice] - 1))).mean()
    expected = float(((counts / votes[:, None]).mean(axis=0) ** 2).sum())
    return _beyond_chance(observed, expected)


def cohen_kappa(frame: pd.DataFrame, a: str, b: str) -> float | None:
    """Give Cohen's kappa of two annotators over the claims that both judged (Cohen 1960).

    Args:
        frame: columns claim_id, annotator, label.
        a: one annotator, as in the column annotator.
        b: the other.
    """
    return _cohen(_confusion(frame, a, b))


def agreement(frame: pd.DataFrame, *, labels: Sequence[str] | None = None) -> dict[str, Any]:
    """Put all figures together, ready for JSON (undefined is `None`, with the reason beside it).

    Args:
        frame: columns claim_id, annotator, label.
        labels: the labels to list under `by_label`, in this order; without it those in use.

    Returns:
        `claims` (judged), `claims_judged_twice`, `judgements`, `annotators` (counts), `pairs` of answers to
        the same claim and `pairs_agreeing`, `percent_agreement`, `krippendorff_alpha`, `fleiss_kappa`,
        `undefined` (why alpha is `None`, else `None`), `by_label` (see `by_label`), `by_pair` (see
        `by_pair`).
    """
    check_columns(frame, JUDGEMENT_COLUMNS)
    given = frame[frame["label"].notna()]
    counts = _counts(given)
    agreeing, pairs = _pairs(counts)
    return {
        "claims": len(counts),
        "claims_judged_twice": int((counts.sum(axis=1) > 1).sum()),
        "judgements": len(given),
        "annotators": int(given["annotator"].nunique()),
        "pairs": int(pairs),
        "pairs_agreeing": int(agreeing.sum()),
        "percent_agreement": _ratio(agreeing.sum(), pairs),
        "krippendorff_alpha": _alpha(counts),
        "fleiss_kappa": fleiss_kappa(given),
        "undefined": _why_undefined(counts),
        "by_label": by_label(given, labels=labels),
        "by_pair": by_pair(given),
    }


def by_label(
    frame: pd.DataFrame, *, labels: Sequence[str] | None = None
) -> dict[str, dict[str, int | float | None]]:
    """Give the agreement on each label.

    Args:
        frame: columns claim_id, annotator, label.
        labels: the labels to list, in this order; without it those in use.

    Returns:
        By label: `judgements` (count), `agreement` (specific agreement: when one annotator gives this label,
        how often another one does too; Spitzer & Fleiss 1974), `alpha` (Krippendorff's alpha of this label
        against all others together).
    """
    table = count_table(frame)
    table = table.reindex(columns=list(labels or ()), fill_value=0).join(
        table.drop(columns=list(labels or ()), errors="ignore")
    )
    counts = table.to_numpy(dtype=np.int64)
    votes = counts.sum(axis=1)
    return {str(label): _one_label(counts[:, at], votes) for at, label in enumerate(table.columns)}


def by_pair(frame: pd.DataFrame) -> list[dict[str, str | int | float | None]]:
    """Give the agreement of each two annotators, in alphabetical order.

    Args:
        frame: columns claim_id, annotator, label.

    Returns:
        For each pair: `a`, `b`, `claims` (judged by both), `percent_agreement`, `cohen_kappa`.
    """
    check_columns(frame, JUDGEMENT_COLUMNS)
    rows: list[dict[str, str | int | float | None]] = []
    for a, b in combinations(sorted(frame["annotator"].dropna().unique()), 2):
        table = _confusion(frame, a, b)
        both = int(table.sum())
        percent = _ratio(np.trace(table), both)
        rows.append(
            {"a": a, "b": b, "claims": both, "percent_agreement": percent, "cohen_kappa": _cohen(table)}
        )
    return rows


def _counts(frame: pd.DataFrame) -> Counts:
    table: Counts = count_table(frame).to_numpy(dtype=np.int64)
    return table


def _pairs(counts: Counts) -> tuple[Counts, int]:
    """Count pairs of answers to the same claim: those that agree (one number a label), and all."""
    votes = counts.sum(axis=1)
    return (counts * (counts - 1)).sum(axis=0) // 2, int((votes * (votes - 1)).sum()) // 2


def _alpha(counts: Counts) -> float | None:
    votes = counts.sum(axis=1)
    counts, votes = counts[votes > 1], votes[votes > 1]
    totals = counts.sum(axis=0)
    n = int(totals.sum())
    apart = n * n - int((totals * totals).sum())
    if apart == 0:
        return None
    within = (votes * votes - (counts * counts).sum(axis=1)) / (votes - 1)
    return float(1 - (n - 1) * within.sum() / apart)


def _one_label(given: Counts, votes: Counts) -> dict[str, int | float | None]:
    other = votes - given
    agreeing, chances = (given * (given - 1)).sum(), (given * (votes - 1)).sum()
    return {
        "judgements": int(given.sum()),
        "agreement": _ratio(agreeing, chances),
        "alpha": _alpha(np.column_stack([given, other])),
    }


def _confusion(frame: pd.DataFrame, a: str, b: str) -> Counts:
    """Count the claims that both judged: row = label of `a`, column = label of `b`."""
    check_columns(frame, JUDGEMENT_COLUMNS)
    given = frame[frame["label"].notna() & frame["annotator"].isin([a, b])]
    codes, labels = pd.factorize(given["label"].to_numpy(), sort=True)
    answers = pd.Series(codes, index=given["claim_id"])
    of_a, of_b = answers[(given["annotator"] == a).to_numpy()], answers[(given["annotator"] == b).to_numpy()]
    both = pd.concat([of_a, of_b], axis=1, join="inner").to_numpy(dtype=np.int64)
    size = len(labels)
    return np.bincount(both[:, 0] * size + both[:, 1], minlength=size * size).reshape(size, size)


def _cohen(table: Counts) -> float | None:
    n = int(table.sum())
    if n == 0:
        return None
    expected = float((table.sum(axis=0) * table.sum(axis=1)).sum()) / n**2
    return _beyond_chance(float(np.trace(table)) / n, expected)


def _beyond_chance(observed: float, expected: float) -> float | None:
    # Rounding leaves 1 - 1e-16 where only one label is in use; any real second label gives far more.
    return None if 1 - expected < 1e-12 else float((observed - expected) / (1 - expected))


def _ratio(part: float | np.integer[npt.NBitBase], whole: float | np.integer[npt.NBitBase]) -> float | None:
    return float(part) / float(whole) if whole else None


def _why_undefined(counts: Counts) -> str | None:
    twice = counts[counts.sum(axis=1) > 1]
    if not len(twice):
        return "no claim judged twice"
    return "only one label used" if (twice.sum(axis=0) > 0).sum() < 2 else None
