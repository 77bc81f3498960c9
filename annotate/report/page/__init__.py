"""The report page, one offline HTML file, and what an editor decides on."""

from annotate.report.page.html import page
from annotate.report.page.review_list import (
    GivenAnswer,
    Held,
    ReviewedClaim,
    ReviewList,
    questions_at_issue,
    review_list,
)

__all__ = [
    "GivenAnswer",
    "Held",
    "ReviewList",
    "ReviewedClaim",
    "page",
    "questions_at_issue",
    "review_list",
]
