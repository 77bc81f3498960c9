"""Rules over the parse of a sentence: each names the tokens at which a further claim may begin.

A rule is as good as the parse under it. What the rules propose is weighed with all else that speaks for a cut
(`split_features.py`), but for the rules in `CERTAIN`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from annotate.article.attribution import is_cue, speaks_apart
from annotate.article.nlp import (
    AUXILIARIES,
    FINITE_TAGS,
    VERBAL,
    child_of,
    finite_auxiliary,
    has_auxiliary,
    is_bare,
    is_finite,
    left_edge,
    marker_of,
    subject_of,
)
from annotate.config import word_list

PERFECT = frozenset({"has", "have", "had", "'s", "'ve", "’ve"})
#: Past forms of some verbs that are the plain forms of others.
PLAIN_FORMS = frozenset({"fell", "found", "lay"})
RELATIVES = frozenset({"which", "who", "whom", "whose"})
OPENING = frozenset("\"“‘«‹([『「'")
CLOSING = frozenset('"”’»)]」』')
COLONS = frozenset({":", "："})
SEMICOLONS = frozenset({";", "；"})
DASHES = frozenset({"—", "–", "--", "-", "―"})


@dataclass(frozen=True)
class Clauses:
    """The clauses of one sentence that may be claims of their own, by the token that heads them.

    `main` are stated by the sentence itself, `content` is what somebody is said to have said.
    """

    doc: Doc
    main: list[Token] = field(default_factory=list)
    content: list[Token] = field(default_factory=list)

    @property
    def heads(self) -> list[Token]:
        """All of them in the order of the sentence."""
        return sorted(self.main + self.content, key=lambda token: token.i)


def read_clauses(doc: Doc) -> Clauses:
    """Return the clauses that may be claims, from the root downwards."""
    clauses = Clauses(doc)
    todo = [(token, False) for token in doc if token.head == token]
    while todo:
        head, reported = todo.pop()
        (clauses.content if reported else clauses.main).append(head)
        for child in head.children:
            if _is_clause_joined_to(child, head):
                todo.append((child, reported or (child.dep_ == "ccomp" and child.i > head.i)))
    return clauses


def _is_clause_joined_to(child: Token, head: Token) -> bool:
    """Return whether a clause may hold claims of its own, seen from the clause above it."""
    joined = child.dep_ in {"ccomp", "parataxis", "conj"} or (child.dep_ == "advcl" and splits(child, head))
    return child.pos_ in VERBAL and joined


def splits(clause: Token, head: Token) -> bool:
    """Return whether a subordinate clause is a claim of its own: although, while, because …"""
    marker = marker_of(clause)
    if marker not in word_list("splitting_conjunctions") or not _is_statement(clause):
        return False
    if head.lemma_ == "be" and left_edge(clause) == head.i + 1:
        return False
    if marker == "so":  # "so that", and "so" without a comma, tell a purpose
        return _after_comma(clause) and clause.doc[left_edge(clause) + 1].lower_ != "that"
    if marker == "since":
        return not _is_perfect(head)
    if marker == "as":
        return _after_comma(clause) and not is_cue(clause) and not _as_ever(clause)
    return True


def _as_ever(clause: Token) -> bool:
    """Return whether "as always" stands before a clause that the parse hangs on its "as"."""
    mark = left_edge(clause)
    behind = clause.doc[mark + 1 : mark + 3]
    return len(behind) == 2 and behind[0].pos_ in {"ADV", "ADJ"} and behind[1].text == ","


def _is_perfect(verb: Token) -> bool:
    """ "has sought", "have been": a since-clause beside it tells the time."""
    return any(c.dep_ in AUXILIARIES and c.lower_ in PERFECT for c in verb.children)


def _is_statement(verb: Token) -> bool:
    """Return whether a verb is finite and has a subject of its own."""
    return is_finite(verb) and subject_of(verb) is not None


def _after_comma(clause: Token) -> bool:
    before = left_edge(clause) - 1
    while before > 0 and (clause.doc[before].text in CLOSING or clause.doc[before].is_space):
        before -= 1
    return before >= 0 and clause.doc[before].text in {",", "(", *DASHES}


def before_opening(doc: Doc, cut: int) -> int:
    """Let a claim begin with the quotation mark or bracket that opens right before it."""
    while cut > 1 and doc[cut - 1].text in OPENING and doc[cut - 1].whitespace_ == "":
        cut -= 1
    return cut


def conjunction_before(head: Token, clause: Token) -> int:
    """Return the token at which a co-ordinated clause begins: its conjunction, or else its own first word."""
    first = left_edge(clause)
    joints = [c.i for c in head.children if c.dep_ == "cc" and head.i < c.i < clause.i]
    joint = max(joints, default=first)
    if first - joint > 4 and any(t.tag_ in FINITE_TAGS for t in clause.doc[joint:first]):
        return first
    start = min(first, joint)
    return start - 1 if start > 1 and clause.doc[start - 1].tag_ == "CC" else start


def _semicolons(clauses: Clauses) -> Iterator[int]:
    """A semicolon ends a claim where a finite verb stands on both sides: the splitter looks at that."""
    return (token.i + 1 for token in clauses.doc[:-1] if token.text in SEMICOLONS)


def _colon(clauses: Clauses) -> Iterator[int]:
    """A colon between two full statements ends the first, unless the second is the content of the first."""
    doc = clauses.doc
    for token in doc[1:-1]:
        if token.text in COLONS and _states(doc, token.i + 1, len(doc)) and _is_complete(doc, token.i):
            yield token.i + 1


def _states(doc: Doc, start: int, end: int) -> bool:
    """Return whether a stretch of tokens holds a finite main clause with a subject of its own."""
    return any(subject >= start for _, subject in _statements(doc, start, end))


def _statements(doc: Doc, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the verb and the subject of each finite main clause in a stretch of tokens."""
    for token in doc[start:end]:
        subject = subject_of(token) if token.pos_ in VERBAL and is_finite(token) else None
        top = token.dep_ not in {"relcl", "advcl", "acl", "csubj", "pcomp"}
        if subject is not None and top and not marker_of(token):
            yield token.i, int(subject.i)


