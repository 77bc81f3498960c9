"""Who says what: sources, cues and contents, by rules over the parse of each sentence.

Each rule below reads one way of naming a source. A source is somebody, or a document, behind an utterance
that one could look for: what people are said to think or want (`configs/words/mind_verbs.txt`) has none.
Known limits: irony, sources that only the context names, and quotations without quotation marks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from annotate.article.attribution.chains import CITING, carriers_of, is_author, is_nested
from annotate.article.attribution.contents import characters, content_span, is_put_in
from annotate.article.attribution.coreference import Cast
from annotate.article.attribution.cues import made_to_do, on_occasion
from annotate.article.attribution.interviews import Turn, interview_in, kind_of_speaker
from annotate.article.attribution.kinds import kind_of
from annotate.article.attribution.noun_phrases import noun_phrase, whole_phrase
from annotate.article.attribution.patterns import Reading, attitudes_of, readings_of
from annotate.article.attribution.sources import issuer_of, makes_post, quoting_verb, speaks_up
from annotate.article.nlp import (
    VERBAL,
    Parsed,
    child_of,
    lines_of,
    parse,
    quotations_by_line,
    signature,
    split_sentences,
    trimmed,
)
from annotate.config import word_list
from annotate.model import Attribution, Block, Span

#: How a clause begins that is a claim of its own.
CONTRASTS = frozenset({"although", "though", "whereas", "while"})
#: What is written or spoken, beside documents.
WRITINGS = frozenset({"address", "essay", "interview", "message", "petition", "sermon", "speech"})
#: How a clause begins that tells when a thing happened.
TIMES = frozenset({"after", "before", "once", "when", "until"})
#: Verbs by which an author calls something to the reader's mind.
RECALLING = frozenset({"add", "emphasise", "emphasize", "mention", "note", "recall", "remember", "stress"})


@dataclass(frozen=True)
class Attributed:
    """An attribution with its offsets in the text.

    A weak one (not `strong`) tells of an event rather than of a claim; in a `first_person` one the author
    names himself; one that `governs` carries its whole sentence. `within` is where the relative clause
    begins in which the cue stands, if it does. A `nested` one is part of what another one reports, the cue
    of a `quoted` one stands within quotation marks. `pronoun` is the source where that is one. One that
    `borrows` has a participle as its cue and its source from another verb: "Lund left, saying no more".
    """

    attribution: Attribution
    strong: bool = True
    first_person: bool = False
    governs: bool = False
    within: int | None = None
    nested: bool = False
    quoted: bool = False
    pronoun: str = ""
    borrows: bool = False


def find_attributions(text: str) -> list[Attribution]:
    """Return the attributions that the author of `text` makes, in the order of their cues.

    What a speaker attributes in turn is part of what he says, and is left out.

    >>> text = "The road stays closed, the mayor said."
    >>> [(a.source.of(text), a.cue.of(text), a.content.of(text)) for a in find_attributions(text)]
    [('the mayor', 'said', 'The road stays closed')]
    """
    quoted, cast = quotations_by_line(text), Cast()
    sentences = parse(text, split_sentences(text))
    inside: list[Attributed] = []
    for parsed in sentences:
        inside += attributions_with_names(parsed, cast, quoted, attitudes=True)
    own = [each.attribution for each in inside if not (each.nested or each.quoted)]
    signed = [who.attribution for quotation in quoted if (who := signed_by(text, quotation))]
    labels, spoken = turns_of(text, [Block(*line, "body") for line in lines_of(text)])
    turns = sorted([*labels, *(turn for turn, _ in spoken)])
    own = [each for each in own + signed if not (each.cue and _is_quoted(each.cue.start, turns))]
    own += [who.attribution for _, who in spoken]
    return sorted(own, key=lambda each: each.cue or each.source or Span(0, 0))


def signed_by(text: str, quotation: Span) -> Attributed | None:
    """Return who signs a quotation: "“We lost.” — Tove Lund"."""
    if (signed := signature(text, quotation)) is None:
        return None
    dash, name = signed
    return Attributed(Attribution(name, dash, quotation))


def turns_of(text: str, blocks: Sequence[Block]) -> tuple[list[Span], list[tuple[Span, Attributed]]]:
    """Return the labels of an interview, and its turns, each with who speaks in it: "Lund: We stay."."""
    labels, turns = interview_in(text, blocks)
    return labels, [(turn.words, _spoken_by(text, turn)) for turn in turns]


def _spoken_by(text: str, turn: Turn) -> Attributed:
    kind = kind_of_speaker((turn.named or turn.name).of(text))
    words = trimmed(text, turn.words)
    return Attributed(Attribution(turn.name, turn.colon, words, kind, named=turn.named), governs=True)


def attributions_with_names(
    parsed: Parsed, cast: Cast, quotations: Sequence[Span] = (), *, attitudes: bool = False
) -> Iterator[Attributed]:
    """Return the attributions of the next sentence, pronouns with the names they are safe to stand for.

    `cast` holds the persons of the sentences before, and takes in those of this one.
    """
    cast.read(parsed)
    for each in attributions_of(parsed, quotations, cast.sure, attitudes=attitudes):
        source = each.attribution.source
        named = cast.named_by(each.pronoun, source.start) if source and each.pronoun else None
        yield replace(each, attribution=replace(each.attribution, named=named)) if named else each


def attributions_of(
    parsed: Parsed,
    quotations: Sequence[Span] = (),
    known: AbstractSet[str] = frozenset(),
    *,
    attitudes: bool = False,
) -> list[Attributed]:
    """Return the attributions that one sentence names, in the order of their cues; `attitudes` follow them.

    `quotations` are those of the text, in order: what a speaker attributes within one is marked as `quoted`.
    `known` are the last words of the names of persons in the text so far.
    """
    sayings = readings_of(parsed.doc, known)
    cues = {reading.cue.i for reading in sayings}
    held = [each for each in attitudes_of(parsed.doc) if each.cue.i not in cues] if attitudes else []
    start = parsed.span.start
    quoted = {each.cue.i: _is_quoted(each.cue.idx + start, quotations) for each in (*sayings, *held)}
    own = [reading for reading in sayings if not quoted[reading.cue.i]]
    found = [
        _with_offsets(parsed, each, sayings, nested=is_nested(each, own), quoted=quoted[each.cue.i])
        for each in sayings
    ]
    return found + [
        _as_attitude(
            _with_offsets(
                parsed, each, [], nested=is_nested(each, [*sayings, *held]), quoted=quoted[each.cue.i]
            )
        )
        for each in held
    ]


def _as_attitude(each: Attributed) -> Attributed:
    """Return what somebody is said to believe, fear, want or refuse: no claim has it as source."""
    return replace(each, attribution=replace(each.attribution, attitude=True))


def _is_quoted(at: int, quotations: Sequence[Span]) -> bool:
    """Return whether a place lies within one of the quotations, which are in order."""
    before = bisect_right(quotations, at, key=lambda span: span.start)
    return before > 0 and at < quotations[before - 1].end


def _with_offsets(
    parsed: Parsed, reading: Reading, readings: Sequence[Reading], *, nested: bool, quoted: bool
) -> Attributed:
    doc, noun = parsed.doc, reading.source
    top = quoting_verb(reading.cue) or reading.cue
    relative = next((t for t in (top, *top.ancestors) if _stands_apart(t)), None)
    return Attributed(
        _attribution(doc, reading, readings).shift(parsed.span.start),
        reading.strong,
        first_person=noun is not None and is_author(noun, reading.cue),
        governs=_governs(reading.cue),
        within=None if relative is None else parsed.span.start + doc[relative.left_edge.i].idx,
        nested=nested,
        quoted=quoted,
        pronoun=noun.lower_ if noun is not None and noun.pos_ == "PRON" else "",
        borrows=noun is not None and noun.head != reading.cue and reading.cue.dep_ == "advcl",
    )


def _attribution(doc: Doc, reading: Reading, readings: Sequence[Reading]) -> Attribution:
    """Return a reading with its kind of source and its chain, offsets counted from its sentence's start."""
    cue = characters(doc, reading.cue.i, reading.cue_end.i)
    content = content_span(doc, reading.content) if reading.content is not None else None
    if reading.source is None:
        return Attribution(None, cue, content)
    first, last = noun_phrase(reading.source, reading.cue)
    kind = kind_of(reading.source, doc[first : last + 1])
    through = (noun_phrase(noun, said) for noun, said in carriers_of(reading, readings))
    source, *carriers = (characters(doc, *stretch) for stretch in ((first, last), *through))
    whole = characters(doc, *whole_phrase(reading.source, reading.cue, (first, last)))
    attitude = not reading.strong and reading.cue.lemma_.lower() in word_list("attitude_verbs")
    return Attribution(source, cue, content, kind, tuple(carriers), source_full=whole, attitude=attitude)


