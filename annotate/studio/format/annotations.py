"""Annotations to judgements, and judgements to annotations; pure, the same for both layouts."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from annotate.labels import SHOWN_AS
from annotate.model import Claim, Judgement, Shown, Span
from annotate.studio.format.decisions import Entry, entries_of, is_decided
from annotate.studio.format.predictions import MARKS, UNJUDGED, result_of, source_words
from annotate.studio.format.provenance import author_of, imported_at, last_change, unknown_name
from annotate.studio.format.sent import Task, claims_of, data_of, place_of, words_of

NOT_A_CLAIM = "not_a_claim"  # what a claim that was taken away is flagged with, and the flag in the configs

MOMENT = 1.0  # seconds: the server writes an answer twice when it is submitted
KINDS = {
    "label": "choices",
    "suggestion": "textarea",
    "source": "textarea",
    "source_kind": "choices",
    "evidence": "textarea",
    "flags": "choices",
    "ruling": "choices",
    "note": "textarea",
}


def judgements_of(
    task: Task,
    annotators: Mapping[int, str],
    labels: Collection[str],
    *,
    codebooks: Sequence[tuple[str, str]] = (),
) -> list[Judgement]:
    """Return one judgement for each claim of each answer to an exported task, the same for both layouts.

    `annotators` maps Label Studio's user numbers to names; `labels` are the three labels of the config. A
    draft counts only while its author has not submitted. In the article layout a region under an unknown id
    was drawn by the annotator, a claim without region was taken away, and the grey label means unjudged. A
    person who answered a task twice gives judgements under two annotation ids. An editor's decisions are
    `ground_truth`, one judgement each, those that were changed or taken back included; a star that somebody
    set by hand makes no decision of an answer. Who gave an answer that was imported saw no suggestion here.
    `codebooks` are versions that came after the task's own, each
    with the moment it came (ISO 8601), oldest first.

    Raises:
        BadInput: where the task was not made here.
    """
    claims = claims_of(task)
    answers = [*(task.get("annotations") or []), *_open_drafts(task)]
    reader = _from_regions if task["data"]["layout"] == "article" else _from_choice
    judgements: list[Judgement] = []
    for answer in answers:
        blank = _blank(task, answer, annotators, codebooks)
        decided = is_decided(answer)
        read = _from_decisions if decided else reader
        found = list(read(task, claims, answer, blank, labels))
        if decided:  # each has a moment of its own
            found = [replace(j, codebook=_codebook(task["data"], j.answered_at, codebooks)) for j in found]
        if imported_at(answer):
            found = [replace(judgement, shown="off") for judgement in found]
        judgements += found
    return judgements


def _open_drafts(task: Task) -> list[dict[str, Any]]:
    """Return each person's newest draft, but for those who have submitted."""
    submitted = {author_of(answer) for answer in task.get("annotations") or []}
    drafts = sorted(task.get("drafts") or [], key=lambda draft: str(draft.get("updated_at") or ""))
    newest = {author_of(draft): {**draft, "_draft": True} for draft in drafts if not draft.get("annotation")}
    return [draft for user, draft in newest.items() if user not in submitted]


def _blank(
    task: Task, answer: Mapping[str, Any], annotators: Mapping[int, str], codebooks: Sequence[tuple[str, str]]
) -> Judgement:
    """Return what all judgements of one answer share."""
    data, user, answers = task["data"], author_of(answer), task.get("annotations") or []
    draft, at = bool(answer.get("_draft")), last_change(answer, answers).at
    return Judgement(
        article_id=data["article_id"],
        claim_id="",
        annotator=annotators.get(user) or unknown_name(user),
        author=user,
        status="draft" if draft else "skipped" if answer.get("was_cancelled") else "unjudged",
        seen_others=_seen_others(answer, answers),
        seconds=answer.get("lead_time"),
        codebook=_codebook(data, at, codebooks),
        answered_at=at,
        task_id=int(task.get("id") or 0),
        annotation_id=0 if draft else int(answer.get("id") or 0),
        starred=bool(answer.get("ground_truth")),
    )


