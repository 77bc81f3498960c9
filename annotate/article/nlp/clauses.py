"""What a parse says of the verbs in it: their tense, their subject, the conjunction that opens them."""

from __future__ import annotations

from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
VERBAL = frozenset({"VERB", "AUX"})
FINITE_TAGS = frozenset({"VBD", "VBZ", "VBP", "MD"})
AUXILIARIES = frozenset({"aux", "auxpass"})


def is_finite(verb: Token) -> bool:
    """Return whether a verb or its auxiliary carries tense.

    In "the state turned" the tagger may take the verb for a participle: its own subject shows better.
    """
    if verb.tag_ in FINITE_TAGS or finite_auxiliary(verb) is not None:
        return True
    bare = verb.tag_ == "VBN" and not has_auxiliary(verb)
    return bare and child_of(verb, "nsubj") is not None


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


def child_of(token: Token, *relations: str) -> Token | None:
    """Return the first child of a token that has one of these relations to it."""
    if not (token.n_lefts or token.n_rights):
        return None
    for child in token.children:
        if child.dep_ in relations:
            return child
    return None


def has_auxiliary(verb: Token) -> bool:
    """Return whether a verb has an auxiliary of its own, or "to"."""
    return child_of(verb, *AUXILIARIES) is not None


def finite_auxiliary(verb: Token) -> Token | None:
    """Return the auxiliary that carries the tense of a verb."""
    if not verb.n_lefts and not verb.n_rights:
        return None
    return next((c for c in verb.children if c.dep_ in AUXILIARIES and c.tag_ in FINITE_TAGS), None)


def subject_of(verb: Token) -> Token | None:
    """Return the head of the verb's own subject."""
    return child_of(verb, *SUBJECTS)


def marker_of(verb: Token) -> str:
    """Return the conjunction that opens a verb's clause, in small letters; empty if none does."""
    before = (child for child in verb.children if child.i < verb.i)
    return next((c.lower_ for c in before if c.dep_ == "mark" or c.lower_ in {"while", "whereas"}), "")


def left_edge(verb: Token) -> int:
    """Return the first token of a clause."""
    return int(verb.left_edge.i)
