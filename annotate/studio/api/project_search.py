"""The project that a command works on, also where somebody copied it or took away its mark.

A project without its mark is known by its first task. No command works on it until a person puts the mark
back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from annotate.errors import Conflict
from annotate.model import Article
from annotate.studio.api.client import Client
from annotate.studio.api.projects import (
    Project,
    current_codebook,
    description,
    is_marked,
    joined,
    matching,
    part_title,
    project_key,
    project_title,
    training_only,
    twice,
)
from annotate.studio.format import is_made_here

UNMARKED = 100  # projects without a mark that are looked at before a new one is made


class Lost(NamedTuple):
    """A project of ours without its mark: its number, title and address, and the data of its first task."""

    number: int
    title: str
    settings: str
    data: dict[str, Any]

    def why(self, key: str = "", part: int = 1) -> str:
        """Return what is wrong, with the line that finds the project again under a key and as a part.

        Without a key it is made from the title and the first task.
        """
        own = project_title(Article(self.data["article_id"], "", (), title=self.data["title"]))
        key = key or (self.data["article_id"] if own == self.title else project_key(self.title))
        current = current_codebook()
        versions = [current] if self.data.get("codebook") == current.version else []
        line = description(key, self.data["layout"], versions, part=part)
        what = f"“{self.title}” was made by annotate and lost the line that it is found by"
        return f"{what}: put “{line}” into its description at {self.settings}"


def find_project(client: Client, title: str | None = None, *, training: bool = False) -> Project:
    """Find a project of ours by the title it has or was born with; without a title, the only one.

    A training round is found by its title alone, and only where `training` allows it.

    Raises:
        Conflict: where there is none, or more than one; where it is a copy, a training round that is not
            allowed, or its mark is lost.
    """
    rows = client.projects()
    every = list(joined(rows, client.url))
    ours = [project for project in every if not project.is_training]
    named = ours if title is None else matching(every, title)
    if len(named) == 1 and named[0].is_training and not training:
        raise training_only(named[0])
    if len(named) == 1:
        refuse_lost_parts(client, rows, named[0])
        if copy := next((copy for copy in named[0].copies if copy.title == title), None):
            raise _copied(copy, named[0])
        return named[0]
    titles = ", ".join(f"“{project.title}”" for project in ours) or "none"
    if not named:
        what = "no project" if title is None else f"no project “{title}”"
        lost = sorted(lost_marks(client, rows), key=lambda each: each.title != title)
        if lost:
            raise Conflict(f"there is {what} at {client.url}, but {lost[0].why()}")
        raise Conflict(f"there is {what} at {client.url} (there: {titles}): push an article first")
    if title is None:
        raise Conflict(f"which project? Name one with --project (there: {titles})")
    raise twice(title, named)


def _copied(copy: Project, original: Project) -> Conflict:
    key = f"{copy.key[:60]}-copy-{copy.number}"
    line = description(key, copy.layout, copy.codebooks, part=copy.part)
    return Conflict(
        f"“{copy.title}” is a copy of “{original.title}” ({original.url}): name that one, or make the copy a "
        f"project of its own by the line “{line}” in its description at {copy.settings}"
    )


def lost_marks(client: Client, rows: Iterable[dict[str, Any]]) -> Iterator[Lost]:
    """Find the projects among these whose first task is ours, and whose description has no mark."""
    for row in rows:
        task = None if is_marked(row) else client.first_task(int(row["id"]))
        if task and is_made_here(task):
            settings = f"{client.url}/projects/{row['id']}/settings"
            yield Lost(int(row["id"]), str(row["title"]), settings, task["data"])


def refuse_lost_parts(client: Client, rows: Iterable[dict[str, Any]], project: Project) -> None:
    """Refuse a project of which a part lost its mark: its claims would be missed, or sent again.

    Raises:
        Conflict: with the line that the part is found by.
    """
    numbers = {part.number for part in project.parts}
    for row in rows:
        part = re.search(r" \((\d{1,4})\)\Z", str(row["title"]))
        if part and int(row["id"]) not in numbers and row["title"] == part_title(project.title, int(part[1])):
            for lost in lost_marks(client, [row]):
                raise Conflict(lost.why(project.key, int(part[1])))


def refuse_lost(
    client: Client, rows: Iterable[dict[str, Any]], articles: Sequence[Article], title: str = ""
) -> None:
    """Refuse to make a project of a title where one that lost its mark has the title, or has the articles.

    Raises:
        Conflict: with the line that it is found by.
    """
    unmarked = [row for row in rows if not is_marked(row)][:UNMARKED]
    for lost in lost_marks(client, unmarked):
        if lost.title == title or _holds(client, lost.number, articles):
            key = project_key(title) if title else lost.data["article_id"]
            raise Conflict(f"{lost.why(key)}, then push again")


def _holds(client: Client, number: int, articles: Sequence[Article]) -> bool:
    ids, revisions = ([getattr(article, name) for article in articles] for name in ("article_id", "revision"))
    tasks = client.tasks_with(number, ids, field="article_id")
    return any(tasks) or any(client.tasks_like(number, revisions=revisions, words=()))
