"""A fast estimate of what a sentence vector would say: the mean of scores of the claim's word pieces.

Each head of a model that reads sentence vectors gives a number to a vector. `training/pieces.py` fits, for
each word piece and head, a score whose mean over a claim's pieces estimates this number. Where the odds that
follow are far enough from even, the vector would hardly ever change the label, and the network is not asked.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from annotate.article.nlp import embeddings
from annotate.article.suggest.features import RULED, SIGNS
from annotate.article.suggest.label_weights import HEADS, Numbers, Weights
from annotate.errors import BadInput

#: What counts for a claim without word pieces.
NOTHING = np.zeros(len(HEADS))


@dataclass(frozen=True, eq=False)
class PieceWeights:
    """Scores of word pieces (a row each, in units of `steps`), and weights that read their means as a vector.

    Log odds of `sure` or more, either way, are taken for what the network would say (see `is_sure`).
    """

    weights: Weights
    scores: npt.NDArray[np.int16]
    steps: Numbers
    sure: float

    def row(self, signs: Sequence[float], words: str) -> Numbers:
        """Return a claim as a row of numbers."""
        return self.weights.row(signs, words, self.estimate(words))

    def estimate(self, words: str) -> Numbers:
        """Return what each head makes of the words."""
        pieces = embeddings.pieces_of(words)[1:-1]
        return self.scores[pieces].mean(axis=0) * self.steps if pieces else NOTHING


def is_sure(odds: float, signs: Sequence[float], *, sure: float) -> bool:
    """Return whether estimated log odds of an opinion decide.

    They do from `sure` on, but for a fact only where no sign is on whose opinions the codebook rules.
    """
    ruled = any(sign and rule.name in RULED for sign, rule in zip(signs, SIGNS, strict=True))
    return odds >= sure or (odds <= -sure and not ruled)


def estimating(weights: Weights) -> Weights:
    """Return the weights of a model for rows that hold one number for each head in place of a vector."""
    reading = 2 + len(weights.signs)
    units = dict(zip(HEADS, np.eye(len(HEADS)), strict=True))
    heads = {name: np.concatenate([weights.heads[name][:reading], units[name]]) for name in HEADS}
    return replace(weights, center=np.zeros(len(HEADS)), scale=1.0, heads=heads)


def read_piece_weights(text: str, weights: Weights, *, source: str) -> PieceWeights:
    """Read scores from the file `source`, fitted for `weights`.

    Raises:
        BadInput: if they are damaged, or fitted for other weights.
    """
    try:
        table = json.loads(text)
        if table["of"] != digest_of(weights):
            raise ValueError(f"fitted for other weights than those of {weights.name}")
        numbers = np.frombuffer(base64.b85decode(table["scores"]), dtype="<i2").reshape(-1, len(HEADS))
        steps, sure = np.array([table["steps"][head] for head in HEADS], dtype=float), float(table["sure"])
        if len(numbers) != table["pieces"] or not np.isfinite([*steps, sure]).all():
            raise ValueError("scores are missing")
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{source} has no usable scores ({error}): install claimdesk again") from error
    return PieceWeights(estimating(weights), numbers.astype(np.int16), steps, sure)


def piece_weights_text(scores: Numbers, weights: Weights, *, sure: float) -> str:
    """Return scores, a row for each word piece and a column for each of `HEADS`, as JSON."""
    steps = np.abs(scores).max(axis=0) / np.iinfo(np.int16).max
    numbers = np.round(scores / steps).astype("<i2")
    table = {
        "of": digest_of(weights),
        "sure": sure,
        "pieces": len(numbers),
        "steps": dict(zip(HEADS, steps.tolist(), strict=True)),
        "scores": base64.b85encode(numbers.tobytes()).decode("ascii"),
    }
    return json.dumps(table) + "\n"


def digest_of(weights: Weights) -> str:
    """Return twelve hex digits that change with a model's weights."""
    numbers = (weights.heads[name] for name in HEADS)
    whole = np.concatenate([*numbers, weights.center, [weights.scale, *weights.temper]])
    return hashlib.sha256(whole.astype("<f8").tobytes()).hexdigest()[:12]
