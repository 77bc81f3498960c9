"""The figures beside the tables: how far annotators agree, what was counted and what was not.

Over fewer than 20 claims a figure is withheld and only the counts behind it are told; below 50 it comes with
a warning. The functions of `agreement` know no such bounds.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from annotate.model import LABELS
from annotate.report import formulas
from annotate.report.agreement import against_others, agreement, figure
from annotate.report.consensus import STATUSES
from annotate.report.counts import Counts, Kinds, claim_codes, kinds
from annotate.report.intervals import Interval, interval
from annotate.report.judgements import WHY_NOT, Answers, votes
from annotate.report.readings import BESIDE, reading, reading_of_suggestions, warning, why_withheld
from annotate.report.tally import partial

HEADLINES = {
    "percent_agreement": formulas.percent_agreement,
    "krippendorff_alpha": formulas.alpha,
    "fleiss_kappa": formulas.fleiss_kappa,
    "gwet_ac1": formulas.gwet_ac1,
}
SEEN, UNSEEN = ("hint", "preload"), ("blind", "off")


def agreement_table(answers: Answers, claims: pd.DataFrame) -> dict[str, Any]:
    """Give what `agreement.json` holds.

    Args:
        answers: articles, claims and judgements.
        claims: one row a claim, with its `status`.

    Returns:
        `claims_listed`, `by_status`, `agreement` (see `agreement_figures`), `by_annotator` (see
        `by_annotator`), `suggestions` (see `suggestions_taken`), `readings` (how to read the tables among
        them, in words), `not_counted`, `unknown_labels`, `foreign_tasks`.
    """
    judgements = answers.judgements
    counted = judgements["counted"].value_counts()
    unknown = judgements.loc[judgements["counted"] == "unknown", "given"].value_counts()
    statuses = claims["status"].value_counts()
    return {
        "claims_listed": len(claims),
        "by_status": {status: int(statuses.get(status, 0)) for status in STATUSES},
        "agreement": agreement_figures(votes(judgements)),
        "by_annotator": by_annotator(judgements),
        "suggestions": suggestions_taken(judgements),
        "readings": dict(BESIDE),
        "not_counted": {why: int(counted.get(why, 0)) for why in WHY_NOT},
        "unknown_labels": {str(label): int(n) for label, n in unknown.items()},
        "foreign_tasks": answers.foreign,
    }


def agreement_figures(frame: pd.DataFrame) -> dict[str, Any]:
    """Give the figures of `agreement`, those over too few claims withheld.

    Args:
        frame: columns claim_id, annotator, label.

    Returns:
        As `agreement`, and: `figures` by name of `HEADLINES` (`value`, `low` and `high` of its 95 % bootstrap
        interval, `claims` it is made of, `why` it is `None`, `warning`, `reading`); `warning`; in each row of
        `by_label` and `by_pair`, `why` its figures are `None`. `percent_agreement` beside `pairs_agreeing`
        and `pairs` is a count told as a share, and stands in any case.
    """
    tally = partial(frame)
    told = agreement(tally, labels=LABELS)
    twice = told["claims_judged_twice"]
    why = why_withheld(twice, "judged twice") or told["undefined"]
    figures = _headlines(tally.kinds, told, why)
    beyond_chance = ("krippendorff_alpha", "fleiss_kappa", "gwet_ac1")
    return told | {
        **{name: figures[name]["value"] for name in beyond_chance},
        "undefined": why,
        "warning": warning(twice),
        "figures": figures,
        "by_label": {label: _label_row(row, why) for label, row in told["by_label"].items()},
        "by_pair": [_pair_row(row) for row in told["by_pair"]],
    }


def by_annotator(judgements: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Give what each annotator did.

    Args:
        judgements: as `judgements_frame` gives them.

    Returns:
        By annotator: `judged` (labels that count), how often each label, answers that do not count by reason,
        `against_others` (`claims` that the others came to a label on, `agreeing`, `share`, `why`),
        `seconds` (see `seconds_a_claim`; `None` without a time).
    """
    others, seconds = against_others(partial(votes(judgements))), seconds_a_claim(judgements)
    people: dict[str, dict[str, Any]] = {}
    for name, rows in judgements.groupby("annotator"):
        counted = rows["counted"].value_counts()
        labels = rows.loc[rows["counted"] == "yes", "label"].value_counts()
        people[str(name)] = {
            "judged": int(counted.get("yes", 0)),
            **{label: int(labels.get(label, 0)) for label in LABELS},
            **{why: int(counted.get(why, 0)) for why in WHY_NOT},
            "against_others": _others_row(others.get(str(name), {"claims": 0, "agreeing": 0})),
            "seconds": seconds.get(str(name)),
        }
    return people


def seconds_a_claim(judgements: pd.DataFrame) -> dict[str, dict[str, int | float]]:
    """Give the time that each annotator took for a claim: the middle and the spread.

    An answer to a whole section has one time; it is shared out evenly among the claims labelled in it, and
    counts as one answer.

    Args:
        judgements: as `judgements_frame` gives them.

    Returns:
        By annotator: `answers` (with a time), `claims` (labelled in them), `median`, `lower_quartile`,
        `upper_quartile` (seconds a claim).
    """
    own = (judgements["status"] == "labelled") & (judgements["ground_truth"] == 0)
    timed = judgements[own & judgements["seconds"].gt(0)]
    answers = timed.groupby(["annotator", "annotation_id"])["seconds"].agg(["first", "size"])
    each = answers["first"] / answers["size"]
    return {
        str(name): {
            "answers": len(of_one),
            "claims": int(answers.loc[of_one.index, "size"].sum()),
            **dict(zip(("lower_quartile", "median", "upper_quartile"), _quartiles(of_one), strict=True)),
        }
        for name, of_one in each.groupby(level="annotator")
    }


