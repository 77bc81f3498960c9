"""The article in a web page: its main text, in blocks, with title, author and date.

trafilatura finds the main text; the paragraphs themselves, with their kinds and order, are read from the page
(`paragraphs.py`), so that nothing between them is lost (`choice.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.etree import _Element as Element
from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document

from annotate.article.reading.documents.layout import Piece, folded, laid_out
from annotate.article.reading.page.choice import Choice, choose
from annotate.article.reading.page.cleaning import clean
from annotate.article.reading.page.paragraphs import Paragraph, paragraphs_of
from annotate.errors import BadInput
from annotate.model import Block

# Time grows with the square of these, in lxml or in trafilatura; articles stay far below.
MOST_ELEMENTS, MOST_DEPTH = 50_000, 250
# A tag with more attributes than any tag has (what a script holds may look like a tag of thousands): found by
# a scan that reads each character once.
NAME, VALUE = r"[^\s/>][^\s/>=]*+", r"""\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+"""
TAG = re.compile(
    rf"<[a-zA-Z][^\s/>]*+(?:[\s/]*+{NAME}(?:{VALUE})?+){{0,10000}}+(?P<more>[\s/]*+{NAME})?".encode()
)
#: What a page says that shows its text only when its script runs.
NEEDS_SCRIPT = re.compile(
    r"(?:enable|turn on|requires?|needs?|without|activate)\s+(?:\w+\s+){0,3}?java\s?script"
    r"|java\s?script\s+(?:\w+\s+){0,3}?(?:disabled|required|enabled|turned off|not available)"
    r"|checking (?:your|the) browser|verify(?:ing)? (?:that )?you are (?:a )?human",
    re.IGNORECASE,
)
SHELL_TAGS = ("body", "noscript", "p", "div", "span", "h1", "h2", "h3", "b", "strong", "a")
#: A shell of a page holds no more words than this.
SHELL_WORDS = 60
AS_TEXT = "save its text as a .txt file instead"
#: The share of an article's words above which missing ones are named.
NAMED_SHARE = 0.1
#: As many words of what is missing stand in the note.
FIRST_WORDS = 12
#: A speaker's name, or what stands for it, before what is said.
LABEL = re.compile(r"[^.!?:]{1,40}:\s")
#: Questions in bold type: so much of each is bold, as many a page has at least, so many of the bold ones ask.
ALL_BOLD, QUESTIONS, MOST_ASKED = 0.95, 2, 0.5


class Page(NamedTuple):
    """The article's text with its blocks, and what the page says of itself (empty where it says nothing).

    `notes` are lines for a person: what of the page's main content was left out.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str
    author: str
    date: str
    notes: tuple[str, ...] = ()


def read_page(content: bytes, *, name: str, address: str = "") -> Page:
    """Find the article in a page's bytes; `name` is what messages call it.

    Raises:
        BadInput: where the page holds no article text.
    """
    tree = _tree(content, name)
    if tree is None:
        raise BadInput(f"{name}: no article text was found in this page: {AS_TEXT}")
    shell = NEEDS_SCRIPT.search(" ".join(tree.itertext(*SHELL_TAGS)))
    clean(tree)
    document = _main_text(tree, address)
    pieces, notes = _chosen(tree, document)
    _refuse_empty(pieces, name=name, is_shell=shell is not None)
    title = folded(document.title or "") if document else ""
    if title and not any(piece.kind == "heading" and piece.words == title for piece in pieces[:3]):
        pieces.insert(0, Piece(title, "heading"))
    text, blocks = laid_out(pieces)
    author, date = (document.author or "", document.date or "") if document else ("", "")
    return Page(text, blocks, title, folded(author), date, notes)


def _refuse_empty(pieces: list[Piece], *, name: str, is_shell: bool) -> None:
    """Refuse a page without text, and one that only says that its script must run."""
    words = sum(len(piece.words.split()) for piece in pieces)
    if is_shell and words < SHELL_WORDS:
        raise BadInput(f"{name}: shows its text only in a browser that runs its scripts: {AS_TEXT}")
    if not pieces:
        raise BadInput(f"{name}: no article text was found in this page: {AS_TEXT}")


def _tree(content: bytes, name: str) -> Element | None:
    """Parse a page, unless reading it would take too long."""
    if any(tag["more"] for tag in TAG.finditer(content)):
        raise BadInput(f"{name}: has a tag with too many attributes: {AS_TEXT}")
    tree = load_html(content)
    if tree is None:
        return None
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        raise BadInput(f"{name}: has more than {MOST_ELEMENTS:,} elements: {AS_TEXT}")
    if tree.xpath(f"boolean(//*[count(ancestor::*) > {MOST_DEPTH}])"):
        raise BadInput(f"{name}: is nested too deeply to be read whole: {AS_TEXT}")
    return tree


def _main_text(tree: Element, address: str) -> Document | None:
    document = bare_extraction(tree, url=address or None, include_comments=False, with_metadata=True)
    return document if isinstance(document, Document) and document.body is not None else None


def _chosen(tree: Element, document: Document | None) -> tuple[list[Piece], tuple[str, ...]]:
    """Return the pieces of the article, and a note where much of it is missing."""
    main = paragraphs_of(document.body) if document else []
    body = tree.find("body")
    choice = choose(body, main) if body is not None else Choice(main, [])
    read = sum(each.count for each in choice.kept)
    return _pieces(choice.kept), tuple(_notes(choice.missing, read))


def _pieces(paragraphs: list[Paragraph]) -> list[Piece]:
    """Return paragraphs as pieces; a signature is the last line of its quotation."""
    pieces: list[Piece] = []
    for paragraph, is_question in zip(paragraphs, _are_questions(paragraphs), strict=True):
        if paragraph.signs and pieces and pieces[-1].kind == "quote":
            pieces[-1] = Piece(f"{pieces[-1].words}\n{paragraph.words}", "quote")
        else:
            pieces.append(Piece(paragraph.words, "heading" if is_question else paragraph.kind))
    return pieces


def _are_questions(paragraphs: list[Paragraph]) -> list[bool]:
    """Return which paragraphs are the questions of an interview: all in bold type, most of them questions.

    One that a speaker's name leads is told apart by that name.
    """
    bold = [
        each.kind is None and each.bold_share >= ALL_BOLD and not LABEL.match(each.words)
        for each in paragraphs
    ]
    asked = sum(is_bold and "?" in each.words for is_bold, each in zip(bold, paragraphs, strict=True))
    is_interview = asked >= QUESTIONS and asked >= MOST_ASKED * sum(bold)
    return [is_interview and each for each in bold]


def _notes(missing: list[Paragraph], read: int) -> Iterator[str]:
    lost = sum(each.count for each in missing)
    if lost > NAMED_SHARE * (lost + read):
        first = " ".join(missing[0].words.split()[:FIRST_WORDS])
        of_all = f"{lost:,} of {lost + read:,} words"
        yield f"{of_all} of the page's main content were not read, from “{first} …” on"
