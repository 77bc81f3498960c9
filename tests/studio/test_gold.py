"""Gold on a real server: pushed once, whatever happens, read back everywhere the same, and in nobody's way."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from annotate.report import read_csv
from annotate.studio import Client, Project, find_project, origin_of
from annotate.studio.format import Layout, Task, claims_of, is_gold, results_of
from tests import steps
from tests.conftest import Reviewer
from tests.steps import Break
from tests.studio.work import Desk, Work, counted, transcript

pytestmark = [pytest.mark.studio, pytest.mark.timeout(900)]
LAYOUTS: list[Layout] = ["article", "claim"]

OLDER = """The weir at Tarn

The weir was built in 1911. It is an eyesore. The angler Ole Brandt said that it kills the trout.

The county pays 90,000 crowns a year for it. Nobody needs it. A pump would cost half of that, says the mill.

Two children fell in last summer. The fence is a joke. The clerk said that a new one was ordered.
"""
NEWER = """A bus for the hill

The bus began to run on 2 May. It is always late. The driver said that the road was too narrow.

Forty people use it each day. The fare is far too high. It costs three crowns.

# Sundays

No bus runs on Sundays. The priest asked for one twice. That was brave of him.
"""
FERRY = """A ferry for the sound

The ferry to Lom sails at six. It takes 40 cars. The captain said that the ramp was rotten. It is a sorry sight.

The new ramp costs 2 million crowns. The council will not pay for it. That is short-sighted. The harbour master wrote
that it would last for 30 years.

