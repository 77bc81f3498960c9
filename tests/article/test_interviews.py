"""Interviews, transcripts, dialogues and fact boxes: every claim with its source, and what is no claim."""

import pytest

from annotate.article import extract
from annotate.article.reading import text_blocks
from annotate.article.reading.markdown import markdown_blocks
from annotate.model import Article, Claim

INTRODUCED = "Mara Lind has run the mill since 2009. The Herald spoke to her in May.\n\n"
IN_FRONT = [("Mara Lind has run the mill since 2009.", ""), ("The Herald spoke to her in May.", "")]

# A text, and its claims in order, each with its source.
SPECIMENS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "Q and A": (
        INTRODUCED
        + "Q: Who built it?\n\nA: My father built it. The wheel came later.\n\nQ: And who pays?\n\n"
        "A: We pay for it.\n\nThe town pays nothing.\n\nQ: Will it close?\n\nA: No.",
        [
            *IN_FRONT,
            ("My father built it.", "Mara Lind"),
            ("The wheel came later.", "Mara Lind"),
            ("We pay for it.", "Mara Lind"),
            ("The town pays nothing.", "Mara Lind"),
            ("No.", "Mara Lind"),
        ],
    ),
    "questions alone are marked": (
        INTRODUCED + "Q. Who built it?\n\nMy father built it.\n\nQ. And who pays?\n\nWe pay for it.",
        [*IN_FRONT, ("My father built it.", "Mara Lind"), ("We pay for it.", "Mara Lind")],
    ),
    "Q and A of nobody": (
        "The mill is old.\n\nQ: Who built it?\nA: The town built it.",
        [("The mill is old.", ""), ("The town built it.", "")],
    ),
    "numbered questions": (
        INTRODUCED + "Q1: Who built it?\nA1: My father built it.\nQ2: And who pays?\nA2: We pay for it.",
        [*IN_FRONT, ("My father built it.", "Mara Lind"), ("We pay for it.", "Mara Lind")],
    ),
    "initials": (
        "Ana Ruiz met Mara Lind at the mill.\n\nAR: Who built it?\n\nML: My father built it.\n\n"
        "AR: And who pays?\n\nML: We pay for it.",
        [
            ("Ana Ruiz met Mara Lind at the mill.", ""),
            ("My father built it.", "Mara Lind"),
            ("We pay for it.", "Mara Lind"),
        ],
    ),
    "once each": (
        INTRODUCED + "Herald: Who built it?\n\nLind: My father built it. The wheel came later.",
        [*IN_FRONT, ("My father built it.", "Lind"), ("The wheel came later.", "Lind")],
    ),
    "roles": (
        "MARA LIND, MILLER: The wheel broke in May.\n\nJON BERG, HOST: Who paid?\n\n"
        "LIND: The town paid half.\n\nBERG: It paid too much.",
        [
            ("The wheel broke in May.", "MARA LIND"),
            ("The town paid half.", "LIND"),
            ("It paid too much.", "BERG"),
        ],
    ),
    "role in brackets": (
        "Mara Lind (miller): The wheel broke in May.\nJon Berg (host): Who paid?\nLind: The town paid half.\n"
        "Berg: It paid too much.",
        [
            ("The wheel broke in May.", "Mara Lind"),
            ("The town paid half.", "Lind"),
            ("It paid too much.", "Berg"),
        ],
    ),
    "brackets and laughter": (
        INTRODUCED + "[Lind]: (laughs) The wheel broke in May. [crosstalk] We paid for it.\n\n"
        "[Berg]: Who else paid?\n\n[Lind] (laughing): The town paid half.",
        [
            *IN_FRONT,
            ("The wheel broke in May.", "Lind"),
            ("We paid for it.", "Lind"),
            ("The town paid half.", "Lind"),
        ],
    ),
    "timecodes": (
        INTRODUCED + "[00:12:40] Lind: The wheel broke in May.\n00:13 LIND: We paid for it.\n"
        "Lind (00:14:02): The town paid half.",
        [
            *IN_FRONT,
            ("The wheel broke in May.", "Lind"),
            ("We paid for it.", "LIND"),
            ("The town paid half.", "Lind"),
        ],
    ),
    "speakers by number": (
        "Speaker 1: The wheel broke in May.\n\nSpeaker 2: Who paid for it?\n\nSpeaker 1: The town paid half.",
        [("The wheel broke in May.", "Speaker 1"), ("The town paid half.", "Speaker 1")],
    ),
    "a label on a line of its own": (
        "Speaker 1 (00:03):\nThe wheel broke in May.\n\nSpeaker 2 (00:09):\nWho paid for it?\n\n"
        "Speaker 1 (00:12):\nThe town paid half.",
        [("The wheel broke in May.", "Speaker 1"), ("The town paid half.", "Speaker 1")],
    ),
    "an answer goes on until the next label": (
        INTRODUCED + "Herald: Who built it?\n\nLind: My father built it.\n\nThe wheel came later.\n\n"
        "Herald: And who pays?\n\nLind: The town.\n\nWe paid for the wheel ourselves.",
        [
            *IN_FRONT,
            ("My father built it.", "Lind"),
            ("The wheel came later.", "Lind"),
            ("The town.", "Lind"),
            ("We paid for the wheel ourselves.", "Lind"),
        ],
    ),
    "what the paper tells behind the answers": (
        INTRODUCED + "Herald: Who built it?\n\nLind: My father built it.\n\nHerald: Who pays?\n\n"
        "Lind: We pay.\n\nThe mill was sold in June.",
        [
            *IN_FRONT,
            ("My father built it.", "Lind"),
            ("We pay.", "Lind"),
            ("The mill was sold in June.", ""),
        ],
    ),
    "what the paper tells between the answers": (
        INTRODUCED + "Lind: My father built it.\n\nThe mill was sold in June.\n\nLind: We pay.",
        [
            *IN_FRONT,
            ("My father built it.", "Lind"),
            ("The mill was sold in June.", ""),
            ("We pay.", "Lind"),
        ],
    ),
    "no labels": (
        INTRODUCED + "Why do you stay?\n\nMy father built the mill, and I was born in it.\n\n"
        "What did the wheel cost you?\n\nIt cost 40,000 crowns. The town paid half.\n\n"
        "Who will run it after you?\n\nNobody has asked me.",
        [
            *IN_FRONT,
            ("My father built the mill,", "Mara Lind"),
            ("and I was born in it.", "Mara Lind"),
            ("It cost 40,000 crowns.", "Mara Lind"),
            ("The town paid half.", "Mara Lind"),
            ("Nobody has asked me.", "Mara Lind"),
        ],
    ),
    "questions of readers": (
        "Mara Lind, the miller, closed the mill in May.\n\nWhen does it open again?\n\n"
        "The mill opens in June, and the wheel turns from noon.\n\nWhere can I park?\n\n"
        "There is a field behind the mill.",
        [
            ("Mara Lind, the miller, closed the mill in May.", ""),
            ("The mill opens in June,", ""),
            ("and the wheel turns from noon.", ""),
            ("There is a field behind the mill.", ""),
        ],
    ),
    "dashes": (
        "– We found nothing, says Jon Berg.\n– The wheel was never safe, Mara Lind replied. It broke in May.\n"
        "– Who paid?\nThe hall was closed at nine.",
        [
            ("We found nothing, says Jon Berg.", "Jon Berg"),
            ("The wheel was never safe, Mara Lind replied.", "Mara Lind"),
            ("It broke in May.", "Mara Lind"),
            ("The hall was closed at nine.", ""),
        ],
    ),
    "a long dash": (
        "— The wheel was never safe, said Mara Lind. It broke in May. She left the hall.\n\n"
        "The hall was closed at nine.",
        [
            ("The wheel was never safe, said Mara Lind.", "Mara Lind"),
            ("It broke in May.", "Mara Lind"),
            ("She left the hall.", ""),
            ("The hall was closed at nine.", ""),
        ],
    ),
    "fact box": (
        "CLAIM: The mayor sold the mill to her brother.\n\nVERDICT: False. The town still owns it.\n\n"
        "The facts: The register names no buyer.",
        [
            ("The mayor sold the mill to her brother.", ""),
            ("The town still owns it.", ""),
            ("The register names no buyer.", ""),
        ],
    ),
    "ruling": (
        "What was said: “The mayor sold the mill,” Jon Berg wrote on Monday.\n\n"
        "The town still owns the mill.\n\nOur ruling\n\nWe rate this claim Mostly False.\n\nRATING: Misleading",
        [
            ("“The mayor sold the mill,” Jon Berg wrote on Monday.", "Jon Berg"),
            ("The town still owns the mill.", ""),
        ],
    ),
    "no turns": (
        "Verdict: The wall holds.\n\nMonday: The ferry leaves at noon.\n\nNote: The bridge is closed.\n\n"
        "Monday: The ferry leaves at noon again.",
        [
            ("The wall holds.", ""),
            ("Monday: The ferry leaves at noon.", ""),
            ("Note: The bridge is closed.", ""),
            ("Monday: The ferry leaves at noon again.", ""),
        ],
    ),
    "places are no speakers": (
        "The quays in Orrin and in Arden were closed.\n\nOrrin: The ferry leaves at noon.\n\n"
        "Arden: The ferry stays.\n\nOrrin: The quay is wet.\n\nArden: The quay is dry.",
        [
            ("The quays in Orrin and in Arden were closed.", ""),
            ("Orrin: The ferry leaves at noon.", ""),
            ("Arden: The ferry stays.", ""),
            ("Orrin: The quay is wet.", ""),
            ("Arden: The quay is dry.", ""),
        ],
    ),
    "said before a colon": (
        "Mara Lind runs the mill.\n\nLind, the miller, said: The wheel is old.\n\n"
        "Lind, who built it, wrote: The wheel is new.",
        [
            ("Mara Lind runs the mill.", ""),
            ("Lind, the miller, said: The wheel is old.", "Lind"),
            ("Lind, who built it, wrote: The wheel is new.", "Lind"),
        ],
    ),
}