def _codebook(data: Mapping[str, Any], answered_at: str, later: Sequence[tuple[str, str]]) -> str:
    """Return the version in force when the answer was last changed: the task's, or the last since."""
    answered = _moment(answered_at) if later else 0.0
    came = [version for since, version in later if answered and _moment(since) <= answered]
    return str(came[-1] if came else data["codebook"])


def _seen_others(answer: Mapping[str, Any], answers: Sequence[Mapping[str, Any]]) -> str:
    """Return how another's answer was open to this annotator, where that is known; see `Judgement`.

    What was only looked at leaves no trace on the server; a change that a star may hide does not count.
    """
    me, change = author_of(answer), last_change(answer, answers)
    others = [each for each in answers if author_of(each) != me]
    if answer.get("parent_annotation") in {each.get("id") for each in others} - {None}:
        return "copied"
    if not change.sure:
        return ""
    if change.by not in {None, me}:
        return "edited"
    created, changed = _moment(answer.get("created_at")), _moment(change.at)
    between = any(created < _moment(each.get("created_at")) < changed - MOMENT for each in others)
    return "changed" if between else ""


def _moment(stamp: object) -> float:
    """Return a server's time stamp in seconds, 0 where there is none."""
    try:
        return datetime.fromisoformat(str(stamp)).timestamp()
    except ValueError:
        return 0.0


def _about(blank: Judgement, claim: Claim, data: Mapping[str, Any]) -> Judgement:
    """Return the judgement of one claim before the answer is read."""
    packed = next(each for each in data["claims"] if each["claim_id"] == claim.claim_id)
    return replace(
        blank,
        claim_id=claim.claim_id,
        start=claim.start,
        end=claim.end,
        text=claim.text,
        shown=cast("Shown", packed.get("shown", "off")),
    )


def _from_choice(
    task: Task, claims: Sequence[Claim], answer: Mapping[str, Any], blank: Judgement, labels: Collection[str]
) -> Iterator[Judgement]:
    """Read an answer of the claim layout: all its results are about the one claim."""
    for claim in claims:
        yield _answered(_about(blank, claim, task["data"]), _results(answer), labels)


def _from_decisions(
    task: Task, claims: Sequence[Claim], answer: Mapping[str, Any], blank: Judgement, labels: Collection[str]
) -> Iterator[Judgement]:
    """Read an editor's decisions: each entry of a claim's history is a judgement of its own."""
    known = {claim.claim_id: claim for claim in claims}
    for result in _results(answer):
        claim = known.get(str(result.get("id")).removesuffix("-label"))
        for entry in entries_of(result):
            if claim:
                judgement = _about(blank, claim, task["data"])
            else:
                drawn = _redrawn(blank, result, task)
                judgement = replace(drawn, claim_id=_added_id(drawn), added=True, boundary_changed=False)
            yield _decided(judgement, entry, labels)


def _decided(judgement: Judgement, entry: Entry, labels: Collection[str]) -> Judgement:
    status: Any = "unknown" if entry.label and entry.label not in labels else entry.status
    fields: Mapping[str, Any] = entry.fields or {}
    return replace(
        judgement,
        annotator=entry.editor or judgement.annotator,
        status=status,
        label=entry.label if status == "labelled" else None,
        given=entry.label,
        note=entry.note,
        decided=tuple(fields),
        **fields,
        origin="manual",
        seen_others="",
        seconds=None,
        answered_at=entry.at,
        ground_truth=True,
        starred=False,
    )


