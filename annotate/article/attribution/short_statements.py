"""Verbs by which somebody asks, bids, undertakes, judges or tells of a thing in short."""

from __future__ import annotations

from spacy.tokens import Token

from annotate.article.attribution.cues import JUDGING
from annotate.article.attribution.sources import agent_of
from annotate.article.nlp import child_of
from annotate.config import word_list

#: Verbs by which somebody says what should not be done: "warned against haste".
WARNING = frozenset({"advise", "caution", "warn"})
#: Verbs and prepositions by which somebody tells of something in short.
TELLING = {
    "complain": ("of", "about"),
    "speak": ("of",),
    "talk": ("of",),
    "warn": ("of", "about"),
}
#: What one calls for that is fetched: "called for a taxi".
FETCHED = frozenset({"ambulance", "backup", "cab", "doctor", "help", "silence", "taxi", "waiter"})
#: Verbs that with a person and an infinitive tell what somebody asks for.
APPEALS = frozenset({
    "admonish", "advise", "beseech", "challenge", "counsel", "encourage", "entreat", "exhort", "implore",
})  # fmt: skip
#: Verbs that in the active voice, with a person and an infinitive, tell what somebody is to do.
BIDDING = frozenset({"remind", "tell", "warn"})
#: Verbs that with an infinitive tell what somebody gives his word to do.
UNDERTAKING = frozenset({"offer", "undertake", "volunteer"})
#: Verbs by which somebody wants to stay without a name, and what is not to be done to it.
HIDING = frozenset({"ask", "demand", "insist", "request"})
WITHHELD = frozenset({"identified", "named", "quoted"})
#: Verbs that say what somebody makes of a thing, or only what its name is.
NAMING = frozenset({"call", "describe"})
#: Verbs by which somebody answers what was said: "rejected the charge", "disputes that".
REJECTING = frozenset({"contest", "dismiss", "dispute", "rebut", "refute", "reject"})
DISPUTING = frozenset({"dispute", "rebut", "refute"})
#: What is said of somebody, to which others may answer, and words that point back to it.
CHARGES = frozenset({
    "account", "accusation", "allegation", "charge", "claim", "complaint", "rumor", "rumour", "speculation",
    "suggestion",
})  # fmt: skip
TRUTHS = frozenset({"accuracy", "authenticity", "existence", "truth", "validity"})
POINTING = frozenset({"it", "that", "this"})
#: Verbs by which a body rates a thing "among" others; the lemmatizer takes "rates" for a form of "rat".
RATING = frozenset({"class", "classify", "rank", "rat", "rate"})
#: Verbs that with a thing and a particle say what somebody makes of it: "ruled out a vote".
DECIDING = {"ascribe": "to", "attribute": "to", "rule": "out"}
#: Verbs that with "at" and a figure say how much somebody takes a thing to be.
RECKONING = frozenset({"estimate", "put"})
#: All verbs that `appeals` knows, and all that `judges` does.
APPEALING = frozenset({*APPEALS, *WARNING, "appeal", "call"})
JUDGEMENTS = frozenset({*DECIDING, *JUDGING, *NAMING, *RATING, *RECKONING, *REJECTING})


def appeals(verb: Token) -> bool:
    """Return whether somebody asks for something: "called for an inquiry", "warned against haste"."""
    against = next((child for child in verb.rights if child.lower_ == "against"), None)
    if verb.lemma_.lower() in WARNING and against is not None:
        return child_of(against, "pobj", "pcomp") is not None
    if verb.lemma_.lower() == "call":
        behind = verb.doc[verb.i + 1 : verb.i + 5]
        asks = len(behind) > 0 and behind[0].lower_ in {"for", "on", "upon"}
        leads = asks and (behind[0].dep_ == "mark" or child_of(behind[0], "pobj", "pcomp") is not None)
        return leads and not any(word.lower_ in FETCHED for word in behind)
    if verb.lemma_.lower() == "appeal":
        return _appeals_to(verb)
    person, to = child_of(verb, "dobj"), child_of(verb, "xcomp")
    return verb.lemma_.lower() in APPEALS and person is not None and to is not None and to.tag_ == "VB"


