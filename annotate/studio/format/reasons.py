"""The reasons of a suggestion in plain words, as a hint gives them to annotators."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: The names of the rules and of what a model finds, each with words that end a sentence about the claim.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "somebody said it": "names a speaker",
        "hearsay": "is hearsay",
        "what should or might be": "says what should or might be",
        "mind-reading": "says what somebody thinks or wants",
        "hedge": "the author is not certain",
        "evaluative words": "uses judging words",
        "intensifier": "uses strong words",
        "no exception": "allows no exception",
        "cause or meaning": "says why, or what it means",
        "comparison": "compares",
        "first person": "says “I” or “we”",
        "reader addressed": "speaks to the reader",
        "exclamation": "exclaims or asks",
        "scare quotes": "has quotation marks, but no speaker",
        "condition": "says “if” or “unless”",
        "points back": "leans on what was said before",
        "quality ascribed": "says what something is like",
        "general present": "says how things are in general",
        "figure": "has a number",
        "date": "says when",
        "past event": "says what happened",
        "names": "names people or places",
        "named actor": "names who did it",
        "matter of record": "mentions what is on record",
        "statement as event": "tells that somebody made a statement",
        "what will be": "says what will be",
        "what would have been": "says what would have been",
        "what can be": "says what can be",
        "what has to be done": "says what has to be done",
        "own mind": "tells what the author thinks or feels",
        "assessing verb": "its verb assesses",
        "vague degree": "names a degree that nobody measured",
        "assessment as predicate": "says an assessment",
        "assessing noun": "its noun assesses",
        "kind ascribed": "says what kind of thing something is",
        "superlative": "names a rank that nobody measured",
        "comment": "comments on what it states",
        "in general": "says what people or things do in general",
        "abstract subject": "is about an idea",
        "recorded deed": "names a deed that leaves a record",
        "place": "names a place",
        "measure": "counts or measures something",
        "claims around it": "the claims around it are of this kind",
        "reads like opinion": "reads like opinion",
        "reads like a statement of fact": "reads like a statement of fact",
        "nothing else speaks": "has no sign of another label",
    }
)


def plain_reason(rule: str) -> str:
    """Return the reason of a suggestion in plain words: "names a speaker".

    `rule` names one or more rules with commas between them; a name without words of its own stays as it is.
    """
    return ", ".join(REASONS.get(name, name) for name in rule.split(", "))
