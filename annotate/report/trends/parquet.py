"""Judgements in Parquet: a project's, written by its report, and a folder of many, read stretch by stretch.

A file has the columns of `DESK_COLUMNS` (more are not read) and holds each of its claims whole. Only one
stretch of one file is in memory at a time; text travels as numbers with a list of the different values.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from annotate.errors import BadInput
from annotate.report.frames import Aliases
from annotate.report.trends.dask_map import Each
from annotate.report.trends.trends import (
    DESK_COLUMNS,
    Hashes,
    Part,
    claim_keys,
    key_hashes,
    merge_parts,
    part_of,
)

JUDGEMENTS = "judgements.parquet"
STRETCH = 300_000  # rows in memory at once; a file of more must hold the answers to a claim one after another

NUMBERS = ("seconds", "task_id", "annotation_id")
OPTIONAL = ("project",)  # where a file lacks it, its place in the folder tells projects apart
_AT_ONCE = 16  # parts merged at a time


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame with the columns `DESK_COLUMNS` as a Parquet file."""
    schema = pa.schema([(name, _kind(name)) for name in DESK_COLUMNS])
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), buffer)
    return buffer.getvalue()


def judgement_files(folder: Path) -> list[Path]:
    """Return the Parquet files in a folder and below, by name, each with the columns that it should have.

    Raises:
        BadInput: where there is none, or one is damaged, lacks a column or has one of another type.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder: name one that holds Parquet files of judgements")
    files = sorted(path for path in folder.rglob("*.parquet") if path.is_file())
    if not files:
        raise BadInput(
            f"{folder} holds no Parquet file: `annotate report` writes {JUDGEMENTS} for each project"
        )
    for path in files:
        _check(path)
    return files


def part_of_file(path: Path, *, project: str, aliases: Aliases, stretch: int = STRETCH) -> Part:
    """Count what the judgements of one file add, stretch by stretch.

    Args:
        path: the file.
        project: what its project is called where the file has no such column.
        aliases: by folded spelling the name of a source.
        stretch: rows in memory at once.

    Raises:
        BadInput: where the file is damaged, or its judgements cannot be counted.
    """
    try:
        return _gathered(part_of(frame, aliases=aliases) for frame in _stretches(path, project, stretch))
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def part_of_files(
    files: Iterable[Path],
    folder: Path,
    *,
    aliases: Aliases,
    stretch: int = STRETCH,
    each: Each[Path, Part] = map,
) -> Part:
    """Count what many files add; a claim of one project that stands in two places is refused.

    Args:
        files: as `judgement_files` gives them.
        folder: the folder that they stand in.
        aliases: by folded spelling the name of a source.
        stretch: rows in memory at once.
        each: does as `map` does, here or on a cluster whose machines see the folder at the same path.

    Raises:
        BadInput: as `part_of_file`, and where a claim stands in two places.
    """
    told, sizes = list(files), []
    count = functools.partial(_part_in, folder=folder, aliases=aliases, stretch=stretch)

    def parts() -> Iterator[Part]:
        for part in each(count, told):
            sizes.append(len(part.keys))
            yield part

    whole = _gathered(parts())
    _refuse_twice(whole.keys, np.repeat(np.arange(len(told)), sizes), told, folder)
    return whole


def _part_in(path: Path, *, folder: Path, aliases: Aliases, stretch: int) -> Part:
    return part_of_file(path, project=project_of(path, folder), aliases=aliases, stretch=stretch)


def project_of(path: Path, folder: Path) -> str:
    """Return what the project of a file without the column `project` is called."""
    place = path.relative_to(folder)
    named = place.parent if place.name == JUDGEMENTS and place.parent.name else place.with_suffix("")
    return named.as_posix()


def _gathered(parts: Iterable[Part]) -> Part:
    """Merge parts as they come, some at a time, so that few are in memory."""
    waiting: list[Part] = []
    for part in parts:
        waiting.append(part)
        if len(waiting) == _AT_ONCE:
            waiting = [merge_parts(waiting)]
    return merge_parts(waiting)


def _stretches(path: Path, project: str, stretch: int) -> Iterator[pd.DataFrame]:
    """Return the judgements of a file in stretches of whole claims."""
    for table in _whole_claims(_tables(path, stretch)):
        yield _frame(table, project)


def _tables(path: Path, stretch: int) -> Iterator[Any]:
    """Return the rows of a file in tables of some `stretch` rows."""
    waiting: list[Any] = []
    with _opened(path) as file:
        there = [name for name in DESK_COLUMNS if name in file.schema_arrow.names]
        try:
            for batch in file.iter_batches(batch_size=stretch, columns=there, use_threads=False):
                waiting.append(batch)
                if sum(each.num_rows for each in waiting) >= stretch:
                    yield pa.Table.from_batches(waiting)
                    waiting = []
        except (pa.ArrowException, OSError) as error:
            raise BadInput(_damaged(error)) from error
        if waiting:
            yield pa.Table.from_batches(waiting)


def _whole_claims(tables: Iterable[Any]) -> Iterator[Any]:
    """Hand the rows of each table's last claim on to the next table."""
    held = None
    for table in tables:
        if held is not None:
            others = pc.not_equal(held["claim_id"], held["claim_id"][-1]).to_numpy()
            cut = int(np.flatnonzero(others)[-1]) + 1 if others.any() else 0
            if cut:
                yield held.slice(0, cut)
            held = held.slice(cut)
        held = table if held is None else pa.concat_tables([held, table])
    if held is not None:
        yield held


