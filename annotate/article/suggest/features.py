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
from annotate.article.suggest import judgement
from annotate.config import word_list
from annotate.model import Label

MODALS = frozenset({
    "should", "must", "ought", "might", "would", "will", "shall", "may", "could", "'ll", "’ll", "wo", "'d",
    "’d", "sha",
})  # fmt: skip
FIRST_PERSON = ("i", "we", "me", "us", "my", "our", "myself", "ourselves")
POINTERS = frozenset({"this", "that", "it", "these", "those", "such"})
COPULAS = frozenset({"be", "remain", "become", "feel", "look", "sound"})
#: Verbs that tell of no event.
STATES = frozenset({"be", "seem", "appear"})
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

    @property
    def verb(self) -> str:
        """The base form of the governing verb; empty without one."""
        return self.verbs[0].lemma_.lower() if self.verbs else ""

    @cached_property
    def subject(self) -> Token | None:
        """The subject of the governing verb."""
        return subject_of(self.verbs[0]) if self.verbs else None

    @cached_property
    def children(self) -> list[Token]:
        """What hangs on the governing verb."""
        return list(self.verbs[0].children) if self.verbs else []

    @cached_property
    def has_number(self) -> bool:
        """Whether one of its words is a number."""
        return any(t.like_num for t in self.tokens)

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


# Weighers that many rules share.


def _counts(words: str, *, most: float) -> Weigh:
    """Count the words of a list in a part, up to `most`."""
    return lambda part: min(most, part.counts(words))


def _any_of(*words: str) -> Weigh:
    """Look for one of some words."""
    return lambda part: float(not part.lemmas.isdisjoint(words))


# Rules for an attributed report.


def _named_utterance(part: Part) -> float:
    """Somebody else said it, or a document did."""
    by = part.attributed
    return float(by is not None and by.strong and not by.first_person)


# Rules for an opinion.


def _modal(part: Part) -> float:
    """What should, might or would be."""
    if part.governing is None:
        return 0.0
    modals = [t for t in part.tokens if t.tag_ == "MD"]
    full = any(t.head == part.governing and t.lower_ in MODALS for t in modals)
    return 1.0 if full else 0.5 * bool(modals)


def _mind_reading(part: Part) -> float:
    """What somebody is said to think, want or fear."""
    thinks = part.subject is not None and part.verb in word_list("mind_verbs")
    return 1.0 if thinks or IN_THE_VIEW.search(part.words) else 0.5 * bool(part.counts("mind_nouns"))


def _hedge(part: Part) -> float:
    """The author holds back: "evidently", "it seems"."""
    seems = any(verb.lemma_.lower() in word_list("hedge_verbs") for verb in part.verbs)
    return float(bool(part.counts("hedges")) or seems)


def _comparison(part: Part) -> float:
    """More, most, stronger: a degree."""
    return float(any(t.tag_ in {"JJR", "JJS", "RBR", "RBS"} for t in part.tokens))


def _shouted(part: Part) -> float:
    """An exclamation or a question."""
    return float(part.words.rstrip("\"”’') ").endswith(("!", "?")))


def _scare_quote(part: Part) -> float:
    """A word or two in quotation marks that nobody is said to have spoken."""
    return float(part.attributed is None and SCARE_QUOTE.search(part.words) is not None)


def _points_back(part: Part) -> float:
    """ "This", "that" or "it" as the subject: the claim leans on what was said before."""
    return float(part.subject is not None and part.subject.lower_ in POINTERS)


def _judging_copula(part: Part) -> float:
    """ "is" or "remains" with an adjective: a quality, not an event."""
    return float(part.verb in COPULAS and any(c.dep_ == "acomp" for c in part.children))


def _general_present(part: Part) -> float:
    """The present tense without a figure: how things are said to be in general."""
    present = part.governing is not None and part.governing.tag_ in {"VBZ", "VBP"}
    return float(present and part.verb != "have" and not FIGURE.search(part.words))


# Rules for a checkable fact.


def _figure(part: Part) -> float:
    """A number or a year."""
    return min(2.0, sum(t.like_num or FIGURE.search(t.text) is not None for t in part.tokens))


def _past_event(part: Part) -> float:
    """Something happened: the simple past, or the perfect, of a verb of doing."""
    if part.governing is None or part.verb in STATES or part.verb in word_list("mind_verbs"):
        return 0.0
    if part.governing.tag_ == "VBD" or any(c.lower_ in {"was", "were", "had", "did"} for c in part.children):
        return 1.0
    return 0.6 * any(c.lower_ in {"has", "have", "'ve", "’ve"} and c.dep_ == "aux" for c in part.children)


