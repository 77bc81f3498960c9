"""Counts, agreement and consensus."""

from annotate.report.stats import formulas
from annotate.report.stats.agreement import (
    against_others,
    agreement,
    alpha,
    cohen_kappa,
    figure,
    fleiss_kappa,
    gwet_ac1,
    headlines,
    percent_agreement,
)
from annotate.report.stats.agreement_counts import (
    Coded,
    Tally,
    add_kinds,
    coded,
    merge,
    partial,
    tally,
    tally_by,
)
from annotate.report.stats.consensus import PROGRESS, STATUSES, Method, consensus
from annotate.report.stats.counts import (
    Codes,
    Counts,
    Kinds,
    claim_codes,
    count_table,
    few_codes,
    kinds,
    majority,
)
from annotate.report.stats.intervals import Interval, bootstrap_interval, interval

__all__ = [
    "PROGRESS",
    "STATUSES",
    "Coded",
    "Codes",
    "Counts",
    "Interval",
    "Kinds",
    "Method",
    "Tally",
    "add_kinds",
    "against_others",
    "agreement",
    "alpha",
    "bootstrap_interval",
    "claim_codes",
    "coded",
    "cohen_kappa",
    "consensus",
    "count_table",
    "few_codes",
    "figure",
    "fleiss_kappa",
    "formulas",
    "gwet_ac1",
    "headlines",
    "interval",
    "kinds",
    "majority",
    "merge",
    "partial",
    "percent_agreement",
    "tally",
    "tally_by",
]
