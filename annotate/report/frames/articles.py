"""The articles of a project, put together again from its tasks; pure.

One task of an article carries its newest text and where each claim stands there. Where that task was
deleted, the text is that of the newest revision's tasks side by side, with a mark where one is missing. A
claim that an annotator drew follows the claims around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from annotate.model import Claim, Skip, Span
from annotate.studio import Place, Revision, newest_revisions, skips_of
from annotate.text import fold_spaces

Entry = tuple[Mapping[str, Any], Sequence[Claim]]

GAP = "\n\n[…]\n\n"  # stands where parts of an article are missing


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


def restore(entries: Iterable[Entry]) -> list[Restored]:
    """Put the articles of a project together again, in the order in which they were first sent.

    Args:
        entries: each task as Label Studio exports it, with the claims in it (offsets of its own revision).
    """
    articles: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=_task_id):
        articles.setdefault(entry[0]["data"]["article_id"], []).append(entry)
    carried = newest_revisions(dict(task) for group in articles.values() for task, _ in group)
    return [_restored(group, carried.get(i) or _joined(group)) for i, group in articles.items()]


def _task_id(entry: Entry) -> int:
    return int(entry[0].get("id") or 0)


def _restored(entries: Sequence[Entry], now: Revision) -> Restored:
    """Put each claim, as its newest task has it, into its place in a revision."""
    known = {claim.claim_id: (claim, beside) for _, beside in entries for claim in beside}
    placed: list[Claim] = []
    earlier: list[Claim] = []
    for claim, beside in known.values():
        place = now.places.get(claim.claim_id)
        if not place and (
            claim.index < 0 or not now.number
        ):  # what a revision does not name, it does not have
            place = _followed(claim, beside, now)
        words = place.span.of(now.text) if place else ""
        if place and fold_spaces(words) == fold_spaces(claim.text):
            start, end = place.span
            moved = replace(claim, start=start, end=end, text=words)
            placed.append(replace(moved, block=place.block, section=place.section))
        else:
            earlier.append(claim)
    return Restored(
        **{name: getattr(now, name) for name in ("article_id", "title", "author", "date", "address")},
        revision=now.revision,
        text=now.text,
        claims=tuple(sorted(placed, key=lambda claim: (claim.start, -claim.end))),
        skips=now.skips,
        earlier=tuple(earlier),
    )


def _followed(claim: Claim, beside: Sequence[Claim], now: Revision) -> Place | None:
    """Return the place of a claim that a revision does not name: beside its neighbours, or its only one."""
    for neighbour in sorted(beside, key=lambda other: abs(other.start - claim.start)):
        there = now.places.get(neighbour.claim_id)
        if there:
            span = claim.span.shift(there.span.start - neighbour.start)
            if span.start >= 0 and span.of(now.text) == claim.text:
                return Place(span, claim.block, claim.section)
    if claim.text and now.text.count(claim.text) == 1:
        start = now.text.index(claim.text)
        return Place(Span(start, start + len(claim.text)), claim.block, claim.section)
    return None


def _joined(entries: Sequence[Entry]) -> Revision:
    """Make a revision of the newest tasks' texts, in their order."""
    head = entries[-1][0]["data"]
    ours = [entry for entry in entries if entry[0]["data"]["revision"] == head["revision"]]
    text, end = "", None
    places: dict[str, Place] = {}
    skips: list[Skip] = []
    for data, group in _stretches(ours):
        text += GAP if end not in {None, data["offset"]} else ""
        by = len(text) - data["offset"]
        text += data["text"]
        end = data["offset"] + len(data["text"])
        for task, claims in group:
            places |= {
                c.claim_id: Place(c.span.shift(by), c.block, c.section) for c in claims if c.index >= 0
            }
            skips += [replace(s, start=s.start + by, end=s.end + by) for s in skips_of(dict(task))]
    told = {name: str(head.get(name) or "") for name in ("article_id", "title", "author", "date", "address")}
    return Revision(
        number=0,
        **told,
        revision=head["revision"],
        text=text,
        places=places,
        skips=tuple(dict.fromkeys(skips)),
    )


def _stretches(entries: Iterable[Entry]) -> Iterator[tuple[Mapping[str, Any], list[Entry]]]:
    """Return the stretches of one revision's text in reading order, each with the tasks that carry it."""
    ordered = sorted(entries, key=lambda entry: entry[0]["data"]["offset"])
    for _, group in groupby(ordered, key=lambda entry: entry[0]["data"]["offset"]):
        same = list(group)
        yield same[0][0]["data"], same
