"""Judgements in Parquet: the file of one project, and the files of a folder of many."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from annotate.errors import BadInput
from annotate.report.frames import Answers, Column, declare, integer, names_of, number, text, typed

JUDGEMENTS = "judgements.parquet"

DESK_COLUMNS = declare(
    text("project", "key of the project, text"),
    text("article", "slug of the article, text"),
    text("claim_id", "the claim, text; with its project it is one claim"),
    text("annotator", "who answered, text; empty in the one row of a claim that nobody answered"),
    text("label", "the label given, text; empty unless it is one"),
    text("given", "the label as Label Studio holds it, text"),
    text("counted", "yes, or why it is no vote, text, as in judgements.csv"),
    text("source", "who carries the claim, in the annotator's words, text"),
    text("suggested_source", "who carries the claim, in the words that the program found, text"),
    text("codebook", "version of the codebook, text"),
    number("seconds", "time spent on the whole answer, a number"),
    text("answered_at", "last change of the answer, UTC, a timestamp or text in ISO 8601"),
    integer("task_id", "the task in Label Studio, a whole number"),
    integer("annotation_id", "the annotation in Label Studio, a whole number"),
)
OPTIONAL = ("project",)  # where a file lacks it, its place in the folder tells projects apart

_ARROW = {"text": pa.string(), "int": pa.int64(), "float": pa.float64()}


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
    return typed(rows[names_of(DESK_COLUMNS)].reset_index(drop=True))


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame with the columns `DESK_COLUMNS` as a Parquet file."""
    schema = pa.schema([(column.name, _ARROW[column.dtype]) for column in DESK_COLUMNS])
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), buffer)
    return buffer.getvalue()


def judgement_files(folder: Path) -> list[Path]:
    """Return the Parquet files in a folder and below, sorted by path, each with the columns it should have.

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
        _check_columns(path)
    return files


def names_its_projects(path: Path) -> bool:
    """Return whether a file has the column `project`.

    Raises:
        BadInput: where the file is damaged.
    """
    return "project" in _schema(path).names


def project_of(path: Path, folder: Path) -> str:
    """Return the project of a file without the column `project`: its place in the folder."""
    place = path.relative_to(folder)
    named = place.parent if place.name == JUDGEMENTS and place.parent.name else place.with_suffix("")
    return named.as_posix()


def unreadable(path: Path, error: Exception) -> BadInput:
    """Return the error for a file that cannot be read."""
    if not path.exists():
        return BadInput(f"{path} does not exist here: every machine must see the folder at the same path")
    why = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return BadInput(
        f"{path}: this is no whole Parquet file ({why[:120]}): write it anew, or take it out of the folder"
    )


def _schema(path: Path) -> Any:
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(path, error) from error


def _check_columns(path: Path) -> None:
    schema = _schema(path)
    missing = [name for name in names_of(DESK_COLUMNS) if name not in (*schema.names, *OPTIONAL)]
    if missing:
        raise BadInput(
            f"{path} has no column {', '.join(missing)}: write it with the columns of {JUDGEMENTS}, as "
            "`annotate report` does"
        )
    for column in DESK_COLUMNS:
        if column.name in schema.names and not _fits(kind := schema.field(column.name).type, column):
            wanted = column.text.rpartition(", ")[2]
            raise BadInput(
                f"{path}: the column {column.name} holds {kind}, not {wanted}: write it anew with that type"
            )


def _fits(kind: Any, column: Column) -> bool:
    """Return whether an Arrow type can hold a column; text may be dictionary-encoded, time a timestamp."""
    if column.dtype != "text":
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind))
    if column.name == "answered_at" and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        return True
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(fits(plain) for fits in (pa.types.is_string, pa.types.is_large_string, pa.types.is_null))
