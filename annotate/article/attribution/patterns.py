"""Attributions as they stand in a parsed sentence, in tokens; each rule reads one way of naming a source.

A source is somebody, or a document, behind an utterance that one could look for: what people are said to
think or want (`configs/words/mind_verbs.txt`) has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from annotate.article.attribution.contents import Stretch, content_of, named_beside_quotation
from annotate.article.attribution.cues import can_speak, is_document
from annotate.article.attribution.kinds import is_name, kind_of
from annotate.article.attribution.sources import author_of, owner_of, speaker_of, teller_of
from annotate.article.attribution.utterances import cue_end, strength_of
from annotate.article.nlp import QUOTES, VERBAL, child_of, subject_of
from annotate.config import word_list

#: Phrases that name whose words follow.
WORDINGS = frozenset({("in", "words"), ("by", "account")})
#: What somebody makes, and is, who says that something is so.
PLAIN_WORDS = frozenset({"clear", "plain", "explicit"})
FIRM_WORDS = frozenset({"adamant", "insistent", "emphatic"})
#: What has it that something is so.
HEARSAY = frozenset({"rumour", "rumor", "word", "gossip", "hearsay"})


@dataclass(frozen=True)
class Reading:
    """One attribution in a parsed sentence, in tokens; `strong` where an utterance is named beyond doubt."""

    cue: Token
    cue_end: Token
    source: Token | None
    content: Stretch | None
    strong: bool = True


def readings_of(doc: Doc) -> list[Reading]:
    """Return the attributions that a sentence names, one a cue, in the order of their cues."""
    readings: dict[int, Reading] = {}
    for rule in RULES:
        for reading in rule(doc):
            readings.setdefault(reading.cue.i, reading)
    return [readings[at] for at in sorted(readings)]


# Rules: each reads one way of naming a source.


def _verbs_of_saying(doc: Doc) -> Iterator[Reading]:
    """A verb of saying with its speaker and what was said."""
    for verb in doc:
        if verb.pos_ not in VERBAL or verb.dep_ in {"aux", "auxpass", "amod"}:
            continue
        source = _speaker(verb)
        strength = strength_of(verb, source)
        if strength is not None:
            yield Reading(verb, cue_end(verb), source, content_of(verb), strong=strength)


def _speaker(verb: Token) -> Token | None:
    """Return who speaks: the subject; without one of its own, the name between verb and quotation."""
    own = subject_of(verb) is not None
    return speaker_of(verb) if own else named_beside_quotation(verb) or speaker_of(verb)


def _according_to(doc: Doc) -> Iterator[Reading]:
    """ "According to X", "as per X": what follows it carries is the rest of the sentence."""
    for word in doc[:-2]:
        if word.lower_ != "according" or doc[word.i + 1].lower_ != "to":
            continue
        to = doc[word.i + 1]
        head = next((t for t in doc[to.i + 1 :] if t.dep_ == "pobj" and t.head in (word, to)), None)
        if head is not None:
            by = author_of(head)
            content = _rest_of_sentence(word, int(head.right_edge.i))
            yield Reading(word, to if by is None else by.head, by or head, content)


def _rest_of_sentence(first: Token, last: int) -> Stretch:
    """Return what a phrase that names a source carries: all behind it where it leads, else all before it."""
    start, end = first.sent.start, first.sent.end - 1
    leads = last + 1 < end and first.i < start + 3
    return (last + 1, end) if leads else (start, max(start, first.i - 1))


def _in_words_of(doc: Doc) -> Iterator[Reading]:
    """ "In the words of X", "in X's words", "to quote X", "per X" beside a statement."""
    for word in doc[:-2]:
        if word.i > word.sent.start and doc[word.i - 1].text not in {",", *QUOTES}:
            continue
        source, words = _worded_by(word)
        if source is None or words is None:
            continue
        last = max(words.right_edge.i, source.right_edge.i)
        if word.lower_ in {"to", "per"} and doc[min(last + 1, len(doc) - 1)].pos_ != "PUNCT":
            continue
        before = words.i < source.i
        cue, end = (word, doc[source.left_edge.i - 1]) if before else (words, words)
        yield Reading(cue, end, source, _rest_of_sentence(word, int(last)))


def _worded_by(word: Token) -> tuple[Token | None, Token | None]:
    """Return who is quoted by a phrase that begins with `word`, and what stands there for their words."""
    if word.lower_ == "to":
        quote = word.head if word.head.lower_ == "quote" else None
        quoted = child_of(quote, "dobj") if quote is not None else None
        return (quoted, quote) if can_speak(quoted) else (None, None)
    noun = child_of(word, "pobj")
    if noun is not None and word.lower_ == "per" and can_speak(noun):
        return noun, word
    if noun is not None and (word.lower_, noun.lower_) in WORDINGS:
        return owner_of(noun), noun
    return None, None


def _as_put_it(doc: Doc) -> Iterator[Reading]:
    """ "As X put it", "is how X put it": the rest of the sentence is what X said."""
    for verb in doc:
        it = any(child.lower_ == "it" and child.dep_ == "dobj" for child in verb.children)
        content = _put_in_words(doc, verb) if it and verb.lemma_.lower() == "put" else None
        if content is not None:
            yield Reading(verb, verb, speaker_of(verb), content)


def _put_in_words(doc: Doc, verb: Token) -> Stretch | None:
    leads = {child.lower_ for child in verb.lefts}
    behind = int(verb.right_edge.i) + 1
    if "as" in leads and behind < len(doc) - 1:
        return behind, len(doc) - 1
    if "as" in leads and verb.left_edge.i > 1:
        return 0, verb.left_edge.i - 1
    quoted = verb.head.i > 0 and doc[verb.head.i - 1].text in QUOTES
    return (0, verb.head.i - 1) if "how" in leads and quoted else None


def _making_clear(doc: Doc) -> Iterator[Reading]:
    """ "X made clear that", "X was adamant that", "rumour has it that"."""
    for that in doc[2:-1]:
        word = doc[that.i - 1]
        if that.lower_ != "that" or word.lower_ not in PLAIN_WORDS | FIRM_WORDS | {"it"}:
            continue
        verb = next((above for above in word.ancestors if above.pos_ in VERBAL), None)
        source = subject_of(verb) if verb is not None else None
        if verb is not None and source is not None and _speaks_by(verb, word, source):
            yield Reading(verb, word, source, (that.i, int(verb.right_edge.i)))


def _speaks_by(verb: Token, word: Token, source: Token) -> bool:
    """Return whether a verb, the word before its "that" and its subject say together that it was said."""
    if word.lower_ == "it":
        return verb.lemma_.lower() == "have" and source.lower_ in HEARSAY
    fits = verb.lemma_.lower() == ("make" if word.lower_ in PLAIN_WORDS else "be")
    return fits and (can_speak(source) or is_name(source))


def _citing(doc: Doc) -> Iterator[Reading]:
    """ "citing X", "quoting X" beside a statement."""
    for verb in doc:
        if verb.lower_ not in {"citing", "quoting"} or verb.dep_ not in {"advcl", "prep"}:
            continue
        source, teller = child_of(verb, "dobj"), teller_of(verb)
        if source is not None and _is_cited(source, teller):
            yield Reading(verb, verb, source, content_of(teller) or (0, max(0, verb.i - 1)))


def _is_cited(source: Token, verb: Token) -> bool:
    """Return whether somebody is cited, or by a body a document; a person goes before a document."""
    if not is_document(source):
        return can_speak(source)
    speaker = speaker_of(verb)
    return speaker is None or kind_of(speaker, speaker.subtree) != "person"


def _nouns_of_saying(doc: Doc) -> Iterator[Reading]:
    """ "the mayor's claim that …", "a warning from the ministry that …"."""
    for noun in doc:
        if noun.pos_ != "NOUN" or noun.lemma_.lower() not in word_list("cue_nouns"):
            continue
        clause = next((c for c in noun.children if c.dep_ in {"acl", "ccomp"} and c.i > noun.i), None)
        if clause is not None and any(c.lower_ == "that" for c in clause.children):
            content = (int(clause.left_edge.i), int(clause.right_edge.i))
            yield Reading(noun, noun, owner_of(noun) or _taken_for_noun(noun), content)


def _taken_for_noun(verb: Token) -> Token | None:
    """Return the subject of a verb that the tagger took for a noun: "Lund claims that …"."""
    before = (child for child in verb.children if child.i == verb.i - 1 and child.pos_ == "PROPN")
    return next(before, None) if verb.dep_ == "ROOT" and verb.tag_ == "NNS" else None


def _position_before_colon(doc: Doc) -> Iterator[Reading]:
    """ "The stance of the council has remained firm: …": behind the colon stands what the council says."""
    colon = next((t.i for t in doc[1:-1] if t.text == ":"), 0)
    for noun in doc[:colon]:
        position = noun.lemma_.lower() in word_list("position_nouns") and _leads_to_colon(noun)
        if position and (owner := owner_of(noun)) is not None:
            yield Reading(noun, noun, owner, (colon + 1, len(doc) - 1))
            return


def _leads_to_colon(noun: Token) -> bool:
    """Return whether a noun has its content behind the colon: "their demand is clear:", "made a demand:"."""
    if noun.dep_ in {"nsubj", "nsubjpass"}:
        return child_of(noun.head, "attr", "dobj", "ccomp") is None
    return noun.dep_ in {"attr", "dobj"}


Rule = Callable[[Doc], Iterator[Reading]]
RULES: tuple[Rule, ...] = (
    _according_to,
    _in_words_of,
    _as_put_it,
    _making_clear,
    _citing,
    _nouns_of_saying,
    _position_before_colon,
    _verbs_of_saying,
)
