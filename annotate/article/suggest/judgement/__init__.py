"""Judgement in plain words: features of what is no matter of record, and the claims around a claim."""

from annotate.article.suggest.judgement.context import in_context
from annotate.article.suggest.judgement.degrees import (
    assessed_noun,
    assessed_predicate,
    characterised,
    comment,
    superlative,
    vague_degree,
)
from annotate.article.suggest.judgement.generics import abstract_subject, generic
from annotate.article.suggest.judgement.records import measure, place, recorded_deed
from annotate.article.suggest.judgement.verbs import (
    ability,
    assessing_verb,
    counterfactual,
    duty,
    own_mind,
    prediction,
)

__all__ = [
    "ability",
    "abstract_subject",
    "assessed_noun",
    "assessed_predicate",
    "assessing_verb",
    "characterised",
    "comment",
    "counterfactual",
    "duty",
    "generic",
    "in_context",
    "measure",
    "own_mind",
    "place",
    "prediction",
    "recorded_deed",
    "superlative",
    "vague_degree",
]
