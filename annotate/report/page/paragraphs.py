"""An article's text cut into the paragraphs that the page shows, claims and all; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.model import Claim, Skip
from annotate.report.page.view_models import Shown

# A skip of these kinds stands in a block of its own; all others run along in the text.
BLOCK_SKIPS: Mapping[str, str] = {
    "heading": "heading",
    "byline": "byline",
    "caption": "caption",
    "credit": "caption",
    "boilerplate": "notice",
}

# A word too long for a line of its own, or a text without spaces, is cut before its last characters.
_LAST_WORD = re.compile(r"\S{1,16}\s*\Z")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph: a claim, or words that are none."""

    text: str
    claim: Shown | None = None

    @property
    def ends(self) -> tuple[str, str]:
        """The text cut before its last word; what follows never stands on a line without that word."""
        match = _LAST_WORD.search(self.text)
        at = match.start() if match else len(self.text)
        return self.text[:at], self.text[at:]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of an article as the page shows it; `kind` is a block's kind, or `notice`."""

    kind: str
    pieces: tuple[Piece, ...]

    @property
    def claims(self) -> list[Shown]:
        """The claims in it, in reading order."""
        return [piece.claim for piece in self.pieces if piece.claim]


def apart(claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """Tell claims that the text can show from those drawn over another."""
    placed: list[Claim] = []
    over: list[Claim] = []
    for claim in sorted(claims, key=lambda claim: (claim.start, claim.index < 0, -claim.end)):
        (over if placed and claim.start < placed[-1].end else placed).append(claim)
    return placed, over


def paragraphs(
    text: str, claims: Sequence[Claim], skips: Sequence[Skip], shown: Mapping[str, Shown]
) -> Iterator[Paragraph]:
    """Cut the text into paragraphs: at blank lines, and at single line breaks between blocks."""
    pieces: list[Piece] = []
    spans: list[Claim | Skip] = []
    broken = False
    for span, words in _stretches(text, claims, skips):
        if span is None:
            *closed, rest = _BLANK_LINE.split(words)
            for run in closed:
                yield from _paragraph([*pieces, Piece(run)], spans)
                pieces, spans = [], []
            broken = "\n" in rest
            pieces.append(Piece(rest))
            continue
        if broken and spans and _apart_from(spans[-1], span):
            yield from _paragraph(pieces, spans)
            pieces, spans = [], []
        pieces.append(Piece(words, shown[span.claim_id] if isinstance(span, Claim) else None))
        spans.append(span)
        broken = False
    yield from _paragraph(pieces, spans)


def _paragraph(pieces: Sequence[Piece], spans: Iterable[Claim | Skip]) -> Iterator[Paragraph]:
    """Return a paragraph of the kind of its first claim, else of its first skip; none for white space."""
    claims_first = sorted(spans, key=lambda span: isinstance(span, Skip))
    kind = next((match for span in claims_first if (match := _kind(span))), "body")
    if any(piece.text.strip() for piece in pieces):
        yield Paragraph(kind, tuple(piece for piece in pieces if piece.text))


def _kind(span: Claim | Skip) -> str:
    return span.kind if isinstance(span, Claim) else BLOCK_SKIPS.get(span.kind, "")


def _apart_from(left: Claim | Skip, right: Claim | Skip) -> bool:
    """Return whether a line break between the two parts blocks; where that is not known, it does not."""
    if isinstance(left, Claim) and isinstance(right, Claim):
        return left.block >= 0 and right.block >= 0 and left.block != right.block
    return any(isinstance(span, Skip) and span.kind in BLOCK_SKIPS for span in (left, right))


def _stretches(
    text: str, claims: Sequence[Claim], skips: Sequence[Skip]
) -> Iterator[tuple[Claim | Skip | None, str]]:
    """Cut the text into claims, skips and what lies between, in order; a claim goes before a skip."""
    spans: list[Claim | Skip] = sorted([*claims, *skips], key=lambda s: (s.start, isinstance(s, Skip)))
    at = 0
    for span in spans:
        if span.start < at:
            continue
        if span.start > at:
            yield None, text[at : span.start]
        yield span, text[span.start : span.end]
        at = span.end
    if at < len(text):
        yield None, text[at:]
