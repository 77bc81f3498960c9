"""Who is behind a cue: the noun that names a source, and how far its phrase goes."""

from __future__ import annotations

import itertools

from spacy.tokens import Doc, Token

from annotate.article.attribution.cues import can_speak, is_document
from annotate.article.nlp import QUOTES, VERBAL, child_of, subject_of
from annotate.config import word_list

RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom"})
#: What leads to the place or the day of saying, which are no part of a source.
OF_PLACE_AND_TIME = frozenset({"during", "after", "before", "since", "until"})
#: Parts behind a noun that tell more of what is named already.
ADDITIONS = frozenset({"relcl", "acl", "advcl", "ccomp", "parataxis"})
#: Marks before a part that is added in passing.
ASIDE_MARKS = frozenset({",", "(", "—", "–", "--", "―"})
#: A verb with one of these relations may have its subject from the verb above it.
SHARES_SUBJECT = frozenset({"conj", "xcomp", "advcl", "pcomp", "prep", "acl", "ccomp", "dep"})
OWN_SUBJECTS = frozenset({"nsubj", "csubj", "nsubjpass"})
#: Verbs above a cue that are looked at for its subject.
MOST_VERBS_ABOVE = 6
#: How far before its head a noun phrase may begin that the parse hangs on its verb, in tokens.
MOST_WORDS = 12
#: How far before its verb somebody with a relative clause may stand, in tokens.
RELATIVE_WITHIN = 25
#: Verbs whose subject says, or answers, what their object says: "Lund made the claim that …".
MAKING = frozenset({
    "add", "back", "defend", "deny", "dismiss", "dispute", "give", "issue", "make", "offer", "publish",
    "raise", "rebut", "refute", "reiterate", "reject", "release", "renew", "repeat", "voice", "withdraw",
})  # fmt: skip
#: Verbs by which somebody says aloud what he thinks or fears.
VOICING = frozenset({"air", "express", "raise", "utter", "voice"})
#: Verbs of hearing another one speak: "recalled Lund saying that …".
HEARING = frozenset({"catch", "hear", "recall", "record", "remember"})
#: Verbs by which somebody passes on the words of another.
QUOTING = frozenset({"cite", "quote"})


def noun_phrase(head: Token, cue: Token | None = None) -> tuple[int, int]:
    """Return the tokens, both ends included, of the longest noun phrase around its head.

    What only adds to it behind a comma is left out, and so is all from the cue on that stands in it.
    """
    doc = head.doc
    first, last = int(head.left_edge.i), int(head.right_edge.i)
    if cue is not None and head.i < cue.i:
        first, last = _first_before(head, cue), min(last, int(cue.i) - 1)
    named = head.ent_type_ != "" or head.pos_ == "PROPN"
    for child in head.children:
        if child.i > head.i and child.left_edge.i <= last:
            says = cue is not None and child.dep_ in ADDITIONS and _tells(child, cue)
            if says or cue == child or _only_adds(child, named=named):
                last = min(last, int(child.left_edge.i) - 1)
    last = _before_charge(head, before_relative(doc, head.i, last))
    while last > head.i and _trails(doc[last]):
        last -= 1
    first = max([first, *(at + 1 for at in range(first, head.i) if _closes(doc[at]))])
    while first < head.i and _leads_in(doc[first], head):
        first += 1
    return first, _with_place(head, cue, _with_hyphenated(doc, last))


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
    owned = cue.pos_ == "NOUN" and noun.dep_ == "pobj" and noun.head.head == cue
    return clause.is_ancestor(cue) or (owned and any(c.lower_ == "that" for c in clause.children))


def _before_charge(agent: Token, last: int) -> int:
    """End who accuses before what of: "accused by the union of lying", "criticised by some for waiting"."""
    verb = agent.head.head if agent.head.dep_ == "agent" else agent
    accused = verb.lemma_.lower() == "accuse"
    if verb is agent or (accused and any(c.lower_ == "of" for c in verb.rights)):
        return last
    for at in range(last - 1, agent.i, -1):
        charge, act = agent.doc[at], agent.doc[at + 1]
        if charge.lower_ in {"of", "for"} and (act.lower_.endswith("ing") or accused) and act.pos_ != "PROPN":
            return at - 1
    return last


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
    return day or adverb or word.lower_ == "what" or word.pos_ in {"PUNCT", "CCONJ", "SPACE"}


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


def _only_adds(child: Token, *, named: bool) -> bool:
    """Return whether a part behind the head of a noun phrase adds to it rather than names it."""
    before = child.doc[child.left_edge.i - 1].text
    if child.dep_ == "appos":
        return before != "(" and (named or child.pos_ != "PROPN") and not _lists(child)
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


