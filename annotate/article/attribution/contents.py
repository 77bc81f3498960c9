"""What a verb of saying carries: the clause, the quotation or the thing that was said, in tokens."""

from __future__ import annotations

import itertools

from spacy.tokens import Doc, Token

from annotate.article.attribution.cues import is_cue
from annotate.article.attribution.noun_phrases import before_relative
from annotate.article.attribution.sources import quoting_verb
from annotate.article.nlp import FINITE_TAGS, QUOTES, VERBAL, child_of, is_finite, subject_of
from annotate.config import word_list
from annotate.model import Span

DASHES = frozenset({"—", "–", "--", "―"})
#: How far behind a verb of saying a colon leads to what was said, in tokens.
COLON_WITHIN = 25
#: How far before its verb a subject may begin behind a quotation, in tokens.
SUBJECT_WITHIN = 25
STRAIGHT = frozenset({'"', "''"})

#: Verbs that without a thing or a clause say nothing.
REPORTING = frozenset({"announce", "argue", "claim", "report", "say", "state", "write"})
#: Verbs whose object is who hears it.
TOLD_TO = frozenset({"assure", "inform", "remind", "tell", "warn"})

#: How words without a verb hang on the verb of saying behind them.
FRAGMENTS = frozenset({"attr", "ccomp", "dep", "dobj", "npadvmod", "nsubj"})
#: Prepositions to where or when a thing was said.
OF_PLACE_AND_TIME = frozenset({"at", "before", "during", "from", "in", "on"})

Stretch = tuple[int, int]
"""The first and the last token of a stretch."""


def content_of(verb: Token) -> Stretch | None:
    """Return what was said: the clause, the object, or the sentence around a bracketed verb."""
    doc = verb.doc
    if says_as(verb):
        return _before(verb) or _behind(verb)
    if (found := _found_apart(verb)) is not None:
        return found
    quotation, beside = quotation_before(verb), stated_before(verb) or rest_of_statement(verb)
    if quotation is None and beside is not None:
        quotation = int(beside.left_edge.i), int(beside.right_edge.i)
    if quotation is not None and child_of(verb, "ccomp") is None:
        return quotation
    for dep in ("ccomp", "xcomp", "dobj", "prep"):
        for child in verb.children:
            if child.dep_ == dep and not speaks_apart(child) and (dep != "prep" or child.i > verb.i):
                last = int(child.right_edge.i)
                if dep in {"dobj", "prep"}:
                    last = before_relative(doc, child.i, last)
                last = len(doc) - 1 if colon_behind(verb) else _with_further(verb, last)
                return _from_person_asked(verb, child), _past_quotes(doc, last)
    colon = colon_behind(verb)
    if colon is not None:
        return colon.i + 1, len(doc) - 1
    return None if leads_on(verb) and not is_put_in(verb) else _beside(verb)


def _found_apart(verb: Token) -> Stretch | None:
    """Return what was said where the parse does not join it to its verb."""
    if (comma := fragment_before(verb)) is not None:
        return 0, comma.i - 1
    if (told := told_clause(verb)) is not None:
        return int(told.left_edge.i), int(told.right_edge.i)
    that = that_behind(verb)
    return None if that is None else (that.i, int(that.head.right_edge.i))


def stated_before(verb: Token) -> Token | None:
    """Return the statement before a cue that the parse hangs beside it: "prices fell, Lund said".

    A conjunction would show a clause of time or condition.
    """
    subject = child_of(verb, "nsubj")
    if subject is None or verb.dep_ != "ROOT" or child_of(verb, "ccomp", "dobj") is not None:
        return None
    clauses = (c for c in verb.lefts if c.dep_ == "advcl" and c.i < subject.i and is_finite(c))
    clause = next((c for c in clauses if child_of(c, "nsubj", "nsubjpass") is not None), None)
    marked = clause is None or child_of(clause, "mark", "advmod") is not None
    apart = verb.doc[subject.left_edge.i - 1].text == ","
    return clause if apart and is_cue(verb) and not marked else None


def told_clause(verb: Token) -> Token | None:
    """Return the clause that the parse hangs on who hears it: "told the officers he had slept"."""
    hearer = child_of(verb, "dobj") if verb.lemma_.lower() in TOLD_TO else None
    clause = child_of(hearer, "relcl") if hearer is not None and hearer.i > verb.i else None
    if hearer is None or clause is None or child_of(verb, "ccomp") is not None or not is_finite(clause):
        return None
    subject = child_of(clause, "nsubj", "nsubjpass", "expl")
    opens = subject is not None and subject.left_edge.i == clause.left_edge.i == hearer.i + 1
    return clause if opens and subject is not None and subject.tag_ not in {"WP", "WDT"} else None


