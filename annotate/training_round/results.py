"""How far the first answers of a training round agree with the desk; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from annotate.labels import SHOWN_AS
from annotate.model import Judgement
from annotate.report import cohen_kappa, wilson_interval
from annotate.report.frames import declare, frame_of, integer, number, text
from annotate.text import counted
from annotate.training_round.first_answers import TrainingAnswers
from annotate.training_round.records import Round

DESK, PERSON = "desk", "person"
NO_LABEL = "no_label"  # of an answer that was submitted without one
SAID: Mapping[str, str] = {**SHOWN_AS, NO_LABEL: "No label"}
NO_RULING = "no ruling: the questions decide"

RESULTS_COLUMNS = declare(
    text("annotator", "whose round it is"),
    integer("round", "which of their rounds from this project or article"),
    text("from", "title of the project or article that the claims are from"),
    integer("claims", "claims of the round"),
    integer("answered", "of these, claims in sections that were submitted"),
    integer("agree", "of these, claims with the desk's label in the first answer"),
    number("agreement", "their share of the answered claims (0..1)"),
    number("low", "lower end of its 95 % interval (Wilson)"),
    number("high", "upper end"),
    number("kappa", "Cohen's kappa with the desk: agreement beyond chance"),
    number("seconds", "mean time a claim"),
    text("passed", "yes, no, or empty while claims wait for an answer"),
    text("project", "title of the training project"),
)
CONFUSIONS_COLUMNS = declare(
    text("annotator", "whose round it is"),
    integer("round", "which of their rounds from this project or article"),
    text("from", "title of the project or article that the claims are from"),
    text("ruling", "case or question of the codebook that decided, empty where none is known"),
    text("desk_label", "the label that the desk decided"),
    text("your_label", "the label of the first answer; No label where it had none"),
    integer("claims", "how many claims"),
)


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many claims of a ruling got a label where the desk decided another, or the same."""

    ruling: str
    desk: str
    given: str
    claims: int


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a round; `passed` is `None` while claims wait, `notes` are sentences for the editor."""

    training: Round
    title: str
    claims: int
    answered: int
    agree: int
    interval: tuple[float, float] | None
    kappa: float | None
    seconds: float | None
    passed: bool | None
    confusions: tuple[Confusion, ...]
    notes: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """Return the share of the answered claims that have the desk's label, 0..1."""
        return self.agree / self.answered if self.answered else None

    @property
    def rulings(self) -> list[tuple[str, int, int]]:
        """Return for each ruling its words, its claims and how many agree; those with most misses first."""
        claims, agree = Counter[str](), Counter[str]()
        for each in self.confusions:
            claims[each.ruling] += each.claims
            agree[each.ruling] += each.claims if each.desk == each.given else 0
        order = sorted(claims, key=lambda ruling: (agree[ruling] - claims[ruling], ruling or "~"))
        return [(ruling or NO_RULING, claims[ruling], agree[ruling]) for ruling in order]

    def count(self, desk: str, given: str) -> int:
        """Return how many claims that the desk gave one label have another in the first answer."""
        return sum(each.claims for each in self.confusions if (each.desk, each.given) == (desk, given))


def result_of(answers: TrainingAnswers, *, threshold: float, notes: Iterable[str] = ()) -> Result:
    """Return the result of a round.

    A claim that was submitted without a label counts as answered and as no agreement: feedback has told its
    label by then. Whoever agrees on at least `threshold` of the claims has passed.
    """
    training, decided = answers.training, answers.decided
    given = {claim_id: _label(answer) for claim_id, answer in answers.first.items()}
    desk = {claim_id: decided[claim_id].label for claim_id in given}
    agree = sum(given[claim_id] == desk[claim_id] for claim_id in given)
    frame = pd.DataFrame(
        [
            {"claim_id": claim_id, "annotator": who, "label": labels[claim_id]}
            for who, labels in ((PERSON, given), (DESK, desk))
            for claim_id in given
        ],
        columns=["claim_id", "annotator", "label"],
    )
    needed = round(threshold * len(given), 9)  # 0.7 * 20 is a little more than 14 to a computer
    is_done = bool(given) and len(given) == len(training.claims)
    counts = Counter((decided[claim].ruling, desk[claim], given[claim]) for claim in given)
    return Result(
        training=training,
        title=answers.answers.project.title,
        claims=len(training.claims),
        answered=len(given),
        agree=agree,
        interval=wilson_interval(agree, len(given)),
        kappa=cohen_kappa(frame, PERSON, DESK) if given else None,
        seconds=_seconds(answers.first.values()),
        passed=agree >= needed if is_done else None,
        confusions=tuple(Confusion(*key, claims) for key, claims in sorted(counts.items())),
        notes=(*notes, *_notes(answers)),
    )


def results_frame(results: Iterable[Result]) -> pd.DataFrame:
    """Return one row for each round, columns `RESULTS_COLUMNS`."""
    return frame_of(
        (
            {
                **_head(each),
                "claims": each.claims,
                "answered": each.answered,
                "agree": each.agree,
                "agreement": each.share and round(each.share, 3),
                "low": each.interval and round(each.interval[0], 3),
                "high": each.interval and round(each.interval[1], 3),
                "kappa": None if each.kappa is None else round(each.kappa, 3),
                "seconds": each.seconds,
                "passed": {True: "yes", False: "no", None: None}[each.passed],
                "project": each.title,
            }
            for each in results
        ),
        RESULTS_COLUMNS,
    )


def confusions_frame(results: Iterable[Result]) -> pd.DataFrame:
    """Return one row for each ruling and pair of labels of a round, columns `CONFUSIONS_COLUMNS`."""
    return frame_of(
        (
            {
                **_head(each),
                "ruling": confusion.ruling,
                "desk_label": SAID.get(confusion.desk, confusion.desk),
                "your_label": SAID.get(confusion.given, confusion.given),
                "claims": confusion.claims,
            }
            for each in results
            for confusion in each.confusions
        ),
        CONFUSIONS_COLUMNS,
    )


def _head(result: Result) -> dict[str, object]:
    training = result.training
    return {"annotator": training.name, "round": training.number, "from": training.source_title}


def _label(answer: Judgement) -> str:
    return answer.label or NO_LABEL


def _seconds(answers: Iterable[Judgement]) -> float | None:
    """Return the mean time a claim: that of each answered section, spread over all answered claims."""
    rows = list(answers)
    times = {each.annotation_id: each.seconds for each in rows}
    known = [seconds for seconds in times.values() if seconds is not None]
    claims = sum(times[each.annotation_id] is not None for each in rows)
    return round(sum(known) / claims, 1) if claims else None


def _notes(answers: TrainingAnswers) -> list[str]:
    """Return sentences on answers that do not count."""
    name, notes = answers.training.name, []
    if answers.again:
        notes.append(f"{name} answered {counted(answers.again, 'section')} twice: the first answer counts.")
    if answers.changed:
        changed = counted(answers.changed, "answer")
        notes.append(f"{name} changed {changed} after the feedback: the first answer counts.")
    if answers.others:
        others = counted(answers.others, "answer")
        notes.append(f"{others} of other people in the round of {name}: not counted.")
    return notes
