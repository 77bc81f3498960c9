"""An article as a reader reads it: without Markdown's signs and broken words, and the way back to its text.

`Article.unread` names the stretches that no reader reads as words. A clean view leaves them out, and a line
break inside a paragraph is a space in it. What is found in the view is carried back by offsets.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from annotate.model import Article, Block, Span

# A character by its name or number: "&nbsp;", "&#8212;".
ENTITY = re.compile(r"&(?:[a-zA-Z]\w{1,30}|#\d{1,7}|#[xX][\da-fA-F]{1,6});")
# A line break inside a paragraph; in front of a dash it may set a signature apart, and stays.
WRAPPED = re.compile(r"\n(?![^\S\n]*(?:[—–―]|--))")
# What stands before the words of a line: its indent, the marks of a quotation.
LINE_HEAD = re.compile(r"(?:(?<=\n)|^)[\s>]+")


@dataclass(frozen=True)
class CleanView:
    """A cleaned article, and where its characters stand in the original one.

    `kept` are the stretches of the original text that the view is made of, `starts` where each begins in the
    view.
    """

    article: Article
    original: Article
    kept: tuple[Span, ...]
    starts: tuple[int, ...]

    def back(self, span: Span) -> Span:
        """Return the words of a stretch of the view in the original text, signs around them left out."""
        if not self.original.unread or not span.length:
            return span
        return Span(self._origin(span.start), self._origin(span.end - 1) + 1)

    def back_with_signs(self, pieces: Sequence[tuple[int, Span]]) -> list[Span]:
        """Return stretches of the view, each with the index of its block, with the signs that touch them.

        A sign belongs to the words before it, if nothing stands between the two, else to those behind it; no
        stretch grows over the end of its block.
        """
        spans = [self.back(span) for _, span in pieces]
        if not self.original.unread:
            return spans
        blocks = [self.original.blocks[index] for index, _ in pieces]
        behind = {sign.start: sign.end for sign in self.original.unread}
        before = {sign.end: self._without_line_head(sign) for sign in self.original.unread}
        grown: list[Span] = []
        for span, block in zip(spans, blocks, strict=True):
            low = max(block.start, grown[-1].end if grown else 0)
            start, end = span
            if start in before and before[start] >= low:
                start = before[start]
            if end in behind and behind[end] <= block.end:
                end = behind[end]
            grown.append(Span(start, end))
        return grown

    def _without_line_head(self, sign: Span) -> int:
        """Return where a sign begins, without the indent or the marks of a quotation in front of it."""
        head = LINE_HEAD.match(self.original.text, *sign)
        return head.end() if head else sign.start

    def _origin(self, at: int) -> int:
        run = bisect_right(self.starts, at) - 1
        return self.kept[run].start + at - self.starts[run]


def clean_view(article: Article) -> CleanView:
    """Return an article as a reader reads it; without anything unread it is the article itself."""
    if not article.unread:
        return CleanView(_unwrapped(article), article, (), ())
    kept = tuple(_between(article.unread, len(article.text)))
    starts = tuple(accumulate((span.length for span in kept[:-1]), initial=0))
    text = "".join(_read(article.text, span) for span in kept)
    blocks = tuple(_clean_block(block, text, kept, starts) for block in article.blocks)
    return CleanView(_unwrapped(replace(article, text=text, blocks=blocks, unread=())), article, kept, starts)


def _read(text: str, kept: Span) -> str:
    """Return a stretch as it is read: the sign of an entity, whose name is left out, is what it means."""
    entity = ENTITY.match(text, kept.end - 1) if kept.length else None
    return kept.of(text) if entity is None else text[kept.start : kept.end - 1] + html.unescape(entity[0])


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return stretches in order, those that share a character or touch as one.

    >>> merged([Span(4, 6), Span(1, 2), Span(5, 9)])
    (Span(start=1, end=2), Span(start=4, end=9))
    """
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        elif span.length:
            joined.append(span)
    return tuple(joined)


def _between(unread: Sequence[Span], length: int) -> Iterator[Span]:
    bounds = [0, *(at for span in unread for at in span), length]
    return (Span(start, end) for start, end in list(pairwise(bounds))[::2])


def _clean_block(block: Block, text: str, kept: Sequence[Span], starts: Sequence[int]) -> Block:
    start, end = (_position(at, kept, starts) for at in block.span)
    words = text[start:end]
    return (
        Block(end - len(words.lstrip()), start + len(words.rstrip()), block.kind)
        if words.strip()
        else (Block(start, start, block.kind))
    )


def _position(at: int, kept: Sequence[Span], starts: Sequence[int]) -> int:
    """Return the offset in the view of an offset in the original; one inside a sign stands behind it."""
    run = bisect_right(kept, at, key=lambda span: span.start) - 1
    return starts[run] + min(at - kept[run].start, kept[run].length)


def _unwrapped(article: Article) -> Article:
    """Return an article with spaces for the line breaks inside its paragraphs."""
    text, parts, done = article.text, [], 0
    for block in article.blocks:
        words = block.span.of(text)
        if "\n" in words and "\n\n" not in words and block.kind != "boilerplate":
            parts += [text[done : block.start], WRAPPED.sub(" ", words)]
            done = block.end
    return replace(article, text="".join([*parts, text[done:]])) if parts else article
