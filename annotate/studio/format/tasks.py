"""Claims to Label Studio tasks and back; pure.

A task carries all that a report needs, in either layout (see `TASK_FIELDS`), so a pull on another machine
than the one that pushed gives the same tables. Offsets in a task's `data` are offsets of the article; only
the regions inside Label Studio count from the beginning of the task's own text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Literal, cast

from annotate.errors import BadInput
from annotate.labels import SHOWN_AS
from annotate.model import (
    Article,
    Attribution,
    BlockKind,
    Claim,
    Shown,
    Skip,
    SkipKind,
    SourceKind,
    Span,
    Suggestion,
)

Layout = Literal["article", "claim"]
Suggestions = Literal["hint", "off", "preload"]
Task = dict[str, Any]

SCHEMA = 1
UNJUDGED = "claim"  # the alias of the grey label in configs/article.xml
MARKS = ("source", "cue")  # what can be marked inside a claim: the aliases of "mark" in configs/article.xml
MOST_CLAIMS = 60  # in one task of the article layout
CONTEXT = 320  # characters of the passage on either side of a claim, in the claim layout
# Of every prediction: a labelling page shows those alone whose version is the project's. The model behind a
# suggestion stands in the task's data.
MODEL_VERSION = "claimdesk-claims"
FIRST_MODEL = "rules-1"  # made the suggestions of tasks that name none
SEEN = ("hint", "preload")  # of what may be shown: the annotator knows the suggestion

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
    "text": "article.text[offset : offset + len(text)]; the texts of a project cover the whole article",
    "offset": "where text begins in the article",
    "claims": "list of claims, with offsets of the article; shown: off, hint, preload or blind",
    "skips": "list of kind, start, end: stretches of text without claims",
    "position": "for the reader: section 2 of 6, claim 12 of 180",
    "digest": "of all the other fields: tells a task that was edited by hand, and finds it again",
}

# What a task of the claim layout shows besides.
PASSAGE_FIELDS = ("before", "claim", "after", "heading", "hint", "claim_id")

_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
_SUSPECT = re.compile(r"[\ud800-\udfff]|\\u0000")  # in JSON; also where a backslash itself is escaped


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms claims are shown to annotators.

    `codebook` is the version of the rules. `suggestions` are shown as a hint, filled in beforehand
    (`preload`), or not at all (`off`); `blind` is the share of claims, 0..1, that show none in any case.
    """

    codebook: str = ""
    suggestions: Suggestions = "hint"
    blind: float = 0.0

    def shown(self, claim: Claim) -> Shown:
        """Return what an annotator sees of this claim's suggestion: the same for everybody.

        Which claims are blind depends on their ids alone, and a larger share only adds to them.
        """
        if not claim.suggestion or self.suggestions == "off":
            return "off"
        share = int(hashlib.sha256(f"blind {claim.claim_id}".encode()).hexdigest()[:8], 16) / 2**32
        return "blind" if share < self.blind else self.suggestions


DEFAULT_TERMS = Terms()


# --------------------------------------------------------------------------- claims to tasks


def section_tasks(
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    only: Collection[str] | None = None,
    terms: Terms = DEFAULT_TERMS,
) -> list[Task]:
    """Return the tasks of the article layout: one a section, with at most `MOST_CLAIMS` claims.

    `only` names the claim ids to send: a section none of whose claims are wanted gives no task, a section of
    which some are wanted gives its whole text with regions for those. Without it the tasks' texts together
    are the article.

    Raises:
        BadInput: where a claim is not the words at its place, or there are characters no server keeps.
    """
    head = _head(article, terms)
    parts = list(_parts(article, claims))
    bounds = [0, *(_cut(article, a[-1], b[0]) for a, b in pairwise(parts)), len(article.text)]
    tasks = []
    for number, (part, (start, end)) in enumerate(zip(parts, pairwise(bounds), strict=False), 1):
        wanted = [claim for claim in part if only is None or claim.claim_id in only]
        if wanted:
            data = head | _stretch(article, wanted, skips, Span(start, end), terms)
            data |= {"layout": "article", "position": f"section {number} of {len(parts)}"}
            tasks.append(_task(data))
    return tasks


