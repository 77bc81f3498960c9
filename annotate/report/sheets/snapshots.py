"""Earlier pulls and sheets, beside the newest ones: the last `KEPT`, whole, each under its moment."""

from __future__ import annotations

import gzip
import io
import re
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from annotate.errors import BadInput
from annotate.report.sheets.csv_files import refuse_link, replace_file, replacing

FOLDER = "pulls"
SHEETS = "sheets"  # the folder of files that people may have typed into
KEPT = 10
PIECE = 1 << 20  # bytes
SWIFT = 3  # of nine levels: a third larger than the last one, in a fifth of its time

_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)?:?(\d\d)?)?")


def keep(content: bytes, pulled_at: str, folder: Path) -> Path:
    """Keep raw answers as an earlier pull, and of all earlier ones the last `KEPT`.

    Args:
        content: the file as it stood.
        pulled_at: when it was pulled (ISO 8601, UTC).
        folder: the project's folder.

    Raises:
        AnnotateError: where it cannot be written; nothing was removed then.
    """
    return keep_stream(io.BytesIO(content), pulled_at, folder)


def keep_stream(content: IO[bytes], pulled_at: str, folder: Path) -> Path:
    """Keep raw answers as `keep` does, a piece at a time."""
    path = refuse_link(folder / FOLDER) / f"{stamp(pulled_at)}.json.gz"
    with (
        replacing(path) as file,
        gzip.GzipFile(fileobj=file, mode="wb", compresslevel=SWIFT, mtime=0, filename="") as packed,
    ):
        shutil.copyfileobj(content, packed, PIECE)
    for old in sorted(_pulls(folder))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def keep_file(content: bytes, name: str, folder: Path) -> Path:
    """Keep a file of a project as it stands now, and of those of its name the last `KEPT`, each state once.

    Raises:
        AnnotateError: where it cannot be written; nothing was removed then.
    """
    kept = kept_files(name, folder)
    if kept and kept[0].read_bytes() == content:
        return kept[0]
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    path = replace_file(refuse_link(folder / SHEETS) / f"{moment}.{name}", content)
    for old in kept[KEPT - 1 :]:
        old.unlink(missing_ok=True)
    return path


def kept_files(name: str, folder: Path) -> list[Path]:
    """Return the files of a project that are kept under a name, newest first."""
    return sorted((folder / SHEETS).glob(f"[0-9]*.{name}"), reverse=True)


def stamp(moment: str) -> str:
    """Return a moment as digits that sort: 2031-05-04T09:30:12+00:00 is 20310504T093012.

    What is left out counts as early as can be; something that is no moment gives the earliest of all.
    """
    moment_match = _MOMENT.match(moment)
    year, month, day, *clock = (
        moment_match.groups(default="00") if moment_match else ["0000", "00", "00", "00", "00", "00"]
    )
    return f"{year}{month}{day}T{''.join(clock)}"


def earlier(folder: Path, since: str) -> bytes:
    """Return the earlier pull that was the newest one at a moment.

    Args:
        folder: the project's folder.
        since: a date, a moment (ISO 8601, UTC), or `last` for the pull before this one.

    Raises:
        BadInput: where there is none, with those there are.
    """
    pulls = sorted(_pulls(folder))
    if since != "last" and not _MOMENT.fullmatch(since.removesuffix("Z").partition("+")[0]):
        raise BadInput(f"--since {since}: give a date (2031-05-04), a moment, or last")
    until = stamp(since) if since != "last" else "9"
    fitting = [path for path in pulls if path.name.partition(".")[0] <= until]
    if not fitting:
        moments = ", ".join(_shown(pulls)) or "none"
        raise BadInput(f"no pull was kept from before {since} (kept: {moments})")
    try:
        return gzip.decompress(fitting[-1].read_bytes())
    except (OSError, EOFError) as error:
        raise BadInput(f"{fitting[-1]} is broken ({error}): choose another pull with --since") from error


def _pulls(folder: Path) -> list[Path]:
    return [path for path in (folder / FOLDER).glob("*.json.gz") if not path.name.startswith(".")]


def _shown(pulls: Iterable[Path]) -> list[str]:
    """Return the moments of pulls as --since takes them."""
    stamps = (path.name.partition(".")[0] for path in pulls)
    return [f"{s[:4]}-{s[4:6]}-{s[6:8]}T{s[9:11]}:{s[11:13]}:{s[13:15]}" for s in stamps]
