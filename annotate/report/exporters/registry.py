"""What an exporter is, what it exports, and which there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from annotate.model import Similar
from annotate.report.checks import Weights, checks_table, our_weights
from annotate.report.frames import (
    Answers,
    Columns,
    agreement_table,
    changes_table,
    claims_table,
    disputes_table,
    our_aliases,
    sources_table,
)
from annotate.report.gold import GoldFigures
from annotate.report.sheets import BOM, CHECKS, WORKBOOK, csv_text, encoded
from annotate.report.stats import Method

LAST = 1000  # the place of a file whose exporter names none


@dataclass(frozen=True, slots=True)
class ReportData:
    """What the files of a report are made from.

    `claims` is the table as the program computed it; `sheets` holds by file name the tables in which an
    editor decides, with what was typed into the sheets that they replace. `checks` is the table of what is
    to check, as the program computed it. `changes` is `None` where two pulls were not compared. `key` is the
    project's. With `mail` there is a page for other computers too.
    `unwritten` holds the claims of decisions that Label Studio does not have yet, one for each decision.
    `similar` has by claim id what the desk remembers that is like it. `gold` are the figures of decided
    claims that were mixed in, `None` where there are none; nothing else here has to do with them.
    """

    key: str
    answers: Answers
    claims: pd.DataFrame
    checks: pd.DataFrame
    sources: pd.DataFrame
    figures: Mapping[str, Any]
    changes: pd.DataFrame | None
    sheets: Mapping[str, pd.DataFrame]
    mail: bool = False
    similar: Mapping[str, Sequence[Similar]] = field(default_factory=dict)
    unwritten: tuple[str, ...] = ()
    gold: GoldFigures | None = None


class Exporter(Protocol):
    """One file of a report."""

    @property
    def name(self) -> str:
        """The file's name."""

    @property
    def place(self) -> int:
        """A number: files are listed in the order of their places."""

    @property
    def columns(self) -> Columns:
        """The columns of a table; empty for other files."""

    def export(self, data: ReportData, /) -> bytes | None:
        """Return the file's content; `None` where there is nothing to write, so that an old file goes.

        Raises:
            BadInput: where the data cannot be written in this format.
        """


Make = Callable[[ReportData], str | bytes | None]
MakeTable = Callable[[ReportData], "pd.DataFrame | None"]


@dataclass(frozen=True, slots=True)
class _Exporter:
    name: str
    place: int
    columns: Columns
    make: Make

    def export(self, data: ReportData, /) -> bytes | None:
        content = self.make(data)
        return encoded(content, Path(self.name)) if isinstance(content, str) else content


_EXPORTERS: dict[str, Exporter] = {}


def exporter(name: str, *, place: int = LAST, columns: Columns = ()) -> Callable[[Make], Make]:
    """Register a function that returns the content of the file `name`; text becomes UTF-8."""

    def register(make: Make) -> Make:
        _EXPORTERS[name] = _Exporter(name, place, columns, make)
        return make

    return register


def table(name: str, columns: Columns, *, place: int = LAST) -> Callable[[MakeTable], MakeTable]:
    """Register a function that returns the frame that is written as the CSV file `name`, or `None`."""

    def register(make: MakeTable) -> MakeTable:
        @exporter(name, place=place, columns=columns)
        def text(data: ReportData) -> str | None:
            frame = make(data)
            return None if frame is None else BOM + csv_text(frame)

        return make

    return register


def exporters() -> list[Exporter]:
    """Return all exporters, in the order in which their files are listed."""
    return sorted(_EXPORTERS.values(), key=lambda each: (each.place, each.name))


def report_data(  # noqa: PLR0913 - what a report depends on
    answers: Answers,
    *,
    key: str,
    method: Method = "majority",
    weights: Weights | None = None,
    before: Answers | None = None,
    mail: bool = False,
    similar: Mapping[str, Sequence[Similar]] | None = None,
) -> ReportData:
    """Return what the files of a report are made from.

    Args:
        answers: the pulled project.
        key: what the project is called in figures over many projects.
        method: how judgements come to a consensus.
        weights: of the signs that a claim is worth checking; by default those of the settings.
        before: the same project as an earlier pull has it, to compare with.
        mail: also make a page for other computers.
        similar: by claim id what the desk remembers that is like it.

    Raises:
        BadInput: where the list of aliases cannot be read.
    """
    claims = claims_table(answers, method=method)
    checks = checks_table(claims, answers, our_weights() if weights is None else weights)
    return ReportData(
        key=key,
        answers=answers,
        claims=claims,
        checks=checks,
        sources=sources_table(claims, aliases=our_aliases()),
        figures=agreement_table(answers, claims),
        changes=None if before is None else changes_table(claims_table(before, method=method), claims),
        sheets={
            "claims.csv": claims,
            "disputes.csv": disputes_table(claims),
            CHECKS: checks,
            WORKBOOK: claims,
        },
        mail=mail,
        similar=similar or {},
    )
