"""How far the noun phrase around a source goes: short, as a desk names it, and whole, as it stands."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Token

from annotate.article.attribution.cues import JUDGING
from annotate.article.nlp import QUOTES, VERBAL, child_of
from annotate.config import word_list

#: The time at the head of an entry: "11.52 The mayor says".
CLOCK = re.compile(r"\d{1,2}[.:]\d{2}")
#: Words that open a relative clause.
RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom"})
#: What leads to the place or the day of saying, which are no part of a source.
OF_PLACE_AND_TIME = frozenset({"during", "after", "before", "since", "until"})
#: Behind one of these a noun is a place.
OF_PLACES = frozenset({"across", "around", "at", "from", "in", "near", "on", "outside"})
#: Parts behind a noun that tell more of what is named already.
ADDITIONS = frozenset({"relcl", "acl", "advcl", "ccomp", "parataxis"})
#: Marks before a part that is added in passing.
ASIDE_MARKS = frozenset({",", "(", "—", "–", "--", "―"})
#: How far before its head a noun phrase may begin that the parse hangs on its verb, in tokens.
MOST_WORDS = 12
#: Who may be called a lead one.
LED = frozenset({"author", "counsel", "investigator", "prosecutor", "researcher", "scientist"})
#: What stands before a noun and belongs to it.
NAMING = frozenset({"amod", "compound", "det", "nmod", "poss"})
#: Marks that close an addition.
CLOSING = frozenset({",", "—", "–", "--", "―"})
#: Parts behind a noun that its whole phrase takes in.
WHOLE = frozenset({"acl", "appos", "prep", "relcl"})


def noun_phrase(head: Token, cue: Token | None = None) -> tuple[int, int]:
    """Return the tokens, both ends included, of the longest noun phrase around its head.

    What only adds to it behind a comma is left out, and so is all from the cue on that stands in it.
    """
    doc = head.doc
    if head.pos_ == "VERB" and head.dep_ == "pcomp":
        return int(head.i), int(head.i)  # "According to Ruiz the mill …": the tagger sees no name
    first, last = int(head.left_edge.i), int(head.right_edge.i)
    if cue is not None and head.i < cue.i:
        first, last = _first_before(head, cue), min(last, int(cue.i) - 1)
    named = head.ent_type_ != "" or head.pos_ == "PROPN"
    for child in head.children:
        if child.i > head.i and child.left_edge.i <= last:
            says = cue is not None and child.dep_ in ADDITIONS and _tells(child, cue)
            if says or cue == child or _only_adds(child, named=named):
                last = min(last, int(child.left_edge.i) - 1)
    last = _before_charge(head, _before_participle(doc, head.i, before_relative(doc, head.i, last)))
    while last > head.i and _trails(doc[last]):
        last -= 1
    first = max([first, *(at + 1 for at in range(first, head.i) if _closes(doc[at]))])
    while first < head.i and _leads_in(doc[first], head):
        first += 1
    first = _with_title(head, cue, _with_office(head, first), last)
    if first > 0 and doc[first - 1].lower_ == "lead" and doc[first].lower_ in LED:
        first -= 1  # "lead author Ana Ruiz": the tagger takes "lead" for a verb
    return first, _with_place(head, cue, _with_hyphenated(doc, last))


def _with_title(head: Token, cue: Token | None, first: int, last: int) -> int:
    """Take in a title with one comma, which the parse loses: "…, Arden's harbour master, Tove Lund said"."""
    doc = head.doc
    apart = first > 1 and doc[first - 1].text == "," and doc[last + 1 : last + 2].text != ","
    if not apart or cue is None or cue.i < head.i or head.pos_ != "PROPN" or last == first:
        return first
    title = doc[first - 2]
    opens = min([title.i, *(int(c.left_edge.i) for c in title.lefts if c.dep_ in NAMING)])
    offices = word_list("person_nouns") - word_list("organisation_nouns")
    stands = opens == 0 or (doc[opens - 1].text == "," and not _is_of_list(title))
    return opens if stands and title.lemma_.lower() in offices else first


def _with_office(name: Token, first: int) -> int:
    """Take in an office that the parse puts beside a name: "according to curator Ana Ruiz"."""
    office = name.doc[first - 1] if first > 0 and name.pos_ == "PROPN" else None
    beside = office is not None and office.head == name.head and office.dep_ == name.dep_ == "pobj"
    return int(office.left_edge.i) if beside and office is not None else first


def _is_of_list(title: Token) -> bool:
    return title.dep_ == "conj" or child_of(title, "cc", "conj") is not None


def _first_before(head: Token, cue: Token) -> int:
    """Return where a phrase begins whose verb the tagger may have taken for a noun: "the census shows"."""
    first = int(head.left_edge.i)
    if head.head == cue and head.dep_ == "compound":
        first = min(first, max(int(cue.left_edge.i), head.i - MOST_WORDS))
        return next((token.i + 1 for token in reversed(head.doc[first : head.i]) if token.text == ","), first)
    return max([first, *(int(child.right_edge.i) + 1 for child in head.lefts if child.dep_ == "ccomp")])


def _tells(clause: Token, cue: Token) -> bool:
    """Return whether a clause behind a source is what the source says: "a claim by Lund that it may fall"."""
    noun = clause.head
    names = cue.pos_ == "NOUN" or cue.lemma_ in {"hear", "learn"}
    owned = names and noun.dep_ == "pobj" and noun.head.head == cue
    return clause.is_ancestor(cue) or (owned and any(c.lower_ == "that" for c in clause.children))


def _before_charge(agent: Token, last: int) -> int:
    """End who accuses before what of: "accused by the union of lying", "criticised by some for waiting"."""
    acts = (c for c in agent.rights if c.lower_ == "of" and child_of(c, "pcomp") is not None)
    if (charge := next(acts, None)) is not None:
        return int(charge.i) - 1
    verb = agent.head.head if agent.head.dep_ == "agent" else agent
    accused = verb.lemma_.lower() == "accuse"
    judged = next((at for at in range(agent.i + 1, last) if _is_judgement(agent.doc[at], verb)), None)
    if judged is not None and agent.head.dep_ == "agent":
        return judged - 1
    if verb is agent or (accused and any(c.lower_ == "of" for c in verb.rights)):
        return last
    for at in range(last - 1, agent.i, -1):
        charge, act = agent.doc[at], agent.doc[at + 1]
        if charge.lower_ in {"of", "for"} and (act.lower_.endswith("ing") or accused) and act.pos_ != "PROPN":
            return at - 1
    return last


def _is_judgement(word: Token, verb: Token) -> bool:
    """Return whether a word leads to what somebody is judged for or as: "condemned by some as a farce"."""
    return word.lower_ in {"as", "for"} and word.dep_ == "prep" and verb.lemma_.lower() in JUDGING


def _with_place(sign: Token, cue: Token | None, last: int) -> int:
    """Take in where a sign is that the parse hangs on the verb before it: "read a banner at the gate"."""
    if cue is None or sign.lemma_.lower() not in word_list("sign_nouns"):
        return last
    if last < cue.i - 1 and sign.doc[last].pos_ == "ADP":
        return int(cue.i) - 1
    if sign.head != cue or sign.i < cue.i:
        return last
    places = (child for child in cue.rights if child.dep_ == "prep" and child.left_edge.i == last + 1)
    return max((int(place.right_edge.i) for place in places), default=last)


def _closes(mark: Token) -> bool:
    """Return whether a quotation ends at a mark, before whoever said it: "“No,” the mayor said"."""
    return mark.i > 0 and mark.text in QUOTES and mark.nbor(-1).text in {",", ".", "!", "?", "…"}


def _trails(word: Token) -> bool:
    """Return whether a word at the end of a noun phrase is none of it."""
    loose = word.pos_ in {"PUNCT", "CCONJ", "SPACE"} and word.text not in {")", "]"}
    return loose or word.tag_ == "POS"


def _leads_in(word: Token, head: Token) -> bool:
    """Return whether a word before a noun is none of its phrase: "and", "even", a day, "what" Lund said."""
    day = head.pos_ == "PROPN" and word.lower_.endswith("day") and word.lower_ in word_list("times")
    adverb = word.pos_ == "ADV" and word.head == head
    clock = word.i == 0 and CLOCK.fullmatch(word.text) is not None
    return clock or day or adverb or word.lower_ == "what" or word.pos_ in {"PUNCT", "CCONJ", "SPACE"}


def _with_hyphenated(doc: Doc, last: int) -> int:
    """Take in what a hyphen joins to the last word: "his ex-wife"."""
    while last + 2 < len(doc) and doc[last + 1].text == "-":
        if doc[last].whitespace_ or doc[last + 1].whitespace_:
            break
        last += 2
    return last


def before_relative(doc: Doc, first: int, last: int) -> int:
    """End a stretch before a relative clause behind a comma: "the plan, which …"."""
    for at in range(first + 1, last):
        behind = doc[at + 2] if doc[at + 1].text in QUOTES and at + 2 <= last else doc[at + 1]
        if doc[at].text == "," and behind.lower_ in RELATIVE_PRONOUNS:
            return at - 1
    return last


def _before_participle(doc: Doc, first: int, last: int) -> int:
    """End a phrase before a participle behind a comma: "a report by the county, seen by the Courier"."""
    for at in range(first + 1, last):
        behind = doc[at + 1]
        if doc[at].text == "," and behind.tag_ == "VBN" and behind.dep_ in {"acl", "advcl"}:
            return at - 1
    return last


def _only_adds(child: Token, *, named: bool) -> bool:
    """Return whether a part behind the head of a noun phrase adds to it rather than names it."""
    before = child.doc[child.left_edge.i - 1].text
    if child.dep_ == "appos":
        if before == "(":
            return named and child.like_num  # an age
        joined = child.pos_ == "PROPN" and before not in ASIDE_MARKS  # "captain Ana Ruiz"
        return not joined and (named or child.pos_ != "PROPN") and not _lists(child)
    if child.dep_ == "conj" and child.pos_ in VERBAL:
        return True
    if child.dep_ in ADDITIONS:
        aside = before in ASIDE_MARKS or (named and child.dep_ == "relcl")
        return aside or child.dep_ not in {"acl", "relcl"}
    place = child.dep_ == "prep" and (before == "," or _of_place_or_time(child, named=named))
    return place or child.dep_ == "npadvmod"


def _lists(apposition: Token) -> bool:
    """Return whether a supposed apposition goes on as a list: "the family, protesters and friends"."""
    return child_of(apposition, "cc") is not None and apposition.pos_ != "PROPN"


def _of_place_or_time(preposition: Token, *, named: bool) -> bool:
    """Return whether a preposition leads to where or when something was said: "in Orrin", "on Monday"."""
    if preposition.lower_ in {"on", "in"} and any(_is_time(child) for child in preposition.children):
        return True
    return preposition.lower_ in OF_PLACE_AND_TIME or (named and preposition.lower_ == "in")


def _is_time(noun: Token) -> bool:
    return noun.lemma_.lower() in word_list("times") or (noun.is_digit and len(noun) == 4)


def whole_phrase(head: Token, cue: Token, short: tuple[int, int]) -> tuple[int, int]:
    """Return the tokens of the noun phrase around a source with what is added to it behind.

    "Lund, who owns the mill," has its closing comma too. `short` is the phrase without additions.
    """
    doc, (first, last) = head.doc, short
    added = [child for child in head.rights if child.dep_ in WHOLE and not _holds(child, cue)]
    for child in added:
        if child.left_edge.i > last and (child.dep_ != "prep" or child.left_edge.i == last + 1):
            last = max(last, _before_cue(int(child.right_edge.i), cue, head))
    while last > short[1] and _trails(doc[last]):
        last -= 1
    aside = any(child.left_edge.i <= last and _is_aside(child) for child in added)
    closes = aside and last + 1 < len(doc) and doc[last + 1].text in CLOSING
    return first, last + 1 if closes and last + 1 < cue.i else last


def _is_aside(part: Token) -> bool:
    """Return whether a part is put between commas or dashes: "the mayor, Tove Lund,"."""
    return part.left_edge.i > 0 and part.left_edge.nbor(-1).text in CLOSING


def _holds(part: Token, cue: Token) -> bool:
    """Return whether a cue stands in an addition to its own source: "a letter saying that …"."""
    return part == cue or part.is_ancestor(cue)


def _before_cue(last: int, cue: Token, head: Token) -> int:
    """End a phrase that stands before its cue in front of that."""
    return min(last, int(cue.i) - 1) if head.i < cue.i else last


def person_before_place(noun: Token) -> Token:
    """Return the person whose place the parse takes for a "who": "farmers in the valley, who say that …"."""
    lead = noun.head
    above = lead.head if noun.dep_ == "pobj" and lead.dep_ == "prep" else noun
    if above.pos_ in VERBAL and lead.i > above.i + 1:
        above = lead.nbor(-1)  # "angered farmers in the valley"
    persons = word_list("person_nouns") | word_list("people_nouns")
    is_person = above.lemma_.lower() in persons and above.pos_ in {"NOUN", "PROPN"}
    placed = noun.head.lower_ in OF_PLACES or (noun.pos_ == "NOUN" and noun.lemma_.lower() not in persons)
    if above == noun or not placed:
        return noun
    return above if is_person else person_before_place(above) if above.pos_ == "NOUN" else noun
