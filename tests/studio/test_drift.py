"""What somebody did to a project by hand: seen by the next push, left alone without --force, then mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotate.errors import Conflict
from annotate.report.frames import judgements_frame
from annotate.studio import Client, Plan, Project, pull_project
from annotate.studio.format import Layout, claim_tasks, results_of, revision_of, section_tasks
from tests.conftest import Reviewer
from tests.plans import apply, blank, plan, repair
from tests.specimen import BRIDGE, specimen
from tests.studio.test_sync import count_of, once, push

BOTH = pytest.mark.parametrize("layout", ["article", "claim"])
Titles = Callable[[], str]


def looked_at(client: Client, project: Project, layout: Layout, marked: str = BRIDGE) -> Plan:
    return plan(client, project, *specimen(marked), layout=layout)


@pytest.mark.studio
@BOTH
def test_an_edited_task_is_seen_and_sent_anew(owner: Client, new_title: Titles, layout: Layout) -> None:
    project, _ = push(owner, new_title(), layout)
    first = next(iter(owner.tasks(project.number)))
    data = first["data"] | {"text": first["data"]["text"].replace("council", "mayor")}
    owner.sdk.tasks.update(id=str(first["id"]), data=data)

    made = looked_at(owner, project, layout)
    (drift,) = made.drift
    assert (drift.kind, drift.tasks, drift.answers) == ("edited", (first["id"],), 0)
    with pytest.raises(Conflict, match="by hand"):
        apply(owner, project, made)
    apply(owner, project, repair(owner, project, made))
    assert count_of(owner, project) == once()
    assert not looked_at(owner, project, layout).drift


@pytest.mark.studio
@BOTH
def test_a_doubled_task_is_seen_and_the_one_with_answers_stays(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Titles, layout: Layout
) -> None:
    project, sent = push(owner, new_title(), layout)
    again = sent.tasks()[-1]
    owner.import_tasks(project.number, [again])
    copy = owner.export(project.number)[-1]
    said = {copy["data"]["claims"][0]["claim_id"]: {"label": "opinion"}}
    reviewers[0].client.answer(copy["id"], results_of(copy, said))

    made = looked_at(owner, project, layout)
    (drift,) = made.drift
    assert drift.kind == "doubled"
    assert copy["id"] not in drift.tasks
    assert drift.answers == 0
    apply(owner, project, repair(owner, project, made))
    assert count_of(owner, project) == once()
    frame = judgements_frame(pull_project(owner, project))
    assert frame.loc[frame["counted"] == "yes", "claim_id"].tolist() == list(said)


@pytest.mark.studio
@BOTH
def test_a_deleted_task_is_seen_and_sent_anew(owner: Client, new_title: Titles, layout: Layout) -> None:
    project, _ = push(owner, new_title(), layout)
    first = next(task for task in owner.tasks(project.number) if revision_of(task))
    owner.delete_task(first["id"])
    made = looked_at(owner, project, layout)
    assert made.number  # the task that carried the text went too: what is missing looks new
    apply(owner, project, repair(owner, project, made))
    assert count_of(owner, project) == once()

    other = next(task for task in owner.tasks(project.number) if not revision_of(task))
    owner.delete_task(other["id"])
    (drift,) = looked_at(owner, project, layout).drift
    assert (drift.kind, drift.tasks) == ("deleted", ())
    assert set(drift.claims) == {claim["claim_id"] for claim in other["data"]["claims"]}
    apply(owner, project, repair(owner, project, looked_at(owner, project, layout)))
    assert count_of(owner, project) == once()
    assert not looked_at(owner, project, layout).drift


@BOTH
def test_a_push_that_was_broken_off_is_no_drift(layout: Layout) -> None:
    article, claims, skips = specimen()
    tasks = blank(article, claims, skips, layout).tasks()
    held = [{**task, "id": at} for at, task in enumerate(tasks[:1], 1)]
    made = blank(article, claims, skips, layout).against(held)
    assert (made.drift, made.number) == ((), 1)
    assert len(made.to_send) == len(claims) - len(held[0]["data"]["claims"])


def test_a_task_of_either_layout_is_told_by_its_digest() -> None:
    for make in (section_tasks, claim_tasks):
        tasks = make(*specimen())
        assert len({task["data"]["digest"] for task in tasks}) == len(tasks)
