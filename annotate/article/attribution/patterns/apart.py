"""Sources that stand apart from what they say: behind it, in the middle of it, or before an aside.

"…, ministry records show.", "…," read a banner, "Lund told us – I wrote it down – that …".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from itertools import pairwise

from spacy.tokens import Doc, Token

from annotate.article.attribution.contents import DASHES, TOLD_TO, Stretch, quotation_before
from annotate.article.attribution.cues import can_speak, is_cue, is_document
from annotate.article.attribution.kinds import has_voice, is_name
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.attribution.sources import speaker_of
from annotate.article.nlp import QUOTES, VERBAL, is_finite, subject_of
from annotate.config import word_list

#: What a document does beside a statement.
SHOWING = frozenset({
    "confirm", "find", "imply", "indicate", "note", "reveal", "say", "show", "state", "suggest",
})  # fmt: skip
#: A statement before a comma has at least so many tokens where the tagger sees no verb in it.
FEWEST_WORDS = 4
#: How many tokens may stand between a comma and the verb that a document has.
MOST_WORDS = 12
#: Parts of speech of a name, or of a noun with what stands before it.
NAMING = frozenset({"ADJ", "DET", "NOUN", "PROPN"})
#: What a sign does with its words.
READS = frozenset({"declare", "proclaim", "read", "run", "say"})

Saying = tuple[Token, Token, Stretch | None]
"""A cue, its source, and what was said."""


def beside_words(doc: Doc) -> Iterator[Reading]:
    """Sources apart from what they say: "…, records show.", "…," read a banner, "told us – … – that …"."""
    for cue, source, content in itertools.chain(
        documents_beside(doc),
        words_on_signs(doc),
        told_past_asides(doc),
        said_behind(doc),
        put_in_as_participles(doc),
    ):
        yield Reading(cue, cue, source, content)


def documents_beside(doc: Doc) -> Iterator[Saying]:
    """ "The fleet has shrunk, ministry records show.", "rents, the census shows, have doubled"."""
    commas = [-1]
    for token in doc:
        if token.text == ",":
            commas.append(token.i)
        elif token.lemma_.lower() in SHOWING and commas[-1] > 0 and token.i - commas[-1] <= MOST_WORDS:
            source = _document_in(list(doc[commas[-1] + 1 : token.i]))
            content = _around(doc, commas[-1], token)
            if source is not None and content is not None:
                yield token, source, content


def _document_in(phrase: Sequence[Token]) -> Token | None:
    """Return the document that a phrase without a verb names."""
    if not phrase or any(t.pos_ in VERBAL and is_finite(t) for t in phrase):
        return None
    verb = phrase[-1].nbor()
    heads = [token for token in phrase if token.head == token or token.head not in phrase]
    head, *others = [token for token in heads if token.head != verb] or heads[-1:]
    opens = phrase[0].dep_ not in {"cc", "mark", "advmod", "prep"} and phrase[0].pos_ != "ADP"
    return head if opens and not others and is_document(head) else None


def _around(doc: Doc, comma: int, verb: Token) -> Stretch | None:
    """Return the statement around a document and its verb: before it, or on both sides, the longer side."""
    behind = verb.i + 1
    if behind >= len(doc) or not any(t.pos_ in {"NOUN", "PROPN", "PRON"} for t in doc[:comma]):
        return None
    states = any(t.pos_ in VERBAL and is_finite(t) for t in doc[:comma])
    states = states or (verb.dep_ == "ROOT" and comma >= FEWEST_WORDS and doc[0].pos_ not in {"ADP", "ADV"})
    if doc[behind].text == "," and not states and any(is_finite(t) for t in doc[behind:]):
        return behind + 1, len(doc) - 1
    ends = all(t.pos_ == "PUNCT" for t in doc[behind:]) or doc[behind].text in {",", ";"}
    return (0, comma - 1) if states and ends else None


def told_past_asides(doc: Doc) -> Iterator[Saying]:
    """ "Lund told us – I wrote it down – that …": the parse loses what follows an aside between dashes."""
    dashes = [t for t in doc[1:-1] if t.text in {"-", *DASHES} and t.nbor(-1).whitespace_ and t.whitespace_]
    for opening, closing in pairwise(dashes):
        if closing.nbor().lower_ != "that" or not any(is_finite(t) for t in doc[opening.i : closing.i]):
            continue
        before = (t for t in reversed(doc[max(0, opening.i - MOST_WORDS) : opening.i]) if t.pos_ in VERBAL)
        verb = next(before, None)
        source = speaker_of(verb) if verb is not None and is_cue(verb) else None
        if verb is not None and source is not None and not any(t.dep_ == "neg" for t in verb.children):
            yield verb, source, (closing.i + 1, len(doc) - 1)


def said_behind(doc: Doc) -> Iterator[Saying]:
    """ "Lamps warm the air, notes Ana Ruiz, a botanist, …": the parse takes it for a further thing done."""
    for verb in doc[3:-1]:
        if verb.dep_ != "conj" or doc[verb.i - 1].text != "," or verb.tag_ not in {"VBD", "VBZ"}:
            continue
        if not is_cue(verb) or verb.lemma_.lower() in TOLD_TO:
            continue
        behind = itertools.takewhile(lambda token: token.pos_ in NAMING, doc[verb.i + 1 :])
        name = next(reversed(list(behind)), None)
        told = name is not None and name.dep_ == "dobj" and can_speak(subject_of(verb.head))
        speaks = name is not None and (name.pos_ == "PROPN" or has_voice(name)) and not told
        if name is not None and speaks and doc[name.i + 1 : name.i + 2].text in {",", "."}:
            yield verb, name, (0, verb.i - 2)


def words_on_signs(doc: Doc) -> Iterator[Saying]:
    """ "“No bridge, no vote,” read a placard", "a banner outside the court read: “…”"."""
    for verb in doc[1:-1]:
        if verb.lower_ == "read" and doc[verb.i + 1].text in {":", ",", *QUOTES}:
            near = doc[max(0, verb.i - MOST_WORDS) : verb.i]
            sign = next((t for t in near if t.lemma_.lower() in word_list("sign_nouns")), None)
            if sign is not None and not any(t.pos_ in VERBAL for t in doc[sign.i : verb.i]):
                yield verb, sign, (verb.i + 1, len(doc) - 1)
        if verb.lemma_.lower() in READS and doc[verb.i - 1].text in QUOTES:
            behind = (child for child in verb.rights if child.dep_ in {"dobj", "nsubj", "attr"})
            sign = next(behind, None)
            if sign is not None and sign.lemma_.lower() in word_list("sign_nouns"):
                yield verb, sign, quotation_before(verb)


def put_in_as_participles(doc: Doc) -> Iterator[Saying]:
    """ "The money, the auditor found in May, went into wages": the tagger takes "found" for a participle."""
    for cue in doc[3:-2]:
        source = cue.head
        if cue.tag_ != "VBN" or cue.dep_ != "acl" or source.dep_ != "nsubj" or cue.i != source.i + 1:
            continue
        first, last = int(source.left_edge.i), int(cue.right_edge.i)
        last -= doc[last].text == ","
        others = any(child.dep_ == "nsubj" and child.i < first - 1 for child in source.head.lefts)
        apart = doc[first - 1].text == "," and doc[last + 1].text == ","
        if others and apart and last < source.head.i and _may_tell(cue, source):
            yield cue, source, (last + 2, int(source.head.right_edge.i))


def _may_tell(cue: Token, source: Token) -> bool:
    """Return whether a verb in the past and its subject say together that something was said."""
    lemma = cue.lemma_.lower()
    if lemma == "find":
        return is_document(source) or source.lemma_.lower() in word_list("finder_nouns")
    return lemma in word_list("cue_verbs") | word_list("clause_cue_verbs") and (
        is_name(source) or has_voice(source)
    )
