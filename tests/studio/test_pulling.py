"""A pull of what changed gives what a pull of everything gives, whatever happened between."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from annotate.report import read_raw, write_tables
from annotate.studio import Client, Project, Server, begin, connect, pull_project
from annotate.studio import pull as pulling
from annotate.studio.format import PASSAGE_FIELDS, claims_of, results_of
from annotate.studio.pull import Raw
from tests.conftest import Reviewer
from tests.proxy import Fault, proxy_to
from tests.pulls import InMemory, write_both, write_raw
from tests.specimen import BRIDGE
from tests.studio.test_patience import QUICK
from tests.studio.test_sync import own_locks, push

pytestmark = pytest.mark.studio
__all__ = ["own_locks"]

Titles = Callable[[], str]
Step = Callable[[], object]
LABELS = ("opinion", "attributed_report", "checkable_fact", "rumour")


@pytest.fixture(autouse=True)
def no_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read anew what really changed: everything in a test is younger than the overlap."""
    monkeypatch.setattr(pulling, "OVERLAP", timedelta(milliseconds=1))
    monkeypatch.setattr(pulling, "MOST_ANEW", 2)


class Desk:
    """People at work on one project, at random."""

    def __init__(self, client: Client, project: Project, people: list[Reviewer], seed: int) -> None:
        self.client, self.project, self.people = client, project, people
        self.random = random.Random(seed)

    def steps(self) -> dict[str, Step]:
        return {
            name: getattr(self, name)
            for name in (
                *("answers", "answers", "answers", "edits", "skips", "deletes", "drafts", "drafts_on"),
                *(
                    "submits_draft",
                    "drops_draft",
                    "stars",
                    "notes",
                    "deletes_task",
                    "pushes",
                    "bulk",
                    "foreign",
                ),
            )
        }

    def does_something(self) -> str:
        name = self.random.choice(list(self.steps()))
        try:
            getattr(self, name)()
        except IndexError:  # nothing there to do it to
            return ""
        return name

    def tasks(self) -> list[dict[str, Any]]:
        return self.client.export(self.project.number)

    def task(self) -> dict[str, Any]:
        return self.random.choice([task for task in self.tasks() if "claims" in task["data"]])

    def answer(self) -> dict[str, Any]:
        return self.random.choice([answer for task in self.tasks() for answer in task["annotations"]])

    def draft(self) -> dict[str, Any]:
        return self.random.choice([draft for task in self.tasks() for draft in task["drafts"]])

    def person(self) -> Client:
        return self.random.choice(self.people).client

    def results(self, task: dict[str, Any]) -> list[dict[str, Any]]:
        return results_of(task, {c.claim_id: {"label": self.random.choice(LABELS)} for c in claims_of(task)})

    def call(self, method: str, path: str, client: Client | None = None, **more: Any) -> None:
        way = (client or self.client).sdk._client_wrapper.httpx_client
        answer = way.request(path, method=method, **more)
        assert answer.status_code < 300, (path, answer.text)

    def answers(self) -> None:
        task = self.task()
        self.person().answer(task["id"], self.results(task), seconds=2.5)

    def edits(self) -> None:
        answer = self.answer()
        task = next(task for task in self.tasks() if task["id"] == answer["task"])
        self.client.rewrite(answer["id"], self.results(task) if "claims" in task["data"] else [])

    def skips(self) -> None:
        task, person = self.task(), self.person()
        person.sdk.annotations.create(id=task["id"], result=self.results(task), was_cancelled=True)

    def deletes(self) -> None:
        self.client.sdk.annotations.delete(id=self.answer()["id"])

    def drafts(self) -> None:
        task = self.task()
        self.call(
            "POST", f"api/tasks/{task['id']}/drafts", self.person(), json={"result": self.results(task)}
        )

    def drafts_on(self) -> None:
        answer = self.answer()
        path = f"api/tasks/{answer['task']}/annotations/{answer['id']}/drafts"
        self.call("POST", path, json={"result": []})

    def submits_draft(self) -> None:
        draft = self.draft()
        body = {"result": draft["result"], "draft_id": draft["id"]}
        author = next((p.client for p in self.people if p.credentials.email == draft["user"]), self.client)
        self.call("POST", f"api/tasks/{draft['task']}/annotations/", author, json=body)

    def drops_draft(self) -> None:
        self.call("DELETE", f"api/drafts/{self.draft()['id']}/")

    def stars(self) -> None:
        answer = self.answer()
        self.call("PATCH", f"api/annotations/{answer['id']}/", json={"ground_truth": True})

    def notes(self) -> None:
        self.client.set_meta(self.task()["id"], {"seen": self.random.random()})

    def deletes_task(self) -> None:
        self.client.delete_task(self.task()["id"])

    def pushes(self) -> None:
        words = "{" + f"Gauge {self.random.random()} rose." + "}"
        push(self.client, self.project.title, "claim", words)

    def bulk(self) -> None:
        """Delete the answers to a task from the list of tasks, where Label Studio writes dates in its own way."""
        body = {"selectedItems": {"all": False, "included": [self.answer()["task"]]}}
        path = f"api/dm/actions?id=delete_tasks_annotations&project={self.project.number}"
        self.call("POST", path, json=body)

    def foreign(self) -> None:
        data = dict.fromkeys((*PASSAGE_FIELDS, "text"), "Made by hand.")
        self.client.import_tasks(self.project.number, [{"data": data}])


