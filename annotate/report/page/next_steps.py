"""The first line of the page: what is left to do, and for whom; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.report.page.view_models import Shown

ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True)
class NextSteps:
    """What is left to do in a project.

    `disputes` wait for a decision, `waiting` claims for `answers` ("a third answer"). `unwritten` counts
    decisions that Label Studio does not have yet. Of all `claims`, `decided` ones have an editor's label;
    `is_begun` is false where nobody has answered.
    """

    claims: int
    disputes: int
    waiting: int
    answers: str
    decided: int
    unwritten: int
    is_begun: bool


def next_steps(
    claims: Iterable[Shown], figures: Mapping[str, Any], *, given: Mapping[str, int], unwritten: Sequence[str]
) -> NextSteps:
    """Return what is left to do.

    Args:
        claims: of the page.
        figures: as `agreement_table` gives them.
        given: by claim how many annotators have answered, as `answers_given` counts them.
        unwritten: the claims of decisions that Label Studio does not have yet, one for each decision.
    """
    waiting = [claim for claim in claims if "waiting" in claim.tokens.split()]
    return NextSteps(
        claims=figures["claims_listed"],
        disputes=figures["by_progress"]["disputed"],
        waiting=len(waiting),
        answers=_answers({given.get(claim.claim_id, 0) for claim in waiting}),
        decided=figures["by_status"]["adjudicated"],
        unwritten=len(unwritten),
        is_begun=bool(given) or figures["by_status"]["adjudicated"] > 0,
    )


def _answers(given: set[int]) -> str:
    """Say which answer is missing, where it is the same one everywhere.

    >>> _answers({2}), _answers({0, 1})
    ('a third answer', 'more answers')
    """
    (count, *others) = given or {-1}
    if others or not 0 <= count < len(ORDINALS):
        return "more answers"
    return f"a {ORDINALS[count]} answer"
