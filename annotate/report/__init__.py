"""Judgements to tables, figures of agreement and a page; everything that knows pandas.

A file here imports only from those named before it: articles, judgements, counts, dawid_skene, consensus,
formulas, tally, sums, agreement, intervals, readings, aliases, figures, tables, evaluation, desk, cluster,
parquet, changes, cells, adjudication, shown, filters, paragraphs, html, sheet, history, returned, carried,
handover, exports, learning.
"""

import pandas as pd

from annotate.report.adjudication import Adjudication, weigh
from annotate.report.agreement import alpha, cohen_kappa, fleiss_kappa, gwet_ac1, percent_agreement
from annotate.report.aliases import our_aliases
from annotate.report.carried import written_into
from annotate.report.cluster import on_cluster
from annotate.report.consensus import consensus
from annotate.report.evaluation import evaluate
from annotate.report.exports import (
    MODEL,
    LastPull,
    folder_of_claims,
    forget_model,
    keep_raw,
    project_folder,
    pulled_folder,
    pulled_folders,
    read_model,
    read_raw,
    write_desk,
    write_judgements,
    write_judgements_of,
    write_model,
    write_pull,
    write_raw,
    write_tables,
)
from annotate.report.figures import done_by_people
from annotate.report.intervals import bootstrap_interval
from annotate.report.judgements import annotator_name, claims_frame, judgements_frame, read_answers
from annotate.report.learning import Learnt, Lesson, learn, lessons_of
from annotate.report.returned import Returned, read_csv, read_returned
from annotate.report.sheet import BOM, csv_text, replace_file, write_csv

# Text as Python holds it: Arrow's strings raise at half a character before we can say where it stands.
pd.set_option("mode.string_storage", "python")

__all__ = [
    "BOM",
    "MODEL",
    "Adjudication",
    "LastPull",
    "Learnt",
    "Lesson",
    "Returned",
    "alpha",
    "annotator_name",
    "bootstrap_interval",
    "claims_frame",
    "cohen_kappa",
    "consensus",
    "csv_text",
    "done_by_people",
    "evaluate",
    "fleiss_kappa",
    "folder_of_claims",
    "forget_model",
    "gwet_ac1",
    "judgements_frame",
    "keep_raw",
    "learn",
    "lessons_of",
    "on_cluster",
    "our_aliases",
    "percent_agreement",
    "project_folder",
    "pulled_folder",
    "pulled_folders",
    "read_answers",
    "read_csv",
    "read_model",
    "read_raw",
    "read_returned",
    "replace_file",
    "weigh",
    "write_csv",
    "write_desk",
    "write_judgements",
    "write_judgements_of",
    "write_model",
    "write_pull",
    "write_raw",
    "write_tables",
    "written_into",
]
