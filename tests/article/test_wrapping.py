"""Wrapped plain text: paragraphs come back whole at any width, and words that were broken are read as one."""

import textwrap

import pytest

from annotate.article import extract_claims
from annotate.article.reading import text_blocks
from annotate.article.reading.paragraphs import WIDTHS, paragraph_spans, unread_in_lines
from annotate.model import Article, Span

PROSE = (
    "Quarry hearing put off",
    "The hearing about the slate quarry above Linfell was put off on Wednesday because two of the five"
    " commissioners had not read the file, the clerk said. It will be held on May 12. The owner, Corrie Slate,"
    " wants to dig 40 metres deeper, and the village fears for its wells. Nobody from the company came.",
    "“We have waited nine years,” said Una Perch, who farms below the quarry. “We can wait nine more weeks, but"
    " the wells cannot.” A survey of 2019 found that 3 of 11 wells had fallen by more than a metre.",
    "What the village asks for",
    "1. a meter on every well, read each month by somebody who is not paid by the company",
    "2. no blasting at night",
    "3. a fund of 2.5 million crowns, held by the county, for wells that run dry before the digging ends",
    "The company has said that it will answer by the end of the month. Its last answer took two years – and was"
    " one page long. The county’s geologist, Ove Tarn, called the wait “a disgrace” in a letter to the board.",
)
LISTS = frozenset(PROSE[4:7])


