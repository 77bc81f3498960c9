"""The editor's workbook: its tables in one file by XlsxWriter, the same bytes from the same answers.

Nothing in it is a formula: every word of an article, an annotator or an editor is written as text, into cells
that stay text when somebody types into them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import takewhile
from typing import Any

import pandas as pd
from xlsxwriter import Workbook

from annotate.model import CHECK_FIELDS
from annotate.report.checks import rank_of
from annotate.report.page import annotators
from annotate.report.sheets import CHECK, LABEL, NOTE, OURS, original_rows, version_of
from annotate.report.workbook.cases import (
    Case,
    cases_of,
    cases_to_check,
    ids_to_decide,
    typed_cases,
    with_cells_of,
)
from annotate.report.workbook.cells import Sheet, written_text
from annotate.report.workbook.formats import PALE, Formats, Look
from annotate.report.workbook.guide import guide
from annotate.report.workbook.people import people_frame
from annotate.report.workbook.tables import (
    Field,
    fields_of_all,
    fields_to_check,
    fields_to_decide,
    heading_of,
    lines_in,
    links_to_evidence,
)

TO_DECIDE, TO_CHECK, ALL, SOURCES, PEOPLE, HOW_TO, ORIGINAL = (
    *("To decide", "To check", "All claims", "Sources", "People", "How to", "Original"),
)
FROZEN = {TO_DECIDE: 3, TO_CHECK: 2, ALL: 2}  # columns that stay in sight
ALSO_CHECKED = ("evidence", NOTE)  # columns of claims to check that the other tables have too
MOST_CLAIMS = 5_000  # rows of a table; who has more works in claims.csv
#: Pixels of the columns of sources and people; the others have 96.
WIDTHS = {
    **{"source": 200, "spellings": 300, "first_section": 200, "last_section": 200},
    **{"name": 200, "last": 160},
}
FIRST = ("disputed", "waiting")  # of too many claims those in progress stay, then those that were decided


@dataclass(frozen=True, slots=True)
class BookData:
    """What the workbook is made from.

    `claims` is the table as the program computed it, `typed` the same with what an editor typed into the
    workbook before; `checks` is the table of what is to check, as the program computed it. `by_annotator` is
    part of the figures of agreement.
    """

    title: str
    pulled_at: str
    claims: pd.DataFrame
    typed: pd.DataFrame
    checks: pd.DataFrame
    judgements: pd.DataFrame
    sources: pd.DataFrame
    by_annotator: Mapping[str, Mapping[str, Any]]


def workbook(data: BookData) -> bytes:
    """Return the workbook as .xlsx."""
    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    moment = _moment(data.pulled_at)
    book.set_properties({"title": written_text(data.title), "author": OURS, "created": moment})
    book.set_size(1366, 768)
    formats, columns = Formats(book), _write_claims(book, data)
    places = [name for name in map(str, data.sources) if name.startswith(("first_", "last_"))]
    shown = data.sources.drop(columns=[name for name in places if not name.endswith("_section")])
    _write_table(Sheet(book, SOURCES, formats), shown)
    _write_table(Sheet(book, PEOPLE, formats), people_frame(data.by_annotator, data.judgements))
    Sheet(book, HOW_TO, formats).write_lines(guide(data.title, len(data.claims), most=MOST_CLAIMS))
    _write_original(book, data.claims, columns)
    book.close()
    return buffer.getvalue()


def listed_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that have a row in the workbook: of very many those that an editor works on first."""
    if len(claims) <= MOST_CLAIMS:
        return claims
    ranks = [
        0 if progress in FIRST else 1 if isinstance(decision, str) else 2
        for progress, decision in zip(claims["progress"], claims["decision"], strict=True)
    ]
    places = sorted(sorted(range(len(claims)), key=ranks.__getitem__)[:MOST_CLAIMS])
    listed: pd.DataFrame = claims.iloc[places]
    return listed


