"""The editor's page."""

from __future__ import annotations

from annotate.config import codebook
from annotate.report.exporters.registry import ReportData, exporter
from annotate.report.page import PageData, page


@exporter("report.html", place=11)
def report_html(data: ReportData) -> str:
    """Return the page as one HTML file."""
    return _page(data, mail=False)


@exporter("report.mail.html", place=12)
def report_mail_html(data: ReportData) -> str | None:
    """Return a copy of the page for other computers, where one is wanted."""
    return _page(data, mail=True) if data.mail else None


def _page(data: ReportData, *, mail: bool) -> str:
    return page(
        PageData(
            answers=data.answers,
            claims=data.claims,
            sources=data.sources,
            figures=data.figures,
            changes=data.changes,
            similar=data.similar,
            codebook=codebook().text,
            unwritten=data.unwritten,
            gold=None if mail else data.gold,  # a copy may reach annotators, who are not to know
            mail=mail,
        )
    )
