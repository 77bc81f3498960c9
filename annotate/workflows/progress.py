"""What a workflow reports while it works, and what it asks: the command line and a notebook listen alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import annotate.report as tables
    from annotate import studio
    from annotate.order import Placed

#: Answers a question with yes or no; `None` in its place means that nobody can be asked.
Confirm = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class PushedArticle:
    """What a push did with one article, or in a dry run would do, as counts of claims.

    `sent` claims are the new and the reworded ones, `unchanged` were in Label Studio before; `changed` counts
    rewordings, `gone` claims of earlier versions that stay there. `url` is the project's, empty in a dry run
    that would make it.
    """

    article_id: str
    project: str
    url: str
    sent: int
    unchanged: int
    changed: int
    gone: int


class Progress:
    """Receives what happens during a workflow and ignores it; derive from it to use a part."""

    def note(self, message: str) -> None:
        """Receive a message for a person, in one line."""

    def count(self, action: str) -> AbstractContextManager[Callable[[int, int], None]]:
        """Return a context around work that is counted; it yields a function of (done, total)."""
        return nullcontext(lambda done, total: None)

    def wait(self, action: str) -> AbstractContextManager[Callable[[str], None]]:
        """Return a context around work without a count; it yields a function of a newer message."""
        return nullcontext(lambda message: None)

    def planned(self, plan: studio.Plan, *, title: str, dry_run: bool) -> None:
        """Receive what a push would do with one article in the project of this title."""

    def ordered(self, claims: Sequence[Placed]) -> None:
        """Receive the claims that a push would send, in their order, where that is not the article's."""

    def hidden(self, unshown: studio.Unshown) -> None:
        """Receive what annotators are not shown of the project, which the push is about to repair."""

    def pushed(self, article: PushedArticle) -> None:
        """Receive an article whose claims were sent."""

    def reviewed(self, review: tables.Adjudication, *, sheet: str, claims: Mapping[str, str]) -> None:
        """Receive what an editor's sheet decides, before it is written; `claims` are words by claim id."""


SILENT = Progress()
