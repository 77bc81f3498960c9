"""Suggests by sentence vectors beside the signs, or by an estimate of them where that is sure: the best.

Without its packages `lexical` stands in.
"""

from __future__ import annotations

from dataclasses import replace

from annotate.article.nlp import embeddings
from annotate.article.suggest.model import Model, shipped_estimate, shipped_model


def load() -> Model:
    """Return the suggester as it is shipped."""
    why_not = embeddings.missing()
    if why_not:
        return replace(shipped_model("lexical"), why_not=why_not)
    return replace(shipped_model("vectors"), first=shipped_estimate())
