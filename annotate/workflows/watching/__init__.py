"""Watching: new articles of a folder, a feed or a project are pushed, and answers pulled and reported."""

from annotate.workflows.watching.events import Event
from annotate.workflows.watching.rounds import watch

__all__ = ["Event", "watch"]
