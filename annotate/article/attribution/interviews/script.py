"""What the labels of a text mean: who speaks by them, who asks, and who answers where no label says so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from annotate.article.attribution.interviews.parts import (
    FIRST_PERSON,
    SECOND_PERSON,
    Part,
    asks_bare,
    states_in_bold,
)
from annotate.article.attribution.interviews.people import initials_of, interviewee, names_in
from annotate.article.attribution.kinds import NAME_LISTS, in_lists
from annotate.article.reading import SpeakerLabel
from annotate.config import word_list
from annotate.model import Span

#: A word with a capital inside a sentence, or behind another one: "met Lund", "Tove Lund"; no place's name.
CAPITALISED = re.compile(
    r"(?<=[\w,;]\s)(?<!\b[Ii]n\s)(?<!\b[Aa]t\s)(?<!\b[Nn]ear\s)([A-Z][\w’'-]*\w)(?:['’]s)?\b(?!:)"
)
FEWEST = 2
TIME_LETTERS = 14  # of a time and a line feed
#: What people say to each other.
ADDRESSED = re.compile(rf"{FIRST_PERSON.pattern}|{SECOND_PERSON.pattern}|\bYou\b")
#: What transcripts call a speaker without a name: "Speaker 1:", "HOST:", "UNIDENTIFIED WOMAN:".
UNNAMED = frozenset({
    "anchor", "announcer", "caller", "female", "guest", "host", "interviewee", "interviewer", "male", "man",
    "moderator", "narrator", "panelist", "panellist", "participant", "presenter", "reporter", "respondent",
    "speaker", "voice", "woman",
})  # fmt: skip
#: The time over a paragraph of a transcript, or before the label of a speaker.
TIMED = re.compile(r"\[(?:\d+:)?\d\d:\d\d\]\s*$")
UNKNOWN = frozenset({"unidentified", "unknown", "male", "female", "first", "second"})


@dataclass(frozen=True)
class Script:
    """A text in parts, with what its labels mean.

    `speakers` are the keys of labels that name somebody, `initials` where names stand that labels shorten;
    `asked` is who answers, where no label says so: to the labels of `askers`, "" standing for no label.
    """

    parts: Sequence[Part]
    speakers: AbstractSet[str]
    initials: dict[str, Span]
    asked: Span | None
    askers: AbstractSet[str]

    def asks(self, part: Part) -> bool:
        """Return whether a part is a question to the one who is asked."""
        asks = part.asks if part.label else asks_bare(part) or states_in_bold(part)
        return part.key in self.askers and asks


def script_of(text: str, parts: Sequence[Part]) -> Script:
    """Find out what the labels of a text mean; without "Q:" there is no "A:"."""
    keys = Counter(part.key for part in parts if part.key)
    if "q" not in keys:
        parts = [part._replace(label=None, key="") if part.key == "a" else part for part in parts]
    names = list(names_in(text, parts))
    initials = initials_of(text, parts, keys, names)
    speakers = frozenset(_speakers(text, parts, keys)) - initials.keys()
    askers = _askers(parts, keys)
    if not askers and not any(part.label or part.asks for part in parts):
        return Script(parts, speakers, initials, None, askers)
    asked = interviewee(text, names)
    if not _is_conversation(parts, mixed=bool(speakers or "q" in keys)):
        return Script(parts, speakers, initials, asked, askers)
    return Script(parts, speakers, initials, asked, askers | {""})


def _askers(parts: Sequence[Part], keys: Counter[str]) -> frozenset[str]:
    """Return the label of the one who asks, where the answers have none: "q", or the only label of a text."""
    only = {"q"} if "q" in keys and "a" not in keys else set(keys) if len(keys) == 1 else set()
    asking = sum(part.asks for part in parts if part.key in only)
    return frozenset(only) if asking >= FEWEST and asking == sum(keys[key] for key in only) else frozenset()


def _is_conversation(parts: Sequence[Part], *, mixed: bool) -> bool:
    """Return whether questions that stand by themselves ask somebody, who answers: by "you", and "I" or "we".

    One is enough where other questions have labels (`mixed`).
    """
    asking = [at for at, part in enumerate(parts) if at and asks_bare(part)]
    answers = [parts[at + 1] for at in asking if at + 1 < len(parts)]
    you = any(SECOND_PERSON.search(parts[at].words) for at in asking)
    of_readers = sum(FIRST_PERSON.search(parts[at].words) is not None for at in asking) * 2 > len(asking)
    own = any(FIRST_PERSON.search(part.own_words) for part in answers)
    return (mixed or len(asking) >= FEWEST) and you and own and not of_readers


def _speakers(text: str, parts: Sequence[Part], keys: Counter[str]) -> Iterator[str]:
    """Return the keys of labels that name somebody, who speaks twice, or beside a question."""
    written_of = {word[1].lower() for word in CAPITALISED.finditer(text)} - word_list("times")
    labelled = [part for part in parts if part.label]
    timed = {part.key for part in labelled if part.label and _is_timed(text, part.label)}
    numbered = {part.key for part in labelled if part.label and _is_numbered(part.label.name.of(text).split())}
    first = next((at for at, part in enumerate(parts) if part.label), len(parts))
    plain = timed or len(numbered) >= FEWEST
    if not plain and not any(part.asks or ADDRESSED.search(part.words) for part in parts[first:]):
        return
    beside, several = set(_beside_questions(labelled)), _of_several(text, labelled)
    for part in labelled:
        label = part.label
        if label is None or label.letter:
            continue
        among = part.key in timed and (len(timed) >= FEWEST or max(keys.values()) >= FEWEST)
        known = among or _is_unnamed(label.name.of(text).split())
        noted = label.name.of(text).isupper() and known
        often = keys[part.key] >= FEWEST or part.key in beside or part.key[-1:].isdigit() or noted
        if often and part.key not in several and _names_somebody(text, label, written_of):
            yield part.key


def _of_several(text: str, labelled: Sequence[Part]) -> frozenset[str]:
    """Return the keys that things share rather than persons: "Upper Mill:" and "Lower Mill:"."""
    firsts: dict[str, set[str]] = {}
    for part in labelled:
        words = part.label.name.of(text).split() if part.label else []
        if len(words) > 1 and not in_lists(words[0].title(), NAME_LISTS):
            firsts.setdefault(part.key, set()).add(words[0].lower())
    return frozenset(key for key, words in firsts.items() if len(words) > 1)


def _beside_questions(labelled: Sequence[Part]) -> Iterator[str]:
    """Return the keys of those who ask another one, and of those who answer, up to the next question."""
    asker = ""
    for part, following in pairwise([*labelled, None]):
        if part is not None and part.asks:
            asker = part.key
            if following is not None and following.key != asker:
                yield asker
        elif part is not None and asker and part.key != asker:
            yield part.key


def _names_somebody(text: str, label: SpeakerLabel, written_of: AbstractSet[str]) -> bool:
    words = label.name.of(text).split()
    if label.name.of(text).lower() in word_list("box_labels") | word_list("notice_labels") | word_list(
        "times"
    ):
        return False
    if _is_unnamed(words) or _is_timed(text, label):
        return True
    spelled = [word.title() if word.isupper() else word for word in words]
    titled = len(words) > 1 and (in_lists(spelled[0], NAME_LISTS) or bool(label.role))
    return titled or words[-1].lower() in written_of or in_lists(spelled[-1], ("media_names",))


def _is_timed(text: str, label: SpeakerLabel) -> bool:
    """Return whether a label stands behind the time at which somebody begins to speak."""
    before = text[max(0, label.span.start - TIME_LETTERS) : label.name.start]
    return TIMED.search(before) is not None


def _is_numbered(words: Sequence[str]) -> bool:
    """Return whether a label is a speaker's number: "Speaker 2"."""
    return words[-1].isdigit() and _is_unnamed(words)


def _is_unnamed(words: Sequence[str]) -> bool:
    """Return whether a label is what transcripts call a speaker without a name."""
    plain = [word.lower() for word in words if not word.isdigit()]
    return plain[-1:] != [] and plain[-1] in UNNAMED and (len(plain) == 1 or plain[0] in UNKNOWN)
