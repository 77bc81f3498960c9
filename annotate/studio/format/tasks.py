"""Claims to Label Studio tasks; pure.

A task carries all that a report needs, in either layout (see `TASK_FIELDS`), so a pull on another machine
than the one that pushed leads to the same tables. Offsets in a task's `data` are offsets of the article; only
the regions inside Label Studio count from the beginning of the task's own text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby, pairwise
from typing import Any, Literal

from annotate.errors import BadInput
from annotate.model import Article, Claim, Shown, Skip, Span, Suggestion
from annotate.order import Order
from annotate.studio.format.predictions import SEEN, hint, predictions_of
from annotate.studio.format.sent import CLAIM_FIELDS, SCHEMA, Task, digest_of
from annotate.text import counted

Layout = Literal["article", "claim"]
Suggestions = Literal["hint", "off", "preload"]

MOST_CLAIMS = 60  # in one task of the article layout
CONTEXT = 320  # characters of the passage on either side of a claim, in the claim layout

TASK_FIELDS: Mapping[str, str] = {
    "schema": "version of this table, 1",
    "layout": "article or claim",
    "article_id": "slug of the article",
    "revision": "twelve hex digits that change with the article's text",
    "title": "as the article gives it; so are address, author and date",
    "address": "",
    "author": "",
    "date": "",
    "section": "words of the heading above, empty before the first",
    "codebook": "version of the codebook that annotators follow",
    "text": "article.text[offset : offset + len(text)]; the texts of a project cover the whole article",
    "offset": "where text begins in the article",
    "claims": "list of claims, with offsets of the article; shown: off, hint, preload or blind",
    "skips": "list of kind, start, end: stretches of text without claims",
    "position": "for the reader: section 2 of 6, 9 claims; claim 12 of 180",
    "digest": "of all the other fields: tells a task that was edited by hand, and finds it again",
}

# What a task of the claim layout shows besides.
PASSAGE_FIELDS = ("before", "claim", "after", "heading", "hint", "claim_id")

#: What a task has besides where it goes out in another order than that of the article.
ORDER_FIELDS: Mapping[str, str] = {
    "priority": "0.000 to 1.000: the higher, the earlier; comparable among pushes in one order",
    "order_reason": "why, in words",
}
SUGGESTION_FIELDS = tuple(field.name for field in fields(Suggestion))  # all, as they are in a task

_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
_SUSPECT = re.compile(r"[\ud800-\udfff]|\\u0000")  # in JSON; also where a backslash itself is escaped


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms claims are shown to annotators.

    `codebook` is the version of the rules. `suggestions` are shown as a hint, filled in beforehand
    (`preload`), or not at all (`off`); `blind` is the share of claims, 0..1, that show none in any case.
    With `in_section`, a section of the article layout has about so many claims, wherever headings are.
    `order` is that in which claims go out, `None` for that of the article.
    """

    codebook: str = ""
    suggestions: Suggestions = "hint"
    blind: float = 0.0
    in_section: int = 0
    order: Order | None = None

    def shown(self, claim: Claim) -> Shown:
        """Return what an annotator sees of this claim's suggestion: the same for everybody.

        Which claims are blind depends on their ids alone, and a larger share only adds to them.
        """
        if not claim.suggestion or self.suggestions == "off":
            return "off"
        share = int(hashlib.sha256(f"blind {claim.claim_id}".encode()).hexdigest()[:8], 16) / 2**32
        return "blind" if share < self.blind else self.suggestions


DEFAULT_TERMS = Terms()


