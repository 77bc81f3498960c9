"""The files of an archive: Parquet, each with a fixed run of articles, each written whole or not at all.

`claims/part-00000.parquet` has one row per claim, `articles/part-00000.parquet` one row per article. The
second is written last: where it exists, its articles are done. The same rows always give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.article import FACTS, Listed, Record
from annotate.report import replace_file

ROWS = 50_000  # of a row group
LEVEL = 3  # of zstd

_QUOTED = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
_SUGGESTION = pa.struct(
    [("label", pa.string()), ("score", pa.float64()), ("rule", pa.string()), ("model", pa.string())]
)
_ATTRIBUTION = pa.struct(
    [
        ("source", _QUOTED),
        ("cue", _QUOTED),
        ("content", _QUOTED),
        ("kind", pa.string()),
        ("through", pa.list_(_QUOTED)),
        ("named", _QUOTED),
    ]
)
CLAIMS = pa.schema(
    [
        ("article_id", pa.string()),
        ("claim_id", pa.string()),
        ("index", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("block", pa.int32()),
        ("kind", pa.string()),
        ("section", pa.string()),
        ("suggestion", _SUGGESTION),
        ("attribution", _ATTRIBUTION),
        ("language", pa.string()),
        ("splitter", pa.string()),
    ]
)
_NUMBERS = {name: pa.int32() for name in ("characters", "claims", "skips")} | {"bytes": pa.int64()}
ARTICLES = pa.schema([(name, _NUMBERS.get(name, pa.string())) for name in FACTS])


class Counts(NamedTuple):
    """How much there is: articles, those of them that were set aside, and claims."""

    articles: int = 0
    set_aside: int = 0
    claims: int = 0

    def plus(self, more: Counts) -> Counts:
        """Add up."""
        return Counts(*(one + other for one, other in zip(self, more, strict=True)))


State = Literal["done", "to do", "changed", "grown", "other"]


def part(folder: Path, kind: Literal["claims", "articles"], number: int) -> Path:
    """Return the path of one file."""
    return folder / kind / f"part-{number:05}.parquet"


def highest(folder: Path) -> int:
    """Return the highest number of a file, -1 where there is none."""
    numbers = (path.stem.removeprefix("part-") for path in (folder / "articles").glob("part-*.parquet"))
    return max((int(number) for number in numbers if number.isdigit()), default=-1)


def write_part(folder: Path, number: int, records: Sequence[Record]) -> Counts:
    """Write the files of a run of articles.

    Raises:
        AnnotateError: where the disk does not take them; what was there stays.
    """
    replace_file(
        part(folder, "claims", number), _bytes(CLAIMS, [row for each in records for row in each.claims])
    )
    replace_file(part(folder, "articles", number), _bytes(ARTICLES, [each.article for each in records]))
    return Counts(
        len(records), sum(bool(e.article["set_aside"]) for e in records), sum(len(e.claims) for e in records)
    )


def _bytes(schema: pa.Schema, rows: list[dict[str, object]]) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, sink, compression="zstd", compression_level=LEVEL, row_group_size=ROWS)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def state_of(
    folder: Path, number: int, run: Sequence[Listed], *, size: int, again: bool
) -> tuple[State, Counts, str]:
    """Say what stands in the files of a run of articles.

    Args:
        folder: the archive's.
        number: which files.
        run: the articles that belong there.
        size: articles of a full run.
        again: whether a run with articles that were set aside is to be done again.

    Returns:
        `done`, with what is there; `to do`; `changed`, where an article's file was changed since; `grown`,
        where a last run got more articles; `other`, where other articles stand there, with both names.
    """
    path = part(folder, "articles", number)
    try:
        rows = pq.read_table(path, columns=["source", "bytes", "sha256", "claims", "set_aside"]).to_pylist()
        pq.read_metadata(part(folder, "claims", number))
        written = path.stat().st_mtime
    except (OSError, pa.ArrowException):  # not there, or damaged
        return "to do", Counts(), ""
    wanted = [told(each.where) for each in run]
    existing = [str(row["source"]) for row in rows]
    if existing != wanted[: len(existing)]:
        pairs = zip(existing, [*wanted, *["nothing"] * len(existing)], strict=False)
        return "other", Counts(), next(f"{one}, now {two}" for one, two in pairs if one != two)
    if len(existing) < len(wanted):
        return ("grown" if len(existing) < size else "other"), Counts(), ""
    if any(_changed(each, row, written) for each, row in zip(run, rows, strict=True)):
        return "changed", Counts(), ""
    counts = Counts(len(rows), sum(bool(r["set_aside"]) for r in rows), sum(r["claims"] for r in rows))
    return ("to do" if again and counts.set_aside else "done"), counts, ""


def told(where: str) -> str:
    """Return a path as it stands in the files: no file keeps what is no Unicode."""
    return where.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape").translate(_HALVES)


_HALVES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def _changed(listed: Listed, row: dict[str, object], written: float) -> bool:
    """Return whether a file differs from the one that was read: by size, and if it is younger, by content."""
    if row["bytes"] is None:  # an address, or it could not be read
        return False
    try:
        status = Path(listed.where).stat()
        if status.st_size == row["bytes"] and status.st_mtime < written:
            return False
        return hashlib.sha256(Path(listed.where).read_bytes()).hexdigest() != row["sha256"]
    except OSError:
        return True


def reasons(folder: Path, count: int) -> Iterator[dict[str, str]]:
    """Return each article that was set aside, in order: its id, where it is, and why."""
    for number in range(count):
        names = ["article_id", "source", "set_aside"]
        table = pq.read_table(part(folder, "articles", number), columns=names)
        for row in table.to_pylist():
            if row["set_aside"]:
                yield {"article_id": row["article_id"], "source": row["source"], "reason": row["set_aside"]}
