"""Counts, agreement and consensus."""

from annotate.report.stats import formulas
from annotate.report.stats.agreement import (
    agreement,
    alpha,
    cohen_kappa,
    figure,
    fleiss_kappa,
    gwet_ac1,
    headlines,
    percent_agreement,
)
from annotate.report.stats.agreement_counts import Tally, tally
from annotate.report.stats.consensus import PROGRESS, STATUSES, Method, consensus
from annotate.report.stats.counts import (
    Counts,
    Kinds,
    claim_codes,
    count_table,
    kinds,
    majority,
)
from annotate.report.stats.intervals import Interval, bootstrap_interval, interval
from annotate.report.stats.proportions import fisher_lower, wilson_interval

__all__ = [
    "PROGRESS",
    "STATUSES",
    "Counts",
    "Interval",
    "Kinds",
    "Method",
    "Tally",
    "agreement",
    "alpha",
    "bootstrap_interval",
    "claim_codes",
    "cohen_kappa",
    "consensus",
    "count_table",
    "figure",
    "fisher_lower",
    "fleiss_kappa",
    "formulas",
    "gwet_ac1",
    "headlines",
    "interval",
    "kinds",
    "majority",
    "percent_agreement",
    "tally",
    "wilson_interval",
]
