"""What a large project holds, article by article, in little memory: what need not be read again.

A project that many articles are pushed into is read once, as a stream; of each task only sums stay.
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
class _Held:
    """What the tasks of one article come to: how many claims, the sum of their ids, the newest revision."""

    claims: int = 0
    ids: int = 0
    number: int = 0
    revision: str = ""
    edited: bool = False


class Holdings:
    """What tasks hold, by article; `tasks` is how many there are, those that are not ours included."""

    def __init__(self) -> None:
        self.tasks = 0
        self.revisions: dict[str, str] = {}  # the article that has one
        self._articles: dict[str, _Held] = {}

    def add(self, tasks: Iterable[Task]) -> None:
        """Take in tasks, each once."""
        for task in tasks:
            self.tasks += 1
            if is_ours(task):
                self._add(task)

    def _add(self, task: Task) -> None:
        data = task["data"]
        self.revisions[data["revision"]] = data["article_id"]
        held = self._articles.setdefault(data["article_id"], _Held())
        held.claims += len(data["claims"])
        held.ids += sum(_number(claim["claim_id"]) for claim in data["claims"])
        held.edited |= data.get("digest") != digest_of(data)
        revision = revision_of(task)
        if revision and revision.number >= held.number:
            held.number, held.revision = revision.number, revision.revision

    def state(self, article: Article, claims: Sequence[Claim]) -> State:
        """Return whether none of an article's tasks is there, all are just as they were sent, or neither."""
        held = self._articles.get(article.article_id)
        if held is None:
            return "absent"
        same = (
            held.claims == len(claims)
            and held.ids == sum(_number(claim.claim_id) for claim in claims)
            and held.revision == article.revision
            and not held.edited
        )
        return "same" if same else "other"

    def sent(self, article_id: str, tasks: int) -> None:
        """Take an article for one that has to be read again: tasks of it were sent since."""
        self.tasks += tasks
        self._articles[article_id] = _Held(edited=True)


def _number(claim_id: str) -> int:
    """Return a number of 128 bits for an id, so that sums tell sets of ids apart."""
    return int.from_bytes(hashlib.sha256(claim_id.encode()).digest()[:16])
