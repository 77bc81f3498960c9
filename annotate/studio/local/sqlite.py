"""The SQLite file of a local Label Studio, and the note in it about the version that made its tables."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

FILE = "label_studio.sqlite3"  # in the data folder


def has_note(file: Path, words: str) -> bool:
    """Return whether `note` wrote these words; a missing file has no note."""
    with contextlib.suppress(sqlite3.DatabaseError), _opened(file) as connection:
        return bool(connection.execute("PRAGMA user_version").fetchone()[0] == _number_of(words))
    return False


def note(file: Path, words: str) -> None:
    """Write a note into the database, which goes where the database goes.

    SQLite has room for one number, which Label Studio does not use: the words are kept as their checksum.
    """
    with _opened(file) as connection:
        connection.execute(f"PRAGMA user_version = {_number_of(words)}")


def _number_of(words: str) -> int:
    return zlib.crc32(words.encode()) >> 1  # 31 bits, since the number has a sign


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    address = f"{file.resolve().as_uri()}?mode=rw"  # creates no file
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        yield connection
