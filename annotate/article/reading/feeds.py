"""The articles of feeds (RSS, Atom) and sitemaps: their addresses, each once, in the order of the feed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree, html
from lxml.etree import _Element as Element

from annotate.article.reading.addresses import is_address
from annotate.article.reading.fetch import fetch, unpack
from annotate.article.reading.files import read_bytes
from annotate.errors import BadInput

#: Receives the error of what cannot be read, where the rest is.
Refuse = Callable[[BadInput], None]

#: The most that a sitemap may hold, by its rules, and the most sitemaps that are fetched for one.
MOST_ENTRIES, MOST_SITEMAPS = 50_000, 500
#: Parts of an address that say where a reader comes from.
TRACKING = re.compile(r"utm_\w+|at_medium|at_campaign|fbclid|gclid", re.IGNORECASE)
#: What a page's head says of its feeds.
FEED_LINKS = (
    "//link[contains(concat(' ', @rel, ' '), ' alternate ')]"
    "[@type='application/rss+xml' or @type='application/atom+xml']/@href"
)
NAME_IT = "name the address of an RSS feed, an Atom feed or a sitemap"


def feed_entries(feed: str, *, allow_private: bool = False, refuse: Refuse | None = None) -> Iterator[str]:
    """Return the addresses of the articles that a feed or sitemap names, each once.

    Args:
        feed: its address, or a file that holds it.
        allow_private: read it also from an address in the own network.
        refuse: receives the error of a sitemap that another one names; by default it is raised.

    Raises:
        BadInput: where it is none, names nothing, or cannot be read.
    """
    seen: set[str] = set()
    for address in _entries(feed, allow_private, refuse):
        cleaned = _without_tracking(address)
        key = cleaned.partition("://")[2].removeprefix("www.").rstrip("/")
        if key not in seen:
            seen.add(key)
            yield cleaned
        if len(seen) == MOST_ENTRIES:
            raise BadInput(f"{feed}: names more than {MOST_ENTRIES:,} articles: name one of its sitemaps")
    if not seen:
        raise BadInput(f"{feed}: names no article: {NAME_IT}")


def _entries(feed: str, allow_private: bool, refuse: Refuse | None) -> Iterator[str]:
    """Read a feed, and the sitemaps that it names, one after the other."""
    waiting, known = [feed], {feed}
    while waiting:
        where = waiting.pop(0)
        try:
            content, base = _load(where, allow_private)
            root = _root(content)
            if root == "sitemapindex":
                further = [each for each in _places(content, base) if each not in known]
                known.update(further)
                waiting += further[: MOST_SITEMAPS - len(known) + len(further)]
            else:
                yield from _places(content, base) if root == "urlset" else _links(content, base, where, root)
        except BadInput as error:
            if where == feed or refuse is None:
                raise
            refuse(error)


def _load(where: str, allow_private: bool) -> tuple[bytes, str]:
    """Return what a feed holds, and the address that its links count from."""
    if not is_address(where):
        return unpack(read_bytes(where), name=where), ""
    fetched = fetch(where, allow_private=allow_private, kinds=())
    return unpack(fetched.content, name=where), fetched.address


def _xml(content: bytes) -> Element | None:
    """Parse XML, also where it is a little broken; entities stay unresolved, and nothing is fetched."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root: Element | None = etree.fromstring(content.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _root(content: bytes) -> str:
    """Return the name of the outermost element, in small letters; of what is no XML nothing."""
    root = _xml(content)
    return "" if root is None or not isinstance(root.tag, str) else etree.QName(root).localname.lower()


def _places(content: bytes, base: str) -> Iterator[str]:
    """Return the addresses in a sitemap, but not those of pictures and other languages in its entries."""
    root = _xml(content)
    for entry in root if root is not None else ():
        for place in entry:
            if isinstance(place.tag, str) and etree.QName(place).localname == "loc":
                yield urljoin(base, (place.text or "").strip())


def _links(content: bytes, base: str, where: str, root: str) -> Iterator[str]:
    """Return the addresses that a feed's entries link to, one for each of their names.

    Raises:
        BadInput: where it is no feed.
    """
    if root in ("html", "head", "body") or re.match(
        rb"\s*<(?:!doctype\s+html|html)\b", content, re.IGNORECASE
    ):
        raise BadInput(f"{where}: is a web page, no feed: {_feeds_of(content, base)}")
    import feedparser  # noqa: PLC0415 - for feeds alone

    parsed = feedparser.parse(
        BytesIO(content), response_headers={"content-location": base}, sanitize_html=False
    )
    if not parsed.entries:
        what = "holds no article yet: try again later, or" if parsed.get("version") else "is no feed:"
        raise BadInput(f"{where}: {what} {NAME_IT}")
    names: set[str] = set()
    for entry in parsed.entries:
        name = entry.get("id") or ""
        link = urljoin(base, (entry.get("feedburner_origlink") or entry.get("link") or name).strip())
        if link.startswith(("http://", "https://")) and (not name or name not in names):
            names.add(name)
            yield link


def _feeds_of(content: bytes, base: str) -> str:
    """Say which feeds a web page names in its head."""
    try:
        links = html.fromstring(content).xpath(FEED_LINKS)
    except (etree.ParserError, ValueError):
        links = []
    return f"use --feed {urljoin(base, str(links[0]).strip())}" if links else NAME_IT


def _without_tracking(address: str) -> str:
    """Return an address without its fragment and what says where a reader comes from."""
    try:
        parts = urlsplit(address)
    except ValueError:  # the reader of the address says what is wrong with it
        return address
    fields = parse_qsl(parts.query, keep_blank_values=True)
    kept = [field for field in fields if not TRACKING.fullmatch(field[0])]
    query = parts.query if len(kept) == len(fields) else urlencode(kept)
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return urlunsplit(parts._replace(query=query, fragment=fragment))
