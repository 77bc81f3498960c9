"""Who speaks in the quotations of each paragraph.

The speaker of a quotation is named beside its marks, or signs it, or spoke right before it. What a paragraph
leaves open and the next one opens again is one quotation, and any of its paragraphs may name the speaker. A
paragraph set apart as a quotation, without marks of its own, has the speaker who signs it or leads to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from annotate.article.attribution import (
    Attributed,
    acting_before,
    acting_in,
    gone_on_by,
    led_in_by,
    led_out_by,
    signed_by,
    view_of,
)
from annotate.article.nlp import (
    ENGLISH,
    QUOTES,
    SUBJECTS,
    Parsed,
    Quoted,
    covers,
    is_finite,
    kind_of_mark,
    quoted_in,
    signature_at_end,
    trimmed,
)
from annotate.model import Attribution, Block, Span

#: How many sentences may stand between a speaker and what he says next.
MOST_BETWEEN = 2
SOMETHING = re.compile(r"\S")
COMMA_OR_COLON = re.compile(r"\s*[,:]\s*")
#: Behind one of these stands a place or a time.
OF_PLACES = frozenset({"in", "at", "on", "near", "from", "during", "after", "since", "until", "before", "by"})
#: The head of an interview's turn within marks: "“LUND: We stay.".
LABEL = re.compile(r"\W{0,3}[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3}:\s")
#: Quotations or turns of an interview, in order, each with who speaks in it.
Speakers = Sequence[tuple[Span, Attributed]]


@dataclass(frozen=True)
class Sentence:
    """A parsed sentence with the attributions in it; in another language its parse says nothing."""

    parsed: Parsed
    attributed: list[Attributed]
    language: str = ENGLISH

    @property
    def span(self) -> Span:
        """Its stretch of the text."""
        return self.parsed.span


@dataclass(frozen=True)
class Paragraph:
    """A block as it is analysed: what it states, its marks and quotations, who signs it, and its sentences.

    `quotations` are those that it holds by itself, all of it where it is set apart without marks.
    `signature` is the stretch behind what it states in which `signed` signs it, if there is one.
    """

    block: Block
    stated: Span
    quoted: Quoted
    quotations: list[Span]
    signed: Attributed | None = None
    signature: tuple[Span, ...] = ()
    sentences: list[Sentence] = field(default_factory=list)

    @property
    def apart(self) -> bool:
        """Whether all of it is a quotation, without marks that say so."""
        return self.block.kind == "quote" and not self.quoted.closed and self.quoted.unclosed is None


def paragraph_of(text: str, block: Block, stated: Span) -> Paragraph:
    """Return a block as a paragraph without its sentences; its signature is no part of what it states."""
    whole = _unsigned(text, block, stated)
    signed = signature_at_end(text, stated)
    if signed is None:
        return whole
    dash, name = signed
    before = trimmed(text, Span(stated.start, dash.start)) or Span(stated.start, stated.start)
    marked = before.end in {span.end for span in whole.quoted.closed[-1:]}
    alone = before.length == 0 and " " in name.of(text)
    if not (marked or alone or block.kind == "quote"):
        return whole
    signature, who = Span(dash.start, stated.end), Attributed(Attribution(name, dash, None))
    return replace(_unsigned(text, block, before), signed=who, signature=(signature,))


def _unsigned(text: str, block: Block, stated: Span) -> Paragraph:
    paragraph = Paragraph(block, stated, quoted := quoted_in(text, stated), quoted.closed)
    return replace(paragraph, quotations=[stated]) if paragraph.apart else paragraph


@dataclass(frozen=True)
class Quotation:
    """A quotation, or the part of it that stands in one paragraph of a run; `place` is that paragraph's."""

    place: int
    span: Span


def runs_of(text: str, paragraphs: Iterable[Paragraph]) -> Iterator[list[Paragraph]]:
    """Return the paragraphs in runs whose quotations cannot be told apart from each other's."""
    run: list[Paragraph] = []
    for paragraph in paragraphs:
        if run and not _belong_together(text, run[-1], paragraph):
            yield run
            run = []
        run.append(paragraph)
    if run:
        yield run


