"""What happens while a desk is watched: events, and problems that are named once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

What = Literal["watching", "pushed", "cut", "pulled", "reported", "problem", "again", "note", "stopped"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: what, where, and in words what came of it.

    A `problem` is said once and goes on until `again` is said of the same place, or the place is forgotten.
    """

    what: What
    where: str
    detail: str = ""

    @property
    def is_work(self) -> bool:
        """Whether it is what a watch is for, and not a message about it."""
        return self.what in ("pushed", "cut", "pulled", "reported")


Tell = Callable[[Event], None]


@dataclass
class Problems:
    """The problems that are not over yet, by place; each is told once, and again only if its words change.

    What `may_be_away` is away in other words from one moment to the next: that is one problem.
    """

    tell: Tell
    may_be_away: frozenset[str] = frozenset()
    _open: dict[str, str] = field(default_factory=dict)

    def say(self, where: str, why: str) -> None:
        """Tell a problem, unless it was told before."""
        is_known = where in self._open and (where in self.may_be_away or self._open[where] == why)
        self._open[where] = why
        if not is_known:
            self.tell(Event("problem", where, why))

    def over(self, where: str, *, told: str = "") -> None:
        """Forget the problem of a place; tell it in these words, where there was one."""
        if self._open.pop(where, None) is not None and told:
            self.tell(Event("again", where, told))
