"""Frames from raw answers: one row a claim, one row an answer.

Raw answers are what a pull gives and `exports/<project>/raw.json` holds: `project` (id, title, key, layout,
url), `users` (id: email, name), `pulled_at`, `tasks` (Label Studio's JSON export).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from annotate.errors import BadInput
from annotate.labels import LABELS
from annotate.model import Claim, Judgement
from annotate.report.frames.articles import Restored, restore
from annotate.studio import GONE, claims_of, is_ours, judgements_of, source_words, unknown_name

Raw = Mapping[str, Any]

JUDGEMENTS_COLUMNS: Mapping[str, str] = {
    "article": "slug of the article",
    "claim_id": "the claim that was answered",
    "claim": "its words, as they were sent",
    "annotator": "who answered",
    "status": "labelled, unjudged, deleted, merged, skipped, draft, unknown (no such label), "
    "withdrawn or noted",
    "label": "the label given; empty unless status is labelled",
    "given": "the label as it stands in Label Studio",
    "counted": "yes, or why it is no vote: superseded, final (an editor decided), or its status",
    "source": "who carries the claim, in the annotator's words",
    "source_kind": "person, organisation, document or unnamed",
    "evidence": "outside material that the annotator cites",
    "flags": "flags the annotator set, joined by '; '",
    "note": "the annotator's note",
    "text": "the claim's words as the annotator left them",
    "start": "where they begin in the article (code points)",
    "end": "where they end",
    "added": "1 where the annotator drew this claim",
    "boundary_changed": "1 where the annotator moved the claim's edges",
    "merged_into": "the claim that the annotator stretched over this one; empty unless status is merged",
    "suggestion": "the label that the program suggested",
    "shown": "what the annotator saw of it: hint, preload, off, or blind (none is shown to anybody)",
    "seen_others": "empty where nothing tells; else copied, edited or changed: another's answer was open",
    "suggestion_taken": "1 where the label is the suggestion, 0 where not; empty without label or suggestion",
    "origin": "Label Studio's word: manual, prediction or prediction-changed",
    "codebook": "version of the codebook",
    "seconds": "time spent on the whole answer (in the article layout: on the whole section)",
    "answered_at": "last change of the answer, UTC",
    "task_id": "the task in Label Studio",
    "annotation_id": "the annotation in Label Studio; 0 for a draft",
    "ground_truth": "1 where the answer is an editor's decision",
    "decided": "what that decides beside the label: source, source_kind, evidence, joined by '; '",
    "starred": "1 where somebody gave the answer Label Studio's star: it stays a vote",
}

CLAIM_COLUMNS: Mapping[str, str] = {
    "claim_id": "the claim",
    "article": "slug of its article",
    "section": "words of the heading above, empty before the first",
    "position": "place in the article's reading order, from 1; empty for a claim of an earlier version",
    "claim": "its words",
    "kind": "kind of its block: body, quote, list_item, caption …",
    "start": "where it begins in the restored text (code points); missing for an earlier version",
    "end": "where it ends",
    "suggestion": "the label that the program suggests, or missing",
    "suggestion_score": "its score, 0..1",
    "suggested_source": "the words of the source that the program found; for a safe pronoun the name",
    "cue": "the words that say that somebody carries the claim",
    "context": "the words around it, the claim between ⟦ and ⟧",
    "task_id": "its newest task in Label Studio",
    "added": "1 where an annotator drew it",
}

INTEGERS = frozenset(
    (
        *("position", "start", "end", "task_id", "annotation_id"),
        *("first_position", "last_position"),
        *("added", "boundary_changed", "suggestion_taken", "ground_truth", "starred"),
        *("claims", "votes", "wanted", *LABELS, "no_label"),
        *("judgements", "annotators", "compared", "agreeing", "articles", "projects"),
    )
)
FLOATS = frozenset(("suggestion_score", "seconds", "share", "percent_agreement", "krippendorff_alpha"))

AROUND = 120  # characters of context on either side
WHY_NOT = (
    *("superseded", "final", "skipped", "draft", "unjudged", "deleted", "merged", "unknown"),
    *("withdrawn", "noted"),
)


@dataclass(frozen=True)
class Answers:
    """Everything that a report is made of: the articles, and the frames of claims and judgements."""

    articles: list[Restored]
    claims: pd.DataFrame
    judgements: pd.DataFrame
    foreign: int  # tasks of the project that were not sent from here
    wanted: int | None = None  # how many annotators each claim waits for, where the pull tells


def read_answers(raw: Raw) -> Answers:
    """Return articles, claims (see `CLAIM_COLUMNS`) and judgements (see `JUDGEMENTS_COLUMNS`) of raw answers.

    Raises:
        BadInput: where the raw answers lack a part or a task cannot be read.
    """
    tasks, judgements = _read(raw)
    drawn = _drawn(judgements)
    articles = restore((task, [*claims_of(task), *_added(task, drawn)]) for task in tasks)
    packed = _packed(tasks, judgements)
    claims = _frame((row for article in articles for row in _claim_rows(article, packed)), CLAIM_COLUMNS)
    foreign, wanted = len(raw["tasks"]) - len(tasks), raw["project"].get("annotators")
    return Answers(articles, claims, _judgements(judgements, claims), foreign, wanted)


def claims_frame(raw: Raw) -> pd.DataFrame:
    """Return one row a claim, articles in the order they were sent, claims in reading order.

    Claims that the newest revision no longer has come last, without position. Columns: `CLAIM_COLUMNS`.

    Raises:
        BadInput: where the raw answers lack a part or a task cannot be read.
    """
    return read_answers(raw).claims


def judgements_frame(raw: Raw) -> pd.DataFrame:
    """Return one row an answer to a claim, by claim in reading order, then annotator, then time.

    Only rows whose `counted` is `yes` are votes. Of an annotator's several answers to a claim the latest
    counts, the others are `superseded`; an editor's ground truth is `final`, also only the latest; an answer
    that is no label says so. Columns: `JUDGEMENTS_COLUMNS`.

    Raises:
        BadInput: where the raw answers lack a part or a task cannot be read.
    """
    return read_answers(raw).judgements


def votes(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the answers that count: columns claim_id, annotator, label, one row an annotator and claim."""
    return judgements.loc[judgements["counted"] == "yes", ["claim_id", "annotator", "label"]]


