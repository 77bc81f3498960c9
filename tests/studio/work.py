"""A desk at work for the tests of faults: commands run against a real server, and what is there afterwards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotate import cli
from annotate.report import read_answers, write_csv
from annotate.report.frames import claims_table
from annotate.studio import Client, Project, Server, find_project, pull_project
from annotate.studio.api import client
from annotate.studio.format import Layout, claims_of, entries_of
from annotate.transport import RetryPolicy
from tests.conftest import ROOT
from tests.proxy import Proxy
from tests.steps import Command

ARTICLE = """The quay at Bell

The council met on Monday. It voted for the new quay, said Ana Ruiz. The mayor was absent.

The quay costs two million crowns. It is a bad plan. The fishermen were not asked.
"""
CORRECTED = ARTICLE.replace("two million crowns", "three million crowns")


PATIENT = RetryPolicy()
HASTY = RetryPolicy(connect=1, read=1, call=4, bulk=4, waits=(0.02, 0.02), longest=1)


@dataclass
class Desk:
    """A folder to work in, a way to the server, and one through the proxy."""

    studio: Server
    proxy: Proxy
    owner: Client
    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    printed: str = ""  # by the last command, as its data
    noted: str = ""  # by the last command, beside its data

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    def run(self, *command: str, through: bool = False, policy: RetryPolicy = PATIENT) -> tuple[int, str]:
        """Run a command as a person would, and give its exit code and what it complains of."""
        self.monkeypatch.setattr(client, "RetryPolicy", lambda: policy)
        self.monkeypatch.setenv("LABEL_STUDIO_URL", self.proxy.url if through else self.studio.url)
        self.monkeypatch.setenv("LABEL_STUDIO_API_KEY", self.studio.credentials.token)
        self.monkeypatch.setenv("ANNOTATE_EXPORTS", str(self.exports))
        self.capsys.readouterr()
        code = cli.run(command)
        self.printed, self.noted = self.capsys.readouterr()
        return code, "\n".join(line for line in self.noted.splitlines() if line.startswith("annotate: "))

    def process(self, *command: str, name: str = "told", **constants: Any) -> Command:
        """Return a command that runs in a process of its own, with constants of `annotate.studio.push.sync`."""
        environment = {
            "LABEL_STUDIO_URL": self.studio.url,
            "LABEL_STUDIO_API_KEY": self.studio.credentials.token,
            "ANNOTATE_EXPORTS": str(self.exports),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        set_to = {
            f"annotate.studio.push.sync:{name}": value for name, value in {"CHUNK": 3, **constants}.items()
        }
        return Command(command, environment, self.folder / f"{name}.txt", set_to)

    def article(self, text: str = ARTICLE) -> str:
        file = self.folder / "quay.txt"
        file.write_text(text, encoding="utf-8")
        return str(file)


def transcript(page: str, command: str) -> list[str]:
    """Return the lines that a page of the guide shows under a command, without their indent."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    shown = text.partition(f"\n    $ annotate {command}\n")[2].partition("\n\n")[0]
    assert shown, f"docs/{page} does not show {command}"
    return [line.removeprefix("    ") for line in shown.splitlines()]


@dataclass(frozen=True)
class Work:
    """A command, and how to see what of its work is lost or doubled; `kept` fails where a break spoiled it."""

    command: tuple[str, ...]
    lost_and_doubled: Callable[[], tuple[int, int]]
    kept: Callable[[], None] = lambda: None


def counted(there: Counter[str], wanted: Counter[str]) -> tuple[int, int]:
    """Return how much of what is wanted is missing, and how much more than that is there."""
    return (wanted - there).total(), (there - wanted).total()


def claims_in(desk: Desk, title: str) -> Counter[str]:
    projects = [row for row in desk.owner.projects() if row["title"] == title]
    assert len(projects) <= 1, "a project was made twice"
    tasks = desk.owner.tasks(projects[0]["id"]) if projects else ()
    return Counter(claim.text for task in tasks for claim in claims_of(task))


SENTENCES = Counter(ARTICLE.partition("\n\n")[2].replace(". ", ".\n").split("\n")) - Counter({"": 9})


def pushing(desk: Desk, title: str, layout: Layout = "claim") -> Work:
    command = ("push", desk.article(), "--project", title, "--layout", layout)
    return Work(command, lambda: counted(claims_in(desk, title), SENTENCES))


def correcting(desk: Desk, title: str) -> Work:
    command = ("push", desk.article(), "--project", title, "--layout", "claim")
    assert desk.run(*command)[0] == 0
    desk.article(CORRECTED)
    both = SENTENCES | Counter(["The quay costs three million crowns."])
    return Work(command, lambda: counted(claims_in(desk, title), both))


def pulling(desk: Desk, labelled: Project) -> Work:
    """Pull over an older pull, which has to stay whole until the new one is."""
    command = ("pull", "--project", labelled.title)
    now = pull_project(desk.owner, labelled)
    folder = desk.exports / labelled.key
    folder.mkdir(parents=True)
    older = {**now, "tasks": now["tasks"][:1], "server": {**now["server"], "url": desk.proxy.url}}
    (folder / "raw.json").write_text(json.dumps(older))
    (folder / "judgements.csv").write_text("older")

    def answers(raw: Any) -> Counter[str]:
        return Counter(str(a["id"]) for task in raw["tasks"] for a in task["annotations"])

    def look() -> tuple[int, int]:
        there = json.loads((folder / "raw.json").read_text())
        found = counted(answers(there), answers(now))
        rows = (folder / "judgements.csv").read_text().count("\n") - 1
        assert found != (0, 0) or rows == answers(there).total()
        return found

    def kept() -> None:
        assert json.loads((folder / "raw.json").read_text()) == older
        assert (folder / "judgements.csv").read_text() == "older"

    return Work(command, look, kept)


def adjudicating(desk: Desk, title: str, *, again: bool) -> Work:
    """Decide two claims; `again`: others were decided by the same editor before."""
    assert desk.run("push", desk.article(), "--project", title, "--layout", "claim")[0] == 0
    project = find_project(desk.owner, title)
    file = desk.folder / "claims.csv"

    def write(label: str) -> None:
        raw = pull_project(desk.owner, project)
        sheet = claims_table(read_answers(raw))
        sheet["decision"] = [label] * 2 + [None] * (len(sheet) - 2)
        write_csv(sheet, file)

    command = ("adjudicate", str(file), "--project", title)
    if again:
        write("opinion")
        assert desk.run(*command)[0] == 0
    write("checkable_fact")

    def look() -> tuple[int, int]:
        said: dict[str, list[str]] = {}
        for task in desk.owner.export(project.number):
            for result in (r for answer in task["annotations"] for r in answer["result"]):
                said.setdefault(task["data"]["claim_id"], []).extend(e.label for e in entries_of(result))
        wanted = [*(["opinion"] if again else []), "checkable_fact"]
        right = sum(labels[-1:] == wanted[-1:] for labels in said.values())
        return 2 - right, sum(max(len(labels) - len(wanted), 0) for labels in said.values())

    return Work(command, look)