def _names(part: Part) -> float:
    """People, places and bodies that are named."""
    return min(3.0, sum(t.pos_ == "PROPN" and t.head.pos_ != "PROPN" for t in part.tokens))


def _named_actor(part: Part) -> float:
    """The subject is somebody or something with a name."""
    return float(part.subject is not None and part.subject.pos_ == "PROPN")


def _statement_as_event(part: Part) -> float:
    """A verb of saying or of taking a stand, told as an event."""
    return float(part.attributed is not None and not part.attributed.strong)


RULES: tuple[Feature, ...] = (
    Feature("somebody said it", "attributed_report", 9.0, _named_utterance),
    Feature(
        "hearsay", "attributed_report", 5.0, _any_of("reportedly", "allegedly", "purportedly", "reputedly")
    ),
    Feature("what should or might be", "opinion", 1.5, _modal),
    Feature("mind-reading", "opinion", 1.7, _mind_reading),
    Feature("hedge", "opinion", 1.2, _hedge),
    Feature("evaluative words", "opinion", 0.9, _counts("evaluative", most=2)),
    Feature("intensifier", "opinion", 0.6, _counts("intensifiers", most=2)),
    Feature("no exception", "opinion", 0.6, _counts("absolutes", most=2)),
    Feature("cause or meaning", "opinion", 0.3, _counts("causal", most=1)),
    Feature("comparison", "opinion", 0.2, _comparison),
    Feature("first person", "opinion", 0.6, _any_of(*FIRST_PERSON)),
    Feature("reader addressed", "opinion", 0.4, _any_of("you", "your", "yours")),
    Feature("exclamation", "opinion", 0.8, _shouted),
    Feature("scare quotes", "opinion", 0.4, _scare_quote),
    Feature("condition", "opinion", 0.3, _any_of("if", "unless")),
    Feature("points back", "opinion", 0.3, _points_back),
    Feature("quality ascribed", "opinion", 0.7, _judging_copula),
    Feature("general present", "opinion", 0.5, _general_present),
    Feature("figure", "checkable_fact", 0.5, _figure),
    Feature("date", "checkable_fact", 0.8, _counts("times", most=1)),
    Feature("past event", "checkable_fact", 0.8, _past_event),
    Feature("names", "checkable_fact", 0.2, _names),
    Feature("named actor", "checkable_fact", 0.4, _named_actor),
    Feature("matter of record", "checkable_fact", 0.5, _counts("record_nouns", most=2)),
    Feature("statement as event", "checkable_fact", 0.6, _statement_as_event),
)

#: Features of judgement in plain words, and of what a public record can hold: for models alone.
JUDGEMENT: tuple[Feature, ...] = (
    Feature("what will be", "opinion", 0.7, judgement.prediction),
    Feature("what would have been", "opinion", 1.0, judgement.counterfactual),
    Feature("what can be", "opinion", 0.3, judgement.ability),
    Feature("what has to be done", "opinion", 1.0, judgement.duty),
    Feature("own mind", "opinion", 0.6, judgement.own_mind),
    Feature("assessing verb", "opinion", 0.5, judgement.assessing_verb),
    Feature("vague degree", "opinion", 0.4, judgement.vague_degree),
    Feature("assessment as predicate", "opinion", 0.5, judgement.assessed_predicate),
    Feature("assessing noun", "opinion", 0.4, judgement.assessed_noun),
    Feature("kind ascribed", "opinion", 0.5, judgement.characterised),
    Feature("superlative", "opinion", 0.5, judgement.superlative),
    Feature("comment", "opinion", 0.6, judgement.comment),
    Feature("in general", "opinion", 0.4, judgement.generic),
    Feature("abstract subject", "opinion", 0.3, judgement.abstract_subject),
    Feature("recorded deed", "checkable_fact", 0.5, judgement.recorded_deed),
    Feature("place", "checkable_fact", 0.3, judgement.place),
    Feature("measure", "checkable_fact", 0.3, judgement.measure),
)

#: No part of what a model weighs: who carries a claim is settled before, and names tell more of the subject.
LEFT_OUT = frozenset({"somebody said it", "hearsay", "names", "named actor"})
#: The signs that a model weighs, in the order of its weights.
SIGNS: tuple[Feature, ...] = (*(rule for rule in RULES if rule.name not in LEFT_OUT), *JUDGEMENT)


def signs_of(part: Part) -> list[float]:
    """Measure the `SIGNS` of a part, in order."""
    return [rule.weigh(part) for rule in SIGNS]
