"""The order in which tasks go out, on a real Label Studio: what annotators get from its stream, one by one."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from annotate import workflows
from annotate.config import load_settings
from annotate.report import claims_table, pulled_folder, read_answers, read_raw
from annotate.studio import Client, add_user, connect
from annotate.studio.format import claims_of, results_of
from annotate.studio.local import server as local
from annotate.workflows import Progress
from tests.conftest import Reviewer, own_port
from tests.proxy import Fault
from tests.studio.work import HASTY, Desk

pytestmark = pytest.mark.studio

LINE = re.compile(r" *\d+  \d\.\d{3}  (?P<words>.*) \(.*\)")
ROOT = Path(__file__).parents[2]
Titles = Callable[[], str]
People = tuple[Reviewer, Reviewer]

DOCK = """The dock at Selm

The port of Selm lost 1,400 jobs in 2021, and its owners blame the new lock. It was a foolish thing to build.

The lock cost 96 million crowns, said Jan Korb. Nobody else believes that figure. The council should act.

The old channel was closed in 1974. It was beautiful.
"""
FIRST = "The port of Selm lost 1,400 jobs in 2021,"
TRAM = """The tram to Orlo

The council bought 14 trams in 2016 for 31 million crowns. They are late.

People close to the board say the line may close. It would be a pity.
"""
#: What the page sends for “Label All Tasks”, and for “Label Tasks As Displayed” in a list sorted by nothing.
ALL: dict[str, Any] = {}
AS_DISPLAYED: dict[str, Any] = {"ordering": [], "filters": {"conjunction": "and", "items": []}}
BY_PRIORITY: dict[str, Any] = {**AS_DISPLAYED, "ordering": ["-tasks:data.priority"]}


def next_task(client: Client, number: int, stream: dict[str, Any]) -> dict[str, Any] | None:
    """Return the task that the stream gives, which is then locked for this person; `None` where none is left."""
    response = client.sdk._client_wrapper.httpx_client.request(
        f"api/dm/actions?id=next_task&project={number}", method="POST", json=stream
    )
    assert response.status_code in (200, 404)
    return dict(response.json()) if response.status_code == 200 else None


def label_next(client: Client, number: int, stream: dict[str, Any], label: str = "opinion") -> str | None:
    """Label the task that the stream gives, and return the words of its claim."""
    task = next_task(client, number, stream)
    if task is None:
        return None
    said = {claim.claim_id: {"label": label} for claim in claims_of(task)}
    client.answer(task["id"], results_of(task, said), seconds=1.0)
    return str(task["data"]["claim"])


def number_of(desk: Desk, title: str) -> int:
    return next(int(row["id"]) for row in desk.owner.projects() if row["title"] == title)


def article(desk: Desk, text: str, name: str = "dock.txt") -> str:
    (desk.folder / name).write_text(text, encoding="utf-8")
    return str(desk.folder / name)


def push(desk: Desk, title: str, order: str, *more: str) -> list[str]:
    """Push in an order; return the claims in the order that the dry run before it listed."""
    command = ("push", "--project", title, "--layout", "claim", "--order", order, *more)
    assert desk.run(*command, "--dry-run") == (0, "")
    wanted = listed(desk)
    assert desk.run(*command) == (0, "")
    return wanted


def listed(desk: Desk) -> list[str]:
    """Return the claims that a dry run just listed."""
    lines = (LINE.fullmatch(line) for line in desk.printed.splitlines())
    return [line["words"] for line in lines if line]


def sent(desk: Desk, title: str) -> list[str]:
    """Return the claims in the order of their tasks' ids."""
    tasks = sorted(desk.owner.tasks(number_of(desk, title)), key=lambda task: int(task["id"]))
    return [" ".join(task["data"]["claim"].split()) for task in tasks]


@pytest.mark.parametrize("order", ["uncertain", "check-worthy"])
def test_two_annotators_share_the_claims_in_the_order_that_was_shown(
    desk: Desk, new_title: Titles, reviewers: People, order: str
) -> None:
    title, (ada, bo) = new_title(), reviewers
    wanted = push(desk, title, order, "--annotators", "1", "--blind", "0.4", article(desk, DOCK))
    assert sent(desk, title) == wanted
    assert len(set(wanted)) == len(wanted) > 6
    number = number_of(desk, title)
    came = [label_next((ada, bo)[turn % 2].client, number, ALL) for turn in range(len(wanted))]
    assert came == wanted
    assert next_task(ada.client, number, ALL) is None
    shown = {claims["shown"] for task in desk.owner.tasks(number) for claims in task["data"]["claims"]}
    assert shown == {"hint", "blind"}  # blind ones have a place as the others do


