"""Numbered items inside a sentence: "three rules: 1) trucks are banned, and 2) the toll rises"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from spacy.tokens import Doc

from annotate.article.nlp import is_finite, subject_of

#: A number or letter with a closing bracket that opens an item: "1)", "(b)", "(ii)".
MARK = re.compile(r"(?<!\S)\(?(?P<mark>\d{1,2}|[a-h]|[ivx]{1,4})\)(?=\s)")
#: So many tokens at most are a mark with its conjunction: "and ( 2 )".
MARK_TOKENS = 4
#: What may stand before the mark of a further item and belongs to it.
JOINS = frozenset({"and", "or", "but"})
#: The first mark of a list, and those that follow it, by its kind.
COUNTS = (
    tuple(str(number) for number in range(1, 30)),
    tuple("abcdefgh"),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
)


def item_starts(doc: Doc) -> Iterator[int]:
    """Yield the tokens at which the second and further items of a list begin, if each item is a statement."""
    marks = [match for match in MARK.finditer(doc.text) if doc.char_span(match.start(), match.end())]
    if len(marks) < 2 or not _is_count([match["mark"] for match in marks]):
        return
    starts = [_start(doc, match.start()) for match in marks]
    if all(_states(doc, first, behind) for first, behind in pairwise([*starts, len(doc)])):
        yield from starts[1:]


def _is_count(marks: list[str]) -> bool:
    return any(tuple(marks) == count[: len(marks)] for count in COUNTS)


def _start(doc: Doc, at: int) -> int:
    """Return the token at an offset, or the conjunction before it."""
    first = int(next(token.i for token in doc if token.idx >= at))
    return first - 1 if first and doc[first - 1].lower_ in JOINS else first


def _states(doc: Doc, first: int, behind: int) -> bool:
    """Return whether a stretch holds a finite verb with its subject."""
    stretch = range(first, behind)
    verbs = (token for token in doc[first:behind] if is_finite(token))
    return any((subject := subject_of(verb)) is not None and subject.i in stretch for verb in verbs)
