"""Figures over many projects for tests: frames go into Parquet files, and the files are counted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from annotate.report import read_answers
from annotate.report.trends import Trends, count_trends, desk_frame, judgement_files, parquet_bytes
from tests.report.answers import Raw


def frame_of(raw: Raw, key: str) -> pd.DataFrame:
    """Return the judgements of a project as its report writes them for figures over many projects."""
    return desk_frame(read_answers(raw), project=key)


def trends_of(frames: Iterable[pd.DataFrame], *, aliases: Mapping[str, str] | None = None) -> Trends:
    """Count frames, each from a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for number, frame in enumerate(frames):
            Path(folder, f"{number}.parquet").write_bytes(parquet_bytes(frame))
        return count_trends(judgement_files(Path(folder)), Path(folder), aliases=aliases or {})


def tables_of(
    frames: Sequence[pd.DataFrame], *, aliases: Mapping[str, str] | None = None
) -> dict[str, pd.DataFrame]:
    """Return the tables over frames by file name."""
    return dict(trends_of(frames, aliases=aliases).tables)
