"""An editor's tables: claims, disputes and sources; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from annotate.labels import CHECKABLE, LABELS, NEEDS_SOURCE, SHOWN_AS
from annotate.model import CHECK_FIELDS, DECIDED_FIELDS, TO_CHECK
from annotate.report.frames.aliases import Aliases
from annotate.report.frames.columns import (
    declare,
    frame_of,
    integer,
    label_columns,
    names_of,
    number,
    text,
    typed,
)
from annotate.report.frames.judgements import PLACE, Answers, decisions, final_labels, votes
from annotate.report.stats import PROGRESS, Method, consensus, count_table
from annotate.text import fold

#: Of claims.csv and disputes.csv: what an editor decides and what it rests on first, what machines need last.
CLAIMS_COLUMNS = declare(
    PLACE["position"],
    PLACE["claim"],
    text("answers", "who gave which label, such as “Ada: Opinion; Bo: Checkable fact”"),
    integer("votes", "how many annotators gave a label"),
    text(
        "label",
        "what more than half of the annotators said, or the label that an editor decided; empty without one",
    ),
    text("decision", "the label that an editor decided; to decide, fill it in"),
    text(
        "source",
        "who carries it: decided_source, else voted_source, else suggested_source where the label is "
        "missing or a report; to decide, correct it",
    ),
    text("note", "the editor's note on it; to decide, fill it in"),
    text(
        "source_kind",
        "person, organisation, document or unnamed, as an editor decided, else by the same votes as "
        "voted_source",
    ),
    text("evidence", "outside material that an editor or annotators cite, one a line"),
    text(
        "check",
        "to check, in hand, checked or dropped, of a claim whose label is checkable; to decide, change it",
    ),
    text("assignee", "who is to check it; to decide, fill it in"),
    text("editor", "who decided it; empty without a decision"),
    text(
        "progress",
        "settled (decided, or enough answers that do not differ), disputed (they do), or waiting",
    ),
    text("status", "unanimous, majority, tie, single, unjudged, or adjudicated (an editor decided)"),
    integer(
        "wanted",
        "how many annotators are wanted; empty where unknown, and for a claim that an annotator added",
    ),
    number(
        "share",
        "share of the votes for the label, or for the strongest one without a label (0..1, three decimals)",
    ),
    *label_columns("votes for {}"),
    text(
        "flags",
        "flags, each with how many set it; also answers that are no label (deleted, unknown, skipped)",
    ),
    text("notes", "annotators' notes, one a line, each with its author; an editor's is in note"),
    text("suggestion", "the label that the program suggested"),
    number("suggestion_score", "its score (0..1)"),
    PLACE["section"],
    text("context", "the words around the claim, the claim between ⟦ and ⟧"),
    text("suggested_source", "who carries it, as the program found; for a safe pronoun the name"),
    text("voted_source", "who carries it, by most of those whose label is the claim's, an attributed report"),
    text("decided_source", "the source that an editor decided; empty where none did"),
    text("through", "whom the report came through, as the program found them, joined by '; '"),
    text("cue", "the words that say that somebody carries it, as the program found them"),
    integer("order", "its place among the claims that go out, from 1; empty for one that an annotator added"),
    text("order_reason", "why it goes out at that place; empty in the order of the article"),
    PLACE["article"],
    text("claim_id", "the claim; begins with a letter, stays when other words of the article change"),
    text("link", "opens its section in Label Studio at the claim, to read"),
)

SOURCES_COLUMNS = declare(
    text(
        "source",
        "who carries the claims: the name in configs/aliases.txt, else the spelling given most often",
    ),
    text("spellings", "all spellings that were given, case and spaces folded, joined by '; '"),
    text("source_kind", "person, organisation, document or unnamed, as given most often"),
    text("named", "no where that kind is unnamed, yes where it is another; empty where nobody gave one"),
    integer("claims", "how many claims name it"),
    *label_columns("of these, claims labelled {}"),
    integer("no_label", "of these, claims without a label (tie, unjudged)"),
    text("first_article", "article of its first claim"),
    text("first_section", "section of its first claim"),
    integer("first_position", "position of its first claim"),
    text("first_claim_id", "its first claim"),
    text("last_article", "article of its last claim"),
    text("last_section", "section of its last claim"),
    integer("last_position", "position of its last claim"),
    text("last_claim_id", "its last claim"),
)


def claims_table(answers: Answers, *, method: Method = "majority") -> pd.DataFrame:
    """Return the editor's table: one row per claim in reading order, columns `CLAIMS_COLUMNS`."""
    claims, counted = answers.claims, votes(answers.judgements)
    ids = claims["claim_id"].tolist()
    final, decided = final_labels(answers.judgements), decisions(answers.judgements)
    agreed = consensus(counted, method=method, claims=ids, final=final)
    counts = count_table(counted, claims=ids).reindex(columns=list(LABELS), fill_value=0)
    said = _answers(counted)
    wanted = [None if added else answers.project.wanted for added in claims["added"]]
    table = claims.assign(
        **{name: agreed[name].to_numpy() for name in ("label", "status", "votes")},
        **{label: counts[label].to_numpy() for label in LABELS},
        **_of_annotators(answers.judgements, dict(zip(ids, agreed["label"], strict=True))),
        **_of_tasks(answers),
        progress=_progress(agreed["status"], wanted, answers),
        wanted=_cells(wanted),
        share=agreed["share"].round(3).to_numpy(),
        answers=_cells(said.get(claim_id) for claim_id in ids),
        decision=final.reindex(ids).array,
        editor=decided["annotator"].where(decided["counted"] != "withdrawn").reindex(ids).array,
        note=decided["note"].reindex(ids).array,
    )
    # The suggested source says nothing once annotators agree on a label that needs none.
    needs_source = table["label"].isna() | table["label"].isin(NEEDS_SOURCE)
    table["source"] = table["voted_source"].fillna(table["suggested_source"].where(needs_source))
    table = table.assign(check=TO_CHECK, assignee=None)
    for name in DECIDED_FIELDS:
        fields = decided.loc[[name in _text(names).split("; ") for names in decided["decided"]], name]
        table[f"decided_{name}"] = fields.reindex(ids).array
        table[name] = table[name].where(~table["claim_id"].isin(fields.index), table[f"decided_{name}"])
    # What is decided of the check stays on record while the claim has another label.
    table["check"] = table["check"].fillna(TO_CHECK)
    for name in CHECK_FIELDS:
        table[name] = table[name].where(table["label"].isin(CHECKABLE))
    return typed(table[names_of(CLAIMS_COLUMNS)])