def section_tasks(
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    only: Collection[str] | None = None,
    terms: Terms = DEFAULT_TERMS,
) -> list[Task]:
    """Return the tasks of the article layout: one a section, with at most `MOST_CLAIMS` claims.

    `only` names the claim ids to send: a section none of whose claims are wanted gives no task, a section of
    which some are wanted gives its whole text with regions for those. Without it the tasks' texts together
    are the article.

    Raises:
        BadInput: where a claim is not the words at its place, or there are characters no server keeps.
    """
    head = _head(article, terms)
    parts = list(_equal_parts(claims, terms.in_section) if terms.in_section else _parts(article, claims))
    bounds = [0, *(_cut(article, a[-1], b[0]) for a, b in pairwise(parts)), len(article.text)]
    tasks = []
    for number, (part, (start, end)) in enumerate(zip(parts, pairwise(bounds), strict=False), 1):
        wanted = [claim for claim in part if only is None or claim.claim_id in only]
        if wanted:
            data = head | _stretch(article, wanted, skips, Span(start, end), terms)
            place = f"section {number} of {len(parts)}, {counted(len(wanted), 'claim')}"
            data |= {"layout": "article", "position": place}
            tasks.append(_task(data))
    return tasks


def claim_tasks(
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    only: Collection[str] | None = None,
    terms: Terms = DEFAULT_TERMS,
) -> list[Task]:
    """Return the tasks of the claim layout: one a claim, with the passage around it, in the order of `terms`.

    A task's text runs from the end of the claim before to the end of its own (the last one's to the end of
    the article), so that the tasks of a project together have the whole article.

    Raises:
        BadInput: where a claim is not the words at its place, or there are characters no server keeps.
    """
    head = _head(article, terms)
    bounds = [0, *(claim.end for claim in claims[:-1]), len(article.text)]
    ranked = terms.order.priorities(article, claims) if terms.order else {}
    tasks = []
    for number, (claim, (start, end)) in enumerate(zip(claims, pairwise(bounds), strict=False), 1):
        if only is None or claim.claim_id in only:
            data = head | _stretch(article, [claim], skips, Span(start, end), terms)
            data |= {"layout": "claim", "position": f"claim {number} of {len(claims)}"}
            data |= _passage(article, claim, data["claims"][0])
            if priority := ranked.get(claim.claim_id):
                data |= {"priority": priority.words, "order_reason": priority.reason}
            tasks.append(_task(data))
    return by_priority(tasks)


def by_priority(tasks: Iterable[Task]) -> list[Task]:
    """Return tasks in the order in which they go out; equal ones stay as they are."""
    return sorted(tasks, key=lambda task: -float(task["data"].get("priority", 0)))


def stretch_task(
    article: Article, claims: Sequence[Claim], skips: Sequence[Skip], span: Span, *, terms: Terms
) -> Task:
    """Return a task of the article layout for a stretch of an article, without its number in `position`.

    Raises:
        BadInput: where a claim is not the words at its place, or there are characters no server keeps.
    """
    data = _head(article, terms) | _stretch(article, claims, skips, span, terms)
    return _task(data | {"layout": "article", "position": ""})


def task_count(article: Article, claims: Sequence[Claim], layout: Layout) -> int:
    """Return how many tasks an article makes when all of its claims are sent."""
    return len(claims) if layout == "claim" else sum(1 for _ in _parts(article, claims))


