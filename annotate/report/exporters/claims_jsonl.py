"""Claims as JSON lines, one object a claim with the same keys in every line: for datasets and data frames."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from annotate.report.exporters.registry import ReportData, exporter
from annotate.report.frames import CLAIMS_COLUMNS, Column, cells_of, integer

JSONL_KEYS = (
    *CLAIMS_COLUMNS,
    integer(
        "start", "where the claim begins in its article (code points); null for a claim of an earlier version"
    ),
    integer("end", "where it ends"),
)

_LINE_ENDS = str.maketrans({char: f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"})


@exporter("claims.jsonl", place=7)
def claims_jsonl(data: ReportData) -> str:
    """Return one line of JSON a claim, keys `JSONL_KEYS`."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = (encode(row).translate(_LINE_ENDS) for row in claim_rows(data))
    return "".join(f"{line}\n" for line in lines)


def claim_rows(data: ReportData) -> list[dict[str, Any]]:
    """Return a row for each claim, keys `JSONL_KEYS`.

    Text that is missing is empty, a number that is missing is `None`, so each key has one type throughout.
    """
    spans = {claim.claim_id: claim.span for article in data.answers.articles for claim in article.claims}
    places = [spans.get(claim_id, (None, None)) for claim_id in data.claims["claim_id"]]
    table = data.claims.assign(
        start=pd.Series([start for start, _ in places], dtype=object).array,
        end=pd.Series([end for _, end in places], dtype=object).array,
    )
    columns = {column.name: _cells(table[column.name], column) for column in JSONL_KEYS}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _cells(series: pd.Series[Any], column: Column) -> list[Any]:
    """Return a column's cells as JSON has them."""
    cells = cells_of(series)
    if column.dtype == "text":
        return [cell if isinstance(cell, str) else "" for cell in cells]
    kind = {"int": int, "float": float}[column.dtype]
    return [None if cell is None else kind(cell) for cell in cells]
