"""Commands that are killed (SIGKILL) at each of their steps in turn, and a server that is killed at work.

See `tests.steps` for what a step is. After each kill the same command is run once more, without one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotate.errors import AnnotateError
from annotate.report import read_csv, write_tables
from annotate.studio import Project, Server, connect, find_project, pull_project
from annotate.studio.format import Layout
from annotate.studio.local import server as local
from tests import steps
from tests.conftest import own_port
from tests.ledger import Row, write_down
from tests.plans import plan
from tests.proxy import proxy_to
from tests.steps import Break
from tests.studio.test_sync import count_of, once, push
from tests.studio.work import Desk, Work, adjudicating, counted, pushing

pytestmark = [pytest.mark.studio, pytest.mark.timeout(900)]
STRIDE = 7  # each seventh step is tried in every run, the steps between by `make soak`, in turns of their own

turns = pytest.mark.parametrize(
    "first", [pytest.param(at, marks=() if at == STRIDE else pytest.mark.soak) for at in range(1, STRIDE + 1)]
)
soak_turns = pytest.mark.parametrize(
    "first", [pytest.param(at, marks=pytest.mark.soak) for at in range(1, STRIDE + 1)]
)


def kills(
    desk: Desk,
    config: pytest.Config,
    name: str,
    make: Callable[[], Work],
    *,
    first: int,
    least: int,
    stride: int = STRIDE,
) -> Iterator[Work]:
    """Kill the command of each work at the next step and give the work, to be looked at; then end it well."""
    at = first
    while True:
        work = make()
        asked = desk.process(*work.command)
        code, told = steps.run(asked, Break(at=at))
        if code == 0:
            break
        assert code == -signal.SIGKILL, told
        assert work.lost_and_doubled()[1] == 0, f"doubled after a kill at step {at}"
        yield work
        code, told = steps.run(asked)
        assert code == 0, f"after a kill at step {at}: {told}"
        lost, doubled = work.lost_and_doubled()
        write_down(config, Row(f"SIGKILL at a step of {name}", 2, lost, doubled))
        assert (lost, doubled) == (0, 0), f"after a kill at step {at}"
        at += stride
    assert at > least, "the command had fewer steps than it has to have"


# --------------------------------------------------------------------------- push, adjudicate


@soak_turns
@pytest.mark.parametrize("layout", ["article", "claim"])
def test_a_push_killed_at_any_step_is_ended_by_the_next(
    desk: Desk, new_title: Callable[[], str], pytestconfig: pytest.Config, first: int, layout: Layout
) -> None:
    made: list[str] = []

    def make() -> Work:
        made.append(new_title())
        return pushing(desk, made[-1], layout)

    for _ in kills(desk, pytestconfig, f"push ({layout})", make, first=first, least=25):
        pass
    from annotate.article import extract, read_article  # noqa: PLC0415 - slow to import

    article = read_article(desk.article())
    for title in made:
        project = find_project(desk.owner, title)
        told = plan(desk.owner, project, article, *extract(article), layout=layout)
        assert (told.number, told.to_send, told.drift) == (0, (), ())


@soak_turns
def test_an_adjudication_killed_at_any_step_is_ended_by_the_next(
    desk: Desk, new_title: Callable[[], str], pytestconfig: pytest.Config, first: int
) -> None:
    def make() -> Work:
        return adjudicating(desk, new_title(), again=False)

    for _ in kills(desk, pytestconfig, "adjudicate", make, first=first, least=20):
        pass


# --------------------------------------------------------------------------- pull, report


@turns
def test_a_pull_killed_at_any_step_leaves_each_file_old_or_new(
    desk: Desk, labelled: Project, pytestconfig: pytest.Config, first: int
) -> None:
    now = pull_project(desk.owner, labelled)
    older = {**now, "tasks": now["tasks"][:1]}
    folder = desk.exports / labelled.key

    def make() -> Work:
        shutil.rmtree(desk.exports, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "raw.json").write_text(json.dumps(older))
        shutil.copy(sheet, folder)

        def look() -> tuple[int, int]:
            tasks = json.loads((folder / "raw.json").read_text())["tasks"]
            assert tasks in (older["tasks"], now["tasks"])
            rows = len(read_csv(folder / "judgements.csv"))
            assert rows in (1, len(now["tasks"]))
            return (0, 0) if tasks == now["tasks"] and rows == len(tasks) else (1, 0)

        return Work(("pull", "--project", labelled.title), look)

    write_tables(older, desk.folder / "older")
    sheet = desk.folder / "older" / "judgements.csv"
    for _ in kills(desk, pytestconfig, "pull", make, first=first, least=20):
        pass


@turns
def test_a_report_killed_at_any_step_leaves_each_file_old_or_new(
    desk: Desk, labelled: Project, pytestconfig: pytest.Config, first: int
) -> None:
    now = pull_project(desk.owner, labelled)
    older = {**now, "tasks": [{**task, "annotations": []} for task in now["tasks"]]}
    olds = {path.name: path.read_bytes() for path in write_tables(older, desk.folder / "older")}
    news = {path.name: path.read_bytes() for path in write_tables(now, desk.folder / "newer")}
    assert olds.keys() == news.keys()
    folder = desk.exports / labelled.key

    def make() -> Work:
        shutil.rmtree(desk.exports, ignore_errors=True)
        shutil.copytree(desk.folder / "older", folder)
        (folder / "raw.json").write_text(json.dumps(now))
        sheet = read_csv(folder / "claims.csv").astype(object)
        sheet.assign(note="Typed.").to_csv(folder / "claims.csv", index=False)

        def look() -> tuple[int, int]:
            there = {name: (folder / name).read_bytes() for name in news}
            notes = read_csv(folder / "claims.csv")["note"]
            assert set(notes) == {"Typed."}  # an editor's word, in the old sheet and in the new one
            del there["claims.csv"]
            assert all(there[name] in (olds[name], news[name]) for name in there)
            return sum(there[name] != news[name] for name in there), 0

        return Work(("report", "--project", labelled.title), look)

    for _ in kills(desk, pytestconfig, "report", make, first=first, least=40):
        assert json.loads((folder / "raw.json").read_text()) == now


# --------------------------------------------------------------------------- the server


@pytest.mark.soak
def test_a_server_killed_during_an_import_has_each_claim_once_after_the_next_push(
    template: Path, executable: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Kill it the longer after the call came in the further we are."""
    home = tmp_path / "studio"
    shutil.copytree(template, home)
    marked = " ".join(f"{{Line {number} of the list.}}" for number in range(400))
    running = local.start(home, executable=executable, port=own_port())
    try:
        for number, delay in enumerate((0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8)):
            title = f"Killed {number}"
            push_into_a_server_that_is_killed(running, title, marked, after=delay)
            os.waitpid(running.pid, 0)
            running = local.start(home, executable=executable)
            owner = connect(running.url, running.credentials.token)
            project, _ = push(owner, title, "claim", marked)
            lost, doubled = counted(count_of(owner, project), once(marked))
            write_down(pytestconfig, Row("SIGKILL of the server", 2, lost, doubled))
            assert (lost, doubled) == (0, 0)
    finally:
        local.stop(home)


def push_into_a_server_that_is_killed(running: Server, title: str, marked: str, *, after: float) -> None:
    """Push, and kill the server some seconds after the import came in."""
    with proxy_to(running.url) as proxy:

        def kill(method: str, path: str) -> None:
            if path.endswith("/import"):
                threading.Timer(after, os.killpg, (running.pid, signal.SIGKILL)).start()

        proxy.on_forward = kill
        through = connect(proxy.url, running.credentials.token)
        try:
            push(through, title, "claim", marked)
        except AnnotateError as error:
            assert re.search("again|annotate studio start", str(error))  # noqa: PT017 - it may also end well
