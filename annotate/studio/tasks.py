"""Claims to Label Studio tasks and annotations back to judgements; pure.

A task carries all that a report needs, in either layout (see `TASK_FIELDS`), so a pull on another machine
than the one that pushed gives the same tables. Offsets in a task's `data` are offsets of the article; only
the regions inside Label Studio count from the beginning of the task's own text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any, Literal, cast

from annotate.errors import BadInput
from annotate.model import (
    Article,
    Attribution,
    BlockKind,
    Claim,
    Judgement,
    Label,
    Skip,
    SkipKind,
    Span,
    Suggestion,
)

Layout = Literal["article", "claim"]
Suggestions = Literal["hint", "off"]
Task = dict[str, Any]
Status = Literal["labelled", "unjudged", "deleted", "skipped", "draft", "unknown"]

SCHEMA = 1
UNJUDGED = "claim"  # the alias of the grey label in configs/article.xml
MOST_CLAIMS = 60  # in one task of the article layout
CONTEXT = 320  # characters of the passage on either side of a claim, in the claim layout
MODEL_VERSION = "claimdesk"
SHOWN_AS = {
    "opinion": "Opinion",
    "attributed_report": "Attributed report",
    "checkable_fact": "Checkable fact",
}

TASK_FIELDS: Mapping[str, str] = {
    "schema": "version of this table, 1",
    "layout": "article or claim",
    "article_id": "slug of the article",
    "revision": "twelve hex digits that change with the article's text",
    "title": "as the article gives it; so are address, author and date",
    "address": "",
    "author": "",
    "date": "",
    "section": "words of the heading above, empty before the first",
    "codebook": "version of the codebook that annotators follow",
    "shown": "hint or off: were suggestions shown",
    "text": "article.text[offset : offset + len(text)]; the texts of a project cover the whole article",
    "offset": "where text begins in the article",
    "claims": "list of claims, with offsets of the article",
    "skips": "list of kind, start, end: stretches of text without claims",
    "position": "for the reader: section 2 of 6, claim 12 of 180",
}

KINDS = {
    "label": "choices",
    "source": "textarea",
    "source_kind": "choices",
    "evidence": "textarea",
    "flags": "choices",
    "note": "textarea",
}

_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")


# --------------------------------------------------------------------------- claims to tasks


def section_tasks(  # noqa: PLR0913 - an article is in three pieces, and how it is sent in three more
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    only: Collection[str] | None = None,
    codebook: str = "",
    suggestions: Suggestions = "hint",
) -> list[Task]:
    """Give the tasks of the article layout: one a section, with at most `MOST_CLAIMS` claims.

    `only` names the claim ids to send: a section none of whose claims are wanted gives no task, a section of
    which some are wanted gives its whole text with regions for those. Without it the tasks' texts together
    are the article.

    Raises:
        BadInput: where a claim is not the words at its place, or there are characters no server keeps.
    """
    head = _head(article, codebook=codebook, shown=suggestions)
    parts = list(_parts(article, claims))
    bounds = [0, *(_cut(article, a[-1], b[0]) for a, b in pairwise(parts)), len(article.text)]
    tasks = []
    for number, (part, (start, end)) in enumerate(zip(parts, pairwise(bounds), strict=False), 1):
        wanted = [claim for claim in part if only is None or claim.claim_id in only]
        if wanted:
            data = head | _stretch(article, wanted, skips, Span(start, end))
            data |= {"layout": "article", "position": f"section {number} of {len(parts)}"}
            pairs = zip(wanted, data["claims"], strict=True)
            tasks.append(_task(data, [result for pair in pairs for result in _region(*pair, data)]))
    return tasks


def claim_tasks(  # noqa: PLR0913 - as above
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    only: Collection[str] | None = None,
    codebook: str = "",
    suggestions: Suggestions = "hint",
) -> list[Task]:
    """Give the tasks of the claim layout: one a claim, with the passage around it.

    A task's text runs from the end of the claim before to the end of its own (the last one's to the end of
    the article), so that the tasks of a project together hold the article whole.

    Raises:
        BadInput: where a claim is not the words at its place, or there are characters no server keeps.
    """
    head = _head(article, codebook=codebook, shown=suggestions)
    bounds = [0, *(claim.end for claim in claims[:-1]), len(article.text)]
    tasks = []
    for number, (claim, (start, end)) in enumerate(zip(claims, pairwise(bounds), strict=False), 1):
        if only is None or claim.claim_id in only:
            data = head | _stretch(article, [claim], skips, Span(start, end))
            data |= {"layout": "claim", "position": f"claim {number} of {len(claims)}"}
            data |= _passage(article, claim, shown=suggestions)
            tasks.append(_task(data, _prefilled(claim, data["claims"][0])))
    return tasks


def _parts(article: Article, claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Cut the claims at headings, and what is still too long between blocks."""
    headings = [block.start for block in article.blocks if block.kind == "heading"]
    for _, section in groupby(claims, key=lambda claim: sum(start <= claim.start for start in headings)):
        part: list[Claim] = []
        for _, block in groupby(section, key=lambda claim: claim.block):
            run = list(block)
            if part and len(part) + len(run) > MOST_CLAIMS:
                yield part
                part = []
            part += run
            while len(part) > MOST_CLAIMS:  # one block alone is too long: cut between its claims
                yield part[:MOST_CLAIMS]
                part = part[MOST_CLAIMS:]
        yield part


