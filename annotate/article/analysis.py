"""What stands in each block: its claims and skips in order, each with source and suggested label.

Every sentence is parsed once; claims, attributions and suggestions are read from the same parse.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from spacy.tokens import Token

from annotate.article.asides import Stated, dialogue_speaker, is_tag, stated_in
from annotate.article.attribution import (
    Attributed,
    Cast,
    attributions_with_names,
    turns_of,
)
from annotate.article.claims import (
    asks_reader,
    asserts,
    claims_of,
    has_clause,
    has_predicate,
    is_imperative,
    is_silent,
    leads_into,
)
from annotate.article.foreign_cues import attributions_abroad, without_foreign
from annotate.article.inheritance import carried_on, resumes_statement, still_said
from annotate.article.nlp import (
    ENGLISH,
    language_of_sentence,
    marker_of,
    parse,
    split_sentences,
    with_plain_marks,
    with_small_letters,
)
from annotate.article.reading import is_notice_sentence, is_verdict
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
from annotate.article.suggest import Ahead, Part, in_context
from annotate.model import Attribution, Block, SkipKind, Span, Suggestion

#: The share of a claim that source, cue and content must fill before its label follows from them.
CARRIED_SHARE = 0.5
#: How a reason begins that goes on with what somebody said.
GIVES_REASON = re.compile(r"(?:because|since)\b", re.IGNORECASE)
#: How a claim begins that goes on with what somebody said would be.
WOULD_TOO = re.compile(r"(?:and|but|or|or else|otherwise)\s+(?:\S+\s+){1,4}would\b", re.IGNORECASE)
#: What somebody says before, that "would" goes on with.
AHEAD = re.compile(r"\b(?:would|must|should|could|have to|had to)\b")

#: Whose words a sentence is: the author's, a speaker's in an interview, or those of a quotation.
Voice = Literal["author", "turn", "quoted"]


class Voices(NamedTuple):
    """Who speaks in a paragraph: in the turns and quotations around it, and on in each of its sentences."""

    turns: Speakers
    quoted: Speakers
    carried: Sequence[Attributed | None]


@dataclass(frozen=True)
class Piece:
    """One piece of a block: a claim, or, where `skip` is set, a stretch that holds none."""

    span: Span
    skip: SkipKind | None
    attribution: Attribution | None = None
    suggestion: Suggestion | None = None
    language: str = ENGLISH


def analyse(
    text: str, blocks: Sequence[Block], languages: Sequence[str] = (), *, among: Sequence[Block] = ()
) -> list[list[Piece]]:
    """Return the pieces of each block, in order; `languages` are those of most sentences in each, or English.

    `among` are all blocks of the article, if there are more.

    Together the pieces of a block hold each of its characters that is no white space exactly once.
    """
    pieces: list[list[Piece]] = []
    before, report = None, None
    ahead = Ahead()
    labels, turns = turns_of(text, among or blocks)
    stated = [stated_in(text, block, _within(labels, block.span)) for block in blocks]
    beside, lead = iter(stated), None
    around = languages or [ENGLISH] * len(blocks)
    for run in runs_of(text, _paragraphs(text, blocks, stated, around)):
        for paragraph, quoted in zip(run, quoted_by(text, run, before), strict=True):
            lead = lead if paragraph.block.kind == "list_item" else paragraph
            said = dialogue_speaker(text, paragraph.block, paragraph.sentences)
            carried, report = carried_on(text, paragraph, report)
            voices = Voices([said] if said else turns, quoted, carried)
            own = _noted(_pieces(text, paragraph, voices, lead), ahead)
            own += [Piece(*aside) for aside in next(beside).asides]
            own += [Piece(credit, "credit") for credit in paragraph.signature]
            pieces.append(sorted(own, key=lambda piece: piece.span.start))
        before = run[-1]
    return _with_suggestions(pieces, ahead)


def _within(spans: Sequence[Span], block: Span) -> Sequence[Span]:
    """Return those of the spans, which are in order, that begin in a block."""
    starts = (bisect_left(spans, at, key=lambda span: span.start) for at in block)
    return spans[slice(*starts)]


def _paragraphs(
    text: str, blocks: Sequence[Block], stated: Sequence[Stated], around: Sequence[str]
) -> Iterator[Paragraph]:
    """Return the blocks as paragraphs with their sentences, the text parsed once in order."""
    bare = [paragraph_of(text, block, each.hull) for block, each in zip(blocks, stated, strict=True)]
    quotations = [span for each in bare for span in each.quoted.closed]
    readable = without_foreign(with_plain_marks(text, quotations), quotations)
    readable = with_small_letters(readable, [each.stated for each in bare])
    sentences = [
        sentence.shift(start)
        for paragraph, each in zip(bare, stated, strict=True)
        for start, end in each.stretches
        for sentence in split_sentences(text[start : min(end, paragraph.stated.end)])
    ]
    parsed = parse(readable, sentences)
    following, cast = next(parsed, None), Cast()
    for paragraph, prevailing in zip(bare, around, strict=True):
        while following is not None and following.span.end <= paragraph.stated.end:
            language = language_of_sentence(following.span.of(text), around=prevailing)
            if language == ENGLISH:
                attributed = beside_marks(
                    text,
                    paragraph.quoted,
                    following,
                    attributions_with_names(following, cast, paragraph.quoted.closed),
                )
            else:
                attributed = attributions_abroad(text, following.span)
            paragraph.sentences.append(Sentence(following, attributed, language))
            following = next(parsed, None)
        yield paragraph


def _noted(pieces: Iterable[tuple[Piece, Part | None]], ahead: Ahead) -> list[Piece]:
    """Return the pieces of a block; labels for its claims are suggested meanwhile."""
    noted = []
    for piece, part in pieces:
        if part is not None:
            ahead.add(piece.span, part)
        noted.append(piece)
    return noted


def _with_suggestions(pieces: Iterable[Sequence[Piece]], ahead: Ahead) -> list[list[Piece]]:
    suggestions = in_context(ahead.suggestions())
    return [[replace(each, suggestion=suggestions.get(each.span)) for each in group] for group in pieces]


def _pieces(
    text: str, paragraph: Paragraph, voices: Voices, lead: Paragraph | None
) -> Iterator[tuple[Piece, Part | None]]:
    for sentence, goes_on in zip(paragraph.sentences, voices.carried, strict=True):
        in_turn = who_says(text, sentence.span, voices.turns)
        in_quotation = who_says(text, sentence.span, voices.quoted)
        if sentence.language != ENGLISH:
            yield _abroad(text, sentence, in_turn or in_quotation)
            continue
        spoken = in_turn or (goes_on if in_quotation is None else None)
        voice: Voice = "turn" if in_turn else "author" if in_quotation is None else "quoted"
        silent = _silent(text, paragraph, sentence, lead, voice)
        yield from _pieces_of_sentence(text, sentence, spoken, voices.quoted, silent=silent)


def _abroad(text: str, sentence: Sentence, speaker: Attributed | None) -> tuple[Piece, Part | None]:
    """Return a sentence in another language, whole; what is suggested follows from its speaker alone."""
    span, language = sentence.span, sentence.language
    carrier = _inherited(speaker, span) if speaker else carrier_of(span, sentence.attributed)
    skip = is_silent(span.of(text))
    if skip is not None or carrier is None or not carrier.strong:
        return Piece(span, skip, language=language), None
    part = Part(sentence.parsed.doc[:], span.of(text), carrier)
    return Piece(span, None, carrier.attribution, language=language), part


def _silent(
    text: str, paragraph: Paragraph, sentence: Sentence, lead: Paragraph | None, voice: Voice
) -> SkipKind | None:
    """Return why a whole sentence asserts nothing, whatever its parts are."""
    words = sentence.parsed.doc[:]
    if paragraph.block.kind == "caption":
        return None if has_predicate(words) else "caption"
    if paragraph.block.kind == "list_item" and voice == "author" and not has_clause(words):
        opens = lead is not None and lead.sentences and leads_into(lead.sentences[-1].parsed.doc[:])
        return None if opens or sentence.attributed else "fragment"
    if voice == "quoted" or (voice == "author" and any(each.strong for each in sentence.attributed)):
        return None
    asks = is_imperative(words) if voice == "turn" else asks_reader(words)
    said = sentence.span.of(text)
    if asks or is_notice_sentence(said):
        return "boilerplate"
    if is_tag(said) or ((said.endswith(":") or is_verdict(said)) and not has_clause(words)):
        return "text_about_text" if said.endswith(":") else "fragment"
    # The parser finds no verbs where all is in capitals.
    spoken = voice == "turn" and not said.isupper()
    return "fragment" if spoken and not has_clause(words) else None


def _pieces_of_sentence(
    text: str, sentence: Sentence, spoken: Attributed | None, quoted: Speakers, *, silent: SkipKind | None
) -> Iterator[tuple[Piece, Part | None]]:
    """Return the pieces of one sentence, claims as suggesters take them too.

    `spoken` is whose all of it is, `quoted` are the quotations around it; `silent` is why it asserts nothing.
    """
    before: Attributed | None = None
    end = sentence.span.start
    for span in claims_of(text, sentence.parsed):
        words, tokens = span.of(text), sentence.parsed.tokens_of(span)
        in_quotation = who_says(text, span, quoted)
        skip: SkipKind | None = asserts(words, sentence.span.of(text)) or silent
        if skip == "text_about_text" and in_quotation and not words.endswith(":"):
            skip = None  # "We will look at the wall" is what somebody says of his deeds
        if skip is not None or tokens is None:
            yield Piece(span, skip or "mark"), None
            continue
        carrier = _carrier(text, span, sentence, spoken, quoted)
        silent_or_weak = carrier is None or not (carrier.strong or carrier.first_person)
        if silent_or_weak and before is not None and before.strong:
            apart = text[end - 1] == ";" and still_said(sentence.parsed, tokens, before)
            resumed = text[end - 1] == "," and resumes_statement(text, tokens, before)
            goes_on = apart or resumed or _adds(text, before, words)
            carrier = _inherited(before, span) if goes_on else carrier
        before, end = carrier, span.end
        named = carrier.attribution if carrier is not None and carrier.strong else None
        yield Piece(span, None, named), Part(tokens, words, carrier)


def _carrier(
    text: str, span: Span, sentence: Sentence, spoken: Attributed | None, speakers: Speakers
) -> Attributed | None:
    """Return who carries a claim: who speaks in its turn or quotation, or who is named beside it."""
    if spoken is not None:
        return _in_turn(text, span, sentence, spoken)
    quoted = who_says(text, span, speakers)
    if quoted is not None:
        return _inherited(quoted, span)
    return carrier_of(span, sentence.attributed) or _most_quoted(span, speakers)


def _most_quoted(span: Span, speakers: Speakers) -> Attributed | None:
    """Return whose quotation most of a claim is: "Kell had harsh words for them: “They sold us.”"."""
    first = bisect_left(speakers, span.start, key=lambda each: each[0].end)
    inside = [each for each in speakers[first : first + 1] if each[0].start >= span.start]
    return next((who for each, who in inside if each.common(span) >= CARRIED_SHARE * span.length), None)


def _in_turn(text: str, span: Span, sentence: Sentence, speaker: Attributed) -> Attributed:
    """Return who carries a claim of a speaker: in an interview whom the speaker cites, through him."""
    cue, own = speaker.attribution.cue, None
    if cue is None or not text[cue.start].isalnum():
        own = carrier_of(span, [_of_other(sentence, each) for each in sentence.attributed])
    if own is None or not own.strong or own.attribution.source is None or speaker.attribution.source is None:
        return _inherited(speaker, span)
    through = (speaker.attribution.source, *own.attribution.through)
    return replace(own, attribution=replace(own.attribution, through=through))


def _of_other(sentence: Sentence, each: Attributed) -> Attributed:
    """Take what "you wrote" in a turn for the words of the one who is spoken to, not of the speaker."""
    cue = each.attribution.cue
    if each.pronoun != "you" or cue is None:
        return each
    at = cue.start - sentence.span.start
    verb = next((token for token in sentence.parsed.doc if token.idx == at), None)
    uttered = verb is not None and _is_past(verb) and marker_of(verb) == ""
    return replace(each, first_person=False) if uttered else each


def _is_past(verb: Token) -> bool:
    """Return whether a verb tells of what has happened: "wrote", "have written"."""
    return verb.tag_ == "VBD" or any(c.lemma_ == "have" and c.dep_ == "aux" for c in verb.lefts)


def _adds(text: str, before: Attributed, words: str) -> bool:
    """Return whether a claim goes on with what somebody said: with a reason, or with what would be too."""
    content = before.attribution.content
    would = content is not None and AHEAD.search(text, *content) is not None
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
    best = _nearest_to_claim(_named_instead(best, near, span), near, span)
    cue = best.attribution.cue
    if cue is not None and not cue.overlaps(span):
        return _inherited(best, span)
    content = best.attribution.content
    ahead = content is not None and content.start >= span.end  # "Lund was blunt:" is what the author says
    beside = best.within is not None and span.start < best.within
    enough = not (ahead or beside) and _filled(best, span) >= CARRIED_SHARE * span.length
    return best if (best.governs and not beside) or enough else replace(best, strong=False)


def _nearest_to_claim(best: Attributed, near: Sequence[Attributed], span: Span) -> Attributed:
    """Return the end of the chain that begins with an attribution; it governs what that one governs.

    "Reuters reported that Lund said …" is Lund's.
    """
    last, links = best, -1
    for each in near:
        chain, cue = each.attribution.through, each.attribution.cue
        passed_on = best.attribution.source in chain and each.strong and (best.quoted or not each.quoted)
        passed_on = passed_on and cue is not None and cue.overlaps(span)
        if passed_on and len(chain) > links:
            last, links = each, len(chain)
    return replace(last, governs=best.governs or last.governs, within=best.within)


def _weight(each: Attributed, span: Span) -> tuple[bool, bool, bool, int]:
    """Return how much speaks for an attribution: that it is strong, the author's, and states and fills it."""
    cue = each.attribution.cue
    states = each.governs and cue is not None and cue.overlaps(span)
    return each.strong, not each.quoted, states, _filled(each, span)


def _named_instead(best: Attributed, near: Sequence[Attributed], span: Span) -> Attributed:
    """Return who is named beside a cue of nobody: "they have been told, according to Lund, that …"."""
    if best.attribution.source is not None:
        return best
    named = (each for each in near if each.strong and each.attribution.source is not None and not each.nested)
    enough = (each for each in named if _filled(each, span) >= CARRIED_SHARE * span.length)
    return next(enough, best)


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
