"""Blocks of a Markdown text; the text itself stays as it is, marks and all.

The parser (markdown-it) gives whole lines for headings, paragraphs, list items and quotations; what stands
inside a paragraph is judged by the rules for plain text, but for the headings that Markdown marks itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from annotate.article.reading.blocks import kinds
from annotate.article.reading.clean_view import clean_view, merged
from annotate.article.reading.markdown.masks import masked, masks
from annotate.article.reading.markdown.signs import signs_in
from annotate.model import Article, Block, BlockKind, Span

# Fields at the head of the file, between lines of dashes (YAML) or plus signs (TOML): "title: Bridge closes".
FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\n(?P<yaml>(?:[^\n]*\n)*?)(?:---|\.\.\.)"
    r"|\+\+\+[ \t]*\n(?P<toml>(?:[^\n]*\n)*?)\+\+\+)[ \t]*(?:\n|\Z)"
)
FIELD = re.compile(
    r"^(title|author|date)[ \t]*[:=][ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.IGNORECASE | re.MULTILINE
)
# A paragraph that is bold as a whole.
BOLD = re.compile(r"(\*\*|__)[^*_]+[^*_.!:]\1")
NO_PROSE = {"fence", "code_block", "html_block", "hr", "table_open"}


class Piece(NamedTuple):
    """A block as the parser gives it: its span, its kind where the marks tell it, and the signs in it."""

    span: Span
    kind: BlockKind | None
    signs: Sequence[Span] = ()


class Markdown(NamedTuple):
    """The blocks of a Markdown text, and the stretches in them that no reader reads as words."""

    blocks: tuple[Block, ...]
    unread: tuple[Span, ...]


def markdown_fields(text: str) -> dict[str, str]:
    """Return `title`, `author` and `date` from the front matter, as far as they stand there."""
    head = FRONT_MATTER.match(text)
    fields = (head["yaml"] or head["toml"] or "") if head else ""
    return {name.lower(): value for name, value in FIELD.findall(fields)}


def read_markdown(text: str) -> Markdown:
    """Cut a Markdown text into blocks; marks, front matter and link targets lie outside or are unread."""
    pieces = [piece for piece in _pieces(text) if piece.span.length > 0]
    unread = merged(sign for piece in pieces if piece.kind != "boilerplate" for sign in piece.signs)
    blocks = tuple(Block(*piece.span, piece.kind or "body") for piece in pieces)
    read = clean_view(Article("", text, blocks, unread=unread)).article
    known = [(block.span, piece.kind) for block, piece in zip(read.blocks, pieces, strict=True)]
    named = kinds(read.text, known, besides=("heading", "list_item"))
    return Markdown(
        tuple(Block(*piece.span, kind) for piece, kind in zip(pieces, named, strict=True)), unread
    )


def _pieces(text: str) -> Iterator[Piece]:
    head = FRONT_MATTER.match(text)
    body = head.end() if head else 0
    if head:
        yield Piece(Span(0, len(head[0].rstrip())), "boilerplate")
    unknown = tuple(span for span in masks(text) if span.start >= body)
    lines = Lines(masked(text, unknown), body, unknown)
    within: list[str] = []
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join")
    for token in parser.parse(lines.text[body:]):
        if token.nesting == 1:
            within.append(token.type)
        elif token.nesting == -1:
            within.pop()
        if token.map and token.type in NO_PROSE and not _inside_table(token, within):
            yield Piece(lines.trimmed(*token.map), "boilerplate")
        elif token.map and token.type == "inline" and not _inside_table(token, within):
            yield from _prose(lines, token, within)


def _inside_table(token: Token, within: list[str]) -> bool:
    return "table_open" in (within[:-1] if token.type == "table_open" else within)


class Lines:
    """The lines of a masked Markdown text, counted from the end of its front matter."""

    def __init__(self, text: str, body: int, unknown: tuple[Span, ...]) -> None:
        """Find where each line begins; `unknown` is what was masked."""
        self.text = text
        self.unknown = unknown
        self.starts = list(accumulate((len(line) + 1 for line in text[body:].split("\n")), initial=body))

    def trimmed(self, first: int, behind: int) -> Span:
        """Return whole lines without the white space around them."""
        return _trimmed(self.text, Span(self.starts[first], min(self.starts[behind], len(self.text))))

    def bases(self, first: int, content: str) -> Iterator[tuple[int, int, int]]:
        """Yield for each line of a paragraph's content where its line, its words and their end stand."""
        for number, line in enumerate(content.split("\n"), start=first):
            start, end = self.starts[number], min(self.starts[number + 1], len(self.text))
            at = max(self.text.rfind(line.strip(), start, end), start)
            yield start, at, at + len(line.strip())


def _within(spans: Sequence[Span], span: Span) -> list[Span]:
    """Return what lies of stretches in order in another one."""
    first = bisect_right(spans, span.start, key=lambda each: each.end)
    behind = bisect_right(spans, span.end - 1, key=lambda each: each.start)
    return [Span(max(each.start, span.start), min(each.end, span.end)) for each in spans[first:behind]]


def _prose(lines: Lines, token: Token, within: Sequence[str]) -> Iterator[Piece]:
    """Yield a paragraph with its signs; a line break that its author made begins a new block."""
    first = token.map[0] if token.map else 0
    content = token.content.split("\n")
    heads = [0, *accumulate(len(line) + 1 for line in content)]
    places = list(lines.bases(first, token.content))
    indents = [len(line) - len(line.lstrip()) for line in content]

    def place(at: int) -> int:
        line = min(bisect_right(heads, at), len(content)) - 1
        return places[line][1] + at - heads[line] - indents[line]

    signs, breaks = signs_in(token.content, token.children or ())
    unread = [Span(place(sign.start), place(sign.end - 1) + 1) for sign in signs if sign.length]
    unread += (Span(start, at) for start, at, _ in places[1:] if lines.text[start:at].strip())
    unread += _within(lines.unknown, Span(places[0][1], places[-1][2]))
    unread = list(merged(unread))
    gaps = [Span(place(gap.start), place(gap.end - 1) + 1) for gap in breaks]
    bounds = [places[0][1], *(at for gap in gaps for at in gap), places[-1][2]]
    for start, end in list(pairwise(bounds))[::2]:
        span = _trimmed(lines.text, Span(start, end))
        own = _within(unread, span)
        yield Piece(span, _marked_kind(lines.text, span, own, within), own)


def _trimmed(text: str, span: Span) -> Span:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def _marked_kind(text: str, span: Span, signs: Sequence[Span], within: Sequence[str]) -> BlockKind | None:
    """Return the kind that the marks around a piece tell: the innermost that does."""
    bounds = [span.start, *(at for sign in signs for at in sign), span.end]
    if not any(text[start:end].strip() for start, end in list(pairwise(bounds))[::2]):
        return "boilerplate"
    if "heading_open" in within or BOLD.fullmatch(text, *span):
        return "heading"
    if "list_item_open" in within:
        return "list_item"
    return "quote" if "blockquote_open" in within else None
