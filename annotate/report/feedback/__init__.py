"""What an annotator is told afterwards: where the desk decided otherwise, and by which rule."""

from annotate.report.feedback.differences import (
    FEEDBACK_COLUMNS,
    PEOPLE_COLUMNS,
    Difference,
    Feedback,
    feedback_frame,
    feedback_of_all,
    people_frame,
)
from annotate.report.feedback.html import feedback_page, lead
from annotate.report.feedback.people import file_names, find_person

__all__ = [
    "FEEDBACK_COLUMNS",
    "PEOPLE_COLUMNS",
    "Difference",
    "Feedback",
    "feedback_frame",
    "feedback_of_all",
    "feedback_page",
    "file_names",
    "find_person",
    "lead",
    "people_frame",
]
