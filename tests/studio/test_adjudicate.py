"""Final labels into a real Label Studio: written once, by whom and when, whatever befalls the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.model import Decision
from annotate.report import judgements_frame
from annotate.report.frames.judgements import final_labels
from annotate.studio import Client, DecidedSince, Project, Server, connect, pull_project, record, record_since
from annotate.studio import adjudicate as desk
from annotate.studio.format import Layout, results_of
from tests.conftest import Reviewer
from tests.proxy import Fault, proxy_to
from tests.specimen import specimen
from tests.studio.test_sync import push

pytestmark = pytest.mark.studio
FIRST, SECOND, THIRD = (claim.claim_id for claim in specimen()[1][:3])
BOTH = pytest.mark.parametrize("layout", ["article", "claim"])


def decide(client: Client, project: Project, **labels: str | None) -> None:
    """Decide claims, named by their words' number in the specimen."""
    raw = pull_project(client, project)
    where = {c["claim_id"]: task["id"] for task in raw["tasks"] for c in task["data"]["claims"]}
    ids = {"first": FIRST, "second": SECOND, "third": THIRD}
    record(
        client,
        project,
        raw["tasks"],
        [Decision(ids[n], label, "As the desk sees it.", where[ids[n]], 0, 0) for n, label in labels.items()],  # type: ignore[arg-type]
    )


def finals(client: Client, project: Project) -> dict[str, str]:
    return dict(final_labels(judgements_frame(pull_project(client, project))))


def written(client: Client, project: Project) -> int:
    """Count the annotations that hold decisions."""
    return sum(desk.is_decided(a) for task in client.export(project.number) for a in task["annotations"])


@BOTH
def test_decisions_come_back_with_who_and_when(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str], layout: Layout
) -> None:
    project, _ = push(owner, new_title(), layout)
    for task in owner.export(project.number):
        said = {c["claim_id"]: {"label": "opinion"} for c in task["data"]["claims"]}
        reviewers[0].client.answer(task["id"], results_of(task, said))
    decide(owner, project, first="checkable_fact", second="attributed_report")
    decide(owner, project, third="opinion")
    decide(reviewers[1].client, project, second="checkable_fact")
    expected = {FIRST: "checkable_fact", SECOND: "checkable_fact", THIRD: "opinion"}
    assert finals(owner, project) == expected

    frame = judgements_frame(pull_project(owner, project))
    final = frame[frame["counted"] == "final"].set_index("claim_id")
    assert final.loc[SECOND, "annotator"] == "Bo Silva"
    assert final.loc[FIRST, "annotator"] != "Bo Silva"
    assert set(final["note"]) == {"As the desk sees it."}
    assert final.loc[THIRD, "answered_at"] >= final.loc[FIRST, "answered_at"] > "2026"
    votes = frame[frame["counted"] == "yes"]
    assert len(votes) == 11  # no vote was touched, and no decision is one
    assert set(votes["annotator"]) == {"Ada Brandt"}

    decide(owner, project, second=None)
    assert finals(owner, project) == {FIRST: "checkable_fact", THIRD: "opinion"}


@BOTH
@pytest.mark.parametrize(
    "fault",
    [
        Fault("after", 504, path="/annotations/"),
        Fault("before", 503, path="/annotations/"),
        Fault("after", 0, path="/annotations/"),
        Fault("after", 504, path="/api/annotations/", method="PATCH"),
        Fault("before", 0, path="/api/annotations/", method="PATCH"),
    ],
    ids=str,
)
def test_an_answer_that_does_not_tell_doubles_and_loses_nothing(
    studio: Server,
    owner: Client,
    new_title: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    layout: Layout,
    fault: Fault,
) -> None:
    monkeypatch.setattr(desk, "SETTLING", 0.1)
    project, _ = push(owner, new_title(), layout)
    if fault.method == "PATCH":
        decide(owner, project, first="opinion")
    with proxy_to(studio.url) as proxy:
        through = connect(proxy.url, studio.credentials.token)
        proxy.faults = [fault]
        decide(through, project, first="checkable_fact", second="opinion")
        assert not proxy.faults
    assert finals(owner, project) == {FIRST: "checkable_fact", SECOND: "opinion"}
    assert written(owner, project) == (1 if layout == "article" else 2)
    judgements = judgements_frame(pull_project(owner, project))
    assert (judgements["claim_id"] == SECOND).sum() == 1


@BOTH
def test_a_decision_is_written_once_and_never_over_one_that_its_editor_has_not_seen(
    owner: Client, new_title: Callable[[], str], layout: Layout
) -> None:
    project, _ = push(owner, new_title(), layout)
    (task, *_) = (
        t for t in owner.export(project.number) if FIRST in [c["claim_id"] for c in t["data"]["claims"]]
    )

    def write(label: str, editor: str, known: str) -> str | DecidedSince:
        decision = Decision(FIRST, label, "As seen.", task["id"], 0, 0)
        return record_since(owner, project, task, [(decision, known)], editor=editor)[FIRST]

    moment = write("opinion", "Mara Ek", "")
    assert write("opinion", "Mara Ek", "") == moment  # as after a kill between writing and noting it
    since = write("checkable_fact", "Tove Lund", "")
    assert isinstance(since, DecidedSince)
    assert since.entry[:3] == (moment, "opinion", "As seen.")
    assert since.entry.editor == "Mara Ek"
    later = write("checkable_fact", "Tove Lund", moment)
    assert isinstance(later, str)
    assert later > moment
    frame = judgements_frame(pull_project(owner, project))
    assert sorted(frame.loc[frame["ground_truth"] == 1, "counted"]) == ["final", "superseded"]


def test_somebodys_own_star_is_left_alone_and_decides_nothing(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str]
) -> None:
    project, _ = push(owner, new_title(), "article")
    task = owner.export(project.number)[0]
    reviewers[0].client.answer(
        task["id"], results_of(task, {SECOND: {"label": "opinion"}}), ground_truth=True
    )
    decide(owner, project, first="checkable_fact")
    assert finals(owner, project) == {FIRST: "checkable_fact"}
    (starred,) = (a for a in owner.export(project.number)[0]["annotations"] if a["ground_truth"])
    assert starred["completed_by"] == reviewers[0].number
