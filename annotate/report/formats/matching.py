"""Labelled spans of another tool matched with the claims of a project; pure.

A span is a claim's where it has the claim's words at the claim's place in the article; white space and
punctuation at either end make no difference. A span that is no claim's is reported, never moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotate.model import Claim, Span
from annotate.report.formats.documents import LabelledSpan, LabelledText
from annotate.report.formats.label_map import IGNORE, LabelMap
from annotate.report.formats.offsets import CODE_POINTS, UNITS, Unit, normalised, offset_table
from annotate.report.formats.placing import Passages, Placed, core, placed
from annotate.report.frames import Answers
from annotate.text import fold_spaces

SHORT = 60  # characters of words in a message


@dataclass(frozen=True, slots=True)
class Match:
    """A claim with the label that a span gives it, who carries it, and the ruling, where the span says so."""

    claim_id: str
    label: str
    source: str
    text: str  # the name of the labelled text
    ruling: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """A span that is no claim's, and why; `words` are its own, as far as they are known."""

    text: str
    label: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Matched:
    """What labelled texts say of claims; `ignored` counts the spans left out by their label.

    `unit` names how the offsets are counted, where that is not in code points. `rulings_left_out` counts
    rulings that the project does not offer; the labels of their claims count all the same.
    """

    matches: tuple[Match, ...]
    misses: tuple[Miss, ...]
    ignored: Mapping[str, int]
    unit: str = ""
    rulings_left_out: Mapping[str, int] = field(default_factory=dict)


def match_labels(
    texts: Sequence[LabelledText], answers: Answers, labels: LabelMap, *, rulings: Collection[str] = ()
) -> Matched:
    """Match spans with claims; offsets that are no code points are recognised by the words that they give.

    Args:
        texts: as an importer read them.
        answers: the project.
        labels: what the labels are called here.
        rulings: the names of those that annotators of the project can tick.

    Raises:
        BadInput: where a label is unknown, or the map names one that is not there.
    """
    labels.check(span.label for text in texts for span in text.spans)
    ignored = Counter(s.label for text in texts for s in text.spans if labels.label(s.label) == IGNORE)
    passages = Passages.of(answers)
    best, unit = _matched(texts, passages, labels, CODE_POINTS), CODE_POINTS
    plain = all(text.text.isascii() and "\r\n" not in text.text for text in texts)
    for other in () if plain else UNITS[1:]:
        found = _matched(texts, passages, labels, other) if best[1] else best
        if len(found[0]) > len(best[0]):
            best, unit = found, other
    matches, conflicts = _without_conflicts(best[0])
    matches, left_out = _with_rulings(matches, rulings)
    named = "" if unit is CODE_POINTS else unit.name
    return Matched(tuple(matches), (*best[1], *conflicts), dict(ignored), named, left_out)


def _matched(
    texts: Iterable[LabelledText], passages: Passages, labels: LabelMap, unit: Unit
) -> tuple[list[Match], list[Miss]]:
    matches: list[Match] = []
    misses: list[Miss] = []
    for text in texts:
        wanted = [span for span in text.spans if labels.label(span.label) != IGNORE]
        for outcome in _matched_text(text, wanted, passages, labels, unit):
            (matches if isinstance(outcome, Match) else misses).append(outcome)  # type: ignore[arg-type]
    return matches, misses


def _matched_text(
    text: LabelledText, spans: Sequence[LabelledSpan], passages: Passages, labels: LabelMap, unit: Unit
) -> Iterator[Match | Miss]:
    own, table = normalised(text.text), offset_table(text.text, unit)
    places = {id(span): _place(span, table) for span in spans}
    stands, why = placed(own, [place for place in places.values() if place], passages)
    for span in spans:
        label, place = str(labels.label(span.label)), places[id(span)]
        outcome = why or _claim_at(span, place, own, stands)
        if isinstance(outcome, Claim):
            yield Match(outcome.claim_id, label, span.source, text.name, span.ruling)
        else:
            words = span.words if span.words is not None else place.of(own) if place else ""
            yield Miss(text.name, span.label, _short(words), outcome)


def _place(span: LabelledSpan, table: Mapping[int, int]) -> Span | None:
    start, end = table.get(span.start), table.get(span.end)
    return None if start is None or end is None or start >= end else Span(start, end)


def _claim_at(span: LabelledSpan, place: Span | None, own: str, stands: Iterable[Placed]) -> Claim | str:
    """Return the claim whose words a span has at their place, or why there is none."""
    if place is None:
        return "its offsets are not in the text"
    if span.words is not None and fold_spaces(span.words) != fold_spaces(place.of(own)):
        return f"other words stand at its offsets: “{_short(place.of(own))}”"
    why, inner = "no article of the project has these words", core(own, place)
    for stretch in stands:
        if not (stretch.within.start <= inner.start and inner.end <= stretch.within.end):
            continue
        text, moved = stretch.passage.text, inner.shift(stretch.shift)
        if moved.start < 0 or moved.of(text) != inner.of(own):
            why = f"the article has other words there: “{_short(moved.of(text))}”"
        elif claim := stretch.passage.claims.get(moved):
            return claim
        else:
            why = "no claim has just these words"
    return why


def _without_conflicts(matches: Iterable[Match]) -> tuple[list[Match], list[Miss]]:
    """Return each claim once, and as misses those that were given several labels."""
    by_claim: dict[str, list[Match]] = {}
    for match in matches:
        by_claim.setdefault(match.claim_id, []).append(match)
    once: list[Match] = []
    conflicts: list[Miss] = []
    for claim_id, given in by_claim.items():
        names = sorted({match.label for match in given})
        if len(names) == 1:
            once.append(max(given, key=lambda match: (bool(match.source), bool(match.ruling))))
        else:
            why = f"its claim {claim_id} has several labels: {', '.join(names)}"
            conflicts += [Miss(match.text, match.label, "", why) for match in given]
    return once, conflicts


def _with_rulings(matches: Iterable[Match], offered: Collection[str]) -> tuple[list[Match], dict[str, int]]:
    """Return matches with rulings as the project spells them, and how many of which it does not offer."""
    names = {name.casefold(): name for name in offered}
    kept, left_out = [], Counter[str]()
    for match in matches:
        name = names.get(match.ruling.casefold(), "")
        left_out.update([match.ruling] if match.ruling and not name else [])
        kept.append(replace(match, ruling=name))
    return kept, dict(left_out)


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"