def _appeals_to(verb: Token) -> bool:
    """Return whether somebody asks in public: "appealed for calm", "appealed to drivers to stay at home"."""
    behind = verb.doc[verb.i + 1 : verb.i + 2]
    if any(word.lower_ == "for" for word in behind):
        return not any(word.lower_ in FETCHED for word in verb.doc[verb.i + 1 : verb.i + 5])
    to_do = (token for token in verb.subtree if token.tag_ == "VB" and token.i > verb.i + 2)
    bids = any(child.lower_ == "to" and child.dep_ == "aux" for act in to_do for child in act.lefts)
    return bids and any(word.lower_ == "to" for word in behind)


def tells_of(verb: Token) -> bool:
    """Return whether a verb tells of something in short: "warned of a flood", "spoke of chaos on deck"."""
    behind = verb.doc[verb.i + 1 : verb.i + 2]
    of = next((word for word in behind if word.lower_ in TELLING.get(verb.lemma_.lower(), ())), None)
    return of is not None and child_of(of, "pobj", "pcomp") is not None


def undertakes(verb: Token) -> bool:
    """Return whether somebody gives his word to do a thing: "undertook to close the road"."""
    to_do = child_of(verb, "xcomp")
    return verb.lemma_.lower() in UNDERTAKING and to_do is not None and to_do.tag_ == "VB"


def bids(verb: Token) -> bool:
    """Return whether somebody tells another one what to do: "warned customers not to touch the wire"."""
    person, to_do = child_of(verb, "dobj", "dative"), child_of(verb, "xcomp")
    active = child_of(verb, "auxpass") is None and verb.lemma_.lower() in BIDDING
    return active and person is not None and to_do is not None and to_do.tag_ == "VB"


def hides(verb: Token) -> bool:
    """Return whether somebody only asks that a name be withheld: "asked not to be named"."""
    if verb.lemma_.lower() not in HIDING:
        return False
    behind = {token.lower_ for token in verb.doc[verb.i + 1 : verb.right_edge.i + 1]}
    return bool(behind & {"anonymity", "anonymous"}) or ("not" in behind and bool(behind & WITHHELD))


def judges(verb: Token) -> bool:
    """Return whether a verb says what somebody makes of a thing: "called it unsafe", "put the cost at 40".

    "Called it Mount Orr" says only what its name is.
    """
    lemma = verb.lemma_.lower()
    if lemma in RECKONING:
        behind = verb.doc[verb.i + 1 : verb.right_edge.i + 1]
        at = next((word for word in behind if word.lower_ == "at"), None)
        return at is not None and any(word.like_num for word in at.subtree)
    if lemma in REJECTING and (lemma in DISPUTING or _is_said(verb)):
        return True
    if lemma in JUDGING or lemma in RATING:
        return _judges_as(verb)
    if lemma in DECIDING:
        return child_of(verb, "dobj") is not None and any(c.lower_ == DECIDING[lemma] for c in verb.rights)
    if lemma == "describe" and child_of(verb, "xcomp") is not None:
        return True  # "described seeing a man run"
    made_of = [child for child in verb.children if child.dep_ == "oprd"]
    made_of += [last for child in verb.children if child.lower_ == "as" for last in child.children]
    return lemma in NAMING and any(each.i > verb.i and each.pos_ != "PROPN" for each in made_of)


def _is_said(verb: Token) -> bool:
    """Return whether somebody answers a thing that was said: "rejected the charge", "denied that".

    In the passive that is a rumour or a charge; that a proposal was rejected is an event.
    """
    thing, passive = child_of(verb, "dobj"), child_of(verb, "nsubjpass")
    if passive is not None:
        return passive.lemma_.lower() in CHARGES
    said = word_list("cue_nouns") | CHARGES | POINTING | TRUTHS
    return thing is not None and thing.lemma_.lower() in said


def _judges_as(verb: Token) -> bool:
    """Return whether a judgement is told: "dismissed it as a joke", "blamed Lund for the fire"."""
    thing = child_of(verb, "dobj")
    nouns = (noun for noun in (thing, agent_of(verb)) if noun is not None)
    behind = [*verb.children, *(child for noun in nouns for child in noun.children)]
    judged = [each for c in behind if c.dep_ == "prep" and c.i > verb.i for each in c.children]
    lemma = verb.lemma_.lower()
    blamed = lemma == "blame"
    active = verb.dep_ == "conj" or child_of(verb, "nsubj") is not None
    if blamed and active and thing is not None:
        return True
    leads = {"as"} | ({"for"} if blamed else set()) | ({"among"} if lemma in RATING else set())
    return any(
        each.head.lower_ in leads or (each.head.lower_ == "for" and each.dep_ == "pcomp") for each in judged
    )
