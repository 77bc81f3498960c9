"""Counts of parts add up to the counts of the whole, however the claims are dealt out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.report.stats import Tally, against_others, agreement, merge, partial

COLUMNS = ["claim_id", "annotator", "label"]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 12).map("claim-{}".format),
        st.sampled_from(["Ada", "Bo", "Cleo", "Dora"]),
        st.sampled_from(["opinion", "attributed_report", "checkable_fact", None]),
    ),
    max_size=40,
    unique_by=lambda row: row[:2],
)


def told(tally: Tally) -> dict[str, Any]:
    return {**agreement(tally), "others": against_others(tally)}


def same(one: Any, other: Any) -> bool:
    """Compare figures, whose last digits depend on the order of adding."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == pytest.approx(other)) if isinstance(one, float) else one == other


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_parts_add_up_to_the_whole(rows: list[tuple[str, str, str | None]], parts: int, chance: Any) -> None:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    place = {claim: chance.randrange(parts) for claim in sorted(set(frame["claim_id"]))}
    dealt = frame["claim_id"].map(place)
    tallies = [partial(frame[dealt == part]) for part in range(parts)]
    chance.shuffle(tallies)
    assert same(told(merge(tallies)), told(partial(frame)))
    nested = merge([merge(tallies[:1]), merge(tallies[1:])])
    assert same(told(nested), told(partial(frame)))


def test_a_label_or_a_person_that_one_part_does_not_know() -> None:
    first = pd.DataFrame([("a", "Ada", "opinion"), ("a", "Bo", "opinion")], columns=COLUMNS)
    second = pd.DataFrame([("b", "Bo", "checkable_fact"), ("b", "Cleo", "opinion")], columns=COLUMNS)
    whole = merge([partial(first), partial(second)])
    assert whole.labels == ("checkable_fact", "opinion")
    assert whole.annotators == ("Ada", "Bo", "Cleo")
    assert whole.kinds.counts.tolist() == [[0, 2], [1, 1]]
    assert whole.kinds.claims.tolist() == [1, 1]
    assert whole.crossed["Ada", "Bo"].tolist() == [[0, 0], [0, 1]]
    assert whole.crossed["Bo", "Cleo"].tolist() == [[0, 1], [0, 0]]
    assert ("Ada", "Cleo") not in whole.crossed


def test_nothing_adds_up_to_nothing() -> None:
    none = merge([])
    assert told(none) == told(partial(pd.DataFrame([], columns=COLUMNS)))
    assert agreement(none)["undefined"] == "no claim judged twice"


def test_kinds_come_in_the_same_order_so_that_a_seed_gives_the_same_interval() -> None:
    draw = np.random.default_rng(5)
    rows = [
        (f"c{claim}", f"p{person}", f"label {draw.integers(3)}") for claim in range(90) for person in range(3)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    half = frame["claim_id"].isin([f"c{claim}" for claim in range(40)])
    whole, added = partial(frame).kinds, merge([partial(frame[~half]), partial(frame[half])]).kinds
    assert whole.counts.tolist() == added.counts.tolist()
    assert whole.claims.tolist() == added.claims.tolist()
