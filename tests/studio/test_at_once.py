"""Two commands that begin at the same moment, and a lock whose holder is dead."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable

import pytest

from annotate.studio import list_projects
from annotate.studio.api import lock
from tests import steps
from tests.ledger import Row, write_down
from tests.steps import Break
from tests.studio.work import CORRECTED, SENTENCES, Desk, adjudicating, claims_in, counted, pushing

pytestmark = pytest.mark.studio


@pytest.mark.parametrize("number", range(3))
def test_two_pushes_into_a_project_that_is_not_there_yet(
    desk: Desk, new_title: Callable[[], str], pytestconfig: pytest.Config, number: int
) -> None:
    title = new_title()
    work = pushing(desk, title)
    ended = steps.at_once(*(desk.process(*work.command, name=name) for name in ("one", "two")))
    assert [code for code, _ in ended] == [0, 0], ended
    assert [project.title for project in list_projects(desk.owner)].count(title) == 1
    lost, doubled = work.lost_and_doubled()
    write_down(pytestconfig, Row("two pushes at once", 1, lost, doubled))
    assert (lost, doubled) == (0, 0)


def test_a_push_and_an_adjudication_at_once(
    desk: Desk, new_title: Callable[[], str], pytestconfig: pytest.Config
) -> None:
    title = new_title()
    decided = adjudicating(desk, title, again=False)
    push = "push", desk.article(CORRECTED), "--project", title, "--layout", "claim"
    ended = steps.at_once(desk.process(*decided.command, name="one"), desk.process(*push, name="two"))
    assert [code for code, _ in ended] == [0, 0], ended
    both = SENTENCES | Counter(["The quay costs three million crowns."])
    lost, doubled = map(
        sum, zip(decided.lost_and_doubled(), counted(claims_in(desk, title), both), strict=True)
    )
    write_down(pytestconfig, Row("push and adjudicate at once", 1, lost, doubled))
    assert (lost, doubled) == (0, 0)


def test_a_lock_whose_holder_is_dead_holds_nobody(
    desk: Desk, new_title: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work = pushing(desk, new_title())
    for at in range(20, 60):  # until it dies with the lock in its hands
        code, _ = steps.run(desk.process(*work.command), Break(at=at))
        assert code == -signal.SIGKILL
        if held := list(lock.lock_folder().glob("push-*.pid")):
            break
    assert held[0].read_text().isdigit()
    assert held[0].with_suffix(".lock").exists()
    monkeypatch.setattr(lock, "LOCK_PATIENCE", 0.0)
    assert desk.run(*work.command) == (0, "")
    assert work.lost_and_doubled() == (0, 0)
