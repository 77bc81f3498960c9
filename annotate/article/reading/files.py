"""Articles from files, folders, addresses and standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from annotate.article.ids import address_id, article_id, path_names
from annotate.article.reading.addresses import is_address
from annotate.article.reading.blocks import text_blocks
from annotate.article.reading.fetch import MOST_BYTES, fetch
from annotate.article.reading.markdown import markdown_blocks, markdown_fields
from annotate.article.reading.page import read_page
from annotate.errors import BadInput
from annotate.model import Article, Block

TEXT_ENDINGS = (".txt", ".text", "")
MARKDOWN_ENDINGS = (".md", ".markdown")
PAGE_ENDINGS = (".html", ".htm", ".xhtml")
FOLDER_ENDINGS = (".txt", *MARKDOWN_ENDINGS, *PAGE_ENDINGS)
STANDARD_INPUT = "-"
TITLE_LETTERS = 120
#: As many as ten novels have, and two minutes' work.
MOST_LETTERS = 5_000_000

# What a file is by its first bytes, where it is no text.
MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word, OpenDocument or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Word file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
)
# Byte-order marks, and the encoding that each announces.
ENCODINGS = (
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"", "utf-8", "UTF-8"),
)


def read_article(source: str | Path, *, allow_private: bool = False) -> Article:
    """Read one article from a file (.txt, .md, .html), an http(s) address, or `-` for standard input.

    Raises:
        BadInput: where the source is missing, empty, or no text.
    """
    if str(source) == STANDARD_INPUT:
        content = _read(sys.stdin.buffer, name="standard input")
        return _from_text(decode(content, name="standard input"), name="", ending=".txt")
    if is_address(str(source)):
        return _from_address(str(source), allow_private=allow_private)
    file = str(Path(source))
    if os.path.isdir(file):
        raise BadInput(f"{file}: is a folder: name one file in it")
    # its path from here, without its ending; of a file elsewhere the folder's name and its own
    name = next(path_names(os.path.splitext(os.path.abspath(file))[0], below=os.getcwd(), least=2))
    return read_listed(file, name=name, content=contents_of(file))


def contents_of(where: str) -> bytes | None:
    """Return what a file holds; of an address nothing.

    Raises:
        BadInput: if it cannot be read.
    """
    if is_address(where):
        return None
    path = Path(where)
    _refuse_ending(path)
    try:
        with path.open("rb") as file:
            return _read(file, name=str(path))
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file: check the name") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}): check the file") from error


def read_listed(where: str, *, name: str, content: bytes | None, allow_private: bool = False) -> Article:
    """Make an article of a file's content, with the id that `name` gives; fetch it where it is an address.

    Raises:
        BadInput: as `read_article`.
    """
    if content is None:
        return _from_address(where, allow_private=allow_private)
    file, ending = str(Path(where)), Path(where).suffix.lower()
    if ending in PAGE_ENDINGS:
        return _from_page(content, name=file, article=article_id(name))
    return _from_text(decode(content, name=file), name=name, ending=ending)


def decode(content: bytes, *, name: str) -> str:
    r"""Decode UTF-8, or UTF-16 with a mark; drop the mark, turn `\r\n` and `\r` into `\n`.

    Raises:
        BadInput: for what is no text; an invalid byte is named with its place.
    """
    what = next((what for magic, what in MAGIC if content.startswith(magic)), None)
    if what:
        raise BadInput(f"{name}: is {what}: save its text as a .txt file")
    mark, encoding, shown = next(row for row in ENCODINGS if content.startswith(row[0]))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + len(mark)
        what = f"byte 0x{content[at]:02X} at offset {at:,} is not {shown}"
        raise BadInput(f"{name}: {what}: save the file as UTF-8") from error
    if "\0" in text:
        at = text.index("\0")
        raise BadInput(f"{name}: holds a NUL character at offset {at:,}: save it as plain text")
    if not text.strip():
        raise BadInput(f"{name}: is empty: put the article's text into it")
    _check_length(text, name=name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read(file: BinaryIO, *, name: str) -> bytes:
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadInput(f"{name}: larger than {MOST_BYTES // 1_000_000} MB: cut it into smaller files")
    return content


def _check_length(text: str, *, name: str) -> None:
    if len(text) > MOST_LETTERS:
        raise BadInput(f"{name}: longer than {MOST_LETTERS:,} characters: cut it into smaller files")


def _refuse_ending(path: Path) -> None:
    if path.suffix.lower() in TEXT_ENDINGS + MARKDOWN_ENDINGS + PAGE_ENDINGS or not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(8)
    what = next((what for magic, what in MAGIC if head.startswith(magic)), f"a {path.suffix} file")
    raise BadInput(f"{path}: is {what}: save its text as a .txt, .md or .html file")


def _from_address(address: str, *, allow_private: bool) -> Article:
    fetched = fetch(address, allow_private=allow_private)
    name = address_id(address)
    if fetched.is_html:
        return _from_page(fetched.content, name=address, article=name, address=fetched.address)
    article = _from_text(decode(fetched.content, name=address), name=name, ending=".txt")
    return replace(article, article_id=name, address=fetched.address)


def _from_page(content: bytes, *, name: str, article: str, address: str = "") -> Article:
    if not content.strip():
        raise BadInput(f"{name}: is empty: put the article's page into it")
    page = read_page(content, name=name, address=address)
    _check_length(page.text, name=name)
    return Article(article, page.text, page.blocks, page.title, page.author, page.date, address, page.notes)


def _from_text(text: str, *, name: str, ending: str) -> Article:
    """Make an article of a text; without a file's name its title, or its first words, name it."""
    is_markdown = ending in MARKDOWN_ENDINGS
    blocks = markdown_blocks(text) if is_markdown else text_blocks(text)
    fields = markdown_fields(text) if is_markdown else {}
    title = fields.get("title") or _title(text, blocks) or _spoken(name.rpartition("/")[2])
    article = article_id(name or title or " ".join(text.split()[:6]))
    return Article(article, text, blocks, title, fields.get("author", ""), fields.get("date", ""))


def _title(text: str, blocks: Iterable[Block]) -> str:
    """Return the heading over the first body text, where there is one."""
    for block in blocks:
        if block.kind == "heading":
            return " ".join(block.span.of(text).strip("*_# ").split())[:TITLE_LETTERS]
        if block.kind not in ("byline", "boilerplate", "caption"):
            break
    return ""


def _spoken(name: str) -> str:
    """Make a title of a file's name: `seed_article` becomes `Seed article`."""
    words = " ".join(name.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]
