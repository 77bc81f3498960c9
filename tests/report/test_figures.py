"""What agreement.json says, and what it withholds."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from annotate.labels import LABELS
from annotate.report import Done, alpha, claims_frame, done_by_people, judgements_frame
from annotate.report.frames import votes
from annotate.report.frames.figures import agreement_figures, by_annotator, seconds_a_claim, suggestions_taken
from tests.report.answers import annotation, label, project, task_of


def judged(claims: int, *, apart: int = 3) -> pd.DataFrame:
    """Return two answers a claim; every so many claims they differ."""
    rows = [
        (f"c{at}", who, LABELS[(at + (who == "Bo" and at % apart == 0)) % 2])
        for at in range(claims)
        for who in ("Ada", "Bo")
    ]
    return pd.DataFrame(rows, columns=["claim_id", "annotator", "label"])


def test_below_twenty_claims_there_are_counts_only() -> None:
    told = agreement_figures(judged(19))
    assert (told["pairs"], told["pairs_agreeing"], told["claims_judged_twice"]) == (19, 12, 19)
    assert told["undefined"] == "only 19 claims judged twice, fewer than 20"
    assert told["krippendorff_alpha"] is told["fleiss_kappa"] is told["gwet_ac1"] is None
    for row in told["figures"].values():
        assert (row["value"], row["low"], row["high"]) == (None, None, None)
        assert row["reading"] == "No figure: only 19 claims judged twice, fewer than 20."
    assert told["by_pair"][0]["cohen_kappa"] is None
    assert told["by_pair"][0]["why"] == "only 19 claims judged by both, fewer than 20"
    assert told["by_label"]["opinion"]["agreement"] is None
    assert alpha(judged(19)) is not None  # the function itself knows no bounds


@pytest.mark.parametrize(("claims", "warned"), [(20, True), (49, True), (50, False)])
def test_below_fifty_claims_the_figures_are_rough(claims: int, warned: bool) -> None:
    told = agreement_figures(judged(claims))
    row = told["figures"]["krippendorff_alpha"]
    assert row["value"] == told["krippendorff_alpha"] == alpha(judged(claims))
    assert row["low"] < row["value"] < row["high"]
    assert (row["warning"] is not None) == (told["warning"] is not None) == warned
    assert f"{row['value']:.2f}" in row["reading"]


def test_one_label_leaves_nothing_beyond_chance_but_agreement() -> None:
    told = agreement_figures(judged(60).assign(label="opinion"))
    assert told["undefined"] == "only one label used"
    assert told["figures"]["gwet_ac1"]["why"] == "only one label used"
    assert told["figures"]["percent_agreement"]["value"] == 1.0
    assert told["by_pair"][0]["percent_agreement"] == 1.0
    assert told["by_pair"][0]["why"] == "only one label used"
    json.dumps(told, allow_nan=False)


def test_no_answers_are_no_figures() -> None:
    told = agreement_figures(judged(0))
    assert told["undefined"] == told["figures"]["percent_agreement"]["why"] == "no claim judged twice"
    json.dumps(told, allow_nan=False)


def test_a_label_on_few_claims_has_no_share_of_its_own() -> None:
    frame = judged(60)
    frame.loc[frame["claim_id"] == "c1", "label"] = LABELS[2]
    row = agreement_figures(frame)["by_label"][LABELS[2]]
    assert (row["claims"], row["agreement"]) == (1, None)
    assert row["why"] == "only 1 claim judged twice with this label, fewer than 20"
    assert row["alpha"] is not None  # all claims speak to that one


def test_the_time_of_a_section_is_shared_out_among_its_claims() -> None:
    for layout, answers, median in (("article", 1, 12.5 / 4), ("claim", 4, 12.5)):
        raw = project(layout=layout)
        for claim in claims_frame(raw)["claim_id"][:4]:
            label(raw, claim, by=1, as_="opinion")
        [told] = seconds_a_claim(judgements_frame(raw)).values()
        assert (told["answers"], told["claims"]) == (answers, 4)
        assert told["lower_quartile"] == told["median"] == told["upper_quartile"] == median


def test_who_took_no_time_that_was_measured_has_none() -> None:
    raw = project(layout="claim")
    label(raw, claims_frame(raw)["claim_id"][0], by=1, as_="opinion")
    ada = by_annotator(judgements_frame(raw).assign(seconds=0.0), sent=1)["Ada Lund"]
    assert ada["seconds"] is None
    assert ada["against_others"]["why"] == "no claim with a label by the others"


def test_the_claims_to_judge_are_those_that_the_annotator_sees() -> None:
    raw = project()
    claims = list(claims_frame(raw)["claim_id"])
    for by in (1, 2):
        label(raw, claims[0], by=by, as_="opinion")
    ada = annotation(task_of(raw, claims[0]), by=1)
    ada["result"] = [result for result in ada["result"] if result["id"] != claims[1]]
    label(raw, claims[2], by=1, as_=None, flags="not_a_claim")
    value = {"start": 0, "end": 6, "text": "", "labels": ["opinion"]}
    ada["result"].append({"id": "drawn", "from_name": "label", "type": "labels", "value": value})
    sent, done = done_by_people(raw)
    assert sent == len(claims)
    assert list(done.values()) == [Done("Ada Lund", 2, sent - 2 + 1, 0), Done("Bo Marsh", 1, sent, 0)]


def shown(seen: int, unseen: int, *, taken: int, blind: int) -> pd.DataFrame:
    """Return one answer a claim, so many with and without the suggestion, so many of them the suggestion."""
    rows = [("hint", at < taken) for at in range(seen)] + [("blind", at < blind) for at in range(unseen)]
    return pd.DataFrame(
        [(f"c{at}", "yes", how, took) for at, (how, took) in enumerate(rows)],
        columns=["claim_id", "counted", "shown", "suggestion_taken"],
    )


@pytest.mark.parametrize(
    ("frame", "difference", "words"),
    [
        (shown(100, 40, taken=90, blind=20), 0.4, "+40 points: people lean on the suggestion"),
        (shown(100, 40, taken=70, blind=28), 0.0, "+0 points, which may be chance"),
        (shown(100, 40, taken=20, blind=30), -0.55, "−55 points: people turn away"),
        (
            shown(100, 12, taken=90, blind=6),
            None,
            "only 12 claims answered with its suggestion hidden, fewer than 20",
        ),
        (shown(100, 0, taken=90, blind=0), None, "no claim answered with its suggestion hidden"),
    ],
)
def test_suggestions_shown_are_set_against_the_blind_share(
    frame: pd.DataFrame, difference: float | None, words: str
) -> None:
    told = suggestions_taken(frame)
    assert told["difference"] == (None if difference is None else pytest.approx(difference))
    assert words in told["reading"]
    assert told["seen"]["answers"] == 100
    if difference is not None:
        assert told["low"] < told["difference"] < told["high"]
    json.dumps(told, allow_nan=False)


def test_many_claims_have_all_figures() -> None:
    """Of three hundred claims each figure stands, with its interval; three claims are one answer of a person."""
    draw = np.random.default_rng(3)
    rows = [
        {
            "claim_id": f"claim-{claim}",
            "annotator": who,
            "counted": "yes",
            "status": "labelled",
            "label": LABELS[draw.integers(3) * (draw.random() < 0.5)],
            "ground_truth": 0,
            "added": 0,
            "seconds": 10.0 + claim // 3,
            "annotation_id": claim // 3 * 10 + ord(who[0]) % 10,
            "shown": ("hint", "blind")[claim % 2],
            "suggestion_taken": int(draw.integers(2)),
        }
        for claim in range(300)
        for who in ("Ada", "Bo", "Cleo")
    ]
    frame = pd.DataFrame(rows)
    assert agreement_figures(votes(frame))["figures"]["krippendorff_alpha"]["low"] is not None
    assert suggestions_taken(frame)["difference"] is not None
    ada = by_annotator(frame, sent=300)["Ada"]
    assert ada["seconds"]["answers"] == 100
    assert ada["against_others"]["share"] is not None