def suggestions_taken(judgements: pd.DataFrame) -> dict[str, Any]:
    """Compare how often the label is the suggestion where it was shown and where it was not.

    Args:
        judgements: as `judgements_frame` gives them.

    Returns:
        `seen` (hint, preload) and `unseen` (blind, off): `claims`, `answers`, `taken`, `share`; and their
        `difference` with `low` and `high` of its 95 % bootstrap interval over claims, `why` it is `None`,
        `warning`, `reading`. Only claims with a suggestion and answers that count.
    """
    told = judgements[(judgements["counted"] == "yes") & judgements["suggestion_taken"].notna()]
    per_claim = _taken(told)
    seen, unseen = _shown_row(per_claim[:, :2]), _shown_row(per_claim[:, 2:])
    fewest = min(seen["claims"], unseen["claims"])
    why = why_withheld(seen["claims"], "answered with its suggestion shown") or why_withheld(
        unseen["claims"], "answered with its suggestion hidden"
    )
    difference = None if why else figure(_difference(per_claim, np.ones(len(per_claim), dtype=np.int64)))
    low, high = _ends(None if why else _interval_of_difference(per_claim))
    return {
        "seen": seen,
        "unseen": unseen,
        "difference": difference,
        "low": low,
        "high": high,
        "why": why,
        "warning": warning(fewest),
        "reading": reading_of_suggestions(difference, low, high, why),
    }


def _headlines(found: Kinds, told: Mapping[str, Any], why: str | None) -> dict[str, dict[str, Any]]:
    twice = told["claims_judged_twice"]
    rows: dict[str, dict[str, Any]] = {}
    for name, formula in HEADLINES.items():
        # Only one label in use leaves nothing beyond chance, but answers that agree all the same.
        withheld = why_withheld(twice, "judged twice") if name == "percent_agreement" else why
        value = None if withheld else told[name]
        found_ends = (
            None if value is None else interval(functools.partial(formula, found.counts), found.claims)
        )
        low, high = _ends(found_ends)
        rows[name] = {
            "value": value,
            "low": low,
            "high": high,
            "claims": twice,
            "why": withheld,
            "warning": warning(twice),
            "reading": reading(name, value, withheld),
        }
    return rows


def _label_row(row: Mapping[str, Any], why: str | None) -> dict[str, Any]:
    """Withhold both figures of a label where the whole has none, and its share where few claims have it."""
    few = why or why_withheld(row["claims"], "judged twice with this label")
    return {**row, "agreement": None if few else row["agreement"], "alpha": None if why else row["alpha"]} | {
        "why": few
    }


def _pair_row(row: Mapping[str, Any]) -> dict[str, Any]:
    few = why_withheld(row["claims"], "judged by both")
    why = few or ("only one label used" if row["cohen_kappa"] is None else None)
    percent = None if few else row["percent_agreement"]
    return {
        **row,
        "percent_agreement": percent,
        "cohen_kappa": None if why else row["cohen_kappa"],
        "why": why,
    }


def _others_row(row: Mapping[str, int]) -> dict[str, Any]:
    why = why_withheld(row["claims"], "with a label by the others")
    return {**row, "share": None if why else row["agreeing"] / row["claims"], "why": why}


def _quartiles(seconds: pd.Series[Any]) -> list[float]:
    return [round(float(value), 3) for value in np.percentile(seconds.to_numpy(), (25, 50, 75))]


def _taken(judgements: pd.DataFrame) -> Counts:
    """Count by claim: answers that saw the suggestion, and those that took it; the same for the unseen."""
    rows, claims = claim_codes(judgements["claim_id"], None)
    took = judgements["suggestion_taken"].to_numpy(dtype=np.float64)
    columns = []
    for group in (SEEN, UNSEEN):
        inside = judgements["shown"].isin(group).to_numpy()
        columns += [np.bincount(rows, weights, minlength=len(claims)) for weights in (inside, inside * took)]
    return np.stack(columns, axis=1).astype(np.int64)


def _shown_row(counts: Counts) -> dict[str, Any]:
    answers, taken = (int(n) for n in counts.sum(axis=0))
    claims = int((counts[:, 0] > 0).sum())
    share = None if why_withheld(claims, "") else taken / answers
    return {"claims": claims, "answers": answers, "taken": taken, "share": share}


def _difference(counts: Counts, claims: Counts) -> formulas.Figures:
    """Give the share taken of those seen less that of those unseen."""
    sums = claims @ counts
    return formulas.over(sums[..., 1], sums[..., 0]) - formulas.over(sums[..., 3], sums[..., 2])


def _interval_of_difference(counts: Counts) -> Interval | None:
    found = kinds(counts)
    return interval(functools.partial(_difference, found.counts), found.claims)


def _ends(found: Interval | None) -> Interval | tuple[None, None]:
    return found or (None, None)
