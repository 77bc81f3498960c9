"""Signs that speak for a label, read off a claim: each a rule with a name and a weight set by hand.

The models of `weights` weigh the same signs anew; without a model these weights are the suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from annotate.article.attribution import Attributed
from annotate.article.nlp import is_finite, subject_of
from annotate.config import word_list
from annotate.model import Label

MODALS = frozenset({"should", "must", "ought", "might", "would", "will", "shall", "may", "could"})
SHORT_MODALS = frozenset({"'ll", "’ll", "wo", "'d", "’d", "sha"})
FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
SECOND_PERSON = frozenset({"you", "your", "yours"})
SCARE_QUOTE = re.compile(r"[\"“](?:[^\s\"“”]+\s?){1,4}[\"”]")
#: "in Arden's view", "in the eyes of the council".
IN_THE_VIEW = re.compile(r"\b[Ii]n (?:[\w’'-]+ ){1,4}(?:view|opinion|mind|judge?ment)\b|\bin the eyes of\b")
FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class Part:
    """A claim as the rules see it: its tokens, its words, and who is said to carry it."""

    tokens: DocSpan
    words: str
    attributed: Attributed | None

    @cached_property
    def lemmas(self) -> frozenset[str]:
        """Base forms and written forms of its words, in small letters."""
        return frozenset(t.lemma_.lower() for t in self.tokens) | frozenset(t.lower_ for t in self.tokens)

    @cached_property
    def verbs(self) -> list[Token]:
        """Its finite verbs that are no auxiliaries, the governing one first."""
        finite = [t for t in self.tokens if t.pos_ in {"VERB", "AUX"} and t.dep_ not in {"aux", "auxpass"}]
        return sorted((t for t in finite if is_finite(t)), key=lambda t: sum(1 for _ in t.ancestors))

    @property
    def governing(self) -> Token | None:
        """The finite verb that governs the part."""
        return self.verbs[0] if self.verbs else None

    def counts(self, words: str) -> int:
        """Count the words of a list that stand in the part."""
        return len(self.lemmas & word_list(words))


Weigh = Callable[[Part], float]


@dataclass(frozen=True)
class Feature:
    """A reason for a label: `weigh` gives how much of it a part has (0 is none), `weight` what it counts."""

    name: str
    label: Label
    weight: float
    weigh: Weigh


# Rules for an attributed report.


def _named_utterance(part: Part) -> float:
    """Somebody else said it, or a document did."""
    if part.attributed is None or not part.attributed.strong or part.attributed.first_person:
        return 0.0
    return 1.0


def _hearsay(part: Part) -> float:
    """ "reportedly", "allegedly": somebody said it, though nobody is named."""
    return float(bool(part.lemmas & {"reportedly", "allegedly", "purportedly", "reputedly"}))


# Rules for an opinion.


def _modal(part: Part) -> float:
    """What should, might or would be."""
    verb = part.governing
    if verb is None:
        return 0.0
    modals = [t for t in part.tokens if t.tag_ == "MD"]
    full = any(t.head == verb and t.lower_ in MODALS | SHORT_MODALS for t in modals)
    return 1.0 if full else 0.5 * bool(modals)


def _mind_reading(part: Part) -> float:
    """What somebody is said to think, want or fear."""
    verb = part.governing
    thinks = (
        verb is not None and verb.lemma_.lower() in word_list("mind_verbs") and subject_of(verb) is not None
    )
    return 1.0 if thinks or IN_THE_VIEW.search(part.words) else 0.5 * bool(part.counts("mind_nouns"))


def _hedge(part: Part) -> float:
    """The author holds back: "evidently", "it seems"."""
    seems = any(verb.lemma_.lower() in word_list("hedge_verbs") for verb in part.verbs)
    return float(bool(part.counts("hedges")) or seems)


def _evaluative(part: Part) -> float:
    """Words that praise, blame or weigh."""
    return min(2.0, part.counts("evaluative"))


def _intensified(part: Part) -> float:
    """Words that raise or lower a judgement."""
    return min(2.0, part.counts("intensifiers"))


def _absolute(part: Part) -> float:
    """Words that leave no exception."""
    return min(2.0, part.counts("absolutes"))


def _cause(part: Part) -> float:
    """A cause or a meaning is claimed."""
    return min(1.0, part.counts("causal"))


def _comparison(part: Part) -> float:
    """More, most, stronger: a degree."""
    return float(any(t.tag_ in {"JJR", "JJS", "RBR", "RBS"} for t in part.tokens))


def _first_person(part: Part) -> float:
    """The author speaks of himself or of us all."""
    return float(bool(part.lemmas & FIRST_PERSON))


def _addressed(part: Part) -> float:
    """The reader is spoken to."""
    return float(bool(part.lemmas & SECOND_PERSON))


def _shouted(part: Part) -> float:
    """An exclamation or a question."""
    return float(part.words.rstrip("\"”’') ").endswith(("!", "?")))


def _scare_quote(part: Part) -> float:
    """A word or two in quotation marks that nobody is said to have spoken."""
    return float(part.attributed is None and SCARE_QUOTE.search(part.words) is not None)


def _condition(part: Part) -> float:
    """Something is only so if something else is."""
    return float(bool(part.lemmas & {"if", "unless"}))


def _points_back(part: Part) -> float:
    """ "This", "that" or "it" as the subject: the claim leans on what was said before."""
    verb = part.governing
    subject = subject_of(verb) if verb is not None else None
    return float(subject is not None and subject.lower_ in {"this", "that", "it", "these", "those", "such"})


def _judging_copula(part: Part) -> float:
    """ "is" or "remains" with an adjective: a quality, not an event."""
    verb = part.governing
    if verb is None or verb.lemma_.lower() not in {"be", "remain", "become", "feel", "look", "sound"}:
        return 0.0
    return float(any(c.dep_ == "acomp" for c in verb.children))


def _general_present(part: Part) -> float:
    """The present tense without a figure: how things are said to be in general."""
    verb = part.governing
    if verb is None or verb.tag_ not in {"VBZ", "VBP"} or FIGURE.search(part.words):
        return 0.0
    return float(verb.lemma_.lower() != "have")


# Rules for a checkable fact.


def _figure(part: Part) -> float:
    """A number or a year."""
    figures = sum(t.like_num or FIGURE.search(t.text) is not None for t in part.tokens)
    return min(2.0, float(figures))


def _date(part: Part) -> float:
    """A day, a month or a span of time."""
    return float(bool(part.counts("times")))


def _past_event(part: Part) -> float:
    """Something happened: the simple past, or the perfect, of a verb of doing."""
    verb = part.governing
    if (
        verb is None
        or verb.lemma_.lower() in {"be", "seem", "appear"}
        or verb.lemma_.lower() in word_list("mind_verbs")
    ):
        return 0.0
    past = verb.tag_ == "VBD" or any(c.lower_ in {"was", "were", "had", "did"} for c in verb.children)
    perfect = any(c.lower_ in {"has", "have", "'ve", "’ve"} for c in verb.children if c.dep_ == "aux")
    return 1.0 if past else 0.6 * perfect


def _names(part: Part) -> float:
    """People, places and bodies that are named."""
    names = sum(t.pos_ == "PROPN" and t.head.pos_ != "PROPN" for t in part.tokens)
    return min(3.0, float(names))


def _named_actor(part: Part) -> float:
    """The subject is somebody or something with a name."""
    verb = part.governing
    subject = subject_of(verb) if verb is not None else None
    return float(subject is not None and subject.pos_ == "PROPN")


def _record(part: Part) -> float:
    """Nouns for what public records hold."""
    return min(2.0, float(part.counts("record_nouns")))


def _statement_as_event(part: Part) -> float:
    """A verb of saying or of taking a stand, told as an event."""
    return float(part.attributed is not None and not part.attributed.strong)


RULES: tuple[Feature, ...] = (
    Feature("somebody said it", "attributed_report", 9.0, _named_utterance),
    Feature("hearsay", "attributed_report", 5.0, _hearsay),
    Feature("what should or might be", "opinion", 1.5, _modal),
    Feature("mind-reading", "opinion", 1.7, _mind_reading),
    Feature("hedge", "opinion", 1.2, _hedge),
    Feature("evaluative words", "opinion", 0.9, _evaluative),
    Feature("intensifier", "opinion", 0.6, _intensified),
    Feature("no exception", "opinion", 0.6, _absolute),
    Feature("cause or meaning", "opinion", 0.3, _cause),
    Feature("comparison", "opinion", 0.2, _comparison),
    Feature("first person", "opinion", 0.6, _first_person),
    Feature("reader addressed", "opinion", 0.4, _addressed),
    Feature("exclamation", "opinion", 0.8, _shouted),
    Feature("scare quotes", "opinion", 0.4, _scare_quote),
    Feature("condition", "opinion", 0.3, _condition),
    Feature("points back", "opinion", 0.3, _points_back),
    Feature("quality ascribed", "opinion", 0.7, _judging_copula),
    Feature("general present", "opinion", 0.5, _general_present),
    Feature("figure", "checkable_fact", 0.5, _figure),
    Feature("date", "checkable_fact", 0.8, _date),
    Feature("past event", "checkable_fact", 0.8, _past_event),
    Feature("names", "checkable_fact", 0.2, _names),
    Feature("named actor", "checkable_fact", 0.4, _named_actor),
    Feature("matter of record", "checkable_fact", 0.5, _record),
    Feature("statement as event", "checkable_fact", 0.6, _statement_as_event),
)


#: No part of what a model weighs: who carries a claim is settled before, and names tell more of the subject.
LEFT_OUT = frozenset({"somebody said it", "hearsay", "names", "named actor"})
#: The signs that a model weighs, in the order of its weights.
SIGNS: tuple[Feature, ...] = tuple(rule for rule in RULES if rule.name not in LEFT_OUT)


def signs_of(part: Part) -> list[float]:
    """Measure the `SIGNS` of a part, in order."""
    return [rule.weigh(part) for rule in SIGNS]
