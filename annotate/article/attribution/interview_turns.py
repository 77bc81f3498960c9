"""Turns of an interview: "Lund: We will stay." names who speaks before a colon, at the head of a line.

Much else stands before a colon ("Verdict:", "Monday:"), so that only the name of somebody counts: it heads
two lines or more, and the article writes of its bearer elsewhere, or begins it with a first name or a title.
Known limits: an answer's further paragraphs, and labels such as "Q:" that are no names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from itertools import pairwise

from annotate.article.attribution.kinds import NAME_LISTS, ORGANISATION_LISTS, in_lists
from annotate.config import word_list
from annotate.model import SourceKind, Span

#: One to four words, then a colon, at the head of a line that goes on; in Markdown they may be bold.
LABEL = re.compile(
    r"^[^\S\n]*(?:\*\*)?([^\W\d_][\w.’'-]*(?:[^\S\n]+[^\W\d_][\w.’'-]*){0,3})(?:\*\*)?:(?:\*\*)?(?=[^\S\n]+\S)",
    re.MULTILINE,
)
#: A word with a capital inside a sentence, or behind another one: "met Lund", "Tove Lund".
CAPITALISED = re.compile(r"(?<=[\w,;]\s)([A-Z][\w’'-]*\w)(?:['’]s)?\b(?!:)")
FEWEST = 2


def speakers_of(text: str) -> frozenset[str]:
    """Return the names that head the turns of an interview, as they stand before the colon.

    >>> sorted(speakers_of("We met Tove Lund.\\nLund: I stay.\\nLund: I hope so.\\nVerdict: a\\nVerdict: b"))
    ['Lund']
    """
    heads = Counter(label[1] for label in LABEL.finditer(text))
    often = {head for head, times in heads.items() if times >= FEWEST}
    if not often:
        return frozenset()
    written_of = {word[1].lower() for word in CAPITALISED.finditer(text)} - word_list("times")
    return frozenset(head for head in often if _names_somebody(head.split(), written_of))


def turns_in(text: str, within: Span, speakers: AbstractSet[str]) -> list[tuple[Span, Span]]:
    """Return the turns in a stretch of `text`: the name that heads each, and all of it, name included.

    >>> text = "Lund: I stay.\\nOrth: I do not."
    >>> found = turns_in(text, Span(0, len(text)), {"Lund", "Orth"})
    >>> [(name.of(text), turn.of(text)) for name, turn in found]
    [('Lund', 'Lund: I stay.\\n'), ('Orth', 'Orth: I do not.')]
    """
    if not speakers:
        return []
    labels = list(LABEL.finditer(text, within.start, within.end))
    bounds = [*(label.start() for label in labels), within.end]
    return [
        (Span(*label.span(1)), Span(*turn))
        for label, turn in zip(labels, pairwise(bounds), strict=True)
        if label[1] in speakers
    ]


def kind_of_speaker(name: str) -> SourceKind:
    """Return whether a name is that of a medium or body ("Reuters"), or of a person."""
    listed = any(in_lists(word, ORGANISATION_LISTS) for word in name.split())
    return "organisation" if listed else "person"


def _names_somebody(words: list[str], written_of: AbstractSet[str]) -> bool:
    if not all(word[0].isupper() for word in words):
        return False
    titled = len(words) > 1 and in_lists(words[0], NAME_LISTS)
    return titled or words[-1].lower() in written_of
