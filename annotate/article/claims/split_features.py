"""What speaks for and against a cut inside a sentence: the possible places, and their features.

A place is the token at which a further claim would begin. Its features are plain strings, such as `arc=>conj`
or `rule=run_on`, each with a weight (`split_weights.py`): to rename one is to lose its weight.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
)
from annotate.article.claims.verb_forms import shares_verb_form
from annotate.article.nlp import (
    FINITE_TAGS,
    SUBJECTS,
    VERBAL,
    finite_auxiliary,
    has_auxiliary,
    is_bare,
    is_finite,
    left_edge,
    marker_of,
    subject_of,
)
from annotate.config import word_list

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
#: Quotation marks that open, close, or do either.
QUOTES_OPEN_OR_CLOSED = frozenset('"“«”»')
#: Sizes are given in steps: 0, 1, 2, 3, 4–5, 6–8, 9–13, 14–20, more.
STEPS = (0, 1, 2, 3, 5, 8, 13, 20)
#: How far ahead a subject and its verb are looked for.
AHEAD = 14


Proposals = Mapping[int, set[str]]
"""The tokens at which rules propose a cut, with the ids of these rules."""


def places(doc: Doc, proposals: Proposals) -> list[int]:
    """Return the tokens of a sentence at which a further claim could begin, in order."""
    possible = {*proposals, *(token.i for token in doc[1:] if not token.is_space and _is_edge(token))}
    for verb in doc:
        if verb.pos_ in VERBAL and verb.dep_ in CLAUSE_ARCS:
            possible.update(_beginnings(verb))
    inside = (at for at in possible if at < len(doc) and doc[at].text not in NO_BEGINNING)
    return sorted(({before_opening(doc, at) for at in inside} - {0}) | set(proposals))


def _is_edge(token: Token) -> bool:
    """Return whether a token stands behind punctuation, is a dash, or opens clauses by what it is."""
    before = token.nbor(-1)
    dash = token.text in DASHES and (token.whitespace_ or token.text != "-")
    opens = token.tag_ in {"CC", "WDT", "WP", "WRB", "WP$"} or token.dep_ in {"cc", "mark"}
    return bool(before.pos_ == "PUNCT" or before.text in DASHES or dash or opens)


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


def features(
    doc: Doc, proposals: Proposals, *, wanted: Callable[[int], bool] | None = None
) -> list[tuple[int, set[str]]]:
    """Return the places of a sentence in order, each with its features; only those wanted, where given."""
    if len(doc) < 2:
        return []
    sentence = Sentence(list(doc), proposals, places(doc, proposals))
    read = sentence.places if wanted is None else [at for at in sentence.places if wanted(at)]
    return [(at, {"any", *_features_of(Place(sentence, at))}) for at in read]


def _counted(flags: Iterable[bool]) -> list[int]:
    """Count what is set before each token."""
    return list(accumulate(flags, initial=0))


@dataclass(frozen=True, eq=False)
class Sentence:
    """A parsed sentence with what is counted once for all of its places."""

    tokens: Sequence[Token]
    proposals: Proposals
    places: Sequence[int]

    def rules_at(self, place: int) -> str:
        """Return the ids of the rules that propose a place."""
        return "+".join(sorted(self.proposals.get(place, ()))) or "none"

    @cached_property
    def cuts(self) -> list[int]:
        """The places that a rule proposes."""
        return sorted(self.proposals)

    @cached_property
    def heads(self) -> list[int]:
        """For each token the one that governs it; a root governs itself."""
        return [token.head.i for token in self.tokens]

    @cached_property
    def arcs(self) -> list[list[Token]]:
        """For each token the arcs that cross the place before it, by the token that each governs."""
        crossing: list[list[Token]] = [[] for _ in self.tokens]
        for token in self.tokens:
            if token.dep_ not in {"punct", "cc"}:
                head = self.heads[token.i]
                for at in range(min(token.i, head) + 1, max(token.i, head) + 1):
                    crossing[at].append(token)
        return crossing

    @cached_property
    def depth(self) -> list[int]:
        """How many tokens govern each token, one above the other."""
        depths = [-1] * len(self.tokens)
        for token in self.tokens:
            path = [token.i]
            while depths[path[-1]] < 0 and (above := self.heads[path[-1]]) != path[-1]:
                path.append(above)
            start = max(depths[path[-1]], 0)
            for steps, at in enumerate(reversed(path)):
                depths[at] = start + steps
        return depths

    @cached_property
    def statements(self) -> list[int]:
        """How many finite verbs with a subject stand before each token."""
        return _counted(t.pos_ in VERBAL and _carries(t) == "fs" for t in self.tokens)

    @cached_property
    def finite(self) -> list[int]:
        """How many verbs that carry tense stand before each token."""
        return _counted(t.tag_ in FINITE_TAGS or is_bare(t) for t in self.tokens)

    @cached_property
    def cues(self) -> list[int]:
        """How many finite verbs of saying stand before each token."""
        return _counted(t.pos_ in VERBAL and is_finite(t) and is_cue(t) for t in self.tokens)

    @cached_property
    def quoted(self) -> list[bool]:
        """Whether a quotation is open before each token."""
        is_open, before = False, []
        for token in self.tokens:
            before.append(is_open)
            if token.text in QUOTES_OPEN_OR_CLOSED:
                is_open = not is_open if token.text == '"' else token.text in "“«"
        return before

    @cached_property
    def asks(self) -> bool:
        """Whether the sentence ends with a question mark."""
        return any(token.text == "?" for token in self.tokens[-3:])


class Place:
    """A place in its sentence, with the two ends of the arc that joins what stands before and behind it."""

    def __init__(self, sentence: Sentence, at: int) -> None:
        self.sentence, self.doc, self.at = sentence, sentence.tokens, at
        self.token, self.before = self.doc[at], self.doc[at - 1]
        crossing, depth, cuts = sentence.arcs[at], sentence.depth, sentence.cuts
        self.from_left = [t for t in crossing if t.i >= at]
        self.from_right = [t for t in crossing if t.i < at]
        self.joint = joint = min(crossing, key=lambda t: (depth[t.i], t.i), default=None)
        self.ends = sorted((joint, joint.head), key=lambda t: t.i) if joint is not None else []
        begun = [t for t in self.from_left if left_edge(t) == at]
        self.clause = min(begun, key=lambda t: depth[t.i], default=None)
        before, behind = bisect_left(cuts, at), bisect_right(cuts, at)
        self.last_cut = cuts[before - 1] if before else 0
        self.next_cut = cuts[behind] if behind < len(cuts) else len(self.doc)
        self.rules = sentence.rules_at(at)
        self.word, self.kind_before = _word(self.token), _kind(self.before)

    @cached_property
    def arc(self) -> str:
        """The relation of the joint, with its direction."""
        if self.joint is None:
            return "none"
        return (">" if self.joint.i >= self.at else "<") + self.joint.dep_


def _features_of(place: Place) -> Iterator[str]:
    for group in GROUPS:
        yield from group(place)


def _step(number: int) -> int:
    """Return the size of a number in steps: nearby sizes are one and the same feature."""
    return bisect_left(STEPS, number)


def _word(token: Token) -> str:
    return token.lower_ if token.lower_ in TELLING else token.tag_


def _kind(token: Token) -> str:
    """Name a token that stands at the edge of a clause."""
    otherwise = "punct" if token.pos_ == "PUNCT" else "word"
    return next((name for name, kind in KINDS if token.text in kind), otherwise)


# Groups of features.


def _words(place: Place) -> Iterator[str]:
    """The words around the place."""
    doc, at, token, word, kind = place.doc, place.at, place.token, place.word, place.kind_before
    yield from (f"word={word}", f"tag={token.tag_}", f"dep={token.dep_}", f"begins={_kind(token)}")
    yield from (f"before={kind}", f"before,word={kind},{word}", f"opens={_word(doc[0])}")
    if at + 1 < len(doc):
        yield from (f"word2={_word(doc[at + 1])}", f"word,tag2={word},{doc[at + 1].tag_}")
    last = at - 1
    while last > 0 and (doc[last].pos_ == "PUNCT" or doc[last].is_space):
        last -= 1
    yield f"last={_word(doc[last])}"
    head = place.last_cut
    while head < at - 1 and doc[head].pos_ in {"PUNCT", "CCONJ"}:
        head += 1
    yield f"piece={_word(doc[head])}"


def _rules(place: Place) -> Iterator[str]:
    """The rules that propose the place, or one beside it."""
    sentence, rules = place.sentence, place.rules
    yield f"rule={rules}"
    yield from (f"rule,before={rules},{place.kind_before}", f"rule,word={rules},{place.word}")
    index = bisect_left(sentence.places, place.at)
    if index > 0:
        yield f"rule-before={sentence.rules_at(sentence.places[index - 1])}"
    if index + 1 < len(sentence.places):
        yield f"rule-behind={sentence.rules_at(sentence.places[index + 1])}"


def _arcs(place: Place) -> Iterator[str]:
    """The relations that a cut would tear."""
    arc, at = place.arc, place.at
    yield from (f"tears>{token.dep_}" for token in place.from_left)
    yield from (f"tears<{token.dep_}" for token in place.from_right)
    yield f"tears={_step(len(place.from_left) + len(place.from_right))}"
    yield from (f"arc={arc}", f"arc,word={arc},{place.word}", f"arc,before={arc},{place.kind_before}")
    if place.joint is None:
        return
    left, right = place.ends
    ends = f"{_carries(left)}{_carries(right)}"
    yield f"depth={_step(place.sentence.depth[place.joint.i])}"
    yield from (f"arc-length={_step(right.i - left.i)}", f"arc-left={_step(at - left.i)}")
    yield from (f"arc-right={_step(right.i - at)}", f"behind-arc={_behind(place, right)}")
    yield from (f"tags={left.tag_},{right.tag_},{arc}", f"ends={arc},{ends}")
    yield f"rule,ends={place.rules},{ends}"
    yield f"object={any(child.dep_ == 'dobj' for child in left.children)}"
    if left.pos_ in VERBAL and right.pos_ in VERBAL:
        yield f"shares={shares_verb_form(right, left)}"


def _behind(place: Place, clause: Token) -> int:
    """Return how much stands behind a clause."""
    return _step(len(place.doc) - 1 - clause.right_edge.i)


def _carries(verb: Token) -> str:
    """Return in two letters whether a token is a finite verb, and whether it has a subject of its own."""
    return ("f" if is_finite(verb) else "-") + ("s" if subject_of(verb) is not None else "-")


def _verbs(place: Place) -> Iterator[str]:
    """The two ends of the joint, and the clause that begins here."""
    left, right = place.ends or (None, None)
    for name, verb in (("left", left), ("right", right), ("clause", place.clause)):
        if verb is None:
            yield f"{name}=none"
        else:
            yield from (f"{name}:{feature}" for feature in _features_of_verb(verb))
    if (clause := place.clause) is not None:
        yield from (f"clause:head={clause.head.tag_}", f"clause:behind={_behind(place, clause)}")
        yield f"clause:length={_step(clause.right_edge.i - place.at)}"
        yield f"clause:distance={_step(place.at - clause.head.i)}"
        yield f"clause:dep,word={clause.dep_},{place.word}"
        yield f"clause:dep,carries={clause.dep_},{_carries(clause)}"
        if clause.head.pos_ in VERBAL and is_cue(clause.head):
            yield "clause:of-cue"


def _features_of_verb(verb: Token) -> Iterator[str]:
    yield from (f"tag={verb.tag_}", f"dep={verb.dep_}")
    above = {token.dep_ for token in verb.ancestors} & CLAUSE_ARCS - {"ROOT", "dep"}
    yield from (f"under={arc}" for arc in above)
    if verb.pos_ not in VERBAL:
        return
    yield f"carries={_carries(verb)}"
    yield f"auxiliary={'finite' if finite_auxiliary(verb) is not None else has_auxiliary(verb)}"
    if marker := marker_of(verb):
        yield f"marker={marker if marker in TELLING else 'other'}"
    if is_cue(verb):
        yield "cue"
    if verb.lemma_ == "be":
        yield "be"
    if verb.lemma_.lower() in word_list("mind_verbs"):
        yield "mind"
    if (subject := subject_of(verb)) is not None:
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
    stretches = {
        "left": (place.last_cut, at), "right": (at, place.next_cut), "before": (0, at), "behind": (at, end)
    }  # fmt: skip
    for name, (first, last) in stretches.items():
        finite = min(sentence.finite[last] - sentence.finite[first], 3)
        yield f"{name}:finite={finite}"
        yield f"{name}:stated={min(sentence.statements[last] - sentence.statements[first], 3)}"
        yield f"{name}:said={min(sentence.cues[last] - sentence.cues[first], 2)}"
        yield f"{name}:length={_step(last - first)}"
        if name in {"left", "right"}:
            yield f"rule,{name}:finite={place.rules},{finite}"
    yield from (f"length={_step(end // 3)}", f"rules-cut={min(len(sentence.cuts), 4)}")
    if sentence.quoted[at]:
        yield "quoted"
    if sentence.asks:
        yield "question"


def _ahead(place: Place) -> Iterator[str]:
    """The next verb that carries tense, with a subject on the way to it or without one."""
    ahead = place.doc[place.at : place.at + AHEAD]
    verb = next((token for token in ahead if token.tag_ in FINITE_TAGS), None)
    if verb is None:
        yield "ahead=no"
        return
    subject = next((token for token in ahead if token.i <= verb.i and token.dep_ in SUBJECTS), None)
    yield f"ahead={'none' if subject is None else 'subject'},{verb.tag_},{place.word}"
    yield f"ahead:distance={_step(verb.i - place.at)}"
    if subject is not None:
        yield f"ahead:subject={subject.tag_},{_step(max(0, left_edge(subject) - place.at))}"


GROUPS = (_words, _rules, _arcs, _verbs, _opened, _pieces, _ahead)
