"""The table of rulings, `rulings.csv`: claims and disputes by the codebook's question that decided; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from annotate.config import Codebook, Question
from annotate.labels import LABELS
from annotate.report.frames import declare, frame_of, integer, label_columns, number, text
from annotate.report.stats import difference_interval

LEAST = 5  # claims with a ruling, and with another one, before the ruling is said to need a sentence
MOST_LISTED = 10  # disputes of a ruling
NOT_A_CLAIM = "deleted"  # an answer without a label that may have a ruling, by `counted`

RULINGS_COLUMNS = declare(
    text("codebook", "version of the codebook under which the answers were given"),
    text("ruling", "name of its question"),
    text("needs_sentence", "yes, no, or empty where there are too few claims to say; see below"),
    integer("claims", "claims on which somebody ticked it"),
    integer("judged_twice", "of these, the claims with labels by two annotators or more"),
    integer("disputes", "of these, the claims with different labels"),
    number("share", "disputes / judged_twice (0..1, three decimals)"),
    integer("other_judged_twice", "claims with two labels or more and other rulings alone"),
    integer("other_disputes", "of these, the claims with different labels"),
    number("other_share", "other_disputes / other_judged_twice"),
    number("low", "lower end of the 95% interval of share less other_share"),
    number("high", "upper end"),
    integer("different_rulings", "disputes in which somebody ticked another ruling as well"),
    integer("judgements", "answers with this ruling"),
    *label_columns("of these, answers with the label {}"),
    integer("not_a_claim", "of these, answers that say that it is no claim"),
    text("question", "the question in the words of configs/codebook.md, if that has this version"),
    text("leads_to", "what the codebook says to do at a yes"),
    text("disputed_claims", "the first ten disputes, by claim_id, joined by '; '"),
)


@dataclass(frozen=True, slots=True)
class _Version:
    """What was answered under one version of the codebook.

    `ticked` has by claim the rulings that somebody ticked, `twice` are the claims with two labels or more,
    `disputed` those of them with different labels.
    """

    answers: pd.DataFrame
    ticked: Mapping[str, Collection[str]]
    twice: Collection[str]
    disputed: Collection[str]

    def among(self, claims: Sequence[str]) -> tuple[int, int]:
        """Return how many of these claims are disputed, and how many were judged twice."""
        return sum(each in self.disputed for each in claims), sum(each in self.twice for each in claims)


def rulings_table(judgements: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return one row per codebook version and ruling that somebody ticked, columns `RULINGS_COLUMNS`.

    The version that was answered last comes first. Answers under different versions are not compared: a
    dispute is a claim to which two annotators gave different labels under the same version. A ruling needs a
    sentence if its share of disputes lies above that of the other rulings by more than chance explains: the
    interval of the difference (Newcombe 1998) begins above 0, and both shares are of `LEAST` claims or more.

    Args:
        judgements: columns `JUDGEMENTS_COLUMNS`.
        codebook: the rules in force, for the words of the questions.
    """
    given = judgements[judgements["counted"].isin(["yes", NOT_A_CLAIM])]
    given = given.assign(codebook=given["codebook"].fillna(""))
    ticked = given[given["ruling"].notna()]
    last = ticked.groupby("codebook")["answered_at"].max().fillna("")
    versions = sorted(last.index, key=lambda version: (last[version], version), reverse=True)
    rows = (row for version in versions for row in _rows(given, version, codebook))
    return frame_of(rows, RULINGS_COLUMNS)


def _rows(given: pd.DataFrame, version: str, codebook: Codebook) -> Iterator[dict[str, Any]]:
    """Return the rows of one version: rulings in the order of the codebook, others by alphabet."""
    questions = codebook.rulings if codebook.version == version else ()
    by_name = {question.name: question for question in questions}
    answers = _version(given[given["codebook"] == version])
    order = {name: place for place, name in enumerate(by_name)}
    names = {name for rulings in answers.ticked.values() for name in rulings}
    for name in sorted(names, key=lambda name: (order.get(name, len(order)), name)):
        yield {"codebook": version, "ruling": name, **_row(answers, name, by_name.get(name))}


def _version(given: pd.DataFrame) -> _Version:
    ticked = given[given["ruling"].notna()].groupby("claim_id", sort=False)["ruling"].agg(set)
    labels = given[given["counted"] == "yes"].groupby("claim_id")["label"].agg(["size", "nunique"])
    return _Version(
        answers=given[given["ruling"].notna()],
        ticked={str(claim): rulings for claim, rulings in ticked.items()},
        twice=frozenset(labels.index[labels["size"] > 1]),
        disputed=frozenset(labels.index[labels["nunique"] > 1]),
    )


def _row(version: _Version, name: str, question: Question | None) -> dict[str, Any]:
    with_it = [claim for claim, rulings in version.ticked.items() if name in rulings]
    others = [claim for claim, rulings in version.ticked.items() if name not in rulings]
    (disputes, twice), (other_disputes, other_twice) = version.among(with_it), version.among(others)
    disputed = [claim for claim in with_it if claim in version.disputed]
    answers = version.answers[version.answers["ruling"] == name]
    labels = answers["label"].value_counts()
    return {
        "claims": len(with_it),
        "judged_twice": twice,
        "disputes": disputes,
        "share": _share(disputes, twice),
        "other_judged_twice": other_twice,
        "other_disputes": other_disputes,
        "other_share": _share(other_disputes, other_twice),
        **_compared((disputes, twice), (other_disputes, other_twice)),
        "different_rulings": sum(len(version.ticked[claim]) > 1 for claim in disputed),
        "judgements": len(answers),
        **{label: int(labels.get(label, 0)) for label in LABELS},
        "not_a_claim": int((answers["counted"] == NOT_A_CLAIM).sum()),
        "question": question and question.words,
        "leads_to": question and question.leads_to,
        "disputed_claims": "; ".join(disputed[:MOST_LISTED]),
    }


def _share(count: int, of: int) -> float | None:
    return round(count / of, 3) if of else None


def _compared(one: tuple[int, int], other: tuple[int, int]) -> dict[str, Any]:
    """Return the interval of the difference between two shares, and whether it asks for a sentence."""
    interval = difference_interval(one, other)
    if interval is None or min(one[1], other[1]) < LEAST:
        return {"needs_sentence": None, "low": None, "high": None}
    low, high = interval
    needs = "yes" if low > 0 else "no"
    return {"needs_sentence": needs, "low": round(low, 3), "high": round(high, 3)}
