"""Frames and tables from raw answers."""

from annotate.report.frames.aliases import Aliases, our_aliases
from annotate.report.frames.articles import Restored
from annotate.report.frames.changes import changes_table
from annotate.report.frames.evaluation import evaluate
from annotate.report.frames.explanations import why_withheld
from annotate.report.frames.figures import agreement_table, done_by_people
from annotate.report.frames.judgements import (
    FLOATS,
    INTEGERS,
    JUDGEMENTS_COLUMNS,
    WHY_NOT,
    Answers,
    Raw,
    annotator_name,
    claims_frame,
    decisions,
    judgements_frame,
    read_answers,
    typed,
    votes,
)
from annotate.report.frames.learning import Learnt, Lesson, learn, lessons_of
from annotate.report.frames.tables import (
    CLAIMS_COLUMNS,
    claims_table,
    disputes_table,
    sources_table,
    with_tasks,
)

__all__ = [
    "CLAIMS_COLUMNS",
    "FLOATS",
    "INTEGERS",
    "JUDGEMENTS_COLUMNS",
    "WHY_NOT",
    "Aliases",
    "Answers",
    "Learnt",
    "Lesson",
    "Raw",
    "Restored",
    "agreement_table",
    "annotator_name",
    "changes_table",
    "claims_frame",
    "claims_table",
    "decisions",
    "disputes_table",
    "done_by_people",
    "evaluate",
    "judgements_frame",
    "learn",
    "lessons_of",
    "our_aliases",
    "read_answers",
    "sources_table",
    "typed",
    "votes",
    "why_withheld",
    "with_tasks",
]
