"""What the judgements of one claim come to, as a table of specimens."""

from __future__ import annotations

import math
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import BadInput
from annotate.report import consensus
from annotate.report.consensus import CONSENSUS_COLUMNS, STATUSES
from annotate.report.counts import JUDGEMENT_COLUMNS, count_table


def judged(claims: dict[str, str]) -> pd.DataFrame:
    """Give a frame from one line a claim, one label an annotator, `.` for none."""
    rows = [
        (claim, f"p{at}", None if label == "." else label)
        for claim, line in claims.items()
        for at, label in enumerate(line.split())
    ]
    return pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))


@pytest.mark.parametrize(
    ("answers", "label", "status", "share", "votes"),
    [
        ("x", "x", "single", 1.0, 1),
        ("x .", "x", "single", 1.0, 1),
        ("x x", "x", "unanimous", 1.0, 2),
        ("x x x", "x", "unanimous", 1.0, 3),
        ("x x y", "x", "majority", 2 / 3, 3),
        ("x y x . y x", "x", "majority", 3 / 5, 5),
        ("x y", None, "tie", 0.5, 2),
        ("x y z", None, "tie", 1 / 3, 3),
        ("x x y y", None, "tie", 0.5, 4),
        ("x x y z", None, "tie", 0.5, 4),  # the strongest, but not more than half
        (". .", None, "unjudged", None, 0),
    ],
)
def test_votes_come_to(answers: str, label: str | None, status: str, share: float | None, votes: int) -> None:
    [row] = consensus(judged({"c1": answers, "c2": "x y z"})).to_dict("records")[:1]
    assert list(row) == list(CONSENSUS_COLUMNS)
    assert (row["label"], row["status"], row["votes"]) == (label, status, votes)
    assert math.isnan(row["share"]) if share is None else row["share"] == pytest.approx(share)


def test_an_editor_decides_whatever_the_votes_say() -> None:
    frame = judged({"c1": "x y", "c2": "x x x y", "c3": "."})
    told = consensus(frame, final=pd.Series({"c1": "y", "c2": "z", "c3": "x"}))
    assert told["status"].tolist() == ["adjudicated"] * 3
    assert told["label"].tolist() == ["y", "z", "x"]
    assert told["share"].tolist()[:2] == [0.5, 0.0]
    assert told["votes"].tolist() == [2, 4, 0]


def test_claims_nobody_answered_are_listed_in_the_order_asked_for() -> None:
    told = consensus(judged({"c1": "x"}), claims=["c9", "c1"])
    assert told["claim_id"].tolist() == ["c9", "c1"]
    assert told["status"].tolist() == ["unjudged", "single"]
    assert told["label"].tolist() == [None, "x"]


def test_no_judgement_at_all_is_no_error() -> None:
    told = consensus(judged({}), claims=["c1"])
    assert told["status"].tolist() == ["unjudged"]
    assert len(consensus(judged({}))) == 0


def test_a_judgement_of_a_claim_that_is_not_listed_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="c1"):
        consensus(judged({"c1": "x"}), claims=["c2"])


def test_counts_stand_in_the_order_of_the_alphabet() -> None:
    table = count_table(judged({"c2": "y x y", "c1": "z"}))
    assert table.index.tolist() == ["c2", "c1"]
    assert table.columns.tolist() == ["x", "y", "z"]
    assert table.to_numpy().tolist() == [[1, 2, 0], [0, 0, 1]]


ANSWERS = st.lists(
    st.lists(st.sampled_from(["x", "y", "z", None]), min_size=1, max_size=5), min_size=1, max_size=8
)


@settings(deadline=None)  # the first example pays for imports, and disks are slow at times
@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_annotators_changes_nothing_and_no_label_is_invented(answers, random) -> None:
    frame = judged({f"c{i}": " ".join(label or "." for label in line) for i, line in enumerate(answers)})
    told = consensus(frame)
    order = list(range(len(frame)))
    random.shuffle(order)
    again = consensus(frame.iloc[order], claims=told["claim_id"])
    pd.testing.assert_frame_equal(told, again)
    for line, row in zip(answers, told.itertuples(), strict=True):
        counts = Counter(label for label in line if label)
        assert row.votes == counts.total()
        assert row.status in STATUSES
        assert row.label is None or 2 * counts[row.label] > row.votes
        assert (row.label is None) == (not any(2 * n > row.votes for n in counts.values()))
