"""A project that is several in Label Studio: spread, found again, and treated as one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from annotate.config import settings
from annotate.errors import Conflict
from annotate.report import done_by_people, read_csv, write_csv
from annotate.studio import (
    Client,
    Project,
    Server,
    apply_all,
    begin,
    connect,
    find_project,
    list_projects,
    open_project,
    pull_project,
)
from annotate.studio import pull as pulling
from annotate.studio.api import IdSpan, description, ids_per_call
from annotate.studio.api.projects import TITLE_LENGTHS, part_title
from annotate.studio.format import results_of
from annotate.studio.push import sync
from tests.conftest import Reviewer
from tests.plans import held_claims, plan_all
from tests.proxy import Fault, proxy_to
from tests.specimen import specimen
from tests.studio.work import HASTY, Desk

pytestmark = pytest.mark.studio
MOST = 20
Titles = Callable[[], str]


def column(number: int, claims: int = 7) -> str:
    sentences = " ".join(f"Gauge {number} rose by {count + 2} feet." for count in range(claims))
    return f"River column {number}\n\n{sentences}\n"


def small_pages(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in ("connection", "tasks"):
        monkeypatch.setattr(f"annotate.studio.api.{module}.PAGE", size)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Desk:
    """Return a desk whose projects take few tasks."""
    real = settings.load
    monkeypatch.setattr(settings, "load", lambda: replace(real(), tasks_per_project=MOST, annotators=1))
    monkeypatch.setattr(sync, "CHUNK", 8)
    for number in range(7):
        (desk.folder / f"column-{number}.txt").write_text(column(number), encoding="utf-8")
    return desk


def pushed(desk: Desk, title: str, *more: str, code: int = 0) -> str:
    columns = sorted(str(path) for path in desk.folder.glob("column-*.txt"))
    ended, told = desk.run("push", *columns, "--project", title, "--layout", "claim", *more)
    assert ended == code, told
    return told


def sizes(client: Client, project: Project) -> list[int]:
    return [int(client.project(part.number)["task_number"]) for part in project.parts]


def standing(client: Client, project: Project) -> Counter[str]:
    return Counter(claim.text for claim in held_claims(client, project))


WANTED = Counter(f"Gauge {n} rose by {count + 2} feet." for n in range(7) for count in range(7))


def test_a_push_is_spread_and_all_else_treats_the_parts_as_one(
    small: Desk, reviewers: tuple[Reviewer, Reviewer], new_title: Titles
) -> None:
    desk, title = small, new_title()
    pushed(desk, title)
    project = find_project(desk.owner, title)
    assert [part.title for part in project.parts] == [title, f"{title} (2)", f"{title} (3)"]
    assert sizes(desk.owner, project) == [20, 20, 9]
    assert standing(desk.owner, project) == WANTED
    assert [p.title for p in list_projects(desk.owner)].count(title) == 1
    assert f"{title} (2)" not in {p.title for p in list_projects(desk.owner)}

    pushed(desk, title)  # again
    again = find_project(desk.owner, title)
    assert sizes(desk.owner, again) == [20, 20, 9]

    for part in project.parts:  # an answer to the first task of each
        task = next(iter(desk.owner.tasks(part.number)))
        said = {task["data"]["claim_id"]: {"label": "opinion"}}
        for reviewer in reviewers:
            reviewer.client.answer(task["id"], results_of(task, said))
    claims, people = done_by_people(pull_project(desk.owner, project))
    assert claims == 49
    assert [done for _, *done in people.values()] == [[3, 49, 0], [3, 49, 0]]

    assert desk.run("pull", "--project", title)[0] == 0
    assert desk.run("report", "--project", title)[0] == 0
    folder = desk.exports / project.key
    claims = read_csv(folder / "claims.csv")
    assert len(claims) == 49
    of_task = {int(t["id"]): t["project"] for t in json.loads((folder / "raw.json").read_text())["tasks"]}
    for link in claims["link"]:
        task = int(link.partition("task=")[2].partition("&")[0])
        assert link.startswith(f"{desk.studio.url}/projects/{of_task[task]}/data?task={task}&claim=")
    assert claims["label"].notna().sum() == 3

    claims["decision"] = None
    claims.loc[claims["label"].notna(), "decision"] = "checkable_fact"
    write_csv(claims, folder / "claims.csv")
    code, told = desk.run("adjudicate", str(folder / "claims.csv"))
    assert code == 0, told
    assert desk.run("pull", "--project", title)[0] == 0  # only what changed
    raw = json.loads((folder / "raw.json").read_text())
    assert raw["tasks"] == json.loads(json.dumps(pull_project(desk.owner, project)["tasks"]))
    assert sum(len(task["annotations"]) for task in raw["tasks"]) == 9

    pushed(desk, title, "--annotators", "3")
    assert {part.annotators for part in find_project(desk.owner, title).parts} == {3}


def test_a_part_that_was_deleted_is_filled_again(small: Desk, new_title: Titles) -> None:
    desk, title = small, new_title()
    pushed(desk, title)
    for gone in (1, 0):
        project = find_project(desk.owner, title)
        desk.owner.sdk.projects.delete(id=project.parts[gone].number)
        assert len(find_project(desk.owner, title).parts) == 2
        pushed(desk, title, "--force")
        mended = find_project(desk.owner, title)
        assert [part.part for part in mended.parts] == [1, 2, 3]
        assert [part.title for part in mended.parts] == [title, f"{title} (2)", f"{title} (3)"]
        assert standing(desk.owner, mended) == WANTED
        assert max(sizes(desk.owner, mended)) <= MOST


def test_a_push_that_broke_off_between_parts_is_ended_by_the_next(small: Desk, new_title: Titles) -> None:
    desk, title = small, new_title()
    columns = sorted(str(path) for path in desk.folder.glob("column-*.txt"))
    push = ("push", *columns, "--project", title, "--layout", "claim")
    for faults in (
        [Fault("before", 504, path="/api/projects/$"), Fault("before", 504, path="/import", lasting=True)],
        [Fault("after", 504, path="/api/projects/$")],
    ):
        imports = 0

        def third(method: str, path: str, faults: list[Fault] = faults) -> Fault | None:
            nonlocal imports
            imports += method == "POST" and path.endswith("/import")
            return next((f for f in faults if imports >= 2 and f.fits(method, path)), None)

        desk.proxy.rhythm = third
        desk.run(*push, through=True, policy=HASTY)
        there = standing(desk.owner, find_project(desk.owner, title))
        assert not there - WANTED
    desk.proxy.rhythm = lambda method, path: None
    pushed(desk, title)
    project = find_project(desk.owner, title)
    assert standing(desk.owner, project) == WANTED
    assert [part.part for part in project.parts] == [1, 2, 3]


def test_two_projects_of_one_key_and_part_are_a_conflict(owner: Client, new_title: Titles) -> None:
    title = new_title()
    project = open_project(owner, title, "claim")
    for part in (2, 2):
        assert find_project(owner, title).number == project.number
        mark = description(project.key, "claim", project.codebooks, part=part)
        owner.create_project(title=part_title(title, part), description=mark, label_config=project.config)
    with pytest.raises(Conflict, match="several projects are named"):
        find_project(owner, title)


def test_titles_of_parts_fit() -> None:
    for title in ("abc", "x" * 48, "y" * 50):
        for part in (1, 2, 12, 144):
            made = part_title(title, part)
            assert len(made) in TITLE_LENGTHS
            assert part == 1 or made.endswith(f" ({part})")


@pytest.mark.parametrize(
    "fault",
    [Fault("after", 504), Fault("before", 502), Fault("after", kind="reset"), Fault("after", 429)],
    ids=str,
)
def test_several_clients_send_each_claim_once(
    studio: Server, owner: Client, desk: Desk, new_title: Titles, fault: Fault
) -> None:
    title = new_title()
    lot = [
        specimen(f"{{Gauge {n} rose.}} {{Gauge {n} fell.}} {{Gauge {n} broke.}}", article_id=f"river-{n}")
        for n in range(6)
    ]
    with proxy_to(studio.url) as proxy:
        client = connect(proxy.url, studio.credentials.token)
        project = open_project(client, title, "claim")
        proxy.faults = [fault, fault]
        apply_all(client, project, plan_all(client, project, lot, layout="claim"), clients=2, most=5)
    there = Counter(c.claim_id for c in held_claims(owner, find_project(owner, title)))
    assert there == Counter(c.claim_id for _, claims, _ in lot for c in claims)


def test_several_clients_read_what_one_reads(
    small: Desk, reviewers: tuple[Reviewer, Reviewer], new_title: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, title, other = small, new_title(), new_title()
    for number in range(7):  # so that numbers of another project lie between
        for name in (title, other):
            column_of = str(desk.folder / f"column-{number}.txt")
            assert desk.run("push", column_of, "--project", name, "--layout", "claim")[0] == 0
    project = find_project(desk.owner, title)
    task = next(iter(desk.owner.tasks(project.later[0].number)))
    reviewers[0].client.answer(task["id"], results_of(task, {task["data"]["claim_id"]: {"label": "opinion"}}))
    whole = pull_project(desk.owner, project)["tasks"]
    desk.owner.delete_task(next(iter(desk.owner.tasks(project.number)))["id"])
    pushed(desk, title, "--force")  # the first part gets a task with a number behind all others
    monkeypatch.setattr(pulling, "AT_ONCE", 0)
    monkeypatch.setattr(pulling, "ids_per_call", lambda largest: 4)
    small_pages(monkeypatch, 3)
    read = [list(next(begin(desk.owner, project, clients=n).attempts())) for n in (1, 3)]
    monkeypatch.setattr(pulling, "DENSE", 2)  # ids are listed first
    read += [list(next(begin(desk.owner, project, clients=n).attempts())) for n in (1, 3)]
    monkeypatch.setattr(pulling, "DENSE", 0)  # as ranges, whatever lies between
    read += [list(next(begin(desk.owner, project, clients=n).attempts())) for n in (1, 3)]
    assert all(each == read[0] for each in read)
    assert [task["id"] for task in read[0]] == sorted(task["id"] for task in read[0])
    assert len(read[0]) == len(whole) == 49
    assert sum(len(task["annotations"]) for task in read[0]) == 1


SPANS = {
    "one": {1: (501, 1_900)},
    "one task": {1: (7, 7)},
    "none": {},
    "far apart": {1: (5, 600), 2: (90_000, 90_400)},
    "one within the other": {1: (1, 3_000), 2: (400, 900)},
    "overlapping": {1: (1, 1_000), 2: (700, 1_900), 3: (1_800, 1_801)},
}


@pytest.mark.parametrize("spans", SPANS.values(), ids=SPANS.keys())
def test_windows_name_each_number_of_a_range_once_and_in_order(spans: dict[int, tuple[int, int]]) -> None:
    windows = list(pulling._windows({part: IdSpan(*ends, ends[1] - ends[0]) for part, ends in spans.items()}))
    for part, (first, last) in spans.items():
        named = [number for window in windows for number in window.get(part) or ()]
        assert named == list(range(first, last + 1))
    bounds = [(min(map(min, w.values())), max(map(max, w.values()))) for w in windows]
    assert all(before[1] < after[0] for before, after in pairwise(bounds))
    assert all(high - low < ids_per_call(100_000) * 2 for low, high in bounds)


def test_ranges_hold_the_tasks_of_a_project_and_no_others(
    owner: Client, new_title: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects = [open_project(owner, new_title(), "claim") for _ in range(3)]
    sent: dict[int, list[str]] = {project.number: [] for project in projects}
    for n, project in enumerate([*projects[:2] * 3, *[projects[0]] * 4]):
        some = specimen(
            f"{{Gauge {n} rose.}} {{Gauge {n} fell.}} {{Gauge {n} broke.}}", article_id=f"bed-{n}"
        )
        apply_all(owner, project, plan_all(owner, project, [some], layout="claim"))
        sent[project.number] += [claim.claim_id for claim in some[1]]
    small_pages(monkeypatch, 4)
    for project in projects:
        spans = owner.id_ranges(project.number)
        assert len(spans) <= -(-len(sent[project.number]) // 4)
        assert all(left.last + 1 == right.first for left, right in pairwise(spans))
        held = list(owner.tasks(project.number))
        assert sorted(task["data"]["claim_id"] for task in held) == sorted(sent[project.number])
        assert owner.task_ids(project.number) == {task["id"] for task in held}
        assert [task["id"] for task in held] == sorted(task["id"] for task in held)
    assert owner.id_ranges(projects[2].number) == []


@pytest.mark.parametrize("pages", [1, 4], ids=["by ranges", "by pages"])
def test_tasks_of_some_articles_are_those_whether_few_or_many(
    owner: Client, new_title: Titles, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    project = open_project(owner, new_title(), "claim")
    for n in range(4):
        some = specimen(
            f"{{Gauge {n} rose.}} {{Gauge {n} fell.}} {{Gauge {n} broke.}}", article_id=f"bed-{n}"
        )
        apply_all(owner, project, plan_all(owner, project, [some], layout="claim"))
    small_pages(monkeypatch, 4)
    monkeypatch.setattr("annotate.studio.api.tasks.MANY_PAGES", pages)
    asked = ["bed-0", "bed-2", "bed-3", "bed-8"]
    held = list(owner.tasks_with(project.number, asked, field="article_id"))
    assert Counter(task["data"]["article_id"] for task in held) == {"bed-0": 3, "bed-2": 3, "bed-3": 3}
    assert len({task["id"] for task in held}) == 9
    assert list(owner.tasks_with(project.number, ["bed-8"], field="article_id")) == []
