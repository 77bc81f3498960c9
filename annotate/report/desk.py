"""A desk's figures over many projects and months: by week, annotator, source and codebook version.

A part is made of one project's answers, and parts add up: `desk_tables(merge_parts(...))` is the same for any
grouping of projects. A claim belongs to the week of its last answer. Answers under different codebooks are
not compared with each other. Editors' final labels settle the labels of sources; agreement knows answers
alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from annotate.model import LABELS
from annotate.report.agreement import against_others, agreement, figure
from annotate.report.aliases import Aliases, folded
from annotate.report.judgements import Answers, typed
from annotate.report.readings import why_withheld
from annotate.report.tables import claims_table
from annotate.report.tally import Tally, merge, partial

_GROUP_COLUMNS: Mapping[str, str] = {
    "claims": "claims that were judged",
    "judgements": "answers that count",
    "annotators": "who gave them",
    "opinion": "claims of which more than half of the answers say Opinion",
    "attributed_report": "the same for Attributed report",
    "checkable_fact": "the same for Checkable fact",
    "no_label": "claims without such a label",
    "percent_agreement": "share of pairs of answers to one claim with the same label (0..1)",
    "krippendorff_alpha": "agreement beyond chance; empty where it is withheld or not defined",
    "why": "why alpha is empty",
}

WEEKS_COLUMNS: Mapping[str, str] = {
    "week": "ISO week of a claim's last answer, such as 2031-W18",
    "monday": "the day it begins",
    **_GROUP_COLUMNS,
}

CODEBOOKS_COLUMNS: Mapping[str, str] = {
    "codebook": "version of the codebook that the answers were given under",
    **_GROUP_COLUMNS,
}

PEOPLE_COLUMNS: Mapping[str, str] = {
    "annotator": "who",
    "judgements": "answers that count",
    "opinion": "of these, Opinion",
    "attributed_report": "of these, Attributed report",
    "checkable_fact": "of these, Checkable fact",
    "compared": "claims that the others came to a label on",
    "agreeing": "of these, claims with the same label by this annotator",
    "share": "agreeing of compared (0..1); empty below 20 claims",
    "seconds": "mean time a claim, where times were kept",
    "first_week": "week of the first answer",
    "last_week": "week of the last one",
}

DESK_SOURCES_COLUMNS: Mapping[str, str] = {
    "source": "who carries the claims: the name in configs/aliases.txt, else the spelling given most often",
    "claims": "how many claims name it",
    "opinion": "of these, claims labelled Opinion",
    "attributed_report": "of these, claims labelled Attributed report",
    "checkable_fact": "of these, claims labelled Checkable fact",
    "no_label": "of these, claims without a label",
    "articles": "in how many articles",
    "projects": "in how many projects",
}


@dataclass(slots=True)
class Person:
    """What one annotator did: answers by label, seconds over the timed claims, first and last week."""

    labels: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    timed: int = 0
    weeks: set[str] = field(default_factory=set)

    def add(self, other: Person) -> None:
        """Add what the same annotator did elsewhere."""
        self.labels += other.labels
        self.seconds += other.seconds
        self.timed += other.timed
        self.weeks |= other.weeks


@dataclass(slots=True)
class Named:
    """How often one source carries claims: by label, by spelling, in which articles and projects."""

    labels: Counter[str] = field(default_factory=Counter)
    spellings: Counter[str] = field(default_factory=Counter)
    articles: set[str] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)

    def add(self, other: Named) -> None:
        """Add the same source of other claims."""
        self.labels += other.labels
        self.spellings += other.spellings
        self.articles |= other.articles
        self.projects |= other.projects


@dataclass(frozen=True, slots=True)
class Part:
    """What one project, or several, add to a desk's figures."""

    whole: Tally
    weeks: Mapping[str, Tally]
    codebooks: Mapping[str, Tally]
    people: Mapping[str, Person]
    sources: Mapping[str, Named]


def part_of(answers: Answers, *, project: str, aliases: Aliases) -> Part:
    """Count what one project adds.

    Args:
        answers: articles, claims and judgements of the project.
        project: its key.
        aliases: by folded spelling the name of a source.
    """
    votes = answers.judgements[answers.judgements["counted"] == "yes"]
    weeks = votes["answered_at"].map(_week)
    last = weeks.groupby(votes["claim_id"]).max()
    of_claim = votes["claim_id"].map(last)
    return Part(
        whole=partial(votes),
        weeks={str(week): partial(rows) for week, rows in votes.groupby(of_claim)},
        codebooks={str(version): partial(rows) for version, rows in votes.groupby("codebook")},
        people=_people(votes, weeks),
        sources=_sources(claims_table(answers), project, aliases),
    )


