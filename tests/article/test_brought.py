"""Texts in the forms in which people bring them: letters, bulletins, scans, translations, live pages."""

from pathlib import Path

import pytest

from annotate.article import extract_claims, read_article
from annotate.article.reading.blocks import text_blocks
from annotate.article.reading.paragraphs import paragraph_spans, unread_in_lines
from annotate.model import Span

ATTRIBUTED = "attributed_report"

# A text, its claims in order, and the source of each; "" where none is named, "-" where the author speaks.
TEXTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "letters to a paper": (
        "Sir, – The parish says that the new bench cost 900 crowns. It forgot to say that nobody can reach it.\n\n"
        "Yours faithfully,\n\nDear Sir – I have walked that path for years.\n\n"
        "We welcome letters of up to 300 words.",
        [
            ("The parish says that the new bench cost 900 crowns.", "The parish"),
            ("It forgot to say that nobody can reach it.", "-"),
            ("I have walked that path for years.", "-"),
        ],
    ),
    "a bulletin in capitals": (
        "NORTH ARDEN, OCTOBER 3 -- A FREIGHTER STRUCK THE PIER ON SUNDAY, THE HARBOUR OFFICE SAID.",
        [("A FREIGHTER STRUCK THE PIER ON SUNDAY, THE HARBOUR OFFICE SAID.", "THE HARBOUR OFFICE")],
    ),
    "news of the minute": (
        "Breaking: The pier has been closed, Lund has just confirmed.\n\nMore on this as we get it.",
        [("The pier has been closed, Lund has just confirmed.", "Lund")],
    ),
    "initials of somebody with a title": (
        "Ana Ruiz met Prof. Ivo Lund at his mill.\n\nAR: Who built it?\n\nIL: My father built it.\n\n"
        "AR: And who pays?\n\nIL: We pay for it.",
        [
            ("Ana Ruiz met Prof. Ivo Lund at his mill.", "-"),
            ("My father built it.", "IL"),
            ("We pay for it.", "IL"),
        ],
    ),
    "sent by a colleague": (
        "My colleague Ana Ruiz has sent this from the town hall:\n\n"
        "“The hall is full. Two councillors have left by the window.”",
        [
            ("My colleague Ana Ruiz has sent this from the town hall:", "-"),
            ("“The hall is full.", "My colleague Ana Ruiz"),
            ("Two councillors have left by the window.”", "My colleague Ana Ruiz"),
        ],
    ),
    "a photo that was sent": (
        "The port sent this photo:\n\n“The lamps are on. The quay has been dry since the pumps began to run.”",
        [
            ("The port sent this photo:", "-"),
            ("“The lamps are on.", "-"),
            ("The quay has been dry since the pumps began to run.”", "-"),
        ],
    ),
    "spaces before the marks of a translation": (
        "The mayor stays , but the council goes . «The mill is ours» , said the miller Jon Berg after the vote .",
        [
            ("The mayor stays ,", "-"),
            ("but the council goes .", "-"),
            ("«The mill is ours» , said the miller Jon Berg after the vote .", "the miller Jon Berg"),
        ],
    ),
    "a paper in guillemets": (
        "«Kanal Nord» reports that the mill is closed.",
        [("«Kanal Nord» reports that the mill is closed.", "Kanal Nord")],
    ),
    "a party in brackets": (
        "Rep. Ana Ruiz (R-Ariz.) said the levy was dead. The Orrin Port Board (OPB) said the levy was alive.",
        [
            ("Rep. Ana Ruiz (R-Ariz.) said the levy was dead.", "Rep. Ana Ruiz (R-Ariz.)"),
            ("The Orrin Port Board (OPB) said the levy was alive.", "The Orrin Port Board (OPB)"),
        ],
    ),
    "understood": (
        "It is understood that three clerks will go. Two of them are understood to have packed. It is not "
        "understood why the third stays.",
        [
            ("It is understood that three clerks will go.", ""),
            ("Two of them are understood to have packed.", ""),
            ("It is not understood why the third stays.", "-"),
        ],
    ),
    "heard at the end": (
        "The guard had slept through two alarms when the pump failed, an inquest has heard. The wall sank and "
        "the jury left.",
        [
            ("The guard had slept through two alarms when the pump failed, an inquest has heard.", ""),
            ("The wall sank", "-"),
            ("and the jury left.", "-"),
        ],
    ),
    "put in with its day": (
        "The fund, the auditor found in March, went into a sauna. The box, the boy found in March, held a ring.",
        [
            ("The fund, the auditor found in March, went into a sauna.", "the auditor"),
            ("The box, the boy found in March, held a ring.", "-"),
        ],
    ),
    "counsel": (
        "Mr Berg submitted that the log had been lost at sea. The town submitted its plan to the county.",
        [
            ("Mr Berg submitted that the log had been lost at sea.", "Mr Berg"),
            ("The town submitted its plan to the county.", "-"),
        ],
    ),
    "but for one thing": (
        "It asks nothing of its guests but sleep. The mill closed but kept its men.",
        [
            ("It asks nothing of its guests but sleep.", "-"),
            ("The mill closed", "-"),
            ("but kept its men.", "-"),
        ],
    ),
    "words that look like abbreviations": (
        "A clerk told me. Perhaps he lied. They sold all their art. Nobody was ill. Workers came.",
        [
            ("A clerk told me.", "-"),
            ("Perhaps he lied.", "-"),
            ("They sold all their art.", "-"),
            ("Nobody was ill.", "-"),
            ("Workers came.", "-"),
        ],
    ),
}


