"""Blocks of plain texts: each specimen is a text whose blocks begin with `[kind] `."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.article.reading import text_blocks

BODY = "The council met on Monday and voted for the plan by nine votes to four, with two members absent."

SPECIMENS = {
    "bracketed byline": f"[byline] [By Ana Ruiz, staff writer, translated by Jo Weiss]\n\n[body] {BODY}",
    "plain byline": f"[heading] A Plan for the Quay\n\n[byline] By Ana Ruiz and Jo Weiss\n\n[body] {BODY}",
    "words by": f"[byline] Words: Ana Ruiz\n\n[body] {BODY}",
    "date alone": f"[heading] A Plan\n\n[byline] Updated: 12 May 2025, 10:34\n\n[body] {BODY}",
    "who made it": f"[body] {BODY}\n\n[byline] Additional reporting by Bo Silva. Editing by J. Berg.",
    "who made it, in brackets": f"[body] {BODY}\n\n[byline] (Reporting by Ana Ruiz in Orrin; editing by B. Okoye)",
    "editing that is told of": f"[body] {BODY}\n\n[body] Editing by the mayor's office was poor, she said.",
    "by is no byline": "[body] By noon the hall was full, and the doors were shut before the mayor spoke at last.",
    "heading": f"[heading] What the Fishermen Lost\n\n[body] {BODY}",
    "heading with a verb": f"[heading] Council votes to close the old quay\n\n[body] {BODY}",
    "heading that asks": f"[heading] Who Pays for the Old Quay?\n\n[body] {BODY}",
    "question in a paragraph": "[body] Who pays? The city says that it has paid enough, and shows its books.",
    "lead-in is no heading": f"[body] Three things are missing from this plan:\n\n[body] {BODY}",
    "footnote behind the stop": f"[body] The quay was built in 1871 and widened twice. [15]\n\n[body] {BODY}",
    "caption with agency": f"[body] {BODY}\n\n[caption] Divers at the northern quay on Monday, Reuters",
    "caption with unknown agency": f"[body] {BODY}\n\n[caption] Divers at the quay on Monday, Norddal Press",
    "caption with credit": f"[body] {BODY}\n\n[caption] The quay at dawn. Photo: Petra Lund/Courier",
    "caption, screenshot": f"[body] {BODY}\n\n[caption] June 2024, the fish market. Video screenshot",
    "credit alone": f"[body] {BODY}\n\n[caption] (Image: Petra Lund)",
    "photo in a heading": f"[heading] A photo legacy goes on show\n\n[body] {BODY}",
    "original source": f"[body] {BODY}\n\n[boilerplate] Original source: https://news.example/quay",
    "disclaimer": f"[body] {BODY}\n\n[boilerplate] Disclaimer: This is the author's own view alone.",
    "exclusive": f"[body] {BODY}\n\n[boilerplate] Written exclusively for the Tidewater Courier. Whoever wants to"
    " print it must ask us first.",
    "copyright": f"[body] {BODY}\n\n[boilerplate] © 2025 Tidewater Courier",
    "ornament": f"[body] {BODY}\n\n[boilerplate] * * *\n\n[body] {BODY}",
    "bullets": "[body] The plan has two parts:\n- [list_item] a survey of the pillars\n- [list_item] a new wall in the east",
    "numbers": "1. [list_item] The survey starts in June.\n2. [list_item] Trucks are banned at once.",
    "quotation": '[quote] "We did not order these repairs. We did not approve their price, and we will not pay for a'
    ' basin that belongs to somebody else in another town."',
    "set in behind a colon": f"[body] The report was blunter:\n\n    [quote] {BODY}\n\n    [quote] {BODY}\n\n[body] {BODY}",
    "set in, wrapped": "[body] The report was blunter:\n\n  [quote] No pump was tested in the spring, and none in the"
    " summer\n  of that year.\n\n[body] It has nine pages.",
    "set in behind no colon": f"[body] {BODY}\n\n    [body] {BODY}\n\n[body] {BODY}",
    "all set in": f"    [body] The report was blunter:\n\n    [body] {BODY}",
    "first line set in": "[body] The report was blunter:\n\n    [body] No pump was tested in the spring, and none in the"
    " summer\nof that year.",
    "items set in": "[body] It has two parts:\n\n    - [list_item] It surveys the pillars.\n    - [list_item] It moves the wall.",
    "one paragraph a line": f"[heading] A Plan for the Quay\n[body] {BODY}\n[body] {BODY}",
    "hard-wrapped": "[body] The council met on Monday and voted for the plan by nine votes\nto four, with two members"
    " absent. The mayor did not vote, and left\nthe hall early.\n\n[body] The province will answer next week.",
    "CJK": "[heading] 港口谈判\n\n[body] 谈判于星期二恢复。双方都没有签字。",
}


@pytest.mark.parametrize("marked", SPECIMENS.values(), ids=SPECIMENS.keys())
def test_specimens(marked: str) -> None:
    text = re.sub(r"\[(heading|byline|caption|body|quote|list_item|boilerplate)\] ", "", marked)
    blocks = text_blocks(text)
    for block in reversed(blocks):
        text = f"{text[: block.start]}[{block.kind}] {text[block.start :]}"
    assert text == marked


@given(st.text())
def test_blocks_cover_all_but_marks(text: str) -> None:
    blocks = text_blocks(text)
    inside = [at for block in blocks for at in range(block.start, block.end)]
    assert inside == sorted(set(inside))
    outside = "".join(text[at] for at in sorted(set(range(len(text))) - set(inside)))
    assert not re.sub(r"[-*+•‣◦▪–]|\(?(?:\d{1,2}|[a-z])[.)]", "", outside).strip()
    for block in blocks:
        assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