def speaker_of(verb: Token) -> Token | None:
    """Return the speaker of a verb: its subject, its agent, or the subject it shares with a verb above it."""
    quoting = quoting_verb(verb)
    if quoting is not None:
        return child_of(quoting, "dobj", "nsubjpass")
    described = _before_its_relative(verb)
    if described is not None:
        return described
    at = verb
    for above in range(MOST_VERBS_ABOVE):
        if child_of(at, *OWN_SUBJECTS) is not None or _is_participle(at):
            own = _own_speaker(at, shared=above > 0)
            return _teller_instead(at, own) if above and own is not None else own
        if _had_to_say(at):
            at = at.head.head
            continue
        if _describes(at) and not _only_carries(at):
            return at.head
        shares = _shares_with(at)
        if shares is None:
            return _blamed(at) or (None if above else _name_before(verb))
        at = shares
    return None


def quoting_verb(verb: Token) -> Token | None:
    """Return the verb that passes a saying on: "quoted Lund as saying", "cited a man who said"."""
    head, subject = verb.head, child_of(verb, "nsubj")
    as_saying = verb.dep_ == "pcomp" and head.lower_ == "as"
    who_said = verb.dep_ == "relcl" and head.dep_ == "dobj"
    who_said = who_said and (subject is None or subject.lower_ in RELATIVE_PRONOUNS)
    return head.head if (as_saying or who_said) and head.head.lemma_.lower() in QUOTING else None


def _own_speaker(verb: Token, *, shared: bool) -> Token | None:
    """Return a verb's subject; in the passive its agent, unless another verb shares the subject."""
    own = _subject(verb)
    if own is not None:
        return _antecedent(own, verb)
    passive = child_of(verb, "nsubjpass")
    return passive if shared and passive is not None else agent_of(verb)


def _teller_instead(verb: Token, subject: Token) -> Token:
    """Return who speaks of a thing that cannot speak: "Lund says the dam is old and has promised …"."""
    teller = subject_of(verb.head) if verb.dep_ == "ccomp" else None
    mute = subject.pos_ == "NOUN" and not can_speak(subject)
    mute = mute and subject.lemma_.lower() not in word_list("organisation_nouns")
    return teller if teller is not None and mute else subject


def _is_participle(verb: Token) -> bool:
    """Return whether a verb describes what was done: "the plan proposed by Lund", "as reported by Lund"."""
    hangs = verb.dep_ == "acl" or (verb.dep_ == "advcl" and agent_of(verb) is not None)
    if verb.dep_ == "advcl" and verb.i == verb.sent.start and verb.lower_ in {"asked", "told", "warned"}:
        return True  # "Told of it, Lund left": Lund is who hears it
    return verb.tag_ == "VBN" and hangs and not _is_the_sentence(verb)


def _is_the_sentence(verb: Token) -> bool:
    """Return whether the parse hangs a verb on its own subject: "The minister, Ana Ruiz, promised … that"."""
    states = any(child.dep_ == "ccomp" and subject_of(child) is not None for child in verb.children)
    return states and verb.head.dep_ == "ROOT" and verb.i > 0 and verb.doc[verb.i - 1].text == ","


def _before_its_relative(verb: Token) -> Token | None:
    """Return who speaks where a relative clause stands between: "a manager who would not be named said"."""
    if verb.tag_ not in {"VBD", "VBZ", "VBP"} or verb.dep_ == "conj" or child_of(verb, *OWN_SUBJECTS):
        return None
    end = verb.i - 1 - (verb.i > 0 and verb.nbor(-1).text == ",")
    for noun in reversed(verb.doc[max(0, verb.i - RELATIVE_WITHIN) : max(0, end)]):
        clause = child_of(noun, "relcl")
        if clause is not None and clause.right_edge.i == end:
            of_person = any(each.lower_ in {"who", "whose"} for each in noun.doc[noun.i + 1 : noun.i + 3])
            return noun if of_person or (can_speak(noun) and not is_document(noun)) else None
    return None


def _had_to_say(verb: Token) -> bool:
    """Return whether an infinitive tells what somebody had to say: "Lund had this to say"."""
    said = verb.dep_ in {"acl", "relcl"} and any(child.lower_ == "to" for child in verb.lefts)
    return said and verb.head.dep_ == "dobj" and verb.head.head.lemma_ == "have"


def _describes(verb: Token) -> bool:
    return verb.dep_ in {"acl", "relcl"} and verb.head.pos_ in {"NOUN", "PROPN", "PRON"}


def _shares_with(verb: Token) -> Token | None:
    """Return the verb above with which a verb may share its subject."""
    if _describes(verb):
        return _verb_above(verb)
    if verb.dep_ not in SHARES_SUBJECT or verb.head == verb or _blamed(verb) is not None:
        return None
    return verb.head.head if rejoins_teller(verb) else verb.head


def _subject(verb: Token) -> Token | None:
    """Return a verb's own subject: of several, the nearest that is no relative pronoun."""
    own = [c for c in verb.children if c.dep_ in {"nsubj", "csubj"}]
    named = [c for c in own if c.lower_ not in RELATIVE_PRONOUNS | {"following"} and c.pos_ != "PUNCT"]
    return next(reversed(named or own), None)