def shown(raw: Raw) -> Any:
    """Return raw answers without what tells the time of the pull."""
    told = json.loads(json.dumps(raw))
    told["pulled_at"] = "2031-05-04T09:30:12+00:00"
    told["read_from"] = "2031-05-04T09:30:12.000000Z"
    for task in told["tasks"]:
        for draft in task["drafts"]:
            draft.pop("created_ago")
    return told


def tables(raw: Raw, folder: Path) -> dict[str, bytes]:
    write_both(raw, folder / "pulled")
    (folder / "pulled" / "judgements.csv").rename(folder / "pulled.csv")
    write_tables(raw, folder)
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def pulls(
    client: Client, project: Project, before: Raw | None, *, full: bool = False
) -> tuple[Raw, tuple[int, int]]:
    reading = begin(client, project, before=InMemory(before) if before else None, full=full)
    tasks = [list(attempt) for attempt in reading.attempts()][-1]
    return {**reading.frame, "tasks": tasks}, (reading.anew, reading.total)


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything changed shortly before each pull, and is a crowd."""
    monkeypatch.setattr(pulling, "OVERLAP", timedelta(hours=1))
    monkeypatch.setattr(pulling, "CROWD", 0)


@pytest.mark.parametrize(("seed", "crowded"), [(0, False), (1, False), (2, True), (3, True)])
def test_both_ways_give_the_same_tables(
    owner: Client,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Titles,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    seed: int,
    crowded: bool,
) -> None:
    if crowded:
        request.getfixturevalue("crowd")
    project, _ = push(owner, new_title(), "claim")
    desk = Desk(owner, project, list(reviewers), seed)
    for _ in range(6):
        desk.answers()
    raw, _ = pulls(owner, project, None)
    in_part, happened = 0, []
    for number in range(8):
        happened += [desk.does_something() for _ in range(desk.random.randint(1, 3))]
        before = raw
        raw, (anew, total) = pulls(owner, project, before)
        in_part += anew < total
        whole, _ = pulls(owner, project, before, full=True)  # both remember what the server forgot
        assert shown(raw) == shown(whole), happened
        if number % 4 == 3:
            assert tables(shown(raw), tmp_path / f"part {number}") == tables(
                shown(whole), tmp_path / f"whole {number}"
            ), happened
    assert in_part >= 4, happened


@pytest.fixture
def answered(owner: Client, new_title: Titles) -> Iterator[tuple[Project, Raw, Desk]]:
    project, _ = push(owner, new_title(), "claim")
    desk = Desk(owner, project, [], 0)
    for task in owner.export(project.number)[:4]:
        owner.answer(task["id"], desk.results(task))
    return project, pull_project(owner, project), desk


def test_nothing_changed_reads_next_to_nothing(owner: Client, answered: tuple[Project, Raw, Desk]) -> None:
    project, raw, _ = answered
    again, (anew, total) = pulls(owner, project, raw)
    assert (anew, total) == (0, 11)  # nothing had changed for long when the pull before began
    assert shown(again) == shown(raw)


def test_what_changed_shortly_before_the_last_pull_is_read_again(
    owner: Client, answered: tuple[Project, Raw, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server may commit late what it says was earlier."""
    project, raw, _ = answered
    monkeypatch.setattr(pulling, "OVERLAP", timedelta(hours=1))
    again, (anew, total) = pulls(owner, project, raw)
    assert anew == total == 11
    assert shown(again) == shown(raw)


