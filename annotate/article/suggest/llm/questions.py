"""What a language model is asked: to label a claim, or to cut a sentence, each with its paragraph; pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from annotate.model import Span

#: Characters of its paragraph that are shown on either side of a claim.
MOST_AROUND = 1_000
BREAK = re.compile(r"\n\s*\n")
SPACES = re.compile(r"\s+")

Kind = Literal["label", "cut"]


@dataclass(frozen=True, slots=True)
class Question:
    """A claim to label, or a sentence in another language to cut into claims and label.

    `text` is the article's; `span` is what is asked about, `paragraph` what is shown around it.
    """

    text: str = field(repr=False)
    span: Span
    paragraph: Span
    kind: Kind = "label"

    @property
    def words(self) -> str:
        """What is asked about, with single spaces."""
        return _sendable(self.span.of(self.text))

    @property
    def context(self) -> str:
        """What is shown around it, with single spaces."""
        return _sendable(self.paragraph.of(self.text))


def questions_of(text: str, spans: Sequence[Span], kinds: Sequence[Kind]) -> list[Question]:
    """Return a question for each span of an article's text."""
    breaks = [match.span() for match in BREAK.finditer(text)]
    return [
        Question(text, span, _around(text, span, breaks), kind)
        for span, kind in zip(spans, kinds, strict=True)
    ]


def batches(questions: Sequence[Question], size: int) -> Iterator[list[Question]]:
    """Return questions of one kind in groups of at most `size`, in order."""
    for kind in ("label", "cut"):
        of_kind = [question for question in questions if question.kind == kind]
        yield from (of_kind[at : at + size] for at in range(0, len(of_kind), size))


def _around(text: str, span: Span, breaks: Sequence[tuple[int, int]]) -> Span:
    """Return the paragraph around a span; of a long one the words next to the span."""
    at = bisect_right(breaks, span.start, key=lambda each: each[0])
    start = breaks[at - 1][1] if at else 0
    following = (first for first, _ in breaks[at:] if first >= span.end)
    end = next(following, len(text))
    first, last = min(max(start, span.start - MOST_AROUND), span.start), min(end, span.end + MOST_AROUND)
    if first > start:
        space = SPACES.search(text, first, span.start)
        first = space.end() if space else span.start
    if last < end:
        last = max(span.end, *(match.start() for match in SPACES.finditer(text, span.end, last)), span.end)
    return Span(first, last)


def _sendable(words: str) -> str:
    """Return words with single spaces, without halves of surrogate pairs, which no request can hold."""
    return " ".join(words.encode("utf-8", "replace").decode().split())
