"""The parts of a text that may be an interview: stretches of its blocks, from label to label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from annotate.article.reading import SpeakerLabel, filed_from, speaker_labels
from annotate.model import Block, Span

QUESTION_WORDS = 60
QUESTION_END = re.compile(r"[?？؟][\"'”’»)*_]*$")
FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|[Mm]e|[Uu]s|[Oo]urs|[Mm]yself)\b")
SECOND_PERSON = re.compile(r"\byou(?:rs?|rself|rselves)?\b", re.IGNORECASE)
QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
#: Kinds of blocks that stand beside a conversation and interrupt nobody.
BESIDE = frozenset({"boilerplate", "byline", "caption"})


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


def parts_of(text: str, block: Block) -> Iterator[Part]:
    """Cut a block at what may be labels of speakers."""
    labels = sorted(each for each in speaker_labels(text, block.span) if key_of(text, each))
    if labels and labels[0].span.start == block.start and filed_from(block.span.of(text)):
        labels = labels[1:]
    if not labels:
        yield Part(block, block.span, block.span.of(text).strip(), None, "")
        return
    if labels[0].span.start > block.start:
        span = Span(block.start, labels[0].span.start)
        yield Part(block, span, span.of(text).strip(), None, "")
    ends = [*(label.span.start for label in labels[1:]), block.end]
    for label, end in zip(labels, ends, strict=True):
        words = text[label.span.end : end].strip()
        yield Part(block, Span(label.span.start, end), words, label, key_of(text, label))


def key_of(text: str, label: SpeakerLabel) -> str:
    """Return what labels of one speaker share: the last word of the name, "q" or "a", "speaker 1"."""
    if label.letter:
        return label.letter.lower()
    words = label.name.of(text).split()
    named = [word for word in words if not word.isdigit()]
    if not all(word[0].isupper() for word in named):
        return ""
    return (" ".join(words) if words[-1].isdigit() else words[-1]).lower()


def asks_bare(part: Part) -> bool:
    """Return whether a part asks somebody without a label; who says "we" and not "you" asks nobody."""
    spoken = FIRST_PERSON.search(part.words) and not SECOND_PERSON.search(part.words)
    return part.label is None and part.block.kind not in BESIDE and part.asks and not spoken


def states_in_bold(part: Part) -> bool:
    """Return whether a part is a heading in full sentences, as what an interviewer states in bold type is."""
    return part.label is None and part.block.kind == "heading" and part.words[-1:] in {".", "!", "…"}