def _parts(article: Article, claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Cut the claims at headings, and what is still too long between blocks."""
    headings = [block.start for block in article.blocks if block.kind == "heading"]
    for _, section in groupby(claims, key=lambda claim: sum(start <= claim.start for start in headings)):
        part: list[Claim] = []
        for _, block in groupby(section, key=lambda claim: claim.block):
            run = list(block)
            if part and len(part) + len(run) > MOST_CLAIMS:
                yield part
                part = []
            part += run
            while len(part) > MOST_CLAIMS:  # one block alone is too long: cut between its claims
                yield part[:MOST_CLAIMS]
                part = part[MOST_CLAIMS:]
        yield part


def _equal_parts(claims: Sequence[Claim], most: int) -> Iterator[Sequence[Claim]]:
    """Cut the claims into as few parts as possible, of at most so many claims and of nearly the same size."""
    count = -(-len(claims) // most)
    bounds = [round(number * len(claims) / count) for number in range(count + 1)]
    yield from (claims[start:end] for start, end in pairwise(bounds))


def _cut(article: Article, before: Claim, after: Claim) -> int:
    """Return the place between two claims where one task ends and the next begins.

    That is the first heading between them, so that headings in a row stay together; without one it is where
    the later claim's block begins, and inside a block the end of the earlier claim.
    """
    starts = [b.start for b in article.blocks if before.end <= b.start <= after.start]
    headings = [b.start for b in article.blocks if b.kind == "heading" and b.start in starts]
    return headings[0] if headings else starts[-1] if starts else before.end


def _head(article: Article, terms: Terms) -> dict[str, Any]:
    """Return what all tasks of a push share."""
    names = ("article_id", "revision", "title", "address", "author", "date")
    return {
        "schema": SCHEMA,
        **{name: getattr(article, name) for name in names},
        "codebook": terms.codebook,
    }


def _stretch(
    article: Article, claims: Sequence[Claim], skips: Sequence[Skip], span: Span, terms: Terms
) -> dict[str, Any]:
    """Return a task's share of the article: a stretch of its text with the claims and skips in it."""
    return {
        "section": claims[0].section,
        "text": span.of(article.text),
        "offset": span.start,
        "claims": [_packed(claim, article.text) | {"shown": terms.shown(claim)} for claim in claims],
        "skips": [
            {"kind": s.kind, "start": s.start, "end": s.end}
            for s in skips
            if span.start <= s.start < span.end
        ],
    }


def _packed(claim: Claim, text: str) -> dict[str, Any]:
    """Return a claim as it is in a task."""
    if claim.span.of(text) != claim.text:
        raise BadInput(
            f"claim {claim.claim_id} is not the words at its place in the article: extract it anew"
        )
    attribution = claim.attribution
    return {
        **{name: getattr(claim, name) for name in CLAIM_FIELDS},
        "suggestion": claim.suggestion and _suggested(claim.suggestion),
        "attribution": attribution
        and {
            **{part: _quoted(getattr(attribution, part), text) for part in ("source", "cue", "content")},
            "kind": attribution.kind,
            "through": [_quoted(each, text) for each in attribution.through],
            "named": _quoted(attribution.named, text),
        },
    }


def _suggested(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggestion as it is in a task; `asdict` would take ten times as long."""
    return {name: getattr(suggestion, name) for name in SUGGESTION_FIELDS}


def _quoted(span: Span | None, text: str) -> dict[str, Any] | None:
    return span and {"start": span.start, "end": span.end, "text": span.of(text)}


def _task(data: dict[str, Any]) -> Task:
    task: Task = {"data": data | {"digest": digest_of(data)}, "predictions": predictions_of(data)}
    check_words(task, data["article_id"])
    return task


def check_words(value: object, article_id: str) -> None:
    """Refuse what no server keeps: a lone surrogate breaks a whole project, NUL some databases.

    Raises:
        BadInput: naming the character.
    """
    if not _SUSPECT.search(json.dumps(value, ensure_ascii=False)):  # many times as fast
        return
    for words in _strings(value):
        if match := _UNSENDABLE.search(words):
            bad = f"U+{ord(match[0]):04X}"
            raise BadInput(f"article {article_id} holds {bad}, which Label Studio cannot keep: remove it")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _passage(article: Article, claim: Claim, packed: Mapping[str, Any]) -> dict[str, str]:
    """Return the display fields of the claim layout; `packed` is the claim as it is in the task."""
    before = article.text[max(claim.start - CONTEXT, 0) : claim.start]
    after = article.text[claim.end : claim.end + CONTEXT]
    if len(before) < claim.start:  # cut at a word, and say so
        before = "… " + re.sub(r"\A\S*\s+", "", before)
    if claim.end + len(after) < len(article.text):
        after = re.sub(r"\s+\S*\Z", "", after) + " …"
    return {
        "before": before.strip(),
        "claim": claim.text,
        "after": after.strip(),
        "heading": claim.section,
        "hint": hint(packed) if packed["shown"] in SEEN else "",
        "claim_id": claim.claim_id,
    }
