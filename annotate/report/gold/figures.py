"""How often each annotator agrees with the decision, week by week, and who agrees less than before; pure.

Drift is looked for in the answers to decided claims alone, in their order of time: the last ones against all
before them, by Fisher's exact test (see `stats.proportions`), which needs no assumption at small counts. The
last `WINDOW` answers are compared, or the later half where there are fewer than twice as many; each side has
at least `FEWEST`. With `LEVEL`, at most one person in forty who has not changed gets the line, at each look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import pandas as pd

from annotate.report.frames import declare, frame_of, integer, number, text
from annotate.report.gold.judged import WHY_NOT, GoldAnswer, GoldAnswers
from annotate.report.stats import fisher_lower, wilson_interval
from annotate.text import counted

WINDOW = 20  # answers that are compared with those before
FEWEST = 10  # answers on either side
LEVEL = 0.025

GOLD_COLUMNS = declare(
    text("annotator", "who judged claims that an editor had decided in other articles"),
    text("monday", "the week of the answers, by the day it begins (UTC); empty: all weeks"),
    integer("claims", "decided claims that this person judged"),
    integer("agreeing", "of these, claims with the decided label"),
    number("share", "agreeing of claims (0..1)"),
    number("low", "where the 95 % interval of the share begins (Wilson)"),
    number("high", "where it ends"),
    text("drift", "in the row of all weeks: that this person agrees less than before; else empty"),
)


@dataclass(frozen=True, slots=True)
class GoldShare:
    """How many of some decided claims got the decided label."""

    claims: int
    agreeing: int

    @property
    def share(self) -> float:
        """The share, 0..1."""
        return self.agreeing / self.claims

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return wilson_interval(self.agreeing, self.claims) or (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class GoldPerson:
    """The figures of one annotator: of all weeks, by week (its Monday, ISO 8601), drift, what differs."""

    name: str
    whole: GoldShare
    weeks: tuple[tuple[str, GoldShare], ...]
    drift: str
    differing: tuple[GoldAnswer, ...]


@dataclass(frozen=True, slots=True)
class GoldFigures:
    """What the gold in a project shows; `notes` are sentences on what is not counted."""

    claims: int
    people: tuple[GoldPerson, ...]
    notes: tuple[str, ...]


def gold_figures(gold: GoldAnswers) -> GoldFigures:
    """Return the figures of each annotator, those who drift first, then by name."""
    groups = groupby(gold.answers, key=lambda answer: answer.annotator)
    people = sorted((_person(name, list(group)) for name, group in groups), key=lambda each: not each.drift)
    return GoldFigures(gold.claims, tuple(people), tuple(_notes(gold)))


def gold_table(figures: GoldFigures) -> pd.DataFrame:
    """Return a row for each annotator and one for each of their weeks, columns `GOLD_COLUMNS`."""
    return frame_of((row for person in figures.people for row in _rows(person)), GOLD_COLUMNS)


def drift_sentence(name: str, answers: Sequence[GoldAnswer]) -> str:
    """Say that somebody agrees with the decisions less than before; empty where that may well be chance.

    Args:
        name: the annotator's.
        answers: theirs, in their order of time.
    """
    recent = min(WINDOW, len(answers) // 2)
    if recent < FEWEST:
        return ""
    before, after = answers[:-recent], answers[-recent:]
    fewer, more = (sum(answer.agrees for answer in part) for part in (after, before))
    if fisher_lower(fewer, len(after), more, len(before)) > LEVEL:
        return ""
    return (
        f"{name} agreed with {fewer} of {len(after)} decided claims since {_day(after[0].answered_at)}, "
        f"{more} of {len(before)} before: look at it together."
    )


def _person(name: str, answers: Sequence[GoldAnswer]) -> GoldPerson:
    weeks: dict[str, list[GoldAnswer]] = {}
    for answer in answers:
        weeks.setdefault(_monday(answer.answered_at), []).append(answer)
    return GoldPerson(
        name,
        _share(answers),
        tuple((monday, _share(each)) for monday, each in sorted(weeks.items())),
        drift_sentence(name, answers),
        tuple(answer for answer in answers if not answer.agrees),
    )


def _share(answers: Sequence[GoldAnswer]) -> GoldShare:
    return GoldShare(len(answers), sum(answer.agrees for answer in answers))


def _rows(person: GoldPerson) -> Iterator[Mapping[str, Any]]:
    for monday, share in (("", person.whole), *person.weeks):
        low, high = share.interval
        yield {
            "annotator": person.name,
            "monday": monday,
            "claims": share.claims,
            "agreeing": share.agreeing,
            "share": round(share.share, 3),
            "low": round(low, 3),
            "high": round(high, 3),
            "drift": "" if monday else person.drift,
        }


def _monday(moment: str) -> str:
    """Return the first day of the week of a moment, ISO 8601; empty where nothing tells.

    >>> _monday("2031-05-04T09:30:12.000000Z")
    '2031-04-28'
    """
    try:
        day = datetime.fromisoformat(moment).date()
    except ValueError:
        return ""
    return (day - timedelta(days=day.weekday())).isoformat()


def _day(moment: str) -> str:
    """Return the day of a moment for a person.

    >>> _day("2031-05-04T09:30:12.000000Z")
    '4 May 2031'
    """
    try:
        day = date.fromisoformat(moment[:10])
    except ValueError:
        return moment
    return f"{day.day} {day:%B %Y}"


def _notes(gold: GoldAnswers) -> Iterator[str]:
    for why, count in gold.left_out.items():
        yield f"{counted(count, 'answer')} {WHY_NOT[why]}: not counted."
    if gold.damaged:
        yield f"{counted(gold.damaged, 'task')} edited by hand in Label Studio: not counted."
    if gold.as_sent:
        yield (
            f"{counted(gold.as_sent, 'claim')} compared with the decision at the time of the push: their "
            "projects were not pulled on this computer."
        )
