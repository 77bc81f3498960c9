"""Whom an introduction names: the one person who is asked, and those whose initials are labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotate.article.attribution.interviews.parts import Part, asks_bare
from annotate.article.attribution.kinds import NAME_LISTS, ORGANISATION_LISTS, in_lists
from annotate.config import word_list
from annotate.model import BlockKind, Span

ASKED_WITHIN, ASKED_BEHIND = 120, 400  # characters before a name, and behind it
#: A name of two to four words, as an introduction writes it.
FULL_NAME = re.compile(
    r"\b[A-ZÀ-Þ][\w’'-]{1,40}"
    r"(?:\.? (?:(?:de|van|von|der|al|bin|da|la) )?(?:[A-ZÀ-Þ]\.|[A-ZÀ-Þ][\w’'-]{0,40}\w\b(?!’s|'s))){1,3}"
)
#: Words that open a sentence before a name and belong to none.
OPENERS = frozenset(
    {"the", "by", "when", "as", "for", "with", "an", "our", "interview", "exclusive", "photo", "today"}
)
#: How an introduction says whom the paper asked: "spoke to", "met", "an interview with".
ASKS = re.compile(
    r"\b(?:(?:spoke|speaks|speak|talked|talks|talk|sat down|sits down|caught up|catches up) (?:to|"
    r"with)|interview(?:ed|s)?(?: with)?|met|meets"
    r"|asked|asks|questions (?:to|for)|conversation with|chat with|q&a with|called|visited|visits)"
    r"\s+(?:(?-i:[a-z])[\w’'-]*,? ){0,8}$",
    re.IGNORECASE,
)
#: How an introduction goes on behind the name of the one who asks: "met her", "interviewed Tove Lund".
ASKER_BEHIND = re.compile(
    r" (?:(?:met|interviewed|visited|asked|sat down with|caught up with)\b"
    r"|(?:spoke|speaks|talked|talks) (?:to|with) (?:her|him|them)\b)"
)
#: How an introduction goes on behind the name of a person: an age, an office, what the person does.
PERSON_BEHIND = re.compile(
    r",? \(?\d\d\)?\b|, (?:the|a|an|who|its|her|his|their|founder|director|head|chair|author|professor|"
    r"mayor|owner)\b"
    r"|,? (?:has|is|was) (?:a|an|the|one|been|led|run|worked|lived|written|studied|built|spent|owned|"
    r"headed)\b"
    r"|,? (?:runs|leads|heads|owns|works|lives|teaches|studies|founded|writes|joined|grew up|took over)\b"
)
#: How an introduction says later that a person was asked: "He talked to us", "We met her".
ASKED_LATER = re.compile(
    r"\b(?:he|she|they) (?:(?:talk(?:s|ed)|speaks|spoke) (?:to|with) (?:us|me|the|our)\b"
    r"|(?:took|takes|answer(?:s|ed)) (?:our|my|the) )"
    r"|\b(?:we|i|reporters?|(?-i:[A-Z])\w+) (?:met|visited|asked|interviewed|called|spoke (?:to|with)"
    r"|talked (?:to|with)|sat down with|caught up with) (?:him|her|them)\b",
    re.IGNORECASE,
)


class Named(NamedTuple):
    """A name of two words or more: where it stands, in which kind of block, and its last word."""

    span: Span
    kind: BlockKind
    last: str


def names_in(text: str, parts: Sequence[Part]) -> Iterator[Named]:
    """Return the names of two words or more before the first label or question, and those of the byline.

    A title such as "Tove Lund: “We stay”" names somebody, and is no turn.
    """
    no_name = word_list("sentence_openers") | word_list("times") | OPENERS
    for part in parts:
        if (part.label and part.block.kind != "heading") or asks_bare(part):
            return
        if part.block.kind == "boilerplate":
            continue
        for match in FULL_NAME.finditer(text, *part.span):
            start, words = match.start(), match[0].split()
            while words and not no_name.isdisjoint({words[0], words[0].lower()}):
                start += len(words.pop(0)) + 1
            if len(words) > 1 and not any(word.endswith(("'s", "’s")) for word in words):
                yield Named(Span(start, match.end()), part.block.kind, words[-1])


def initials_of(
    text: str, parts: Sequence[Part], keys: Counter[str], names: Sequence[Named]
) -> dict[str, Span]:
    """Return where the name stands that each label of initials shortens: "TL:" where Tove Lund is named.

    A label may say itself how it is shortened: "Tove Lund (TL):".
    """
    own = {
        part.label.role.lower(): part.label.name for part in parts if part.label and part.label.role.isupper()
    }
    spans: dict[str, Span] = {}
    lasts: dict[str, set[str]] = {}
    for name in names:
        words = [word for word in name.span.of(text).split() if word.rstrip(".") not in word_list("titles")]
        short = "".join(word[0] for word in words if word[0].isupper()).lower()
        spans.setdefault(short, name.span)
        lasts.setdefault(short, set()).add(name.last)
    plain = {key: key.replace(".", "") for key, times in keys.items() if times > 1}
    named = {key: spans[short] for key, short in plain.items() if len(lasts.get(short, ())) == 1}
    return named | {key: name for key, name in own.items() if key in keys}


def interviewee(text: str, names: Sequence[Named]) -> Span | None:
    """Return the name of the one person who is asked, as the introduction has it first; `None` in doubt."""
    askers = {name.last for name in names if name.kind == "byline" or ASKER_BEHIND.match(text, name.span.end)}
    persons: dict[str, Named] = {}
    asked: set[str] = set()
    before: Named | None = None
    for name in names:
        joined = before is not None and before.last in asked and _is_joined(text, before, name)
        is_asked = (
            joined or ASKS.search(text[max(0, name.span.start - ASKED_WITHIN) : name.span.start]) is not None
        )
        before = name
        if name.last in askers or _is_body(text, name.span):
            continue
        if is_asked or name.last in persons or _is_person(text, name.span):
            if name.last not in persons or persons[name.last].kind == "heading":
                persons[name.last] = name
            asked |= {name.last} if is_asked else set()
    chosen = asked if len(asked) == 1 else set(persons)
    return persons[next(iter(chosen))].span if len(chosen) == 1 else None


def _is_joined(text: str, before: Named, name: Named) -> bool:
    """Return whether two names stand in a row: "Tove Lund and Jon Berg"."""
    return re.fullmatch(r",? and |, ", text[before.span.end : name.span.start]) is not None


def _is_body(text: str, name: Span) -> bool:
    """Return whether a name is that of a body or document rather than of a person."""
    bodies = word_list("organisation_nouns") | word_list("document_nouns")
    return any(in_lists(word, ORGANISATION_LISTS) or word.lower() in bodies for word in name.of(text).split())


def _is_person(text: str, name: Span) -> bool:
    if any(in_lists(word, NAME_LISTS) for word in name.of(text).split()[:-1]):
        return True
    behind = text[name.end : name.end + ASKED_BEHIND]
    return PERSON_BEHIND.match(behind) is not None or ASKED_LATER.search(behind) is not None
