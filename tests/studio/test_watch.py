"""`annotate watch`: folders, feeds and imported texts, against a real Label Studio."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from annotate.cli.watch import line_of
from annotate.config import load_settings
from annotate.errors import BadInput, Conflict, KeyRefused, UsageError
from annotate.studio import find_project
from annotate.studio.api import client
from annotate.studio.format import claims_of, is_ours, results_of
from annotate.workflows import Event, watch
from annotate.workflows.watching.events import Problems
from annotate.workflows.watching.state import StateFile
from tests import steps
from tests.conftest import ROOT, Reviewer
from tests.proxy import Fault
from tests.steps import Break
from tests.studio.test_kills import kills
from tests.studio.work import ARTICLE, CORRECTED, HASTY, SENTENCES, Desk, Work, claims_in, counted

pytestmark = [pytest.mark.studio, pytest.mark.timeout(600)]

Scenario = Iterator[Callable[[], bool]]
Titles = Callable[[], str]
ROAD = "The road to Bell\n\nThe road was opened in May. The mayor said that it was too narrow.\n"
ROAD_CLAIMS = Counter(["The road was opened in May.", "The mayor said that it was too narrow."])
STRIDE = 23  # a watch has some hundred steps: each 23rd is tried in every run, some of those between by `make soak`
FIRSTS = (6, 12, 17, STRIDE)  # a minute or two each
turns = pytest.mark.parametrize(
    "first", [pytest.param(at, marks=() if at == STRIDE else pytest.mark.soak) for at in FIRSTS]
)
POLLS = 3  # rounds in which nothing new may be told


class Told(list[Event]):
    """What a watch told, in order."""

    def of(self, what: str) -> list[Event]:
        return [event for event in self if event.what == what]

    def rounds_later(self, rounds: int = POLLS) -> Callable[[], bool]:
        """Return a condition that is true after so many rounds of a second."""
        end = time.monotonic() + rounds * 1.0 + 0.5
        return lambda: time.monotonic() > end


def told_by(
    desk: Desk, source: str, scenario: Callable[[Told], Scenario], *, through: bool = False, **options: Any
) -> Told:
    """Watch while a scenario goes on: it yields conditions to wait for, and ends the watch by its end."""
    desk.monkeypatch.setattr(client, "RetryPolicy", lambda: HASTY)
    environment(desk, through=through)
    told = Told()
    plot = scenario(told)
    waiting = [next(plot)]
    end = time.monotonic() + 120

    def stopped() -> bool:
        assert time.monotonic() < end, told
        if waiting[0]():
            try:
                waiting[0] = next(plot)
            except StopIteration:
                return True
        return False

    settings = load_settings(**options.pop("changed", {}))
    watch(source, every=1, settings=settings, tell=told.append, stopped=stopped, **options)
    return told


def environment(desk: Desk, *, through: bool = False) -> None:
    desk.monkeypatch.setenv("LABEL_STUDIO_URL", desk.proxy.url if through else desk.studio.url)
    desk.monkeypatch.setenv("LABEL_STUDIO_API_KEY", desk.studio.credentials.token)
    desk.monkeypatch.setenv("ANNOTATE_EXPORTS", str(desk.exports))


def folder_with(desk: Desk, **files: str) -> Path:
    """Return a folder with text files that were written some time ago."""
    folder = desk.folder / "columns"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        put(folder / f"{name}.txt", text)
    return folder


def put(file: Path, text: str) -> None:
    """Write a file as if that was some time ago."""
    file.write_text(text, encoding="utf-8")
    before = time.time() - 600
    os.utime(file, (before, before))


# --------------------------------------------------------------------------- a folder, and answers


def test_a_folder_and_its_answers(
    desk: Desk, new_title: Titles, reviewers: tuple[Reviewer, Reviewer]
) -> None:
    title = new_title()
    folder = folder_with(desk, quay=ARTICLE)
    (folder / "broken.docx").write_text("no Word document")
    report: list[float] = []

    def scenario(told: Told) -> Scenario:
        yield lambda: len(told.of("reported")) == 1
        (folder / "road.txt").write_text(ROAD)  # a new one
        yield lambda: len(told.of("pushed")) == 2 and len(told.of("reported")) == 2
        (folder / "quay.txt").write_text(CORRECTED)  # a corrected one
        yield lambda: len(told.of("pushed")) == 3 and len(told.of("reported")) == 3
        (folder / "road.txt").unlink()  # one that is taken away
        yield told.rounds_later()
        task = next(iter(desk.owner.tasks(find_project(desk.owner, title).number)))
        answer = {claim.claim_id: {"label": "opinion"} for claim in claims_of(task)}
        number = reviewers[0].client.answer(task["id"], results_of(task, answer), seconds=2.0)
        yield lambda: len(told.of("reported")) == 4
        report.append((desk.exports / find_project(desk.owner, title).key / "report.html").stat().st_mtime)
        answer = {claim.claim_id: {"label": "checkable_fact"} for claim in claims_of(task)}
        reviewers[0].client.rewrite(number, results_of(task, answer))
        yield lambda: len(told.of("reported")) == 5
        yield told.rounds_later()

    told = told_by(desk, str(folder), scenario, project=title, changed={"layout": "claim"})
    assert [Path(event.where).name for event in told.of("pushed")] == ["quay.txt", "road.txt", "quay.txt"]
    assert "1 reworded" in told.of("pushed")[2].detail
    (problem,) = told.of("problem")  # named once, in many rounds
    assert problem.where.endswith("broken.docx")
    assert problem.detail == "is no Word document: open it in Word and save it as .docx"
    assert len(told.of("pulled")) == len(told.of("reported")) == 5
    both = (SENTENCES | Counter(["The quay costs three million crowns."])) + ROAD_CLAIMS
    assert claims_in(desk, title) == both
    key = find_project(desk.owner, title).key
    assert "checkable_fact" in (desk.exports / key / "judgements.csv").read_text(encoding="utf-8-sig")
    assert (desk.exports / key / "report.html").stat().st_mtime > report[0]


def test_a_file_half_written_is_not_read_before_it_is_still(desk: Desk, new_title: Titles) -> None:
    title, folder = new_title(), folder_with(desk)
    parts = [ARTICLE[at : at + 40] for at in range(0, len(ARTICLE), 40)]
    left = iter(parts)

    def write_on() -> bool:
        """Write a part more often than the folder is looked at; true when all is written."""
        part = next(left, None)
        if part is not None:
            with (folder / "quay.txt").open("a") as file:
                file.write(part)
            time.sleep(0.4)
        return part is None

    def scenario(told: Told) -> Scenario:
        yield write_on
        assert not told.of("pushed")
        yield lambda: bool(told.of("pushed"))
        yield told.rounds_later()

    told = told_by(desk, str(folder), scenario, project=title, with_report=False)
    assert len(told.of("pushed")) == 1
    assert not told.of("reported")
    assert claims_in(desk, title) == SENTENCES


def test_articles_get_the_ids_and_projects_that_a_push_gives_them(
    desk: Desk, new_title: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    title, folder = new_title(), folder_with(desk)
    (folder / "north").mkdir()
    put(folder / "north" / "quay.txt", ARTICLE.replace("The quay at Bell", title))
    put(folder / ".draft.txt", "It is not ready. Nobody may see it.")
    put(folder / "~$letter.txt", "Word keeps this. It is a lock.")
    monkeypatch.chdir(desk.folder)
    environment(desk)
    assert desk.run("watch", "columns", "--once")[0] == 0
    assert title in desk.printed
    code, _ = desk.run("push", "columns/north/quay.txt")
    assert code == 0
    assert f"{title}: 0 new, 6 unchanged" in desk.printed
    (task, *_) = desk.owner.tasks(find_project(desk.owner, title).number)
    assert task["data"]["article_id"] == "columns-north-quay"


def test_a_watch_that_starts_again_does_only_what_is_left(desk: Desk, new_title: Titles) -> None:
    title, folder = new_title(), folder_with(desk, quay=ARTICLE)
    (folder / "empty.txt").write_text("")
    command = ("watch", str(folder), "--project", title, "--every", "1", "--once")
    put(folder / "empty.txt", "")
    code, told = desk.run(*command)
    assert (code, desk.printed.count("pushed")) == (5, 1), told
    for _ in range(2):
        assert desk.run(*command) == (0, "")
        assert desk.printed == ""
    for state in (desk.exports / "watch").glob("*.json"):
        state.write_text("{")  # damaged: all is looked at again, and all is there
    assert desk.run(*command)[0] == 5
    assert "pushed" not in desk.printed
    put(folder / "road.txt", ROAD)
    assert desk.run(*command)[0] == 0
    assert desk.printed.count("pushed") == 1
    assert claims_in(desk, title) == SENTENCES + ROAD_CLAIMS


def test_a_file_written_just_now_is_left_for_the_next_run_of_once(desk: Desk, new_title: Titles) -> None:
    folder = folder_with(desk)
    (folder / "quay.txt").write_text(ARTICLE)
    environment(desk)
    told = Told()
    assert watch(str(folder), project=new_title(), once=True, tell=told.append) is None
    assert [event.detail for event in told] == ["1 file was changed just now: left for the next run"]


def test_a_second_watch_of_the_same_is_refused(desk: Desk, new_title: Titles) -> None:
    title, folder = new_title(), folder_with(desk)
    with StateFile(desk.exports, str(folder), title).locked(str(folder)):
        code, told = desk.run("watch", str(folder), "--project", title, "--once")
        assert code == 6
        assert told.endswith(
            f"columns is watched already (process {os.getpid()}): stop that watch first, or leave it at work"
        )
        assert desk.run("watch", str(folder), "--project", f"{title} b", "--once")[0] == 0  # another project
    assert desk.run("watch", str(folder), "--project", title, "--once")[0] == 0


def test_label_studio_and_the_folder_may_go_away_and_come_back(desk: Desk, new_title: Titles) -> None:
    title, folder = new_title(), folder_with(desk)
    away = folder.with_name("away")

    def scenario(told: Told) -> Scenario:
        desk.proxy.faults = [Fault("before", kind="reset", path=".", method="GET", lasting=True)]
        desk.proxy.faults += [Fault("before", kind="reset", path=".", lasting=True)]
        put(folder / "quay.txt", ARTICLE)
        yield lambda: bool(told.of("problem"))
        yield told.rounds_later()
        assert len(told.of("problem")) == 1
        assert told.of("problem")[0].where == "Label Studio"
        desk.proxy.faults.clear()
        yield lambda: bool(told.of("reported"))
        assert [event.detail for event in told.of("again")] == ["answers again"]
        folder.rename(away)
        yield lambda: len(told.of("problem")) == 2
        yield told.rounds_later()
        away.rename(folder)
        yield lambda: len(told.of("again")) == 2
        put(folder / "road.txt", ROAD)
        yield lambda: len(told.of("pushed")) == 2

    told = told_by(desk, str(folder), scenario, project=title, through=True)
    assert [event.where for event in told.of("problem")] == ["Label Studio", str(folder)]
    assert told.of("again")[1].detail == "is there again"
    assert claims_in(desk, title) == SENTENCES + ROAD_CLAIMS


def test_a_clock_that_steps_back_is_one_line(
    desk: Desk, new_title: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    title, folder = new_title(), folder_with(desk, quay=ARTICLE)
    now = time.time

    def scenario(told: Told) -> Scenario:
        yield lambda: bool(told.of("reported"))
        monkeypatch.setattr(time, "time", lambda: now() - 3_600)
        yield lambda: bool(told.of("note"))
        (folder / "road.txt").write_text(ROAD)  # from the future, as it seems
        yield lambda: len(told.of("pushed")) == 2
        yield told.rounds_later()

    told = told_by(desk, str(folder), scenario, project=title)
    assert [event.detail for event in told.of("note")] == ["The clock of this machine went back 3,600 s."]
    assert claims_in(desk, title) == SENTENCES + ROAD_CLAIMS


def test_a_project_that_somebody_deletes_stays_deleted(desk: Desk, new_title: Titles) -> None:
    title, folder = new_title(), folder_with(desk, quay=ARTICLE)

    def scenario(told: Told) -> Scenario:
        yield lambda: bool(told.of("reported"))
        desk.owner.sdk.projects.delete(id=find_project(desk.owner, title).number)
        yield lambda: bool(told.of("problem"))
        yield told.rounds_later()

    told = told_by(desk, str(folder), scenario, project=title)
    (problem,) = told.of("problem")
    assert problem.detail.startswith("this project is gone from Label Studio")
    assert not claims_in(desk, title)


def test_tasks_that_somebody_deletes_are_named_once(desk: Desk, new_title: Titles) -> None:
    title, folder = new_title(), folder_with(desk, quay=ARTICLE)

    def scenario(told: Told) -> Scenario:
        yield lambda: bool(told.of("reported"))
        task = next(iter(desk.owner.tasks(find_project(desk.owner, title).number)))
        desk.owner.delete_task(task["id"])
        yield lambda: bool(told.of("problem"))
        yield told.rounds_later()

    told = told_by(desk, str(folder), scenario, project=title, changed={"layout": "claim"})
    (problem,) = told.of("problem")
    assert "was changed by hand" in problem.detail
    assert claims_in(desk, title).total() == SENTENCES.total() - 1


def test_the_transcript_of_the_guide_is_what_a_watch_prints(
    desk: Desk, new_title: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    title, folder = new_title(), folder_with(desk, quay=ARTICLE)
    monkeypatch.chdir(desk.folder)

    def scenario(told: Told) -> Scenario:
        yield lambda: len(told.of("reported")) == 1
        (folder / "letter.docx").write_text("no Word document")
        yield lambda: bool(told.of("problem"))
        put(folder / "quay.txt", CORRECTED)
        yield lambda: len(told.of("reported")) == 2

    told = told_by(desk, "columns", scenario, project=title)
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    lines = guide.partition("$ annotate watch columns")[2].partition("\n\n")[0].splitlines()[1:]
    shown = [line_of(event, clock="2026-05-04 09:00:00") for event in told]
    assert list(map(plain, lines)) == list(map(plain, shown))


def plain(line: str) -> str:
    """Return a line of a transcript without what differs from run to run."""
    for pattern, instead in (
        (r"\A\s*\S+ \S+", ""),
        (r"“[^”]*”", "“title”"),
        (r"http\S+", "address"),
        (r"\S*exports/\S+/", "exports/"),
        (r"every \d+ s", "every n s"),
    ):
        line = re.sub(pattern, instead, line)
    return line


# --------------------------------------------------------------------------- stopping


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_after_the_current_step(
    desk: Desk, new_title: Titles, number: signal.Signals
) -> None:
    title, folder = new_title(), folder_with(desk, quay=ARTICLE)
    environment(desk)
    command = [sys.executable, "-m", "annotate", "watch", str(folder), "--project", title, "--every", "1"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, restore_signals=True
    )
    assert process.stdout
    line = process.stdout.readline()
    assert "pushed" in line, line or process.communicate()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert err.splitlines()[-1].endswith(f"stopped   {folder}")
    assert claims_in(desk, title) == SENTENCES
    assert all(line[:4].isdigit() for line in (out + err).splitlines())  # each begins with the time


@turns
def test_a_watch_killed_at_any_step_loses_and_doubles_nothing(
    desk: Desk, new_title: Titles, pytestconfig: pytest.Config, first: int
) -> None:
    folder = folder_with(desk, quay=ARTICLE, road=ROAD)

    def make() -> Work:
        title = new_title()
        command = ("watch", str(folder), "--project", title, "--layout", "claim", "--every", "1", "--once")

        def look() -> tuple[int, int]:
            lost, doubled = counted(claims_in(desk, title), SENTENCES + ROAD_CLAIMS)
            if not lost:
                key = find_project(desk.owner, title).key
                lost += not (desk.exports / key / "report.html").exists()
            return lost, doubled

        return Work(command, look)

    for _ in kills(desk, pytestconfig, "watch (folder)", make, first=first, least=60, stride=STRIDE):
        pass


@turns
def test_a_watch_of_imported_texts_killed_at_any_step(
    desk: Desk, new_title: Titles, pytestconfig: pytest.Config, first: int
) -> None:
    def make() -> Work:
        title = new_title()
        number = made(desk, title)
        desk.owner.import_tasks(number, [{"data": {"text": text}} for text in (ARTICLE, ROAD)])

        def look() -> tuple[int, int]:
            tasks = list(desk.owner.tasks(number))
            found = Counter(claim.text for task in tasks if is_ours(task) for claim in claims_of(task))
            missing, doubled = counted(found, SENTENCES + ROAD_CLAIMS + FIRST_CLAIMS)
            raw = [task for task in tasks if not is_ours(task)]
            return (missing or len(raw)), doubled

        return Work(("watch", title, "--every", "1", "--once"), look)

    for _ in kills(desk, pytestconfig, "watch (imported)", make, first=first, least=60, stride=STRIDE):
        pass


@pytest.mark.parametrize("at", [1, 3, 6, 9])  # the last write is the ninth
def test_a_full_disk_is_one_line_and_the_next_run_does_the_rest(
    desk: Desk, new_title: Titles, at: int
) -> None:
    title, folder = new_title(), folder_with(desk, quay=ARTICLE)
    command = desk.process("watch", str(folder), "--project", title, "--every", "1", "--once")
    code, told = steps.run(command, Break(at=at, fails="write"))
    assert code == 1, told
    assert "No space left on device" in told
    assert "Traceback" not in told
    code, told = steps.run(command)
    assert code == 0, told
    assert claims_in(desk, title) == SENTENCES
    assert (desk.exports / find_project(desk.owner, title).key / "report.html").exists()


# --------------------------------------------------------------------------- a feed


class Site:
    """A feed on loopback, of which each test says what it names and how its server fares."""

    def __init__(self, server: HTTPServer) -> None:
        self.server, self.names, self.asked = server, [], Counter[str]()
        self.away: dict[str, float] = {}  # seconds of Retry-After by path
        server.expect_request("/feed.xml").respond_with_handler(self.feed)

    names: list[str]

    @property
    def address(self) -> str:
        return self.server.url_for("/feed.xml")

    def feed(self, request: Request) -> Response:
        items = "".join(
            f"<item><title>{name}</title><link>{self.server.url_for(f'/{name}')}</link></item>"
            for name in self.names
        )
        return self.answer(request, f'<rss version="2.0"><channel>{items}</channel></rss>', "text/xml")

    def answer(self, request: Request, content: str, kind: str) -> Response:
        self.asked[request.path] += 1
        if request.path in self.away:
            return Response(status=503, headers={"Retry-After": str(self.away[request.path])})
        return Response(content, content_type=kind)

    def add(self, name: str, text: str = "") -> None:
        self.names.insert(0, name)  # the newest first, as feeds have them
        if text:
            self.server.expect_request(f"/{name}").respond_with_handler(
                lambda request: self.answer(request, text, "text/plain")
            )


def test_a_feed_is_fetched_article_by_article(desk: Desk, new_title: Titles, httpserver: HTTPServer) -> None:
    title, site = new_title(), Site(httpserver)
    site.add("quay", ARTICLE)
    site.add("gone")

    def scenario(told: Told) -> Scenario:
        yield lambda: bool(told.of("reported"))
        site.add("road", ROAD)
        yield lambda: len(told.of("pushed")) == 2
        yield told.rounds_later()

    told = told_by(desk, site.address, scenario, project=title, changed={"allow_private": True})
    assert [event.where for event in told.of("pushed")] == [httpserver.url_for(n) for n in ("/quay", "/road")]
    (problem,) = told.of("problem")
    assert problem.where == httpserver.url_for("/gone")
    assert site.asked["/quay"] == site.asked["/road"] == 1
    assert claims_in(desk, title) == SENTENCES + ROAD_CLAIMS


def test_a_server_that_is_away_is_asked_when_it_said_and_not_before(
    desk: Desk, new_title: Titles, httpserver: HTTPServer
) -> None:
    title, site = new_title(), Site(httpserver)
    site.away = {"/feed.xml": 5, "/road": 1}
    site.add("quay", ARTICLE)
    site.add("road", ROAD)
    asked: list[int] = []

    def scenario(told: Told) -> Scenario:
        yield lambda: bool(told.of("problem"))
        yield told.rounds_later(3)  # of a second each, less than five
        asked.append(site.asked["/feed.xml"])
        site.away = {"/road": 1}
        yield lambda: len(told.of("pushed")) == 1 and site.asked["/road"] > 0
        site.away.clear()
        yield lambda: len(told.of("pushed")) == 2

    told = told_by(desk, site.address, scenario, project=title, changed={"allow_private": True})
    assert asked == [1]
    assert [event.where for event in told.of("problem")] == [site.address, httpserver.url_for("/road")]
    assert [event.detail for event in told.of("again")] == ["can be read again"]
    assert claims_in(desk, title) == SENTENCES + ROAD_CLAIMS


def test_a_pause_outlives_the_run(desk: Desk, new_title: Titles, httpserver: HTTPServer) -> None:
    title, site = new_title(), Site(httpserver)
    site.away = {"/feed.xml": 300}
    command = ("watch", site.address, "--project", title, "--once", "--allow-private")
    assert desk.run(*command)[0] == 5
    assert desk.run(*command) == (0, "")
    assert site.asked["/feed.xml"] == 1


def test_the_fetch_rules_of_a_feed_hold(desk: Desk, new_title: Titles, httpserver: HTTPServer) -> None:
    site = Site(httpserver)
    site.add("quay", ARTICLE)
    code, _ = desk.run("watch", site.address, "--project", new_title(), "--once")  # without --allow-private
    assert code == 5
    assert not site.asked


# --------------------------------------------------------------------------- imported texts

FIRST = "The tram\n\nThe tram runs at night. It is slow.\n"
FIRST_CLAIMS = Counter(["The tram runs at night.", "It is slow."])


def made(desk: Desk, title: str) -> int:
    """Make a project in the article layout, as a push does, and return its number."""
    file = desk.folder / "first.txt"
    file.write_text(FIRST)
    assert desk.run("push", str(file), "--project", title)[0] == 0
    return find_project(desk.owner, title).number


def upload(desk: Desk, number: int, name: str, content: str) -> None:
    """Import a file, as the page of Label Studio does."""
    desk.owner._renew_key()
    http = desk.owner.sdk._client_wrapper.httpx_client
    files: Any = {"file": (name, content.encode(), "text/plain")}
    response = http.request(f"api/projects/{number}/import", method="POST", files=files)
    assert response.status_code == 201, response.text


def test_imported_texts_are_cut_where_they_lie(
    desk: Desk, new_title: Titles, reviewers: tuple[Reviewer, Reviewer]
) -> None:
    title = new_title()
    number = made(desk, title)
    answered = "The ferry sails at noon. It is late."
    desk.owner.import_tasks(
        number,
        [
            {"data": {"text": ROAD, "headline": "A narrow road", "byline": "Ada Lund", "desk": "north"}},
            {"data": {"text": ROAD, "headline": "A narrow road"}},  # imported twice
            {"data": {"text": answered, "title": "The ferry"}},
        ],
    )
    upload(desk, number, "quay.txt", ARTICLE)  # a task a line, the empty ones too
    upload(desk, number, "scan.pdf", "%PDF-1.4")
    tasks = {task["id"]: task for task in desk.owner.tasks(number) if not is_ours(task)}
    region = {"start": 0, "end": 24, "text": "The ferry sails at noon.", "labels": ["checkable_fact"]}
    drawn = {"id": "r1", "from_name": "label", "to_name": "text", "type": "labels", "value": region}
    (ferry,) = (number for number, task in tasks.items() if task["data"]["text"] == answered)
    reviewers[0].client.answer(ferry, [drawn], seconds=2.0)

    def scenario(told: Told) -> Scenario:
        yield lambda: bool(told.of("reported"))
        yield told.rounds_later()

    told = told_by(desk, title, scenario)
    left = {task["id"]: task for task in desk.owner.tasks(number) if not is_ours(task)}
    assert sorted(task["data"]["text"] for task in left.values())[1:] == [answered]  # beside the scan
    assert len(left) == 2
    ours = [task for task in desk.owner.tasks(number) if is_ours(task)]
    found = Counter(claim.text for task in ours for claim in claims_of(task))
    ferry_claims = Counter(["The ferry sails at noon.", "It is late."])
    assert found == SENTENCES + ROAD_CLAIMS + FIRST_CLAIMS + ferry_claims
    articles = {task["data"]["article_id"]: task["data"] for task in ours}
    names = sorted(each for each in articles if not each.endswith("-first"))
    assert names == ["a-narrow-road", "quay", "the-ferry"]
    assert articles["a-narrow-road"]["author"] == "Ada Lund"
    assert articles["quay"]["text"] == ARTICLE.removesuffix("\n")
    (annotation,) = desk.owner.annotations(ferry)
    assert annotation["result"] == [drawn]
    key = find_project(desk.owner, title).key
    saved = [json.loads(file.read_text()) for file in (desk.exports / key / "imported").glob("*.json")]
    assert "north" in {task["data"].get("desk") for tasks in saved for task in tasks}
    (problem,) = told.of("problem")
    assert problem.detail == "only says where a text is: send it with `annotate push` (scan.pdf)"
    assert [event.detail for event in told.of("cut") if "stays" in event.detail] == [
        "it has an answer or a draft, and stays beside its claims"
    ]
    assert desk.run("watch", title, "--once", "--every", "1") == (0, "")  # nothing is left to do
    assert desk.printed == ""


def test_an_answer_given_while_a_text_is_cut_is_kept(
    desk: Desk, new_title: Titles, reviewers: tuple[Reviewer, Reviewer]
) -> None:
    title = new_title()
    number = made(desk, title)
    desk.owner.import_tasks(number, [{"data": {"text": ROAD}}])
    (task,) = (task for task in desk.owner.tasks(number) if not is_ours(task))
    given: list[int] = []

    def answer(method: str, path: str) -> None:
        """Answer the text when it was read, and its claims are sent."""
        if path.endswith("/import") and not given:
            given.append(reviewers[0].client.answer(task["id"], [], seconds=1.0))

    desk.proxy.on_forward = answer
    assert desk.run("watch", title, "--once", "--every", "1", through=True)[0] == 0
    assert [each["id"] for each in desk.owner.annotations(task["id"])] == given
    assert "stays beside its claims" in desk.printed


# --------------------------------------------------------------------------- what cannot be watched


def test_what_cannot_be_watched_is_said_in_one_line(
    desk: Desk, new_title: Titles, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(desk)
    file = desk.article()
    with pytest.raises(UsageError, match="is a file: watch its folder"):
        watch(file)
    with pytest.raises(BadInput, match="no such folder: check the name"):
        watch("columns/of/nowhere")
    with pytest.raises(Conflict, match="no folder is named “Nowhere”, and there is no project “Nowhere”"):
        watch("Nowhere")
    with pytest.raises(UsageError, match="leave out --project"):
        watch("Nowhere", project="Somewhere")
    title = new_title()
    assert desk.run("push", file, "--project", title, "--layout", "claim")[0] == 0
    environment(desk)
    with pytest.raises(Conflict, match="has the claim layout, into which Label Studio imports no plain text"):
        watch(title)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "wrong")
    with pytest.raises(KeyRefused):
        watch(str(folder_with(desk)))


def test_a_problem_is_told_once_and_a_file_s_again_in_other_words() -> None:
    told = Told()
    problems = Problems(told.append, frozenset({"Label Studio"}))
    for why in ("does not answer", "answered with status 502", "answered with status 502"):
        problems.say("Label Studio", why)
        problems.say("quay.txt", why)
    assert [event.where for event in told] == ["Label Studio", "quay.txt", "quay.txt"]
    problems.over("Label Studio", told="answers again")
    problems.over("Label Studio", told="answers again")
    assert [event.detail for event in told.of("again")] == ["answers again"]
