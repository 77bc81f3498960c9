"""The editor's page."""

from __future__ import annotations

from annotate.config import codebook
from annotate.report.exporters.registry import ReportData, exporter
from annotate.report.page import PageData, page


@exporter("report.html", place=11)
def report_html(data: ReportData) -> str:
    """Return the page as one HTML file."""
    return page(
        PageData(
            answers=data.answers,
            claims=data.claims,
            sources=data.sources,
            figures=data.figures,
            changes=data.changes,
            codebook=codebook().text,
            unwritten=data.unwritten,
        )
    )
