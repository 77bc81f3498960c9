"""One annotator's answers beside what the desk decided; pure.

The desk's label of a claim is an editor's decision, else the label of more than half of its annotators, as in
the report. A claim that the annotator alone has judged, and one without a label, are not compared. The desk's
source is an editor's, else the one that at least two, and more than half, of those with the desk's label name
who name one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

import pandas as pd

from annotate.config import Question, questions_about
from annotate.labels import LABELS, NEEDS_SOURCE, SHOWN_AS
from annotate.report.frames import (
    Aliases,
    Answers,
    claims_table,
    declare,
    frame_of,
    integer,
    number,
    text,
    votes,
)
from annotate.report.page import ReviewedClaim, Said, review_list, rows_of, said_of
from annotate.report.stats import Method
from annotate.text import fold

SETTLED = ("adjudicated", "unanimous", "majority")  # statuses of a claim that the desk has a label for
COMPARED = ("yes", "deleted", "merged")  # answers that are compared, by `counted`
NOT_A_CLAIM = "not a claim"  # as the codebook says it

FEEDBACK_COLUMNS = declare(
    text("annotator", "whose answer it is"),
    text("claim", "its words"),
    text("differs", "label, or source where the label is the same"),
    text("your_label", "the label that the annotator gave; else what became of the claim"),
    text("desk_label", "the label that the desk decided"),
    text("decided_by", "the editor by name, or how many annotators gave that label"),
    text("your_source", "who carries the claim, as the annotator says"),
    text("desk_source", "who carries it, as the desk decided"),
    text("your_note", "the annotator's note"),
    text("note", "the editor's note"),
    text("rule", "the questions of the codebook that tell the two labels apart"),
    text("section", "words of the heading above, empty before the first"),
    text("before", "the paragraph before the claim"),
    text("after", "the paragraph after it"),
    text("article", "the article's title"),
    text("claim_id", "the claim"),
)
PEOPLE_COLUMNS = declare(
    text("annotator", "who answered"),
    integer("judged", "how many claims have a label of theirs"),
    integer("compared", "of these, and of those that they took away: claims that the desk has a label for"),
    integer("agree", "of the compared ones: with the desk's label"),
    number("agreement", "their share (0..1)"),
    integer("other_source", "of those that agree: with another source than the desk's"),
    integer("undecided", "claims of theirs without a label, since annotators differ"),
)


@dataclass(frozen=True, slots=True)
class Settled:
    """What the desk decided of a claim: `by` whom, in words; `note` is an editor's, and may be empty."""

    claim: ReviewedClaim
    label: str
    by: str
    source: str
    note: str

    @property
    def words(self) -> str:
        """The label in words."""
        return SHOWN_AS[self.label]


@dataclass(frozen=True, slots=True)
class Difference:
    """An annotator's answer that differs from what the desk decided, in the label or else in the source.

    `others` are the answers of the other annotators, `questions` those of the codebook that tell the two
    labels apart.
    """

    differs: Literal["label", "source"]
    mine: Said
    desk: Settled
    others: tuple[Said, ...]
    questions: tuple[Question, ...]

    @property
    def kind(self) -> tuple[str, str, str]:
        """What differs, and between which two labels."""
        return (self.differs, self.mine.said, self.desk.words)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one annotator is told: how many claims are compared, on how many labels agree, what differs.

    `undecided` counts the claims of theirs that have no label, since annotators differ. Differences in the
    label come first, the most frequent pair of labels at the top, of each pair in reading order.
    """

    annotator: str
    judged: int
    compared: int
    agree: int
    undecided: int
    differences: tuple[Difference, ...]

    @property
    def other_source(self) -> int:
        """On how many claims only the source differs."""
        return sum(each.differs == "source" for each in self.differences)

    @property
    def groups(self) -> list[list[Difference]]:
        """The differences of one kind together, as they follow each other."""
        return [list(group) for _, group in groupby(self.differences, key=lambda each: each.kind)]


def feedback_of_all(
    answers: Answers,
    *,
    codebook: str,
    aliases: Aliases,
    method: Method = "majority",
) -> dict[str, Feedback]:
    """Return the feedback to each annotator by name, in alphabetical order; who only decided is none.

    Args:
        answers: the pulled project.
        codebook: as `questions_about` takes it.
        aliases: by folded spelling the name of a source, as `parse_aliases` returns it.
        method: how votes become labels.
    """
    claims = review_list(answers, method=method).claims
    given = _answers_by_claim(answers.judgements)
    names = {row["annotator"] for rows in given.values() for row in rows}
    outcomes: dict[str, list[Difference | None]] = {name: [] for name in sorted(names)}
    undecided = Counter[str]()
    for row in rows_of(claims_table(answers, method=method)):
        rows = given.get(row["claim_id"], [])
        if row["status"] == "tie":
            undecided.update(answer["annotator"] for answer in rows if answer["counted"] == "yes")
        if row["status"] not in SETTLED or row["label"] not in LABELS:
            continue
        source = _desk_source(row, rows, aliases)
        desk = Settled(claims[row["claim_id"]], row["label"], _by(row), source, _editor_note(row))
        for answer in rows:
            difference = _difference(answer, rows, desk, codebook=codebook, aliases=aliases)
            outcomes[answer["annotator"]].append(difference)
    judged = Counter(votes(answers.judgements)["annotator"])
    return {
        name: _feedback(name, judged[name], each, undecided=undecided[name])
        for name, each in outcomes.items()
    }


def feedback_frame(feedbacks: Iterable[Feedback]) -> pd.DataFrame:
    """Return one row for each difference, columns `FEEDBACK_COLUMNS`."""
    return frame_of(
        (_row(each.annotator, difference) for each in feedbacks for difference in each.differences),
        FEEDBACK_COLUMNS,
    )


def people_frame(feedbacks: Iterable[Feedback]) -> pd.DataFrame:
    """Return one row for each annotator, columns `PEOPLE_COLUMNS`."""
    names = ("annotator", "judged", "compared", "agree", "other_source", "undecided")
    return frame_of(
        (
            {name: getattr(each, name) for name in names}
            | {"agreement": round(each.agree / each.compared, 3) if each.compared else None}
            for each in feedbacks
        ),
        PEOPLE_COLUMNS,
    )


# --------------------------------------------------------------------------- parts


def _answers_by_claim(judgements: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the answers that are compared, as rows of the frame of judgements."""
    given = judgements[(judgements["ground_truth"] != 1) & judgements["counted"].isin(COMPARED)]
    by_claim: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(given):
        by_claim.setdefault(row["claim_id"], []).append(row)
    return by_claim