def _is_complete(doc: Doc, colon: int) -> bool:
    """Return whether the words before a colon need nothing behind it."""
    last = doc[colon - 1]
    if last.lower_ in {"following", "this", "these"} or last.tag_ in FINITE_TAGS:
        return False
    if not _states(doc, 0, colon) or any(_waits_for_content(t) for t in doc[:colon]):
        return False
    nouns = [t for t in doc[:colon] if t.dep_ in {"attr", "dobj"} or (t.pos_ == "NOUN" and colon - t.i <= 3)]
    return not any(t.lemma_.lower() in word_list("content_nouns") for t in nouns)


def _waits_for_content(verb: Token) -> bool:
    """Return whether what somebody says is still to come: "he stated in the hall:"."""
    waits = child_of(verb, "dobj", "ccomp") is None or verb.lemma_.lower() in word_list("cue_verbs")
    return waits and is_cue(verb) and subject_of(verb) is not None


def _coordinated_clause(clauses: Clauses) -> Iterator[int]:
    """A co-ordinated finite clause with a subject of its own begins at its conjunction."""
    for clause in clauses.heads:
        if clause.dep_ == "conj" and _is_statement(clause):
            yield conjunction_before(clause.head, clause)


def _coordinated_predicate(clauses: Clauses) -> Iterator[int]:
    """A second finite verb of the same subject is a claim of its own, but not under a shared auxiliary."""
    for clause in clauses.main:
        alone = clause.dep_ == "conj" and subject_of(clause) is None
        if alone and not shares_verb_form(clause, clause.head):
            yield conjunction_before(clause.head, clause)


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


def _subordinate_clause(clauses: Clauses) -> Iterator[int]:
    """although, while, whereas, because … with its own subject: cut where it meets its main clause."""
    for clause in clauses.heads:
        if clause.dep_ == "advcl" and clause.i > clause.head.i:
            yield _with_adverb(clause.doc, left_edge(clause))
        elif clause.dep_ == "advcl" and clause.head in clauses.main and _opens(clause):
            yield _behind(clause)


