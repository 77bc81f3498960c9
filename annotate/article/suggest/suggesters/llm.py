"""Suggests by a language model; see `annotate.article.suggest.llm` and `annotate.workflows.language_model`.

A model is asked about whole articles, after they have been broken into claims. What suggests before that, and
wherever there is no usable answer, is the default.
"""

from __future__ import annotations

from typing import cast

from annotate.article.suggest.model import Model
from annotate.registry import SUGGESTERS


def load() -> Model:
    """Return the suggester that stands in for the model."""
    return cast("Model", SUGGESTERS.load(SUGGESTERS.default))
