"""Finite-clause claims: rules and weights over the parse of each sentence.

A claim asserts one thing that could be answered by itself. Four rules hold in any case: a semicolon between
finite clauses cuts, a colon between two full statements cuts, a full statement in brackets at the end and a
non-restrictive relative clause at the end are cut off. What `constraints.py` names stays together in any
case. All else is weighed (docs/models/claims.md).
The guards then take back cuts that would leave a piece without a statement. Known limits: all of it is as
good as the parse under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from annotate.article.claims.constraints import kept_together
from annotate.article.claims.items import MARK_TOKENS, item_starts
from annotate.article.claims.split_features import features
from annotate.article.claims.split_rules import CERTAIN, COLONS, OPENING, propose
from annotate.article.claims.split_weights import FeatureWeights, read_feature_weights, speaks_for_cut
from annotate.article.nlp import FINITE_TAGS, Parsed, is_bare, is_finite, parse, split_sentences, trimmed
from annotate.config import weights_text
from annotate.model import Span

WEIGHTS_FILE = "claims.json"


def split_claims(text: str, sentences: Sequence[tuple[int, int]] | None = None) -> list[Span]:
    """Return the claim-sized spans of `text`, in order, never across the given sentences.

    Every character of a sentence that is no white space lies in exactly one span.

    >>> text = "The mill closed in May, but its owners kept the land."
    >>> [span.of(text) for span in split_claims(text)]
    ['The mill closed in May,', 'but its owners kept the land.']
    """
    given = split_sentences(text) if sentences is None else [Span(*each) for each in sentences]
    return [span for parsed in parse(text, given) for span in claims_of(text, parsed)]


def claims_of(text: str, parsed: Parsed) -> list[Span]:
    """Cut one parsed sentence into its claims."""
    starts = [parsed.span.start + parsed.doc[cut].idx for cut in cuts_of(parsed.doc, shipped_weights())]
    bounds = [parsed.span.start, *starts, parsed.span.end]
    spans = (trimmed(text, Span(a, b)) for a, b in pairwise(bounds))
    return [span for span in spans if span]


def cuts_of(doc: Doc, weights: FeatureWeights) -> list[int]:
    """Return the tokens of a sentence at which a further claim begins, in order."""
    if doc.text.isupper():  # the tagger finds few verbs in capitals
        return [cut for cut, rules in sorted(propose(doc).items()) if "semicolons" in rules]
    finite = [token.i for token in doc if _is_finite_verb(token)]
    if len(finite) < 2:  # no cut is kept without a finite verb on both sides
        return []
    proposals = propose(doc)
    ruled = {
        cut for cut, rules in proposals.items() if rules & CERTAIN or _resumes_quotation(doc, cut, rules)
    }
    behind_colons = {token.i + 1 for token in doc if token.text in COLONS}
    items = set(item_starts(doc))
    inside_marks = {at + count for at in items for count in range(1, MARK_TOKENS)}
    bound = kept_together(doc) | inside_marks

    def may_be_cut(at: int) -> bool:
        return finite[0] < at <= finite[-1] and at not in bound and at not in behind_colons

    places = features(doc, proposals, wanted=may_be_cut)
    weighed = {at for at, place in places if speaks_for_cut(place, weights)}
    semicolons = {cut for cut in ruled if "semicolons" in proposals[cut]}
    return _guarded(doc, weighed | (ruled - bound) | items | semicolons)


def _resumes_quotation(doc: Doc, cut: int, rules: set[str]) -> bool:
    """Return whether a quotation goes on with a clause of its own: “We lost,” Lund said, “but we paid.”"""
    return "coordinated_clause" in rules and doc[cut].text in OPENING and doc[cut - 1].text == ","


@cache
def shipped_weights() -> FeatureWeights:
    """Read the weights of the features, once.

    Raises:
        AnnotateError: where they are missing or damaged.
    """
    return read_feature_weights(weights_text(WEIGHTS_FILE), source=f"weights/{WEIGHTS_FILE}")


def _guarded(doc: Doc, cuts: set[int]) -> list[int]:
    """Keep the cuts between pieces that each hold a finite verb."""
    kept: list[int] = []
    inside = sorted(cut for cut in cuts if 0 < cut < len(doc))
    for cut, end in pairwise([*inside, len(doc)]):
        before, after = doc[kept[-1] if kept else 0 : cut], doc[cut:end]
        if _has_finite_verb(before) and _has_finite_verb(after):
            kept.append(cut)
    return kept


def _has_finite_verb(tokens: DocSpan) -> bool:
    """Return whether a piece states something: a relative clause beside its noun does not."""
    return any(_is_finite_verb(token) and not _in_relative(token, tokens) for token in tokens)


def _is_finite_verb(token: Token) -> bool:
    return token.tag_ in FINITE_TAGS or is_finite(token) or is_bare(token)


def _in_relative(verb: Token, piece: DocSpan) -> bool:
    """Return whether a verb stands in a relative clause whose noun stands in the same piece."""
    above = (verb, *verb.ancestors)
    return any(token.dep_ == "relcl" and piece.start <= token.head.i < token.i for token in above)
