"""The figures of a report add up by claim: parts, however dealt out, give what the whole gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.labels import LABELS
from annotate.report import consensus
from annotate.report.frames import votes
from annotate.report.frames.figure_counts import merge_sums, sums_of
from annotate.report.frames.figures import figures_of
from tests.report.test_tally import same

STATUS = {"yes": "labelled", "final": "labelled", "superseded": "labelled"}
CELLS = st.lists(
    st.tuples(
        st.integers(0, 29),
        st.sampled_from(["Ada", "Bo", "Cleo"]),
        st.sampled_from(["yes", "yes", "yes", "yes", "final", "superseded", "skipped", "unknown", "draft"]),
        st.sampled_from(LABELS),
        st.sampled_from(["hint", "blind"]),
        st.sampled_from([0, 1, None]),
    ),
    max_size=90,
    unique_by=lambda row: row[:2],
)


def judged(cells: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return judgements of up to thirty claims; three claims are one answer of a person, with one time."""
    rows = [
        {
            "claim_id": f"claim-{claim}",
            "annotator": who,
            "counted": counted,
            "status": STATUS.get(counted, counted),
            "label": label if counted in STATUS else None,
            "given": f"{label}s" if counted == "unknown" else label,
            "ground_truth": int(counted == "final"),
            "seconds": 10.0 + claim // 3,
            "annotation_id": claim // 3 * 10 + ord(who[0]) % 10,
            "shown": shown,
            "suggestion_taken": taken if counted == "yes" else None,
        }
        for claim, who, counted, label, shown, taken in cells
    ]
    names = ["claim_id", "annotator", "counted", "status", "label", "given", "ground_truth", "seconds"]
    frame = pd.DataFrame(rows, columns=[*names, "annotation_id", "shown", "suggestion_taken"])
    return frame.astype({"suggestion_taken": "Int64", "seconds": "float64"})


def counted(frame: pd.DataFrame, claims: list[str]) -> Any:
    statuses = consensus(votes(frame), claims=claims)["status"]
    return sums_of(frame, statuses, foreign=len(claims))


@settings(max_examples=25, deadline=None)
@given(CELLS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_parts_add_up_to_the_whole(cells: list[tuple[Any, ...]], parts: int, chance: Any) -> None:
    frame = judged(cells)
    claims = [f"claim-{at}" for at in range(30)]
    place = {claim: chance.randrange(parts) for claim in claims}
    dealt = [
        counted(frame[frame["claim_id"].map(place) == at], [c for c in claims if place[c] == at])
        for at in range(parts)
    ]
    chance.shuffle(dealt)
    whole = figures_of(counted(frame, claims))
    assert same(figures_of(merge_sums([merge_sums(dealt[:1]), merge_sums(dealt[1:])])), whole)
    assert whole["claims_listed"] == 30


def test_many_claims_have_all_figures_and_the_same_in_parts() -> None:
    """Random cells are too few for figures: of three hundred claims each one stands, with its interval."""
    draw = np.random.default_rng(3)
    cells = [
        (
            claim,
            who,
            "yes",
            LABELS[draw.integers(3) * (draw.random() < 0.5)],
            ("hint", "blind")[claim % 2],
            int(draw.integers(2)),
        )
        for claim in range(300)
        for who in ("Ada", "Bo", "Cleo")
    ]
    frame = judged(cells)
    claims = [f"claim-{at}" for at in range(300)]
    whole = figures_of(counted(frame, claims))
    halves = [claims[:110], claims[110:]]
    told = figures_of(merge_sums(counted(frame[frame["claim_id"].isin(half)], half) for half in halves))
    assert same(told, whole)
    assert whole["agreement"]["figures"]["krippendorff_alpha"]["low"] is not None
    assert whole["suggestions"]["difference"] is not None
    assert whole["by_annotator"]["Ada"]["seconds"]["answers"] == 100
    assert whole["by_annotator"]["Ada"]["against_others"]["share"] is not None


def test_nothing_adds_up_to_nothing() -> None:
    assert same(figures_of(merge_sums([])), figures_of(counted(judged([]), [])))
