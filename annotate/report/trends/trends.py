"""Figures over many projects and months: by week, annotator, source and codebook version.

SQL counts (see `trends.sql`), the rules and formulas are those of a project's report: `consensus` gives the
label of each pattern of votes, `headlines` the agreement. A claim belongs to the week of its last answer.
Answers under different codebooks are not compared with each other. Editors' final labels settle the labels of
sources; agreement knows answers alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from annotate.errors import BadInput
from annotate.model import LABELS
from annotate.report.frames import Aliases, folded, typed, why_withheld
from annotate.report.stats import Kinds, Tally, consensus, figure, headlines
from annotate.report.trends.database import Database, database, load
from annotate.report.trends.judgement_files import DESK_COLUMNS as DESK_COLUMNS

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

CARRIED = "attributed_report"  # the label that needs a source

Pattern = Mapping[str, int]  # by label, how many annotators gave it to a claim
Groups = Mapping[str, Sequence[tuple[Pattern, int]]]  # by name, its patterns and how many claims have them
Warn = Callable[[Path, str], None]


@dataclass(frozen=True)
class Trends:
    """Figures over many projects.

    `tables` has them by file name: weeks, annotators, sources and codebooks, see the `_COLUMNS`. `notes` are
    sentences on what the tables do not show.
    """

    tables: Mapping[str, pd.DataFrame]
    notes: Sequence[str]


def count_trends(
    files: Sequence[Path],
    folder: Path,
    *,
    aliases: Aliases,
    leave_out: Warn | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Trends:
    """Return the figures over the judgements of Parquet files with the columns `DESK_COLUMNS`.

    Args:
        files: as `judgement_files` gives them.
        folder: the folder that they are in.
        aliases: by folded spelling the name of a source.
        leave_out: called with a file that cannot be counted, and why; the others are counted. Without it such
            a file is an error.
        progress: called with how many files were read, and of how many.

    Raises:
        BadInput: where a file is damaged, lacks a column or holds what cannot be counted, or two files have
            the same claim of one project.
        AnnotateError: where memory or disk do not suffice.
    """
    with database(folder) as base:
        load(base, files, folder, progress=progress)
        for at, problem in base.rows("problems"):
            if leave_out is None:
                raise BadInput(f"{files[at]}: {problem}")
            leave_out(files[at], problem)
            base.rows("leave_out", file=at)
        base.rows("claims")
        _refuse_copies(base.rows("copies"), files)
        base.rows("votes")
        return Trends(tables=_tables(base, aliases), notes=_notes(base))


def _refuse_copies(copies: Sequence[tuple[str, int, int]], files: Sequence[Path]) -> None:
    """Refuse a claim of one project that is in two files."""
    if copies:
        claim, first, second = copies[0]
        more = f" (and {len(copies) - 1:,} more)" if len(copies) > 1 else ""
        raise BadInput(
            f"claim “{claim}”{more} stands in {files[first]} and in {files[second]}: leave one of the two out, "
            "or put all answers to a claim into one file"
        )


def _notes(base: Database) -> list[str]:
    """Return sentences on unknown labels and on claims in several projects."""
    notes = []
    if unknown := base.rows("unknown"):
        named = ", ".join(f"“{label}” ({answers:,})" for label, answers in unknown)
        total = sum(answers for _, answers in unknown)
        notes.append(f"{total:,} answers have an unknown label and are not counted: {named}")
    if again := base.rows("in_several_projects")[0][0]:
        notes.append(f"{again:,} times a claim stands in another project too: it is counted in each")
    return notes


def _tables(base: Database, aliases: Aliases) -> dict[str, pd.DataFrame]:
    """Return the tables by file name."""
    weeks = [
        {"week": week, "monday": date.fromisoformat(f"{week}-1").isoformat(), **row}
        for week, row in _groups(base, "weeks").items()
    ]
    codebooks = [{"codebook": name, **row} for name, row in _groups(base, "codebooks").items()]
    return {
        "weeks.csv": _table(weeks, WEEKS_COLUMNS),
        "annotators.csv": _table(_people(base), PEOPLE_COLUMNS),
        "sources.csv": _table(_sources(base, aliases), DESK_SOURCES_COLUMNS),
        "codebooks.csv": _table(codebooks, CODEBOOKS_COLUMNS),
    }


def _table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    return typed(pd.DataFrame(list(rows), columns=list(columns)))


def labels_of(patterns: Sequence[Pattern]) -> list[str | None]:
    """Return the consensus of claims whose votes have these patterns, `None` for no label."""
    votes = [
        (str(claim), f"annotator {number}", label)
        for claim, pattern in enumerate(patterns)
        for label, count in pattern.items()
        for number in range(count)
    ]
    frame = pd.DataFrame(votes, columns=["claim_id", "annotator", "label"])
    return list(consensus(frame, claims=map(str, range(len(patterns))))["label"])


def _groups(base: Database, name: str) -> dict[str, dict[str, Any]]:
    """Return by week or codebook the columns `_GROUP_COLUMNS`."""
    groups: dict[str, list[tuple[Pattern, int]]] = {}
    for group, pattern, claims in base.rows(name):
        groups.setdefault(group, []).append((pattern, claims))
    people = dict(base.rows(f"annotators_by_{name}"))
    return {group: _group_row(patterns, people[group]) for group, patterns in groups.items()}


def _group_row(patterns: Sequence[tuple[Pattern, int]], annotators: Sequence[str]) -> dict[str, Any]:
    counts = np.array([list(pattern.values()) for pattern, _ in patterns], dtype=np.int64)
    claims = np.array([number for _, number in patterns], dtype=np.int64)
    kinds = Kinds(counts, claims)
    figures = headlines(Tally(tuple(sorted(LABELS)), tuple(annotators), kinds, crossed={}, others={}))
    by_label: Counter[str | None] = Counter()
    for label, (_, number) in zip(labels_of([pattern for pattern, _ in patterns]), patterns, strict=True):
        by_label[label] += number
    why = why_withheld(figures["claims_judged_twice"], "judged twice") or figures["undefined"]
    return {
        **{name: figures[name] for name in ("claims", "judgements", "annotators")},
        **{label: by_label[label] for label in LABELS},
        "no_label": by_label[None],
        **{name: None if why else figures[name] for name in ("percent_agreement", "krippendorff_alpha")},
        "why": why,
    }


def _people(base: Database) -> list[dict[str, Any]]:
    """Return the rows of `annotators.csv`."""
    compared, agreeing = _against_others(base.rows("answers"))
    return [
        {
            "annotator": name,
            "judgements": sum(labels.values()),
            **labels,
            "compared": compared[name],
            "agreeing": agreeing[name],
            "share": None
            if why_withheld(compared[name], "")
            else figure(agreeing[name] / compared[name]),
            "seconds": None if seconds is None else round(seconds, 1),
            "first_week": first,
            "last_week": last,
        }
        for name, labels, seconds, first, last in base.rows("people")
    ]


def _against_others(
    answers: Sequence[tuple[str, str, Pattern, int]],
) -> tuple[Counter[str], Counter[str]]:
    """Return by annotator on how many claims the others came to a label, and on how many to the same one."""
    others = labels_of([{**pattern, vote: pattern[vote] - 1} for _, vote, pattern, _ in answers])
    compared, agreeing = Counter[str](), Counter[str]()
    for (name, vote, _, claims), label in zip(answers, others, strict=True):
        compared[name] += claims * (label is not None)
        agreeing[name] += claims * (label == vote)
    return compared, agreeing


def _sources(base: Database, aliases: Aliases) -> list[dict[str, Any]]:
    """Return the rows of `sources.csv`."""
    patterns = [pattern for (pattern,) in base.rows("patterns")]
    of_patterns = {"pattern": patterns, "label": labels_of(patterns)}
    counts = pa.struct([(label, pa.int64()) for label in sorted(LABELS)])
    base.add("labels", pa.table(of_patterns, schema=pa.schema([("pattern", counts), ("label", pa.string())])))
    spellings = [_spelling(given, aliases) for (given,) in base.rows("spellings")]
    base.add("spellings", pa.Table.from_pylist(spellings, schema=_SPELLINGS))
    return [
        {
            "source": source,
            "claims": claims,
            **labels,
            "no_label": claims - sum(labels.values()),
            "articles": articles,
            "projects": projects,
        }
        for source, claims, labels, articles, projects in base.rows("sources", carried=CARRIED)
    ]


_SPELLINGS = pa.schema(
    [(name, pa.string()) for name in ("given", "words", "folded", "name", "name_folded")]
)


def _spelling(given: str, aliases: Aliases) -> dict[str, str]:
    """Return a row of the table `spellings`."""
    words = " ".join(given.split())
    name = aliases.get(folded(words), words)
    return {
        "given": given,
        "words": words,
        "folded": folded(words),
        "name": name,
        "name_folded": folded(name),
    }
