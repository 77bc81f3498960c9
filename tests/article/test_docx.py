"""Word documents: what a reader sees becomes blocks, and what is no readable document is refused by name."""

from __future__ import annotations

import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from annotate.article import listed, read_article, record
from annotate.article.reading.documents.docx import read
from annotate.errors import BadInput

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
#: Style ids as a German Word writes them, with the names that every Word writes.
STYLES = {
    "Titel": "Title",
    "Untertitel": "Subtitle",
    "berschrift1": "heading 1",
    "Zitat": "Quote",
    "Beschriftung": "caption",
    "Verzeichnis1": "toc 1",
    "Aufzhlungszeichen": "List Bullet",
}
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title><dc:creator>Ana Ruiz</dc:creator></cp:coreProperties>'
)


def run(words: str, marks: str = "") -> str:
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", marks: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{named}{marks}</w:pPr>{inner}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def docx(*body: str, notes: str = "", title: str = "", more: dict[str, str] | None = None) -> bytes:
    """Make a Word document of paragraphs."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in STYLES.items()
    )
    relation = '<Relationship Id="{0}" Type="' + OFFICE + '/{0}" Target="{1}"/>'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": RELATIONS.format(relation.format("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": RELATIONS.format(
            relation.format("styles", "styles.xml") + relation.format("footnotes", "footnotes.xml")
        ),
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        "word/footnotes.xml": f"<w:footnotes {W}>{notes}</w:footnotes>",
        "word/document.xml": f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>",
        "docProps/core.xml": CORE.format(title),
    }
    return zipped(parts | (more or {}))


def zipped(parts: dict[str, str]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


def blocks(content: bytes) -> list[tuple[str, str]]:
    document = read(content, name="column")
    return [(block.kind, block.span.of(document.text)) for block in document.blocks]


LONG = "The ferry that crossed the sound for forty years was taken out of service in May, since nobody in the town hall wanted to pay for its repair any more."
BOX = paragraph("Ferries in figures are on page two.")
BREAK = "<w:r><w:br/></w:r>"
SPECIMENS = {
    "title and headings": (
        [
            paragraph("The quay closes", style="Titel"),
            paragraph("What is planned.", style="berschrift1"),
            paragraph("We stay."),
        ],
        [("heading", "The quay closes"), ("heading", "What is planned."), ("body", "We stay.")],
    ),
    "a quotation, a caption, contents": (
        [
            paragraph("Plans\t3", style="Verzeichnis1"),
            paragraph("We stay.", style="Zitat"),
            paragraph("The quay burns.", style="Beschriftung"),
        ],
        [("boilerplate", "Plans 3"), ("quote", "We stay."), ("caption", "The quay burns.")],
    ),
    "a list": (
        [
            paragraph("The quay is old.", style="Aufzhlungszeichen"),
            paragraph("The pier sank.", style="Aufzhlungszeichen"),
        ],
        [("list_item", "The quay is old."), ("list_item", "The pier sank.")],
    ),
    "words in pieces": (
        [paragraph("The qu", run("ay", "<w:b/>"), " is o", run("ld", "<w:i/>"), ".")],
        [("body", "The quay is old.")],
    ),
    "a link": (
        [paragraph("The ", f'<w:hyperlink w:anchor="x">{run("harbour master")}</w:hyperlink>', " resigned.")],
        [("body", "The harbour master resigned.")],
    ),
    "tracked changes": (
        [
            paragraph(
                "The quay ",
                '<w:del w:id="1"><w:r><w:delText>was not </w:delText></w:r></w:del>',
                f'<w:ins w:id="2">{run("will be ")}</w:ins>',
                "closed.",
                f'<w:moveFrom w:id="3">{run(" Today.")}</w:moveFrom>',
            ),
            paragraph(f'<w:moveTo w:id="4">{run("Today it is open.")}</w:moveTo>'),
        ],
        [("body", "The quay will be closed."), ("body", "Today it is open.")],
    ),
    "hidden, and struck out": (
        [
            paragraph(
                "The ",
                run("secret ", "<w:vanish/>"),
                run("old ", "<w:strike/>"),
                run("new ", '<w:strike w:val="0"/>'),
                "quay ",
            ),
            paragraph(run("fell ", "<w:dstrike/>"), run("stays.", '<w:vanish w:val="false"/>')),
        ],
        [("heading", "The new quay"), ("body", "stays.")],
    ),
    "a text box": (
        [
            paragraph(
                f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{BOX}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
                "The quay is old.",
            )
        ],
        [("body", "The quay is old."), ("body", "Ferries in figures are on page two.")],
    ),
    "a table of figures": (
        [table((paragraph("Year"), paragraph("Ships")), (paragraph("2024"), paragraph("31")))],
        [("boilerplate", "Year | Ships"), ("boilerplate", "2024 | 31")],
    ),
    "a table that arranges text": (
        [table((paragraph(LONG), paragraph("Photo: Anna Holm") + paragraph("The pier is new.")))],
        [("body", LONG), ("caption", "Photo: Anna Holm"), ("body", "The pier is new.")],
    ),
    "a frame around text": ([table((paragraph("The pier is new."),))], [("body", "The pier is new.")]),
    "line breaks": (
        [paragraph("The quay is old.", BREAK, "The pier is new, and", BREAK, "the ferry too.")],
        [("body", "The quay is old."), ("body", "The pier is new, and the ferry too.")],
    ),
    "a form field": (
        [f"<w:sdt><w:sdtContent>{paragraph('We stay.')}</w:sdtContent></w:sdt>"],
        [("body", "We stay.")],
    ),
    "empty paragraphs": ([paragraph(), paragraph("We stay."), paragraph(" ")], [("body", "We stay.")]),
}


@pytest.mark.parametrize(("body", "expected"), SPECIMENS.values(), ids=SPECIMENS.keys())
def test_documents(body: list[str], expected: list[tuple[str, str]]) -> None:
    assert blocks(docx(*body)) == expected


def test_footnotes_stand_apart() -> None:
    notes = f'<w:footnote w:id="2">{paragraph("See the yearly report.")}</w:footnote>'
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    content = docx(paragraph("The quay", mark, " is old."), paragraph("We stay."), notes=notes)
    assert blocks(content) == [
        ("body", "The quay is old."),
        ("body", "We stay."),
        ("boilerplate", "See the yearly report."),
    ]


def test_items_of_a_numbered_list_and_of_one_in_it() -> None:
    level = '<w:lvl w:ilvl="{}"><w:numFmt w:val="bullet"/></w:lvl>'
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level.format(0)}{level.format(1)}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    relations = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>'
        for name in ("styles", "numbering")
    )
    item = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    body = [
        paragraph("The ", run("quay", "<w:b/>"), " is old.", marks=item.format(0)),
        paragraph("It is weak.", marks=item.format(1)),
        paragraph("The pier is new.", marks=item.format(0)),
    ]
    more = {"word/numbering.xml": numbering, "word/_rels/document.xml.rels": RELATIONS.format(relations)}
    assert blocks(docx(*body, more=more)) == [
        ("list_item", "The quay is old."),
        ("list_item", "It is weak."),
        ("list_item", "The pier is new."),
    ]


def test_title_and_author(tmp_path: Path) -> None:
    body = paragraph("The quay is old.")
    for name, title, expected in (("a_column", "", "A column"), ("b", "The Plan", "The Plan")):
        (tmp_path / f"{name}.docx").write_bytes(docx(body, title=title))
        article = read_article(tmp_path / f"{name}.docx")
        assert (article.title, article.author) == (expected, "Ana Ruiz")
    (tmp_path / "c.docx").write_bytes(docx(paragraph("Quay closes", style="Titel"), body, title="Document1"))
    assert read_article(tmp_path / "c.docx").title == "Quay closes"


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD = {
    "empty": (b"", "is empty: put the article's text into it"),
    "no text": (docx(paragraph(" ")), "holds no text: put"),
    "a password": (OLD + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "is protected by a password: open"),
    "an old document": (OLD + b"\0" * 512, "is an old Word file: save it as .docx"),
    "RTF": (b"{\\rtf1 We stay.}", "is an RTF file: save it as .docx"),
    "a text": (b"We stay.", "is no Word document: open it in Word and save it as .docx"),
    "a zip file": (zipped({"notes/a.txt": "We stay."}), "is a zip file, no Word document: unpack it"),
    "OpenDocument": (
        zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
        "is an OpenDocument file: save it as .docx",
    ),
    "Excel": (zipped({"xl/workbook.xml": "<a/>"}), "is an Excel workbook: save"),
    "PowerPoint": (zipped({"ppt/presentation.xml": "<a/>"}), "is a PowerPoint presentation: save"),
    "cut off": (docx(paragraph("We stay."))[:-200], "is damaged: open it in Word and save it again"),
    "broken XML": (docx("<w:p>"), "is damaged: open"),
    "nothing but a folder": (zipped({"word/x.xml": "<a/>"}), "is damaged: open"),
    "an entity": (
        docx(more={"word/document.xml": f'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document {W}><w:body>{paragraph("&e;")}</w:body></w:document>'}),
        "is damaged: open|holds no text",
    ),
    "nested without end": (docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000), "is damaged: open"),
    "a bomb": (zipped({"word/document.xml": "a" * 30_000_000}), "unpacks to more than 20 MB: cut"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "column.docx"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=f"column.docx: (?:{message})") as raised:
        read_article(file)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "fix"),
    [
        ("a.doc", OLD, "save it as .docx"),
        ("a.rtf", b"{\\rtf1 x}", "save it as .docx"),
        ("a.odt", zipped({"mimetype": "x"}), "save it as .docx"),
    ],
)
def test_other_documents_are_named_with_the_fix(tmp_path: Path, name: str, content: bytes, fix: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=fix):
        read_article(tmp_path / name)


HOSTILE = {
    "line breaks": paragraph(*["a", BREAK] * 3000),
    "empty paragraphs": paragraph() * 10_000,
    "rows": table(*[(paragraph("a"), paragraph("b"))] * 1500),
    "tables in tables": "<w:tbl><w:tr><w:tc>" * 60 + paragraph("a") + "</w:tc></w:tr></w:tbl>" * 60,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_documents_that_are_built_to_take_long(body: str) -> None:
    began = time.perf_counter()
    with suppress(BadInput):
        read(docx(body), name="column")
    assert time.perf_counter() - began < 20


def test_an_archive_takes_documents(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx(paragraph("The quay is old.")))
    (tmp_path / "b.docx").write_bytes(OLD)
    (tmp_path / "c.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nThe quay is old.\n")
    records = [record(each) for each in listed([str(tmp_path)])]
    assert [each.article["set_aside"].partition(": ")[2] for each in records] == [
        "",
        "is an old Word file: save it as .docx",
        "",
    ]
    assert [claim["text"] for each in records for claim in each.claims] == ["The quay is old."] * 2
