"""Interviews, transcripts, dialogues and fact boxes: every claim with its source, and what is no claim."""

from pathlib import Path

import pytest

from annotate.article import extract
from annotate.article.reading import read_article, text_blocks
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
    "who was asked is said later": (
        "Zevo Quill spent nine hours in the mill. He talked to us about the night.\n\n"
        "What did you do?\n\nI counted the sacks.\n\nDid you sleep?\n\nI slept for an hour.",
        [
            ("Zevo Quill spent nine hours in the mill.", ""),
            ("He talked to us about the night.", ""),
            ("I counted the sacks.", "Zevo Quill"),
            ("I slept for an hour.", "Zevo Quill"),
        ],
    ),
    "a note of the paper behind the last answer": (
        INTRODUCED + "Q: Who built it?\n\nA: My father built it.\n\nQ: And who pays?\n\nA: We pay for it.\n\n"
        "† The town did not answer our questions.",
        [
            *IN_FRONT,
            ("My father built it.", "Mara Lind"),
            ("We pay for it.", "Mara Lind"),
            ("† The town did not answer our questions.", ""),
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
    "speakers by number, none of whom asks": (
        "Speaker 1: The wheel broke in May.\nSpeaker 2: The town paid half.\nSpeaker 1: That is the rule.",
        [
            ("The wheel broke in May.", "Speaker 1"),
            ("The town paid half.", "Speaker 2"),
            ("That is the rule.", "Speaker 1"),
        ],
    ),
    "two speakers behind times, each once": (
        "[00:00:01]\nHOST: The wheel broke in May.\n\n[00:00:09]\nLIND: The town paid half.",
        [("The wheel broke in May.", "HOST"), ("The town paid half.", "LIND")],
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
    "hosts and the unknown": (
        "HOST: With us is Mara Lind, the miller. Welcome.\n\nMARA LIND: Thank you for having me.\n\n"
        "HOST: What broke?\n\nLIND: The wheel broke in May. (pause) We paid for it.\n\n"
        "UNIDENTIFIED MAN: The boat is late.\n\n(APPLAUSE)",
        [
            ("With us is Mara Lind, the miller.", "HOST"),
            ("The wheel broke in May.", "LIND"),
            ("We paid for it.", "LIND"),
            ("The boat is late.", "UNIDENTIFIED MAN"),
        ],
    ),
    "two who are asked": (
        "Jon Berg and Mara Lind disagree. The Herald asked both.\n\nHerald: Is it safe?\n\n"
        "Berg: It was checked in May.\n\nLind: It sank by a metre.",
        [
            ("Jon Berg and Mara Lind disagree.", ""),
            ("The Herald asked both.", ""),
            ("It was checked in May.", "Berg"),
            ("It sank by a metre.", "Lind"),
        ],
    ),
    "two who may be asked": (
        "Jon Berg and Mara Lind disagree.\n\nQ: Is it safe?\n\nA: It was checked in May.",
        [("Jon Berg and Mara Lind disagree.", ""), ("It was checked in May.", "")],
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
    "a dash before a verb and a name": (
        "– You sold the boat, Jon Berg said.\n\n– I never sold it, answers Mara Lind.\n\n– Who did?\n\n"
        "The police are looking for the buyer.",
        [
            ("You sold the boat, Jon Berg said.", "Jon Berg"),
            ("I never sold it, answers Mara Lind.", "Mara Lind"),
            ("The police are looking for the buyer.", ""),
        ],
    ),
    "a dash in the midst": (
        "— The wheel, said Jon Berg, is safe. It was checked in May.\n\n― And you knew? asked Berg.\n\n"
        "Berg left at nine.",
        [
            ("The wheel, said Jon Berg, is safe.", "Jon Berg"),
            ("It was checked in May.", "Jon Berg"),
            ("Berg left at nine.", ""),
        ],
    ),
    "words for Q and A": (
        INTRODUCED + "Question: Who built it?\nAnswer: My father built it.\n\nQuestion: And who pays?\n"
        "Answer: We pay for it.",
        [*IN_FRONT, ("My father built it.", "Mara Lind"), ("We pay for it.", "Mara Lind")],
    ),
    "labels that say how they are shortened": (
        "Norddal Post (NP): Who built it?\n\nMara Lind (ML): My father built it.\n\nNP: And who pays?\n\n"
        "ML: We pay for it.",
        [("My father built it.", "Mara Lind"), ("We pay for it.", "Mara Lind")],
    ),
    "a broadcast": (
        "ANNA HOLM, HOST (voice-over): The wheel broke in May.\n\n(BEGIN VIDEOTAPE)\n\n"
        "UNIDENTIFIED FEMALE: I saw it from my window.\n\n(END VIDEOTAPE)\n\n>> HOLM: Who pays?\n\n"
        "MARA LIND, MILLER (via telephone): We pay for it.\n\nHOLM: We'll be right back.",
        [
            ("The wheel broke in May.", "ANNA HOLM"),
            ("I saw it from my window.", "UNIDENTIFIED FEMALE"),
            ("We pay for it.", "MARA LIND"),
        ],
    ),
    "times without a colon": (
        "Speaker 1  00:12\nThe wheel broke in May.\n\nSpeaker 2  00:19\nWho paid for it?\n\n"
        "Speaker 1  00:25\nWe did.",
        [("The wheel broke in May.", "Speaker 1"), ("We did.", "Speaker 1")],
    ),
    "fact box with dashes": (
        "Claim — The mayor sold the mill.\n\nFact check: False\n\nConclusion: The claim is false. The town owns the "
        "mill.\n\nFALSE: The mayor sold the boat.\n\nVerdict\n\nFalse. The register names no buyer.",
        [
            ("The mayor sold the mill.", ""),
            ("The town owns the mill.", ""),
            ("The mayor sold the boat.", ""),
            ("The register names no buyer.", ""),
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
    "whom a speaker cites": (
        INTRODUCED + "Lind: The mayor says that the wheel is safe. I do not believe it.\n\nHerald: Yes?\n\n"
        "Lind: No. Ask anyone. According to the report, the wheel is old.",
        [
            *IN_FRONT,
            ("The mayor says that the wheel is safe.", "The mayor"),
            ("I do not believe it.", "Lind"),
            ("According to the report, the wheel is old.", "the report"),
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
    "mills are no speakers": (
        "We went to the Upper Mill and the Lower Mill.\n\nUpper Mill: The wheel is old, and we liked it.\n\n"
        "Lower Mill: The wheel is new.",
        [
            ("We went to the Upper Mill and the Lower Mill.", ""),
            ("Upper Mill: The wheel is old,", ""),
            ("and we liked it.", ""),
            ("Lower Mill: The wheel is new.", ""),
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


def claims_of(article: Article) -> list[Claim]:
    claims, skips = extract(article)
    parts = sorted((part.start, part.end) for part in (*claims, *skips))
    kept = "".join(article.text[start:end] for start, end in parts)
    assert "".join(kept.split()) == "".join(article.text.split())
    return claims


def sources_in(article: Article) -> list[tuple[str, str]]:
    claims = claims_of(article)
    named = [each.attribution and (each.attribution.named or each.attribution.source) for each in claims]
    spans = zip(claims, named, strict=True)
    return [(each.text, span.of(article.text) if span else "") for each, span in spans]


def article_of(text: str) -> Article:
    return Article("mill", text, text_blocks(text))


def read_as(folder: Path, ending: str, text: str) -> Article:
    file = folder / f"mill{ending}"
    file.write_text(text, encoding="utf-8")
    return read_article(file)


@pytest.mark.parametrize(("text", "expected"), SPECIMENS.values(), ids=SPECIMENS)
def test_claims_have_their_speaker(text: str, expected: list[tuple[str, str]]) -> None:
    assert sources_in(article_of(text)) == expected


def test_bold_labels_in_markdown(tmp_path: Path) -> None:
    text = (
        INTRODUCED + "**Herald: Who built it?**\n\n**Lind:** My father built it.\n\n**Herald:** Who pays?\n\n"
        "**Lind**: We pay for it.\n\n**Q: And the wheel?**\n\n**A:** It broke in May.\n"
    )
    assert sources_in(read_as(tmp_path, ".md", text)) == [
        *IN_FRONT,
        ("My father built it.", "Lind"),
        ("We pay for it.", "Lind"),
        ("It broke in May.", "Mara Lind"),
    ]


# The questions of a page and the words around them; each answer is Mara Lind's.
PAGES = {
    "bold questions": (
        "<p><b>{}</b></p><p>{}</p>",
        "Ana Ruiz met Mara Lind at the old mill in the spring of 2024.",
    ),
    "headings": (
        "<h3>{}</h3><p>{}</p>",
        "We spoke to Mara Lind, a miller, about the wheel, the town and the river.",
    ),
    "labelled questions": (
        "<p><b>Post: {}</b></p><p>{}</p>",
        "Mara Lind has run the mill since 2009, as did her father.",
    ),
    "Q and A": (
        "<p><b>Q:</b> {}</p><p><b>A:</b> {}</p>",
        "Mara Lind, 52, has run the mill since 2009 with one hand.",
    ),
    "line breaks": (
        "<p><b>Post: {}</b><br>ML: {}</p>",
        "Mara Lind is the last miller on the river, and the oldest.",
    ),
}
ASKED = (
    ("How did you come to the mill?", "My father built it in 1931."),
    ("And the wheel?", "The town paid for it."),
    ("Do you want to sell it?", "I do not."),
)


@pytest.mark.parametrize(("form", "introduction"), PAGES.values(), ids=PAGES)
def test_interviews_on_a_page(tmp_path: Path, form: str, introduction: str) -> None:
    turns = "".join(form.format(*turn) for turn in ASKED)
    page = (
        f"<html lang=en><title>Mill</title><article><h1>The mill</h1><p>{introduction}</p>{turns}</article>"
    )
    found = sources_in(read_as(tmp_path, ".html", page))
    assert found[-3:] == [(answer, "Mara Lind") for _, answer in ASKED]
    assert {source for _, source in found[:-3]} == {""}


def test_a_question_is_the_heading_of_its_answer() -> None:
    text = (
        INTRODUCED
        + "Why do you stay?\n\nI was born here, and my father too.\n\nDo you sleep?\n\nI do not sleep well."
    )
    assert [claim.section for claim in claims_of(article_of(text))][-2:] == [
        "Why do you stay?",
        "Do you sleep?",
    ]


def test_what_is_spoken_is_reported() -> None:
    claims = claims_of(article_of(SPECIMENS["Q and A"][0]))
    labels = [each.suggestion.label for each in claims if each.suggestion and each.attribution]
    assert labels == ["attributed_report"] * 4
