"""Counts of judgements are the same in whatever order the rows stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.report.stats import Tally, agreement, tally

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


def figures(counted: Tally) -> dict[str, Any]:
    return {**agreement(counted), "others": counted.others}


@settings(max_examples=150, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[tuple[str, str, str | None]], chance: Any) -> None:
    shuffled = rows.copy()
    chance.shuffle(shuffled)
    one, other = (tally(pd.DataFrame(each, columns=COLUMNS)) for each in (rows, shuffled))
    assert figures(one) == figures(other)
    assert one.kinds.counts.tolist() == other.kinds.counts.tolist()


def test_a_label_or_a_person_on_one_claim_alone() -> None:
    rows = [
        ("a", "Ada", "opinion"),
        ("a", "Bo", "opinion"),
        ("b", "Bo", "checkable_fact"),
        ("b", "Cleo", "opinion"),
    ]
    whole = tally(pd.DataFrame(rows, columns=COLUMNS))
    assert whole.labels == ("checkable_fact", "opinion")
    assert whole.annotators == ("Ada", "Bo", "Cleo")
    assert whole.kinds.counts.tolist() == [[0, 2], [1, 1]]
    assert whole.kinds.claims.tolist() == [1, 1]
    assert whole.crossed["Ada", "Bo"].tolist() == [[0, 0], [0, 1]]
    assert whole.crossed["Bo", "Cleo"].tolist() == [[0, 1], [0, 0]]
    assert ("Ada", "Cleo") not in whole.crossed


def test_nothing_is_counted_of_nothing() -> None:
    none = tally(pd.DataFrame([], columns=COLUMNS))
    assert agreement(none)["undefined"] == "no claim judged twice"


def test_kinds_come_in_the_same_order_so_that_a_seed_gives_the_same_interval() -> None:
    draw = np.random.default_rng(5)
    rows = [
        (f"c{claim}", f"p{person}", f"label {draw.integers(3)}") for claim in range(90) for person in range(3)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    half = frame["claim_id"].isin([f"c{claim}" for claim in range(40)])
    whole, added = tally(frame).kinds, tally(pd.concat([frame[~half], frame[half]])).kinds
    assert whole.counts.tolist() == added.counts.tolist()
    assert whole.claims.tolist() == added.claims.tolist()