def _write_claims(book: Workbook, data: BookData) -> list[str]:
    """Write the claims to decide, to check and all claims, and return the headings of these tables.

    What was typed of a claim stands in one table alone, the first of these that lists it and has the column:
    the same decision in two places could differ.
    """
    people, formats, tables = annotators(data.judgements), Formats(book), _cases(data)
    fields = {
        TO_DECIDE: fields_to_decide(people),
        TO_CHECK: fields_to_check(links_to_evidence(tables[TO_CHECK])),
        ALL: fields_of_all(people),
    }
    for name, frozen in FROZEN.items():
        sheet, cases = Sheet(book, name, formats), tables[name]
        sheet.begin(
            [(field.heading, field.width, field.typed in (LABEL, CHECK)) for field in fields[name]],
            len(cases),
            frozen=frozen,
        )
        grey = [rank_of(case.check) > 0 if name == TO_CHECK else case.progress == "waiting" for case in cases]
        _write_cases(sheet, fields[name], cases, grey=grey, apart=name != ALL)
    return [field.heading for of_table in fields.values() for field in of_table]


def _cases(data: BookData) -> dict[str, list[Case]]:
    """Return the claims of each table, with what was typed of them there."""
    listed = listed_claims(data.claims)
    computed = cases_of(listed, data.judgements)
    typed = typed_cases(data.typed, computed)
    to_decide = {each: typed[each] for each in ids_to_decide(listed)}
    to_check = {
        each: with_cells_of(
            case, typed[each], CHECK_FIELDS if each in to_decide else (*CHECK_FIELDS, *ALSO_CHECKED)
        )
        for each, case in cases_to_check(data.checks, computed, typed).items()
    }
    elsewhere = {each: with_cells_of(typed[each], computed[each], ALSO_CHECKED) for each in to_check}
    all_claims = {**typed, **elsewhere, **{each: computed[each] for each in to_decide}}
    return {
        TO_DECIDE: list(to_decide.values()),
        TO_CHECK: list(to_check.values()),
        ALL: list(all_claims.values()),
    }


def _write_cases(
    sheet: Sheet, fields: Sequence[Field], cases: Sequence[Case], *, grey: Sequence[bool], apart: bool
) -> None:
    """Write a row for each claim, some of them grey, and where wanted a thick line above those at the end."""
    first = len(cases) - sum(1 for _ in takewhile(bool, reversed(grey))) if apart else 0
    for row, case in enumerate(cases):
        look = Look(colour=PALE if grey[row] else "", first=row > 0 and row == first)
        sheet.write_case(row + 1, fields, case, look)
    sheet.offer_choices(fields, len(cases))
    sheet.print_columns(next(at for at, field in enumerate(fields, 1) if field.typed == NOTE), len(cases))


def _write_table(sheet: Sheet, frame: pd.DataFrame) -> None:
    """Write a table that nobody edits."""
    columns = [str(name) for name in frame.columns]
    widths = [WIDTHS.get(name, 96) for name in columns]
    headings = [(heading_of(name), width, False) for name, width in zip(columns, widths, strict=True)]
    sheet.begin(headings, len(frame), frozen=1)
    for row, cells in enumerate(frame.itertuples(index=False, name=None), 1):
        lines = (lines_in(str(cell), width) for cell, width in zip(cells, widths, strict=True))
        sheet.set_lines(row, max(lines))
        for at, cell in enumerate(cells):
            sheet.write_value(row, at, None if pd.isna(cell) else cell)
    sheet.print_columns(len(columns), len(frame))


def _write_original(book: Workbook, claims: pd.DataFrame, columns: Sequence[str]) -> None:
    sheet = book.add_worksheet(ORIGINAL)
    for at, row in enumerate(original_rows(version_of(listed_claims(claims)), columns)):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(at, column, written_text(cell))
    sheet.very_hidden()
    sheet.protect()


def _moment(pulled_at: str) -> datetime:
    try:
        return datetime.fromisoformat(pulled_at[:19])
    except ValueError:
        return datetime(2000, 1, 1)
