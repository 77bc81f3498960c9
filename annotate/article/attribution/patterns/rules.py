"""The rules that read attributions off a parsed sentence, in the order in which they may claim a cue.

A source is somebody, or a document, behind an utterance that one could look for: what people are said to
think or want (`configs/words/mind_verbs.txt`) has none.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

from spacy.tokens import Doc

from annotate.article.attribution.patterns import apart, blame, nouns, phrases, stances, texts, verbs
from annotate.article.attribution.patterns.headlines import before_colon
from annotate.article.attribution.patterns.reading import Reading

Rule = Callable[[Doc], Iterator[Reading]]
RULES: tuple[Rule, ...] = (
    phrases.according_to,
    phrases.in_words_of,
    verbs.as_put_it,
    verbs.putting_to,
    verbs.making_clear,
    verbs.making_it_clear,
    verbs.citing,
    texts.heard_from,
    verbs.hearsay,
    verbs.understood,
    texts.papers_that_learn,
    texts.heard_by_bodies,
    texts.reports_have_it,
    texts.texts_that_bind,
    texts.emerging_from_texts,
    verbs.framed_thoughts,
    nouns.named_by_being,
    phrases.by_reports,
    phrases.in_document_from,
    blame.pointing,
    stances.voiced_stances,
    stances.defined_aims,
    stances.plainly_stated,
    stances.judged_by_others,
    nouns.nouns_of_saying,
    nouns.position_before_colon,
    apart.beside_words,
    verbs.verbs_of_saying,
    verbs.makers_of_lists,
)


def readings_of(doc: Doc, known: AbstractSet[str] = frozenset()) -> list[Reading]:
    """Return the attributions that a sentence names, one a cue, in the order of their cues.

    `known` are the last words of the names of persons in the text so far, in small letters.
    """
    readings: dict[int, Reading] = {}
    for reading in itertools.chain(*(rule(doc) for rule in RULES), before_colon(doc, known)):
        readings.setdefault(reading.cue.i, reading)
    return [readings[at] for at in sorted(readings)]