def read(file: Path, text: str) -> list[tuple[str, str]]:
    """Return the claims of a text file, each with its source."""
    file.write_text(text, encoding="utf-8")
    found = []
    for claim in extract_claims(read_article(file)):
        source = claim.attribution.source if claim.attribution else None
        carried = claim.suggestion is not None and claim.suggestion.label == ATTRIBUTED
        found.append((claim.text, source.of(text) if source else "" if carried else "-"))
    return found


@pytest.mark.parametrize(("text", "wanted"), TEXTS.values(), ids=TEXTS)
def test_claims_and_sources(tmp_path: Path, text: str, wanted: list[tuple[str, str]]) -> None:
    assert read(tmp_path / "brought.txt", text) == wanted


# Lines of one paragraph each, but for those that a small letter joins.
RAGGED = {
    "a mail that was wrapped twice": (
        "The county told the village in March that the road would be mended before\n"
        "the\nsummer, but nobody came.",
        [
            "The county told the village in March that the road would be mended before the summer, but nobody came."
        ],
    ),
    "a scan": (
        "Ald. Berg, who had opposed\nthe scheme from the day on which it was read to the council for the first time,\n"
        "had left the hall. He was\nnot seen again.",
        [
            "Ald. Berg, who had opposed the scheme from the day on which it was read to the council for the first time,"
            " had left the hall. He was not seen again."
        ],
    ),
    "items behind a colon": (
        "The plan would:\nclose the road at night\nopen the pier to all\nsell the old mill.",
        ["The plan would:", "close the road at night", "open the pier to all", "sell the old mill."],
    ),
    "items in small letters": (
        "close the road at night\nopen the pier to all\nsell the old mill",
        ["close the road at night", "open the pier to all", "sell the old mill"],
    ),
}


@pytest.mark.parametrize(("text", "wanted"), RAGGED.values(), ids=RAGGED)
def test_ragged_lines(text: str, wanted: list[str]) -> None:
    assert [" ".join(span.of(text).split()) for span in paragraph_spans(text)] == wanted


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("He left , and she stayed .", "He left, and she stayed."),
        ("He left . . . and came back", "He left . . . and came back"),
        ("It cost .50 a pound", "It cost .50 a pound"),
        ("«No !» said Berg ; he left .", "«No!» said Berg; he left."),
    ],
)
def test_a_space_before_a_mark_is_not_read(text: str, read_as: str) -> None:
    gaps = unread_in_lines(text, [Span(0, len(text))])
    assert (
        "".join(char for at, char in enumerate(text) if not any(g.start <= at < g.end for g in gaps))
        == read_as
    )


def test_a_paragraph_of_several_sentences_is_no_heading_where_a_number_begins_its_next_line() -> None:
    text = (
        "Bakers cross each morning. They deserve better. Mo Berg counted the late boats of May. There were\n"
        "61. The owner denied that number.\n"
    )
    assert text_blocks(text)[0].kind == "body"
