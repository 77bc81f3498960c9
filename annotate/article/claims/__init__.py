"""Where a claim begins and ends: split rules, features, constraints and the splitter."""

from annotate.article.claims.assertion import asserts, has_predicate, is_silent
from annotate.article.claims.splitter import claims_of, split_claims

__all__ = ["asserts", "claims_of", "has_predicate", "is_silent", "split_claims"]
