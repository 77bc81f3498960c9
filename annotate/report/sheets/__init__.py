"""Sheets that an editor works in: written, read back, carried over."""

from annotate.report.sheets.carry_over import LAST, SHEETS, Told, carry, keep_resaved, written_into
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
from annotate.report.sheets.edited_sheet import Returned, read_csv, read_returned
from annotate.report.sheets.snapshots import earlier, keep, keep_stream

__all__ = [
    "BOM",
    "LABEL",
    "LAST",
    "NOTE",
    "SHEETS",
    "TYPED",
    "NotUnderstoodError",
    "Returned",
    "Told",
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
    "read_kind",
    "read_label",
    "read_returned",
    "refuse_link",
    "replace_file",
    "replacing",
    "same",
    "short",
    "write_csv",
    "written_into",
]
