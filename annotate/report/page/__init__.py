"""The report page: one offline HTML file; claims in words, and what an editor decides on."""

from annotate.report.page.html import PageData, page
from annotate.report.page.review_list import (
    GivenAnswer,
    Held,
    ReviewedClaim,
    ReviewList,
    questions_at_issue,
    review_list,
)
from annotate.report.page.similar import similar_block, similar_style
from annotate.report.page.templating import offline_environment, page_environment, page_part
from annotate.report.page.view_models import (
    Said,
    addresses_in,
    annotators,
    linked,
    moment,
    rows_of,
    said_of,
    said_of_claims,
    web_address,
)

__all__ = [
    "GivenAnswer",
    "Held",
    "PageData",
    "ReviewList",
    "ReviewedClaim",
    "Said",
    "addresses_in",
    "annotators",
    "linked",
    "moment",
    "offline_environment",
    "page",
    "page_environment",
    "page_part",
    "questions_at_issue",
    "review_list",
    "rows_of",
    "said_of",
    "said_of_claims",
    "similar_block",
    "similar_style",
    "web_address",
]
