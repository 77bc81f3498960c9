"""A language model that suggests labels; `comparing`, which loads pandas, is imported by itself."""

from annotate.workflows.language_model.opening import NAME, open_model, place_of
from annotate.workflows.language_model.suggesting import suggest_by_model

__all__ = ["NAME", "open_model", "place_of", "suggest_by_model"]
