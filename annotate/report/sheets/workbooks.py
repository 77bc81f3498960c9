"""Workbooks as spreadsheet programs save them: the cells of their tables, and what the program had written.

`desk.xlsx` carries, in a table that is not shown, what the program wrote into its cells. So what a person
typed is known of any copy of it, however old; CSV has no place for that, and is compared with the versions
that are kept.

Known limit: a formula without a saved value reads as an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError

from annotate.errors import BadInput
from annotate.report.sheets.cells import CHECK, LABEL, TYPED, Version
from annotate.report.sheets.csv_files import column_name

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"  # how workbooks begin, those of an old Excel like the latter
MOST_BYTES = 300_000_000  # unpacked, of a workbook

KEY = "claim_id"
OURS = "claimdesk"  # who wrote a workbook last, in its properties
_OURS = re.compile(  # created and changed by the program, in one moment
    f"<cp:lastModifiedBy>{OURS}</cp:lastModifiedBy>"
    "<dcterms:created [^>]*>([^<]*)</dcterms:created><dcterms:modified [^>]*>\\1</dcterms:modified>"
)
WRITTEN, COLUMN = (
    "written_",
    "column",
)  # in the table of what was written: before a column's name; our columns


class Table(NamedTuple):
    """A table of a workbook: its name, and its rows of cells as text."""

    name: str
    rows: list[list[str]]


@dataclass(frozen=True)
class Original:
    """What the program wrote into a workbook: cells of `TYPED` by claim, and the names of all its columns."""

    version: Version
    columns: frozenset[str]


def is_workbook(content: bytes) -> bool:
    """Return whether a file is a workbook, or begins as one."""
    return content.startswith((ZIP, OLE))


def workbook_tables(content: bytes, path: Path) -> list[Table]:
    """Return the tables of a workbook.

    Raises:
        BadInput: where it is cut off, broken, protected by a password, or unpacks to too much.
    """
    _check_size(content, path)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return [Table(name, _rows(book.get_sheet_by_name(name))) for name in book.sheet_names]
    except PasswordError as error:
        raise BadInput(f"{path} is protected by a password: save it without one.") from error
    except Exception as error:  # the reader gives no list of what a broken workbook raises
        raise BadInput(f"{path} is a broken workbook ({error}): save it as CSV UTF-8.") from error


def _check_size(content: bytes, path: Path) -> None:
    """Refuse a packed workbook that is cut off or unpacks to too much."""
    try:
        with ZipFile(BytesIO(content)) if content.startswith(ZIP) else ZipFile(BytesIO(), "w") as packed:
            size = sum(part.file_size for part in packed.infolist())
    except BadZipFile as error:
        raise BadInput(f"{path} was cut off or is broken: save the sheet again.") from error
    if size > MOST_BYTES:
        raise BadInput(
            f"{path} unpacks to {size:,} bytes, too many for a sheet of claims: save it as CSV UTF-8."
        )


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    """Return the cells of a sheet; each of some that were merged has what the merged one shows."""
    rows = [[_cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return rows


def _cell_text(value: object) -> str:
    """Return a cell of a workbook as text: whole numbers without a point, dates as ISO has them."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)


# --------------------------------------------------------------------------- what the program wrote


def is_ours(content: bytes) -> bool:
    """Return whether a workbook is as the program wrote it: other programs change its properties."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            return bool(_OURS.search(packed.read("docProps/core.xml").decode("utf-8", "replace")))
    except (BadZipFile, KeyError):
        return False


def original_rows(version: Version, columns: Iterable[str]) -> list[list[str]]:
    """Return the table of what the program writes: a row a claim, and all its columns in the last cells."""
    names = list(columns)
    cells = [[claim_id, *(row[name] for name in TYPED)] for claim_id, row in version.items()]
    blank = [""] * (1 + len(TYPED))
    cells += [blank] * (len(names) - len(cells))
    names += [""] * (len(cells) - len(names))
    return [
        [KEY, *(WRITTEN + name for name in TYPED), COLUMN],
        *([*row, name] for row, name in zip(cells, names, strict=True)),
    ]


def read_original(tables: Iterable[Table]) -> Original | None:
    """Return what the program wrote into a workbook; `None` where the table that says so is missing.

    One of an earlier version lacks the columns that came later.
    """
    for table in tables:
        header = table.rows[0] if table.rows else []
        if {KEY, WRITTEN + LABEL, COLUMN} <= set(header):
            rows = [dict(zip(header, row, strict=False)) for row in table.rows[1:]]
            names = [name for name in TYPED if WRITTEN + name in header]
            version = {row[KEY]: {name: row[WRITTEN + name] for name in names} for row in rows if row[KEY]}
            return Original(version, frozenset(column_name(row[COLUMN]) for row in rows if row[COLUMN]))
    return None


def with_key(tables: Sequence[Table], headers: Mapping[str, Sequence[str]]) -> list[Table]:
    """Return the tables that have a decision or a check; of a workbook that has none the first with our key.

    Args:
        tables: of a workbook.
        headers: by name of a table the names of its columns, empty where it has not our key.
    """
    keyed = [table for table in tables if KEY in headers[table.name]]
    return [table for table in keyed if {LABEL, CHECK} & set(headers[table.name])] or keyed[:1]
