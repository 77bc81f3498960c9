"""Which formats of other tools a report writes, and the content of their folders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from annotate.registry import EXPORT_FORMATS
from annotate.report.exporters import ReportData
from annotate.report.sheets import encoded


def formats_in(folder: Path, *, wanted: Iterable[str] = ()) -> list[str]:
    """Return the formats to write into a project's folder: the `wanted` ones, and those that are there.

    So no folder is left with the labels of an earlier report.
    """
    there = (name for name in EXPORT_FORMATS.names() if (folder / name).is_dir())
    return sorted({*wanted, *there})


def format_files(data: ReportData, name: str) -> dict[str, bytes]:
    """Return the files of a format's folder, by their paths in it.

    Raises:
        UsageError: where there is no such format.
        BadInput: where a text holds half a character (a lone surrogate).
    """
    files = EXPORT_FORMATS.load(name)(data)
    return {
        path: encoded(content, Path(name, path)) if isinstance(content, str) else content
        for path, content in files.items()
    }
