"""Which marks of a paragraph open and close quotations.

A mark opens or closes by what stands on either side of it; where that leaves both, its own form decides.
Marks of one kind close each other, however they are drawn, and nested ones are counted. Apostrophes, marks of
inches, feet and minutes, and ditto marks are none; a mark without its counterpart holds nothing, but for one
that the next paragraph may close. Known limits: "’" between a letter and a space is taken for an apostrophe
where another mark closes the quotation later.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from annotate.model import Span

#: "weak" is a mark that closes unless another one does; "alone" one that closes where something is open.
Role = Literal["open", "close", "weak", "alone"]

#: The marks of each kind, which its first one names.
DOUBLE, SINGLE = ('"', "“", "”", "„", "‟", "``", "''"), ("'", "‘", "’", "‚", "‛")
KINDS = {mark: kind[0] for kind in (DOUBLE, SINGLE, "«»", "‹›", "「」", "『』") for mark in kind}
#: Marks that open, and that close, where nothing beside them shows it.
OPENING, CLOSING = frozenset({"``", *"“„‟‘‚‛«‹「『"}), frozenset("”»›」』")
#: Marks of scripts without spaces.
UNSPACED = frozenset("「」『』")
#: One mark or several in a row, or the end of a sentence.
MARKS = re.compile(r"(?P<marks>(?:``|''|[\"“”„‟'‘’‚‛«»‹›「」『』])+)|[.!?](?=\s)")
MARK = re.compile(r"``|''|.")
#: What stands before an opening mark, and behind a closing one, beside white space.
BEFORE_OPENING, BEHIND_CLOSING = frozenset("([{<>—–-―/*_|"), frozenset(".,;:!?…)]}<—–-―/*_|")
#: How a word begins that an apostrophe shortens: "'90s", "'tis".
SHORTENED = re.compile(
    r"(?:\d\ds?|em|tis|twas|twill|twould|til|till|cause|cos|cuz|n|round|bout|neath|nuff|hood)\b",
    re.IGNORECASE,
)


class Quoted(NamedTuple):
    """The quotations of a paragraph, marks included, those inside another one left out.

    `unclosed` runs from a mark that nothing closes to the paragraph's end, `unopened` from the paragraph's
    start to a mark that nothing opens.
    """

    closed: list[Span]
    unclosed: Span | None
    unopened: Span | None


@dataclass(frozen=True)
class Mark:
    """One quotation mark: where it stands, and what it may do; `sentence` counts the sentences before it."""

    span: Span
    kind: str
    role: Role
    sentence: int


def quoted_in(text: str, within: Span) -> Quoted:
    """Return the quotations in a paragraph of `text`.

    >>> text = "'It's the towns' wall,' she said, 'and a 12\\" pipe.' “We ‘won’.” “They"
    >>> quoted = quoted_in(text, Span(0, len(text)))
    >>> [span.of(text) for span in quoted.closed]
    ["'It's the towns' wall,'", '\\'and a 12" pipe.\\'', '“We ‘won’.”']
    >>> quoted.unclosed.of(text)
    '“They'
    """
    marks = list(_decided(list(_marks(text, within))))
    pairs, opened, unmatched = _paired(marks)
    last = {mark.span.of(text): mark for mark in marks if mark.role == "open"}
    first = {mark.kind: mark for mark in reversed(marks)}
    left = next((mark.span.start for mark in opened if last[mark.span.of(text)] is mark), None)
    right = next((mark.span.end for mark in unmatched if first[mark.kind] is mark), None)
    unclosed = None if left is None else Span(left, within.end)
    unopened = None if right is None else Span(within.start, right)
    return Quoted(_outermost(pairs), unclosed, unopened)


def kind_of_mark(text: str, at: int) -> str:
    """Return the kind of the quotation mark at a place, or an empty string if none stands there."""
    mark = MARK.match(text, at)
    return KINDS.get(mark[0], "") if mark else ""


def _marks(text: str, within: Span) -> Iterator[Mark]:
    """Return the marks of a paragraph that may open or close."""
    sentence = 0
    for match in MARKS.finditer(text, within.start, within.end):
        if match["marks"] is None:
            sentence += 1
            continue
        before = text[match.start() - 1] if match.start() > within.start else " "
        behind = text[match.end()] if match.end() < within.end else " "
        shortened = SHORTENED.match(text, match.end(), within.end) is not None
        for mark in MARK.finditer(text, *match.span()):
            role = _role(mark[0], before, behind, shortened=shortened)
            if role is not None:
                yield Mark(Span(*mark.span()), KINDS[mark[0]], role, sentence)


def _role(mark: str, before: str, behind: str, *, shortened: bool) -> Role | None:
    """Return what a mark may do between two characters; `None` if it is no quotation mark."""
    opens = before.isspace() or before in BEFORE_OPENING
    closes = behind.isspace() or behind in BEHIND_CLOSING
    single = KINDS[mark] == SINGLE[0]
    if mark in UNSPACED or opens == closes:
        if opens and mark in {'"', "''"}:
            return "alone"
        if single and (opens or before.isalnum()):
            return None
        return "open" if mark in OPENING else "close" if mark in CLOSING or not opens else None
    if opens:
        return None if single and (shortened or mark == "’") else "open"
    if single:
        return "weak" if before.isalnum() and behind not in BEHIND_CLOSING else "close"
    return "weak" if before.isdigit() else "close"


def _decided(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Leave out the weak marks behind which a mark of their kind closes before another one opens."""
    kept: list[Mark] = []
    following: dict[str, Role] = {}
    for mark in reversed(marks):
        if mark.role != "weak":
            following[mark.kind] = mark.role
        if mark.role != "weak" or following.get(mark.kind) in {None, "open"}:
            kept.append(mark)
    return reversed(kept)


def _paired(marks: Sequence[Mark]) -> tuple[list[Span], list[Mark], list[Mark]]:
    """Return the pairs of marks, by their ends, and the marks that open, and close, without another."""
    pairs: list[Span] = []
    opened: list[Mark] = []
    unmatched: list[Mark] = []
    waiting = Counter[str]()
    for mark in marks:
        if mark.role == "open":
            opened.append(mark)
            waiting[mark.kind] += 1
        elif waiting[mark.kind] and _may_close(mark, opened[-1]):
            while opened[-1].kind != mark.kind:
                waiting[opened.pop().kind] -= 1
            waiting[mark.kind] -= 1
            pairs.append(Span(opened.pop().span.start, mark.span.end))
        elif mark.role == "close":
            unmatched.append(mark)
    return pairs, opened, unmatched


def _may_close(mark: Mark, last: Mark) -> bool:
    """Return whether a mark may close what is open: a single one only what was opened last."""
    if mark.kind != SINGLE[0]:
        return True
    return last.kind == mark.kind and (mark.role != "weak" or last.sentence == mark.sentence)


def _outermost(pairs: Sequence[Span]) -> list[Span]:
    """Return the pairs that lie in no other one, in order."""
    outer: list[Span] = []
    for pair in sorted(pairs):
        if not outer or pair.start >= outer[-1].end:
            outer.append(pair)
    return outer
