"""Documents that are no text: each format has a file with a function `read`, imported when one is read."""

from __future__ import annotations

from importlib import import_module

from annotate.article.reading.documents.layout import Document

#: The endings of documents, with the file that reads them.
READERS = {".docx": "docx", ".pdf": "pdf", ".srt": "subtitles", ".vtt": "subtitles"}


def read_document(content: bytes, *, ending: str, name: str) -> Document:
    """Read a document by its ending; `name` is what messages call it.

    Raises:
        BadInput: where it is damaged, protected, or holds no text.
    """
    module = import_module(f"{__name__}.{READERS[ending]}")
    document: Document = module.read(content, name=name)
    return document
