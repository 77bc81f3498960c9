"""Degrees and assessments: words that people can agree or disagree with, at the point of the sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from spacy.tokens import Token

from annotate.config import word_list

if TYPE_CHECKING:
    from annotate.article.suggest.features import Part

#: Verbs that link a subject to what it is said to be.
LINKS = frozenset({
    "be", "remain", "become", "feel", "look", "sound", "seem", "appear", "prove", "stay", "get", "grow",
    "keep", "make",
})  # fmt: skip
#: What may stand behind a verb as the point of a sentence.
COMPLEMENTS = frozenset({"acomp", "attr", "oprd", "dobj", "advmod", "ccomp"})
MODIFIERS = frozenset({"amod", "advmod", "acomp"})
#: Where a noun is what the sentence is about, or what it says of it.
MAIN_NOUNS = frozenset({"attr", "dobj", "nsubj", "nsubjpass"})


def vague_degree(part: Part) -> float:
    """A degree that nobody measured: "significant", "often", "widely"; half beside a number."""
    count = min(2, part.counts("vague_degrees"))
    return count * (0.5 if count and part.has_number else 1.0)


def assessed_predicate(part: Part) -> float:
    """The sentence says an assessment: "the reply was inadequate", "made good progress"."""
    if part.governing is None:
        return 0.0
    complements = (c for c in part.governing.rights if c.dep_ in COMPLEMENTS)
    return min(2.0, sum(_assesses(word) for c in complements for word in _with_modifiers(c)))


def _with_modifiers(word: Token) -> Iterator[Token]:
    """Yield a complement, its adjectives and adverbs, and the same of what it is joined with."""
    yield word
    for child in word.children:
        if child.dep_ in MODIFIERS:
            yield child
        elif child.dep_ == "conj":
            yield from _with_modifiers(child)


def _assesses(word: Token) -> bool:
    forms = {word.lemma_.lower(), word.lower_}
    return not forms.isdisjoint(word_list("evaluative")) or not forms.isdisjoint(word_list("vague_degrees"))


def assessed_noun(part: Part) -> float:
    """A noun for what something is judged to be or to have: "is a burden", "plays a role"."""
    nouns = word_list("assessed_nouns")
    return float(any(c.dep_ in MAIN_NOUNS and c.lemma_.lower() in nouns for c in part.children))


def characterised(part: Part) -> float:
    """What something is said to be, by a common noun: "is a sober reading"; half without an adjective."""
    if part.governing is None or part.verb not in LINKS:
        return 0.0
    noun = next((c for c in part.governing.rights if c.dep_ == "attr" and c.pos_ == "NOUN"), None)
    if noun is None:
        return 0.0
    return 1.0 if any(c.dep_ == "amod" for c in noun.lefts) else 0.5


def superlative(part: Part) -> float:
    """A rank that nobody measured: "the finest", "the most generous"; none beside a number."""
    return float(any(_is_highest(t) for t in part.tokens) and not part.has_number)


def _is_highest(word: Token) -> bool:
    if word.lower_ in {"most", "least"}:
        return word.head.pos_ in {"ADJ", "ADV"}
    return word.tag_ in {"JJS", "RBS"}


def comment(part: Part) -> float:
    """An adverb that comments on the statement: "fortunately", "tellingly"."""
    return float(part.counts("stance_adverbs") > 0)
