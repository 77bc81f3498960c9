"""Offsets as other tools count them, turned into code points of an article's text; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

BOM = "\ufeff"  # a byte-order mark, which an article's text does not have


@dataclass(frozen=True, slots=True)
class Unit:
    """A way to count offsets: what each character of a text is long, and whether CRLF counts as one."""

    name: str
    length: Callable[[str], int]
    one_line_end: bool = False


def _code_points(char: str) -> int:
    return 1


def _utf16(char: str) -> int:
    return 1 + (char > "\uffff")


def _utf8(char: str) -> int:
    return len(char.encode("utf-8", "surrogatepass"))


CODE_POINTS = Unit("code points", _code_points)
_WAYS = (CODE_POINTS, Unit("UTF-16 code units", _utf16), Unit("bytes of UTF-8", _utf8))
#: All units, the usual ones first.
UNITS = (*_WAYS, *(Unit(f"{way.name}, a CRLF as one", way.length, one_line_end=True) for way in _WAYS))


def normalised(text: str) -> str:
    """Return a text as an article has it: each line end is a line feed, and there is no byte-order mark."""
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")


def offset_table(text: str, unit: Unit) -> dict[int, int]:
    """Return by offset in a text as a tool counts it the offset in the normalised text, in code points.

    Offsets inside a character are missing.

    >>> table = offset_table("🌧\\r\\nRain", UNITS[1])
    >>> table[2], table[4]
    (1, 2)
    """
    first = unit.length(BOM) if text.startswith(BOM) else 0
    starts = accumulate(_lengths(text.removeprefix(BOM), unit), initial=first)
    return {0: 0} | {start: place for place, start in enumerate(starts)}


def _lengths(text: str, unit: Unit) -> Iterator[int]:
    """Yield for each character of the normalised text what it is long in the text as it came."""
    for number, line in enumerate(text.split("\r\n")):
        if number:
            yield unit.length("\n") if unit.one_line_end else 2 * unit.length("\n")
        yield from map(unit.length, line)
