"""Raw answers for tests, in the shape that a pull gives: tasks as Label Studio 1.23 exports them.

`label(raw, claim, by=…, as_=…)` answers for a user; in the article layout the answers of one user to one task
stand in one annotation, in the claim layout each in its own. `decide(raw, claim, by=…, as_=…)` decides as an
editor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotate.model import Article, Claim, Decision, Label, Skip
from annotate.studio import Terms
from annotate.studio.adjudicate import merged
from annotate.studio.format import carrying, claim_tasks, is_decided, packed_revision, section_tasks
from tests.specimen import specimen

Raw = dict[str, Any]
PEOPLE = {"1": "Ada Lund", "2": "Bo Marsh", "3": "Cleo Ferris"}


def project(
    article: Article | None = None,
    claims: Sequence[Claim] = (),
    skips: Sequence[Skip] = (),
    *,
    layout: str = "article",
    title: str = "The bridge at Orrin",
) -> Raw:
    """Return a project without answers; without an article that of the specimen."""
    raw: Raw = {
        "project": {"id": 7, "title": title, "key": "k", "layout": layout, "url": "http://127.0.0.1:8080"},
        "users": {k: {"email": f"user{k}@desk.example", "name": name} for k, name in PEOPLE.items()},
        "pulled_at": "2031-05-04T09:30:12.000000Z",
        "tasks": [],
    }
    if article is None:
        article, claims, skips = specimen()
    return send(raw, article, claims, skips)


def send(raw: Raw, article: Article, claims: Sequence[Claim], skips: Sequence[Skip]) -> Raw:
    """Send the claims that the project does not have yet, as a push does."""
    there = {packed["claim_id"] for task in raw["tasks"] for packed in task["data"]["claims"]}
    make = section_tasks if raw["project"]["layout"] == "article" else claim_tasks
    new = {claim.claim_id for claim in claims} - there
    tasks = make(article, claims, skips, only=new, terms=Terms(codebook="1.0"))
    for task in tasks:
        raw["tasks"].append(exported(task, number=len(raw["tasks"]) + 101))
    carrier = raw["tasks"][-len(tasks) if tasks else -1]
    packed = packed_revision(article, claims, skips, number=len(raw["tasks"]) + len(there))
    carrier["meta"] = carrying(carrier, packed)
    return raw


def exported(task: dict[str, Any], *, number: int) -> dict[str, Any]:
    """Return a task as the export gives it: predictions as ids only."""
    return {
        "id": number,
        "annotations": [],
        "file_upload": None,
        "drafts": [],
        "predictions": [number + 5000],
        "data": task["data"],
        "meta": {},
        "created_at": "2031-05-01T08:00:00.000000Z",
        "updated_at": "2031-05-01T08:00:00.000000Z",
        "inner_id": number - 100,
        "total_annotations": 0,
        "cancelled_annotations": 0,
        "total_predictions": 1,
        "comment_count": 0,
        "project": 7,
        "updated_by": 1,
        "comment_authors": [],
    }


def label(raw: Raw, claim: str, *, by: int, as_: str | None, at: str = "", **fields: str | list[str]) -> None:
    """Answer for one user: `as_` a label, or `None` to leave the claim as it is; fields as in the config."""
    task = task_of(raw, claim)
    answer = annotation(task, by=by, at=at)
    if task["data"]["layout"] == "article":
        _fill_region(answer, claim, as_, fields)
    else:
        answer["result"] += [_result(f"r{by}", "label", "choices", {"choices": [as_]})] if as_ else []
        answer["result"] += [_field(f"r{by}", name, given, {}) for name, given in fields.items()]


def decide(
    raw: Raw,
    claim: str,
    *,
    by: int,
    as_: Label | None,
    note: str = "",
    fields: dict[str, str] | None = None,
    at: str = "2031-05-04T10:00:00Z",
) -> None:
    """Decide as an editor, with the history that the program writes."""
    task = task_of(raw, claim)
    mine = (a for a in task["annotations"] if a["completed_by"] == by and is_decided(a))
    answer = next(mine, None) or annotation(task, by=by, at=at, ground_truth=True, result=[])
    decision = Decision(claim, as_, note, task["id"], 0, 0, fields)
    answer["result"] = merged(answer["result"], task, [decision], at)


def annotation(task: dict[str, Any], *, by: int, at: str = "", **changes: Any) -> dict[str, Any]:
    """Return a user's annotation of a task, begun from the prediction where there is none at this time."""
    at = at or f"2031-05-02T1{by}:00:00.000000Z"
    for answer in task["annotations"]:
        if answer["completed_by"] == by and answer["updated_at"] == at and not changes:
            return answer
    number = task["id"] * 100 + len(task["annotations"])
    answer = {
        "id": number,
        "completed_by": by,
        "result": regions(task) if task["data"]["layout"] == "article" else [],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": at,
        "updated_at": at,
        "draft_created_at": None,
        "lead_time": 12.5,
        "prediction": {},
        "result_count": 0,
        "unique_id": f"00000000-0000-4000-8000-{number:012d}",
        "import_id": None,
        "last_action": None,
        "bulk_created": False,
        "task": task["id"],
        "project": 7,
        "updated_by": by,
        "parent_prediction": task["id"] + 5000,
        "parent_annotation": None,
        "last_created_by": None,
    } | changes
    task["annotations"].append(answer)
    return answer


def regions(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the grey regions of a task's claims, as a prediction is copied."""
    found = []
    for packed in task["data"]["claims"]:
        start, end = packed["start"] - task["data"]["offset"], packed["end"] - task["data"]["offset"]
        place = {"start": start, "end": end, "text": task["data"]["text"][start:end]}
        found.append(_result(packed["claim_id"], "label", "labels", {**place, "labels": ["claim"]}))
    return found


def task_of(raw: Raw, claim: str) -> dict[str, Any]:
    """Return the newest task that holds a claim."""
    return next(
        task
        for task in reversed(raw["tasks"])
        if any(packed["claim_id"] == claim for packed in task["data"]["claims"])
    )


def _fill_region(
    answer: dict[str, Any], claim: str, as_: str | None, fields: dict[str, str | list[str]]
) -> None:
    region = next(r for r in answer["result"] if r["id"] == claim and r["from_name"] == "label")
    place = {name: region["value"][name] for name in ("start", "end", "text")}
    region["value"]["labels"] = [as_ or "claim"]
    region["origin"] = "prediction-changed" if as_ else "prediction"
    answer["result"] += [_field(claim, name, given, place) for name, given in fields.items()]


def _field(region: str, name: str, given: str | list[str], place: dict[str, Any]) -> dict[str, Any]:
    values = [given] if isinstance(given, str) else given
    kind = "choices" if name in ("source_kind", "flags", "ruling") else "textarea"
    key = "choices" if kind == "choices" else "text"
    # In a region's text area `text` holds what was typed, and takes the place of the region's words.
    return _result(region, name, kind, {**place, key: values})


def _result(region: str, control: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": region,
        "from_name": control,
        "to_name": "text" if "start" in value else "claim",
        "type": kind,
        "value": value,
        "origin": "manual",
    }