def claim_tasks(
    article: Article,
    claims: Sequence[Claim],
    skips: Sequence[Skip],
    *,
    only: Collection[str] | None = None,
    terms: Terms = DEFAULT_TERMS,
) -> list[Task]:
    """Return the tasks of the claim layout: one a claim, with the passage around it.

    A task's text runs from the end of the claim before to the end of its own (the last one's to the end of
    the article), so that the tasks of a project together hold the article whole.

    Raises:
        BadInput: where a claim is not the words at its place, or there are characters no server keeps.
    """
    head = _head(article, terms)
    bounds = [0, *(claim.end for claim in claims[:-1]), len(article.text)]
    tasks = []
    for number, (claim, (start, end)) in enumerate(zip(claims, pairwise(bounds), strict=False), 1):
        if only is None or claim.claim_id in only:
            data = head | _stretch(article, [claim], skips, Span(start, end), terms)
            data |= {"layout": "claim", "position": f"claim {number} of {len(claims)}"}
            data |= _passage(article, claim, terms)
            tasks.append(_task(data))
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
    """Return the place between two claims where one task ends and the next begins.

    That is the first heading between them, so that headings in a row stay together; without one it is where
    the later claim's block begins, and inside a block the end of the earlier claim.
    """
    starts = [b.start for b in article.blocks if before.end <= b.start <= after.start]
    headings = [b.start for b in article.blocks if b.kind == "heading" and b.start in starts]
    return headings[0] if headings else starts[-1] if starts else before.end


def _head(article: Article, terms: Terms) -> dict[str, Any]:
    """Return what all tasks of a push share."""
    return {
        "schema": SCHEMA,
        "article_id": article.article_id,
        "revision": article.revision,
        "title": article.title,
        "address": article.address,
        "author": article.author,
        "date": article.date,
        "codebook": terms.codebook,
    }


def _stretch(
    article: Article, claims: Sequence[Claim], skips: Sequence[Skip], span: Span, terms: Terms
) -> dict[str, Any]:
    """Return a task's share of the article: a stretch of its text with the claims and skips in it."""
    return {
        "section": claims[0].section,
        "text": span.of(article.text),
        "offset": span.start,
        "claims": [_packed(claim, article.text) | {"shown": terms.shown(claim)} for claim in claims],
        "skips": [
            {"kind": s.kind, "start": s.start, "end": s.end}
            for s in skips
            if span.start <= s.start < span.end
        ],
    }


def _packed(claim: Claim, text: str) -> dict[str, Any]:
    """Return a claim as it stands in a task."""
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
        and {
            "label": suggested.label,
            "score": suggested.score,
            "rule": suggested.rule,
            "model": suggested.model,
        },
        "attribution": found
        and {
            "source": _quoted(found.source, text),
            "cue": _quoted(found.cue, text),
            "content": _quoted(found.content, text),
            "kind": found.kind,
            "through": [_quoted(each, text) for each in found.through],
            "named": _quoted(found.named, text),
        },
    }


def _quoted(span: Span | None, text: str) -> dict[str, Any] | None:
    return span and {"start": span.start, "end": span.end, "text": span.of(text)}


def _task(data: dict[str, Any]) -> Task:
    task: Task = {"data": data | {"digest": digest_of(data)}, "predictions": predictions_of(data)}
    check_words(task, data["article_id"])
    return task


