"""Figures of agreement against published worked examples."""

from __future__ import annotations

import json
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import BadInput
from annotate.report import alpha, cohen_kappa, fleiss_kappa, gwet_ac1, percent_agreement
from annotate.report.stats import agreement, tally
from annotate.report.stats.agreement import by_label, by_pair, confused
from annotate.report.stats.counts import JUDGEMENT_COLUMNS


def judged(*coders: str) -> pd.DataFrame:
    """Return a frame from one line a coder: one label a claim, `.` for none."""
    rows = [
        (f"c{claim:02}", chr(ord("a") + coder), None if label == "." else label)
        for coder, line in enumerate(coders)
        for claim, label in enumerate(line.split())
    ]
    return pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))


def counted(*claims: str) -> pd.DataFrame:
    """Return a frame from one line a claim: how many annotators gave the first label, the second …"""
    rows = []
    for claim, line in enumerate(claims):
        labels = [f"label {at}" for at, n in enumerate(line.split()) for _ in range(int(n))]
        rows += [(f"c{claim:02}", f"coder {at}", label) for at, label in enumerate(labels)]
    return pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))


def crossed(*lines: str) -> pd.DataFrame:
    """Return a frame from a table of two annotators: row = label of a, column = label of b."""
    rows = []
    for i, line in enumerate(lines):
        for j, n in enumerate(line.split()):
            for _ in range(int(n)):
                rows += [(f"c{len(rows)}", "a", f"label {i}"), (f"c{len(rows)}", "b", f"label {j}")]
    return pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))


# Krippendorff (2011), Computing Krippendorff's alpha-reliability, sections A to C.
KRIPPENDORFF = [
    ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0", 0.095),
    ("a a b b d c c c e d d a", "b a b b b c c c e d d d", 0.692),
]
FOUR_CODERS = judged(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)

# Fleiss (1971), table 1: 30 patients, six psychiatrists each; depression, personality disorder, schizophrenia,
# neurosis, other.
FLEISS_1971 = counted(
    *("0 0 0 6 0", "0 3 0 0 3", "0 1 4 0 1", "0 0 0 0 6", "0 3 0 3 0", "2 0 4 0 0"),
    *("0 0 4 0 2", "2 0 3 1 0", "2 0 0 4 0", "0 0 0 0 6", "1 0 0 5 0", "1 1 0 4 0"),
    *("0 3 3 0 0", "1 0 0 5 0", "0 2 0 3 1", "0 0 5 0 1", "3 0 0 1 2", "5 1 0 0 0"),
    *("0 2 0 4 0", "1 0 2 0 3", "0 0 0 0 6", "0 1 0 5 0", "0 2 0 1 3", "2 0 0 4 0"),
    *("1 0 0 4 1", "0 5 0 1 0", "4 0 0 0 2", "0 2 0 4 0", "1 0 5 0 0", "0 0 0 0 6"),
)

# Wikipedia, "Fleiss' kappa", worked example: 10 subjects, 14 raters, 5 categories.
FOURTEEN_RATERS = counted(
    *("0 0 0 0 14", "0 2 6 4 2", "0 0 3 5 6", "0 3 9 2 0", "2 2 8 1 1"),
    *("7 7 0 0 0", "3 2 6 3 0", "2 5 3 2 2", "6 5 2 1 0", "0 2 2 3 7"),
)

COHEN = [
    # Wikipedia, "Cohen's kappa", simple example, and the two of "Same percentages but different numbers".
    (("20 5", "10 15"), 0.400),
    (("45 15", "25 15"), 0.130),
    (("25 35", "5 35"), 0.259),
    # Fleiss, Levin & Paik (2003), Statistical methods for rates and proportions, table 18.1.
    (("75 1 4", "5 4 1", "0 0 10"), 0.676),
]


@pytest.mark.parametrize(("a", "b", "figure"), KRIPPENDORFF)
def test_alpha_of_two_coders_as_published(a: str, b: str, figure: float) -> None:
    assert alpha(judged(a, b)) == pytest.approx(figure, abs=0.0005)


def test_alpha_of_four_coders_with_missing_answers_as_published() -> None:
    assert alpha(FOUR_CODERS) == pytest.approx(0.743, abs=0.0005)


@pytest.mark.parametrize(
    ("frame", "figure"), [(FLEISS_1971, 0.430), (FOURTEEN_RATERS, 0.210)], ids=["1971", "14 raters"]
)
def test_fleiss_kappa_as_published(frame: pd.DataFrame, figure: float) -> None:
    assert fleiss_kappa(frame) == pytest.approx(figure, abs=0.0005)


def test_observed_agreement_of_fleiss_1971_as_published() -> None:
    assert percent_agreement(FLEISS_1971) == pytest.approx(0.556, abs=0.0005)


@pytest.mark.parametrize(("table", "figure"), COHEN)
def test_cohen_kappa_as_published(table: tuple[str, ...], figure: float) -> None:
    assert cohen_kappa(crossed(*table), "a", "b") == pytest.approx(figure, abs=0.0005)
    assert cohen_kappa(crossed(*table), "b", "a") == pytest.approx(figure, abs=0.0005)
    assert cohen_kappa(crossed(*table), "a", "a") == 1


