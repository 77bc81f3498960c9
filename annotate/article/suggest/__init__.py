"""Suggested labels: features, suggesters and their weights."""

from annotate.article.suggest.ahead import Ahead
from annotate.article.suggest.features import Part
from annotate.article.suggest.judgement import in_context
from annotate.article.suggest.label_weights import Shift, shift_text
from annotate.article.suggest.model import SUGGESTED, Model
from annotate.article.suggest.suggester import Suggester, choose, probabilities, suggester, use

__all__ = [
    "SUGGESTED",
    "Ahead",
    "Model",
    "Part",
    "Shift",
    "Suggester",
    "choose",
    "in_context",
    "probabilities",
    "shift_text",
    "suggester",
    "use",
]
