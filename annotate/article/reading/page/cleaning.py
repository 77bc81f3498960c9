"""A page as a reader sees it: what is hidden or struck out is gone, and marks of the markup become words.

`<q>` has its quotation marks, the marks of notes are gone, tables that only set the page are divisions; who
signs a quotation stands in a line of its own behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from annotate.article.reading.documents.layout import folded
from annotate.article.reading.page.furniture import is_unseen, totals
from annotate.article.reading.page.paragraphs import KIND_MARK, SIGNATURE

STRUCK_OUT = ("del", "s", "strike")
#: What holds more of a page than this is shown by a script, or its class means something else.
MOST_HIDDEN = 0.5
#: Text for readers without scripts counts where the page holds fewer words beside it.
FEW_WORDS, SOME_WORDS = 60, 40
#: Cells with so many words hold text rather than data.
TEXT_CELL = 40
#: The mark of a note: numbers or signs, or a letter in brackets.
NOTE = re.compile(r"\d{1,3}(?:[,–-]\s?\d{1,3})*|[*†‡§]+|[\[(](?:\d{1,3}|[a-z]{1,4}|[a-z]+ \d{1,2})[\])]")
#: What a raised figure belongs to: a power, or a unit.
RAISED_ON = re.compile(r"(?:(?<!\d)(?:10|2)|(?<![^\W\d_])(?:[munkc]?m|ft|yd|in|mi|[A-Za-z]))$")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Classes of quotations from other places, whose last words name who wrote them.
EMBEDS = frozenset({"twitter-tweet", "twitter-video", "bluesky-embed", "mastodon-embed", "threads-embed"})
EMBEDDED_LINK = re.compile(r"\s*(?:pic\.twitter\.com/\w+|https?://t\.co/\w+)")
DASH = re.compile(r"^\s*(?:—|–|―|--?|~)\s*")
#: So many of a quotation's last `cite` and `footer` elements are looked at.
MOST_CITED = 3
#: Most words of a name, and characters of what stands behind it.
MOST_NAMES, LONGEST_ROLE = 6, 100
QUOTES = re.compile(r"[\"“”]")
LAST_DASH = re.compile(r"(?:—|–|―|--?)\s*$")
NAME_ENDS = re.compile(r"\s*[,(|·•]|\s+(?:on|via)\s+(?=[A-Z@])")


def clean(tree: Element) -> None:
    """Change a page so that it holds what a reader sees."""
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    body = tree.find("body")
    if body is None:
        return
    _show_noscript(body)
    _drop_unseen(body)
    for element in list(body.iter("q")):
        _mark_quotation(element)
    for element in [*body.iter("sup"), *body.iter("a")]:
        _set_note_apart(element)
    for element in list(body.iter("blockquote")):
        _sign(element)
    for table in [each for each in body.iter("table") if _is_layout(each)]:
        _unfold(table)


def _words(element: Element) -> int:
    return len("".join(element.itertext()).split())


def _drop(element: Element) -> None:
    """Take an element out; what follows it stays."""
    parent = element.getparent()
    if parent is not None:
        _add_before(element, element.tail or "")
        parent.remove(element)


def _add_before(element: Element, text: str) -> None:
    """Put words behind what stands before an element, and take its tail off."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text
    element.tail = None


def _show_noscript(body: Element) -> None:
    """Drop what is for readers without scripts, unless the page holds little else."""
    groups = [each for each in body.iter("noscript") if next(each.iterancestors("noscript"), None) is None]
    hidden = sum(map(_words, groups))
    without = _words(body) - hidden - sum(_words(each) for each in body.iter("script", "style"))
    for group in groups:
        if without < FEW_WORDS and _words(group) >= SOME_WORDS:
            group.tag = "div"
        else:
            _drop(group)


def _drop_unseen(body: Element) -> None:
    elements = [each for each in body.iter() if isinstance(each.tag, str)]
    own = {each: len(each.text or "") + sum(len(child.tail or "") for child in each) for each in elements}
    for each in elements:
        if each.tag in ("script", "style", "template"):
            own[each] = 0
    letters = totals(elements, own)
    for element in elements[1:]:
        small = letters[element] <= MOST_HIDDEN * letters[body]
        if element.tag in STRUCK_OUT or (small and is_unseen(element)):
            _drop(element)


def _mark_quotation(element: Element) -> None:
    """Put a short quotation between marks, unless it has its own."""
    text = "".join(element.itertext()).strip()
    if not text or text[0] in "\"“‘'«„":
        return
    nested = sum(1 for _ in element.iterancestors("q")) % 2
    opening, closing = ("‘", "’") if nested else ("“", "”")
    element.text = opening + (element.text or "").lstrip()
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + closing
    else:
        element.text = element.text.rstrip() + closing


