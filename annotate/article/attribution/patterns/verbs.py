"""Verbs of saying, and what stands for one: "put it", "made clear", "citing", "gave two reasons"."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from annotate.article.attribution.contents import Stretch, colon_behind, content_of, named_beside_quotation
from annotate.article.attribution.cues import can_speak, is_document
from annotate.article.attribution.kinds import has_voice, is_name, kind_of
from annotate.article.attribution.patterns.nouns import HEARSAY
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.attribution.patterns.stances import is_open
from annotate.article.attribution.sources import speaker_of, teller_of
from annotate.article.attribution.utterances import cue_end, may_utter, strength_of
from annotate.article.nlp import QUOTES, VERBAL, child_of, is_finite, subject_of
from annotate.config import word_list

#: What somebody makes, and is, who says that something is so.
PLAIN_WORDS = frozenset({"clear", "plain", "explicit"})
FIRM_WORDS = frozenset({"adamant", "insistent", "emphatic"})
#: How a subject hangs on its verb, and tags of words that ask.
SUBJECTS = frozenset({"expl", "nsubj", "nsubjpass"})
ASKING = frozenset({"WP", "WDT", "WRB"})
#: Verbs before a word of plain speech.
MAKES = frozenset({"be", "have", "let", "make"})
#: What somebody makes, or lets be known, by which he says something.
MADE = frozenset({"case", "known", "point"})
#: Verbs by which somebody makes a list, and what it may be of.
LISTING = frozenset({"cite", "find", "give", "identify", "list", "make", "mention", "name", "offer", "raise"})
#: What one makes rather than says: "the team made three mistakes".
DONE = frozenset({"defect", "error", "failing", "failure", "fault", "flaw", "mistake", "problem"})
LISTED = frozenset({
    "argument", "cause", "complaint", "concern", "conclusion", "defect", "demand", "error", "explanation",
    "failing", "failure", "fault", "finding", "flaw", "lesson", "mistake", "objection", "point", "problem",
    "proposal", "reason", "recommendation", "shortcoming", "weakness",
})  # fmt: skip


def verbs_of_saying(doc: Doc) -> Iterator[Reading]:
    """A verb of saying with its speaker and what was said."""
    for verb in doc:
        if verb.pos_ not in VERBAL or verb.dep_ in {"aux", "auxpass", "amod"} or not may_utter(verb):
            continue
        source = _speaker(verb)
        strength = strength_of(verb, source)
        if strength is not None:
            yield Reading(verb, cue_end(verb), source, content_of(verb), strong=strength)


def _speaker(verb: Token) -> Token | None:
    """Return who speaks: the subject; without one of its own, the name between verb and quotation."""
    own = subject_of(verb) is not None
    return speaker_of(verb) if own else named_beside_quotation(verb) or speaker_of(verb)


def as_put_it(doc: Doc) -> Iterator[Reading]:
    """ "As X put it", "is how X put it": the rest of the sentence is what X said."""
    for verb in doc:
        it = any(child.lower_ == "it" and child.dep_ == "dobj" for child in verb.children)
        content = _put_in_words(doc, verb) if it and verb.lemma_.lower() == "put" else None
        if content is not None:
            yield Reading(verb, verb, speaker_of(verb), content)


def putting_to(doc: Doc) -> Iterator[Reading]:
    """ "The lawyer put it to her that she had lied", "his aides let the papers know that he would go"."""
    for verb in doc:
        to = any(child.lower_ == "to" and child.dep_ == "prep" for child in verb.rights)
        known = child_of(verb, "ccomp") if verb.lemma_ == "let" else None
        if verb.lemma_ == "put" and to and any(child.lower_ == "it" for child in verb.rights):
            marks = (t for t in verb.subtree if t.dep_ == "mark" and t.lower_ == "that")
            clause = next((mark.head for mark in marks if is_finite(mark.head)), None)
        else:
            clause = child_of(known, "ccomp") if known is not None and known.lower_ == "know" else None
        that = clause is not None and any(child.lower_ == "that" for child in clause.lefts)
        if clause is not None and that and not is_open(verb):
            yield Reading(verb, verb, speaker_of(verb), (int(clause.left_edge.i), int(clause.right_edge.i)))


def _put_in_words(doc: Doc, verb: Token) -> Stretch | None:
    leads = {child.lower_ for child in verb.lefts}
    behind = int(verb.right_edge.i) + 1
    if "as" in leads and behind < len(doc) - 1:
        return behind, len(doc) - 1
    if "as" in leads and verb.left_edge.i > 1:
        return 0, verb.left_edge.i - 1
    colon = colon_behind(verb)
    if colon is not None and not leads & {"as", "how"}:
        return colon.i + 1, len(doc) - 1
    quoted = verb.head.i > 0 and doc[verb.head.i - 1].text in QUOTES
    return (0, verb.head.i - 1) if "how" in leads and quoted else None


def making_clear(doc: Doc) -> Iterator[Reading]:
    """ "X made clear that", "X was adamant that", "made the point that", "rumour has it that"."""
    for that in doc[2:-1]:
        word = doc[that.i - 1]
        if that.lower_ != "that" or word.lower_ not in PLAIN_WORDS | FIRM_WORDS | MADE | {"it"}:
            continue
        above = [each for each in (word, *word.ancestors) if each.lemma_ in MAKES and each != word]
        verb = above[0] if above else None
        source = speaker_of(verb) if verb is not None else None
        if verb is not None and source is not None and _speaks_by(verb, word, source):
            yield Reading(verb, word, source, (that.i, int(verb.right_edge.i)))


def making_it_clear(doc: Doc) -> Iterator[Reading]:
    """ "Lund made it clear she would not sign", "made clear the dam must go"."""
    for word in doc[2:-2]:
        if word.lower_ not in PLAIN_WORDS or not _is_made(word):
            continue
        verb = doc[word.i - 2] if doc[word.i - 1].lower_ == "it" else doc[word.i - 1]
        subject = _subject_behind(word, verb)
        source = speaker_of(verb) if subject is not None else None
        if subject is not None and source is not None and has_voice(source) and not is_open(verb):
            yield Reading(verb, word, source, (int(subject.left_edge.i), int(subject.head.right_edge.i)))


def _subject_behind(word: Token, verb: Token) -> Token | None:
    """Return the subject of what is made clear: right behind the word, or behind "in a letter"."""
    subjects = (t for t in word.doc[word.i + 1 :] if t.dep_ in SUBJECTS)
    subject = next(subjects, None)
    if subject is None or word.nbor().tag_ in ASKING or not is_finite(subject.head):
        return None
    joined = subject.head.head in (word, verb) and word.nbor().dep_ == "prep"
    return subject if joined or subject.left_edge.i == word.i + 1 else None


def _is_made(word: Token) -> bool:
    """Return whether a word of plain speech stands right behind "made" or "made it"."""
    before = word.nbor(-2) if word.nbor(-1).lower_ == "it" else word.nbor(-1)
    return bool(before.lemma_ == "make" and before.pos_ in VERBAL)


def _speaks_by(verb: Token, word: Token, source: Token) -> bool:
    """Return whether a verb, the word before its "that" and its subject say together that it was said."""
    if word.lower_ == "it":
        return verb.lemma_.lower() == "have" and source.lower_ in HEARSAY
    lemma = verb.lemma_.lower()
    if word.lower_ in FIRM_WORDS:
        fits = lemma == "be"
    else:
        fits = lemma == "make" or (lemma == "let" and word.lower_ == "known")
    return fits and has_voice(source)


def hearsay(doc: Doc) -> Iterator[Reading]:
    """ "I heard that they had left", "we have read that …": somebody has said it, and nobody is named."""
    for verb in doc:
        clause = child_of(verb, "ccomp") if verb.lemma_.lower() in {"hear", "read"} else None
        hearer = subject_of(verb) if clause is not None else None
        if clause is None or hearer is None or hearer.lower_ not in {"i", "we"} or is_open(verb):
            continue
        if any(child.lower_ == "that" for child in clause.lefts):
            yield Reading(verb, verb, None, (int(clause.left_edge.i), int(clause.right_edge.i)))


def understood(doc: Doc) -> Iterator[Reading]:
    """ "It is understood that two men will go", "two men are understood to have gone": nobody is named."""
    for verb in doc:
        if verb.lower_ != "understood" or child_of(verb, "auxpass") is None or is_open(verb):
            continue
        subject, clause = child_of(verb, "nsubjpass", "expl"), child_of(verb, "ccomp", "xcomp")
        it = subject is not None and subject.lower_ == "it"
        if clause is not None and clause.i > verb.i and (it or clause.dep_ == "xcomp"):
            yield Reading(verb, verb, None, (int(clause.left_edge.i), int(clause.right_edge.i)))


def citing(doc: Doc) -> Iterator[Reading]:
    """ "citing X", "quoting X" beside a statement."""
    for verb in doc:
        if verb.lower_ not in {"citing", "quoting"} or verb.dep_ not in {"advcl", "prep"}:
            continue
        source, teller = child_of(verb, "dobj"), teller_of(verb)
        if source is not None and child_of(teller, "neg") is None and _is_cited(source, teller):
            yield Reading(verb, verb, source, content_of(teller) or (0, max(0, verb.i - 1)))


def _is_cited(source: Token, verb: Token) -> bool:
    """Return whether somebody is cited, or by a body a document; a person goes before a document."""
    if not is_document(source):
        return can_speak(source)
    speaker = speaker_of(verb)
    return speaker is None or kind_of(speaker, speaker.subtree) != "person"


def makers_of_lists(doc: Doc) -> Iterator[Reading]:
    """ "Ruiz gave two reasons": what they are stands in the sentences behind."""
    for verb in doc:
        speaker = speaker_of(verb) if makes_list(verb) else None
        if speaker is not None and (can_speak(speaker) or is_name(speaker)):
            yield Reading(verb, verb, speaker, content_of(verb), strong=False)


def makes_list(verb: Token) -> bool:
    """Return whether somebody makes a list: "the report names three failings", "he gave several reasons"."""
    things = child_of(verb, "dobj") if verb.lemma_.lower() in LISTING else None
    if things is None or things.tag_ != "NNS" or things.lemma_.lower() not in LISTED:
        return False
    if verb.lemma_ == "make" and things.lemma_.lower() in DONE:
        return False
    return any(
        child.dep_ == "nummod" or child.lower_ in {"several", "following"} for child in things.children
    )


def framed_thoughts(doc: Doc) -> Iterator[Reading]:
    """ "According to Reuters, Lund believes that …": a thought that somebody has reported was uttered."""
    for verb in doc:
        framed = any(child.lower_ == "according" for child in verb.lefts)
        clause = (
            child_of(verb, "ccomp") if framed and verb.lemma_.lower() in word_list("mind_verbs") else None
        )
        thinker = subject_of(verb) if clause is not None else None
        if clause is not None and thinker is not None and (can_speak(thinker) or is_name(thinker)):
            yield Reading(verb, verb, thinker, (int(clause.left_edge.i), int(clause.right_edge.i)))
