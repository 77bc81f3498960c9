"""What is to check: the checkable facts of a project in the order of the desk's own priority."""

from annotate.order import SIGNS, Weights, Worthiness
from annotate.report.checks.table import CHECKS_COLUMNS, checks_table, rank_of
from annotate.report.checks.worthiness import our_weights, worthiness_of

__all__ = [
    "CHECKS_COLUMNS",
    "SIGNS",
    "Weights",
    "Worthiness",
    "checks_table",
    "our_weights",
    "rank_of",
    "worthiness_of",
]
