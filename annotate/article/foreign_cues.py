"""Quotations in another language: the parser is spared them, and cues in that language name who speaks.

Nothing here parses these languages, so that one form alone is read, "“…”, dijo la alcaldesa": a quotation, a
verb of saying from a list, and who speaks behind it, up to the next mark or preposition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from annotate.article.attribution import Attributed
from annotate.article.nlp import ENGLISH, language_of_sentence
from annotate.config import word_list
from annotate.model import Attribution, Span

#: The end of a quotation, and its comma.
QUOTATION_END = r"[”»“\"](?:\s?,)?\s+"
#: All that stands in quotation marks, but for the marks of the sentence at its end.
WORDS = re.compile(r"\w(?:.*\w)?", re.DOTALL)
LETTER = re.compile(r"\w")
#: Who speaks: up to six words.
SPEAKER = r"[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){0,5}"


def attributions_abroad(text: str, sentence: Span) -> list[Attributed]:
    """Return who says the quotation at the head of a sentence in another language; at most one.

    >>> text = "“El puente está cerrado”, dijo la alcaldesa a los periodistas."
    >>> [each.attribution.source.of(text) for each in attributions_abroad(text, Span(0, len(text)))]
    ['la alcaldesa']
    """
    match = _pattern().search(text, *sentence)
    if match is None:
        return []
    source = _speaker(match["speaker"])
    if not source:
        return []
    start = match.start("speaker")
    content = Span(sentence.start, match.start() + 1)
    cue = Span(*match.span("cue"))
    return [Attributed(Attribution(Span(start, start + len(source)), cue, content), governs=True)]


def without_foreign(text: str, quotations: Iterable[Span]) -> str:
    """Return a text of the same length in which each quotation in another language is of strange words.

    The parser then reads the English around it as it reads any quotation.

    >>> without_foreign("Berg wrote “das ist nicht wahr” to me.", [Span(11, 31)])
    'Berg wrote “xxx xxx xxxxx xxxx” to me.'
    """
    parts, done = [], 0
    for start, end in quotations:
        words = WORDS.search(text, start, end)
        if words and start >= done and language_of_sentence(text[start + 1 : end - 1]) != ENGLISH:
            parts += [text[done : words.start()], LETTER.sub("x", words[0])]
            done = words.end()
    return "".join([*parts, text[done:]])


def _speaker(words: str) -> str:
    """Return the words before the first that goes on with the sentence, without a point at their end."""
    taken: list[str] = []
    for word in words.split(" "):
        if word.lower() in word_list("foreign_stops"):
            break
        taken.append(word)
    named = " ".join(taken).rstrip(".")
    return named if len(taken) > 1 or named[:1].isupper() else ""


@cache
def _pattern() -> re.Pattern[str]:
    verbs = "|".join(sorted(map(re.escape, word_list("foreign_cues")), key=len, reverse=True))
    return re.compile(rf"{QUOTATION_END}(?P<cue>{verbs})\s+(?P<speaker>{SPEAKER})")
