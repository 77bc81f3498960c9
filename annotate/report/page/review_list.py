"""What an editor decides on, one claim after another: who said what and why, and what is decided; pure.

Nothing here knows a frame's index or a task's JSON: a page or a sheet can be made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from string import ascii_lowercase
from typing import Any

import pandas as pd

from annotate.config import Question, questions_about
from annotate.labels import CHECKABLE, LABELS, SHOWN_AS, SPECS
from annotate.model import DECIDED_FIELDS, Decision, Label, Span, Suggestion
from annotate.report.checks import Weights, Worthiness, our_weights, worthiness_of
from annotate.report.frames import Answers, Restored, claims_table, decisions, disputes_table
from annotate.report.page.view_models import (
    LOOKS,
    SHOWN_ANSWERS,
    STATUS_WORDS,
    Said,
    moment,
    rows_of,
    said_of,
    web_address,
)
from annotate.report.stats import Method
from annotate.studio import SentClaim, SentTask

HOTKEYS = {spec.hotkey for spec in SPECS}
#: The other letters do something else.
TAKING_KEYS = [key for key in ascii_lowercase if key not in {*HOTKEYS, *"eijklmnstuv"}]
MOST_AROUND = 700  # characters of the paragraph on either side of a claim
#: Characters of a paragraph beside the claim; where there are fewer, its neighbours are shown.
LEAST_AROUND = 200

NO_WORTH = Worthiness(0.0, ())

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Held:
    """What is decided of a claim, and by whom: `fields` names what of `DECIDED_FIELDS` is decided.

    `at` is the moment (ISO 8601, UTC); it is empty where nobody decided, and for a decision that is not in
    Label Studio yet.
    """

    label: Label | None = None
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    editor: str = ""
    at: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it decides nothing, as where a decision was taken back."""
        return not (self.label or self.note or self.fields)

    @property
    def words(self) -> str:
        """The label in words."""
        return SHOWN_AS[self.label] if self.label else "no label"

    @property
    def when(self) -> str:
        """The moment for a person; empty where it is not known."""
        return moment(self.at)

    def says(self, other: Held) -> bool:
        """Return whether two decisions say the same, whoever made them."""
        mine, theirs = ((each.label, each.note, dict(each.fields)) for each in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What one annotator said of a claim, and the key that takes it over; it has none without a label."""

    said: Said
    label: Label | None
    source_kind: str
    flags: tuple[str, ...]
    key: str

    @property
    def fields(self) -> dict[str, str]:
        """What it says of `DECIDED_FIELDS`, without empty texts."""
        given = {
            "source": self.said.source,
            "source_kind": self.source_kind,
            "evidence": self.said.evidence,
        }
        return {name: words for name, words in given.items() if words}


@dataclass(frozen=True, slots=True)
class ReviewedClaim:
    """A claim to decide on.

    `before` and `after` are the rest of its paragraph. `voted` and `cells` are the label and what is in
    `DECIDED_FIELDS` as the table of claims has them, in a `ReviewList` without a decision. `is_current` is
    false where the article was corrected and has these words no longer. `start`, `end` and `task_id` are
    those of a `Decision`. `worthiness` is known in a `ReviewList`.
    """

    claim_id: str
    text: str
    before: str
    after: str
    article: str
    section: str
    position: int | None
    status: str
    task_id: int
    start: int
    end: int
    link: str
    suggestion: Suggestion | None
    voted: Label | None
    cells: Mapping[str, str]
    answers: tuple[GivenAnswer, ...]
    held: Held
    worthiness: Worthiness = NO_WORTH

    @property
    def is_current(self) -> bool:
        """Whether the newest version of its article has its words."""
        return self.position is not None

    def is_checkable(self, held: Held) -> bool:
        """Return whether it is a checkable fact, by what is decided of it or else by votes."""
        return (held.label or self.voted) in CHECKABLE

    def decision(self, held: Held) -> Decision:
        """Return what is to be written so that this is decided of the claim."""
        fields = None if held.is_empty or (held.label and not held.fields) else held.fields
        return Decision(
            self.claim_id, held.label, held.note, self.task_id, self.start, self.end, fields=fields
        )


@dataclass(frozen=True, slots=True)
class ReviewList:
    """The claims of a project by id, and in which order they are decided.

    `disputes` are those on which annotators differ, hardest first, whether they are decided or not; `waiting`
    those that wait for further answers. `by_priority` are all that stand in the newest version of an article,
    whatever their label, those most worth checking first.
    """

    claims: Mapping[str, ReviewedClaim]
    disputes: tuple[str, ...]
    waiting: tuple[str, ...]
    by_priority: tuple[str, ...] = ()


def review_list(
    answers: Answers, *, method: Method = "majority", weights: Weights | None = None
) -> ReviewList:
    """Return what there is to decide in a project.

    Args:
        answers: the pulled project.
        method: how votes become labels.
        weights: of the signs that a claim is worth checking; by default those of the settings.
    """
    annotators = answers.judgements[answers.judgements["ground_truth"] != 1]
    undecided = claims_table(replace(answers, judgements=annotators), method=method)
    worth = worthiness_of(undecided, answers, our_weights() if weights is None else weights)
    claims = {
        claim_id: replace(claim, worthiness=worth[claim_id])
        for claim_id, claim in reviewed_claims(answers, undecided).items()
    }
    disputes = tuple(disputes_table(undecided)["claim_id"])
    waiting = [row["claim_id"] for row in rows_of(undecided) if row["progress"] == "waiting"]
    current = [claim_id for claim_id in claims if claims[claim_id].is_current]
    return ReviewList(
        claims,
        disputes,
        tuple(each for each in waiting if claims[each].is_current),
        tuple(sorted(current, key=lambda claim_id: -claims[claim_id].worthiness.score)),
    )


def reviewed_claims(answers: Answers, claims: pd.DataFrame) -> dict[str, ReviewedClaim]:
    """Return claims by id with what there is to know about them to decide.

    Args:
        answers: the pulled project.
        claims: rows of a table of its claims, columns `CLAIMS_COLUMNS`.
    """
    held = dict(_held(answers))
    given = _answers(rows_of(answers.judgements[answers.judgements["ground_truth"] != 1]))
    places, newest = _places(answers), answers.project.newest_claims()
    return {
        claim_id: _claim(
            row,
            newest[claim_id],
            place=places[claim_id],
            answers=tuple(given.get(claim_id, ())),
            held=held.get(claim_id, Held()),
        )
        for row in rows_of(claims)
        for claim_id in [row["claim_id"]]
    }


def questions_at_issue(codebook: str, claim: ReviewedClaim) -> list[Question]:
    """Return the questions of the codebook that tell the answers to a claim apart.

    Args:
        codebook: Markdown whose first table has three columns: the name of a question, the question, and the
            label that it leads to.
        claim: whose annotators' answers and suggestion are looked at.

    Returns:
        Name, question and label, in the order of the codebook.
    """
    labels = {answer.label for answer in claim.answers if answer.label}
    if claim.suggestion:
        labels.add(claim.suggestion.label)
    sought = {SHOWN_AS[label] for label in labels}
    sought |= {flag.replace("_", " ") for answer in claim.answers for flag in answer.flags}
    return questions_about(codebook, sought)


# --------------------------------------------------------------------------- parts


def _held(answers: Answers) -> Iterator[tuple[str, Held]]:
    for row in rows_of(decisions(answers.judgements).reset_index()):
        names = [name for name in (row["decided"] or "").split("; ") if name]
        fields = {name: row[name] or "" for name in names}
        yield (
            row["claim_id"],
            Held(row["label"], row["note"] or "", fields, row["annotator"], row["answered_at"]),
        )


def _answers(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[GivenAnswer]]:
    given: dict[str, list[GivenAnswer]] = {}
    for row in rows:
        if row["counted"] not in SHOWN_ANSWERS:
            continue
        others = given.setdefault(row["claim_id"], [])
        label = row["label"] if row["label"] in LABELS else None
        taken = sum(bool(other.key) for other in others)
        key = TAKING_KEYS[taken] if label and taken < len(TAKING_KEYS) else ""
        flags = tuple(flag for flag in (row["flags"] or "").split("; ") if flag)
        others.append(GivenAnswer(said_of(row), label, row["source_kind"] or "", flags, key))
    return given


def _places(answers: Answers) -> dict[str, tuple[Restored, Span | None]]:
    """Return for each claim its article, and where it stands in its text."""
    placed: dict[str, tuple[Restored, Span | None]] = {
        claim.claim_id: (article, claim.span) for article in answers.articles for claim in article.claims
    }
    for article in answers.articles:
        for claim in article.earlier:
            placed.setdefault(claim.claim_id, (article, None))
    return placed


def _claim(
    row: Mapping[str, Any],
    newest: tuple[SentClaim, SentTask],
    *,
    place: tuple[Restored, Span | None],
    answers: tuple[GivenAnswer, ...],
    held: Held,
) -> ReviewedClaim:
    (sent, task), (article, span) = newest, place
    around = (article.text, span) if span else (task.text, sent.claim.span.shift(-task.offset))
    before, after = _paragraph(*around)
    return ReviewedClaim(
        claim_id=row["claim_id"],
        text=row["claim"] or "",
        before=before,
        after=after,
        article=article.title or article.article_id,
        section=row["section"] or "",
        position=row["position"],
        status=_status(row),
        task_id=task.number,
        start=sent.claim.start if sent.added else 0,
        end=sent.claim.end if sent.added else 0,
        link=web_address(task.link_to(sent)),
        suggestion=sent.claim.suggestion,
        voted=row["label"],
        cells={name: row[name] or "" for name in DECIDED_FIELDS},
        answers=answers,
        held=held,
    )


def _status(row: Mapping[str, Any]) -> str:
    """Say how the votes stand: "no majority, 1:1:1"."""
    votes = sorted((row[label] for label in LABELS if row[label]), reverse=True)
    if row["status"] in ("tie", "majority"):
        leading = f"{LOOKS[row['label']]}, " if row["label"] else ""
        return f"{leading}{STATUS_WORDS[row['status']]} {':'.join(map(str, votes))}"
    wanted = f" of {row['wanted']}" if row["wanted"] else ""
    return f"{sum(votes)}{wanted} answers"


def _paragraph(text: str, span: Span) -> tuple[str, str]:
    """Return the rest of the paragraph on either side of a claim, of a short one with its neighbours."""
    before = text[max(span.start - 2 * MOST_AROUND, 0) : span.start]
    after = text[span.end : span.end + 2 * MOST_AROUND]
    above, below = _BLANK_LINE.split(before), _BLANK_LINE.split(after)
    few = len(above[-1]) + len(below[0]) < LEAST_AROUND
    before, after = "\n\n".join(above[-1 - few :]).lstrip(), "\n\n".join(below[: 1 + few]).rstrip()
    if len(before) > MOST_AROUND:
        before = "… " + before[-MOST_AROUND:].partition(" ")[2]
    if len(after) > MOST_AROUND:
        after = after[:MOST_AROUND].rpartition(" ")[0] + " …"
    return before, after
