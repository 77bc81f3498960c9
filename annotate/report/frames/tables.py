"""The editor's tables: claims, disputes and sources; frames from raw answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from annotate.labels import LABELS, NEEDS_SOURCE, SHOWN_AS
from annotate.model import DECIDED_FIELDS
from annotate.report.frames.aliases import Aliases, folded
from annotate.report.frames.judgements import Answers, Raw, decisions, final_labels, task_links, typed, votes
from annotate.report.stats import PROGRESS, Method, consensus, count_table
from annotate.studio import is_ours

CLAIMS_COLUMNS: Mapping[str, str] = {
    "claim_id": "the claim; begins with a letter, stays when other words of the article change",
    "article": "slug of its article",
    "section": "words of the heading above, empty before the first",
    "position": "place in the article's reading order, from 1; empty for a claim of an earlier version",
    "claim": "its words",
    "label": "what more than half of the annotators said, or an editor's final label; empty without one",
    "status": "unanimous, majority, tie, single, unjudged, or adjudicated (an editor decided)",
    "progress": "settled (decided, or enough answers that do not differ), disputed (they do), or waiting",
    "votes": "how many annotators gave a label",
    "wanted": "how many annotators are wanted; empty where that is not known, and for a claim that one drew",
    "share": "share of the votes for the label, without one for the strongest (0..1, three decimals)",
    **{label: f"votes for {shown}" for label, shown in SHOWN_AS.items()},
    "source": "who carries it: decided_source, else voted_source, else suggested_source where the label is "
    "missing or a report; to decide, mend it",
    "source_kind": "person, organisation, document or unnamed, as an editor decided, else by the same votes "
    "as voted_source",
    "suggested_source": "who carries it, as the program found; for a safe pronoun the name",
    "voted_source": "who carries it, by most of those whose label is the claim's, an attributed report",
    "decided_source": "the source that an editor decided; empty where none did",
    "through": "whom the report came through, as the program found them, joined by '; '",
    "cue": "the words that say that somebody carries it, as the program found them",
    "evidence": "outside material that an editor or annotators cite, one a line",
    "flags": "flags, each with how many set it; also answers that are no label (deleted, unknown, skipped)",
    "notes": "annotators' notes, one a line, each with its author; an editor's stands in editor_note",
    "suggestion": "the label that the program suggested",
    "suggestion_score": "its score (0..1)",
    "context": "the words around the claim, the claim between ⟦ and ⟧",
    "link": "opens its task in Label Studio",
    "final_label": "the label that an editor settled; to decide, fill it in",
    "editor_note": "the editor's note on it",
}

DISPUTES_COLUMNS: Mapping[str, str] = {
    name: CLAIMS_COLUMNS.get(name, "who gave which label, such as “Ada: Opinion; Bo: Checkable fact”")
    for name in (
        *("claim_id", "article", "section", "position", "claim", "label", "status"),
        *("progress", "votes", "wanted", "share"),
        *("answers", "notes", "final_label", "editor_note"),  # side by side, for the one who decides
        *("source", "source_kind", "evidence", "flags", "suggestion", "context", "link"),
    )
}

SOURCES_COLUMNS: Mapping[str, str] = {
    "source": "who carries the claims: the name in configs/aliases.txt, else the spelling given most often",
    "spellings": "all spellings that were given, case and spaces folded, joined by '; '",
    "source_kind": "person, organisation, document or unnamed, as given most often",
    "named": "no where that kind is unnamed, yes where it is another; empty where nobody gave one",
    "claims": "how many claims name it",
    **{label: f"of these, claims labelled {shown}" for label, shown in SHOWN_AS.items()},
    "no_label": "of these, claims without a label (tie, unjudged)",
    "first_article": "article of its first claim",
    "first_section": "section of its first claim",
    "first_position": "position of its first claim",
    "first_claim_id": "its first claim",
    "last_article": "article of its last claim",
    "last_section": "section of its last claim",
    "last_position": "position of its last claim",
    "last_claim_id": "its last claim",
}


def claims_table(answers: Answers, *, method: Method = "majority") -> pd.DataFrame:
    """Return the editor's table: one row a claim in reading order, columns `CLAIMS_COLUMNS` but for two.

    `link` and `through` come from the tasks, see `with_tasks`; the column `task_id` stands in their place.
    """
    claims, counted = answers.claims, votes(answers.judgements)
    ids = claims["claim_id"].tolist()
    final, made = final_labels(answers.judgements), decisions(answers.judgements)
    agreed = consensus(counted, method=method, claims=ids, final=final)
    counts = count_table(counted, claims=ids).reindex(columns=list(LABELS), fill_value=0)
    wanted = [None if added else answers.wanted for added in claims["added"]]
    told = _told(answers.judgements, dict(zip(ids, agreed["label"], strict=True)))
    table = claims.assign(
        **{name: agreed[name].to_numpy() for name in ("label", "status", "votes")},
        **{label: counts[label].to_numpy() for label in LABELS},
        **{name: pd.Series([told.get(i, {}).get(name) for i in ids]).array for name in _OF_ANSWERS},
        progress=_progress(agreed["status"], wanted, answers),
        wanted=pd.Series(wanted, dtype=object).array,
        share=agreed["share"].round(3).to_numpy(),
        final_label=final.reindex(ids).array,
        editor_note=made["note"].reindex(ids).array,
    )
    # What a program found carries nothing once annotators say that nobody else carries the claim.
    open_or_attributed = table["label"].isna() | table["label"].isin(NEEDS_SOURCE)
    table["source"] = table["voted_source"].fillna(table["suggested_source"].where(open_or_attributed))
    for name in DECIDED_FIELDS:
        decided = made.loc[[name in _text(names).split("; ") for names in made["decided"]], name]
        table[f"decided_{name}"] = decided.reindex(ids).array
        table[name] = table[name].where(~table["claim_id"].isin(decided.index), table[f"decided_{name}"])
    names = [name for name in CLAIMS_COLUMNS if name not in _OF_TASKS]
    return typed(table[[*names, "task_id"]])


def with_tasks(table: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Add what stands in the tasks, `link` and `through`; the columns are `CLAIMS_COLUMNS` then."""
    known = task_links(raw)
    links = [known.get(int(task_id)) for task_id in table["task_id"]]
    through = _through(raw)
    came = [through.get(claim_id) for claim_id in table["claim_id"]]
    told = table.assign(
        link=pd.Series(links, table.index, dtype=object), through=pd.Series(came, table.index, dtype=object)
    )
    return typed(told[list(CLAIMS_COLUMNS)])


