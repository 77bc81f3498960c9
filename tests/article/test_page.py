"""Web pages: what trafilatura finds, in blocks of the right kinds."""

import pytest

from annotate.article.reading.page import read_page
from annotate.errors import BadInput

PAGE = """<html lang="en"><head><meta charset="utf-8"><title>Quay closes | The Tidewater Courier</title>
<meta name="author" content="Ana Ruiz"><meta property="og:title" content="Quay closes">
<meta property="article:published_time" content="2025-05-12T10:00:00Z"></head>
<body><nav><ul><li>Home<li>News</ul></nav><article>{headline}
<p>The council voted on Monday to close the old quay, after divers had found cracks in two of its pillars.</p>
{figures}
<p>The mayor said that &ldquo;safety comes first&rdquo; and asked crews to use the new basin.<br><br>She will
speak again today, <a href="/x">her office</a> announced.</p>
<h2>What comes next</h2>
<ul><li>A survey of the pillars starts in June.</li><li>Trucks are banned at once.</li></ul>
<blockquote><p>We will not reopen it before it is safe for every crew.</p></blockquote>
<table><tr><td>Year</td><td>Boats</td></tr><tr><td>2018</td><td>212</td></tr></table>
<p>Crews from the left bank have long complained about the noise, and some of them welcomed the decision.</p>
</article><footer>Copyright 2025. All rights reserved.</footer></body></html>"""
FIGURE = '<figure><img src="x.jpg"><figcaption>Divers inspect the quay. Photo: P. {}</figcaption></figure>'


def page(*, headline: str = "<h1>Quay closes</h1>", figures: int = 1) -> bytes:
    return PAGE.format(headline=headline, figures="".join(FIGURE.format(n) for n in range(figures))).encode()


def test_blocks_and_metadata() -> None:
    found = read_page(page(), name="quay.html", address="https://courier.example/quay")
    assert (found.title, found.author, found.date) == ("Quay closes", "Ana Ruiz", "2025-05-12")
    blocks = [(block.kind, found.text[block.start : block.end]) for block in found.blocks]
    assert blocks == [
        ("heading", "Quay closes"),
        ("body", "The council voted on Monday to close the old quay, after divers had found cracks in two of its pillars."),
        ("caption", "Divers inspect the quay. Photo: P. 0"),
        ("body", "The mayor said that “safety comes first” and asked crews to use the new basin."),
        ("body", "She will speak again today, her office announced."),
        ("heading", "What comes next"),
        ("list_item", "A survey of the pillars starts in June."),
        ("list_item", "Trucks are banned at once."),
        ("quote", "We will not reopen it before it is safe for every crew."),
        ("boilerplate", "Year | Boats"),
        ("boilerplate", "2018 | 212"),
        ("body", "Crews from the left bank have long complained about the noise, and some of them welcomed the decision."),
    ]  # fmt: skip


def test_headline_of_the_metadata_stands_first() -> None:
    found = read_page(page(headline=""), name="quay.html")
    assert found.text.startswith("Quay closes\n\nThe council")


def test_a_gallery_keeps_its_captions() -> None:
    found = read_page(page(figures=30), name="quay.html")
    assert sum(block.kind == "caption" for block in found.blocks) == 30


def test_declared_encoding_that_lies() -> None:
    lying = page().replace(b'charset="utf-8"', b'charset="latin-1"')
    assert "“safety comes first”" in read_page(lying, name="quay.html").text


@pytest.mark.parametrize("content", [b"<html></html>", b"<p></p>", b"\0\0", b"plain"], ids=str)
def test_a_page_without_text(content: bytes) -> None:
    with pytest.raises(BadInput, match="no article text"):
        read_page(content, name="empty.html")


def test_the_order_of_pages_changes_nothing() -> None:
    first = read_page(page(), name="a.html")
    read_page(page(), name="b.html")
    assert read_page(page(), name="a.html") == first
