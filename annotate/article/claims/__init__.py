"""Where a claim begins and ends: split rules, features, constraints and the splitter."""

from annotate.article.claims.assertion import (
    asks_reader,
    asserts,
    has_clause,
    has_predicate,
    is_imperative,
    is_silent,
    leads_into,
)
from annotate.article.claims.splitter import claims_of, split_claims

__all__ = [
    "asks_reader",
    "asserts",
    "claims_of",
    "has_clause",
    "has_predicate",
    "is_imperative",
    "is_silent",
    "leads_into",
    "split_claims",
]
