"""Sheets that come back: `claims.csv` or `disputes.csv` as an editor's spreadsheet program saved it.

Excel, LibreOffice, Numbers and Google Sheets change all that a CSV can have changed: separator, encoding,
ends of lines, quotation marks, order and number of rows and columns. Here only one thing is taken for
granted: a header with `claim_id`. It tells the separator, and where the table begins.

Known limits: a file cut off between two rows looks like one whose last rows were deleted. Google Sheets puts
no end of line behind the last row, so of a file that looks like one of its, the last cell may be cut off.
"""

from __future__ import annotations

import codecs
import csv
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

import openpyxl
import pandas as pd

from annotate.errors import BadInput
from annotate.report.sheet import csv_rows, unguarded, whole_file

KEY = "claim_id"
ONCE = (KEY, "final_label", "editor_note")  # a second column of this name could contradict the first
DELIMITERS = ",;\t|"
HEAD = 50  # rows or lines from the top in which the header is looked for
MOST_BYTES = 300_000_000  # unpacked, of a workbook

Row = Sequence[str]


@dataclass(frozen=True)
class Returned:
    """A sheet that came back.

    `frame` has one row a row of the sheet that is not empty: all cells are text or `None`, guards taken off;
    columns by their names in lower case, `_` for spaces; the index `row` is the number that a spreadsheet
    shows beside the row. `lossy` tells that the file's encoding may not have held every character, so that
    its words cannot be compared with those of the claims letter by letter.
    """

    frame: pd.DataFrame
    lossy: bool


def read_returned(path: Path | str) -> Returned:
    """Read a sheet that an editor filled in: CSV in any dialect and encoding, or `.xlsx`.

    Formulas are not evaluated: such a cell gives the formula.

    Raises:
        BadInput: where the file is missing, empty, cut off, or no table; where it has no column claim_id, or
            two of a name that may stand once; where a row has cells beyond the last column.
    """
    path = Path(path)
    content = whole_file(path)
    if not content.strip(b"\0\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise BadInput(f"{path} is empty: save the sheet again.")
    if told := _no_sheet(content):
        raise BadInput(f"{path} is {told}, no table: save the sheet as CSV UTF-8 or .xlsx.")
    if content.startswith(b"PK"):
        return Returned(_frame(_workbook_rows(content, path), path), lossy=False)
    text, encoding = _decoded(content, path)
    rows = _text_rows(text, path, unended=encoding == "utf-8")
    misread = next((name for name, marks in _MISREAD.items() if marks.search(text)), "")
    if misread:
        rows = [[_mended(cell, misread) for cell in row] for row in rows]
    lossy = bool(misread) or encoding in EIGHT_BIT or "\ufffd" in text or (text.isascii() and "?" in text)
    return Returned(_frame(rows, path), lossy=lossy)


# --------------------------------------------------------------------------- what is no sheet

_KINDS: Mapping[bytes, str] = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
    b"\xd0\xcf\x11\xe0": "a file of an old Excel",
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
    except UnicodeDecodeError:
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
        raise BadInput(f"{path} ends inside a character: it was cut off. Save the sheet again.") from error


def _text_rows(text: str, path: Path, *, unended: bool) -> list[list[str]]:
    """Cut text into rows.

    Args:
        text: the file's, without byte-order marks.
        path: what an error calls it.
        unended: the last row may come without an end of line, where nothing else speaks against it.
    """
    text = _SEPARATOR_LINE.sub("", text, count=1) if _SEPARATOR_LINE.match(text) else text
    rows = csv_rows(text, path, delimiter=_delimiter(text, path))
    if not text.endswith(("\r", "\n")):
        width = max(map(len, rows))
        if not unended or len(rows[-1]) < width or "\r\n" not in text:
            raise BadInput(f"{path}: row {len(rows)} has no end: the file was cut off. Save the sheet again.")
    return rows


def _delimiter(text: str, path: Path) -> str:
    """Give what separates the cells of the header."""
    lines = [line[:10_000] for line in islice(_lines(text), HEAD) if line.strip()]
    cut = [(d, next(csv.reader([line], delimiter=d))) for line in lines for d in DELIMITERS]
    headers = [(delimiter, cells) for delimiter, cells in cut if KEY in map(_name, cells)]
    if headers:
        return max(headers, key=lambda pair: len(pair[1]))[0]
    if _CONTROLS.search(text[:1000]):
        raise BadInput(f"{path} is no table: save the sheet as CSV UTF-8 or .xlsx.")
    raise _without_key(path, max((cells for _, cells in cut), key=len, default=[]))


def _lines(text: str) -> Iterator[str]:
    """Give the lines of a text, one after the other."""
    start = 0
    for end in _LINE_END.finditer(text):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]


