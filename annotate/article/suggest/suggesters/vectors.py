"""Suggests by sentence vectors beside the signs, where `lexical` is not sure: the best.

Without its packages `lexical` stands in.
"""

from __future__ import annotations

from dataclasses import replace

from annotate.article.nlp import embeddings
from annotate.article.suggest.model import Model, shipped_model


def load() -> Model:
    """Return the suggester as it is shipped."""
    why_not = embeddings.missing()
    lexical = shipped_model("lexical")
    if why_not:
        return replace(lexical, why_not=why_not)
    return replace(shipped_model("vectors"), first=lexical.weights)
