"""The tables of a report as CSV files."""

from __future__ import annotations

import pandas as pd

from annotate.report.checks import CHECKS_COLUMNS
from annotate.report.exporters.registry import ReportData, table
from annotate.report.frames import (
    CHANGES_COLUMNS,
    CLAIMS_COLUMNS,
    JUDGEMENTS_COLUMNS,
    SOURCES_COLUMNS,
)
from annotate.report.gold import GOLD_COLUMNS, gold_table
from annotate.report.sheets import CHECKS


@table("judgements.csv", JUDGEMENTS_COLUMNS, place=1)
def judgements(data: ReportData) -> pd.DataFrame:
    """Return one row per answer to a claim."""
    return data.answers.judgements


@table("claims.csv", CLAIMS_COLUMNS, place=2)
def claims(data: ReportData) -> pd.DataFrame:
    """Return one row per claim in reading order, with what an editor typed."""
    return data.sheets["claims.csv"]


@table("disputes.csv", CLAIMS_COLUMNS, place=3)
def disputes(data: ReportData) -> pd.DataFrame:
    """Return the claims whose votes are split, hardest first, with what an editor typed."""
    return data.sheets["disputes.csv"]


@table(CHECKS, CHECKS_COLUMNS, place=4)
def checks(data: ReportData) -> pd.DataFrame:
    """Return what is to check, in the order of its priority, with what an editor typed."""
    return data.sheets[CHECKS]


@table("sources.csv", SOURCES_COLUMNS, place=4)
def sources(data: ReportData) -> pd.DataFrame:
    """Return one row per source."""
    return data.sources


@table("gold.csv", GOLD_COLUMNS, place=5)
def gold(data: ReportData) -> pd.DataFrame | None:
    """Return how annotators judged decided claims of other articles; nothing where none were mixed in."""
    return gold_table(data.gold) if data.gold else None


@table("changes.csv", CHANGES_COLUMNS, place=5)
def changes(data: ReportData) -> pd.DataFrame | None:
    """Return what changed since an earlier pull; nothing where none was compared."""
    return data.changes
