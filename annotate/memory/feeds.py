"""Feeds of ClaimReviews (https://schema.org/ClaimReview) as Data Commons publishes them, read one by one.

A feed is JSON: `dataFeedElement`, each with reviews in its `item`. A list of reviews and a `@graph` are read
too. Only one element is in memory at a time. A rating is kept as its publisher worded it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import IO, Any

import ijson

from annotate.errors import BadInput
from annotate.memory.records import FEED, Record
from annotate.text import fold_spaces

PLACES = ("dataFeedElement.item", "@graph.item", "itemListElement.item")
LONGEST = 2_000  # characters of a claim that are kept
LONGEST_FIELD = 300
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PAGE = re.compile(rb"\s*<")


def reviews_in(file: IO[bytes], *, source: str, name: str) -> Iterator[Record]:
    """Yield the reviews of a feed, none twice.

    Args:
        file: the feed; it is read from its beginning, and more than once where it has to be.
        source: the name under which it is remembered.
        name: where it is, for messages.

    Raises:
        BadInput: where it is a web page, no JSON, or has no review.
    """
    head = file.read(1_000).removeprefix(b"\xef\xbb\xbf")
    if _PAGE.match(head):
        raise BadInput(
            f"{name}: is a web page or XML, no feed of reviews: name the JSON file that the page links to"
        )
    known: set[bytes] = set()
    try:
        for item in _items(file, head):
            for record in _records(item, source):
                digest = hashlib.sha256(
                    "\0".join((record.text, record.publisher, record.address)).encode(
                        "utf-8", "surrogatepass"
                    )
                ).digest()[:16]
                if digest not in known:
                    known.add(digest)
                    yield record
    except ijson.JSONError as error:
        raise BadInput(f"{name}: is no whole JSON ({error}): fetch the feed again") from error
    if not known:
        raise BadInput(f"{name}: has no ClaimReview with the words of a claim: is it a feed of reviews?")


def _items(file: IO[bytes], head: bytes) -> Iterator[Any]:
    """Yield the elements of a feed."""
    begin = 3 if _has_mark(file) else 0
    places = ("item",) if head.lstrip()[:1] == b"[" else PLACES
    found = False
    for place in places:
        file.seek(begin)
        for item in ijson.items(file, place):
            found = True
            yield item
        if found:
            return
    file.seek(begin)
    yield from ijson.items(file, "")  # one review alone


def _has_mark(file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(3) == b"\xef\xbb\xbf"


def _records(item: Any, source: str) -> Iterator[Record]:
    """Yield the reviews in an element: it is one, or has some in its `item`."""
    for each in _listed(item):
        if not isinstance(each, Mapping):
            continue
        if "ClaimReview" in _listed(each.get("@type")) or "claimReviewed" in each:
            if record := _record(each, source):
                yield record
        elif "item" in each:
            yield from _records(each["item"], source)


def _record(review: Mapping[str, Any], source: str) -> Record | None:
    text = _words(review.get("claimReviewed"), LONGEST)
    if not text:
        return None
    publisher = (
        _name(review.get("author")) or _name(review.get("publisher")) or _name(review.get("sdPublisher"))
    )
    return Record(
        text=text,
        source=FEED + source,
        title=source,
        how="review",
        date=_date(review),
        publisher=publisher,
        rating=_rating(review.get("reviewRating")),
        address=_address(review.get("url")),
    )


def _rating(rating: Any) -> str:
    """Return a rating in its publisher's words, else as the number that it is of the best one."""
    for each in _listed(rating):
        if not isinstance(each, Mapping):
            continue
        if words := _words(each.get("alternateName")) or _words(each.get("name")):
            return words
        value, best = _words(each.get("ratingValue")), _words(each.get("bestRating"))
        if value:
            return f"{value} of {best}" if best else value
    return ""


def _name(who: Any) -> str:
    names = [_words(each.get("name")) if isinstance(each, Mapping) else _words(each) for each in _listed(who)]
    return next(filter(None, names), "")


def _date(review: Mapping[str, Any]) -> str:
    for field in ("datePublished", "dateModified", "dateCreated"):
        if match := _DAY.match(_words(review.get(field))):
            return match[0]
    return ""


def _address(address: Any) -> str:
    words = _words(address, LONGEST)
    return words if re.fullmatch(r"https?://\S+", words) else ""


def _words(value: Any, most: int = LONGEST_FIELD) -> str:
    """Return a value as words in one line; nothing for what is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return ""
    words = fold_spaces(str(value).encode("utf-8", "replace").decode())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else () if value is None else (value,)
