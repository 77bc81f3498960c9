"""Who is behind a cue: the noun that names a source."""

from __future__ import annotations

import itertools

from spacy.tokens import Token

from annotate.article.attribution.cues import DOING, TAKING, can_speak, is_document, made_to_do, on_occasion
from annotate.article.attribution.noun_phrases import RELATIVE_PRONOUNS, person_before_place
from annotate.article.nlp import QUOTES, VERBAL, child_of, subject_of
from annotate.config import word_list

#: A verb with one of these relations may have its subject from the verb above it.
SHARES_SUBJECT = frozenset({"conj", "xcomp", "advcl", "pcomp", "prep", "acl", "ccomp", "dep"})
OWN_SUBJECTS = frozenset({"nsubj", "csubj", "nsubjpass"})
#: Verbs above a cue that are looked at for its subject.
MOST_VERBS_ABOVE = 6
#: How far before its verb somebody with a relative clause may stand, in tokens.
RELATIVE_WITHIN = 25
#: Verbs whose subject says, or answers, what their object says: "Lund made the claim that …".
MAKING = frozenset({
    "add", "back", "defend", "deny", "dismiss", "dispute", "give", "issue", "make", "offer", "publish",
    "raise", "rebut", "refute", "reiterate", "reject", "release", "renew", "repeat", "voice", "withdraw",
})  # fmt: skip
#: What papers and agencies are known by.
REPORTS = frozenset({"account", "article", "report"})
#: Verbs by which somebody lets a text go out, and what such texts are called.
ISSUING = frozenset({
    "circulate", "deliver", "issue", "post", "put", "record", "release", "send", "sign", "write",
})  # fmt: skip
ISSUED = frozenset({
    "communique", "communiqué", "declaration", "email", "letter", "memo", "message", "note", "notice",
    "post", "statement", "tweet", "video",
})  # fmt: skip
#: What one does with a petition that says what one wants.
STARTING = frozenset({"circulate", "deliver", "launch", "sign", "start", "submit"})
#: Verbs by which a body may also let out the texts of others, and what it then states itself.
PUBLISHING = frozenset({"publish"})
OWN_TEXTS = frozenset({"communique", "communiqué", "declaration", "message", "notice", "statement"})
#: Verbs by which somebody says aloud what he thinks or fears.
VOICING = frozenset({"air", "express", "raise", "utter", "voice"})
#: Verbs that in the active voice need somebody who hears it.
TELLING_SOMEBODY = frozenset({"assure", "inform", "remind", "tell"})
#: What somebody gives, makes or pays who speaks in public: "paid tribute, saying".
SPEECHES = {
    "deliver": frozenset({"address", "speech", "statement"}),
    "give": frozenset({"address", "interview", "speech"}),
    "make": frozenset({"appeal", "remark", "speech", "statement"}),
    "pay": frozenset({"tribute"}),
}  # fmt: skip
#: Verbs that with a particle tell that somebody speaks.
SPEAKING_UP = {
    "chime": ("in",), "clap": ("back",), "double": ("down",), "fire": ("back",), "go": ("further",),
    "hit": ("back", "out"), "lash": ("out",), "push": ("back",), "shoot": ("back",), "speak": ("out", "up"),
    "strike": ("back",), "weigh": ("in",),
}  # fmt: skip
#: Nouns that tell of an utterance beside one verb only: "gave evidence that …".
GIVEN = {"give": frozenset({"assurance", "evidence", "notice"})}
#: Verbs of hearing another one speak: "recalled Lund saying that …".
HEARING = frozenset({"catch", "hear", "recall", "record", "remember"})
#: Verbs by which somebody passes on the words of another.
QUOTING = frozenset({"cite", "quote"})


def speaker_of(verb: Token) -> Token | None:
    """Return the speaker of a verb: its subject, its agent, or the subject it shares with a verb above it."""
    quoting = quoting_verb(verb)
    if quoting is not None:
        return child_of(quoting, "dobj", "nsubjpass")
    described = _before_its_relative(verb)
    if described is not None or _was_told(verb):
        return described or agent_of(verb)
    return _shared_speaker(verb)


def _shared_speaker(verb: Token) -> Token | None:
    """Return the subject or agent of a verb, or the subject that it shares with a verb above it."""
    at = verb
    for above in range(MOST_VERBS_ABOVE):
        if child_of(at, *OWN_SUBJECTS) is not None or _is_participle(at):
            own = _own_speaker(at, shared=above > 0)
            return _instead(at, own) if above and own is not None else own
        if _had_to_say(at):
            at = at.head.head
            continue
        if (made := made_to_do(at)) is not None:
            return made
        if on_occasion(at):
            at = _verb_above(at)
            if at.lemma_.lower() not in TAKING:
                return None
            continue
        if _describes(at) and not _only_carries(at):
            return issuer_of(at.head) if at.tag_ == "VBG" else at.head
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


def _instead(verb: Token, subject: Token) -> Token:
    """Return who speaks where the subject of the verb above cannot: "their answer was to issue a note"."""
    owner = child_of(subject, "poss") if verb.lemma_ == "be" and not can_speak(subject) else None
    return owner or _teller_instead(verb, subject)


