"""Feeds and sitemaps, from a real web server on loopback: each article once, and one line for each fault."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from annotate.article import feed_entries, read_articles
from annotate.cli import run
from annotate.errors import BadInput
from tests.article.test_fetch import METADATA, PUBLIC, Names, names
from tests.article.test_page import page

__all__ = ["names"]  # a fixture

ATOM, SITEMAP = "http://www.w3.org/2005/Atom", "http://www.sitemaps.org/schemas/sitemap/0.9"


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Quay</title><link>/</link>{"".join(items)}</channel></rss>'


def item(link: str, guid: str = "", title: str = "News") -> str:
    named = f"<guid>{guid}</guid>" if guid else ""
    return f"<item><title>{title}</title><link>{link}</link>{named}</item>"


def atom(*links: str, base: str = "") -> str:
    entries = "".join(
        f'<entry><id>tag:{number}</id><title>x</title><link rel="self" href="/x"/><link rel="alternate" type="text/html" href="{link}"/></entry>'
        for number, link in enumerate(links)
    )
    return f'<feed xmlns="{ATOM}" xml:base="{base}"><title>Quay</title>{entries}</feed>'


def sitemap(*places: str, root: str = "urlset", more: str = "") -> str:
    entry = "url" if root == "urlset" else "sitemap"
    return f'<?xml version="1.0"?><{root} xmlns="{SITEMAP}">{"".join(f"<{entry}><loc>{place}</loc>{more}</{entry}>" for place in places)}</{root}>'


NEWS = (
    '<news:news xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><news:title>x</news:title></news:news>'
    '<image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><image:loc>https://news.example/a.png</image:loc></image:image>'
    '<xhtml:link xmlns:xhtml="http://www.w3.org/1999/xhtml" rel="alternate" href="https://news.example/de"/>'
)
A, B = "https://news.example/2025/a", "https://news.example/2025/b"
FORMS = {
    "RSS": (rss(item(A), item(B)), [A, B]),
    "RSS 1.0": (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><title>x</title><link>{A}</link></item></rdf:RDF>',
        [A],
    ),
    "Atom": (atom(A, B), [A, B]),
    "Atom with a base": (atom("a", "/2025/b", base="https://news.example/2025/"), [A, B]),
    "a sitemap": (sitemap(A, B), [A, B]),
    "a news sitemap": (sitemap(A, B, more=NEWS), [A, B]),
    "links that stand twice": (rss(item(A), item(B), item(A), item(f"{A}/"), item(f"{A}#comments"), item(A.replace("https", "http"))), [A, B]),
    "one article under two links": (rss(item(A, "no-1"), item(B, "no-1"), item(B, "no-2")), [A, B]),
    "where a reader comes from": (rss(item(f"{A}?utm_source=rss&amp;utm_medium=feed"), item(f"{B}?id=7&amp;utm_source=rss")), [A, f"{B}?id=7"]),
    "a name that is the link": (rss(f"<item><title>x</title><guid>{A}</guid></item>"), [A]),
    "links that are none": (rss(item("javascript:alert(1)"), item("mailto:a@news.example"), item(A)), [A]),
    "white space": (rss(item(f"\n  {A}\n")), [A]),
    "a broken feed": (rss(item(A)).replace("</channel></rss>", "") + "& more", [A]),
    "an entity of its own": ('<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + rss(item(A, title="&e;")), [A]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), FORMS.values(), ids=FORMS.keys())
def test_each_article_of_a_feed_is_named_once(tmp_path: Path, content: str, expected: list[str]) -> None:
    (tmp_path / "feed.xml").write_text(content)
    assert list(feed_entries(str(tmp_path / "feed.xml"))) == expected


@pytest.mark.parametrize(
    "kind", ["application/rss+xml", "text/xml; charset=utf-8", "application/octet-stream", "text/html"]
)
def test_a_feed_of_any_type_whose_links_count_from_its_address(httpserver: HTTPServer, kind: str) -> None:
    httpserver.expect_request("/old.xml").respond_with_data(
        status=301, headers={"Location": "/news/feed.xml"}
    )
    httpserver.expect_request("/news/feed.xml").respond_with_data(atom("a", "/b"), content_type=kind)
    found = list(feed_entries(httpserver.url_for("/old.xml"), allow_private=True))
    assert found == [httpserver.url_for("/news/a"), httpserver.url_for("/b")]


def test_sitemaps_of_a_sitemap(httpserver: HTTPServer) -> None:
    index = sitemap("/one.xml", "/two.xml.gz", "/index.xml", METADATA, "/gone.xml", root="sitemapindex")
    httpserver.expect_request("/index.xml").respond_with_data(index, content_type="application/xml")
    httpserver.expect_request("/one.xml").respond_with_data(sitemap(A), content_type="text/xml")
    httpserver.expect_request("/two.xml.gz").respond_with_data(
        gzip.compress(sitemap(A, B).encode()), content_type="application/x-gzip"
    )
    refused: list[BadInput] = []
    found = list(feed_entries(httpserver.url_for("/index.xml"), allow_private=True, refuse=refused.append))
    assert found == [A, B]
    assert [("cannot be a web page" in str(error), "answered 5" in str(error)) for error in refused] == [
        (True, False),
        (False, True),
    ]


HEAD = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
BAD = {
    "a web page": ("<!DOCTYPE html><html><head><title>x</title></head><body><p>News</p></body></html>", "is a web page, no feed: name the address of an RSS feed"),
    "a web page that names its feed": (f"<!DOCTYPE html><html><head>{HEAD}</head><body></body></html>", r"is a web page, no feed: use --feed http://localhost:\d+/rss.xml$"),
    "an empty feed": (rss(), "holds no article yet: try again later, or name the address"),
    "an empty sitemap": (sitemap(), "names no article: name the address"),
    "a picture": ('<svg xmlns="http://www.w3.org/2000/svg"/>', "is no feed: name the address"),
    "JSON": ('{"version": "https://jsonfeed.org/version/1"}', "is no feed: name the address"),
    "a text": ("We stay.", "is no feed: name the address"),
    "nothing": ("", "is no feed: name the address"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_what_is_no_feed_is_refused_in_one_line(httpserver: HTTPServer, content: str, message: str) -> None:
    httpserver.expect_request("/feed").respond_with_data(content, content_type="text/html")
    with pytest.raises(BadInput, match=message) as raised:
        list(feed_entries(httpserver.url_for("/feed"), allow_private=True))
    assert str(raised.value).startswith(httpserver.url_for("/feed"))
    assert str(raised.value).isprintable()
    assert raised.value.exit_code == 5


def test_entities_that_hold_one_another_are_not_expanded(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY {x} "{f"&{y};" * 10}">' for y, x in pairwise("abcdefghi"))
    content = f'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">{entities}]>' + rss(item(A, title="&i;"))
    (tmp_path / "feed.xml").write_text(content)
    assert list(feed_entries(str(tmp_path / "feed.xml"))) == [A]


def test_a_feed_in_the_own_network_is_refused(httpserver: HTTPServer) -> None:
    with pytest.raises(BadInput, match="private network"):
        list(feed_entries(httpserver.url_for("/feed")))
    assert not httpserver.log


def test_a_feed_that_is_named_as_an_article(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(rss(item(A)), content_type="application/rss+xml")
    with pytest.raises(BadInput, match="name it with --feed"):
        list(read_articles([httpserver.url_for("/feed")], allow_private=True))


# --------------------------------------------------------------------------- articles


@pytest.fixture
def site(names: Names, httpserver: HTTPServer) -> Callable[..., str]:
    """Return a function that serves a feed of public addresses, and the articles behind them."""

    def serve(*articles: str) -> str:
        names["news.example"] = [[PUBLIC]] * 50
        links = [item(f"http://news.example/{name}", name) for name in articles]
        httpserver.expect_request("/feed.xml").respond_with_data(rss(*links), content_type="text/xml")
        for name in articles:
            words = page().replace(b"Quay closes", f"Quay {name} closes".encode())
            httpserver.expect_request(f"/{name}").respond_with_data(words, content_type="text/html")
        return "http://news.example/feed.xml"

    return serve


def ids(printed: str) -> list[str]:
    """Return the ids of the articles that were printed, in order."""
    return list(dict.fromkeys(json.loads(line)["article_id"] for line in printed.splitlines()))


def claim_ids(printed: str) -> set[str]:
    return {json.loads(line)["claim_id"] for line in printed.splitlines()}


def test_tomorrows_feed_gives_known_articles_their_ids(
    site: Callable[..., str], httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = site("one", "two")
    assert run(["claims", "--format", "jsonl", "--feed", feed]) == 0
    today = capsys.readouterr().out
    assert ids(today) == ["news-example-one", "news-example-two"]
    httpserver.clear()
    site("three", "one", "two")
    assert run(["claims", "--format", "jsonl", "--feed", feed]) == 0
    tomorrow = capsys.readouterr().out
    assert ids(tomorrow) == ["news-example-three", "news-example-one", "news-example-two"]
    new = claim_ids(tomorrow) - claim_ids(today)
    assert claim_ids(today) < claim_ids(tomorrow)
    assert all(claim.startswith("news-example-three-") for claim in new)


def test_an_entry_that_leads_into_a_private_network_is_one_line_and_others_go_on(
    site: Callable[..., str], httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, place in (("inside", "http://127.0.0.1:8080/"), ("cloud", METADATA)):
        httpserver.expect_request(f"/{name}").respond_with_data(status=302, headers={"Location": place})
    httpserver.expect_request("/gone").respond_with_data(status=404)
    feed = site("inside", "one", "cloud", "gone", "two")
    assert run(["claims", "--format", "jsonl", "--feed", feed, "--feed", "http://10.0.0.1/feed"]) == 5
    printed = capsys.readouterr()
    assert ids(printed.out) == ["news-example-one", "news-example-two"]
    lines = printed.err.splitlines()
    assert len(lines) == 4
    for line, words in zip(
        lines,
        ("private network (127.0.0.1)", "169.254.169.254", "answered 404", "private network (10.0.0.1)"),
        strict=True,
    ):
        assert words in line


def test_two_links_to_one_article_give_it_once(
    site: Callable[..., str], httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("r1", "r2"):
        httpserver.expect_request(f"/{name}").respond_with_data(status=302, headers={"Location": "/one"})
    feed = site("r1", "r2", "one")
    assert run(["claims", "--format", "jsonl", "--feed", feed]) == 0
    assert ids(capsys.readouterr().out) == ["news-example-r1"]


def test_no_article_and_no_feed(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("claims", "push"):
        assert run([command]) == 2
        assert "--feed URL" in capsys.readouterr().err
