"""Counting: how often each label was given to each claim, in time and memory that a million claims allow.

A frame of judgements has the columns `JUDGEMENT_COLUMNS`: one row per annotator and claim, `label` missing
(`None`, NaN) where the answer is no label. Everything that is computed from judgements begins at one of the
tables made here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from annotate.errors import BadInput

JUDGEMENT_COLUMNS = ("claim_id", "annotator", "label")

Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.intp]

_STRETCH = 1 << 16  # rows looked up at once where few values are expected: the table of a stretch stays small


def check_columns(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """Refuse a frame that lacks one of the columns, and name it."""
    if missing := [column for column in columns if column not in frame.columns]:
        existing = ", ".join(map(str, frame.columns)) or "none"
        raise BadInput(f"The table has no column {', '.join(missing)} (it has: {existing}).")


def count_table(frame: pd.DataFrame, *, claims: Iterable[str] | None = None) -> pd.DataFrame:
    """Count the labels of each claim.

    Args:
        frame: judgements with the columns claim_id and label; a missing label is counted nowhere.
        claims: the claims to list, in this order; without it those of the frame, as they first come.

    Returns:
        One row a claim (index claim_id), one column per label in alphabetical order, int64 counts.

    Raises:
        BadInput: where a column is missing, a row has no claim_id, or `claims` lacks a claim of the frame.
    """
    check_columns(frame, ("claim_id", "label"))
    cells, index = claim_codes(frame["claim_id"], claims)
    codes, labels = few_codes(frame["label"])
    given = codes >= 0
    cells *= len(labels)
    cells += codes
    del codes
    counts = np.bincount(cells if given.all() else cells[given], minlength=len(index) * len(labels))
    return pd.DataFrame(counts.reshape(len(index), len(labels)), index=index, columns=labels)


def claim_codes(claim_ids: pd.Series[Any], claims: Iterable[str] | None) -> tuple[Codes, pd.Index[Any]]:
    """Number the claim of each row.

    Args:
        claim_ids: one a row.
        claims: the claims to list, in this order; without it those of the rows, as they first come.

    Returns:
        The place of each row's claim in the index, and the index of claims.

    Raises:
        BadInput: where a row has no claim_id, or `claims` lacks one.
    """
    _refuse_strays(claim_ids, claim_ids.isna().to_numpy())
    if claims is None:
        codes, values_in_use = _in_runs(claim_ids)
        return codes, values_in_use.rename("claim_id")
    index = pd.Index(list(dict.fromkeys(claims)), name="claim_id", dtype=object)
    codes = index.get_indexer(pd.Index(claim_ids))
    _refuse_strays(claim_ids, codes < 0)
    return codes, index


def few_codes(values: pd.Series[Any]) -> tuple[npt.NDArray[np.int32], pd.Index[Any]]:
    """Number the values of a column that holds few different ones, in alphabetical order; -1 is missing."""
    codes = np.empty(len(values), dtype=np.int32)
    seen: dict[Any, int] = {}
    for start in range(0, len(values), _STRETCH):
        stretch = slice(start, start + _STRETCH)
        places, values_in_use = pd.factorize(values.array[stretch])
        codes[stretch] = np.array([*(seen.setdefault(value, len(seen)) for value in values_in_use), -1])[
            places
        ]
    order = sorted(seen)
    place = np.empty(len(seen) + 1, dtype=np.int32)
    place[[seen[value] for value in order]] = np.arange(len(order))
    place[-1] = -1
    return place[codes], pd.Index(order, dtype=object)


def majority(counts: Counts) -> Codes:
    """Return for each row of a table of counts the column that has more than half of it, -1 for none."""
    if not counts.shape[1]:
        return np.full(len(counts), -1)
    best = counts.argmax(axis=1)
    return np.where(2 * counts.max(axis=1) > counts.sum(axis=1), best, -1)


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Claims that were answered alike, folded together: figures of agreement cannot tell them apart.

    `counts` has one row per kind and one column per label, in the order of the numbers themselves; `claims`
    says how many claims are of each kind. Three answers to a million claims make ten kinds.
    """

    counts: Counts
    claims: Counts


def kinds(counts: Counts) -> Kinds:
    """Fold the rows of a table of counts together."""
    codes = np.zeros(len(counts), dtype=np.int64)
    base = int(counts.max(initial=0)) + 1
    for column in counts.T:
        codes = codes * base + column
        if codes.max(initial=0) >= len(counts):  # number anew before products outgrow the table
            codes = pd.factorize(codes, sort=True)[0]
    _, first, claims = np.unique(codes, return_index=True, return_counts=True)
    return Kinds(counts[first], claims)


def _in_runs(ids: pd.Series[Any]) -> tuple[Codes, pd.Index[Any]]:
    """Number values as they first come; where equal ones follow one another, each run is looked up once."""
    if isinstance(ids.array, pd.arrays.ArrowExtensionArray):  # Arrow is faster by itself
        return pd.factorize(ids)
    values = ids.to_numpy(dtype=object)
    if not _runs(values[:_STRETCH]):
        codes, values_in_use = pd.factorize(values)
        return codes, pd.Index(values_in_use, dtype=object)
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    codes, values_in_use = pd.factorize(values[starts])
    return np.repeat(codes, np.diff(starts, append=len(values))), pd.Index(values_in_use, dtype=object)


def _runs(values: npt.NDArray[Any]) -> bool:
    """Return whether equal values follow one another, so that looking at the neighbour pays."""
    return len(values) > 1 and bool((values[1:] == values[:-1]).mean() > 0.25)


def _refuse_strays(claim_ids: pd.Series[Any], strays: npt.NDArray[np.bool_]) -> None:
    if strays.any():
        stray = claim_ids.iloc[int(np.argmax(strays))]
        raise BadInput(f"A judgement belongs to no claim of the table: claim_id {stray!r}.")