def _cut(article: Article, before: Claim, after: Claim) -> int:
    """Give the place between two claims where one task ends and the next begins.

    That is the first heading between them, so that headings in a row stay together; without one it is where
    the later claim's block begins, and inside a block the end of the earlier claim.
    """
    starts = [b.start for b in article.blocks if before.end <= b.start <= after.start]
    headings = [b.start for b in article.blocks if b.kind == "heading" and b.start in starts]
    return headings[0] if headings else starts[-1] if starts else before.end


def _head(article: Article, *, codebook: str, shown: Suggestions) -> dict[str, Any]:
    """Give what all tasks of a push share."""
    return {
        "schema": SCHEMA,
        "article_id": article.article_id,
        "revision": article.revision,
        "title": article.title,
        "address": article.address,
        "author": article.author,
        "date": article.date,
        "codebook": codebook,
        "shown": shown,
    }


def _stretch(article: Article, claims: Sequence[Claim], skips: Sequence[Skip], span: Span) -> dict[str, Any]:
    """Give a task's share of the article: a stretch of its text with the claims and skips in it."""
    return {
        "section": claims[0].section,
        "text": span.of(article.text),
        "offset": span.start,
        "claims": [_packed(claim, article.text) for claim in claims],
        "skips": [
            {"kind": s.kind, "start": s.start, "end": s.end}
            for s in skips
            if span.start <= s.start < span.end
        ],
    }


def _packed(claim: Claim, text: str) -> dict[str, Any]:
    """Give a claim as it stands in a task."""
    if claim.span.of(text) != claim.text:
        raise BadInput(
            f"claim {claim.claim_id} is not the words at its place in the article: extract it anew"
        )
    found, suggested = claim.attribution, claim.suggestion
    return {
        "claim_id": claim.claim_id,
        "index": claim.index,
        "start": claim.start,
        "end": claim.end,
        "block": claim.block,
        "kind": claim.kind,
        "section": claim.section,
        "suggestion": suggested
        and {"label": suggested.label, "score": suggested.score, "rule": suggested.rule},
        "attribution": found
        and {
            "source": _quoted(found.source, text),
            "cue": _quoted(found.cue, text),
            "content": _quoted(found.content, text),
        },
    }


def _quoted(span: Span | None, text: str) -> dict[str, Any] | None:
    return span and {"start": span.start, "end": span.end, "text": span.of(text)}


