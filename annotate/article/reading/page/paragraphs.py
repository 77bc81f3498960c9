"""A page's own paragraphs, in reading order, each with its kind, its place, and how much of it is a link.

The elements of trafilatura's output are read the same way: `head`, `list`, `quote`, `lb` and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml.etree import _Element as Element

from annotate.article.reading.documents.layout import folded
from annotate.article.reading.paragraphs import SENTENCE_END
from annotate.model import BlockKind

#: An element whose kind the cleaning knows carries it under this name.
KIND_MARK = "data-claimdesk-kind"
#: The mark of a line that names who signs the quotation before it.
SIGNATURE = "signature"
#: Kinds that elements tell: those of pages, then those of trafilatura.
KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "head"), "heading"),
    "figcaption": "caption", "li": "list_item", "item": "list_item", "blockquote": "quote", "quote": "quote",
}  # fmt: skip
#: Elements that begin and end a paragraph.
BLOCKS = frozenset({
    *KINDS, "address", "article", "aside", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
    "dt", "fieldset", "figure", "footer", "form", "header", "hgroup", "hr", "legend", "list", "main", "menu",
    "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", "row", "cell", "option",
})  # fmt: skip
#: Elements that hold no words of the article, whatever stands in them.
WORDLESS = frozenset({
    "applet", "audio", "button", "canvas", "datalist", "dialog", "embed", "frame", "frameset", "iframe",
    "input", "label", "map", "math", "object", "picture", "progress", "script", "select", "style", "svg",
    "template", "textarea", "title", "video", "graphic", "meta", "link", "rp", "rt", "noscript",
})  # fmt: skip
HEADINGS = frozenset(tag for tag, kind in KINDS.items() if kind == "heading")
BREAKS, LINKS, BOLD = ("br", "lb"), ("a", "ref"), ("b", "strong")
#: Elements that lead what follows them, as headings do.
LEADS = frozenset({"dt", "summary"})
#: A word, or one letter of a script without spaces.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
#: So many words without an end of a sentence are prose too.
PROSE_WORDS = 15


@dataclass(eq=False)
class Paragraph:
    """A paragraph: its words with white space folded, the element that holds it, its kind if that is told."""

    words: str
    kind: BlockKind | None
    element: Element
    link_share: float = 0.0
    bold_share: float = 0.0

    @cached_property
    def tokens(self) -> list[str]:
        """Its words in lower case, without marks."""
        return WORD.findall(self.words.casefold())

    @property
    def count(self) -> int:
        """How many words it holds."""
        return len(self.tokens)

    @property
    def leads(self) -> bool:
        """Whether it belongs to what follows it."""
        return self.kind == "heading" or self.element.tag in LEADS

    @property
    def signs(self) -> bool:
        """Whether it names who signs the quotation before it."""
        return bool(self.element.get(KIND_MARK) == SIGNATURE)

    @property
    def is_prose(self) -> bool:
        """Whether it reads as sentences, rather than as a label, a name or a link."""
        if self.leads or self.link_share > 0.5:
            return False
        ends = SENTENCE_END.search(self.words[-20:]) is not None and self.count > 1
        return ends or self.count >= PROSE_WORDS


class Walk:
    """Reads the paragraphs below an element, in reading order, into `paragraphs`."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self._parts: list[str] = []
        self._linked = self._links = self._bold = self._bolds = 0

    def block(self, element: Element, kind: BlockKind | None) -> None:
        """Read what stands in an element that begins and ends paragraphs."""
        kind = "byline" if element.get(KIND_MARK) else _kind_of(element) or kind
        self._text(element.text)
        for child in element:
            self._child(child, element, kind)
        self._end(element, kind)

    def _child(self, child: Element, within: Element, kind: BlockKind | None) -> None:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in BLOCKS:
            self._end(within, kind)
            if tag == "table":
                self.paragraphs += _rows(child)
            else:
                self.block(child, kind)
        elif tag in BREAKS:
            self._break(within, kind)
        elif tag and not _is_wordless(child, kind) and not _is_time_alone(child):
            self._inline(child, within, kind)
        self._text(child.tail)

    def _inline(self, element: Element, within: Element, kind: BlockKind | None) -> None:
        is_link, is_bold = element.tag in LINKS, element.tag in BOLD
        self._links, self._bolds = self._links + is_link, self._bolds + is_bold
        if self._parts and _is_set_apart(element, self._parts[-1]):
            self._parts.append(" ")
        self._text(element.text)
        for child in element:
            self._child(child, within, kind)
        self._links, self._bolds = self._links - is_link, self._bolds - is_bold

    def _text(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            letters = len("".join(text.split())) if self._links or self._bolds else 0
            self._linked += letters if self._links else 0
            self._bold += letters if self._bolds else 0

    def _break(self, element: Element, kind: BlockKind | None) -> None:
        """End a line: it is a paragraph of its own, but in a heading."""
        if kind == "heading":
            self._parts.append(" ")
        else:
            self._end(element, kind)

    def _end(self, element: Element, kind: BlockKind | None) -> None:
        """End a paragraph."""
        words, linked, bold = folded("".join(self._parts)), self._linked, self._bold
        self._parts, self._linked, self._bold = [], 0, 0
        if words:
            letters = len(words) - words.count(" ")
            self.paragraphs.append(Paragraph(words, kind, element, linked / letters, bold / letters))


def paragraphs_of(body: Element) -> list[Paragraph]:
    """Return the paragraphs below an element, in reading order."""
    walk = Walk()
    walk.block(body, None)
    return walk.paragraphs


def _kind_of(element: Element) -> BlockKind | None:
    """Return the kind that an element's name tells; a list item with a heading is a text of its own."""
    if element.tag in ("li", "item") and any(child.tag in HEADINGS for child in element):
        return "body"
    return KINDS.get(str(element.tag))


def _is_wordless(element: Element, kind: BlockKind | None) -> bool:
    """Return whether an element holds no words of the article; a button in a heading opens what it leads."""
    return element.tag in WORDLESS and not (element.tag == "button" and kind == "heading")


def _is_set_apart(element: Element, before: str) -> bool:
    """Return whether an element begins another line by its style: "Harbour", and "Quay closes" beside it."""
    previous, text = element.getprevious(), element.text or ""
    beside = previous is not None and previous.tag == element.tag and not previous.tail
    return beside and before[-1:].islower() and text[:1].isupper()


def _is_time_alone(element: Element) -> bool:
    """Return whether a time stands beside the text, rather than in a sentence."""
    if element.tag != "time":
        return False
    parent, before = element.getparent(), element.getprevious()
    lead = parent.text if before is None and parent is not None else before.tail if before is not None else ""
    return not (lead or "").strip() and not (element.tail or "").strip()


def _rows(table: Element) -> Iterator[Paragraph]:
    """Return the rows of a table of data, its caption before them."""
    for row in table.iter("caption", "tr", "row"):
        cells = [row] if row.tag == "caption" else row.iterchildren("td", "th", "cell")
        words = filter(None, (folded(" ".join(cell.itertext())) for cell in cells))
        if joined := " | ".join(words):
            yield Paragraph(joined, "boilerplate", row)