def _stray_clause(clauses: Clauses) -> Iterator[int]:
    """A co-ordinated clause that the parse hangs too low: it agrees with nothing down there.

    "We had hoped to win, and the town was proud", "they asked how to help and went home".
    """
    for clause in _unreached(clauses, "conj"):
        if clause.pos_ not in VERBAL:
            continue
        start = conjunction_before(clause.head, clause)
        if subject_of(clause) is not None:
            if _stands_alone(clause) and clause.doc[start - 1].text == ",":
                yield start
        elif clause.tag_ in {"VBD", "VBZ"} and clause.head.tag_ in {"VB", "VBG"}:
            yield start


def _stray_reason(clauses: Clauses) -> Iterator[int]:
    """A because- or although-clause at the end that the parse hangs below an infinitive or a noun."""
    for clause in _unreached(clauses, "advcl"):
        reason = marker_of(clause) in {"because", "although", "whereas", "though"}
        if reason and clause.i > clause.head.i and splits(clause, clause.head):
            yield _with_adverb(clause.doc, left_edge(clause))


def _unreached(clauses: Clauses, relation: str) -> Iterator[Token]:
    """Return the clauses of a relation that are neither among the claims nor within a relative clause."""
    reached = {head.i for head in clauses.heads}
    within = (token for token in clauses.doc if token.dep_ == relation and token.i not in reached)
    return (token for token in within if not _is_relative(token))


def _is_relative(clause: Token) -> bool:
    """Return whether a clause stands in a relative clause, or in one of time or condition."""
    above = [token for token in clause.ancestors if token.i < clause.i]
    return any(t.dep_ == "relcl" or (t.dep_ == "advcl" and is_finite(t)) for t in above)


def _with_adverb(doc: Doc, first: int) -> int:
    """Take "even", "partly", "especially" before a conjunction along with it."""
    before = doc[first - 1]
    with_it = before.pos_ == "ADV" and before.lower_ in {"even", "only", "partly", "mainly"}
    return first - 1 if first > 1 and with_it else first


def _opens(clause: Token) -> bool:
    """Return whether nothing but a conjunction or adverb stands between a clause and what it opens."""
    before = clause.doc[left_edge(clause.head) : left_edge(clause)]
    return all(token.pos_ in {"CCONJ", "PUNCT", "ADV", "SPACE"} for token in before)


def _behind(clause: Token) -> int:
    """Return the first token behind a clause and the comma that closes it."""
    doc = clause.doc
    end = int(clause.right_edge.i) + 1
    while end < len(doc) and doc[end].text in {",", "—", "–", "”", '"', "’"}:
        end += 1
    return min(end, len(doc) - 1)


def _run_on(clauses: Clauses) -> Iterator[int]:
    """Two full statements with nothing but a comma or a dash between them."""
    for clause in clauses.main:
        joined = clause.dep_ in {"ccomp", "parataxis"} and clause.i < clause.head.i
        apart = speaks_apart(clause) or not _is_aside(clause)
        if joined and apart and _stands_alone(clause) and _stands_alone(clause.head):
            start = _behind(clause)
            if clause.doc[start - 1].text in {",", *DASHES} and start <= _rest_of(clause.head, clause):
                yield start


def _rest_of(head: Token, clause: Token) -> int:
    """Return the first token of a clause behind another that it governs."""
    return min((t.i for t in head.subtree if t.i > clause.right_edge.i and t.pos_ != "PUNCT"), default=head.i)


def _behind_dash(clauses: Clauses) -> Iterator[int]:
    """A full statement behind a dash, up to the end of the sentence."""
    for clause in clauses.main:
        first = left_edge(clause)
        joined = clause.dep_ in {"parataxis", "ccomp", "conj"} and clause.i > clause.head.i
        if joined and first > 0 and clause.doc[first - 1].text in DASHES and _stands_alone(clause):
            yield first


def _is_aside(clause: Token) -> bool:
    """Return whether a clause only frames another: "I assume", "she said", "what it needs"."""
    lemma = clause.lemma_.lower()
    framed = is_cue(clause) or is_cue(clause.head) or lemma in word_list("mind_verbs")
    return framed or clause.doc[left_edge(clause)].tag_ in {"WP", "WRB", "WDT"}


