"""Blocks to claims: who carries each of them, across sentences, and that nothing is lost."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.article.analysis import Piece, analyse
from annotate.model import Block, Span

INHERITED = {
    "quotation-of-three": (
        "“We lost. We will rebuild. Nobody helps us,” Tove Lund said. The hall was silent.",
        ["Tove Lund", "Tove Lund", "Tove Lund", None],
    ),
    "quotation-behind": (
        "Tove Lund said: “We lost. We will rebuild.” The hall was silent.",
        ["Tove Lund", "Tove Lund", None],
    ),
    "second-quotation": (
        "“We lost the vote,” Tove Lund said. “We will try again in May.”",
        ["Tove Lund", "Tove Lund"],
    ),
    "content-goes-on": (
        "The mayor said that the bridge was safe and that the ferry would stop.",
        ["The mayor", "The mayor"],
    ),
    "reason-goes-on": (
        "The mayor said the bridge was closed because the town had no money.",
        ["The mayor", "The mayor"],
    ),
    "author-speaks": ("We say that the bridge was unsafe.", [None]),
    "told-as-an-aside": (
        "The town hired a man who told the mayor that the bridge was unsafe in 2019.",
        [None],
    ),
    "event": ("The ministry announced a ceasefire on Monday.", [None]),
    "own-reason": ("The bridge was closed because the town had no money.", [None, None]),
    "position": (
        "The stance of the council has remained firm: the town cannot pay, nor can it borrow.",
        [None, "the council", "the council"],
    ),
    "goes-on-without-cue": (
        "The mayor said the town would rebuild the bridge. It would also close the ferry.",
        ["The mayor", "The mayor"],
    ),
    "author-looks-ahead": (
        "The mayor said the bridge was safe. It would fall down in May.",
        ["The mayor", None],
    ),
    "another-would": (
        "The mayor said the town would rebuild the bridge. The ferry would be cheaper.",
        ["The mayor", None],
    ),
    "second-verb": ("The mayor smiled and said that the bridge was safe.", [None, "The mayor"]),
    "he-added": (
        "The mayor said the bridge was safe. He added that the ferry would stop.",
        ["The mayor", "He"],
    ),
    "signed": (
        "“We lost. Nobody helps us.”\n— Tove Lund",
        ["Tove Lund", "Tove Lund"],
    ),
    "author-behind": (
        "The mayor said that the bridge was safe. It fell down in May.",
        ["The mayor", None],
    ),
    "judged": ("Lund called the plan a disgrace. She called him “a thief”.", ["Lund", "She"]),
    "described-as": ("The report describes the dam as unsafe.", ["The report"]),
    "named": ("Locals call the hill Mount Orr. Lund called the police.", [None, None]),
    "a-day": ("They called it a day. The council called an election.", [None, None]),
    "nobody": ("Nobody said that the dam was safe. No official has said that it leaks.", [None, None]),
    "never": ("Lund has never said that the dam is safe. He would say that the dam is old.", [None, None]),
    "thing-that-is-mute": (
        "Its leader claims the scandal is bigger than ever and has demanded an inquiry.",
        ["Its leader", "Its leader"],
    ),
    "reckoned": ("The report put the cost at 40 million crowns.", ["The report"]),
    "put-there": ("Lund put the bags at the door at 5.", [None]),
    "per": ("Prices fell by a third, per the report.", ["the report"]),
    "scare-quotes": ("The “neutral” council closed the bridge.", [None]),
}


INTERVIEW = """We met Tove Lund in March.
Lund: We will stay. The dam is safe, and nobody has shown otherwise.
Guest: What changed?
**Lund:** The town repaired the sluice. "Nobody was hurt," the mayor told us.
Anna Holm: That is wrong. It leaks.
Anna Holm: It has leaked since May.
{verdict}: The dam holds.
Guest: It was a long night.
{verdict}: The sluice holds.
Orth: The sluice is old."""


@pytest.mark.parametrize("verdict", ["Verdict", "Monday"])
def test_the_turns_of_an_interview_have_their_speaker(verdict: str) -> None:
    text = INTERVIEW.format(verdict=verdict) + " They left on Monday."
    blocks = [Block(*line.span(), "body") for line in re.finditer(".+", text)]
    parts = [part for found in analyse(text, blocks) for part in found if part.skip is None]
    sources = [part.attribution and part.attribution.source for part in parts]
    named = [source.of(text) if source else None for source in sources]
    assert named == [None, *["Lund"] * 4, "the mayor", *["Anna Holm"] * 3, None, "Guest", None, None, None]
    assert {part.suggestion.label for part in parts[1:9] if part.suggestion} == {"attributed_report"}


def claims_in(text: str) -> list[Piece]:
    return [part for part in analyse(text, [Block(0, len(text), "body")])[0] if part.skip is None]


@pytest.mark.parametrize(("text", "sources"), INHERITED.values(), ids=INHERITED)
def test_claims_have_their_source(text: str, sources: list[str | None]) -> None:
    found = [part.attribution and part.attribution.source for part in claims_in(text)]
    assert [source and source.of(text) for source in found] == sources


@pytest.mark.parametrize("said", ["is said to have fled", "was reported to have fled", "reportedly fled"])
def test_what_somebody_unnamed_says_is_reported(said: str) -> None:
    (part,) = claims_in(f"The mayor {said}.")
    assert part.suggestion is not None
    assert part.suggestion.label == "attributed_report"


def test_all_sentences_of_a_quotation_point_to_one_span() -> None:
    text = "“Lund is ill. Lund went home. Nobody helps us,” Tove Lund said."
    sources = {part.attribution.source for part in claims_in(text) if part.attribution}
    assert sources == {Span(text.rindex("Tove Lund"), text.rindex("Tove Lund") + len("Tove Lund"))}


def test_a_quotation_goes_on_in_the_next_block() -> None:
    first, second = "“We lost the vote,” Tove Lund said.", "“We will try again in May. We have to.”"
    text = f"{first}\n\n{second}"
    blocks = [Block(0, len(first), "body"), Block(len(first) + 2, len(text), "body")]
    sources = [part.attribution.source for part in analyse(text, blocks)[1] if part.attribution]
    assert [source.of(text) for source in sources if source] == ["Tove Lund", "Tove Lund"]


def test_what_was_said_stands_in_the_next_block() -> None:
    first, second = "On Friday Tove Lund wrote:", "“We lost the vote. We have to go on.”"
    text = f"{first}\n\n{second}"
    blocks = [Block(0, len(first), "body"), Block(len(first) + 2, len(text), "quote")]
    sources = [part.attribution.source for part in analyse(text, blocks)[1] if part.attribution]
    assert [source.of(text) for source in sources if source] == ["Tove Lund", "Tove Lund"]


KINDS = st.sampled_from(["body", "quote", "list_item", "caption"])
CHARS = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)
LINES = st.text(
    alphabet=st.sampled_from("ab I.,;:?!\"“”()—'1Photo: Reuters/AP said\ud83d\U0001f600。\u202e\x00\n"),
    max_size=60,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(KINDS, st.one_of(CHARS, LINES)), max_size=4))
def test_each_character_of_a_block_lies_in_one_part(drawn: list[tuple[str, str]]) -> None:
    text, blocks = "", []
    for kind, words in drawn:
        blocks.append(Block(len(text), len(text) + len(words), kind))  # type: ignore[arg-type]
        text += words + "\n\n"
    for block, parts in zip(blocks, analyse(text, blocks), strict=True):
        held = [at for part in parts for at in range(*part.span)]
        assert held == sorted(set(held))
        lost = set(range(block.start, block.end)) - set(held)
        assert all(text[at].isspace() for at in lost)
        assert all(block.start <= part.span.start < part.span.end <= block.end for part in parts)
