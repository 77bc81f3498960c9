"""Nouns of saying: "the mayor's claim that …", "the position of the council is clear: …"."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from annotate.article.attribution.contents import that_behind
from annotate.article.attribution.cues import is_cue
from annotate.article.attribution.kinds import has_voice
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.attribution.sources import agent_of, is_voiced, owner_of
from annotate.article.nlp import child_of, has_auxiliary, subject_of
from annotate.config import word_list

#: What has it that something is so.
HEARSAY = frozenset({"rumour", "rumor", "word", "gossip", "hearsay"})
#: Verbs by which somebody gives voice to a charge of his own, or of another.
VOICING_CHARGES = frozenset({"echo", "level", "make", "raise", "renew", "repeat", "spread", "voice"})
#: How a clause hangs beside the main one.
BESIDE = frozenset({"acl", "advcl", "csubj", "pcomp", "relcl"})
#: What says ahead how something will be: "the forecast is for rain".
FORECASTS = frozenset({"forecast", "outlook", "prognosis"})


def nouns_of_saying(doc: Doc) -> Iterator[Reading]:
    """ "the mayor's claim that …", "a warning from the ministry that …"."""
    for noun in doc:
        if noun.pos_ != "NOUN" or not is_voiced(noun):
            continue
        owner = owner_of(noun) or _taken_for_noun(noun) or _voice_of(noun)
        if owner is None and (_is_of_verb(noun) or (noun.dep_ == "attr" and not child_of(noun.head, "expl"))):
            continue
        behind = [*noun.children, *(owner.children if owner is not None and owner.i > noun.i else ())]
        clauses = (c for c in behind if c.dep_ in {"acl", "ccomp", "relcl"} and c.i > noun.i)
        clause = next((c for c in clauses if any(t.lower_ == "that" for t in c.children)), None)
        if clause is not None and (clause.dep_ != "relcl" or _tells_content(clause, owner)):
            content = (int(clause.left_edge.i), int(clause.right_edge.i))
            yield Reading(noun, noun, owner, content)


def _is_of_verb(noun: Token) -> bool:
    """Return whether a verb says what stands behind a noun: "told the press in a statement that …"."""
    return noun.dep_ == "pobj" and is_cue(noun.head.head) and that_behind(noun.head.head) is not None


def _voice_of(noun: Token) -> Token | None:
    """Return who gives voice to a charge by its verb: "the charge that … was repeated by doctors"."""
    verb = noun.head if noun.dep_ == "nsubjpass" and noun.head.lemma_.lower() in VOICING_CHARGES else None
    return agent_of(verb) if verb is not None else None


def _tells_content(clause: Token, owner: Token | None) -> bool:
    """Return whether a clause that the parse takes for a relative one says what was said.

    The owner stands before its "that", and nothing is missing in it: "a warning from Lund that it may fall".
    """
    that = next(child for child in clause.children if child.lower_ == "that")
    subject, thing = child_of(clause, "nsubj", "nsubjpass", "expl"), child_of(clause, "dobj", "acomp")
    filled = that.dep_ == "mark" or has_auxiliary(clause) or thing not in (None, that)
    return owner is not None and owner.i < that.i and subject not in (None, that) and filled


def _taken_for_noun(verb: Token) -> Token | None:
    """Return the subject of a verb that the tagger took for a noun: "Lund claims that …"."""
    before = (child for child in verb.children if child.i == verb.i - 1 and child.pos_ == "PROPN")
    return next(before, None) if verb.dep_ == "ROOT" and verb.tag_ == "NNS" else None


def position_before_colon(doc: Doc) -> Iterator[Reading]:
    """ "The stance of the council has remained firm: …": behind the colon stands what the council says."""
    colon = next((t.i for t in doc[1:-1] if t.text == ":"), 0)
    for noun in doc[:colon]:
        position = _is_of_saying(noun) and _leads_to_colon(noun)
        if position and (owner := owner_of(noun) or _body_before(noun) or _holder(noun)) is not None:
            yield Reading(noun, noun, owner, (colon + 1, len(doc) - 1))
            return


def _holder(noun: Token) -> Token | None:
    """Return who has a demand or a message of which the colon tells: "Lund has one demand: that …"."""
    verb = noun.head if noun.dep_ == "dobj" and noun.head.lemma_ == "have" else None
    holder = subject_of(verb) if verb is not None else None
    return holder if holder is not None and has_voice(holder) else None


def _leads_to_colon(noun: Token) -> bool:
    """Return whether a noun has its content behind the colon: "their demand is clear:", "made a demand:".

    In a clause beside the main one it has none: "despite having made remarks, she stays: …".
    """
    if any(above.dep_ in BESIDE for above in noun.ancestors):
        return False
    if noun.dep_ == "pobj" and noun.head.lower_ == "among":
        return True
    if noun.dep_ in {"nsubj", "nsubjpass"}:
        return child_of(noun.head, "attr", "dobj", "ccomp") is None
    return noun.dep_ in {"attr", "dobj"}


def named_by_being(doc: Doc) -> Iterator[Reading]:
    """ "Lund's argument is that …", "the position of the ministry is that …", "the forecast is for rain"."""
    for verb in doc:
        noun = child_of(verb, "nsubj") if verb.lemma_ == "be" else None
        clause = child_of(verb, "ccomp", "prep") if noun is not None else None
        if noun is None or clause is None or clause.i < verb.i:
            continue
        content, lemma = (int(clause.left_edge.i), int(clause.right_edge.i)), noun.lemma_.lower()
        if lemma in FORECASTS and clause.lower_ in {"for", doc[content[0]].lower_}:
            yield Reading(noun, noun, noun, content)
        elif doc[content[0]].lower_ == "that" and clause.dep_ == "ccomp" and _is_of_saying(noun):
            owner = owner_of(noun) or _body_before(noun)
            if owner is not None and (has_voice(owner) or owner.pos_ == "PRON"):
                yield Reading(noun, noun, owner, content)
        elif doc[content[0]].lower_ == "that" and lemma in HEARSAY and noun.i == noun.left_edge.i:
            yield Reading(noun, verb, None, content)


def _body_before(noun: Token) -> Token | None:
    """Return the body that a noun is joined to: "the defence case", "the government line"."""
    before = (child for child in noun.lefts if child.dep_ == "compound")
    return next((word for word in before if word.lemma_.lower() in word_list("organisation_nouns")), None)


def _is_of_saying(noun: Token) -> bool:
    return noun.lemma_.lower() in word_list("cue_nouns") | word_list("position_nouns")
