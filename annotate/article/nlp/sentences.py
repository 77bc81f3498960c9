"""Sentences with their offsets: what a sentence splitter is, which one is used, and what holds of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Protocol

from annotate.article.nlp.parse import SURROGATE
from annotate.model import Span
from annotate.registry import SENTENCE_SPLITTERS

#: A blank line ends a paragraph, and with it every sentence.
PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n|[\u2029\x0c]")


class SentenceSplitter(Protocol):
    """Finds where sentences begin."""

    def starts(self, paragraph: str, language: str, /) -> Iterable[int]:
        """Return the offsets in a paragraph at which a further sentence begins, in any order.

        `language` is an ISO 639-1 code. White space around a start makes no difference. The paragraph has no
        halves of surrogate pairs and no NUL.
        """


_chosen: list[tuple[str, SentenceSplitter]] = []


def choose_splitter(name: str = SENTENCE_SPLITTERS.default) -> None:
    """Set what splits sentences from now on.

    Raises:
        UsageError: if there is no sentence splitter of this name.
    """
    _chosen[:] = [(name, SENTENCE_SPLITTERS.load(name))]


def splitter_name() -> str:
    """Return the name of the sentence splitter in use."""
    return _chosen[0][0] if _chosen else SENTENCE_SPLITTERS.default


def split_sentences(text: str, language: str = "en") -> list[Span]:
    """Return the sentences of `text` in order: trimmed, apart from each other, none of them empty.

    Every character that is no white space lies in exactly one of them.

    >>> text = 'He said: "We lost. We will rebuild." Nobody asked.'
    >>> [span.of(text) for span in split_sentences(text)]
    ['He said: "We lost.', 'We will rebuild."', 'Nobody asked.']
    """
    if not _chosen:
        choose_splitter()
    readable = SURROGATE.sub("\ufffd", text)
    sentences: list[Span] = []
    for start, end in _paragraphs(readable):
        inner = sorted(set(_chosen[0][1].starts(readable[start:end], language)))
        bounds = [start, *(start + at for at in inner if 0 < at < end - start), end]
        spans = (trimmed(text, Span(a, b)) for a, b in pairwise(bounds))
        sentences += [span for span in spans if span]
    return sentences


def trimmed(text: str, span: Span) -> Span | None:
    """Return `span` without white space at its ends; `None` if nothing else is in it."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    end = span.end - (len(words) - len(words.rstrip()))
    return Span(start, end) if start < end else None


def _paragraphs(text: str) -> Iterator[Span]:
    gaps = [gap.span() for gap in PARAGRAPH_BREAK.finditer(text)]
    starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(text)]
    return map(Span, starts, ends)
