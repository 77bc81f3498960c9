"""A desk's figures over many projects and months: by week, annotator, source and codebook version.

A part is made of the judgements of some claims, one row an answer (`DESK_COLUMNS`), and parts add up:
`desk_tables(merge_parts(...))` is the same however whole tasks are dealt out to parts, so that one project,
many files and many machines run the same code. A claim belongs to the week of its last answer. Answers under
different codebooks are not compared with each other. Editors' final labels settle the labels of sources;
agreement knows answers alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from annotate.errors import BadInput
from annotate.labels import LABELS, NEEDS_SOURCE, SHOWN_AS
from annotate.report.frames import WHY_NOT, Aliases, Answers, typed, why_withheld
from annotate.report.stats import (
    Coded,
    Codes,
    Counts,
    Tally,
    against_others,
    claim_codes,
    coded,
    few_codes,
    figure,
    headlines,
    merge,
    tally,
    tally_by,
)
from annotate.text import fold

Hashes = npt.NDArray[np.uint64]
_NONE: Hashes = np.zeros(0, dtype=np.uint64)

DESK_COLUMNS: Mapping[str, str] = {
    "project": "key of the project, text",
    "article": "slug of the article, text",
    "claim_id": "the claim, text; with its project it is one claim",
    "annotator": "who answered, text; empty in the one row of a claim that nobody answered",
    "label": "the label given, text; empty unless it is one",
    "given": "the label as it stands in Label Studio, text",
    "counted": "yes, or why it is no vote, text, as in judgements.csv",
    "source": "who carries the claim, in the annotator's words, text",
    "suggested_source": "who carries the claim, in the words that the program found, text",
    "codebook": "version of the codebook, text",
    "seconds": "time spent on the whole answer, a number",
    "answered_at": "last change of the answer, UTC, a timestamp or text in ISO 8601",
    "task_id": "the task in Label Studio, a whole number",
    "annotation_id": "the annotation in Label Studio, a whole number",
}

_GROUP_COLUMNS: Mapping[str, str] = {
    "claims": "claims that were judged",
    "judgements": "answers that count",
    "annotators": "who gave them",
    **{label: f"the same for {shown}" for label, shown in SHOWN_AS.items()},
    LABELS[0]: f"claims of which more than half of the answers say {SHOWN_AS[LABELS[0]]}",
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
    **{label: f"of these, {shown}" for label, shown in SHOWN_AS.items()},
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
    **{label: f"of these, claims labelled {shown}" for label, shown in SHOWN_AS.items()},
    "no_label": "of these, claims without a label",
    "articles": "in how many articles",
    "projects": "in how many projects",
}


def _add(counts: Counter[str], more: Counter[str]) -> None:
    for word, n in more.items():  # a few words: Counter.update takes ten times as long
        counts[word] += n


@dataclass(slots=True)
class Person:
    """What one annotator did: answers by label, seconds over the timed claims, first and last week."""

    labels: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    timed: int = 0
    weeks: set[str] = field(default_factory=set)

    def add(self, other: Person) -> None:
        """Add what the same annotator did elsewhere."""
        _add(self.labels, other.labels)
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
        _add(self.labels, other.labels)
        _add(self.spellings, other.spellings)
        self.articles |= other.articles
        self.projects |= other.projects


_Sum = TypeVar("_Sum", Person, Named)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What some claims add to a desk's figures.

    `unknown` counts answers by the label that is none. `claims` has a number (64 bits of a hash) for each
    claim by its id alone, `keys` one by project and id: what stands twice in the first is in two projects,
    what stands twice in the second was read twice.
    """

    whole: Tally
    weeks: Mapping[str, Tally]
    codebooks: Mapping[str, Tally]
    people: Mapping[str, Person]
    sources: Mapping[str, Named]
    unknown: Counter[str]
    claims: Hashes
    keys: Hashes


