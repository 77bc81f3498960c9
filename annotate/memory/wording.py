"""What a remembered claim says to a person: what came of it, where and when, and what differs; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from annotate.labels import SHOWN_AS
from annotate.memory.differences import differences, pieces
from annotate.memory.records import FIELDS, Hit, Record
from annotate.model import Similar

#: What differs, as a reader sees it.
KIND_WORDS: Mapping[str, str] = {
    "figure": "figures",
    "date": "dates",
    "name": "names",
    "negation": "negation",
    "quantity": "quantity or direction",
}
CHECKS = ("in hand", "checked", "dropped")


def similar(hit: Hit, text: str, *, same_titles: frozenset[str] = frozenset()) -> Similar:
    """Return a remembered claim beside the words of a claim at hand.

    Args:
        hit: what was found.
        text: the claim at hand.
        same_titles: titles that several projects have: these are named with their keys.
    """
    record = hit.record
    found = differences(record.text, text)
    return Similar(
        says=sentence(record, same_titles=same_titles),
        score=round(hit.score, 3),
        differs=tuple(KIND_WORDS[kind] for kind in found.kinds),
        theirs=tuple(pieces(record.text, found.earlier)),
        ours=tuple(pieces(text, found.later)),
        fields={name: value for name in FIELDS if (value := getattr(record, name))},
    )


def sentence(record: Record, *, same_titles: frozenset[str] = frozenset()) -> str:
    """Say what came of a remembered claim, when, and where.

    >>> sentence(Record("Boats sail.", "k", "Harbour talks", "decided", label="opinion", date="2026-05-03"))
    'decided as Opinion on 3 May 2026, “Harbour talks”'
    """
    if record.is_review:
        return _review(record)
    label, on = SHOWN_AS.get(record.label, record.label), f" on {day(record.date)}" if record.date else ""
    outcome = {
        "decided": f"decided as {label}{on}",
        "agreed": f"{label} by most annotators{f', last answer{on}' if on else ''}",
        "one": f"{label} by one annotator{on}",
    }.get(record.how, "not decided yet")
    where = f"“{record.title}”" + (f" ({record.source})" if record.title in same_titles else "")
    parts = [outcome, where]
    if record.earlier:
        parts.append("in words that a correction of the article has removed")
    if record.check in CHECKS:
        parts.append(f"check: {record.check}")
    return ", ".join(parts)


def _review(record: Record) -> str:
    who = record.publisher or "a publisher without a name"
    on = f" on {day(record.date)}" if record.date else ", without a date"
    rating = f"rated “{record.rating}”" if record.rating else "without a rating"
    return f"reviewed by {who}{on}, {rating}, feed “{record.title}”"


def day(words: str) -> str:
    """Return a date as people write it.

    >>> day("2026-05-03")
    '3 May 2026'
    """
    try:
        moment = date.fromisoformat(words)
    except ValueError:
        return words
    return f"{moment.day} {moment:%B} {moment.year}"
