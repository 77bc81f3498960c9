"""Articles that mean harm, or look as if: each ends in claims or in one line, in time, and shows no tricks."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.article import choose, extract, split_sentences
from annotate.article.attribution import turns_of
from annotate.article.ids import claim_ids
from annotate.article.nlp import language_of, quotations_by_line, signature
from annotate.article.nlp.parse import LONGEST
from annotate.article.reading import caption_credit, filed_from, read_article
from annotate.article.reading.documents.decoding import MOST_LETTERS, decode
from annotate.article.reading.page import MOST_ELEMENTS, read_page
from annotate.cli import run
from annotate.cli.screen import visible
from annotate.errors import BadInput
from annotate.model import Article
from tests.article.test_page import page

PROSE = "The ferry left on Monday, and the mayor said that the quay would close. "
HIDDEN = "\x00\x07\x08\x1b\x7f\x9b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MEGABYTES = 1_000_000


def refused(capsys: pytest.CaptureFixture[str], file: Path) -> str:
    """Run `annotate claims` on what must be refused, and give the one line that says so."""
    assert run(["claims", str(file)]) == 5
    done = capsys.readouterr()
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert done.err.startswith(f"annotate: {file}: ")
    return done.err


def seconds_since(began: float) -> float:
    return time.perf_counter() - began


# --------------------------------------------------------------------------- size

TOO_LARGE = {
    "one line": (b"a" * 50 * MEGABYTES, "larger than 20 MB"),
    "one line of words": (PROSE.encode() * (50 * MEGABYTES // len(PROSE)), "larger than 20 MB"),
    "many letters": (b"a " * (MOST_LETTERS // 2) + b"a", "longer than 5,000,000 characters"),
    "only white space": (b" " * 19 * MEGABYTES, "is empty"),
    "only line feeds": (b"\r\n" * 9 * MEGABYTES, "is empty"),
    "NUL at the end": (PROSE.encode() * 10_000 + b"\0", "NUL character at offset 720,000"),
    "only NUL": (bytes(19 * MEGABYTES), "NUL character at offset 0"),
}


@pytest.mark.parametrize(("content", "message"), TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_what_is_too_large_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    file = tmp_path / "column.txt"
    file.write_bytes(content)
    began = time.perf_counter()
    assert message in refused(capsys, file)
    assert seconds_since(began) < 5


def test_a_file_without_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert "larger than 20 MB" in refused(capsys, Path("/dev/zero"))


@pytest.mark.slow
def test_standard_input_without_end() -> None:
    endless = subprocess.Popen(["yes", PROSE], stdout=subprocess.PIPE)
    done = subprocess.run(
        [sys.executable, "-m", "annotate", "claims", "-"],
        stdin=endless.stdout,
        capture_output=True,
        check=False,
    )
    endless.kill()
    endless.communicate()
    assert (done.returncode, done.stdout) == (5, b"")
    assert done.stderr == b"annotate: standard input: larger than 20 MB: cut it into smaller files\n"


# The peak that the system counted for this program alone, in kB, and its CPU time in seconds.
RUN_AND_TELL_PEAK = """
import re, sys, time
from pathlib import Path
from annotate.cli import run
assert run(sys.argv[1:]) == 0
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(peak, time.process_time(), file=sys.stderr)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
@pytest.mark.slow
def test_a_long_line_takes_time_and_memory_in_proportion(tmp_path: Path) -> None:
    file = tmp_path / "line.txt"
    file.write_text("the ferry mayor said that boats left the quay and crews ask council " * 3_000)
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_TELL_PEAK, "claims", "--format", "jsonl", str(file)],
        capture_output=True,
        check=True,
    )
    peak, seconds = map(float, done.stderr.split())
    assert seconds < 60
    assert peak < 600_000
    assert done.stdout.count(b"\n") >= 100


# What once took time with the square of its length, or may.
REPEATED = [
    "“We won.” ", '"We won." ', "“", "((a ", "[", "said ", ". ", "… A", "U.S. The ", "aa.Bb ", "a: b; ",
    "(a) ", "1. ", "- a\n", "> a\n", "> ", "* ", "# a\n", "|-|\n", "a|b\n-|-\n", "![a](", "<a", "<!--", "`", "__a",
    "title: a\n", "\u0301", "👩‍👩‍👧‍👦", "港口。", "x", "\u2028", "\x0c", "according to ", ", who ran", "a@b.", "http://a.b/",
    "Q: Why?\nA: I am.\n", "Lund: We go. ", "(laughs) ", "ORRIN, ", "Tove Lund and ",
]  # fmt: skip


@pytest.fixture
def by_rules() -> Iterator[None]:
    """Suggest by rules: sentence vectors take the same time for each claim, and most of it."""
    choose("rules")
    yield
    choose()