def desk_frame(answers: Answers, *, project: str) -> pd.DataFrame:
    """Return the judgements of a project as a desk keeps them, columns `DESK_COLUMNS`.

    A claim that nobody answered stands with one row, `counted` as unjudged, without annotator.

    Args:
        answers: claims and judgements of the project.
        project: its key.
    """
    told, claims = answers.judgements, answers.claims
    unanswered = claims.loc[~claims["claim_id"].isin(told["claim_id"]), ["article", "claim_id", "task_id"]]
    rows = pd.concat([told, unanswered.assign(counted="unjudged")] if len(unanswered) else [told])
    suggested = claims.drop_duplicates("claim_id").set_index("claim_id")["suggested_source"]
    rows = rows.assign(project=project, suggested_source=rows["claim_id"].map(suggested))
    return typed(rows[list(DESK_COLUMNS)].reset_index(drop=True))


def part_of(frame: pd.DataFrame, *, aliases: Aliases) -> Part:
    """Count what some judgements add.

    Args:
        frame: columns `DESK_COLUMNS`, text as text or categories; all rows of each of its claims, and of each
            answer to a whole section.
        aliases: by folded spelling the name of a source.

    Raises:
        BadInput: where `counted` holds an unknown word, an answer that counts has no annotator or moment, or
            an annotator has two that count for one claim.
    """
    _check_counted(frame["counted"])
    frame = frame.assign(**{name: _filled(frame[name]) for name in ("project", "article")})
    keys, claims = claim_keys(frame)
    known = frame["label"].isin(LABELS).to_numpy()
    vote, final = ((frame["counted"] == word).to_numpy() for word in ("yes", "final"))
    odd = frame[((vote | final) & ~known) | (frame["counted"] == "unknown").to_numpy()]
    noted = (frame["counted"] == "noted").to_numpy()
    rows = frame.assign(claim_id=keys, vote=vote & known, final=final & known, editor=(final & known) | noted)
    given = rows[rows["vote"]]
    votes = coded(given)
    _check_votes(votes, given, claims)
    days, first = _mondays(given["answered_at"])
    weeks = [_week(monday) for monday in first]
    last = np.zeros(len(votes.ids), dtype=np.int64)
    np.maximum.at(last, votes.claims, days)
    books, versions = few_codes(given["codebook"])
    under = books >= 0
    return Part(
        whole=tally(votes, pairs=False),
        weeks=tally_by(votes, last[votes.claims], weeks),
        codebooks=tally_by(votes.where(under), books[under].astype(np.int64), [str(v) for v in versions]),
        people=_people(given, votes, days, weeks),
        sources=_sources(rows, votes, len(claims), aliases),
        unknown=Counter(odd["label"].astype(object).fillna(odd["given"].astype(object)).fillna("").tolist()),
        claims=_hashes(claims["claim_id"]),
        keys=key_hashes(claims),
    )


def claim_keys(frame: pd.DataFrame) -> tuple[Codes, pd.DataFrame]:
    """Number the claim of each row, and give `claim_id` and `project` of each claim."""
    claims, ids = claim_codes(frame["claim_id"], None)
    projects, names = few_codes(frame["project"])
    keys, found = pd.factorize(claims.astype(np.int64) * max(len(names), 1) + projects)
    at, which = np.divmod(found, max(len(names), 1))
    return keys, pd.DataFrame(
        {"claim_id": ids.to_numpy()[at], "project": names.to_numpy()[which]}, dtype=object
    )


def key_hashes(claims: pd.DataFrame) -> Hashes:
    """Return a number (64 bits of a hash) for each claim by its project and id."""
    return _hashes(claims["project"] + "\0" + claims["claim_id"])


def merge_parts(parts: Iterable[Part]) -> Part:
    """Add parts of different claims; none gives an empty one."""
    told = list(parts)
    return Part(
        whole=merge(part.whole for part in told),
        weeks=_merged(part.weeks for part in told),
        codebooks=_merged(part.codebooks for part in told),
        people=_together((part.people for part in told), Person),
        sources=_together((part.sources for part in told), Named),
        unknown=sum((part.unknown for part in told), Counter()),
        claims=np.concatenate([_NONE, *(part.claims for part in told)]),
        keys=np.concatenate([_NONE, *(part.keys for part in told)]),
    )


