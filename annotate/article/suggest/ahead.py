"""Suggestions for many claims at a time, in a thread of their own while the next sentences are parsed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from annotate.article.suggest.features import Part
from annotate.article.suggest.suggester import suggest
from annotate.model import Span, Suggestion

#: Claims that are weighed together: a short article needs no thread.
TOGETHER = 128
#: Such groups that wait at most: each holds the parses of its sentences.
WAITING = 2

Suggestions = dict[Span, Suggestion | None]


class Ahead:
    """Takes claims one by one, and gives back the suggestion of each at the end."""

    def __init__(self) -> None:
        self._group: list[tuple[Span, Part]] = []
        self._running: deque[Future[Suggestions]] = deque()
        self._thread: ThreadPoolExecutor | None = None
        self._done: Suggestions = {}

    def add(self, span: Span, part: Part) -> None:
        """Take the claim at `span`; once there are enough, they are weighed."""
        self._group.append((span, part))
        if len(self._group) == TOGETHER:
            if self._thread is None:  # what weighs is loaded here: memory freed in a thread stays with it
                self._done |= _weighed(self._group)
                self._thread = ThreadPoolExecutor(1, "suggestions")
            else:
                self._running.append(self._thread.submit(_weighed, self._group))
            self._group = []
        while len(self._running) > WAITING:
            self._done |= self._running.popleft().result()

    def suggestions(self) -> Suggestions:
        """Return the suggestions of all claims by their spans."""
        self._done |= _weighed(self._group)
        for each in self._running:
            self._done |= each.result()
        if self._thread is not None:
            self._thread.shutdown()
        return self._done


def _weighed(group: Sequence[tuple[Span, Part]]) -> Suggestions:
    suggested = suggest([part for _, part in group])
    return {span: each for (span, _), each in zip(group, suggested, strict=True)}
