"""Tasks that somebody imported on Label Studio's own page: plain text, without claims.

What was measured of Label Studio 1.23.2: an import of JSON or CSV makes a task of each row, in the article
layout only with a field `text`; a .txt file becomes a task a line, empty lines too; an .html file one task
with the page as its text; a .pdf file one that holds only the path of the file. The claim layout takes no
plain text. Tasks can be deleted by a condition that the server itself checks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath
from typing import Any

from annotate.errors import BadInput, Conflict, Unreachable
from annotate.studio.api import Client, Project, Unclear, lock_project
from annotate.studio.format import Task, is_made_here

TEXT_FIELDS = ("text", "body")
FACTS = {
    "title": ("title", "headline"),
    "author": ("author", "byline"),
    "date": ("date", "published"),
    "address": ("address", "url", "link"),
}
LINE_BY_LINE = (".txt", ".text")
ELSEWHERE = re.compile(r"/data/\S+|(?:https?|s3|gs|azure-blob)://\S+")  # where a text is, not the text


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A text that was imported as one or more tasks of a part of a project, `tasks` as they are exported."""

    part: int
    tasks: tuple[Task, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its tasks."""
        return tuple(int(task["id"]) for task in self.tasks)

    @property
    def answers(self) -> int:
        """How many answers its tasks have, with skipped ones and drafts."""
        return sum(len(task["annotations"]) + len(task["drafts"]) for task in self.tasks)

    @property
    def file(self) -> str:
        """The name of the file that it came in; empty where it came without one."""
        return _file_of(self.tasks[0])

    @property
    def text(self) -> str:
        """Its words: the lines of a text file joined, else the field that holds the text.

        Raises:
            BadInput: where it holds none, or only says where one is.
        """
        words = "\n".join(_text_of(task["data"]) for task in self.tasks)
        if not words.strip():
            raise BadInput("holds no text: import it with a field “text”, or delete it in Label Studio")
        if ELSEWHERE.fullmatch(words.strip()):
            name = self.file or words.strip()
            raise BadInput(f"only says where a text is: send it with `annotate push` ({name})")
        return words

    def facts(self) -> dict[str, str]:
        """Return title, author, date and address, as far as its fields say them."""
        data = self.tasks[0]["data"]
        said = {
            name: next((_words(data, f) for f in fields if _words(data, f)), "")
            for name, fields in FACTS.items()
        }
        return {name: value for name, value in said.items() if value}


def imported_texts(client: Client, project: Project) -> list[ImportedText]:
    """Return the texts in a project that were not sent from here, in the order of their tasks."""
    texts: list[ImportedText] = []
    for part in project.parts:
        if numbers := _foreign(client, part.number):
            tasks = [task for task in client.export(part.number, only=numbers) if not is_made_here(task)]
            texts += [ImportedText(part.number, tuple(group)) for _, group in groupby(tasks, key=_belongs_to)]
    return texts


def remove_imported(client: Client, project: Project, text: ImportedText) -> tuple[int, ...]:
    """Delete the tasks of a text whose claims are all in the project, but those that somebody answered.

    Returns:
        The tasks that stay, since they have an answer or a draft.

    Raises:
        Conflict: where another push runs from this machine.
        Unreachable: where Label Studio did not delete them.
    """
    with lock_project(client, project.key, project.title):
        with suppress(Unclear):  # what is there now says whether it was done
            client.delete_unanswered(text.part, text.numbers)
        left = client.export(text.part, only=text.numbers)
    kept = [int(task["id"]) for task in left if task["annotations"] or task["drafts"]]
    if len(kept) < len(left):
        raise Unreachable(f"{client.url} did not delete the imported tasks {_numbers(text)}: try again later")
    return tuple(kept)


def refuse_claim_layout(project: Project) -> None:
    """Refuse a project that cannot have imported texts.

    Raises:
        Conflict: where its layout is that of claims.
    """
    if project.layout != "article":
        raise Conflict(
            f"“{project.title}” has the claim layout, into which Label Studio imports no plain text: "
            "name a project of the article layout, or watch a folder"
        )


def _foreign(client: Client, number: int) -> set[int]:
    """Return the numbers of the tasks that lack what each task of ours has."""
    first = client.first_task(number)
    if first and is_made_here(first):  # then the server knows the field
        return client.tasks_lacking(number, "digest")
    return {int(task["id"]) for task in client.tasks(number) if not is_made_here(task)} if first else set()


def _belongs_to(task: Task) -> tuple[str, int]:
    """Return what the tasks of one text have in common: the text file, else their own number."""
    file = str(task.get("file_upload") or "")
    return (file, 0) if file.lower().endswith(LINE_BY_LINE) else (file, int(task["id"]))


def _file_of(task: Task) -> str:
    """Return the name that an uploaded file had: Label Studio puts eight hex digits before it."""
    return re.sub(r"\A[0-9a-f]{8}-", "", PurePath(str(task.get("file_upload") or "")).name)


def _text_of(data: Mapping[str, Any]) -> str:
    named = [data[field] for field in TEXT_FIELDS if isinstance(data.get(field), str)]
    return next(iter([*named, *(value for value in data.values() if isinstance(value, str))]), "")


def _words(data: Mapping[str, Any], field: str) -> str:
    value = data.get(field)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _numbers(text: ImportedText) -> str:
    first, *_, last = (*text.numbers, text.numbers[-1])
    return f"{first}" if first == last else f"{first} to {last}"