def disputes_table(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims whose votes are split, hardest first, columns `CLAIMS_COLUMNS`.

    Undecided ones come before those that an editor settled; of each, ties first, then the claims whose
    strongest label leads the next by the smallest share of the votes, then those with the most votes. Equal
    ones stay in reading order.

    Args:
        claims: columns `CLAIMS_COLUMNS`.
    """
    counts = np.sort(claims[list(LABELS)].to_numpy(dtype="int64"), axis=1)[:, ::-1]
    top, given = counts[:, 0], counts.sum(axis=1)
    split = top < given
    tie = 2 * top <= given
    lead = (top - counts[:, 1]) / np.maximum(given, 1)
    order = np.lexsort((-given, lead, ~tie, claims["decision"].notna()))
    rows: pd.DataFrame = claims.iloc[order[split[order]]].reset_index(drop=True)
    return rows


def sources_table(claims: pd.DataFrame, *, aliases: Aliases = MappingProxyType({})) -> pd.DataFrame:
    """Return one row per source, the one with most claims first, columns `SOURCES_COLUMNS`.

    Args:
        claims: columns `CLAIMS_COLUMNS`.
        aliases: by fold spelling the name to show, as `parse_aliases` returns it.
    """
    named = claims[claims["source"].notna()]
    keys = named["source"].map(fold)
    groups = named.groupby(keys.map(lambda key: fold(aliases.get(key, key))), sort=False)
    rows = [_source_row(group, aliases) for _, group in groups]
    rows.sort(key=lambda row: -row["claims"])  # stable: equal ones stay in reading order
    return frame_of(rows, SOURCES_COLUMNS)


def answers_given(judgements: pd.DataFrame) -> Counter[str]:
    """Return by claim how many annotators have answered; who took a claim away has.

    Args:
        judgements: columns `JUDGEMENTS_COLUMNS`.
    """
    return Counter(judgements.loc[judgements["counted"].isin(["yes", "deleted", "merged"]), "claim_id"])


def _cells(values: Iterable[Any]) -> Any:
    """Return the cells of a column, of whatever type."""
    return pd.Series(list(values), dtype=object).array


def _answers(votes: pd.DataFrame) -> dict[str, str]:
    """Return by claim who gave which label, in words."""
    said: dict[str, list[str]] = {}
    for claim_id, annotator, label in votes.itertuples(index=False):
        said.setdefault(claim_id, []).append(f"{annotator}: {SHOWN_AS[label]}")
    return {claim_id: "; ".join(parts) for claim_id, parts in said.items()}


def _of_tasks(answers: Answers) -> dict[str, Any]:
    """Return the columns that come from each claim's newest task."""
    newest = answers.project.newest_claims()
    sent = [newest[claim_id] for claim_id in answers.claims["claim_id"]]
    asked = [at for at, (claim, _) in enumerate(sent) if not claim.added]
    ranked = sorted(asked, key=lambda at: sent[at][1].number)  # those of one task in reading order
    places = {at: place for place, at in enumerate(ranked, 1)}
    return {
        "order": _cells(places.get(at) for at in range(len(sent))),
        "order_reason": _cells(task.order_reason for _, task in sent),
        "link": _cells(task.link_to(claim) for claim, task in sent),
        "through": _cells("; ".join(claim.through) for claim, _ in sent),
    }


def _progress(statuses: Iterable[str], wanted: Iterable[int | None], answers: Answers) -> list[str]:
    """Return for each claim whether it is settled, disputed, or waiting for answers.

    One answer is enough where nobody knows how many annotators are
    wanted, and for a claim that an annotator drew: the others are never asked about it.
    """
    given = answers_given(answers.judgements)
    settled, disputed, waiting = PROGRESS
    of_status = {"adjudicated": settled, "majority": disputed, "tie": disputed}
    return [
        of_status.get(status) or (settled if given[claim_id] >= (least or 1) else waiting)
        for claim_id, status, least in zip(answers.claims["claim_id"], statuses, wanted, strict=True)
    ]


#: Columns of judgements that say more of a claim than its label.
OF_ANNOTATORS = [
    *("claim_id", "annotator", "label", "counted", "decided", "note", "flags", "merged_into", "starred"),
    *("source", "source_kind", "evidence"),
]


def _of_annotators(judgements: pd.DataFrame, labels: Mapping[str, str | None]) -> dict[str, Any]:
    """Return what annotators said beside the label; superseded answers and drafts do not count."""
    rows: dict[str, list[Any]] = {claim_id: [] for claim_id in labels}
    held = judgements.loc[~judgements["counted"].isin(["superseded", "draft"]), OF_ANNOTATORS]
    for row in held.itertuples(index=False):
        rows[str(row.claim_id)].append(row)
    said = [_said(rows[claim_id], label) for claim_id, label in labels.items()]
    names = ("voted_source", "source_kind", "evidence", "flags", "notes")
    return {name: _cells(each[name] for each in said) for name in names}


def _said(rows: Sequence[Any], label: str | None) -> dict[str, str | None]:
    judged = [row for row in rows if row.counted in ("yes", "final") and not _text(row.decided)]
    noted = [row for row in rows if _text(row.note) and row.counted not in ("final", "withdrawn", "noted")]
    flags = [flag for row in judged for flag in _text(row.flags).split("; ") if flag]
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
    named = [row for row in voters if fold(_text(row.source)) == fold(source or "")]
    return {"voted_source": source, "source_kind": _most_given(_text(row.source_kind) for row in named)}


def _text(value: object) -> str:
    """Return a cell's text; a missing one is empty."""
    return value if isinstance(value, str) else ""


def _most_given(given: Iterable[str]) -> str | None:
    """Return the words given most often, case and spaces fold, in the spelling given most often.

    Of equals the first by alphabet: the order of annotators changes nothing.
    """
    spellings: dict[str, list[str]] = {}
    for words in given:
        if words.strip():
            spellings.setdefault(fold(words), []).append(" ".join(words.split()))
    if not spellings:
        return None
    most = min(spellings.items(), key=lambda item: (-len(item[1]), item[0]))[1]
    return min(most, key=lambda spelling: (-most.count(spelling), spelling))


def _source_row(claims: pd.DataFrame, aliases: Aliases) -> dict[str, Any]:
    labels = claims["label"].value_counts()
    most = _most_given(claims["source"])
    kind = _most_given(claims["source_kind"].dropna())
    spellings = {fold(words): " ".join(words.split()) for words in reversed(claims["source"].tolist())}
    return {
        "source": most and aliases.get(fold(most), most),
        "spellings": "; ".join(sorted(spellings.values(), key=fold)),
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