def repeated(folder: Path, unit: str, *, length: int) -> list[Article]:
    """Return a text of one thing over and over as an article, twice where Markdown makes other blocks of it."""
    found: list[Article] = []
    for ending in (".txt", ".md"):
        file = folder / f"column{ending}"
        file.write_text("A word before. " + unit * (length // len(unit)), encoding="utf-8")
        article = read_article(file)
        if article.blocks not in [each.blocks for each in found]:
            found.append(article)
    return found


@pytest.mark.usefixtures("by_rules")
@pytest.mark.parametrize("unit", REPEATED, ids=ascii)
@pytest.mark.slow
def test_one_thing_over_and_over(tmp_path: Path, unit: str) -> None:
    for article in repeated(tmp_path, unit, length=LONGEST):  # as much as is parsed at once
        began = time.process_time()
        claims, skips = extract(article)
        assert time.process_time() - began < 10
        parts = sorted((part.start, part.end) for part in (*claims, *skips))
        kept = "".join(article.text[start:end] for start, end in parts)
        assert "".join(kept.split()) == "".join(article.text.split())


def seconds_before_parsing(folder: Path, unit: str, *, length: int) -> float:
    """Return the CPU time of all that is done with a text before and beside the parse of its sentences."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        for article in repeated(folder, unit, length=length):
            sentences = split_sentences(article.text)
            claim_ids(article.article_id, [span.of(article.text) for span in sentences])
            quoted = quotations_by_line(article.text)
            assert all(signature(article.text, span) is None for span in quoted)
            turns_of(article.text, article.blocks)
            for block in article.blocks:
                language_of(block.span.of(article.text))
                caption_credit(block.span.of(article.text))
                filed_from(block.span.of(article.text))
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("unit", REPEATED, ids=ascii)
@pytest.mark.slow
def test_reading_takes_time_in_proportion(tmp_path: Path, unit: str) -> None:
    some = seconds_before_parsing(tmp_path, unit, length=2_000)
    many = seconds_before_parsing(tmp_path, unit, length=16_000)
    assert many < 3 * 8 * some + 0.05  # in proportion; were it by the square, it would be 64 times


@pytest.mark.usefixtures("by_rules")
@pytest.mark.slow
def test_many_quotations_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / "column.txt"
    taken = []
    for many in (15, 1_000, 4_000):  # the first loads the models
        file.write_text("“We won the vote.” " * many)
        began = time.process_time()
        assert len(extract(read_article(file))[0]) == many
        taken.append(time.process_time() - began)
    assert taken[2] < 2 * 4 * taken[1]  # in proportion; were it by the square, it would be 16 times


# --------------------------------------------------------------------------- pages

LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(10))
BOMBS = {
    "deep": ("<div>" * 100_000 + "{}" + "</div>" * 100_000, "nested too deeply"),
    "deep, never closed": ("<div>" * 100_000 + "{}", "nested too deeply"),
    "deep quotations": ("<blockquote>a" * 5_000 + "{}", "nested too deeply"),
    "deep lists": ("<ul><li>a" * 5_000 + "{}", "nested too deeply"),
    "wide": ("{}" + "<p>a</p>" * MOST_ELEMENTS, "more than 50,000 elements"),
    "line breaks": ("{}" + "<br>" * MOST_ELEMENTS, "more than 50,000 elements"),
    "attributes": ("<p " + " ".join(f"a{n}" for n in range(200_000)) + ">{}", "too many attributes"),
    "attributes with values": (
        "<p " + "".join(f"a{n}='>'" for n in range(200_000)) + ">{}",
        "too many attributes",
    ),
    "attributes with slashes": (
        "<p" + "".join(f'/a{n} = ">"' for n in range(200_000)) + ">{}",
        "too many attributes",
    ),
}


@pytest.mark.parametrize(("bomb", "message"), BOMBS.values(), ids=BOMBS.keys())
def test_pages_that_are_bombs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bomb: str, message: str
) -> None:
    file = tmp_path / "quay.html"
    file.write_bytes(page().replace(b"<body>", b"<body>" + bomb.replace("{}", "").encode()))
    began = time.perf_counter()
    assert message in refused(capsys, file)
    assert seconds_since(began) < 10


ODD = {
    "a large attribute": ("<p title='" + "a" * 9_900_000 + "'>The crews met.</p>", ""),
    "a tag as long as a script": ("<script>if (a<b " + "&& c " * 1_500 + ") d()</script>", ""),
    "many comments": ("<!-- a -->" * 50_000, ""),
    "open comment marks": ("<p>" + "<!- " * 50_000 + "</p>", ""),
    "NUL": ("<p>The crews\0 met\0 again.</p>", "The crews"),
    "NUL as entity": ("<p>The crews&#0; met again on the quay that day.</p>", "met again"),
    "surrogate as entity": ("<p>The crews&#xD800; met again on the quay that day.</p>", "met again"),
    "200 elements deep": (
        "<div>" * 200 + "<p>The crews met on the quay that day.</p>" + "</div>" * 200,
        "crews",
    ),
}


@pytest.mark.parametrize(("odd", "words"), ODD.values(), ids=ODD.keys())
def test_odd_pages_are_read(odd: str, words: str) -> None:
    began = time.perf_counter()
    found = read_page(page().replace(b"</article>", odd.encode() + b"</article>"), name="quay.html")
    assert seconds_since(began) < 10
    assert "“safety comes first”" in found.text
    assert words in found.text
    assert "\0" not in found.text
    found.text.encode()


MANY = 8_000
CROWDED = {
    "boxes with links": "".join(f"<div class=c{n}><h3><a href=/x>The lamp of Sule {n}</a></h3></div>" for n in range(MANY)),
    "empty signatures": f"<blockquote>words.<p>{'<cite></cite>' * MANY}</p></blockquote>",
    "signed quotations": "<blockquote>We close.<cite>Tove Lund</cite></blockquote>" * MANY,
    "quotations in quotations": "<blockquote>" * 200 + "<p>word.</p>" * MANY + "</blockquote>" * 200,
    "hidden in hidden": "<div hidden>" * 200 + "<p>word.</p>" * MANY + "</div>" * 200,
    "tables in tables": "<table><tr><td>" * 60 + "<p>word.</p>" * MANY + "</table>" * 60,
    "articles in articles": "<article>" * 200 + "<p>It was a word.</p>" * MANY + "</article>" * 200,
    "notes": "<p>" + "word<sup>2</sup> " * MANY * 3 + "</p>",
    "a class of many words": f"<div class='{'a-b ' * 200_000}'><p>word</p></div>",
}  # fmt: skip


@pytest.mark.parametrize("crowd", CROWDED.values(), ids=CROWDED.keys())
def test_crowded_pages_are_read_in_time(crowd: str) -> None:
    began = time.process_time()
    found = read_page(page().replace(b"</article>", crowd.encode() + b"</article>"), name="quay.html")
    assert time.process_time() - began < 10
    assert "“safety comes first”" in found.text


@pytest.mark.parametrize("used", ["&a9;", "<b title='&a9;'>a</b>"])
def test_a_billion_laughs(used: str) -> None:
    declared = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "ha">{LAUGHS}]>'
    laughing = declared.encode() + page().replace(b"<table>", f"<p>They laughed: {used}</p><table>".encode())
    began = time.perf_counter()
    assert len(read_page(laughing, name="quay.xhtml").text) < 10_000
    assert seconds_since(began) < 5


def test_a_page_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password is quay.")
    declared = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    asking = declared.encode() + page().replace(b"<table>", b"<p>They found: &x;</p><table>")
    assert "password" not in read_page(asking, name="quay.xhtml").text


# --------------------------------------------------------------------------- what a terminal would act on

TRICKS = {
    "colour": ("\x1b[31m", "<U+001B>[31m"),
    "title of the window": ("\x1b]0;quay\x07", "<U+001B>]0;quay<U+0007>"),
    "eight-bit control": ("\x9b31m", "<U+009B>31m"),
    "bell": ("\x07", "<U+0007>"),
    "backspace": ("\x08", "<U+0008>"),
    "delete": ("\x7f", "<U+007F>"),
    "override": ("\u202e", "<U+202E>"),
    "embedding": ("\u202b", "<U+202B>"),
    "isolate": ("\u2067", "<U+2067>"),
    "end of an isolate": ("\u2069", "<U+2069>"),
}


@pytest.mark.parametrize(("trick", "shown"), TRICKS.values(), ids=TRICKS.keys())
def test_the_table_shows_what_a_terminal_would_act_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], trick: str, shown: str
) -> None:
    file = tmp_path / "column.txt"
    text = f"Who pays{trick}?\n\nThe quay{trick} closed in May, the crews{trick} of the port said.\n"
    file.write_text(text, encoding="utf-8")
    assert run(["claims", "--all", str(file)]) == 0
    table = capsys.readouterr().out
    assert "".join(table.split()).count(shown) >= 2
    assert not set(HIDDEN) & set(table)
    assert run(["claims", "--format", "jsonl", str(file)]) == 0
    (claim,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert trick in claim["text"], "data stays as it is"
    assert text[claim["start"] : claim["end"]] == claim["text"]


def test_errors_show_no_tricks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "no\x1b[31m\u202ecolumn.txt"]) == 5
    assert capsys.readouterr().err == (
        "annotate: no<U+001B>[31m<U+202E>column.txt: no such file: check the name\n"
    )


@pytest.mark.parametrize("words", ["Zoë 港口 🚢", "נמל חיפה", "a\tb\nc", "می‌خواهم", "👩‍👧"])
def test_plain_words_are_shown_as_they_are(words: str) -> None:
    assert visible(words) == words


def test_a_text_of_tricks_alone_is_no_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "column.txt"
    file.write_text("\u202e\u2066\n", encoding="utf-8")
    assert run(["claims", str(file)]) == 5
    assert "no claims found" in capsys.readouterr().err


def test_decoding_keeps_what_it_does_not_know() -> None:
    with pytest.raises(BadInput, match="NUL"):
        decode(b"a\0", name="x")
    assert decode("a\u202eb\x1b".encode(), name="x") == "a\u202eb\x1b"
