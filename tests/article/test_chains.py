"""Through whom a claim came: text, then its source and the carriers, outermost first."""

import pytest

from annotate.article.analysis import analyse
from annotate.model import Block

CHAINS = {
    "reported-that-said": (
        "Reuters reported that Tove Lund said the dam was unsafe.",
        ("Tove Lund", ["Reuters"]),
    ),
    "citing": (
        "The Orrin Gazette, citing unnamed sources, reported that Tove Lund said the dam was unsafe.",
        ("Tove Lund", ["The Orrin Gazette", "unnamed sources"]),
    ),
    "citing-behind": (
        "The dam was unsafe, the Orrin Gazette reported, citing two officials.",
        ("two officials", ["the Orrin Gazette"]),
    ),
    "citing-between": (
        "Kanal Nord reported, citing two officials, that the dam was unsafe.",
        ("two officials", ["Kanal Nord"]),
    ),
    "according-to": ("According to Reuters, Tove Lund said the dam was unsafe.", ("Tove Lund", ["Reuters"])),
    "told-a-paper": (
        "Two officials told the Orrin Gazette that the dam was unsafe.",
        ("Two officials", ["the Orrin Gazette"]),
    ),
    "three-links": (
        "Sources told Reuters that Berg had said the dam was unsafe.",
        ("Berg", ["Reuters", "Sources"]),
    ),
    "told-a-person": ("The police told Jon Berg that the dam was unsafe.", ("The police", [])),
    "only-possible": ("Reuters reported that Tove Lund might say so.", ("Reuters", [])),
    "not-said": ("Reuters reported that Tove Lund did not say that the dam was safe.", ("Reuters", [])),
    "pronoun-within": ("Tove Lund said she had said that the dam was unsafe.", ("Tove Lund", [])),
    "fact-cited": ("Tove Lund closed the dam, citing the flood.", (None, [])),
    "document-cited-by-a-person": (
        "Tove Lund said the dam was unsafe, citing a report.",
        ("Tove Lund", []),
    ),
}


@pytest.mark.parametrize(("text", "expected"), CHAINS.values(), ids=CHAINS)
def test_source_and_carriers(text: str, expected: tuple[str | None, list[str]]) -> None:
    (claim,) = [part for part in analyse(text, [Block(0, len(text), "body")])[0] if part.skip is None]
    found = claim.attribution
    source = found.source.of(text) if found and found.source else None
    assert (source, [span.of(text) for span in found.through] if found else []) == expected