def desk_notes(part: Part) -> list[str]:
    """Say in words what the tables do not show: labels that are none, claims in several projects."""
    notes = []
    if part.unknown:
        most_first = sorted(part.unknown.items(), key=lambda each: (-each[1], each[0]))
        named = ", ".join(f"“{label}” ({n:,})" for label, n in most_first)
        notes.append(f"{part.unknown.total():,} answers have an unknown label and are not counted: {named}")
    if twice := len(part.claims) - len(np.unique(part.claims)):
        notes.append(f"{twice:,} times a claim stands in another project too: it is counted in each")
    return notes


def desk_tables(part: Part) -> dict[str, pd.DataFrame]:
    """Return the tables by file name: weeks, annotators, sources and codebooks, see the `_COLUMNS`."""
    weeks = [
        {"week": week, "monday": date.fromisoformat(f"{week}-1").isoformat(), **_group_row(group)}
        for week, group in sorted(part.weeks.items())
    ]
    codebooks = [{"codebook": name, **_group_row(group)} for name, group in sorted(part.codebooks.items())]
    others = against_others(part.whole)
    people = [_person_row(name, person, others.get(name, {})) for name, person in sorted(part.people.items())]
    sources = sorted(map(_source_row, part.sources.values()), key=lambda row: (-row["claims"], row["source"]))
    return {
        "weeks.csv": _table(weeks, WEEKS_COLUMNS),
        "annotators.csv": _table(people, PEOPLE_COLUMNS),
        "sources.csv": _table(sources, DESK_SOURCES_COLUMNS),
        "codebooks.csv": _table(codebooks, CODEBOOKS_COLUMNS),
    }


def _week(monday: date) -> str:
    """Return the ISO week that begins on a day."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _mondays(moments: pd.Series[Any]) -> tuple[Codes, list[date]]:
    """Return for each moment (ISO 8601, UTC) the place of its week in the list of their Mondays, in order."""
    codes, found = few_codes(moments if _categorical(moments) else moments.str.slice(0, 10))
    days = [_day(moment) for moment in found]
    mondays = [day - timedelta(days=day.weekday()) for day in days]
    first = sorted(set(mondays))
    place = {monday: at for at, monday in enumerate(first)}
    return np.array([place[monday] for monday in mondays], dtype=np.int64)[codes], first


def _day(moment: str) -> date:
    try:
        return date.fromisoformat(moment[:10])
    except ValueError:
        raise BadInput(
            f"the column answered_at holds “{moment[:40]}”: write moments as 2031-05-02T10:00:00Z"
        ) from None


def _check_counted(counted: pd.Series[Any]) -> None:
    words = set(counted.dropna().unique())
    if counted.isna().any():
        raise BadInput(
            f"the column counted is empty in {int(counted.isna().sum())} rows: fill in yes, or why not"
        )
    if odd := sorted(map(str, words - {"yes", *WHY_NOT})):
        raise BadInput(f"the column counted holds “{odd[0]}”: it says yes, or one of {', '.join(WHY_NOT)}")


def _check_votes(votes: Coded, given: pd.DataFrame, claims: pd.DataFrame) -> None:
    """Refuse votes that cannot be counted, and name the first claim."""
    for name in ("annotator", "answered_at"):
        if (empty := given[name].isna().to_numpy()).any():
            claim = claims["claim_id"].iloc[votes.ids[votes.claims[int(np.argmax(empty))]]]
            raise BadInput(
                f"an answer that counts has no {name} (claim “{claim}”): fill it in, or take it out"
            )
    turns = np.sort(votes.claims * max(len(votes.names), 1) + votes.annotators)
    if (twice := turns[1:] == turns[:-1]).any():
        at, who = divmod(int(turns[int(np.argmax(twice))]), len(votes.names))
        raise BadInput(
            f"two answers of {votes.names[who]} to claim “{claims['claim_id'].iloc[votes.ids[at]]}” count: "
            "mark the older one superseded"
        )


def _hashes(texts: pd.Series[Any]) -> Hashes:
    return pd.util.hash_array(texts.to_numpy(dtype=object), categorize=False)


def _filled(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of text in which missing cells are empty."""
    return column.astype(object).fillna("") if column.isna().any() else column