def fragment_before(verb: Token) -> Token | None:
    """Return the comma behind words without a verb that are said: "Not a single boat, she said."."""
    doc = verb.doc
    subject = next((child for child in reversed(list(verb.children)) if child.dep_ == "nsubj"), None)
    if verb.dep_ != "ROOT" or subject is None or not is_cue(verb) or child_of(verb, "ccomp", "xcomp", "dobj"):
        return None
    comma = doc[max(0, min(verb.i, int(subject.left_edge.i)) - 1)]
    said = [child for child in verb.lefts if child.i < comma.i and child.dep_ in FRAGMENTS]
    if comma.text != "," or len(said) != 1 or said[0].left_edge.i != 0 or verb.tag_ not in {"VBD", "VBZ"}:
        return None
    named = said[0].pos_ in {"NOUN", "PROPN", "NUM"} and said[0].lemma_.lower() not in word_list("times")
    stated = any(is_finite(token) or token.text in QUOTES for token in doc[: comma.i])
    return comma if named and not stated and doc[0].pos_ not in {"ADP", "SCONJ"} else None


def rest_of_statement(verb: Token) -> Token | None:
    """Return the verb of a statement that a cue interrupts: "lost" in "The firm, Lund wrote in May, lost …".

    The parse gives the cue both subjects, and takes what follows for a second thing that was done.
    """
    times = word_list("times")
    subjects = [
        child
        for child in verb.lefts
        if child.dep_ in {"dep", "nsubj"} or (child.dep_ == "npadvmod" and child.lemma_.lower() not in times)
    ]
    further = child_of(verb, "conj")
    if len(subjects) < 2 or further is None or not is_cue(verb) or child_of(verb, "cc") is not None:
        return None
    apart = verb.doc[subjects[0].right_edge.i + 1].text == verb.doc[further.left_edge.i - 1].text == ","
    return further if apart and is_finite(further) and child_of(further, "nsubj") is None else None


def _with_further(verb: Token, last: int) -> int:
    """Take in the further that-clauses which the parse puts beside the verb: "…, and that it leaks"."""
    further = [c for c in verb.rights if c.dep_ == "conj" and c.i > last and child_of(c, "mark") is not None]
    thats = [clause for clause in further if any(c.lower_ == "that" for c in clause.lefts)]
    return max([last, *(int(clause.right_edge.i) for clause in thats)])


def _before(verb: Token) -> Stretch | None:
    """Return what stands before a verb and is no part of its clause."""
    own = {t.i for t in verb.subtree}
    before = [t.i for t in verb.doc[: verb.i] if t.i not in own]
    return (before[0], before[-1]) if before else None


def _behind(verb: Token) -> Stretch | None:
    """Return what stands behind a verb's clause."""
    behind, last = int(verb.right_edge.i) + 1, len(verb.doc) - 1
    return (behind, last) if behind < last else None


def is_put_in(verb: Token) -> bool:
    """Return whether a verb of saying is put into its statement: "the dam, Lund said, had broken"."""
    start = int((subject_of(verb) or verb).left_edge.i)
    opens = "," in {verb.doc[at].text for at in (start, max(0, start - 1))}
    return verb.dep_ == "parataxis" and verb.i < verb.head.i and opens


def _beside(verb: Token) -> Stretch | None:
    """Return what stands before or behind the clause of a verb.

    Of a statement that holds the verb, this is what stands behind, up to a clause with its own subject.
    """
    if not is_put_in(verb):
        leads = verb.dep_ == "parataxis" and verb.left_edge.i <= verb.sent.start + 1
        return _behind(verb) if leads else _before(verb)
    behind, head = _behind(verb), verb.head
    further = any(c.dep_ == "conj" and subject_of(c) is not None for c in head.rights)
    joint = next((c.i for c in head.rights if c.dep_ == "cc"), -1) if further else -1
    return (behind[0], joint - 1) if behind is not None and joint > behind[0] + 1 else behind


