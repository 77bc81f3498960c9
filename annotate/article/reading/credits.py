"""What stands beside what is stated: a picture's credit, where a report was filed, who speaks or what it is.

Each of these is cut off before the words are read as sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from annotate.config import word_list
from annotate.model import Span

#: What may stand before a credit, and the marks that open it: ". ", ", ", " (", " | ", " – ".
CREDIT_GAP = r"(?:(?<=[.,;!?”\"’)\]])\s+|\s*(?=[\[(|])|\s+(?=[–—-]\s)|^)"
CREDIT_HEAD = r"(?:[|–—-]\s*)?[\[(]?\s*"

_MONTH = r"(?i:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6})\.?"
_WEEKDAY = r"(?i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:(?:{_WEEKDAY},? )?(?:{_ORDINAL} (?:of )?{_MONTH}|{_MONTH} {_ORDINAL})(?:,? \d{{4}})?"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d)"
)
_DAY = rf"(?:{_DATE}|{_WEEKDAY})"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ.’'/-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ.’'/-]+){0,3}"
_NAME = r"[A-ZÀ-Þ][\w.’'/-]*(?: (?:(?:de|del|la|am|an|der|upon|on) )?[A-ZÀ-Þ][\w.’'-]*){0,3}"
_REGION = rf"(?:, (?!{_MONTH} \d){_NAME}){{0,2}}"
_AGENCY = r"(?:\((?:[A-Z][\w ./&-]{1,40}|[a-z]{2,5}(?:/[a-z]{2,5}){0,2})\)|/[A-Z][\w -]{1,30}/)"
_DASH = r"(?:\s*(?:—|–|―|--)\s*|\s+[-_|]\s+)"
#: How a report goes on behind its place: with a capital, a figure or a quotation.
_GOES_ON = r"(?=[\"“„«‘'(]*[A-ZÀ-Þ\d])"
#: Forms in which a report names where and when it was filed, each before its first words.
FILED = tuple(
    re.compile(form)
    for form in (
        rf"(?:By [^.:\n]{{2,60}}?,? (?:in )?)?(?:{_CAPITALS}{_REGION}(?:,? {_DAY}|,? \({_DAY}\))|"
        rf"{_NAME}{_REGION}(?:, {_DATE}|,? \({_DATE}\)))(?:,?\s*{_AGENCY})?{_DASH}(?=[\"“‘']?\w)",
        rf"{_NAME}{_REGION}\s*{_AGENCY}{_DASH}{_GOES_ON}",  # Orrin (Reuters) - The
        rf"{_CAPITALS}{_REGION}\s*(?:\({_DAY}\)\s*)?{_AGENCY}{_DASH}(?=[\"“‘']?\w)",  # ARDEN FALLS (AP) — the
        rf"{_CAPITALS}{_REGION},? {_DATE}\.?\s*{_AGENCY}[.:]?\s+{_GOES_ON}",  # ORRIN, May 3. /NRD/. The
        rf"{_CAPITALS}{_REGION}(?:, \d{{1,2}})?\s*(?:{_AGENCY})?\.\s?[-–—]\s*{_GOES_ON}",  # ORRIN, 3 (EFE).-
        rf"{_DATE}, {_NAME}{_REGION}(?:\s*{_AGENCY})?{_DASH}{_GOES_ON}",  # 3 May 2024, Orrin — The
        rf"From (?:our|a|the) [a-z ]{{0,30}}?(?:correspondent|reporter|staff)s? (?:in|at) {_NAME}{_REGION}"
        rf"{_DASH}{_GOES_ON}",
        rf"(?:{_DAY} )?{_AGENCY}{_DASH}{_GOES_ON}",  # (AP) — The
        rf"\({_NAME}{_REGION}(?:,? {_DAY})?\){_DASH}{_GOES_ON}",  # (Orrin) – The
        rf"[\[(](?:{_CAPITALS}{_REGION}|"
        rf"{_NAME}{_REGION},? {_DAY})(?:,? {_DAY})?[\])]{_DASH}?\s*{_GOES_ON}",  # [ORRIN] The
        rf"By [^.:\n]{{2,60}}, {_CAPITALS}{_REGION}(?:{_DASH}|:\s+)",  # By a staff writer, ORRIN:
        r"\d{1,2}[.:]\d\d(?: ?[ap]\.?m\.?)?(?: (?:[A-Z]{1,3}T|UTC|MSK))?(?:\s*[|–—]\s*|\s+-\s+|:\s+)"
        + _GOES_ON,  # 14:32 – The
    )
)
LONGEST_FILING = 120  # characters
#: A place without a day or an agency: "ORRIN — The ferry", "Orrin, Norddal — The ferry".
PLACE_ALONE = re.compile(
    rf"(?:{_CAPITALS}{_REGION}|{_NAME}(?:, {_NAME}){{1,2}})(?P<dash>\s*(?:—|–|―|--)\s*|\s+[-|]\s+){_GOES_ON}"
)
#: The end of the sentence behind a place, as far as a second dash may stand in it.
_FIRST_SENTENCE = re.compile(r"[^.!?\n]{0,300}")

_SPACE = r"[^\S\n]"
_BOLD = r"(?:\*\*|__)?"
_WORD = r"[^\W\d_][\w.’'&-]{0,40}"
_TIME = r"[\[(]?\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?[\])]?"
#: What people do while they speak, as transcripts note it.
STAGE = r"(?:\((?i:{0})\)|\[(?i:{0})\])".format(
    r"(?:[a-z]+ )?(?:laughs?|laughing|laughter|chuckles|smiles|sighs|pauses?|nods|applause|cheers|"
    r"cheering|cries|crying"
    r"|coughs|crosstalk|inaudible|unintelligible|indistinct|overlapping|silence|music|sings|singing|"
    r"shrugs|whispers)"
    r"(?: [a-z\d:]+)?"
)
STAGE_DIRECTION = re.compile(STAGE)
#: Who speaks, before a colon at the head of a line: a name of up to five words, or Q and A; around it may
#: stand a time, brackets, Markdown's bold signs, a role and what the speaker does: "LUND, MAYOR (laughs):".
LABEL = re.compile(
    rf"^{_SPACE}*(?:>{{1,3}}{_SPACE}*|[–—-]{_SPACE}+)?{_BOLD}(?:{_TIME}{_SPACE}*(?:[|–—-]{_SPACE}*)?)?{_BOLD}[\[(]?"
    r"(?:(?P<asks>(?:Q|A|Question|"
    rf"Answer)(?:{_SPACE}?\d{{1,2}})?)(?={_BOLD}[\])]?{_SPACE}?{_BOLD}[.:]{_BOLD}(?:\s|$))"
    rf"|(?P<name>{_WORD}(?:{_SPACE}+{_WORD}){{0,4}}?(?:{_SPACE}+\d{{1,2}})?))"
    rf"[\])]?(?P<role>,{_SPACE}+[^\n:.?!“\"]{{2,60}}|{_SPACE}*\([^\n():]{{1,40}}\))?"
    rf"(?:{_SPACE}*{STAGE})?(?:{_SPACE}*{_TIME})?{_BOLD}{_SPACE}?(?P<colon>(?(asks)[.:]|:)){_BOLD}(?=\s|$)",
    re.MULTILINE,
)
#: A name and a time on a line of their own, as transcripts of machines have them: "Speaker 1  00:12".
TIMED = re.compile(
    rf"^{_SPACE}*(?P<name>{_WORD}(?:{_SPACE}{_WORD}){{0,3}}(?:{_SPACE}\d{{1,2}})?){_SPACE}+{_TIME}{_SPACE}*$",
    re.MULTILINE,
)
#: The last word of what is no role but says that somebody speaks: "Lund, the mayor, said:".
_SAYS = re.compile(
    r"(?:\w+ed|said|says?|wrote|writes?|told|tells?|went on|put it|puts it|has|is|was|this|that)$"
)


#: What a box calls what a fact check finds, behind whose it is: "AP's assessment:", "Our verdict:".
FINDINGS = frozenset({"assessment", "verdict", "rating", "ruling"})


class SpeakerLabel(NamedTuple):
    """Who speaks, at the head of a line: all of the label, the name or letter in it, its colon and role."""

    span: Span
    name: Span
    colon: Span | None
    letter: str = ""
    role: str = ""


def speaker_labels(text: str, within: Span) -> Iterator[SpeakerLabel]:
    """Return what may be the labels of speakers in a stretch of text; much else stands before a colon.

    >>> text = "[00:12] TOVE LUND, MAYOR: We stay."
    >>> [(label.span.of(text), label.name.of(text)) for label in speaker_labels(text, Span(0, len(text)))]
    [('[00:12] TOVE LUND, MAYOR:', 'TOVE LUND')]
    """
    for match in TIMED.finditer(within.of(text)):
        whole, name = (Span(*match.span(group)).shift(within.start) for group in (0, "name"))
        yield SpeakerLabel(Span(name.start, whole.end), name, None)
    for match in LABEL.finditer(within.of(text)):
        letter, role = (match["asks"] or "")[:1], (match["role"] or "").strip(" ,()")
        if role and not role.isupper() and (_SAYS.search(role) or len(role.split()) > 5):
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        ends = ((start, match.end()), match.span("asks" if letter else "name"), match.span("colon"))
        whole, name, colon = (Span(*span).shift(within.start) for span in ends)
        yield SpeakerLabel(whole, name, colon, letter, role)


def box_label(text: str) -> Span | None:
    """Return the label of a line in a box of facts, with its colon: "VERDICT: The wall holds."."""
    match = re.match(r"(?:\*\*)?([^\W\d_][\w’' ]{2,30}?)(?:\*\*)?(?::|\s[—–-](?=\s))(?:\*\*)?(?=\s|$)", text)
    words = match[1].lower().replace("’", "'") if match else ""
    known = words in word_list("box_labels") | word_list("verdicts") or words.rpartition(" ")[2] in FINDINGS
    return Span(0, match.end()) if match and known else None


def is_verdict(words: str) -> bool:
    """Return whether words are a verdict by itself: "False.", "We rate this claim Mostly False."

    >>> is_verdict("Mostly false."), is_verdict("The false wall sank.")
    (True, False)
    """
    return _verdicts().fullmatch(words.strip("* ")) is not None


@cache
def _verdicts() -> re.Pattern[str]:
    degree = r"(?:(?:mostly|half|partly|partially|largely|entirely|completely) )?"
    verdict = rf"{degree}(?:{_one_of(word_list('verdicts'))})"
    lead = (
        r"(?:(?:so )?(?:we|our reporters) (?:rate|rated|find|found|judge)(?: (?:this|that|the|"
        r"it)\b[\w ]{0,30}?)?(?: as| to be)? "
        r"|(?:this|that|it|the (?:claim|post|statement|story|video))(?: is| was|[’']s) )?"
    )
    return re.compile(rf"{lead}[\"“]?{verdict}(?:,? (?:and|but) {verdict})?[\"”]?[.!]?[\"”]?", re.IGNORECASE)


def filed_from(text: str) -> Span | None:
    """Return the place, day and agency before the first words of a report; `None` without them.

    >>> text = "ORRIN, March 3 (Reuters) - The ferry was closed."
    >>> filed_from(text).of(text)
    'ORRIN, March 3 (Reuters) -'
    """
    match = next((match for form in FILED if (match := form.match(text))), None) or _place_alone(text)
    return None if match is None else Span(0, len(match[0].rstrip()))


def is_filing(line: str) -> bool:
    """Return whether a line says where and when a report was filed, and nothing else: "ORRIN, May 3 (AP)"."""
    closed = f"{line} — A"
    matches = (form.match(closed) for form in FILED if len(line) <= LONGEST_FILING)
    return any(match is not None and match.end() == len(closed) - 1 for match in matches)


def _place_alone(text: str) -> re.Match[str] | None:
    """Return a place before a dash; where a second dash follows, the words between them are an aside."""
    match = PLACE_ALONE.match(text)
    sentence = _FIRST_SENTENCE.match(text, match.end()) if match else None
    return None if sentence is None or re.search(r"\s(?:—|–|―|--|-)\s|[—―]", sentence[0]) else match


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
    words, listed = (_one_of(word_list(name)) for name in ("credit_words", "credit_agencies"))
    name = r"(?:[A-Z][\w.’'-]*\s+){0,3}[A-Z][\w.’'-]*"
    agencies = rf"{listed}|{name}\s(?:Press|Images|News Agency|Pictures|Photos|Archives?)"
    forms = (
        rf"(?i:{words})\s?(?:[:©]|(?i:by|of|from|via|courtesy)\b)[^.!?]*",  # Photo: Anna Holm
        rf"(?i:{words})",  # Video screenshot
        r"(?:©|\([cC]\))[^.!?]*",  # © 2024 Anna Holm
        rf"(?:{name}|{agencies})(?:\s?/\s?|\s+(?:via|for)\s+)(?:{name}\s?/\s?)?(?:{agencies})",  # A. Holm/AFP
        rf"(?:{agencies})\s?/\s?{name}",  # AP Photo/Anna Holm
        rf"(?:{agencies})",  # Reuters
    )
    return tuple(re.compile(rf"{CREDIT_GAP}(?P<credit>{CREDIT_HEAD}{form}[.)\]\s]*)$") for form in forms)


def _one_of(words: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
