"""A task's data read back: which tasks were sent from here, their claims, skips and words; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

from annotate.errors import BadInput
from annotate.model import (
    Attribution,
    Claim,
    Decision,
    Judgement,
    Skip,
    SkipKind,
    SourceKind,
    Span,
    Suggestion,
)

Task = dict[str, Any]

SCHEMA = 1
SEAL = "seal"  # in the `meta` of a task of gold, see `gold`
FIRST_MODEL = "rules-1"  # made the suggestions of tasks that name none
CLAIM_FIELDS = ("claim_id", "index", "start", "end", "block", "kind", "section")  # as they are in a task


def is_made_here(task: Task) -> bool:
    """Return whether a task was made here: one added by hand has no schema, or no claims."""
    data = task.get("data")
    return isinstance(data, dict) and data.get("schema") == SCHEMA and isinstance(data.get("claims"), list)


def is_gold(task: Task) -> bool:
    """Return whether a task has claims of another article, which an editor decided before: see `gold`."""
    meta = task.get("meta")
    return is_made_here(task) and isinstance(meta, Mapping) and SEAL in meta


def is_ours(task: Task) -> bool:
    """Return whether a task was made here and has claims of the article that it names, so not one of gold."""
    return is_made_here(task) and not is_gold(task)


def claims_of(task: Task) -> list[Claim]:
    """Return the claims that a task of either layout carries, as they were sent.

    Raises:
        BadInput: where the task was not made here, or its data was edited so that it cannot be read.
    """
    data = data_of(task)
    try:
        return [_unpacked(packed, data) for packed in data["claims"]]
    except (KeyError, TypeError) as error:
        raise BadInput(
            f"the data of task {task.get('id', '?')} was edited in Label Studio and cannot be read: "
            "delete the task there, then push its article with --force"
        ) from error


def skips_of(task: Task) -> list[Skip]:
    """Return the stretches without claims in a task's text.

    Raises:
        BadInput: where the task was not made here.
    """
    data = data_of(task)
    return [
        Skip(
            cast("SkipKind", skip["kind"]),
            skip["start"],
            skip["end"],
            words_of(data, skip["start"], skip["end"]),
        )
        for skip in data["skips"]
    ]


def data_of(task: Task) -> dict[str, Any]:
    """Return what a task of ours carries. Raises `BadInput` for one that was not made here."""
    if not is_made_here(task):
        raise BadInput(
            f"task {task.get('id', '?')} was not sent from here: delete it in Label Studio, or leave it out"
        )
    data: dict[str, Any] = task["data"]
    return data


def words_of(data: Mapping[str, Any], start: int, end: int) -> str:
    """Return the words at a place of the article, from the text that a task carries."""
    text: str = data["text"]
    return text[start - data["offset"] : end - data["offset"]]


def place_of(data: Mapping[str, Any], start: int, end: int) -> dict[str, Any]:
    """Return a place of the article as a region has it: it counts from the beginning of the task's text."""
    return {"start": start - data["offset"], "end": end - data["offset"], "text": words_of(data, start, end)}


def digest_of(data: Mapping[str, Any]) -> str:
    """Return 32 hex digits that depend on everything in a task's data but the digest itself."""
    rest = {name: value for name, value in data.items() if name != "digest"}
    content = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def drawn_claim(drawn: Judgement | Decision, data: Mapping[str, Any]) -> Claim:
    """Return the claim that an annotator drew in a task."""
    return Claim(
        article_id=data["article_id"],
        claim_id=drawn.claim_id,
        index=-1,
        start=drawn.start,
        end=drawn.end,
        text=words_of(data, drawn.start, drawn.end),
        block=-1,
        kind="body",
        section=data["section"],
    )


def _unpacked(packed: Mapping[str, Any], data: Mapping[str, Any]) -> Claim:
    suggestion, attribution = packed["suggestion"], packed["attribution"]
    return Claim(
        article_id=data["article_id"],
        text=words_of(data, packed["start"], packed["end"]),
        **{name: packed[name] for name in CLAIM_FIELDS},
        suggestion=suggestion
        and Suggestion(
            suggestion["label"], suggestion["score"], suggestion["rule"], suggestion.get("model", FIRST_MODEL)
        ),
        attribution=attribution and _attribution(attribution),
    )


def _attribution(packed: Mapping[str, Any]) -> Attribution:
    """Return an attribution as it was sent; tasks of earlier versions have neither kind, chain nor name."""
    source, cue, content = (_span(packed[part]) for part in ("source", "cue", "content"))
    through = tuple(Span(each["start"], each["end"]) for each in packed.get("through") or ())
    kind = cast("SourceKind | None", packed.get("kind"))
    return Attribution(source, cue, content, kind, through, _span(packed.get("named")))


def _span(quoted: Mapping[str, Any] | None) -> Span | None:
    return Span(quoted["start"], quoted["end"]) if quoted else None