def wrapped(paragraphs: tuple[str, ...], width: int, indent: str = "", gap: str = "\n\n") -> str:
    """Wrap paragraphs as an editor does, list items with hanging lines."""
    return gap.join(
        textwrap.fill(
            words,
            width,
            initial_indent="" if words in LISTS else indent,
            subsequent_indent="   " if words in LISTS else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for words in paragraphs
    )


def paragraphs_of(text: str) -> list[str]:
    return [" ".join(span.of(text).split()) for span in paragraph_spans(text)]


@pytest.mark.parametrize("width", WIDTHS)
def test_paragraphs_come_back_at_any_width(width: int) -> None:
    assert paragraphs_of(wrapped(PROSE, width)) == list(PROSE)


@pytest.mark.parametrize("width", [30, 34, 40, 48, 60, 72, 79, 100])
def test_a_list_without_blank_lines_stays_a_list(width: int) -> None:
    text = wrapped(PROSE[4:7], width, gap="\n") + "\n\n" + wrapped(PROSE[7:] + PROSE[1:2], width)
    assert paragraphs_of(text) == [*PROSE[4:7], PROSE[7], PROSE[1]]


@pytest.mark.parametrize("width", [30, 34, 40, 48, 60, 72, 79, 100])
def test_an_indent_opens_a_paragraph(width: int) -> None:
    body = (PROSE[1], PROSE[2], PROSE[7])
    assert paragraphs_of(wrapped(body, width, indent="   ", gap="\n")) == list(body)


APART = {
    "narrow paragraphs, one a line": "The ferry sank in the bay on Monday.\nNobody was hurt, the town said.\nIt was 40 years old.",
    "a heading over a line": "Tunnel owner loses millions\nThe tunnel was closed on Friday.",
    "names": "Una Perch, farmer of Linfell\nOve Tarn, county geologist\nJon Berg, clerk of the board",
    "addresses": "12 Quarry Road, Linfell\nCounty of Corrie, 4410\nlinfell.example",
    "an underlined heading": "The quarry hearing was put off again\n====================================",
    "turns": "Perch: The wells have fallen by a metre, all of them, since May.\nBerg: Nobody told the board about it before this very week.",
    "timecodes": "[00:12] The wells have fallen by more than a metre since last May.\n[00:19] Nobody told the board about it before this very week.",
    "dialogue": "– The wells have fallen by more than one metre.\n– Nobody told the board about it before today.",
}  # fmt: skip


@pytest.mark.parametrize("text", APART.values(), ids=APART)
def test_lines_that_are_paragraphs_stay_apart(text: str) -> None:
    assert paragraphs_of(text) == text.split("\n")


CHANCES = {
    "a number": "The hearing will be held, the clerk said, on May\n12. The village fears for its wells.",
    "a dash": "The wells of the village, which are all very old\n– and widened twice – have fallen by a metre.",
    "a hyphen for a dash": "The wells of the village, which are all very old\n- and widened twice - have fallen by a metre.",
}  # fmt: skip


@pytest.mark.parametrize("text", CHANCES.values(), ids=CHANCES)
def test_what_looks_like_a_list_item_by_chance_goes_on(text: str) -> None:
    assert paragraphs_of(text) == [" ".join(text.split())]


BROKEN = {
    "word": ("The quarry cost 42 mil-\nlion crowns.", "The quarry cost 42 million crowns."),
    "name": ("Una Per-\nch farms there.", "Una Perch farms there."),
    "short word": ("The may-\nor opened it.", "The mayor opened it."),
    "capitals": ("THE QUAR-\nRY IS OLD.", "THE QUARRY IS OLD."),
    "hyphen of the word": ("It is a well-\nknown pit.", "It is a well-known pit."),
    "hyphen seen elsewhere": ("The slate-\ngrey wall. A slate-grey roof.", "The slate-grey wall. A slate-grey roof."),
    "joined elsewhere": ("The high-\nway closed. No highway is safe.", "The highway closed. No highway is safe."),
    "three parts": ("A 22-\nyear-old man fell.", "A 22-year-old man fell."),
    "two names": ("The Anglo-\nNorse pact.", "The Anglo-Norse pact."),
    "suspended": ("The pre-\nand post-war pits.", "The pre-\nand post-war pits."),
    "a dash": ("It fell -\nand broke.", "It fell -\nand broke."),
    "two hyphens": ("It fell--\nand broke.", "It fell--\nand broke."),
    "hanging line": ("- no blast-\n  ing at night", "- no blasting at night"),
    "indent": ("- no blasting\n  at night", "- no blasting\nat night"),
    "quoted mail": ("> The pit is old\n> and deep.", "The pit is old\nand deep."),
    "soft hyphen": ("The quar\u00adry is old.", "The quarry is old."),
    "soft hyphen at the end": ("The quar\u00ad\nry is old.", "The quarry is old."),
}  # fmt: skip


@pytest.mark.parametrize(("text", "read"), BROKEN.values(), ids=BROKEN)
def test_a_broken_word_is_read_as_one(text: str, read: str) -> None:
    for gap in reversed(unread_in_lines(text, [Span(0, len(text))])):
        text = text[: gap.start] + text[gap.end :]
    assert text == read


def test_a_hyphen_joins_lines_of_any_width() -> None:
    text = "The quarry cost 42 mil-\nlion crowns. The may-\nor opened it."
    assert [block.span.of(text) for block in text_blocks(text)] == [text]


COPY = "The quarry hearing was put off. The clerk said so."


@pytest.mark.parametrize(
    "mark", ["(MORE)", "###", "-30-", "ENDS", "- 30 -", "--30--", "(END)", "# # #", "(CONTINUED ON PAGE B4)"]
)
def test_marks_of_a_desk_are_no_claims(mark: str) -> None:
    for text in (f"{COPY} {mark}", f"{COPY}\n\n{mark}", f"{COPY}\n{mark}\n"):
        found = [(block.kind, block.span.of(text)) for block in text_blocks(text)]
        assert found == [("body", COPY), ("boilerplate", mark)]


def claims_of(text: str) -> list[tuple[str, str]]:
    """Return the claims of a plain text, each with its source, and check that offsets hold."""
    blocks = text_blocks(text)
    unread = unread_in_lines(text, [block.span for block in blocks])
    article = Article("quarry", text, blocks, unread=unread)
    claims = extract_claims(article)
    assert all(text[claim.start : claim.end] == claim.text for claim in claims)
    sources = (claim.attribution and claim.attribution.source for claim in claims)
    return [
        (" ".join(claim.text.split()), source.of(text) if source else "")
        for claim, source in zip(claims, sources, strict=True)
    ]


@pytest.mark.parametrize("width", [30, 37, 44, 58, 72])
def test_wrapped_text_gives_the_claims_of_the_paragraph(width: int) -> None:
    whole = claims_of("\n\n".join(PROSE))
    narrow = claims_of(wrapped(PROSE, width))
    assert [(words, " ".join(source.split())) for words, source in narrow] == whole


def test_a_claim_and_its_source_hold_the_unread_in_lines_as_they_stand() -> None:
    text = "The quarry cost 42 mil-\nlion crowns, Una Per-\nch said. The may-\nor opened it."
    assert claims_of(text) == [
        ("The quarry cost 42 mil- lion crowns, Una Per- ch said.", "Una Per-\nch"),
        ("The may- or opened it.", ""),
    ]
