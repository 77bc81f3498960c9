"""A training project with first answers and the desk's decisions, as reports read it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from annotate.labels import LABELS
from annotate.model import Judgement, Label
from annotate.report import Answers, answers_of
from annotate.studio import PulledProject, SentTask
from annotate.training_round.decided import DecidedClaim
from annotate.training_round.records import Round

OPEN = ("skipped", "draft")  # statuses of what is no answer yet


@dataclass(frozen=True, slots=True)
class TrainingAnswers:
    """The first answers of the person of a round, beside what the desk decided.

    `first` are these answers by claim id; a claim without one waits. `answers` has them as votes, and the
    desk's decisions (`decided`, by claim id) as those of an editor. `again` counts tasks that were answered a
    second time, `changed` claims whose answer was changed after feedback, and `others` answers of other
    people: none of these count.
    """

    training: Round
    decided: Mapping[str, DecidedClaim]
    answers: Answers
    first: Mapping[str, Judgement]
    again: int
    changed: int
    others: int


def training_answers(
    project: PulledProject, training: Round, decided: Mapping[str, DecidedClaim]
) -> TrainingAnswers:
    """Return the first answers to a round, and the desk's decisions as they are now."""
    first: dict[str, Judgement] = {}
    tasks, again, changed, others = [], 0, 0, 0
    for task in project.tasks:
        given = [each for each in task.judgements if each.status not in OPEN and not each.ground_truth]
        mine = [each for each in given if each.author == training.person]
        numbers = sorted({each.annotation_id for each in mine})
        others += len({each.annotation_id for each in given}) - len(numbers)
        again += len(numbers) > 1
        earliest = [each for each in mine if each.annotation_id == numbers[0] and not each.added]
        note = training.first.get(str(task.number), {}).get("claims", {})
        noted = [_as_noted(each, note) for each in earliest]
        changed += sum(old.label != new.label for old, new in zip(earliest, noted, strict=True))
        first |= {each.claim_id: each for each in noted if each.claim_id in decided}
        judgements = (*(each for each in noted if each.claim_id in decided), *_decisions(task, decided))
        tasks.append(replace(task, judgements=judgements))
    answers = answers_of(replace(project, tasks=tuple(tasks)))
    return TrainingAnswers(training, decided, answers, first, again, changed, others)


def explained(claim: DecidedClaim) -> str:
    """Return the ruling and the note of a decision in one text.

    >>> explained(DecidedClaim("c1", "opinion", note="Nobody else says so.", ruling="a caption"))
    'Ruling: a caption. Nobody else says so.'
    """
    ruling = f"Ruling: {claim.ruling}." if claim.ruling and claim.ruling not in claim.note else ""
    return " ".join(filter(None, (ruling, claim.note)))


def _as_noted(judgement: Judgement, note: Mapping[str, Mapping[str, Any]]) -> Judgement:
    """Return an answer to a claim as it was before feedback, where the page noted that."""
    before = note.get(judgement.claim_id)
    if before is None:
        return judgement
    label = before["label"]
    if label in LABELS:
        return replace(
            judgement,
            label=cast("Label", label),
            given=label,
            status="labelled",
            source=before.get("source", ""),
            merged_into="",
        )
    status = judgement.status if judgement.label is None else "unjudged"
    return replace(judgement, label=None, given=label or "", status=status)


def _decisions(task: SentTask, decided: Mapping[str, DecidedClaim]) -> Iterator[Judgement]:
    for sent in task.claims:
        claim = decided.get(sent.claim.claim_id)
        if claim and not sent.added:
            yield Judgement(
                article_id=task.article_id,
                claim_id=claim.claim_id,
                annotator=claim.by or "the desk",
                status="labelled",
                label=claim.label,
                given=claim.label,
                source=claim.source,
                note=explained(claim),
                decided=("source",) if claim.source else (),
                start=sent.claim.start,
                end=sent.claim.end,
                text=sent.claim.text,
                task_id=task.number,
                ground_truth=True,
            )
