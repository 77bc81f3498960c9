"""Tokens and sentences of an article, for formats that know a text by its words; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from annotate.article import split_sentences
from annotate.model import Span

APOSTROPHES = "'’"
JOINERS = "\u200c\u200d"  # between letters in some scripts, between the parts of an emoji


def tokens_of(text: str, span: Span, *, edges: Iterable[int] = ()) -> list[Span]:
    """Return the words and signs in a stretch of a text; together they are all of it but white space.

    A word is letters, digits and what belongs to them, apostrophes inside included; any other character is a
    token of its own. No token goes across one of the `edges`.

    >>> text = "Don’t, she said."
    >>> [token.of(text) for token in tokens_of(text, Span(0, len(text)))]
    ['Don’t', ',', 'she', 'said', '.']
    """
    tokens: list[Span] = []
    cuts, at = set(edges), span.start
    while at < span.end:
        end = at + 1
        if not text[at].isspace():
            while end < span.end and end not in cuts and _continues(text, at, end):
                end += 1
            tokens.append(Span(at, end))
        at = end
    return tokens


def _continues(text: str, start: int, at: int) -> bool:
    """Return whether the character at a place belongs to the token that begins at `start`."""
    char = text[at]
    if char.isalnum() and text[start].isalnum():
        return True
    if unicodedata.category(char).startswith("M") or char in JOINERS or text[at - 1] == "\u200d":
        return not char.isspace()
    if not _is_letter(text[start]):
        return False
    inside = char in APOSTROPHES and _is_letter(text[at - 1]) and _is_letter(text[at + 1 : at + 2])
    return _is_letter(char) or inside


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.category(char or " ").startswith("M")


def sentences_of(text: str, *, whole: Iterable[Span]) -> list[Span]:
    """Return the sentences of a text, in order; two that one of the `whole` spans goes across are one.

    >>> text = "One. Two. Three."
    >>> [sentence.of(text) for sentence in sentences_of(text, whole=[Span(5, 16)])]
    ['One.', 'Two. Three.']
    """
    joined: list[Span] = []
    spans, until = sorted(whole, reverse=True), 0
    for sentence in split_sentences(text):
        if joined and sentence.start < until:
            joined[-1] = Span(joined[-1].start, sentence.end)
        else:
            joined.append(sentence)
        while spans and spans[-1].start < sentence.end:
            until = max(until, spans.pop().end)
    return joined
