"""What stands in a block beside what it states: credits, labels of speakers, stage directions, a dash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from annotate.article.attribution import Attributed
from annotate.article.nlp import signature_at_end, trimmed
from annotate.article.reading import STAGE_DIRECTION, box_label, caption_credit, filed_from, is_verdict
from annotate.article.speakers import Sentence
from annotate.config import word_list
from annotate.model import Attribution, Block, SkipKind, Span

#: The dash that opens what somebody says in a dialogue, at the head of a paragraph.
DIALOGUE_DASH = re.compile(r"[—–―](?=\s*[\w\"“‘'¿¡])")
#: What may stand before a stage direction, or behind it, so that it lies in no sentence.
ENDED, BEGINS = re.compile(r"(?:^|[.!?…:\"”’)\]])\s*$"), re.compile(r"\s*(?:[A-ZÀ-Þ\d\"“‘'\[(—–-]|$)")
#: A verb and a name behind what is said, at the end of its sentence: ", answers Tove Lund."
TAGGED = re.compile(r",[”\"’]? (?P<cue>[a-z]{3,12}) (?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3})[.!]?$")
TAG_ALONE = re.compile(r"(?P<cue>[a-z]{3,12}) [A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}[.!]?")
GAP = 3  # characters
#: How a letter to a paper opens, before its first words: "Sir, – The council", "To the editor: The".
SALUTATION = re.compile(
    r"(?:(?:Dear )?(?:Sirs?|Madam|Editor)(?:(?: or |, |/)Madam)?|To the [Ee]ditor)"
    r"(?:,?\s?[–—-]{1,2}|:)(?=\s+\S)"
)
VERDICT = re.compile(r"\s*[^.!?\n]{1,60}(?:[.!](?=\s|$)|$)")


class Stated(NamedTuple):
    """The stretches of a block that state something, and those beside them, with the kind of skip each is."""

    stretches: list[Span]
    asides: list[tuple[Span, SkipKind]]

    @property
    def hull(self) -> Span:
        """The stretch from the first of what is stated to the last."""
        return Span(self.stretches[0].start, self.stretches[-1].end)


def stated_in(text: str, block: Block, labels: Sequence[Span] = ()) -> Stated:
    """Tell what a block states from what stands beside it; `labels` are those of speakers in it."""
    asides = sorted(set(_asides(text, block, labels)))
    stretches, start = [], block.start
    for aside, _ in asides:
        if aside.start > start and (stretch := trimmed(text, Span(start, aside.start))):
            stretches.append(stretch)
        start = max(start, aside.end)
    if rest := trimmed(text, Span(start, block.end)):
        stretches.append(rest)
    return Stated(stretches or [Span(block.end, block.end)], asides)


def _asides(text: str, block: Block, labels: Sequence[Span]) -> Iterator[tuple[Span, SkipKind]]:
    words, head = block.span.of(text), block.start
    if block.kind == "caption":
        if credit := caption_credit(words):
            yield credit.shift(block.start), "credit"
        return
    yield from ((label, "byline") for label in labels)
    if labels and labels[0].start == block.start:
        head = labels[0].end
    elif block.kind == "body" and (filed := filed_from(words)):
        yield filed.shift(block.start), "credit"
    elif salutation := SALUTATION.match(words):
        yield Span(*salutation.span()).shift(block.start), "mark"
    elif label := box_label(words):
        yield label.shift(block.start), "mark"
        yield from _verdict(text, Span(block.start + label.end, block.end))
    elif DIALOGUE_DASH.match(words) and signature_at_end(text, block.span) is None:
        yield Span(block.start, block.start + 1), "mark"
    for match in STAGE_DIRECTION.finditer(text, head, block.end):
        ended = ENDED.search(text[max(head, match.start() - GAP) : match.start()])
        if ended and BEGINS.match(text, match.end(), block.end):
            yield Span(*match.span()), "mark"


def _verdict(text: str, behind: Span) -> Iterator[tuple[Span, SkipKind]]:
    """Return the verdict behind a label, where it stands by itself: "VERDICT: False. The town still …"."""
    first = VERDICT.match(text, *behind)
    span = trimmed(text, Span(*first.span())) if first else None
    if span and is_verdict(span.of(text)):
        yield span, "mark"


def dialogue_speaker(
    text: str, block: Block, sentences: Sequence[Sentence]
) -> tuple[Span, Attributed] | None:
    """Return what is said in a paragraph that a dash opens, and by whom.

    "— It leaks, said Berg. It is old." is Berg's; what names him or her behind that is the paper's.
    """
    before = text[max(0, block.start - GAP) : block.start]
    if not (DIALOGUE_DASH.match(text, block.start) or re.search(r"[—–―]\s+$", before)):
        return None
    for at, sentence in enumerate(sentences):
        behind = (each for each in sentence.attributed if _stands_behind(text, sentence.span, each))
        named = next(behind, None) or _tagged(text, sentence.span)
        if named is not None:
            further = takewhile(lambda each: not _tells(each), sentences[at + 1 :])
            return Span(block.start, [sentence, *further][-1].span.end), replace(named, strong=True)
    return None


def _stands_behind(text: str, sentence: Span, each: Attributed) -> bool:
    """Return whether who says something stands behind it, or in the midst of it."""
    source, cue = each.attribution.source, each.attribution.cue
    before = text[sentence.start : min(cue.start, source.start)] if source and cue else ""
    return any(char.isalnum() for char in before) and (each.strong or each.attribution.content is not None)


def is_tag(sentence: str) -> bool:
    """Return whether a sentence only says who asked or cried what stands before it: "asked Lund."."""
    match = TAG_ALONE.fullmatch(sentence)
    return match is not None and match["cue"] in word_list("speech_tags")


def _tagged(text: str, sentence: Span) -> Attributed | None:
    """Return who is named behind a verb of saying at the end, whatever the parse: ", answers Tove Lund."."""
    match = TAGGED.search(text, *sentence)
    past = match and re.sub(r"(?<=i)es$|s$", "ed", match["cue"])
    if match is None or not {match["cue"], past} & word_list("speech_tags"):
        return None
    name, cue = Span(*match.span("name")), Span(*match.span("cue"))
    return Attributed(Attribution(name, cue, Span(sentence.start, match.start()), "person"))


def _tells(sentence: Sentence) -> bool:
    """Return whether a sentence of a dialogue is the paper's: it has a source, or tells of him or her."""
    doc = sentence.parsed.doc
    return bool(sentence.attributed) or any(word.lower_ in {"he", "she"} for word in doc[:2])