def _set_note_apart(element: Element) -> None:
    """Take out the mark of a note, which is no word of its sentence; figures raised on a number stay."""
    text = "".join(element.itertext()).strip() if len(element) < 3 else ""
    before = _text_before(element)
    if not NOTE.fullmatch(text) or not before.strip():
        return
    if element.tag == "a" and (before[-1].isspace() or not element.get("href", "").startswith("#")):
        return
    linked = (
        element.tag == "a"
        or next(element.iter("a"), None) is not None
        or next(element.iterancestors("a"), None) is not None
    )
    if linked or text[0] in "[(*†‡§" or not RAISED_ON.search(before):
        _drop(element)
    elif not len(element):
        element.text = text.translate(RAISED)


def _text_before(element: Element) -> str:
    """Return the letters right before an element."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is None:
        return (parent.text or "")[-8:] if parent is not None else ""
    return (previous.tail or "".join(previous.itertext()))[-8:]


# Quotations


def _sign(quotation: Element) -> None:
    """Put who signs a quotation into a line of its own: "— Tove Lund, harbour master"."""
    if next(quotation.iterancestors("blockquote"), None) is not None or not _words(quotation):
        return
    if EMBEDS & set(quotation.get("class", "").split()):
        signature = _embed_signature(quotation)
    else:
        signature = next(filter(None, _cited(quotation)), "")
    words = DASH.sub("", folded(signature)).rstrip(".!? ")
    if not words or not _words(quotation):
        return
    name, role = _parted(words)
    line = etree.Element("p")
    line.text, line.tail, quotation.tail = f"— {name}{role}", quotation.tail, None
    line.set(KIND_MARK, SIGNATURE if _is_name(name) else "byline")
    quotation.addnext(line)


def _parted(signature: str) -> tuple[str, str]:
    """Return the name in a signature, and what follows it, behind a comma or in brackets."""
    end = NAME_ENDS.search(signature)
    if end is None:
        return signature, ""
    role = QUOTES.sub("", signature[end.start() :].strip(" ,|·•"))[:LONGEST_ROLE].rstrip(".!? ")
    return signature[: end.start()], f" {role}" if role.startswith(("(", "@")) else f", {role}"


def _is_name(words: str) -> bool:
    """Return whether all longer words begin with a capital, and the last one does."""
    each = words.split()
    capitals = [word for word in each if word[0].isupper()]
    return (
        len(each) <= MOST_NAMES
        and each[-1:] == capitals[-1:]
        and all(len(word) <= 3 or word in capitals for word in each)
    )


def _embed_signature(quotation: Element) -> str:
    """Return, and take out, the words behind the last paragraph: "— Name (@handle) May 4, 2024"."""
    for link in list(quotation.iter("a")):
        if EMBEDDED_LINK.fullmatch(" " + "".join(link.itertext()).strip()):
            _drop(link)
    paragraphs = [child for child in quotation if child.tag in ("p", "div")]
    if not paragraphs:
        return ""
    last = paragraphs[-1]
    parts = [last.tail or ""]
    for element in list(last.itersiblings()):
        parts += ["".join(element.itertext()), element.tail or ""]
        quotation.remove(element)
    last.tail = None
    return "".join(parts)


def _cited(quotation: Element) -> Iterator[str]:
    """Return, and take out, what names the source of a quotation: its last words, or its figure's caption."""
    for element in [*quotation.iter("footer", "cite")][-MOST_CITED:]:
        if _ends(quotation, element):
            words = "".join(element.itertext())
            _drop_dash_before(element)
            _drop(element)
            yield words
    figure = quotation.getparent()
    if figure is not None and figure.tag == "figure":
        for caption in list(figure.iter("figcaption")):
            words = "".join(caption.itertext())
            _drop(caption)
            yield words


def _drop_dash_before(element: Element) -> None:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = LAST_DASH.sub("", previous.tail or "")
    elif parent is not None:
        parent.text = LAST_DASH.sub("", parent.text or "")


def _ends(quotation: Element, element: Element) -> bool:
    """Return whether nothing stands behind an element in a quotation, and something before it."""
    while element is not quotation:
        if (element.tail or "").strip() or any(_words(each) for each in element.itersiblings()):
            return False
        parent = element.getparent()
        if parent is None:
            return False
        element = parent
    return True


# Tables


def _is_layout(table: Element) -> bool:
    """Return whether a table sets the page, rather than holds data: its cells hold tables, or texts."""
    if table.get("role", "").lower() in ("presentation", "none") or table.find(".//table") is not None:
        return True
    cells = list(table.iter("td", "th"))
    return len(cells) == 1 or any(_words(cell) >= TEXT_CELL for cell in cells)


def _unfold(table: Element) -> None:
    """Make divisions of a table and its parts, but for tables in it."""
    for element in [table, *table.iterdescendants("tbody", "thead", "tfoot", "tr", "td", "th", "caption")]:
        if element is table or next(element.iterancestors("table"), None) is None:
            element.tag = "div"
    for element in list(table.iter("colgroup", "col")):
        _drop(element)
