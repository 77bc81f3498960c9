"""The articles of a project, put together again from its tasks; pure.

The tasks of one revision lie side by side, and each says where its text begins and which part of how many it
is. A corrected article sends only the parts whose claims changed, so its text is that of the older parts with
the newer ones in their places. Claims keep their offset within their part; only those of a part that a newer
one replaced are looked for by their words, because nothing else ties them to the new text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import Any

from annotate.model import Claim, Skip, Span
from annotate.studio import skips_of

Entry = tuple[Mapping[str, Any], Sequence[Claim]]

GAP = "\n\n[…]\n\n"  # stands where parts of an article were never sent
_PART = re.compile(r"(\d+) of (\d+)")  # as in "section 2 of 6"


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


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A stretch of one revision's text: the `number`-th of `total`, with what stands in it."""

    revision: str
    offset: int
    text: str
    number: int
    total: int
    claims: list[Claim] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.offset + len(self.text)


def restore(entries: Iterable[Entry]) -> list[Restored]:
    """Put the articles of a project together again, in the order in which they were first sent.

    Args:
        entries: each task as Label Studio exports it, with the claims in it (offsets of its own revision).
    """
    articles: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=_task_id):
        articles.setdefault(entry[0]["data"]["article_id"], []).append(entry)
    return [_restored(group) for group in articles.values()]


def _task_id(entry: Entry) -> int:
    return int(entry[0].get("id") or 0)


def _restored(entries: Sequence[Entry]) -> Restored:
    """Lay the revisions of one article over each other, the newest last."""
    revisions: dict[str, list[Entry]] = {}
    for entry in reversed(entries):
        revisions.setdefault(entry[0]["data"]["revision"], []).append(entry)
    parts: list[_Part] = []
    homeless: list[Claim] = []
    for group in reversed(revisions.values()):
        newer = _parts(group)
        kept = _revised(parts, newer)
        staying = set(kept)
        homeless += [claim for part in parts if part not in staying for claim in part.claims]
        parts = kept
    head = entries[-1][0]["data"]
    text, claims, skips = _joined(parts)
    found, earlier = _found_again(homeless, text, claims)
    return Restored(
        **{name: str(head.get(name) or "") for name in ("article_id", "title", "author", "date", "address")},
        revision=head["revision"],
        text=text,
        claims=tuple(sorted([*claims, *found], key=lambda claim: (claim.start, -claim.end))),
        skips=tuple(skips),
        earlier=tuple(earlier),
    )


def _parts(entries: Iterable[Entry]) -> list[_Part]:
    """Give the parts of one revision in reading order; tasks of the same stretch are one part."""
    parts: dict[int, _Part] = {}
    for task, claims in sorted(entries, key=_task_id):
        data = task["data"]
        number = _PART.search(str(data.get("position") or ""))
        part = parts.setdefault(
            data["offset"],
            _Part(
                data["revision"],
                data["offset"],
                data["text"],
                int(number[1]) if number else 0,
                int(number[2]) if number else 0,
                skips=skips_of(dict(task)),
            ),
        )
        there = {claim.claim_id for claim in part.claims}
        part.claims.extend(claim for claim in claims if claim.claim_id not in there)
    return sorted(parts.values(), key=lambda part: part.offset)


def _revised(older: Sequence[_Part], newer: Sequence[_Part]) -> list[_Part]:
    """Put newer parts into the places of older ones.

    A newer part is the n-th of its revision and begins at a known offset, so the parts before it that were
    not sent again are as many, and as long, as the numbers say; older parts that fit nowhere are replaced.
    """
    total = newer[0].total
    if not older or len(newer) >= total:
        return list(newer)
    kept: list[_Part] = []
    at = number = end = 0
    for part in newer:
        first = _window(older, at, count=part.number - number - 1, length=part.offset - end)
        last = first + max(part.number - number - 1, 0)
        kept += [*older[first:last], part]
        at, number, end = max(at, last), part.number, part.end
    rest = max(total - number, 0)
    return kept + list(older[max(at, len(older) - rest) :] if rest else [])


def _window(parts: Sequence[_Part], at: int, *, count: int, length: int) -> int:
    """Give where, from `at` on, `count` parts in a row come nearest to `length` characters together."""
    if count <= 0:
        return at
    sums = [0, *accumulate(len(part.text) for part in parts)]
    starts = range(at, max(len(parts) - count, at) + 1)
    return min(starts, key=lambda i: abs(sums[min(i + count, len(parts))] - sums[i] - length))


def _joined(parts: Sequence[_Part]) -> tuple[str, list[Claim], list[Skip]]:
    """Join the texts of the parts, and shift what stands in them to its place in the whole."""
    pieces: list[str] = []
    claims: list[Claim] = []
    skips: list[Skip] = []
    place = 0
    for before, part in pairwise([None, *parts]):
        if part is None:
            continue
        if before and before.revision == part.revision and before.end != part.offset:
            pieces.append(GAP)
            place += len(GAP)
        by = place - part.offset
        claims += [replace(claim, start=claim.start + by, end=claim.end + by) for claim in part.claims]
        skips += [replace(skip, start=skip.start + by, end=skip.end + by) for skip in part.skips]
        pieces.append(part.text)
        place += len(part.text)
    return "".join(pieces), claims, skips


def _found_again(
    claims: Iterable[Claim], text: str, placed: Sequence[Claim]
) -> tuple[list[Claim], list[Claim]]:
    """Tell claims of replaced parts whose words still stand free in the text from those that are gone."""
    ids = {claim.claim_id for claim in placed}
    taken = [claim.span for claim in placed]
    found: list[Claim] = []
    gone: list[Claim] = []
    for claim in claims:
        if claim.claim_id in ids:
            continue
        ids.add(claim.claim_id)
        span = _free_place(claim.text, text, taken)
        if span is None:
            gone.append(claim)
        else:
            taken.append(span)
            found.append(replace(claim, start=span.start, end=span.end))
    return found, gone


def _free_place(words: str, text: str, taken: Sequence[Span]) -> Span | None:
    """Give the first place of the words in the text that no claim has yet."""
    start = text.find(words) if words else -1
    while start >= 0:
        span = Span(start, start + len(words))
        if not any(span.overlaps(other) for other in taken):
            return span
        start = text.find(words, start + 1)
    return None
