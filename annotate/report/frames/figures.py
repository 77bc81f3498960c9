"""The figures beside the tables: how far annotators agree, what was counted and what was not.

Over fewer than 20 claims a figure is withheld and only the counts behind it are told; below 50 it comes with
a warning. The functions of `agreement` know no such bounds.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from annotate.labels import LABELS
from annotate.report.frames.explanations import BESIDE, reading, reading_of_suggestions, warning, why_withheld
from annotate.report.frames.judgements import WHY_NOT, Answers, read_answers, votes
from annotate.report.stats import (
    PROGRESS,
    STATUSES,
    Counts,
    Interval,
    Kinds,
    agreement,
    claim_codes,
    figure,
    formulas,
    interval,
    kinds,
    tally,
)
from annotate.studio import Raw

SEEN, UNSEEN = ("hint", "preload"), ("blind", "off")
# What `counted` says of claims in a submitted answer: those in it, and those that its author removed from it.
TO_JUDGE, REMOVED = ("yes", "unjudged", "unknown"), ("deleted", "merged")
HEADLINES = {
    "percent_agreement": formulas.percent_agreement,
    "krippendorff_alpha": formulas.alpha,
    "fleiss_kappa": formulas.fleiss_kappa,
    "gwet_ac1": formulas.gwet_ac1,
}


def agreement_table(answers: Answers, claims: pd.DataFrame) -> dict[str, Any]:
    """Return what `agreement.json` holds.

    Args:
        answers: articles, claims and judgements.
        claims: one row per claim, with its `status` and `progress`.

    Returns:
        `claims_listed`, `by_progress`, `annotators_wanted`, `by_status`, `agreement` (see
        `agreement_figures`), `by_annotator` (see `by_annotator`), `suggestions` (see `suggestions_taken`),
        `readings` (how to read the tables among them, in words), `not_counted`, `unknown_labels`,
        `foreign_tasks`.
    """
    judgements = answers.judgements
    counted, progress, statuses = (
        Counter(column) for column in (judgements["counted"], claims["progress"], claims["status"])
    )
    unknown = Counter(judgements.loc[judgements["counted"] == "unknown", "given"].dropna())
    return {
        "claims_listed": len(claims),
        "by_status": {status: statuses[status] for status in STATUSES},
        "agreement": agreement_figures(votes(judgements)),
        "by_annotator": by_annotator(judgements, sent=claims_sent(answers.claims)),
        "suggestions": suggestions_taken(judgements),
        "readings": dict(BESIDE),
        "not_counted": {why: counted[why] for why in WHY_NOT},
        "unknown_labels": dict(sorted(unknown.items(), key=lambda each: (-each[1], each[0]))),
        "foreign_tasks": answers.project.foreign_tasks,
        "by_progress": {name: progress[name] for name in PROGRESS},
        "annotators_wanted": answers.project.wanted,
    }


def agreement_figures(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the figures of `agreement`, those over too few claims withheld.

    Args:
        frame: columns claim_id, annotator, label.

    Returns:
        As `agreement`, and: `figures` by name of `HEADLINES` (`value`, `low` and `high` of its 95 % bootstrap
        interval, `claims` it is made of, `why` it is `None`, `warning`, `reading`); `warning`; in each row of
        `by_label` and `by_pair`, `why` its figures are `None`. `percent_agreement` beside `pairs_agreeing`
        and `pairs` is a count told as a share, and stands in any case.
    """
    counted = tally(frame)
    whole = agreement(counted, labels=LABELS)
    twice = whole["claims_judged_twice"]
    why = why_withheld(twice, "judged twice") or whole["undefined"]
    figures = _headlines(counted.kinds, whole, why)
    beyond_chance = ("krippendorff_alpha", "fleiss_kappa", "gwet_ac1")
    return whole | {
        **{name: figures[name]["value"] for name in beyond_chance},
        "undefined": why,
        "warning": warning(twice),
        "figures": figures,
        "by_label": {label: _label_row(row, why) for label, row in whole["by_label"].items()},
        "by_pair": [_pair_row(row) for row in whole["by_pair"]],
    }


class Done(NamedTuple):
    """What an annotator did in a project; `judged`, `claims` and `skipped` are those of `by_annotator`."""

    name: str
    judged: int
    claims: int
    skipped: int


def done_by_people(raw: Raw) -> tuple[int, dict[int | str, Done]]:
    """Return how many claims were sent to a project, and what each annotator did there.

    Args:
        raw: raw answers as a pull gives them.

    Returns:
        The number of claims; annotators by their number in Label Studio, or by name where nobody knows it.

    Raises:
        BadInput: where the raw answers lack a part or a task cannot be read.
    """
    answers = read_answers(raw)
    numbers = {name: number for number, name in answers.project.names.items()}
    sent = claims_sent(answers.claims)
    people = by_annotator(answers.judgements, sent=sent).items()
    done = {
        numbers.get(name, name): Done(name, *(row[count] for count in Done._fields[1:]))
        for name, row in people
    }
    return sent, done


