"""Who stands alone before a colon, as in headlines: "Police: driver had fled"."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from spacy.tokens import Doc, Token

from annotate.article.attribution.kinds import is_person_name
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.nlp import QUOTES, is_finite

#: Who stands alone before a colon in headlines: "Police: driver had fled", "Report: dam was unsafe".
HEADLINED = frozenset({
    "analyst", "army", "audit", "council", "court", "critic", "doctor", "economist", "expert", "government",
    "inquiry", "judge", "lawyer", "lawmaker", "mayor", "minister", "ministry", "official", "police", "poll",
    "president", "prosecutor", "report", "researcher", "review", "scientist", "source", "spokesman",
    "spokeswoman", "study", "survey", "union", "witness",
})  # fmt: skip
#: Where a headline has its colon at the latest, in tokens.
MOST_WORDS_BEFORE_COLON = 8


def before_colon(doc: Doc, known: AbstractSet[str]) -> Iterator[Reading]:
    """ "Police: driver had fled", "Tove Lund on the wall: “We are late.”": as headlines name who speaks."""
    colon = next((t.i for t in doc[1:MOST_WORDS_BEFORE_COLON] if t.text == ":"), 0)
    if not colon or not any(is_finite(t) for t in doc[colon + 1 :]) or doc[-1].text == "?":
        return
    topic = next((t.i for t in doc[1:colon] if t.lower_ in {"about", "on"}), colon)
    if topic < colon and doc[colon + 1].text not in QUOTES:
        return
    head, words = doc[topic - 1], list(doc[:topic])
    names = all(word.is_title or word.is_upper for word in words) and is_person_name(words)
    if names or head.lower_ in known or (len(words) == 1 and head.is_title and _speaks_in_headlines(head)):
        yield Reading(doc[colon], doc[colon], head, (colon + 1, len(doc) - 1))


def _speaks_in_headlines(noun: Token) -> bool:
    word = noun.lemma_.lower()
    return word in HEADLINED