def _mended(cell: str, encoding: str) -> str:
    """Give the words of a cell whose UTF-8 was read in an 8-bit encoding; other words as they are.

    >>> _mended("zaÅ¼Ã³Å‚Ä‡", "cp1252"), _mended("zażółć", "cp1252")
    ('zażółć', 'zażółć')
    """
    with suppress(UnicodeError):
        return codecs.charmap_encode(cell, "strict", _TO_BYTES[encoding])[0].decode("utf-8")
    return cell


# --------------------------------------------------------------------------- workbooks


def _workbook_rows(content: bytes, path: Path) -> list[list[str]]:
    """Give the rows of the first sheet of a workbook that has our header, else of its first sheet."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            names, size = packed.namelist(), sum(part.file_size for part in packed.infolist())
    except BadZipFile as error:
        raise BadInput(f"{path} was cut off or is broken: save the sheet again.") from error
    if "xl/workbook.xml" not in names:
        raise BadInput(f"{path} is no .xlsx (LibreOffice's .ods is not read): save it as CSV UTF-8 or .xlsx.")
    if size > MOST_BYTES:
        raise BadInput(
            f"{path} unpacks to {size:,} bytes, too many for a sheet of claims: save it as CSV UTF-8."
        )
    try:
        sheets = _sheets(content)
    except Exception as error:  # openpyxl gives no list of what a broken workbook raises
        raise BadInput(f"{path} is a broken workbook ({error}): save it as CSV UTF-8.") from error
    return next((rows for rows in sheets if _header_at(rows) is not None), sheets[0] if sheets else [])


def _sheets(content: bytes) -> list[list[list[str]]]:
    with warnings.catch_warnings(action="ignore"):  # about styles and extensions that are not read
        book = openpyxl.load_workbook(BytesIO(content), read_only=True)
        sheets = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file states of its size may be wrong
            sheets.append([[_cell_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)])
    return sheets


def _cell_text(value: object) -> str:
    """Give a cell of a workbook as text: whole numbers without a point, dates as ISO has them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)


# --------------------------------------------------------------------------- rows to a frame


def _name(cell: str) -> str:
    """Give a column's name as it is written here."""
    return re.sub(r"[\s_]+", "_", (unguarded(cell) or "").strip("\ufeff\u200b \t\r\n\u00a0").lower())


def _header_at(rows: Sequence[Row]) -> int | None:
    """Give the place of the first row that names our key."""
    return next((at for at, row in enumerate(rows[:HEAD]) if KEY in map(_name, row)), None)


def _frame(rows: Sequence[Row], path: Path) -> pd.DataFrame:
    at = _header_at(rows)
    if at is None:
        raise _without_key(path, max(rows[:HEAD], key=lambda row: sum(map(bool, row)), default=[]))
    places = _places(rows[at], path)
    body = [(number, row) for number, row in enumerate(rows[at + 1 :], at + 2) if any(row)]
    for number, row in body:
        if any(row[len(rows[at]) :]):
            raise BadInput(
                f"{path}: row {number} has more cells than the header. Clear what stands beyond the last "
                "column, or give that column a name."
            )
    columns = {name: [_first(row, where) for _, row in body] for name, where in places.items()}
    index = pd.Index([number for number, _ in body], name="row", dtype="int64")
    frame = pd.DataFrame(columns, index=index, dtype=object)
    return frame[frame.notna().any(axis=1)]


def _without_key(path: Path, there: Row) -> BadInput:
    return BadInput(
        f"{path} has no column {KEY} (it has: {_listed(there)}), so nothing tells what a row is about. "
        "Decide in claims.csv or disputes.csv as `annotate report` writes them, and keep that column."
    )


def _places(header: Row, path: Path) -> dict[str, list[int]]:
    """Give by name the columns that have it; a column without a name is left out."""
    places: dict[str, list[int]] = {}
    for at, cell in enumerate(header):
        if name := _name(cell):
            places.setdefault(name, []).append(at)
    for name in ONCE:
        if len(places.get(name, ())) > 1:
            raise BadInput(f"{path} has {len(places[name])} columns {name}: keep one of them.")
    return places


def _first(row: Row, places: Iterable[int]) -> str | None:
    """Give the first of some cells that is not empty."""
    return next((unguarded(row[at]) for at in places if at < len(row) and row[at]), None)


def _listed(cells: Row) -> str:
    names = [cell.strip() for cell in cells if cell.strip()]
    shown = ", ".join(name if len(name) <= 30 else name[:29] + "…" for name in names[:12])
    return (shown or "none") + (", …" if len(names) > 12 else "")
