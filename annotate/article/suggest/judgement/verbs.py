"""What the form of a verb says: was something done, or will, would, can or must it be?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.tokens import Token

from annotate.config import word_list

if TYPE_CHECKING:
    from annotate.article.suggest.features import Part

FUTURE = frozenset({"will", "shall", "'ll", "’ll", "wo", "sha"})
UNREAL = frozenset({"would", "could", "might", "should", "'d", "’d"})
POSSIBLE = frozenset({"can", "ca", "may", "might", "could"})
#: Verbs that state a duty before an infinitive: "need to", "have to", "ought to".
DUTIES = frozenset({"need", "have", "ought"})
#: Verbs with which "I" and "we" tell of themselves, beside those of `mind_verbs.txt`.
OWN_STATES = frozenset({"be", "feel", "think", "know", "thank"})
AUTHORS = frozenset({"i", "we"})
#: A day, a month, a year or an hour.
DATE = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August"
    r"|September|October|November|December|[12]\d{3}|\d{1,2}(?::\d\d)? ?[ap]\.?m\b)"
)


def prediction(part: Part) -> float:
    """What will be: nobody can look it up. With a date it may be on a schedule, and counts half."""
    future = any(t.tag_ == "MD" and t.lower_ in FUTURE for t in part.children) or _going_to(part.governing)
    return (0.5 if DATE.search(part.words) else 1.0) * future


def _going_to(verb: Token | None) -> bool:
    return verb is not None and verb.lower_ == "going" and any(_is_infinitive(c) for c in verb.rights)


def _is_infinitive(word: Token) -> bool:
    return word.dep_ == "xcomp" and word.tag_ == "VB"


def counterfactual(part: Part) -> float:
    """What would have been: "would have failed", "had it rained"."""
    if any(t.tag_ == "MD" and t.lower_ in UNREAL and _is_perfect(t.head) for t in part.tokens):
        return 1.0
    return float(any(t.lower_ == "had" and t.dep_ in {"aux", "auxpass"} for t in part.tokens[:1]))


def _is_perfect(verb: Token) -> bool:
    return any(c.lower_ in {"have", "'ve", "’ve"} and c.dep_ in {"aux", "auxpass"} for c in verb.lefts)


def ability(part: Part) -> float:
    """What can or may be: a possibility, not an event."""
    return float(any(t.tag_ == "MD" and t.lower_ in POSSIBLE for t in part.children))


def duty(part: Part) -> float:
    """What has to be done, without "must" or "should": "need to", "have to", "it is time to"."""
    duties = any(_is_infinitive(t) and t.head.lemma_.lower() in DUTIES for t in part.tokens)
    return float(duties or (part.verb == "be" and "time to" in part.words))


def own_mind(part: Part) -> float:
    """ "I" or "we" with what they think, feel or are; half for other verbs that tell of no past deed."""
    if part.subject is None or part.governing is None or part.subject.lower_ not in AUTHORS:
        return 0.0
    minded = part.verb in OWN_STATES or part.verb in word_list("mind_verbs")
    return 1.0 if minded else 0.5 * (part.governing.tag_ != "VBD")


def assessing_verb(part: Part) -> float:
    """A verb that assesses what happened: "undermine", "shape", "degenerate"."""
    return float(part.verb in word_list("assessing_verbs"))
