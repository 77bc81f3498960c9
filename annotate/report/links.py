"""Links in the files of a report, which follow a local Label Studio to another port."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotate.report.raw_answers import RAW
from annotate.report.sheets import CHECKS, WORKBOOK, refuse_link, replace_file
from annotate.report.writing import lock_of

TEXTS = ("report.html", "claims.csv", "disputes.csv", CHECKS, "claims.jsonl")


def move_links(exports: Path, before: str, after: str) -> tuple[int, list[Path]]:
    """Have links that lead to one address of Label Studio lead to another; nothing else in the files changes.

    Returns:
        How many files were changed, and the paths of those that could not be: a workbook that is open in
        another program, or that cannot be read.
    """
    old, new = (f"{address}/projects/".encode() for address in (before, after))
    changed, left = 0, list[Path]()
    for folder in sorted(path.parent for path in exports.glob(f"*/{RAW}")):
        for path in (refuse_link(folder / name) for name in (*TEXTS, WORKBOOK)):
            if not path.is_file():
                continue
            content = path.read_bytes()
            is_book = path.name == WORKBOOK
            moved = _moved_workbook(content, old, new) if is_book else content.replace(old, new)
            if moved == content:
                continue
            if moved is None or (is_book and lock_of(path)):
                left.append(path)
                continue
            saved = path.stat()
            replace_file(path, moved)
            os.utime(path, ns=(saved.st_atime_ns, saved.st_mtime_ns))  # when a person saved it still counts
            changed += 1
    return changed, left


def _moved_workbook(content: bytes, old: bytes, new: bytes) -> bytes | None:
    """Return a workbook with other links, the same where it has none; `None` where it cannot be read."""
    moved = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(moved, "w") as changed:
            parts: Mapping[Any, bytes] = {info: book.read(info) for info in book.infolist()}
            if not any(old in part for part in parts.values()):
                return content
            for info, part in parts.items():
                changed.writestr(info, part.replace(old, new))
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return None
    return moved.getvalue()
