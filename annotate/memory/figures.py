"""Figures in a claim, in digits or words, as a value and a unit; pure.

A share is one whether it is written as 25 percent, a quarter, or one in four.
"""

from __future__ import annotations

from collections.abc import Callable

from annotate.memory.tokens import Feature, Line
from annotate.memory.words import words

Found = tuple[int, float, str] | None  # the place behind it, value and unit
ARTICLES = ("a", "an", "one")
BEHIND_A_PART = ("", "of", "in", "more", "less", "since", "by")
MOST_UNITS = 90  # a number word below this may be followed by units: twenty-one


def figure_at(line: Line, at: int) -> Feature | None:
    """Return the figure that begins at a token; none behind the end."""
    for reader in READERS:
        if found := reader(line, at):
            after, value, unit = found
            return Feature("figure", at, after, {"value": round(value, 6), "unit": unit})
    return None


def weak_one(line: Line, at: int) -> bool:
    """Return whether a token is a "one" that may be a figure: "one councillor", not "one of the"."""
    return line.low(at) in ("one", "single") and line.low(at + 1) != "of"


def _one_in(line: Line, at: int) -> Found:
    """One in ten, three out of four."""
    after, part = _plain(line, at)
    if not after and line.low(at) == "one":
        after, part = at + 1, 1
    if not after:
        return None
    after += 2 if (line.low(after), line.low(after + 1)) == ("out", "of") else line.low(after) == "in"
    behind, whole = _plain(line, after)
    is_share = behind and line.low(after - 1) in ("in", "of") and 0 < part < whole
    return (behind, part / whole, "share") if is_share and whole <= 1000 else None


def _half_a_scale(line: Line, at: int) -> Found:
    """Half a million."""
    scale = words().scales.get(line.low(at + 2), 0)
    if line.low(at) != "half" or line.low(at + 1) not in ARTICLES or not scale:
        return None
    return _with_unit(line, at + 3, scale / 2)


def _part(line: Line, at: int) -> Found:
    """Half, a third, two thirds, three-quarters."""
    parts = words().fractions
    if line.low(at) in ("half", "halves"):
        return at + 1, 0.5, "share"
    after, count = _plain(line, at)
    if not after and line.low(at) in ARTICLES:
        after, count = at + 1, 1
    if not after or line.low(after) not in parts or line.low(after) == "half":
        return None
    is_part = count < parts[line.low(after)] and line.low(after + 1) not in parts
    if count == 1 and line.low(after) != "quarter":  # "a third bridge" counts bridges
        is_part = is_part and line.low(after + 1) in BEHIND_A_PART
    return (after + 1, count / parts[line.low(after)], "share") if is_part else None


def _multiple(line: Line, at: int) -> Found:
    value = words().multiples.get(line.low(at))
    return (at + 1, float(value), "times") if value else None


def _ordinal(line: Line, at: int) -> Found:
    """Second, 17th."""
    if value := words().ordinals.get(line.low(at)):
        return at + 1, float(value), "ordinal"
    is_ordinal = line.low(at).isdecimal() and line.low(at + 1) in ("st", "nd", "rd", "th")
    return (at + 2, float(line.low(at)), "ordinal") if is_ordinal and line.touches(at + 1) else None


def _scale(line: Line, at: int) -> Found:
    """A dozen, a million and a half; "dozens" and "millions" too."""
    low = line.low(at)
    scale = words().scales.get(low, 0)
    if not scale or len(low) <= 2:
        return None
    after, value = at + 1, float(scale)
    if [line.low(after + each) for each in range(3)] == ["and", "a", "half"]:
        after, value = after + 3, value * 1.5
    return _with_unit(line, after, value)


def _number(line: Line, at: int) -> Found:
    """$1.2 billion, 40 percent, three hundred, twenty-one years."""
    sign = words().units.get((line.low(at),), "") if line.low(at) in ("$", "£", "€", "¥") else ""
    after, value = _plain(line, at + bool(sign))
    if not after:
        return None
    while scale := words().scales.get(line.low(after), 0):
        if len(line.low(after)) <= 2 and not (line.touches(after) or sign):
            break  # "5 m" are metres
        after, value = after + 1, value * scale
    return (after, value, sign) if sign else _with_unit(line, after, value)


READERS: tuple[Callable[[Line, int], Found], ...] = (
    *(_one_in, _half_a_scale, _part, _multiple, _ordinal, _number, _scale),
)


def _plain(line: Line, at: int) -> tuple[int, float]:
    """Return the place behind a number in digits or words, and its value; 0 and 0 without one."""
    if at < len(line.tokens) and line.tokens[at].is_number and "-" not in line.tokens[at].text:
        return at + 1, float(line.low(at).replace(",", ""))
    numbers = words().numbers
    value = numbers.get(line.low(at))
    if value is None:
        return 0, 0.0
    units = {**numbers, "one": 1}.get(line.low(at + 1), 0)
    if 20 <= value <= MOST_UNITS and 0 < units < 10:
        return at + 2, float(value + units)
    return at + 1, float(value)


def _with_unit(line: Line, after: int, value: float) -> Found:
    """Return a figure with the unit behind it; percents become shares."""
    unit, length = line.phrase(after, words().units)
    return after + length, value / 100 if unit == "share" else value, unit


def same(one: Feature, other: Feature) -> bool:
    """Return whether two figures have one value, and one unit where both name one."""
    units = {str(one.parts["unit"]), str(other.parts["unit"])} - {""}
    return one.parts["value"] == other.parts["value"] and len(units) <= 1
