"""Single sentences, out of context: their labels, and their signs."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from annotate.article.analysis import carrier_of
from annotate.article.attribution import Attributed, attributions_of
from annotate.article.nlp import Parsed, parse_words
from annotate.article.suggest import Part, probabilities
from annotate.model import Attribution, Span

#: Stands for a source that is known to carry a sentence, though nothing in it says so.
UNSEEN = Attributed(Attribution(None, None, None), governs=True)


def label_probabilities(texts: Sequence[str]) -> list[dict[str, float]]:
    """Return for each sentence, without context, the probability of each suggested label; they sum to 1."""
    return probabilities(parts_of(texts))


def parts_of(texts: Sequence[str], carried: Sequence[bool | None] | None = None) -> list[Part]:
    """Return single sentences as suggesters take them.

    `carried` says of each whether somebody else carries it; where it is `None`, the sentence decides.
    """
    known = [None] * len(texts) if carried is None else carried
    return [
        Part(doc[:], text, _attributed(text, doc, is_carried))
        for text, doc, is_carried in zip(texts, parse_words(texts), known, strict=True)
    ]


def _attributed(text: str, doc: Doc, known: bool | None) -> Attributed | None:
    whole = Span(0, len(text))
    carrier = carrier_of(whole, attributions_of(Parsed(whole, doc)))
    strong = carrier is not None and carrier.strong
    if known is None or known == strong:
        return carrier
    return UNSEEN if known else None
