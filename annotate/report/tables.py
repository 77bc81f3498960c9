"""The editor's tables: claims and sources; frames from raw answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from annotate.model import LABELS
from annotate.report.consensus import consensus
from annotate.report.counts import count_table
from annotate.report.judgements import (
    Answers,
    Raw,
    final_labels,
    task_link,
    typed,
    votes,
)

CLAIMS_COLUMNS: Mapping[str, str] = {
    "claim_id": "the claim; begins with a letter, stays when other words of the article change",
    "article": "slug of its article",
    "section": "words of the heading above, empty before the first",
    "position": "place in the article's reading order, from 1; empty for a claim of an earlier version",
    "claim": "its words",
    "label": "what more than half of the annotators said, or an editor's final label; empty without one",
    "status": "unanimous, majority, tie, single, unjudged, or adjudicated (an editor decided)",
    "votes": "how many annotators gave a label",
    "share": "share of the votes for the label; without a label, for the strongest one (0..1)",
    "opinion": "votes for Opinion",
    "attributed_report": "votes for Attributed report",
    "checkable_fact": "votes for Checkable fact",
    "source": "who carries it: what most annotators gave, else the suggestion where the label allows one",
    "source_kind": "person, organisation, document or unnamed, as most annotators said",
    "cue": "the words that say that somebody carries it, as the program found them",
    "evidence": "outside material that annotators cite, one a line",
    "flags": "flags, each with how many set it; also answers that are no label (deleted, unknown, skipped)",
    "notes": "annotators' notes, one a line, each with its author",
    "suggestion": "the label that the program suggested",
    "suggestion_score": "its score (0..1)",
    "context": "the words around the claim, the claim between ⟦ and ⟧",
    "link": "opens its task in Label Studio",
}

SOURCES_COLUMNS: Mapping[str, str] = {
    "source": "who carries the claims, in the spelling given most often (case and spaces folded)",
    "source_kind": "person, organisation, document or unnamed, as given most often",
    "claims": "how many claims name it",
    "opinion": "of these, claims labelled Opinion",
    "attributed_report": "of these, claims labelled Attributed report",
    "checkable_fact": "of these, claims labelled Checkable fact",
    "no_label": "of these, claims without a label (tie, unjudged)",
    "first_article": "article of its first claim",
    "first_section": "section of its first claim",
    "first_position": "position of its first claim",
    "first_claim_id": "its first claim",
}


def claims_table(answers: Answers) -> pd.DataFrame:
    """Give the editor's table: one row a claim in reading order, columns `CLAIMS_COLUMNS` but for `link`.

    The column `task_id` stands in the place of `link`; see `with_links`.
    """
    claims, counted = answers.claims, votes(answers.judgements)
    ids = claims["claim_id"].tolist()
    agreed = consensus(counted, claims=ids, final=final_labels(answers.judgements))
    counts = count_table(counted, claims=ids).reindex(columns=list(LABELS), fill_value=0)
    told = _told(answers.judgements)
    table = claims.assign(
        **{name: agreed[name].to_numpy() for name in ("label", "status", "votes", "share")},
        **{label: counts[label].to_numpy() for label in LABELS},
        **{name: pd.Series([told.get(i, {}).get(name) for i in ids]).array for name in _OF_ANSWERS},
    )
    # What a program found carries nothing once annotators say that nobody else carries the claim.
    open_or_attributed = table["label"].isna() | (table["label"] == "attributed_report")
    table["source"] = table["source"].fillna(table["suggested_source"].where(open_or_attributed))
    names = [name for name in CLAIMS_COLUMNS if name != "link"]
    return typed(table[[*names, "task_id"]])


def with_links(table: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Put `link` in the place of `task_id`."""
    links = [task_link(raw, int(task_id)) or None for task_id in table["task_id"]]
    return table.drop(columns="task_id").assign(link=pd.Series(links, table.index, dtype=object))


def sources_table(claims: pd.DataFrame) -> pd.DataFrame:
    """Give one row a source, the one with most claims first, columns `SOURCES_COLUMNS`.

    Args:
        claims: as `claims_table` gives them.
    """
    named = claims[claims["source"].notna()]
    groups = named.groupby(named["source"].map(_folded), sort=False)
    rows = [_source_row(group) for _, group in groups]
    rows.sort(key=lambda row: -row["claims"])  # stable: equal ones stay in reading order
    return typed(pd.DataFrame(rows, columns=list(SOURCES_COLUMNS)))


_OF_ANSWERS = ("source", "source_kind", "evidence", "flags", "notes")


def _told(judgements: pd.DataFrame) -> dict[str, dict[str, str | None]]:
    """Give by claim what annotators said beside the label; superseded answers and drafts say nothing."""
    said = judgements[~judgements["counted"].isin(["superseded", "draft"])]
    return {str(claim_id): _said(rows) for claim_id, rows in _by_claim(said).items()}


def _by_claim(judgements: pd.DataFrame) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in judgements.itertuples():
        groups.setdefault(str(row.claim_id), []).append(row)
    return groups


def _said(rows: Sequence[Any]) -> dict[str, str | None]:
    judged = [row for row in rows if row.counted in ("yes", "final")]
    flags = [flag for row in judged for flag in (_text(row.flags)).split("; ") if flag]
    flags += [row.counted for row in rows if row.counted in ("deleted", "unknown", "skipped")]
    return {
        "source": _most_given(_text(row.source) for row in judged),
        "source_kind": _most_given(_text(row.source_kind) for row in judged),
        "evidence": "\n".join(dict.fromkeys(_text(row.evidence) for row in judged if _text(row.evidence))),
        "flags": "; ".join(f"{flag} ({flags.count(flag)})" for flag in sorted(set(flags))),
        "notes": "\n".join(f"{row.annotator}: {_text(row.note)}" for row in rows if _text(row.note)),
    }


def _text(value: object) -> str:
    """Give a cell's text; a missing one is empty."""
    return value if isinstance(value, str) else ""


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def _most_given(given: Iterable[str]) -> str | None:
    """Give the words given most often, case and spaces folded, in the spelling given most often.

    Of equals the first by alphabet: the order of annotators changes nothing.
    """
    spellings: dict[str, list[str]] = {}
    for words in given:
        if words.strip():
            spellings.setdefault(_folded(words), []).append(" ".join(words.split()))
    if not spellings:
        return None
    most = min(spellings.items(), key=lambda item: (-len(item[1]), item[0]))[1]
    return min(most, key=lambda spelling: (-most.count(spelling), spelling))


def _source_row(claims: pd.DataFrame) -> dict[str, Any]:
    first = claims.iloc[0]
    labels = claims["label"].value_counts()
    return {
        "source": _most_given(claims["source"]),
        "source_kind": _most_given(claims["source_kind"].dropna()),
        "claims": len(claims),
        **{label: int(labels.get(label, 0)) for label in LABELS},
        "no_label": int(claims["label"].isna().sum()),
        **{f"first_{name}": first[name] for name in ("article", "section", "position", "claim_id")},
    }
