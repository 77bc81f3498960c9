"""Columns of tables: name, type and meaning, declared once beside the function that makes the table; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from annotate.labels import LABELS, SHOWN_AS

DType = Literal["text", "int", "float"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, its type, and its meaning as `exports/README.md` shows it.

    A `text` column holds strings, an `int` column int64 (Int64 where a value is missing), a `float` column
    float64. Missing text and empty text are both missing in a frame.
    """

    name: str
    dtype: DType
    text: str


Columns = tuple[Column, ...]

_DTYPES: dict[str, DType] = {}


def text(name: str, meaning: str) -> Column:
    """Return a column of text."""
    return Column(name, "text", meaning)


def integer(name: str, meaning: str) -> Column:
    """Return a column of whole numbers."""
    return Column(name, "int", meaning)


def number(name: str, meaning: str) -> Column:
    """Return a column of numbers."""
    return Column(name, "float", meaning)


def declare(*columns: Column) -> Columns:
    """Return the columns of a table, and note their types for `dtype_of`.

    Raises:
        ValueError: where another table declares a column of the same name with another type.
    """
    for column in columns:
        if _DTYPES.setdefault(column.name, column.dtype) != column.dtype:
            raise ValueError(
                f"column {column.name} is {_DTYPES[column.name]} in one table, {column.dtype} here"
            )
    return columns


def dtype_of(name: str) -> DType | None:
    """Return the type that the tables declare for a column of this name; `None` where none has it."""
    return _DTYPES.get(name)


def names_of(columns: Columns) -> list[str]:
    """Return the names of columns, in their order."""
    return [column.name for column in columns]


def label_columns(meaning: str) -> Columns:
    """Return a column of counts for each label; `meaning` has `{}` where the label's shown words go."""
    return tuple(integer(label, meaning.format(SHOWN_AS[label])) for label in LABELS)


def frame_of(rows: Iterable[Mapping[str, Any]], columns: Columns) -> pd.DataFrame:
    """Return a typed frame of exactly these columns; what a row does not have is missing."""
    given = list(rows)
    table = {name: pd.Series([row.get(name) for row in given], dtype=object) for name in names_of(columns)}
    return pd.DataFrame({name: _typed(column, name) for name, column in table.items()})


def cells_of(column: pd.Series[Any]) -> list[Any]:
    """Return the cells of a column as Python has them, `None` for what is missing: fast to go through."""
    cells = column.to_numpy(dtype=object, na_value=None)  # type: ignore[call-overload]  # the stubs lack None
    return list(cells)


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns have their declared types; undeclared ones stay as they are."""
    return pd.DataFrame({name: _typed(frame[name], str(name)) for name in frame.columns}, index=frame.index)


def _typed(column: pd.Series[Any], name: str) -> pd.Series[Any]:
    match dtype_of(name):
        case None:
            return column
        case "float":
            return column.astype("float64")
        case "int":
            return column.astype("Int64" if column.isna().any() else "int64")
    return pd.Series(
        [cell if isinstance(cell, str) and cell else None for cell in column.tolist()], column.index
    )
