"""What kind of source a noun phrase names: a person, an organisation, a document, or nobody by name.

Word lists and the form of the phrase decide; where they say nothing, the kind stays open. Known limits: a
body with a name like a person's, and a surname that is also the name of a country.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.tokens import Token

from annotate.article.attribution.cues import can_speak, is_document
from annotate.config import word_list
from annotate.model import SourceKind

#: Who speaks by one of these is a person, whatever the name may be.
OF_PERSONS = frozenset({"he", "she", "who", "him", "her", "himself", "herself"})
#: Pronouns and numbers that stand for somebody.
SPEAKING_PRONOUNS = frozenset({
    "both", "he", "her", "his", "i", "it", "its", "many", "one", "others", "she", "some", "their", "they",
    "we", "who", "you",
})  # fmt: skip
NAME_LISTS = ("female_names", "male_names", "address_titles")
NOUN_LISTS = ("organisation_nouns", "document_nouns", "person_nouns", "people_nouns", "nobody_words")
ORGANISATION_LISTS = ("organisation_names", "media_names")
#: Articles and the like that point to somebody known; "a spokesman" is nobody in particular.
DEFINITE = frozenset({"the", "this", "that", "his", "her", "its", "their", "my", "our"})
#: An all-capital word at least this long is the short name of a body: "FBI".
SHORTEST_ACRONYM = 2
#: Parts of speech that are no name even where they begin with a capital.
NO_NAMES = frozenset({"PRON", "DET", "NUM", "ADP", "ADV", "SCONJ", "CCONJ", "PART", "AUX", "PUNCT", "INTJ"})
PLURALS = frozenset({"NNS", "NNPS"})


def kind_of(head: Token, words: Iterable[Token]) -> SourceKind | None:
    """Return the kind of source that a noun phrase names, `head` being the noun that governs it."""
    phrase = list(words)
    if head.pos_ == "PRON" or head.lower_ in OF_PERSONS:
        return "person" if head.lower_ in OF_PERSONS else _kind_of_pronoun(head)
    return _kind_of_name(head, phrase) if is_name(head) else _kind_of_noun(head, phrase)


def is_name(noun: Token) -> bool:
    """Return whether a word is a name: also where the tagger took it for a common one without an article."""
    if noun.pos_ == "PROPN":
        return True
    if not (noun.is_title or _is_acronym(noun)) or noun.pos_ in NO_NAMES or _is_listed(noun):
        return False
    bare = not any(child.i < noun.i for child in noun.children if child.dep_ != "det" or noun.is_title)
    return bare and (noun.tag_ not in PLURALS or noun.i > 0)


def has_voice(noun: Token) -> bool:
    """Return whether a noun names somebody, a body or a document that can judge or demand."""
    lemma = noun.lemma_.lower()
    if noun.pos_ in {"PRON", "NUM"}:
        return noun.lower_ in SPEAKING_PRONOUNS
    if noun.lower_ in {"former", "latter"}:
        return True
    listed = lemma in word_list("organisation_nouns") or lemma in word_list("people_nouns")
    return listed or can_speak(noun) or is_name(noun)


def _is_acronym(word: Token) -> bool:
    return word.is_upper and word.is_alpha and len(word) >= SHORTEST_ACRONYM


def _is_listed(noun: Token) -> bool:
    return any(noun.lemma_.lower() in word_list(name) for name in NOUN_LISTS)


def is_person_name(words: Sequence[Token]) -> bool:
    """Return whether words in a row, all capitalised, name a person for sure: a first name or title leads."""
    return any(in_lists(word.text, NAME_LISTS) for word in words[:-1])


def _kind_of_pronoun(pronoun: Token) -> SourceKind | None:
    """ "Some", "many", "others" are nobody by name; what "it" and "they" stand for stays open."""
    return "unnamed" if pronoun.lower_ in word_list("nobody_words") else None


def _kind_of_name(head: Token, phrase: Sequence[Token]) -> SourceKind:
    name = [word for word in phrase if word == head or _belongs(word, head)]
    if is_person_name(name) or _has_office(head, phrase):
        return "person"
    if head.tag_ == "NNPS" and phrase[0].lower_ in word_list("nobody_words"):
        return "unnamed"
    bodies = word_list("organisation_nouns")
    if any(in_lists(word.text, ORGANISATION_LISTS) or word.lower_ in bodies for word in name):
        return "organisation"
    if head.lower_ in word_list("document_nouns"):
        return "document"
    with_article = bool(phrase) and phrase[0].lower_ == "the"
    return "organisation" if _is_acronym(head) or with_article else "person"


def _kind_of_noun(head: Token, phrase: Sequence[Token]) -> SourceKind | None:
    lemma = head.lemma_.lower()
    if lemma in word_list("nobody_words"):
        return "unnamed"
    if any(child.dep_ == "appos" and child.pos_ == "PROPN" and child in phrase for child in head.children):
        return "person"
    if lemma in word_list("organisation_nouns"):
        return "organisation"
    if is_document(head):
        return "document"
    if lemma in word_list("person_nouns") or lemma in word_list("people_nouns"):
        return "person" if head.tag_ not in PLURALS and _is_definite(head) else "unnamed"
    return None


def _belongs(word: Token, head: Token) -> bool:
    """Return whether a word is in a name: "Tove" in "Tove Lund", but not "Reuters" in "Reuters' Lund"."""
    return word.pos_ == "PROPN" and word.head == head and word.dep_ != "poss"


def _has_office(head: Token, phrase: Sequence[Token]) -> bool:
    """Return whether an office stands before a name: "Foreign Minister Lund", "columnist Lund"."""
    offices = word_list("person_nouns") - word_list("organisation_nouns")
    return any(word.lemma_.lower() in offices for word in phrase if word.i < head.i and word.head == head)


def _is_definite(noun: Token) -> bool:
    """Return whether a noun points to somebody known: by its article, or by whose it is."""
    children = list(noun.children)
    known = any(c.lower_ in DEFINITE or c.dep_ == "poss" for c in children)
    known = known or any(c.pos_ == "PROPN" and c.i < noun.i for c in children)
    return known and not any(c.lower_ in {"a", "an", "one", "another"} for c in children)


def in_lists(word: str, lists: Sequence[str]) -> bool:
    """Return whether a word, without the full stop of an abbreviation, stands in one of the lists."""
    plain = word.rstrip(".")
    return any(plain in word_list(name) for name in lists)
