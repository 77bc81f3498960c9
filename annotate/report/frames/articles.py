"""The articles of a project, restored from its tasks; pure.

One task of an article carries its newest text and where each claim stands there. Where that task was
deleted, the text is that of the newest revision's tasks side by side, with a mark where one is missing. A
claim that an annotator drew is placed by the claims around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotate.model import Claim, Skip, Span
from annotate.studio import Place, Revision, SentTask
from annotate.text import fold_spaces

GAP = "\n\n[…]\n\n"  # where parts of an article are missing
HEAD = ("article_id", "revision", "title", "author", "date", "address")


@dataclass(frozen=True, slots=True)
class Restored:
    """An article as its newest revision reads, with the claims that stand in it, in reading order.

    Offsets of `claims` and `skips` are code points of `text`. `earlier` holds claims whose words the newest
    revision no longer has (their offsets are those of their own revision).
    """

    article_id: str
    title: str
    author: str
    date: str
    address: str
    revision: str
    text: str
    claims: tuple[Claim, ...]
    skips: tuple[Skip, ...]
    earlier: tuple[Claim, ...]


def restore(tasks: Iterable[SentTask]) -> list[Restored]:
    """Return the articles of a project, in the order in which they were first sent."""
    articles: dict[str, list[SentTask]] = {}
    newest: dict[str, Revision] = {}
    for task in sorted(tasks, key=lambda task: task.number):
        articles.setdefault(task.article_id, []).append(task)
        carried = task.newest
        if carried and carried.number >= newest.get(carried.article_id, carried).number:
            newest[carried.article_id] = carried
    return [_restored(group, newest.get(i) or _joined(group)) for i, group in articles.items()]


def _restored(tasks: Sequence[SentTask], revision: Revision) -> Restored:
    """Place each claim, as its newest task has it, in a revision."""
    known = {sent.claim.claim_id: (sent.claim, task) for task in tasks for sent in task.claims}
    placed: list[Claim] = []
    earlier: list[Claim] = []
    for claim, task in known.values():
        place = _place_of(claim, task, revision)
        words = place.span.of(revision.text) if place else ""
        if place and fold_spaces(words) == fold_spaces(claim.text):
            start, end = place.span
            block, section = place.block, place.section
            placed.append(replace(claim, start=start, end=end, text=words, block=block, section=section))
        else:
            earlier.append(claim)
    return Restored(
        **{name: getattr(revision, name) for name in HEAD},
        text=revision.text,
        claims=tuple(sorted(placed, key=lambda claim: (claim.start, -claim.end))),
        skips=revision.skips,
        earlier=tuple(earlier),
    )


def _place_of(claim: Claim, task: SentTask, revision: Revision) -> Place | None:
    """Return the place of a claim in a revision; a pushed revision names all claims that were sent."""
    place = revision.places.get(claim.claim_id)
    sent_later = claim.index >= 0 and revision.number
    return place if place or sent_later else _inferred_place(claim, task, revision)


def _inferred_place(claim: Claim, task: SentTask, revision: Revision) -> Place | None:
    """Return the place of a claim by its neighbours in the task, or by its words where they occur once."""
    beside = [sent.claim for sent in task.claims]
    for neighbour in sorted(beside, key=lambda other: abs(other.start - claim.start)):
        if place := revision.places.get(neighbour.claim_id):
            span = claim.span.shift(place.span.start - neighbour.start)
            if span.start >= 0 and span.of(revision.text) == claim.text:
                return Place(span, claim.block, claim.section)
    if claim.text and revision.text.count(claim.text) == 1:
        start = revision.text.index(claim.text)
        return Place(Span(start, start + len(claim.text)), claim.block, claim.section)
    return None


def _joined(tasks: Sequence[SentTask]) -> Revision:
    """Return a revision made of the newest tasks' texts, in their order; tasks of one stretch share it."""
    head = tasks[-1]
    text, end = "", head.offset
    places: dict[str, Place] = {}
    skips: dict[Skip, None] = {}
    stretches: dict[int, SentTask] = {}
    ours = sorted((t for t in tasks if t.revision == head.revision), key=lambda task: task.offset)
    for task in ours:
        if stretches.setdefault(task.offset, task) is task:
            text += GAP if text and end != task.offset else ""
            by = len(text) - task.offset
            text += task.text
            end = task.offset + len(task.text)
        for claim in (sent.claim for sent in task.claims if not sent.added):
            places[claim.claim_id] = Place(claim.span.shift(by), claim.block, claim.section)
        skips |= {replace(s, start=s.start + by, end=s.end + by): None for s in task.skips}
    return Revision(
        number=0,
        **{name: getattr(head, name) for name in HEAD},
        text=text,
        places=places,
        skips=tuple(skips),
    )