@pytest.mark.usefixtures("crowd")
def test_after_an_import_only_what_changed_since_is_read(
    owner: Client, answered: tuple[Project, Raw, Desk]
) -> None:
    project, raw, desk = answered
    again, (anew, _) = pulls(owner, project, raw)
    assert (anew, shown(again)) == (0, shown(raw))
    task = raw["tasks"][-1]
    owner.answer(task["id"], desk.results(task))
    again, (anew, _) = pulls(owner, project, raw)
    assert (anew, len(again["tasks"][-1]["annotations"])) == (1, 1)
    assert shown(pulls(owner, project, again)[0]) == shown(pull_project(owner, project))


@pytest.mark.usefixtures("crowd")
def test_what_is_committed_late_is_found_in_a_crowd(
    owner: Client, answered: tuple[Project, Raw, Desk]
) -> None:
    """The server then counts one more that changed of late than the last pull saw."""
    project, raw, _ = answered
    late = json.loads(json.dumps(raw))
    late["tasks"][0].update(annotations=[], total_annotations=0, updated_at="2021-05-04T09:30:12.000000Z")
    again, (anew, total) = pulls(owner, project, late)
    assert (anew, shown(again)) == (total, shown(raw))


def test_counts_that_differ_from_the_servers_have_all_read(
    owner: Client, answered: tuple[Project, Raw, Desk]
) -> None:
    """Not all that happens changes a date: a bulk deletion writes one of another time zone."""
    project, raw, _ = answered
    for change in (
        lambda task: task["annotations"].append(task["annotations"][0]),
        lambda task: task.update(annotations=[]),
    ):
        spoiled = json.loads(json.dumps(raw))
        change(spoiled["tasks"][0])
        again, (anew, total) = pulls(owner, project, spoiled)
        assert anew == total
        assert shown(again) == shown(raw)


ELSEWHERE: dict[str, Callable[[Raw], object]] = {
    "another server": lambda raw: raw["server"].update(url="https://labels.example"),
    "another version": lambda raw: raw["server"].update(version="1.22.0"),
    "another project": lambda raw: raw["project"].update(id=-1),
    "another key": lambda raw: raw["project"].update(key="other-1a2b3c4d"),
    "no server": lambda raw: raw.pop("server"),
    "no tasks": lambda raw: raw.update(tasks=[]),
    "tasks of another form": lambda raw: raw["tasks"][0].pop("drafts"),
    "a task twice": lambda raw: raw["tasks"].append(raw["tasks"][0]),
    "no moment": lambda raw: raw["tasks"][0].update(updated_at="yesterday"),
    "moments to come": lambda raw: raw["tasks"][0].update(updated_at="2131-05-04T09:30:12.000000Z"),
}


