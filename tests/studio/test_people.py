"""Two people are two people: users who left, stars, and what a pull says of them, on a real server."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from annotate import cli
from annotate.report import read_csv
from annotate.studio import Client, Project, find_project
from annotate.studio.format import results_of
from tests.conftest import Reviewer
from tests.pulls import project_folders
from tests.studio.work import Desk

pytestmark = pytest.mark.studio
Titles = Callable[[], str]


def call(client: Client, method: str, path: str, **more: Any) -> None:
    answer = client.sdk._client_wrapper.httpx_client.request(path, method=method, **more)
    assert answer.status_code < 300, (path, answer.text)


def hire(owner: Client, name: str, number: int) -> int:
    """Add a user, and return the number in Label Studio."""
    first, last = name.split()
    email = f"{first}.{last}.{number}@desk.example".lower()
    made = owner.sdk.users.create(email=email, username=email, first_name=first, last_name=last)
    assert made.id is not None
    return made.id


def answer(client: Client, task: dict[str, Any], *, by: int | None = None, label: str, **fields: str) -> int:
    """Answer a task of the claim layout, in another's name where one is given."""
    said = {claim["claim_id"]: {"label": label, **fields} for claim in task["data"]["claims"]}
    more = {"completed_by": by} if by else {}
    return int(client.sdk.annotations.create(id=task["id"], result=results_of(task, said), **more).id or 0)


def judgements(desk: Desk) -> pd.DataFrame:
    (folder,) = project_folders(desk.exports)
    return read_csv(folder / "judgements.csv")


def claims(desk: Desk) -> pd.DataFrame:
    (folder,) = project_folders(desk.exports)
    return read_csv(folder / "claims.csv")


def pushed(desk: Desk, title: str, *more: str) -> Project:
    code, said = desk.run("push", desk.article(), "--project", title, "--layout", "claim", *more)
    assert code == 0, said
    return find_project(desk.owner, title)


def test_users_who_left_stay_the_people_they_were(desk: Desk, new_title: Titles) -> None:
    owner, title = desk.owner, new_title()
    project = pushed(desk, title)
    task, other, *_ = owner.export(project.number)
    names = ["Anna Berg", "Anna Berg", "Cal Reed", "Dee Noor"]
    people = [hire(owner, name, number) for number, name in enumerate(names)]
    labels = ["opinion", "checkable_fact", "opinion", "checkable_fact"]
    for by, label in zip(people, labels, strict=True):
        answer(owner, task, by=by, label=label)
    for by in people[1:3]:
        answer(owner, other, by=by, label="opinion")
    both = (("pull", "--project", title), ("report", "--project", title, "--consensus", "dawid-skene"))
    assert [desk.run(*command)[0] for command in both] == [0, 0]
    (folder,) = project_folders(desk.exports)
    files = ("judgements.csv", "claims.csv", "agreement.json")
    before = {name: (folder / name).read_bytes() for name in files}
    voters = judgements(desk)["annotator"].unique()
    assert set(voters) == {
        "Anna Berg (anna.berg.0@desk.example)",
        "Anna Berg (anna.berg.1@desk.example)",
        *names[2:],
    }

    for number in people[:2]:
        call(owner, "DELETE", f"api/users/{number}/")
    for number in people[2:]:
        call(owner, "DELETE", f"api/organizations/1/memberships/{number}/")
    for full in ((), ("--full",)):
        assert desk.run(*both[0], *full)[0] == 0
        assert desk.run(*both[1])[0] == 0
        assert {name: (folder / name).read_bytes() for name in files} == before, full
    assert users_rows(desk, title)[-4:] == [
        ["Anna Berg (anna.berg.0@desk.example)", title, "1 of 6", "0"],
        ["Anna Berg (anna.berg.1@desk.example)", title, "2 of 6", "0"],
        ["Cal Reed", title, "2 of 6", "0"],
        ["Dee Noor", title, "1 of 6", "0"],
    ]

    for file in folder.rglob("*.*"):
        file.unlink()  # now nothing remembers who they were
    assert [desk.run(command, "--project", title)[0] for command in ("pull", "report")] == [0, 0]
    told = judgements(desk)
    assert told["counted"].tolist() == ["yes"] * 6
    deleted, left = (
        told["annotator"].str.startswith(word)
        for word in ("deleted user (annotation ", "Deleted User (user ")
    )
    assert (told.loc[deleted, "annotator"].nunique(), told.loc[left, "annotator"].nunique()) == (3, 2)
    first = claims(desk).iloc[0]
    assert (first["status"], first["votes"]) == ("tie", 4)
    assert len(users_rows(desk, title)) >= 5


