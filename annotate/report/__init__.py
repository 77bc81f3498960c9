"""Judgements to tables, figures of agreement and a page; everything that knows pandas.

A file here imports only from those named before it: articles, judgements, counts, dawid_skene, consensus,
formulas, agreement, intervals, readings, figures, tables, html, sheet, exports.
"""

from annotate.report.agreement import alpha, cohen_kappa, fleiss_kappa, gwet_ac1, percent_agreement
from annotate.report.consensus import consensus
from annotate.report.exports import pulled_folder, read_raw, write_judgements, write_raw, write_tables
from annotate.report.intervals import bootstrap_interval
from annotate.report.judgements import claims_frame, judgements_frame
from annotate.report.sheet import BOM, csv_text, read_csv, write_csv

__all__ = [
    "BOM",
    "alpha",
    "bootstrap_interval",
    "claims_frame",
    "cohen_kappa",
    "consensus",
    "csv_text",
    "fleiss_kappa",
    "gwet_ac1",
    "judgements_frame",
    "percent_agreement",
    "pulled_folder",
    "read_csv",
    "read_raw",
    "write_csv",
    "write_judgements",
    "write_raw",
    "write_tables",
]
