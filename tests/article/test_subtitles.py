"""Transcripts: what subtitle files become, whatever program wrote them."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest

from annotate.article import extract, read_article, row_of
from annotate.article.reading.documents.subtitles import read
from annotate.errors import BadInput


def srt(*texts: str, each: float = 2.0, pause: float = 0.0) -> str:
    """Write cues of so many seconds one after the other."""
    cues = []
    for number, text in enumerate(texts):
        start = number * (each + pause)
        cues.append(f"{number + 1}\n{clock(start)} --> {clock(start + each)}\n{text}\n")
    return "\n".join(cues)


def clock(seconds: float) -> str:
    return f"00:{int(seconds) // 60:02}:{int(seconds) % 60:02},{round(seconds % 1 * 1000):03}"


def paragraphs(content: str) -> list[str]:
    """Return the paragraphs of a transcript, without the times over them."""
    text = read(content.encode(), name="talk").text
    return [re.sub(r"^\[[\d:]+\]\n", "", paragraph) for paragraph in text.split("\n\n")]


VTT = "WEBVTT\n\n"
SPECIMENS = {
    "a sentence runs over cues": (
        srt("The quay will close\non Monday, and", "the ferry with it.", "Nobody was asked."),
        ["The quay will close on Monday, and the ferry with it. Nobody was asked."],
    ),
    "a pause behind a sentence": (
        srt("The quay is closed.", "The ferry sails.", pause=9),
        ["The quay is closed.", "The ferry sails."],
    ),
    "a pause inside a sentence": (
        srt("The quay is", "closed.", pause=9),
        ["The quay is closed."],
    ),
    "capitals and a colon": (
        srt("LUND: We stay.", "We always did.", "ORTH: I do not."),
        ["LUND: We stay. We always did.", "ORTH: I do not."],
    ),
    "chevrons": (
        srt(">> LUND: We stay.", ">> We do not.", "&gt;&gt; ORTH: I doubt it. >> Do you?"),
        ["LUND: We stay.", "We do not.", "ORTH: I doubt it.", "Do you?"],
    ),
    "a name in small letters, with a role": (
        srt(
            "Tove Lund (harbour master): We stay.", "Ivo Orth: I do not.", "Tove Lund (harbour master): Why?"
        ),
        ["Tove Lund (harbour master): We stay.", "Ivo Orth: I do not.", "Tove Lund (harbour master): Why?"],
    ),
    "a number for a name": (
        srt("Speaker 1: We stay.", "Speaker 2: I do not.", "Speaker 2: Nor does she."),
        ["Speaker 1: We stay.", "Speaker 2: I do not. Nor does she."],
    ),
    "a name in brackets": (
        srt("[Tove Lund] We stay.", "[Ivo Orth]: I do not."),
        ["Tove Lund: We stay.", "Ivo Orth: I do not."],
    ),
    "a colon that names nobody": (
        srt("We have to", "Remember this: the quay is old."),
        ["We have to Remember this: the quay is old."],
    ),
    "dashes for two who speak": (
        srt("- Will you stay?\n- We will.", "And the ferry too."),
        ["– Will you stay?", "– We will. And the ferry too."],
    ),
    "a dash inside a sentence": (
        srt("The quay", "- which is old -\nwill close."),
        ["The quay - which is old - will close."],
    ),
    "voices": (
        f"{VTT}00:01.000 --> 00:02.000\n<v Tove Lund>We stay.</v>\n\n00:02.000 --> 00:03.000\n<v Tove Lund>All of us.\n\n"
        "00:03.000 --> 00:04.000\n<v.loud Ivo Orth>I do not.\n",
        ["Tove Lund: We stay. All of us.", "Ivo Orth: I do not."],
    ),
    "two voices in one cue": (
        f"{VTT}00:01.000 --> 00:02.000\n<v Tove Lund>We stay.</v>\n<v Ivo Orth>I do not.</v>\n",
        ["Tove Lund: We stay.", "Ivo Orth: I do not."],
    ),
    "head, notes, styles, names and settings of cues": (
        "WEBVTT - Talk at the quay\nKind: captions\nLanguage: en\n\nSTYLE\n::cue { color: lime }\n\nNOTE\nto be checked\n\n"
        "intro\n00:01.000 --> 00:02.000 align:start position:0%\nWe stay.\n\nNOTE the end\n\nREGION\nid:a\n\n"
        "7\n01:00:02.000 --> 01:00:03.000 line:90%\nAll of us.\n",
        ["We stay.", "All of us."],
    ),
    "markup": (
        srt(
            '{\\an8}<i>The quay</i> is <font color="#fff">old</font>.',
            "<b>Very</b> <c.yellow>old</c> &amp; weak.",
        ),
        ["The quay is old. Very old & weak."],
    ),
    "sounds": (
        srt(
            "[applause]",
            "We stay. [LAUGHTER]",
            "(door opens)\nAll [inaudible] of us.",
            "(SIGHS) *coughs* Yes.",
            "[Music]",
        ),
        ["We stay. All of us. Yes."],
    ),
    "a sound on two lines": (srt("We [audience\nlaughter] stay."), ["We stay."]),
    "brackets of the editor": (
        srt("He [the mayor] agreed (in part)."),
        ["He [the mayor] agreed (in part)."],
    ),
    "songs": (
        srt("♪", "♪ We shall row ♪\n♪ to the shore ♪", "We stay.", "♪ [upbeat music] ♪"),
        ["♪ We shall row ♪", "♪ to the shore ♪", "We stay."],
    ),
    "captions that roll": (
        f"{VTT}00:00.000 --> 00:02.000 align:start\n \nthe quay<00:00:01.000><c> will</c>\n\n"
        "00:02.000 --> 00:02.010\nthe quay will\n \n\n"
        "00:02.010 --> 00:04.000\nthe quay will\nclose on<00:00:03.000><c> monday</c>\n\n"
        "00:04.000 --> 00:04.010\nclose on monday\n \n\n"
        "00:04.010 --> 00:06.000\nclose on monday\nthe ferry too\n",
        ["the quay will close on monday the ferry too"],
    ),
    "captions that grow": (
        srt("The quay", "The quay will", "The quay will close.", "The ferry", "The ferry too."),
        ["The quay will close. The ferry too."],
    ),
    "two lines that move up": (
        srt(
            "The quay will\nclose on Monday,",
            "close on Monday,\nand the ferry",
            "and the ferry\ntoo, it seems.",
            "too, it seems.\nWe stay.",
        ),
        ["The quay will close on Monday, and the ferry too, it seems. We stay."],
    ),
    "somebody who repeats it": (
        srt("No.", "No.", "The quay is old.", "It is weak.", "We stay.", "All of us."),
        ["No. No. The quay is old. It is weak. We stay. All of us."],
    ),
    "no blank lines, a number of words": (
        "1\n00:00:01,000 --> 00:00:02,000\nIt was built in\n1984\n2\n00:00:02,000 --> 00:00:03,000\nor so.\n",
        ["It was built in 1984 or so."],
    ),
    "a blank line in a cue": (
        "1\n00:00:01,000 --> 00:00:02,000\nThe quay\n\nis old.\n\n2\n00:00:02,000 --> 00:00:03,000\nWe stay.\n",
        ["The quay is old. We stay."],
    ),
    "in another order, points for commas, no hours": (
        "2\n0:05.5 --> 0:06\nWe stay.\n\n1\n0:01.250 --> 0:02\nThe quay is old.\n",
        ["The quay is old. We stay."],
    ),
    "line ends of Windows, a mark": (
        "\ufeff" + srt("We stay.", "All of us.").replace("\n", "\r\n"),
        ["We stay. All of us."],
    ),
}


@pytest.mark.parametrize(("content", "expected"), SPECIMENS.values(), ids=SPECIMENS.keys())
def test_transcripts(content: str, expected: list[str]) -> None:
    assert paragraphs(content) == expected


def test_long_talks_have_paragraphs_and_the_speaker_again() -> None:
    spoken = paragraphs(
        srt(
            ">> LUND: It began here.",
            *(f"Then ferry {number} came in and nobody went down to it." for number in range(30)),
        )
    )
    assert len(spoken) > 2
    assert all(paragraph.startswith("LUND: ") and len(paragraph) < 700 for paragraph in spoken)


def test_each_row_has_the_time_of_its_cue(tmp_path: Path) -> None:
    file = tmp_path / "talk.srt"
    file.write_text(
        srt("The quay is old.", "The ferry sank in May.", "♪ Row, row ♪", "The pier is new.", each=40)
    )
    article = read_article(file)
    claims, skips = extract(article)
    rows = {row["text"]: row for row in (row_of(part, article) for part in (*claims, *skips))}
    assert {text: row["time"] for text, row in rows.items() if "skipped" not in row} == {
        "The quay is old.": "00:00:00",
        "The ferry sank in May.": "00:00:40",
        "The pier is new.": "00:02:00",
    }
    assert rows["[00:02:00]"] | {"start": 0, "end": 0} == {
        "article_id": article.article_id, "skipped": "timecode", "start": 0, "end": 0, "text": "[00:02:00]", "time": "00:02:00",
    }  # fmt: skip
    covered = sorted((part.start, part.end) for part in (*claims, *skips))
    assert "".join(article.text[a:b] for a, b in covered).replace(" ", "") == "".join(article.text.split())


SPOKEN = {
    "surnames in capitals": srt(">> REPORTER: The council closed the quay.", "LUND: It is weak.", "REPORTER: It was built in 1904.", "ORTH: The ferry sank in May."),
    "marked voices": f"{VTT}00:01.000 --> 00:02.000\n<v Lund>The quay is weak.</v>\n\n00:03.000 --> 00:04.000\n<v Orth>It was built in 1904.</v>\n\n00:05.000 --> 00:06.000\n<v Lund>The ferry sank.</v>\n\n00:07.000 --> 00:08.000\n<v Orth>It is old.</v>\n",
    "a word before a colon": srt("The quay is weak.", "WARNING: the ferry sank in May."),
}  # fmt: skip
SOURCES = {
    "surnames in capitals": ["REPORTER", "LUND", "REPORTER", "ORTH"],
    "marked voices": ["Lund", "Orth", "Lund", "Orth"],
    "a word before a colon": ["", ""],
}


@pytest.mark.parametrize("name", SPOKEN)
def test_who_speaks_is_the_source(tmp_path: Path, name: str) -> None:
    file = tmp_path / "talk.srt"
    file.write_text(SPOKEN[name])
    article = read_article(file)
    sources = (claim.attribution and claim.attribution.source for claim in extract(article)[0])
    assert [source.of(article.text) if source else "" for source in sources] == SOURCES[name]


def test_the_file_or_its_head_names_a_transcript(tmp_path: Path) -> None:
    for name, content, title in (
        ("a_talk.srt", srt("We stay."), "A talk"),
        ("b.vtt", SPECIMENS["head, notes, styles, names and settings of cues"][0], "Talk at the quay"),
    ):
        (tmp_path / name).write_text(content)
        assert read_article(tmp_path / name).title == title


BAD = {
    "a letter in a time": ("1\n00:00:0x,000 --> 00:00:02,000\nWe stay.\n", r"line 2: no times can be read in “00:00:0x,000"),
    "half a line": ("1\n00:00:01,000 -->\nWe stay.\n", "line 2: no times can be read"),
    "seconds beyond 59": ("1\n00:00:01,000 --> 00:00:72,000\nWe stay.\n", "line 2: “00:00:01,000 --> 00:00:72,000” are no times"),
    "an end before the beginning": ("1\n00:00:09,000 --> 00:00:02,000\nWe stay.\n", "end before they begin"),
    "no cue": ("WEBVTT\n\nNOTE nothing yet\n", "nothing is said"),
    "sounds alone": (srt("[applause]", "♪"), "nothing is said"),
    "empty": ("", "is empty"),
    "a PDF": ("%PDF-1.7", "is a PDF: save it under a name that ends in .pdf"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_broken_subtitles_are_refused_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "talk.srt"
    file.write_text(content)
    with pytest.raises(BadInput, match=message) as raised:
        read_article(file)
    assert str(raised.value).startswith(str(file))
    assert str(raised.value).count(": ") >= 2 or "is empty" in message
    assert "\n" not in str(raised.value)


HOSTILE = {
    "brackets": "[" * 200_000,
    "half brackets": "(a" * 100_000,
    "half tags": "<a " * 100_000,
    "half voices": "<v " * 100_000,
    "points": "." * 200_000 + "x",
    "one name": "Aa " * 100_000,
    "notes": "♪ a" * 50_000,
    "dashes": "- A\n" * 50_000,
    "cues": "A b.\n\n00:00:01,000 --> 00:00:02,000\n" * 10_000,
    "one word again and again": "a " * 100_000 + "\n\n00:00:02,000 --> 00:00:03,000\n" + "a " * 100_000,
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_length_of_a_file(words: str) -> None:
    began = time.perf_counter()
    with suppress(BadInput):
        read(f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n".encode(), name="talk")
    assert time.perf_counter() - began < 10
