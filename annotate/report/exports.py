"""The figures of many projects together, written into `exports/desk.all/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from annotate.errors import BadInput
from annotate.report.folders import all_pulled
from annotate.report.frames import Aliases, our_aliases, read_answers
from annotate.report.raw_answers import read_raw
from annotate.report.sheets import BOM, csv_text, encoded, refuse_link, replace_file
from annotate.report.trends import (
    Each,
    Part,
    desk_frame,
    desk_notes,
    desk_tables,
    judgement_files,
    merge_parts,
    part_of,
    part_of_files,
)

DESK = "desk.all"  # no project's folder: their names hold no dot


def write_desk(
    exports: Path,
    *,
    judgements: Path | None = None,
    each: Each[Path, Part] = map,
    told: Callable[[str], None] = lambda words: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """Write the figures of many projects together into `exports/desk.all/`; see `desk`.

    One project, or one stretch of a file, is in memory at a time.

    Args:
        exports: where the projects' folders are.
        judgements: a folder of Parquet files to read in place of the pulled projects; see `parquet`.
        each: does as `map` does with these files; see `cluster`.
        told: is told in words what the tables do not show, and of projects that cannot be read: the rest
            goes on.
        progress: is told how many projects or files are done, and of how many.

    Returns:
        The paths of `weeks.csv`, `annotators.csv`, `sources.csv` and `codebooks.csv`.

    Raises:
        BadInput: where nothing was pulled, no project can be read, or a Parquet file cannot be used.
        AnnotateError: where a file cannot be written.
    """
    aliases = our_aliases()
    if judgements:
        files = judgement_files(judgements)

        def telling(task: Callable[[Path], Part], paths: Iterable[Path]) -> Iterator[Part]:
            for number, one in enumerate(each(task, paths), 1):
                progress(number, len(files))
                yield one

        part = part_of_files(files, judgements, aliases=aliases, each=telling)
    else:
        part = _part_of_projects(exports, aliases, told, progress)
    tables = {name: encoded(BOM + csv_text(table), Path(name)) for name, table in desk_tables(part).items()}
    for words in desk_notes(part):
        told(words)
    folder = refuse_link(exports / DESK)
    return [replace_file(folder / name, content) for name, content in tables.items()]


def _part_of_projects(
    exports: Path,
    aliases: Aliases,
    told: Callable[[str], None],
    progress: Callable[[int, int], None],
) -> Part:
    whole: Part | None = None
    folders = all_pulled(exports)
    for number, folder in enumerate(folders, 1):
        try:
            part = part_of(desk_frame(read_answers(read_raw(folder)), project=folder.name), aliases=aliases)
        except BadInput as error:
            told(f"left out: {error}")
            continue
        whole = part if whole is None else merge_parts([whole, part])
        progress(number, len(folders))
    if whole is None:
        raise BadInput(f"no project in {exports} can be read: `annotate pull` fetches it anew")
    return whole
