"""Judgements to tables, figures of agreement and a page; everything that knows pandas."""

import pandas as pd

from annotate.report.adjudication import Adjudication, review
from annotate.report.exports import write_desk
from annotate.report.feedback import (
    Difference,
    Feedback,
    feedback_frame,
    feedback_of_all,
    feedback_page,
    file_names,
    find_person,
    lead,
    people_frame,
)
from annotate.report.folders import (
    folder_of_claims,
    folders_with_answers,
    forget_model,
    project_folder,
    pulled_folder,
    pulled_folders,
    write_feedback,
    write_model,
)
from annotate.report.frames import (
    Answers,
    Done,
    Learnt,
    Lesson,
    claims_frame,
    claims_table,
    done_by_people,
    evaluate,
    judgements_frame,
    learn,
    lessons_of,
    our_aliases,
    read_answers,
)
from annotate.report.links import move_links
from annotate.report.page import GivenAnswer, Held, ReviewedClaim, ReviewList, questions_at_issue, review_list
from annotate.report.pending import Pending, PendingDecisions
from annotate.report.raw_answers import LastPull, Pulled, keep_raw, read_raw, write_pull
from annotate.report.sheets import (
    BOM,
    EditedSheet,
    csv_text,
    read_csv,
    read_edited_sheet,
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
from annotate.report.writing import write_judgements, write_tables

# Text as Python holds it: Arrow's strings raise at half a character before we can say where it stands.
pd.set_option("mode.string_storage", "python")

__all__ = [
    "BOM",
    "Adjudication",
    "Answers",
    "Difference",
    "Done",
    "EditedSheet",
    "Feedback",
    "GivenAnswer",
    "Held",
    "LastPull",
    "Learnt",
    "Lesson",
    "Pending",
    "PendingDecisions",
    "Pulled",
    "ReviewList",
    "ReviewedClaim",
    "alpha",
    "bootstrap_interval",
    "claims_frame",
    "claims_table",
    "cohen_kappa",
    "consensus",
    "csv_text",
    "done_by_people",
    "evaluate",
    "feedback_frame",
    "feedback_of_all",
    "feedback_page",
    "file_names",
    "find_person",
    "fleiss_kappa",
    "folder_of_claims",
    "folders_with_answers",
    "forget_model",
    "gwet_ac1",
    "judgements_frame",
    "keep_raw",
    "lead",
    "learn",
    "lessons_of",
    "move_links",
    "our_aliases",
    "people_frame",
    "percent_agreement",
    "project_folder",
    "pulled_folder",
    "pulled_folders",
    "questions_at_issue",
    "read_answers",
    "read_csv",
    "read_edited_sheet",
    "read_raw",
    "replace_file",
    "review",
    "review_list",
    "write_csv",
    "write_desk",
    "write_feedback",
    "write_judgements",
    "write_model",
    "write_pull",
    "write_tables",
    "written_into",
]
