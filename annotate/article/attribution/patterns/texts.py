"""Texts, papers and hearings: "reports have it that …", "the Courier has learned", "and commits them to"."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from annotate.article.attribution.contents import Stretch
from annotate.article.attribution.cues import can_have_said, hears, is_document
from annotate.article.attribution.kinds import is_name, kind_of
from annotate.article.attribution.patterns.reading import Reading
from annotate.article.attribution.patterns.stances import is_open
from annotate.article.attribution.sources import author_of, speaker_of
from annotate.article.nlp import VERBAL, child_of, subject_of
from annotate.config import word_list

#: Verbs by which a paper tells what it has found out.
LEARNING = frozenset({"learn", "understand"})
#: What calls itself by its kind: "this paper has learned".
PAPERS = frozenset({"agency", "magazine", "newspaper", "paper", "programme", "station"})
#: How the names of papers and stations end.
MEDIA = frozenset({"herald", "news", "post", "press", "radio", "television", "times", "tv"})
#: Texts in which a body states what it wants.
STATING = frozenset({
    "communique", "communiqué", "declaration", "document", "draft", "letter", "memo", "proposal",
    "resolution", "statement", "text",
})  # fmt: skip
#: What such a text does beside saying.
BINDING = frozenset({"bind", "commit", "envisage", "foresee", "oblige", "pledge", "provide"})


def papers_that_learn(doc: Doc) -> Iterator[Reading]:
    """ "The roof was unsafe, the Courier has learned", "Reuters understands that …"."""
    for verb in doc:
        paper = subject_of(verb) if verb.lemma_.lower() in LEARNING and verb.pos_ in VERBAL else None
        said = child_of(verb, "ccomp") if paper is not None else None
        if paper is None or said is None or is_open(verb) or not _is_paper(paper):
            continue
        told = said.i < verb.i or any(child.lower_ == "that" for child in said.lefts)
        if told:
            yield Reading(verb, verb, paper, _around(said))


def heard_by_bodies(doc: Doc) -> Iterator[Reading]:
    """ "The jury heard that the door was open": somebody has said it there, and nobody is named."""
    for verb in doc:
        hearer = subject_of(verb) if verb.lemma_.lower() == "hear" and verb.pos_ in VERBAL else None
        said = (child_of(verb, "ccomp") or _run_on(verb)) if hearer is not None else None
        if hearer is None or said is None or is_open(verb) or not hears(hearer):
            continue
        if said.i < verb.i or any(child.lower_ in {"that", "how"} for child in said.lefts):
            yield Reading(verb, verb, None, _around(said))


def heard_from(doc: Doc) -> Iterator[Reading]:
    """ "Members heard from the planner that the site floods": the planner has said it."""
    for lead in doc[1:-2]:
        if lead.lower_ != "from":
            continue
        verb = lead.nbor(-1)
        if verb.lemma_.lower() not in {"hear", "learn"} or is_open(verb):
            continue
        teller = child_of(lead, "pobj")
        said = child_of(verb, "ccomp") or (child_of(teller, "relcl", "acl") if teller is not None else None)
        that = next((child for child in said.lefts if child.lower_ == "that"), None) if said else None
        if teller is None or said is None or that is None or not can_have_said(verb, teller):
            continue
        if that.dep_ == "mark" or child_of(said, "nsubj", "nsubjpass", "expl") not in (None, that):
            yield Reading(verb, lead, teller, (that.i, int(said.right_edge.i)))


def _run_on(verb: Token) -> Token | None:
    """Return the statement before "…, an inquest has heard." that the parse puts beside it."""
    hearer = subject_of(verb)
    if verb.dep_ != "conj" or hearer is None or child_of(verb.head, "cc") is not None:
        return None
    apart = verb.doc[hearer.left_edge.i - 1].text == ","
    return verb.head if apart and verb.right_edge.i <= verb.i + 1 else None


def _is_paper(noun: Token) -> bool:
    """Return whether a noun names a paper, a station or an agency."""
    if is_name(noun):
        listed = noun.lower_ in MEDIA or any(word.text in word_list("media_names") for word in noun.subtree)
        return listed or kind_of(noun, list(noun.subtree)) == "organisation"
    return noun.lemma_.lower() in PAPERS


def _around(verb: Token) -> Stretch:
    return int(verb.left_edge.i), int(verb.right_edge.i)


def reports_have_it(doc: Doc) -> Iterator[Reading]:
    """ "Reports in the Courier have it that the dam was unsafe": those of a paper are the paper's."""
    for that in doc[3:-1]:
        have = that.nbor(-2)
        if that.lower_ != "that" or that.nbor(-1).lower_ != "it" or have.lemma_ != "have":
            continue
        text = subject_of(have) or (subject_of(have.head) if have.dep_ == "aux" else None)
        if text is not None and is_document(text):
            yield Reading(have, that.nbor(-1), author_of(text) or text, (that.i, int(have.right_edge.i)))


def emerging_from_texts(doc: Doc) -> Iterator[Reading]:
    """ "The dam was never checked, it emerged from papers of the ministry": a text is what says so."""
    for verb in doc:
        if verb.lemma_.lower() not in {"emerge", "transpire"}:
            continue
        subject = subject_of(verb)
        phrase = next((child for child in verb.rights if child.lower_ == "from"), None)
        text = child_of(phrase, "pobj") if phrase is not None else None
        said = child_of(verb, "ccomp")
        if subject is None or subject.lower_ != "it" or said is None or text is None:
            continue
        if is_document(text):
            yield Reading(verb, verb, text, _around(said))


def texts_that_bind(doc: Doc) -> Iterator[Reading]:
    """ "The document … and commits its signers to a register": what a text lays down beside what it says."""
    for verb in doc:
        text = speaker_of(verb) if verb.lemma_.lower() in BINDING and verb.pos_ in VERBAL else None
        done = child_of(verb, "dobj", "ccomp", "prep") if text is not None else None
        if text is not None and done is not None and text.lemma_.lower() in STATING and not is_open(verb):
            yield Reading(verb, verb, text, (int(done.left_edge.i), int(verb.right_edge.i)))
