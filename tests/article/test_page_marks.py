"""What the markup of a page says beside its words; shells of scripts; what is missing."""

import pytest

from annotate.article import extract_claims
from annotate.article.reading.page import read_page
from annotate.errors import BadInput
from annotate.model import Article
from tests.article.test_page_kinds import TEXT, P


def read(inner: str) -> str:
    return read_page(page(f"<article><h1>Quay closes</h1>{TEXT}{inner}</article>"), name="quay.html").text


def page(body: str) -> bytes:
    head = '<head><meta charset="utf-8"><title>Quay closes</title></head>'
    return f"<!doctype html><html lang=en>{head}<body>{body}</body></html>".encode()


MARKS = (
    ("<p>She said <q>no</q>, twice.</p>", "She said “no”, twice."),
    ("<p>She said <q>“no”</q>.</p>", "She said “no”."),
    ("<p><q>He said <q>no</q> to me.</q></p>", "“He said ‘no’ to me.”"),
    ("<p><q>It is <em>old</em></q>, he wrote.</p>", "“It is old”, he wrote."),
    ("<p>It was built in 1931.<sup>2</sup> It failed.</p>", "in 1931. It failed."),
    ("<p>It was built in 1931<sup>[2]</sup> and failed.</p>", "in 1931 and failed."),
    ("<p>It was built<sup><a href='#n'>a</a></sup>, says Lund.<sup>1,2</sup> It failed.</p>", "says Lund. It failed."),
    ("<p>The mayor resigned.<sup>*</sup></p>", "The mayor resigned."),
    ("<p>The mayor resigned.<a class=fn href='#fn3'>3</a> Nobody came.</p>", "The mayor resigned. Nobody came."),
    ("<p>See part <a href='#p3'>3</a> of it.</p>", "See part 3 of it."),
    ("<p>It covers 4 km<sup>2</sup> of land.</p>", "4 km² of land"),
    ("<p>Some 10<sup>6</sup> grains fell.</p>", "Some 10⁶ grains"),
    ("<p>In the 19<sup>th</sup> century it stood.</p>", "In the 19th century"),
    ("<p>A <small>small</small> <mark>marked</mark> <abbr>CO</abbr><sub>2</sub> word.</p>", "A small marked CO2 word."),
    ("<p>It happened on <time>Monday</time> at noon.</p>", "It happened on Monday at noon."),
    ("<p>One line.<br>Another line.</p>", "One line.\n\nAnother line."),
    ("<h2>A heading<br>of two lines</h2><p>It rained.</p>", "A heading of two lines"),
    ("<h2><span>Harbour</span><span>Quay closes</span></h2><p>It rained.</p>", "Harbour Quay closes"),
    ("<h2><button>Who pays for it?</button></h2><p>It rained.</p>", "Who pays for it?"),
    ("<p>Hy<wbr>phen and soft.</p>", "Hyphen and soft."),
)  # fmt: skip


@pytest.mark.parametrize(("inner", "expected"), MARKS)
def test_marks_become_words(inner: str, expected: str) -> None:
    assert expected in read(inner)


TWEET = '<blockquote class="twitter-tweet"><p lang="en">{0}</p>&mdash; {1} (@x) <a href="https://t.co/1">May 4, 2024</a></blockquote>'
SIGNED = (
    (TWEET.format("We close the tunnel.", "Orrin Roads"), "Orrin Roads"),
    (TWEET.format("We close it. <a href='https://t.co/2'>pic.twitter.com/Ab</a>", "Tove Lund"), "Tove Lund"),
    ("<blockquote><p>We close the tunnel.</p><cite>Tove Lund</cite></blockquote>", "Tove Lund"),
    ("<blockquote><p>We close the tunnel. <cite>Tove Lund, harbour master</cite></p></blockquote>", "Tove Lund"),
    ("<blockquote><p>We close the tunnel.</p><footer>— Tove Lund</footer></blockquote>", "Tove Lund"),
    ("<blockquote><p>We close it.</p><footer>Tove Lund, in <cite>A Letter</cite></footer></blockquote>", "Tove Lund"),
    ("<blockquote>We close the tunnel.<br>— <cite>Tove Lund</cite></blockquote>", "Tove Lund"),
    ("<figure><blockquote><p>We close it.</p></blockquote><figcaption>Tove Lund (mayor)</figcaption></figure>", "Tove Lund"),
    ('<blockquote class="bluesky-embed"><p>We close it.</p>&mdash; Tove Lund (<a href="#">@lund</a>) <a>May 4</a></blockquote>',
     "Tove Lund"),
    ("<blockquote><p>We close the tunnel.</p><p>— Tove Lund</p></blockquote>", "Tove Lund"),
    ("<blockquote><p>We close the tunnel.</p></blockquote><p>— Tove Lund</p>", "Tove Lund"),
)  # fmt: skip


@pytest.mark.parametrize(("inner", "source"), SIGNED)
def test_who_signs_a_quotation(inner: str, source: str) -> None:
    found = read_page(
        page(f"<article><h1>Quay closes</h1>{TEXT}{inner}<p>It rained.</p></article>"), name="a"
    )
    article = Article("a", found.text, found.blocks)
    claims = {claim.text: claim.attribution for claim in extract_claims(article)}
    (quoted,) = (each for words, each in claims.items() if words.startswith("We close"))
    assert quoted is not None
    assert quoted.source is not None
    assert quoted.source.of(found.text) == source
    assert claims["It rained."] is None
    assert not any("@" in words or "twitter" in words for words in claims)


SHELLS = (
    "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>",
    "<div id=app><p>Loading …</p></div><noscript><p>Please turn on JavaScript to read this page.</p></noscript>",
    "<div id=__next></div><noscript>This site requires JavaScript.</noscript><script>var a = 'The quay burned.'</script>",
    "<h1>Just a moment...</h1><p>Enable JavaScript and cookies to continue</p>",
    "<p>We're sorry but this page doesn't work properly without JavaScript enabled. Please enable it to continue.</p>",
    "<h2>Checking your browser before you reach the page.</h2><p>This takes some seconds.</p>",
)


@pytest.mark.parametrize("body", SHELLS)
def test_a_shell_is_refused(body: str) -> None:
    with pytest.raises(BadInput, match="only in a browser that runs its scripts"):
        read_page(page(body), name="shell.html")


def test_an_article_about_scripts_is_none() -> None:
    words = (
        "<p>The office asked its readers to enable JavaScript, and many of them did so at once, it wrote.</p>"
    )
    assert "enable JavaScript" in read(words)


def test_what_is_missing_is_said() -> None:
    copy = "".join(
        f"<p>{words} That was in year {n}, and nobody had read it.</p>" for n in range(6) for words in P
    )
    lamps = "".join(
        f"<p>The lamp number {n} of the old quay was lit by hand until 1900.</p>" for n in range(9)
    )
    body = (
        f"<main><h1>Quay</h1><div class=article-body>{copy}</div><div><div class=b>{lamps}</div></div></main>"
    )
    found = read_page(page(body), name="quay.html")
    (note,) = found.notes
    assert "The lamp number" not in found.text
    assert note.endswith("from “The lamp number 0 of the old quay was lit by hand …” on")


def test_text_in_the_data_of_a_page() -> None:
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{" ".join(P)}"}}</script>'
    found = read_page(page(f"{data}<div id=app></div>"), name="a")
    assert all(words in found.text for words in P)