def by_annotator(judgements: pd.DataFrame, *, sent: int) -> dict[str, dict[str, Any]]:
    """Return what each annotator did; who only decided as an editor is none.

    A claim is judged if it has a label of the annotator in a submitted answer. The claims to judge are those
    that were sent, less those that the annotator removed or merged, plus those that the annotator added.

    Args:
        judgements: as `judgements_frame` gives them.
        sent: how many claims were sent, see `claims_sent`.

    Returns:
        By annotator: `judged`, `claims` (to judge), how often each label, how many answers do not count by
        reason, `against_others` (`claims` that the others came to a label on, `agreeing`, `share`, `why`),
        `seconds` (see `seconds_a_claim`; `None` without a time).
    """
    others, seconds = tally(votes(judgements)).others, seconds_a_claim(judgements)
    counted = Counter(zip(judgements["annotator"], judgements["counted"], strict=True))
    labels = Counter(votes(judgements)[["annotator", "label"]].itertuples(index=False, name=None))
    added = Counter(
        judgements.loc[judgements["added"].eq(1) & judgements["counted"].isin(TO_JUDGE), "annotator"]
    )
    removed = Counter(
        judgements.loc[judgements["added"].eq(0) & judgements["counted"].isin(REMOVED), "annotator"]
    )
    return {
        name: {
            "judged": counted[name, "yes"],
            "claims": sent + added[name] - removed[name],
            **{label: labels[name, label] for label in LABELS},
            **{why: counted[name, why] for why in WHY_NOT},
            "against_others": _others_row(others.get(name, {"claims": 0, "agreeing": 0})),
            "seconds": seconds.get(name),
        }
        for name in sorted(set(judgements.loc[judgements["ground_truth"] != 1, "annotator"]))
    }


def claims_sent(claims: pd.DataFrame) -> int:
    """Return how many claims were sent, those of earlier versions included."""
    return int(claims["added"].eq(0).sum())


def seconds_a_claim(judgements: pd.DataFrame) -> dict[str, dict[str, int | float]]:
    """Return the time that each annotator took for a claim: the middle and the spread.

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
    return {
        str(name): {
            "answers": len(rows),
            "claims": int(rows["size"].sum()),
            **dict(zip(("lower_quartile", "median", "upper_quartile"), _quartiles(rows), strict=True)),
        }
        for name, rows in answers.groupby(level="annotator")
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
    patterns = _suggestion_kinds(judgements)
    seen, unseen = (_shown_row(patterns.counts[:, at : at + 2], patterns.claims) for at in (0, 2))
    fewest = min(seen["claims"], unseen["claims"])
    why = why_withheld(seen["claims"], "answered with its suggestion shown") or why_withheld(
        unseen["claims"], "answered with its suggestion hidden"
    )
    difference = None if why else figure(_difference(patterns.counts, patterns.claims))
    low, high = _ends(
        None if why else interval(functools.partial(_difference, patterns.counts), patterns.claims)
    )
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


def _headlines(patterns: Kinds, whole: Mapping[str, Any], why: str | None) -> dict[str, dict[str, Any]]:
    twice = whole["claims_judged_twice"]
    rows: dict[str, dict[str, Any]] = {}
    for name, formula in HEADLINES.items():
        # Only one label in use leaves nothing beyond chance, but answers that agree all the same.
        withheld = why_withheld(twice, "judged twice") if name == "percent_agreement" else why
        value = None if withheld else whole[name]
        found_ends = (
            None if value is None else interval(functools.partial(formula, patterns.counts), patterns.claims)
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


def _quartiles(answers: pd.DataFrame) -> list[float]:
    each = answers["first"].to_numpy(dtype=np.float64) / answers["size"].to_numpy()
    return [round(float(value), 3) for value in np.percentile(each, (25, 50, 75))]


def _suggestion_kinds(judgements: pd.DataFrame) -> Kinds:
    """Count by claim the answers that saw the suggestion and those that took it; the same for the unseen."""
    asked = judgements[(judgements["counted"] == "yes") & judgements["suggestion_taken"].notna()]
    rows, claims = claim_codes(asked["claim_id"], None)
    took = asked["suggestion_taken"].to_numpy(dtype=np.float64)
    seen, unseen = (asked["shown"].isin(group).to_numpy() for group in (SEEN, UNSEEN))
    columns = [
        np.bincount(rows, each, minlength=len(claims)) for each in (seen, seen * took, unseen, unseen * took)
    ]
    return kinds(np.stack(columns, axis=1).astype(np.int64))


def _shown_row(counts: Counts, times: Counts) -> dict[str, Any]:
    answers, taken = (int(n) for n in times @ counts)
    claims = int(times[counts[:, 0] > 0].sum())
    share = None if why_withheld(claims, "") else taken / answers
    return {"claims": claims, "answers": answers, "taken": taken, "share": share}


def _difference(counts: Counts, claims: Counts) -> formulas.Figures:
    """Return the share taken of those seen less that of those unseen."""
    sums = claims @ counts
    return formulas.over(sums[..., 1], sums[..., 0]) - formulas.over(sums[..., 3], sums[..., 2])


def _ends(ends: Interval | None) -> Interval | tuple[None, None]:
    return ends or (None, None)
