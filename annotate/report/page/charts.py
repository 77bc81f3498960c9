"""The charts of the page, as records that a template draws; pure.

They show what annotators answered, and nothing that an editor decided. Places are in percent, or in units
of a view box.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

import numpy as np
import pandas as pd

from annotate.labels import LABELS
from annotate.report.frames import votes, why_withheld
from annotate.report.stats import Counts, count_table

Unit = Literal["hour", "day", "week", "month"]

MOST_BARS = 9  # of a histogram; where votes split in more ways, a bar is a tenth of the shares
UNITS: tuple[tuple[int, Unit], ...] = (
    (2, "hour"),
    (92, "day"),
    (731, "week"),
)  # an answer's period, by the days from first to last
EVERYBODY = "All annotators"
HEIGHT = 24  # of the view box of a timeline

_CODES: Mapping[str, str] = {"hour": "h", "day": "D", "week": "W", "month": "M"}
_WORDS: Mapping[str, str] = {"h": "%Y-%m-%d %H:00", "M": "%Y-%m"}  # other periods are told by their first day


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: what it shows, where it begins and how wide it is, in percent of the widest bar."""

    look: str  # a label, "tie" or "unjudged"
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """A bar of the histogram: the claims whose leading label has this part of the answers.

    `share` is that of all claims of the histogram; `None` where it is withheld, for they are too few.
    """

    words: str
    claims: int
    share: float | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Histogram:
    """How many claims by the share of their annotators that agree; `left_out` have one answer."""

    bars: tuple[Bar, ...]
    claims: int
    left_out: int


@dataclass(frozen=True)
class Cell:
    """How often others gave a label; `share` is `None` where it is withheld."""

    label: str
    count: int
    share: float | None


@dataclass(frozen=True)
class LabelRow:
    """What others answered where one annotator gave a label: how many answers, to how many claims.

    `why` says why shares are withheld, and is `None` where they are not.
    """

    label: str
    claims: int
    answers: int
    cells: tuple[Cell, ...]
    parts: tuple[Part, ...]
    why: str | None


@dataclass(frozen=True)
class Column:
    """The answers of a period: where it stands and how high it is, in units of the view box."""

    x: int
    height: float
    words: str
    answers: int


@dataclass(frozen=True)
class Times:
    """When somebody answered: the columns, and the first, the last and the busiest period in words."""

    who: str
    answers: int
    first: str
    last: str
    busiest: str
    most: int
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Timeline:
    """When annotators answered, in so many periods from `first` to `last`; `untimed` answers have no time.

    The view box is as wide as there are periods, and `height` high.
    """

    unit: Unit
    periods: int
    first: str
    last: str
    rows: tuple[Times, ...]
    untimed: int
    height: int = HEIGHT


def stretches(counts: Mapping[str, int], *, whole: int) -> tuple[Part, ...]:
    """Return the parts of a bar side by side, also those that count nothing.

    Args:
        counts: by look.
        whole: the count that is as wide as the picture.

    >>> [part.width for part in stretches({"opinion": 1, "tie": 3}, whole=8)]
    [12.5, 37.5]
    """
    widths = [100 * count / max(whole, 1) for count in counts.values()]
    starts = accumulate([0.0, *widths])
    return tuple(
        Part(look, count, round(x, 2), round(width, 2))
        for (look, count), x, width in zip(counts.items(), starts, widths, strict=False)
    )


# --------------------------------------------------------------------------- agreement on a claim


def histogram(judgements: pd.DataFrame) -> Histogram:
    """Count claims by how many of their annotators gave the label that most of them gave.

    A claim with `n ≥ 2` answers, `top` of them for its leading label, is in the bar “`top` of `n`”. Where
    that makes more than `MOST_BARS` bars, it is in the bar of the tenth that the share `top / n` falls into.
    The parts of a bar are the leading labels, “no majority” where the leading label has half of the answers
    or fewer. A bar that can be has its place also where it counts nothing.

    Args:
        judgements: as `judgements_frame` gives them.
    """
    counts = label_counts(judgements)
    answers = counts.sum(axis=1)
    twice = counts[answers > 1]
    of, top, leading = twice.sum(axis=1), twice.max(axis=1, initial=0), twice.argmax(axis=1)
    looks = [LABELS[at] if 2 * t > n else "tie" for at, t, n in zip(leading, top, of, strict=True)]
    split = [(int(n), int(t)) for n, t in zip(of, top, strict=True)]
    names, name_of = _bars(split)
    drawn = {name: dict.fromkeys((*LABELS, "tie"), 0) for name in names}
    for each, look in zip(split, looks, strict=True):
        drawn[name_of(each)][look] += 1
    sums = [sum(bar.values()) for bar in drawn.values()]
    few = why_withheld(len(twice), "judged twice")
    return Histogram(
        bars=tuple(
            Bar(name, claims, None if few else claims / len(twice), stretches(bar, whole=max(sums)))
            for (name, bar), claims in zip(drawn.items(), sums, strict=True)
        ),
        claims=len(twice),
        left_out=int((answers == 1).sum()),
    )


def label_counts(judgements: pd.DataFrame) -> Counts:
    """Return how often each label was given: a row for each judged claim, a column for each of `LABELS`."""
    table = count_table(votes(judgements))
    return table.reindex(columns=list(LABELS), fill_value=0).to_numpy(dtype=np.int64)


Split = tuple[int, int]  # answers, and those for the leading label


