"""Judgements of many Parquet files in DuckDB, with its queries: `judgements.sql` and `trends.sql`.

The database is in memory up to `MEMORY`, and beyond that in a temporary folder. It reads files of one folder
alone, and nothing from the network.
"""

from __future__ import annotations

import glob
import importlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

from annotate.errors import AnnotateError, BadInput
from annotate.model import LABELS
from annotate.report.frames import WHY_NOT
from annotate.report.trends.judgement_files import column_types, damaged, project_of

MEMORY = "600MB"  # for DuckDB; Python and its libraries take about 200 MB beside it
FILES_AT_ONCE = 64  # files between two steps of a progress bar


class Database:
    """A connection to DuckDB that knows the queries of this room by name."""

    def __init__(self, connection: Any, failures: tuple[type[Exception], ...]) -> None:
        self._connection = connection
        self._failures = failures  # errors of DuckDB that no file is to blame for
        self._queries = _queries()

    def rows(self, name: str, *, column: str = "", **values: Any) -> list[Any]:
        """Return the rows of a query.

        Args:
            name: of the query.
            column: an expression that stands for `{project}` in it.
            values: of its parameters.

        Raises:
            AnnotateError: where memory or disk do not suffice.
        """
        try:
            sql = self._queries[name].replace("{project}", column)
            return list(self._connection.execute(sql, values).fetchall())
        except self._failures as error:
            raise AnnotateError(
                f"DuckDB ran out of memory or disk ({_one_line(error)}): free space in "
                f"{tempfile.gettempdir()}, or set TMPDIR to a folder that has more"
            ) from error

    def add(self, name: str, table: Any) -> None:
        """Let queries use an Arrow table under a name."""
        self._connection.register(name, table)


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    """Return an empty database that may read the files of a folder.

    The import waits until here: it takes 0.3 s, which only figures over many projects need.
    """
    duckdb = importlib.import_module("duckdb")
    with tempfile.TemporaryDirectory(prefix="claimdesk-") as spill:
        settings = {
            "memory_limit": MEMORY,
            "temp_directory": spill,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with duckdb.connect(":memory:", config=settings) as connection:
            for statement in _opening(folder.resolve()):
                connection.execute(statement)
            yield Database(connection, (duckdb.OutOfMemoryException, duckdb.IOException))


def load(
    base: Database, files: Sequence[Path], folder: Path, *, progress: Callable[[int, int], None]
) -> None:
    """Read the judgements of files into the table `judgements`.

    Raises:
        BadInput: where a file is damaged, lacks a column or has one of another type.
        AnnotateError: where memory or disk do not suffice.
    """
    types = [column_types(path) for path in files]
    base.rows("create")
    for kind, places in groupby(range(len(files)), key=types.__getitem__):
        alike = list(places)
        for start in range(0, len(alike), FILES_AT_ONCE):
            batch = alike[start : start + FILES_AT_ONCE]
            _load(base, batch[0], [files[at] for at in batch], folder, named="project" in kind)
            progress(batch[-1] + 1, len(files))


def _load(base: Database, first: int, files: Sequence[Path], folder: Path, *, named: bool) -> None:
    """Load files with the same columns, of which the first is at this place; name the one that is damaged."""
    duckdb = importlib.import_module("duckdb")
    values: dict[str, Any] = {
        "first": first,
        "paths": [glob.escape(str(folder.resolve() / path.relative_to(folder))) for path in files],
    }
    if not named:
        values["projects"] = [project_of(path, folder) for path in files]
    try:
        base.rows("load", column="project" if named else "$projects[file_index::BIGINT + 1]", **values)
    except (duckdb.Error, AnnotateError) as error:
        if len(files) == 1:
            raise error if isinstance(error, AnnotateError) else BadInput(damaged(files[0], error)) from error
        for at, path in enumerate(files):
            _load(base, first + at, [path], folder, named=named)


def _opening(folder: Path) -> Iterator[str]:
    """Return the statements that a database begins with."""
    yield "SET TimeZone = 'UTC'"
    quoted = str(folder).replace("'", "''")
    yield f"SET allowed_directories = ['{quoted}']"
    yield "SET enable_external_access = false"
    yield f"SET VARIABLE labels = {list(LABELS)}"
    yield f"SET VARIABLE counted = {['yes', *WHY_NOT]}"
    # in alphabetical order, which is that of the kinds of claims in `stats`
    counts = (f"'{label}': count(*) FILTER (WHERE given = '{label}')" for label in sorted(LABELS))
    yield f"CREATE MACRO counts(given) AS {{{', '.join(counts)}}}"
    yield "SET lock_configuration = true"


def _queries() -> Mapping[str, str]:
    """Return the text of each query by its name."""
    room = resources.files("annotate.report.trends")
    text = "\n".join((room / f"{name}.sql").read_text(encoding="utf-8") for name in ("judgements", "trends"))
    return dict(re.findall(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", text, re.MULTILINE | re.DOTALL))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