def merge_parts(parts: Iterable[Part]) -> Part:
    """Add parts of different claims; none gives an empty one."""
    told = list(parts)
    people: dict[str, Person] = {}
    sources: dict[str, Named] = {}
    for part in told:
        for name, person in part.people.items():
            people.setdefault(name, Person()).add(person)
        for name, source in part.sources.items():
            sources.setdefault(name, Named()).add(source)
    return Part(
        whole=merge(part.whole for part in told),
        weeks=_merged(part.weeks for part in told),
        codebooks=_merged(part.codebooks for part in told),
        people=people,
        sources=sources,
    )


def desk_tables(part: Part) -> dict[str, pd.DataFrame]:
    """Give the tables by their file's name: weeks, annotators, sources and codebooks, see the `_COLUMNS`."""
    weeks = [
        {"week": week, "monday": date.fromisoformat(f"{week}-1").isoformat(), **_group_row(tally)}
        for week, tally in sorted(part.weeks.items())
    ]
    codebooks = [{"codebook": name, **_group_row(tally)} for name, tally in sorted(part.codebooks.items())]
    others = against_others(part.whole)
    people = [_person_row(name, person, others.get(name, {})) for name, person in sorted(part.people.items())]
    sources = sorted(map(_source_row, part.sources.values()), key=lambda row: (-row["claims"], row["source"]))
    return {
        "weeks.csv": _table(weeks, WEEKS_COLUMNS),
        "annotators.csv": _table(people, PEOPLE_COLUMNS),
        "sources.csv": _table(sources, DESK_SOURCES_COLUMNS),
        "codebooks.csv": _table(codebooks, CODEBOOKS_COLUMNS),
    }


def _week(moment: str) -> str:
    """Give the ISO week of a moment (ISO 8601, UTC)."""
    year, week, _ = date.fromisoformat(moment[:10]).isocalendar()
    return f"{year}-W{week:02}"


def _people(votes: pd.DataFrame, weeks: pd.Series[Any]) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for name, rows in votes.groupby("annotator"):
        timed = rows[rows["seconds"].gt(0)]
        # an answer to a whole section has one time, which all its claims repeat
        seconds = timed.drop_duplicates(["task_id", "annotation_id"])["seconds"].sum()
        people[str(name)] = Person(
            Counter(rows["label"].tolist()), float(seconds), len(timed), set(weeks[rows.index])
        )
    return people


def _sources(claims: pd.DataFrame, project: str, aliases: Aliases) -> dict[str, Named]:
    named: dict[str, Named] = {}
    for row in claims[claims["source"].notna()].itertuples():
        words = " ".join(str(row.source).split())
        name = aliases.get(folded(words), words)
        label = row.label if isinstance(row.label, str) else "no_label"
        one = Named(Counter([label]), Counter([name]), {f"{project}/{row.article}"}, {project})
        named.setdefault(folded(name), Named()).add(one)
    return named


def _merged(groups: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    found: dict[str, list[Tally]] = {}
    for group in groups:
        for name, tally in group.items():
            found.setdefault(name, []).append(tally)
    return {name: merge(tallies) for name, tallies in found.items()}


def _group_row(tally: Tally) -> dict[str, Any]:
    told = agreement(tally)
    counts, claims = tally.kinds.counts, tally.kinds.claims
    won = 2 * counts.max(axis=1, initial=0) > counts.sum(axis=1)
    best = np.array(tally.labels, dtype=object)[counts.argmax(axis=1)[won]] if won.any() else np.array([])
    by_label: dict[str, int] = {label: int(claims[won][best == label].sum()) for label in LABELS}
    why = why_withheld(told["claims_judged_twice"], "judged twice") or told["undefined"]
    return {
        **{name: told[name] for name in ("claims", "judgements", "annotators")},
        **by_label,
        "no_label": told["claims"] - sum(by_label.values()),
        "percent_agreement": None if why else told["percent_agreement"],
        "krippendorff_alpha": None if why else told["krippendorff_alpha"],
        "why": why,
    }


def _person_row(name: str, person: Person, others: Mapping[str, int]) -> dict[str, Any]:
    compared, agreeing = others.get("claims", 0), others.get("agreeing", 0)
    return {
        "annotator": name,
        "judgements": person.labels.total(),
        **{label: person.labels[label] for label in LABELS},
        "compared": compared,
        "agreeing": agreeing,
        "share": None if why_withheld(compared, "") else figure(agreeing / compared),
        "seconds": round(person.seconds / person.timed, 1) if person.timed else None,
        "first_week": min(person.weeks),
        "last_week": max(person.weeks),
    }


def _source_row(source: Named) -> dict[str, Any]:
    return {
        "source": min(source.spellings, key=lambda words: (-source.spellings[words], words)),
        "claims": source.labels.total(),
        **{label: source.labels[label] for label in (*LABELS, "no_label")},
        "articles": len(source.articles),
        "projects": len(source.projects),
    }


def _table(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    return typed(pd.DataFrame(rows, columns=list(columns)))