def final_labels(judgements: pd.DataFrame) -> pd.Series[Any]:
    """Return the label that an editor settled, indexed by claim_id."""
    final = judgements[(judgements["counted"] == "final") & judgements["label"].notna()]
    return final.drop_duplicates("claim_id", keep="last").set_index("claim_id")["label"]


def decisions(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the last decision of an editor on each claim, with or without a label, indexed by claim_id.

    A row's `source`, `source_kind` and `evidence` are decided only where `decided` names them.
    """
    made = judgements[(judgements["ground_truth"] == 1) & (judgements["counted"] != "superseded")]
    return made.drop_duplicates("claim_id", keep="last").set_index("claim_id")


def annotator_name(raw: Raw, number: int) -> str:
    """Return the name that a user of Label Studio has in the tables."""
    return _names(raw["users"]).get(number) or unknown_name(number)


def task_links(raw: Raw) -> dict[int, str]:
    """Return by number the address that opens a task in Label Studio; none where the project's is unknown.

    A large project is several in Label Studio, so each task tells its own.
    """
    url, project = str(raw["project"].get("url") or "").rstrip("/"), raw["project"].get("id")
    numbers = ((int(task.get("id") or 0), task.get("project") or project) for task in raw["tasks"])
    return {id: f"{url}/projects/{of}/data?task={id}" for id, of in numbers if url and of and id}


def _read(raw: Raw) -> tuple[list[dict[str, Any]], list[Judgement]]:
    """Return our tasks and all their judgements."""
    if missing := [part for part in ("project", "users", "tasks") if part not in raw]:
        raise BadInput(f"The raw answers hold no {', '.join(missing)}: pull them again.")
    names = _names(raw["users"])
    tasks = [task for task in raw["tasks"] if is_ours(task)]
    codebooks = [(since, version) for since, version in raw["project"].get("codebooks", [])]
    return tasks, [j for task in tasks for j in judgements_of(task, names, LABELS, codebooks=codebooks)]


def _names(users: Mapping[Any, Mapping[str, str]]) -> dict[int, str]:
    """Return a name for each user that no other has: with the e-mail, or else the number, where it is needed.

    Who left Label Studio and is not remembered is told by the number alone, for all of them look alike.
    """
    told = {
        int(key): (str(user.get("name") or ""), str(user.get("email") or "")) for key, user in users.items()
    }
    names = dict.fromkeys(told, "")
    for spelled in (_plain_name, _name_and_email, _name_and_number):
        times = Counter(names.values())
        taken = [key for key, name in names.items() if not name or times[name] > 1]
        names |= {key: spelled(key, *told[key]) for key in taken}
    return names


def _plain_name(_: int, name: str, email: str) -> str:
    return "" if email == GONE else (name or email).strip()


def _name_and_email(_: int, name: str, email: str) -> str:
    return "" if email == GONE else f"{name} ({email})" if name and email not in {"", name} else name or email


def _name_and_number(number: int, name: str, email: str) -> str:
    return f"{name or email} ({unknown_name(number)})" if name or email else unknown_name(number)


def _drawn(judgements: Iterable[Judgement]) -> dict[int, dict[str, Judgement]]:
    """Return for each task the claims that annotators drew in it, by id."""
    drawn: dict[int, dict[str, Judgement]] = {}
    for judgement in judgements:
        if judgement.added and judgement.text.strip():
            drawn.setdefault(judgement.task_id, {})[judgement.claim_id] = judgement
    return drawn


def _added(task: Mapping[str, Any], drawn: Mapping[int, Mapping[str, Judgement]]) -> Iterator[Claim]:
    """Return the claims that annotators drew in a task, each once."""
    for judgement in drawn.get(task.get("id") or 0, {}).values():
        yield Claim(
            article_id=judgement.article_id,
            claim_id=judgement.claim_id,
            index=-1,
            start=judgement.start,
            end=judgement.end,
            text=judgement.text,
            block=-1,
            kind="body",
            section=task["data"]["section"],
        )


def _packed(tasks: Iterable[dict[str, Any]], judgements: Iterable[Judgement]) -> dict[str, dict[str, Any]]:
    """Return by claim id what a claim's newest task says of it beyond its span."""
    told: dict[str, dict[str, Any]] = {}
    for task in sorted(tasks, key=lambda task: int(task.get("id") or 0)):
        for packed in task["data"]["claims"]:
            found = packed["attribution"] or {}
            told[packed["claim_id"]] = {
                "suggested_source": source_words(packed["attribution"]),
                "cue": (found.get("cue") or {}).get("text", ""),
                "task_id": int(task.get("id") or 0),
                "added": 0,
            }
    for judgement in judgements:
        if judgement.added:
            told.setdefault(
                judgement.claim_id,
                {"suggested_source": "", "cue": "", "task_id": judgement.task_id, "added": 1},
            )
    return told


def _claim_rows(article: Restored, packed: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the rows of one article's claims: those in its text, then those of earlier versions."""
    for position, claim in enumerate(article.claims, 1):
        place = {"position": position, "start": claim.start, "end": claim.end}
        yield _claim_row(claim, packed) | place | {"context": _context(article.text, claim)}
    for claim in article.earlier:
        yield _claim_row(claim, packed)


def _claim_row(claim: Claim, packed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    suggestion = claim.suggestion
    return {
        "claim_id": claim.claim_id,
        "article": claim.article_id,
        "section": claim.section,
        "claim": claim.text,
        "kind": claim.kind,
        "suggestion": suggestion.label if suggestion else None,
        "suggestion_score": suggestion.score if suggestion else None,
        "context": "",
        **packed[claim.claim_id],
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
    order = {claim_id: at for at, claim_id in enumerate(claims["claim_id"])}
    told = {row.claim_id: row for row in claims.itertuples()}
    known = [judgement for judgement in judgements if judgement.claim_id in order]
    known.sort(key=lambda j: (order[j.claim_id], j.annotator, j.answered_at, j.annotation_id))
    last = _last(known)
    rows = (
        _judgement_row(judgement, told[judgement.claim_id], last[_turn(judgement)] == at)
        for at, judgement in enumerate(known)
    )
    return _frame(rows, JUDGEMENTS_COLUMNS)


def _last(judgements: Iterable[Judgement]) -> dict[tuple[str, int | None], int]:
    """Return for each person and claim the place of the answer that holds: the latest that decides something.

    A draft or an untouched claim in a later answer takes nothing back; of an editor's decisions the last one
    holds a claim, whoever made it.
    """
    best: dict[tuple[str, int | None], tuple[int, str, int]] = {}
    last: dict[tuple[str, int | None], int] = {}
    for at, judgement in enumerate(judgements):
        weight = {"draft": 0, "unjudged": 1}.get(judgement.status, 2)
        rank = (weight, judgement.answered_at, judgement.annotation_id)
        if rank >= best.get(_turn(judgement), rank):
            best[_turn(judgement)], last[_turn(judgement)] = rank, at
    return last


def _turn(judgement: Judgement) -> tuple[str, int | None]:
    """Return what answers supersede each other within: a person and claim, or the final label of a claim."""
    return (judgement.claim_id, None if judgement.ground_truth else judgement.author)


def _judgement_row(judgement: Judgement, claim: Any, last: bool) -> dict[str, Any]:
    row = {field.name: getattr(judgement, field.name) for field in fields(judgement)}
    suggestion = claim.suggestion if isinstance(claim.suggestion, str) else None
    taken = int(judgement.label == suggestion) if judgement.label and suggestion else None
    return row | {
        "article": judgement.article_id,
        "claim": claim.claim,
        "counted": _counted(judgement, last),
        "flags": "; ".join(judgement.flags),
        "decided": "; ".join(judgement.decided),
        "suggestion": suggestion,
        "suggestion_taken": taken,
        **{name: int(row[name]) for name in ("added", "boundary_changed", "ground_truth", "starred")},
    }


def _counted(judgement: Judgement, last: bool) -> str:
    """Say `yes`, or why an answer is no vote (one of `WHY_NOT`)."""
    if not last:
        return "superseded"
    if judgement.status != "labelled":
        return judgement.status
    return "final" if judgement.ground_truth else "yes"


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each column its type: whole numbers stay whole where some are missing, empty text is missing.

    Columns named in `INTEGERS` become int64 (Int64 where a value is missing), those in `FLOATS` float64, all
    others text as pandas infers it.
    """
    return pd.DataFrame({name: _typed(frame[name], str(name)) for name in frame.columns}, index=frame.index)


def _typed(column: pd.Series[Any], name: str) -> pd.Series[Any]:
    if name in FLOATS:
        return column.astype("float64")
    if name in INTEGERS:
        return column.astype("Int64" if column.isna().any() else "int64")
    return pd.Series([value if isinstance(value, str) and value else None for value in column], column.index)


def _frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Make a typed frame of exactly these columns; what a row does not have is missing."""
    told = list(rows)
    return typed(
        pd.DataFrame({name: pd.Series([r.get(name) for r in told], dtype=object) for name in columns})
    )
