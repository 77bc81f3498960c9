"""The weights of a suggestion model, read from JSON, and what they make of a claim; pure.

A model sees a claim as numbers: its signs (see `signs`), its length, and a reading of its words: a sentence
vector, or which words of a list stand in it. Three logistic regressions share these numbers. One tells how
much the claim sounds like speech to people or like writing for readers, and by that share the other two are
mixed: what is opinion in a column is not told by the same signs as in an address. The mixture is brought to
scale (`temper`). A desk's own model adds what its judgements taught, as a shift of the odds; see `Shift`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from annotate.errors import BadInput

Kind = Literal["vectors", "lexical"]
Numbers = npt.NDArray[np.float64]

HEADS = ("spoken", "register", "written")
#: How the words of a claim, as a whole, speak for a label.
READS_LIKE = {True: "reads like opinion", False: "reads like a statement of fact"}
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d")


@dataclass(frozen=True, eq=False)
class Head:
    """One logistic regression: its weights of the signs, of the length, and of the reading."""

    bias: float
    signs: Numbers
    length: float
    reading: Numbers

    def score(self, seen: Seen) -> float:
        """Return the log odds."""
        return float(
            self.bias + self.signs @ seen.signs + self.length * seen.length + self.reading @ seen.reading
        )


@dataclass(frozen=True, eq=False)
class Seen:
    """A claim in numbers; `length` is the logarithm of its words' number and one."""

    signs: Numbers
    length: float
    reading: Numbers

    @property
    def row(self) -> Numbers:
        """All numbers in a row, a one before them, as a `Shift` weighs them."""
        return np.concatenate(([1.0], self.signs, [self.length], self.reading))


@dataclass(frozen=True, eq=False)
class Shift:
    """What a desk taught: weights that are added to the log odds of an opinion, and how they came about."""

    name: str
    base: str
    weights: Numbers

    def score(self, seen: Seen) -> float:
        """Return what is added to the log odds."""
        return float(self.weights @ seen.row)


