"""Who each claim of a paragraph is attributed to: paragraphs with the sources of their claims.

A file under `sources/` holds one paragraph a line. Below it stand, indented, words of a claim and its source; a
claim without such a line is attributed to nobody.
"""

from pathlib import Path

import pytest

from annotate.article import split_sentences
from annotate.article.analysis import analyse
from annotate.article.attribution.sources import speaker_of
from annotate.article.attribution.utterances import may_utter, strength_of
from annotate.article.nlp.parse import parse_words
from annotate.article.reading import text_blocks
from annotate.model import Block, Span

FOLDER = Path(__file__).parent / "sources"


def specimens() -> list[tuple[str, dict[str, str]]]:
    """Return each paragraph with the sources of its claims, by words of the claim."""
    read: list[tuple[str, dict[str, str]]] = []
    for file in sorted(FOLDER.glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                words, source = line.strip().split(" = ")
                read[-1][1][words] = source
            else:
                read.append((line, {}))
    return read


@pytest.mark.parametrize(("text", "sources"), specimens(), ids=lambda value: str(value)[:40])
def test_each_claim_has_its_source(text: str, sources: dict[str, str]) -> None:
    claims = [piece for piece in analyse(text, [Block(0, len(text), "body")])[0] if piece.skip is None]
    read = {claim.span.of(text): claim.attribution for claim in claims}
    named = {words: each and (each.named or each.source) for words, each in read.items()}
    expected = {claim: next((s for words, s in sources.items() if words in claim), None) for claim in read}
    assert {claim: span and Span(*span).of(text) for claim, span in named.items()} == expected
    assert all(any(words in claim for claim in read) for words in sources)


def test_verbs_that_are_not_looked_at_would_tell_of_no_utterance() -> None:
    sentences = [words for text, _ in specimens() for words in spans_of(text)]
    verbs = [token for doc in parse_words(sentences) for token in doc if token.pos_ in {"VERB", "AUX"}]
    passed_over = [verb for verb in verbs if not may_utter(verb)]
    assert len(passed_over) > 500
    telling = {verb.lemma_ for verb in passed_over if strength_of(verb, speaker_of(verb)) is not None}
    assert not telling


def spans_of(text: str) -> list[str]:
    return [sentence.of(text) for sentence in split_sentences(text)]


WITHOUT_SOURCE = (
    "I heard that they had moved the whole village in one night.",
    "We have read that the river is the longest in the land.",
    "I have heard that the mill is for sale.",
    "Visitors were told that the hall was shut.",
    "The mayor was accused of lying about the bridge.",
    "It is said that the bell was cast in 1604.",
    "The minister has been criticised for sleeping in court.",
    "The engineer was blamed for the fire.",
    "The reform was condemned as a gift to the rich.",
)
NO_REPORT = (
    "I heard the bell at noon.",
    "We were told to wait.",
    "The boys were denied visas for the third time.",
    "All boats have been requested to carry a lamp.",
    "We have read the letter.",
    "Ruiz was charged with fraud.",
    "The minister has never been criticised for sleeping.",
    "The house was condemned in May.",
)


@pytest.mark.parametrize("text", [*WITHOUT_SOURCE, *NO_REPORT])
def test_a_report_may_have_nobody_behind_it(text: str) -> None:
    [piece] = analyse(text, [Block(0, len(text), "body")])[0]
    assert piece.suggestion is not None
    assert (piece.suggestion.label == "attributed_report") == (text in WITHOUT_SOURCE)
    assert piece.attribution is None or piece.attribution.source is None


LISTS = {
    "a report finds": ("The report found:", ["The report", "The report"]),
    "somebody lists": ("Lund listed two failings:", ["Lund", "Lund"]),
    "according to": ("According to the ministry:", ["the ministry", "the ministry"]),
    "among the findings": ("Among the findings of the audit:", ["the audit", "the audit"]),
    "the author": ("We know this:", [None, None]),
    "nobody": ("Two things went wrong.", [None, None]),
}


@pytest.mark.parametrize("name", LISTS)
def test_the_items_of_a_list_have_the_source_that_leads_to_them(name: str) -> None:
    lead, expected = LISTS[name]
    items = ["The pumps were never tested.", "Nobody kept the keys."]
    text = "\n".join([lead, *items, "The council met on Monday."])
    ends = [0, *(at for at, char in enumerate(text) if char == "\n"), len(text)]
    kinds = ("body", "list_item", "list_item", "body")
    lines = zip(ends, ends[1:], kinds, strict=False)
    blocks = [Block(start + (start > 0), end, kind) for start, end, kind in lines]  # type: ignore[arg-type]
    *_, first, second, last = [piece for block in analyse(text, blocks) for piece in block]
    sources = [each.attribution and each.attribution.source for each in (first, second)]
    assert [source and source.of(text) for source in sources] == expected
    assert last.attribution is None


PASSED_ON = {
    "The paper quoted Lund as saying the wall was safe.": "The paper",
    "Lund was quoted by the Courier as saying that the wall was safe.": "the Courier",
    "Reuters cited an official who said the wall was safe.": "Reuters",
    "According to the Courier, Lund told the council that the keys were lost.": "the Courier",
}


@pytest.mark.parametrize("text", PASSED_ON)
def test_those_who_pass_a_saying_on_are_kept(text: str) -> None:
    [piece] = analyse(text, [Block(0, len(text), "body")])[0]
    assert piece.attribution is not None
    assert [each.of(text) for each in piece.attribution.through] == [PASSED_ON[text]]


CITED_IN_TURNS = {
    "In a paper last year you wrote that the eel was gone.": "you",
    "You said on Monday that the weir had been opened.": "You",
    "You have argued for years that the dam should go.": "You",
    "A man from the mill told our meeting in May - I wrote it down - that the screens were new.": "A man from the mill",
    "The council – and I have this in writing – promised that the screens would come.": "The council",
    "As you know, the river is low.": "REED",
    "You would say that the river is low.": "REED",
    "You say the river is low.": "REED",
    "If you told me that it is high, I would go.": "REED",
    "I told you that the gate was shut.": "REED",
    "The gate - I saw it - was shut.": "REED",
}


@pytest.mark.parametrize("words", CITED_IN_TURNS)
def test_who_is_cited_in_a_turn_is_the_source(words: str) -> None:
    text = f"IMAN REED, HOST: The rain has stopped.\n\nOTTO ODE: It has stopped.\n\nREED: {words}\n\nODE: It is cold."
    pieces = [piece for block in analyse(text, text_blocks(text)) for piece in block]
    claim = next(piece for piece in pieces if words in piece.span.of(text))
    assert claim.attribution is not None
    assert claim.attribution.source is not None
    assert claim.attribution.source.of(text) == CITED_IN_TURNS[words]
