"""The judgements for figures over many projects: a hundredth of the raw answers' size, and faster to read."""

from __future__ import annotations

from annotate.report.exporters.registry import ReportData, exporter
from annotate.report.trends import JUDGEMENTS, desk_frame, parquet_bytes


@exporter(JUDGEMENTS, place=6)
def judgements_parquet(data: ReportData) -> bytes:
    """Return the judgements as a Parquet file."""
    return parquet_bytes(desk_frame(data.answers, project=data.key))