Bakers and teachers cross each morning. They deserve better. One of them has counted the delays since March. There were
61. The owner denied that number. Nobody believes him.
"""


@pytest.fixture
def older(
    desk: Desk, owner: Client, reviewers: tuple[Reviewer, Reviewer], new_title: Callable[[], str]
) -> Project:
    """Return a pulled project in which an editor decided each claim, all of which the first reviewer judged."""
    title = new_title()
    file = desk.folder / f"older-{title.split()[-1]}.txt"
    file.write_text(OLDER, encoding="utf-8")
    assert desk.run("push", str(file), "--project", title)[0] == 0
    project = find_project(owner, title)
    answer(owner, reviewers[0], project)
    decide(desk, project, "opinion")
    return project


def answer(owner: Client, reviewer: Reviewer, project: Project, label: str = "opinion") -> None:
    """Give one label to all claims of a project."""
    for task in owner.export(project.number):
        said = {claim.claim_id: {"label": label} for claim in claims_of(task)}
        reviewer.client.answer(int(task["id"]), results_of(task, said), seconds=2.0)


def decide(desk: Desk, project: Project, label: str, *, every: int = 1) -> None:
    """Decide all claims of a project, or the first of every so many, and pull it."""
    assert desk.run("pull", "--project", project.title)[0] == 0
    assert desk.run("report", "--project", project.title)[0] == 0
    sheet = read_csv(desk.exports / project.key / "claims.csv")
    sheet["decision"] = [label if at % every == 0 else None for at in range(len(sheet))]
    path = desk.folder / "decided.xlsx"
    sheet.to_excel(path, index=False)
    code, told = desk.run("adjudicate", "--project", project.title, str(path), "--editor", "Mara Ek")
    assert code == 0, told
    assert desk.run("pull", "--project", project.title)[0] == 0


def newer(desk: Desk, text: str = NEWER) -> str:
    file = desk.folder / "newer.txt"
    file.write_text(text, encoding="utf-8")
    return str(file)


def gold_in(owner: Client, project: Project) -> list[Task]:
    return [task for task in owner.tasks(project.number) if is_gold(task)]


def decided_in(tasks: list[Task]) -> Counter[str]:
    origins = [origin_of(task) for task in tasks]
    return Counter(claim.claim_id for origin in origins if origin for claim in origin.decided.values())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_share_is_kept_however_often_it_is_pushed(
    desk: Desk, owner: Client, older: Project, new_title: Callable[[], str], layout: Layout
) -> None:
    title = new_title()
    command = ("push", newer(desk), "--project", title, "--layout", layout)
    assert desk.run(*command, "--gold", "0.2")[0] == 0
    project = find_project(owner, title)
    claims = [c for task in owner.tasks(project.number) if not is_gold(task) for c in claims_of(task)]
    wanted = int(0.2 * len(claims) + 0.5)
    first = decided_in(gold_in(owner, project))
    assert len(first) >= wanted if layout == "article" else len(first) == wanted
    for again in ("0.2", "0", ""):
        assert desk.run(*command, *(("--gold", again) if again else ()))[0] == 0
        assert decided_in(gold_in(owner, project)) == first
    assert desk.run(*command, "--gold", "0.5")[0] == 0
    more = decided_in(gold_in(owner, project))
    assert first < more
    assert set(more.values()) == {1}
    positions = [task["data"]["position"].split(",")[0] for task in owner.tasks(project.number)]
    assert len(set(positions)) == len(positions)


def test_the_transcript_of_the_guide_is_what_the_push_says(desk: Desk, owner: Client) -> None:
    desk.monkeypatch.chdir(desk.folder)
    Path("weir.txt").write_text(OLDER, encoding="utf-8")
    Path("ferry.txt").write_text(FERRY, encoding="utf-8")
    assert desk.run("push", "weir.txt", "--project", "Weir")[0] == 0
    decide(desk, find_project(owner, "Weir"), "opinion", every=2)
    command = "push ferry.txt --gold 0.2"
    assert desk.run(*command.split())[0] == 0
    said = [*desk.noted.splitlines(), *desk.printed.splitlines()]
    lines = transcript("editors.md", command)
    assert [re.sub(r"http\S+", "address", line) for line in said] == [
        re.sub(r"http\S+", "address", line) for line in lines
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_gold_is_read_back_on_any_machine_and_counts_nowhere_else(
    desk: Desk,
    owner: Client,
    older: Project,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
    tmp_path: Path,
    layout: Layout,
) -> None:
    title = new_title()
    assert desk.run("push", newer(desk), "--project", title, "--layout", layout, "--gold", "0.3")[0] == 0
    project = find_project(owner, title)
    gold = decided_in(gold_in(owner, project)).total()
    for reviewer in reviewers:
        answer(owner, reviewer, project)
    own = sum(len(claims_of(task)) for task in owner.tasks(project.number) if not is_gold(task))
    assert desk.run("pull", "--project", title)[0] == 0
    assert f"{2 * own} judgements by 2 annotators on {own} claims" in desk.printed
    tables = []
    for _ in range(2):
        assert desk.run("report", "--project", title)[0] == 0
        tables.append((desk.exports / project.key / "gold.csv").read_bytes())
        shutil.rmtree(desk.exports, ignore_errors=True)  # then as on a machine that pulls only this project
        assert desk.run("pull", "--project", title)[0] == 0
    assert tables[0] == tables[1]
    folder = desk.exports / project.key
    assert desk.run("report", "--project", title)[0] == 0
    table = read_csv(folder / "gold.csv")
    assert table["annotator"].unique().tolist() == ["Bo Silva"]  # the other one had judged the claims before
    assert table.iloc[0][["claims", "agreeing"]].tolist() == [gold, gold]
    assert len(read_csv(folder / "claims.csv")) == own
    assert desk.run("studio", "users")[0] == 0
    assert f"{own} of {own}" in desk.printed
    assert desk.run("feedback", "--project", title, "--format", "csv")[0] == 0
    assert OLDER.split(". ")[1] not in desk.printed


def test_no_claim_is_mixed_twice_into_a_project(
    desk: Desk, owner: Client, older: Project, new_title: Callable[[], str]
) -> None:
    title, files = new_title(), [newer(desk), str(desk.folder / "tram.txt")]
    Path(files[1]).write_text(NEWER.replace("bus", "tram").replace("Bus", "Tram"), encoding="utf-8")
    command = ("push", "--project", title, "--layout", "claim", "--gold", "0.4")
    assert desk.run(*command, *files)[0] == 0
    project = find_project(owner, title)
    first = decided_in(gold_in(owner, project))
    assert len(first) > 5
    assert set(first.values()) == {1}
    assert desk.run("pull", "--project", title)[0] == 0
    third = desk.folder / "train.txt"
    third.write_text(NEWER.replace("bus", "train").replace("Bus", "Train"), encoding="utf-8")
    assert desk.run(*command, str(third))[0] == 0
    assert set(decided_in(gold_in(owner, project)).values()) == {1}


def test_gold_goes_out_in_the_order_of_work(
    desk: Desk, owner: Client, older: Project, new_title: Callable[[], str]
) -> None:
    title = new_title()
    command = ("push", newer(desk), "--project", title, "--layout", "claim", "--order", "uncertain")
    assert desk.run(*command, "--gold", "0.4")[0] == 0
    tasks = list(owner.tasks(find_project(owner, title).number))
    assert any(map(is_gold, tasks))
    assert {tuple(task["data"]) for task in tasks} == {tuple(tasks[0]["data"])}
    priorities = [float(task["data"]["priority"]) for task in tasks]
    assert priorities == sorted(priorities, reverse=True)
    carrier = [number for number, task in enumerate(tasks) if "article" in task["meta"]]
    assert carrier == [max(number for number, task in enumerate(tasks) if not is_gold(task))]


def test_decisions_that_changed_and_articles_that_were_corrected(
    desk: Desk,
    owner: Client,
    older: Project,
    reviewers: tuple[Reviewer, Reviewer],
    new_title: Callable[[], str],
) -> None:
    title = new_title()
    assert desk.run("push", newer(desk), "--project", title, "--layout", "claim", "--gold", "0.5")[0] == 0
    project = find_project(owner, title)
    answer(owner, reviewers[1], project)
    file = next(desk.folder.glob("older-*.txt"))
    file.write_text(OLDER.replace("an eyesore", "a monument").replace("a joke", "a shame"), encoding="utf-8")
    assert desk.run("push", str(file), "--project", older.title)[0] == 0
    decide(desk, older, "checkable_fact")
    assert desk.run("pull", "--project", title)[0] == 0
    assert desk.run("report", "--project", title)[0] == 0
    page = (desk.exports / project.key / "report.html").read_text(encoding="utf-8")
    assert "decision was changed or taken back since: not counted." in page
    assert "Nobody has judged one of them yet." in page
    # claims whose words are gone are not mixed into a further article
    third = desk.folder / "third.txt"
    third.write_text(NEWER.replace("bus", "tram").replace("Bus", "Tram"), encoding="utf-8")
    assert (
        desk.run("push", str(third), "--project", new_title(), "--gold", "0.5", "--layout", "claim")[0] == 0
    )
    texts = {
        claim.text
        for task in gold_in(owner, find_project(owner, _newest(owner)))
        for claim in claims_of(task)
    }
    assert texts
    assert not any("eyesore" in text or "joke" in text for text in texts)


def _newest(owner: Client) -> str:
    return str(max(owner.projects(), key=lambda row: int(row["id"]))["title"])


def test_what_cannot_be_mixed_in_is_said_before_anything_is_sent(
    desk: Desk, owner: Client, older: Project, new_title: Callable[[], str]
) -> None:
    title, before = new_title(), len(owner.projects())
    file = next(desk.folder.glob("older-*.txt"))
    code, told = desk.run("push", str(file), "--project", title, "--gold", "0.1")
    assert code == 5
    assert "all decided claims of the desk are of this article itself" in told
    shutil.rmtree(desk.exports)
    code, told = desk.run("push", newer(desk), "--project", title, "--gold", "0.1")
    assert code == 5
    assert "no pulled project" in told
    assert desk.run("push", newer(desk), "--project", title, "--gold", "0.6")[0] == 2
    assert len(owner.projects()) == before


def test_the_setting_alone_stops_no_push(
    desk: Desk, owner: Client, new_title: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk.folder / "configs").mkdir()
    (desk.folder / "configs" / "annotate.toml").write_text("[push]\ngold = 0.1\n", encoding="utf-8")
    monkeypatch.chdir(desk.folder)
    title = new_title()
    assert desk.run("push", newer(desk), "--project", title)[0] == 0
    assert not gold_in(owner, find_project(owner, title))


@pytest.mark.soak
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_push_with_gold_killed_at_any_step_is_ended_by_the_next(
    desk: Desk, owner: Client, older: Project, new_title: Callable[[], str], layout: Layout
) -> None:
    def texts(title: str) -> Counter[str]:
        rows = [row for row in owner.projects() if row["title"] == title]
        assert len(rows) <= 1, "a project was made twice"
        tasks = owner.tasks(int(rows[0]["id"])) if rows else ()
        return Counter(claim.text for task in tasks for claim in claims_of(task))

    def pushing() -> Work:
        title = new_title()
        command = ("push", newer(desk), "--project", title, "--layout", layout, "--gold", "0.3")
        return Work(command, lambda: counted(texts(title), wanted))

    wanted = Counter[str]()
    whole = pushing()
    assert desk.run(*whole.command)[0] == 0
    wanted = texts(whole.command[3])
    at = 2
    while True:
        work = pushing()
        code, told = steps.run(desk.process(*work.command), Break(at=at))
        if code == 0:
            break
        assert work.lost_and_doubled()[1] == 0, f"doubled after a kill at step {at}"
        code, told = steps.run(desk.process(*work.command))
        assert code == 0, f"after a kill at step {at}: {told}"
        assert work.lost_and_doubled() == (0, 0), f"after a kill at step {at}"
        at += 5
    assert at > 20, "the command had fewer steps than it has to have"
