"""Who says what (first version: nobody)."""

from __future__ import annotations

from annotate.model import Attribution


def find_attributions(text: str) -> list[Attribution]:
    """Give the attributions in `text`, in the order of their cues."""
    return []