def _stands_alone(verb: Token) -> bool:
    return _is_statement(verb) and not marker_of(verb)


def _bracket(clauses: Clauses) -> Iterator[int]:
    """A full statement in brackets at the end is a claim of its own."""
    brackets = list(_brackets_at_end(clauses.doc))
    statements = list(_statements(clauses.doc, 0, len(clauses.doc))) if brackets else []
    for opening, closing in brackets:
        if any(verb < closing and min(verb, subject) >= opening for verb, subject in statements):
            yield opening


def _brackets_at_end(doc: Doc) -> Iterator[tuple[int, int]]:
    """Return the opening and closing of each bracket with no word behind it, the last first."""
    closing, words_behind = len(doc), False
    for token in reversed(doc[1:]):
        words_behind = words_behind or token.pos_ != "PUNCT"
        if token.text == "(":
            yield token.i, closing
        elif token.text == ")":
            if words_behind:
                return
            closing = token.i


def _relative_tail(clauses: Clauses, cuts: set[int]) -> Iterator[int]:
    """A non-restrictive relative clause at the end of its claim: ", which …", ", who …"."""
    doc = clauses.doc
    for verb in doc:
        if verb.dep_ != "relcl" or not is_finite(verb):
            continue
        first, behind = left_edge(verb), int(verb.right_edge.i) + 1
        while behind < len(doc) and doc[behind].pos_ == "PUNCT":
            behind += 1
        last = behind >= len(doc) or behind in cuts
        if last and doc[first].lower_ in RELATIVES and _after_comma(verb) and not _picks_out(verb):
            yield first


def _picks_out(relative: Token) -> bool:
    """Return whether a relative clause ends "it was Lund, not the mayor, who paid": that is one statement."""
    noun = relative.head
    while noun.dep_ == "appos":
        noun = noun.head
    expletive = any(child.lower_ == "it" and child.dep_ == "nsubj" for child in noun.head.children)
    between = noun.doc[noun.i + 1 : left_edge(relative)]
    return noun.dep_ == "attr" and expletive and any(word.lower_ == "not" for word in between)


@dataclass(frozen=True)
class SplitRule:
    """A reason to begin a claim.

    Attributes:
        id: names the rule in features (`rule=<id>`) and so in the weights: it never changes.
        find: returns the tokens at which the rule lets a claim begin.
    """

    id: str
    find: Callable[[Clauses], Iterator[int]]


RULES: tuple[SplitRule, ...] = (
    SplitRule("semicolons", _semicolons),
    SplitRule("colon", _colon),
    SplitRule("coordinated_clause", _coordinated_clause),
    SplitRule("coordinated_predicate", _coordinated_predicate),
    SplitRule("subordinate_clause", _subordinate_clause),
    SplitRule("stray_clause", _stray_clause),
    SplitRule("stray_reason", _stray_reason),
    SplitRule("run_on", _run_on),
    SplitRule("behind_dash", _behind_dash),
    SplitRule("bracket", _bracket),
)
#: Looks at the cuts of all other rules, and so comes after them.
RELATIVE_TAIL = "relative_tail"
#: Rules whose proposals hold whatever the weights say.
CERTAIN = frozenset({"semicolons", "colon", "bracket", RELATIVE_TAIL})


def propose(doc: Doc) -> dict[int, set[str]]:
    """Return each token at which a claim may begin by some rule, with the ids of those rules."""
    clauses = read_clauses(doc)
    proposals: dict[int, set[str]] = {}
    for rule in RULES:
        _add(proposals, doc, rule.id, rule.find(clauses))
    _add(proposals, doc, RELATIVE_TAIL, list(_relative_tail(clauses, set(proposals))))
    return proposals


def _add(proposals: dict[int, set[str]], doc: Doc, rule_id: str, cuts: Iterable[int]) -> None:
    for first in (before_opening(doc, cut) for cut in cuts):
        if 0 < first < len(doc):
            proposals.setdefault(first, set()).add(rule_id)
