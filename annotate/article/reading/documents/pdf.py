"""PDF files with a text layer: pypdf gives lines with their places, and lines that go on make paragraphs.

Running heads, page numbers and footers are left out; notes at the foot of pages stand behind the text.
Columns are read in the order in which the file has them. Known limit: a table is read line by line.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import count, pairwise
from statistics import median
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader

from annotate.article.reading.documents.decoding import MOST_LETTERS, no_text
from annotate.article.reading.documents.layout import Document, Piece, folded, laid_out
from annotate.article.reading.fetch import MOST_BYTES
from annotate.article.reading.paragraphs import ITEM_MARK, SENTENCE_END
from annotate.errors import BadInput
from annotate.model import BlockKind

DAMAGED = "is damaged: open it, and print it into a new PDF"
LOCKED = (
    "is encrypted: open it with its password, and print it into a new PDF or save its text as a .txt file"
)
SCAN = "is a scan, pictures of pages without text: run text recognition (OCR) on it first"
UNREADABLE = "does not say which letters its fonts show: save its text as a .txt file"

#: As many steps of drawing as a thousand pages have, and a minute's work.
MOST_STEPS = 2_000_000
ENDLESS = "takes too many steps to draw: cut it into smaller files, or save its text as a .txt file"
#: Lines at the head and at the foot of a page where running heads and footers stand.
OUTER = 2
#: On so many pages a line stands there that is a running head: chapters, left and right pages have their own.
REPEATED = 2
#: Sizes of letters, by that of most of the text, from which on a line is a heading, and up to which a note.
LARGE, SMALL = 1.15, 0.92
#: How far above or below all other lines the number of a page stands, by the size of their letters.
APART = 1.8
#: How much more than usual lies between two paragraphs, and how far a first line is indented, by its size.
WIDER, INDENTED = 1.25, 0.5
#: The distance between two lines of a heading, by the size of its letters.
LEADING = 1.2
#: Lines of prose are at least this much of the longest ones long, but at the end of a paragraph.
FULL = 0.85
#: How far the letters of two lines of one paragraph may differ, by the usual size.
ALIKE = 0.1
HEADING_WORDS = 30
#: Numbers of pages in a note.
SHOWN_PAGES = 5
#: Lines in which title and author are looked for.
SHOWN_FIRST = 60
#: The share of characters that no text has, from which on a file cannot be read.
STRANGE_SHARE = 0.1
#: Characters in which a sentence's end is looked for.
ENOUGH = 100

# "3", "- 3 -", "Page 3 of 12", "iv": nothing but the number of a page.
PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|\|)\s*\d{1,4})?\W*", re.IGNORECASE
)
BULLET = re.compile(r"[•‣◦▪●○■]\s+(?=\S)")
# What opens a note at the foot of a page: "1 See …", "* See …".
NOTE_MARK = re.compile(r"(?:\d{1,3}|[*†‡§])[.)]?\s*\S")
# A word cut at the end of a line; the second half is at the head of the next.
CUT = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
HALF = re.compile(r"[^\W\d_]+")
STRANGE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]|/[A-Za-z]{1,3}\\d{1,4}(?=/)")
LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends by itself is no news for a reader


class Line(NamedTuple):
    """Words on one line: its page, where they begin (points, from below), and the size of the letters."""

    words: str
    page: int
    x: float
    y: float
    size: float

    @property
    def ends(self) -> bool:
        """Whether a sentence ends with it."""
        return SENTENCE_END.search(self.words[-ENOUGH:]) is not None


@dataclass(frozen=True)
class Look:
    """How most lines look: size of the letters, distance between two, characters of a full line."""

    size: float
    distance: float
    width: float


def read(content: bytes, *, name: str) -> Document:
    """Read a PDF; `name` is what messages call it.

    Raises:
        BadInput: where it is damaged, encrypted, a scan, or no PDF.
    """
    if b"%PDF-" not in content[:1024]:
        raise BadInput(
            f"{name}: {no_text(content[:8]) or 'is no PDF: check the file, or rename it after what it is'}"
        )
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise BadInput(f"{name}: {LOCKED}")
        lines, notes = _body(_lines(reader.pages, name))
        title, author = _fields(reader, lines)
        unread = _unread(reader.pages, lines)
    except BadInput:
        raise
    except Exception as error:  # a hostile or broken file may raise anything in pypdf
        raise BadInput(f"{name}: {DAMAGED}") from error
    _refuse_unreadable(lines, is_scan=bool(unread), name=name)
    size = _usual_size(lines)
    text, blocks = laid_out([*_pieces(lines, size=size), *_pieces(notes, size=size, kind="boilerplate")])
    return Document(text, blocks, title, author, notes=tuple(_note(unread)))


def _refuse_unreadable(lines: Sequence[Line], *, is_scan: bool, name: str) -> None:
    if not any(character.isalpha() for line in lines for character in line.words):
        raise BadInput(f"{name}: {SCAN if is_scan else 'holds no text: check the file'}")
    letters = sum(len(line.words) for line in lines)
    strange = sum(len(match[0]) for line in lines for match in STRANGE.finditer(line.words))
    if strange > STRANGE_SHARE * letters:
        raise BadInput(f"{name}: {UNREADABLE}")


def _unread(pages: Iterable[PageObject], lines: Sequence[Line]) -> list[int]:
    """Return the numbers of pages that show a picture and no text."""
    read = {line.page for line in lines}
    return [number for number, page in enumerate(pages) if number not in read and _has_picture(page)]


def _note(unread: Sequence[int]) -> Iterator[str]:
    if unread:
        numbers = ", ".join(str(number + 1) for number in unread[:SHOWN_PAGES])
        more = " and others" if len(unread) > SHOWN_PAGES else ""
        yield f"pictures without text were not read, on page {numbers}{more}"


def _has_picture(page: PageObject) -> bool:
    resources: Any = page.get("/Resources")
    return bool(resources and resources.get_object().get("/XObject"))


def _fields(reader: PdfReader, lines: Sequence[Line]) -> tuple[str, str]:
    """Return title and author; what the first page does not name is a program's default."""
    first = " ".join(line.words for line in lines[:SHOWN_FIRST]).casefold()
    declared = (reader.metadata.title, reader.metadata.author) if reader.metadata else ()
    fields = [folded(str(field or "")) for field in declared]
    title, author = (field if field.casefold() in first else "" for field in fields or ("", ""))
    return title, author


