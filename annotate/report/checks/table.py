"""The table of what is to check, `checks.csv`; pure."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from annotate.model import CHECKED, DROPPED
from annotate.order import Weights
from annotate.report.checks.worthiness import worthiness_of
from annotate.report.frames import CLAIMS_COLUMNS, Answers, declare, names_of, number, text, typed

_OF_CLAIMS = {column.name: column for column in CLAIMS_COLUMNS}

CHECKS_COLUMNS = declare(
    _OF_CLAIMS["position"],
    _OF_CLAIMS["claim"],
    number("priority", "how much it is worth checking: the sum of the weights of its reasons"),
    text("reasons", "what speaks for checking it soon, joined by '; '"),
    *(
        _OF_CLAIMS[name]
        for name in (
            *("check", "assignee", "evidence", "note", "label", "decision", "source", "source_kind"),
            *("editor", "progress", "section", "context", "article", "claim_id", "link"),
        )
    ),
)

# Claims that nobody needs to look at any more come last.
_DONE: Mapping[str, int] = {CHECKED: 1, DROPPED: 2}


def rank_of(state: str) -> int:
    """Return where claims of a check state are listed: 0 for those that are still to be checked."""
    return _DONE.get(state, 0)


def checks_table(claims: pd.DataFrame, answers: Answers, weights: Weights) -> pd.DataFrame:
    """Return the claims that have a check state, those to check first, columns `CHECKS_COLUMNS`.

    Claims to check and in hand come before checked ones, and these before dropped ones. Of each, those with
    the highest priority come first, equal ones in reading order, and claims of earlier versions at the end.

    Args:
        claims: columns `CLAIMS_COLUMNS`.
        answers: the pulled project.
        weights: of the signs.
    """
    listed = claims[claims["check"].notna()]
    found = worthiness_of(listed, answers, weights)
    table = listed.assign(
        priority=[float(found[claim_id].score) for claim_id in listed["claim_id"]],
        reasons=["; ".join(found[claim_id].reasons) for claim_id in listed["claim_id"]],
    )
    ranks = [rank_of(state) for state in table["check"]]
    keys = list(zip(ranks, table["position"].isna(), -table["priority"], strict=True))
    order = sorted(range(len(table)), key=keys.__getitem__)
    rows: pd.DataFrame = typed(table.iloc[order][names_of(CHECKS_COLUMNS)].reset_index(drop=True))
    return rows
