"""Where quotations stand in a text: stretches between quotation marks, offsets included."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotate.model import Span

#: Each opening mark with those that close it; the straight mark opens and closes.
CLOSING = {'"': '"', "“": '”"', "„": "“”", "«": "»", "「": "」", "『": "』"}
#: A name of two to five words behind a dash, at the end of its line or before the next quotation.
SIGNATURE = re.compile(
    r"\s*(—|–|―|--)[^\S\n]*([^\W\d_][\w.’'-]*(?:[^\S\n]+[^\W\d_][\w.’'-]*){1,4})[^\S\n]*(?=[\n\"“]|$)"
)
#: The marks as words of a parsed sentence; some agencies write two apostrophes.
QUOTES = frozenset({*'"“”«»„‟', "''", "``"})


def quotations(text: str, within: Span) -> list[Span]:
    """Return the quotations in a stretch of `text`, marks included.

    One that is still open at the end runs to the end: the next paragraph goes on with it.

    >>> text = 'She wrote "no" twice.'
    >>> [span.of(text) for span in quotations(text, Span(0, len(text)))]
    ['"no"']
    """
    spans, opened, closes = [], -1, ""
    for at in range(within.start, within.end):
        mark = text[at]
        if opened < 0 and mark in CLOSING:
            opened, closes = at, CLOSING[mark]
        elif opened >= 0 and mark in closes:
            spans.append(Span(opened, at + 1))
            opened = -1
    return spans if opened < 0 else [*spans, Span(opened, within.end)]


def quotations_by_line(text: str) -> list[Span]:
    """Return the quotations of a whole text; a mark that is left open runs to the end of its line."""
    return [quotation for line in lines_of(text) for quotation in quotations(text, line)]


def lines_of(text: str) -> Iterator[Span]:
    """Return the lines of a text that hold something, without their ends."""
    return (Span(*line.span()) for line in re.finditer(r"[^\n]+", text))


def signature(text: str, quotation: Span) -> tuple[Span, Span] | None:
    """Return the dash and the name behind it that sign a quotation.

    >>> text = "“We lost.” — Tove Lund"
    >>> [span.of(text) for span in signature(text, Span(0, 10))]
    ['—', 'Tove Lund']
    """
    match = SIGNATURE.match(text, quotation.end)
    if match is None or not all(word[:1].isupper() for word in match[2].split()):
        return None
    start, name = match.start(2), match[2].rstrip().rstrip(".")
    return Span(*match.span(1)), Span(start, start + len(name))


def covers(quotation: Span, sentence: Span) -> bool:
    """Return whether a quotation holds a whole sentence, but for marks at its ends."""
    within = quotation.start <= sentence.start + 1 and sentence.end - 2 <= quotation.end
    return within and sentence.length > 2
