"""Text wholly in capitals is parsed as if it were written in small letters; offsets stay."""

from __future__ import annotations

import pytest

from annotate.article.analysis import analyse
from annotate.article.nlp import with_small_letters
from annotate.model import Block, Span

READ = {
    "sentences": (
        "THE WEIR IS OLD. NOBODY MENDS IT; THE TOWN WAITS.",
        "The weir is old. Nobody mends it; the town waits.",
    ),
    "lists of names": ("TODAY TOVE BERG TOLD REUTERS ABOUT IT.", "Today Tove berg told Reuters about it."),
    "days": ("IT BROKE AGAIN ON MONDAY.", "It broke again on Monday."),
    "the author": ("SO I WENT HOME ALONE.", "So I went home alone."),
    "a quotation": ('THE GUARD SAID: "WE SLEPT."', 'The guard said: "We slept."'),
    "apostrophes": ("IT WASN'T THE WEIR'S FAULT.", "It wasn't the weir's fault."),
    "letters that grow": ("İT IS AN OLD İDEA.", "İT is an old İDEA."),
    "a label": ("THE LAST WEIR", "THE LAST WEIR"),
    "mixed": ("THE WEIR is old and nobody mends it.", "THE WEIR is old and nobody mends it."),
}


@pytest.mark.parametrize(("text", "small"), READ.values(), ids=READ)
def test_capitals_are_read_as_sentences(text: str, small: str) -> None:
    assert with_small_letters(text, [Span(0, len(text))]) == small


def test_a_name_is_known_from_the_rest_of_the_text() -> None:
    first, second = "We met Orrin at the weir.", "LATER ORRIN SOLD THE WEIR."
    text = f"{first}\n{second}"
    stretches = [Span(0, len(first)), Span(len(first) + 1, len(text))]
    assert with_small_letters(text, stretches).endswith("\nLater Orrin sold the weir.")


def test_claims_and_sources_in_capitals() -> None:
    text = "THE GUARD SAID THE WEIR WAS OPEN; THE CLERK WAITED FOR THE BUS. TOVE LUND TOLD REUTERS THAT IT LEAKS."
    claims = [piece for piece in analyse(text, [Block(0, len(text), "body")])[0] if piece.skip is None]
    sources = [each.attribution and each.attribution.source for each in claims]
    assert [claim.span.of(text) for claim in claims] == [
        "THE GUARD SAID THE WEIR WAS OPEN;",
        "THE CLERK WAITED FOR THE BUS.",
        "TOVE LUND TOLD REUTERS THAT IT LEAKS.",
    ]
    assert [source and source.of(text) for source in sources] == ["THE GUARD", None, "TOVE LUND"]
