"""Sheets that an editor works in: written, read back, carried over."""

from annotate.report.sheets.carry_over import LAST, SHEETS, Notify, carry, keep_resaved, written_into
from annotate.report.sheets.cells import (
    LABEL,
    NOTE,
    TYPED,
    NotUnderstoodError,
    Written,
    difference,
    folded,
    plain,
    read_kind,
    read_label,
    same,
    short,
)
from annotate.report.sheets.csv_files import (
    BOM,
    csv_text,
    encoded,
    refuse_link,
    replace_file,
    replacing,
    write_csv,
)
from annotate.report.sheets.edited_sheet import EditedSheet, read_csv, read_edited_sheet
from annotate.report.sheets.snapshots import earlier, keep, keep_stream

__all__ = [
    "BOM",
    "LABEL",
    "LAST",
    "NOTE",
    "SHEETS",
    "TYPED",
    "EditedSheet",
    "NotUnderstoodError",
    "Notify",
    "Written",
    "carry",
    "csv_text",
    "difference",
    "earlier",
    "encoded",
    "folded",
    "keep",
    "keep_resaved",
    "keep_stream",
    "plain",
    "read_csv",
    "read_edited_sheet",
    "read_kind",
    "read_label",
    "refuse_link",
    "replace_file",
    "replacing",
    "same",
    "short",
    "write_csv",
    "written_into",
]