def test_with_two_answers_a_claim_all_have_the_order_as_displayed(
    desk: Desk, new_title: Titles, reviewers: People
) -> None:
    title, (ada, bo) = new_title(), reviewers
    wanted = push(desk, title, "uncertain", "--annotators", "2", article(desk, DOCK))
    number, first = number_of(desk, title), wanted[:4]
    assert [label_next(ada.client, number, AS_DISPLAYED) for _ in first] == first
    assert [label_next(bo.client, number, AS_DISPLAYED) for _ in wanted] == wanted
    assert [label_next(ada.client, number, AS_DISPLAYED) for _ in wanted[4:]] == wanted[4:]


def test_label_all_tasks_gives_followers_what_others_began_and_never_jumps_ahead(
    desk: Desk, new_title: Titles, reviewers: People
) -> None:
    title, (ada, bo) = new_title(), reviewers
    wanted = push(desk, title, "check-worthy", "--annotators", "2", article(desk, DOCK))
    number = number_of(desk, title)
    assert [label_next(ada.client, number, ALL) for _ in range(4)] == wanted[:4]
    followed = [label_next(bo.client, number, ALL) for _ in range(4)]
    assert sorted(map(str, followed)) == sorted(wanted[:4])  # in any order among themselves
    assert [label_next(bo.client, number, ALL) for _ in wanted[4:]] == wanted[4:]


def test_claims_of_several_articles_go_out_together(desk: Desk, new_title: Titles) -> None:
    title = new_title()
    files = article(desk, DOCK), article(desk, TRAM, "tram.txt")
    wanted = push(desk, title, "check-worthy", *files)  # in calls of three tasks
    assert sent(desk, title) == wanted
    first = [task["data"]["article_id"] for task in desk.owner.tasks(number_of(desk, title))][:3]
    assert {each.rpartition("-")[2] for each in first} == {"dock", "tram"}
    assert desk.run("push", "--project", title, "--layout", "claim", *files) == (0, "")
    assert sent(desk, title) == wanted
    assert "0 claims sent" in desk.printed


def test_the_next_day_another_article_and_another_order(
    desk: Desk, new_title: Titles, reviewers: People
) -> None:
    title, (ada, bo) = new_title(), reviewers
    file = article(desk, DOCK)
    first = push(desk, title, "check-worthy", "--annotators", "2", file)
    number = number_of(desk, title)
    for _ in range(3):
        label_next(ada.client, number, AS_DISPLAYED, "opinion")
        label_next(bo.client, number, AS_DISPLAYED, "checkable_fact")
    assert desk.run("pull", "--project", title) == (0, "")
    # The same article in another order: nothing is sent, and a line says so.
    again = ("push", "--project", title, "--layout", "claim", "--order", "uncertain", file)
    assert desk.run(*again, "--dry-run") == (0, "")
    assert sent(desk, title) == first
    # Another article: what is open goes out before it, and disagreement so far counts.
    second = push(desk, title, "check-worthy", article(desk, TRAM, "tram.txt"))
    assert sent(desk, title) == first + second
    assert label_next(ada.client, number, AS_DISPLAYED) == first[3]
    # A list sorted by the column goes across both pushes.
    rest = {task["data"]["claim"]: task["data"]["priority"] for task in desk.owner.tasks(number)}
    came = [label_next(bo.client, number, BY_PRIORITY) for _ in range(len(first) + len(second) - 3)]
    priorities = [rest[str(words)] for words in came]
    assert priorities == sorted(priorities, reverse=True)
    # A correction sends the new sentence alone, behind all others.
    changed = article(desk, DOCK.replace("It was beautiful.", "It was beautiful. It was 31 metres wide."))
    assert push(desk, title, "uncertain", changed) == ["It was 31 metres wide."]
    assert sent(desk, title) == [*first, *second, "It was 31 metres wide."]
    last = max(desk.owner.tasks(number), key=lambda task: int(task["id"]))
    assert "annotators differ in" in last["data"]["order_reason"]


def test_what_the_desk_knows_of_claims_counts(desk: Desk, new_title: Titles, reviewers: People) -> None:
    title, file = new_title(), article(desk, DOCK)
    push(desk, title, "check-worthy", "--annotators", "2", file)
    number = number_of(desk, title)
    for reviewer, label in zip(reviewers, ("opinion", "checkable_fact"), strict=True):
        assert label_next(reviewer.client, number, AS_DISPLAYED, label) == FIRST
    assert desk.run("pull", "--project", title) == (0, "")
    # Another article says the same: that is remembered.
    repeats = article(desk, TRAM + "\nThe port of Selm lost 1,400 jobs in 2021. It rained.\n", "tram.txt")
    push(desk, title, "check-worthy", repeats)
    reasons = {task["data"]["claim"]: task["data"]["order_reason"] for task in desk.owner.tasks(number)}
    assert "similar to an earlier claim" in reasons["The port of Selm lost 1,400 jobs in 2021."]
    assert "similar" not in reasons["It rained."] + reasons[FIRST]
    # A claim that goes out again was disputed before.
    disputed = next(task for task in desk.owner.tasks(number) if task["data"]["claim"] == FIRST)
    desk.owner.delete_task(disputed["id"])
    again = ("push", "--project", title, "--layout", "claim", "--order", "check-worthy", "--force", file)
    assert desk.run(*again) == (0, "")
    newest = max(desk.owner.tasks(number), key=lambda task: int(task["id"]))["data"]
    assert newest["claim"] == FIRST
    assert "disputed" in newest["order_reason"]