def _categorical(column: pd.Series[Any]) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)


def _people(given: pd.DataFrame, votes: Coded, weeks: Codes, names: Sequence[str]) -> dict[str, Person]:
    who, people = votes.annotators, len(votes.names)
    labels = _table_of(who, votes.labels, people, len(votes.used))
    active = _table_of(who, weeks, people, len(names)) > 0
    timed = given["seconds"].gt(0).to_numpy()
    claims = np.bincount(who[timed], minlength=people)
    # an answer to a whole section has one time, which all its claims repeat
    answers = given.loc[timed, ["project", "task_id", "annotation_id", "seconds"]].assign(who=who[timed])
    once = answers[~answers.duplicated(["who", "project", "task_id", "annotation_id"])]
    seconds = np.bincount(once["who"], weights=once["seconds"], minlength=people)
    return {
        name: Person(
            labels=Counter({label: int(n) for label, n in zip(votes.used, labels[at], strict=True) if n}),
            seconds=float(seconds[at]),
            timed=int(claims[at]),
            weeks={names[week] for week in np.flatnonzero(active[at])},
        )
        for at, name in enumerate(votes.names)
    }


def _table_of(rows: Codes, columns: Codes, height: int, width: int) -> Counts:
    return np.bincount(rows * width + columns, minlength=height * width).reshape(height, width)