def rejoins_teller(verb: Token) -> bool:
    """Return whether a verb beside what is told goes back to the one who tells, as its form shows.

    In "Lund said he had won and called it luck" Lund called it luck, and so in "…, adding that it was luck".
    """
    head = verb.head
    if head.dep_ != "ccomp" or subject_of(verb) is not None:
        return False
    if verb.dep_ == "advcl" and verb.tag_ == "VBG":
        lemma, comma = verb.lemma_.lower(), verb.doc[verb.left_edge.i - 1].text == ","
        return comma and (lemma in word_list("cue_verbs") or lemma in word_list("clause_cue_verbs"))
    return verb.dep_ == "conj" and head.tag_ != verb.tag_ == head.head.tag_


def _blamed(verb: Token) -> Token | None:
    """Return who did what somebody is blamed for or heard doing: "the panel fined Lund for refusing"."""
    if verb.dep_ == "pcomp" and verb.head.lower_ == "for":
        return child_of(verb.head.head, "dobj")
    heard = (
        child_of(verb.head, "dobj") if verb.tag_ == "VBG" and verb.head.lemma_.lower() in HEARING else None
    )
    return heard if heard is not None and int(heard.right_edge.i) + 1 == verb.i else None


def _only_carries(verb: Token) -> bool:
    """Return whether a participle hangs on a noun without a voice: "a conference announcing the plan"."""
    noun = verb.head
    return verb.tag_ == "VBG" and noun.pos_ == "NOUN" and not can_speak(noun) and _verb_above(verb) != verb


def _verb_above(verb: Token) -> Token:
    return next((t for t in verb.ancestors if t.pos_ in VERBAL), verb)


def _name_before(verb: Token) -> Token | None:
    """Return the noun right before a finite verb that the parse left without a subject."""
    if verb.tag_ not in {"VBD", "VBZ", "VBP"} or child_of(verb, "auxpass", "expl") is not None:
        return None
    at = verb.i - 1
    while at > 0 and (verb.doc[at].pos_ in {"ADV", "AUX"} or (verb.doc[at].text, verb.dep_) == (",", "ROOT")):
        at -= 1
    if at < 0:
        return None
    last = verb.doc[at]
    above = itertools.takewhile(lambda noun: noun.i < verb.i, (last, *last.ancestors))
    added = next((noun for noun in above if noun.dep_ == "appos"), None)
    return added or (last if last.pos_ == "PROPN" else None)


def teller_of(participle: Token) -> Token:
    """Return the verb that a participle goes with: in "Reuters reported, citing Lund, that …" reported."""
    head = participle.head
    mark = child_of(head, "mark")
    return head.head if head.dep_ == "ccomp" and mark is not None and participle.i < mark.i else head


def _antecedent(subject: Token, verb: Token) -> Token:
    """Return the noun that a relative pronoun stands for; before "which showed" a document near by."""
    if subject.lower_ not in RELATIVE_PRONOUNS or verb.dep_ != "relcl":
        return subject
    if verb.lemma_.lower() in word_list("document_verbs"):
        nouns = [verb.head, *verb.head.ancestors]
        return next((noun for noun in nouns if is_document(noun)), verb.head)
    return verb.head


def agent_of(verb: Token) -> Token | None:
    """Return the doer of a passive verb: "was told by the police"."""
    by = child_of(verb, "agent")
    return _printed_in(verb) if by is None else child_of(by, "pobj")


def _printed_in(verb: Token) -> Token | None:
    """Return the paper or station in which something was said: "it was reported in the Courier that …"."""
    if child_of(verb, "auxpass") is None:
        return None
    places = (child_of(c, "pobj") for c in verb.children if c.dep_ == "prep" and c.lower_ in {"in", "on"})
    named = (place for place in places if place is not None and place.i > verb.i and place.pos_ == "PROPN")
    return next((place for place in named if place.text in word_list("media_names")), None)


def owner_of(noun: Token) -> Token | None:
    """Return whose statement it is: "X's claim", "a claim by X", "X made the claim"."""
    for child in noun.children:
        if child.dep_ == "acl" and child.tag_ == "VBN" and (by := agent_of(child)) is not None:
            return by
        if child.dep_ == "poss":
            return child
        if child.dep_ == "prep" and child.lower_ in {"by", "from", "of"}:
            return child_of(child, "pobj")
    is_maker = noun.dep_ == "dobj" and noun.head.lemma_.lower() in MAKING
    return speaker_of(noun.head) if is_maker else None


def is_voiced(noun: Token) -> bool:
    """Return whether a noun names what somebody says: "a claim", "suspicions voiced by a clerk"."""
    lemma = noun.lemma_.lower()
    voiced = child_of(noun, "acl") if lemma in word_list("mind_nouns") else None
    return lemma in word_list("cue_nouns") or (voiced is not None and voiced.lemma_.lower() in VOICING)


def author_of(document: Token) -> Token | None:
    """Return who wrote a document: "according to reports by the agency" names the agency."""
    by = next((c for c in document.children if c.dep_ == "prep" and c.lower_ == "by"), None)
    return child_of(by, "pobj") if by is not None and document.tag_ == "NNS" else None
