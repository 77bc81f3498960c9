"""Figures over many projects and months: by week, annotator, source and codebook version.

SQL counts (see `trends.sql`), the rules and formulas are those of a project's report: `majority` gives the
label of each pattern of votes, `headlines` the agreement. A claim belongs to the week of its last answer.
Answers under different codebooks are not compared with each other. Editors' final labels settle the labels of
sources; agreement knows answers alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from annotate.errors import BadInput
from annotate.labels import LABELS, SHOWN_AS
from annotate.report.frames import (
    Aliases,
    declare,
    frame_of,
    integer,
    label_columns,
    number,
    text,
    why_withheld,
)
from annotate.report.stats import Kinds, figure, headlines, majority
from annotate.text import fold

if TYPE_CHECKING:
    from annotate.report.trends.database import Database

_GROUP_COLUMNS = (
    integer("claims", "claims that were judged"),
    integer("judgements", "answers that count"),
    integer("annotators", "who gave them"),
    integer(LABELS[0], f"claims of which more than half of the answers say {SHOWN_AS[LABELS[0]]}"),
    *label_columns("the same for {}")[1:],
    integer("no_label", "claims without such a label"),
    number("percent_agreement", "share of pairs of answers to one claim with the same label (0..1)"),
    number("krippendorff_alpha", "agreement beyond chance; empty where it is withheld or not defined"),
    text("why", "why alpha is empty"),
)

WEEKS_COLUMNS = declare(
    text("week", "ISO week of a claim's last answer, such as 2031-W18"),
    text("monday", "the day it begins"),
    *_GROUP_COLUMNS,
)

CODEBOOKS_COLUMNS = declare(
    text("codebook", "version of the codebook that the answers were given under"),
    *_GROUP_COLUMNS,
)

PEOPLE_COLUMNS = declare(
    text("annotator", "who"),
    integer("judgements", "answers that count"),
    *label_columns("of these, {}"),
    integer("compared", "claims that the others came to a label on"),
    integer("agreeing", "of these, claims with the same label by this annotator"),
    number("share", "agreeing of compared (0..1); empty below 20 claims"),
    number("seconds", "mean time a claim, where times were kept"),
    text("first_week", "week of the first answer"),
    text("last_week", "week of the last one"),
)

DESK_SOURCES_COLUMNS = declare(
    text(
        "source",
        "who carries the claims: the name in configs/aliases.txt, else the spelling given most often",
    ),
    integer("claims", "how many claims name it"),
    *label_columns("of these, claims labelled {}"),
    integer("no_label", "of these, claims without a label"),
    integer("articles", "in how many articles"),
    integer("projects", "in how many projects"),
)

Pattern = Mapping[str, int]  # by label in alphabetical order, how many annotators gave it to a claim
NAMES = sorted(LABELS)


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
    leave_out: Callable[[Path, str], None] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Trends:
    """Return the figures over the judgements of Parquet files with the columns `DESK_COLUMNS`.

    Args:
        files: as `judgement_files` returns them.
        folder: the folder that they are in.
        aliases: by folded spelling the name of a source.
        leave_out: called with a file that cannot be counted, and why; the others are counted. Without it such
            a file is an error.
        progress: called with how many files were read, and of how many.

    Raises:
        BadInput: where a file is damaged or holds what cannot be counted, or two files have the same claim of
            one project.
        AnnotateError: where memory or disk do not suffice.
    """
    from annotate.report.trends.database import database  # noqa: PLC0415 - DuckDB takes 0.3 s to load

    with database() as base:
        for at, path in enumerate(files):
            if problem := base.read(at, path, folder):
                if leave_out is None:
                    raise BadInput(f"{path}: {problem}")
                leave_out(path, problem)
            progress(at + 1, len(files))
        _refuse_copies(base.rows("copies"), files)
        return Trends(_tables(base, aliases), _notes(base))


def _refuse_copies(copies: Sequence[tuple[str, int, int]], files: Sequence[Path]) -> None:
    """Refuse a claim of one project that is in two files."""
    if copies:
        claim, first, second = copies[0]
        more = f" (and {len(copies) - 1:,} more)" if len(copies) > 1 else ""
        raise BadInput(
            f"claim “{claim}”{more} stands in {files[first]} and in {files[second]}: leave one of the two "
            "out, or put all answers to a claim into one file"
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
        "weeks.csv": frame_of(weeks, WEEKS_COLUMNS),
        "annotators.csv": frame_of(_people(base), PEOPLE_COLUMNS),
        "sources.csv": frame_of(_sources(base, aliases), DESK_SOURCES_COLUMNS),
        "codebooks.csv": frame_of(codebooks, CODEBOOKS_COLUMNS),
    }


def _labels(patterns: Sequence[Pattern]) -> list[str | None]:
    """Return the label of the majority for each pattern of votes, `None` where there is none."""
    counts = np.array([list(pattern.values()) for pattern in patterns], dtype=np.int64)
    return [NAMES[at] if at >= 0 else None for at in majority(counts.reshape(-1, len(NAMES)))]


def _groups(base: Database, name: str) -> dict[str, dict[str, Any]]:
    """Return by week or codebook the columns `_GROUP_COLUMNS`."""
    groups: dict[str, list[tuple[Pattern, int]]] = {}
    for group, pattern, claims in base.rows(name):
        groups.setdefault(group, []).append((pattern, claims))
    annotators = dict(base.rows(f"annotators_by_{name}"))
    return {group: _group_row(patterns, annotators[group]) for group, patterns in groups.items()}


def _group_row(patterns: Sequence[tuple[Pattern, int]], annotators: int) -> dict[str, Any]:
    counts = np.array([list(pattern.values()) for pattern, _ in patterns], dtype=np.int64)
    claims = np.array([times for _, times in patterns], dtype=np.int64)
    figures = headlines(Kinds(counts, claims), annotators=annotators)
    by_label: Counter[str | None] = Counter()
    for label, (_, times) in zip(_labels([pattern for pattern, _ in patterns]), patterns, strict=True):
        by_label[label] += times
    why = why_withheld(figures["claims_judged_twice"], "judged twice") or figures["undefined"]
    agreement = {name: None if why else figures[name] for name in ("percent_agreement", "krippendorff_alpha")}
    labels = {label: by_label[label] for label in LABELS}
    return {**figures, **labels, "no_label": by_label[None], **agreement, "why": why}


def _people(base: Database) -> list[dict[str, Any]]:
    """Return the rows of `annotators.csv`."""
    compared, agreeing = _against_others(base.rows("others"))
    return [
        {
            "annotator": name,
            "judgements": sum(labels.values()),
            **labels,
            "compared": compared[name],
            "agreeing": agreeing[name],
            "share": None if why_withheld(compared[name], "") else figure(agreeing[name] / compared[name]),
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
    others = _labels([{**pattern, vote: pattern[vote] - 1} for _, vote, pattern, _ in answers])
    compared, agreeing = Counter[str](), Counter[str]()
    for (name, vote, _, claims), label in zip(answers, others, strict=True):
        compared[name] += claims * (label is not None)
        agreeing[name] += claims * (label == vote)
    return compared, agreeing


def _sources(base: Database, aliases: Aliases) -> list[dict[str, Any]]:
    """Return the rows of `sources.csv`."""
    patterns = [pattern for (pattern,) in base.rows("patterns")]
    counts = pa.array(patterns, pa.struct([(name, pa.int64()) for name in NAMES]))
    base.add("labels", pa.table({"pattern": counts, "label": pa.array(_labels(patterns), pa.string())}))
    given = [spelling for (spelling,) in base.rows("spellings")]
    words = [" ".join(spelling.split()) for spelling in given]
    names = [aliases.get(fold(each), each) for each in words]
    spelled = [given, words, map(fold, words), names, map(fold, names)]
    columns = ["given", "words", "folded", "name", "name_folded"]
    base.add("spellings", pa.table([pa.array(column, pa.string()) for column in spelled], columns))
    return [
        {"source": source, "claims": claims, **labels, "articles": articles, "projects": projects}
        | {"no_label": claims - sum(labels.values())}
        for source, claims, labels, articles, projects in base.rows("sources")
    ]
