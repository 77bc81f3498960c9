"""Labelled spans of another tool matched with the claims of a project; pure.

A span is a claim's where it has the claim's words at the claim's place in the article; white space and
punctuation at either end make no difference. A span that is no claim's is reported, never moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.model import Claim, Span
from annotate.report.formats.documents import LabelledSpan, LabelledText
from annotate.report.formats.label_map import IGNORE, LabelMap
from annotate.report.formats.offsets import CODE_POINTS, UNITS, Unit, normalised, offset_table
from annotate.report.frames import Restored
from annotate.text import fold_spaces

SHORT = 60  # characters of words in a message


@dataclass(frozen=True, slots=True)
class Match:
    """A claim with the label that a span gives it, and who carries it, where the span says so."""

    claim_id: str
    label: str
    source: str
    text: str  # the name of the labelled text


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

    `unit` names how the offsets are counted, where that is not in code points.
    """

    matches: tuple[Match, ...]
    misses: tuple[Miss, ...]
    ignored: Mapping[str, int]
    unit: str = ""


def match_labels(texts: Sequence[LabelledText], articles: Iterable[Restored], labels: LabelMap) -> Matched:
    """Match spans with claims; offsets that are no code points are recognised by the words that they give.

    Args:
        texts: as an importer read them.
        articles: those of the project.
        labels: what the labels are called here.

    Raises:
        BadInput: where a label is unknown, or the map names one that is not there.
    """
    labels.check(span.label for text in texts for span in text.spans)
    ignored = Counter(s.label for text in texts for s in text.spans if labels.label(s.label) == IGNORE)
    indexes = [_Index.of(article) for article in articles]
    best, unit = _matched(texts, indexes, labels, CODE_POINTS), CODE_POINTS
    plain = all(text.text.isascii() and "\r\n" not in text.text for text in texts)
    for other in () if plain else UNITS[1:]:
        found = _matched(texts, indexes, labels, other) if best[1] else best
        if len(found[0]) > len(best[0]):
            best, unit = found, other
    matches, conflicts = _without_conflicts(best[0])
    named = "" if unit is CODE_POINTS else unit.name
    return Matched(tuple(matches), (*best[1], *conflicts), dict(ignored), named)


@dataclass(frozen=True, slots=True)
class _Index:
    """An article with its claims by the place of their words."""

    article: Restored
    claims: Mapping[Span, Claim]

    @classmethod
    def of(cls, article: Restored) -> _Index:
        sent = (claim for claim in article.claims if claim.index >= 0)  # others an annotator drew
        return cls(article, {_core(article.text, claim.span): claim for claim in sent})


def _matched(
    texts: Iterable[LabelledText], indexes: Sequence[_Index], labels: LabelMap, unit: Unit
) -> tuple[list[Match], list[Miss]]:
    matches: list[Match] = []
    misses: list[Miss] = []
    for text in texts:
        wanted = [span for span in text.spans if labels.label(span.label) != IGNORE]
        for outcome in _matched_text(text, wanted, indexes, labels, unit):
            (matches if isinstance(outcome, Match) else misses).append(outcome)  # type: ignore[arg-type]
    return matches, misses


def _matched_text(
    text: LabelledText, spans: Sequence[LabelledSpan], indexes: Sequence[_Index], labels: LabelMap, unit: Unit
) -> Iterator[Match | Miss]:
    own, table = normalised(text.text), offset_table(text.text, unit)
    places = {id(span): _place(span, table) for span in spans}
    index, shift, why = _located(own, [place for place in places.values() if place], indexes)
    for span in spans:
        label, place = str(labels.label(span.label)), places[id(span)]
        outcome = why or _claim_at(span, place, own, index, shift)
        if isinstance(outcome, Claim):
            yield Match(outcome.claim_id, label, span.source, text.name)
        else:
            words = span.words if span.words is not None else place.of(own) if place else ""
            yield Miss(text.name, span.label, _short(words), outcome)


def _place(span: LabelledSpan, table: Mapping[int, int]) -> Span | None:
    start, end = table.get(span.start), table.get(span.end)
    return None if start is None or end is None or start >= end else Span(start, end)


def _located(own: str, spans: Sequence[Span], indexes: Sequence[_Index]) -> tuple[_Index | None, int, str]:
    """Return the article in which a text stands, how far into it the text begins, or why none is found.

    Where the text as a whole does not stand in an article, such as after a correction, it is the article
    that has the words of the spans at the same offsets.
    """
    stripped = own.strip()
    lead = own.index(stripped)
    stands = [(index, at - lead) for index in indexes for at in _occurrences(stripped, index.article.text)]
    whole = [place for place in stands if place[0].article.text.strip() == stripped]
    places = whole if len(whole) == 1 else stands
    if len(places) == 1:
        return (*places[0], "")
    if places:
        return None, 0, f"its text stands at {len(places)} places of the project, so it is nobody's"
    hits = {at: _standing(spans, own, index.article.text) for at, index in enumerate(indexes)}
    most = max(hits.values(), default=0)
    fitting = [at for at, count in hits.items() if count == most and most]
    if len(fitting) == 1:
        return indexes[fitting[0]], 0, ""
    return None, 0, "no article of the project has its text"


def _standing(spans: Iterable[Span], own: str, text: str) -> int:
    """Return how many spans have their words at the same place of another text."""
    return sum(_core_words(own, span) == _core_words(text, span) for span in spans)


def _occurrences(words: str, text: str) -> Iterator[int]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _claim_at(
    span: LabelledSpan, place: Span | None, own: str, index: _Index | None, shift: int
) -> Claim | str:
    """Return the claim whose words a span has at their place, or why there is none."""
    if place is None:
        return "its offsets are not in the text"
    if span.words is not None and fold_spaces(span.words) != fold_spaces(place.of(own)):
        return f"other words stand at its offsets: “{_short(place.of(own))}”"
    if index is None:
        return "no article of the project has its text"
    moved = place.shift(shift)
    if _core_words(own, place) != _core_words(index.article.text, moved):
        return f"the article has other words there: “{_short(moved.of(index.article.text))}”"
    return index.claims.get(_core(index.article.text, moved)) or "no claim has just these words"


def _core(text: str, span: Span) -> Span:
    """Return a span from its first to its last letter or digit; without any, without white space."""
    for belongs in (str.isalnum, lambda char: not char.isspace()):
        inside = [at for at in range(span.start, min(span.end, len(text))) if belongs(text[at])]
        if inside:
            return Span(inside[0], inside[-1] + 1)
    return span


def _core_words(text: str, span: Span) -> str:
    return _core(text, span).of(text) if span.start >= 0 else ""


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
            once.append(max(given, key=lambda match: bool(match.source)))
        else:
            why = f"its claim {claim_id} has several labels: {', '.join(names)}"
            conflicts += [Miss(match.text, match.label, "", why) for match in given]
    return once, conflicts


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"
