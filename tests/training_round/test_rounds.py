"""Training rounds on a real server: sent once, told after a section, compared, and counted nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from annotate.cli import screen_results
from annotate.report import read_csv
from annotate.studio import Client, Project, find_project, list_projects
from annotate.studio.format import results_of
from annotate.studio.local.accounts import session
from annotate.training_round import read_round
from tests.conftest import Reviewer
from tests.studio.work import Desk, transcript
from tests.training_round.conftest import New

pytestmark = pytest.mark.studio

Titles = Callable[[], str]
REBUILD = ("memory", "rebuild")
SENTENCES = [
    *(f"The tram on line {n} carried {n * 900} people in March." for n in range(1, 10)),
    *(f"Line {n} should be free for children." for n in range(11, 17)),
]
TRAMS = "The trams of Ulm Quay\n\n" + "\n\n".join(SENTENCES) + "\n"


def train(desk: Desk, person: Reviewer, *more: str) -> Project:
    """Send a round, and return its project."""
    code, said = desk.run("train-annotators", person.credentials.email, *more)
    assert code == 0, said
    url = desk.printed.rsplit(" ", 1)[-1].strip()
    return next(p for p in list_projects(desk.owner, training=True) if p.url == url)


def folder_of(desk: Desk, project: Project) -> Path:
    return desk.exports / project.key


def labels_of(desk: Desk, project: Project) -> dict[str, str]:
    training = read_round(folder_of(desk, project))
    assert training
    return {claim.claim_id: claim.label for claim in training.claims}


def answer(
    client: Client,
    task: Mapping[str, Any],
    labels: Mapping[str, str],
    wrong: Iterable[str] = (),
    *,
    seconds: float = 30.0,
) -> int:
    """Answer a section as decided, but for some claims, which become what they are not."""
    other = {"opinion": "checkable_fact", "checkable_fact": "opinion", "attributed_report": "opinion"}
    said = {
        claim["claim_id"]: {"label": other[label] if claim["claim_id"] in set(wrong) else label}
        for claim in task["data"]["claims"]
        for label in [labels[claim["claim_id"]]]
    }
    return client.answer(task["id"], results_of(dict(task), said), seconds=seconds)


def told(desk: Desk, person: Reviewer, project: Project, task: Mapping[str, Any]) -> httpx.Response:
    """Ask the server, in a person's session, what the desk decided on a section."""
    with session(person.credentials) as browser:
        cookies = dict(browser.cookies)
    query = {"project": str(project.number), "task": str(task["id"])}
    return httpx.get(f"{desk.studio.url}/claimdesk/training", params=query, cookies=cookies, trust_env=False)


def decided_project(desk: Desk, title: str, count: int = len(SENTENCES)) -> Project:
    """Push and pull an article of which an editor has decided some claims."""
    file = desk.folder / "trams.txt"
    file.write_text(TRAMS, encoding="utf-8")
    assert desk.run("push", str(file), "--project", title)[0] == 0
    project = find_project(desk.owner, title)
    assert desk.run("pull", "--project", title)[0] == 0
    assert desk.run("report", "--project", title)[0] == 0
    decide(desk, project, {n: "checkable_fact" if n < 9 else "opinion" for n in range(count)})
    return project


def decide(desk: Desk, project: Project, labels: Mapping[int, str]) -> None:
    file = desk.exports / project.key / "claims.csv"
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    head = lines[0].split(",")
    at = next(n for n, name in enumerate(head) if name.strip('"') == "decision")
    sheet = read_csv(file)
    sheet["decision"] = [labels.get(n, sheet["decision"][n]) for n in range(len(sheet))]
    sheet.to_csv(file, index=False)
    assert at
    code, said = desk.run("adjudicate", str(file), "--project", project.title)
    assert code == 0, said


# --------------------------------------------------------------------------- sending


