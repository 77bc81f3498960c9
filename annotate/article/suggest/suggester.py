"""What a suggester is, and which one is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from annotate.article.suggest.features import Part
from annotate.article.suggest.model import Model
from annotate.labels import LABELS
from annotate.model import Label, Suggestion
from annotate.registry import SUGGESTERS


class Suggester(Protocol):
    """Suggests labels for claims, many at a time.

    A claim gets the same suggestion in any company. Suggesters are sent to worker processes by pickle.
    """

    @property
    def name(self) -> str:
        """Its name and version, which each suggestion carries."""

    @property
    def why_not(self) -> str:
        """Why it is not the suggester that was asked for; empty if it is."""

    def suggest(self, parts: Sequence[Part], /) -> list[Suggestion]:
        """Return a suggestion for each part."""

    def probabilities(self, parts: Sequence[Part], /) -> list[dict[Label, float]]:
        """Return for each part the probability of each label that can be suggested; they sum to 1."""


_chosen: list[Suggester] = []


def choose(name: str = SUGGESTERS.default, *, taught: str = "", source: str = "") -> Suggester:
    """Set what suggests labels from now on, and return it.

    Args:
        name: the suggester that is wanted.
        taught: what a desk taught it, as `learn` wrote it; empty for the model as it was shipped.
        source: the file it comes from, for messages.

    Raises:
        UsageError: if there is no suggester of this name.
        BadInput: if what was taught is damaged.
    """
    chosen: Suggester = SUGGESTERS.load(name)
    if taught and isinstance(chosen, Model):
        chosen = chosen.taught(taught, source=source)
    use(chosen)
    return chosen


def use(chosen: Suggester) -> None:
    """Set what suggests labels to what another process chose."""
    _chosen[:] = [chosen]


def suggester() -> Suggester:
    """Return what suggests labels: what was chosen, else the default."""
    return _chosen[0] if _chosen else choose()


def suggest(parts: Sequence[Part]) -> list[Suggestion | None]:
    """Return a suggestion for each part; none where the likeliest label is not one of the desk's."""
    return [each if each.label in LABELS else None for each in suggester().suggest(parts)]


def probabilities(parts: Sequence[Part]) -> list[dict[Label, float]]:
    """Return for each part the probability of each label that can be suggested."""
    return suggester().probabilities(parts)
