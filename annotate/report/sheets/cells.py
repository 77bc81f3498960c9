"""The cells of a sheet that an editor types into: what they say, and which of them were typed; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from annotate.labels import LABELS, SPECS
from annotate.model import CHECK_STATES, DECIDED_FIELDS, TO_CHECK, Label, SourceKind
from annotate.text import fold, fold_spaces

LABEL, NOTE, CHECK = "decision", "note", "check"
TYPED = (LABEL, NOTE, *DECIDED_FIELDS)  # the columns that an editor decides in
TAKE_BACK = ("none", "-", "–", "—")  # in decision: the decision is taken back
_UNWRITABLE = re.compile("[\0-\x08\x0e-\x1b\ufffe\uffff]")
_BLANKS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x1f"), " ")  # white space that XML has not
AROUND = 4  # words on either side of a difference between two texts

Version = Mapping[str, Mapping[str, str]]  # what the program wrote: by claim id, by column of `TYPED`


class NotUnderstoodError(Exception):
    """A cell says nothing that can be done."""


@dataclass(frozen=True)
class Written:
    """What the program wrote into a sheet, newest version first; without versions nothing is known."""

    versions: Sequence[Version] = ()

    def of(self, claim_id: str, column: str) -> list[str]:
        """Return what stood in a cell, one text a version that has it; empty cells are ''."""
        return [version[claim_id][column] for version in self.versions if column in version.get(claim_id, ())]

    def typed(
        self, claim_id: str, column: str, cell: str, *, current: Sequence[str], lossy: bool = False
    ) -> bool:
        """Return whether a person typed a cell: no version has it, or, without versions, none of `held`."""
        known = self.of(claim_id, column)
        if not known and not cell:
            return False
        known = known or list(current)
        return not any(same(cell, words, column=column, lossy=lossy) for words in known)


def same(sheet: str, current: str, *, column: str = "", lossy: bool = False) -> bool:
    """Return whether two cells say the same.

    White space and an eaten or added `'` make no difference, nor do other spellings of labels, kinds of
    sources and check states, and in a `lossy` sheet all but ASCII letters and digits.
    """
    if sheet == current:
        return True
    if column in _READERS:
        sheet, current = (_as_read(column, words) for words in (sheet, current))
    if lossy:
        sheet, current = (
            "".join(c for c in text if c.isascii() and c.isalnum()) for text in (sheet, current)
        )
    return plain(sheet) == plain(current)


def plain(text: str) -> str:
    """Return a text without what spreadsheet programs change in it."""
    return fold_spaces(writable(text)).lstrip("'")


def writable(text: str) -> str:
    """Return a text without the characters that a workbook cannot hold; half a character becomes U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    text = _UNWRITABLE.sub("", text).translate(_BLANKS).replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_label(words: str) -> str:
    """Return the name of the label that is meant, in any spelling that `read_label` reads; else the words."""
    return _AS_SHOWN.get(words) or _as_read(LABEL, words)


def folded(words: str) -> str:
    """Return a name in lower case, with `_` for spaces and hyphens."""
    return fold(words.replace("-", " ").replace("_", " ")).replace(" ", "_")


def read_label(words: str) -> Label | None:
    """Read a decision: the name of a label, a word of it, its letter or the shown words; `None` takes back.

    >>> read_label("Checkable fact"), read_label("fact"), read_label("O"), read_label("none")
    ('checkable_fact', 'checkable_fact', 'opinion', None)

    Raises:
        NotUnderstoodError: where it is no label; says which one may be meant.
    """
    words = words.strip()
    if words in TAKE_BACK or folded(words) == TAKE_BACK[0]:
        return None
    return _read(words, _LABELS, "label", (*LABELS, "or none"))


def read_kind(words: str) -> str:
    """Read a kind of source in any case, or in the words that annotators are shown; '' is none.

    Raises:
        NotUnderstoodError: where it is no kind; says which one may be meant.
    """
    return _read(words, _KINDS, "source_kind", get_args(SourceKind)) if words.strip() else ""


def read_check(words: str) -> str:
    """Read a check state in any case; '' is none.

    >>> read_check("In hand"), read_check("to-check")
    ('in hand', 'to check')

    Raises:
        NotUnderstoodError: where it is no state; says which there are.
    """
    return _read(words, _STATES, CHECK, CHECK_STATES) if words.strip() else ""


def meant(column: str, cell: str, before: Sequence[str]) -> str:
    """Return what a cell says: a check state that was emptied is the one that none is decided on.

    Args:
        column: of the cell.
        cell: its words.
        before: what may have stood in it; where that may be nothing, it was not emptied.
    """
    return TO_CHECK if column == CHECK and not cell and before and all(before) else cell


def _read(words: str, spelled: Mapping[str, str], what: str, names: Sequence[str]) -> str:
    key = folded(words)
    if key in spelled:
        return spelled[key]
    close = get_close_matches(key, [each for each in spelled if len(each) > 1], n=1)
    meant = f"did you mean “{spelled[close[0]]}”?" if close else f"one of {', '.join(names)}"
    raise NotUnderstoodError(f"unknown {what} “{short(words)}”, {meant}")


def _spellings() -> dict[str, str]:
    """Return by spelling the label: its name, shown words or letter, or a word that no other one has."""
    words = Counter(word for label in LABELS for word in set(label.split("_")))
    single = {word: label for label in LABELS for word in label.split("_") if words[word] == 1}
    return single | {
        folded(spelling): spec.name for spec in SPECS for spelling in (spec.letter, spec.shown, spec.name)
    }


_LABELS: Mapping[str, str] = _spellings()
_KINDS = {kind: kind for kind in get_args(SourceKind)} | {
    "named_person": "person",
    "organization": "organisation",
}
_STATES = {folded(state): state for state in CHECK_STATES}
_READERS = {LABEL: read_label, "source_kind": read_kind, CHECK: read_check}


def _as_read(column: str, words: str) -> str:
    """Return the name of a label, kind or state; what is none, or empty, as it stands."""
    try:
        return (_READERS[column](words) or TAKE_BACK[0]) if words.strip() else ""
    except NotUnderstoodError:
        return words


#: Labels by the words in which the program itself writes them, which need no reading.
_AS_SHOWN = {words: _as_read(LABEL, words) for spec in SPECS for words in (spec.name, spec.shown)}


def difference(one: str, other: str) -> tuple[str, str]:
    """Return two texts shortened to where they differ, which stands in brackets; whole where all differs.

    >>> difference("The ferry leaves at nine in May", "The ferry leaves at ten in May")
    ('The ferry leaves at [nine] in May', 'The ferry leaves at [ten] in May')
    """
    first, second = one.split(), other.split()
    most = min(len(first), len(second))
    start = next((at for at in range(most) if first[at] != second[at]), most)
    end = next((at for at in range(most - start) if first[-1 - at] != second[-1 - at]), most - start)
    if not start + end:
        return short(one), short(other)
    return _excerpt(first, start, len(first) - end), _excerpt(second, start, len(second) - end)


def _excerpt(words: Sequence[str], start: int, end: int) -> str:
    before, after = words[max(0, start - AROUND) : start], words[end : end + AROUND]
    shown = [*before, f"[{short(' '.join(words[start:end]))}]", *after]
    return "… " * (start > AROUND) + " ".join(shown) + " …" * (end + AROUND < len(words))


def short(words: str) -> str:
    """Return words as one line of at most 60 characters."""
    words = " ".join(words.split())
    return words if len(words) <= 60 else words[:59] + "…"
