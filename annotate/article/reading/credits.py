"""Credits beside what is stated: who took a picture, behind its caption; where a report was filed."""

from __future__ import annotations

import re
from functools import cache

from annotate.config import word_list
from annotate.model import Span

#: What may stand before a credit, and the marks that open it: ". ", ", ", " (", " | ", " – ".
CREDIT_GAP = r"(?:(?<=[.,;!?”\"’)\]])\s+|\s*(?=[\[(|])|\s+(?=[–—-]\s)|^)"
CREDIT_HEAD = r"(?:[|–—-]\s*)?[\[(]?\s*"

_PLACE = r"[A-Z][A-Z.’'/-]+(?: [A-Z][A-Z.’'/-]+){0,3}(?:, [A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,2})?"
_DAY = r"(?:, (?:\d{1,2} )?[A-Z][a-z]{2,8}\.?(?: \d{1,2})?(?:, \d{4})?)?"
_AGENCY = r"(?:\s*\((?P<agency>[A-Z][\w ./&-]{1,40})\))?"
#: "ORRIN, March 3 (Reuters) - ", "ARDEN FALLS (AP) — ": before the first words of a report.
FILED = re.compile(rf"{_PLACE}(?P<day>{_DAY}){_AGENCY}\s*(?:—|–|―|--?)\s+(?=[\"“‘']?\w)")


def filed_from(text: str) -> Span | None:
    """Return the place, day and agency before the first words of a report; `None` without them.

    A place by itself may as well be a subject ("NATO — …"), so that a day or an agency must stand beside it.

    >>> text = "ORRIN, March 3 (Reuters) - The ferry was closed."
    >>> filed_from(text).of(text)
    'ORRIN, March 3 (Reuters) -'
    """
    match = FILED.match(text)
    if match is None or not (match["agency"] or match["day"]):
        return None
    return Span(0, len(match[0].rstrip()))


def caption_credit(text: str) -> Span | None:
    """Return where the credit of a caption stands, at its end; `None` without one.

    >>> text = "Rescuers reach the village. Photo: Lena Orth/AFP"
    >>> caption_credit(text).of(text)
    'Photo: Lena Orth/AFP'
    """
    for pattern in _credit_patterns():
        match = pattern.search(text.rstrip())
        if match:
            start = match.start("credit")
            return Span(start, len(text.rstrip()))
    return None


@cache
def _credit_patterns() -> tuple[re.Pattern[str], ...]:
    words, agencies = (_one_of(word_list(name)) for name in ("credit_words", "credit_agencies"))
    name = r"(?:[A-Z][\w.’'-]*\s+){0,3}[A-Z][\w.’'-]*"
    forms = (
        rf"(?i:{words})\s?(?:[:©]|(?i:by|of|from|via|courtesy)\b)[^.!?]*",  # Photo: Anna Holm
        rf"(?i:{words})",  # Video screenshot
        r"(?:©|\([cC]\))[^.!?]*",  # © 2024 Anna Holm
        rf"(?:{name}|{agencies})(?:\s?/\s?|\s+(?:via|for)\s+)(?:{name}\s?/\s?)?(?:{agencies})",  # A. Holm/AFP
        rf"(?:{agencies})\s?/\s?{name}",  # AP Photo/Anna Holm
        rf"(?:{agencies}|{name}\s(?:Press|Images|News Agency|Pictures|Photos|Archives?))",  # Reuters
    )
    return tuple(re.compile(rf"{CREDIT_GAP}(?P<credit>{CREDIT_HEAD}{form}[.)\]\s]*)$") for form in forms)


def _one_of(words: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