# Gwet, K. L. (2019), irrCAC, vignette "Calculating Chance-corrected Agreement Coefficients": 100 pregnant women
# and two abstractors; and 12 subjects and four raters (Gwet 2014, page 120), the answers of FOUR_CODERS.
ABSTRACTORS = crossed("13 0 0", "0 20 7", "0 4 56")


@pytest.mark.parametrize(
    ("of", "frame", "figure"),
    [
        (gwet_ac1, ABSTRACTORS, 0.8493305),
        (alpha, ABSTRACTORS, 0.7972585),
        (fleiss_kappa, ABSTRACTORS, 0.7962397),  # of two annotators: Scott's pi
        (percent_agreement, ABSTRACTORS, 0.89),
        (lambda frame: cohen_kappa(frame, "a", "b"), ABSTRACTORS, 0.7964094),
        (gwet_ac1, FOUR_CODERS, 0.77544),
        (fleiss_kappa, FOUR_CODERS, 0.76117),
    ],
)
def test_figures_of_gwet_as_published(of, frame: pd.DataFrame, figure: float) -> None:
    assert of(frame) == pytest.approx(figure, abs=0.000005)


def test_each_annotator_is_set_against_what_the_others_came_to() -> None:
    frame = judged("x x y x .", "x y y x x", "x y x . y")
    # c01: x against y y; c03: each other is alone; c04: of two who differ, each is the other's majority.
    assert tally(frame).others == {
        "a": {"claims": 3, "agreeing": 2},
        "b": {"claims": 3, "agreeing": 2},
        "c": {"claims": 3, "agreeing": 1},
    }


def test_confusion_says_who_said_what_and_which_labels_meet() -> None:
    frame = crossed("20 5", "10 15")
    [pair] = by_pair(tally(frame), labels=["label 1", "label 0"])
    assert pair["confusion"] == {
        "label 1": {"label 1": 15, "label 0": 10},
        "label 0": {"label 1": 5, "label 0": 20},
    }
    assert confused(tally(frame)) == [{"labels": ["label 0", "label 1"], "pairs": 15}]


def test_specific_agreement_of_two_annotators_is_twice_the_overlap() -> None:
    # Spitzer & Fleiss (1974): 2a / (2a + b + c), here 2·20 / (2·20 + 5 + 10).
    told = by_label(tally(crossed("20 5", "10 15")))["label 0"]
    assert told["agreement"] == pytest.approx(40 / 55)
    assert told["judgements"] == 55


def test_labels_nobody_used_are_listed_all_the_same() -> None:
    told = by_label(tally(judged("x x", "x y")), labels=["z", "x"])
    assert list(told) == ["z", "x", "y"]
    assert told["z"] == {"judgements": 0, "claims": 0, "agreement": None, "alpha": None}


def test_pairs_count_only_claims_that_both_judged() -> None:
    assert [(row["a"], row["b"], row["claims"]) for row in by_pair(tally(FOUR_CODERS))] == [
        *(("a", "b", 9), ("a", "c", 8), ("a", "d", 9)),
        *(("b", "c", 9), ("b", "d", 10), ("c", "d", 10)),
    ]


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (judged("x y z"), "no claim judged twice"),
        (judged("x . z", ". y ."), "no claim judged twice"),
        (judged("x x x", "x x x"), "only one label used"),
        (judged("x x . y", "x x z ."), "only one label used"),
        (judged(""), "no claim judged twice"),
    ],
)
def test_an_undefined_figure_is_none_and_says_why(frame: pd.DataFrame, why: str) -> None:
    told = agreement(tally(frame))
    assert told["krippendorff_alpha"] is None
    assert told["undefined"] == why
    json.dumps(told, allow_nan=False)


def test_a_table_without_labels_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="label"):
        alpha(pd.DataFrame({"claim_id": ["c1"], "annotator": ["a"]}))


LABELS = st.sampled_from(["x", "y", "z", None])


@settings(deadline=None)  # the first example pays for imports, and disks are slow at times
@given(st.lists(st.tuples(LABELS, LABELS, LABELS), min_size=1, max_size=12))
def test_counts_add_up_and_names_do_not_matter(answers: list[tuple[str | None, ...]]) -> None:
    rows = [(f"c{i}", f"p{j}", label) for i, line in enumerate(answers) for j, label in enumerate(line)]
    frame = pd.DataFrame(rows, columns=list(JUDGEMENT_COLUMNS))
    told = agreement(tally(frame))
    pairs = [(a, b) for line in answers for a, b in combinations([x for x in line if x is not None], 2)]
    assert told["pairs"] == len(pairs) == sum(row["claims"] for row in told["by_pair"])
    assert told["pairs_agreeing"] == sum(a == b for a, b in pairs)
    assert told["judgements"] == sum(row["judgements"] for row in told["by_label"].values())
    renamed = frame.assign(annotator=frame["annotator"].map({"p0": "q", "p1": "a", "p2": "m"}))
    shuffled = agreement(tally(renamed.sample(frac=1, random_state=1)))
    for figure in ("krippendorff_alpha", "fleiss_kappa", "gwet_ac1", "percent_agreement"):
        assert shuffled[figure] == pytest.approx(told[figure])