def claims_of(text: str, *, markdown: bool = False) -> list[Claim]:
    article = Article("mill", text, (markdown_blocks if markdown else text_blocks)(text))
    claims, skips = extract(article)
    parts = sorted((part.start, part.end) for part in (*claims, *skips))
    kept = "".join(text[start:end] for start, end in parts)
    assert "".join(kept.split()) == "".join(text.split())
    return claims


def sources_of(text: str, claims: list[Claim]) -> list[tuple[str, str]]:
    named = [each.attribution and (each.attribution.named or each.attribution.source) for each in claims]
    return [(each.text, span.of(text) if span else "") for each, span in zip(claims, named, strict=True)]


@pytest.mark.parametrize(("text", "expected"), SPECIMENS.values(), ids=SPECIMENS)
def test_claims_have_their_speaker(text: str, expected: list[tuple[str, str]]) -> None:
    assert sources_of(text, claims_of(text)) == expected


def test_bold_labels_in_markdown() -> None:
    text = (
        INTRODUCED + "**Herald: Who built it?**\n\n**Lind:** My father built it.\n\n**Herald:** Who pays?\n\n"
        "**Lind**: We pay for it.\n\n**Q: And the wheel?**\n\n**A:** It broke in May.\n"
    )
    assert sources_of(text, claims_of(text, markdown=True)) == [
        *IN_FRONT,
        ("My father built it.", "Lind"),
        ("We pay for it.", "Lind"),
        ("It broke in May.", "Mara Lind"),
    ]


def test_what_is_spoken_is_reported() -> None:
    claims = claims_of(SPECIMENS["Q and A"][0])
    labels = [each.suggestion.label for each in claims if each.suggestion and each.attribution]
    assert labels == ["attributed_report"] * 5
