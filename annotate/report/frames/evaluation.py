"""How well the program cut, labelled and attributed, measured against what the desk made of it; pure.

The desk's word on a claim is its label in `claims.csv`: the consensus, or what an editor settled. What was
shown to annotators pulls their answers towards it, so the figures of claims whose suggestion was hidden stand
apart: those are the ones to trust.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from annotate.labels import LABELS, NEEDS_SOURCE
from annotate.report.frames.aliases import Aliases
from annotate.report.frames.judgements import Answers
from annotate.report.frames.tables import claims_table
from annotate.report.stats import Method, figure
from annotate.text import fold

BINS = 10  # of equal width, for the calibration error
HIDDEN = ("blind", "off")
ARTICLE = re.compile(r"(?:the|an?)\s+")  # makes no other source


def evaluate(answers: Answers, *, aliases: Aliases, method: Method = "majority") -> dict[str, Any]:
    """Compare what the program proposed with what the desk made of it.

    Args:
        answers: articles, claims and judgements.
        aliases: by folded spelling the name to show, as `parse_aliases` gives them.
        method: how judgements come to a consensus.

    Returns:
        `people` (who answered), `cut` (see `cut_figures`), `suggestions` (see `suggestion_figures`),
        `hidden` (the same over claims whose suggestion nobody saw), `sources` (see `source_figures`).
    """
    answered = _answered(answers)
    claims = claims_table(answers, method=method)
    hidden = claims["claim_id"].isin(hidden_claims(answers))
    return {
        "people": sorted(answered["annotator"].unique()),
        "cut": cut_figures(answers.claims, answered),
        "suggestions": suggestion_figures(claims),
        "hidden": suggestion_figures(claims[hidden]),
        "sources": source_figures(claims, aliases),
    }


def hidden_claims(answers: Answers) -> frozenset[str]:
    """Return the claims that were judged, and whose suggestion nobody who judged them saw."""
    unseen = _answered(answers).groupby("claim_id")["shown"].agg(lambda shown: set(shown) <= set(HIDDEN))
    return frozenset(unseen.index[unseen.astype(bool)])


def _answered(answers: Answers) -> pd.DataFrame:
    """Return the answers that gave a label, took a claim away or merged it."""
    judgements = answers.judgements
    return judgements[judgements["counted"].isin(["yes", "deleted", "merged"])]


def cut_figures(claims: pd.DataFrame, answered: pd.DataFrame) -> dict[str, Any]:
    """Return what became of the claims that were sent and judged.

    A claim counts as dropped, as merged into another, or its edges as moved, where at least half of those
    who judged it did so.

    Args:
        claims: one row per claim, see `CLAIM_COLUMNS`.
        answered: answers that gave a label, took a claim away or merged it, see `JUDGEMENTS_COLUMNS`.

    Returns:
        Counts `judged`, `kept`, `moved`, `merged`, `dropped`, `added` (drawn by annotators), and
        `precision`, `recall` and `f` of the spans as they were sent (0..1; `None` where nothing was judged).
    """
    sent = answered[answered["added"] == 0]
    shares = pd.DataFrame(
        {
            "claim_id": sent["claim_id"],
            "merged": sent["counted"] == "merged",
            "dropped": sent["counted"] == "deleted",
            "moved": (sent["boundary_changed"] == 1) & (sent["counted"] == "yes"),
        }
    )
    by_claim = shares.groupby("claim_id").mean() >= 0.5
    gone = by_claim["dropped"] | by_claim["merged"]
    merged, moved = int(by_claim["merged"].sum()), int((by_claim["moved"] & ~gone).sum())
    dropped = int(gone.sum()) - merged
    drawn = set(claims.loc[claims["added"] == 1, "claim_id"]) & set(answered["claim_id"])
    counts = {
        "judged": len(by_claim),
        "moved": moved,
        "merged": merged,
        "dropped": dropped,
        "added": len(drawn),
    }
    kept = len(by_claim) - moved - int(gone.sum())
    return {**counts, "kept": kept, **_scores(kept, len(by_claim), kept + moved + len(drawn))}


def suggestion_figures(claims: pd.DataFrame) -> dict[str, Any]:
    """Return how often the suggested label is the desk's.

    Args:
        claims: one row per claim; those without a label or a suggestion are left out.

    Returns:
        `claims`, `right`, `by_label` (`suggested`, `given`, `right`, `precision`, `recall`, `f`), `macro_f1`
        over the labels that were given (`None` without one), `calibration_error`: the expected one, over
        ten bins of the score (Naeini and others 2015), `None` without claims.
    """
    both = claims[claims["label"].notna() & claims["suggestion"].notna()]
    right = both["label"].to_numpy() == both["suggestion"].to_numpy()
    by_label = {label: _label_scores(both, label) for label in LABELS}
    scores = [row["f"] for row in by_label.values() if row["given"]]
    return {
        "claims": len(both),
        "right": int(right.sum()),
        "by_label": by_label,
        "macro_f1": figure(float(np.mean([score or 0.0 for score in scores]))) if scores else None,
        "calibration_error": calibration_error(both["suggestion_score"].to_numpy(dtype=float), right),
    }


def calibration_error(scores: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float | None:
    """Return the expected calibration error: how far scores lie from the share that is right, by bin.

    Args:
        scores: shape (n,), 0..1.
        right: shape (n,), whether each was right.

    >>> calibration_error(np.array([0.75, 0.75, 0.75, 0.75]), np.array([True, True, False, False]))
    0.25
    """
    known = ~np.isnan(scores)
    scores, right = scores[known], right[known].astype(float)
    if not len(scores):
        return None
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=right - scores, minlength=BINS)
    return figure(float(np.abs(gaps).sum() / len(scores)))


def source_figures(claims: pd.DataFrame, aliases: Aliases) -> dict[str, Any]:
    """Return how often the source that the program found is the one that the desk names.

    Case, spaces and a leading article make no other source; neither does a spelling that aliases join.

    Args:
        claims: one row per claim, as `claims_table` gives them.
        aliases: by folded spelling the name to show.

    Returns:
        Counts over claims labelled as attributed reports whose source somebody named: `claims`, `right`,
        `other` (another one was found), `missed` (none was); and `unneeded`: sources found for claims that
        the desk gave another label. `share`: right of claims, `None` without any.
    """
    attributed = claims[claims["label"].isin(NEEDS_SOURCE)]
    both = attributed[attributed.filter(["voted_source", "decided_source"]).notna().any(axis=1)]
    proposed, given = (both[name].map(lambda w: _key(w, aliases)) for name in ("suggested_source", "source"))
    right, none = int((proposed == given).sum()), int((proposed == "").sum())
    other_label = claims["label"].notna() & ~claims["label"].isin(NEEDS_SOURCE)
    return {
        "claims": len(both),
        "right": right,
        "other": len(both) - right - none,
        "missed": none,
        "unneeded": int((other_label & claims["suggested_source"].notna()).sum()),
        "share": figure(right / len(both)) if len(both) else None,
    }


def _key(words: object, aliases: Aliases) -> str:
    plain = fold(words) if isinstance(words, str) else ""
    return fold(aliases.get(plain, ARTICLE.sub("", plain, count=1) if ARTICLE.match(plain) else plain))


def _label_scores(claims: pd.DataFrame, label: str) -> dict[str, Any]:
    suggested, given = claims["suggestion"] == label, claims["label"] == label
    right = int((suggested & given).sum())
    counts = {"suggested": int(suggested.sum()), "given": int(given.sum()), "right": right}
    return {**counts, **_scores(right, counts["suggested"], counts["given"])}


def _scores(right: int, proposed: int, wanted: int) -> Mapping[str, float | None]:
    """Return precision, recall and F (van Rijsbergen 1979, equal weights)."""
    return {
        "precision": figure(right / proposed) if proposed else None,
        "recall": figure(right / wanted) if wanted else None,
        "f": figure(2 * right / (proposed + wanted)) if proposed + wanted else None,
    }
