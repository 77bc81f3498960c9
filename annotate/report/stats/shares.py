"""Shares of claims, and how far two of them differ, with intervals that hold for few claims too.

Sources:
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association 22(158), 209–212.
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison
    of eleven methods. Statistics in Medicine 17(8), 873–890 (method 10).
"""

from __future__ import annotations

from math import hypot, sqrt

from annotate.report.stats.intervals import Interval

Z = 1.959964  # of the normal distribution, 95 % lie within as many standard deviations of the mean


def wilson_interval(count: int, of: int) -> Interval:
    """Return the 95 % score interval of a share, `count` of at least one."""
    share, width = count / of, Z**2 / of
    centre = (share + width / 2) / (1 + width)
    half = Z * sqrt(share * (1 - share) / of + width / (4 * of)) / (1 + width)
    return centre - half, centre + half


def difference_interval(one: tuple[int, int], other: tuple[int, int]) -> Interval:
    """Return the 95 % hybrid score interval of the difference between two shares of different claims.

    Args:
        one: how many, and of how many.
        other: the share that is taken away.
    """
    (share, low, high), (less, least, most) = (
        (count / of, *wilson_interval(count, of)) for count, of in (one, other)
    )
    difference = share - less
    return difference - hypot(share - low, most - less), difference + hypot(high - share, less - least)
