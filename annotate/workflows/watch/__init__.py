"""Watching: new articles of a folder, a feed or a project are pushed, and answers pulled and reported."""

from annotate.workflows.watch.events import Event
from annotate.workflows.watch.watching import watch

__all__ = ["Event", "watch"]