def _from_regions(
    task: Task, claims: Sequence[Claim], answer: Mapping[str, Any], blank: Judgement, labels: Collection[str]
) -> Iterator[Judgement]:
    """Read an answer of the article layout: the results of one claim are those under its id."""
    regions: dict[str, list[Mapping[str, Any]]] = {}
    for result in _results(answer):
        if "start" in result["value"] and "end" in result["value"]:
            regions.setdefault(str(result.get("id")), []).append(result)
    ids = {claim.claim_id for claim in claims}
    marked = [region for region in regions if region not in ids and _is_mark(regions[region][0], ids)]
    marks = [result for region in marked for result in regions.pop(region)]
    # An answer begun on an empty page has none of the claims: that is no wish to delete them all.
    deleted = blank.status == "unjudged" and (
        bool(answer.get("parent_prediction")) or not ids.isdisjoint(regions)
    )
    sent = {claim.claim_id: _about(blank, claim, task["data"]) for claim in claims}
    drawn = {
        region: _redrawn(_answered(sent.get(region, blank), results, labels), results[0], task)
        for region, results in regions.items()
    }
    for region in drawn.keys() - ids:
        added = _marked(drawn[region], marks, task)
        drawn[region] = replace(added, claim_id=_added_id(added), added=True, boundary_changed=False)
    for claim_id, judgement in sent.items():
        if claim_id in drawn:
            yield _marked(drawn[claim_id], marks, task)
        else:
            yield _taken_away(judgement, sent.values(), drawn.values()) if deleted else judgement
    yield from (drawn[region] for region in regions if region not in ids)


def _taken_away(judgement: Judgement, sent: Iterable[Judgement], drawn: Iterable[Judgement]) -> Judgement:
    """Return the judgement of a claim without region: merged where a region covers this claim and another."""
    for each in drawn:
        covered = [claim.claim_id for claim in sent if _covers(each, claim)]
        if judgement.claim_id in covered and len(covered) > 1 and each.status != "deleted":
            return replace(judgement, status="merged", merged_into=each.claim_id)
    return replace(judgement, status="deleted", flags=(NOT_A_CLAIM,))


def _covers(region: Judgement, claim: Judgement) -> bool:
    """Return whether a region has at least half of a claim's words."""
    shared = min(region.end, claim.end) - max(region.start, claim.start)
    return shared > 0 and 2 * shared >= claim.end - claim.start


def _is_mark(first: Mapping[str, Any], ids: Collection[str]) -> bool:
    """Return whether a region marks a source or a cue, by its first result; a digit adds a second one."""
    claim_id, _, part = str(first.get("id")).rpartition("-")
    return first.get("from_name") == "mark" or (part in MARKS and claim_id in ids)


def _marked(judgement: Judgement, marks: Sequence[Mapping[str, Any]], task: Task) -> Judgement:
    """Fill in the source and the cue that are marked in the text.

    A source that was typed goes before one that was drawn, and one that was drawn before the suggested one. A
    mark that the annotator drew is the claim's in which it lies.
    """
    source, cue = ("; ".join(_words_marked(judgement, part, marks, task)) for part in MARKS)
    packed: Mapping[str, Any] = next(
        (c for c in task["data"]["claims"] if c["claim_id"] == judgement.claim_id), {}
    )
    sent = ((packed.get("attribution") or {}).get("source") or {}).get("text", "")
    filled_in = {"", source_words(packed.get("attribution"))}
    drawn = source if judgement.source in filled_in and source != sent else ""
    return replace(judgement, source=drawn or judgement.source, cue=cue)


def _words_marked(
    judgement: Judgement, part: str, marks: Sequence[Mapping[str, Any]], task: Task
) -> Iterator[str]:
    for mark in sorted(marks, key=lambda mark: int(mark["value"]["start"])):
        drawn = _redrawn(replace(judgement, claim_id=str(mark.get("id"))), mark, task)
        sent = any(drawn.claim_id == f"{c['claim_id']}-{part}" for c in task["data"]["claims"])
        own = drawn.claim_id == f"{judgement.claim_id}-{part}"
        inside = not sent and judgement.start <= drawn.start and drawn.end <= judgement.end
        if part in mark["value"].get("labels", []) and drawn.text.strip() and (own or inside):
            yield drawn.text.strip()


