"""The page for one annotator: one offline file without a script; words of people are escaped."""

from __future__ import annotations

from functools import cache

import jinja2

from annotate.report.feedback.differences import Feedback
from annotate.report.page import linked, moment, offline_environment
from annotate.studio import PulledProject
from annotate.text import counted


def feedback_page(feedback: Feedback, project: PulledProject, *, with_names: bool = False) -> str:
    """Return the feedback to one annotator as an HTML file.

    Args:
        feedback: to whom, and what.
        project: the pulled project.
        with_names: also say who of the other annotators answered what.
    """
    return _template().render(
        feedback=feedback,
        lead=lead(feedback),
        title=project.title or "Untitled project",
        pulled_at=moment(project.pulled_at),
        with_names=with_names,
    )


def lead(feedback: Feedback) -> str:
    """Say in a sentence or two how far an annotator and the desk agree.

    >>> lead(Feedback("Ada Lund", judged=60, compared=57, agree=49, undecided=1, differences=()))
    'Of 57 claims, you and the desk agree on 49. 1 claim of yours is not decided yet.'
    """
    if not feedback.compared:
        return "None of the claims that you judged is settled yet, so there is nothing to compare."
    claims = counted(feedback.compared, "claim")
    if feedback.agree == feedback.compared:
        said = f"You and the desk agree on {'all ' if feedback.compared > 1 else ''}{claims}."
    else:
        said = f"Of {claims}, you and the desk agree on {feedback.agree:,}."
    if sources := feedback.other_source:
        said += f" On {sources:,} of these the desk names another source."
    if waiting := feedback.undecided:
        said += f" {counted(waiting, 'claim')} of yours {'is' if waiting == 1 else 'are'} not decided yet."
    return said


@cache
def _template() -> jinja2.Template:
    environment = offline_environment("annotate.report.feedback", "feedback.css")
    environment.filters |= {"many": counted, "linked": linked}
    return environment.get_template("feedback.html.j2")
