"""Attributions as they stand in a parsed sentence, in tokens; each rule reads one way of naming a source.

A source is somebody, or a document, behind an utterance that one could look for: what people are said to
think or want (`configs/words/mind_verbs.txt`) has none.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from annotate.article.attribution.apart import documents_beside, told_past_asides, words_on_signs
from annotate.article.attribution.contents import Stretch, colon_behind, content_of, named_beside_quotation
from annotate.article.attribution.cues import can_speak, is_document
from annotate.article.attribution.kinds import is_name, is_person_name, kind_of
from annotate.article.attribution.sources import author_of, is_voiced, owner_of, speaker_of, teller_of
from annotate.article.attribution.utterances import cue_end, strength_of
from annotate.article.nlp import QUOTES, VERBAL, child_of, has_auxiliary, is_finite, subject_of
from annotate.config import word_list

#: Phrases that name whose words follow.
WORDINGS = frozenset({("in", "words"), ("in", "telling"), ("by", "account")})
OPENS_WORDING = frozenset({"to", "per", *(first for first, _ in WORDINGS)})
#: What somebody makes, and is, who says that something is so.
PLAIN_WORDS = frozenset({"clear", "plain", "explicit"})
FIRM_WORDS = frozenset({"adamant", "insistent", "emphatic"})
#: What has it that something is so.
HEARSAY = frozenset({"rumour", "rumor", "word", "gossip", "hearsay"})
#: What says ahead how something will be: "the forecast is for rain".
FORECASTS = frozenset({"forecast", "outlook", "prognosis"})
#: What one has heard or read, without a name: "by all accounts".
HEARD = frozenset({"reports", "accounts"})
SAID_OR_TOLD = frozenset({"say", "tell", "report", "write"})
#: Who stands alone before a colon in headlines: "Police: driver had fled", "Report: dam was unsafe".
HEADLINED = frozenset({
    "analyst", "army", "audit", "council", "court", "critic", "doctor", "economist", "expert", "government",
    "inquiry", "judge", "lawyer", "lawmaker", "mayor", "minister", "ministry", "official", "police", "poll",
    "president", "prosecutor", "report", "researcher", "review", "scientist", "source", "spokesman",
    "spokeswoman", "study", "survey", "union", "witness",
})  # fmt: skip
#: Verbs by which somebody makes a list, and what it may be of.
LISTING = frozenset({"cite", "find", "give", "identify", "list", "make", "mention", "name", "offer", "raise"})
#: What one makes rather than says: "the team made three mistakes".
DONE = frozenset({"defect", "error", "failing", "failure", "fault", "flaw", "mistake", "problem"})
LISTED = frozenset({
    "argument", "cause", "complaint", "concern", "conclusion", "defect", "demand", "error", "explanation",
    "failing", "failure", "fault", "finding", "flaw", "lesson", "mistake", "objection", "point", "problem",
    "proposal", "reason", "recommendation", "shortcoming", "weakness",
})  # fmt: skip
#: Where a headline has its colon at the latest, in tokens.
MOST_WORDS_BEFORE_COLON = 8


@dataclass(frozen=True)
class Reading:
    """One attribution in a parsed sentence, in tokens; `strong` where an utterance is named beyond doubt."""

    cue: Token
    cue_end: Token
    source: Token | None
    content: Stretch | None
    strong: bool = True


def readings_of(doc: Doc, known: AbstractSet[str] = frozenset()) -> list[Reading]:
    """Return the attributions that a sentence names, one a cue, in the order of their cues.

    `known` are the last words of the names of persons in the text so far, in small letters.
    """
    readings: dict[int, Reading] = {}
    for reading in itertools.chain(*(rule(doc) for rule in RULES), _before_colon(doc, known)):
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
        if word.lower_ not in OPENS_WORDING:
            continue
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
    colon = colon_behind(verb)
    if colon is not None and not leads & {"as", "how"}:
        return colon.i + 1, len(doc) - 1
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
        if source is not None and child_of(teller, "neg") is None and _is_cited(source, teller):
            yield Reading(verb, verb, source, content_of(teller) or (0, max(0, verb.i - 1)))


def _is_cited(source: Token, verb: Token) -> bool:
    """Return whether somebody is cited, or by a body a document; a person goes before a document."""
    if not is_document(source):
        return can_speak(source)
    speaker = speaker_of(verb)
    return speaker is None or kind_of(speaker, speaker.subtree) != "person"


def _makers_of_lists(doc: Doc) -> Iterator[Reading]:
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


def _nouns_of_saying(doc: Doc) -> Iterator[Reading]:
    """ "the mayor's claim that …", "a warning from the ministry that …"."""
    for noun in doc:
        if noun.pos_ != "NOUN" or not is_voiced(noun):
            continue
        owner = owner_of(noun) or _taken_for_noun(noun)
        behind = [*noun.children, *(owner.children if owner is not None and owner.i > noun.i else ())]
        clauses = (c for c in behind if c.dep_ in {"acl", "ccomp", "relcl"} and c.i > noun.i)
        clause = next((c for c in clauses if any(t.lower_ == "that" for t in c.children)), None)
        if clause is not None and (clause.dep_ != "relcl" or _tells_content(clause, owner)):
            content = (int(clause.left_edge.i), int(clause.right_edge.i))
            yield Reading(noun, noun, owner, content)


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


def _beside_words(doc: Doc) -> Iterator[Reading]:
    """Sources apart from what they say: "…, records show.", "…," read a banner, "told us – … – that …"."""
    for cue, source, content in itertools.chain(
        documents_beside(doc), words_on_signs(doc), told_past_asides(doc)
    ):
        yield Reading(cue, cue, source, content)


def _position_before_colon(doc: Doc) -> Iterator[Reading]:
    """ "The stance of the council has remained firm: …": behind the colon stands what the council says."""
    colon = next((t.i for t in doc[1:-1] if t.text == ":"), 0)
    for noun in doc[:colon]:
        position = _is_of_saying(noun) and _leads_to_colon(noun)
        if position and (owner := owner_of(noun)) is not None:
            yield Reading(noun, noun, owner, (colon + 1, len(doc) - 1))
            return


def _framed_thoughts(doc: Doc) -> Iterator[Reading]:
    """ "According to Reuters, Lund believes that …": a thought that somebody has reported was uttered."""
    for verb in doc:
        framed = any(child.lower_ == "according" for child in verb.lefts)
        clause = (
            child_of(verb, "ccomp") if framed and verb.lemma_.lower() in word_list("mind_verbs") else None
        )
        thinker = subject_of(verb) if clause is not None else None
        if clause is not None and thinker is not None and (can_speak(thinker) or is_name(thinker)):
            yield Reading(verb, verb, thinker, (int(clause.left_edge.i), int(clause.right_edge.i)))


def _named_by_being(doc: Doc) -> Iterator[Reading]:
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
            owner = owner_of(noun)
            if owner is not None and (can_speak(owner) or is_name(owner) or owner.pos_ == "PRON"):
                yield Reading(noun, noun, owner, content)
        elif doc[content[0]].lower_ == "that" and lemma in HEARSAY and noun.i == noun.left_edge.i:
            yield Reading(noun, verb, None, content)


def _is_of_saying(noun: Token) -> bool:
    return noun.lemma_.lower() in word_list("cue_nouns") | word_list("position_nouns")


def _by_reports(doc: Doc) -> Iterator[Reading]:
    """ "From all reports, …", "by most accounts", "from what the police have said, …"."""
    for word in doc[:-2]:
        if word.lower_ not in {"by", "from"} or (word.i > word.sent.start and doc[word.i - 1].text != ","):
            continue
        last = int(word.right_edge.i)
        noun, said = child_of(word, "pobj"), child_of(word, "pcomp")
        if last + 1 >= len(doc) or doc[last + 1].pos_ != "PUNCT":
            continue
        if noun is not None and noun.lower_ in HEARD and _is_of_many(noun):
            yield Reading(word, word, noun, _rest_of_sentence(word, last))
        elif said is not None and doc[word.i + 1].lower_ == "what" and said.lemma_.lower() in SAID_OR_TOLD:
            yield Reading(said, said, subject_of(said), _rest_of_sentence(word, last))


def _is_of_many(noun: Token) -> bool:
    """Return whether the reports or accounts are not those of somebody: "all reports", "most accounts"."""
    return any(child.lower_ in {"all", "most", "many", "several"} for child in noun.lefts)


def _in_document_from(doc: Doc) -> Iterator[Reading]:
    """ "In a statement from the ministry, …": where no verb of saying has a speaker of its own."""
    for word in doc[:-3]:
        noun = child_of(word, "pobj")
        if word.lower_ != "in" or noun is None or not (is_document(noun) and _is_first_or_behind_comma(word)):
            continue
        by = next((c for c in noun.children if c.dep_ == "prep" and c.lower_ in {"by", "from"}), None)
        owner = child_of(by, "pobj") if by is not None else None
        verb = next((above for above in word.ancestors if above.pos_ in VERBAL), None)
        if owner is None or verb is None or (strength_of(verb, speaker_of(verb)) and speaker_of(verb)):
            continue
        if can_speak(owner) or is_name(owner):
            yield Reading(noun, noun, owner, _rest_of_sentence(word, int(word.right_edge.i)))


def _is_first_or_behind_comma(word: Token) -> bool:
    return bool(word.i == word.sent.start or word.nbor(-1).text == ",")


def _before_colon(doc: Doc, known: AbstractSet[str]) -> Iterator[Reading]:
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


def _leads_to_colon(noun: Token) -> bool:
    """Return whether a noun has its content behind the colon: "their demand is clear:", "made a demand:"."""
    if noun.dep_ == "pobj" and noun.head.lower_ == "among":
        return True
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
    _framed_thoughts,
    _named_by_being,
    _by_reports,
    _in_document_from,
    _nouns_of_saying,
    _position_before_colon,
    _beside_words,
    _verbs_of_saying,
    _makers_of_lists,
)
