"""How attributions lie in one another: "Politico, citing officials, reported that Lund said …".

Nearest to the claim stands its source (Lund); those who passed it on are named outermost first (Politico, the
officials). Only what is said outright makes a link: no pronoun, no "might say", no "did not say".
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from spacy.tokens import Token

from annotate.article.attribution.contents import speaks_apart
from annotate.article.attribution.cues import is_cue
from annotate.article.attribution.patterns import Reading
from annotate.article.attribution.sources import quoting_verb, rejoins_teller, speaker_of, teller_of
from annotate.article.attribution.utterances import UNLISTED
from annotate.article.nlp import subject_of
from annotate.config import word_list

AUTHORS = frozenset({"i", "me", "we", "us", "you", "one", "author"})
#: What tells which author is meant, so that it is another one: "the study's lead author, Ana Ruiz".
OF_SOMEBODY = frozenset({"amod", "appos", "compound", "poss", "prep"})
#: A clause that begins with one of these stands beside what is reported rather than in it.
ASIDES = frozenset({"although", "though", "while", "whereas", "but"})
CITING = frozenset({"citing", "quoting"})
#: How the one who is told hangs on a verb: "told Reuters", "said to Reuters".
TOLD = frozenset({"dobj", "dative"})
#: Parts of speech that stand in for a name: through one of these nothing came that one could name.
PRONOUNS = frozenset({"PRON", "DET"})


def carriers_of(reading: Reading, readings: Sequence[Reading]) -> list[tuple[Token, Token]]:
    """Return those through whom a reading came, outermost first: each as noun and cue."""
    medium = _medium_told(reading.cue)
    own = [] if medium is None or medium == reading.source else [(medium, reading.cue)]
    quoting = quoting_verb(reading.cue)
    if quoting is not None and (quoter := speaker_of(quoting)) is not None:
        return [(quoter, quoting), *own]
    outer = next((other for other in readings if _hands_on(other, reading)), None)
    if outer is None or outer.source is None:
        return own
    rest = [other for other in readings if other is not reading]
    cited = [(o.source, o.cue) for o in rest if o.source is not None and _cites_for(o, outer)]
    return [*carriers_of(outer, rest), (outer.source, outer.cue), *cited, *own]


def is_author(noun: Token, cue: Token) -> bool:
    """Return whether somebody is the author: "I", "the author", but not the one of "one of them told us"."""
    told_us = any(child.lower_ in {"me", "us"} for child in cue.rights)
    one_of = any(child.lower_ == "of" for child in noun.rights)
    if noun.lower_ == "one" and (cue.tag_ == "VBD" or told_us or one_of):
        return False
    if noun.lower_ == "author":
        told = (child for child in noun.children if child.dep_ in OF_SOMEBODY)
        return not any(child.dep_ != "prep" or not _points_here(child) for child in told)
    return noun.lower_ in AUTHORS


def _points_here(preposition: Token) -> bool:
    """Return whether a preposition leads to the text at hand: "the author of these lines"."""
    return any(child.lower_ in {"this", "these"} for noun in preposition.children for child in noun.lefts)


def _hands_on(outer: Reading, inner: Reading) -> bool:
    """Return whether one reading reports outright what the other one's source said."""
    if outer is inner or not (outer.strong and inner.strong) or not (_is_named(outer) and _is_named(inner)):
        return False
    if _cites_for(inner, outer):
        return True
    if str(outer.source) == str(inner.source):
        return False
    cue = inner.cue
    while cue.dep_ == "conj":
        cue = cue.head
    stands = cue.lemma_.lower() in word_list("stance_verbs") - UNLISTED
    only_stands = stands and not is_cue(cue)  # "Lund said her party had backed it"
    complement = cue.dep_ == "ccomp" and cue.head == outer.cue and not (only_stands or speaks_apart(cue))
    framed = outer.cue.lower_ == "according" and outer.cue.head == cue
    return (complement or framed) and not _is_open(inner.cue)


def _cites_for(citing: Reading, outer: Reading) -> bool:
    """Return whether a reading names whom the source of the other one cites."""
    return citing.cue.lower_ in CITING and teller_of(citing.cue) == outer.cue


def _is_named(reading: Reading) -> bool:
    source = reading.source
    return source is not None and source.pos_ not in PRONOUNS and not is_author(source, reading.cue)


def _is_open(cue: Token) -> bool:
    """Return whether a cue is denied or only possible: "did not say", "might say"."""
    return any(child.dep_ == "neg" or child.tag_ == "MD" for child in cue.children)


def _medium_told(cue: Token) -> Token | None:
    """Return the paper or station that was told: "told Reuters that …"."""
    persons = [child for child in cue.children if child.dep_ in TOLD]
    to = (child for child in cue.children if child.dep_ in {"prep", "dative"} and child.lower_ == "to")
    behind = (noun for noun in (*persons, *(c for each in to for c in each.children)) if noun.i > cue.i)
    names = (noun for noun in behind if noun.pos_ == "PROPN")
    return next((noun for noun in names if noun.text in word_list("media_names")), None)


def is_nested(reading: Reading, readings: Sequence[Reading]) -> bool:
    """Return whether a reading stands in what another one reports."""
    return any(other is not reading and _reports(other, reading.cue) for other in readings)


def _reports(reading: Reading, cue: Token) -> bool:
    """Return whether a cue stands in the content of a reading, and in no aside of the author's within it."""
    if reading.content is None or not reading.content[0] <= cue.i <= reading.content[1]:
        return False
    if cue.sent != reading.cue.sent or (reading.cue.dep_ == "conj" and cue.is_ancestor(reading.cue)):
        return False
    if cue.is_ancestor(reading.cue) and not _is_bracketed(reading.cue):
        return False
    between = itertools.takewhile(lambda above: above != reading.cue, (cue, *cue.ancestors))
    return not any(_is_aside(clause) or rejoins_teller(clause) for clause in between)


def _is_bracketed(cue: Token) -> bool:
    """Return whether a cue is put into the sentence that it reports: "the dam, Lund said, had broken"."""
    return cue.dep_ in {"parataxis", "intj", "advcl", "prep"}


def _is_aside(clause: Token) -> bool:
    answers = clause.dep_ == "conj" and subject_of(clause) is not None and _joint_before(clause) == "but"
    return answers or (clause.dep_ == "advcl" and any(child.lower_ in ASIDES for child in clause.lefts))


def _joint_before(clause: Token) -> str:
    """Return the conjunction that joins a clause to the one before it: "…, but Berg denied it"."""
    joints = (c for c in clause.head.rights if c.dep_ == "cc" and c.i < clause.i)
    return max(joints, key=lambda joint: joint.i, default=clause).lower_