def test_a_round_of_the_sample_is_sent_once(desk: Desk, newcomer: New) -> None:
    ada, bo = newcomer(), newcomer()
    project = train(desk, ada)
    assert project.title.startswith("Training: Nova Prentice")
    assert 3 <= len(project.title) <= 50
    tasks = list(desk.owner.tasks(project.number))
    assert [len(task["data"]["claims"]) for task in tasks] == [5, 5, 5, 5]
    assert "".join(task["data"]["text"] for task in tasks).count("Velmark closed its northern basin") == 1
    labels, training = labels_of(desk, project), read_round(folder_of(desk, project))
    assert training
    for task in tasks:  # nothing of what was decided is in a task
        for claim in task["data"]["claims"]:
            assert claim["suggestion"] is None
            assert claim["shown"] == "off"
        stored = json.dumps([task["data"], task["meta"]], ensure_ascii=False)
        assert not any(claim.note in stored or f'"{claim.label}"' in stored for claim in training.claims)
    assert train(desk, ada).number == project.number
    assert desk.printed.count("sent before, unchanged") == 1
    assert [task["id"] for task in desk.owner.tasks(project.number)] == [task["id"] for task in tasks]
    other = train(desk, bo)
    assert other.number != project.number
    assert labels_of(desk, other) == labels


def test_a_round_that_was_broken_off_is_completed(desk: Desk, newcomer: New) -> None:
    ada = newcomer()
    project = train(desk, ada)
    tasks = list(desk.owner.tasks(project.number))
    wanted = labels_of(desk, project)
    for task in tasks[2:]:
        desk.owner.delete_task(task["id"])
    (folder_of(desk, project) / "training.json").unlink()  # as on another computer
    desk.run("train-annotators", ada.credentials.email)
    sent = [c["claim_id"] for task in desk.owner.tasks(project.number) for c in task["data"]["claims"]]
    assert sorted(sent) == sorted(wanted)
    assert labels_of(desk, project) == wanted


def test_a_round_of_decided_claims(desk: Desk, newcomer: New, new_title: Titles) -> None:
    title, ada = new_title(), newcomer()
    source = decided_project(desk, title)
    project = train(desk, ada, "--from", title)
    labels = labels_of(desk, project)
    assert len(labels) == len(SENTENCES)
    assert [len(task["data"]["claims"]) for task in desk.owner.tasks(project.number)] == [5, 5, 5]
    desk.run("train-annotators", ada.credentials.email, "--from", title)
    tasks = desk.owner.export(project.number)
    wrong = next(iter(labels))
    for task in tasks:
        answer(ada.client, task, labels, [wrong])
    assert desk.run("train-annotators", "--results")[0] == 0
    (row,) = read_csv(desk.exports / "desk.training" / "results.csv").to_dict("records")
    assert (row["claims"], row["answered"], row["agree"], row["passed"]) == (15, 15, 14, "yes")
    assert row["seconds"] == 6.0
    assert row["from"] == title
    # the desk thinks again, and the newest decision counts
    assert desk.run("pull", "--project", title)[0] == 0
    assert desk.run("report", "--project", title)[0] == 0
    number = next(n for n, claim in enumerate(labels) if claim == wrong)
    decide(desk, source, {number: "opinion"})
    assert desk.run("pull", "--project", title)[0] == 0
    desk.capsys.readouterr()
    assert desk.run("train-annotators", "--results")[0] == 0
    (row,) = read_csv(desk.exports / "desk.training" / "results.csv").to_dict("records")
    assert row["agree"] == 15


def test_a_second_round_has_other_claims_and_comes_after_the_first(desk: Desk, newcomer: New) -> None:
    ada = newcomer()
    first = train(desk, ada)
    code, said = desk.run("train-annotators", ada.credentials.email, "--again")
    assert code == 6
    assert re.search(r"has not answered 20 claims of “Training: .*”: leave out --again, or wait", said)
    labels = labels_of(desk, first)
    for task in desk.owner.export(first.number):
        answer(ada.client, task, labels, list(labels)[:8])
    second = train(desk, ada, "--again")
    assert second.title.startswith("Training 2: ")
    assert not labels_of(desk, second).keys() & labels.keys()
    assert train(desk, ada).number == second.number
    assert desk.run("train-annotators", "--results")[0] == 0
    rows = read_csv(desk.exports / "desk.training" / "results.csv").to_dict("records")
    assert (rows[0]["round"], rows[0]["agree"], rows[0]["passed"]) == (1, 12, "no")
    assert rows[1]["answered"] == 0


# --------------------------------------------------------------------------- feedback


