"""Dates in a claim, as parts that can be compared: year, month, day, weekday and others; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from annotate.memory.tokens import Feature, Line
from annotate.memory.words import words

FIRST_YEAR, LAST_YEAR, LAST_DAY = 1000, 2199, 31
ENDINGS = ("st", "nd", "rd", "th")
Found = tuple[int, dict[str, object]] | None  # the place behind it, and its parts


def date_at(line: Line, at: int) -> Feature | None:
    """Return the date that begins at a token."""
    for reader in READERS:
        if found := reader(line, at):
            return Feature("date", at, found[0], found[1])
    return None


def _written_out(line: Line, at: int) -> Found:
    """2026-05-03."""
    parts = line.tokens[at].text.split("-")
    if len(parts) != 3 or not line.tokens[at].is_number:
        return None
    year, month, day = map(int, parts)
    return at + 1, {"year": year, "month": month, "day": day}


def _day_first(line: Line, at: int) -> Found:
    """3 May 2026, the 3rd of May."""
    after, day = _day(line, at)
    if not day:
        return None
    after += line.low(after) == "of"
    month = _month(line, after)
    return _with_year(line, after + 1, {"day": day, "month": month}) if month else None


def _month_first(line: Line, at: int) -> Found:
    """May 3, 2026; May 2026; May."""
    month = _month(line, at)
    if not month:
        return None
    after, day = _day(line, at + 1)
    if day:
        return _with_year(line, after, {"month": month, "day": day})
    if at == 0 and line.low(0) in ("may", "march") and not _year(line, 1):
        return None
    return _with_year(line, at + 1, {"month": month})


def _weekday(line: Line, at: int) -> Found:
    number = words().weekdays.get(line.low(at))
    return (at + 1, {"weekday": number}) if number and line.tokens[at].is_capital else None


def _century(line: Line, at: int) -> Found:
    """17th century; seventeenth century has no digits and is an ordinal."""
    after, number = _day(line, at)
    number = number or words().ordinals.get(line.low(at), 0)
    return (
        (after + 1, {"century": number}) if number and line.low(after) in ("century", "centuries") else None
    )


def _decade(line: Line, at: int) -> Found:
    token = line.tokens[at]
    is_decade = token.is_number and line.low(at + 1) == "s" and line.touches(at + 1)
    return (at + 2, {"decade": token.text}) if is_decade else None


def _quarter(line: Line, at: int) -> Found:
    number = words().ordinals.get(line.low(at), 0)
    return (at + 2, {"quarter": number}) if number and line.low(at + 1) == "quarter" else None


def _near(line: Line, at: int) -> Found:
    """Last year, this spring, next Monday."""
    lists = words()
    if line.low(at) not in lists.near:
        return None
    what = line.low(at + 1)
    if what in lists.spans or what in lists.seasons or what in lists.weekdays or what in lists.months:
        which = {"past": "last", "previous": "last", "current": "this"}.get(line.low(at), line.low(at))
        which = "next" if which in ("coming", "following") else which
        return at + 2, {"near": (which, what)} | ({"season": what} if what in lists.seasons else {})
    return None


def _named_day(line: Line, at: int) -> Found:
    low = line.low(at)
    if low in words().seasons:
        year = _year(line, at + 1)
        return (at + 2, {"season": low, "year": year}) if year else (at + 1, {"season": low})
    return (at + 1, {"day of": low}) if low in words().days else None


def _clock(line: Line, at: int) -> Found:
    """9 am, 9pm."""
    half = line.low(at + 1)
    if line.tokens[at].is_number and half in ("am", "pm", "a.m", "p.m", "o'clock"):
        return at + 2, {"time": (line.low(at), half)}
    return None


def _single_year(line: Line, at: int) -> Found:
    """A number of four digits where a year stands: behind "in" and its like, or at the end."""
    year, at_end = _year(line, at), at + 1 == len(line.tokens)
    if not year or (line.low(at - 1) not in words().before_years and not at_end):
        return None
    return at + 1, {"year": year}


READERS: tuple[Callable[[Line, int], Found], ...] = (
    *(_written_out, _day_first, _month_first, _quarter, _century, _decade, _near),
    *(_weekday, _named_day, _clock, _single_year),
)


def _day(line: Line, at: int) -> tuple[int, int]:
    """Return the place behind a day of the month, and its number; 0 where there is none."""
    low = line.low(at)
    if not low.isdecimal() or not 1 <= int(low) <= LAST_DAY or len(low) > 2:
        return at + 1, 0
    has_ending = line.low(at + 1) in ENDINGS and line.touches(at + 1)
    return at + 1 + has_ending, int(low)


def _month(line: Line, at: int) -> int:
    is_capital = at < len(line.tokens) and line.tokens[at].is_capital
    return words().months.get(line.low(at), 0) if is_capital else 0


def _year(line: Line, at: int) -> int:
    low = line.low(at)
    is_year = len(low) == 4 and low.isdecimal() and FIRST_YEAR <= int(low) <= LAST_YEAR
    return int(low) if is_year else 0


def _with_year(line: Line, after: int, parts: Mapping[str, object]) -> Found:
    year = _year(line, after)
    return (after + 1, {**parts, "year": year}) if year else (after, dict(parts))


def fits(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Return whether two dates may be the same: what both say is equal, and they say something in common.

    >>> fits({"day": 3, "month": 5}, {"month": 5, "year": 2026})
    True
    """
    common = one.keys() & other.keys()
    return bool(common) and all(one[name] == other[name] for name in common)
