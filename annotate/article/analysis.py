"""What stands in each block: its claims and skips in order, each with source and suggested label.

Every sentence is parsed once; claims, attributions and suggestions are read from the same parse.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from annotate.article.attribution import (
    Attributed,
    Cast,
    attributions_with_names,
    signed_by,
    speakers_of,
    turns_of,
)
from annotate.article.claims import asserts, claims_of, has_predicate
from annotate.article.nlp import Parsed, covers, parse, quotations, split_sentences, subject_of, trimmed
from annotate.article.reading import caption_credit, filed_from
from annotate.article.suggest import Part, suggest
from annotate.model import Attribution, Block, SkipKind, Span, Suggestion

#: The share of a claim that source, cue and content must fill before its label follows from them.
CARRIED_SHARE = 0.5
#: What takes up in a sentence of its own what somebody has just spoken of.
TAKES_UP = frozenset({"he", "she", "it", "they"})
#: How a reason begins that goes on with what somebody said.
GIVES_REASON = re.compile(r"because\b", re.IGNORECASE)

#: Quotations or turns of an interview, each with who speaks in it.
Speakers = Sequence[tuple[Span, Attributed]]


@dataclass(frozen=True)
class Piece:
    """One piece of a block: a claim, or, where `skip` is set, a stretch that holds none."""

    span: Span
    skip: SkipKind | None
    attribution: Attribution | None = None
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class Sentence:
    """A parsed sentence with the attributions in it."""

    parsed: Parsed
    attributed: list[Attributed]

    @property
    def span(self) -> Span:
        """Its stretch of the text."""
        return self.parsed.span


def analyse(text: str, blocks: Sequence[Block]) -> list[list[Piece]]:
    """Return the pieces of each block, in order.

    Together the pieces of a block hold each of its characters that is no white space exactly once.
    """
    stated = [_without_credits(text, block) for block in blocks]
    sentences = [[s.shift(span.start) for s in split_sentences(span.of(text))] for span, _ in stated]
    parsed = parse(text, [sentence for group in sentences for sentence in group])
    pieces: list[list[Piece]] = []
    speaker: Attributed | None = None
    following, cast, speakers = next(parsed, None), Cast(), speakers_of(text)
    for block, (span, credits) in zip(blocks, stated, strict=True):
        group: list[Sentence] = []
        while following is not None and following.span.end <= span.end:
            group.append(Sentence(following, list(attributions_with_names(following, cast))))
            following = next(parsed, None)
        turns = turns_of(text, block.span, speakers)
        own = _with_suggestions(_pieces(text, block, group, speaker, turns))
        own += [Piece(credit, "credit") for credit in credits]
        pieces.append(sorted(own, key=lambda piece: piece.span.start))
        speaker = _last_speaker(group)
    return pieces


def _without_credits(text: str, block: Block) -> tuple[Span, list[Span]]:
    """Return what a block states, and the credits beside it: behind a caption, or before a report."""
    words, before, behind = block.span.of(text), None, None
    if block.kind == "caption":
        behind = caption_credit(words)
    elif block.kind == "body":
        before = filed_from(words)
    start, end = before.end if before else 0, behind.start if behind else len(words)
    credits = (each and trimmed(text, each.shift(block.start)) for each in (before, behind))
    return Span(start, end).shift(block.start), [each for each in credits if each]


def _with_suggestions(pieces: Iterable[tuple[Piece, Part | None]]) -> list[Piece]:
    """Suggest labels for the claims of a block, all at once."""
    given = list(pieces)
    suggestions = iter(suggest([part for _, part in given if part]))
    return [replace(piece, suggestion=next(suggestions)) if part else piece for piece, part in given]


def _last_speaker(group: Sequence[Sentence]) -> Attributed | None:
    """Return who spoke in the last sentence of a block: a quotation in the next block may be theirs."""
    strong = [each for each in group[-1].attributed if each.strong] if group else []
    return strong[-1] if strong else None


def _pieces(
    text: str, block: Block, group: Sequence[Sentence], speaker: Attributed | None, turns: Speakers
) -> Iterator[tuple[Piece, Part | None]]:
    quoted_by = _speakers_of_quotations(text, block, group, speaker)
    speakers = deque(sorted([*turns, *quoted_by], key=lambda each: each[0].start))
    before: Sentence | None = None
    for sentence in group:
        quoted = _who_says(sentence.span, speakers)
        if quoted is None and before is not None:
            quoted = _still_reported(text, before, sentence)
        before = sentence
        bare = block.kind == "caption" and not has_predicate(sentence.parsed.doc[:])
        yield from _pieces_of_sentence(text, sentence, quoted, bare=bare)


def _still_reported(text: str, before: Sentence, sentence: Sentence) -> Attributed | None:
    """Return who goes on to be reported without a cue: "Lund said the town would pay. It would also rebuild."

    Only if both sentences say what would be, and a pronoun takes up what the first one spoke of.
    """
    root = next((token for token in sentence.parsed.doc if token.dep_ == "ROOT"), None)
    subject = None if root is None else subject_of(root)
    if root is None or subject is None or sentence.attributed or subject.lower_ not in TAKES_UP:
        return None
    if not any(child.lower_ == "would" for child in root.children) or "?" in sentence.parsed.doc.text:
        return None
    for each in before.attributed:
        content = each.attribution.content if each.attribution.source else None
        if (
            each.strong
            and each.governs
            and not each.first_person
            and content
            and " would " in content.of(text)
        ):
            return each
    return None


def _who_says(sentence: Span, speakers: deque[tuple[Span, Attributed]]) -> Attributed | None:
    """Return the speaker of the quotation around a sentence; quotations that end before it are dropped."""
    while speakers and speakers[0][0].end <= sentence.start:
        speakers.popleft()
    begun = takewhile(lambda each: each[0].start <= sentence.start + 1, speakers)
    return next((who for quotation, who in begun if covers(quotation, sentence)), None)


def _pieces_of_sentence(
    text: str, sentence: Sentence, quoted: Attributed | None, *, bare: bool
) -> Iterator[tuple[Piece, Part | None]]:
    """Return the pieces of one sentence, claims as suggesters take them too.

    `bare` is a caption that only names what it shows.
    """
    before: Attributed | None = None
    for span in claims_of(text, sentence.parsed):
        words, tokens = span.of(text), sentence.parsed.tokens_of(span)
        skip: SkipKind | None = asserts(words, sentence.span.of(text)) or ("caption" if bare else None)
        if skip is not None or tokens is None:
            yield Piece(span, skip or "mark"), None
            continue
        carrier = _inherited(quoted, span) if quoted else carrier_of(span, sentence.attributed)
        if carrier is None and before is not None and before.strong and GIVES_REASON.match(words):
            carrier = _inherited(before, span)
        before = carrier
        named = carrier.attribution if carrier is not None and carrier.strong else None
        yield Piece(span, None, named), Part(tokens, words, carrier)


def _speakers_of_quotations(
    text: str, block: Block, group: Sequence[Sentence], speaker: Attributed | None
) -> Iterator[tuple[Span, Attributed]]:
    """Return the quotations that hold whole sentences, each with who speaks in it.

    That is who is named around the quotation, in a sentence that it shares; else who spoke right before.
    """
    for quotation in [block.span] if block.kind == "quote" else quotations(text, block.span):
        before = bisect_right(group, quotation.start, key=lambda each: each.span.end)
        near = group[before : bisect_right(group, quotation.end, key=lambda each: each.span.start)]
        if any(covers(quotation, sentence.span) for sentence in near):
            named = _named_around(quotation, near) or signed_by(text, quotation)
            named = named or _last_speaker(group[max(before - 1, 0) : before])
            if named is None and quotation.start <= block.start + 1:
                named = speaker
            if named is not None:
                yield quotation, named


def _named_around(quotation: Span, group: Sequence[Sentence]) -> Attributed | None:
    for sentence in group:
        for each in sentence.attributed if sentence.span.overlaps(quotation) else ():
            cue = each.attribution.cue
            if each.strong and cue is not None and not quotation.overlaps(cue):
                return each
    return None


def _inherited(speaker: Attributed, span: Span) -> Attributed:
    """Return the attribution of a claim whose source stands outside it."""
    return replace(speaker, attribution=replace(speaker.attribution, content=span))


def carrier_of(span: Span, attributed: Sequence[Attributed]) -> Attributed | None:
    """Choose the attribution that carries a claim: the one that holds most of it, strong before weak.

    What the author says of himself is his own claim.
    """
    near = [each for each in attributed if _touches(each.attribution, span) and not each.first_person]
    best = max(near, key=lambda each: (each.strong, _filled(each.attribution, span)), default=None)
    if best is None:
        return None
    best = _nearest_to_claim(best, near, span)
    cue = best.attribution.cue
    if cue is not None and not cue.overlaps(span):
        return _inherited(best, span)
    aside = best.within is not None and span.start < best.within
    enough = not aside and _filled(best.attribution, span) >= CARRIED_SHARE * span.length
    return best if best.governs or enough else replace(best, strong=False)


def _nearest_to_claim(best: Attributed, near: Sequence[Attributed], span: Span) -> Attributed:
    """Return the end of the chain that begins with an attribution; it governs what that one governs.

    "Reuters reported that Lund said …" is Lund's.
    """
    last, links = best, -1
    for each in near:
        chain, cue = each.attribution.through, each.attribution.cue
        passed_on = (
            best.attribution.source in chain and each.strong and cue is not None and cue.overlaps(span)
        )
        if passed_on and len(chain) > links:
            last, links = each, len(chain)
    return replace(last, governs=best.governs or last.governs, within=best.within)


def _touches(attribution: Attribution, span: Span) -> bool:
    """Return whether the cue stands in a claim, or the claim begins within the content."""
    cue, content = attribution.cue, attribution.content
    begins_within = content is not None and content.start <= span.start < content.end
    return begins_within or (cue is not None and cue.overlaps(span))


def _filled(attribution: Attribution, span: Span) -> int:
    """Count the characters of a claim that source, cue and content fill."""
    pieces = (attribution.source, attribution.cue, attribution.content)
    return sum(piece.common(span) for piece in pieces if piece is not None)
