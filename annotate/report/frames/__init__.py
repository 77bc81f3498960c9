"""Frames and tables from raw answers."""

from annotate.report.frames.aliases import Aliases, our_aliases
from annotate.report.frames.articles import Restored
from annotate.report.frames.changes import CHANGES_COLUMNS, changes_table
from annotate.report.frames.columns import (
    Column,
    Columns,
    cells_of,
    declare,
    dtype_of,
    frame_of,
    integer,
    label_columns,
    names_of,
    number,
    text,
    typed,
)
from annotate.report.frames.comparison import SettledClaim, as_sent, settled_claims, suggester_figures
from annotate.report.frames.evaluation import evaluate
from annotate.report.frames.explanations import why_withheld
from annotate.report.frames.figures import Done, agreement_table, done_by_people
from annotate.report.frames.judgements import (
    JUDGEMENTS_COLUMNS,
    WHY_NOT,
    Answers,
    answers_of,
    claims_frame,
    decisions,
    judgements_frame,
    read_answers,
    votes,
)
from annotate.report.frames.learning import Learnt, Lesson, learn, lessons_of
from annotate.report.frames.tables import (
    CLAIMS_COLUMNS,
    SOURCES_COLUMNS,
    answers_given,
    claims_table,
    disputes_table,
    sources_table,
)

__all__ = [
    "CHANGES_COLUMNS",
    "CLAIMS_COLUMNS",
    "JUDGEMENTS_COLUMNS",
    "SOURCES_COLUMNS",
    "WHY_NOT",
    "Aliases",
    "Answers",
    "Column",
    "Columns",
    "Done",
    "Learnt",
    "Lesson",
    "Restored",
    "SettledClaim",
    "agreement_table",
    "answers_given",
    "answers_of",
    "as_sent",
    "cells_of",
    "changes_table",
    "claims_frame",
    "claims_table",
    "decisions",
    "declare",
    "disputes_table",
    "done_by_people",
    "dtype_of",
    "evaluate",
    "frame_of",
    "integer",
    "judgements_frame",
    "label_columns",
    "learn",
    "lessons_of",
    "names_of",
    "number",
    "our_aliases",
    "read_answers",
    "settled_claims",
    "sources_table",
    "suggester_figures",
    "text",
    "typed",
    "votes",
    "why_withheld",
]
