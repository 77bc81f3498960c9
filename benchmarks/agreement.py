"""What figures of agreement cost beside their peers, on the same answers in the same run.

    .venv-bench/bin/python benchmarks/agreement.py

A million claims, each judged by three of five annotators, lie in a long frame, claim by claim. The order
alternates from round to round; ratios are of medians. nltk is measured on a hundredth of the claims, and its
time multiplied by a hundred, as if its cost grew no faster than the claims. The columns hold Python's own
texts, so that no way profits from Arrow. Memory is what tracemalloc sees above the frame. Dawid and Skene are
compared by how often they find the label that answers were made from.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import krippendorff
import numpy as np
import pandas as pd
import table
from crowdkit.aggregation import DawidSkene
from nltk.metrics.agreement import AnnotationTask
from table import Row

from annotate.report import alpha, bootstrap_interval, consensus

LABELS = np.array(["opinion", "attributed_report", "checkable_fact"], dtype=object)
RIGHT = (0.95, 0.9, 0.75, 0.6, 0.5)  # how often each annotator gives the true label
NLTK_SHARE = 100

Frame = pd.DataFrame


def answers(claims: int, *, seed: int = 0) -> tuple[Frame, np.ndarray[Any, Any]]:
    """Return three answers a claim, and the labels they were made from."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(len(LABELS), size=claims)
    who = np.argsort(draw.random((claims, len(RIGHT))), axis=1)[:, :3]
    wrong = (truth[:, None] + draw.integers(1, len(LABELS), (claims, 3))) % len(LABELS)
    given = np.where(draw.random((claims, 3)) < np.array(RIGHT)[who], truth[:, None], wrong)
    people = np.array([f"annotator {at}" for at in range(len(RIGHT))], dtype=object)
    ids = np.array([f"harbour-{at:x}" for at in range(claims)], dtype=object)
    columns = {
        "claim_id": np.repeat(ids, 3),
        "annotator": people[who.ravel()],
        "label": LABELS[given.ravel()],
    }
    return pd.DataFrame(columns), LABELS[truth]


def bare(frame: Frame) -> np.ndarray[Any, Any]:
    """Count and nothing else."""
    rows, claims = pd.factorize(frame["claim_id"])
    columns, labels = pd.factorize(frame["label"])
    return np.bincount(rows * len(labels) + columns, minlength=len(claims) * len(labels))


def with_interval(frame: Frame) -> object:
    return bootstrap_interval(frame, alpha)


def by_krippendorff(frame: Frame) -> float:
    codes, _ = pd.factorize(frame["label"])
    wide = frame.assign(label=codes).pivot(index="annotator", columns="claim_id", values="label")
    return float(krippendorff.alpha(wide.to_numpy(dtype=np.float64), level_of_measurement="nominal"))


def by_nltk(frame: Frame) -> float:
    rows = zip(frame["annotator"], frame["claim_id"], frame["label"], strict=True)
    return float(AnnotationTask(data=list(rows)).alpha())


def seconds(way: Callable[[Frame], object], frame: Frame) -> float:
    began = time.perf_counter()
    way(frame)
    return time.perf_counter() - began


def megabytes(way: Callable[[Frame], object], frame: Frame) -> float:
    tracemalloc.start()
    try:
        way(frame)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def rounds(frame: Frame, ways: Sequence[Callable[[Frame], object]], count: int) -> dict[str, float]:
    """Return the median time of each way; every other round begins at the other end."""
    times: dict[str, list[float]] = {way.__name__: [] for way in ways}
    for number in range(count):
        for way in ways if number % 2 == 0 else ways[::-1]:
            times[way.__name__].append(seconds(way, frame))
        print(f"round {number + 1}  " + "".join(f"{each[-1]:16.2f} s" for each in times.values()))
    return {name: statistics.median(each) for name, each in times.items()}


def speed(claims: int, count: int) -> list[Row]:
    frame, _ = answers(claims)
    small, _ = answers(max(claims // NLTK_SHARE, 1))
    ways = (bare, alpha, with_interval, by_krippendorff)
    print(f"{claims:,} claims" + "".join(f"{way.__name__:>18}" for way in ways))
    took = rounds(frame, ways, count)
    nltk = statistics.median(seconds(by_nltk, small) for _ in range(count)) * claims / len(small) * 3
    print(f"nltk, {len(small) // 3:,} claims, reckoned up: {nltk:.0f} s")
    assert abs(alpha(small) - by_nltk(small)) < 1e-9
    assert abs(alpha(frame) - by_krippendorff(frame)) < 1e-9
    size = (claims, "claims")
    interval = "alpha with an interval of 1,000"
    return [
        Row("alpha", *size, took["alpha"], "s", took["bare"], "bare count", most=1.3),
        Row("alpha", *size, took["alpha"], "s", took["by_krippendorff"], "krippendorff", most=1 / 3),
        Row("alpha", *size, took["alpha"], "s", nltk, "nltk, reckoned up", most=1 / 10),
        Row(interval, *size, took["with_interval"], "s", took["alpha"], "alpha", most=2),
        Row("alpha, above the frame", *size, megabytes(alpha, frame), "MB", 100, "limit", most=1),
        Row(
            f"{interval}, above the frame", *size, megabytes(with_interval, frame), "MB", 100, "limit", most=1
        ),
    ]


def accuracy(claims: int, seeds: int) -> list[Row]:
    """Compare how many points of accuracy crowd-kit is ahead, at its best of a few sets of answers."""
    ahead = []
    print(f"Dawid and Skene, {claims:,} claims      ours   crowd-kit   majority")
    for seed in range(seeds):
        frame, truth = answers(claims, seed=seed)
        ours = accurate(consensus(frame, method="dawid-skene").set_index("claim_id")["label"], truth)
        votes = accurate(consensus(frame).set_index("claim_id")["label"], truth)
        renamed = frame.rename(columns={"claim_id": "task", "annotator": "worker"})
        theirs = accurate(
            DawidSkene(n_iter=100).fit_predict(renamed).reindex(frame["claim_id"].unique()), truth
        )
        print(f"set {seed + 1}{'':24}{ours:9.1%}{theirs:12.1%}{votes:11.1%}")
        ahead.append(100 * (theirs - ours))
    worst = max(*ahead, 0.0)
    return [Row("Dawid and Skene, crowd-kit ahead", claims, "claims", worst, "points", 1, "limit", most=1)]


def accurate(labels: pd.Series[Any], truth: np.ndarray[Any, Any]) -> float:
    return float((labels.to_numpy(dtype=object) == truth).mean())


def main() -> None:
    flags = table.flags(__doc__)
    flags.add_argument("--claims", type=int, nargs="+", default=[1_000_000])
    flags.add_argument("--rounds", type=int, default=5)
    given = flags.parse_args()
    pd.options.mode.string_storage = "python"
    rows = [row for claims in given.claims for row in speed(claims, given.rounds)]
    sys.exit(table.close([*rows, *accuracy(2_000, 5)], given))


if __name__ == "__main__":
    main()
