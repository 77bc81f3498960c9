"""Frames of a pulled project: one row per claim, one row per answer; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from annotate.model import Claim, Judgement
from annotate.report.frames.articles import Restored, restore
from annotate.report.frames.columns import declare, frame_of, integer, number, text
from annotate.studio import PulledProject, Raw, SentClaim, SentTask, read_project

Newest = Mapping[str, tuple[SentClaim, SentTask]]  # by claim id, as `PulledProject.newest_claims` returns it

JUDGEMENTS_COLUMNS = declare(
    text("annotator", "who answered"),
    text("claim", "its words, as they were sent"),
    text("label", "the label given; empty unless status is labelled"),
    text("source", "who carries the claim, in the annotator's words"),
    text("note", "the annotator's note"),
    text("source_kind", "person, organisation, document or unnamed"),
    text("evidence", "outside material that the annotator cites"),
    text("check", "to check, in hand, checked or dropped, where an editor decided it"),
    text("assignee", "who is to check the claim, where an editor decided it"),
    text("flags", "flags the annotator set, joined by '; '"),
    text("ruling", "name of the codebook's question that decided, where the annotator ticked one"),
    text(
        "status",
        "labelled, unjudged, deleted, merged, skipped, draft, unknown (no such label), withdrawn or noted",
    ),
    text("counted", "yes, or why it is no vote: superseded, final (an editor decided), or its status"),
    text("given", "the label as Label Studio holds it"),
    text("text", "the claim's words as the annotator left them"),
    text("suggestion", "the label that the program suggested"),
    integer(
        "suggestion_taken",
        "1 where the label is the suggestion, 0 where not; empty without label or suggestion",
    ),
    text("shown", "what the annotator saw of it: hint, preload, off, or blind (none is shown to anybody)"),
    text(
        "seen_others",
        "empty where nothing tells; else copied, edited or changed: another's answer was open",
    ),
    integer("boundary_changed", "1 where the annotator moved the claim's edges"),
    integer("added", "1 where the annotator drew this claim"),
    text(
        "merged_into",
        "the claim that the annotator stretched over this one; empty unless status is merged",
    ),
    text(
        "decided",
        "what that decides beside the label: source, source_kind, evidence, check, assignee, joined by '; '",
    ),
    integer("starred", "1 where somebody gave the answer Label Studio's star: it stays a vote"),
    number("seconds", "time spent on the whole answer (in the article layout: on the whole section)"),
    text("answered_at", "last change of the answer, UTC"),
    text("codebook", "version of the codebook"),
    text("origin", "Label Studio's word: manual, prediction or prediction-changed"),
    text("article", "slug of the article"),
    text("claim_id", "the claim that was answered"),
    integer("start", "where they begin in the article (code points)"),
    integer("end", "where they end"),
    integer("task_id", "the task in Label Studio"),
    integer("annotation_id", "the annotation in Label Studio; 0 for a draft"),
    integer("ground_truth", "1 where the answer is an editor's decision"),
)

#: Where a claim stands in its article, and its words, by name.
PLACE = {
    column.name: column
    for column in (
        text("article", "slug of its article"),
        text("section", "words of the heading above, empty before the first"),
        integer(
            "position",
            "place in the article's reading order, from 1; empty for a claim of an earlier version",
        ),
        text("claim", "its words"),
    )
}

CLAIM_COLUMNS = declare(
    text("claim_id", "the claim"),
    *PLACE.values(),
    text("kind", "kind of its block: body, quote, list_item, caption …"),
    integer("start", "where it begins in the restored text (code points); missing for an earlier version"),
    integer("end", "where it ends"),
    text("suggestion", "the label that the program suggests, or missing"),
    number("suggestion_score", "its score, 0..1"),
    text("suggested_source", "the words of the source that the program found; for a safe pronoun the name"),
    text("cue", "the words that say that somebody carries the claim"),
    text("context", "the words around it, the claim between ⟦ and ⟧"),
    integer("task_id", "its newest task in Label Studio"),
    integer("added", "1 where an annotator drew it"),
)


FIELDS = tuple(field.name for field in fields(Judgement))
AROUND = 120  # characters of context on either side
WHY_NOT = (
    *("superseded", "final", "skipped", "draft", "unjudged", "deleted", "merged", "unknown"),
    *("withdrawn", "noted"),
)


@dataclass(frozen=True)
class Answers:
    """A pulled project with what reports are made of: its articles, and the frames of claims and judgements.

    Columns of `claims`: `CLAIM_COLUMNS`; of `judgements`: `JUDGEMENTS_COLUMNS`.
    """

    project: PulledProject
    articles: list[Restored]
    claims: pd.DataFrame
    judgements: pd.DataFrame


def read_answers(raw: Raw) -> Answers:
    """Return the articles, claims and judgements of raw answers.

    Raises:
        BadInput: where the raw answers lack a part or a task cannot be read.
    """
    return answers_of(read_project(raw))


def answers_of(project: PulledProject) -> Answers:
    """Return the articles, claims and judgements of a pulled project."""
    articles, newest = restore(project.tasks), project.newest_claims()
    rows = (row for article in articles for row in _claim_rows(article, newest))
    claims = frame_of(rows, CLAIM_COLUMNS)
    return Answers(project, articles, claims, _judgements(project.judgements, claims))


def claims_frame(raw: Raw) -> pd.DataFrame:
    """Return one row per claim, articles in the order they were sent, claims in reading order.

    Claims that the newest revision no longer has come last, without position. Columns: `CLAIM_COLUMNS`.

    Raises:
        BadInput: where the raw answers lack a part or a task cannot be read.
    """
    return read_answers(raw).claims


def judgements_frame(raw: Raw) -> pd.DataFrame:
    """Return one row per answer to a claim, by claim in reading order, then annotator, then time.

    Only rows whose `counted` is `yes` are votes. Of an annotator's several answers to a claim the latest
    counts, the others are `superseded`; an editor's ground truth is `final`, also only the latest; an answer
    that is no label says so. Columns: `JUDGEMENTS_COLUMNS`.

    Raises:
        BadInput: where the raw answers lack a part or a task cannot be read.
    """
    return read_answers(raw).judgements


def votes(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the answers that count: columns claim_id, annotator, label, one row per annotator and claim."""
    return judgements.loc[judgements["counted"] == "yes", ["claim_id", "annotator", "label"]]


