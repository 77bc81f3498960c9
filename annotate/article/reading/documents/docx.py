"""Word documents (.docx): mammoth makes HTML of them, and its elements are the blocks.

What a reader does not see, or sees struck out, is not read: hidden and deleted words, comments, headers and
footers. Footnotes stand behind the text, apart from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

import mammoth
from lxml import etree, html
from lxml.etree import _Element as Element

from annotate.article.reading.documents.decoding import no_text
from annotate.article.reading.documents.layout import Document, Piece, folded, laid_out
from annotate.article.reading.fetch import MOST_BYTES
from annotate.article.reading.paragraphs import SENTENCE_END
from annotate.errors import BadInput
from annotate.model import BlockKind

# Styles by the names that Word, LibreOffice, Google Docs and Pages write, whatever their language.
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name^='heading'] => h3:fresh
p[style-name^='Heading'] => h3:fresh
p[style-name='Quote'] => blockquote:fresh
p[style-name='Intense Quote'] => blockquote:fresh
p[style-name='Block Text'] => blockquote:fresh
p[style-name='Quotations'] => blockquote:fresh
p[style-name='caption'] => figcaption:fresh
p[style-name='Caption'] => figcaption:fresh
p[style-name='Figure'] => figcaption:fresh
p[style-name^='toc '] => nav:fresh
p[style-name^='Contents '] => nav:fresh
p[style-name^='List Bullet'] => ul > li:fresh
p[style-name^='List Number'] => ul > li:fresh
strike => del
"""
KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "blockquote": "quote",
    "figcaption": "caption",
    "nav": "boilerplate",
}
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CORE = "docProps/core.xml"
FIELDS = {name: f"{{http://purl.org/dc/elements/1.1/}}{name}" for name in ("title", "creator")}
#: The parts of the file that hold words; pictures and fonts are left out.
PARTS = re.compile(r".*\.(?:xml|rels)", re.IGNORECASE)
#: Marks of words that are not shown, or struck out twice; mammoth knows those that are struck out once.
UNSEEN = ("vanish", "webHidden", "dstrike")
OFF = ("0", "false", "off", "none")
#: A stream in the file of a Word document that has a password.
PASSWORD = "EncryptedPackage".encode("utf-16-le")
NOTE = re.compile(r"(?:foot|end)note-\d+")
#: Words of a paragraph that no table of figures has: its table only arranges text.
PROSE_WORDS = 25
#: What stands inside a list item as a paragraph of its own.
BLOCKS = ("ul", "ol", "table", "p", "blockquote")
#: Characters in which a sentence's end is looked for.
ENOUGH = 100

LOCKED = "is protected by a password: open it in Word and save it without one"
DAMAGED = "is damaged: open it in Word and save it again"
#: What a zip file is, by the beginning of a name in it.
OTHERS = (
    ("xl/", "is an Excel workbook: save its text as a .docx or .txt file"),
    ("ppt/", "is a PowerPoint presentation: save its text as a .docx or .txt file"),
    ("mimetype", "is an OpenDocument file: save it as .docx"),
    ("", "is a zip file, no Word document: unpack it and name the files in it"),
)


def read(content: bytes, *, name: str) -> Document:
    """Read a Word document; `name` is what messages call it.

    Raises:
        BadInput: where it is damaged, protected, something else, or holds no text.
    """
    try:
        with ZipFile(BytesIO(content)) as file:
            _refuse_other(file, name)
            parts = {each.filename: file.read(each) for each in _wanted(file)}
        body = html.fromstring(f"<div>{_as_html(parts)}</div>")
        pieces = list(_pieces(body))
        title, author = _fields(parts)
    except BadZipFile as error:
        raise BadInput(f"{name}: {_no_zip(content)}") from error
    except BadInput:
        raise
    except Exception as error:  # a hostile or broken file may raise anything in mammoth
        raise BadInput(f"{name}: {DAMAGED}") from error
    text, blocks = laid_out(pieces)
    if not text:
        raise BadInput(f"{name}: holds no text: put the article's text into it")
    return Document(text, blocks, title, author)


def _no_zip(content: bytes) -> str:
    """Return what a file is that is no zip file."""
    if content.startswith(b"PK"):
        return DAMAGED
    if PASSWORD in content:
        return LOCKED
    return no_text(content[:8]) or "is no Word document: open it in Word and save it as .docx"


def _refuse_other(file: ZipFile, name: str) -> None:
    """Refuse a zip file that is no Word document, is protected, or unpacks to very much."""
    names = file.namelist()
    if not any(each.startswith("word/") for each in names):
        what = next(what for start, what in OTHERS if not start or any(n.startswith(start) for n in names))
        raise BadInput(f"{name}: {what}")
    if any(each.flag_bits & 1 for each in _wanted(file)):
        raise BadInput(f"{name}: {LOCKED}")
    if sum(each.file_size for each in _wanted(file)) > MOST_BYTES:
        raise BadInput(
            f"{name}: unpacks to more than {MOST_BYTES // 1_000_000} MB: cut it into smaller files"
        )


