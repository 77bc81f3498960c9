"""One attribution in a parsed sentence, in tokens."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from annotate.article.attribution.contents import Stretch


@dataclass(frozen=True)
class Reading:
    """One attribution in a parsed sentence, in tokens; `strong` where an utterance is named beyond doubt."""

    cue: Token
    cue_end: Token
    source: Token | None
    content: Stretch | None
    strong: bool = True


def rest_of_sentence(first: Token, last: int) -> Stretch:
    """Return what a phrase that names a source carries: all behind it where it leads, else all before it."""
    start, end = first.sent.start, first.sent.end - 1
    leads = last + 1 < end and first.i < start + 3
    return (last + 1, end) if leads else (start, max(start, first.i - 1))
