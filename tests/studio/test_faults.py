"""Every fault at every request of a push, a pull and an adjudication: at the end nothing is lost or doubled.

A fault befalls one request, or each of its kind while the first run lasts; then the same command is run again.
The first run ends well, or says in one line what to do. Each fault at the calls that matter most is tried in
every run of the tests, the rest by `make soak`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from annotate.studio import Project
from tests.ledger import Row, write_down
from tests.proxy import Fault
from tests.studio.work import HASTY, Desk, Work, adjudicating, correcting, pulling, pushing

pytestmark = pytest.mark.studio

STATUSES = (429, 500, 502, 503, 504)
HELD = 1.5  # seconds that a hang or a drip lasts, more than a hasty client waits
FAULTS = [
    *(Fault(when, status, seconds=status == 429) for status in STATUSES for when in ("before", "after")),  # type: ignore[arg-type]
    *(Fault(when, kind=kind) for kind in ("answer", "reset", "page") for when in ("before", "after")),  # type: ignore[arg-type]
    *(Fault(when, kind="hang", seconds=HELD) for when in ("before", "after")),  # type: ignore[arg-type]
    Fault("after", kind="cut"),
    Fault("after", kind="short"),
    Fault("after", kind="drip", seconds=HELD),
    Fault("after", 504, kind="late", seconds=0.3),
]
NAMES_A_FIX = r"again|annotate studio start|check LABEL_STUDIO_URL|use the address|must let its API through"


@dataclass(frozen=True)
class Spot:
    """A request that a command makes."""

    command: str
    what: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.command}: {self.what}"


IMPORT = Spot("push", "import", "POST", r"/import$")
EXPORT = Spot("pull", "export", "GET", r"/export\?")
DECISION = Spot("adjudicate", "new decision", "POST", r"/annotations/$")
PROJECT = Spot("push", "new project", "POST", r"/api/projects/$")
CENTRAL = (IMPORT, PROJECT, EXPORT, DECISION)  # each fault is tried here, also one that lasts
SPOTS = [
    IMPORT,
    PROJECT,
    Spot("push", "its list of tasks", "POST", r"/api/dm/views"),
    Spot("push", "project", "GET", r"/api/projects/\d+/\?"),
    Spot("correct", "tasks", "GET", r"/api/tasks/\?"),
    Spot("correct", "revision", "PATCH", r"/api/tasks/\d+/$"),
    EXPORT,
    Spot("pull", "sign-in", "POST", r"/api/token/refresh"),
    Spot("pull", "version", "GET", r"/api/version"),
    Spot("pull", "who am I", "GET", r"/whoami"),
    Spot("pull", "projects", "GET", r"/api/projects/\?"),
    Spot("pull", "changed tasks", "GET", r"/api/tasks/\?"),
    Spot("pull", "users", "GET", r"/api/users/"),
    DECISION,
    Spot("adjudicate", "changed decision", "PATCH", r"/api/annotations/\d+/$"),
    Spot("adjudicate", "answers", "GET", r"/annotations/$"),
    Spot("adjudicate", "export", "GET", r"/export\?"),
]
TELLING = [f for f in FAULTS if f.status in {0, 504}]  # one status stands for all
ALSO = [f for f in FAULTS if f.status in {429, 503} and f.when == "before"]


def tries(spot: Spot) -> Iterator[tuple[Fault, bool]]:
    """Return the faults to try at a request, and which of them every run of the tests tries."""
    for fault in FAULTS if spot in CENTRAL else TELLING + ALSO:
        yield fault, spot is IMPORT or (spot is EXPORT and fault in TELLING)
    if spot in CENTRAL:
        for fault in TELLING:
            yield replace(fault, lasting=True), False


# --------------------------------------------------------------------------- the matrix


def work(desk: Desk, spot: Spot, title: str, labelled: Project) -> Work:
    match spot.command:
        case "push":
            return pushing(desk, title)
        case "correct":
            return correcting(desk, title)
        case "pull":
            return pulling(desk, labelled)
        case _:
            return adjudicating(desk, title, again=spot.method == "PATCH")


CELLS = [
    pytest.param(
        spot,
        replace(fault, path=spot.path, method=spot.method),
        id=f"{spot}-{fault}{' (lasting)' * fault.lasting}",
        marks=() if quick else pytest.mark.soak,
    )
    for spot in SPOTS
    for fault, quick in tries(spot)
]


@pytest.mark.parametrize(("spot", "fault"), CELLS)
def test_after_one_more_run_nothing_is_lost_or_doubled(
    desk: Desk,
    new_title: Callable[[], str],
    labelled: Project,
    pytestconfig: pytest.Config,
    spot: Spot,
    fault: Fault,
) -> None:
    asked = work(desk, spot, new_title(), labelled)
    desk.proxy.faults = [fault]
    code, told = desk.run(*asked.command, through=True, policy=HASTY)
    assert desk.proxy.met, "the fault befell nothing"
    desk.proxy.faults.clear()
    runs = 1
    if code:
        assert code in {3, 6}, told
        assert told.count("\n") == 0
        assert re.search(NAMES_A_FIX, told), told
        assert asked.lost_and_doubled()[1] == 0, told
        asked.kept()
        code, told = desk.run(*asked.command, through=True)
        runs = 2
    assert (code, told) == (0, "")
    lost, doubled = asked.lost_and_doubled()
    write_down(pytestconfig, Row(str(fault), runs, lost, doubled))
    assert (lost, doubled) == (0, 0)