def _feedback(name: str, judged: int, outcomes: Sequence[Difference | None], *, undecided: int) -> Feedback:
    differences = [each for each in outcomes if each]
    counts = Counter(each.kind for each in differences)
    differences.sort(key=lambda each: (each.differs == "source", -counts[each.kind], each.kind))  # stable
    agree = len(outcomes) - sum(each.differs == "label" for each in differences)
    return Feedback(name, judged, len(outcomes), agree, undecided, tuple(differences))


def _difference(
    answer: Mapping[str, Any],
    rows: Iterable[Mapping[str, Any]],
    desk: Settled,
    *,
    codebook: str,
    aliases: Aliases,
) -> Difference | None:
    """Return how an answer, one of all these to a claim, differs from the desk's; `None` if it does not."""
    mine, is_label = said_of(answer), answer["counted"] == "yes"
    same_label = is_label and answer["label"] == desk.label
    if same_label and (not desk.source or _key(mine.source, aliases) == _key(desk.source, aliases)):
        return None
    sought = {mine.said if is_label else NOT_A_CLAIM, desk.words}
    return Difference(
        differs="source" if same_label else "label",
        mine=mine,
        desk=desk,
        others=tuple(said_of(row) for row in rows if row is not answer),
        questions=tuple(questions_about(codebook, sought)),
    )


def _by(row: Mapping[str, Any]) -> str:
    """Say who decided a claim, from its row of the editor's table."""
    if row["status"] == "adjudicated":
        return f"decided by {row['editor'] or 'an editor'}"
    return f"{row[row['label']]} of {row['votes']} annotators"


def _editor_note(row: Mapping[str, Any]) -> str:
    return str(row["note"] or "") if row["editor"] else ""


def _desk_source(row: Mapping[str, Any], answers: Iterable[Mapping[str, Any]], aliases: Aliases) -> str:
    """Return the desk's source, from a row of the editor's table; empty where it has none."""
    if row["label"] not in NEEDS_SOURCE:
        return ""
    if row["decided_source"]:
        return str(row["decided_source"])
    named = [each["source"] for each in answers if each["label"] == row["label"] and each["source"]]
    counts = Counter(_key(words, aliases) for words in named)
    key, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    if count < 2 or 2 * count <= len(named):
        return ""
    return aliases.get(key) or next(words for words in named if _key(words, aliases) == key)


def _key(source: str, aliases: Aliases) -> str:
    return fold(aliases.get(fold(source), source))


def _row(annotator: str, difference: Difference) -> dict[str, Any]:
    mine, desk, claim = difference.mine, difference.desk, difference.desk.claim
    return {
        "annotator": annotator,
        "claim": claim.text,
        "differs": difference.differs,
        "your_label": mine.said,
        "desk_label": desk.words,
        "decided_by": desk.by,
        "your_source": mine.source,
        "desk_source": desk.source,
        "your_note": mine.note,
        "note": desk.note,
        "rule": "\n".join(f"{name} {question} {then}" for name, question, then in difference.questions),
        "section": claim.section,
        "before": claim.before,
        "after": claim.after,
        "article": claim.article,
        "claim_id": claim.claim_id,
    }
