"""What is never cut apart: a cue and its content, a verb and its subject, verbs under one auxiliary, a clause
of time or condition and what it limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spacy.tokens import Doc, Token

from annotate.article.attribution import is_content_beside, is_cue, rest_of_statement, says_as, speaks_apart
from annotate.article.claims.split_rules import conjunction_before, splits
from annotate.article.claims.verb_forms import shares_verb_form
from annotate.article.nlp import SUBJECTS, has_auxiliary, is_finite, subject_of
from annotate.config import word_list

#: Participles of verbs by which a fact, not a person, says something.
INFERRING = frozenset({"implying", "indicating", "meaning", "proving", "showing", "suggesting"})


def kept_together(doc: Doc) -> set[int]:
    """Return the tokens of a sentence before which no claim may begin, but behind a semicolon."""
    return {at for token in doc for constraint in CONSTRAINTS for at in constraint(token)}


def _cue_and_content(verb: Token) -> Iterator[int]:
    """Between a verb of saying and the verb of what is said; further clauses of the content may be claims."""
    beside = is_content_beside(verb) or (verb.dep_ == "conj" and rest_of_statement(verb.head) == verb)
    if not (verb.dep_ == "ccomp" or beside) or not is_cue(verb.head):
        return
    if speaks_apart(verb):
        return
    if verb.head.i < verb.i:
        yield from range(verb.head.i + 1, verb.i + 1)
    else:
        yield from range(verb.right_edge.i + 1, verb.head.i + 1)


def _as_somebody_says(verb: Token) -> Iterator[int]:
    """Before and behind "as Lund says" beside what he says."""
    if says_as(verb) and (is_cue(verb) or verb.lemma_.lower() == "put"):
        yield from range(int(verb.left_edge.i), verb.i + 1)
        if verb.i < verb.head.i:
            yield from range(verb.i + 1, int(verb.right_edge.i) + 3)


def _subject_and_verb(token: Token) -> Iterator[int]:
    """Between a subject and its verb."""
    if token.dep_ in SUBJECTS and is_finite(token.head):
        yield from range(min(token.i, token.head.i) + 1, max(token.i, token.head.i) + 1)


def _one_auxiliary(verb: Token) -> Iterator[int]:
    """Before a verb that shares the auxiliary, modal or infinitive of another: "had won and left"."""
    first = verb.head
    if verb.dep_ != "conj" or not {verb.pos_, first.pos_} <= {"VERB", "AUX"}:
        return
    if subject_of(verb) is None and shares_verb_form(verb, first):
        yield from range(conjunction_before(first, verb), verb.i + 1)


def _but_for(verb: Token) -> Iterator[int]:
    """Before "but" that means "except": "asks nothing but sleep", a form that its subject would not have."""
    first, but = verb.head, conjunction_before(verb.head, verb)
    if verb.dep_ != "conj" or subject_of(verb) is not None or verb.doc[but].lower_ != "but":
        return
    apart = but > 0 and verb.doc[but - 1].text in {",", ";", "—", "–"}
    if not apart and but == verb.i - 1 and verb.tag_ in {"VB", "VBP"} and first.tag_ in {"VBD", "VBZ"}:
        yield from range(but, verb.i + 1)


def _time_and_condition(clause: Token) -> Iterator[int]:
    """Before a finite when-, if-, before- or so-that-clause behind its main clause."""
    if clause.dep_ != "advcl" or clause.i < clause.head.i or not is_finite(clause):
        return
    if _opener(clause) in word_list("staying_conjunctions") and not splits(clause, clause.head):
        yield from range(int(clause.left_edge.i), clause.i + 1)


def _opener(clause: Token) -> str:
    """Return the conjunction or adverb of time that opens a clause; "so that" counts as one."""
    for token in clause.doc[clause.left_edge.i : clause.i]:
        if token.dep_ in {"mark", "advmod"} and token.head == clause:
            return "so that" if token.lower_ == "so" and token.nbor().lower_ == "that" else str(token.lower_)
    return ""


def _that(token: Token) -> Iterator[int]:
    """Before "that" with its clause: what is said behind an aside, "Lund said, citing the police, that …"."""
    if token.lower_ == "that" and token.dep_ == "mark" and token.i > 0 and token.nbor(-1).text == ",":
        yield token.i


def _inference(verb: Token) -> Iterator[int]:
    """Before a participle behind its clause that says what follows from it, ", indicating that …"."""
    behind = verb.dep_ == "advcl" and verb.head.i < verb.i and verb.lower_ in INFERRING
    if behind and subject_of(verb) is None and not has_auxiliary(verb):
        yield from range(int(verb.left_edge.i), verb.i + 1)


def _said_beside(verb: Token) -> Iterator[int]:
    """Before a participle of saying behind its clause, ", adding that …"."""
    alone = subject_of(verb) is None and not has_auxiliary(verb) and verb.tag_ == "VBG"
    if alone and verb.dep_ == "advcl" and verb.head.i < verb.i and is_cue(verb):
        yield from range(int(verb.left_edge.i), verb.i + 1)


CONSTRAINTS: tuple[Callable[[Token], Iterator[int]], ...] = (
    _cue_and_content,
    _as_somebody_says,
    _subject_and_verb,
    _one_auxiliary,
    _but_for,
    _time_and_condition,
    _that,
    _inference,
    _said_beside,
)
