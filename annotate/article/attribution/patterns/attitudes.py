"""Attitudes: what somebody is said to believe, fear, want, plan or refuse, without an utterance."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from annotate.article.attribution.contents import Stretch
from annotate.article.attribution.kinds import has_voice
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.attribution.sources import speaker_of
from annotate.article.nlp import VERBAL, child_of
from annotate.config import word_list

#: What a verb or adjective of attitude is about.
ABOUT = ("ccomp", "xcomp", "dobj", "prep", "acomp")
#: Verbs between somebody and an adjective of attitude: "Lund is sure that …".
LINKING = frozenset({"be", "become", "feel", "grow", "remain", "seem", "sound", "stay"})
#: Verbs of attitude with a clause or "as" only: "saw that it was old", but "saw the house".
PERCEIVING = frozenset({
    "assume", "calculate", "care", "consider", "feel", "imagine", "know", "like", "need", "perceive",
    "realise", "realize", "see", "sense", "think", "understand", "view",
})  # fmt: skip
#: Pronouns for somebody, or for many.
SOMEBODY = frozenset({"he", "she", "they", "who", "many", "some", "others", "most", "both", "everyone"})


def attitudes_of(doc: Doc) -> Iterator[Reading]:
    """Return the attitudes that a sentence names, in the order of their cues."""
    for verb in doc:
        if verb.pos_ not in VERBAL or verb.dep_ in {"aux", "auxpass", "amod"}:
            continue
        cue = _cue(verb)
        holder = speaker_of(verb) if cue is not None else None
        if cue is not None and holder is not None and _can_hold(holder):
            yield Reading(cue, cue, holder, _about(cue), strong=False)


def _cue(verb: Token) -> Token | None:
    """Return the word that names an attitude: the verb, or the adjective behind "is"."""
    lemma = verb.lemma_.lower()
    if lemma in word_list("mind_verbs") | word_list("attitude_verbs"):
        return verb if _is_held(verb) else None
    quality = child_of(verb, "acomp") if lemma in LINKING else None
    if quality is None or quality.lemma_.lower() not in word_list("attitude_adjectives"):
        return None
    return quality if _about(quality) is not None else None


def _is_held(verb: Token) -> bool:
    """Return whether a verb tells of an attitude that somebody has: "would see the house" tells of none."""
    may = any(child.tag_ == "MD" for child in verb.children)
    beside = verb.dep_ == "acl" and verb.tag_ == "VBG"
    about = child_of(verb, "ccomp") or any(child.lower_ == "as" for child in verb.rights)
    perceives = verb.lemma_.lower() in PERCEIVING
    return not (may or beside) and bool(about or (not perceives and child_of(verb, *ABOUT)))


def _can_hold(holder: Token) -> bool:
    """Return whether a noun names somebody who can have an attitude."""
    return holder.lower_ in SOMEBODY or has_voice(holder)


def _about(cue: Token) -> Stretch | None:
    """Return what an attitude is about."""
    for relation in ABOUT:
        for child in cue.rights:
            if child.dep_ == relation:
                return int(child.left_edge.i), int(child.right_edge.i)
    return None
