"""Finite-clause claims: rules over the parse of each sentence.

A claim asserts one thing that could be answered by itself. Each rule below names places where a claim begins
inside a sentence; the guards then take back cuts that would leave a piece without a statement. Known limits:
a rule is as good as the parse under it, and comma splices are cut only where the parse shows two clauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from annotate.article.clauses import FINITE_TAGS, is_bare, is_finite
from annotate.article.parse import Parsed, parse
from annotate.article.proposals import propose
from annotate.article.sentences import split_sentences, trimmed
from annotate.model import Span


def split_claims(text: str, sentences: Sequence[tuple[int, int]] | None = None) -> list[Span]:
    """Give the claim-sized spans of `text`, in order, never across the given sentences.

    Every character of a sentence that is no white space lies in exactly one span.

    >>> text = "The mill closed in May, but its owners kept the land."
    >>> [span.of(text) for span in split_claims(text)]
    ['The mill closed in May,', 'but its owners kept the land.']
    """
    given = split_sentences(text) if sentences is None else [Span(*each) for each in sentences]
    return [span for parsed in parse(text, given) for span in claims_of(text, parsed)]


def claims_of(text: str, parsed: Parsed) -> list[Span]:
    """Cut one parsed sentence into its claims."""
    starts = [parsed.span.start + parsed.doc[cut].idx for cut in cuts_of(parsed.doc)]
    bounds = [parsed.span.start, *starts, parsed.span.end]
    spans = (trimmed(text, Span(a, b)) for a, b in pairwise(bounds))
    return [span for span in spans if span]


def cuts_of(doc: Doc) -> list[int]:
    """Give the tokens of a sentence at which a further claim begins, in order."""
    if len(doc) < 2:
        return []
    proposals = propose(doc)
    hard = {cut for cut, rules in proposals.items() if "semicolons" in rules}
    return _guarded(doc, hard, set(proposals))


def _guarded(doc: Doc, hard: set[int], soft: set[int]) -> list[int]:
    """Keep every semicolon between words, and other cuts only between pieces that each hold a finite verb."""
    kept: list[int] = []
    cuts = sorted(cut for cut in hard | soft if 0 < cut < len(doc))
    for at, cut in enumerate(cuts):
        before = doc[kept[-1] if kept else 0 : cut]
        after = doc[cut : next((c for c in cuts[at + 1 :]), len(doc))]
        needed = _has_word if cut in hard else _has_finite_verb
        if needed(before) and needed(after):
            kept.append(cut)
    return kept


def _has_word(tokens: DocSpan) -> bool:
    return any(any(char.isalnum() for char in token.text) for token in tokens)


def _has_finite_verb(tokens: DocSpan) -> bool:
    return any(token.tag_ in FINITE_TAGS or is_finite(token) or is_bare(token) for token in tokens)
