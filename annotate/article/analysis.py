"""What stands in each block: its claims and skips in order, each with source and suggested label.

Every sentence is parsed once; claims, attributions and suggestions are read from the same parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from annotate.article.attribution import (
    Attributed,
    Cast,
    attributions_with_names,
    speakers_of,
    turns_of,
)
from annotate.article.claims import asserts, claims_of, has_predicate, is_silent
from annotate.article.foreign_cues import attributions_abroad, without_foreign
from annotate.article.inheritance import carried_on
from annotate.article.nlp import (
    ENGLISH,
    language_of_sentence,
    parse,
    split_sentences,
    trimmed,
    with_plain_marks,
)
from annotate.article.reading import caption_credit, filed_from
from annotate.article.speakers import (
    Paragraph,
    Sentence,
    Speakers,
    beside_marks,
    paragraph_of,
    quoted_by,
    runs_of,
    who_says,
)
from annotate.article.suggest import Ahead, Part
from annotate.model import Attribution, Block, SkipKind, Span, Suggestion

#: The share of a claim that source, cue and content must fill before its label follows from them.
CARRIED_SHARE = 0.5
#: How a reason begins that goes on with what somebody said.
GIVES_REASON = re.compile(r"because\b", re.IGNORECASE)
#: How a claim begins that goes on with what somebody said would be.
WOULD_TOO = re.compile(r"(?:and|but|or)\s+(?:\S+\s+){1,4}would\b", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """One piece of a block: a claim, or, where `skip` is set, a stretch that holds none."""

    span: Span
    skip: SkipKind | None
    attribution: Attribution | None = None
    suggestion: Suggestion | None = None
    language: str = ENGLISH


def analyse(text: str, blocks: Sequence[Block], languages: Sequence[str] = ()) -> list[list[Piece]]:
    """Return the pieces of each block, in order; `languages` are those of most sentences in each, or English.

    Together the pieces of a block hold each of its characters that is no white space exactly once.
    """
    pieces: list[list[Piece]] = []
    speakers, before, report = speakers_of(text), None, None
    ahead = Ahead()
    stated = [_without_credits(text, block) for block in blocks]
    credits = iter(stated)
    around = languages or [ENGLISH] * len(blocks)
    for run in runs_of(text, _paragraphs(text, blocks, [span for span, _ in stated], around)):
        for paragraph, quoted in zip(run, quoted_by(text, run, before), strict=True):
            turns = turns_of(text, paragraph.block.span, speakers)
            carried, report = carried_on(text, paragraph, report)
            own = _noted(_pieces(text, paragraph, turns, quoted, carried), ahead)
            own += [Piece(credit, "credit") for credit in (*next(credits)[1], *paragraph.signature)]
            pieces.append(sorted(own, key=lambda piece: piece.span.start))
        before = run[-1]
    return _with_suggestions(pieces, ahead)


def _paragraphs(
    text: str, blocks: Sequence[Block], stated: Sequence[Span], around: Sequence[str]
) -> Iterator[Paragraph]:
    """Return the blocks as paragraphs with their sentences, the text parsed once in order."""
    bare = [paragraph_of(text, *each) for each in zip(blocks, stated, strict=True)]
    quotations = [span for each in bare for span in each.quoted.closed]
    readable = without_foreign(with_plain_marks(text, quotations), quotations)
    sentences = [[s.shift(each.stated.start) for s in split_sentences(each.stated.of(text))] for each in bare]
    parsed = parse(readable, [sentence for group in sentences for sentence in group])
    following, cast = next(parsed, None), Cast()
    for paragraph, prevailing in zip(bare, around, strict=True):
        while following is not None and following.span.end <= paragraph.stated.end:
            language = language_of_sentence(following.span.of(text), around=prevailing)
            if language == ENGLISH:
                attributed = beside_marks(text, paragraph.quoted, attributions_with_names(following, cast))
            else:
                attributed = attributions_abroad(text, following.span)
            paragraph.sentences.append(Sentence(following, attributed, language))
            following = next(parsed, None)
        yield paragraph


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


def _noted(pieces: Iterable[tuple[Piece, Part | None]], ahead: Ahead) -> list[Piece]:
    """Return the pieces of a block; labels for its claims are suggested meanwhile."""
    noted = []
    for piece, part in pieces:
        if part is not None:
            ahead.add(piece.span, part)
        noted.append(piece)
    return noted


def _with_suggestions(pieces: Iterable[Sequence[Piece]], ahead: Ahead) -> list[list[Piece]]:
    suggestions = ahead.suggestions()
    return [[replace(each, suggestion=suggestions.get(each.span)) for each in group] for group in pieces]


def _pieces(
    text: str,
    paragraph: Paragraph,
    turns: Speakers,
    quoted: Speakers,
    carried: Sequence[Attributed | None],
) -> Iterator[tuple[Piece, Part | None]]:
    for sentence, goes_on in zip(paragraph.sentences, carried, strict=True):
        in_turn, in_quotation = who_says(text, sentence.span, turns), who_says(text, sentence.span, quoted)
        if sentence.language != ENGLISH:
            yield _abroad(text, sentence, in_turn or in_quotation)
            continue
        spoken = in_turn or (goes_on if in_quotation is None else None)
        bare = paragraph.block.kind == "caption" and not has_predicate(sentence.parsed.doc[:])
        yield from _pieces_of_sentence(text, sentence, spoken, quoted, bare=bare)


def _abroad(text: str, sentence: Sentence, speaker: Attributed | None) -> tuple[Piece, Part | None]:
    """Return a sentence in another language, whole; what is suggested follows from its speaker alone."""
    span, language = sentence.span, sentence.language
    carrier = _inherited(speaker, span) if speaker else carrier_of(span, sentence.attributed)
    skip = is_silent(span.of(text))
    if skip is not None or carrier is None or not carrier.strong:
        return Piece(span, skip, language=language), None
    part = Part(sentence.parsed.doc[:], span.of(text), carrier)
    return Piece(span, None, carrier.attribution, language=language), part


def _pieces_of_sentence(
    text: str, sentence: Sentence, spoken: Attributed | None, quoted: Speakers, *, bare: bool
) -> Iterator[tuple[Piece, Part | None]]:
    """Return the pieces of one sentence, claims as suggesters take them too.

    `spoken` is whose all of it is, `quoted` are the quotations around it; `bare` is a caption that only names
    what it shows.
    """
    before: Attributed | None = None
    for span in claims_of(text, sentence.parsed):
        words, tokens = span.of(text), sentence.parsed.tokens_of(span)
        skip: SkipKind | None = asserts(words, sentence.span.of(text)) or ("caption" if bare else None)
        if skip is not None or tokens is None:
            yield Piece(span, skip or "mark"), None
            continue
        speaker = spoken or who_says(text, span, quoted)
        carrier = _inherited(speaker, span) if speaker else carrier_of(span, sentence.attributed)
        if carrier is None and before is not None and before.strong and _adds(text, before, words):
            carrier = _inherited(before, span)
        before = carrier
        named = carrier.attribution if carrier is not None and carrier.strong else None
        yield Piece(span, None, named), Part(tokens, words, carrier)


def _adds(text: str, before: Attributed, words: str) -> bool:
    """Return whether a claim goes on with what somebody said: with a reason, or with what would be too."""
    content = before.attribution.content
    would = content is not None and " would " in content.of(text)
    return bool(GIVES_REASON.match(words)) or (would and bool(WOULD_TOO.match(words)))


def _inherited(speaker: Attributed, span: Span) -> Attributed:
    """Return the attribution of a claim whose source stands outside it."""
    return replace(speaker, attribution=replace(speaker.attribution, content=span))


def carrier_of(span: Span, attributed: Sequence[Attributed]) -> Attributed | None:
    """Choose the attribution that carries a claim: the one that holds most of it, strong before weak.

    What the author says of himself is his own claim.
    """
    near = [each for each in attributed if _touches(each.attribution, span) and not each.first_person]
    best = max(near, key=lambda each: _weight(each, span), default=None)
    if best is None:
        return None
    best = _nearest_to_claim(best, near, span)
    cue = best.attribution.cue
    if cue is not None and not cue.overlaps(span):
        return _inherited(best, span)
    aside = best.within is not None and span.start < best.within
    enough = not aside and _filled(best, span) >= CARRIED_SHARE * span.length
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


def _weight(each: Attributed, span: Span) -> tuple[bool, bool, int]:
    """Return how much speaks for an attribution: that it is strong, states the claim, and fills it."""
    cue = each.attribution.cue
    states = each.governs and cue is not None and cue.overlaps(span)
    return each.strong, states, _filled(each, span)


def _touches(attribution: Attribution, span: Span) -> bool:
    """Return whether the cue stands in a claim, or the claim begins within the content."""
    cue, content = attribution.cue, attribution.content
    begins_within = content is not None and content.start <= span.start < content.end
    return begins_within or (cue is not None and cue.overlaps(span))


def _filled(each: Attributed, span: Span) -> int:
    """Count the characters of a claim that source, cue and content fill; a borrowed source fills none."""
    attribution = each.attribution
    source = None if each.borrows else attribution.source
    pieces = (source, attribution.cue, attribution.content)
    return sum(piece.common(span) for piece in pieces if piece is not None)