def test_the_page_tells_nothing_before_the_answer_and_nothing_to_others(desk: Desk, newcomer: New) -> None:
    ada, bo = newcomer(), newcomer()
    project = train(desk, ada)
    task, other, *_ = desk.owner.export(project.number)
    labels = labels_of(desk, project)
    wrong = task["data"]["claims"][0]["claim_id"]
    assert told(desk, ada, project, task).status_code == 204
    with session(bo.credentials) as browser:
        assert browser.get("/claimdesk/training?project=../&task=1").status_code == 204
    answer(bo.client, task, labels)
    assert told(desk, bo, project, task).status_code == 204
    assert told(desk, ada, project, task).status_code == 204
    number = answer(ada.client, task, labels, [wrong])
    assert (
        httpx.get(
            f"{desk.studio.url}/claimdesk/training?project={project.number}&task={task['id']}",
            trust_env=False,
        ).status_code
        == 204
    )  # nobody is logged in
    found = told(desk, ada, project, task)
    assert found.headers["cache-control"] == "no-store"
    feedback = found.json()
    assert (feedback["claims"], feedback["agree"]) == (5, 4)
    difference = next(each for each in feedback["differences"] if each["given"] != each["desk"])
    assert difference["text"] in task["data"]["text"]
    assert difference["note"]
    assert difference["questions"]
    assert told(desk, ada, project, other).status_code == 204
    # the answer is changed afterwards: the first one counts
    said = {claim["claim_id"]: {"label": labels[claim["claim_id"]]} for claim in task["data"]["claims"]}
    ada.client.rewrite(number, results_of(task, said))
    assert told(desk, ada, project, task).json()["agree"] == 4
    assert desk.run("train-annotators", "--results")[0] == 0
    rows = read_csv(desk.exports / "desk.training" / "results.csv").to_dict("records")
    assert [(row["answered"], row["agree"]) for row in rows] == [(5, 4)]


def test_a_skipped_section_tells_nothing(desk: Desk, newcomer: New) -> None:
    ada = newcomer()
    project = train(desk, ada)
    task = desk.owner.export(project.number)[0]
    ada.client.sdk.annotations.create(id=task["id"], result=[], was_cancelled=True)
    assert told(desk, ada, project, task).status_code == 204


def test_feedback_in_the_terminal_covers_rounds(desk: Desk, newcomer: New, new_title: Titles) -> None:
    ada, email = (person := newcomer()), person.credentials.email
    title = new_title()
    source = decided_project(desk, title)
    for task in desk.owner.export(source.number):
        labels = {claim["claim_id"]: "opinion" for claim in task["data"]["claims"]}
        answer(ada.client, task, labels)
    assert desk.run("pull", "--project", title)[0] == 0
    project = train(desk, ada)
    labels = labels_of(desk, project)
    for task in desk.owner.export(project.number):
        answer(ada.client, task, labels, list(labels)[:3])
    assert desk.run("train-annotators", "--results")[0] == 0
    assert desk.run("feedback", email)[0] == 0
    assert "Of 15 claims, you and the desk agree on 6." in desk.printed
    assert "Of 20 claims, you and the desk agree on 17." in desk.printed
    assert "Ruling: " in desk.printed
    assert desk.run("feedback", email, "--project", project.title)[0] == 0
    assert "Of 15 claims" not in desk.printed
    code, _ = desk.run("feedback", email, "--format", "html")
    assert code == 0
    pages = [Path(line) for line in desk.printed.split()]
    assert len(pages) == 2
    assert "of 20 claims" in pages[1].read_text().lower()
    assert desk.run("feedback", email, "--format", "csv")[0] == 0
    assert "decided by the desk" in desk.printed


