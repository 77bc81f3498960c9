"""Claims as the workbook shows them: each with its context, who said what of it, and what holds; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from annotate.model import CHECK_FIELDS
from annotate.report.frames import cells_of, disputes_table
from annotate.report.page import Said, rows_of, said_of_claims
from annotate.report.sheets import TYPED


@dataclass(frozen=True, slots=True)
class Case:
    """One claim; a field with the name of a column of `claims.csv` holds its cell, empty where it has none.

    `before` and `after` are the words around the claim, `said` is what each annotator said of it. `priority`
    and `reasons` are those of `checks.csv`, where the claim is listed there.
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
    check: str
    assignee: str
    editor: str
    progress: str
    status: str
    flags: str
    notes: str
    suggestion: str
    suggestion_score: float | None
    link: str
    priority: float | None = None
    reasons: str = ""


FIELDS = tuple(field.name for field in fields(Case))
NUMBERS = ("position", "votes", "wanted", "suggestion_score", "priority")


def cases_to_check(
    checks: pd.DataFrame, computed: Mapping[str, Case], typed: Mapping[str, Case]
) -> dict[str, Case]:
    """Return the claims to check by id as the program computed them, in the order of the table.

    Claims of which a check was typed and that are no longer to be checked come last.

    Args:
        checks: columns `CHECKS_COLUMNS`, as the program computed them.
        computed: claims as the program computed them.
        typed: the same with what was typed.
    """
    listed = {
        row["claim_id"]: replace(
            computed[row["claim_id"]], priority=row["priority"], reasons=row["reasons"] or ""
        )
        for row in rows_of(checks)
        if row["claim_id"] in computed
    }
    others = [each for each in computed if _has_typed_check(typed[each], computed[each])]
    return {**listed, **{each: computed[each] for each in others if each not in listed}}


def _has_typed_check(typed: Case, computed: Case) -> bool:
    return with_cells_of(computed, typed, CHECK_FIELDS) is not computed


def with_cells_of(case: Case, other: Case, names: Iterable[str]) -> Case:
    """Return a claim with some cells of another state of it."""
    cells: dict[str, Any] = {name: getattr(other, name) for name in names}
    return _with(case, cells)


def typed_cases(typed: pd.DataFrame, computed: Mapping[str, Case]) -> dict[str, Case]:
    """Return claims by id with what was typed of them; those of which nothing was typed are as computed.

    Args:
        typed: columns `CLAIMS_COLUMNS`, the cells of `TYPED` with what was typed.
        computed: claims as the program computed them.
    """
    columns = [cells_of(typed[name]) for name in ("claim_id", *TYPED)]
    rows = {claim_id: cells for claim_id, *cells in zip(*columns, strict=True)}
    return {
        claim_id: _with(case, {name: cell or "" for name, cell in zip(TYPED, rows[claim_id], strict=True)})
        for claim_id, case in computed.items()
    }


def _with(case: Case, cells: Mapping[str, Any]) -> Case:
    """Return a claim with some cells; the same one where it has them already."""
    same = all(getattr(case, name) == cell for name, cell in cells.items())
    return case if same else replace(case, **cells)


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
    cells = {name: row.get(name) if name in NUMBERS else row.get(name) or "" for name in FIELDS}
    context, claim = row["context"] or "", " ".join((row["claim"] or "").split())
    before, found, after = context.partition(f"⟦{claim}⟧")
    around = {"before": before, "after": after} if found else {"before": "", "after": ""}
    everything: dict[str, Any] = {**cells, **around, "said": tuple(said)}
    return Case(**everything)
