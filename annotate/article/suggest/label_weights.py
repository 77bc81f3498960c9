"""The weights of a suggestion model, read from JSON, and what they make of a claim; pure.

A model sees a claim as a row of numbers: a one, its signs (see `features`), its length, and a reading of its
words: a sentence vector, or which words of a list it contains. Three logistic regressions weigh these rows.
The first estimates how much the claim sounds like speech to people or like writing for readers; the other two
are mixed in these proportions, as different signs mark opinion in a column and in an address. The mixture is
calibrated (`temper`). A desk's own model adds a shift of the log odds, learnt from its judgements.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.errors import BadInput

Numbers = npt.NDArray[np.float64]

HEADS = ("spoken", "register", "written")
#: How the words of a claim, as a whole, speak for a label.
READS_LIKE = {True: "reads like opinion", False: "reads like a statement of fact"}
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d")
LEAST_REASON = 0.1


@dataclass(frozen=True, eq=False)
class Shift:
    """What a desk taught the model `base`: weights that are added to the log odds of an opinion."""

    name: str
    base: str
    weights: Numbers


@dataclass(frozen=True, eq=False)
class Weights:
    """A model: `heads` are its regressions, `words` is empty if it reads sentence vectors."""

    name: str
    signs: tuple[str, ...]
    words: tuple[str, ...]
    center: Numbers
    scale: float
    temper: tuple[float, float]
    heads: Mapping[str, Numbers]

    @property
    def width(self) -> int:
        """The length of a row."""
        return 2 + len(self.signs) + (len(self.words) or len(self.center))

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each word in a reading."""
        return {word: place for place, word in enumerate(self.words)}

    def reading_of(self, words: str) -> Numbers:
        """Return which words of the list a claim contains; each counts once, and less among many."""
        places = sorted({self.places[word] for word in words_of(words) if word in self.places})
        reading = np.zeros(len(self.words))
        reading[places] = self.scale / math.sqrt(len(places) or 1)
        return reading

    def row(self, signs: Sequence[float], words: str, vector: npt.NDArray[Any] | None = None) -> Numbers:
        """Return a claim as a row of numbers; `vector` is its sentence vector, if the model reads those."""
        reading = self.reading_of(words) if vector is None else (vector - self.center) * self.scale
        return np.concatenate(([1.0], signs, [math.log1p(len(words.split()))], reading))

    def odds(self, row: Numbers) -> float:
        """Return the log odds that a claim, carried by its author, is an opinion."""
        register, spoken, written = (
            logistic(float(self.heads[head] @ row)) for head in ("register", "spoken", "written")
        )
        slope, shift = self.temper
        return slope * log_odds(register * spoken + (1 - register) * written) + shift

    def reasons(self, row: Numbers, shift: Shift | None, *, opinion: bool) -> list[str]:
        """Return what speaks for the label, the strongest first: signs, and how the words read."""
        register = logistic(float(self.heads["register"] @ row))
        mixed = register * self.heads["spoken"] + (1 - register) * self.heads["written"]
        speaking = (1 if opinion else -1) * (mixed if shift is None else mixed + shift.weights) * row
        reading = 2 + len(self.signs)
        weights = [*speaking[1 : reading - 1], speaking[reading:].sum()]
        named = zip(weights, (*self.signs, READS_LIKE[opinion]), strict=True)
        return [name for weight, name in sorted(named, reverse=True) if weight > LEAST_REASON]


def words_of(text: str) -> Iterator[str]:
    """Return the words of a text in small letters; each digit is `0`."""
    return ("0" if word[0].isdigit() else word[0].lower() for word in WORD.finditer(text))


def logistic(score: float) -> float:
    """Return the probability of log odds."""
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, score))))


def log_odds(probability: float) -> float:
    """Return the log odds of a probability; certainty stays finite."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def read_weights(text: str, signs: Sequence[str], *, source: str) -> Weights:
    """Read a model; `signs` are those that the program measures, `source` is its file.

    Raises:
        BadInput: if it is damaged, or made for other signs.
    """
    try:
        table = json.loads(text)
        if tuple(table["signs"]) != tuple(signs):
            raise ValueError("made for other signs")
        slope, shift = table["temper"]
        weights = Weights(
            name=str(table["name"]),
            signs=tuple(signs),
            words=tuple(table["words"]),
            center=np.array(table["center"], dtype=float),
            scale=float(table["scale"]),
            temper=(float(slope), float(shift)),
            heads={name: _head(table["heads"][name]) for name in HEADS},
        )
        for head in weights.heads.values():
            _check(head, weights.width)
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{source} is not a model of suggestions ({_why(error)}): install claimdesk again"
        ) from error
    return weights


def _head(table: Mapping[str, Any]) -> Numbers:
    return np.array([table["bias"], *table["signs"], table["length"], *table["reading"]], dtype=float)


def _check(weights: Numbers, width: int) -> None:
    if weights.shape != (width,) or not np.isfinite(weights).all():
        raise ValueError("weights are missing")


def read_shift(text: str, weights: Weights, *, source: str) -> Shift:
    """Read what a desk taught.

    Raises:
        BadInput: if it is damaged.
        OtherBase: if it was taught to another model than `weights`.
    """
    try:
        table = json.loads(text)
        shift = Shift(str(table["name"]), str(table["base"]), np.array(table["weights"], dtype=float))
        if shift.base == weights.name:
            _check(shift.weights, weights.width)
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{source} is not a model of suggestions ({_why(error)}): `annotate learn --forget` puts it "
            "away, `annotate learn` makes it again"
        ) from error
    if shift.base != weights.name:
        raise OtherBase(f"{source} ({shift.name}) was learnt on top of {shift.base}, not of {weights.name}")
    return shift


class OtherBase(BadInput):
    """A desk's model that adds to another model than the one in use."""


def _why(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def shift_text(shift: Shift, **facts: Any) -> str:
    """Return what a desk taught as JSON, with facts for a reader beside it."""
    weights = [round(float(weight), 5) for weight in shift.weights]
    table = {"name": shift.name, "base": shift.base, **facts, "weights": weights}
    return json.dumps(table, ensure_ascii=False) + "\n"