def _task(data: dict[str, Any], results: list[dict[str, Any]]) -> Task:
    task: Task = {"data": data, "predictions": []}
    if results:
        task["predictions"] = [{"model_version": MODEL_VERSION, "result": results}]
    for words in _strings(task):
        if found := _UNSENDABLE.search(words):
            bad = f"U+{ord(found[0]):04X}"
            raise BadInput(
                f"article {data['article_id']} holds {bad}, which Label Studio cannot keep: remove it"
            )
    return task


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _region(claim: Claim, packed: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the grey region of a claim, with its suggested source and the hint under the same id."""
    offset = data["offset"]
    place = {"start": claim.start - offset, "end": claim.end - offset, "text": claim.text}
    yield _result(claim.claim_id, "label", "text", "labels", {**place, "labels": [UNJUDGED]})
    if source := _suggested_source(packed):
        yield _result(claim.claim_id, "source", "text", "textarea", {**place, "text": [source]})
    if data["shown"] == "hint" and claim.suggestion:
        yield _result(claim.claim_id, "hint", "text", "textarea", {**place, "text": [hint(claim)]})


def _prefilled(claim: Claim, packed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give what the claim layout fills in beforehand: the suggested source, and never a choice."""
    source = _suggested_source(packed)
    return (
        [_result(f"{claim.claim_id}-source", "source", "claim", "textarea", {"text": [source]})]
        if source
        else []
    )


def _suggested_source(packed: Mapping[str, Any]) -> str:
    source = (packed["attribution"] or {}).get("source")
    return source["text"] if source else ""


def _result(region: str, control: str, to_name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": region, "from_name": control, "to_name": to_name, "type": kind, "value": value}


def _passage(article: Article, claim: Claim, *, shown: Suggestions) -> dict[str, str]:
    """Give the display fields of the claim layout."""
    before = article.text[: claim.start][-CONTEXT:]
    after = article.text[claim.end :][:CONTEXT]
    if len(before) < claim.start:  # cut at a word, and say so
        before = "… " + re.sub(r"\A\S*\s+", "", before)
    if claim.end + len(after) < len(article.text):
        after = re.sub(r"\s+\S*\Z", "", after) + " …"
    return {
        "before": before.strip(),
        "claim": claim.text,
        "after": after.strip(),
        "heading": claim.section,
        "hint": hint(claim) if shown == "hint" else "",
        "claim_id": claim.claim_id,
    }


def hint(claim: Claim) -> str:
    """Give the line that shows a suggestion, such as "Suggestion: Opinion (62 %, modal verb)"."""
    found = claim.suggestion
    return f"Suggestion: {SHOWN_AS[found.label]} ({found.score:.0%}, {found.rule})" if found else ""


# --------------------------------------------------------------------------- tasks to claims


def is_ours(task: Task) -> bool:
    """Tell whether a task was made here: one added by hand has no schema, or no claims."""
    data = task.get("data")
    return isinstance(data, dict) and data.get("schema") == SCHEMA and isinstance(data.get("claims"), list)


def claims_of(task: Task) -> list[Claim]:
    """Give the claims that a task of either layout carries, as they were sent.

    Raises:
        BadInput: where the task was not made here.
    """
    data = _data_of(task)
    return [_unpacked(packed, data) for packed in data["claims"]]


def skips_of(task: Task) -> list[Skip]:
    """Give the stretches without claims in a task's text.

    Raises:
        BadInput: where the task was not made here.
    """
    data = _data_of(task)
    return [
        Skip(cast("SkipKind", s["kind"]), s["start"], s["end"], _words(data, s["start"], s["end"]))
        for s in data["skips"]
    ]


def _data_of(task: Task) -> dict[str, Any]:
    if not is_ours(task):
        raise BadInput(
            f"task {task.get('id', '?')} was not sent from here: delete it in Label Studio, or leave it out"
        )
    data: dict[str, Any] = task["data"]
    return data


def _words(data: Mapping[str, Any], start: int, end: int) -> str:
    text: str = data["text"]
    return text[start - data["offset"] : end - data["offset"]]


def _unpacked(packed: Mapping[str, Any], data: Mapping[str, Any]) -> Claim:
    suggested, found = packed["suggestion"], packed["attribution"]
    return Claim(
        article_id=data["article_id"],
        claim_id=packed["claim_id"],
        index=packed["index"],
        start=packed["start"],
        end=packed["end"],
        text=_words(data, packed["start"], packed["end"]),
        block=packed["block"],
        kind=cast("BlockKind", packed["kind"]),
        section=packed["section"],
        suggestion=suggested and Suggestion(suggested["label"], suggested["score"], suggested["rule"]),
        attribution=found and Attribution(*(_span(found[part]) for part in ("source", "cue", "content"))),
    )


def _span(quoted: Mapping[str, Any] | None) -> Span | None:
    return Span(quoted["start"], quoted["end"]) if quoted else None


# --------------------------------------------------------------------------- annotations to judgements


def judgements_of(task: Task, annotators: Mapping[int, str], labels: Collection[str]) -> list[Judgement]:
    """Give one judgement for each claim of each answer to an exported task, the same for both layouts.

    `annotators` maps Label Studio's user numbers to names; `labels` are the three labels of the config. A
    draft counts only while its author has not submitted. In the article layout a region under an unknown id
    was drawn by the annotator, a claim without region was taken away, and the grey label means unjudged. A
    person who answered a task twice gives judgements under two annotation ids.

    Raises:
        BadInput: where the task was not made here.
    """
    claims = claims_of(task)
    answers = [*(task.get("annotations") or []), *_open_drafts(task)]
    read = _from_regions if task["data"]["layout"] == "article" else _from_choice
    return [
        judgement
        for answer in answers
        for judgement in read(task, claims, answer, _blank(task, answer, annotators), labels)
    ]


def _open_drafts(task: Task) -> list[dict[str, Any]]:
    """Give each person's newest draft, but for those who have submitted."""
    submitted = {_user(answer) for answer in task.get("annotations") or []}
    drafts = sorted(task.get("drafts") or [], key=lambda draft: str(draft.get("updated_at") or ""))
    newest = {_user(draft): {**draft, "_draft": True} for draft in drafts if not draft.get("annotation")}
    return [draft for user, draft in newest.items() if user not in submitted]


def _user(answer: Mapping[str, Any]) -> int:
    """Give the number of the user who made an annotation or a draft.

    An annotation names it by number or as an object; a draft names an e-mail, and the number only at the end
    of `created_username` ("ada@example.org, 4").
    """
    user = answer.get("completed_by", answer.get("user"))
    number = user["id"] if isinstance(user, Mapping) else user
    if isinstance(number, int) or str(number).isdecimal():
        return int(number)
    found = re.search(r", (\d+)\Z", str(answer.get("created_username") or ""))
    return int(found[1]) if found else 0


def _blank(task: Task, answer: Mapping[str, Any], annotators: Mapping[int, str]) -> Judgement:
    """Give what all judgements of one answer share."""
    data, user = task["data"], _user(answer)
    draft = bool(answer.get("_draft"))
    return Judgement(
        article_id=data["article_id"],
        claim_id="",
        annotator=annotators.get(user, f"user {user}"),
        status="draft" if draft else "skipped" if answer.get("was_cancelled") else "unjudged",
        label=None,
        given="",
        source="",
        source_kind="",
        evidence="",
        flags=(),
        note="",
        start=0,
        end=0,
        text="",
        added=False,
        boundary_changed=False,
        origin="",
        suggestion_shown=False,
        codebook=data["codebook"],
        seconds=answer.get("lead_time"),
        answered_at=answer.get("updated_at") or answer.get("created_at") or "",
        task_id=int(task.get("id") or 0),
        annotation_id=0 if draft else int(answer.get("id") or 0),
        ground_truth=bool(answer.get("ground_truth")),
    )


def _about(blank: Judgement, claim: Claim, data: Mapping[str, Any]) -> Judgement:
    """Give the judgement of one claim before the answer is looked at."""
    return replace(
        blank,
        claim_id=claim.claim_id,
        start=claim.start,
        end=claim.end,
        text=claim.text,
        suggestion_shown=data["shown"] == "hint" and claim.suggestion is not None,
    )


def _from_choice(
    task: Task, claims: Sequence[Claim], answer: Mapping[str, Any], blank: Judgement, labels: Collection[str]
) -> Iterator[Judgement]:
    """Read an answer of the claim layout: all its results are about the one claim."""
    for claim in claims:
        yield _answered(_about(blank, claim, task["data"]), _results(answer), labels)


def _from_regions(
    task: Task, claims: Sequence[Claim], answer: Mapping[str, Any], blank: Judgement, labels: Collection[str]
) -> Iterator[Judgement]:
    """Read an answer of the article layout: the results of one claim are those under its id."""
    regions: dict[str, list[Mapping[str, Any]]] = {}
    for result in _results(answer):
        if "start" in result["value"] and "end" in result["value"]:
            regions.setdefault(str(result.get("id")), []).append(result)
    ids = {claim.claim_id for claim in claims}
    # An answer begun on an empty page holds none of the claims: that is no wish to take them all away.
    deleted = blank.status == "unjudged" and (
        bool(answer.get("parent_prediction")) or not ids.isdisjoint(regions)
    )
    for claim in claims:
        judgement = _about(blank, claim, task["data"])
        if claim.claim_id in regions:
            yield _redrawn(
                _answered(judgement, regions[claim.claim_id], labels), regions[claim.claim_id][0], task
            )
        else:
            yield replace(judgement, status="deleted") if deleted else judgement
    for region, results in regions.items():
        if region not in ids:
            added = _redrawn(_answered(blank, results, labels), results[0], task)
            yield replace(added, claim_id=_added_id(added), added=True, boundary_changed=False)


def _results(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the results of an answer that have a value: relations between regions have none."""
    return [
        r
        for r in answer.get("result") or []
        if isinstance(r, Mapping) and isinstance(r.get("value"), Mapping)
    ]


def _answered(
    judgement: Judgement, results: Sequence[Mapping[str, Any]], labels: Collection[str]
) -> Judgement:
    """Fill in the label and the fields that stand in the results of one claim."""
    given = next((label for label in _values(results, "label") if label != UNJUDGED), "")
    status = judgement.status
    if status == "unjudged" and given:
        status = "labelled" if given in labels else "unknown"
    return replace(
        judgement,
        status=status,
        label=cast("Label", given) if status == "labelled" else None,
        given=given,
        source="; ".join(_values(results, "source")),
        source_kind="; ".join(_values(results, "source_kind")),
        evidence="\n".join(_values(results, "evidence")),
        flags=tuple(_values(results, "flags")),
        note="\n".join(_values(results, "note")),
        origin=next((str(r.get("origin") or "") for r in results if r.get("from_name") == "label"), ""),
    )


def _values(results: Iterable[Mapping[str, Any]], control: str) -> list[str]:
    """Give what was chosen or typed in one control, whatever its kind."""
    chosen: list[str] = []
    for result in results:
        if result.get("from_name") == control:
            value = result["value"]
            given = value.get("labels") or value.get("choices") or value.get("text") or []
            chosen += [given] if isinstance(given, str) else [str(each) for each in given]
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
        text=_words(data, span.start, span.end),
        boundary_changed=span != (judgement.start, judgement.end),
    )


def _added_id(added: Judgement) -> str:
    """Give a claim that an annotator drew an id of its place and words: two who drew the same agree."""
    seed = f"{added.article_id}\n{added.start}\n{added.end}\n{added.text}"
    return f"added-{hashlib.sha256(seed.encode()).hexdigest()[:12]}"


# --------------------------------------------------------------------------- answers


def results_of(task: Task, given: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the results of an annotation, as a reviewer's browser would send them.

    `given` maps claim ids to what is said of them: `label`, `source`, `source_kind`, `evidence`, `flags`,
    `note`, each a word or a list of words. In the article layout a claim that is not named stays grey.

    Raises:
        BadInput: where the task was not made here.
    """
    data = _data_of(task)
    results = []
    for claim in claims_of(task):
        said = dict(given.get(claim.claim_id, {}))
        place: dict[str, Any] = {}
        if data["layout"] == "article":
            said.setdefault("label", UNJUDGED)
            place = {
                "start": claim.start - data["offset"],
                "end": claim.end - data["offset"],
                "text": claim.text,
            }
        for control, words in said.items():
            kind = "labels" if control == "label" and place else KINDS[control]
            chosen = [words] if isinstance(words, str) else list(words)
            value = {**place, kind if kind != "textarea" else "text": chosen}
            region = claim.claim_id if place else f"{claim.claim_id}-{control}"
            results.append(_result(region, control, "text" if place else "claim", kind, value))
    return results