def _sources(rows: pd.DataFrame, votes: Coded, claims: int, aliases: Aliases) -> dict[str, Named]:
    """Count the sources of claims.

    Args:
        rows: all judgements, `claim_id` as numbers, and whether each is a `vote` or `final`.
        votes: those that count.
        claims: how many claims there are.
        aliases: by folded spelling the name of a source.
    """
    labels = _settled(rows, votes, claims)
    words, spellings = _words(rows, labels)
    named = np.flatnonzero(words >= 0)
    first = np.zeros(claims, dtype=np.int64)
    first[rows["claim_id"].to_numpy()[::-1]] = np.arange(len(rows) - 1, -1, -1)
    projects, keys = few_codes(rows["project"].iloc[first[named]])
    articles, slugs = few_codes(rows["article"].iloc[first[named]])
    by_label = _table_of(words[named], labels[named], len(spellings), len(_SETTLED))
    stand = np.unique((words[named] * max(len(keys), 1) + projects) * max(len(slugs), 1) + articles)
    of, place = np.divmod(stand, max(len(keys) * len(slugs), 1))
    places = [f"{key}/{slug}" for key in keys for slug in slugs]
    found: dict[str, Named] = {}
    for word in np.unique(of).tolist():
        name = aliases.get(fold(spellings[word]), spellings[word])
        begin, end = np.searchsorted(of, (word, word + 1)).tolist()
        told = place[begin:end]
        one = Named(
            labels=Counter({_SETTLED[at]: n for at, n in enumerate(by_label[word].tolist()) if n}),
            spellings=Counter({name: int(by_label[word].sum())}),
            articles={places[at] for at in told.tolist()},
            projects={str(keys[at // len(slugs)]) for at in told.tolist()},
        )
        if (before := found.setdefault(fold(name), one)) is not one:
            before.add(one)
    return found


_SETTLED = (*LABELS, "no_label")


def _settled(rows: pd.DataFrame, votes: Coded, claims: int) -> Codes:
    """Return the place in `_SETTLED` of each claim's label: the editor's last, else that of most votes."""
    counts = votes.counts()
    won = np.flatnonzero(2 * counts.max(axis=1, initial=0) > counts.sum(axis=1))
    place = np.array([LABELS.index(label) for label in votes.used], dtype=np.int64)
    labels = np.full(claims, len(LABELS), dtype=np.int64)
    labels[votes.ids[won].to_numpy(dtype=np.int64)] = place[counts[won].argmax(axis=1)] if len(won) else 0
    final = rows[rows["final"]].drop_duplicates("claim_id", keep="last")
    for claim, label in zip(final["claim_id"], final["label"], strict=True):
        labels[claim] = LABELS.index(label)
    return labels


def _words(rows: pd.DataFrame, labels: Codes) -> tuple[Codes, list[str]]:
    """Return for each claim the place of its source in the list of spellings, -1 for none; and the list.

    The editor's goes before the annotators'. Of those annotators whose label is the claim's, an attributed
    report, it is the source given most often, case and spaces folded, in the spelling given most often, of
    equals the first by alphabet; where they named none, the one that the program found, unless they say that
    nobody else carries the claim.
    """
    label_of = np.array(_SETTLED, dtype=object)[labels]
    reports = [place for place, label in enumerate(LABELS) if label in NEEDS_SOURCE]
    named, claim = rows["source"].notna(), rows["claim_id"].to_numpy()
    agreed = rows["vote"] & rows["label"].isin(NEEDS_SOURCE) & (rows["label"] == label_of[claim])
    decided = rows["editor"] & named
    decided[decided] = rows.loc[decided, "source"].astype(str).str.strip() != ""
    said = rows[decided | (agreed & named & ~np.isin(claim, claim[decided]))]
    found = rows[rows["suggested_source"].notna()].drop_duplicates("claim_id")
    given, of_given = few_codes(said["source"])
    proposed, of_proposed = few_codes(found["suggested_source"])
    spaced = [[" ".join(words.split()) for words in each] for each in (of_given, of_proposed)]
    spellings = sorted({words for each in spaced for words in each if words})
    at = {words: place for place, words in enumerate(spellings)} | {"": -1}
    said_at, suggested_at = (
        np.array([at[words] for words in each], dtype=np.int64)[codes]
        for each, codes in zip(spaced, (given, proposed), strict=True)
    )
    names = sorted({fold(words) for words in spellings})
    name_at = {name: place for place, name in enumerate(names)}
    name_of = np.array([name_at[fold(words)] for words in spellings], dtype=np.int64)
    claims, said_at = said["claim_id"].to_numpy()[said_at >= 0], said_at[said_at >= 0]
    same = name_of[said_at] == _most_given(claims, name_of[said_at], len(labels))[claims]
    words = _most_given(claims[same], said_at[same], len(labels))
    open_ = (words < 0) & ((labels == _SETTLED.index("no_label")) | np.isin(labels, reports))
    suggested = np.full(len(labels), -1, dtype=np.int64)
    suggested[found["claim_id"].to_numpy()] = suggested_at
    return np.where(open_, suggested, words), spellings


def _most_given(claims: Codes, values: Codes, count: int) -> Codes:
    """Return for each of `count` claims the value it has most often, of equals the smallest; -1 for none."""
    most = np.full(count, -1, dtype=np.int64)
    if len(values):
        size = int(values.max()) + 1
        cells, n = np.unique(claims * size + values, return_counts=True)
        of, value = np.divmod(cells, size)
        order = np.lexsort((-value, n, of))  # the last of each claim is the one
        most[of[order]] = value[order]
    return most


def _together(groups: Iterable[Mapping[str, _Sum]], empty: Callable[[], _Sum]) -> dict[str, _Sum]:
    """Add up what stands under the same name, and leave the parts as they are."""
    found: dict[str, _Sum] = {}
    for group in groups:
        for name, one in group.items():
            if name not in found:
                found[name] = empty()
            found[name].add(one)
    return found


def _merged(groups: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    found: dict[str, list[Tally]] = {}
    for group in groups:
        for name, each in group.items():
            found.setdefault(name, []).append(each)
    return {name: merge(tallies) for name, tallies in found.items()}


def _group_row(group: Tally) -> dict[str, Any]:
    told = headlines(group)
    counts, claims = group.kinds.counts, group.kinds.claims
    won = 2 * counts.max(axis=1, initial=0) > counts.sum(axis=1)
    best = np.array(group.labels, dtype=object)[counts.argmax(axis=1)[won]] if won.any() else np.array([])
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
