"""What the judgements of one claim come to, as a table of specimens."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import BadInput
from annotate.report import consensus
from annotate.report.stats import STATUSES, count_table
from annotate.report.stats.consensus import CONSENSUS_COLUMNS, METHODS
from annotate.report.stats.counts import JUDGEMENT_COLUMNS


def judged(claims: dict[str, str]) -> pd.DataFrame:
    """Return a frame from one line a claim, one label an annotator, `.` for none."""
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


def simulated(claims: int, right: Sequence[float], *, seed: int) -> tuple[pd.DataFrame, list[str]]:
    """Return three answers a claim by annotators who are right so often, and the true labels."""
    luck = random.Random(seed)
    truth = [luck.choice("xyz") for _ in range(claims)]
    rows = [
        (f"c{at}", f"p{who}", label if luck.random() < right[who] else luck.choice("xyz".replace(label, "")))
        for at, label in enumerate(truth)
        for who in luck.sample(range(len(right)), 3)
    ]
    return pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS)), truth


@pytest.mark.parametrize(
    ("claims", "right", "at_least", "better_by"),
    [
        (2000, (0.95, 0.9, 0.6, 0.55, 0.5), 0.89, 0.08),
        (500, (0.9, 0.85, 0.55, 0.5, 0.45), 0.80, 0.05),
        (1000, (0.8, 0.8, 0.8), 0.87, 0.0),
    ],
)
def test_the_model_finds_who_is_reliable(
    claims: int, right: tuple[float, ...], at_least: float, better_by: float
) -> None:
    frame, truth = simulated(claims, right, seed=1)
    ways = (consensus(frame, method=method)["label"] for method in METHODS)
    majority, model = ((told == truth).mean() for told in ways)
    assert model >= at_least
    assert model >= majority + better_by


def test_a_reliable_annotator_prevails_over_two_who_are_not() -> None:
    frame = simulated(300, (0.98, 0.98, 0.5, 0.5), seed=2)[0]
    extra = pd.DataFrame([("new", "p0", "x"), ("new", "p2", "y"), ("new", "p3", "y")], columns=frame.columns)
    both = pd.concat([frame, extra], ignore_index=True)
    by_model = consensus(both, method="dawid-skene").iloc[-1]
    assert (by_model["label"], by_model["status"], by_model["votes"]) == ("x", "majority", 3)
    assert by_model["share"] > 0.5
    assert consensus(both).iloc[-1]["label"] == "y"


@pytest.mark.parametrize(
    ("answers", "label", "status", "share"),
    [("x y", None, "tie", 0.5), ("x x", "x", "unanimous", 1.0), (". .", None, "unjudged", None)],
)
def test_what_the_model_cannot_tell_apart_is_a_tie(
    answers: str, label: str | None, status: str, share: float | None
) -> None:
    told = consensus(judged({"c1": answers, "c2": "y x", "c3": "x x", "c4": "y y"}), method="dawid-skene")
    row = told.iloc[0]
    assert (row["label"], row["status"]) == (label, status)
    assert math.isnan(row["share"]) if share is None else row["share"] == pytest.approx(share)


def test_an_editor_decides_over_the_model_too() -> None:
    told = consensus(
        judged({"c1": "x x", "c2": "x y"}), method="dawid-skene", final=pd.Series({"c1": "y", "c2": "z"})
    )
    assert told["label"].tolist() == ["y", "z"]
    assert told["share"].tolist() == pytest.approx([0.0, 0.0], abs=0.01)


def test_an_unknown_way_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="dawid-skene"):
        consensus(judged({"c1": "x"}), method="coin")  # type: ignore[arg-type]


ANSWERS = st.lists(
    st.lists(st.sampled_from(["x", "y", "z", None]), min_size=1, max_size=5), min_size=1, max_size=8
)


@settings(deadline=None)  # the first example pays for imports, and disks are slow at times
@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_model_invents_no_label_and_minds_neither_order_nor_names(answers, luck) -> None:
    frame = judged({f"c{i}": " ".join(label or "." for label in line) for i, line in enumerate(answers)})
    told = consensus(frame, method="dawid-skene")
    shuffled = frame.iloc[luck.sample(range(len(frame)), len(frame))]
    renamed = shuffled.assign(annotator=shuffled["annotator"].map(lambda name: "qwert"[int(name[1:])]))
    again = consensus(renamed, method="dawid-skene", claims=told["claim_id"])
    pd.testing.assert_frame_equal(told, again)
    for line, row in zip(answers, told.itertuples(), strict=True):
        assert row.label is None or row.label in line
        assert (row.label is None) == (row.status in ("tie", "unjudged"))
        assert row.status in STATUSES


@settings(deadline=None)
@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_annotators_changes_nothing_and_no_label_is_invented(answers, luck) -> None:
    frame = judged({f"c{i}": " ".join(label or "." for label in line) for i, line in enumerate(answers)})
    told = consensus(frame)
    order = list(range(len(frame)))
    luck.shuffle(order)
    again = consensus(frame.iloc[order], claims=told["claim_id"])
    pd.testing.assert_frame_equal(told, again)
    for line, row in zip(answers, told.itertuples(), strict=True):
        counts = Counter(label for label in line if label)
        assert row.votes == counts.total()
        assert row.status in STATUSES
        assert row.label is None or 2 * counts[row.label] > row.votes
        assert (row.label is None) == (not any(2 * n > row.votes for n in counts.values()))