def test_the_transcript_of_the_guide_is_what_the_command_prints(desk: Desk, newcomer: New) -> None:
    """The answers to the first sections are the desk's but for some claims; each takes 3.5 seconds."""
    for name, sections, misses in (("Ada Quarles", 4, 5), ("Bo Tremlett", 1, 1), ("Cleo Hadder", 4, 2)):
        person = newcomer(name)
        project = train(desk, person)
        labels, tasks = labels_of(desk, project), list(desk.owner.export(project.number))[:sections]
        ids = [claim["claim_id"] for task in tasks for claim in task["data"]["claims"]]
        wrong = ids[1 :: len(ids) // misses][:misses]
        for task in tasks:
            answer(person.client, task, labels, wrong, seconds=3.5)
    assert desk.run("train-annotators", "--results") == (0, "")
    lines = transcript("editors.md", "train-annotators --results")
    assert [line.rstrip() for line in desk.printed.splitlines()[: len(lines)]] == lines


# --------------------------------------------------------------------------- apart from the desk's figures


def figures(desk: Desk) -> list[object]:
    """Return what commands say of the only project, and of all projects."""
    said = []
    for command in (("report", "--all"), ("report",), ("evaluate",), ("learn", "--dry-run"), REBUILD):
        code, complaint = desk.run(*command)
        said += [command, code, complaint, desk.printed]
    tables = sorted((desk.exports / "desk.all").glob("*.csv"))
    return [*said, *(path.read_text() for path in tables)]


def test_rounds_count_in_no_figure_of_the_desk(desk: Desk, newcomer: New, new_title: Titles) -> None:
    ada, title = newcomer(), new_title()
    source = decided_project(desk, title)
    assert desk.run("pull", "--project", title)[0] == 0
    before = figures(desk)
    project = train(desk, ada)
    labels = labels_of(desk, project)
    for task in desk.owner.export(project.number):
        answer(ada.client, task, labels)
    assert desk.run("train-annotators", "--results")[0] == 0
    assert desk.run("pull", "--project", project.title)[0] == 0
    assert figures(desk) == before
    for command in ("report", "evaluate", "learn"):
        code, said = desk.run(command, "--project", project.title)
        assert code == 6, command
        assert "is a training round" in said
        assert "train-annotators --results" in said
    code, said = desk.run("push", str(desk.folder / "trams.txt"), "--project", project.title)
    assert code == 6
    assert "takes no articles" in said
    claim = next(iter(labels))
    file = desk.folder / "decide.csv"
    file.write_text(f"claim_id,decision\n{claim},opinion\n")
    code, said = desk.run("adjudicate", str(file), "--project", project.title)
    assert code == 6
    assert desk.run("studio", "users")[0] == 0
    assert "Training" not in desk.printed
    assert find_project(desk.owner, source.title).number == source.number


def test_a_desk_that_asks_for_it_names_who_has_not_passed(
    desk: Desk, newcomer: New, new_title: Titles
) -> None:
    names = "Aaron Abel", "Aaron Abbot"  # the line names the first ones alone
    ada, bo = map(newcomer, names)
    project = train(desk, ada)
    labels = labels_of(desk, project)
    for task in desk.owner.export(project.number):
        answer(ada.client, task, labels, list(labels)[:2])
    train(desk, bo)

    def push(*more: str) -> str:
        file = desk.folder / "trams.txt"
        file.write_text(TRAMS, encoding="utf-8")
        heard: list[str] = []
        desk.monkeypatch.setattr(screen_results.TERMINAL, "note", heard.append)
        assert desk.run("push", str(file), "--project", new_title(), *more)[0] == 0
        return "\n".join(heard)

    assert "training round" not in push()
    desk.monkeypatch.setenv("ANNOTATE_TRAINING", "true")
    (line,) = [line for line in push().splitlines() if "training round" in line]
    assert names[1] in line
    assert names[0] not in line
    assert "`annotate train-annotators NAME` sends it" in line
    assert "training round" not in push("--dry-run")


# --------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        ((), 2, "Missing argument NAME: annotate train-annotators NAME"),
        (
            ("Nobody At All",),
            5,
            r"no user of .* is called “Nobody At All” \(there: .*“Ada Brandt”.*studio invite NAME",
        ),
        (("Ada Brandt", "--from", "Nope"), 5, r"run `annotate pull` first"),
        (("--results", "--again"), 2, "--results sends nothing: leave out --from and --again"),
        (("--results",), 5, "there is no training round yet: `annotate train-annotators NAME` sends one"),
    ],
)
def test_bad_input(desk: Desk, reviewers: Any, command: tuple[str, ...], code: int, why: str) -> None:
    found, said = desk.run("train-annotators", *command)
    assert (found, said.count("\n")) == (code, 0)
    assert re.search(why, said)
    assert not list_projects(desk.owner, training=True)


def test_too_few_decided_claims(desk: Desk, newcomer: New, new_title: Titles) -> None:
    title, ada = new_title(), newcomer()
    decided_project(desk, title, count=3)
    code, said = desk.run("train-annotators", ada.credentials.email, "--from", title)
    assert code == 5
    assert re.search("has 3 decided claims, and a training round needs at least 5: decide more with", said)
    assert not list_projects(desk.owner, training=True)
