"""Fetching, from a real web server on loopback."""

import socket

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from annotate.article.fetch import MOST_BYTES, fetch, is_address
from annotate.article.read import read_article
from annotate.errors import BadInput
from tests.article.test_page import page


def test_a_page_becomes_an_article(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/opinion/quay.html").respond_with_data(
        page(), content_type="text/html; charset=utf-8"
    )
    article = read_article(httpserver.url_for("/opinion/quay.html"), allow_private=True)
    assert (article.title, article.author, article.date) == ("Quay closes", "Ana Ruiz", "2025-05-12")
    assert article.address.endswith("/opinion/quay.html")
    assert article.article_id.endswith("opinion-quay")


def test_a_redirect_is_followed_and_the_last_address_kept(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/old").respond_with_data("", status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data("One. Two.", content_type="text/plain")
    assert fetch(httpserver.url_for("/old"), allow_private=True).address == httpserver.url_for("/new")


def test_the_own_network_is_refused_unless_allowed(httpserver: HTTPServer) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Response("secret", content_type="text/plain")

    httpserver.expect_request("/").respond_with_handler(answer)
    with pytest.raises(BadInput, match="private network"):
        fetch(httpserver.url_for("/"))
    assert not asked


BAD_ANSWERS = {
    "not found": ({"status": 404}, "answered 404"),
    "PDF": ({"response_data": b"%PDF", "content_type": "application/pdf"}, "is application/pdf"),
    "no text": ({"response_data": "<html></html>", "content_type": "text/html"}, "no article text"),
    "too large": (
        {"response_data": b"a" * (MOST_BYTES + 1), "content_type": "text/plain"},
        "larger than 20 MB",
    ),
}


@pytest.mark.parametrize(("answer", "message"), BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
def test_bad_answers(httpserver: HTTPServer, answer: dict[str, object], message: str) -> None:
    httpserver.expect_request("/column").respond_with_data(**answer)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=message) as raised:
        read_article(httpserver.url_for("/column"), allow_private=True)
    assert "/column" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "address", ["ftp://news.example/x", "file:///etc/passwd", "data:text/html,x", "http://"]
)
def test_only_web_addresses(address: str) -> None:
    assert is_address(address)
    with pytest.raises(BadInput, match="must begin with http"):
        fetch(address)


def test_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(BadInput, match="cannot be reached"):
        fetch(f"http://127.0.0.1:{port}/", allow_private=True)


@pytest.mark.parametrize("name", ["column.txt", "-", "c:column.txt", "a:b.md", "notes/2025: a plan.txt"])
def test_file_names_are_no_addresses(name: str) -> None:
    assert not is_address(name)