def _stands_apart(clause: Token) -> bool:
    """Return whether a clause stands beside the statement: "the man who said it", "after he said it"."""
    if clause.dep_ == "relcl":
        return not (_exists(clause.head) or _tells_of_text(clause))
    behind = clause.dep_ == "advcl" and clause.i > clause.head.i
    return behind and any(child.lower_ in TIMES | CONTRASTS for child in clause.lefts)


def _tells_of_text(clause: Token) -> bool:
    """Return whether a clause tells what stands in a text: "a letter in which it demands that …"."""
    into = (child for child in clause.lefts if child.dep_ == "prep" and child.lower_ == "in")
    which = any(child.lower_ == "which" for preposition in into for child in preposition.children)
    return which and clause.head.lemma_.lower() in word_list("document_nouns") | WRITINGS


def _exists(noun: Token) -> bool:
    """Return whether a clause about a noun is all that is said: "there were people who said that …"."""
    there = child_of(noun.head, "expl") if noun.dep_ == "attr" else None
    return there is not None and there.lower_ == "there"


def _governs(cue: Token) -> bool:
    """Return whether a cue is the main verb of its sentence, one beside it, or names whom that one cites."""
    cue = quoting_verb(cue) or cue
    if cue.dep_ == "relcl" and (_exists(cue.head) or _tells_of_text(cue)):
        cue = next((above for above in cue.head.ancestors if above.pos_ in VERBAL), cue.head)
    if cue.dep_ == "advcl" and cue.i > cue.head.i and child_of(cue, "nsubj") is not None:
        return any(child.lower_ in CONTRASTS for child in cue.lefts)
    if on_occasion(cue) or made_to_do(cue) is not None:
        cue = cue.head.head if cue.dep_ == "acl" else cue.head  # "took the chance to say that …"
    while _hangs_beside(cue):
        cue = cue.head
    if cue.dep_ == "xcomp" and cue.head.lemma_ == "be":
        cue = cue.head  # "their answer was to issue a note, saying …"
    return cue.dep_ == "ROOT" or _is_issued(cue)


