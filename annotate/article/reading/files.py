"""Articles from files, folders, addresses and standard input.

What reads web pages and Markdown is loaded when the first one is read.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from annotate.article.ids import address_id, article_id, path_names
from annotate.article.reading.addresses import is_address
from annotate.article.reading.blocks import text_blocks
from annotate.article.reading.clean_view import clean_view, merged
from annotate.article.reading.documents import READERS, read_document
from annotate.article.reading.documents.decoding import check_length, decode, no_text
from annotate.article.reading.fetch import DOCUMENTS, MOST_BYTES, fetch
from annotate.article.reading.paragraphs import unread_in_lines
from annotate.errors import BadInput
from annotate.model import Article, Block, Span

TEXT_ENDINGS = (".txt", ".text", "")
MARKDOWN_ENDINGS = (".md", ".markdown")
PAGE_ENDINGS = (".html", ".htm", ".xhtml")
FOLDER_ENDINGS = (".txt", *MARKDOWN_ENDINGS, *PAGE_ENDINGS, *READERS)
STANDARD_INPUT = "-"
TITLE_LETTERS = 120


def read_article(source: str | Path, *, allow_private: bool = False) -> Article:
    """Read one article from a file, an http(s) address, or `-` for standard input.

    A file is .txt, .md, .html, .docx, .pdf with a text layer, or a transcript as .srt or .vtt.

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
    _refuse_ending(Path(where))
    return read_bytes(where)


def read_bytes(where: str) -> bytes:
    """Return what a file holds.

    Raises:
        BadInput: if it cannot be read, or is too large.
    """
    path = Path(where)
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
    if ending in READERS:
        return _from_document(content, file=file, name=name, ending=ending)
    return _from_text(decode(content, name=file), name=name, ending=ending)


def _read(file: BinaryIO, *, name: str) -> bytes:
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadInput(f"{name}: larger than {MOST_BYTES // 1_000_000} MB: cut it into smaller files")
    return content


def _refuse_ending(path: Path) -> None:
    if path.suffix.lower() in (*TEXT_ENDINGS, *FOLDER_ENDINGS) or not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(8)
    unknown = f"is a {path.suffix} file: save its text as a .txt, .md or .html file"
    raise BadInput(f"{path}: {no_text(head) or unknown}")


def _from_address(address: str, *, allow_private: bool) -> Article:
    fetched = fetch(address, allow_private=allow_private)
    name = address_id(address)
    if fetched.is_html:
        return _from_page(fetched.content, name=address, article=name, address=fetched.address)
    if ending := DOCUMENTS.get(fetched.kind):
        article = _from_document(fetched.content, file=address, name=name, ending=ending)
    else:
        article = _from_text(decode(fetched.content, name=address), name=name, ending=".txt")
    return replace(article, article_id=name, address=fetched.address)


def _from_page(content: bytes, *, name: str, article: str, address: str = "") -> Article:
    if not content.strip():
        raise BadInput(f"{name}: is empty: put the article's page into it")
    from annotate.article.reading.page import read_page  # noqa: PLC0415

    page = read_page(content, name=name, address=address)
    check_length(page.text, name=name)
    unread = unread_in_lines(page.text, [block.span for block in page.blocks])
    facts = page.title, page.author, page.date, address
    return Article(article, page.text, page.blocks, *facts, unread=unread, notes=page.notes)


def _from_document(content: bytes, *, file: str, name: str, ending: str) -> Article:
    if not content.strip():
        raise BadInput(f"{file}: is empty: put the article's text into it")
    text, blocks, title, author, times, notes = read_document(content, ending=ending, name=file)
    check_length(text, name=file)
    title = _title(text, blocks) or title[:TITLE_LETTERS] or _spoken(name.rpartition("/")[2])
    return Article(article_id(name), text, blocks, title, author, times=times, notes=notes)


def _from_text(text: str, *, name: str, ending: str) -> Article:
    """Make an article of a text; without a file's name its title, or its first words, name it."""
    blocks, signs, fields = _markdown(text) if ending in MARKDOWN_ENDINGS else (text_blocks(text), (), {})
    unread = merged([*signs, *unread_in_lines(text, [block.span for block in blocks])])
    article = clean_view(Article("", text, blocks, unread=unread)).article
    title = fields.get("title") or _title(article.text, article.blocks) or _spoken(name.rpartition("/")[2])
    slug = article_id(name or title or " ".join(article.text.split()[:6]))
    return Article(slug, text, blocks, title, fields.get("author", ""), fields.get("date", ""), unread=unread)


def _markdown(text: str) -> tuple[tuple[Block, ...], Sequence[Span], Mapping[str, str]]:
    """Return the blocks of a Markdown text, the signs in it that are no words, and its front matter."""
    from annotate.article.reading.markdown import markdown_fields, read_markdown  # noqa: PLC0415

    return *read_markdown(text), markdown_fields(text)


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
