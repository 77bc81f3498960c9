"""The formulas of agreement, each over kinds of claims and how many claims are of each kind.

`counts` is P×K: one row per kind of claim, one column per label, how many annotators gave it. `claims` is
…×P: how many claims are of each kind; further axes in front are samples, each computed alike, so that a
bootstrap is one call. The result has the shape of `claims` without its last axis; NaN is a figure that is not
defined.

Sources:
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement 20(1), 37–46.
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin 76(5),
    378–382.
    Spitzer, R. L. & Fleiss, J. L. (1974). A re-analysis of the reliability of psychiatric diagnosis. British
    Journal of Psychiatry 125, 341–347.
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement.
    British Journal of Mathematical and Statistical Psychology 61, 29–48.
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
    Gwet, K. L. (2014). Handbook of inter-rater reliability, 4th edition, chapter 2.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annotate.report.stats.counts import Counts

Figures = npt.NDArray[np.float64]


def percent_agreement(counts: Counts, claims: Counts) -> Figures:
    """Return the share of pairs of answers to the same claim that have the same label."""
    return over(claims @ same_pairs(counts).sum(axis=1), claims @ pairs(counts))


def alpha(counts: Counts, claims: Counts) -> Figures:
    """Return Krippendorff's alpha for nominal data, answers may be missing (Krippendorff 2011, section C).

    `1 - (n - 1) · Σ_u (m_u² - Σ_c n_uc²) / (m_u - 1)  /  (n² - Σ_c n_c²)`, where `m_u` answers to claim u,
    `n_uc` of them for label c, and the sums go over the claims that were judged at least twice.
    """
    votes = counts.sum(axis=1)
    counts, claims, votes = counts[votes > 1], claims[..., votes > 1], votes[votes > 1]
    totals = claims @ counts
    n = totals.sum(axis=-1)
    apart = claims @ ((votes**2 - (counts**2).sum(axis=1)) / (votes - 1))
    return 1 - over((n - 1) * apart, n**2 - (totals**2).sum(axis=-1))


def fleiss_kappa(counts: Counts, claims: Counts) -> Figures:
    """Return Fleiss' kappa (Fleiss 1971), for uneven numbers of answers as Gwet widens it.

    Observed agreement is the mean over claims judged at least twice, chance agreement is made of the mean
    share of each label over all judged claims (Gwet 2014, chapter 2). With the same number of answers to
    each claim this is the figure of 1971.
    """
    by_chance = (_label_shares(counts, claims) ** 2).sum(axis=-1)
    return beyond_chance(_observed(counts, claims), by_chance)


def gwet_ac1(counts: Counts, claims: Counts) -> Figures:
    """Return Gwet's AC1 (Gwet 2008; for missing answers 2014, chapter 2).

    Observed agreement as for Fleiss' kappa; chance agreement is `Σ_k π_k (1 - π_k) / (q - 1)`, where `π_k` is
    the mean share of label k and `q` the number of labels.
    """
    shares, q = _label_shares(counts, claims), counts.shape[1]
    by_chance = over((shares * (1 - shares)).sum(axis=-1), np.asarray(q - 1))
    return beyond_chance(_observed(counts, claims), by_chance)


def cohen_kappa(crossed: Counts) -> Figures:
    """Return Cohen's kappa (Cohen 1960, equation 1) of tables …×K×K: one's labels by the other's."""
    n = crossed.sum(axis=(-2, -1))
    observed = over(np.trace(crossed, axis1=-2, axis2=-1), n)
    by_chance = over((crossed.sum(axis=-1) * crossed.sum(axis=-2)).sum(axis=-1), n**2)
    return beyond_chance(observed, by_chance)


def specific_agreement(counts: Counts, claims: Counts) -> Figures:
    """Return for each label (last axis) how often it is given by one when another gave it.

    `Σ n_uc (n_uc - 1) / Σ n_uc (m_u - 1)` over the claims u (Spitzer & Fleiss 1974, for many annotators).
    """
    votes = counts.sum(axis=1, keepdims=True)
    return over(claims @ same_pairs(counts), claims @ (counts * (votes - 1)))


def same_pairs(counts: Counts) -> Counts:
    """Count for each kind and label the ordered pairs of answers that both give it."""
    return counts * (counts - 1)


def pairs(counts: Counts) -> Counts:
    """Count for each kind the ordered pairs of answers."""
    votes = counts.sum(axis=1)
    return np.asarray(votes * (votes - 1))


def over(part: npt.NDArray[np.number], whole: npt.NDArray[np.number]) -> Figures:
    """Divide; NaN where there is nothing to divide by."""
    part, whole = np.broadcast_arrays(part, whole)
    shares: Figures = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)
    return shares


def beyond_chance(observed: Figures, by_chance: Figures) -> Figures:
    """Return how much of what chance leaves open is agreed upon; NaN where chance leaves nothing open."""
    # Rounding leaves 1e-16 where only one label is in use; any real second label gives far more.
    left = 1 - by_chance
    return over(observed - by_chance, np.where(left < 1e-12, 0.0, left))


def _observed(counts: Counts, claims: Counts) -> Figures:
    """Return the mean over claims judged at least twice of the share of pairs that agree."""
    twice = pairs(counts) > 0
    counts, claims = counts[twice], claims[..., twice]
    return over(claims @ (same_pairs(counts).sum(axis=1) / pairs(counts)), claims.sum(axis=-1))


def _label_shares(counts: Counts, claims: Counts) -> Figures:
    """Return the mean share of each label (last axis) over judged claims."""
    votes = counts.sum(axis=1)
    counts, claims = counts[votes > 0], claims[..., votes > 0]
    return over(claims @ (counts / counts.sum(axis=1, keepdims=True)), claims.sum(axis=-1)[..., None])