def users_rows(desk: Desk, title: str) -> list[list[str]]:
    """Return what `annotate studio users` prints of one project: log in, project, judged, skipped."""
    assert desk.run("studio", "users") == (0, "")
    assert cli.run(["studio", "users"]) == 0
    who, rows = "", []
    for line in desk.capsys.readouterr().out.splitlines():
        cells = re.split(r"\s{2,}", line.rstrip())
        who = cells[0] or who
        rows.append([who, *cells[1:]])
    return [row for row in rows if row[1] == title]


def test_a_star_is_a_vote_and_only_content_tells_an_edit(
    desk: Desk, reviewers: tuple[Reviewer, Reviewer], new_title: Titles
) -> None:
    title = new_title()
    project = pushed(desk, title)
    first, second, third, *_ = desk.owner.export(project.number)
    ada, bo = (reviewer.client for reviewer in reviewers)
    starred, edited, later = (answer(ada, task, label="opinion") for task in (first, second, third))
    star = {"json": {"ground_truth": True}}
    call(bo, "PATCH", f"api/annotations/{starred}/", **star)
    for command in ("pull", "report"):
        assert desk.run(command, "--project", title)[0] == 0
    row = claims(desk).iloc[0]
    assert (row["label"], row["status"], row["flags"]) == ("opinion", "single", "starred (1)")
    assert pd.isna(row["decision"])
    told = judgements(desk).set_index("annotation_id")
    assert told.loc[starred, ["counted", "starred", "ground_truth"]].tolist() == ["yes", 1, 0]
    assert pd.isna(told.loc[starred, "seen_others"])
    moment = told.loc[later, "answered_at"]

    bo.rewrite(edited, results_of(second, {second["data"]["claim_id"]: {"label": "checkable_fact"}}))
    call(bo, "PATCH", f"api/annotations/{later}/", **star)
    call(bo, "PATCH", f"api/annotations/{later}/", json={"ground_truth": False})
    for full in ((), ("--full",)):
        assert desk.run("pull", "--project", title, *full)[0] == 0
        told = judgements(desk).set_index("annotation_id")
        assert told["seen_others"].dropna().to_dict() == {edited: "edited"}
        assert told.loc[later, "answered_at"] == moment


def test_users_are_listed_with_what_the_pull_counts(
    desk: Desk, reviewers: tuple[Reviewer, Reviewer], new_title: Titles
) -> None:
    title, owner = new_title(), desk.owner
    assert desk.run("push", desk.article(), "--project", title)[0] == 0
    project = find_project(owner, title)
    (section,) = owner.export(project.number)
    ids = [claim["claim_id"] for claim in section["data"]["claims"]]
    ada, bo = (reviewer.client for reviewer in reviewers)
    ada.answer(section["id"], results_of(section, {claim: {"label": "opinion"} for claim in ids[:2]}))
    bo.sdk.annotations.create(id=section["id"], result=[], was_cancelled=True)
    rows = {who: rest for who, *rest in users_rows(desk, title)}
    assert rows[reviewers[0].credentials.email] == [title, "2 of 6", "0"]
    assert rows[reviewers[1].credentials.email] == [title, "0 of 6", "6"]
    assert desk.run("pull", "--project", title)[0] == 0
    assert judgements(desk)["counted"].value_counts().to_dict() == {"skipped": 6, "unjudged": 4, "yes": 2}
