"""Suggests by sentence vectors beside the signs: the best. Without its packages `lexical` stands in."""

from __future__ import annotations

from dataclasses import replace

from annotate.article.nlp import embeddings
from annotate.article.suggest.model import Model, shipped_model


def load() -> Model:
    """Return the suggester as it is shipped."""
    why_not = embeddings.missing()
    return replace(shipped_model("lexical"), why_not=why_not) if why_not else shipped_model("vectors")
