"""Whether a verb tells of an utterance: by its word list, and by what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from spacy.tokens import Token

from annotate.article.attribution.contents import (
    TOLD_TO,
    colon_behind,
    leads_on,
    quotation_before,
    rest_of_statement,
    says_as,
    stated_before,
    that_behind,
)
from annotate.article.attribution.cues import can_have_said, can_speak, is_cue, is_document
from annotate.article.attribution.kinds import has_voice
from annotate.article.attribution.short_statements import (
    APPEALING,
    JUDGEMENTS,
    NAMING,
    TELLING,
    UNDERTAKING,
    appeals,
    bids,
    hides,
    judges,
    tells_of,
    undertakes,
)
from annotate.article.attribution.sources import ISSUED, agent_of, quoting_verb
from annotate.article.nlp import AUXILIARIES, FINITE_TAGS, QUOTES, child_of, has_auxiliary, subject_of
from annotate.config import word_list

CONTENT = frozenset({"ccomp", "xcomp", "dobj", "oprd"})
#: Prepositions that lead to something said: "warned of a flood", "commented on the plan".
LEADS = frozenset({"on", "for", "against", "of", "about", "to", "with"})
#: "went on to say", "refused to comment": the infinitive behind one of these tells what was done.
CARRIED_OUT = frozenset({
    "appear", "begin", "continue", "decline", "fail", "go", "refuse", "seem", "start", "use",
})  # fmt: skip
#: Behind one of these nothing was said: "declined to say whether", "refused to comment".
REFUSING = frozenset({"decline", "fail", "refuse"})
#: "required the town to pay": with an infinitive, these tell what somebody demanded.
DEMANDS = frozenset({"ask", "order", "request", "require"})
#: Subjects that nobody stands behind: "nobody admits it", "no one said so".
NOBODY = frozenset({"nobody", "none", "nothing", "neither"})
#: Auxiliaries under which a thing is not said, or not yet.
ONLY_THOUGHT = frozenset({"would", "may", "might", "could", "should", "must"})
#: Under one of these a saying is only supposed.
CONDITIONS = frozenset({"if", "unless", "whenever"})
#: Verbs by which somebody goes on with, or begins, the quotation beside them.
SPEAKING_ON = frozenset({"begin", "carry", "close", "continue", "finish", "go", "persist", "resume", "start"})
#: Marks that end a quotation before its speaker.
OPEN_MARKS = frozenset({",", "?", "!", "…", "—", "–"})
#: Verbs that in the passive tell what nobody in particular accuses somebody of.
ACCUSING = frozenset({"blame", "condemn", "criticise", "criticize", "denounce", "fault"})
#: Verbs by which somebody continues what stands before them, with their particle.
CONTINUING = {"carry": "on", "continue": "", "go": "on"}
#: What a text holds besides statements: "the account holds 200 crowns".
HOLDING = frozenset({"hold"})
#: "were told to leave": in the passive, with an infinitive and nobody who says it, these tell of a duty.
ORDERS = frozenset({"ask", "direct", "instruct", "order", "request", "require", "tell"})
#: Verbs with "it" as subject behind which the body or document just named has found something.
FINDINGS = frozenset({"find", "recognise", "recognize"})
#: "is said to have fled": in the passive, with an infinitive, these tell what somebody says of the subject.
SAID_OF = frozenset({"allege", "claim", "report", "rumor", "rumour", "say"})
#: Prepositions and adverbs that belong to a verb of saying: "called for", "insisted on", "pointed out".
JOINED = {
    "agree": ("to", "with"), "argue": ("against", "for"), "ask": ("for",), "call": ("for", "on", "upon"),
    "caution": ("against",), "comment": ("on",), "disagree": ("with",), "insist": ("on", "upon"),
    "plead": ("for",), "point": ("to",), "protest": ("against",), "rail": ("against",), "refer": ("to",),
    "rule": ("against",), "warn": ("against", "of"),
}  # fmt: skip
#: Word lists of verbs: does each need a clause or a quotation, does it name an utterance for sure.
STRENGTHS = (
    ("cue_verbs", False, True),
    ("clause_cue_verbs", True, True),
    ("stance_verbs", False, False),
    ("document_verbs", False, True),
)


def may_utter(verb: Token) -> bool:
    """Return whether a verb is one that `strength_of` knows; for all others it is `None`."""
    lemma = verb.lemma_.lower()
    return lemma in UNLISTED or any(lemma in word_list(words) for words, _, _ in STRENGTHS)


def strength_of(verb: Token, source: Token | None) -> bool | None:
    """Return whether a verb names an utterance: beyond doubt (True), perhaps (False), not at all (None)."""
    lemma = verb.lemma_.lower()
    if lemma in SPEAKING_ON and quotation_before(verb) is not None:
        speaks = source is not None and _speaks_on(verb)
        return not _is_unsaid(verb) if speaks else None
    asks = lemma in APPEALING and appeals(verb)
    clause, thing = _has_clause(verb), asks or _has_thing(verb)
    bare = not (clause or thing) or (_is_only_possible(verb) and not clause) or _is_bare_participle(verb)
    mute = lemma in word_list("showing_verbs") and (not can_speak(source) or _shows_by_event(verb, source))
    if _states_nothing(verb) or bare or mute or (source is not None and _is_nobody(source)):
        return None
    if any(lemma in verbs and rule(verb) for verbs, rule in SHORT) and (source is None or has_voice(source)):
        accused = lemma in ACCUSING and child_of(verb, "auxpass") is not None
        return (source is not None or accused) and not _is_unsaid(verb)
    return _listed_strength(verb, source, clause=clause)


def _listed_strength(verb: Token, source: Token | None, *, clause: bool) -> bool | None:
    """Return what the word lists say of a verb."""
    lemma = verb.lemma_.lower()
    document = source is not None and is_document(source)
    for words, needs_clause, strength in STRENGTHS:
        if lemma in word_list(words) and (clause or not needs_clause):
            if words == "document_verbs" and not (document or _finds(verb, source)):
                continue
            if not can_have_said(verb, source) or (lemma in HOLDING and not clause):
                return False
            told = strength or (source is not None and _is_in_own_words(verb, source))
            return told and not _is_unsaid(verb) and (clause or lemma not in word_list("event_verbs"))
    rule = ALONE.get(lemma)
    return rule(verb, source) if rule else None


def _accepts(verb: Token, source: Token | None) -> bool | None:
    """Return whether somebody says yes to what others say: "accepted that the dam leaks"."""
    said = source is not None and can_speak(source) and not _is_unsaid(verb)
    return True if said and child_of(verb, "ccomp") is not None else None


def _regrets(verb: Token, source: Token | None) -> bool | None:
    """Return whether somebody says what is a pity: "regretted “a loss for us all”"."""
    quoted = verb.doc[verb.i + 1 : verb.i + 2].text in QUOTES
    said = quoted and source is not None and has_voice(source) and not _is_unsaid(verb)
    return True if said else None


def _is_in_own_words(verb: Token, source: Token) -> bool:
    """Return whether the words of a stance are told: "thanked her “for saying it”", "decried what he called".

    So are those of an issued text, and what somebody cites: "a statement deploring the delay", "cited fears".
    """
    text = verb.head if verb.dep_ == "acl" and verb.tag_ == "VBG" else source
    if text.lemma_.lower() in ISSUED:
        return child_of(verb, "dobj") is not None
    thing = child_of(verb, "dobj")
    if verb.lower_ in {"cite", "cited", "cites"} and has_voice(source):
        return thing is not None and thing.pos_ == "NOUN" and not has_voice(thing)
    named_by_what = (c for c in verb.rights if c.lemma_.lower() in NAMING and c.dep_ in {"ccomp", "dobj"})
    if any(child.lower_ == "what" for clause in named_by_what for child in clause.lefts):
        return has_voice(source)
    return has_voice(source) and _holds_quotation(verb)


def _holds_quotation(verb: Token) -> bool:
    """Return whether words within marks, but no title, stand in what a verb is about."""
    behind = verb.doc[verb.i + 1 : verb.right_edge.i + 1]
    opening = next((token for token in behind if token.text in QUOTES), None)
    if opening is None or any(token.tag_ in FINITE_TAGS for token in verb.doc[verb.i + 1 : opening.i]):
        return False
    first = verb.doc[opening.i + 1 : opening.i + 2]
    return any(token.is_lower for token in first)


def _continues_statement(verb: Token) -> bool:
    """Return whether somebody goes on with the statement before: "The pumps are old, he went on;"."""
    particle, subject = CONTINUING.get(verb.lemma_.lower()), subject_of(verb)
    if particle is None or subject is None or not _clause_before(verb):
        return False
    comma = verb.doc[max(0, subject.left_edge.i - 1)].text == ","
    return comma and (particle == "" or verb.doc[verb.i + 1 : verb.i + 2].text == particle)


def _states_nothing(verb: Token) -> bool:
    """Return whether nothing was stated: "were denied visas", "were told to leave", "argued with"."""
    passive, thing = child_of(verb, "auxpass") is not None, child_of(verb, "dobj", "oprd")
    with_somebody = verb.doc[verb.i + 1 : verb.i + 2].text == "with" and child_of(verb, "ccomp") is None
    if (verb.lemma_ == "argue" and with_somebody) or hides(verb):
        return True
    if verb.lemma_ == "read":
        signs = word_list("sign_nouns")
        return thing is not None and (is_document(thing) or thing.lemma_.lower() in signs)
    if verb.lemma_.lower() == "deny" and child_of(verb, "ccomp") is None:
        return child_of(verb, "dative") is not None or (passive and thing is not None)
    to_do = child_of(verb, "xcomp", "advcl")
    infinitive = to_do is not None and to_do.i > verb.i and to_do.tag_ == "VB"
    return passive and infinitive and verb.lemma_.lower() in ORDERS and agent_of(verb) is None


def _shows_by_event(verb: Token, source: Token | None) -> bool:
    """Return whether an event shows something, not somebody: "Arden sold its ships, showing that …"."""
    document = source is not None and is_document(source)
    return verb.tag_ == "VBG" and verb.dep_ == "advcl" and not (document or is_cue(verb.head))


def _speaks_on(verb: Token) -> bool:
    """Return whether somebody goes on with a quotation: "“…,” she went on", "“…?” he began"."""
    particle = child_of(verb, "prt", "advmod", "prep")
    alone = verb.lemma_ in {"go", "carry"} and (particle is None or particle.lower_ != "on")
    quotation = None if alone else quotation_before(verb)
    return quotation is not None and verb.doc[quotation[1]].text in OPEN_MARKS


def _is_nobody(source: Token) -> bool:
    """Return whether nobody is said to have spoken: "nobody said that …", "no official has said that …"."""
    return source.lower_ in NOBODY or any(c.dep_ == "det" and c.lower_ == "no" for c in source.children)


def _is_unsaid(verb: Token) -> bool:
    """Return whether nobody spoke, or only might have: "Lund has never said that", "he would say that"."""
    own = [child for child in verb.children if child.dep_ in {"neg", *AUXILIARIES}]
    refused = verb.dep_ == "xcomp" and verb.head.lemma_.lower() in REFUSING
    if any(child.lower_ in CONDITIONS and child.dep_ == "mark" for child in verb.lefts):
        return True  # "if an owner insists that his ship is fit"
    passes_on = any(
        c.dep_ == "pcomp" and quoting_verb(c) == verb for each in verb.rights for c in each.children
    )
    no_more = any(child.lower_ == "longer" and child.dep_ == "advmod" for child in verb.lefts)
    if any(child.lower_ == "neither" for child in (verb.head if verb.dep_ == "conj" else verb).lefts):
        return True  # "would neither confirm nor deny it"
    only = any(child.lower_ == "only" and child.dep_ == "advmod" for child in verb.children)
    thought = not only and any(child.lower_ in ONLY_THOUGHT for child in own)  # "would only say that"
    return refused or passes_on or no_more or thought or any(child.dep_ == "neg" for child in own)


def _finds(verb: Token, source: Token | None) -> bool:
    """Return whether somebody finds by office: "the court found", "Judge Olsen found", "It finds that …"."""
    lemma, clause = verb.lemma_.lower(), child_of(verb, "ccomp")
    if source is not None and source.lower_ == "it" and lemma in FINDINGS:
        return clause is not None and any(child.lower_ == "that" for child in clause.lefts)
    named = [] if source is None else [source, *(c for c in source.lefts if c.dep_ == "compound")]
    finder = any(word.lemma_.lower() in word_list("finder_nouns") for word in named)
    return finder and lemma in {"find", "conclude", "hold", "show"}


def cue_end(verb: Token) -> Token:
    """Take the particle or preposition that belongs to a verb into the cue: "called for", "insisted on"."""
    for child in verb.children:
        joined = child.dep_ == "prt" or child.lower_ in JOINED.get(verb.lemma_.lower(), ())
        if child.i == verb.i + 1 and joined:
            return child
    return verb


def _is_only_possible(verb: Token) -> bool:
    """Return whether a verb is an infinitive that nobody is said to have carried out: "a plan to attack"."""
    to = any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.children)
    far = verb.head.lower_ == "far" and verb.head.head.lemma_ == "go"  # "went so far as to call it a fraud"
    return to and not far and verb.head.lemma_.lower() not in CARRIED_OUT


def _is_bare_participle(verb: Token) -> bool:
    """Return whether a verb is a participle beside the sentence: "30 percent, compared with 20 in May".

    "As reported by Reuters" names who reports.
    """
    leads = verb.i == verb.sent.start and subject_of(verb) is None
    hangs = verb.dep_ in {"advcl", "prep"} or leads
    bare = verb.tag_ == "VBN" and hangs and not has_auxiliary(verb)
    return bare and not (says_as(verb) and agent_of(verb) is not None)


def _has_clause(verb: Token) -> bool:
    """Return whether a verb has a clause or a quotation as what it says, or stands beside one."""
    if verb.dep_ in {"parataxis", "intj"} or rest_of_statement(verb) is not None:
        return True
    asked = {"ccomp", "xcomp"} if verb.lemma_.lower() in DEMANDS or bids(verb) else {"ccomp"}
    if any(c.dep_ in asked and c.i > verb.i for c in verb.children) or _clause_before(verb):
        return True
    if that_behind(verb) is not None or says_as(verb) or _is_said_of(verb) or _is_answer(verb):
        return True
    hearer = child_of(verb, "dobj") if verb.lemma_.lower() in TOLD_TO else None
    if hearer is not None and any(c.dep_ == "mark" for each in hearer.rights for c in each.lefts):
        return True
    within = int(verb.right_edge.i) + 1 if agent_of(verb) is not None else verb.i + 6
    behind = verb.doc[verb.i + 1 : within]
    quoted = any(t.text in QUOTES for t in behind) or _leads_to_quotation(verb)
    if quoted or quotation_before(verb) is not None:
        return True
    near = colon_behind(verb)
    return child_of(verb, "dobj") is None and (
        (near is not None and near.i < verb.i + 6) or leads_on(verb) or _says_something(verb)
    )


def _leads_to_quotation(verb: Token) -> bool:
    """Return whether a quotation stands behind a colon that no other verb leads to: "warned of X: “…”"."""
    colon = colon_behind(verb)
    if colon is None or colon.nbor().text not in QUOTES or verb.lemma_.lower() not in word_list("cue_verbs"):
        return False
    return not any(token.tag_ in FINITE_TAGS for token in verb.doc[verb.i + 1 : colon.i])


def _is_answer(verb: Token) -> bool:
    """Return whether a verb stands in "Lund said no", "he answered yes"."""
    behind = verb.doc[verb.i + 1 : verb.i + 2]
    return any(t.lower_ in {"no", "yes"} and t.dep_ != "det" and t.head == verb for t in behind)


def _is_said_of(verb: Token) -> bool:
    """Return whether a verb stands in "the mayor is said to have fled"."""
    relations = {child.dep_ for child in verb.children}
    return verb.lemma_.lower() in SAID_OF and {"auxpass", "xcomp"} <= relations


def _says_something(verb: Token) -> bool:
    """Return whether "said" has a subject and words behind it, wherever the parse hangs these."""
    finite = verb.lemma_ == "say" and verb.tag_ in FINITE_TAGS
    return finite and verb.i + 3 < len(verb.doc) and subject_of(verb) is not None


def _clause_before(verb: Token) -> bool:
    """Return whether what was said stands before the verb: "the bridge was safe, the mayor said"."""
    return any(child.dep_ == "ccomp" for child in verb.lefts) or stated_before(verb) is not None


def _has_thing(verb: Token) -> bool:
    """Return whether a verb has something said as its object, or a preposition that leads to it."""
    behind = (child for child in verb.children if child.i > verb.i)
    leads = any(child.dep_ == "prep" and child.lower_ in LEADS for child in behind)
    return leads or child_of(verb, "nsubjpass", *CONTENT) is not None


#: Rules for what is said in short, each with the verbs that it knows.
SHORT: tuple[tuple[Collection[str], Callable[[Token], bool]], ...] = (
    (APPEALING, appeals),
    (JUDGEMENTS, judges),
    (TELLING, tells_of),
    (UNDERTAKING, undertakes),
    (CONTINUING, _continues_statement),
)
#: Rules for verbs that no word list has, each for one verb; those without a rule may tell of an utterance.
ALONE: dict[str, Callable[[Token, Token | None], bool | None]] = {
    "accept": _accepts,
    "regret": _regrets,
    **dict.fromkeys((*NAMING, "require"), lambda verb, source: False),
}
#: All verbs that tell of an utterance and stand in no word list.
UNLISTED = frozenset({*SPEAKING_ON, *ALONE}.union(*(verbs for verbs, _ in SHORT)))
