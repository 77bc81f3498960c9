"""Paragraphs of a converted document, laid out as one text with its blocks."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from annotate.article.reading.blocks import kinds
from annotate.model import Block, BlockKind, Span, Time

#: What stands between two blocks.
GAP = "\n\n"


class Piece(NamedTuple):
    """The words of one block, and its kind where the document's marks tell it."""

    words: str
    kind: BlockKind | None


class Document(NamedTuple):
    """A document's text with its blocks, and what it says of itself (empty where it says nothing).

    `times` are those of a transcript's cues, in the order of the text; `notes` say what was not read.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    author: str = ""
    times: tuple[Time, ...] = ()
    notes: tuple[str, ...] = ()


def folded(words: str) -> str:
    """Return words with one space for each stretch of white space."""
    return " ".join(words.split())


def laid_out(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Put pieces one under the other, a blank line between them, and name the kinds still open."""
    pieces = [piece for piece in pieces if piece.words]
    text = GAP.join(piece.words for piece in pieces)
    starts = accumulate((len(piece.words) + len(GAP) for piece in pieces), initial=0)
    placed = [
        (Span(start, start + len(piece.words)), piece.kind)
        for start, piece in zip(starts, pieces, strict=False)
    ]
    return text, tuple(
        Block(*span, kind) for (span, _), kind in zip(placed, kinds(text, placed), strict=True)
    )
