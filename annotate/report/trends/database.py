"""DuckDB with the queries of this room, which `judgements.sql` and `trends.sql` hold by name.

The database is in memory up to `MEMORY`, and beyond that in a temporary folder.
"""

from __future__ import annotations

import glob
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from annotate.errors import AnnotateError
from annotate.labels import LABELS, NEEDS_SOURCE
from annotate.report.frames import WHY_NOT
from annotate.report.trends.judgement_files import names_its_projects, project_of, unreadable

MEMORY = "600MB"  # for DuckDB; Python and its libraries take about 200 MB beside it

_QUERY = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


class Database:
    """A connection to DuckDB that runs queries by their names."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        room = files("annotate.report.trends")
        text = "\n".join(room.joinpath(name).read_text("utf-8") for name in ("judgements.sql", "trends.sql"))
        self._queries = dict(_QUERY.findall(text))

    def rows(self, query: str, *, project: str = "", **values: Any) -> list[Any]:
        """Return the rows of a query.

        Args:
            query: its name.
            project: an expression in the place of `{project}`.
            values: of its parameters.

        Raises:
            AnnotateError: where memory or disk do not suffice.
        """
        try:
            return self._connection.execute(
                self._queries[query].replace("{project}", project), values
            ).fetchall()
        except duckdb.OutOfMemoryException as error:
            raise AnnotateError(
                f"DuckDB ran out of memory or disk ({' '.join(str(error).split())[:120]}): free space in "
                f"{tempfile.gettempdir()}, or set TMPDIR to a folder that has more"
            ) from error

    def read(self, number: int, path: Path, folder: Path) -> str | None:
        """Add the judgements of the Parquet file `number` in a folder, unless they cannot be counted.

        Returns:
            Why they cannot be counted, `None` where they were added.

        Raises:
            BadInput: where the file is damaged.
            AnnotateError: where memory or disk do not suffice.
        """
        values = {"file": number, "path": glob.escape(str(path.resolve()))}
        try:
            if names_its_projects(path):
                self.rows("read", project="project", **values)
            else:
                self.rows("read", project="$place", **values, place=project_of(path, folder))
        except duckdb.Error as error:
            raise unreadable(path, error) from error
        problem = self.rows("problem")
        if not problem:
            self.rows("add")
        self.rows("forget")
        return str(problem[0][0]) if problem else None

    def add(self, name: str, table: Any) -> None:
        """Let queries use an Arrow table under a name."""
        self._connection.register(name, table)


@contextmanager
def database() -> Iterator[Database]:
    """Return a database without judgements."""
    with tempfile.TemporaryDirectory(prefix="claimdesk-") as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": folder,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        # In alphabetical order, which is that of the kinds of claims in `stats`.
        counts = (
            f"'{label}': coalesce(sum(n) FILTER (WHERE given = '{label}'), 0)::BIGINT"
            for label in sorted(LABELS)
        )
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET VARIABLE labels = {list(LABELS)}")
            connection.execute(f"SET VARIABLE carried = {sorted(NEEDS_SOURCE)}")
            connection.execute(f"SET VARIABLE counted = {['yes', *WHY_NOT]}")
            connection.execute(f"CREATE MACRO counts(given, n := 1) AS {{{', '.join(counts)}}}")
            base = Database(connection)
            base.rows("create")
            yield base
