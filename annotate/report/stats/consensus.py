"""What the judgements of one claim come to: one label, or none.

By `majority`, the label is the one that more than half of the votes are for. By `dawid-skene`, it is the most
probable one under the model of Dawid and Skene (1979), in which each annotator errs in their own way: of two
against one, the one may prevail. Neither ever gives a label that nobody gave to the claim.

============  ==============================================================================
unanimous     two or more annotators, all with this label
majority      votes for several labels, and this one has more than half of them; by
              dawid-skene: this one is the most probable
tie           no label: none has more than half of the votes; by dawid-skene: two are equally
              probable, or the most probable is one that nobody gave to this claim
single        one annotator alone, with this label
unjudged      no vote: no label
adjudicated   an editor decided: the label is the editor's, whatever the votes or the model say
============  ==============================================================================

A frame of judgements has the columns `JUDGEMENT_COLUMNS`: one row per annotator and claim, `label` missing
(`None`, NaN) where the answer is no label. Everything here is pure and works on the table of counts, one row
a claim and one column per label.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from annotate.errors import BadInput
from annotate.report.stats.counts import (
    JUDGEMENT_COLUMNS,
    Counts,
    check_columns,
    claim_codes,
    count_table,
    few_codes,
    majority,
)
from annotate.report.stats.dawid_skene import posterior

CONSENSUS_COLUMNS = ("claim_id", "label", "status", "share", "votes")

Status = Literal["unanimous", "majority", "tie", "single", "unjudged", "adjudicated"]
STATUSES: tuple[Status, ...] = get_args(Status)

Progress = Literal["settled", "disputed", "waiting"]
PROGRESS: tuple[Progress, ...] = get_args(Progress)

Method = Literal["majority", "dawid-skene"]
METHODS: tuple[Method, ...] = get_args(Method)

Shares = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ALIKE = 1e-6  # two probabilities that differ by less are a tie: the model is not computed further


def consensus(
    frame: pd.DataFrame,
    *,
    method: Method = "majority",
    claims: Iterable[str] | None = None,
    final: pd.Series[Any] | None = None,
) -> pd.DataFrame:
    """Return for each claim which label the annotators came to, and how.

    Args:
        frame: columns claim_id, annotator, label; one row per annotator and claim.
        method: `majority` (strict: more than half) or `dawid-skene`.
        claims: the claims to list, in this order; without it those of the frame, as they first come.
        final: editors' labels, indexed by claim_id; the model does not learn from them.

    Returns:
        One row a claim: claim_id, label (or `None`), status (one of `STATUSES`), share of the votes for the
        label or for the strongest one (by dawid-skene its probability; NaN without votes), votes (how many).

    Raises:
        BadInput: where a column or claim_id is missing, `claims` lacks a claim, or the method is unknown.
    """
    check_columns(frame, JUDGEMENT_COLUMNS)
    if method not in METHODS:
        raise BadInput(f"Unknown way to a consensus: {method!r}. Use 'majority' or 'dawid-skene'.")
    counts = (table := count_table(frame, claims=claims)).to_numpy()
    shares = _vote_shares(counts) if method == "majority" else _probabilities(frame, table)
    best, top = _strongest(shares, counts)
    won = majority(counts) >= 0 if method == "majority" else _stands_out(shares, top)
    labels = np.full(len(table), None, dtype=object)
    labels[won] = table.columns.to_numpy(dtype=object)[best[won]]
    settled = _settle(labels, top, shares, table, final)
    columns = {
        "claim_id": pd.Series(table.index.to_numpy(dtype=object), dtype=object),
        "label": pd.Series(labels, dtype=object),  # text as pandas infers it would turn None into NaN
        "status": pd.Series(_status(counts, won, settled), dtype=object),
        "share": pd.Series(top),
        "votes": pd.Series(counts.sum(axis=1, dtype=np.int64)),
    }
    return pd.DataFrame(columns, columns=list(CONSENSUS_COLUMNS))


def _vote_shares(counts: Counts) -> Shares:
    """Return for each claim the share of each label's votes; NaN without votes."""
    votes = counts.sum(axis=1, keepdims=True)
    shares: Shares = np.divide(counts, votes, out=np.full(counts.shape, np.nan), where=votes > 0)
    return shares


def _probabilities(frame: pd.DataFrame, table: pd.DataFrame) -> Shares:
    """Return for each claim the probability of each label under the model; NaN without votes."""
    given = frame[frame["label"].notna()]
    claims, _ = claim_codes(given["claim_id"], table.index)
    (annotators, _), (labels, _) = few_codes(given["annotator"]), few_codes(given["label"])
    counts = table.to_numpy()
    probabilities = posterior(claims, annotators.astype(np.intp), labels.astype(np.intp), counts)
    probabilities[counts.sum(axis=1) == 0] = np.nan
    return probabilities


def _strongest(shares: Shares, counts: Counts) -> tuple[npt.NDArray[np.intp], Shares]:
    """Return for each claim the column of the strongest label among those given, and its share."""
    if not shares.shape[1]:
        return np.zeros(len(shares), dtype=np.intp), np.full(len(shares), np.nan)
    best = np.where(counts > 0, shares, -1.0).argmax(axis=1)
    return best, shares[np.arange(len(shares)), best]


def _stands_out(shares: Shares, top: Shares) -> Flags:
    """Return where no other label comes near the strongest of those given."""
    near: Counts = (shares > top[:, None] - ALIKE).sum(axis=1)
    return np.equal(near, 1)


def _settle(
    labels: npt.NDArray[np.object_],
    top: Shares,
    shares: Shares,
    table: pd.DataFrame,
    final: pd.Series[Any] | None,
) -> Flags:
    """Put the editors' labels and their shares in place, and return where there are some.

    The share of a label that nobody gave is 0, NaN without votes.
    """
    if final is None:
        return np.zeros(len(table), dtype=np.bool_)
    decided = final.astype(object).reindex(table.index).to_numpy()
    settled: Flags = pd.notna(decided)
    labels[settled] = decided[settled]
    at = table.columns.get_indexer(pd.Index(decided[settled]))
    padded = np.column_stack([shares, np.where(np.isnan(shares).all(axis=1), np.nan, 0.0)])
    top[settled] = padded[np.flatnonzero(settled), at]  # the last column is that of a label nobody gave
    return settled


def _status(counts: Counts, won: Flags, settled: Flags) -> npt.NDArray[np.object_]:
    """Name what the votes of each claim came to; the first case that holds counts."""
    votes, top = counts.sum(axis=1), counts.max(axis=1, initial=0)
    cases = [settled, votes == 0, ~won, votes == 1, top == votes]
    names = ["adjudicated", "unjudged", "tie", "single", "unanimous"]
    return np.select(cases, names, default="majority").astype(object)
