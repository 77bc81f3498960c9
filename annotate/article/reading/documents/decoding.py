"""A file's bytes: what they are, where they are no text, and the text that they hold."""

from __future__ import annotations

from annotate.errors import BadInput

#: As many as ten novels have, and two minutes' work.
MOST_LETTERS = 5_000_000

# What a file is by its first bytes, where it is no text, and what to do about it.
MAGIC = (
    (b"%PDF-", "a PDF", "save it under a name that ends in .pdf"),
    (b"PK\x03\x04", "a Word, OpenDocument or zip file", "save it as .docx, under a name that ends so"),
    (b"\xd0\xcf\x11\xe0", "an old Word file", "save it as .docx"),
    (b"{\\rtf", "an RTF file", "save it as .docx"),
    (b"\x89PNG", "a picture", "save its text as a .txt file"),
    (b"\xff\xd8\xff", "a picture", "save its text as a .txt file"),
    (b"\x1f\x8b", "a compressed file", "unpack it"),
)
# Byte-order marks, and the encoding that each announces.
ENCODINGS = (
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"", "utf-8", "UTF-8"),
)


def no_text(head: bytes) -> str:
    """Return what a file is by its first bytes, and what to do about it; nothing for a text."""
    return next((f"is {what}: {fix}" for magic, what, fix in MAGIC if head.startswith(magic)), "")


def decode(content: bytes, *, name: str) -> str:
    r"""Decode UTF-8, or UTF-16 with a mark; drop the mark, turn `\r\n` and `\r` into `\n`.

    Raises:
        BadInput: for what is no text; an invalid byte is named with its place.
    """
    if what := no_text(content):
        raise BadInput(f"{name}: {what}")
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
    check_length(text, name=name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_length(text: str, *, name: str) -> None:
    """Refuse a text that is too long.

    Raises:
        BadInput: with the limit.
    """
    if len(text) > MOST_LETTERS:
        raise BadInput(f"{name}: longer than {MOST_LETTERS:,} characters: cut it into smaller files")
