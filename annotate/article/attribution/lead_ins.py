"""Who speaks in a quotation that stands apart: "As Lund put it,", "Lund was blunt:", "So wrote Lund."."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Token

from annotate.article.attribution.attributions import Attributed
from annotate.article.attribution.contents import characters
from annotate.article.attribution.cues import can_have_said, can_speak, is_cue, is_document
from annotate.article.attribution.kinds import has_voice, is_name, is_person_name, kind_of
from annotate.article.attribution.noun_phrases import RELATIVE_PRONOUNS, noun_phrase
from annotate.article.attribution.sources import MAKING, owner_of, speaker_of
from annotate.article.nlp import QUOTES, VERBAL, Parsed, child_of, is_finite
from annotate.config import word_list
from annotate.model import Attribution

#: What a document does with the words that stand beside it.
OPENS = frozenset({"begin", "close", "conclude", "continue", "end", "go", "open", "read", "run", "start"})
#: Verbs of writing that lead to a quotation without a colon.
WRITES = frozenset({"post", "tweet", "write"})
#: Verbs between somebody and how he speaks: "Lund was blunt:".
COPULAS = frozenset({"be", "become", "grow", "remain", "seem", "sound"})
#: Words that point back to a quotation, and those that begin a clause about it.
POINTING, ASKING = frozenset({"that", "this", "those", "these", "such"}), frozenset({"how", "what", "where"})
#: What ends a sentence.
ENDS = frozenset({".", "!", "?", "…", ";", ")", *QUOTES})
#: "So wrote Lund.", "Thus begins the report."
THUS = frozenset({"so", "thus"})
#: How a sentence begins that shows a text: "Here is the statement:".
SHOWN = frozenset({"below", "here", "this"})
#: What somebody does, or is, before the words that are his behind a colon.
ACTS = frozenset({
    "be", "frown", "grin", "have", "laugh", "look", "nod", "pause", "point", "recall", "remember", "shake",
    "shrug", "sigh", "smile", "turn", "wave",
})  # fmt: skip
#: Verbs behind which a quotation may be what somebody has read or heard.
TAKING_IN = frozenset({
    "draw", "find", "get", "hear", "open", "paint", "play", "print", "quote", "read", "receive", "recite",
    "record", "see", "sing", "unfold", "watch",
})  # fmt: skip
#: What somebody may have of a matter, before he says so in his own words.
VIEWS = frozenset({"belief", "hope", "impression", "opinion", "view", "wish"})
#: What somebody does with a text beside issuing it.
SENDING = frozenset({"circulate", "hand", "post", "put", "read", "send", "share", "write"})
#: Texts that somebody sends, beside documents.
TEXTS = frozenset({"dispatch", "line", "message", "note", "paragraph", "thought", "update", "word"})
#: What a reporter does with a text.
FILING = frozenset({"email", "file", "text"})
#: What somebody's words are called.
WORDINGS = frozenset({"answer", "explanation", "reply", "response", "verdict", "word"})


def led_in_by(parsed: Parsed, before: int, *, known: Sequence[Attributed] = ()) -> Attributed | None:
    """Return who speaks in the quotation before which a sentence, or its part up to `before`, ends.

    `known` are the attributions of the sentence.
    """
    words = [token for token in parsed.doc if parsed.span.start + token.idx < before]
    if not words:
        return None
    last = words[-1].text
    colon = last == ":"
    if colon or last == ",":
        cues = [each for each in known if each.attribution.source and _before(each, before)]
        if cues and (colon or words[0].lower_ in {"in", "according"}):
            return cues[-1]
    pairs = (pair for rule in _rules_before(last) for pair in rule(words))
    return next((_attributed(parsed, *pair) for pair in pairs), None)


def led_out_by(parsed: Parsed) -> Attributed | None:
    """Return who speaks in the quotation right before a sentence: "That is how Lund put it."."""
    return next((_attributed(parsed, *pair) for pair in _pointed_back(list(parsed.doc))), None)


def gone_on_by(parsed: Parsed, behind: int) -> Attributed | None:
    """Return who speaks in the quotation behind which a sentence goes on: "“No,” she went on."."""
    words = [token for token in parsed.doc if parsed.span.start + token.idx >= behind]
    verb = next((word for word in words if word.tag_ in {"VBD", "VBZ", "VBP"}), None)
    source = child_of(verb, "nsubj") if verb is not None else None
    if verb is None or source is None or source not in words or not _is_person(source):
        return None
    return _attributed(parsed, source, verb)


def acting_before(parsed: Parsed) -> Attributed | None:
    """Return who speaks in the quotation behind a sentence about one person: "Tove Lund was furious."."""
    root = next((token for token in parsed.doc if token.dep_ == "ROOT"), None)
    subject = child_of(root, "nsubj") if root is not None else None
    if root is None or subject is None or any(token.text in QUOTES for token in parsed.doc):
        return None
    if root.lemma_.lower() in TAKING_IN or any(is_document(child) for child in root.rights):
        return None
    subject = view_of(subject)
    known = subject.lower_ in {"he", "she", "his", "her"} or is_person_name(
        list(parsed.doc[subject.left_edge.i : subject.i + 1])
    )
    return _without_cue(_attributed(parsed, subject, root)) if known else None


def view_of(subject: Token) -> Token:
    """Return whose view a subject is, else the subject: "Lund's own view is that the dam must go."."""
    return (child_of(subject, "poss") if subject.lemma_.lower() in VIEWS | WORDINGS else None) or subject


def acting_in(parsed: Parsed, before: int) -> Attributed | None:
    """Return the person about whom a sentence with a quotation behind its colon is: "Kell was harsh: …".

    The colon stands before the offset `before`; what stands behind it must be a statement.
    """
    words = [token for token in parsed.doc if parsed.span.start + token.idx < before]
    if not words or words[-1].text != ":" or not any(is_finite(t) for t in parsed.doc[len(words) :]):
        return None
    root = next((token for token in words if token.dep_ == "ROOT"), None)
    subject = child_of(root, "nsubj", "nsubjpass") if root is not None else None
    if root is None or subject is None or subject not in words or not _is_person(subject):
        return None
    feels = root.tag_ == "VBN" and child_of(root, "auxpass") is not None and child_of(root, "agent") is None
    return _attributed(parsed, subject, words[-1]) if feels or root.lemma_.lower() in ACTS else None


def _without_cue(each: Attributed) -> Attributed:
    """Return an attribution that no word says."""
    return replace(each, attribution=replace(each.attribution, cue=None))


Pair = tuple[Token, Token]
"""Who speaks, and the word that says so."""
Rule = Callable[[Sequence[Token]], Iterator[Pair]]


def _rules_before(last: str) -> tuple[Rule, ...]:
    """Return the rules for a sentence that ends with a token: most need a colon, or no mark at all."""
    if last == ":":
        return _voiced, _judged, _named, _shown, _sent
    if last == ",":
        return _as_put, _stated
    return (_writes,) if last in ENDS else (_voiced,)


def _before(each: Attributed, before: int) -> bool:
    return each.attribution.cue is not None and each.attribution.cue.end <= before


def _as_put(words: Sequence[Token]) -> Iterator[Pair]:
    """ "As Lund put it,": the parser takes it for a sentence of its own."""
    yield from _voiced(words) if words[0].lower_ == "as" else ()


def _stated(words: Sequence[Token]) -> Iterator[Pair]:
    """ "Lund stated,": the quotation stands in the next paragraph."""
    verb = words[-2] if len(words) > 2 else words[0]
    if verb.pos_ in VERBAL and is_cue(verb) and (source := _speaker(verb)) is not None:
        yield source, verb


def _voiced(words: Sequence[Token]) -> Iterator[Pair]:
    """ "Lund put it this way:", "The report begins:"."""
    for verb in words:
        if verb.pos_ in VERBAL and (source := _speaker(verb)) is not None:
            yield source, verb


def _writes(words: Sequence[Token]) -> Iterator[Pair]:
    """ "Lund wrote", "Lund wrote on Friday.", "Lund put it this way."."""
    for verb in words:
        said = child_of(verb, "ccomp", "dobj")
        put = verb.lemma_ == "put" and said is not None and said.lower_ == "it"
        alone = not any(word.pos_ in VERBAL for word in words if word.i > verb.i)
        wrote = verb.lemma_ in WRITES and said is None and alone
        if verb.dep_ == "ROOT" and (put or wrote) and (source := _speaker(verb)) is not None:
            yield source, verb


def _judged(words: Sequence[Token]) -> Iterator[Pair]:
    """ "Lund was blunt:"."""
    for verb in words:
        subject = child_of(verb, "nsubj")
        quality = child_of(verb, "acomp", "attr")
        plain = quality is not None and (quality.dep_ == "acomp" or quality.lower_.endswith("er"))
        judged = verb.dep_ == "ROOT" and verb.lemma_ in COPULAS and plain
        alone = not any(word.pos_ in VERBAL for word in words if word.i > verb.i)
        if judged and alone and subject is not None and (_is_person(subject) or is_document(subject)):
            yield subject, words[-1]


def _named(words: Sequence[Token]) -> Iterator[Pair]:
    """ "Lund's statement in full:", "From the report:", "Among its findings:"."""
    for noun in words:
        if noun.dep_ != "ROOT" and not (noun.dep_ == "pobj" and words[0].lower_ in {"among", "from"}):
            continue
        owner = _owner(noun) if noun.pos_ in {"NOUN", "PROPN"} else None
        if owner is not None:
            yield owner, words[-1]


def _sent(words: Sequence[Token]) -> Iterator[Pair]:
    """ "Our reporter has sent this from the court:", "Lund posted these lines on Friday:"."""
    for verb in words:
        thing, sender = child_of(verb, "dobj"), child_of(verb, "nsubj")
        if verb.lemma_.lower() not in SENDING | FILING or thing is None or sender is None:
            continue
        pointed = any(child.lower_ in POINTING for child in thing.lefts) and _is_text(thing)
        if (pointed or thing.lower_ in POINTING) and has_voice(sender):
            yield sender, verb


def _is_text(noun: Token) -> bool:
    return _is_wording(noun) or noun.lemma_.lower() in TEXTS


def _shown(words: Sequence[Token]) -> Iterator[Pair]:
    """ "Here is the statement that Lund has issued:", "Below is the text of Lund's letter:"."""
    if len(words) < 2 or words[0].lower_ not in SHOWN or words[1].lemma_ != "be":
        return
    for noun in reversed(words):
        if noun.dep_ in {"nsubj", "attr", "pobj"} and _is_wording(noun):
            owner = _issuer(noun) or owner_of(noun)
            if owner is not None and (is_name(owner) or can_have_said(owner, owner)):
                yield owner, words[-1]


def _issuer(noun: Token) -> Token | None:
    """Return who has issued a text: "the statement that the port has just issued"."""
    clause = child_of(noun, "relcl")
    issuer = child_of(clause, "nsubj") if clause is not None else None
    issued = clause is not None and clause.lemma_.lower() in MAKING | SENDING
    return issuer if issued and issuer is not None and issuer.lower_ not in RELATIVE_PRONOUNS else None


def _is_wording(noun: Token) -> bool:
    return is_document(noun) or noun.lemma_.lower() in word_list("cue_nouns") | WORDINGS


def _owner(noun: Token) -> Token | None:
    """Return whose words a noun stands for: those of somebody beside it, or of a document."""
    if not _is_wording(noun):
        return None
    owner, document = owner_of(noun), is_document(noun)
    if owner is not None and _is_wording(owner):
        owner = owner_of(owner) or owner  # "the text of Lund's letter"
    return owner if can_speak(owner) or (owner is not None and is_name(owner)) else noun if document else None


def _pointed_back(words: Sequence[Token]) -> Iterator[Pair]:
    """ "So wrote Lund.", "That is how Lund put it.", "Those were Lund's words."."""
    if len(words) < 3:
        return
    first, second, third = words[:3]
    if first.lower_ in THUS and second.pos_ in VERBAL:
        source = child_of(second, "nsubj", "dobj")
        if source is not None and source.i > second.i and _says(second, source):
            yield source, second
    if first.lower_ not in POINTING or second.lemma_ != "be":
        return
    if third.lower_ in ASKING:
        verb = next((word for word in words[3:] if word.pos_ in VERBAL and word.dep_ != "aux"), None)
        if verb is not None and (source := _speaker(verb)) is not None:
            yield source, verb
    words_of = child_of(second, "attr")
    if words_of is not None and words_of.lemma_ in WORDINGS and (owner := owner_of(words_of)) is not None:
        yield owner, words_of


def _speaker(verb: Token) -> Token | None:
    source = speaker_of(verb)
    return source if source is not None and _says(verb, source) else None


def _says(verb: Token, source: Token) -> bool:
    """Return whether a verb says that its subject speaks in the words beside it."""
    lemma, thing = verb.lemma_.lower(), child_of(verb, "dobj")
    if lemma == "read" and thing is not None and child_of(thing, "poss") is None:
        return False
    if is_document(source):
        return lemma in OPENS | word_list("document_verbs") | word_list("cue_verbs") | {"put"}
    saying = lemma in word_list("cue_verbs") | word_list("clause_cue_verbs") | {"put", "describe", "speak"}
    return saying and (is_name(source) or can_have_said(verb, source))


def _is_person(noun: Token) -> bool:
    return (can_speak(noun) or is_name(noun)) and kind_of(noun, list(noun.subtree)) == "person"


def _attributed(parsed: Parsed, source: Token, cue: Token) -> Attributed:
    """Return the attribution of a quotation that stands elsewhere, without its content."""
    doc = parsed.doc
    first, last = noun_phrase(source, cue)
    named, kind = characters(doc, first, last), kind_of(source, doc[first : last + 1])
    attribution = Attribution(named, characters(doc, cue.i, cue.i), None, kind)
    pronoun = source.lower_ if source.pos_ == "PRON" else ""
    return Attributed(attribution.shift(parsed.span.start), governs=True, pronoun=pronoun)
