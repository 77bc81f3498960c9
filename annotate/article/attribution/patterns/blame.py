"""Where somebody seeks a cause or a culprit: "pointed to the weather", "pointed the finger at the port"."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from annotate.article.attribution.kinds import has_voice, is_name
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.attribution.patterns.stances import is_open
from annotate.article.attribution.sources import speaker_of
from annotate.article.nlp import VERBAL, child_of


def pointing(doc: Doc) -> Iterator[Reading]:
    """ "Officials pointed to the weather", "Lund pointed the finger at the port"."""
    for verb in doc:
        if verb.lemma_.lower() != "point" or verb.pos_ not in VERBAL or is_open(verb):
            continue
        speaker, at = speaker_of(verb), _pointed_at(verb)
        if at is not None and speaker is not None and has_voice(speaker):
            yield Reading(verb, at, speaker, (int(at.left_edge.i), int(at.right_edge.i)))


def _pointed_at(verb: Token) -> Token | None:
    """Return the preposition that leads to whom or what somebody takes for the cause.

    One person who points to a thing may do so by hand: only people by their office, or many, mean a cause.
    """
    finger = child_of(verb, "dobj")
    phrases = [child for child in verb.rights if child.dep_ == "prep"]
    if finger is not None:
        phrases += [child for child in finger.rights if child.dep_ == "prep"]
        return next((each for each in phrases if finger.lemma_ == "finger" and each.lower_ == "at"), None)
    speaker = speaker_of(verb)
    many = speaker is not None and speaker.lower_ in {"many", "others", "some"}
    by_hand = speaker is None or (speaker.pos_ == "PRON" and not many) or is_name(speaker)
    leads = (each for each in phrases if each.lower_ == "to" and child_of(each, "pobj") is not None)
    return None if by_hand else next(leads, None)
