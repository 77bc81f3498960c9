"""The report page: one offline HTML file, and what it shows of a claim in words."""

from annotate.report.page.html import page
from annotate.report.page.view_models import Said, annotators, moment, rows_of, said_of_claims, web_address

__all__ = ["Said", "annotators", "moment", "page", "rows_of", "said_of_claims", "web_address"]