def _bars(split: Sequence[Split]) -> tuple[list[str], Callable[[Split], str]]:
    """Return the names of the bars, full agreement first, and which is a claim's."""
    exact = [(n, top) for n in sorted({n for n, _ in split}) for top in range(-(-n // len(LABELS)), n + 1)]
    if len(exact) <= MOST_BARS:
        exact.sort(key=lambda each: (-each[1] / each[0], -each[0]))
        return [_exactly(each) for each in exact], _exactly
    lowest = min(10 * top // n for n, top in exact)
    return [_tenth_words(tenth) for tenth in range(10, lowest - 1, -1)], _tenth


def _exactly(split: Split) -> str:
    return f"{split[1]} of {split[0]}"


def _tenth(split: Split) -> str:
    return _tenth_words(10 * split[1] // split[0])


def _tenth_words(tenth: int) -> str:
    return "all" if tenth == 10 else f"{10 * tenth} to {10 * tenth + 9}%"


# --------------------------------------------------------------------------- label by label


def label_matrix(judgements: pd.DataFrame) -> tuple[LabelRow, ...]:
    """Count which label others gave to the same claim, for each answer: a row for each label that was given.

    Over the claims `u` with at least two answers, of which `n_ul` are label `l`, the cell in row `k` and
    column `l` is `Σ_u n_uk n_ul`, on the diagonal `Σ_u n_uk (n_uk - 1)`. So each pair of answers is counted
    from both sides, and a cell off the diagonal is the number of pairs with these two labels. The share that
    the diagonal has of its row is the specific agreement on that label (Spitzer & Fleiss 1974). The shares
    of a row with too few claims are withheld.

    Args:
        judgements: as `judgements_frame` gives them.
    """
    counts = label_counts(judgements)
    twice = counts[counts.sum(axis=1) > 1]
    met = twice.T @ twice - np.diag(twice.sum(axis=0))
    claims = (twice > 0).sum(axis=0)
    return tuple(
        _label_row(label, met[at], int(claims[at])) for at, label in enumerate(LABELS) if met[at].sum()
    )


def _label_row(label: str, met: Counts, claims: int) -> LabelRow:
    few, answers = why_withheld(claims, "judged twice with this label"), int(met.sum())
    counts = {other: int(count) for other, count in zip(LABELS, met, strict=True)}
    cells = (Cell(other, count, None if few else count / answers) for other, count in counts.items())
    return LabelRow(label, claims, answers, tuple(cells), stretches(counts, whole=answers), few)


# --------------------------------------------------------------------------- answers over time


def timeline(judgements: pd.DataFrame) -> Timeline | None:
    """Count the answers of each annotator by hour, day, week or month of their last change, in UTC.

    The period is the shortest of which there are at most some ninety, see `UNITS`; a week begins on Monday.
    The columns of all annotators have one scale. With more than one annotator the first row is of all
    together, with a scale of its own.

    Args:
        judgements: as `judgements_frame` gives them; of these only answers that count.

    Returns:
        `None` where no answer has a time that can be read.
    """
    given = judgements[judgements["counted"] == "yes"]
    times = pd.to_datetime(given["answered_at"], errors="coerce", utc=True, format="ISO8601").dropna()
    if times.empty:
        return None
    unit = _unit(times)
    periods = times.dt.tz_localize(None).dt.to_period(_CODES[unit])
    first, last = periods.min().ordinal, periods.max().ordinal
    names = [_words(pd.Period(ordinal=at, freq=_CODES[unit])) for at in range(first, last + 1)]
    places = periods.map(lambda period: period.ordinal - first)
    return Timeline(
        unit=unit,
        periods=len(names),
        first=names[0],
        last=names[-1],
        rows=tuple(_rows(_answers_a_period(given["annotator"], places, len(names)), names)),
        untimed=len(given) - len(times),
    )


def _unit(times: pd.Series[Any]) -> Unit:
    days = (times.max() - times.min()).total_seconds() / 86400
    return next((unit for most, unit in UNITS if days < most), "month")


def _words(period: pd.Period) -> str:
    return period.start_time.strftime(_WORDS.get(period.freqstr, "%Y-%m-%d"))


def _answers_a_period(
    annotators: pd.Series[Any], places: pd.Series[Any], periods: int
) -> dict[str, list[int]]:
    """Return by annotator, in alphabetical order, how many answers each period has."""
    people = annotators.loc[places.index]
    return {
        str(who): np.bincount(own.to_numpy(dtype=np.int64), minlength=periods).tolist()
        for who, own in places.groupby(people)
    }


def _rows(counts: Mapping[str, Sequence[int]], names: Sequence[str]) -> Iterator[Times]:
    if len(counts) > 1:
        together = [sum(period) for period in zip(*counts.values(), strict=True)]
        yield _times(EVERYBODY, together, names, highest=max(together))
    highest = max(max(own) for own in counts.values())
    for who, own in counts.items():
        yield _times(who, own, names, highest=highest)


def _times(who: str, counts: Sequence[int], names: Sequence[str], *, highest: int) -> Times:
    active = [at for at, count in enumerate(counts) if count]
    busiest = max(active, key=lambda at: counts[at])
    return Times(
        who=who,
        answers=sum(counts),
        first=names[active[0]],
        last=names[active[-1]],
        busiest=names[busiest],
        most=counts[busiest],
        columns=tuple(Column(at, _height(counts[at], highest), names[at], counts[at]) for at in active),
    )


def _height(count: int, highest: int) -> float:
    """Return the height of a column, at least one unit so that it can be seen."""
    return max(1, round(HEIGHT * count / highest, 2))