def says_as(verb: Token) -> bool:
    """Return whether a verb stands in "as Lund says", "as he told the police", "as she put it".

    With any other object it says that alone.
    """
    if verb.dep_ != "advcl" or not any(child.lower_ == "as" for child in verb.lefts):
        return False
    objects = [child for child in verb.children if child.dep_ in {"dobj", "ccomp"}]
    lemma = verb.lemma_.lower()
    if lemma in {"demand", "require"}:
        return False  # "as the law requires"
    if lemma == "put":
        return [child.lower_ for child in objects] == ["it"]
    return not objects or (lemma in TOLD_TO and [child.dep_ for child in objects] == ["dobj"])


def speaks_apart(clause: Token) -> bool:
    """Return whether a clause is no content of the verb behind it: "Lund says it sank, Berg denies it".

    Both are verbs of saying, each with speaker and content of its own.
    """
    head = clause.head
    joined = clause.dep_ in {"ccomp", "parataxis"} and clause.i < head.i and is_cue(clause) and is_cue(head)
    if not joined or head.lemma_.lower() in TOLD_TO or any(t.text in QUOTES for t in clause.doc[: head.i]):
        return False
    own = next((c for c in head.children if c.dep_ in {"ccomp", "dobj"} and c.i > head.i), None)
    subject, comma = subject_of(head), head.doc[clause.right_edge.i + 1].text == ","
    stands = subject_of(clause) is not None and is_finite(clause) and child_of(clause, "mark") is None
    answers = own is not None and (own.lower_ in {"it", "this", "that"} or own.dep_ == "ccomp")
    return stands and answers and comma and subject is not None and subject.i > clause.right_edge.i


def that_behind(verb: Token) -> Token | None:
    """Return the "that" of a clause that the parse hangs on a noun between: "said before the vote that …"."""
    if child_of(verb, "ccomp") is not None:
        return None
    for opening in verb.doc[verb.i + 1 : verb.i + 2]:
        if opening.text == "that" and _opens_clause(opening, verb):
            return opening
    if verb.lemma_.lower() not in TOLD_TO and child_of(verb, "dobj") is not None:
        return None
    thats = (token for token in verb.subtree if token.i > verb.i and token.lower_ == "that")
    return next((that for that in thats if _leads_to_content(that, verb)), None)


def _leads_to_content(that: Token, verb: Token) -> bool:
    """Return whether a "that" under a verb opens what was said, and no other verb's content."""
    clause = that.head
    if _taken_for_relative(that, verb):
        return True
    if not (that.dep_ == "mark" or that.nbor(-1).lower_ == "time") or not is_finite(clause):
        return False
    between = list(itertools.takewhile(lambda above: above != verb, clause.ancestors))
    if any(above.dep_ == "xcomp" and is_cue(above) for above in between):
        return False  # "continues to insist that …": it is insisted
    if clause.head == verb and is_content_beside(clause):
        return True
    return bool(clause.dep_ != "conj" and all(above.dep_ != "conj" for above in between))


def _opens_clause(that: Token, verb: Token) -> bool:
    """Return whether the parse takes the subject of a clause for a thing: "noted that the year, …, began"."""
    noun = that.head
    taken = that.tag_ == "IN" and noun.dep_ == "dobj" and noun.head == verb and noun.pos_ in {"NOUN", "PROPN"}
    return taken and any(token.tag_ in FINITE_TAGS for token in verb.doc[noun.i + 1 :])


def _taken_for_relative(that: Token, verb: Token) -> bool:
    """Return whether the parse takes what is said for a relative clause: "report in Nature that mice sing".

    Its noun stands behind a preposition right behind the verb, which without it says nothing.
    """
    clause = that.head
    if clause.dep_ != "relcl" or that.dep_ == "nsubj" or not is_finite(clause):
        return False
    above = list(itertools.takewhile(lambda token: token != verb, clause.ancestors))
    lead = above[-1] if above else clause
    hearer = child_of(verb, "dobj") if verb.lemma_.lower() in TOLD_TO else None
    at = verb.i if hearer is None else int(hearer.right_edge.i)
    behind = lead.dep_ == "prep" and lead.i == at + 1 and lead.lower_ in OF_PLACE_AND_TIME
    states = child_of(clause, "nsubj", "nsubjpass") not in (None, that) and that.nbor(-1).text != ","
    reports = hearer is not None or verb.lemma_.lower() in REPORTING
    return behind and states and reports and colon_behind(verb) is None


def is_content_beside(clause: Token) -> bool:
    """Return whether the parse puts what is said beside its verb: "warned in May, and in June, that …"."""
    if clause.dep_ != "conj":
        return False
    that = any(c.dep_ == "mark" and c.lower_ == "that" for c in clause.children)
    return that and child_of(clause.head, "ccomp", "dobj") is None


