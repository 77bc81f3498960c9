"""What the figures of a report are made of, in a form that adds up by claim, as `tally` does for agreement.

`sums_of` counts the answers to some claims, each claim whole; `merge_sums` adds such counts, in any order and
grouping, with the same figures as if all had been counted at once. How a status came about is the caller's:
majorities add up, Dawid and Skene's model does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from annotate.report.frames.judgements import votes
from annotate.report.stats import Counts, Kinds, Tally, add_kinds, claim_codes, kinds, merge, partial

SEEN, UNSEEN = ("hint", "preload"), ("blind", "off")

Times = Mapping[tuple[str, int], tuple[float, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Counts over claims and the answers to them.

    `counted` has the answers by annotator and whether they count, `labels` those that count by annotator and
    label, `unknown` those with a label that is none by its name. `times` holds for each annotator and
    annotation its seconds and how many claims are labelled in it. `suggestions` has a column each for answers
    that saw the suggestion, that took it of these, that did not see it, that took it of these.
    """

    votes: Tally
    statuses: Counter[str]
    counted: Counter[tuple[str, str]]
    labels: Counter[tuple[str, str]]
    unknown: Counter[str]
    times: Times
    suggestions: Kinds
    foreign: int

    @property
    def annotators(self) -> list[str]:
        """Return all who answered, counted or not, in alphabetical order."""
        return sorted({name for name, _ in self.counted})


def sums_of(judgements: pd.DataFrame, statuses: Iterable[str] = (), *, foreign: int = 0) -> Sums:
    """Count the answers to some claims.

    Args:
        judgements: as `judgements_frame` gives them; all answers to each claim.
        statuses: what each claim came to, answered or not.
        foreign: tasks beside them that were not sent from here.
    """
    voted, unknown = (judgements[judgements["counted"] == word] for word in ("yes", "unknown"))
    return Sums(
        votes=partial(votes(judgements)),
        statuses=Counter(statuses),
        counted=Counter(zip(judgements["annotator"], judgements["counted"], strict=True)),
        labels=Counter(zip(voted["annotator"], voted["label"], strict=True)),
        unknown=Counter(unknown["given"].dropna()),
        times=times_of(judgements),
        suggestions=suggestions_of(judgements),
        foreign=foreign,
    )


def merge_sums(parts: Iterable[Sums]) -> Sums:
    """Add sums of different claims; none gives an empty one."""
    told = list(parts)
    times: dict[tuple[str, int], tuple[float, int]] = {}
    for each in told:
        for answer, (seconds, claims) in each.times.items():
            times[answer] = seconds, times.get(answer, (0.0, 0))[1] + claims
    return Sums(
        votes=merge(each.votes for each in told),
        statuses=sum((each.statuses for each in told), Counter()),
        counted=sum((each.counted for each in told), Counter()),
        labels=sum((each.labels for each in told), Counter()),
        unknown=sum((each.unknown for each in told), Counter()),
        times=times,
        suggestions=add_kinds([each.suggestions for each in told], width=4),
        foreign=sum(each.foreign for each in told),
    )


def times_of(judgements: pd.DataFrame) -> Times:
    """Return for each annotator and annotation with a time its seconds and how many claims it labels."""
    own = (judgements["status"] == "labelled") & (judgements["ground_truth"] == 0)
    timed = judgements[own & judgements["seconds"].gt(0)]
    answers = timed.groupby(["annotator", "annotation_id"])["seconds"].agg(["first", "size"])
    return {
        (str(name), int(number)): (float(seconds), int(claims))
        for (name, number), seconds, claims in zip(
            answers.index, answers["first"], answers["size"], strict=True
        )
    }


def suggestions_of(judgements: pd.DataFrame) -> Kinds:
    """Count by claim the answers that saw the suggestion and those that took it; the same for the unseen."""
    told = judgements[(judgements["counted"] == "yes") & judgements["suggestion_taken"].notna()]
    rows, claims = claim_codes(told["claim_id"], None)
    took = told["suggestion_taken"].to_numpy(dtype=np.float64)
    columns = []
    for group in (SEEN, UNSEEN):
        inside = told["shown"].isin(group).to_numpy()
        columns += [np.bincount(rows, weights, minlength=len(claims)) for weights in (inside, inside * took)]
    table: Counts = np.stack(columns, axis=1).astype(np.int64)
    return kinds(table)
