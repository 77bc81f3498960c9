"""Who says what: sources, cues and contents, by rules over the parse of each sentence.

Each rule below reads one way of naming a source. A source is somebody, or a document, behind an utterance
that one could look for: what people are said to think or want (`configs/words/mind_verbs.txt`) has none.
Known limits: irony, sources that only the context names, and quotations without quotation marks.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from annotate.article.clauses import subject_of
from annotate.article.contents import Stretch, content_of, content_span, named_beside_quotation
from annotate.article.cues import can_speak, is_document
from annotate.article.parse import Parsed, parse
from annotate.article.quotations import quotations_by_line
from annotate.article.sentences import split_sentences
from annotate.article.sources import author_of, noun_phrase, owner_of, speaker_of
from annotate.article.utterances import cue_end, strength_of
from annotate.model import Attribution, Span
from annotate.resources import word_list

AUTHORS = frozenset({"i", "we", "you", "one", "author"})
#: A clause that begins with one of these stands beside what is reported rather than in it.
ASIDES = frozenset({"although", "though", "while", "whereas", "but"})


@dataclass(frozen=True)
class Reading:
    """One attribution in a parsed sentence, in tokens; `strong` where an utterance is named beyond doubt."""

    cue: Token
    cue_end: Token
    source: Token | None
    content: Stretch | None
    strong: bool = True


@dataclass(frozen=True)
class Attributed:
    """An attribution with its offsets in the text.

    A weak one (not `strong`) tells of an event rather than of a claim; in a `first_person` one the author
    names himself; one that `governs` carries its whole sentence. `within` is where the relative clause
    begins in which the cue stands, if it does. A `nested` one is part of what another one reports, the cue
    of a `quoted` one stands within quotation marks.
    """

    attribution: Attribution
    strong: bool
    first_person: bool
    governs: bool
    within: int | None
    nested: bool = False
    quoted: bool = False


def find_attributions(text: str) -> list[Attribution]:
    """Give the attributions that the author of `text` makes, in the order of their cues.

    What a speaker attributes in turn is part of what he says, and is left out.

    >>> text = "The road stays closed, the mayor said."
    >>> [(a.source.of(text), a.cue.of(text), a.content.of(text)) for a in find_attributions(text)]
    [('the mayor', 'said', 'The road stays closed')]
    """
    return find_in(text, parse(text, split_sentences(text)))


def find_in(text: str, sentences: Iterable[Parsed]) -> list[Attribution]:
    """Give the attributions that the author makes in a text's parsed sentences; see `find_attributions`."""
    quoted = quotations_by_line(text)
    found = [each for parsed in sentences for each in attributions_of(parsed, quoted)]
    return [each.attribution for each in found if not (each.nested or each.quoted)]


def attributions_of(parsed: Parsed, quotations: Sequence[Span] = ()) -> list[Attributed]:
    """Give the attributions that one sentence names, in the order of their cues.

    `quotations` are those of the text, in order: what a speaker attributes within one is marked as `quoted`.
    """
    found: dict[int, Reading] = {}
    for rule in RULES:
        for reading in rule(parsed.doc):
            found.setdefault(reading.cue.i, reading)
    readings = [found[at] for at in sorted(found)]
    quoted = [_is_quoted(reading.cue.idx + parsed.span.start, quotations) for reading in readings]
    own = [reading for reading, is_quoted in zip(readings, quoted, strict=True) if not is_quoted]
    return [
        _with_offsets(parsed, reading, nested=_is_nested(reading, own), quoted=is_quoted)
        for reading, is_quoted in zip(readings, quoted, strict=True)
    ]


def _is_quoted(at: int, quotations: Sequence[Span]) -> bool:
    """Tell whether a place lies within one of the quotations, which are in order."""
    before = bisect_right(quotations, at, key=lambda span: span.start)
    return before > 0 and at < quotations[before - 1].end


def _is_nested(reading: Reading, readings: Sequence[Reading]) -> bool:
    """Tell whether a reading stands in what another one reports."""
    return any(other is not reading and _reports(other, reading.cue) for other in readings)


def _reports(reading: Reading, cue: Token) -> bool:
    """Tell whether a cue stands in the content of a reading, and in no aside of the author's within it."""
    if reading.content is None or not reading.content[0] <= cue.i <= reading.content[1]:
        return False
    if cue.sent != reading.cue.sent or reading.cue in cue.subtree and reading.cue.dep_ == "conj":
        return False
    between = itertools.takewhile(lambda above: above != reading.cue, (cue, *cue.ancestors))
    return not any(_is_aside(clause) for clause in between)


def _is_aside(clause: Token) -> bool:
    return clause.dep_ == "advcl" and any(child.lower_ in ASIDES for child in clause.lefts)


def _with_offsets(parsed: Parsed, reading: Reading, *, nested: bool, quoted: bool) -> Attributed:
    doc = parsed.doc
    cue = Span(reading.cue.idx, reading.cue_end.idx + len(reading.cue_end))
    source = (
        _characters(doc, noun_phrase(reading.source, reading.cue)) if reading.source is not None else None
    )
    content = content_span(doc, reading.content) if reading.content is not None else None
    own = reading.source is not None and reading.source.lower_ in AUTHORS
    relative = next((t for t in (reading.cue, *reading.cue.ancestors) if t.dep_ == "relcl"), None)
    within = None if relative is None else parsed.span.start + doc[relative.left_edge.i].idx
    return Attributed(
        Attribution(source, cue, content).shift(parsed.span.start),
        reading.strong,
        first_person=own,
        governs=_governs(reading.cue),
        within=within,
        nested=nested,
        quoted=quoted,
    )