def quotation_before(verb: Token) -> Stretch | None:
    """Return the tokens of the quotation that closes right before the verb and its subject."""
    verb = quoting_verb(verb) or verb
    doc = verb.doc
    nearest = (at for at in range(verb.i - 1, max(0, verb.i - SUBJECT_WITHIN), -1) if doc[at].text in QUOTES)
    closing = next(nearest, -1)
    if closing < 1 or not _closes(doc[closing]):
        return None
    if any(_begins_anew(token, verb) for token in doc[closing + 1 : verb.i]):
        return None
    opening = next((at for at in range(closing - 1, -1, -1) if doc[at].text in QUOTES), 0)
    return (opening + 1, closing - 1) if opening + 1 < closing else None


def named_beside_quotation(verb: Token) -> Token | None:
    """Return the noun between a quotation and its verb, or right behind the verb, where the parse lost it."""
    doc, quotation = verb.doc, quotation_before(verb)
    if quotation is None:
        return None
    first = quotation[1] + 2
    nouns = [t for t in doc[first : verb.i] if t.pos_ in {"PROPN", "NOUN", "PRON"}]
    if not nouns and verb.i + 1 < len(doc) and doc[verb.i + 1].pos_ == "PROPN":
        nouns = [doc[verb.i + 1]]
    above = [noun for noun in nouns if noun.head not in nouns]
    return above[-1] if above else None


def _closes(mark: Token) -> bool:
    """Return whether a quotation mark closes: a straight one does where no space stands before it."""
    return mark.text in "”»" or (mark.text in STRAIGHT and not mark.nbor(-1).whitespace_)


def _begins_anew(token: Token, verb: Token) -> bool:
    """Return whether a word between a quotation and a verb shows that the verb is not about the quotation."""
    other = token.pos_ in VERBAL and token.head != verb and not token.text[:1].isupper()
    return other or token.dep_ in {"mark", "cc"}


def colon_behind(verb: Token) -> Token | None:
    """Return the colon behind which a verb of saying has what was said."""
    doc = verb.doc
    behind = doc[verb.i + 1 : verb.i + COLON_WITHIN]
    return next((t for t in behind if t.text == ":" and t.i + 1 < len(doc)), None)


def leads_on(verb: Token) -> bool:
    """Return whether what was said stands in the next sentence or paragraph: "Lund wrote:"."""
    last = verb.doc[-1]
    return last.text == ":" and last.sent == verb.sent and verb.dep_ in {"ROOT", "conj"}


def _from_person_asked(verb: Token, content: Token) -> int:
    """Return where content begins: with whoever was asked to do something, or with its "that"."""
    persons = (c for c in verb.children if c.dep_ == "dobj" and verb.i < c.i < content.i)
    if content.dep_ == "xcomp":
        return int(next(persons, content).left_edge.i)
    that = next((c for c in content.children if c.dep_ == "mark" and c.lower_ == "that"), content.left_edge)
    named_by_what = that.lemma_ == "be" and that.i + 1 < len(that.doc) and that.nbor().lower_ == "that"
    return int(that.i) + named_by_what  # "what Lund said was that …"


def _past_quotes(doc: Doc, last: int) -> int:
    while last + 1 < len(doc) and doc[last + 1].text in QUOTES:
        last += 1
    return last


def content_span(doc: Doc, stretch: Stretch) -> Span:
    """Return the characters of what was said, quotation marks included, commas and dashes around it not."""
    first, last = stretch
    while first < last and doc[first].text in {",", ":", *DASHES}:
        first += 1
    while last > first and doc[last].text in {",", ".", *DASHES}:
        last -= 1
    first, last = _with_quotation_marks(doc, first, last)
    return characters(doc, first, last)


def characters(doc: Doc, first: int, last: int) -> Span:
    """Return the characters from one token of a sentence to another, counted from its start."""
    return Span(doc[first].idx, doc[last].idx + len(doc[last]))


def _with_quotation_marks(doc: Doc, first: int, last: int) -> Stretch:
    """Take the marks around a quotation into it, and the comma before the closing one."""
    if first > 0 and doc[first - 1].text in QUOTES:
        first -= 1
    behind = last + 1
    while behind < len(doc) and doc[behind].text in {",", ".", "!", "?"}:
        behind += 1
    return (first, behind) if behind < len(doc) and doc[behind].text in QUOTES else (first, last)
