"""Whole pages as five systems lay them out: every paragraph that a reader sees is read, the furniture is not."""

import re
from html import unescape
from pathlib import Path

import pytest

from annotate.article import extract_claims
from annotate.article.reading.page import Page, read_page
from annotate.model import Article

PAGES = Path(__file__).parent / "pages"
#: What holds text on these pages.
PARAGRAPH = re.compile(
    r"<(p|li|figcaption|dd|dt|h1|h2|h3|blockquote|td)\b[^>]*>(?!<(?:p|ul|picture)\b)(.*?)</\1>", re.DOTALL
)
#: Words of each page that stand around its article.
FURNITURE = {
    "wordpress": (
        "Skip to content", "News from the valley", "The Arden Falls Ledger", "Home", "Town hall", "Sport", "Norddal Boats",
        "Advertisement", "The roof that nobody", "300,000", "Share this", "Click to share", "Click to email", "Related",
        "Ferry line loses", "The captain of the old ferry", "has written about the town hall", "School gets a new roof",
        "2 Replies", "They should have sold", "My grandfather carried", "Leave a Reply", "email address will not",
        "Storm fells", "Recent Posts", "by mail every Friday", "powered by", "We use cookies", "Post navigation",
    ),
    "newsletter": (
        "Tidal Notes", "Sign in", "Share this post", "is a reader-supported", "The year without ice", "stayed open all winter",
        "Subscribe", "My uncle had one", "lamp keeper of Orrin", "not missed a night", "Ready for more", "great culture",
        "requires JavaScript", "Discussion about",
    ),
    "live": (
        "Skip to main", "Advertisement", "Opinion", "Are you affected", "Key events", "Ferry line stops all trips</a>", "Share",
        "Updated at", "How Sule lost its pier", "Read more", "Topics", "More on this story", "Eleven people died",
        "Why the bridge hums", "First Edition", "Sign up to our", "Most viewed", "missing piano", "All rights reserved",
        "Bridge is closed for the night</a>", "The storm reaches the coast</a>", "Weather</a>", "pic.twitter.com", "News",
    ),
    "wire": (
        "World", "Business", "ADVERTISEMENT", "Copy link", "Facebook", "Save 40 percent", "Related Stories", "Union warned",
        "The letter named", "Oil price rises", "Berg covers energy", "Most read", "Film star", "Baker wins", "The morning wire",
        "is an independent news",
    ),
    "magazine": (
        "one free article", "Essays", "Interview", "Advertisement", "The best of the Quarterly", "One long read",
        "contributing editor", "You may also like", "The last letter", "He wrote it in 1911", "Salt: an essay",
        "There is more of it", "printed in Norddal", "142 partners", 'By <a href="/vane"',
    ),
}  # fmt: skip
#: Words of which a page shows one part twice: a quotation that is pulled out of the text.
PULLED = {"newsletter": "We did not even own a scale.", "magazine": "as if it had only gone out for lunch."}


def html_of(name: str) -> str:
    return (PAGES / f"{name}.html").read_text(encoding="utf-8")


def read(name: str) -> Page:
    return read_page(html_of(name).encode(), name=f"{name}.html")


def words_of(html: str) -> list[str]:
    struck = re.sub(r"<(del|sup|cite)\b.*?</\1>", " ", html)
    return re.findall(r"\w+", unescape(re.sub(r"<[^>]+>", " ", struck)).casefold())


@pytest.mark.parametrize("name", FURNITURE)
def test_every_paragraph_is_read_but_the_furniture(name: str) -> None:
    text = " ".join(words_of(read(name).text))
    paragraphs = [match[2] for match in PARAGRAPH.finditer(html_of(name))]
    own = [each for each in paragraphs if not any(words in f"{each}</a>" for words in FURNITURE[name])]
    assert len(own) > 20
    # the last words of each: a large first letter stands in an element of its own
    assert [each for each in own if " ".join(words_of(each)[-4:]) not in text] == []


@pytest.mark.parametrize("name", FURNITURE)
def test_furniture_is_not_read(name: str) -> None:
    text = read(name).text
    assert [words for words in FURNITURE[name] if len(words.split()) > 2 and words in text] == []


@pytest.mark.parametrize("name", PULLED)
def test_a_pulled_quotation_is_read_once(name: str) -> None:
    assert read(name).text.count(PULLED[name]) == 1


@pytest.mark.parametrize("name", FURNITURE)
def test_nothing_is_said_to_be_missing(name: str) -> None:
    assert read(name).notes == ()


def test_words_of_the_markup() -> None:
    wordpress, magazine = read("wordpress").text, read("magazine").text
    assert "“Nobody buys a mill to hide its wheel”, he said." in wordpress
    assert "building office. The office had warned" in wordpress
    assert "That offer was 200,000 crowns" in wordpress
    assert "how much.\n— Ines Falk, Friends of the Arden\n\n" in wordpress
    assert "The office of the harbour master" in magazine
    assert "There was no file.\n\n" in magazine
    assert "in the cuts of 2016. They began" in read("newsletter").text
    assert "still dark.\n— Orrin Power (@orrinpower) November 14, 2024\n\n" in read("live").text


def test_questions_of_an_interview_are_headings() -> None:
    page = read("magazine")
    headings = [page.text[block.start : block.end] for block in page.blocks if block.kind == "heading"]
    assert "You were a captain before. Why did you come ashore?" in headings
    assert "Three boats sank that night." in headings


def test_who_is_asked_in_an_interview_is_the_source() -> None:
    page = read("magazine")
    claims = extract_claims(Article("magazine", page.text, page.blocks))
    sources = {
        claim.text: claim.attribution.source.of(page.text)
        for claim in claims
        if claim.attribution and claim.attribution.source
    }
    assert sources["My daughter was six,"] == "Tove Lund"
    assert sources["Arvid Moen was the night watchman."] == "Tove Lund"
    assert "The first quay was built in 1788." not in sources