class Notes(Progress):
    """Keeps what a push says."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


def test_a_line_says_that_claims_keep_their_places(desk: Desk, new_title: Titles) -> None:
    title, file = new_title(), article(desk, DOCK)
    first = push(desk, title, "check-worthy", file)
    told = []
    for each in (file, article(desk, TRAM, "tram.txt")):
        settings = load_settings(layout="claim", order="uncertain")
        workflows.push(each, project=title, settings=settings, progress=(heard := Notes()))
        told.append(heard.notes)
    keeps = f"The claims that “{title}” has keep their places"
    assert told == [
        [f"{keeps}; there are no new ones."],
        [f"{keeps}; new ones go out behind them, uncertain first."],
    ]
    assert sent(desk, title)[: len(first)] == first


@pytest.mark.parametrize(
    "fault", [Fault("before", 503), Fault("after", 504), Fault("after", kind="reset")], ids=str
)
def test_a_broken_push_goes_on_in_the_order(desk: Desk, new_title: Titles, fault: Fault) -> None:
    title, file = new_title(), article(desk, DOCK)
    command = ("push", "--project", title, "--layout", "claim", "--order", "check-worthy", file)
    assert desk.run(*command, "--dry-run") == (0, "")
    wanted = listed(desk)
    desk.proxy.faults = [fault]
    desk.run(*command, through=True, policy=HASTY)
    assert desk.run(*command) == (0, "")
    assert sent(desk, title) == wanted


def test_the_transcript_of_the_guide_is_what_the_command_prints(desk: Desk) -> None:
    command = re.compile(
        r"^    \$ annotate (push .*--order .*) \| head -(\d+)\n((?:    .*\n)+)", re.MULTILINE
    )
    match = command.search((ROOT / "docs/operators.md").read_text(encoding="utf-8"))
    assert match
    desk.monkeypatch.chdir(ROOT)
    assert desk.run(*shlex.split(match[1])) == (0, "")
    printed = desk.printed.splitlines()[: int(match[2])]
    assert printed == [line.removeprefix("    ") for line in match[3].splitlines()]


def test_tables_have_the_order_and_its_reason(desk: Desk, new_title: Titles) -> None:
    title = new_title()
    wanted = push(desk, title, "check-worthy", article(desk, DOCK))
    assert desk.run("pull", "--project", title) == (0, "")
    raw = read_raw(pulled_folder(load_settings().exports, title))
    table = claims_table(read_answers(raw))
    assert table["position"].tolist() == list(range(1, len(wanted) + 1))  # rows stay in reading order
    by_place = table.sort_values("order")
    assert [" ".join(words.split()) for words in by_place["claim"]] == wanted
    assert by_place["order_reason"].iloc[0].startswith("has 2 figures, in the lead")


@pytest.fixture
def own_desk(desk: Desk, template: Path, executable: Path, tmp_path: Path) -> Iterator[tuple[Desk, Path]]:
    """Return a desk with a Label Studio that may be stopped, and its folder."""
    home = tmp_path / "own"
    shutil.copytree(template, home)
    desk.studio = local.start(home, executable=executable, port=own_port())
    desk.owner = connect(desk.studio.url, desk.studio.credentials.token)
    yield desk, home
    local.stop(home)


def test_the_order_outlives_a_restart_and_a_colleague_joins(
    own_desk: tuple[Desk, Path], executable: Path
) -> None:
    desk, home = own_desk
    wanted = push(desk, "After a restart", "uncertain", "--annotators", "1", article(desk, DOCK))
    number = number_of(desk, "After a restart")
    cleo = add_user(desk.studio.credentials, "Cleo Ferris")
    assert label_next(connect(cleo.url, cleo.token), number, ALL) == wanted[0]
    local.stop(home)
    desk.studio = local.start(home, executable=executable)
    dan = add_user(desk.studio.credentials, "Dan Oke")
    came = [label_next(connect(desk.studio.url, each.token), number, ALL) for each in (dan, cleo, dan)]
    assert came == wanted[1:4]
    assert json.loads((home / "server.json").read_text())["port"]
