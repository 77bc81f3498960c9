"""What a language model answered, checked against the labels and the text; pure.

Words that a model gives, of a source or of a part, are looked for in the text once; from then on offsets are
carried.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from annotate.article.suggest.llm.failures import Unusable, Why
from annotate.article.suggest.llm.prompt import NO_CLAIM
from annotate.article.suggest.llm.questions import Question
from annotate.labels import LABELS, NEEDS_SOURCE
from annotate.model import Label, Span

MOST_REASON = 120  # characters
MOST_SOURCE = 160
NO_REASON = "no reason given"
SOMETHING = re.compile(r"\S")
#: Marks that open what follows, and so belong to the part behind them.
OPENING = "([{“„«‘‚¿¡"
WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label with its score (0..1), its reason, and where its source stands, if it has one."""

    label: Label
    score: float
    reason: str
    source: Span | None


@dataclass(frozen=True, slots=True)
class Part:
    """A claim in a sentence, or, without a label, a stretch that asserts nothing."""

    span: Span
    labelled: Labelled | None


#: A label, or the parts of a sentence.
Answer = Labelled | tuple[Part, ...]


def read_content(content: str) -> Mapping[str, Any]:
    """Return the JSON object in an answer, without what stands before and behind it.

    Raises:
        Unusable: where there is none.
    """
    try:
        read = json.loads(content[content.index("{") : content.rindex("}") + 1])
    except (ValueError, RecursionError):
        raise Unusable(Why.NOT_JSON) from None
    if not isinstance(read, dict):
        raise Unusable(Why.NOT_JSON)
    return read


def checked(given: object, question: Question) -> Answer:
    """Return what was answered to a question.

    Raises:
        Unusable: where a field is missing, the label is none of the desk's, the source does not stand in the
            paragraph, or the parts are not the sentence.
    """
    if not isinstance(given, Mapping):
        raise Unusable(Why.MISSING)
    if question.kind == "label":
        return _labelled(given, question, question.span)
    parts = given.get("parts")
    if not isinstance(parts, list) or not parts:
        raise Unusable(Why.MISSING)
    spans = _placed([str(_field(part, "words")) for part in parts], question)
    return tuple(
        Part(span, None if _field(part, "label") == NO_CLAIM else _labelled(part, question, span))
        for part, span in zip(parts, spans, strict=True)
    )


def _field(given: object, name: str) -> object:
    if not isinstance(given, Mapping) or name not in given:
        raise Unusable(Why.MISSING)
    return given[name]


def _labelled(given: Mapping[str, Any], question: Question, span: Span) -> Labelled:
    label, sure = _field(given, "label"), _field(given, "sure")
    if not isinstance(label, str) or label not in LABELS:
        raise Unusable(Why.LABEL)
    if isinstance(sure, bool) or not isinstance(sure, int | float) or not 0 <= sure <= 100:
        raise Unusable(Why.MISSING)
    words = given.get("source") if label in NEEDS_SOURCE else None
    source = _source(str(words), question, span) if words else None
    return Labelled(label, round(sure / 100, 3), _reason(given.get("reason")), source)


def _reason(given: object) -> str:
    """Return a reason in one short line, of characters that can be shown."""
    shown = "".join(letter if letter.isprintable() else " " for letter in str(given or ""))
    words = " ".join(shown.split())
    return (words if len(words) <= MOST_REASON else f"{words[: MOST_REASON - 1].rstrip()}…") or NO_REASON


def _source(words: str, question: Question, span: Span) -> Span:
    """Return where the words of a source stand: in the claim, else nearest before it, else behind it."""
    found = [] if len(words) > MOST_SOURCE else _places(words, question)
    found = [each for each in found if each.common(span) < _without_marks(question.text, span).length]
    if not found:
        raise Unusable(Why.SOURCE)

    def distance(each: Span) -> tuple[int, int]:
        if each.overlaps(span):
            return (0, each.start)
        return (1, span.start - each.end) if each.end <= span.start else (2, each.start)

    return min(found, key=distance)


def _places(words: str, question: Question) -> list[Span]:
    """Return where words stand in the paragraph, in the same letters, else in large or small ones."""
    pattern = _pattern(words)
    for flags in (re.NOFLAG, re.IGNORECASE):
        found = re.compile(pattern, flags).finditer(question.text, *question.paragraph)
        if pattern and (spans := [Span(*match.span()) for match in found]):
            return spans
    return []


def _pattern(words: str) -> str:
    """Return a pattern of words with any white space between; whole words in scripts that have case."""
    pieces = words.split()
    if not pieces:
        return ""
    first, last = words.strip()[0], words.strip()[-1]
    before = r"(?<!\w)" if _is_cased(first) else ""
    behind = r"(?!\w)" if _is_cased(last) else ""
    return before + r"\s+".join(map(re.escape, pieces)) + behind


def _is_cased(letter: str) -> bool:
    return letter.lower() != letter.upper()


def _without_marks(text: str, span: Span) -> Span:
    """Return a span without what is no letter or digit at its ends."""
    letters = [match.start() for match in WORD.finditer(text, *span)]
    return Span(letters[0], letters[-1] + 1) if letters else span


def _placed(words: list[str], question: Question) -> list[Span]:
    """Return where the parts of a sentence stand: in order, and together all of it but for white space.

    Marks between two parts go to the one before them, those that open something to the one behind.

    Raises:
        Unusable: where a part is not in the sentence, or a word of the sentence in no part.
    """
    text, sentence = question.text, question.span
    found: list[Span] = []
    at = sentence.start
    for each in words:
        pattern = r"\s+".join(map(re.escape, each.split()))
        match = re.compile(pattern).search(text, at, sentence.end) if pattern else None
        if match is None or not WORD.search(match[0]) or WORD.search(text, at, match.start()):
            raise Unusable(Why.PARTS)
        found.append(Span(*match.span()))
        at = match.end()
    if WORD.search(text, at, sentence.end):
        raise Unusable(Why.PARTS)
    return _with_marks(text, found, sentence)


def _with_marks(text: str, found: list[Span], sentence: Span) -> list[Span]:
    """Give each mark between parts to one of them."""
    starts = [sentence.start]
    for before, behind in pairwise(found):
        gap = text[before.end : behind.start]
        kept = len(gap.rstrip().rstrip(OPENING))
        starts.append(before.end + kept)
    ends = [*starts[1:], sentence.end]
    return [_trimmed(text, Span(*edges)) for edges in zip(starts, ends, strict=True)]


def _trimmed(text: str, span: Span) -> Span:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))
