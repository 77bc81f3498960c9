"""The editor's workbook."""

from __future__ import annotations

from annotate.report.exporters.registry import ReportData, exporter
from annotate.report.sheets import WORKBOOK
from annotate.report.workbook import BookData, workbook


@exporter(WORKBOOK, place=0)
def desk_xlsx(data: ReportData) -> bytes:
    """Return the workbook, with what an editor typed into it."""
    project = data.answers.project
    return workbook(
        BookData(
            title=project.title,
            pulled_at=project.pulled_at,
            claims=data.claims,
            typed=data.sheets[WORKBOOK],
            checks=data.checks,
            judgements=data.answers.judgements,
            sources=data.sources,
            by_annotator=data.figures["by_annotator"],
        )
    )
