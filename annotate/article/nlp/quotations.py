"""Where quotations stand in a text, what signs them, and how a parser sees their marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from annotate.article.nlp.quotation_marks import SINGLE, kind_of_mark, quoted_in
from annotate.config import word_list
from annotate.model import Span

#: The names of months, or how they are shortened.
MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
#: A name of one to six words behind a dash, or behind "A post shared by", before its line's end or the next
#: quotation. An office, a handle or a date may stand behind it.
SIGNATURE = re.compile(
    r"\s*(?P<dash>—|–|―|--|A (?:photo|post|reel|video) shared by\b)[^\S\n]*"
    r"(?P<name>[^\W\d_][\w.’'-]*(?:[^\S\n]+[^\W\d_][\w.’'-]*){0,5}?)"
    r"(?P<role>[^\S\n]*[,(@][^\n\"“]{0,119}[^\n\"“.!?]|[^\S\n]+(?:"
    + MONTHS
    + r"[^\S\n]+\d|\d)[^\n\"“]{0,40})?"
    r"[^\S\n]*(?=[\n\"“]|$)"
)
#: How far before a paragraph's end its signature may begin.
LONGEST_SIGNATURE = 200
#: What ends before a signature: a line, a sentence, or a quotation.
SIGNED_END = frozenset("\n.!?…\"”»’'")
#: Small words inside a name: "Bank of Orrin", "Ana de la Cruz".
IN_NAMES = frozenset({
    "of", "the", "for", "and", "de", "la", "le", "du", "da", "dos", "van", "von", "der", "den", "al", "bin",
})  # fmt: skip
#: Brackets without a sentence behind a quotation: "[3]", "(translated)".
NOTE = re.compile(r"[(\[]{1,2}[^()\[\]\n]{1,30}[)\]]{1,2}")
#: What may stand before a quotation that goes on.
CONJUNCTION = re.compile(r"(?:and|but|or|so|yet)\b", re.IGNORECASE)
#: The marks as words of a parsed sentence; some agencies write two apostrophes.
QUOTES = frozenset({*'"“”«»„‟', "''", "``"})


def quotations(text: str, within: Span) -> list[Span]:
    """Return the quotations in a paragraph of `text`, marks included.

    One that is still open at the end runs to the end: the next paragraph goes on with it.

    >>> text = 'She wrote "no" twice.'
    >>> [span.of(text) for span in quotations(text, Span(0, len(text)))]
    ['"no"']
    """
    closed, unclosed, _ = quoted_in(text, within)
    if unclosed is None or kind_of_mark(text, unclosed.start) == SINGLE[0]:
        return closed
    return [*(span for span in closed if span.end <= unclosed.start), unclosed]


def quotations_by_line(text: str) -> list[Span]:
    """Return the quotations of a whole text; a mark that is left open runs to the end of its line."""
    return [quotation for line in lines_of(text) for quotation in quotations(text, line)]


def lines_of(text: str) -> Iterator[Span]:
    """Return the lines of a text that hold something, without their ends."""
    return (Span(*line.span()) for line in re.finditer(r"[^\n]+", text))


def with_plain_marks(text: str, quoted: Iterable[Span]) -> str:
    """Return a text of the same length with “ and ” around its quotations, for a parser that knows no others.

    >>> with_plain_marks("'No,' she said.", [Span(0, 5)])
    '“No,” she said.'
    """
    chars = list(text)
    for start, end in quoted:
        if text[start] in "'‘‚‛«»‹›「『" and text[end - 1] in "'’‘«»‹›」』":
            inside = {"“": "‘", "”": "’", '"': "'"}
            chars[start:end] = ["“", *(inside.get(char, char) for char in text[start + 1 : end - 1]), "”"]
    return "".join(chars)


def signature(text: str, quotation: Span) -> tuple[Span, Span] | None:
    """Return the dash and the name behind it that sign a quotation.

    >>> text = "“We lost.” — Tove Lund, harbour master"
    >>> [span.of(text) for span in signature(text, Span(0, 10))]
    ['—', 'Tove Lund']
    """
    match = SIGNATURE.match(text, quotation.end)
    return _signed(match) if match else None


def signature_at_end(text: str, paragraph: Span) -> tuple[Span, Span] | None:
    """Return the dash and the name that sign a whole paragraph at its end."""
    first = max(paragraph.start, paragraph.end - LONGEST_SIGNATURE)
    for match in SIGNATURE.finditer(text, first, paragraph.end):
        before = text[first : match.start("dash")].rstrip(" \t")[-1:]
        if match.end() == paragraph.end and (before in SIGNED_END or match.start("dash") == paragraph.start):
            return _signed(match)
    return None


def _signed(match: re.Match[str]) -> tuple[Span, Span] | None:
    words = match["name"].split()
    named = all(word[:1].isupper() or word in IN_NAMES for word in words) and words[-1][:1].isupper()
    if not named or words[0].lower().rstrip(".") in word_list("times"):
        return None
    start, name = match.start("name"), match["name"].rstrip().rstrip(".")
    return Span(*match.span("dash")), Span(start, start + len(name))


def covers(text: str, quotation: Span, part: Span) -> bool:
    """Return whether a quotation holds a whole sentence or claim, but for marks, notes and a conjunction.

    >>> text = "and “we lost” [3]."
    >>> covers(text, Span(4, 13), Span(0, len(text)))
    True
    """
    if not quotation.overlaps(part):
        return False
    before = CONJUNCTION.sub("", text[part.start : max(part.start, quotation.start)], count=1)
    behind = NOTE.sub("", text[min(part.end, quotation.end) : part.end])
    return not any(char.isalnum() for char in before + behind)
