"""Shares of few answers: how sure one is, and whether a later one is lower; exact or good at small counts.

The bootstrap is of no use here: of five answers that all agree it gives an interval without width.
"""

from __future__ import annotations

from math import comb, sqrt

Z = 1.959964  # of the normal distribution: 95 % lie between -Z and Z


def wilson_interval(successes: int, trials: int) -> tuple[float, float] | None:
    """Return the 95 % score interval of a share; `None` without trials.

    Source: Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212. Recommended for small counts by Brown, L. D.,
    Cai, T. T. & DasGupta, A. (2001). Interval estimation for a binomial proportion. Statistical Science 16,
    101-133.

    >>> [round(end, 3) for end in wilson_interval(9, 20)]
    [0.258, 0.658]
    """
    if not trials:
        return None
    share, square = successes / trials, Z * Z
    middle = share + square / (2 * trials)
    spread = Z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    low, high = ((middle + sign * spread) / (1 + square / trials) for sign in (-1, 1))
    return max(low, 0.0), min(high, 1.0)


def fisher_lower(successes: int, trials: int, before: int, trials_before: int) -> float:
    """Return how likely a share at most as low as this one is by chance, given both samples together.

    This is the one-sided exact test of a fourfold table: the chance that, of all successes and failures drawn
    in any order, so few or fewer successes fall among these trials.

    Source: Fisher, R. A. (1935). The design of experiments, chapter 2, with the lady who tastes four cups of
    eight: none right of the four has the chance 1 : 70.

    >>> fisher_lower(0, 4, 4, 4) == 1 / 70
    True
    """
    together, every = successes + before, trials + trials_before
    least = max(0, together - trials_before)
    ways = sum(comb(trials, k) * comb(trials_before, together - k) for k in range(least, successes + 1))
    return ways / comb(every, together)
