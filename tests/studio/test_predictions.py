"""Every annotator is shown every claim once: predictions that others deleted, switched off or mixed are mended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from annotate.studio import (
    Client,
    Project,
    apply_all,
    find_project,
    look_at_server,
    open_project,
    show_all,
    unshown,
)
from annotate.studio.format import MODEL_VERSION, Layout, claim_tasks, section_tasks
from annotate.studio.push import predictions
from tests.conftest import Reviewer
from tests.plans import plan_all
from tests.proxy import Fault
from tests.specimen import BRIDGE, specimen
from tests.studio.work import HASTY, Desk

pytestmark = pytest.mark.studio
BOTH = pytest.mark.parametrize("layout", ["article", "claim"])
Titles = Callable[[], str]
EARLIER = ("claimdesk", "claimdesk rules-1", "claimdesk desk-2031-05-04-1a2b vectors-1")
RIVER = "# The river\n\n{The gauge rose, said Ana Ruiz.|attributed_report|Ana Ruiz|said|person} {It fell.}"

ARTICLES = [(RIVER, "river"), (BRIDGE, "bridge"), (RIVER, "river-2")]


def by_an_earlier_program(owner: Client, title: str, layout: Layout, *, mixed: bool = True) -> Project:
    """Make a project whose predictions name the models of their suggestions, as earlier versions did."""
    project = open_project(owner, title, layout)
    make = section_tasks if layout == "article" else claim_tasks
    for at, (marked, article) in enumerate(ARTICLES):
        tasks = make(*specimen(marked, article_id=article))
        for task in tasks:
            for prediction in task["predictions"]:
                prediction["model_version"] = EARLIER[at if mixed else 1]
        owner.import_tasks(project.number, tasks)
    return find_project(owner, title)


def in_the_page(owner: Client, project: Project) -> dict[int, list[list[dict[str, Any]]]]:
    """Return by task what the labelling page gets: the results of each prediction of the project's version."""
    now = owner.project(project.number)
    on, version = now["show_collab_predictions"], now["model_version"]
    return {
        task: [p["result"] for p in predictions if on and p["model_version"] == version]
        for task, predictions in predictions_in(owner, project).items()
    }


def predictions_in(owner: Client, project: Project) -> dict[int, list[dict[str, Any]]]:
    pages = owner.tasks_with_predictions(project.number, above=0)
    found = {task["id"]: task["predictions"] for page in pages for task in page["tasks"]}
    return {task["id"]: found.get(task["id"], []) for task in owner.tasks(project.number)}


def all_shown_once(owner: Client, project: Project) -> bool:
    """Return whether the page shows just the results that the tasks are to be sent with."""
    make = section_tasks if project.layout == "article" else claim_tasks
    fresh = [t for marked, name in ARTICLES for t in make(*specimen(marked, article_id=name))]
    shown = [r for each in in_the_page(owner, project).values() for results in each for r in results]
    sent = [r for task in fresh for prediction in task["predictions"] for r in prediction["result"]]
    return counted(shown) == counted(sent)


def counted(results: list[dict[str, Any]]) -> Counter[str]:
    return Counter(json.dumps(result, sort_keys=True) for result in results)


def given(owner: Client, task: int) -> list[dict[str, Any]]:
    """Return the answers to a task, but for the minutes since they were given."""
    return [
        {name: value for name, value in answer.items() if name != "created_ago"}
        for answer in owner.annotations(task)
    ]


def another(desk: Desk) -> str:
    """Return an article that is to go into the project too."""
    file = desk.folder / "rain.txt"
    file.write_text("Rain\n\nRain fell all week. The cellar was full.\n", encoding="utf-8")
    return str(file)


@BOTH
def test_a_project_that_mixes_versions_is_mended_by_a_push_of_any_article(
    desk: Desk, owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Titles, layout: Layout
) -> None:
    project = by_an_earlier_program(owner, new_title(), layout)
    answered = next(iter(owner.tasks(project.number)))
    reviewers[0].client.answer(answered["id"], [], seconds=2.0)
    before = given(owner, answered["id"])
    push = ("push", another(desk), "--project", project.title, "--layout", layout)
    assert not all_shown_once(owner, project)
    hidden = unshown(owner, project)
    assert hidden.hidden == (3 if layout == "article" else 5)

    assert desk.run(*push, "--dry-run") == (0, "")
    assert f"{hidden}: a push repairs it" in desk.printed
    assert owner.model_versions(project.number).keys() == set(EARLIER)  # a plan changes nothing
    (check,) = [c for c in look_at_server(owner) if c.what == f"display of “{project.title}”"]
    assert (check.state, check.code) == ("fault", 6)
    assert "tasks do not show annotators their" in check.finding
    assert f"({hidden.hidden})" in check.finding

    assert desk.run(*push)[0] == 0
    rain = [t for t in owner.tasks(project.number) if t["data"]["article_id"].endswith("rain")]
    assert rain
    for task in rain:
        owner.delete_task(task["id"])
    assert all_shown_once(owner, project)
    assert owner.project(project.number)["model_version"] == MODEL_VERSION
    assert owner.model_versions(project.number).keys() == {MODEL_VERSION}
    assert not unshown(owner, find_project(owner, project.title))
    assert given(owner, answered["id"]) == before


