"""Paragraphs of a plain text: wrapped lines are joined, words that were broken at a line's end are found.

An editor breaks a line where the next word would not have fitted; a shorter line ends a paragraph. What the
longest line shows of the editor's width is a little too short, by up to a word. A line that ends as no
sentence does, before one that begins with a small letter, proves that a text is wrapped; without such a proof
narrow lines are short paragraphs.

Known limits: a heading that fills its line, right above its paragraph, is taken for the paragraph's first
line; the lines of a poem are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from annotate.article.reading.clean_view import merged
from annotate.model import Span

#: Columns at which people wrap text; below the second figure lines are joined only where a wrap is proved.
WIDTHS, NARROW = range(30, 101), 45
#: How much shorter than the longest line a full line may be: characters, and the part of a narrow column.
SLACK, SLACK_PART = 8, 6
TAB = 8  # columns
FEWEST_WORDS = 4  # of a line that goes on with the next one, whatever its length
LONGEST_HALF = 30  # characters of a word before its hyphen

# A line that is more than white space, without the white space around it.
LINE = re.compile(r"[^\s](?:[^\n]*[^\s])?")
# The mark before a list item: a bullet, or a number or letter with a point or bracket.
ITEM_MARK = re.compile(r"(?:[-*+•‣◦▪–]|\(?(?:\d{1,2}|[a-z])[.)])[ \t]+(?=\S)")
# What looks like such a mark by chance where a sentence goes on: "in May\n12. The lamps", "the wall\n– and".
CHANCE_MARK = re.compile(r"[-–][ \t]+(?=[a-z])|(?P<number>\d{1,2})\.[ \t]")
# What opens a turn of speech: "Lund: ", "[00:12] ", "— ".
TURN = re.compile(
    r"(?:[A-Z][\w.’'-]*[ \t]){0,3}[A-Z][\w.’'-]*:[ \t]|[\[(]?\d{1,2}:\d\d(?::\d\d)?\b[\])]?|[—―][ \t]"
)
# Ends as a sentence does, whatever quotation mark or bracket, or footnote mark, stands behind it.
SENTENCE_END = re.compile(r"[.!?…;:,。！？；：؟؛۔।]+[\"'”’»)\]」』]*(?:\s?\[\d+\])*$")
# The end of a sentence inside a line, with the next one behind it.
SENTENCE_WITHIN = re.compile(r"[a-z]{2}[.!?][\"”’)]* [\"“‘(]?[A-Z]")
# A word with a hyphen at the end of a line, and the word that begins the next line.
BROKEN = re.compile(r"(?<!\w)(?P<half>\w++)(?P<gap>[-‐]\n[^\S\n]*)(?P<rest>\w++)(?P<hyphen>-?)")
# A hyphen that shows only where a line is broken at it.
SOFT_HYPHEN = re.compile("(?<=\\w)\u00ad(?:\\n[^\\S\\n]*)?(?=\\w)")
# A space before a comma or a full stop, as translated texts may have it: "he said , and left ."; not of dots.
SPACED = re.compile(r"(?<=[\w\"”’»)])[^\S\n]{1,2}(?=[,;.!?](?!\s?\.)(?:[\s\"”’»)]|$))")
# What stands before the words of a wrapped line: white space, and the signs of a quoted mail.
INDENT = re.compile(r"(?<=\n)(?:[^\S\n]*>[> ]{0,20}|[^\S\n]+)(?=\S)")
QUOTED_MAIL = re.compile(r">[> ]{0,20}(?=\S)")
# What a desk writes under its copy, or where a page ends: "(MORE)", "###", "-30-", "(CONTINUED ON PAGE 4)".
COPY_MARK = re.compile(
    r"\((?:MORE|ENDS?|(?:MORE|CONT(?:INUED|'?D)?\.?) (?:TO|FROM|ON|AT) [^()\n]{1,30})\)"
    r"|#{3,}|# # #|-{1,2} ?(?:30|0|ENDS?) ?-{1,2}|/?ENDS"
)
COPY_MARK_BEHIND = re.compile(rf"(?<=[.!?\"”’)])\s+(?=(?:{COPY_MARK.pattern})$)")
# First halves that keep their hyphen: "well-known", "self-made", "two-thirds".
KEEPS_HYPHEN = frozenset({
    "all", "cross", "eight", "ex", "far", "five", "four", "full", "half", "hard", "high", "ill", "large",
    "left", "long", "low", "mid", "nine", "non", "one", "part", "post", "pre", "pro", "right", "self", "semi",
    "seven", "short", "six", "small", "so", "ten", "three", "twenty", "two", "vice", "well",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its words, the column at which they begin, and the one behind them."""

    span: Span
    words: str
    indent: int
    edge: int

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does."""
        return SENTENCE_END.search(self.words) is not None

    @property
    def ends_prose(self) -> bool:
        """Whether it ends a sentence, or one ends within it."""
        return self.words[-1] not in ":;,，：；،؛" and (
            self.ends_sentence or SENTENCE_WITHIN.search(self.words) is not None
        )

    @property
    def is_ornament(self) -> bool:
        """Whether it holds no letter or digit: a rule, three stars."""
        return not any(character.isalnum() for character in self.words)


def paragraph_spans(text: str) -> Iterator[Span]:
    """Return the paragraphs of a plain text: lines that go on with each other, or single lines."""
    chunks = list(_chunks(text))
    usual = max((_width(chunk) for chunk in chunks if _is_wrapped(chunk)), default=0)
    for chunk in chunks:
        for span in _paragraphs(chunk, usual):
            mark = COPY_MARK_BEHIND.search(text, *span)
            if mark:
                yield Span(span.start, mark.start())
            yield Span(mark.end() if mark else span.start, span.end)


def unread_in_lines(text: str, within: Sequence[Span]) -> tuple[Span, ...]:
    r"""Return what wrapping put into paragraphs: a hyphen with its line break, soft hyphens, indents, spaces.

    Where the hyphen is the word's own, only the break behind it is returned: "well-\nknown".

    >>> text = "It cost 42 mil-\nlion."
    >>> unread_in_lines(text, [Span(0, len(text))])
    (Span(start=14, end=16),)
    """
    words = frozenset(re.findall(r"\w+(?:-\w+)*", text.lower())) if BROKEN.search(text) else frozenset()
    gaps: list[Span] = []
    for span in within:
        gaps += (
            Span(*gap.span()) for each in (SOFT_HYPHEN, INDENT, SPACED) for gap in each.finditer(text, *span)
        )
        gaps += (Span(*gap.span()) for gap in [QUOTED_MAIL.match(text, *span)] if gap)
        breaks = (match for match in BROKEN.finditer(text, *span) if not _is_suspended(match))
        gaps += (Span(match.start("gap") + _keeps_hyphen(match, words), match.end("gap")) for match in breaks)
    return merged(gaps)


def _is_suspended(match: re.Match[str]) -> bool:
    """Return whether the word's end stands behind another one: "pre-\nand post-war"."""
    following = match.string[match.end() : match.end() + LONGEST_HALF].split(maxsplit=1)
    return match["rest"] in ("and", "or", "to") and bool(following) and "-" in following[0].strip("-")


