"""Whether a second verb shares the form of a first: "had boarded a plane and left"."""

from __future__ import annotations

from spacy.tokens import Token

from annotate.article.nlp import (
    AUXILIARIES,
    FINITE_TAGS,
    VERBAL,
    child_of,
    finite_auxiliary,
    has_auxiliary,
    is_bare,
    subject_of,
)

#: Past forms of some verbs that are the plain forms of others.
PLAIN_FORMS = frozenset({"fell", "found", "lay"})


def shares_verb_form(second: Token, first: Token) -> bool:
    """Return whether a second verb stands under the auxiliary, modal or infinitive of the first.

    The first may share that of another in turn: "had packed, paid and left".
    """
    above = first.head
    if first.dep_ == "conj" and above.pos_ in VERBAL and _leans_on(first, above):
        return shares_verb_form(second, above)
    if finite_auxiliary(second) is not None or is_bare(second):
        return False
    if has_auxiliary(second) or (first.pos_ == "AUX" and second.tag_ == "VBN"):
        return True
    if not has_auxiliary(first) and first.tag_ != "VBG":
        return second.tag_ not in FINITE_TAGS | {"VBN"}
    if first.tag_ == "VB":  # "did not know and waited": the past form cannot stand under "did"
        return second.tag_ not in {"VBD", "VBZ", "MD"} or (_looks_plain(second) and _is_open(first))
    return second.tag_ not in {"VBZ", "MD"} and not (second.tag_ == "VBP" and first.tag_ in {"VBN", "VBG"})


def _leans_on(verb: Token, above: Token) -> bool:
    """Return whether a verb has neither subject nor auxiliary of its own, and shares those of another."""
    return subject_of(verb) is None and not has_auxiliary(verb) and shares_verb_form(verb, above)


def _looks_plain(verb: Token) -> bool:
    """Return whether a past form is a plain form too, as of "cut", so that the tagger may be wrong."""
    return verb.tag_ == "VBD" and (verb.lemma_.lower() == verb.lower_ or verb.lower_ in PLAIN_FORMS)


def _is_open(verb: Token) -> bool:
    """Return whether a plain verb stands under a modal or "to" that are not negated.

    "The ferry did not stop and hit the quay" goes on in the past; "it will close its plant and cut 620 jobs"
    does not.
    """
    helpers = [child for child in verb.children if child.dep_ in AUXILIARIES]
    modal = any(helper.tag_ in {"MD", "TO"} for helper in helpers)
    return modal and child_of(verb, "neg") is None
