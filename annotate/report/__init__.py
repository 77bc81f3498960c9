"""Judgements to tables, figures of agreement and a page; everything that knows pandas.

A file here imports only from those named before it: articles, judgements, consensus, agreement, aliases,
tables, html, sheet, returned, handover, exports.
"""

from annotate.report.agreement import alpha, cohen_kappa, fleiss_kappa, percent_agreement
from annotate.report.consensus import consensus
from annotate.report.exports import pulled_folder, read_raw, write_judgements, write_raw, write_tables
from annotate.report.judgements import claims_frame, judgements_frame
from annotate.report.returned import Returned, read_returned
from annotate.report.sheet import BOM, csv_text, read_csv, write_csv

__all__ = [
    "BOM",
    "Returned",
    "alpha",
    "claims_frame",
    "cohen_kappa",
    "consensus",
    "csv_text",
    "fleiss_kappa",
    "judgements_frame",
    "percent_agreement",
    "pulled_folder",
    "read_csv",
    "read_raw",
    "read_returned",
    "write_csv",
    "write_judgements",
    "write_raw",
    "write_tables",
]
