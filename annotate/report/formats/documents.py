"""Labelled texts as another tool wrote them, whatever its format; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from annotate.errors import BadInput
from annotate.registry import IMPORT_FORMATS

Files = Mapping[str, bytes]  # by name

#: What reading JSON of another form raises.
DAMAGED = (ValueError, LookupError, TypeError, AttributeError, StopIteration, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A stretch of a text with the label that somebody gave it.

    `start` and `end` are as the tool counts them. `words` are those that it states beside the offsets, `None`
    where it states none. `source` is who carries the claim and `ruling` the codebook's question that decided,
    where the labels say so. `by` is who gave the label, as the file names them; empty where it does not.
    """

    start: int
    end: int
    label: str
    words: str | None = None
    source: str = ""
    by: str = ""
    ruling: str = ""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its labelled spans; `name` says for a person where it stands in the files."""

    name: str
    text: str
    spans: tuple[LabelledSpan, ...]


@dataclass(frozen=True, slots=True)
class Importer:
    """A format whose labels can be read: whether files are of it, and how they are read.

    `read` raises `BadInput` where a file is damaged; the message names the file and the line.
    """

    recognises: Callable[[Files], bool]
    read: Callable[[Files], list[LabelledText]]


def read_labels(files: Files, *, form: str = "") -> tuple[str, list[LabelledText]]:
    """Return the format of files, and the labelled texts in them.

    Args:
        files: content by name.
        form: the format; by default the one that recognises the files.

    Raises:
        UsageError: where there is no such format.
        BadInput: where no format recognises the files, or one of them is damaged.
    """
    if form:
        importer: Importer = IMPORT_FORMATS.load(form)
        return form, importer.read(files)
    for name in IMPORT_FORMATS.names():
        importer = IMPORT_FORMATS.load(name)
        if importer.recognises(files):
            return name, importer.read(files)
    raise BadInput(
        f"{_listed(list(files))}: no labels that can be read (formats: {', '.join(IMPORT_FORMATS.names())}; "
        "brat as a folder of .txt and .ann, doccano as JSONL, Label Studio as JSON)"
    )


def decoded(content: bytes, name: str, *, keep_bom: bool = False) -> str:
    """Return the text of a file, without a byte-order mark unless that is kept.

    Raises:
        BadInput: where it is not UTF-8.
    """
    try:
        return content.decode("utf-8" if keep_bom else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{name} is not UTF-8 (byte {error.start}): save it in UTF-8, then import it"
        ) from error


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more or "the folder is empty"
