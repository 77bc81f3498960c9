"""Judgements in Parquet: the file of one project, and the files of a folder of many."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from annotate.errors import BadInput
from annotate.report.frames import Answers, typed

JUDGEMENTS = "judgements.parquet"

DESK_COLUMNS: Mapping[str, str] = {
    "project": "key of the project, text",
    "article": "slug of the article, text",
    "claim_id": "the claim, text; with its project it is one claim",
    "annotator": "who answered, text; empty in the one row of a claim that nobody answered",
    "label": "the label given, text; empty unless it is one",
    "given": "the label as it stands in Label Studio, text",
    "counted": "yes, or why it is no vote, text, as in judgements.csv",
    "source": "who carries the claim, in the annotator's words, text",
    "suggested_source": "who carries the claim, in the words that the program found, text",
    "codebook": "version of the codebook, text",
    "seconds": "time spent on the whole answer, a number",
    "answered_at": "last change of the answer, UTC, a timestamp or text in ISO 8601",
    "task_id": "the task in Label Studio, a whole number",
    "annotation_id": "the annotation in Label Studio, a whole number",
}
OPTIONAL = ("project",)  # without it, a file's place in the folder tells projects apart
RESERVED = ("file_index", "file_row_number")  # columns that DuckDB adds to those of a file

_TYPES = {"seconds": pa.float64(), "task_id": pa.int64(), "annotation_id": pa.int64()}


def desk_frame(answers: Answers, *, project: str) -> pd.DataFrame:
    """Return the judgements of a project, columns `DESK_COLUMNS`.

    A claim that nobody answered has one row without annotator, in which `counted` is `unjudged`.

    Args:
        answers: claims and judgements of the project.
        project: its key.
    """
    rows, claims = answers.judgements, answers.claims
    unanswered = claims.loc[~claims["claim_id"].isin(rows["claim_id"]), ["article", "claim_id", "task_id"]]
    if len(unanswered):
        rows = pd.concat([rows, unanswered.assign(counted="unjudged")])
    suggested = claims.drop_duplicates("claim_id").set_index("claim_id")["suggested_source"]
    rows = rows.assign(project=project, suggested_source=rows["claim_id"].map(suggested))
    return typed(rows[list(DESK_COLUMNS)].reset_index(drop=True))


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame with the columns `DESK_COLUMNS` as a Parquet file."""
    schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in DESK_COLUMNS])
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), buffer)
    return buffer.getvalue()


def judgement_files(folder: Path) -> list[Path]:
    """Return the Parquet files in a folder and below, sorted by path.

    Raises:
        BadInput: where the folder has none.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder: name one that holds Parquet files of judgements")
    files = sorted(path for path in folder.rglob("*.parquet") if path.is_file())
    if not files:
        raise BadInput(
            f"{folder} holds no Parquet file: `annotate report` writes {JUDGEMENTS} for each project"
        )
    return files


def column_types(path: Path) -> Mapping[str, str]:
    """Return the names and Arrow types of a file's columns, those of `DESK_COLUMNS` alone.

    Raises:
        BadInput: where the file is damaged, or a column is missing or has another type.
    """
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise BadInput(damaged(path, error)) from error
    missing = [name for name in DESK_COLUMNS if name not in schema.names and name not in OPTIONAL]
    if missing:
        raise BadInput(
            f"{path} has no column {', '.join(missing)}: write it with the columns of {JUDGEMENTS}, as "
            "`annotate report` does"
        )
    if reserved := [name for name in RESERVED if name in schema.names]:
        raise BadInput(f"{path} has a column {reserved[0]}, a name that DuckDB uses: rename it")
    types = {name: schema.field(name).type for name in DESK_COLUMNS if name in schema.names}
    for name, kind in types.items():
        if not _fits(kind, name):
            wanted = DESK_COLUMNS[name].rpartition(", ")[2]
            raise BadInput(
                f"{path}: the column {name} holds {kind}, not {wanted}: write it anew with that type"
            )
    return {name: str(kind) for name, kind in types.items()}


def project_of(path: Path, folder: Path) -> str:
    """Return the project of a file without the column `project`: its place in the folder."""
    place = path.relative_to(folder)
    named = place.parent if place.name == JUDGEMENTS and place.parent.name else place.with_suffix("")
    return named.as_posix()


def damaged(path: Path, error: Exception) -> str:
    """Return the message for a file that cannot be read."""
    why = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return (
        f"{path}: this is no whole Parquet file ({why[:120]}): write it anew, or take it out of the folder"
    )


def _fits(kind: Any, name: str) -> bool:
    if pa.types.is_null(kind):
        return True
    if name in _TYPES:
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))
    if name == "answered_at" and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        return True
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))