def final_labels(judgements: pd.DataFrame) -> pd.Series[Any]:
    """Return the label that an editor settled, indexed by claim_id."""
    final = judgements[(judgements["counted"] == "final") & judgements["label"].notna()]
    return final.drop_duplicates("claim_id", keep="last").set_index("claim_id")["label"]


def decisions(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the last decision of an editor on each claim, with or without a label, indexed by claim_id.

    A row's cells in `DECIDED_FIELDS` are decided only where `decided` names them.
    """
    decided_rows = judgements[(judgements["ground_truth"] == 1) & (judgements["counted"] != "superseded")]
    return decided_rows.drop_duplicates("claim_id", keep="last").set_index("claim_id")


def _claim_rows(article: Restored, newest: Newest) -> Iterator[dict[str, Any]]:
    """Return the rows of one article's claims: those in its text, then those of earlier versions."""
    for position, claim in enumerate(article.claims, 1):
        place = {"position": position, "start": claim.start, "end": claim.end}
        yield _claim_row(claim, newest) | place | {"context": _context(article.text, claim)}
    for claim in article.earlier:
        yield _claim_row(claim, newest)


def _claim_row(claim: Claim, newest: Newest) -> dict[str, Any]:
    sent, task = newest[claim.claim_id]
    return {
        "claim_id": claim.claim_id,
        "article": claim.article_id,
        "section": claim.section,
        "claim": claim.text,
        "kind": claim.kind,
        "suggestion": claim.suggestion and claim.suggestion.label,
        "suggestion_score": claim.suggestion and claim.suggestion.score,
        "suggested_source": sent.suggested_source,
        "cue": sent.cue,
        "task_id": task.number,
        "added": int(sent.added),
    }


def _context(text: str, claim: Claim) -> str:
    before, after = text[max(0, claim.start - AROUND) : claim.start], text[claim.end : claim.end + AROUND]
    if len(before) == AROUND:
        before = "…" + before.partition(" ")[2]
    if len(after) == AROUND:
        after = after.rpartition(" ")[0] + "…"
    return " ".join(f"{before}⟦{claim.text}⟧{after}".split())


def _judgements(judgements: Iterable[Judgement], claims: pd.DataFrame) -> pd.DataFrame:
    """Return the frame of judgements in the reading order of their claims, each with whether it counts."""
    place = {row.claim_id: row for row in claims[["claim_id", "claim", "suggestion"]].itertuples()}
    known = [judgement for judgement in judgements if judgement.claim_id in place]
    known.sort(key=lambda j: (place[j.claim_id].Index, j.annotator, j.answered_at, j.annotation_id))
    latest = set(_latest(known).values())
    rows = (_judgement_row(j, place[j.claim_id], latest=at in latest) for at, j in enumerate(known))
    return frame_of(rows, JUDGEMENTS_COLUMNS)


def _latest(judgements: Iterable[Judgement]) -> dict[tuple[str, int | None], int]:
    """Return by claim and annotator the place of the answer that holds: the latest that decides something.

    A draft or an untouched claim in a later answer takes nothing back. Of editors' decisions on a claim the
    last one holds, whoever made it.
    """
    ranks: dict[tuple[str, int | None], tuple[int, str, int, int]] = {}
    for at, judgement in enumerate(judgements):
        key = judgement.claim_id, None if judgement.ground_truth else judgement.author
        weight = {"draft": 0, "unjudged": 1}.get(judgement.status, 2)
        rank = weight, judgement.answered_at, judgement.annotation_id, at
        ranks[key] = max(rank, ranks.get(key, rank))
    return {key: at for key, (*_, at) in ranks.items()}


def _judgement_row(judgement: Judgement, claim: Any, *, latest: bool) -> dict[str, Any]:
    row = {name: getattr(judgement, name) for name in FIELDS}
    suggestion = claim.suggestion if isinstance(claim.suggestion, str) else None
    taken = int(judgement.label == suggestion) if judgement.label and suggestion else None
    return row | {
        "article": judgement.article_id,
        "claim": claim.claim,
        "counted": _counted(judgement, latest=latest),
        "flags": "; ".join(judgement.flags),
        "decided": "; ".join(judgement.decided),
        "suggestion": suggestion,
        "suggestion_taken": taken,
        **{name: int(row[name]) for name in ("added", "boundary_changed", "ground_truth", "starred")},
    }


def _counted(judgement: Judgement, *, latest: bool) -> str:
    """Return `yes`, or why an answer is no vote (one of `WHY_NOT`)."""
    if not latest:
        return "superseded"
    if judgement.status != "labelled":
        return judgement.status
    return "final" if judgement.ground_truth else "yes"
