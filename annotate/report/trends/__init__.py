"""Figures over many projects and months."""

from annotate.report.trends.judgement_files import JUDGEMENTS, desk_frame, judgement_files, parquet_bytes
from annotate.report.trends.trends import Trends, count_trends

__all__ = ["JUDGEMENTS", "Trends", "count_trends", "desk_frame", "judgement_files", "parquet_bytes"]
