"""CSV that a spreadsheet opens and that comes back as it went; files replaced whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from itertools import chain
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from annotate.errors import AnnotateError, BadInput
from annotate.report.frames import cells_of

BOM = "\ufeff"  # without it Excel takes a CSV for the local 8-bit encoding

ONCE_CALLED = {"final_label": "decision", "editor_note": "note"}  # columns under their earlier names

LEFT_BEHIND = 3600  # seconds after which an unfinished file is nobody's

# A spreadsheet takes a cell that begins like this for a formula or a number, or drops its first character:
# a sign or its full-width form, also behind white space (LibreOffice makes 1 of " +1"), a tab, the end of a
# line, NUL. The last is the guard itself.
_GUARDED = re.compile("[\\s\0]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\\t\\r\\n\0']")


def csv_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV: CRLF, every field quoted, formulas guarded, missing cells empty, empty text `'`.

    Raises:
        BadInput: where a cell holds half a character (a lone surrogate), which no file can keep.
    """
    columns = ([_cell(value) for value in cells_of(frame[name])] for name in frame.columns)
    return csv_of(chain([[_guarded(str(name)) for name in frame.columns]], zip(*columns, strict=True)))


def csv_of(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of cells as CSV as it is written here: CRLF, every field quoted."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def write_csv(frame: pd.DataFrame, path: Path | str) -> Path:
    """Write a frame that a spreadsheet opens and `read_csv` reads back as it was; the file is replaced whole.

    UTF-8 with a byte-order mark. Texts that begin as a formula does get a `'` in front, numbers do not.

    Raises:
        BadInput: where a cell holds half a character (a lone surrogate).
        AnnotateError: where the file cannot be written; one that was there stays as it was.
    """
    return replace_file(Path(path), encoded(BOM + csv_text(frame), Path(path)))


def whole_file(path: Path) -> bytes:
    """Read a file.

    Raises:
        BadInput: where that fails.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


def replace_file(path: Path, content: bytes) -> Path:
    """Put a file in its place whole: written beside it, flushed to the disk, then renamed over it.

    Raises:
        AnnotateError: where that fails, or a link stands there; the old file stays.
    """
    with replacing(path) as file:
        file.write(content)
    return path


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Return a file to write that replaces another whole, as `replace_file` does, once it is written.

    Raises:
        AnnotateError: where that fails, or a link stands there; the old file stays, as after any error.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        refuse_link(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        _sweep(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        stays = "The old file stays as it was: check" if os.path.lexists(path) else "Check"
        raise AnnotateError(
            f"{path} cannot be written: {error.strerror}. {stays} free space and permissions, then run the "
            "command again."
        ) from error
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _sweep(path: Path) -> None:
    """Remove what runs that were killed left beside a file; another run may be at work on a younger one."""
    for left in path.parent.glob(f".{escape(path.name)}.{'[0-9a-f]' * 8}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND:
                left.unlink()


def refuse_link(place: Path) -> Path:
    """Return a place back, unless a link stands there: what is written would go, or seem to go, elsewhere.

    Raises:
        AnnotateError: where one does.
    """
    if place.is_symlink():
        raise AnnotateError(f"{place} is a link to somewhere else: remove it, and try again")
    return place


def _cell(value: object) -> str:
    """Return a cell's text: empty for a missing value, the guard alone for an empty text."""
    if isinstance(value, str):
        return _guarded(value) if value else "'"
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 (NaN is not itself)
        return ""
    if isinstance(value, float | np.floating):
        return repr(float(value)) if np.isfinite(value) else _guarded(repr(float(value)))
    return str(value) if isinstance(value, int | np.integer) else _guarded(str(value))


def _guarded(words: str) -> str:
    return f"'{words}" if _GUARDED.match(words) else words


def unguarded(words: str) -> str | None:
    """Take the guard off a cell; an empty cell is missing, the guard alone an empty text."""
    if words.startswith("'") and (len(words) == 1 or _GUARDED.match(words, 1)):
        return words[1:]
    return words or None


def column_name(cell: str) -> str:
    """Return the name of a column as it is written here, whatever its heading is like.

    >>> column_name(" Source KIND"), column_name("Final label")
    ('source_kind', 'decision')
    """
    name = re.sub(r"[\s_]+", "_", (unguarded(cell) or "").strip("\ufeff\u200b \t\r\n\u00a0").lower())
    return ONCE_CALLED.get(name, name)


def encoded(text: str, path: Path) -> bytes:
    """Return the bytes of a file's text in UTF-8.

    Raises:
        BadInput: where it holds half a character (a lone surrogate).
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        bad, line = f"U+{ord(text[error.start]):04X}", text.count("\n", 0, error.start) + 1
        raise BadInput(f"{path.name} cannot be written: half a character ({bad}) in line {line}.") from error


def csv_rows(text: str, path: Path, *, delimiter: str = ",") -> list[list[str]]:
    """Cut CSV text into rows, as long as they come; an empty line is a row without cells.

    Raises:
        BadInput: where the text ends inside a quotation, or goes on behind the end of one; names the row.
    """
    rows: list[list[str]] = []
    before = csv.field_size_limit(max(len(text), csv.field_size_limit()))
    try:
        # one by one, for the rows before a broken one tell its number
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
    except csv.Error as error:
        raise BadInput(f"{path}: row {len(rows) + 1} is broken ({error}). Was the file cut off?") from error
    finally:
        csv.field_size_limit(before)
    return rows