@dataclass(frozen=True, eq=False)
class Weights:
    """A model: `signs` names what its numbers stand for, `words` is empty where it reads vectors."""

    name: str
    kind: Kind
    signs: tuple[str, ...]
    words: tuple[str, ...]
    center: Numbers
    scale: float
    temper: tuple[float, float]
    heads: Mapping[str, Head]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each word in a reading."""
        return {word: place for place, word in enumerate(self.words)}

    def reading_of(self, words: str) -> Numbers:
        """Read a claim by the words of the list; each counts once, and less among many."""
        found = sorted({self.places[word] for word in words_of(words) if word in self.places})
        reading = np.zeros(len(self.words))
        reading[found] = self.scale / math.sqrt(len(found) or 1)
        return reading

    def seen(self, signs: Sequence[float], words: str, vector: npt.NDArray[Any] | None = None) -> Seen:
        """Put a claim into numbers; `vector` is its sentence vector, where the model reads those."""
        reading = self.reading_of(words) if vector is None else (vector - self.center) * self.scale
        return Seen(
            np.asarray(signs, dtype=float), math.log1p(len(words.split())), np.asarray(reading, dtype=float)
        )

    def odds(self, seen: Seen) -> float:
        """Return the log odds that a claim, carried by its author, is an opinion."""
        share = logistic(self.heads["register"].score(seen))
        spoken, written = (logistic(self.heads[head].score(seen)) for head in ("spoken", "written"))
        slope, shift = self.temper
        return slope * log_odds(share * spoken + (1 - share) * written) + shift

    def reasons(self, seen: Seen, shift: Shift | None, *, opinion: bool) -> list[str]:
        """Name what speaks for the label, the strongest first: signs, and how the words read."""
        share = logistic(self.heads["register"].score(seen))
        mixed = [share * self.heads["spoken"].signs + (1 - share) * self.heads["written"].signs]
        reads = share * self.heads["spoken"].reading + (1 - share) * self.heads["written"].reading
        if shift is not None:
            mixed.append(shift.weights[1 : 1 + len(self.signs)])
            reads = reads + shift.weights[2 + len(self.signs) :]
        toward = 1.0 if opinion else -1.0
        spoken = [
            (float(weight), name)
            for weight, name in zip(toward * sum(mixed) * seen.signs, self.signs, strict=True)
        ]
        spoken.append((toward * float(reads @ seen.reading), READS_LIKE[opinion]))
        return [name for weight, name in sorted(spoken, reverse=True) if weight > 0.1]


def words_of(text: str) -> Iterator[str]:
    """Return the words of a text in small letters; each digit is `0`."""
    return ("0" if found[0].isdigit() else found[0].lower() for found in WORD.finditer(text))


def logistic(score: float) -> float:
    """Return the probability of log odds."""
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, score))))


def log_odds(probability: float) -> float:
    """Return the log odds of a probability; certainty is kept from becoming endless."""
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def read_weights(text: str, signs: Sequence[str], *, source: str) -> Weights:
    """Read a model; `signs` are those that the program measures, `source` is where it stands.

    Raises:
        BadInput: where it is damaged, or made for other signs.
    """
    try:
        told = json.loads(text)
        words, center = tuple(told["words"]), np.array(told["center"], dtype=float)
        slope, shift = told["temper"]
        heads = {name: _head(told["heads"][name], len(signs), len(words) or len(center)) for name in HEADS}
        if tuple(told["signs"]) != tuple(signs):
            raise ValueError("made for other signs")
        return Weights(
            name=str(told["name"]),
            kind="lexical" if words else "vectors",
            signs=tuple(signs),
            words=words,
            center=center,
            scale=float(told["scale"]),
            temper=(float(slope), float(shift)),
            heads=heads,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{source} is no model of suggestions ({_why(error)}): install claimdesk again"
        ) from error


def _head(told: Mapping[str, Any], signs: int, width: int) -> Head:
    head = Head(
        bias=float(told["bias"]),
        signs=np.array(told["signs"], dtype=float),
        length=float(told["length"]),
        reading=np.array(told["reading"], dtype=float),
    )
    if head.signs.shape != (signs,) or head.reading.shape != (width,):
        raise ValueError("weights are missing")
    if not (np.isfinite(head.signs).all() and np.isfinite(head.reading).all()):
        raise ValueError("a weight is no number")
    return head


def read_shift(text: str, weights: Weights, *, source: str) -> Shift:
    """Read what a desk taught.

    Raises:
        BadInput: where it is damaged.
        OtherBase: where it was taught to another model than `weights`.
    """
    try:
        told = json.loads(text)
        shift = Shift(str(told["name"]), str(told["base"]), np.array(told["weights"], dtype=float))
        told_for = shift.weights.shape
        if shift.base == weights.name and (
            told_for != (2 + len(weights.signs) + _width(weights),) or not np.isfinite(shift.weights).all()
        ):
            raise ValueError("weights are missing")
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{source} is no model of suggestions ({_why(error)}): `annotate learn --forget` puts it away, "
            "`annotate learn` makes it anew"
        ) from error
    if shift.base != weights.name:
        raise OtherBase(f"{source} ({shift.name}) was learnt on top of {shift.base}, not of {weights.name}")
    return shift


class OtherBase(BadInput):
    """A desk's model that adds to another model than the one in use."""


def _width(weights: Weights) -> int:
    return len(weights.words) or len(weights.center)


def _why(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def shift_text(shift: Shift, **facts: Any) -> str:
    """Return what a desk taught as JSON, with facts for a reader beside it."""
    weights = [round(float(weight), 5) for weight in shift.weights]
    told = {"name": shift.name, "base": shift.base, **facts, "weights": weights}
    return json.dumps(told, ensure_ascii=False) + "\n"