def predictions_of(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the prediction that goes with a task's data, in a list; an empty list where nothing is shown.

    In the article layout it holds the regions of the claims, so that without it the page shows no claims.
    """
    claims = data["claims"]
    if data["layout"] == "claim":
        results = _prefilled(claims[0])
    else:
        results = [result for packed in claims for result in _region(packed, data)]
        # after all claims, for the key that goes to the next region goes the way of this list
        results += [result for packed in claims for result in _marks(packed, data)]
    return [{"model_version": MODEL_VERSION, "result": results}] if results else []


def check_words(value: object, article_id: str) -> None:
    """Refuse what no server keeps: a lone surrogate breaks a whole project, NUL some databases.

    Raises:
        BadInput: naming the character.
    """
    if not _SUSPECT.search(json.dumps(value, ensure_ascii=False)):  # many times as fast
        return
    for words in _strings(value):
        if found := _UNSENDABLE.search(words):
            bad = f"U+{ord(found[0]):04X}"
            raise BadInput(f"article {article_id} holds {bad}, which Label Studio cannot keep: remove it")


def digest_of(data: Mapping[str, Any]) -> str:
    """Return 32 hex digits that depend on everything in a task's data but the digest itself."""
    rest = {name: value for name, value in data.items() if name != "digest"}
    told = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _region(packed: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the grey region of a claim, with its suggested source and the hint under the same id."""
    claim_id, words = packed["claim_id"], words_of(data, packed["start"], packed["end"])
    place = {**{edge: packed[edge] - data["offset"] for edge in ("start", "end")}, "text": words}
    label = packed["suggestion"]["label"] if packed.get("shown") == "preload" else UNJUDGED
    yield result_of(claim_id, "label", "text", "labels", {**place, "labels": [label]})
    if source := _suggested_source(packed):
        yield result_of(claim_id, "source", "text", "textarea", {**place, "text": [source]})
        if kind := packed["attribution"].get("kind"):
            yield result_of(claim_id, "source_kind", "text", "choices", {**place, "choices": [kind]})
    if packed.get("shown") in SEEN:
        yield result_of(claim_id, "hint", "text", "textarea", {**place, "text": [hint(packed)]})


def _marks(packed: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the regions of a claim's source and cue, to be redrawn; words outside the claim have none."""
    for part in MARKS if packed.get("shown") in SEEN else ():
        found = (packed["attribution"] or {}).get(part)
        if found and packed["start"] <= found["start"] and found["end"] <= packed["end"]:
            place = {edge: found[edge] - data["offset"] for edge in ("start", "end")}
            value = {**place, "text": found["text"], "labels": [part]}
            yield result_of(f"{packed['claim_id']}-{part}", "mark", "text", "labels", value)


def _prefilled(packed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the claim layout fills in beforehand: the suggested source, and a label that is preloaded.

    That label stands in a box of its own: among the choices, the key of one that is ticked would untick it.
    """
    claim_id, filled = packed["claim_id"], {"source": _suggested_source(packed)}
    if packed.get("shown") == "preload":
        filled["suggestion"] = SHOWN_AS[packed["suggestion"]["label"]]
    results = [
        result_of(f"{claim_id}-{control}", control, "claim", "textarea", {"text": [words]})
        for control, words in filled.items()
        if words
    ]
    kind = packed["attribution"].get("kind") if filled["source"] else None
    value = {"choices": [kind]}
    kinds = [result_of(f"{claim_id}-source_kind", "source_kind", "claim", "choices", value)]
    return results + kinds if kind else results


def _suggested_source(packed: Mapping[str, Any]) -> str:
    return source_words(packed["attribution"]) if packed.get("shown") in SEEN else ""


def source_words(attribution: Mapping[str, Any] | None) -> str:
    """Return the words that name the source of a packed attribution, for a pronoun the name; else empty."""
    found = attribution or {}
    place = found.get("named") or found.get("source")
    return place["text"] if place else ""


def result_of(region: str, control: str, to_name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return one result as Label Studio writes it, about the region of that id."""
    return {"id": region, "from_name": control, "to_name": to_name, "type": kind, "value": value}


def _passage(article: Article, claim: Claim, terms: Terms) -> dict[str, str]:
    """Return the display fields of the claim layout."""
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
        "hint": hint(_packed(claim, article.text)) if terms.shown(claim) in SEEN else "",
        "claim_id": claim.claim_id,
    }


def hint(packed: Mapping[str, Any]) -> str:
    """Return the line that shows the suggestion for a packed claim: "Suggestion: Opinion (62 %, modal verb)".

    It also says whom a pronoun is taken for ("She = Tove Lund"), and through whom the report came.
    """
    found, told = packed["suggestion"], packed["attribution"] or {}
    if not found:
        return ""
    said = [f"Suggestion: {SHOWN_AS[found['label']]} ({found['score']:.0%}, {found['rule']})"]
    if told.get("source") and told.get("named"):
        said.append(f"{told['source']['text']} = {told['named']['text']}")
    if told.get("through"):
        said.append("through " + " ← ".join(each["text"] for each in told["through"]))
    return "; ".join(said)


# --------------------------------------------------------------------------- tasks to claims


def is_ours(task: Task) -> bool:
    """Return whether a task was made here: one added by hand has no schema, or no claims."""
    data = task.get("data")
    return isinstance(data, dict) and data.get("schema") == SCHEMA and isinstance(data.get("claims"), list)


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
        Skip(cast("SkipKind", s["kind"]), s["start"], s["end"], words_of(data, s["start"], s["end"]))
        for s in data["skips"]
    ]


def data_of(task: Task) -> dict[str, Any]:
    """Return what a task of ours carries. Raises `BadInput` for one that was not made here."""
    if not is_ours(task):
        raise BadInput(
            f"task {task.get('id', '?')} was not sent from here: delete it in Label Studio, or leave it out"
        )
    data: dict[str, Any] = task["data"]
    return data


def words_of(data: Mapping[str, Any], start: int, end: int) -> str:
    """Return the words at a place of the article, from the text that a task carries."""
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
        text=words_of(data, packed["start"], packed["end"]),
        block=packed["block"],
        kind=cast("BlockKind", packed["kind"]),
        section=packed["section"],
        suggestion=suggested
        and Suggestion(
            suggested["label"], suggested["score"], suggested["rule"], suggested.get("model", FIRST_MODEL)
        ),
        attribution=found and _attribution(found),
    )


def _attribution(found: Mapping[str, Any]) -> Attribution:
    """Return an attribution as it was sent; tasks of earlier versions tell neither kind, chain nor name."""
    source, cue, content = (_span(found[part]) for part in ("source", "cue", "content"))
    through = tuple(Span(each["start"], each["end"]) for each in found.get("through") or ())
    kind = cast("SourceKind | None", found.get("kind"))
    return Attribution(source, cue, content, kind, through, _span(found.get("named")))


def _span(quoted: Mapping[str, Any] | None) -> Span | None:
    return Span(quoted["start"], quoted["end"]) if quoted else None