@BOTH
def test_what_was_deleted_doubled_or_switched_off_is_mended(
    desk: Desk, owner: Client, new_title: Titles, layout: Layout
) -> None:
    title = new_title()
    push = ("push", desk.article(QUAY), "--project", title, "--layout", layout)
    assert desk.run(*push)[0] == 0
    project = find_project(owner, title)
    first = next(iter(owner.tasks(project.number)))
    owner.import_tasks(project.number, [{"data": first["data"] | {"schema": "", "claims": []}}])
    as_sent = in_the_page(owner, project)
    assert not unshown(owner, project)
    predicted = [task for task, shown in as_sent.items() if shown]
    assert (len(predicted) < len(as_sent) - 1) == (layout == "claim")  # some are to have none

    what = predictions.WHAT[layout]
    for spoil, told in {
        delete_predictions: f"tasks do not show annotators their {what} ({len(predicted)})",
        switch_off: "prelabelling is switched off",
        double_predictions: f"tasks show their {what} twice ({len(predicted)})",
        show_another_version: "its pages show predictions of “foreign”",
    }.items():
        spoil(owner, project, predicted)
        spoiled = unshown(owner, find_project(owner, title))
        assert told in str(spoiled)
        assert desk.run(*push, "--dry-run") == (0, "")
        assert f"{spoiled}: a push repairs it" in desk.printed
        assert desk.run(*push) == (0, "")
        assert in_the_page(owner, project) == as_sent
        assert not unshown(owner, find_project(owner, title))


QUAY = """The quay at Bell

The council met on Monday. The harbour master, Ana Ruiz, said that the quay was worn out. It is a bad plan.
"""


def delete_predictions(owner: Client, project: Project, tasks: list[int]) -> None:
    """Delete them as the list of tasks in Label Studio does."""
    owner.sdk.actions.create(
        id="delete_tasks_predictions", project=project.number, selected_items={"all": True, "excluded": []}
    )


def switch_off(owner: Client, project: Project, tasks: list[int]) -> None:
    owner.update_project(project.number, show_collab_predictions=False)


def double_predictions(owner: Client, project: Project, tasks: list[int]) -> None:
    found = predictions_in(owner, project)
    again = [{**found[task][0], "task": task} for task in tasks]
    owner.import_predictions(project.number, again)


def show_another_version(owner: Client, project: Project, tasks: list[int]) -> None:
    foreign = {"task": tasks[0], "model_version": "foreign", "result": []}
    owner.import_predictions(project.number, [foreign])
    owner.update_project(project.number, model_version="foreign")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_repair_that_breaks_off_is_ended_by_the_next_push(
    desk: Desk, owner: Client, new_title: Titles, when: Any
) -> None:
    for method, path in [
        ("POST", r"/import/predictions"),
        ("PATCH", r"/api/projects/\d+/$"),
        ("DELETE", r"/api/predictions/\d+/$"),
    ]:
        project = by_an_earlier_program(owner, new_title(), "article")
        push = ("push", desk.article(), "--project", project.title)
        desk.proxy.faults = [Fault(when, 504, method=method, path=path)]
        assert desk.run(*push, through=True, policy=HASTY)[0] == 3
        assert not desk.proxy.faults
        assert desk.run(*push)[0] == 0
        shown = in_the_page(owner, project)
        assert {len(predictions) for predictions in shown.values()} == {1}
        assert owner.model_versions(project.number) == {MODEL_VERSION: len(shown)}


def test_all_parts_of_a_large_project_count(owner: Client, new_title: Titles) -> None:
    project = open_project(owner, new_title(), "article")
    lot = [specimen(marked, article_id=name) for marked, name in ARTICLES]
    apply_all(owner, project, plan_all(owner, project, lot, layout="article"), most=2)
    project = find_project(owner, project.title)
    assert len(project.parts) == 2
    for part in project.parts:
        delete_predictions(owner, part, [])
    assert unshown(owner, project).hidden == 4
    assert show_all(owner, project) == 0
    assert not unshown(owner, find_project(owner, project.title))


def test_a_task_whose_data_was_spoiled_is_told(owner: Client, desk: Desk, new_title: Titles) -> None:
    project = by_an_earlier_program(owner, new_title(), "article")
    task = next(iter(owner.tasks(project.number)))
    claims = [{"claim_id": claim["claim_id"]} for claim in task["data"]["claims"]]
    owner.sdk.tasks.update(id=str(task["id"]), data=task["data"] | {"claims": claims})
    assert show_all(owner, project) == 1
    assert unshown(owner, find_project(owner, project.title)).hidden == 1
    assert desk.run("pull", "--project", project.title)[0] == 0
    code, told = desk.run("report", "--project", project.title)
    assert code == 5
    assert f"task {task['id']} was edited" in told
    assert desk.run("studio", "users")[0] == 0  # of the other projects
    assert desk.run("push", another(desk), "--project", project.title)[0] == 0  # another article
