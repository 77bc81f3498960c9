"""The weights of features: whole numbers, so that the same parse gives the same cuts on every machine.

A cut is made where the weights of a place's features add up to zero or more; one thousand is a factor of e in
the odds. So a cut can be explained by its heaviest features. One that training never met weighs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from annotate.errors import BadInput

FORMAT = 1

FeatureWeights = Mapping[str, int]


def speaks_for_cut(features: Iterable[str], weights: FeatureWeights) -> bool:
    """Return whether the features of a place together speak for a cut.

    >>> weights = {"any": -900, "word=but": 700, "arc=>conj": 400}
    >>> speaks_for_cut({"any", "word=but", "arc=>conj"}, weights), speaks_for_cut({"any"}, weights)
    (True, False)
    """
    return sum(weights.get(feature, 0) for feature in features) >= 0


def read_feature_weights(text: str, *, source: str) -> FeatureWeights:
    """Read the weights that `training/claims.py` writes; `source` is where they stand.

    Raises:
        BadInput: where they are damaged.
    """
    try:
        table = json.loads(text)
        if table["format"] != FORMAT:
            raise ValueError(f"format {table['format']!r}, not {FORMAT}")
        weights = table["marks"]
        if not all(type(weight) is int for weight in weights.values()) or "any" not in weights:
            raise ValueError("a weight is missing or not a whole number")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise BadInput(f"{source} has no usable weights ({why}): install claimdesk again") from error
    return dict(weights)


def feature_weights_text(weights: FeatureWeights, **facts: object) -> str:
    """Return weights as JSON, one feature a line, with facts for a reader before them."""
    kept = {mark: weights[mark] for mark in sorted(weights) if weights[mark] or mark == "any"}
    return json.dumps({"format": FORMAT, **facts, "marks": kept}, ensure_ascii=False, indent=1) + "\n"
