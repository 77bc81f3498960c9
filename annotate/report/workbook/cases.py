"""Claims as the workbook shows them: each with its context, who said what of it, and what holds; pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from annotate.report.frames import disputes_table
from annotate.report.page import Said, rows_of, said_of_claims


@dataclass(frozen=True, slots=True)
class Case:
    """One claim; a field with the name of a column of `claims.csv` holds its cell, empty where it has none.

    `before` and `after` are the words around the claim, `said` is what each annotator said of it.
    """

    claim_id: str
    article: str
    section: str
    position: int | None
    claim: str
    before: str
    after: str
    said: tuple[Said, ...]
    answers: str
    votes: int
    wanted: int | None
    label: str
    decision: str
    source: str
    note: str
    source_kind: str
    evidence: str
    editor: str
    progress: str
    status: str
    flags: str
    notes: str
    suggestion: str
    suggestion_score: float | None
    link: str


def cases_of(claims: pd.DataFrame, judgements: pd.DataFrame) -> dict[str, Case]:
    """Return the claims by id, in the order of the table.

    Args:
        claims: columns `CLAIMS_COLUMNS`.
        judgements: columns `JUDGEMENTS_COLUMNS`.
    """
    said = said_of_claims(judgements)
    return {
        row["claim_id"]: _case(row, [each for each in said.get(row["claim_id"], ()) if not each.final])
        for row in rows_of(claims)
    }


def ids_to_decide(claims: pd.DataFrame) -> list[str]:
    """Return what nobody decided: disputed claims, the hardest first, then those that wait for answers.

    Args:
        claims: columns `CLAIMS_COLUMNS`.
    """
    disputes = disputes_table(claims)
    disputed = disputes.loc[disputes["progress"] == "disputed", "claim_id"]
    waiting = claims.loc[claims["progress"] == "waiting", "claim_id"]
    return [*disputed, *waiting]


def _case(row: dict[str, Any], said: list[Said]) -> Case:
    numbers = ("position", "votes", "wanted", "suggestion_score")
    own = {field.name: row.get(field.name) for field in fields(Case)}
    cells = {name: cell if name in numbers else cell or "" for name, cell in own.items()}
    context, claim = row["context"] or "", " ".join((row["claim"] or "").split())
    before, found, after = context.partition(f"⟦{claim}⟧")
    around = {"before": before, "after": after} if found else {"before": "", "after": ""}
    everything: dict[str, Any] = {**cells, **around, "said": tuple(said)}
    return Case(**everything)