def quoted_by(text: str, run: Sequence[Paragraph], before: Paragraph | None) -> list[Speakers]:
    """Return the quotations of each paragraph of a run, with who speaks; `before` stands before the run."""
    speakers: list[list[tuple[Span, Attributed]]] = [[] for _ in run]
    run = list(_with_open(text, run))
    for chain in _chains(text, run):
        head = chain[0]
        beside = speakers[head.place][-1:]
        named = next((who for each in chain if (who := _named(text, run, each))), None)
        named = named or _led_to(text, run, head, before, beside) or _led_back(run, chain[-1])
        for each in chain:
            if named is not None:
                speakers[each.place].append((each.span, named))
    return list(speakers)


def beside_marks(
    text: str, quoted: Quoted, parsed: Parsed, attributed: Iterable[Attributed]
) -> list[Attributed]:
    """Return the attributions of a sentence, strong where source and cue stand right beside quotation marks.

    Who passes on the words of another stays weak: "the paper quoted her as saying". Without any, somebody who
    acts behind a quotation and its comma has said it: "“No,” she laughed."
    """
    every = list(attributed)
    passing = {span for each in every for span in each.attribution.through}
    named = [
        replace(each, strong=True, governs=each.governs or each.within is None)
        if each.attribution.source not in passing and _is_beside(text, each, quoted.closed)
        else each
        for each in every
    ]
    at = bisect_left(quoted.closed, parsed.span.end, key=lambda span: span.end) - 1
    if any(each.strong for each in named) or at < 0 or quoted.closed[at].end <= parsed.span.start:
        return named
    quotation = quoted.closed[at]
    opens = not SOMETHING.search(text, parsed.span.start, quotation.start)
    spoken = gone_on_by(parsed, quotation.end) if opens and text[quotation.end - 2] in ",!?" else None
    return [*named, spoken] if spoken else named


def _is_beside(text: str, each: Attributed, quotations: Sequence[Span]) -> bool:
    """Return whether at most a comma or colon stands between an attribution and a quotation."""
    parts = list(_parts(each))
    if len(parts) < 2:
        return False
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    behind = bisect_left(quotations, end, key=lambda span: span.start)
    if any(COMMA_OR_COLON.fullmatch(text, end, span.start) for span in quotations[behind : behind + 1]):
        return True
    before = bisect_right(quotations, start, key=lambda span: span.end) - 1
    left = quotations[before].end if before >= 0 else 0
    return left > 1 and text[left - 2] in ",!?—" and not SOMETHING.search(text, left, start)


def who_says(text: str, part: Span, speakers: Speakers) -> Attributed | None:
    """Return the speaker of the quotation or turn around a sentence or claim."""
    at = bisect_left(speakers, part.end, key=lambda each: each[0].start)
    return speakers[at - 1][1] if at and covers(text, speakers[at - 1][0], part) else None


def _belong_together(text: str, paragraph: Paragraph, following: Paragraph) -> bool:
    return paragraph.apart or _is_signature(following) or _goes_on(text, paragraph, following)


def _is_signature(paragraph: Paragraph) -> bool:
    """Return whether a paragraph is nothing but a signature."""
    return paragraph.signed is not None and paragraph.stated.length == 0


def _goes_on(text: str, paragraph: Paragraph, following: Paragraph) -> bool:
    """Return whether a quotation that a paragraph leaves open goes on in the next one."""
    left = paragraph.quoted.unclosed
    if left is None or LABEL.match(text, following.stated.start):
        return False
    kind, further = kind_of_mark(text, left.start), following.quoted.unopened
    again = kind_of_mark(text, following.stated.start) == kind
    return again or (further is not None and kind_of_mark(text, further.end - 1) == kind)


def _chains(text: str, run: Sequence[Paragraph]) -> Iterator[list[Quotation]]:
    """Return the quotations of a run, each with its parts in order."""
    chain: list[Quotation] = []
    for place, paragraph in enumerate(run):
        goes_on = place > 0 and _is_part(text, run[place - 1], paragraph)
        for at, span in enumerate(paragraph.quotations):
            if chain and not (goes_on and at == 0):
                yield chain
                chain = []
            chain.append(Quotation(place, span))
    if chain:
        yield chain


