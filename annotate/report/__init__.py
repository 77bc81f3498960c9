"""Judgements to tables, figures of agreement and a page; everything that knows pandas.

A file here imports only from those named before it: articles, judgements, counts, dawid_skene, consensus,
formulas, tally, sums, agreement, intervals, readings, aliases, figures, tables, evaluation, desk, cluster,
parquet, changes, cells, adjudication, shown, filters, paragraphs, html, sheet, history, returned, carried,
handover, exports, learning.
"""

import pandas as pd

from annotate.report.adjudication import Adjudication, weigh
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
from annotate.report.frames import (
    Learnt,
    Lesson,
    annotator_name,
    claims_frame,
    done_by_people,
    evaluate,
    judgements_frame,
    learn,
    lessons_of,
    our_aliases,
    read_answers,
)
from annotate.report.sheets import (
    BOM,
    Returned,
    csv_text,
    read_csv,
    read_returned,
    replace_file,
    write_csv,
    written_into,
)
from annotate.report.stats import (
    alpha,
    bootstrap_interval,
    cohen_kappa,
    consensus,
    fleiss_kappa,
    gwet_ac1,
    percent_agreement,
)

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