def _keeps_hyphen(match: re.Match[str], words: frozenset[str]) -> bool:
    """Return whether a hyphen at a line's end is the word's own, by the rest of the text or by its halves."""
    half, rest = match["half"].lower(), match["rest"].lower()
    if half + rest in words or f"{half}-{rest}" in words:
        return half + rest not in words
    linked = match["hyphen"] == "-" or match.string[max(match.start() - 1, 0)] == "-"
    named = match["rest"][0].isupper() and not match["half"].isupper()
    return linked or named or half in KEEPS_HYPHEN or not (match["half"] + match["rest"]).isalpha()


def _chunks(text: str) -> Iterator[list[Line]]:
    """Return runs of lines with no blank line between them."""
    run: list[Line] = []
    for match in LINE.finditer(text):
        if run and text.count("\n", run[-1].span.end, match.start()) > 1:
            yield run
            run = []
        head = text.rfind("\n", 0, match.start()) + 1
        indent = len(text[head : match.start()].expandtabs(TAB))
        run.append(Line(Span(*match.span()), match[0], indent, indent + len(match[0])))
    if run:
        yield run


def _width(lines: Sequence[Line]) -> int:
    return max(line.edge for line in lines)


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Return whether a run of lines proves that it is wrapped."""
    width = _width(lines)
    open_ends = [
        following
        for line, following in pairwise(lines)
        if not line.ends_sentence
        and not ITEM_MARK.match(following.words)
        and _is_full(line, following, width)
    ]
    small = sum(following.words[0].islower() for following in open_ends)
    return width in WIDTHS and 0 < small * 2 >= len(open_ends)


def _paragraphs(lines: Sequence[Line], usual: int) -> Iterator[Span]:
    """Join the lines of wrapped paragraphs; `usual` is the width of the file's wrapped text, or 0."""
    wrapped, width = _is_wrapped(lines), _width(lines)
    if not wrapped and width <= usual:
        wrapped, width = True, usual
    ons = [_goes_on(line, following, width) for line, following in pairwise(lines)]
    # Full lines that all end as sentences do prove nothing: they may well be short paragraphs.
    open_end = any(on and not line.ends_sentence for on, line in zip(ons, lines, strict=False))
    joins = wrapped or (open_end and width >= NARROW)
    first, ragged = lines[0], _runs_on(lines)
    for line, following, runs_on in zip(lines, lines[1:], ragged, strict=False):
        if not (runs_on or _breaks_word(line, following)) and not (
            joins and _goes_on(line, following, width) and not _opens(first, line, following)
        ):
            yield Span(first.span.start, line.span.end)
            first = following
    yield Span(first.span.start, lines[-1].span.end)