# --------------------------------------------------------------------------- lines


def _lines(pages: Iterable[PageObject], name: str) -> list[list[Line]]:
    """Return the lines of each page, in the order in which the file shows them.

    Raises:
        BadInput: where drawing them takes endless steps.
    """
    left = count(MOST_STEPS, -1)

    def step(*operation: Any) -> None:
        if next(left) < 0:
            raise BadInput(f"{name}: {ENDLESS}")

    result: list[list[Line]] = []
    letters = size = 0
    for number, page in enumerate(pages):
        drawing = page.get_contents()
        size += 0 if drawing is None else len(drawing.get_data())
        if size > MOST_BYTES:
            raise BadInput(f"{name}: {ENDLESS}")
        result.append(_lines_of(page, number, step))
        letters += sum(len(line.words) for line in result[-1])
        if letters > MOST_LETTERS:  # the caller refuses it
            break
    return result


def _lines_of(page: PageObject, number: int, step: Callable[..., None]) -> list[Line]:
    """Return the lines of a page; `step` is called at each step of drawing it."""
    lines: list[Line] = []
    parts: list[tuple[str, float, float, float]] = []

    def end() -> None:
        words = folded("".join(part[0] for part in parts).translate(LIGATURES))
        if words:
            seen = [part for part in parts if part[0].strip()]
            size = max(seen, key=lambda part: len(part[0]))[3] or 1.0
            lines.append(Line(words, number, seen[0][1], seen[0][2], size))
        parts.clear()

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        x, y, letters, upright = _place(cm, tm, size)
        for index, words in enumerate(text.split("\n")):
            if index:
                end()
            if words and upright:
                parts.append((words, x, y, letters))

    page.extract_text(visitor_text=visit, visitor_operand_before=step)
    end()
    return lines


def _place(cm: Sequence[float], tm: Sequence[float], size: float) -> tuple[float, float, float, bool]:
    """Return where text stands, the size of its letters, and whether it is written upright."""
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    along, up = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
    return x, y, abs(size * (tm[2] * cm[1] + tm[3] * cm[3])) or abs(size), abs(along) >= abs(up)


def _body(pages: list[list[Line]]) -> tuple[list[Line], list[Line]]:
    """Return the lines of the text, without running heads, footers and page numbers, and those of notes."""
    often = Counter(form for page in pages for form in {_form(line) for line in page})
    kept = [_without_frame(page, often) for page in pages]
    size = _usual_size([line for page in kept for line in page])
    notes = [_notes(page, size) for page in kept]
    body = [line for page, below in zip(kept, notes, strict=True) for line in page[: len(page) - len(below)]]
    return body, [line for below in notes for line in below]


def _without_frame(page: list[Line], often: Mapping[tuple[str, int], int]) -> list[Line]:
    """Drop the outermost lines of a page as long as other pages repeat them, or they are its number."""
    for outermost in (max, min):
        for _ in range(OUTER):
            height = outermost((line.y for line in page), default=0)
            around = [line for line in page if abs(line.y - height) < 1]
            rest = [line for line in page if abs(line.y - height) >= 1]
            apart = all(abs(line.y - height) > APART * line.size for line in rest)
            if not all(often[_form(line)] >= REPEATED or (apart and _is_number(line)) for line in around):
                break
            page = rest
    return page


def _form(line: Line) -> tuple[str, int]:
    """Return a line with each number replaced, and its height: those of running heads are alike."""
    return re.sub(r"\d+", "#", line.words.casefold()), round(line.y / 6)


def _is_number(line: Line) -> bool:
    return PAGE_NUMBER.fullmatch(line.words) is not None


def _notes(page: Sequence[Line], size: float) -> Sequence[Line]:
    """Return the notes at the foot of a page: the last lines, in small letters, the first with its number."""
    first = len(page)
    while first and page[first - 1].size < SMALL * size:
        first -= 1
    return page[first:] if first and first < len(page) and NOTE_MARK.match(page[first].words) else ()


