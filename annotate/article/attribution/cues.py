"""What may name a source: verbs of saying, documents, people and bodies that can speak."""

from __future__ import annotations

from spacy.tokens import Token

from annotate.article.nlp import child_of, subject_of
from annotate.config import word_list

#: Verbs by which somebody judges a thing "as" something, or finds fault "for" it.
JUDGING = frozenset({
    "blame", "brand", "castigate", "class", "classify", "condemn", "criticise", "criticize", "decry",
    "denounce", "depict", "dismiss", "fault", "hail", "label", "lambast", "lambaste",
    "portray", "praise", "rank", "rate", "rebuke", "ridicule", "slam",
})  # fmt: skip
#: Verbs by which somebody goes on with what he said: "the trains run again, he went on".
GOING_ON = frozenset({"carry", "continue", "go"})
#: Verbs of a body or paper that comes to know what others say, and bodies that hear it.
HEARD_OR_LEARNED = frozenset({"emerge", "hear", "learn"})
HEARERS = frozenset({
    "commission", "committee", "court", "hearing", "inquest", "inquiry", "jury", "juror", "panel", "trial",
    "tribunal",
})  # fmt: skip
#: How nouns for deeds and qualities end: they have no voice.
ABSTRACT = ("tion", "sion", "ment", "ness", "ity", "ance", "ence", "ism", "ship", "hood", "ure")
#: Verbs whose object does what the infinitive behind it tells: "forced Lund to admit that …".
MAKING_DO = frozenset({
    "bring", "cause", "compel", "drive", "force", "get", "goad", "inspire", "lead", "oblige", "press",
    "pressure", "prompt", "provoke", "push", "shame", "spur",
})  # fmt: skip
#: How somebody is who does what the infinitive behind it tells: "was quick to point out that …".
DOING = frozenset({"careful", "keen", "quick", "swift"})
#: What somebody takes, or is at, who goes out of his way to say a thing, and the verbs beside it.
OCCASIONS = frozenset({
    "chance", "effort", "liberty", "length", "moment", "occasion", "opportunity", "pain", "step", "time",
    "trouble", "way",
})  # fmt: skip
TAKING = frozenset({"be", "go", "make", "seize", "spend", "take", "use"})


def is_cue(verb: Token) -> bool:
    """Return whether a verb may carry what somebody says."""
    lemma = verb.lemma_.lower()
    listed = any(lemma in word_list(words) for words in ("cue_verbs", "clause_cue_verbs", "document_verbs"))
    if not listed and lemma not in HEARD_OR_LEARNED and lemma not in GOING_ON:
        return False
    subject = subject_of(verb)
    if lemma in word_list("showing_verbs") and not can_speak(subject):
        return False
    if subject is not None and is_document(subject) and lemma in word_list("document_verbs"):
        return True
    if lemma in GOING_ON and child_of(verb, "ccomp") is not None:
        return True  # "the trains run again, he went on"
    if lemma in HEARD_OR_LEARNED and subject is not None:
        return lemma != "hear" or hears(subject)
    return lemma in word_list("cue_verbs") or lemma in word_list("clause_cue_verbs")


def hears(noun: Token) -> bool:
    """Return whether a noun names a body before which things are said: "the jury heard that …"."""
    return noun.lemma_.lower() in HEARERS


def can_speak(source: Token | None) -> bool:
    """Return whether a noun phrase names a person, a body or a document rather than a mere fact."""
    if source is None or is_document(source):
        return source is not None
    if source.pos_ == "PROPN" or source.lower_ in {"he", "she", "they", "who", "i", "we"}:
        return True
    return source.lemma_.lower() in word_list("person_nouns")


def is_document(noun: Token) -> bool:
    """Return whether a noun phrase names something written."""
    return noun.pos_ in {"NOUN", "PROPN"} and noun.lemma_.lower() in word_list("document_nouns")


def can_have_said(verb: Token, source: Token | None) -> bool:
    """Return whether a verb has somebody behind it: a likely speaker, or a passive that names nobody.

    "It is worth recalling that …" has neither, and an achievement or an absence says nothing.
    """
    if source is None:
        return verb.dep_ == "ROOT" or child_of(verb, "auxpass", "nsubjpass") is not None
    lemma = source.lemma_.lower()
    if source.pos_ != "NOUN" or can_speak(source) or lemma in word_list("organisation_nouns"):
        return True
    return not lemma.endswith(ABSTRACT)


def made_to_do(verb: Token) -> Token | None:
    """Return who is made to do what an infinitive tells: "the leak forced Lund to admit that …"."""
    made = (
        verb.dep_ in {"xcomp", "advcl"}
        and verb.head.i < verb.i
        and verb.tag_ == "VB"
        and verb.head.lemma_.lower() in MAKING_DO
    )
    return child_of(verb.head, "dobj") if made else None


def on_occasion(verb: Token) -> bool:
    """Return whether somebody goes out of his way to do a thing: "took the opportunity to remind them"."""
    infinitive = verb.dep_ == "acl" and verb.tag_ == "VB"
    occasion = verb.head if infinitive else verb
    return occasion.dep_ in {"dobj", "pobj"} and occasion.lemma_.lower() in OCCASIONS
