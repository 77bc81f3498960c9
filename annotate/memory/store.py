"""What the desk remembers, in the folder `desk.memory` of its exports: `claims.index`, and `feeds/`.

The index can be made anew from what was pulled and from the feeds, so it is replaced whole, under a lock, and
nothing is lost where that ends in the middle. Reading needs no lock.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
from filelock import FileLock, Timeout

from annotate.config import MEMORY_FILE, MEMORY_FOLDER
from annotate.errors import BadInput, Conflict
from annotate.memory import index as files
from annotate.memory.index import Count, Damaged, Index, OtherModel, with_vectors
from annotate.memory.records import FIELDS, Record

FEEDS, LOCK = "feeds", ".lock"
PATIENCE = 60.0  # seconds for which another process may write
PRIVATE = 0o600

Notify = Callable[[str], None]
#: Records by source, made when they are needed, and how many there are.
Sources = Mapping[str, tuple[int, Callable[[], Iterable[Record]]]]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of reviews as the desk keeps it: its name, where it came from, when it was added, its size."""

    name: str
    address: str
    added: str
    reviews: int
    undated: int = 0


class Store:
    """The memory of a desk; `exports` is the folder of its exports."""

    def __init__(self, exports: Path) -> None:
        self.exports = exports
        self.folder = exports / MEMORY_FOLDER
        self.path = self.folder / MEMORY_FILE

    def read(self) -> Index:
        """Return the index; an empty one where nothing is remembered.

        Raises:
            Damaged, OtherModel: as `read_index`.
        """
        try:
            return files.read_index(self.path)
        except FileNotFoundError:
            return files.EMPTY
        except (OSError, pa.ArrowException) as error:
            if isinstance(error, pa.ArrowException):
                raise Damaged(f"{self.path} is damaged") from error
            raise Damaged(f"{self.path} cannot be read ({error.strerror})") from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Return a context in which no other process writes.

        Raises:
            Conflict: where another one writes for long.
        """
        from annotate.report.sheets import refuse_link  # noqa: PLC0415 - loads pandas

        refuse_link(self.folder).mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / LOCK, timeout=PATIENCE, mode=PRIVATE):
                yield
        except Timeout:
            raise Conflict(
                f"another command writes {self.path}: wait for it, then run the command again"
            ) from None

    def put(
        self,
        source: str,
        records: Iterable[Record],
        *,
        total: int,
        progress: Count,
        made: Mapping[str, tuple[float, bytes]] = MappingProxyType({}),
    ) -> int:
        """Replace what is remembered of a source; only new words are embedded. Return how many were new.

        The index has to be whole, and the caller inside `locked`. `made` has vectors that are made already.
        """
        before = self.read()
        known = before.of_source(source)
        table = with_vectors(records, known={**made, **known}, progress=progress, total=total)
        others = before.table.filter(pa.compute.not_equal(before.table["source"], source))
        new = sum(text not in known for text in table["text"].to_pylist())
        same = table.num_rows == before.table.num_rows - others.num_rows
        if not (same and table.equals(before.table.filter(pa.compute.equal(before.table["source"], source)))):
            self._write(pa.concat_tables([others, table]))
        return new

    def remove(self, source: str) -> int:
        """Forget a source; return how many claims it had. The index has to be whole."""
        before = self.read()
        left = before.table.filter(pa.compute.not_equal(before.table["source"], source))
        if left.num_rows < len(before):
            self._write(left)
        return len(before) - int(left.num_rows)

    def rebuild(self, sources: Sources, *, progress: Count) -> int:
        """Make the index anew; return how many claims it holds.

        What an index of another model holds of sources that are not given (their projects' folders are gone)
        is kept, and embedded again.
        """
        kept = self._of_others(sources)
        total = sum(count for count, _ in sources.values()) + len(kept)

        def all_records() -> Iterator[Record]:
            for _, make in sources.values():
                yield from make()
            yield from kept

        table = with_vectors(all_records(), known={}, progress=progress, total=total)
        self._write(table)
        return int(table.num_rows)

    def _of_others(self, sources: Sources) -> list[Record]:
        try:
            table = self.read().table
        except OtherModel as other:
            table = other.table
        except Damaged:
            return []
        rows = table.select(list(FIELDS)).to_pylist()
        return [Record(**row) for row in rows if row["source"] not in sources]

    def _write(self, table: pa.Table) -> None:
        from annotate.report.sheets import replacing  # noqa: PLC0415

        with replacing(self.path) as file:
            for part in files.packed_file(table):
                file.write(part)

    # ------------------------------------------------------------------ feeds

    def feeds(self) -> list[Feed]:
        """Return the feeds that were added, by name.

        Raises:
            BadInput: where the file of one cannot be read.
        """
        return [self.feed(path) for path in self.feed_files()]

    def feed_files(self) -> list[Path]:
        """Return the files of the feeds that were added, by name."""
        return sorted((self.folder / FEEDS).glob("*.jsonl"))

    def feed_path(self, name: str) -> Path:
        """Return the file of a feed."""
        return self.folder / FEEDS / f"{name}.jsonl"

    def reviews(self, name: str) -> Iterator[Record]:
        """Yield the reviews of a feed that was added."""
        with self.feed_path(name).open("rb") as file:
            for line in file:
                row = json.loads(line)
                if "text" in row:
                    yield Record(**row)

    def write_feed(self, feed: Feed, records: Iterable[Record]) -> Feed:
        """Keep a feed in a file of its own, whole or not at all; return it with its counts."""
        from annotate.report.sheets import replacing  # noqa: PLC0415

        reviews = undated = 0
        with replacing(self.feed_path(feed.name)) as file:
            for record in records:
                file.write(_line({name: getattr(record, name) for name in FIELDS}))
                reviews, undated = reviews + 1, undated + (not record.date)
            counted = Feed(feed.name, feed.address, feed.added, reviews, undated)
            # at the end, where the counts are known
            file.write(_line({name: getattr(counted, name) for name in Feed.__dataclass_fields__}))
        return counted

    def remove_feed(self, name: str) -> None:
        """Delete the file of a feed."""
        self.feed_path(name).unlink(missing_ok=True)

    def feed(self, path: Path) -> Feed:
        """Return a feed by its file.

        Raises:
            BadInput: where it cannot be read.
        """
        try:
            with path.open("rb") as file:
                last = b""
                for line in file:
                    last = line
            return Feed(**json.loads(last))
        except (OSError, ValueError, TypeError) as error:
            raise BadInput(
                f"{path} is damaged: `annotate memory remove {path.stem}`, then add the feed again"
            ) from error


def _line(row: Mapping[str, object]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
