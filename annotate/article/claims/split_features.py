"""What speaks for and against a cut inside a sentence: the places that come into question, and their marks.

A place is the token at which a further claim would begin. Its marks are plain strings, such as `arc=>conj` or
`rule=run_on`, each there or not there. Each has a weight (`mark_weights.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from spacy.tokens import Doc, Token

from annotate.article.attribution import is_cue
from annotate.article.claims.split_rules import (
    CLOSING,
    COLONS,
    DASHES,
    OPENING,
    SEMICOLONS,
    before_opening,
    conjunction_before,
    shares_verb_form,
)
from annotate.article.nlp import (
    FINITE_TAGS,
    SUBJECTS,
    finite_auxiliary,
    has_auxiliary,
    is_bare,
    is_finite,
    left_edge,
    marker_of,
    subject_of,
)
from annotate.config import word_list

VERBAL = frozenset({"VERB", "AUX"})
#: Words that open, join or mark clauses: these count by themselves, all others by their part of speech.
TELLING = frozenset({
    "and", "but", "or", "nor", "so", "yet", "because", "although", "though", "while", "whilst", "whereas",
    "since", "as", "if", "unless", "until", "when", "where", "that", "which", "who", "whose", "what", "how",
    "why", "then", "than", "for", "in", "with", "after", "before", "once", "even", "also", "not", "only",
    "it", "he", "she", "they", "we", "i", "you", "this", "there", "these", "to", "like", "however",
    "instead",
})  # fmt: skip
#: Relations between a verb and what governs it under which a claim may begin.
CLAUSE_ARCS = frozenset(
    {"conj", "advcl", "ccomp", "relcl", "parataxis", "acl", "ROOT", "csubj", "xcomp", "dep", "pcomp"}
)
NO_BEGINNING = (CLOSING - {'"', "'"}) | {",", ".", ";", ":", "?", "!", "..."}
#: What stands at the edge of a clause, by name; the first that fits counts.
KINDS: tuple[tuple[str, Collection[str]], ...] = (
    (",", {","}),
    ("dash", DASHES),
    (";", SEMICOLONS),
    (":", COLONS),
    ("bracket", {"(", ")", "[", "]"}),
    ("quote", OPENING | CLOSING),
)
#: Sizes are told in steps: 0, 1, 2, 3, 4–5, 6–8, 9–13, 14–20, more.
STEPS = (0, 1, 2, 3, 5, 8, 13, 20)
#: How far ahead a subject and its verb are looked for.
AHEAD = 14


def places(doc: Doc, proposals: Mapping[int, set[str]]) -> list[int]:
    """Return the tokens of a sentence at which a further claim could begin, in order."""
    found = set(proposals)
    for token in doc[1:]:
        if not token.is_space and _comes_into_question(token):
            found.add(token.i)
    for verb in doc:
        if verb.pos_ in VERBAL and verb.dep_ in CLAUSE_ARCS:
            found.update(_beginnings(verb))
    begun = {before_opening(doc, at) for at in found if at < len(doc) and doc[at].text not in NO_BEGINNING}
    return sorted((begun - {0}) | set(proposals))


def _comes_into_question(token: Token) -> bool:
    before = token.nbor(-1)
    if before.pos_ == "PUNCT" or before.text in DASHES:
        return True
    if token.text in DASHES and (token.whitespace_ or token.text != "-"):
        return True
    return token.tag_ in {"CC", "WDT", "WP", "WRB", "WP$"} or token.dep_ in {"cc", "mark"}


def _beginnings(verb: Token) -> Iterator[int]:
    first = left_edge(verb)
    while first < verb.i and verb.doc[first].pos_ == "PUNCT":
        first += 1
    yield first
    if verb.dep_ == "conj":
        yield conjunction_before(verb.head, verb)
    subject = subject_of(verb)
    if subject is not None:
        yield left_edge(subject)


def marks(doc: Doc, proposals: Mapping[int, set[str]]) -> list[tuple[int, set[str]]]:
    """Return the places of a sentence, in order, each with its marks."""
    if len(doc) < 2:
        return []
    sentence = Sentence(list(doc), proposals, places(doc, proposals))
    return [(at, set(_marks_of(Place(sentence, at)))) for at in sentence.places]


@dataclass(frozen=True, eq=False)
class Sentence:
    """A parsed sentence with what is counted once for all of its places."""

    tokens: Sequence[Token]
    proposals: Mapping[int, set[str]]
    places: Sequence[int]

    @cached_property
    def cuts(self) -> list[int]:
        """The places that a rule names."""
        return sorted(self.proposals)

    @cached_property
    def arcs(self) -> list[list[Token]]:
        """For each token the arcs that cross the place before it, by the token that each governs."""
        crossing: list[list[Token]] = [[] for _ in self.tokens]
        for token in self.tokens:
            if token.dep_ not in {"punct", "cc"}:
                for at in range(min(token.i, token.head.i) + 1, max(token.i, token.head.i) + 1):
                    crossing[at].append(token)
        return crossing

    @cached_property
    def depth(self) -> list[int]:
        """How many tokens govern each token, one above the other."""
        return [sum(1 for _ in token.ancestors) for token in self.tokens]

    @cached_property
    def statements(self) -> list[int]:
        """How many finite verbs with a subject stand before each token."""
        return self._counted([t.pos_ in VERBAL and _carries(t) == "fs" for t in self.tokens])

    @cached_property
    def finite(self) -> list[int]:
        """How many verbs that carry tense stand before each token."""
        return self._counted([t.tag_ in FINITE_TAGS or is_bare(t) for t in self.tokens])

    @cached_property
    def cues(self) -> list[int]:
        """How many finite verbs of saying stand before each token."""
        return self._counted([t.pos_ in VERBAL and is_finite(t) and is_cue(t) for t in self.tokens])

    @cached_property
    def quoted(self) -> list[bool]:
        """Tell for each token whether a quotation is open before it."""
        state, before = False, []
        for token in self.tokens:
            before.append(state)
            if token.text == '"':
                state = not state
            elif token.text in {"“", "«", "”", "»"}:
                state = token.text in {"“", "«"}
        return before

    @cached_property
    def asks(self) -> bool:
        """Return whether the sentence ends with a question mark."""
        return any(token.text == "?" for token in self.tokens[-3:])

    @staticmethod
    def _counted(there: Sequence[bool]) -> list[int]:
        return list(accumulate(there, initial=0))


class Place:
    """A place in its sentence, with the two ends of the arc that joins what stands before and behind it."""

    def __init__(self, sentence: Sentence, at: int) -> None:
        self.sentence, self.doc, self.at = sentence, sentence.tokens, at
        self.token, self.before = self.doc[at], self.doc[at - 1]
        crossing = sentence.arcs[at]
        self.from_left = [t for t in crossing if t.i >= at]
        self.from_right = [t for t in crossing if t.i < at]
        joint = min(crossing, key=lambda t: (sentence.depth[t.i], t.i), default=None)
        self.joint = joint
        self.left: Token | None = None
        self.right: Token | None = None
        if joint is not None:
            self.left, self.right = sorted((joint, joint.head), key=lambda t: t.i)
        begun = [t for t in self.from_left if left_edge(t) == at]
        self.clause = min(begun, key=lambda t: sentence.depth[t.i], default=None)
        self.last_cut = self._near(bisect_left(sentence.cuts, at) - 1, 0)
        self.next_cut = self._near(bisect_right(sentence.cuts, at), len(self.doc))

    def _near(self, index: int, otherwise: int) -> int:
        cuts = self.sentence.cuts
        return cuts[index] if 0 <= index < len(cuts) else otherwise

    @cached_property
    def rules(self) -> str:
        """The names of the rules that propose this place."""
        return _named(self.sentence.proposals, self.at)

    @cached_property
    def arc(self) -> str:
        """The relation of the joint, with its direction."""
        if self.joint is None:
            return "none"
        return (">" if self.joint.i >= self.at else "<") + self.joint.dep_


def _named(proposals: Mapping[int, set[str]], at: int) -> str:
    return "+".join(sorted(proposals.get(at, ()))) or "none"


def _marks_of(place: Place) -> Iterator[str]:
    yield "any"
    for group in GROUPS:
        yield from group(place)


def _step(number: int) -> int:
    """Return the size of a number in steps: nearby sizes are one and the same mark."""
    return bisect_left(STEPS, number)


def _word(token: Token) -> str:
    return token.lower_ if token.lower_ in TELLING else token.tag_


def _kind(token: Token) -> str:
    """Name a token that stands at the edge of a clause."""
    for name, kind in KINDS:
        if token.text in kind:
            return name
    return "punct" if token.pos_ == "PUNCT" else "word"


# Groups of marks.


def _words(place: Place) -> Iterator[str]:
    """The words around the place."""
    doc, at = place.doc, place.at
    word, kind = _word(place.token), _kind(place.before)
    yield f"word={word}"
    yield f"tag={place.token.tag_}"
    yield f"dep={place.token.dep_}"
    yield f"begins={_kind(place.token)}"
    yield f"before={kind}"
    yield f"before,word={kind},{word}"
    if at + 1 < len(doc):
        yield f"word2={_word(doc[at + 1])}"
        yield f"word,tag2={word},{doc[at + 1].tag_}"
    last = at - 1
    while last > 0 and (doc[last].pos_ == "PUNCT" or doc[last].is_space):
        last -= 1
    yield f"last={_word(doc[last])}"
    yield f"opens={_word(doc[0])}"
    head = place.last_cut
    while head < at - 1 and doc[head].pos_ in {"PUNCT", "CCONJ"}:
        head += 1
    yield f"piece={_word(doc[head])}"


def _rules(place: Place) -> Iterator[str]:
    """The rules that propose the place, or one beside it."""
    sentence = place.sentence
    rules = place.rules
    yield f"rule={rules}"
    yield f"rule,before={rules},{_kind(place.before)}"
    yield f"rule,word={rules},{_word(place.token)}"
    index = bisect_left(sentence.places, place.at)
    if index > 0:
        yield f"rule-before={_named(sentence.proposals, sentence.places[index - 1])}"
    if index + 1 < len(sentence.places):
        yield f"rule-behind={_named(sentence.proposals, sentence.places[index + 1])}"


def _arcs(place: Place) -> Iterator[str]:
    """The relations that a cut would tear."""
    for token in place.from_left:
        yield f"tears>{token.dep_}"
    for token in place.from_right:
        yield f"tears<{token.dep_}"
    yield f"tears={_step(len(place.from_left) + len(place.from_right))}"
    yield f"arc={place.arc}"
    yield f"arc,word={place.arc},{_word(place.token)}"
    yield f"arc,before={place.arc},{_kind(place.before)}"
    if place.joint is None or place.left is None or place.right is None:
        return
    left, right = place.left, place.right
    yield f"depth={_step(place.sentence.depth[place.joint.i])}"
    yield f"arc-length={_step(right.i - left.i)}"
    yield f"arc-left={_step(place.at - left.i)}"
    yield f"arc-right={_step(right.i - place.at)}"
    yield f"behind-arc={_step(len(place.doc) - 1 - right.right_edge.i)}"
    yield f"tags={left.tag_},{right.tag_},{place.arc}"
    if left.pos_ in VERBAL and right.pos_ in VERBAL:
        yield f"shares={shares_verb_form(right, left)}"
    ends = f"{_carries(left)}{_carries(right)}"
    yield f"ends={place.arc},{ends}"
    yield f"rule,ends={place.rules},{ends}"
    yield f"object={any(child.dep_ == 'dobj' for child in left.children)}"


def _carries(verb: Token) -> str:
    """Tell in two letters whether a token is a finite verb, and whether it has a subject of its own."""
    return ("f" if is_finite(verb) else "-") + ("s" if subject_of(verb) is not None else "-")


def _verbs(place: Place) -> Iterator[str]:
    """The two ends of the joint, and the clause that begins here."""
    for name, verb in (("left", place.left), ("right", place.right), ("clause", place.clause)):
        if verb is None:
            yield f"{name}=none"
        else:
            yield from (f"{name}:{mark}" for mark in _marks_of_verb(verb))
    if place.clause is not None:
        clause = place.clause
        yield f"clause:head={clause.head.tag_}"
        yield f"clause:length={_step(clause.right_edge.i - place.at)}"
        yield f"clause:behind={_step(len(place.doc) - 1 - clause.right_edge.i)}"
        yield f"clause:distance={_step(place.at - clause.head.i)}"
        yield f"clause:dep,word={clause.dep_},{_word(place.token)}"
        yield f"clause:dep,carries={clause.dep_},{_carries(clause)}"
        if clause.head.pos_ in VERBAL and is_cue(clause.head):
            yield "clause:of-cue"


def _marks_of_verb(verb: Token) -> Iterator[str]:
    yield f"tag={verb.tag_}"
    yield f"dep={verb.dep_}"
    for above in {token.dep_ for token in verb.ancestors} & CLAUSE_ARCS - {"ROOT", "dep"}:
        yield f"under={above}"
    if verb.pos_ not in VERBAL:
        return
    yield f"carries={_carries(verb)}"
    yield f"auxiliary={'finite' if finite_auxiliary(verb) is not None else has_auxiliary(verb)}"
    marker = marker_of(verb)
    if marker:
        yield f"marker={marker if marker in TELLING else 'other'}"
    if is_cue(verb):
        yield "cue"
    if verb.lemma_ == "be":
        yield "be"
    if verb.lemma_.lower() in word_list("mind_verbs"):
        yield "mind"
    subject = subject_of(verb)
    if subject is not None:
        yield f"subject={subject.tag_}"


def _opened(place: Place) -> Iterator[str]:
    """A subordinate clause that ends here and whose main clause follows."""
    for clause in place.from_right:
        if clause.dep_ == "advcl" and clause.right_edge.i < place.at:
            opener = marker_of(clause) or place.doc[left_edge(clause)].lower_
            yield f"opened={opener if opener in TELLING else 'other'}"
            yield f"opened:carries={_carries(clause)}"
            yield f"opened:gap={_step(place.at - 1 - clause.right_edge.i)}"


def _pieces(place: Place) -> Iterator[str]:
    """What the two pieces would hold, up to the nearest cuts of the rules and to the ends of the sentence."""
    sentence, at, end = place.sentence, place.at, len(place.doc)
    for name, first, last in (
        ("left", place.last_cut, at),
        ("right", at, place.next_cut),
        ("before", 0, at),
        ("behind", at, end),
    ):
        finite = min(sentence.finite[last] - sentence.finite[first], 3)
        stated = min(sentence.statements[last] - sentence.statements[first], 3)
        yield f"{name}:finite={finite}"
        yield f"{name}:stated={stated}"
        yield f"{name}:said={min(sentence.cues[last] - sentence.cues[first], 2)}"
        yield f"{name}:length={_step(last - first)}"
        if name in {"left", "right"}:
            yield f"rule,{name}:finite={place.rules},{finite}"
    yield f"length={_step(end // 3)}"
    yield f"rules-cut={min(len(sentence.cuts), 4)}"
    if sentence.quoted[at]:
        yield "quoted"
    if sentence.asks:
        yield "question"


def _ahead(place: Place) -> Iterator[str]:
    """The next verb that carries tense, with a subject on the way to it or without one."""
    doc, at = place.doc, place.at
    subject: Token | None = None
    for token in doc[at : at + AHEAD]:
        if subject is None and token.dep_ in SUBJECTS:
            subject = token
        if token.tag_ in FINITE_TAGS:
            yield f"ahead={'subject' if subject is not None else 'none'},{token.tag_},{_word(place.token)}"
            yield f"ahead:distance={_step(token.i - at)}"
            if subject is not None:
                yield f"ahead:subject={subject.tag_},{_step(max(0, left_edge(subject) - at))}"
            return
    yield "ahead=no"


GROUPS = (_words, _rules, _arcs, _verbs, _opened, _pieces, _ahead)
