"""Blocks of a Markdown text; the text itself stays as it is, marks and all.

The parser (markdown-it) gives whole lines for headings, paragraphs, list items and quotations; what stands
inside a paragraph is judged by the rules for plain text, but for the headings that Markdown marks itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from annotate.article.reading.blocks import kinds
from annotate.model import Block, BlockKind, Span

# Fields between two lines of dashes at the head of the file: "title: Bridge closes".
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>(?:[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
FIELD = re.compile(r"^(title|author|date)[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.IGNORECASE | re.MULTILINE)
# Marks in front of a block's words: quotation, bullet or number, heading.
MARKS = re.compile(r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*(?:#{1,6}[ \t]+)?")
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
NO_PROSE = {"fence", "code_block", "html_block", "hr", "table_open"}


class Piece(NamedTuple):
    """A block as the parser gives it: its span, and its kind where the marks tell it."""

    span: Span
    kind: BlockKind | None


def markdown_fields(text: str) -> dict[str, str]:
    """Return `title`, `author` and `date` from the front matter, as far as they stand there."""
    head = FRONT_MATTER.match(text)
    return {name.lower(): value for name, value in FIELD.findall(head["fields"])} if head else {}


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """Cut a Markdown text into blocks; marks, front matter and link targets lie outside or in boilerplate."""
    pieces = [piece for piece in _pieces(text) if piece.span.length > 0]
    named = kinds(text, pieces, besides=("heading", "list_item"))
    return tuple(Block(*piece.span, kind) for piece, kind in zip(pieces, named, strict=True))


def _pieces(text: str) -> Iterator[Piece]:
    head = FRONT_MATTER.match(text)
    body = head.end() if head else 0
    if head:
        yield Piece(Span(0, len(head[0].rstrip())), "boilerplate")
    starts = list(accumulate((len(line) + 1 for line in text[body:].split("\n")), initial=body))
    within: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text[body:]):
        if token.nesting == 1:
            within.append(token.type)
        elif token.nesting == -1:
            within.pop()
        read = token.type == "inline" or token.type in NO_PROSE
        if token.map and read and not _inside_table(token, within):
            first, behind = token.map
            yield _piece(text, Span(starts[first], min(starts[behind], len(text))), token.type, within)


def _inside_table(token: Token, within: list[str]) -> bool:
    return "table_open" in (within[:-1] if token.type == "table_open" else within)


def _piece(text: str, lines: Span, token_type: str, within: list[str]) -> Piece:
    """Take the white space, and for prose the marks, off the whole lines that the parser names."""
    words = lines.of(text)
    start, end = lines.start + len(words) - len(words.lstrip()), lines.start + len(words.rstrip())
    if token_type in NO_PROSE:
        return Piece(Span(start, end), "boilerplate")
    marks = MARKS.match(text, start, end)
    start = marks.end() if marks else start
    return Piece(Span(start, end), _marked_kind(text[start:end], within))


def _marked_kind(words: str, within: list[str]) -> BlockKind | None:
    """The kind that the marks around a piece tell: the innermost that does."""
    if not PICTURE.sub("", words).strip():
        return "boilerplate"
    if "heading_open" in within or re.fullmatch(r"(\*\*|__)[^*_]+[^*_.!:]\1", words):
        return "heading"
    if "list_item_open" in within:
        return "list_item"
    return "quote" if "blockquote_open" in within else None
