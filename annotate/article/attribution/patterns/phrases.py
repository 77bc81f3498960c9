"""Phrases that name a source: "according to X", "in the words of X", "by all accounts"."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from itertools import pairwise

from spacy.tokens import Doc, Token

from annotate.article.attribution.cues import can_speak, is_document
from annotate.article.attribution.kinds import has_voice, is_name
from annotate.article.attribution.patterns.reading import Reading, rest_of_sentence
from annotate.article.attribution.sources import author_of, owner_of, speaker_of
from annotate.article.attribution.utterances import strength_of
from annotate.article.nlp import QUOTES, VERBAL, child_of, subject_of

#: Phrases that name whose words follow.
WORDINGS = frozenset({("in", "words"), ("in", "telling"), ("by", "account")})
OPENS_WORDING = frozenset({"to", "per", *(first for first, _ in WORDINGS)})
#: What one has heard or read, without a name: "by all accounts".
HEARD = frozenset({"reports", "accounts"})
#: How many words stand at most behind "according to" where the parse finds no noun.
MOST_WORDS = 4
SAID_OR_TOLD = frozenset({"say", "tell", "report", "write"})


def according_to(doc: Doc) -> Iterator[Reading]:
    """ "According to X", "as per X": what follows it carries is the rest of the sentence."""
    for word in doc[:-2]:
        if word.lower_ != "according" or doc[word.i + 1].lower_ != "to":
            continue
        to = doc[word.i + 1]
        heads = [t for t in doc[to.i + 1 :] if t.dep_ == "pobj" and t.head in (word, to)]
        offices = (b for a, b in pairwise(heads) if a.i + 1 == b.left_edge.i)  # "curator Ana Ruiz"
        head = next(offices, heads[0] if heads else _noun_behind(to))
        if head is not None:
            by = author_of(head)
            content = rest_of_sentence(word, int(head.right_edge.i))
            yield Reading(word, to if by is None else by.head, by or head, content)


def _noun_behind(to: Token) -> Token | None:
    """Return the noun behind "to" where the tagger takes its first word for a verb: "to show insiders"."""
    ends = (t.i for t in to.doc[to.i + 1 :] if t.pos_ == "PUNCT")
    phrase = to.doc[to.i + 1 : next(ends, len(to.doc))]
    name = list(itertools.takewhile(lambda token: token.is_title, phrase))
    if name and len(name) < len(phrase) and phrase[len(name)].pos_ in {"DET", "PRON"}:
        return name[-1]  # "According to Ruiz the mill was sold"
    short = 0 < len(phrase) <= MOST_WORDS and phrase[-1].pos_ in {"NOUN", "PROPN"}
    return phrase[-1] if short else None


def in_words_of(doc: Doc) -> Iterator[Reading]:
    """ "In the words of X", "in X's words", "to quote X", "per X" beside a statement."""
    for word in doc[:-2]:
        if word.lower_ not in OPENS_WORDING or (word.is_title and word.i > word.sent.start):
            continue  # "the owner, Per Kell, told us"
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
        yield Reading(cue, end, source, rest_of_sentence(word, int(last)))


def _worded_by(word: Token) -> tuple[Token | None, Token | None]:
    """Return who is quoted by a phrase that begins with `word`, and what stands there for their words."""
    if word.lower_ == "to":
        quote = word.head if word.head.lower_ == "quote" else None
        quoted = child_of(quote, "dobj") if quote is not None else None
        return (quoted, quote) if can_speak(quoted) else (None, None)
    noun = child_of(word, "pobj")
    if noun is not None and word.lower_ == "per" and (can_speak(noun) or has_voice(noun)):
        return noun, word
    if noun is not None and (word.lower_, noun.lower_) in WORDINGS:
        return owner_of(noun), noun
    return None, None


def by_reports(doc: Doc) -> Iterator[Reading]:
    """ "From all reports, …", "by most accounts", "from what the police have said, …"."""
    for word in doc[:-2]:
        if word.lower_ not in {"by", "from"} or (word.i > word.sent.start and doc[word.i - 1].text != ","):
            continue
        last = int(word.right_edge.i)
        noun, said = child_of(word, "pobj"), child_of(word, "pcomp")
        if last + 1 >= len(doc) or doc[last + 1].pos_ != "PUNCT":
            continue
        if noun is not None and noun.lower_ in HEARD and _is_of_many(noun):
            yield Reading(word, word, noun, rest_of_sentence(word, last))
        elif said is not None and doc[word.i + 1].lower_ == "what" and said.lemma_.lower() in SAID_OR_TOLD:
            yield Reading(said, said, subject_of(said), rest_of_sentence(word, last))


def _is_of_many(noun: Token) -> bool:
    """Return whether the reports or accounts are not those of somebody: "all reports", "most accounts"."""
    return any(child.lower_ in {"all", "most", "many", "several"} for child in noun.lefts)


def in_document_from(doc: Doc) -> Iterator[Reading]:
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
            yield Reading(noun, noun, owner, rest_of_sentence(word, int(word.right_edge.i)))


def _is_first_or_behind_comma(word: Token) -> bool:
    return bool(word.i == word.sent.start or word.nbor(-1).text == ",")
