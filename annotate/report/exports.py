"""The figures of many projects together, written into `exports/desk.all/`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from annotate.errors import BadInput
from annotate.parallel import connected
from annotate.report.folders import all_pulled
from annotate.report.frames import our_aliases, read_answers
from annotate.report.gold import (
    GoldAnswers,
    decided_claims,
    gold_answers,
    gold_figures,
    gold_in,
    gold_table,
    origins_in,
    together,
)
from annotate.report.raw_answers import read_raw
from annotate.report.sheets import BOM, Notify, csv_text, encoded, refuse_link, replace_file
from annotate.report.trends import Trends, count_trends, desk_frame, judgement_files, parquet_bytes
from annotate.studio import Raw

DESK = "desk.all"  # no project's folder: their names hold no dot

Progress = Callable[[int, int], None]


def write_desk(
    exports: Path,
    *,
    judgements: Path | None = None,
    dask: str | None = None,
    notify: Notify = lambda words: None,
    progress: Progress = lambda done, total: None,
) -> list[Path]:
    """Write the figures of many projects together into `exports/desk.all/`; see `count_trends`.

    Args:
        exports: where the projects' folders are.
        judgements: a folder of Parquet files to read in place of the last pulls.
        dask: the address of a Dask cluster, one of whose machines is to count these files; all see the
            folder at the same path.
        notify: called with sentences on what the tables do not show, and on projects that cannot be read:
            the others are counted.
        progress: called with how many projects or files were read, and of how many.

    Returns:
        The paths of `weeks.csv`, `annotators.csv`, `sources.csv` and `codebooks.csv`, and of `gold.csv`
        where a pulled project has decided claims of others.

    Raises:
        BadInput: where nothing was pulled, no project can be read, or a Parquet file cannot be used.
        UsageError, Unreachable: as `connected`.
        AnnotateError: where a file cannot be written, or memory or disk do not suffice.
    """
    trends = (
        _trends_of_files(judgements, dask, progress)
        if judgements
        else _trends_of_pulls(exports, notify, progress)
    )
    tables = {name: encoded(BOM + csv_text(table), Path(name)) for name, table in trends.tables.items()}
    for words in trends.notes:
        notify(words)
    folder = refuse_link(exports / DESK)
    if gold := None if judgements else _gold_of_pulls(exports):
        tables["gold.csv"] = encoded(BOM + csv_text(gold_table(gold_figures(gold))), Path("gold.csv"))
    else:
        (folder / "gold.csv").unlink(missing_ok=True)
    return [replace_file(folder / name, content) for name, content in tables.items()]


def _gold_of_pulls(exports: Path) -> GoldAnswers | None:
    """Return the answers to decided claims in all pulled projects; `None` where there are none."""
    mixed = [{**raw, "tasks": gold} for _, raw in _readable(exports) if (gold := gold_in(raw))]
    keys = {key for raw in mixed for key in origins_in(raw)}
    decided = {key: decided_claims(read_answers(raw), key=key) for key, raw in _readable(exports, keys)}
    found = [answers for raw in mixed if (answers := gold_answers(raw, decided))]
    return together(found) if found else None


def _readable(exports: Path, keys: Collection[str] | None = None) -> Iterator[tuple[str, Raw]]:
    """Yield keys and raw answers of projects, of all or some; those that cannot be read are passed over."""
    for folder in all_pulled(exports):
        with suppress(BadInput):
            if keys is None or folder.name in keys:
                yield folder.name, read_raw(folder)


def _trends_of_files(folder: Path, dask: str | None, progress: Progress) -> Trends:
    """Return the figures over a folder of Parquet files, counted here or on a cluster."""
    count = partial(count_trends, judgement_files(folder), folder, aliases=our_aliases())
    if not dask:
        return count(progress=progress)
    with connected(dask) as cluster:
        future = cluster.submit(count)
        if error := cluster.failure(future):
            raise cluster.fault(error)
        trends: Trends = cluster.answer(future)
        return trends


def _trends_of_pulls(exports: Path, notify: Notify, progress: Progress) -> Trends:
    """Return the figures over the last pulls; projects that cannot be read are left out."""
    folders, counted = all_pulled(exports), list[Path]()
    with tempfile.TemporaryDirectory(prefix="claimdesk-") as temporary:
        for number, folder in enumerate(folders, 1):
            try:
                frame = desk_frame(read_answers(read_raw(folder)), project=folder.name)
            except BadInput as error:
                notify(f"left out: {error}")
                continue
            path = Path(temporary, f"{folder.name}.parquet")
            path.write_bytes(parquet_bytes(frame))
            counted.append(path)
            progress(number, len(folders))
        files = tuple(counted)

        def leave_out(path: Path, problem: str) -> None:
            notify(f"left out: {exports / path.stem}: {problem}")
            counted.remove(path)

        trends = count_trends(files, Path(temporary), aliases=our_aliases(), leave_out=leave_out)
    if not counted:
        raise BadInput(f"no project in {exports} can be read: `annotate pull` fetches it again")
    return trends
