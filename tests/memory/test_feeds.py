"""Feeds of ClaimReviews: their forms, what is missing in them, and large ones."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from annotate.errors import BadInput
from annotate.memory import reviews_in
from tests.command import annotate

REVIEW = {
    "@type": "ClaimReview",
    "claimReviewed": "The dam holds water for two years.",
    "datePublished": "2031-02-03T10:00:00Z",
    "author": {"@type": "Organization", "name": "River Checks"},
    "reviewRating": {"@type": "Rating", "ratingValue": 2, "bestRating": 5, "alternateName": "Mostly  wrong"},
    "url": "https://checks.example/dam",
}


def without(*names: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in REVIEW.items() if name not in names} | changes


def feed(*reviews: Any) -> dict[str, Any]:
    """Return a feed in the form of Data Commons."""
    return {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "dataFeedElement": [{"@type": "DataFeedItem", "item": [review]} for review in reviews],
    }


def read(content: Any) -> list[Any]:
    packed = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(reviews_in(io.BytesIO(packed), source="f", name="feed.json"))


FORMS = {
    "Data Commons": feed(REVIEW),
    "one item": {"dataFeedElement": [{"item": REVIEW}]},
    "a list": [REVIEW],
    "a graph": {"@graph": [{"@type": "Article"}, REVIEW]},
    "one review": REVIEW,
    "types in a list": [without(**{"@type": ["ClaimReview", "Review"]})],
    "byte-order mark": b"\xef\xbb\xbf" + json.dumps(feed(REVIEW)).encode(),
    "twice the same": feed(REVIEW, REVIEW),
    "null between": feed(None, 3, "x", REVIEW, {"item": None}, [REVIEW]),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_feed(form: str) -> None:
    (review,) = read(FORMS[form])
    assert (review.text, review.publisher, review.rating) == (
        "The dam holds water for two years.",
        "River Checks",
        "Mostly wrong",
    )
    assert (review.date, review.address, review.is_review) == (
        "2031-02-03",
        "https://checks.example/dam",
        True,
    )


LACKS = [
    (without("datePublished"), "date", ""),
    (without(datePublished="last week"), "date", ""),
    (without("author"), "publisher", ""),
    (without("author", publisher={"name": "P"}), "publisher", "P"),
    (without(author=[{"name": "Q"}]), "publisher", "Q"),
    (without("reviewRating"), "rating", ""),
    (without(reviewRating={"ratingValue": 2, "bestRating": 5}), "rating", "2 of 5"),
    (without(reviewRating={"ratingValue": "3"}), "rating", "3"),
    (without(url="javascript:alert(1)"), "address", ""),
]


@pytest.mark.parametrize(("review", "field", "value"), LACKS)
def test_what_a_review_lacks_is_empty(review: dict[str, Any], field: str, value: str) -> None:
    assert getattr(read(feed(review))[0], field) == value


FAULTS = {
    "web page": (b"<!doctype html><title>Feed</title>", "web page"),
    "cut off": (json.dumps(feed(REVIEW)).encode()[:-20], "no whole JSON"),
    "no JSON": (b"hello", "no whole JSON"),
    "empty": (b"", "no whole JSON"),
    "no review": (json.dumps({"dataFeedElement": []}).encode(), "no ClaimReview"),
    "no words": (json.dumps(feed(without("claimReviewed"))).encode(), "no ClaimReview"),
    "half a byte": (b'{"dataFeedElement": ["\xff\xfe"]}', "no whole JSON"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_feed_is_told_and_leaves_nothing(fault: str, tmp_path: Path) -> None:
    content, words = FAULTS[fault]
    file, exports = tmp_path / "feed.json", tmp_path / "exports"
    file.write_bytes(content)
    done = annotate("memory", "add", str(file), ANNOTATE_EXPORTS=str(exports))
    assert done.returncode == 5
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(exports.glob("desk.memory/feeds/*"))
    assert "0 claims" in annotate("memory", "status", ANNOTATE_EXPORTS=str(exports)).stdout


def _large(count: int) -> Iterator[bytes]:
    yield b'{"@type": "DataFeed", "dataFeedElement": ['
    for number in range(count):
        review = without(
            claimReviewed=f"The dam holds water for {number} days.", url=f"https://c.example/{number}"
        )
        yield b"," * bool(number) + json.dumps({"item": [review]}).encode()
    yield b"]}"


def test_a_feed_of_50_000_reviews_is_read_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "feed.json"
    with file.open("wb") as out:
        out.writelines(_large(50_000))
    assert file.stat().st_size > 15_000_000
    tracemalloc.start()
    with file.open("rb") as content:
        count = sum(1 for _ in reviews_in(content, source="f", name="feed.json"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 15_000_000  # of what is known already, a digest for each


def test_a_feed_is_added_found_and_removed(tmp_path: Path) -> None:
    file, desk = tmp_path / "River checks.json.gz", {"ANNOTATE_EXPORTS": str(tmp_path / "exports")}
    file.write_bytes(
        gzip.compress(
            json.dumps(feed(REVIEW, without("datePublished", claimReviewed="Oranges are blue."))).encode()
        )
    )
    done = annotate("memory", "add", str(file), **desk)
    assert done.returncode == 0, done.stderr
    assert "2 reviews added as river-checks-" in done.stdout
    assert "1 without a date" in done.stdout
    found = annotate("memory", "search", "The dam holds water for nine years.", **desk).stdout
    folded = " ".join(found.split())
    assert "[two years]" in folded
    assert "reviewed by River Checks on 3 February 2031, rated “Mostly wrong”" in folded
    name = done.stdout.split(" added as ")[1].split(",")[0].strip()
    again = annotate("memory", "add", str(file), **desk)
    assert "2 reviews added" in again.stdout
    assert f"feed {name}: 2 reviews" in annotate("memory", "status", **desk).stdout
    assert "2 reviews removed" in annotate("memory", "remove", name, **desk).stdout
    assert annotate("memory", "search", "dam", **desk).returncode == 5


def test_a_feed_comes_from_an_address_that_may_be_read(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/reviews.json").respond_with_json(feed(REVIEW))
    desk, address = {"ANNOTATE_EXPORTS": str(tmp_path)}, httpserver.url_for("/reviews.json")
    refused = annotate("memory", "add", address, **desk)
    assert refused.returncode == 5  # this computer is no place for strangers' addresses
    done = annotate("memory", "add", address, "--allow-private", **desk)
    assert (done.returncode, "1 review added" in done.stdout) == (0, True), done.stderr


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    done = annotate("memory", "add", str(tmp_path / "none.json"), ANNOTATE_EXPORTS=str(tmp_path))
    assert (done.returncode, "no such file" in done.stderr) == (5, True)


def test_a_feed_cut_off_in_its_compression_is_told(tmp_path: Path) -> None:
    file = tmp_path / "feed.json.gz"
    file.write_bytes(gzip.compress(json.dumps(feed(*[REVIEW] * 200)).encode())[:-30])
    done = annotate("memory", "add", str(file), ANNOTATE_EXPORTS=str(tmp_path / "e"))
    assert done.returncode == 5
    assert "damaged" in done.stderr


def test_bad_input_names_the_feed() -> None:
    with pytest.raises(BadInput, match=r"feed\.json: is a web page"):
        read(b"\n <html>")