def disputes_table(claims: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the claims whose votes are split, hardest first, columns `DISPUTES_COLUMNS`.

    Undecided ones come before those that an editor settled; of each, ties first, then the claims whose
    strongest label leads the next by the smallest share of the votes, then those with the most votes. Equal
    ones stay in reading order.

    Args:
        claims: as `with_tasks` gives them.
        judgements: one row an answer, see `JUDGEMENTS_COLUMNS`.
    """
    counts = np.sort(claims[list(LABELS)].to_numpy(dtype="int64"), axis=1)[:, ::-1]
    top, given = counts[:, 0], counts.sum(axis=1)
    split = top < given
    tie = 2 * top <= given
    lead = (top - counts[:, 1]) / np.maximum(given, 1)
    order = np.lexsort((-given, lead, ~tie, claims["final_label"].notna()))
    rows = claims.iloc[order[split[order]]]
    said = _said_by_claim(votes(judgements[judgements["claim_id"].isin(rows["claim_id"])]))
    table = rows.assign(answers=[said[claim_id] for claim_id in rows["claim_id"]])
    return typed(table[list(DISPUTES_COLUMNS)].reset_index(drop=True))


def sources_table(claims: pd.DataFrame, *, aliases: Aliases = MappingProxyType({})) -> pd.DataFrame:
    """Return one row a source, the one with most claims first, columns `SOURCES_COLUMNS`.

    Args:
        claims: as `claims_table` gives them.
        aliases: by folded spelling the name to show, as `parse_aliases` gives them.
    """
    named = claims[claims["source"].notna()]
    keys = named["source"].map(folded)
    groups = named.groupby(keys.map(lambda key: folded(aliases.get(key, key))), sort=False)
    rows = [_source_row(group, aliases) for _, group in groups]
    rows.sort(key=lambda row: -row["claims"])  # stable: equal ones stay in reading order
    return typed(pd.DataFrame(rows, columns=list(SOURCES_COLUMNS)))


_OF_ANSWERS = ("voted_source", "source_kind", "evidence", "flags", "notes")
_OF_TASKS = ("link", "through")


def _progress(statuses: Iterable[str], wanted: Iterable[int | None], answers: Answers) -> list[str]:
    """Say of each claim whether it is settled, disputed, or waits for answers.

    Who took a claim away has answered. One answer is enough where nobody knows how many annotators are
    wanted, and for a claim that an annotator drew: the others are never asked about it.
    """
    told = answers.judgements
    given = Counter(told.loc[told["counted"].isin(["yes", "deleted", "merged"]), "claim_id"])
    settled, disputed, waiting = PROGRESS
    of_status = {"adjudicated": settled, "majority": disputed, "tie": disputed}
    return [
        of_status.get(status) or (settled if given[claim_id] >= (least or 1) else waiting)
        for claim_id, status, least in zip(answers.claims["claim_id"], statuses, wanted, strict=True)
    ]


def _through(raw: Raw) -> dict[str, str]:
    """Return by claim whom its report came through, from its newest task."""
    tasks = sorted(filter(is_ours, raw["tasks"]), key=lambda task: int(task.get("id") or 0))
    return {
        packed["claim_id"]: "; ".join(
            passed["text"] for passed in (packed["attribution"] or {}).get("through") or ()
        )
        for task in tasks
        for packed in task["data"]["claims"]
    }


def _said_by_claim(counted: pd.DataFrame) -> dict[str, str]:
    """Return by claim who gave which label."""
    said: dict[str, list[str]] = {}
    for claim_id, annotator, label in counted.itertuples(index=False):
        said.setdefault(claim_id, []).append(f"{annotator}: {SHOWN_AS[label]}")
    return {claim_id: "; ".join(parts) for claim_id, parts in said.items()}


def _told(judgements: pd.DataFrame, labels: Mapping[str, str | None]) -> dict[str, dict[str, str | None]]:
    """Return by claim what annotators said beside the label; superseded answers and drafts say nothing."""
    said = judgements[~judgements["counted"].isin(["superseded", "draft"])]
    return {claim_id: _said(rows, labels.get(claim_id)) for claim_id, rows in _by_claim(said).items()}


def _by_claim(judgements: pd.DataFrame) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in judgements.itertuples():
        groups.setdefault(str(row.claim_id), []).append(row)
    return groups


def _said(rows: Sequence[Any], label: str | None) -> dict[str, str | None]:
    judged = [row for row in rows if row.counted in ("yes", "final") and not _text(row.decided)]
    noted = [row for row in rows if _text(row.note) and row.counted not in ("final", "withdrawn", "noted")]
    flags = [flag for row in judged for flag in (_text(row.flags)).split("; ") if flag]
    flags += [row.counted for row in rows if row.counted in ("deleted", "unknown", "skipped")]
    flags += [f"merged into {row.merged_into}" for row in rows if row.counted == "merged"]
    flags += ["starred" for row in judged if row.starred]
    return {
        **_voted_source(rows, label),
        "evidence": "\n".join(dict.fromkeys(_text(row.evidence) for row in judged if _text(row.evidence))),
        "flags": "; ".join(f"{flag} ({flags.count(flag)})" for flag in sorted(set(flags))),
        "notes": "\n".join(f"{row.annotator}: {_text(row.note)}" for row in noted),
    }


def _voted_source(rows: Sequence[Any], label: str | None) -> dict[str, str | None]:
    """Return the source that most annotators name, and its kind as most of those say who name it.

    Only those have a say whose label is the one of the claim; a label that needs no source has none.
    """
    voters = [row for row in rows if row.counted == "yes" and row.label == label and label in NEEDS_SOURCE]
    source = _most_given(_text(row.source) for row in voters)
    named = [row for row in voters if folded(_text(row.source)) == folded(source or "")]
    return {"voted_source": source, "source_kind": _most_given(_text(row.source_kind) for row in named)}


def _text(value: object) -> str:
    """Return a cell's text; a missing one is empty."""
    return value if isinstance(value, str) else ""


def _most_given(given: Iterable[str]) -> str | None:
    """Return the words given most often, case and spaces folded, in the spelling given most often.

    Of equals the first by alphabet: the order of annotators changes nothing.
    """
    spellings: dict[str, list[str]] = {}
    for words in given:
        if words.strip():
            spellings.setdefault(folded(words), []).append(" ".join(words.split()))
    if not spellings:
        return None
    most = min(spellings.items(), key=lambda item: (-len(item[1]), item[0]))[1]
    return min(most, key=lambda spelling: (-most.count(spelling), spelling))


def _source_row(claims: pd.DataFrame, aliases: Aliases) -> dict[str, Any]:
    labels = claims["label"].value_counts()
    most = _most_given(claims["source"])
    kind = _most_given(claims["source_kind"].dropna())
    spellings = {folded(words): " ".join(words.split()) for words in reversed(claims["source"].tolist())}
    return {
        "source": most and aliases.get(folded(most), most),
        "spellings": "; ".join(sorted(spellings.values(), key=folded)),
        "source_kind": kind,
        "named": kind and ("no" if kind == "unnamed" else "yes"),
        "claims": len(claims),
        **{label: int(labels.get(label, 0)) for label in LABELS},
        "no_label": int(claims["label"].isna().sum()),
        **_place(claims.iloc[0], "first"),
        **_place(claims.iloc[-1], "last"),
    }


def _place(claim: pd.Series[Any], which: str) -> dict[str, Any]:
    return {f"{which}_{name}": claim[name] for name in ("article", "section", "position", "claim_id")}
