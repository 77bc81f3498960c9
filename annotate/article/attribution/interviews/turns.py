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
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotate.article.attribution.interviews.parts import BESIDE, FIRST_PERSON, Part, parts_of
from annotate.article.attribution.interviews.script import Script, script_of
from annotate.article.attribution.kinds import ORGANISATION_LISTS, in_lists
from annotate.model import Block, SourceKind, Span

#: The paper tells how somebody says it: "she says", "he laughs".
TELLS = re.compile(r"\b(?:he|she) (?:said|says|adds|added|laughs|laughed|smiles|smiled|recalls|recalled)\b")

#: The mark of a note: the paper adds something to what somebody says.
NOTE = re.compile(r"\*+\s|[†‡]")


class Turn(NamedTuple):
    """What one speaker says within one block: the words, the name, the colon behind it.

    The name is that of a label, or it stands in the introduction; `named` is where the whole name stands of
    which a label has the initials.
    """

    words: Span
    name: Span
    colon: Span | None = None
    named: Span | None = None


def interview_in(text: str, blocks: Sequence[Block]) -> tuple[list[Span], list[Turn]]:
    """Return the labels of speakers in a text and the turns, in order; both are empty without an interview.

    >>> text = "We met Tove Lund.\\nLund: I stay.\\nLund: I hope so.\\nVerdict: a\\nVerdict: b"
    >>> labels, turns = interview_in(text, [Block(*line.span(), "body") for line in re.finditer(".+", text)])
    >>> [(turn.name.of(text), turn.words.of(text)) for turn in turns]
    [('Lund', ' I stay.'), ('Lund', ' I hope so.')]
    """
    script = script_of(text, [part for block in blocks for part in parts_of(text, block)])
    known = {*script.speakers, *script.initials, "q", "a"}
    labels = [part.label.span for part in script.parts if part.label and part.key in known]
    return labels, list(_turns(text, script))


def kind_of_speaker(name: str) -> SourceKind:
    """Return whether a name is that of a medium or body ("Reuters"), or of a person."""
    listed = any(in_lists(word, ORGANISATION_LISTS) for word in name.split())
    return "organisation" if listed else "person"


def _turns(text: str, script: Script) -> Iterator[Turn]:
    asked = None if script.asked is None else Turn(script.asked, script.asked)
    speaker, key, fresh = None, "", False
    behind, last_own = _keys_behind(script), _last_in_first_person(script)
    for at, part in enumerate(script.parts):
        if script.asks(part):
            speaker, key, fresh = asked, "", True
            continue
        if part.label is not None:
            speaker, key, fresh = _speaker(script, part, asked), part.key, not part.words
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
    """Return whether the paper writes: in a note, of the speaker by name, or how "she says" it."""
    if NOTE.match(part.words):
        return True
    last = (speaker.named or speaker.name).of(text).split()[-1]
    own = part.own_words
    return TELLS.search(own) is not None or re.search(rf"\b{re.escape(last)}\b", own) is not None


def _speaker(script: Script, part: Part, asked: Turn | None) -> Turn | None:
    """Return who speaks in a part with a label; `None` where the label names nobody."""
    label = part.label
    if label is None:
        return None
    if part.key in script.initials:
        return Turn(part.span, label.name, label.colon, script.initials[part.key])
    if part.key in script.speakers:
        return Turn(part.span, label.name, label.colon)
    return asked._replace(colon=label.colon) if asked and part.key == "a" else None
