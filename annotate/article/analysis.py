"""What stands in each block: its claims and skips in order, each with source and suggested label.

Every sentence is parsed once; claims, attributions and suggestions are read from the same parse.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from annotate.article.attribution import Attributed, Cast, signed_by, speakers_of, told_in, turns_of
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


@dataclass(frozen=True)
class Found:
    """One part of a block: a claim, or, where `skip` is set, a stretch that holds none."""

    span: Span
    skip: SkipKind | None
    attribution: Attribution | None
    suggestion: Suggestion | None


@dataclass(frozen=True)
class Read:
    """A parsed sentence with the attributions in it."""

    parsed: Parsed
    attributed: list[Attributed]


def analyse(text: str, blocks: Sequence[Block]) -> list[list[Found]]:
    """Return the parts of each block, in order.

    Together the parts of a block hold each of its characters that is no white space exactly once.
    """
    stated = [_without_credits(text, block) for block in blocks]
    sentences = [[s.shift(span.start) for s in split_sentences(span.of(text))] for span, _ in stated]
    parsed = parse(text, [sentence for group in sentences for sentence in group])
    found: list[list[Found]] = []
    speaker: Attributed | None = None
    waiting, cast, speakers = next(parsed, None), Cast(), speakers_of(text)
    for block, (span, credits) in zip(blocks, stated, strict=True):
        group: list[Read] = []
        while waiting is not None and waiting.span.end <= span.end:
            group.append(Read(waiting, list(told_in(waiting, cast))))
            waiting = next(parsed, None)
        turns = turns_of(text, block.span, speakers)
        parts = list(_parts(text, block, group, speaker, turns))
        parts += [Found(credit, "credit", None, None) for credit in credits]
        found.append(sorted(parts, key=lambda part: part.span.start))
        speaker = _last_speaker(group)
    return found


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


def _last_speaker(group: Sequence[Read]) -> Attributed | None:
    """Return who spoke in the last sentence of a block: a quotation in the next block may be theirs."""
    strong = [each for each in group[-1].attributed if each.strong] if group else []
    return strong[-1] if strong else None


def _parts(
    text: str,
    block: Block,
    group: Sequence[Read],
    speaker: Attributed | None,
    turns: Sequence[tuple[Span, Attributed]],
) -> Iterator[Found]:
    quoted_by = _speakers_of_quotations(text, block, group, speaker)
    speakers = deque(sorted([*turns, *quoted_by], key=lambda told: told[0].start))
    before: Read | None = None
    for read in group:
        quoted = _who_says(read.parsed.span, speakers)
        if quoted is None and before is not None:
            quoted = _still_telling(text, before, read)
        before = read
        bare = block.kind == "caption" and not has_predicate(read.parsed.doc[:])
        yield from _parts_of_sentence(text, read, quoted, bare=bare)


def _still_telling(text: str, before: Read, read: Read) -> Attributed | None:
    """Return who goes on to be reported without a cue: "Lund said the town would pay. It would also rebuild."

    Only where both sentences tell what would be, and a pronoun takes up what the first one spoke of.
    """
    root = next((token for token in read.parsed.doc if token.dep_ == "ROOT"), None)
    subject = None if root is None else subject_of(root)
    if root is None or subject is None or read.attributed or subject.lower_ not in TAKES_UP:
        return None
    if not any(child.lower_ == "would" for child in root.children) or "?" in read.parsed.doc.text:
        return None
    told = [each for each in before.attributed if each.strong and each.governs and not each.first_person]
    return next((each for each in told if _told_of_what_would_be(text, each.attribution)), None)


def _told_of_what_would_be(text: str, attribution: Attribution) -> bool:
    content = attribution.content
    return attribution.source is not None and content is not None and " would " in content.of(text)


def _who_says(sentence: Span, speakers: deque[tuple[Span, Attributed]]) -> Attributed | None:
    """Return the speaker of the quotation around a sentence; quotations that end before it are dropped."""
    while speakers and speakers[0][0].end <= sentence.start:
        speakers.popleft()
    begun = takewhile(lambda each: each[0].start <= sentence.start + 1, speakers)
    return next((who for quotation, who in begun if covers(quotation, sentence)), None)


def _parts_of_sentence(text: str, read: Read, quoted: Attributed | None, *, bare: bool) -> Iterator[Found]:
    """Return the claims and skips of one sentence; `bare` is a caption that only names what it shows."""
    before: Attributed | None = None
    for span in claims_of(text, read.parsed):
        words, tokens = span.of(text), read.parsed.tokens_of(span)
        skip: SkipKind | None = asserts(words, read.parsed.span.of(text)) or ("caption" if bare else None)
        if skip is not None or tokens is None:
            yield Found(span, skip or "mark", None, None)
            continue
        if quoted is not None:
            carried: Attributed | None = _inherited(quoted, span)
        else:
            carried = carrier_of(span, read.attributed)
        if carried is None and before is not None and before.strong and GIVES_REASON.match(words):
            carried = _inherited(before, span)
        before = carried
        named = carried.attribution if carried is not None and carried.strong else None
        yield Found(span, None, named, suggest(Part(tokens, words, carried)))


def _speakers_of_quotations(
    text: str, block: Block, group: Sequence[Read], speaker: Attributed | None
) -> list[tuple[Span, Attributed]]:
    """Return the quotations that hold whole sentences, each with who speaks in it.

    That is who is named around the quotation, in a sentence that it shares; else who spoke right before.
    """
    spans = [block.span] if block.kind == "quote" else quotations(text, block.span)
    found: list[tuple[Span, Attributed]] = []
    for quotation in spans:
        before = bisect_right(group, quotation.start, key=_end)
        near = group[before : bisect_right(group, quotation.end, key=_start)]
        if not any(covers(quotation, read.parsed.span) for read in near):
            continue
        named = _named_around(quotation, near) or signed_by(text, quotation)
        named = named or _last_speaker(group[max(before - 1, 0) : before])
        if named is None and quotation.start <= block.start + 1:
            named = speaker
        if named is not None:
            found.append((quotation, named))
    return found


def _named_around(quotation: Span, group: Sequence[Read]) -> Attributed | None:
    for read in group:
        if read.parsed.span.overlaps(quotation):
            for each in read.attributed:
                cue = each.attribution.cue
                if each.strong and cue is not None and not quotation.overlaps(cue):
                    return each
    return None


def _start(read: Read) -> int:
    return read.parsed.span.start


def _end(read: Read) -> int:
    return read.parsed.span.end


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
    if best.governs:
        return best
    aside = best.within is not None and span.start < best.within
    enough = not aside and _filled(best.attribution, span) >= CARRIED_SHARE * (span.end - span.start)
    return best if enough else replace(best, strong=False)


def _nearest_to_claim(best: Attributed, near: Sequence[Attributed], span: Span) -> Attributed:
    """Return the end of the chain that begins with an attribution; it governs what that one governs.

    "Reuters reported that Lund said …" is Lund's.
    """
    passed_on = [
        each
        for each in near
        if best.attribution.source in each.attribution.through
        and each.strong
        and each.attribution.cue is not None
        and each.attribution.cue.overlaps(span)
    ]
    last = max(passed_on, key=lambda each: len(each.attribution.through), default=best)
    return replace(last, governs=best.governs, within=best.within)


def _touches(attribution: Attribution, span: Span) -> bool:
    """Return whether the cue stands in a claim, or the claim begins within the content."""
    if attribution.cue is not None and attribution.cue.overlaps(span):
        return True
    content = attribution.content
    return content is not None and content.start <= span.start < content.end


def _filled(attribution: Attribution, span: Span) -> int:
    """Count the characters of a claim that source, cue and content fill."""
    pieces = (attribution.source, attribution.cue, attribution.content)
    return sum(max(0, min(p.end, span.end) - max(p.start, span.start)) for p in pieces if p is not None)
