"""The model of Dawid and Skene: annotators err each in their own way, and a reliable one weighs more.

Source: Dawid, A. P. & Skene, A. M. (1979). Maximum likelihood estimation of observer error-rates using the EM
algorithm. Applied Statistics 28(1), 20–28.

The model learns each annotator's errors from the claims they share with others: with two annotators, or with
a few claims, there is little to learn from, and the majority says as much.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from annotate.report.stats.counts import Codes, Counts

Posterior = npt.NDArray[np.float64]

ROUNDS = 100  # at most; a desk's answers settle in ten or twenty
SETTLED = 1e-6  # no posterior moved by more in a round
NEVER = 1e-10  # stands for an error that was never seen, whose logarithm would be infinite
# Adding in another order changes the last digits, and the rounds can blow that up until it breaks a tie.
DIGITS = 12


def posterior(claims: Codes, annotators: Codes, labels: Codes, counts: Counts) -> Posterior:
    """Return how probable each label is for each claim, given all answers.

    Args:
        claims: for each answer the row of its claim in `counts`.
        annotators: for each answer who gave it, numbered from 0.
        labels: for each answer its label, the column in `counts`.
        counts: N×K, how often each label was given to each claim.

    Returns:
        N×K, each row adds up to 1; a claim without answers has a row of zeros.
    """
    judged = counts.sum(axis=1, keepdims=True) > 0
    shares: Posterior = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for _ in range(ROUNDS if len(labels) else 0):
        before = shares
        errors = _error_rates(shares, claims, annotators, labels)
        shares = _shares(shares, errors, claims, annotators, labels) * judged
        if np.abs(shares - before).max(initial=0) < SETTLED:
            break
    return shares


def _error_rates(shares: Posterior, claims: Codes, annotators: Codes, labels: Codes) -> Posterior:
    """Return for annotator a and true label j the share of answers k: A×J×K (1979, equation 2.3)."""
    people, size = int(annotators.max(initial=-1)) + 1, shares.shape[1]
    cells = annotators * size + labels
    given = [np.bincount(cells, column[claims], minlength=people * size) for column in shares.T]
    seen = np.stack(given, axis=0).reshape(size, people, size).swapaxes(0, 1)
    rates: Posterior = seen / np.maximum(seen.sum(axis=2, keepdims=True), NEVER)
    return np.maximum(rates, NEVER)


def _shares(
    shares: Posterior, errors: Posterior, claims: Codes, annotators: Codes, labels: Codes
) -> Posterior:
    """Return each claim's posterior from prior (1979, equation 2.4) and error rates (equation 2.5)."""
    prior = np.maximum(shares.sum(axis=0) / shares.sum(), NEVER)
    said = np.log(errors)[annotators, :, labels]
    evidence = [np.bincount(claims, column, minlength=len(shares)) for column in said.T]
    likely = np.log(prior) + np.stack(evidence, axis=1)
    odds = np.exp(likely - likely.max(axis=1, keepdims=True))
    settled: Posterior = np.round(odds / odds.sum(axis=1, keepdims=True), DIGITS)
    return settled
