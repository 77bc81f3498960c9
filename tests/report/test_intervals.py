"""Bootstrap intervals: ours on kinds of claims against the same drawn row by row, and against truth."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

from annotate.errors import BadInput
from annotate.report import alpha, bootstrap_interval, cohen_kappa, fleiss_kappa, gwet_ac1, percent_agreement
from annotate.report.stats.counts import JUDGEMENT_COLUMNS

pytestmark = pytest.mark.slow


def simulated(claims: int, *, seed: int, right: float = 0.8) -> pd.DataFrame:
    """Return two or three answers a claim."""
    draw = np.random.default_rng(seed)
    rows = [
        (f"c{at}", f"p{who}", "xyz"[at % 3] if draw.random() < right else "xyz"[draw.integers(3)])
        for at in range(claims)
        for who in range(2 + at % 2)
    ]
    return pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))


def unknown(statistic):
    """Return a statistic that is not known to be ours."""

    def figure(sample: pd.DataFrame) -> float | None:
        return statistic(sample)

    return figure


@pytest.mark.parametrize(
    "statistic",
    [alpha, fleiss_kappa, gwet_ac1, percent_agreement, partial(cohen_kappa, a="p0", b="p1")],
    ids=["alpha", "fleiss", "ac1", "percent", "cohen"],
)
def test_kinds_give_the_interval_of_rows(statistic) -> None:
    frame = simulated(60, seed=3)
    quick = bootstrap_interval(frame, statistic)
    slow = bootstrap_interval(frame, unknown(statistic), resamples=400)
    assert quick == pytest.approx(slow, abs=0.03)
    assert quick[0] < statistic(frame) < quick[1]


def test_the_seed_and_nothing_else_decides() -> None:
    frame = simulated(40, seed=4)
    assert bootstrap_interval(frame, alpha) == bootstrap_interval(frame.sample(frac=1, random_state=1), alpha)
    assert bootstrap_interval(frame, alpha) != bootstrap_interval(frame, alpha, seed=1)


def test_about_ninety_five_of_a_hundred_intervals_hold_the_truth() -> None:
    # Of two who are each right or else guess among three: agreement is r² + (1 - r²) / 3, all of it beyond chance.
    truth = percent_agreement(simulated(60_000, seed=5))
    ends = [bootstrap_interval(simulated(150, seed=100 + at), percent_agreement) for at in range(100)]
    assert 88 <= sum(low <= truth <= high for low, high in ends) <= 100


def test_a_large_sample_is_drawn_in_parts() -> None:
    labels = [f"label {at}" for at in range(3000)]
    rows = [(f"c{at}", who, label) for at, label in enumerate(labels) for who in "pq"]
    frame = pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))
    assert bootstrap_interval(frame, percent_agreement, resamples=400) == (1.0, 1.0)


@pytest.mark.parametrize("answers", ["x x x x", "x . y ."])
def test_what_is_not_defined_has_no_interval(answers: str) -> None:
    rows = [(f"c{at // 2}", f"p{at % 2}", x if x != "." else None) for at, x in enumerate(answers.split())]
    frame = pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))
    assert bootstrap_interval(frame, alpha) is None
    assert bootstrap_interval(frame, unknown(alpha), resamples=10) is None


def test_a_figure_that_most_samples_lack_has_no_interval() -> None:
    frame = simulated(
        2, seed=1, right=1.0
    )  # one claim of each of two labels: half of the samples have only one
    assert alpha(frame) == 1.0
    assert bootstrap_interval(frame, alpha) is None


def test_no_sample_is_no_bootstrap() -> None:
    with pytest.raises(BadInput, match="at least one"):
        bootstrap_interval(simulated(5, seed=1), alpha, resamples=0)