def _with_open(text: str, run: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Return the paragraphs of a run with the quotations, too, that go on from one to the next."""
    for place, paragraph in enumerate(run):
        opened = place > 0 and _goes_on(text, run[place - 1], paragraph)
        left_open = place + 1 < len(run) and _goes_on(text, paragraph, run[place + 1])
        spans, unclosed, unopened = paragraph.quotations, paragraph.quoted.unclosed, paragraph.quoted.unopened
        if opened and unopened is not None and not any(span.start < unopened.end for span in spans[:1]):
            spans = [unopened, *spans]
        if left_open and unclosed is not None:
            spans = [*(span for span in spans if span.end <= unclosed.start), unclosed]
        yield replace(paragraph, quotations=spans)


def _is_part(text: str, before: Paragraph, paragraph: Paragraph) -> bool:
    """Return whether a paragraph goes on with a quotation of the one before it."""
    if not (before.apart and paragraph.apart):
        return _goes_on(text, before, paragraph)
    return not _parted(text, before, paragraph) and before.signed is None


def _parted(text: str, before: Paragraph, paragraph: Paragraph) -> bool:
    """Return whether something else stands between two paragraphs: a heading, a signature."""
    return any(char.isalnum() for char in text[before.block.end : paragraph.block.start])


def _named(text: str, run: Sequence[Paragraph], quotation: Quotation) -> Attributed | None:
    """Return who is named beside a quotation or signs it."""
    paragraph = run[quotation.place]
    if not paragraph.apart and (named := _named_beside(text, paragraph, quotation.span)):
        return named
    at_end = not SOMETHING.search(text, quotation.span.end, paragraph.stated.end)
    own = paragraph.signed if at_end else None
    return own or signed_by(text, quotation.span)


def _named_beside(text: str, paragraph: Paragraph, quotation: Span) -> Attributed | None:
    """Return who is named nearest to a quotation, outside all marks, in a sentence that it shares."""
    near = _around(paragraph.sentences, quotation)
    named = [each for sentence in near for each in _unquoted(paragraph, sentence) if each.attribution.cue]
    if named:
        return min(named, key=lambda each: _distance(each, quotation))
    if near and text[near[0].span.start : quotation.start].rstrip().endswith(":"):
        parsed = near[0].parsed
        return led_in_by(parsed, quotation.start) or acting_in(parsed, quotation.start)
    return None


def _around(sentences: Sequence[Sentence], quotation: Span) -> Sequence[Sentence]:
    first = bisect_right(sentences, quotation.start, key=lambda each: each.span.end)
    return sentences[first : bisect_left(sentences, quotation.end, key=lambda each: each.span.start)]


def _unquoted(paragraph: Paragraph, sentence: Sentence) -> list[Attributed]:
    """Return the utterances that the author himself reports in a sentence, of others."""
    strong = (each for each in sentence.attributed if each.strong and not each.first_person)
    return [each for each in strong if not any(_lies_in(part, paragraph.quotations) for part in _parts(each))]


def _parts(each: Attributed) -> Iterator[Span]:
    """Return where the cue and the source of an attribution stand."""
    return (part for part in (each.attribution.cue, each.attribution.source) if part is not None)


def _lies_in(part: Span, quotations: Sequence[Span]) -> bool:
    at = bisect_right(quotations, part.start, key=lambda span: span.start)
    return at > 0 and part.end <= quotations[at - 1].end


def _distance(each: Attributed, quotation: Span) -> int:
    """Return how many characters lie between a quotation and the source and cue of an attribution."""
    return min(max(part.start - quotation.end, quotation.start - part.end) for part in _parts(each))


def _led_to(
    text: str, run: Sequence[Paragraph], head: Quotation, before: Paragraph | None, beside: Speakers
) -> Attributed | None:
    """Return who spoke right before a quotation that holds a whole sentence and goes on with it."""
    paragraph = run[head.place]
    if not any(covers(text, head.span, each.span) for each in _around(paragraph.sentences, head.span)):
        return None
    if beside and not SOMETHING.search(text, beside[0][0].end, head.span.start):
        return beside[0][1]
    earlier = bisect_right(paragraph.sentences, head.span.start, key=lambda each: each.span.end)
    if earlier:
        return _last_speaker(text, paragraph, earlier) or _acting_before(text, paragraph, earlier, head.span)
    if SOMETHING.search(text, paragraph.stated.start, head.span.start):
        return None
    before = run[head.place - 1] if head.place else before
    if before is None or _parted(text, before, paragraph):
        return None
    return _speaker_before(text, before, apart=paragraph.block.kind == "quote")


def _acting_before(text: str, paragraph: Paragraph, end: int, quotation: Span) -> Attributed | None:
    """Return the only person whom the sentence before a quotation is about, which must be a statement."""
    last = paragraph.sentences[end - 1].span
    beside = bisect_left(paragraph.quotations, last.end, key=lambda each: each.start)
    if beside and paragraph.quotations[beside - 1].end > last.start:
        return None
    spoken = _around(paragraph.sentences, quotation)
    states = any(is_finite(token) for sentence in spoken for token in sentence.parsed.doc)
    who = acting_before(paragraph.sentences[end - 1].parsed) if states else None
    if who is None or (who.pronoun and end > 1):  # "she" may be either of two persons before
        return None
    return None if _names_others(text, paragraph.sentences[end - 1], who) else who


def _speaker_before(text: str, paragraph: Paragraph, *, apart: bool) -> Attributed | None:
    """Return who speaks at the end of a paragraph; to a quotation set apart it must lead, or hold marks."""
    if not paragraph.sentences or paragraph.apart:
        return None
    last = paragraph.sentences[-1]
    if led := led_in_by(last.parsed, last.span.end, known=_unquoted(paragraph, last)):
        return led
    if apart and not any(each.overlaps(last.span) for each in paragraph.quoted.closed[-1:]):
        return None
    return _last_speaker(text, paragraph, len(paragraph.sentences))


def _last_speaker(text: str, paragraph: Paragraph, end: int) -> Attributed | None:
    """Return who spoke last before a sentence, if what stands between is of the speaker alone."""
    between: list[Sentence] = []
    for sentence in reversed(paragraph.sentences[max(0, end - MOST_BETWEEN - 1) : end]):
        if speaker := _speaker_in(paragraph, sentence):
            only = not between or not _names_others(text, sentence, speaker)
            return speaker if only and all(_is_of(text, each, speaker) for each in between) else None
        between.append(sentence)
    return None


def _is_of(text: str, sentence: Sentence, speaker: Attributed) -> bool:
    """Return whether a sentence has a speaker for its subject: "He gave no date."."""
    subjects = [view_of(token) for token in sentence.parsed.doc if token.dep_ in SUBJECTS]
    name, quotes = _last_word(text, speaker), any(token.text in QUOTES for token in sentence.parsed.doc)
    return bool(subjects) and subjects[0].lower_ in {"he", "she", "his", "her", name} and not quotes


def _last_word(text: str, speaker: Attributed) -> str:
    source = speaker.attribution.named or speaker.attribution.source
    return source.of(text).split()[-1].lower() if source else ""


def _names_others(text: str, sentence: Sentence, speaker: Attributed) -> bool:
    """Return whether a sentence names somebody beside its speaker of whom the next one may speak."""
    source = speaker.attribution.source or Span(0, 0)
    for token in sentence.parsed.doc:
        named = token.pos_ == "PROPN" and token.dep_ in {*SUBJECTS, "dobj", "dative", "pobj", "poss"}
        at = Span(token.idx, token.idx + len(token)).shift(sentence.span.start)
        if named and token.head.lower_ not in OF_PLACES and not at.overlaps(source):
            return True
    return False


def _speaker_in(paragraph: Paragraph, sentence: Sentence) -> Attributed | None:
    """Return who speaks in a sentence: the last one, or the person who reports what another one said."""
    every = _unquoted(paragraph, sentence)
    named = [each for each in every if each.within is None] or every
    if not named:
        return None
    reports = named[-1].nested and named[0].governs and named[0].attribution.kind == "person"
    return named[0] if reports else named[-1]


def _led_back(run: Sequence[Paragraph], last: Quotation) -> Attributed | None:
    """Return whom the sentence behind a quotation set apart names: "That is how the report begins."."""
    following = run[last.place + 1 : last.place + 2]
    if not run[last.place].apart or not following or not following[0].sentences:
        return None
    return led_out_by(following[0].sentences[0].parsed)
