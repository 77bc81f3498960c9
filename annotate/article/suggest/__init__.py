"""Suggested labels: features, suggesters and their weights."""

from annotate.article.suggest.features import Part
from annotate.article.suggest.label_weights import Seen, Shift, shift_text
from annotate.article.suggest.suggesters import (
    CHOICES,
    SUGGESTED,
    Choice,
    Suggester,
    choose,
    probabilities,
    suggest,
    suggester,
    use,
)

__all__ = [
    "CHOICES",
    "SUGGESTED",
    "Choice",
    "Part",
    "Seen",
    "Shift",
    "Suggester",
    "choose",
    "probabilities",
    "shift_text",
    "suggest",
    "suggester",
    "use",
]