@pytest.mark.parametrize("change", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_pull_from_elsewhere_is_not_used(
    owner: Client, answered: tuple[Project, Raw, Desk], change: Callable[[Raw], object]
) -> None:
    project, raw, _ = answered
    other = json.loads(json.dumps(raw))
    change(other)
    again, (anew, total) = pulls(owner, project, other)
    assert anew == total == 11
    assert shown(again) == shown(raw)


HERE = {"url": "http://127.0.0.1:8081", "version": "1.23.2"}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ({"id": "a"}, {"id": "a", "url": "http://127.0.0.1:8083"}, True),
        ({"id": "a"}, {"id": "a", "version": "1.24.0"}, False),
        ({"id": "a"}, {"id": "b"}, False),
        ({"id": "a.1"}, {"id": "a.2"}, False),  # restored in between
        ({}, {"id": "a"}, True),  # pulled by an earlier version
        ({"id": ""}, {"id": "", "url": "https://labels.example"}, False),
        ({"id": "a"}, {"id": ""}, True),  # by its address, with LABEL_STUDIO_URL
    ],
)
def test_a_server_is_the_same_by_its_id_whatever_its_port(
    old: dict[str, str], new: dict[str, str], same: bool
) -> None:
    assert pulling._is_same_server(HERE | old, HERE | new) is same


def test_users_are_always_fresh(owner: Client, answered: tuple[Project, Raw, Desk]) -> None:
    project, raw, _ = answered
    raw["users"] = {}
    assert pull_project(owner, project, before=InMemory(raw))["users"]


@pytest.mark.parametrize("path", ["/api/tasks", "/export", "/api/users", "/api/projects/"])
@pytest.mark.parametrize("status", [503, 0])
def test_a_pull_goes_on_after_a_fault(
    studio: Server,
    owner: Client,
    answered: tuple[Project, Raw, Desk],
    path: str,
    status: int,
) -> None:
    project, raw, desk = answered
    desk.notes()
    with proxy_to(studio.url) as proxy:
        through = connect(proxy.url, studio.credentials.token, policy=QUICK)
        raw["server"]["url"] = proxy.url
        proxy.faults = [Fault("after", status, path=path, method="GET")]
        again, (anew, total) = pulls(through, project, raw)
        assert not proxy.faults
    assert anew < total
    assert again["tasks"] == pull_project(owner, project)["tasks"]


def test_what_is_left_out_is_counted_apart(
    owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Titles, tmp_path: Path
) -> None:
    project, _ = push(owner, new_title(), "claim", BRIDGE)
    desk = Desk(owner, project, list(reviewers), 1)
    first, second, third, *_ = owner.export(project.number)
    ada, bo = (reviewer.client for reviewer in reviewers)

    def answer(who: Client, task: dict[str, Any], label: str, **more: Any) -> None:
        said = results_of(task, {claim.claim_id: {"label": label} for claim in claims_of(task)})
        who.sdk.annotations.create(id=task["id"], result=said, **more)

    answer(ada, first, "opinion")
    answer(bo, first, "rumour")
    answer(ada, second, "opinion", was_cancelled=True)
    bo.answer(second["id"], [])
    desk.call("POST", f"api/tasks/{third['id']}/drafts", ada, json={"result": []})
    desk.foreign()
    raw = pull_project(owner, project)
    owner.answer(raw["tasks"][-1]["id"], [])
    raw = pull_project(owner, project, before=InMemory(raw))
    assert write_both(raw, tmp_path) == (
        "1 judgement by 1 annotator on 1 claim (left out: 1 skipped, 1 draft, 1 empty, "
        "1 with an unknown label, 1 foreign)"
    )


def test_the_pull_before_is_kept(owner: Client, answered: tuple[Project, Raw, Desk], tmp_path: Path) -> None:
    project, raw, desk = answered
    write_raw(raw, tmp_path)
    desk.notes()
    again = pull_project(owner, project, before=InMemory(read_raw(tmp_path)))
    write_raw(again, tmp_path)
    assert read_raw(tmp_path) == again
    assert read_raw(tmp_path, since="last") == raw
