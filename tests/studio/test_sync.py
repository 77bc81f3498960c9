"""Push, plan and pull against a real Label Studio, with a real proxy for what goes wrong between."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from annotate.errors import Conflict, Unreachable, UsageError
from annotate.model import Article
from annotate.studio import (
    Client,
    Plan,
    Project,
    Server,
    connect,
    find_project,
    list_projects,
    open_project,
    peek_project,
    pull_project,
    read_config,
)
from annotate.studio.api import lock, project_title
from annotate.studio.api.projects import TITLE_LENGTHS, project_key
from annotate.studio.format import Layout, claims_of, judgements_of, results_of
from annotate.studio.push import sync
from annotate.studio.push.planning import compare
from tests.command import context
from tests.conftest import Reviewer
from tests.plans import apply, held_claims, plan
from tests.proxy import Fault, proxy_to
from tests.specimen import BRIDGE, specimen

LAYOUTS: list[Layout] = ["article", "claim"]
Titles = Callable[[], str]


@pytest.fixture(autouse=True)
def own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def push(
    client: Client, title: str, layout: Layout, marked: str = BRIDGE, **more: Any
) -> tuple[Project, Plan]:
    article, claims, skips = specimen(marked)
    project = open_project(client, title, layout)
    planned = plan(client, project, article, claims, skips, layout=layout, **more)
    return project, apply(client, project, planned)


def count_of(client: Client, project: Project) -> Counter[str]:
    return Counter(claim.claim_id for claim in held_claims(client, project))


def once(marked: str = BRIDGE) -> Counter[str]:
    return Counter(claim.claim_id for claim in specimen(marked)[1])


# --------------------------------------------------------------------------- compare (pure)


@pytest.mark.parametrize(
    ("before", "after", "new", "unchanged", "changed", "gone"),
    [
        ("{One rose.} {Two rose.}", "{One rose.} {Two rose.}", [], ["one", "two"], [], []),
        ("", "{One rose.}", ["one"], [], [], []),
        ("{One rose.}", "", [], [], [], ["one"]),
        ("{One rose.} {Two rose.}", "{Two rose.} {One rose.}", [], ["two", "one"], [], []),
        (
            "{One rose.} {A ferry crossed the river four times a day.} {Two rose.}",
            "{One rose.} {A ferry crossed the river five times a day.} {Two rose.}",
            [],
            ["one", "two"],
            [("a", "a")],
            [],
        ),
        (
            "{One rose.} {A ferry crossed the river.}",
            "{One rose.} {Nobody in the valley slept.}",
            ["nobody"],
            ["one"],
            [],
            ["a"],
        ),
        (
            "{One rose.} {Two rose.}",
            "{One rose.} {New words here.} {Two rose.}",
            ["new"],
            ["one", "two"],
            [],
            [],
        ),
    ],
)
def test_compare(
    before: str,
    after: str,
    new: list[str],
    unchanged: list[str],
    changed: list[tuple[str, str]],
    gone: list[str],
) -> None:
    def first_words(claims: Any) -> list[str]:
        return [claim.text.split()[0].lower() for claim in claims]

    found = compare(specimen(before)[1], specimen(after)[1])
    assert first_words(found[0]) == new
    assert first_words(found[1]) == unchanged
    assert [tuple(first_words([*change.before, *change.after])) for change in found[2]] == changed
    assert first_words(found[3]) == gone


def test_a_key_is_made_from_the_title() -> None:
    assert project_key("The bridge at  Orrin") == project_key("The bridge at Orrin")
    assert project_key("The bridge at Orrin") != project_key("The Bridge at Orrin")
    assert project_key("橋").startswith("橋-")
    assert len(project_key("x " * 500)) < 60


# --------------------------------------------------------------------------- push


@pytest.mark.studio
@pytest.mark.parametrize("layout", LAYOUTS)
def test_pushed_twice_each_claim_is_there_once(owner: Client, new_title: Titles, layout: Layout) -> None:
    title, told = new_title(), []
    article, claims, skips = specimen()
    project = open_project(owner, title, layout)
    planned = plan(owner, project, article, claims, skips, layout=layout)
    apply(owner, project, planned, progress=lambda *counts: told.append(counts))
    assert told == [(0, 11), (11, 11)]
    _, again = push(owner, title, layout)
    assert (len(again.to_send), len(again.unchanged)) == (0, 11)
    apply(owner, project, planned)  # a plan that is out of date by now
    assert count_of(owner, project) == once()
    assert list(held_claims(owner, project)) == claims


@pytest.mark.studio
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fault", [Fault("after", 504), Fault("after", 0), Fault("before", 503)])
def test_an_answer_that_does_not_tell_doubles_nothing(
    studio: Server,
    owner: Client,
    new_title: Titles,
    monkeypatch: pytest.MonkeyPatch,
    layout: Layout,
    fault: Fault,
) -> None:
    monkeypatch.setattr(sync, "SETTLING", (0.0, 0.1))
    monkeypatch.setattr(sync, "CHUNK", 4)
    title = new_title()
    with proxy_to(studio.url) as proxy:
        through = connect(proxy.url, studio.credentials.token)
        proxy.faults = [fault]
        project, _ = push(through, title, layout)
        assert not proxy.faults
    assert count_of(owner, project) == once()


@pytest.mark.studio
def test_after_a_lost_answer_one_look_is_enough(studio: Server, owner: Client, new_title: Titles) -> None:
    title = new_title()
    some = specimen(" ".join(f"{{Gauge {n} rose by {n + 2} feet.}}" for n in range(120)))
    with proxy_to(studio.url) as proxy:
        client = connect(proxy.url, studio.credentials.token)
        project = open_project(client, title, "claim")
        planned = plan(client, project, *some, layout="claim")
        proxy.forwarded.clear()
        proxy.faults = [Fault("after", 504)]
        apply(client, project, planned)
    assert len(proxy.met) == 1
    assert [method for method, path in proxy.forwarded if "/api/tasks/" in path] == ["GET"]
    assert Counter(c.claim_id for c in held_claims(owner, project)) == Counter(c.claim_id for c in some[1])


@pytest.mark.studio
def test_a_server_that_never_takes_it_is_told_and_pushed_later(
    studio: Server, owner: Client, new_title: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "SETTLING", (0.0,))
    title = new_title()
    with proxy_to(studio.url) as proxy:
        proxy.faults = [Fault("before", 502)] * sync.ATTEMPTS
        with pytest.raises(Unreachable, match="push again"):
            push(connect(proxy.url, studio.credentials.token), title, "claim")
    project, sent = push(owner, title, "claim")
    assert len(sent.new) == 11
    assert count_of(owner, project) == once()


@pytest.mark.studio
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_corrected_article_sends_only_what_is_new(owner: Client, new_title: Titles, layout: Layout) -> None:
    title = new_title()
    corrected = (
        BRIDGE.replace("four times a day", "five times a day")
        .replace(" {Nobody in the valley was asked.}", "")
        .replace("{The valley deserves", "{Rain fell on the parish all week.} {The valley deserves")
    )
    push(owner, title, layout)
    project, sent = push(owner, title, layout, corrected)
    assert [(c.before[0].text[-22:], c.after[0].text[-22:]) for c in sent.changed] == [
        ("ssed four times a day.", "ssed five times a day.")
    ]
    assert [claim.text for claim in sent.new] == ["Rain fell on the parish all week."]
    assert [claim.text for claim in sent.gone] == ["Nobody in the valley was asked."]
    assert len(sent.unchanged) == 9
    assert count_of(owner, project) == once() | once(corrected)  # nothing is deleted


@pytest.mark.studio
def test_two_articles_share_a_project(owner: Client, new_title: Titles) -> None:
    title = new_title()
    push(owner, title, "article")
    article, claims, skips = specimen("{Rain fell all week.}", article_id="rain")
    project = find_project(owner, title)
    planned = plan(owner, project, article, claims, skips, layout="article")
    assert (len(planned.new), planned.gone) == (1, ())


def _push_in_a_process(url: str, token: str, title: str, cache: Path) -> None:
    os.environ["XDG_CACHE_HOME"] = str(cache)
    push(connect(url, token), title, "claim", " ".join(f"{{Line {n} of the list.}}" for n in range(300)))


@pytest.mark.studio
def test_two_pushes_at_once_give_each_claim_once(
    studio: Server, owner: Client, new_title: Titles, tmp_path: Path
) -> None:
    title = new_title()
    project = open_project(owner, title, "claim")
    arguments = (studio.url, studio.credentials.token, title, tmp_path / "cache")
    at_once = [context.Process(target=_push_in_a_process, args=arguments) for _ in range(2)]
    for process in at_once:
        process.start()
    for process in at_once:
        process.join(120)
    assert [process.exitcode for process in at_once] == [0, 0]
    assert set(count_of(owner, project).values()) == {1}
    assert owner.project(project.number)["task_number"] == 300


@pytest.mark.studio
def test_a_push_that_waits_too_long_names_the_other(
    owner: Client, new_title: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "LOCK_PATIENCE", 0.1)
    project, _ = push(owner, new_title(), "claim")
    (held,) = lock.lock_folder().glob("push-*.lock")
    held.with_suffix(".pid").write_text("4711")
    with FileLock(held), pytest.raises(Conflict, match="process 4711"):
        push(owner, project.title, "claim", "{Something new.}")


# --------------------------------------------------------------------------- projects


@pytest.mark.studio
def test_a_renamed_project_is_found_by_its_key(owner: Client, new_title: Titles) -> None:
    title = new_title()
    made = open_project(owner, title, "article", annotators=2)
    owner.update_project(made.number, title=f"{title} renamed")
    for name in (title, f"{title} renamed"):
        assert open_project(owner, name, "article").number == made.number
    assert find_project(owner, title).annotators == 2
    assert open_project(owner, title, "article", annotators=3).annotators == 3


@pytest.mark.studio
def test_an_articles_own_project_outlives_its_headline(owner: Client, new_title: Titles) -> None:
    before, after, other = new_title(), new_title(), new_title()
    made = open_project(owner, before, "article", key="ferry-column")
    assert open_project(owner, after, "article", key="ferry-column").number == made.number
    assert find_project(owner, before).number == made.number
    assert open_project(owner, other, "article", key="rain-column").number != made.number


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        ("The bridge\n at Orrin", "The bridge at Orrin"),
        ("", "column"),
        ("No", "Article No"),
        ("x" * 60, "x" * 49 + "…"),
        (
            "A bridge that nobody in the valley wanted and everybody used",
            "A bridge that nobody in the valley wanted and…",
        ),
    ],
)
def test_a_headline_becomes_a_title_that_label_studio_takes(headline: str, title: str) -> None:
    assert project_title(Article("column", "", (), title=headline)) == title
    assert len(title) in TITLE_LENGTHS


@pytest.mark.studio
@pytest.mark.parametrize("title", ["", "ab", "   ", "x" * 51])
def test_a_title_that_label_studio_refuses(owner: Client, title: str) -> None:
    with pytest.raises(UsageError, match="3 to 50"):
        open_project(owner, title, "article")


@pytest.mark.studio
@pytest.mark.parametrize("title", ["xyz", "x" * 50, "橋は古い", "Émile & <b>Søn</b>"])
def test_a_title_that_it_takes(owner: Client, title: str) -> None:
    assert open_project(owner, title, "article").title == title


@pytest.mark.studio
def test_projects_in_the_way(owner: Client, new_title: Titles) -> None:
    foreign, twice, other = new_title(), new_title(), new_title()
    owner.create_project(title=foreign)
    with pytest.raises(Conflict, match="not made by annotate"):
        open_project(owner, foreign, "article")
    first = open_project(owner, twice, "article")
    owner.create_project(title=twice, description=owner.project(first.number)["description"])
    with pytest.raises(Conflict, match="several projects are named"):
        open_project(owner, twice, "article")
    with pytest.raises(Conflict, match="several projects are named"):
        find_project(owner, twice)
    open_project(owner, other, "article")
    with pytest.raises(Conflict, match="--layout article"):
        open_project(owner, other, "claim")


@pytest.mark.studio
def test_a_dry_run_makes_nothing(owner: Client, new_title: Titles) -> None:
    title = new_title()
    assert peek_project(owner, title, "article") is None
    assert len(plan(owner, None, *specimen(), layout="article").new) == 11
    with pytest.raises(Conflict, match=f"no project “{title}”"):
        find_project(owner, title)


@pytest.mark.studio
def test_a_project_that_is_not_named_or_not_there(owner: Client, new_title: Titles) -> None:
    titles = new_title(), new_title()
    for title in titles:
        open_project(owner, title, "article")
    assert set(titles) <= {project.title for project in list_projects(owner)}
    with pytest.raises(Conflict, match=f"--project.*“{titles[0]}”"):
        find_project(owner)


@pytest.mark.studio
def test_a_project_made_behind_a_gateway_that_gave_up_is_made_once(
    studio: Server, owner: Client, new_title: Titles
) -> None:
    title = new_title()
    with proxy_to(studio.url) as proxy:
        proxy.faults = [Fault("after", 504, path="/api/projects")]
        made = open_project(connect(proxy.url, studio.credentials.token), title, "claim")
    assert find_project(owner, title).number == made.number


# --------------------------------------------------------------------------- pull


@pytest.mark.studio
@pytest.mark.parametrize("layout", LAYOUTS)
def test_pull_gives_every_kind_of_answer(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Titles, layout: Layout
) -> None:
    ada, bo = reviewers
    project, _ = push(owner, new_title(), layout)
    open_project(owner, project.title, layout, annotators=2)
    tasks = sorted(pull_project(owner, project)["tasks"], key=lambda task: int(task["id"]))
    for task in tasks:
        claims = [claim.claim_id for claim in claims_of(task)]
        odd = {"label": "rumour" if claims[-1].startswith("the-valley") else "opinion"}
        ada.client.answer(task["id"], results_of(task, dict.fromkeys(claims, odd)), seconds=4.5)
    first, last = tasks[0], tasks[-1]
    bo.client.sdk.annotations.create(id=first["id"], result=results_of(first, {}), was_cancelled=True)
    bo.client.sdk._client_wrapper.httpx_client.request(
        f"api/tasks/{last['id']}/drafts",
        method="POST",
        json={"result": results_of(last, {}), "lead_time": 1.0},
    )
    raw = json.loads(json.dumps(pull_project(owner, project)))
    assert raw["project"] == {
        "id": project.number,
        "title": project.title,
        "key": project.key,
        "layout": layout,
        "url": owner.url,
        "annotators": project.annotators,
        "codebooks": [],
    }
    assert raw["server"]["version"] == owner.version
    names = {int(number): user["name"] for number, user in raw["users"].items()}
    found = [j for task in raw["tasks"] for j in judgements_of(task, names, read_config(layout).labels)]
    kinds = Counter((j.annotator, j.status) for j in found)
    last_task = len(claims_of(last))
    assert kinds["Ada Brandt", "unknown"] == (1 if layout == "claim" else last_task)
    assert kinds["Ada Brandt", "labelled"] + kinds["Ada Brandt", "unknown"] == 11
    assert kinds["Bo Silva", "skipped"] == len(claims_of(first))
    assert kinds["Bo Silva", "draft"] == last_task
    assert sum(kinds.values()) == 11 + len(claims_of(first)) + last_task
    assert {j.seconds for j in found if j.status == "labelled"} == {4.5}


@pytest.mark.studio
def test_a_pull_from_a_project_that_is_gone(owner: Client, new_title: Titles) -> None:
    project, _ = push(owner, new_title(), "article")
    owner.sdk.projects.delete(id=project.number)
    with pytest.raises(Conflict):
        pull_project(owner, project)
    with pytest.raises(Conflict):
        plan(owner, project, *specimen(), layout="article")
