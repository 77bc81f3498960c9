"""CSV that a spreadsheet opens and that comes back as it went; files replaced whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from annotate.errors import AnnotateError, BadInput
from annotate.report.judgements import FLOATS, INTEGERS

BOM = "\ufeff"  # without it Excel takes a CSV for the local 8-bit encoding

LEFT_BEHIND = 3600  # seconds after which an unfinished file is nobody's

# A spreadsheet takes a cell that begins like this for a formula or a number, or drops its first character:
# a sign or its full-width form, also behind white space (LibreOffice makes 1 of " +1"), a tab, the end of a
# line, NUL. The last is the guard itself.
_GUARDED = re.compile("[\\s\0]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\\t\\r\\n\0']")


def csv_text(frame: pd.DataFrame) -> str:
    """Give a frame as CSV: CRLF, every field quoted, formulas guarded, missing cells empty, empty text `'`.

    Raises:
        BadInput: where a cell holds half a character (a lone surrogate), which no file can keep.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_guarded(str(name)) for name in frame.columns])
    writer.writerows(zip(*([_cell(value) for value in frame[name]] for name in frame.columns), strict=True))
    return buffer.getvalue()


def write_csv(frame: pd.DataFrame, path: Path | str) -> Path:
    """Write a frame that a spreadsheet opens and `read_csv` reads back as it was; the file is replaced whole.

    UTF-8 with a byte-order mark. Cells that begin as a formula does get a `'` in front.

    Raises:
        BadInput: where a cell holds half a character (a lone surrogate).
        AnnotateError: where the file cannot be written; one that was there stays as it was.
    """
    return replace_file(Path(path), encoded(BOM + csv_text(frame), Path(path)))


def read_csv(path: Path | str) -> pd.DataFrame:
    """Read what `write_csv` wrote: guards taken off, missing and empty told apart.

    Columns named in `INTEGERS` and `FLOATS` come as numbers, all others as text.

    Raises:
        BadInput: where the file is missing, no UTF-8, no table, cut off, or has words in a column of numbers.
    """
    path = Path(path)
    content = whole_file(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is no UTF-8 (byte {error.start}): save it as CSV UTF-8.") from error
    header, *rows = _records(text, path)
    names = [unguarded(name) or "" for name in header]
    cells = {name: [unguarded(row[at]) for row in rows] for at, name in enumerate(names)}
    return pd.DataFrame({name: _numbers(name, column, path) for name, column in cells.items()})


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
    """Give a file to write that takes the place of another whole, as `replace_file` does, once it is written.

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
        raise AnnotateError(
            f"{path} cannot be written: {error.strerror}. The old file stays as it was."
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
    """Give a place back, unless a link stands there: what is written would go, or seem to go, elsewhere.

    Raises:
        AnnotateError: where one does.
    """
    if place.is_symlink():
        raise AnnotateError(f"{place} is a link to somewhere else: remove it, and try again")
    return place


def _cell(value: object) -> str:
    """Give a cell's text: empty for a missing value, the guard alone for an empty text."""
    if isinstance(value, str):
        return _guarded(value) if value else "'"
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 (NaN is not itself)
        return ""
    if isinstance(value, float | np.floating):
        return _guarded(repr(float(value)))
    return _guarded(str(value))


def _guarded(words: str) -> str:
    return f"'{words}" if _GUARDED.match(words) else words


def unguarded(words: str) -> str | None:
    """Take the guard off a cell; an empty cell is missing, the guard alone an empty text."""
    if words.startswith("'") and (len(words) == 1 or _GUARDED.match(words, 1)):
        return words[1:]
    return words or None


def encoded(text: str, path: Path) -> bytes:
    """Give the bytes of a file's text in UTF-8.

    Raises:
        BadInput: where it holds half a character (a lone surrogate).
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        bad, line = f"U+{ord(text[error.start]):04X}", text.count("\n", 0, error.start) + 1
        raise BadInput(f"{path.name} cannot be written: half a character ({bad}) in line {line}.") from error


def _records(text: str, path: Path) -> list[list[str]]:
    """Cut CSV text into rows of equal length."""
    rows = csv_rows(text, path)
    if not rows:
        raise BadInput(f"{path} is empty: write it anew with `annotate report`.")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise BadInput(f"{path}: row {number} has {len(row)} cells, the header has {len(rows[0])}.")
    return rows


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


def _numbers(name: str, column: list[str | None], path: Path) -> pd.Series[Any]:
    """Give a column its type."""
    if name not in INTEGERS | FLOATS:
        return pd.Series(column, dtype=object if all(cell is None for cell in column) else None)
    kind: type[int] | type[float] = int if name in INTEGERS else float
    try:
        told = [None if cell is None else kind(cell) for cell in column]
    except ValueError as error:
        raise BadInput(f"{path}: the column {name} holds something that is no number: {error}.") from error
    dtype = "float64" if kind is float else "Int64" if None in told else "int64"
    return pd.Series(told, dtype=dtype)
