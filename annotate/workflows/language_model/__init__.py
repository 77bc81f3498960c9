"""A language model that suggests labels: opened by the settings, asked, compared with other suggesters."""

from annotate.workflows.language_model.opening import NAME, open_model, place_of
from annotate.workflows.language_model.suggesting import ask_model, suggest_by_model

__all__ = ["NAME", "ask_model", "open_model", "place_of", "suggest_by_model"]
