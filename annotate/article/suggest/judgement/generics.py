"""Statements about things in general, and about qualities and ideas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.config import word_list

if TYPE_CHECKING:
    from annotate.article.suggest.features import Part

#: Endings of nouns for qualities, acts and ideas.
ABSTRACT = (
    "tion", "sion", "ity", "ness", "ment", "ism", "ance", "ence", "ship", "hood", "ency", "ancy",
)  # fmt: skip
ANYBODY = frozenset({
    "you", "one", "people", "everyone", "everybody", "nobody", "anyone", "someone", "those", "who", "whoever",
})  # fmt: skip


def generic(part: Part) -> float:
    """What its kind does in general: a bare plural, or anybody, in the present: "voters punish …"."""
    subject, verb = part.subject, part.governing
    if subject is None or verb is None or verb.tag_ not in {"VBP", "VBZ"}:
        return 0.0
    if subject.lower_ in ANYBODY:
        return 1.0
    bare = subject.tag_ == "NNS" and not any(c.dep_ in {"det", "poss", "nummod"} for c in subject.lefts)
    return float(bare and not any(c.pos_ == "PROPN" for c in subject.children))


def abstract_subject(part: Part) -> float:
    """The subject is a quality or an idea: "this approach", "the opposition"."""
    if part.subject is None or part.subject.pos_ != "NOUN":
        return 0.0
    lemma = part.subject.lemma_.lower()
    return float(lemma.endswith(ABSTRACT) or lemma in word_list("assessed_nouns"))