def _frame(table: Any, project: str) -> pd.DataFrame:
    """Return a table as a frame in which text is categories; a moment is its day."""
    columns = {name: _column(table[name], name) for name in DESK_COLUMNS if name in table.column_names}
    frame = pd.DataFrame(columns)
    if "project" not in frame:
        return frame.assign(project=pd.Categorical([project]).repeat(len(frame)))
    return frame


def _column(column: Any, name: str) -> Any:
    if name in NUMBERS:
        return pc.cast(column, pa.float64() if name == "seconds" else pa.int64(), safe=False).to_pandas()
    if name == "answered_at":
        return _days(column).to_pandas()
    return _coded(column).to_pandas()


def _coded(column: Any) -> Any:
    """Return a column of text as numbers with one list of its different values."""
    whole = column.cast(pa.string()) if pa.types.is_null(column.type) else column
    if pa.types.is_dictionary(whole.type):
        return whole.unify_dictionaries().combine_chunks()
    return whole.dictionary_encode().combine_chunks()


def _days(moments: Any) -> Any:
    """Return the day (UTC, ISO 8601) of each moment, coded."""
    if not pa.types.is_temporal(moments.type):
        return _coded(pc.utf8_slice_codeunits(_plain(moments), 0, 10))
    if pa.types.is_timestamp(moments.type):
        moments = moments.cast(pa.timestamp(moments.type.unit))  # without its zone it is UTC
    days = moments.cast(pa.date32()).dictionary_encode().combine_chunks()
    return pa.DictionaryArray.from_arrays(days.indices, days.dictionary.cast(pa.string()))


def _plain(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column.cast(pa.string()) if pa.types.is_null(column.type) else column


def _opened(path: Path) -> Any:
    """Open a file so that its text comes as numbers with a list of the different values."""
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
        text = [
            name
            for name in DESK_COLUMNS
            if name != "answered_at" and name in schema.names and pa.types.is_string(schema.field(name).type)
        ]
        return pq.ParquetFile(path, read_dictionary=text)
    except FileNotFoundError:
        raise BadInput("the file is not there: let every machine see the folder at the same path") from None
    except (pa.ArrowException, OSError) as error:
        raise BadInput(_damaged(error)) from error


def _damaged(error: Exception) -> str:
    why = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return f"this is no whole Parquet file ({why[:120]}): write it anew, or take it out of the folder"


def _check(path: Path) -> None:
    try:
        with _opened(path) as file:
            schema = file.schema_arrow
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
    missing = [name for name in DESK_COLUMNS if name not in schema.names and name not in OPTIONAL]
    if missing:
        raise BadInput(
            f"{path} has no column {', '.join(missing)}: write it with the columns of {JUDGEMENTS}, as "
            "`annotate report` does"
        )
    for name in DESK_COLUMNS:
        if name in schema.names and not _fits(schema.field(name).type, name):
            kind, wanted = schema.field(name).type, DESK_COLUMNS[name].rpartition(", ")[2]
            raise BadInput(
                f"{path}: the column {name} holds {kind}, not {wanted}: write it anew with that type"
            )


def _fits(kind: Any, name: str) -> bool:
    if pa.types.is_null(kind):
        return True
    if name in NUMBERS:
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
    if name == "answered_at" and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        return True
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _kind(name: str) -> Any:
    if name in NUMBERS:
        return pa.float64() if name == "seconds" else pa.int64()
    return pa.string()


def _refuse_twice(keys: Hashes, places: npt.NDArray[np.int64], files: list[Path], folder: Path) -> None:
    """Refuse a claim of one project that stands in two files, or apart in one."""
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    for at in again[:100].tolist():  # two claims with one hash are no copy; a hundred such do not happen
        first, second = (files[places[order[where]]] for where in (at, at + 1))
        key = int(keys[order[at]])
        names = {_named(path, folder, key) for path in (first, second)}
        if len(names) != 1:
            continue
        more = f" (and {len(again) - 1:,} more)" if len(again) > 1 else ""
        claim = f"claim “{names.pop()[0]}”{more}"
        if first == second:
            raise BadInput(
                f"{first}: the answers to {claim} do not follow one another: sort the file by claim_id"
            )
        raise BadInput(
            f"{claim} stands in {first} and in {second}: leave one of the two out, or put all answers to a "
            "claim into one file"
        )


def _named(path: Path, folder: Path, key: int) -> tuple[str, str]:
    """Return claim and project that a hash stands for."""
    for frame in _stretches(path, project_of(path, folder), STRETCH):
        claims = claim_keys(frame)[1]
        found = np.flatnonzero(key_hashes(claims) == key)
        if len(found):
            claim = claims.iloc[int(found[0])]
            return str(claim["claim_id"]), str(claim["project"])
    return "", ""
