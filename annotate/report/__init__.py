"""Judgements to tables, figures of agreement and a page; everything that knows pandas.

A file here imports only from those above it: articles, judgements, consensus, agreement, html, tables.
"""

from annotate.report.agreement import alpha, cohen_kappa, fleiss_kappa, percent_agreement
from annotate.report.consensus import consensus
from annotate.report.judgements import claims_frame, judgements_frame
from annotate.report.tables import read_csv, write_csv, write_tables

__all__ = [
    "alpha",
    "claims_frame",
    "cohen_kappa",
    "consensus",
    "fleiss_kappa",
    "judgements_frame",
    "percent_agreement",
    "read_csv",
    "write_csv",
    "write_tables",
]
