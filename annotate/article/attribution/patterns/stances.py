"""Stances that are told as voiced: "expressed support for", "defined his goal as", "came under fire from"."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from annotate.article.attribution.contents import Stretch, colon_behind
from annotate.article.attribution.cues import is_document
from annotate.article.attribution.kinds import has_voice
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.attribution.sources import VOICING, owner_of, speaker_of
from annotate.article.nlp import QUOTES, VERBAL, child_of, is_finite
from annotate.config import word_list

#: Verbs by which somebody says what his aim is, and what an aim is called.
DEFINING = frozenset({"define", "describe", "formulate", "frame", "summarise", "summarize", "state"})
AIMS = frozenset({
    "aim", "ambition", "condition", "demand", "goal", "mission", "objective", "priority", "purpose", "task",
})  # fmt: skip
#: How somebody is who says a thing plainly.
PLAIN = frozenset({"adamant", "blunt", "categorical", "clear", "emphatic", "explicit", "firm", "frank"})
#: Verbs by which a thing meets with what others say of it.
MEETING = frozenset({"attract", "draw", "face", "meet", "provoke", "receive", "spark", "trigger"})
#: What others say of a thing, in short.
JUDGEMENTS = frozenset({
    "accusation", "allegation", "attack", "backlash", "complaint", "condemnation", "criticism", "fire",
    "objection", "outcry", "praise", "protest", "rebuke", "ridicule",
})  # fmt: skip
#: Charges that an "of" with a verb may tell: "accusations from the union of lying".
CHARGES = frozenset({"accusation", "allegation", "charge", "suspicion"})


def voiced_stances(doc: Doc) -> Iterator[Reading]:
    """ "Lund expressed support for the plan", "the bank voiced concern that …"."""
    for verb in doc:
        stance = child_of(verb, "dobj") if verb.lemma_.lower() in VOICING and verb.pos_ in VERBAL else None
        speaker = speaker_of(verb) if stance is not None and _is_stance(stance) else None
        if stance is None or speaker is None or not has_voice(speaker) or is_open(verb):
            continue
        behind = next((child for child in stance.rights if child.dep_ == "prep"), stance)
        last = behind if behind.i == stance.i + 1 else stance
        yield Reading(verb, last, speaker, _around(stance))


def _is_stance(noun: Token) -> bool:
    lemma = noun.lemma_.lower()
    return lemma in word_list("stance_nouns") | word_list("mind_nouns") | word_list("cue_nouns")


def is_open(verb: Token) -> bool:
    """Return whether something did not happen, or only might: "did not hear", "may express"."""
    return any(child.dep_ == "neg" or child.tag_ == "MD" for child in verb.children)


def _around(noun: Token) -> Stretch:
    return int(noun.left_edge.i), int(noun.right_edge.i)


def defined_aims(doc: Doc) -> Iterator[Reading]:
    """ "The minister defined his goal as a town without cars", "… defined its aim: higher pay"."""
    for verb in doc:
        aim = child_of(verb, "dobj") if verb.lemma_.lower() in DEFINING else None
        if aim is None or aim.lemma_.lower() not in AIMS or verb.pos_ not in VERBAL:
            continue
        speaker, colon = speaker_of(verb), colon_behind(verb)
        told = colon is not None or any(t.lower_ == "as" for t in verb.doc[aim.i : verb.right_edge.i + 1])
        if told and speaker is not None and has_voice(speaker) and not is_open(verb):
            last = len(doc) - 1 if colon is not None else int(verb.right_edge.i)
            yield Reading(verb, verb, speaker, (int(aim.left_edge.i), last))


def plainly_stated(doc: Doc) -> Iterator[Reading]:
    """ "Lund was clear: the dam must go"."""
    colon = next((t.i for t in doc[1:-1] if t.text == ":"), 0)
    if doc[colon + 1 : colon + 2].text in QUOTES or not any(is_finite(token) for token in doc[colon + 1 :]):
        return
    for quality in doc[:colon]:
        verb = quality.head
        plain = quality.lower_ in PLAIN or (quality.lower_ == "direct" and child_of(quality, "advmod"))
        if quality.dep_ == "acomp" and plain and verb.lemma_ == "be" and verb.i < colon:
            speaker = speaker_of(verb)
            mute = speaker is None or speaker.lower_ == "it" or is_document(speaker) or not has_voice(speaker)
            if speaker is not None and not mute and not is_open(verb):
                yield Reading(quality, quality, speaker, (colon + 1, len(doc) - 1))


def judged_by_others(doc: Doc) -> Iterator[Reading]:
    """ "Drew criticism from doctors", "came under fire from farmers", "accusations by Lund of lying"."""
    for noun in doc:
        lemma = noun.lemma_.lower()
        if noun.pos_ != "NOUN" or lemma not in JUDGEMENTS | CHARGES:
            continue
        critic = _from_whom(noun)
        if critic is None or not has_voice(critic):
            continue
        charge = _charge_behind(noun) if lemma in CHARGES else None
        if charge is not None:
            yield Reading(noun, noun, critic, (charge.i + 1, int(charge.right_edge.i)))
        elif _meets(noun):
            met = noun.head if noun.dep_ == "dobj" else noun.head.head
            yield Reading(noun, noun, critic, _alone(met))


def _alone(verb: Token) -> Stretch:
    """Return the clause of a verb without the clauses that go on behind it."""
    further = (child.i for child in verb.rights if child.dep_ in {"cc", "conj"} and child.i > verb.i)
    return int(verb.left_edge.i), int(next(further, verb.right_edge.i + 1)) - 1


def _charge_behind(noun: Token) -> Token | None:
    """Return the "of" behind which stands what somebody is said to have done: "accusations of lying"."""
    ofs = (t for t in noun.doc[noun.i + 1 : noun.right_edge.i + 1] if t.lower_ == "of")
    return next((of for of in ofs if child_of(of, "pcomp") is not None), None)


def _from_whom(noun: Token) -> Token | None:
    """Return who is behind a judgement: "criticism from doctors", the parse of which may hang on the verb."""
    owner = owner_of(noun)
    if owner is not None and owner.i > noun.i and owner.head.lower_ != "of":
        return owner
    verb = noun.head.head if noun.head.dep_ == "prep" else noun.head
    phrases = (c for each in (noun, verb) for c in each.rights if c.i > noun.i)
    phrase = next((c for c in phrases if c.lower_ in {"from", "by"}), None)
    return child_of(phrase, "pobj") if phrase is not None else None


def _meets(noun: Token) -> bool:
    """Return whether a thing meets with a judgement: "drew criticism", "came under fire"."""
    if noun.dep_ == "dobj":
        return noun.head.lemma_.lower() in MEETING
    under = noun.head
    met = (under.lower_, under.head.lemma_.lower())
    return noun.dep_ == "pobj" and met in {("under", "come"), ("in", "come"), ("with", "meet")}
