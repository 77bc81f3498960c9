"""A language model that suggests labels: opened by the settings, asked, compared with other suggesters."""

from annotate.workflows.language_model.comparing import compare_suggesters
from annotate.workflows.language_model.opening import NAME, open_model, place_of
from annotate.workflows.language_model.suggesting import suggest_by_model

__all__ = ["NAME", "compare_suggesters", "open_model", "place_of", "suggest_by_model"]