def _characters(doc: Doc, stretch: Stretch) -> Span:
    first, last = doc[stretch[0]], doc[stretch[1]]
    return Span(first.idx, last.idx + len(last))


def _governs(cue: Token) -> bool:
    """Tell whether a cue is the main verb of its sentence, or one co-ordinated with it."""
    while cue.dep_ == "conj":
        cue = cue.head
    return cue.dep_ == "ROOT"


# Rules: each reads one way of naming a source.


def _verbs_of_saying(doc: Doc) -> Iterator[Reading]:
    """A verb of saying with its speaker and what was said."""
    for verb in doc:
        if verb.pos_ not in {"VERB", "AUX"} or verb.dep_ in {"aux", "auxpass", "amod"}:
            continue
        source = _speaker(verb)
        strength = strength_of(verb, source)
        if strength is not None:
            yield Reading(verb, cue_end(verb), source, content_of(verb), strong=strength)


def _speaker(verb: Token) -> Token | None:
    """Give who speaks: the subject; without one of its own, the name between verb and quotation."""
    own = subject_of(verb) is not None
    return speaker_of(verb) if own else named_beside_quotation(verb) or speaker_of(verb)


def _according_to(doc: Doc) -> Iterator[Reading]:
    """ "According to X", "as per X": what follows it carries is the rest of the sentence."""
    for word in doc[:-2]:
        if word.lower_ != "according" or doc[word.i + 1].lower_ != "to":
            continue
        phrase = doc[word.i + 1]
        head = next(
            (t for t in doc[word.i + 2 :] if t.dep_ == "pobj" and t.head.i in {word.i, phrase.i}), None
        )
        if head is None:
            continue
        by = author_of(head)
        last = int(head.right_edge.i)
        start, end = word.sent.start, word.sent.end - 1
        content = (
            (last + 1, end) if last + 1 < end and word.i < start + 3 else (start, max(start, word.i - 1))
        )
        yield Reading(word, doc[by.head.i] if by is not None else phrase, by or head, content)


def _as_put_it(doc: Doc) -> Iterator[Reading]:
    """ "As X put it": the rest of the sentence is what X said."""
    for verb in doc:
        if verb.lemma_.lower() != "put" or not any(child.lower_ == "as" for child in verb.lefts):
            continue
        behind = int(verb.right_edge.i) + 1
        if (
            any(child.lower_ == "it" and child.dep_ == "dobj" for child in verb.children)
            and behind < len(doc) - 1
        ):
            yield Reading(verb, verb, speaker_of(verb), (behind, len(doc) - 1))


def _citing(doc: Doc) -> Iterator[Reading]:
    """ "citing X", "quoting X" behind a statement."""
    for verb in doc:
        if verb.lower_ in {"citing", "quoting"}:
            source = next((c for c in verb.children if c.dep_ == "dobj"), None)
            if source is not None and can_be_cited(source) and verb.dep_ in {"advcl", "prep"}:
                yield Reading(verb, verb, source, (0, max(0, verb.i - 1)))


def can_be_cited(noun: Token) -> bool:
    """Tell whether somebody or some document is cited, rather than a fact."""
    return can_speak(noun) or is_document(noun)


def _nouns_of_saying(doc: Doc) -> Iterator[Reading]:
    """ "the mayor's claim that …", "a warning from the ministry that …"."""
    for noun in doc:
        if noun.pos_ != "NOUN" or noun.lemma_.lower() not in word_list("cue_nouns"):
            continue
        clause = next((c for c in noun.children if c.dep_ in {"acl", "ccomp"} and c.i > noun.i), None)
        if clause is None or not any(c.lower_ == "that" for c in clause.children):
            continue
        content = (int(clause.left_edge.i), int(clause.right_edge.i))
        yield Reading(noun, noun, owner_of(noun) or _taken_for_noun(noun), content)


def _taken_for_noun(verb: Token) -> Token | None:
    """Give the subject of a verb that the tagger took for a noun: "Lund claims that …"."""
    if verb.dep_ != "ROOT" or verb.tag_ != "NNS":
        return None
    return next((c for c in verb.children if c.i == verb.i - 1 and c.pos_ == "PROPN"), None)


def _position_before_colon(doc: Doc) -> Iterator[Reading]:
    """ "The stance of the council has remained firm: …": behind the colon stands what the council says."""
    colon = next((t.i for t in doc[1:-1] if t.text == ":"), None)
    if colon is None:
        return
    for noun in doc[:colon]:
        if noun.lemma_.lower() in word_list("position_nouns") and _leads_to_colon(noun):
            owner = owner_of(noun)
            if owner is not None:
                yield Reading(noun, noun, owner, (colon + 1, len(doc) - 1))
                return


def _leads_to_colon(noun: Token) -> bool:
    """Tell whether a noun has its content behind the colon: "their demand is clear:", "made a demand:"."""
    if noun.dep_ in {"nsubj", "nsubjpass"}:
        return not any(child.dep_ in {"attr", "dobj", "ccomp"} for child in noun.head.children)
    return noun.dep_ in {"attr", "dobj"}


Rule = Callable[[Doc], Iterator[Reading]]
RULES: tuple[Rule, ...] = (
    _according_to,
    _as_put_it,
    _citing,
    _nouns_of_saying,
    _position_before_colon,
    _verbs_of_saying,
)
