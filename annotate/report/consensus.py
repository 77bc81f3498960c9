"""What the judgements of one claim come to: a label that more than half gave, or none.

A frame of judgements has the columns `JUDGEMENT_COLUMNS`: one row an annotator and claim, `label` missing
(`None`, NaN) where the answer is no label. Everything here is pure and works on the table of counts, one row
a claim and one column a label.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from annotate.errors import BadInput

JUDGEMENT_COLUMNS = ("claim_id", "annotator", "label")
CONSENSUS_COLUMNS = ("claim_id", "label", "status", "share", "votes")

Status = Literal["unanimous", "majority", "tie", "single", "unjudged", "adjudicated"]
STATUSES: tuple[Status, ...] = ("unanimous", "majority", "tie", "single", "unjudged", "adjudicated")

Counts = npt.NDArray[np.int64]


def count_table(frame: pd.DataFrame, *, claims: Iterable[str] | None = None) -> pd.DataFrame:
    """Count the labels of each claim.

    Args:
        frame: judgements with the columns claim_id and label; a missing label is counted nowhere.
        claims: the claims to list, in this order; without it those of the frame, as they first come.

    Returns:
        One row a claim (index claim_id), one column a label in alphabetical order, int64 counts.

    Raises:
        BadInput: where a column is missing, a row has no claim_id, or `claims` lacks a claim of the frame.
    """
    check_columns(frame, ("claim_id", "label"))
    rows, index = _rows(frame["claim_id"], claims)
    codes, found = pd.factorize(frame["label"].to_numpy(), sort=True)
    width = len(found)
    cells = rows * width + codes
    given = codes >= 0
    counts = np.bincount(cells if given.all() else cells[given], minlength=len(index) * width)
    return pd.DataFrame(counts.reshape(len(index), width), index=index, columns=pd.Index(found, dtype=object))


def consensus(
    frame: pd.DataFrame,
    *,
    method: Literal["majority"] = "majority",
    claims: Iterable[str] | None = None,
    final: pd.Series[Any] | None = None,
) -> pd.DataFrame:
    """Say for each claim which label the annotators came to, and how.

    ============  ==============================================================================
    unanimous     two or more annotators, all with the same label
    majority      more than half of the votes for one label
    tie           no label has more than half of the votes: no label
    single        one annotator alone
    unjudged      no vote: no label
    adjudicated   an editor decided: the label is the editor's, whatever the votes say
    ============  ==============================================================================

    Args:
        frame: judgements with the columns claim_id, annotator, label; one row an annotator and claim.
        method: `majority` (strict: more than half).
        claims: the claims to list, in this order; without it those of the frame, as they first come.
        final: final labels of editors, indexed by claim_id.

    Returns:
        One row a claim: claim_id, label (or `None`), status (one of `STATUSES`), share (votes for the
        label, or where there is none for the strongest, over all votes; NaN without votes), votes.

    Raises:
        BadInput: where a column is missing, a row has no claim_id, or `claims` lacks a claim of the frame.
    """
    check_columns(frame, JUDGEMENT_COLUMNS)
    if method != "majority":
        raise BadInput(f"Unknown way to a consensus: {method!r}. Use 'majority'.")
    table = count_table(frame, claims=claims)
    labels, share, votes = _majority(table)
    decided = _decided(table.index, final)
    labels = np.where(decided.notna(), decided.to_numpy(dtype=object), labels)
    columns = {
        "claim_id": pd.Series(table.index.to_numpy(dtype=object), dtype=object),
        "label": pd.Series(labels, dtype=object),  # text as pandas infers it would turn None into NaN
        "status": pd.Series(_status(votes, share, decided.notna().to_numpy()), dtype=object),
        "share": pd.Series(_share(table, share, votes, decided)),
        "votes": pd.Series(votes),
    }
    return pd.DataFrame(columns, columns=list(CONSENSUS_COLUMNS))


def check_columns(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """Refuse a frame that lacks one of the columns, and name it."""
    if missing := [column for column in columns if column not in frame.columns]:
        there = ", ".join(map(str, frame.columns)) or "none"
        raise BadInput(f"The table has no column {', '.join(missing)} (it has: {there}).")


def _rows(
    claim_ids: pd.Series[Any], claims: Iterable[str] | None
) -> tuple[npt.NDArray[np.intp], pd.Index[Any]]:
    """Give the row of each judgement in the count table, and the table's index."""
    if claims is None:
        rows, found = pd.factorize(claim_ids.to_numpy())
        index = pd.Index(found, name="claim_id", dtype=object)
    else:
        index = pd.Index(list(dict.fromkeys(claims)), name="claim_id", dtype=object)
        rows = index.get_indexer(pd.Index(claim_ids))
    if (rows < 0).any():
        stray = claim_ids.iloc[int(np.argmax(rows < 0))]
        raise BadInput(f"A judgement belongs to no claim of the table: claim_id {stray!r}.")
    return rows, index


def _majority(table: pd.DataFrame) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64], Counts]:
    """Give label (`None` without a strict majority), share of the strongest label, and votes."""
    counts = table.to_numpy()
    votes = counts.sum(axis=1, dtype=np.int64)
    labels = np.full(len(table), None, dtype=object)
    top = counts.max(axis=1) if table.shape[1] else np.zeros(len(table), dtype=np.int64)
    won = 2 * top > votes
    if won.any():
        labels[won] = table.columns.to_numpy(dtype=object)[counts[won].argmax(axis=1)]
    share = np.divide(top, votes, out=np.full(len(table), np.nan), where=votes > 0)
    return labels, share, votes


def _decided(claims: pd.Index[Any], final: pd.Series[Any] | None) -> pd.Series[Any]:
    """Give the editors' labels in the order of `claims`, missing where there is none."""
    if final is None:
        return pd.Series(None, index=claims, dtype=object)
    return final.astype(object).reindex(claims)


def _status(
    votes: Counts, share: npt.NDArray[np.float64], decided: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    """Name what the votes of each claim came to; the first case that holds counts."""
    cases = [decided, votes == 0, votes == 1, share == 1, share > 0.5]
    names = ["adjudicated", "unjudged", "single", "unanimous", "majority"]
    return np.select(cases, names, default="tie").astype(object)


def _share(
    table: pd.DataFrame, share: npt.NDArray[np.float64], votes: Counts, decided: pd.Series[Any]
) -> npt.NDArray[np.float64]:
    """Give the share of the winning label; for a decided claim that of the editor's label."""
    columns = table.columns.get_indexer(pd.Index(decided))
    rows = np.flatnonzero(decided.notna().to_numpy())
    known = columns[rows] >= 0
    behind = np.zeros(len(rows))
    behind[known] = table.to_numpy()[rows[known], columns[rows[known]]]
    share[rows] = np.divide(behind, votes[rows], out=np.full(len(rows), np.nan), where=votes[rows] > 0)
    return share
