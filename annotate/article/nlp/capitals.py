"""Text wholly in capitals as the parser can read it: in small letters, names and sentence openings aside.

The tagger finds few verbs in capitals. The copy has the same length, so that all offsets hold. Known limit: a
name that no list has, and that the text has nowhere else, is read as a common word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotate.config import word_list
from annotate.model import Span

#: A text with fewer words in capitals is a heading or a label rather than prose.
FEWEST_WORDS = 5
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: What a sentence ends with before its next one.
OPENING = re.compile(r"(?:^|[.!?…]|[.!?…][\"”’'»)]|[\"“‘«(])\s*$")
#: A word with a capital inside a sentence: a name, or part of one.
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z’']*[a-z]\b")
NAME_LISTS = ("address_titles", "female_names", "male_names", "media_names", "organisation_names")


def with_small_letters(text: str, stretches: Sequence[Span]) -> str:
    """Return a text in which those stretches that are wholly in capitals are written as sentences are."""
    capitals = [span for span in stretches if _is_in_capitals(span.of(text))]
    if not capitals:
        return text
    names = set(NAME.findall(text)).union(*(word_list(each) for each in NAME_LISTS))
    names |= {word.capitalize() for word in word_list("times") if word.endswith("day")}
    read, end = [], 0
    for span in capitals:
        read += [text[end : span.start], _as_sentences(span.of(text), names)]
        end = span.end
    return "".join([*read, text[end:]])


def _is_in_capitals(words: str) -> bool:
    return words.isupper() and len(WORD.findall(words)) >= FEWEST_WORDS


def _as_sentences(words: str, names: set[str]) -> str:
    def small(match: re.Match[str]) -> str:
        word = match[0]
        lower = word.lower()
        if len(lower) != len(word):
            return word
        opens = OPENING.search(words[: match.start()][-4:]) is not None
        return lower[0].upper() + lower[1:] if opens or lower.capitalize() in names or lower == "i" else lower

    return WORD.sub(small, words)
