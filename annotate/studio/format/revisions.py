"""The newest text of an article, carried by one of its tasks; pure.

Answers stay with the words that they are about, so the text of a task never changes. The current text of an
article, and where its claims are in it, is stored beside the data: in the `meta` of a task, which annotators
never see. Of several such records the one with the highest number counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from annotate.model import Article, Claim, Skip, SkipKind, Span
from annotate.studio.format.sent import Task, is_ours

KEY = "article"  # in a task's `meta`
HEAD = ("article_id", "revision", "title", "author", "date", "address")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim is in a revision: its span, the index of its block, its section."""

    span: Span
    block: int
    section: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of an article, with the places of its claims and skips; `number` counts those pushed."""

    number: int
    article_id: str
    revision: str
    title: str
    author: str
    date: str
    address: str
    text: str
    places: Mapping[str, Place]
    skips: tuple[Skip, ...]


def packed_revision(
    article: Article, claims: Sequence[Claim], skips: Sequence[Skip], number: int
) -> dict[str, Any]:
    """Return a revision as a task carries it."""
    return {
        **{name: getattr(article, name) for name in HEAD},
        "number": number,
        "text": article.text,
        "claims": [[c.claim_id, c.start, c.end, c.block, c.section] for c in claims],
        "skips": [[s.kind, s.start, s.end] for s in skips],
    }


def carrying(task: Task, packed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `meta` of a task that carries a revision, whatever else is in it."""
    meta = task.get("meta")
    return {**(meta if isinstance(meta, Mapping) else {}), KEY: dict(packed)}


def revision_of(task: Task) -> Revision | None:
    """Return the revision that a task carries; `None` without one, or where somebody spoiled it."""
    meta = task.get("meta")
    packed = meta.get(KEY) if isinstance(meta, Mapping) and is_ours(task) else None
    if not isinstance(packed, Mapping):
        return None
    try:
        return _unpacked(packed)
    except (KeyError, TypeError, ValueError):
        return None


def newest(tasks: Iterable[Task]) -> dict[str, Revision]:
    """Return the newest revision of each article, by its id."""
    revisions: dict[str, Revision] = {}
    for task in tasks:
        revision = revision_of(task)
        if revision and revision.number >= revisions.get(revision.article_id, revision).number:
            revisions[revision.article_id] = revision
    return revisions


def _unpacked(packed: Mapping[str, Any]) -> Revision:
    text = str(packed["text"])
    return Revision(
        number=int(packed["number"]),
        **{name: str(packed[name]) for name in HEAD},
        text=text,
        places={
            str(claim_id): Place(Span(int(start), int(end)), int(block), str(section))
            for claim_id, start, end, block, section in packed["claims"]
        },
        skips=tuple(
            Skip(cast("SkipKind", kind), int(start), int(end), text[start:end])
            for kind, start, end in packed["skips"]
        ),
    )
