"""Spellings that count as one, the two ways in which texts are compared; counts and paths in words."""

from __future__ import annotations

import unicodedata
from pathlib import Path


def fold(text: str) -> str:
    """Return a text for comparison: Unicode NFC, single spaces, stripped, and case-folded.

    Names of sources, labels and columns are joined by it.

    >>> fold(" The  Mayor") == fold("the mayor")
    True
    """
    return fold_spaces(text).casefold()


def fold_spaces(text: str) -> str:
    """Return a text in Unicode NFC, with single spaces, and stripped; case is kept.

    Claim ids and project keys are digests of it. Case is kept there on purpose: ids that have been written
    must stay as they are, and "May" and "may" are different words of a claim.

    >>> fold_spaces(" The  Mayor")
    'The Mayor'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, in the plural where that is wanted.

    >>> counted(1, "claim"), counted(2000, "claim")
    ('1 claim', '2,000 claims')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def display_path(path: Path) -> str:
    """Return a path relative to the current folder where it lies in it, else as it is."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
