"""PDF files: the lines of a page become paragraphs again, and what has no text is refused by name."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter

from annotate.article.reading import read_article
from annotate.article.reading.documents import pdf as reader
from annotate.article.reading.documents.pdf import read
from annotate.errors import BadInput

#: Where a line begins, how large its letters are, and its words; each page is a list of them.
Line = tuple[float, float, float, str]
PICTURE = b"/XObject << /P 4 0 R >>"


def pdf(*pages: list[Line], more: bytes = b"", title: str = "") -> bytes:
    """Write a PDF by hand: a catalogue, a font, a picture, then each page with what it shows."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (6 + 2 * number) for number in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>\nstream\n0\nendstream",
        b"<< /Title (%s) /Author (Ana Ruiz) >>" % title.encode(),
    ]  # fmt: skip
    for page in pages:
        shown = b"".join(
            b"BT /F %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n" % (size, x, y, words.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)"))
            for x, y, size, words in page
        )  # fmt: skip
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F 3 0 R >> %s >> >>"
            % (len(objects) + 2, more)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown))
    content = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer << /Root 1 0 R /Info 5 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF"
    return content + head + table + end % (len(objects) + 1, len(content))


def lines(*words: str, x: float = 72, y: float = 700, size: float = 10, step: float = 12) -> list[Line]:
    return [(x, y - number * step, size, each) for number, each in enumerate(words)]


def framed(number: int, *body: str) -> list[Line]:
    """Return a page with a running head and a footer."""
    head = lines("The Orrin Gazette, May 2025", y=800, size=8)
    return [*head, *lines(*body), *lines(f"Page {number} of 3", y=30, size=8)]


def blocks(content: bytes) -> list[tuple[str, str]]:
    document = read(content, name="column")
    return [(block.kind, block.span.of(document.text)) for block in document.blocks]


def texts(content: bytes) -> list[str]:
    return [words for _, words in blocks(content)]


FIRST = (
    "The harbour council voted on Monday to close the old quay, which",
    "has served the ferries for more than a century.",
)
SECOND = (
    "Tove Lund, the harbour master, said that the office would be moved",
    "to the new pier, and that everybody had been asked about it long",
    "before.",
)
ONE, TWO = " ".join(FIRST), " ".join(SECOND)
SPECIMENS = {
    "paragraphs by distance": ([[*lines(*FIRST), *lines(*SECOND, y=664)]], [ONE, TWO]),
    "paragraphs by indent": (
        [
            [
                *lines(FIRST[0], x=84),
                *lines(FIRST[1], y=688),
                *lines(SECOND[0], x=84, y=676),
                *lines(*SECOND[1:], y=664),
            ]
        ],
        [ONE, TWO],
    ),
    "paragraphs by a short last line": ([lines(*FIRST, *SECOND)], [ONE, TWO]),
    "a sentence that ends a full line": (
        [
            lines(
                "The harbour council voted on Monday to close the quay for good.",
                "Tove Lund said that the office would be moved to the new pier.",
                "Nobody was asked about it.",
            )
        ],
        [
            "The harbour council voted on Monday to close the quay for good. Tove Lund said that the office would be moved to the new pier. Nobody was asked about it."
        ],
    ),
    "words cut at line ends": (
        [
            lines(
                "The administration of the harbour spoke of a well-known ferry and a new admin-",
                "istration of the port, of the Franco-",
                "German line, and of the ferry-",
                "master who runs this well-",
                "known ferry. The ferry is old, and the master is too.",
            )
        ],
        [
            "The administration of the harbour spoke of a well-known ferry and a new administration of the port, of the Franco-German line, and of the ferry-master who runs this well-known ferry. The ferry is old, and the master is too."
        ],
    ),
    "a paragraph runs over pages with heads and footers": (
        [framed(1, *FIRST, SECOND[0]), framed(2, *SECOND[1:], FIRST[0]), framed(3, FIRST[1])],
        [ONE, TWO, ONE],
    ),
    "page numbers alone": (
        [[*lines(*FIRST, SECOND[0]), *lines("- 1 -", y=30)], [*lines(*SECOND[1:]), *lines("- 2 -", y=30)]],
        [ONE, TWO],
    ),
    "two columns": (
        [[*lines(*FIRST, SECOND[0], x=72), *lines(*SECOND[1:], x=320)]],
        [ONE, TWO],
    ),
    "ligatures and soft hyphens": ([lines("It \u00adwas ﬁne.".replace("ﬁ", "fi"))], ["It was fine."]),
}


