"""Counting, however the rows lie and the columns are stored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import BadInput
from annotate.report.stats import count_table, kinds, majority
from annotate.report.stats.agreement import crossed
from annotate.report.stats.counts import few_codes


def judged(rows: list[tuple[str, str, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["claim_id", "annotator", "label"])


ROWS = st.lists(st.tuples(*(st.sampled_from(x) for x in ("abcd", "pqr", ["x", "y", None]))), min_size=1)


@settings(deadline=None)
@given(ROWS, st.sampled_from(["object", "str", "category"]), st.booleans())
def test_counts_are_those_of_pandas(
    rows: list[tuple[str, str, str | None]], kind: str, in_order: bool
) -> None:
    frame = judged(sorted(rows, key=lambda row: row[0]) if in_order else rows)
    frame = frame.astype({"claim_id": kind, "label": kind})
    told = count_table(frame)
    assert told.index.tolist() == list(dict.fromkeys(frame["claim_id"]))
    for claim in told.index:
        for label in told.columns:
            here = (frame["claim_id"] == claim) & (frame["label"] == label)
            assert told.loc[claim, label] == here.sum()
    assert told.to_numpy().sum() == frame["label"].notna().sum()


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=40))
def test_kinds_are_the_rows_that_differ_with_how_often_they_stand(rows: list[list[int]]) -> None:
    found = kinds(np.array(rows))
    unique, times = np.unique(np.array(rows), axis=0, return_counts=True)
    assert found.counts.tolist() == unique.tolist()
    assert found.claims.tolist() == times.tolist()


def test_values_beyond_the_first_stretch_are_numbered_by_alphabet() -> None:
    values = ["z"] * 70_000 + [None, "a", "z"]
    codes, names = few_codes(pd.Series(values))
    assert names.tolist() == ["a", "z"]
    assert codes[[0, -3, -2, -1]].tolist() == [1, -1, 0, 1]


def test_what_two_people_said_lies_in_rows_and_columns_of_labels() -> None:
    frame = judged(
        [("c2", "q", "x"), ("c1", "p", "y"), ("c2", "p", None), ("c1", "q", "x"), ("c3", "q", "x")]
    )
    assert crossed(frame, "p", "q").tolist() == [[0, 0], [1, 0]]
    assert crossed(frame, "q", "p").tolist() == [[0, 1], [0, 0]]
    assert crossed(frame, "p", "r").tolist() == [[0]]


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), max_size=20))
def test_a_majority_is_more_than_half(rows: list[list[int]]) -> None:
    found = majority(np.array(rows, dtype=np.int64).reshape(-1, 3))
    assert found.tolist() == [next((at for at in range(3) if 2 * row[at] > sum(row)), -1) for row in rows]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_a_row_without_a_claim_is_refused(missing: object) -> None:
    with pytest.raises(BadInput, match="no claim"):
        count_table(pd.DataFrame({"claim_id": ["c1", missing], "label": ["x", "y"]}))
