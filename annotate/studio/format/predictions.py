"""What a labelling page shows of a claim beforehand: its region, the hint and the suggested source; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotate.labels import SHOWN_AS
from annotate.studio.format.reasons import plain_reason
from annotate.studio.format.sent import place_of

UNJUDGED = "claim"  # the alias of the grey label in configs/article.xml
MARKS = ("source", "cue")  # what can be marked inside a claim: the aliases of "mark" in configs/article.xml
# Of every prediction: a labelling page shows those alone whose version is the project's. The model behind a
# suggestion is named in the task's data.
MODEL_VERSION = "claimdesk-claims"
SEEN = ("hint", "preload")  # of what may be shown: the annotator knows the suggestion


def predictions_of(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the prediction that goes with a task's data, in a list; an empty list where nothing is shown.

    In the article layout it has the regions of the claims, so that without it the page shows no claims.
    """
    claims = data["claims"]
    if data["layout"] == "claim":
        results = list(_prefilled(claims[0]))
    else:
        results = [result for packed in claims for result in _region(packed, data)]
        # after all claims, for the key that goes to the next region goes the way of this list
        results += [result for packed in claims for result in _marks(packed, data)]
    return [{"model_version": MODEL_VERSION, "result": results}] if results else []


def result_of(region: str, control: str, to_name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return one result as Label Studio writes it, about the region of that id."""
    return {"id": region, "from_name": control, "to_name": to_name, "type": kind, "value": value}


def _region(packed: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the grey region of a claim, with its suggested source and the hint under the same id."""
    claim_id, place = packed["claim_id"], place_of(data, packed["start"], packed["end"])
    label = packed["suggestion"]["label"] if packed.get("shown") == "preload" else UNJUDGED
    yield result_of(claim_id, "label", "text", "labels", {**place, "labels": [label]})
    if source := _suggested_source(packed):
        yield result_of(claim_id, "source", "text", "textarea", {**place, "text": [source]})
        if kind := packed["attribution"].get("kind"):
            yield result_of(claim_id, "source_kind", "text", "choices", {**place, "choices": [kind]})
    if packed.get("shown") in SEEN:
        yield result_of(claim_id, "hint", "text", "textarea", {**place, "text": [hint(packed)]})


def _marks(packed: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the regions of a claim's source and cue, to be redrawn; words outside the claim have none."""
    for part in MARKS if packed.get("shown") in SEEN else ():
        mark = (packed["attribution"] or {}).get(part)
        if mark and packed["start"] <= mark["start"] and mark["end"] <= packed["end"]:
            value = {**place_of(data, mark["start"], mark["end"]), "labels": [part]}
            yield result_of(f"{packed['claim_id']}-{part}", "mark", "text", "labels", value)


def _prefilled(packed: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the claim layout fills in beforehand: the suggested source, and a label that is preloaded.

    That label is in a box of its own: among the choices, the key of one that is ticked would untick it.
    """
    values: dict[str, tuple[str, dict[str, Any]]] = {}
    if source := _suggested_source(packed):
        values["source"] = "textarea", {"text": [source]}
    if packed.get("shown") == "preload":
        values["suggestion"] = "textarea", {"text": [SHOWN_AS[packed["suggestion"]["label"]]]}
    if source and (kind := packed["attribution"].get("kind")):
        values["source_kind"] = "choices", {"choices": [kind]}
    for control, (shape, value) in values.items():
        yield result_of(f"{packed['claim_id']}-{control}", control, "claim", shape, value)


def _suggested_source(packed: Mapping[str, Any]) -> str:
    return source_words(packed["attribution"]) if packed.get("shown") in SEEN else ""


def source_words(attribution: Mapping[str, Any] | None) -> str:
    """Return the words that name the source of a packed attribution, for a pronoun the name; else empty."""
    packed = attribution or {}
    place = packed.get("named") or packed.get("source")
    return place["text"] if place else ""


def hint(packed: Mapping[str, Any]) -> str:
    """Return the line that shows the suggestion for a packed claim: "Suggestion: opinion (62 %): compares".

    It also says whom a pronoun is taken for ("She = Tove Lund"), and through whom the report came.
    """
    suggestion, attribution = packed["suggestion"], packed["attribution"] or {}
    if not suggestion:
        return ""
    shown, percent = SHOWN_AS[suggestion["label"]], round(suggestion["score"] * 100)
    parts = [f"Suggestion: {shown[:1].lower()}{shown[1:]} ({percent} %): {plain_reason(suggestion['rule'])}"]
    if attribution.get("source") and attribution.get("named"):
        parts.append(f"{attribution['source']['text']} = {attribution['named']['text']}")
    if attribution.get("through"):
        parts.append("through " + " ← ".join(each["text"] for each in attribution["through"]))
    return "; ".join(parts)