def _wanted(file: ZipFile) -> list[ZipInfo]:
    return [each for each in file.infolist() if PARTS.fullmatch(each.filename)]


def _as_html(parts: dict[str, bytes]) -> str:
    """Return the document as mammoth's HTML, without pictures and what is not seen."""
    seen = BytesIO()
    with ZipFile(seen, "w") as file:
        for name, content in parts.items():
            file.writestr(name, _seen(content))
    no_picture = mammoth.images.img_element(lambda image: {})
    converted: str = mammoth.convert_to_html(
        seen, style_map=STYLES, convert_image=no_picture, include_embedded_style_map=False
    ).value
    return converted


def _xml(content: bytes) -> Element:
    """Parse a part; entities stay unresolved, and nothing is fetched."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _seen(content: bytes) -> bytes:
    """Drop the words of a part that nobody sees, and its declarations of entities."""
    root = _xml(content)
    for run in list(root.iter(f"{WORD}r")):
        marks = [run.find(f"{WORD}rPr/{WORD}{mark}") for mark in UNSEEN]
        if any(mark is not None and mark.get(f"{WORD}val", "1") not in OFF for mark in marks):
            run.getparent().remove(run)
    return bytes(etree.tostring(root))


def _fields(parts: dict[str, bytes]) -> tuple[str, str]:
    """Return title and author, as far as the file names them."""
    if CORE not in parts:
        return "", ""
    core = _xml(parts[CORE])
    title, author = (folded(core.findtext(field) or "") for field in FIELDS.values())
    return title, author


# --------------------------------------------------------------------------- blocks


def _pieces(parent: Iterable[Element], kind: BlockKind | None = None) -> Iterator[Piece]:
    """Walk through mammoth's elements in reading order."""
    for element in parent:
        if element.tag in ("ul", "ol"):
            yield from _items(element)
        elif element.tag == "table":
            yield from _table(element)
        else:
            yield from _lines(element, KINDS.get(str(element.tag), kind))


def _items(items: Element) -> Iterator[Piece]:
    """Return the items of a list, and those of lists in it; notes stand in a list too."""
    for item in items:
        kind: BlockKind = "boilerplate" if NOTE.fullmatch(item.get("id") or "") else "list_item"
        blocks = [child for child in item if child.tag in BLOCKS]
        for block in blocks:
            item.remove(block)
        yield from _lines(item, kind)
        yield from _pieces(blocks, kind)


def _table(table: Element) -> Iterator[Piece]:
    """Return a table of figures row by row; of one that only arranges text, its cells one by one."""
    cells = list(table.iter("td", "th"))
    rows = list(table.iter("tr"))
    words = [len(_words(paragraph).split()) for cell in cells for paragraph in cell]
    if len(cells) == len(rows) or max(words, default=0) > PROSE_WORDS or any(table.iter("li")):
        for cell in table.xpath("./tr/*|./*/tr/*"):
            yield from _pieces(cell)
        return
    for row in rows:
        yield Piece(" | ".join(filter(None, (_words(cell) for cell in row))), "boilerplate")


def _lines(element: Element, kind: BlockKind | None) -> Iterator[Piece]:
    """Return an element's words; a line break begins a new block, but inside a sentence."""
    here = ""
    for line in map(folded, "".join(_flow(element)).split("\n")):
        if here and line[:1].islower() and not SENTENCE_END.search(here[-ENOUGH:]):
            here = f"{here} {line}"
        else:
            yield Piece(here, kind)
            here = line
    yield Piece(here, kind)


def _flow(element: Element) -> Iterator[str]:
    """Return the text in an element without the marks of notes; a line feed stands for each line break."""
    yield re.sub(r"\s+", " ", element.text or "")
    for child in element:
        if child.tag == "br":
            yield "\n"
        elif child.tag not in ("del", "s") and not _is_mark_of_note(child):
            yield from _flow(child)
        yield re.sub(r"\s+", " ", child.tail or "")


def _is_mark_of_note(element: Element) -> bool:
    """Return whether an element is a note's number in the text, or the arrow behind the note."""
    link = element if element.tag == "a" else element.find("a")
    target = (link.get("href") or "") if link is not None else ""
    return element.tag in ("a", "sup") and re.match(r"#(?:foot|end)note-", target) is not None


def _words(element: Element) -> str:
    return folded("".join(_flow(element)).replace("\n", " "))
