"""Spellings that count as one: the two ways in which texts are compared."""

from __future__ import annotations

import unicodedata


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
