"""An index of a large project, article by article, in little memory: what need not be read again.

A project that many articles are pushed into is read once, as a stream; of each task only sums are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from annotate.model import Article, Claim
from annotate.studio.format import Task, digest_of, is_ours, revision_of

State = Literal["absent", "same", "other"]


@dataclass(slots=True)
class _Entry:
    """The tasks of one article: the number of their claims, the sum of their ids, the newest revision."""

    claims: int = 0
    ids: int = 0
    number: int = 0
    revision: str = ""
    edited: bool = False


class ProjectIndex:
    """The tasks of a project by article; `tasks` counts them, those that others made included."""

    def __init__(self) -> None:
        self.tasks = 0
        self.revisions: dict[str, str] = {}  # article ids
        self._articles: dict[str, _Entry] = {}

    def add(self, tasks: Iterable[Task]) -> None:
        """Add tasks, each once."""
        for task in tasks:
            self.tasks += 1
            if is_ours(task):
                self._add(task)

    def _add(self, task: Task) -> None:
        data = task["data"]
        self.revisions[data["revision"]] = data["article_id"]
        entry = self._articles.setdefault(data["article_id"], _Entry())
        entry.claims += len(data["claims"])
        entry.ids += sum(_number(claim["claim_id"]) for claim in data["claims"])
        entry.edited |= data.get("digest") != digest_of(data)
        revision = revision_of(task)
        if revision and revision.number >= entry.number:
            entry.number, entry.revision = revision.number, revision.revision

    def state(self, article: Article, claims: Sequence[Claim]) -> State:
        """Return whether an article has no task there, all its tasks as they would be sent, or neither."""
        entry = self._articles.get(article.article_id)
        if entry is None:
            return "absent"
        same = (
            entry.claims == len(claims)
            and entry.ids == sum(_number(claim.claim_id) for claim in claims)
            and entry.revision == article.revision
            and not entry.edited
        )
        return "same" if same else "other"

    def sent(self, article_id: str, tasks: int) -> None:
        """Note that tasks of an article were sent since, so that it has to be read again."""
        self.tasks += tasks
        self._articles[article_id] = _Entry(edited=True)


def _number(claim_id: str) -> int:
    """Return a number of 128 bits for an id, so that different sets of ids have different sums."""
    return int.from_bytes(hashlib.sha256(claim_id.encode()).digest()[:16])
