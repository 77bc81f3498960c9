"""The weights of marks: whole numbers, so that the same parse gives the same cuts on every machine.

A cut is made where the weights of a place's marks add up to zero or more; one thousand is a factor of e in
the odds. So a cut can be explained by its heaviest marks. A mark that training never met weighs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from annotate.errors import BadInput

FORMAT = 1

MarkWeights = Mapping[str, int]


def speaks_for_cut(marks: Iterable[str], weights: MarkWeights) -> bool:
    """Return whether the marks of a place together speak for a cut.

    >>> weights = {"any": -900, "word=but": 700, "arc=>conj": 400}
    >>> speaks_for_cut({"any", "word=but", "arc=>conj"}, weights), speaks_for_cut({"any"}, weights)
    (True, False)
    """
    return sum(weights.get(mark, 0) for mark in marks) >= 0


def read_mark_weights(text: str, *, source: str) -> MarkWeights:
    """Read the weights that `training/claims.py` writes; `source` is where they stand.

    Raises:
        BadInput: where they are damaged.
    """
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise ValueError(f"format {told['format']!r}, not {FORMAT}")
        weights = told["marks"]
        if not all(type(weight) is int for weight in weights.values()) or "any" not in weights:
            raise ValueError("a weight is missing or no whole number")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise BadInput(f"{source} holds no weights of marks ({why}): install claimdesk again") from error
    return dict(weights)


def mark_weights_text(weights: MarkWeights, **facts: object) -> str:
    """Return weights as JSON, one a line in the order of their marks, with facts for a reader before them."""
    kept = {mark: weights[mark] for mark in sorted(weights) if weights[mark] or mark == "any"}
    return json.dumps({"format": FORMAT, **facts, "marks": kept}, ensure_ascii=False, indent=1) + "\n"
