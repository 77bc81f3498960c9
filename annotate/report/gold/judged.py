"""What annotators answered to claims of gold, and which of it counts; pure.

Answers to gold are read as all others are, and stand in no other frame: everything else in a report knows
only the claims of the project's own articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.report.frames import Answers, read_answers
from annotate.report.gold.decided import DecidedClaims, people_of
from annotate.studio import DecidedClaim, Raw, Task, origins_of, person_code, unsealed

#: Why an answer to a decided claim does not count, in words.
WHY_NOT = {
    "no label": "without a label",
    "judged before": "by somebody who had judged the claim before, or decided it",
    "changed": "to claims whose decision was changed or taken back since",
    "corrected": "to claims whose article was corrected since, so that the words are gone",
}


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """An annotator's label of a decided claim; `article` and `claim_id` are those that it came from."""

    annotator: str
    article: str
    claim_id: str
    claim: str
    decided: str
    label: str
    answered_at: str

    @property
    def agrees(self) -> bool:
        """Whether the label is the decided one."""
        return self.label == self.decided


@dataclass(frozen=True)
class GoldAnswers:
    """The answers that count, by annotator in their order of time, and what does not, by why.

    `claims` is how many decided claims were mixed in, `damaged` how many tasks cannot be used since somebody
    edited them in Label Studio; `as_sent` counts those whose project was not pulled on
    this machine, so that a decision that was changed since does not show.
    """

    answers: tuple[GoldAnswer, ...]
    left_out: Mapping[str, int]
    claims: int
    damaged: int
    as_sent: int


def origins_in(raw: Raw) -> set[str]:
    """Return the keys of the projects that the gold in raw answers comes from."""
    return {origin.project for _, origin in origins_of(raw) if origin}


def gold_in(raw: Raw) -> list[Task]:
    """Return the tasks of gold in raw answers."""
    return [task for task, _ in origins_of(raw)]


def together(projects: Sequence[GoldAnswers]) -> GoldAnswers:
    """Return the answers of several projects as one, by annotator in their order of time."""
    answers = sorted((answer for each in projects for answer in each.answers), key=_by_time)
    left_out = Counter[str]()
    for each in projects:
        left_out.update(each.left_out)
    counts = (sum(getattr(each, name) for each in projects) for name in ("claims", "damaged", "as_sent"))
    return GoldAnswers(tuple(answers), left_out, *counts)


def _by_time(answer: GoldAnswer) -> tuple[str, str, str]:
    return answer.annotator, answer.answered_at, answer.claim_id


def gold_answers(raw: Raw, projects: Mapping[str, DecidedClaims]) -> GoldAnswers | None:
    """Return the answers to gold in raw answers; `None` where it has none.

    Args:
        raw: raw answers as a pull returns them.
        projects: what the projects of `origins_in` decide now, by key, as far as they were pulled.

    Raises:
        BadInput: where a task cannot be read.
    """
    tasks = origins_of(raw)
    if not tasks:
        return None
    known = {name: (each, claim) for _, each in tasks if each for name, claim in each.decided.items()}
    answers = read_answers({**raw, "tasks": [unsealed(task) for task, origin in tasks if origin]})
    left_out, damaged = Counter[str](), sum(origin is None for _, origin in tasks)
    rows: list[GoldAnswer] = []
    for row in _given(answers):
        if str(row.claim_id) not in known:
            continue
        origin, decided = known[str(row.claim_id)]
        codes = {person_code(str(row.annotator)), *people_of([str(row.annotator)], answers.project)}
        why = _why_not(row.counted, decided, codes, projects.get(origin.project))
        if why:
            left_out[why] += 1
            continue
        rows.append(
            GoldAnswer(
                str(row.annotator),
                origin.article_id,
                decided.claim_id,
                str(row.claim),
                decided.label,
                str(row.label),
                str(row.answered_at or ""),
            )
        )
    rows.sort(key=_by_time)
    as_sent = sum(origin.project not in projects for origin, _ in known.values())
    return GoldAnswers(tuple(rows), left_out, len(known), damaged, as_sent)


def _given(answers: Answers) -> Iterator[Any]:
    """Yield the answers of annotators that were submitted, and none that a later one replaces."""
    judgements = answers.judgements
    own = (judgements["ground_truth"] == 0) & ~judgements["counted"].isin(["superseded", "draft"])
    yield from judgements[own].itertuples()


def _why_not(counted: str, decided: DecidedClaim, codes: set[str], now: DecidedClaims | None) -> str:
    """Return why an answer does not count, a key of `WHY_NOT`; nothing where it does."""
    if counted != "yes":
        return "no label"
    if now and decided.claim_id not in now.standing:
        return "corrected"
    if now and now.labels.get(decided.claim_id) != decided.label:
        return "changed"
    return "judged before" if codes & set(decided.judges) else ""