@pytest.mark.parametrize(("pages", "expected"), SPECIMENS.values(), ids=SPECIMENS.keys())
def test_lines_become_paragraphs(pages: list[list[Line]], expected: list[str]) -> None:
    assert texts(pdf(*pages)) == expected


def test_headings_items_and_notes() -> None:
    page = [
        *lines("The quay closes after a hundred and", "forty years of service", y=760, size=18, step=22),
        *lines(*FIRST),
        *lines("What is planned", y=664, size=13),
        *lines("\u2022 The pier will be built in May, if", y=640),
        *lines("the weather allows it.", x=84, y=628),
        *lines("\u2022 the ferry sails in June.", y=616),
        *lines("1 See the yearly report of the harbour,", "page 12.", y=80, size=7.5, step=9),
    ]
    after = [*lines("The ferry is new, and", y=700), *lines("nobody saw it.", y=688)]
    assert blocks(pdf(page, after)) == [
        ("heading", "The quay closes after a hundred and forty years of service"),
        ("body", ONE),
        ("heading", "What is planned"),
        ("list_item", "The pier will be built in May, if the weather allows it."),
        ("list_item", "the ferry sails in June."),
        ("body", "The ferry is new, and nobody saw it."),
        ("boilerplate", "1 See the yearly report of the harbour, page 12."),
    ]


def test_title_and_author_are_named_where_the_page_has_them(tmp_path: Path) -> None:
    for name, head, title, expected in (
        ("a_column", (), "Microsoft Word - x.docx", ("A column", "")),
        ("b", ("By Ana Ruiz about the plan",), "The Plan", ("The Plan", "Ana Ruiz")),
    ):
        (tmp_path / f"{name}.pdf").write_bytes(
            pdf(lines(*(f"{each}." for each in head), *FIRST), title=title)
        )
        article = read_article(tmp_path / f"{name}.pdf")
        assert (article.title, article.author) == expected


def test_pages_that_are_pictures_are_named(tmp_path: Path) -> None:
    (tmp_path / "column.pdf").write_bytes(pdf(lines(*FIRST), [], lines(*SECOND), [], more=PICTURE))
    article = read_article(tmp_path / "column.pdf")
    assert article.notes == ("pictures without text were not read, on page 2, 4",)


def locked() -> bytes:
    writer = PdfWriter(BytesIO(pdf(lines(*FIRST))))
    writer.encrypt("secret", algorithm="RC4-128")
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


BAD = {
    "empty": (b"", "is empty: put the article's text into it"),
    "no pages": (pdf(), "holds no text: check the file"),
    "no text": (pdf([]), "holds no text: check the file"),
    "a scan": (pdf([], [], more=PICTURE), r"is a scan, pictures of pages without text: run text recognition"),
    "a scan with its program's mark": (
        pdf(lines("ScanFast 3"), lines("ScanFast 4"), more=PICTURE),
        "is a scan",
    ),
    "encrypted": (locked(), "is encrypted: open it with its password"),
    "cut off": (b"%PDF-1.7 ...", "is damaged: open it, and print it into a new PDF"),
    "a text": (b"We stay.", "is no PDF: check the file"),
    "Word": (b"PK\x03\x04...", "is a Word, OpenDocument or zip file: save it as .docx"),
    "letters that are pictures": (pdf(lines("/g1/g2/g3/g4/g5 /g6/g7/g8")), "does not say which letters its fonts show: save"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "column.pdf"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=f"column.pdf: {message}") as raised:
        read_article(file)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("change", range(40))
def test_a_broken_file_is_read_or_refused(change: int) -> None:
    content = bytearray(pdf(framed(1, *FIRST), framed(2, *SECOND)))
    at = change * len(content) // 40
    content[at : at + 8] = b"<<[(%>9 "
    with suppress(BadInput):
        read(bytes(content), name="column")


@pytest.mark.parametrize("limit", ["MOST_STEPS", "MOST_BYTES"])
def test_a_page_that_takes_endless_steps_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(reader, limit, 1_000)
    with pytest.raises(BadInput, match="takes too many steps to draw: cut"):
        read(pdf(lines(*FIRST * 200, step=0.01)), name="column")
    assert read(pdf(lines(*FIRST)), name="column").text
