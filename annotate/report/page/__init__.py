"""The report page: one offline HTML file."""

from annotate.report.page.html import page

__all__ = ["page"]
