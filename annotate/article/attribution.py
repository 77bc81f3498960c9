"""Who says what: sources, cues and contents, by rules over the parse of each sentence.

Each rule below reads one way of naming a source. A source is somebody, or a document, behind an utterance
that one could look for: what people are said to think or want (`configs/words/mind_verbs.txt`) has none.
Known limits: irony, sources that only the context names, and quotations without quotation marks.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from annotate.article.clauses import SUBJECTS, is_finite
from annotate.article.cues import can_have_said, can_speak, is_document
from annotate.article.parse import Parsed, parse
from annotate.article.sentences import split_sentences
from annotate.model import Attribution, Span
from annotate.resources import word_list

RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom"})
CONTENT = frozenset({"ccomp", "xcomp", "dobj", "oprd"})
QUOTES = frozenset('"“”«»„‟')
AUTHORS = frozenset({"i", "we", "you", "one", "author"})
DASHES = frozenset({"—", "–", "--", "―"})
#: "went on to say", "refused to comment": the infinitive behind one of these tells what was done.
CARRIED_OUT = frozenset(
    {"appear", "begin", "continue", "decline", "fail", "go", "refuse", "seem", "start", "use"}
)
#: "required the town to pay": with an infinitive, these tell what somebody demanded.
DEMANDS = frozenset({"ask", "order", "request", "require"})
#: Prepositions that belong to a verb of saying: "called for", "insisted on".
JOINED = {
    "argue": ("against", "for"),
    "ask": ("for",),
    "call": ("for", "on", "upon"),
    "caution": ("against",),
    "comment": ("on",),
    "insist": ("on", "upon"),
    "plead": ("for",),
    "protest": ("against",),
    "rail": ("against",),
    "rule": ("against",),
    "warn": ("against", "of"),
}
#: Word lists of verbs: does each need a clause or a quotation, does it name an utterance for sure.
STRENGTHS = (
    ("cue_verbs", False, True),
    ("clause_cue_verbs", True, True),
    ("stance_verbs", False, False),
    ("document_verbs", False, True),
)


@dataclass(frozen=True)
class Reading:
    """One attribution in a parsed sentence, in tokens; `strong` where an utterance is named beyond doubt."""

    cue: Token
    cue_end: Token
    source: Token | None
    content: tuple[int, int] | None
    strong: bool = True


@dataclass(frozen=True)
class Attributed:
    """An attribution with its offsets in the text.

    A weak one (not `strong`) tells of an event rather than of a claim; in a `first_person` one the author
    names himself; one that `governs` carries its whole sentence. `within` is where the relative clause
    begins in which the cue stands, if it does.
    """

    attribution: Attribution
    strong: bool
    first_person: bool
    governs: bool
    within: int | None


def find_attributions(text: str) -> list[Attribution]:
    """Give the attributions in `text`, in the order of their cues.

    >>> text = "The road stays closed, the mayor said."
    >>> [(a.source.of(text), a.cue.of(text), a.content.of(text)) for a in find_attributions(text)]
    [('the mayor', 'said', 'The road stays closed')]
    """
    parsed = parse(text, split_sentences(text))
    return [each.attribution for sentence in parsed for each in attributions_of(sentence)]


def attributions_of(parsed: Parsed) -> list[Attributed]:
    """Give the attributions that one sentence names, in the order of their cues."""
    found: dict[int, Reading] = {}
    for rule in RULES:
        for reading in rule(parsed.doc):
            found.setdefault(reading.cue.i, reading)
    return [_with_offsets(parsed, found[at]) for at in sorted(found)]


def _with_offsets(parsed: Parsed, reading: Reading) -> Attributed:
    cue = Span(reading.cue.idx, reading.cue_end.idx + len(reading.cue_end))
    source = noun_phrase(reading.source) if reading.source is not None else None
    content = _content_span(parsed.doc, reading)
    own = reading.source is not None and reading.source.lower_ in AUTHORS
    relative = next((t for t in (reading.cue, *reading.cue.ancestors) if t.dep_ == "relcl"), None)
    within = None if relative is None else parsed.span.start + parsed.doc[relative.left_edge.i].idx
    attribution = Attribution(source, cue, content).shift(parsed.span.start)
    return Attributed(
        attribution, reading.strong, first_person=own, governs=_governs(reading.cue), within=within
    )


def _governs(cue: Token) -> bool:
    """Tell whether a cue is the main verb of its sentence, or one co-ordinated with it."""
    while cue.dep_ == "conj":
        cue = cue.head
    return cue.dep_ == "ROOT"


def _content_span(doc: Doc, reading: Reading) -> Span | None:
    if reading.content is None:
        return None
    first, last = reading.content
    while first < last and doc[first].text in {",", ":", *DASHES}:
        first += 1
    while last > first and doc[last].text in {",", ".", *DASHES}:
        last -= 1
    first, last = _with_quotation_marks(doc, first, last)
    return Span(doc[first].idx, doc[last].idx + len(doc[last]))


def _with_quotation_marks(doc: Doc, first: int, last: int) -> tuple[int, int]:
    """Take the marks around a quotation into it, and the comma before the closing one."""
    if first > 0 and doc[first - 1].text in QUOTES:
        first -= 1
    behind = last + 1
    while behind < len(doc) and doc[behind].text in {",", ".", "!", "?"}:
        behind += 1
    return (first, behind) if behind < len(doc) and doc[behind].text in QUOTES else (first, last)


# Noun phrases.


def noun_phrase(head: Token) -> Span:
    """Give the longest noun phrase around its head, without what only adds to it behind a comma."""
    doc = head.doc
    first, last = int(head.left_edge.i), int(head.right_edge.i)
    named = head.ent_type_ != "" or head.pos_ == "PROPN"
    for child in head.children:
        if child.i > head.i and child.left_edge.i <= last and _only_adds(child, named=named):
            last = min(last, int(child.left_edge.i) - 1)
    last = _before_relative(doc, head.i, last)
    while last > head.i and (
        doc[last].pos_ in {"PUNCT", "CCONJ", "SPACE"} and doc[last].text not in {")", "]"}
    ):
        last -= 1
    while last > head.i and doc[last].tag_ == "POS":
        last -= 1
    while first < head.i and doc[first].pos_ in {"PUNCT", "CCONJ", "SPACE", "ADV"}:
        first += 1
    return Span(doc[first].idx, doc[last].idx + len(doc[last]))


def _before_relative(doc: Doc, first: int, last: int) -> int:
    """End a stretch before a relative clause behind a comma: "the plan, which …"."""
    for at in range(first + 1, last):
        behind = doc[at + 2] if doc[at + 1].text in QUOTES and at + 2 <= last else doc[at + 1]
        if doc[at].text == "," and behind.lower_ in RELATIVE_PRONOUNS:
            return at - 1
    return last


def _only_adds(child: Token, *, named: bool) -> bool:
    """Tell whether a part behind the head of a noun phrase adds to it rather than names it."""
    before = child.doc[child.left_edge.i - 1].text
    if child.dep_ == "appos":
        return before != "(" and (named or child.pos_ != "PROPN")
    if child.dep_ in {"relcl", "acl", "advcl", "ccomp", "parataxis"}:
        return child.dep_ != "acl" or before == ","
    if child.dep_ == "prep":
        return (
            before == ","
            or child.lower_ in {"on", "during", "after", "before"}
            or (named and child.lower_ == "in")
        )
    return False


def subject_of(verb: Token) -> Token | None:
    """Give the subject of a verb, its own or the one it shares with the verb above it."""
    seen = 0
    while seen < 6:
        own = next((c for c in verb.children if c.dep_ in {"nsubj", "csubj"}), None)
        if own is not None:
            return _antecedent(own, verb)
        passive = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
        if passive is not None:
            return passive if seen else agent_of(verb)
        if verb.dep_ in {"acl", "relcl"} and verb.head.pos_ in {"NOUN", "PROPN", "PRON"}:
            return verb.head
        if verb.dep_ not in {"conj", "xcomp", "advcl", "pcomp", "prep", "acl", "ccomp", "dep"}:
            return None
        if verb.head == verb:
            return None
        verb = verb.head
        seen += 1
    return None


def _antecedent(subject: Token, verb: Token) -> Token:
    """Give the noun that a relative pronoun stands for: before "which showed", a document if one is near."""
    if subject.lower_ not in RELATIVE_PRONOUNS or verb.dep_ != "relcl":
        return subject
    if verb.lemma_.lower() in word_list("document_verbs"):
        nouns = [verb.head, *verb.head.ancestors]
        return next((noun for noun in nouns if is_document(noun)), verb.head)
    return verb.head


def agent_of(verb: Token) -> Token | None:
    """Give the doer of a passive verb: "was told by the police"."""
    for child in verb.children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


# Rules: each reads one way of naming a source.


def _verbs_of_saying(doc: Doc) -> Iterator[Reading]:
    """A verb of saying with its speaker and what was said."""
    for verb in doc:
        if verb.pos_ not in {"VERB", "AUX"} or verb.dep_ in {"aux", "auxpass", "amod"}:
            continue
        lemma = verb.lemma_.lower()
        source = subject_of(verb)
        strength = _strength(verb, lemma, source)
        if strength is not None:
            yield Reading(verb, _cue_end(verb), source, _content_of(verb, source), strong=strength)


def _strength(verb: Token, lemma: str, source: Token | None) -> bool | None:
    """Tell whether a verb names an utterance: beyond doubt (True), perhaps (False), not at all (None)."""
    clause, thing = _has_clause(verb), _has_thing(verb)
    if not (clause or thing) or (_is_only_possible(verb) and not clause):
        return None
    if lemma in word_list("showing_verbs") and not can_speak(source):
        return None
    document = source is not None and is_document(source)
    for words, needs_clause, strength in STRENGTHS:
        if lemma in word_list(words) and (clause or not needs_clause):
            if words == "document_verbs" and not document:
                return None
            if not can_have_said(verb, source):
                return False
            return strength and (clause or lemma not in word_list("event_verbs"))
    return False if lemma in {"call", "describe", "require"} else None


def _is_only_possible(verb: Token) -> bool:
    """Tell whether a verb is an infinitive that nobody is said to have carried out: "a plan to attack"."""
    to = any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.children)
    return to and verb.head.lemma_.lower() not in CARRIED_OUT


def _has_clause(verb: Token) -> bool:
    """Tell whether a verb has a clause or a quotation as what it says, or stands beside one."""
    if verb.dep_ in {"parataxis", "intj"}:
        return True
    asked = {"ccomp", "xcomp"} if verb.lemma_.lower() in DEMANDS else {"ccomp"}
    if any(c.dep_ in asked and c.i > verb.i for c in verb.children) or _clause_before(verb):
        return True
    if _that_behind(verb) is not None:
        return True
    if verb.dep_ == "advcl" and any(c.lower_ == "as" for c in verb.lefts):
        return True
    behind = verb.doc[verb.i + 1 : verb.i + 6]
    if any(t.text in QUOTES for t in behind) or _quote_ends_before(verb):
        return True
    colon = any(t.text == ":" for t in behind)
    return colon and not any(child.dep_ == "dobj" for child in verb.children)


def _clause_before(verb: Token) -> bool:
    """Tell whether what was said stands before the verb: "the bridge was safe, the mayor said"."""
    return any(child.dep_ == "ccomp" for child in verb.lefts)


def _that_behind(verb: Token) -> Token | None:
    """Give the "that" of a clause which the parse hangs on a noun between: "said before the vote that …"."""
    if any(child.dep_ in {"ccomp", "dobj"} for child in verb.children):
        return None
    for token in verb.subtree:
        if token.i > verb.i and token.lower_ == "that" and token.dep_ == "mark" and is_finite(token.head):
            between = itertools.takewhile(lambda above: above != verb, token.head.ancestors)
            if token.head.dep_ != "conj" and all(above.dep_ != "conj" for above in between):
                return token
    return None


def _quote_ends_before(verb: Token) -> bool:
    """Tell whether a quotation closes right before the verb and its subject: `"Yes," the mayor said`."""
    return _quotation_before(verb) is not None


def _quotation_before(verb: Token) -> tuple[int, int] | None:
    """Give the tokens of the quotation that closes right before the verb and its subject."""
    start = min((t.i for t in verb.subtree if t.i <= verb.i and t.dep_ in SUBJECTS), default=verb.i)
    closing = min(int(verb.doc[start].left_edge.i), verb.i) - 1
    if closing < 1 or verb.doc[closing].text not in QUOTES:
        return None
    opening = next((at for at in range(closing - 1, -1, -1) if verb.doc[at].text in QUOTES), 0)
    return (opening + 1, closing - 1) if opening + 1 < closing else None


def _has_thing(verb: Token) -> bool:
    """Tell whether a verb has something said as its object, or a preposition that leads to it."""
    for child in verb.children:
        if child.dep_ in CONTENT or child.dep_ == "nsubjpass":
            return True
        if (
            child.dep_ == "prep"
            and child.i > verb.i
            and child.lower_ in {"on", "for", "against", "of", "about", "to"}
        ):
            return True
    return False


def _cue_end(verb: Token) -> Token:
    """Take the particle or preposition that belongs to a verb into the cue: "called for", "insisted on"."""
    for child in verb.children:
        joined = child.dep_ == "prt" or child.lower_ in JOINED.get(verb.lemma_.lower(), ())
        if child.i == verb.i + 1 and joined:
            return child
    return verb


def _content_of(verb: Token, source: Token | None) -> tuple[int, int] | None:
    """Give the tokens of what was said: the clause, the object, or the sentence around a bracketed verb."""
    doc = verb.doc
    that = _that_behind(verb)
    if that is not None:
        return that.i, int(that.head.right_edge.i)
    quotation = _quotation_before(verb)
    if quotation is not None and not any(child.dep_ == "ccomp" for child in verb.children):
        return quotation
    for dep in ("ccomp", "xcomp", "dobj", "prep"):
        for child in verb.children:
            if child.dep_ == dep and (dep != "prep" or child.i > verb.i):
                last = int(child.right_edge.i)
                if dep in {"dobj", "prep"}:
                    last = _before_relative(doc, child.i, last)
                last = len(doc) - 1 if _colon_behind(verb) else last
                return _from_person_asked(verb, child), _past_quotes(doc, last)
    colon = _colon_behind(verb)
    if colon is not None:
        return colon.i + 1, len(doc) - 1
    own = {t.i for t in verb.subtree}
    before = [t.i for t in doc[: verb.i] if t.i not in own]
    return (before[0], before[-1]) if before else None


def _from_person_asked(verb: Token, content: Token) -> int:
    """Give where content begins: with whoever was asked to do something, if somebody was."""
    persons = (c for c in verb.children if c.dep_ == "dobj" and verb.i < c.i < content.i)
    first = next(persons, content) if content.dep_ == "xcomp" else content
    return int(first.left_edge.i)


def _colon_behind(verb: Token) -> Token | None:
    """Give the colon behind which a verb of saying has what was said."""
    doc = verb.doc
    return next((t for t in doc[verb.i + 1 : verb.i + 25] if t.text == ":" and t.i + 1 < len(doc)), None)


def _past_quotes(doc: Doc, last: int) -> int:
    while last + 1 < len(doc) and doc[last + 1].text in QUOTES:
        last += 1
    return last


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
        by = _written_by(head)
        last = int(head.right_edge.i)
        content = (
            (last + 1, len(doc) - 1) if last + 1 < len(doc) - 1 and word.i < 3 else (0, max(0, word.i - 1))
        )
        yield Reading(word, doc[by.head.i] if by is not None else phrase, by or head, content)


def _written_by(document: Token) -> Token | None:
    """Give who wrote a document: "according to reports by the agency" names the agency."""
    for child in document.children:
        if child.dep_ == "prep" and child.lower_ == "by" and document.tag_ == "NNS":
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


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
            yield Reading(verb, verb, subject_of(verb), (behind, len(doc) - 1))


def _citing(doc: Doc) -> Iterator[Reading]:
    """ "citing X", "quoting X" behind a statement."""
    for verb in doc:
        if verb.lower_ in {"citing", "quoting"}:
            source = next((c for c in verb.children if c.dep_ == "dobj"), None)
            if source is not None and verb.dep_ in {"advcl", "prep"}:
                yield Reading(verb, verb, source, (0, max(0, verb.i - 1)))


def _nouns_of_saying(doc: Doc) -> Iterator[Reading]:
    """ "the mayor's claim that …", "a warning from the ministry that …"."""
    for noun in doc:
        if noun.pos_ != "NOUN" or noun.lemma_.lower() not in word_list("cue_nouns"):
            continue
        clause = next((c for c in noun.children if c.dep_ in {"acl", "ccomp"} and c.i > noun.i), None)
        if clause is None or not any(c.lower_ == "that" for c in clause.children):
            continue
        content = (int(clause.left_edge.i), int(clause.right_edge.i))
        yield Reading(noun, noun, _owner(noun), content)


def _owner(noun: Token) -> Token | None:
    """Give whose statement it is: "X's claim", "a claim by X", "X made the claim"."""
    for child in noun.children:
        if child.dep_ == "poss":
            return child
        if child.dep_ == "prep" and child.lower_ in {"by", "from", "of"}:
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    if noun.dep_ == "dobj":
        return subject_of(noun.head)
    return None


def _position_before_colon(doc: Doc) -> Iterator[Reading]:
    """ "The stance of the council has remained firm: …": behind the colon stands what the council says."""
    colon = next((t.i for t in doc[1:-1] if t.text == ":"), None)
    if colon is None:
        return
    for noun in doc[:colon]:
        if noun.lemma_.lower() in word_list("position_nouns") and _leads_to_colon(noun):
            owner = _owner(noun)
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
