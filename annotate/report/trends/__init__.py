"""Figures over many projects and months."""

from annotate.report.trends.dask_map import Each, on_cluster
from annotate.report.trends.parquet import JUDGEMENTS, judgement_files, parquet_bytes, part_of_files
from annotate.report.trends.trends import Part, desk_frame, desk_notes, desk_tables, merge_parts, part_of

__all__ = [
    "JUDGEMENTS",
    "Each",
    "Part",
    "desk_frame",
    "desk_notes",
    "desk_tables",
    "judgement_files",
    "merge_parts",
    "on_cluster",
    "parquet_bytes",
    "part_of",
    "part_of_files",
]