def _usual_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.words)
    return max(sizes, key=lambda size: sizes[size], default=0)


# --------------------------------------------------------------------------- paragraphs


def _pieces(lines: Sequence[Line], *, size: float, kind: BlockKind | None = None) -> Iterator[Piece]:
    """Join the lines of each paragraph; letters that are larger than the usual `size` make a heading."""
    look, vocabulary = _look(lines), _vocabulary(lines)
    for paragraph in _paragraphs(lines, look):
        words = _joined([line.words for line in paragraph], vocabulary)
        large = median(line.size for line in paragraph) >= LARGE * size
        short = len(words.split()) <= HEADING_WORDS and not paragraph[-1].ends
        mark = _item_mark(words)
        own: BlockKind | None = "heading" if large and short else "list_item" if mark else None
        yield Piece(words[mark:], kind or own)


def _look(lines: Sequence[Line]) -> Look:
    size = _usual_size(lines)
    usual = [line for line in lines if size / (1 + ALIKE) <= line.size <= size * (1 + ALIKE)]
    down = [a.y - b.y for a, b in pairwise(usual) if a.page == b.page and 0 < a.y - b.y < 3 * size]
    close = Counter(round(distance * 2) / 2 for distance in down)
    distance = close.most_common(1)[0][0] if close else 1.2 * size
    lengths = sorted(len(line.words) for line in usual)
    return Look(size, distance, lengths[int(0.9 * len(lengths))] if lengths else 0)


def _paragraphs(lines: Sequence[Line], look: Look) -> Iterator[list[Line]]:
    here: list[Line] = []
    for line in lines:
        if here and _begins(here, line, look):
            yield here
            here = []
        here.append(line)
    if here:
        yield here


def _begins(here: Sequence[Line], line: Line, look: Look) -> bool:
    """Return whether a paragraph begins with this line, behind the lines of another one."""
    last = here[-1]
    goes_on = not last.ends and (line.words[0].islower() or _cut(last.words) is not None)
    larger = max(line.size, last.size) / min(line.size, last.size)
    if goes_on or larger > 1 + ALIKE or _item_mark(line.words):
        return not goes_on or larger > LARGE
    if line.page != last.page or line.y > last.y + look.size:  # another page or column
        return last.ends or _is_short(last, line, look)
    usual = LEADING * line.size if line.size >= LARGE * look.size else max(look.distance, line.size)
    if last.y - line.y > WIDER * usual:
        return True
    return _is_indented(here, line, look) or _is_short(last, line, look)


def _is_indented(here: Sequence[Line], line: Line, look: Look) -> bool:
    """Return whether a line begins elsewhere than the one before it; headings may stand in the middle."""
    shift = line.x - here[-1].x
    if abs(shift) <= INDENTED * look.size or line.size >= LARGE * look.size:
        return False
    return len(here) > 1 or (shift > 0 and not _item_mark(here[0].words))


def _is_short(last: Line, line: Line, look: Look) -> bool:
    """Return whether the next word would have fitted on the last line: the paragraph ended there."""
    needed = len(last.words) + 1 + len(line.words.split(maxsplit=1)[0])
    return needed < (FULL if last.ends else FULL / 2) * look.width


def _item_mark(words: str) -> int:
    """Return the length of a bullet or number that opens an item of a list."""
    if bullet := BULLET.match(words):
        return bullet.end()
    mark = ITEM_MARK.match(words)
    return mark.end() if mark and not words[mark.end()].islower() else 0


def _cut(words: str) -> re.Match[str] | None:
    return CUT.search(words[-ENOUGH:])


def _vocabulary(lines: Sequence[Line]) -> frozenset[str]:
    """Return the words that stand within the lines, those with a hyphen too, in small letters."""
    vocabulary: set[str] = set()
    after_cut = False
    for line in lines:
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.words.lower())
        cut = _cut(line.words) is not None
        vocabulary.update(words[after_cut : len(words) - cut])
        after_cut = cut
    return frozenset(vocabulary)


def _joined(lines: Sequence[str], vocabulary: frozenset[str]) -> str:
    """Join the lines of a paragraph, and the halves of words that are cut at line ends."""
    parts = [lines[0]]
    for line in lines[1:]:
        cut, half = _cut(parts[-1]), HALF.match(line)
        if cut and half and not _keeps_hyphen(cut, half[0], vocabulary):
            parts[-1] = parts[-1][:-1]
        elif not cut and not parts[-1].endswith("—"):
            parts[-1] += " "
        parts.append(line)
    return folded("".join(parts).replace("\u00ad", ""))


def _keeps_hyphen(cut: re.Match[str], half: str, vocabulary: frozenset[str]) -> bool:
    """Return whether a word with a hyphen was cut behind it: "Franco-German", "well-known"."""
    first, second = cut[1].lower(), half.lower()
    if cut[0][-1] == "\u00ad" or first + second in vocabulary:
        return False
    both = first in vocabulary and second in vocabulary
    return half[0].isupper() or f"{first}-{second}" in vocabulary or both
