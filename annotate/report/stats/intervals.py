"""How sure a figure is: the interval it falls into when the claims are drawn again, by the bootstrap.

Source: Efron, B. & Tibshirani, R. J. (1993). An introduction to the bootstrap, chapter 13 (percentile
interval). Claims are drawn, not answers: the answers to one claim hang together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from annotate.errors import BadInput
from annotate.report.stats import formulas
from annotate.report.stats.agreement import alpha, cohen_kappa, crossed, fleiss_kappa, gwet_ac1, kinds_of
from annotate.report.stats.agreement import percent_agreement as percent
from annotate.report.stats.counts import JUDGEMENT_COLUMNS, Counts, check_columns, claim_codes

Statistic = Callable[..., float | None]
Figures = npt.NDArray[np.float64]
Interval = tuple[float, float]

SURE = (2.5, 97.5)  # percentiles between which 95 of 100 samples fall
UNDEFINED = 0.05  # more samples than this share without a figure: no interval, for the rest would flatter it
_AT_ONCE = 1 << 20  # numbers drawn at once

# Figures that need no more than the kinds of claims: a sample is how often each kind was drawn.
OF_KINDS: Mapping[Statistic, Callable[[Counts, Counts], Figures]] = {
    alpha: formulas.alpha,
    fleiss_kappa: formulas.fleiss_kappa,
    gwet_ac1: formulas.gwet_ac1,
    percent: formulas.percent_agreement,
}


def bootstrap_interval(
    frame: pd.DataFrame, statistic: Statistic, *, resamples: int = 1000, seed: int = 0
) -> Interval | None:
    """Return the 95 % percentile interval of a statistic, claims drawn with replacement.

    For the figures of `annotate.report` (`cohen_kappa` as `functools.partial(cohen_kappa, a=…, b=…)`, drawn
    from the claims that both judged) it costs hardly more than the figure itself. Any other statistic is
    computed anew for each sample, on a frame of the same columns in which a claim that was drawn several
    times stands as several claims, numbered from 0.

    Args:
        frame: columns claim_id, annotator, label (and whatever else the statistic reads).
        statistic: takes a frame, gives a float, or `None` where it is not defined.
        resamples: how many samples to draw.
        seed: the same seed gives the same interval.

    Returns:
        The ends (low, high), or `None` where the statistic is not defined for the frame or for more than one
        in twenty of the samples.

    Raises:
        BadInput: where a column is missing or fewer than one sample is asked for.
    """
    check_columns(frame, JUDGEMENT_COLUMNS)
    if resamples < 1:
        raise BadInput(f"A bootstrap needs at least one sample, not {resamples}.")
    if formula := OF_KINDS.get(statistic):
        patterns = kinds_of(frame)
        return interval(partial(formula, patterns.counts), patterns.claims, resamples=resamples, seed=seed)
    if isinstance(statistic, partial) and statistic.func is cohen_kappa:
        table = crossed(frame, *statistic.args, **statistic.keywords)
        return interval(partial(_cohen, table.shape), table.ravel(), resamples=resamples, seed=seed)
    if statistic(frame) is None:
        return None
    values = (statistic(sample) for sample in _samples(frame, resamples, np.random.default_rng(seed)))
    return _between(np.array([np.nan if value is None else value for value in values], dtype=np.float64))


def interval(
    formula: Callable[[Counts], Figures], claims: Counts, *, resamples: int = 1000, seed: int = 0
) -> Interval | None:
    """Return the 95 % percentile interval of a figure of kinds of claims.

    Args:
        formula: takes how many claims are of each kind (samples×kinds), gives the figure of each sample.
        claims: how many claims are of each kind.
        resamples: how many samples to draw.
        seed: the same seed gives the same interval.

    Returns:
        The ends (low, high), or `None` as for `bootstrap_interval`.
    """
    if not claims.sum() or np.isnan(formula(claims)):
        return None
    draw, shares = np.random.default_rng(seed), claims / claims.sum()
    step = max(_AT_ONCE // len(claims), 1)
    sizes = [min(step, resamples - start) for start in range(0, resamples, step)]
    drawn = [formula(draw.multinomial(claims.sum(), shares, size=size)) for size in sizes]
    return _between(np.concatenate(drawn))


def _between(figures: Figures) -> Interval | None:
    defined = figures[~np.isnan(figures)]
    if len(defined) < (1 - UNDEFINED) * len(figures):
        return None
    low, high = np.percentile(defined, SURE)
    return float(low), float(high)


def _cohen(shape: tuple[int, ...], cells: Counts) -> Figures:
    return formulas.cohen_kappa(cells.reshape(*cells.shape[:-1], *shape))


def _samples(frame: pd.DataFrame, resamples: int, draw: np.random.Generator) -> Iterator[pd.DataFrame]:
    """Draw the claims of a frame again, each time as many as there are."""
    codes, claims = claim_codes(frame["claim_id"], None)
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=len(claims))
    starts = np.cumsum(sizes) - sizes
    for _ in range(resamples):
        drawn = draw.integers(len(claims), size=len(claims))
        many = sizes[drawn]
        within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        rows = order[np.repeat(starts[drawn], many) + within]
        numbers: Any = np.repeat(np.arange(len(claims)), many)
        yield frame.iloc[rows].assign(claim_id=numbers).reset_index(drop=True)