def issuer_of(text: Token) -> Token:
    """Return who lets a text go out; without one, the text: "the port issued a statement saying …"."""
    lemma, verb = text.lemma_.lower(), text.head
    if text.dep_ == "attr" and verb.lemma_ == "be" and lemma in ISSUED:
        subject = subject_of(verb)
        return (child_of(subject, "poss") if subject is not None else None) or text
    starts = lemma == "petition" and verb.lemma_.lower() in STARTING
    issuer = speaker_of(verb) if text.dep_ == "dobj" and (starts or makes_post(verb)) else None
    return issuer or text


def makes_post(verb: Token) -> bool:
    """Return whether somebody speaks by what he puts out: "issued a note, saying", "took to the radio"."""
    lemma, thing, to = verb.lemma_.lower(), child_of(verb, "dobj"), child_of(verb, "prep")
    if lemma == "take" and to is not None and to.lower_ == "to" and to.i == verb.i + 1:
        return True
    if thing is not None and thing.lemma_.lower() in SPEECHES.get(lemma, ()):
        return True
    texts = ISSUED if lemma in ISSUING else OWN_TEXTS if lemma in PUBLISHING else frozenset()
    return thing is not None and thing.lemma_.lower() in texts and not owned(thing)


def speaks_up(verb: Token) -> bool:
    """Return whether a verb with its particle tells that somebody speaks: "hit back", "weighed in"."""
    behind = verb.doc[verb.i + 1 : verb.i + 2]
    return any(word.lower_ in SPEAKING_UP.get(verb.lemma_.lower(), ()) for word in behind)


def owned(text: Token) -> bool:
    """Return whether a text is somebody else's: "released a letter from Lund", "posted Lund's letter"."""
    by = (child for child in text.rights if child.dep_ == "prep" and child.lower_ in {"by", "from", "of"})
    whose = child_of(text, "poss")
    return next(by, None) is not None or (whose is not None and whose.pos_ != "PRON")


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


def _was_told(verb: Token) -> bool:
    """Return whether a verb shares the passive of another: "was summoned and told that the visit was off"."""
    passive = verb.dep_ == "conj" and child_of(verb.head, "auxpass") is not None
    hears = verb.lemma_.lower() in TELLING_SOMEBODY and child_of(verb, "dobj", "dative") is None
    return passive and hears and child_of(verb, *OWN_SUBJECTS) is None


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
    keen = verb.dep_ == "acomp" and verb.lemma_.lower() in DOING
    shares = keen or verb.dep_ in SHARES_SUBJECT
    if not shares or verb.head == verb or _blamed(verb) is not None:
        return None
    apart = rejoins_teller(verb) or verb.head.lower_ == "far"  # "went so far as to say"
    return verb.head.head if apart else verb.head


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
    apart = [verb.doc[at].text, verb.doc[at - 2].text] == [",", ","] if verb.i > 3 else False
    if apart and verb.doc[at - 1].lower_.endswith("ing"):
        at -= 3  # "Tove Lund, presiding, told the court that"
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
    if subject.lower_ == "who":
        return person_before_place(verb.head)
    if verb.lemma_.lower() in word_list("document_verbs"):
        nouns = [verb.head, *verb.head.ancestors]
        return next((noun for noun in nouns if is_document(noun)), verb.head)
    return verb.head


def agent_of(verb: Token) -> Token | None:
    """Return the doer of a passive verb: "was told by the police"."""
    by = child_of(verb, "agent") or _by_behind_quotation(verb)
    return _printed_in(verb) if by is None else child_of(by, "pobj")


def _by_behind_quotation(verb: Token) -> Token | None:
    """Return the "by" behind a quotation, of which the parse makes a part: "was called “a joke” by Lund"."""
    if child_of(verb, "auxpass") is None:
        return None
    behind = (token for token in verb.doc[verb.i + 2 :] if token.lower_ == "by")
    return next((by for by in behind if by.nbor(-1).text in QUOTES and verb.is_ancestor(by)), None)


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
            repeats = child.pos_ == "PRON" and noun.dep_ == "dobj" and noun.head.lemma_.lower() in MAKING
            return (speaker_of(noun.head) if repeats else None) or child
        if child.dep_ == "prep" and child.lower_ in {"by", "from", "of"}:
            return child_of(child, "pobj")
    is_maker = noun.dep_ == "dobj" and noun.head.lemma_.lower() in MAKING
    return speaker_of(noun.head) if is_maker else None


def is_voiced(noun: Token) -> bool:
    """Return whether a noun names what somebody says: "a claim", "suspicions voiced by a clerk"."""
    lemma = noun.lemma_.lower()
    voiced = child_of(noun, "acl") if lemma in word_list("mind_nouns") else None
    given = noun.dep_ == "dobj" and lemma in GIVEN.get(noun.head.lemma_.lower(), ())
    voiced_aloud = voiced is not None and voiced.lemma_.lower() in VOICING
    return given or voiced_aloud or lemma in word_list("cue_nouns")


def author_of(document: Token) -> Token | None:
    """Return who wrote a document: "according to reports by the agency" names the agency.

    So do reports in or from something that has a name: "reports in the Courier", but not "reports in May".
    """
    if document.tag_ != "NNS":
        return None
    for preposition in document.children:
        author = child_of(preposition, "pobj") if preposition.dep_ == "prep" else None
        named = author is not None and author.pos_ == "PROPN" and document.lemma_.lower() in REPORTS
        named = named and author is not None and author.lemma_.lower() not in word_list("times")
        if preposition.lower_ == "by" or (named and preposition.lower_ in {"in", "from"}):
            return author
    return None