def _hangs_beside(cue: Token) -> bool:
    cites = cue.dep_ == "advcl" and cue.lower_ in CITING
    to_say = cue.dep_ == "advcl" and cue.tag_ == "VB" and cue.head.lemma_ == "go" and cue.i > cue.head.i
    so_far = to_say or cue.head.lower_ == "far" or cue.lower_ == "far"  # "went so far as to call it"
    return cue.dep_ == "conj" or cites or so_far or _joins_in(cue) or _is_called_to_mind(cue)


def _is_called_to_mind(cue: Token) -> bool:
    """Return whether a cue stands under words to the reader: "it should be recalled that Lund said …"."""
    recall = cue.head if cue.dep_ == "ccomp" and cue.i > cue.head.i else None
    if recall is None or recall.lemma_.lower() not in RECALLING:
        return False
    subject = child_of(recall, "nsubj", "nsubjpass")
    return recall.tag_ in {"VB", "VBN"} and (subject is None or subject.lower_ in {"it", "us", "we"})


def _is_issued(cue: Token) -> bool:
    """Return whether a cue tells what a text says that the main verb lets go out: "issued a note saying"."""
    text = cue.head
    issued = cue.tag_ == "VBG" and cue.dep_ == "acl" and issuer_of(text) != text
    main = text.head
    while issued and (main.dep_ == "conj" or (main.dep_ == "xcomp" and main.head.lemma_ == "be")):
        main = main.head
    return issued and main.dep_ == "ROOT"


def _joins_in(cue: Token) -> bool:
    """Return whether a cue has all of its sentence: "the dam, she said, broke", "Asked why, he said …"."""
    head = cue.head.lemma_.lower()
    participle = cue.dep_ == "advcl" and cue.tag_ == "VBG" and cue.head.i < cue.i
    to_post = child_of(cue.head, "xcomp") if head == "be" else None  # "their answer was to issue a note"
    posts = head in word_list("posting_verbs") or makes_post(to_post or cue.head) or speaks_up(cue.head)
    if participle and posts:
        return True
    stands = head in word_list("stance_verbs") and cue.head.i < cue.i
    reasons = cue.dep_ == "advcl" and cue.tag_ == "VBG" and child_of(cue, "ccomp") is not None
    asked = cue.dep_ == "ccomp" and cue.head.i == cue.sent.start and cue.head.tag_ == "VBN"
    behind = cue.dep_ == "parataxis" and cue.i > cue.head.i and child_of(cue, "ccomp", "dobj") is None
    opens = behind and cue.head.left_edge.i <= 1 and cue.nbor(-1).head == cue
    put_in = is_put_in(cue) or opens  # "It rained, she recalls, all day"
    return put_in or asked or (reasons and stands)