def _results(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the results of an answer that have a value: relations between regions have none."""
    results = (result for result in answer.get("result") or [] if isinstance(result, Mapping))
    return [result for result in results if isinstance(result.get("value"), Mapping)]


def _answered(
    judgement: Judgement, results: Sequence[Mapping[str, Any]], labels: Collection[str]
) -> Judgement:
    """Fill in the label and the fields of the results of one claim."""
    given, origin = _given(judgement, results)
    status = judgement.status
    if status == "unjudged" and given:
        status = "labelled" if given in labels else "unknown"
    flags = tuple(_values(results, "flags"))
    if status == "unjudged" and NOT_A_CLAIM in flags:  # the same answer as to delete it
        status = "deleted"
    return replace(
        judgement,
        status=status,
        label=given if status == "labelled" else None,
        given=given,
        source="; ".join(_values(results, "source")),
        source_kind="; ".join(_values(results, "source_kind")),
        evidence="\n".join(_values(results, "evidence")),
        flags=flags,
        ruling="; ".join(_values(results, "ruling")),
        note="\n".join(_values(results, "note")),
        origin=origin,
    )


def _given(judgement: Judgement, results: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the label that counts and its origin: the annotator's own goes before one that was filled in.

    What was filled in is no answer where the claim is flagged to be none.
    """
    control, chosen = "label", _values(results, "label")
    if not chosen and judgement.shown == "preload":
        words = _values(results, "suggestion")
        control, chosen = "suggestion", [label for label, shown in SHOWN_AS.items() if shown in words]
    origin = next((str(r.get("origin") or "") for r in results if r.get("from_name") == control), "")
    filled_in = control == "suggestion" or origin == "prediction"
    if filled_in and NOT_A_CLAIM in _values(results, "flags"):
        return "", ""
    return next((label for label in chosen if label != UNJUDGED), ""), origin


def _values(results: Iterable[Mapping[str, Any]], control: str) -> list[str]:
    """Return what was chosen or typed in one control, whatever its kind."""
    chosen: list[str] = []
    for result in results:
        if result.get("from_name") == control:
            value = result["value"]
            words = value.get("labels") or value.get("choices") or value.get("text") or []
            chosen += [words] if isinstance(words, str) else [str(each) for each in words]
    return [words for each in chosen if (words := each.strip())]


def _redrawn(judgement: Judgement, result: Mapping[str, Any], task: Task) -> Judgement:
    """Put the claim where the annotator left its region; a region outside the text is cut to it."""
    data, value = task["data"], result["value"]
    start, end = (min(max(int(value[edge]), 0), len(data["text"])) for edge in ("start", "end"))
    span = Span(start, max(start, end)).shift(data["offset"])
    return replace(
        judgement,
        start=span.start,
        end=span.end,
        text=words_of(data, span.start, span.end),
        boundary_changed=span != (judgement.start, judgement.end),
    )


def _added_id(added: Judgement) -> str:
    """Return a claim that an annotator drew an id of its place and words: two who drew the same agree."""
    seed = f"{added.article_id}\n{added.start}\n{added.end}\n{added.text}"
    return f"added-{hashlib.sha256(seed.encode()).hexdigest()[:12]}"


def results_of(
    task: Task, answers: Mapping[str, Mapping[str, Any]], *, only: Iterable[Claim] | None = None
) -> list[dict[str, Any]]:
    """Return the results of an annotation, as a reviewer's browser would send them.

    `answers` maps claim ids to their fields: `label`, `source`, `source_kind`, `evidence`, `flags`,
    `ruling`, `note`, each a word or a list of words. In the article layout a claim that is not named stays
    grey. `only` are the claims that get results, else those of the task.

    Raises:
        BadInput: where the task was not made here.
    """
    data = data_of(task)
    results = []
    for claim in claims_of(task) if only is None else only:
        fields = dict(answers.get(claim.claim_id, {}))
        place: dict[str, Any] = {}
        if data["layout"] == "article":
            fields.setdefault("label", UNJUDGED)
            place = place_of(data, claim.start, claim.end)
        for control, words in fields.items():
            kind = "labels" if control == "label" and place else KINDS[control]
            chosen = [words] if isinstance(words, str) else list(words)
            value = {**place, kind if kind != "textarea" else "text": chosen}
            region = claim.claim_id if place else f"{claim.claim_id}-{control}"
            results.append(result_of(region, control, "text" if place else "claim", kind, value))
    return results