def _runs_on(lines: Sequence[Line]) -> list[bool]:
    """Return for each line whether the next one goes on with its sentence, however long both are.

    Mails that were wrapped twice, and scanned columns, have such lines: each ends as no sentence does, the
    next begins with a small letter, and the last of them ends a sentence. Items behind a colon do not.
    """
    runs, ends = [False] * len(lines), False
    for at in range(len(lines) - 2, -1, -1):
        line, following = lines[at], lines[at + 1]
        ends = following.ends_prose or (ends and runs[at + 1])
        small = following.words[0].islower() and not ITEM_MARK.match(following.words)
        begun = len(line.words.split()) >= FEWEST_WORDS or line.words[0].islower()
        runs[at] = small and ends and begun and (line.words[-1] == "," or not line.ends_sentence)
    listed = False
    for at, line in enumerate(lines):
        runs[at] = runs[at] and not listed
        listed = line.words[-1] == ":" or (listed and not line.ends_prose)
    return runs


def _breaks_word(line: Line, following: Line) -> bool:
    """Return whether a line ends within a word that the next one finishes."""
    if line.words[-1] not in "-‐\u00ad" or not line.words[-2:-1].isalnum():
        return False
    return following.words[0].islower() or following.words[:2].isupper()


def _is_full(line: Line, following: Line, width: int) -> bool:
    """Return whether the next line's first word would not have fitted into this one."""
    slack = min(SLACK, width // SLACK_PART)
    return line.edge + 1 + len(following.words.split(maxsplit=1)[0]) > width - slack


def _goes_on(line: Line, following: Line, width: int) -> bool:
    """Return whether the next line may go on with this one's paragraph, by their lengths."""
    prose = not line.is_ornament and not following.is_ornament
    return prose and width in WIDTHS and _is_full(line, following, width)


def _opens(first: Line, line: Line, following: Line) -> bool:
    """Return whether a line opens a paragraph by its form: a list item, a turn of speech, an indent.

    `first` is the first line of the paragraph so far: an item's own lines may be indented.
    """
    if ITEM_MARK.match(following.words):
        return not _is_chance(first, line, following)
    if not line.ends_sentence and following.words[0].islower():
        return False
    if following.indent > line.indent and not (ITEM_MARK.match(first.words) or TURN.match(first.words)):
        return True
    return line.ends_sentence and TURN.match(following.words) is not None


def _is_chance(first: Line, line: Line, following: Line) -> bool:
    """Return whether a line only looks like a list item: it goes on with a sentence outside a list."""
    mark, item = CHANCE_MARK.match(following.words), ITEM_MARK.match(first.words)
    if mark is None or line.ends_sentence:
        return False
    if mark["number"] is None or item is None:
        return item is None and mark["number"] != "1"
    before = CHANCE_MARK.match(first.words)
    return before is None or before["number"] is None or int(mark["number"]) != int(before["number"]) + 1
