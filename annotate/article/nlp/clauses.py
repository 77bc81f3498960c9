"""What a parse says of the verbs in it: their tense, their subject, the conjunction that opens them."""

from __future__ import annotations

from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
FINITE_TAGS = frozenset({"VBD", "VBZ", "VBP", "MD"})
AUXILIARIES = frozenset({"aux", "auxpass"})


def is_finite(verb: Token) -> bool:
    """Return whether a verb or its auxiliary carries tense.

    In "the state turned" the tagger may take the verb for a participle: its own subject shows better.
    """
    if verb.tag_ in FINITE_TAGS or finite_auxiliary(verb) is not None:
        return True
    return (
        verb.tag_ == "VBN"
        and not has_auxiliary(verb)
        and any(child.dep_ == "nsubj" for child in verb.children)
    )


def is_bare(verb: Token) -> bool:
    """Return whether a verb without an ending is an imperative or a present form rather than an infinitive.

    The tagger takes both for infinitives: "look at the map", "we wash the nets and dry them".
    """
    first = verb
    while first.dep_ == "conj" and _has_no_ending(first):
        first = first.head
    if _has_no_ending(first):
        return first.dep_ in {"ROOT", "parataxis"}
    return first is not verb and first.tag_ in {"VBP", "VBD"} and not has_auxiliary(first)


def _has_no_ending(verb: Token) -> bool:
    return verb.tag_ == "VB" and not has_auxiliary(verb) and not marker_of(verb)


def has_auxiliary(verb: Token) -> bool:
    """Return whether a verb has an auxiliary of its own, or "to"."""
    return any(child.dep_ in AUXILIARIES for child in verb.children)


def finite_auxiliary(verb: Token) -> Token | None:
    """Return the auxiliary that carries the tense of a verb."""
    return next((c for c in verb.children if c.dep_ in AUXILIARIES and c.tag_ in FINITE_TAGS), None)


def subject_of(verb: Token) -> Token | None:
    """Return the head of the verb's own subject."""
    return next((child for child in verb.children if child.dep_ in SUBJECTS), None)


def marker_of(verb: Token) -> str:
    """Return the conjunction that opens a verb's clause, in small letters; empty if none does."""
    marks = (
        c for c in verb.children if c.i < verb.i and (c.dep_ == "mark" or c.lower_ in {"while", "whereas"})
    )
    return next((mark.lower_ for mark in marks), "")


def left_edge(verb: Token) -> int:
    """Return the first token of a clause."""
    return int(verb.left_edge.i)
