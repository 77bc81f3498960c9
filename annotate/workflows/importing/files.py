"""The files that somebody wants to import."""

from __future__ import annotations

from pathlib import Path

from annotate.errors import BadInput

ENDINGS = (".ann", ".txt", ".jsonl", ".json1", ".json")


def label_files(path: Path) -> dict[str, bytes]:
    """Return the content of the files to read, by their paths in the folder.

    Raises:
        BadInput: where there are none, or one cannot be read.
    """
    try:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
            shown = {p.relative_to(path).as_posix(): p for p in inside}
            return {name: p.read_bytes() for name, p in shown.items() if not f"/{name}".count("/.")}
        beside = [path.with_suffix(".txt")] if path.suffix.lower() == ".ann" else []
        return {p.name: p.read_bytes() for p in (path, *beside) if p == path or p.is_file()}
    except OSError as error:
        raise BadInput(f"{error.filename or path} cannot be read ({error.strerror})") from error
