"""Texts that people import on Label Studio's own page: cut into claims in the project where they lie.

The claims of a text are sent as by any push. Once all of them are there, the imported tasks are saved as they
were, and deleted unless somebody answered them: annotators would be shown a text without claims. Each of
these steps can be repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath

import annotate.report as tables
from annotate import studio
from annotate.article import read_listed
from annotate.config import Settings
from annotate.model import Article
from annotate.text import display_path
from annotate.workflows.desk import Connection
from annotate.workflows.watching.events import Event, Tell
from annotate.workflows.watching.sources import PushOne, Step
from annotate.workflows.watching.state import State

FOLDER = "imported"  # in the folder of a project
PAGES, TEXTS = (".html", ".htm", ".xhtml"), (".txt", ".text")


@dataclass
class Imported:
    """The texts that were imported into a project of this title."""

    title: str
    desk: Settings
    state: State
    connected: Callable[[], Connection]
    push: PushOne
    tell: Tell
    keys: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Do nothing: the project is read when its texts can be pushed."""

    def steps(self) -> Iterator[Step]:
        """Yield a step for each imported text that is not cut yet.

        Raises:
            Conflict: where there is no such project, or it cannot have imported texts.
        """
        client = self.connected().client
        project = studio.find_project(client, self.title)
        studio.refuse_claim_layout(project)
        self.keys = {project.key}
        texts = {
            f"“{project.title}”, task {text.numbers[0]}": text
            for text in studio.imported_texts(client, project)
        }
        self.state.keep_only(set(texts))
        for where, text in texts.items():
            signature = f"{text.numbers} {text.answers}"
            if not self.state.knows(where, signature):
                yield Step(where, partial(self._cut, client, project, text, where, signature), signature)

    def _cut(
        self,
        client: studio.Client,
        project: studio.Project,
        text: studio.ImportedText,
        where: str,
        signature: str,
    ) -> None:
        self.push(_article(text), where, "")  # it is done when its tasks are dealt with
        folder = tables.project_folder(self.desk.exports, project.key) / FOLDER
        saved = json.dumps(text.tasks, ensure_ascii=False, indent=1)
        file = folder / f"{text.numbers[0]}.json"
        tables.replace_file(file, saved.encode("utf-8", "backslashreplace"))
        if studio.remove_imported(client, project, text):
            self.state.seen[where] = signature, project.key
            self.tell(Event("cut", where, "it has an answer or a draft, and stays beside its claims"))
        else:
            self.tell(Event("cut", where, f"its claims are in its place; saved in {display_path(file)}"))


def _article(text: studio.ImportedText) -> Article:
    """Return an imported text as an article: named after its title, else its file, else its first words.

    Raises:
        BadInput: where it holds no text.
    """
    facts, file = text.facts(), PurePath(text.file)
    ending = file.suffix.lower() if file.suffix.lower() in PAGES else ".txt"
    name = facts.get("title") or (file.stem if file.suffix.lower() in (*PAGES, *TEXTS) else "")
    content = text.text.encode("utf-8", "surrogatepass")
    article = read_listed(f"{name or 'text'}{ending}", name=name, content=content)
    return replace(
        article,
        title=facts.get("title") or article.title,
        author=facts.get("author") or article.author,
        date=facts.get("date") or article.date,
        address=facts.get("address") or article.address,
    )
