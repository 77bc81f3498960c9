"""The article in a web page: its main text, in blocks, with title, author and date.

trafilatura finds the text. It drops captions, so each one is put behind its figure as a marked paragraph
first; a page with more captions than `MOST_CAPTIONS` is a gallery, and its captions stay out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element
from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document

from annotate.article.reading.blocks import kinds
from annotate.errors import BadInput
from annotate.model import Block, BlockKind, Span

MOST_CAPTIONS = 10
# Time grows with the square of these, in lxml or in trafilatura; articles stay far below.
MOST_ELEMENTS, MOST_DEPTH = 50_000, 250
# A tag with more attributes than any tag has (what a script holds may look like a tag of thousands): found by
# a scan that reads each character once.
NAME, VALUE = r"[^\s/>][^\s/>=]*+", r"""\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+"""
TAG = re.compile(
    rf"<[a-zA-Z][^\s/>]*+(?:[\s/]*+{NAME}(?:{VALUE})?+){{0,10000}}+(?P<more>[\s/]*+{NAME})?".encode()
)
CAPTION_MARK = "claimdesk-figcaption "
GAP = "\n\n"
AS_TEXT = "save its text as a .txt file instead"


class Page(NamedTuple):
    """The article's text with its blocks, and what the page says of itself (empty where it says nothing)."""

    text: str
    blocks: tuple[Block, ...]
    title: str
    author: str
    date: str


class Piece(NamedTuple):
    """The words of one block, and its kind where the page's marks tell it."""

    words: str
    kind: BlockKind | None


def read_page(content: bytes, *, name: str, address: str = "") -> Page:
    """Find the article in a page's bytes; `name` is what messages call it.

    Raises:
        BadInput: where the page holds no article text.
    """
    document = _main_text(content, name, address)
    pieces = list(_pieces(document.body)) if document else []
    if document is None or not pieces:
        raise BadInput(f"{name}: no article text was found in this page: {AS_TEXT}")
    title = _folded(document.title or "")
    if title and not any(piece.kind == "heading" and _folded(piece.words) == title for piece in pieces[:3]):
        pieces.insert(0, Piece(title, "heading"))
    text, blocks = _laid_out(pieces)
    return Page(text, blocks, title, _folded(document.author or ""), document.date or "")


def _main_text(content: bytes, name: str, address: str) -> Document | None:
    if any(tag["more"] for tag in TAG.finditer(content)):
        raise BadInput(f"{name}: has a tag with too many attributes: {AS_TEXT}")
    tree = load_html(content)
    if tree is None:
        return None
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        raise BadInput(f"{name}: has more than {MOST_ELEMENTS:,} elements: {AS_TEXT}")
    if tree.xpath(f"boolean(//*[count(ancestor::*) > {MOST_DEPTH}])"):
        raise BadInput(f"{name}: is nested too deeply to be read whole: {AS_TEXT}")
    _keep_captions(tree)
    document = bare_extraction(tree, url=address or None, include_comments=False, with_metadata=True)
    return document if isinstance(document, Document) and document.body is not None else None


def _keep_captions(tree: Element) -> None:
    captions = [caption for caption in tree.iter("figcaption") if _words(caption)]
    for caption in captions if len(captions) <= MOST_CAPTIONS else ():
        figure = next(caption.iterancestors("figure"), None)
        if figure is not None and figure.getparent() is not None:
            marked = etree.Element("p")
            marked.text, marked.tail, figure.tail = CAPTION_MARK + _words(caption), figure.tail, None
            figure.addnext(marked)


def _pieces(body: Element) -> Iterator[Piece]:
    """Walk through the blocks that trafilatura found, in reading order."""
    for element in body:
        if element.tag == "head":
            yield from _lines(element, "heading")
        elif element.tag == "table":
            for row in element.iter("row"):
                cells = filter(None, (_words(cell) for cell in row))
                yield Piece(" | ".join(cells), "boilerplate")
        elif element.tag in ("list", "quote") and len(element):
            yield from _nested(element)
        elif element.tag != "graphic":
            yield from _lines(element, "quote" if element.tag == "quote" else None)


def _nested(element: Element) -> Iterator[Piece]:
    kind: BlockKind = "list_item" if element.tag == "list" else "quote"
    if element.text and element.text.strip():
        yield Piece(_folded(element.text), kind)
    for child in element:
        if child.tag in ("list", "quote") and len(child):
            yield from _nested(child)
        else:
            yield from _lines(child, kind)


def _lines(element: Element, kind: BlockKind | None) -> Iterator[Piece]:
    """Return the element's words; a line break begins a new block."""
    for line in "".join(_flow(element)).split("\n"):
        words = _folded(line)
        if words.startswith(CAPTION_MARK.strip()):
            yield Piece(words.removeprefix(CAPTION_MARK.strip()).strip(), "caption")
        else:
            yield Piece(words, kind)


def _flow(element: Element) -> Iterator[str]:
    """Return the text in an element, a line feed for each line break and for nothing else."""
    yield re.sub(r"\s+", " ", element.text or "")
    for child in element:
        if child.tag == "lb":
            yield "\n"
        yield from _flow(child)
        yield re.sub(r"\s+", " ", child.tail or "")


def _words(element: Element) -> str:
    return _folded(" ".join(element.itertext()))


def _folded(words: str) -> str:
    return " ".join(words.split())


def _laid_out(pieces: list[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Put the pieces one under the other, a blank line between them, and name the kinds still open."""
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
