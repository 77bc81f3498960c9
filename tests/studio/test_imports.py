"""Imported labels in a real Label Studio: a person's own judgements, each once, and nobody's written over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from annotate import import_labels, load_settings
from annotate.report import judgements_frame, read_csv
from annotate.studio import Project, answers, find_project, pull_project
from annotate.studio.format import Layout, claims_of, results_of
from tests import steps
from tests.conftest import Reviewer
from tests.proxy import Fault
from tests.pulls import project_folders
from tests.steps import Break
from tests.studio.test_people import hire
from tests.studio.work import ARTICLE, CORRECTED, HASTY, Desk

pytestmark = pytest.mark.studio
Titles = Callable[[], str]
BOTH = pytest.mark.parametrize("layout", ["article", "claim"])

VOTED = "It voted for the new quay, said Ana Ruiz."
ABSENT, COSTS, PLAN = "The mayor was absent.", "The quay costs two million crowns.", "It is a bad plan."
LABELLED = {VOTED: "Attributed report", ABSENT: "Checkable fact", COSTS: "Checkable fact", PLAN: "Opinion"}


def doccano(
    desk: Desk, given: dict[str, str] = LABELLED, *, text: str = ARTICLE, name: str = "d.jsonl"
) -> str:
    places = [[text.index(words), text.index(words) + len(words), label] for words, label in given.items()]
    file = desk.folder / name
    file.write_text(json.dumps({"id": 1, "text": text, "label": places}) + "\n", encoding="utf-8")
    return str(file)


def brat(desk: Desk, given: dict[str, str] = LABELLED) -> str:
    folder = desk.folder / "brat"
    folder.mkdir()
    lines = [
        f"T{n}\t{label.replace(' ', '_')} {ARTICLE.index(words)} {ARTICLE.index(words) + len(words)}\t{words}\n"
        for n, (words, label) in enumerate(given.items(), 1)
    ]
    at = ARTICLE.index("Ana Ruiz")
    lines += [f"T9\tsource {at} {at + 8}\tAna Ruiz\n", "R1\tsaid_by Arg1:T1 Arg2:T9\n"]
    (folder / "quay.ann").write_text("".join(lines), encoding="utf-8")
    (folder / "quay.txt").write_text(ARTICLE, encoding="utf-8")
    return str(folder)


def pushed(desk: Desk, title: str, layout: Layout, *more: str) -> Project:
    code, said = desk.run("push", desk.article(), "--project", title, "--layout", layout, *more)
    assert code == 0, said
    return find_project(desk.owner, title)


def votes(desk: Desk, project: Project) -> pd.DataFrame:
    frame = judgements_frame(pull_project(desk.owner, project))
    return frame[frame["counted"] == "yes"]


def by_words(frame: pd.DataFrame, person: str) -> dict[str, str]:
    rows = frame[frame["annotator"] == person]
    assert not rows["claim_id"].duplicated().any()
    return dict(zip(rows["claim"], rows["label"], strict=True))


def names(given: dict[str, str]) -> dict[str, str]:
    return {words: label.lower().replace(" ", "_") for words, label in given.items()}


def annotations(desk: Desk, project: Project) -> list[dict[str, Any]]:
    return [a for task in desk.owner.export(project.number) for a in task["annotations"]]


@BOTH
def test_labels_become_judgements_of_a_person_of_their_own(
    desk: Desk, new_title: Titles, reviewers: tuple[Reviewer, Reviewer], layout: Layout
) -> None:
    title = new_title()
    project = pushed(desk, title, layout, "--suggestions", "hint")
    person = f"Ída Ng {project.number}"
    code, said = desk.run("import", brat(desk), "--as", person, "--project", title)
    assert (code, said) == (0, "")
    assert desk.printed == (
        f"{desk.folder}/brat (brat): 4 of 4 spans are claims\n  left out by its label: source (1)\n"
        f"4 judgements of {person} written into “{title}”, 0 there before\n"
    )
    (folder,) = project_folders(desk.exports)
    frame = read_csv(folder / "judgements.csv")
    mine = frame[(frame["annotator"] == person) & (frame["counted"] == "yes")]
    assert by_words(mine, person) == names(LABELLED)
    assert set(mine["shown"]) == {"off"}  # no suggestion was seen
    assert set(mine["seen_others"].fillna("")) == {""}
    assert mine.set_index("claim").loc[VOTED, "source"] == "Ana Ruiz"
    assert all(len(task["annotations"]) <= 1 for task in desk.owner.export(project.number))

    # somebody else is shown the claims all the same, and agreement counts both
    for task in desk.owner.export(project.number):
        given = {c.claim_id: {"label": "opinion"} for c in claims_of(task)}
        reviewers[0].client.answer(task["id"], results_of(task, given))
    assert desk.run("pull", "--project", title)[0] == 0
    assert desk.run("report", "--project", title)[0] == 0
    figures = json.loads((folder / "agreement.json").read_text(encoding="utf-8"))
    assert set(figures["by_annotator"]) == {person, "Ada Brandt"}


@BOTH
def test_a_ruling_is_read_and_stays_when_more_labels_come(
    desk: Desk, new_title: Titles, layout: Layout
) -> None:
    title = new_title()
    project, person = pushed(desk, title, layout), f"Ros {title}"
    first = Path(brat(desk, {VOTED: "Attributed report", ABSENT: "Checkable fact"})) / "quay.ann"
    with first.open("a", encoding="utf-8") as file:
        file.write("A1\truling T1 c\nA2\truling T2 Q\n")
    command = ("--as", person, "--project", title)
    assert desk.run("import", str(first.parent), *command)[0] == 0
    assert "  ruling left out, which the project does not offer: Q (1)\n" in desk.printed
    assert desk.run("import", doccano(desk), *command)[0] == 0
    mine = votes(desk, project).set_index("claim")
    assert mine.loc[VOTED, ["label", "ruling", "source"]].tolist() == ["attributed_report", "C", "Ana Ruiz"]
    assert by_words(mine.reset_index(), person) == names(LABELLED)
    assert set(mine["ruling"].fillna("")) == {"C", ""}


@BOTH
def test_the_same_import_changes_nothing_and_a_longer_one_adds_what_is_new(
    desk: Desk, new_title: Titles, layout: Layout
) -> None:
    title = new_title()
    project = pushed(desk, title, layout)
    person, some = f"Eve {project.number}", {VOTED: "Attributed report", PLAN: "Opinion"}
    command = ("--as", person, "--project", title)
    assert desk.run("import", doccano(desk, some), *command)[0] == 0
    first = annotations(desk, project)
    assert desk.run("import", doccano(desk, some), *command)[0] == 0
    assert f"0 judgements of {person} written into “{title}”, 2 there before\n" in desk.printed
    assert annotations(desk, project) == first

    assert desk.run("import", doccano(desk), *command)[0] == 0
    assert "2 judgements of" in desk.printed
    assert ", 2 there before\n" in desk.printed
    frame = votes(desk, project)
    assert by_words(frame, person) == names(LABELLED)
    assert set(frame["shown"]) == {"off"}
    assert set(frame["seen_others"].fillna("")) == {""}
    assert {a["id"] for a in first} <= {a["id"] for a in annotations(desk, project)}
    assert len([user for user in desk.owner.users() if user["first_name"] == person]) == 1


@BOTH
def test_no_answer_is_written_over(
    desk: Desk, new_title: Titles, reviewers: tuple[Reviewer, Reviewer], layout: Layout
) -> None:
    title = new_title()
    project = pushed(desk, title, layout)
    bo = reviewers[1]
    said = {}
    for task in desk.owner.export(project.number):
        for claim in claims_of(task):
            if claim.text in {VOTED, PLAN}:
                said[task["id"]] = {**said.get(task["id"], {}), claim.claim_id: {"label": "opinion"}}
    for task in desk.owner.export(project.number):
        if task["id"] in said:
            bo.client.answer(task["id"], results_of(task, said[task["id"]]))
    before = {a["id"]: (a["result"], a["updated_at"]) for a in annotations(desk, project)}
    assert desk.run("import", doccano(desk), "--as", "bo silva", "--project", title)[0] == 0
    after = {a["id"]: (a["result"], a["updated_at"]) for a in annotations(desk, project)}
    assert before.items() <= after.items()
    own = by_words(votes(desk, project), "Bo Silva")
    assert own[VOTED] == "opinion"
    # the claim layout has an annotation for each claim; in the article layout Bo answered a whole section
    assert own == (
        {VOTED: "opinion", PLAN: "opinion"} if layout == "article" else names({**LABELLED, VOTED: "Opinion"})
    )
    assert {a["completed_by"] for a in annotations(desk, project)} == {bo.number}


def test_what_a_person_changed_afterwards_stays(desk: Desk, new_title: Titles) -> None:
    title = new_title()
    project = pushed(desk, title, "article")
    some = {VOTED: "Attributed report"}
    assert (
        desk.run("import", doccano(desk, some), "--as", f"Eve {project.number}", "--project", title)[0] == 0
    )
    (answer,) = annotations(desk, project)
    changed = [
        {**result, "value": {**result["value"], "labels": ["opinion"]}}
        if result["from_name"] == "label" and result["value"]["text"] == VOTED
        else result
        for result in answer["result"]
    ]
    desk.owner.rewrite(answer["id"], changed)
    assert desk.run("import", doccano(desk), "--as", f"Eve {project.number}", "--project", title)[0] == 0
    assert "0 judgements of" in desk.printed
    assert by_words(votes(desk, project), f"Eve {project.number}") == {VOTED: "opinion"}


@BOTH
@pytest.mark.parametrize(
    "fault",
    [
        Fault("after", 504, path="/annotations/"),
        Fault("before", 503, path="/annotations/"),
        Fault("after", 0, path="/annotations/"),
        Fault("after", 504, path="/api/users", method="POST"),
        Fault("before", 0, path="/api/users", method="POST"),
    ],
    ids=str,
)
def test_an_unclear_response_doubles_and_loses_nothing(
    desk: Desk, new_title: Titles, monkeypatch: pytest.MonkeyPatch, layout: Layout, fault: Fault
) -> None:
    monkeypatch.setattr(answers, "SETTLING", 0.1)
    title = new_title()
    project = pushed(desk, title, layout)
    person = f"Eve {project.number}"
    desk.proxy.faults = [fault]
    code, said = desk.run(
        "import", doccano(desk), "--as", person, "--project", title, through=True, policy=HASTY
    )
    assert (code, said) == (0, "")
    assert not desk.proxy.faults
    assert f"4 judgements of {person} written" in desk.printed
    assert by_words(votes(desk, project), person) == names(LABELLED)
    assert len([user for user in desk.owner.users() if user["first_name"] == person]) == 1


@BOTH
@pytest.mark.timeout(900)
def test_an_import_killed_at_any_step_is_ended_by_the_next(
    desk: Desk, new_title: Titles, layout: Layout
) -> None:
    title, at, file = new_title(), 3, doccano(desk)
    project = pushed(desk, title, layout)
    while True:
        person = f"Eve {project.number} {at}"
        command = desk.process("import", file, "--as", person, "--project", title)
        code, said = steps.run(command, Break(at=at))
        if code == 0:
            break
        assert steps.run(command)[0] == 0, said
        frame = votes(desk, project)
        assert by_words(frame, person) == names(LABELLED), f"after a kill at step {at}"
        at += 11
    assert at > 20
    people = Counter(user["first_name"] for user in desk.owner.users())
    assert set(people.values()) == {1} or max(n for name, n in people.items() if name.startswith("Eve")) == 1


def test_two_imports_at_once_write_each_judgement_once(desk: Desk, new_title: Titles) -> None:
    title, file = new_title(), doccano(desk)
    project = pushed(desk, title, "claim")
    person = f"Eve {project.number}"
    both = [
        desk.process("import", file, "--as", person, "--project", title, name=name) for name in ("a", "b")
    ]
    outcomes = steps.at_once(*both)
    assert all(code in {0, 6} for code, _ in outcomes), outcomes
    assert by_words(votes(desk, project), person) == names(LABELLED)


def test_a_dry_run_writes_nothing(desk: Desk, new_title: Titles) -> None:
    title = new_title()
    project = pushed(desk, title, "article")
    people = len(desk.owner.users())
    file = doccano(desk, {**LABELLED, "bad plan. The fishermen": "Opinion"})
    assert desk.run("import", file, "--as", "Nobody Yet", "--project", title, "--dry-run")[0] == 0
    assert desk.printed == (
        f"{file} (doccano): 4 of 5 spans are claims\n"
        "  no claim: d.jsonl, line 1, Opinion, no claim has just these words: bad plan. The fishermen\n"
        "dry run: nothing is written\n"
    )
    assert annotations(desk, project) == []
    assert len(desk.owner.users()) == people


@BOTH
def test_labels_go_with_the_claims_that_a_correction_kept(
    desk: Desk, new_title: Titles, layout: Layout
) -> None:
    title, file = new_title(), doccano(desk)
    pushed(desk, title, layout)
    desk.article(CORRECTED)
    assert desk.run("push", str(desk.folder / "quay.txt"), "--project", title, "--layout", layout)[0] == 0
    project = find_project(desk.owner, title)
    code, _ = desk.run("import", file, "--as", f"Eve {project.number}", "--project", title)
    assert code == 0
    assert "the article has other words there: “The quay costs three million" in desk.printed
    kept = {words: label for words, label in LABELLED.items() if words != COSTS}
    assert by_words(votes(desk, project), f"Eve {project.number}") == names(kept)


def test_another_label_studio_hands_its_export_on(
    desk: Desk, new_title: Titles, reviewers: tuple[Reviewer, Reviewer]
) -> None:
    old, title = new_title(), new_title()
    source = pushed(desk, old, "article")
    for reviewer in reviewers:
        for task in desk.owner.export(source.number):
            said = {c.claim_id: {"label": "opinion"} for c in claims_of(task)}
            reviewer.client.answer(task["id"], results_of(task, said))
    file = desk.folder / "export.json"
    file.write_text(json.dumps(desk.owner.export(source.number)), encoding="utf-8")
    project = pushed(desk, title, "claim")
    person = f"Eve {project.number}"
    code, said = desk.run("import", str(file), "--as", person, "--project", title)
    numbers = sorted(str(reviewer.number) for reviewer in reviewers)
    assert (code, said.partition(": ")[2]) == (
        5,
        f"the labels are by several people ({', '.join(numbers)}): name one with --by, and who it is with --as",
    )
    assert desk.run("import", str(file), "--as", person, "--project", title, "--by", numbers[0])[0] == 0
    assert set(by_words(votes(desk, project), person).values()) == {"opinion"}
    assert desk.run("import", str(file), "--as", person, "--project", title, "--by", "7777")[0] == 5


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        (("gone.jsonl", "--as", "Eve"), 5, "gone.jsonl cannot be read (No such file or directory)"),
        (("FILE", "--as", " "), 2, "--as takes the name of a person, of at most 80 characters"),
        (("FILE", "--as", "Eve", "--label-map", "x"), 2, "--label-map x: write NAME=LABEL"),
        (("FILE", "--as", "Eve", "--format", "word"), 2, "there is no format of labels 'word'"),
        (("EMPTY", "--as", "Eve"), 5, "no labelled span in doccano files"),
        (("OTHER", "--as", "Eve", "--project", "TITLE"), 5, "is a claim of “"),
        (
            ("FILE", "--as", "Same Name", "--project", "TITLE"),
            6,
            "several users are called “Same Name”: name one",
        ),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line(
    desk: Desk, new_title: Titles, command: tuple[str, ...], code: int, why: str
) -> None:
    title = new_title()
    project = pushed(desk, title, "article")
    for number in (1, 2):
        hire(desk.owner, "Same Name", project.number * 10 + number)
    files = {
        "FILE": doccano(desk),
        "EMPTY": doccano(desk, {}, name="empty.jsonl"),
        "OTHER": doccano(desk, {"Snow fell.": "Opinion"}, text="Snow fell.", name="other.jsonl"),
        "TITLE": title,
    }
    ended, said = desk.run("import", *(files.get(word, word) for word in command))
    assert ended == code
    assert why in said
    assert said.count("\n") == 0
    assert annotations(desk, project) == []


def test_an_import_from_python(
    desk: Desk, new_title: Titles, reviewers: tuple[Reviewer, Reviewer], tmp_path: Path
) -> None:
    title = new_title()
    project = pushed(desk, title, "article")
    settings = load_settings(exports=tmp_path / "exports")
    result = import_labels(
        doccano(desk),
        person="bo.silva@claimdesk.local",
        project=title,
        label_map=["Opinion=ignore"],
        settings=settings,
    )
    assert reviewers[1].credentials.email == "bo.silva@claimdesk.local"
    assert (result.form, len(result.matched.matches), dict(result.matched.ignored)) == (
        "doccano",
        3,
        {"Opinion": 1},
    )
    assert dict(result.counts) == {"written": 3, "before": 0, "another": 0}
    assert by_words(votes(desk, project), "Bo Silva") == names(
        {words: label for words, label in LABELLED.items() if label != "Opinion"}
    )
