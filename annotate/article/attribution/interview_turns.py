"""Turns of an interview: who speaks in which stretch of a text, by labels, and by questions without labels.

"Lund: We stay." names who speaks before a colon, at the head of a line. Much else stands before a colon
("Verdict:", "Monday:"), so that only the name of somebody counts: it heads two lines or stands beside a
question, and the article writes of its bearer elsewhere, or it begins with a first name or a title. Where
"A:" or nothing stands before an answer, the introduction names who is asked; a text without labels is an
interview only where questions say "you" and answers "I" or "we".

A turn goes on over further paragraphs until the next label. Behind the last one, and between two of one
speaker, the paper may speak again: there only what says "I" or "we" belongs to the turn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from annotate.article.attribution.kinds import NAME_LISTS, ORGANISATION_LISTS, in_lists
from annotate.article.reading import SpeakerLabel, speaker_labels
from annotate.config import word_list
from annotate.model import Block, SourceKind, Span

#: A word with a capital inside a sentence, or behind another one: "met Lund", "Tove Lund"; no place's name.
CAPITALISED = re.compile(
    r"(?<=[\w,;]\s)(?<!\b[Ii]n\s)(?<!\b[Aa]t\s)(?<!\b[Nn]ear\s)([A-Z][\w’'-]*\w)(?:['’]s)?\b(?!:)"
)
FEWEST = 2
ASKED_WITHIN = 120  # characters
#: What transcripts call a speaker without a name: "Speaker 1:", "HOST:", "UNIDENTIFIED WOMAN:".
UNNAMED = frozenset({
    "anchor", "announcer", "caller", "guest", "host", "interviewee", "interviewer", "man", "moderator",
    "narrator", "panelist", "panellist", "participant", "presenter", "reporter", "respondent", "speaker",
    "voice", "woman",
})  # fmt: skip
UNKNOWN = frozenset({"unidentified", "unknown", "male", "female", "first", "second"})
#: Words that open a sentence before a name and belong to none.
NO_NAMES = frozenset(
    {"the", "by", "when", "as", "for", "with", "an", "our", "interview", "exclusive", "photo", "today"}
)
QUESTION_WORDS = 60
QUESTION_END = re.compile(r"[?？؟][\"'”’»)*_]*$")
FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|[Mm]e|[Uu]s|[Oo]urs|[Mm]yself)\b")
SECOND_PERSON = re.compile(r"\byou(?:rs?|rself|rselves)?\b", re.IGNORECASE)
#: The paper tells how somebody says it: "she says", "he laughs".
TELLS = re.compile(r"\b(?:he|she) (?:said|says|adds|added|laughs|laughed|smiles|smiled|recalls|recalled)\b")
QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
#: Kinds of blocks that stand beside a conversation and interrupt nobody.
BESIDE = frozenset({"boilerplate", "byline", "caption"})
#: A name of two to four words, as an introduction writes it.
FULL_NAME = re.compile(
    r"\b[A-ZÀ-Þ][\w’'-]{1,40}"
    r"(?:\.? (?:(?:de|van|von|der|al|bin|da|la) )?[A-ZÀ-Þ][\w’'-]{0,40}\w\b(?!’s|'s)){1,3}"
)
#: How an introduction says whom the paper asked: "spoke to", "met", "an interview with".
ASKS = re.compile(
    r"\b(?:(?:spoke|speaks|speak|talked|talks|talk|sat down|sits down|caught up|catches up) (?:to|"
    r"with)|interview(?:ed|s)?(?: with)?|met|meets"
    r"|asked|asks|questions (?:to|for)|conversation with|chat with|q&a with|called|visited|visits)"
    r"\s+(?:[a-z][\w’'-]*,? ){0,8}$",
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


class Turn(NamedTuple):
    """What one speaker says within one block: the words, the name, the colon behind it.

    The name is that of a label, or it stands in the introduction; `named` is where the whole name stands of
    which a label has the initials.
    """

    words: Span
    name: Span
    colon: Span | None = None
    named: Span | None = None


class Part(NamedTuple):
    """A stretch of a block, from its beginning or a label up to the next label."""

    block: Block
    span: Span
    words: str
    label: SpeakerLabel | None
    key: str

    @property
    def asks(self) -> bool:
        """Whether it ends in a question."""
        return QUESTION_END.search(self.words) is not None and len(self.words.split()) <= QUESTION_WORDS

    @property
    def own_words(self) -> str:
        """The words outside quotation marks."""
        return QUOTED.sub(" ", self.words)


@dataclass(frozen=True)
class Script:
    """A text in parts, with what its labels mean.

    `speakers` are the keys of labels that name somebody, `initials` where names stand that labels shorten;
    `asked` is who answers, where no label says so: to the labels of `askers`, "" standing for no label.
    """

    parts: Sequence[Part]
    speakers: AbstractSet[str]
    initials: dict[str, Span]
    asked: Turn | None
    askers: AbstractSet[str]

    def asks(self, part: Part) -> bool:
        """Return whether a part is a question to the one who is asked."""
        return part.key in self.askers and (part.asks if part.label else _asks_bare(part) or _puts(part))


def interview_in(text: str, blocks: Sequence[Block]) -> tuple[list[Span], list[Turn]]:
    """Return the labels of speakers in a text and the turns, in order; both are empty without an interview.

    >>> text = "We met Tove Lund.\\nLund: I stay.\\nLund: I hope so.\\nVerdict: a\\nVerdict: b"
    >>> labels, turns = interview_in(text, [Block(*line.span(), "body") for line in re.finditer(".+", text)])
    >>> [(turn.name.of(text), turn.words.of(text)) for turn in turns]
    [('Lund', ' I stay.'), ('Lund', ' I hope so.')]
    """
    script = _script(text, [part for block in blocks for part in _parts(text, block)])
    known = {*script.speakers, *script.initials, "q", "a"}
    labels = [part.label.span for part in script.parts if part.label and part.key in known]
    return labels, list(_turns(text, script))


def kind_of_speaker(name: str) -> SourceKind:
    """Return whether a name is that of a medium or body ("Reuters"), or of a person."""
    listed = any(in_lists(word, ORGANISATION_LISTS) for word in name.split())
    return "organisation" if listed else "person"


def _turns(text: str, script: Script) -> Iterator[Turn]:
    speaker, key, fresh = None, "", False
    behind, last_own = _keys_behind(script), _last_in_first_person(script)
    for at, part in enumerate(script.parts):
        if script.asks(part):
            speaker, key, fresh = script.asked, "", True
            continue
        if part.label is not None:
            speaker, key, fresh = _speaker(script, part), part.key, not part.words
        elif part.block.kind in BESIDE:
            continue
        elif speaker is not None:
            closed = behind[at] not in ("", key) or fresh
            own = FIRST_PERSON.search(part.own_words) is not None or (not behind[at] and at <= last_own)
            stays = part.block.kind != "heading" and not _tells_of(text, part, speaker)
            speaker, fresh = speaker if stays and (closed or own) else None, False
        if speaker is not None and part.words:
            start = part.label.span.end if part.label else part.span.start
            yield speaker._replace(words=Span(start, part.span.end))


def _keys_behind(script: Script) -> list[str]:
    """Return for each part the key of the next label behind it, "?" for a question without one, else ""."""
    keys, following = [], ""
    for part in reversed(script.parts):
        keys.append(following)
        following = part.key or ("?" if script.asks(part) else following)
    return keys[::-1]


def _last_in_first_person(script: Script) -> int:
    """Return the last part in which somebody says "I" or "we"."""
    spoken = (at for at, part in enumerate(script.parts) if FIRST_PERSON.search(part.own_words))
    return max(spoken, default=-1)


def _tells_of(text: str, part: Part, speaker: Turn) -> bool:
    """Return whether the paper writes of the speaker: by name, or how "she says" it."""
    last = (speaker.named or speaker.name).of(text).split()[-1]
    own = part.own_words
    return TELLS.search(own) is not None or re.search(rf"\b{re.escape(last)}\b", own) is not None


def _speaker(script: Script, part: Part) -> Turn | None:
    """Return who speaks in a part with a label; `None` where the label names nobody."""
    label = part.label
    if label is None:
        return None
    if part.key in script.initials:
        return Turn(part.span, label.name, label.colon, script.initials[part.key])
    if part.key in script.speakers:
        return Turn(part.span, label.name, label.colon)
    return script.asked._replace(colon=label.colon) if script.asked and part.key == "a" else None


# --------------------------------------------------------------------------- what the labels mean


def _parts(text: str, block: Block) -> Iterator[Part]:
    """Cut a block at what may be labels of speakers."""
    labels = [each for each in speaker_labels(text, block.span) if _key(text, each)]
    if not labels:
        yield Part(block, block.span, block.span.of(text).strip(), None, "")
        return
    if labels[0].span.start > block.start:
        span = Span(block.start, labels[0].span.start)
        yield Part(block, span, span.of(text).strip(), None, "")
    ends = [*(label.span.start for label in labels[1:]), block.end]
    for label, end in zip(labels, ends, strict=True):
        words = text[label.span.end : end].strip()
        yield Part(block, Span(label.span.start, end), words, label, _key(text, label))


def _key(text: str, label: SpeakerLabel) -> str:
    """Return what labels of one speaker share: the last word of the name, "q" or "a", "speaker 1"."""
    if label.letter:
        return label.letter.lower()
    words = label.name.of(text).split()
    named = [word for word in words if not word.isdigit()]
    if not all(word[0].isupper() for word in named):
        return ""
    return (" ".join(words) if words[-1].isdigit() else words[-1]).lower()


def _script(text: str, parts: Sequence[Part]) -> Script:
    """Find out what the labels of a text mean; without "Q:" there is no "A:"."""
    keys = Counter(part.key for part in parts if part.key)
    if "q" not in keys:
        parts = [part._replace(label=None, key="") if part.key == "a" else part for part in parts]
    names = list(_names(text, parts))
    initials = _initials(text, keys, names)
    speakers = frozenset(_speakers(text, parts, keys)) - initials.keys()
    askers = _askers(parts, keys)
    if not askers and not any(part.label or part.asks for part in parts):
        return Script(parts, speakers, initials, None, askers)
    person = _interviewee(text, parts, names)
    asked = None if person is None else Turn(person, person)
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
    asking = [at for at, part in enumerate(parts) if at and _asks_bare(part)]
    answers = [parts[at + 1] for at in asking if at + 1 < len(parts)]
    you = any(SECOND_PERSON.search(parts[at].words) for at in asking)
    of_readers = sum(FIRST_PERSON.search(parts[at].words) is not None for at in asking) * 2 > len(asking)
    own = any(FIRST_PERSON.search(part.own_words) for part in answers)
    return (mixed or len(asking) >= FEWEST) and you and own and not of_readers


def _asks_bare(part: Part) -> bool:
    """Return whether a part asks somebody without a label; who says "we" and not "you" asks nobody."""
    spoken = FIRST_PERSON.search(part.words) and not SECOND_PERSON.search(part.words)
    return part.label is None and part.block.kind not in BESIDE and part.asks and not spoken


def _puts(part: Part) -> bool:
    """Return whether a part is a heading in full sentences, as what an interviewer states in bold type is."""
    return part.label is None and part.block.kind == "heading" and part.words[-1:] in {".", "!", "…"}


def _speakers(text: str, parts: Sequence[Part], keys: Counter[str]) -> Iterator[str]:
    """Return the keys of labels that name somebody, who speaks twice, or beside a question."""
    written_of = {word[1].lower() for word in CAPITALISED.finditer(text)} - word_list("times")
    labelled = [part for part in parts if part.label]
    beside = set(_beside_questions(labelled))
    for part in labelled:
        label = part.label
        if label is None or label.letter:
            continue
        noted = label.name.of(text).isupper() and _is_unnamed(label.name.of(text).split())
        often = keys[part.key] >= FEWEST or part.key in beside or part.key[-1:].isdigit() or noted
        if often and _names_somebody(text, label, written_of):
            yield part.key


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
    if _is_unnamed(words):
        return True
    spelled = [word.title() if word.isupper() else word for word in words]
    titled = len(words) > 1 and (in_lists(spelled[0], NAME_LISTS) or label.has_role)
    return titled or words[-1].lower() in written_of or in_lists(spelled[-1], ("media_names",))


def _is_unnamed(words: Sequence[str]) -> bool:
    """Return whether a label is what transcripts call a speaker without a name."""
    plain = [word.lower() for word in words if not word.isdigit()]
    return plain[-1:] != [] and plain[-1] in UNNAMED and (len(plain) == 1 or plain[0] in UNKNOWN)


def _names(text: str, parts: Sequence[Part]) -> Iterator[Span]:
    """Return the names of two words or more before the first label or question, and those of the byline.

    A title such as "Tove Lund: “We stay”" names somebody, and is no turn.
    """
    for part in parts:
        if (part.label and part.block.kind != "heading") or _asks_bare(part):
            return
        for match in (
            FULL_NAME.finditer(text, part.span.start, part.span.end)
            if part.block.kind != "boilerplate"
            else ()
        ):
            start = match.start()
            first = match[0].split()[0]
            if first in word_list("sentence_openers") or first.lower() in word_list("times") | NO_NAMES:
                start += len(first) + 1
            if len(text[start : match.end()].split()) > 1:
                yield Span(start, match.end())


def _initials(text: str, keys: Counter[str], names: Sequence[Span]) -> dict[str, Span]:
    """Return where the name stands that each label of initials shortens: "TL:" where Tove Lund is named."""
    found: dict[str, Span] = {}
    lasts: dict[str, set[str]] = {}
    for name in names:
        words = name.of(text).split()
        short = "".join(word[0] for word in words if word[0].isupper()).lower()
        found.setdefault(short, name)
        lasts.setdefault(short, set()).add(words[-1])
    plain = {key: key.replace(".", "") for key, times in keys.items() if times >= FEWEST}
    return {key: found[short] for key, short in plain.items() if len(lasts.get(short, ())) == 1}


def _interviewee(text: str, parts: Sequence[Part], names: Sequence[Span]) -> Span | None:
    """Return the name of the one person who is asked, as the introduction has it first; `None` in doubt."""
    authors = [part.span for part in parts if part.block.kind == "byline"]
    written = {name.of(text).split()[-1] for name in names if any(name.overlaps(each) for each in authors)}
    persons: dict[str, Span] = {}
    asked: set[str] = set()
    for name in names:
        last, before = name.of(text).split()[-1], text[max(0, name.start - ASKED_WITHIN) : name.start]
        is_asked = ASKS.search(before) is not None
        if ASKER_BEHIND.match(text, name.end):
            written.add(last)
        elif last not in written and (is_asked or last in persons or _is_person(text, name)):
            persons.setdefault(last, name)
            asked |= {last} if is_asked else set()
    chosen = asked if len(asked) == 1 else set(persons)
    return persons[next(iter(chosen))] if len(chosen) == 1 else None


def _is_person(text: str, name: Span) -> bool:
    words = name.of(text).split()
    bodies = word_list("organisation_nouns") | word_list("document_nouns")
    if any(in_lists(word, ORGANISATION_LISTS) or word.lower() in bodies for word in words):
        return False
    return (
        any(in_lists(word, NAME_LISTS) for word in words[:-1])
        or PERSON_BEHIND.match(text, name.end) is not None
    )
