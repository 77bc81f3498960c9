"""The index of remembered claims: one file, their fields and their vectors, searched as it lies on the disk.

The file is a line that says what it is, with a checksum, and then an Arrow file. A vector is kept in whole
numbers of 8 bits and a factor, so that 100,000 claims need 40 MB; that moves a cosine by less than 0.01.
Nothing is loaded but the pages that a search reads.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from annotate.article.nlp import embeddings
from annotate.errors import BadInput
from annotate.memory.records import FIELDS, Hit, Record

HEAD = 64  # bytes of the first line; a multiple of what Arrow aligns to
FORMAT = "claimdesk memory 1"
MODEL = f"all-MiniLM-L6-v2 {embeddings.SHA256[:12]}"
LEAST = 0.6  # cosine from which on two claims count as alike; paraphrases have .59 to .93
BLOCK = 4_096  # vectors that are compared at once
BATCH = 256  # claims that are embedded at once
LARGEST = 127

SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in FIELDS),
        pa.field("factor", pa.float32()),
        pa.field("vector", pa.binary(embeddings.WIDTH)),
    ]
)

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]
Embed = Callable[[Sequence[str]], Floats]
Count = Callable[[int, int], None]


class Damaged(BadInput):
    """The file of the index is no whole index."""


class OtherModel(Damaged):
    """The index is whole, but its vectors are those of another model; `table` has its fields."""

    def __init__(self, why: str, table: pa.Table) -> None:
        super().__init__(why)
        self.table = table


@dataclass(frozen=True, eq=False)
class Index:
    """Remembered claims with their vectors."""

    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def sources(self) -> dict[str, int]:
        """How many claims there are of each source."""
        counts = self.table["source"].value_counts().to_pylist()
        return {str(each["values"]): int(each["counts"]) for each in counts}

    @property
    def titles(self) -> dict[str, str]:
        """The title of each source; of several the first."""
        pairs = self.table.select(["source", "title"]).group_by(["source", "title"]).aggregate([])
        return {str(row["source"]): str(row["title"]) for row in reversed(pairs.to_pylist())}

    def record(self, row: int) -> Record:
        """Return the claim in a row."""
        return Record(**{name: self.table[name][row].as_py() for name in FIELDS})

    def texts_of(self, source: str) -> list[str]:
        """Return the words of the claims of a source."""
        rows = self.table.filter(pa.compute.equal(self.table["source"], source))
        return [str(text) for text in rows["text"].to_pylist()]

    def of_source(self, source: str) -> dict[str, tuple[float, bytes]]:
        """Return by its words the factor and vector of each claim of a source."""
        rows = self.table.filter(pa.compute.equal(self.table["source"], source))
        columns = (rows[name].to_pylist() for name in ("text", "factor", "vector"))
        return {text: (factor, vector) for text, factor, vector in zip(*columns, strict=True)}

    def search(
        self,
        queries: Floats,
        *,
        most: int = 3,
        least: float = LEAST,
        leave_out: Sequence[npt.NDArray[np.bool_] | None] | None = None,
    ) -> list[list[tuple[int, float]]]:
        """Return for each query the rows that are nearest, with their cosines, the nearest first.

        Args:
            queries: vectors of length 1, one row each.
            most: how many for each query.
            least: the smallest cosine.
            leave_out: for each query, which rows do not count, as `rows_where` gives them.
        """
        best: list[list[tuple[int, float]]] = [[] for _ in queries]
        for start, scores in self._scores(queries):
            for number, column in enumerate(scores.T):
                masked = column if not leave_out or leave_out[number] is None else column.copy()
                if masked is not column and leave_out is not None:
                    masked[np.asarray(leave_out[number])[start : start + len(column)]] = -1
                rows = np.flatnonzero(masked >= least)
                if len(rows) > most:
                    rows = rows[np.argpartition(-masked[rows], most)[:most]]
                found = [(int(start + row), float(masked[row])) for row in rows]
                best[number] = sorted(best[number] + found, key=lambda each: -each[1])[:most]
        return best

    def rows_where(self, **values: str) -> npt.NDArray[np.bool_]:
        """Return which rows have these values in their fields."""
        masks = [
            pa.compute.equal(self.table[name], value).to_numpy(zero_copy_only=False)
            for name, value in values.items()
        ]
        rows: npt.NDArray[np.bool_] = np.logical_and.reduce(masks)
        return rows

    def _scores(self, queries: Floats) -> Iterator[tuple[int, Floats]]:
        """Yield blocks of cosines with the row that each begins at: one row a claim, one column a query."""
        start, transposed = 0, np.ascontiguousarray(queries.T)
        for batch in self.table.select(["factor", "vector"]).to_batches(max_chunksize=BLOCK):
            factors = batch.column("factor").to_numpy(zero_copy_only=False)
            yield (
                start,
                (_as_bytes(batch.column("vector")).astype(np.float32) @ transposed) * factors[:, None],
            )
            start += len(batch)


EMPTY = Index(SCHEMA.empty_table())


def hits(index: Index, found: Iterable[tuple[int, float]]) -> list[Hit]:
    """Return what was found as records."""
    return [Hit(index.record(row), score) for row, score in found]


def with_vectors(
    records: Iterable[Record],
    *,
    known: dict[str, tuple[float, bytes]],
    embed: Embed = embeddings.embed,
    progress: Count = lambda done, total: None,
    total: int = 0,
) -> pa.Table:
    """Return records as rows of an index; only those whose words are not `known` are embedded.

    Some at a time are in memory as records. `progress` is called with how many are done, of `total`.
    """
    batches, done, part = list[pa.RecordBatch](), 0, list[Record]()
    for record in records:
        part.append(record)
        if len(part) == BATCH:
            batches.append(_batch(part, known, embed))
            done, part = done + len(part), []
            progress(done, max(total, done))
    if part:
        batches.append(_batch(part, known, embed))
        progress(done + len(part), max(total, done + len(part)))
    return pa.Table.from_batches(batches, SCHEMA)


def _batch(records: Sequence[Record], known: dict[str, tuple[float, bytes]], embed: Embed) -> pa.RecordBatch:
    new = list(dict.fromkeys(record.text for record in records if record.text not in known))
    vectors = dict(zip(new, packed_vectors(embed(new)), strict=True)) if new else {}
    packed = [known.get(record.text) or vectors[record.text] for record in records]
    columns: dict[str, list[Any]] = {
        name: [_whole(getattr(record, name)) for record in records] for name in FIELDS
    }
    columns |= {"factor": [factor for factor, _ in packed], "vector": [vector for _, vector in packed]}
    return pa.RecordBatch.from_pydict(columns, SCHEMA)


def _whole(words: str) -> str:
    """Return words with a sign in the place of half a character, which no file can keep."""
    return words.encode("utf-8", "replace").decode() if not words.isascii() else words


def packed_vectors(vectors: Floats) -> Iterator[tuple[float, bytes]]:
    """Yield vectors as a factor and whole numbers of 8 bits."""
    for vector in vectors:
        factor = float(np.abs(vector).max()) / LARGEST or 1.0
        yield factor, np.round(vector / factor).astype(np.int8).tobytes()


def _as_bytes(column: pa.Array) -> Bytes:
    """Return a column of vectors as numbers, without copying them."""
    flat = np.frombuffer(column.buffers()[1], dtype=np.int8)
    begin = column.offset * embeddings.WIDTH
    return flat[begin : begin + len(column) * embeddings.WIDTH].reshape(-1, embeddings.WIDTH)


# --------------------------------------------------------------------------- the file


def packed_file(table: pa.Table) -> list[bytes | pa.Buffer]:
    """Return the parts of the file of an index, to write one behind the other."""
    sink = pa.BufferOutputStream()
    schema = SCHEMA.with_metadata({"model": MODEL})
    with pa.ipc.new_file(sink, schema) as writer:
        writer.write_table(table.combine_chunks().cast(schema), max_chunksize=max(len(table), 1))
    content = sink.getvalue()
    head = f"{FORMAT} crc32 {zlib.crc32(content):08x}".ljust(HEAD - 1) + "\n"
    return [head.encode("ascii"), content]


def read_index(path: Path) -> Index:
    """Read the file of an index; it is mapped into memory, so that a newer one may take its place meanwhile.

    Raises:
        Damaged: where it is no whole index.
        OtherModel: where its vectors are those of another model.
        FileNotFoundError: where there is none.
    """
    with pa.memory_map(str(path)) as file:
        whole = file.read_buffer()
    words = bytes(whole[:HEAD]).decode("ascii", "replace").split()
    content = whole.slice(HEAD) if len(whole) > HEAD else pa.py_buffer(b"")
    if words[:-1] != [*FORMAT.split(), "crc32"] or words[-1] != f"{zlib.crc32(content):08x}":
        raise Damaged(f"{path} is damaged")
    table = pa.ipc.open_file(pa.BufferReader(content)).read_all()
    if table.schema.names != SCHEMA.names:
        raise Damaged(f"{path} has other fields")
    model = (table.schema.metadata or {}).get(b"model", b"").decode()
    if model != MODEL:
        raise OtherModel(f"{path} was made with another model ({model})", table)
    return Index(table)
