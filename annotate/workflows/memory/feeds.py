"""Feeds of reviews that others published, added to the memory from a file or an address."""

from __future__ import annotations

import gzip
import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from annotate.article.reading import fetch_bytes
from annotate.config import Settings, load_settings
from annotate.errors import BadInput
from annotate.memory import FEED, Feed, Store, reviews_in
from annotate.workflows.memory.keeping import check_model, mend
from annotate.workflows.progress import SILENT, Progress

MOST_BYTES = 100_000_000  # from an address; a file may be larger
PACKED = b"\x1f\x8b"


def add_feed(where: str, *, settings: Settings | None = None, progress: Progress = SILENT) -> Feed:
    """Add a feed of ClaimReviews to the memory; one that was added before is replaced.

    Args:
        where: a file, or an http(s) address.
        settings: of the desk; `allow_private` counts here.
        progress: receives notes and the count of reviews.

    Raises:
        BadInput: where it cannot be read, is no feed of reviews, or there is no model for vectors.
        Conflict: where another command writes the memory for long.
    """
    desk = settings or load_settings()
    check_model()
    store, name = Store(desk.exports), feed_name(where)
    with _opened(where, desk, progress) as file, store.locked():
        mend(store, desk, progress)
        wanted = Feed(name, where, datetime.now(UTC).date().isoformat(), 0)
        with progress.wait("Reading the feed ..."):
            feed = store.write_feed(wanted, reviews_in(file, source=name, name=where))
        with progress.count("remembering reviews") as count:
            store.put(FEED + name, store.reviews(name), total=feed.reviews, progress=count)
    return feed


def feed_name(where: str) -> str:
    """Return the name under which a feed is kept: the host or file, and some digits of where it is.

    >>> feed_name("https://checks.example/data.json")
    'checks-example-data-6edd'
    """
    is_address = where.startswith(("http://", "https://"))
    parts = urlsplit(where) if is_address else None
    words = f"{parts.hostname} {Path(parts.path).stem}" if parts else Path(where).name.split(".")[0]
    whole = where if is_address else str(Path(where).absolute())
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60]
    return f"{slug or 'feed'}-{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()[:4]}"


@contextmanager
def _opened(where: str, desk: Settings, progress: Progress) -> Iterator[IO[bytes]]:
    """Return a feed as a file that can be read from its beginning again, unpacked where it is compressed."""
    if where.startswith(("http://", "https://")):
        with tempfile.TemporaryFile() as fetched:
            with progress.wait("Fetching the feed ..."):
                fetched.write(fetch_bytes(where, allow_private=desk.allow_private, most=MOST_BYTES))
            with _unpacked(fetched) as plain:
                yield plain
        return
    try:
        with Path(where).open("rb") as file, _unpacked(file) as plain:
            yield plain
    except FileNotFoundError:
        raise BadInput(f"{where}: no such file: check the name") from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise BadInput(f"{where}: is compressed, but damaged ({error}): fetch the feed again") from error
    except OSError as error:
        raise BadInput(f"{where}: cannot be read ({error.strerror}): check the file") from error


@contextmanager
def _unpacked(file: IO[bytes]) -> Iterator[IO[bytes]]:
    file.seek(0)
    is_packed = file.read(len(PACKED)) == PACKED
    file.seek(0)
    if not is_packed:
        yield file
        return
    with gzip.open(file) as plain:
        yield plain  # type: ignore[misc]
