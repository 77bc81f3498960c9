"""Interviews: their labels, their turns, and who is asked."""

from annotate.article.attribution.interviews.turns import Turn, interview_in, kind_of_speaker

__all__ = ["Turn", "interview_in", "kind_of_speaker"]
