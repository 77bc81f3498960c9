"""Edited sheets: `desk.xlsx`, `claims.csv` and others as an editor's spreadsheet program saved them.

Excel, LibreOffice, Numbers and Google Sheets change all that a CSV can have changed: separator, encoding,
ends of lines, quotation marks, order and number of rows and columns. Here only one thing is taken for
granted: a header with `claim_id`. It tells the separator, and where the table begins.

Known limits: a file cut off between two rows looks like one whose last rows were deleted. Many programs put
no end of line behind the last row, so the last cell of a file may be cut off where it is not quoted.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from annotate.errors import BadInput
from annotate.report.frames import dtype_of
from annotate.report.sheets.cells import LABEL, NOTE
from annotate.report.sheets.csv_files import BOM, column_name, csv_of, csv_rows, unguarded, whole_file
from annotate.report.sheets.workbooks import (
    KEY,
    Original,
    Table,
    is_workbook,
    read_original,
    with_key,
    workbook_tables,
)

ONCE = (KEY, LABEL, NOTE)  # a second column of this name could contradict the first
DELIMITERS = ",;\t|"
HEAD = 50  # rows or lines from the top in which the header is looked for

Row = Sequence[str]


@dataclass(frozen=True)
class EditedSheet:
    """A sheet as an editor saved it.

    `frame` has one row for each row of the sheet that is not empty: cells are text without guards, `None`
    where they are empty, and NaN where another table of the workbook has the column; columns by their names
    in lower case, `_` for spaces; the index `row` is the number that a spreadsheet shows beside the row,
    with the name of the table where several tables of a workbook have rows. `lossy` tells that the file's
    encoding may not have held every character, so that its words cannot be compared with those of the
    claims letter by letter. `original` is what the program had written, where the file itself says so.
    """

    frame: pd.DataFrame
    lossy: bool
    original: Original | None = None


def read_edited_sheet(path: Path | str) -> EditedSheet:
    """Read a sheet that an editor filled in: CSV in any dialect and encoding, `.xlsx`, `.ods` or `.xls`.

    A cell with a formula gives the value that was saved with it.

    Raises:
        BadInput: where the file is missing, empty, cut off, or no table; where it has no column claim_id, or
            two of a name that may stand once; where a row has cells beyond the last column.
    """
    path = Path(path)
    content = whole_file(path)
    if not content.strip(b"\0\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise BadInput(f"{path} is empty: save the sheet again.")
    if wrong_kind := _no_sheet(content):
        raise BadInput(f"{path} is {wrong_kind}, no table: save the sheet as CSV UTF-8 or .xlsx.")
    if is_workbook(content):
        tables = workbook_tables(content, path)
        return EditedSheet(_frame_of_tables(tables, path), lossy=False, original=read_original(tables))
    text, encoding = _decoded(content, path)
    rows = _text_rows(text, path)
    misread = next((name for name, marks in _MISREAD.items() if marks.search(text)), "")
    if misread:
        rows = [[_mended(cell, misread) for cell in row] for row in rows]
    lossy = bool(misread) or encoding in EIGHT_BIT or "\ufffd" in text or (text.isascii() and "?" in text)
    return EditedSheet(_frame(rows, path), lossy=lossy)


def rows_of_sheet(frame: pd.DataFrame) -> Iterator[tuple[int | str, dict[str, str]]]:
    """Return the rows of an edited sheet: number and stripped cells, those left out that its table has not.

    Args:
        frame: as `EditedSheet` has it.
    """
    names, columns = [str(name) for name in frame.columns], [frame[name].tolist() for name in frame.columns]
    for number, *cells in zip(frame.index, *columns, strict=True):
        row = zip(names, cells, strict=True)
        yield number, {n: (cell or "").strip() for n, cell in row if cell is None or isinstance(cell, str)}


def read_csv(path: Path | str) -> pd.DataFrame:
    """Read a table that `write_csv` wrote, or a sheet that came back, as `read_edited_sheet` reads it.

    Guards are taken off, missing and empty told apart. Columns come with the types that the
    tables declare for their names, others as text.

    Raises:
        BadInput: where the file is missing, no table, cut off, or has words in a column of numbers; where it
            was not written here and has no column claim_id.
    """
    path = Path(path)
    rows = _written_rows(whole_file(path), path)
    if rows is None:
        frame = read_edited_sheet(path).frame
        cells = {str(name): frame[name].tolist() for name in frame.columns}
    else:
        header, *body = rows
        cells = {
            unguarded(name) or "": [unguarded(row[at]) for row in body] for at, name in enumerate(header)
        }
    return pd.DataFrame({name: _typed(name, column, path) for name, column in cells.items()})


def _written_rows(content: bytes, path: Path) -> list[list[str]] | None:
    """Cut a table as `write_csv` writes it into rows of equal length; nothing where it may be another sheet.

    It is ours where each byte is, or where it begins with the header of a sheet as it is written here.
    """
    try:
        text = content.decode("utf-8").removeprefix(BOM)
        rows = csv_rows(text, path)
    except (UnicodeDecodeError, BadInput):
        return None
    header = rows[0] if rows else []
    ours = KEY in header and text.startswith(csv_of([header])) and [column_name(n) for n in header] == header
    if not ours and ((KEY in header) != (_header_at(rows) is not None) or csv_of(rows) != text or not rows):
        return None
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise BadInput(f"{path}: row {number} has {len(row)} cells, the header has {len(header)}.")
    return rows


def _typed(name: str, column: list[str | None], path: Path) -> pd.Series[Any]:
    """Return a column with its declared type; a decimal comma is read as a point."""
    dtype = dtype_of(name)
    if dtype in (None, "text"):
        return pd.Series(column, dtype=object if all(cell is None for cell in column) else None)
    kind = int if dtype == "int" else float
    try:
        values = [None if cell is None else kind(cell.replace(",", ".")) for cell in column]
    except ValueError as error:
        raise BadInput(f"{path}: the column {name} holds something that is no number: {error}.") from error
    return pd.Series(values, dtype="float64" if kind is float else "Int64" if None in values else "int64")


# --------------------------------------------------------------------------- what is no sheet

_KINDS: Mapping[bytes, str] = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
}
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|table|\?xml|svg)", re.IGNORECASE)
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def _no_sheet(content: bytes) -> str:
    """Name what a file is that is no sheet; empty where nothing tells."""
    for begins, kind in _KINDS.items():
        if content.startswith(begins):
            return kind
    return "a page of markup (HTML or XML)" if _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")) else ""


# --------------------------------------------------------------------------- text

# What a spreadsheet program saves where it is not asked for Unicode: Excel for Windows and for the Mac. Bytes
# that the first leaves undefined stand for the control characters of the same number, as Windows has it.
EIGHT_BIT: Mapping[str, str] = {
    name: "".join(bytes([byte]).decode(name, "replace").replace("\ufffd", chr(byte)) for byte in range(256))
    for name in ("cp1252", "mac_roman")
}
_TO_BYTES = {name: codecs.charmap_build(chars) for name, chars in EIGHT_BIT.items()}
# What the bracket of the column context, curly quotation marks and dashes become where UTF-8 is misread.
_MISREAD = {"cp1252": re.compile("âŸ¦|â€"), "mac_roman": re.compile("‚ü¶|‚Ä")}
_MARKS = re.compile("(?:\ufeff|ï»¿|Ôªø)+")  # also as a byte-order mark reads in an 8-bit encoding
_SEPARATOR_LINE = re.compile('"?sep=.[";,\t]*(?:\r\n|\r|\n)', re.IGNORECASE)
_LINE_END = re.compile("\r\n|\r|\n")


class _Decoded(NamedTuple):
    text: str
    encoding: str


def _decoded(content: bytes, path: Path) -> _Decoded:
    """Decode a file, byte-order marks taken off; the encoding is `utf-8-sig` where it had one."""
    if encoding := _two_byte(content):
        return _Decoded(_MARKS.sub("", _utf_16(content, encoding, path), count=1), "utf-16")
    try:
        text, encoding = content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not content[: error.start].isascii():
            raise _cut_off(path) from error
        end = re.search(rb"\r\n|\r|\n", content)
        encoding = "mac_roman" if end and end[0] == b"\r" else "cp1252"
        text = codecs.charmap_decode(content, "strict", EIGHT_BIT[encoding])[0]
    if marks := _MARKS.match(text):
        text = text[marks.end() :]
        encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    return _Decoded(text, encoding)


def _two_byte(content: bytes) -> str:
    """Name the order of bytes of UTF-16, by its mark or by our key; empty for other encodings."""
    for encoding in ("utf-16-le", "utf-16-be"):
        if content.startswith("\ufeff".encode(encoding)):
            return encoding
    for encoding in ("utf-16-le", "utf-16-be"):
        if content.find(KEY.encode(encoding), 0, 100_000) % 2 == 0:
            return encoding
    return ""


def _utf_16(content: bytes, encoding: str, path: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _cut_off(path) from error


def _cut_off(path: Path) -> BadInput:
    return BadInput(f"{path} ends inside a character: it was cut off. Save the sheet again.")


def _text_rows(text: str, path: Path) -> list[list[str]]:
    """Cut text without byte-order marks into rows; the last one may lack its end of line, but no cell."""
    text = _SEPARATOR_LINE.sub("", text, count=1) if _SEPARATOR_LINE.match(text) else text
    rows = csv_rows(text, path, delimiter=_delimiter(text, path))
    if not text.endswith(("\r", "\n")) and len(rows[-1]) < max(map(len, rows)):
        raise BadInput(f"{path}: row {len(rows)} has no end: the file was cut off. Save the sheet again.")
    return rows


def _delimiter(text: str, path: Path) -> str:
    """Return what separates the cells of the header."""
    lines = [line[:10_000] for line in islice(_lines(text), HEAD) if line.strip()]
    cut = [(d, next(csv.reader([line], delimiter=d))) for line in lines for d in DELIMITERS]
    headers = [(delimiter, cells) for delimiter, cells in cut if KEY in map(column_name, cells)]
    if headers:
        return max(headers, key=lambda pair: len(pair[1]))[0]
    if _CONTROLS.search(text[:1000]):
        raise BadInput(f"{path} is no table: save the sheet as CSV UTF-8 or .xlsx.")
    raise _without_key(path, max((cells for _, cells in cut), key=len, default=[]))


def _lines(text: str) -> Iterator[str]:
    """Return the lines of a text, one after the other."""
    start = 0
    for end in _LINE_END.finditer(text):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]


def _mended(cell: str, encoding: str) -> str:
    """Return the words of a cell whose UTF-8 was read in an 8-bit encoding; other words as they are.

    >>> _mended("zaÅ¼Ã³Å‚Ä‡", "cp1252"), _mended("zażółć", "cp1252")
    ('zażółć', 'zażółć')
    """
    with suppress(UnicodeError):
        return codecs.charmap_encode(cell, "strict", _TO_BYTES[encoding])[0].decode("utf-8")
    return cell


# --------------------------------------------------------------------------- rows to a frame


def _frame_of_tables(tables: Sequence[Table], path: Path) -> pd.DataFrame:
    """Return the rows of a workbook: of all its tables that decide, else of the first with our key."""
    headers = {name: _header(rows) for name, rows in tables}
    chosen = with_key(tables, headers) or list(tables[:1])
    frames = [_frame(rows, path) for _, rows in chosen] or [_frame([], path)]
    if len(frames) == 1:
        return frames[0]
    for frame, table in zip(frames, chosen, strict=True):
        frame.index = pd.Index([f"{row} of “{table.name}”" for row in frame.index], name="row", dtype=object)
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1])


def _header(rows: Sequence[Row]) -> list[str]:
    """Return the names of the columns; none where no row names our key."""
    at = _header_at(rows)
    return [] if at is None else [column_name(cell) for cell in rows[at]]


def _header_at(rows: Sequence[Row]) -> int | None:
    """Return the place of the first row that names our key."""
    return next((at for at, row in enumerate(rows[:HEAD]) if KEY in map(column_name, row)), None)


def _frame(rows: Sequence[Row], path: Path) -> pd.DataFrame:
    at = _header_at(rows)
    if at is None:
        raise _without_key(path, max(rows[:HEAD], key=lambda row: sum(map(bool, row)), default=[]))
    body = [(number, row) for number, row in enumerate(rows[at + 1 :], at + 2) if any(row)]
    for number, row in body:
        if any(row[len(rows[at]) :]):
            raise BadInput(
                f"{path}: row {number} has more cells than the header. Clear what stands beyond the last "
                "column, or give that column a name."
            )
    cells = [row for _, row in body]
    columns = {name: _column(cells, where) for name, where in _places(rows[at], cells, path).items()}
    index = pd.Index([number for number, _ in body], name="row", dtype="int64")
    frame = pd.DataFrame(columns, index=index, dtype=object)
    return frame[frame.notna().any(axis=1)]


def _without_key(path: Path, cells: Row) -> BadInput:
    return BadInput(
        f"{path} has no column {KEY} (it has: {_listed(cells)}), so nothing tells what a row is about. "
        "Take desk.xlsx or claims.csv (CSV UTF-8) as `annotate report` writes them, and keep that column."
    )


def _places(header: Row, body: Sequence[Row], path: Path) -> dict[str, list[int]]:
    """Return by name the columns that have it; a column without a name is left out.

    Of two columns of a name in `ONCE` an empty one is left out.
    """
    places: dict[str, list[int]] = {}
    for at, cell in enumerate(header):
        if name := column_name(cell):
            places.setdefault(name, []).append(at)
    for name in ONCE:
        filled = [at for at in places.get(name, ()) if any(row[at] for row in body if at < len(row))]
        if len(filled) > 1:
            raise BadInput(f"{path} has {len(filled)} columns {name}: keep one of them.")
        places |= {name: filled} if filled else {}
    return places


def _column(rows: Sequence[Row], places: Sequence[int]) -> list[str | None]:
    """Return of each row the first of some cells that is not empty."""
    cells: list[str | None] = [None] * len(rows)
    for at in reversed(places):
        pairs = zip(rows, cells, strict=True)
        cells = [unguarded(row[at]) if at < len(row) and row[at] else behind for row, behind in pairs]
    return cells


def _listed(cells: Row) -> str:
    names = [cell.strip() for cell in cells if cell.strip()]
    shown = ", ".join(name if len(name) <= 30 else name[:29] + "…" for name in names[:12])
    return (shown or "none") + (", …" if len(names) > 12 else "")
