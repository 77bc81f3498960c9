"""Fetching, from real web servers on loopback that answer as a stranger's may."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from annotate.article.reading import fetch as fetching
from annotate.article.reading import read_article
from annotate.article.reading.addresses import is_address
from annotate.article.reading.fetch import MOST_BYTES, Away, fetch
from annotate.cli import run
from annotate.errors import BadInput, UsageError
from annotate.transport.tls import VARIABLES
from tests.article.test_page import page

PUBLIC = "93.184.215.14"
METADATA = "http://169.254.169.254/latest/meta-data/"


def refused(address: str, *, allow_private: bool = False) -> str:
    """Fetch what must be refused, and give the one line that says so."""
    with pytest.raises(BadInput) as raised:
        fetch(address, allow_private=allow_private)
    message = str(raised.value)
    assert message.isprintable()
    assert message.count(": ") >= 2, f"{message}: names no fix"
    assert raised.value.exit_code == 5
    return message


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


def test_cookies_of_a_redirect_are_kept(httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        if request.cookies.get("seen") == "yes":
            return Response("One. Two.", content_type="text/plain")
        return Response(status=302, headers={"Location": "/", "Set-Cookie": "seen=yes"})

    httpserver.expect_request("/").respond_with_handler(answer)
    assert fetch(httpserver.url_for("/"), allow_private=True).content == b"One. Two."


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("talk.vtt", "text/vtt; charset=utf-8"),
        ("talk", "text/vtt"),
        ("talk.vtt", "application/octet-stream"),
        ("talk.vtt", "text/plain"),
    ],
)
def test_a_document_at_an_address(httpserver: HTTPServer, name: str, kind: str) -> None:
    content = "WEBVTT\n\n00:01.000 --> 00:02.000\nWe stay.\n"
    httpserver.expect_request(f"/{name}").respond_with_data(content, content_type=kind)
    article = read_article(httpserver.url_for(f"/{name}"), allow_private=True)
    assert (article.text, article.address) == ("[00:00:01]\nWe stay.", httpserver.url_for(f"/{name}"))


BAD_ANSWERS = {
    "not found": ({"status": 404}, "answered 404"),
    "not modified": ({"status": 304}, "answered 304"),
    "picture": ({"response_data": b"GIF89a", "content_type": "image/gif"}, "is image/gif"),
    "cut off PDF": ({"response_data": b"%PDF-1.7", "content_type": "application/pdf"}, "is damaged"),
    "odd type": ({"content_type": "\x9b31m/\xe9" + "x" * 500}, r"is \\x9b31m/\\xe9xxx.*…, not a web page"),
    "no text": ({"response_data": "<html></html>", "content_type": "text/html"}, "no article text"),
    "too large": (
        {"response_data": b"a" * (MOST_BYTES + 1), "content_type": "text/plain"},
        "larger than 20 MB",
    ),
    "NUL": ({"response_data": b"One.\0Two.", "content_type": "text/plain"}, "NUL character at offset 4"),
}


@pytest.mark.parametrize(("answer", "message"), BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
def test_bad_answers(httpserver: HTTPServer, answer: dict[str, object], message: str) -> None:
    httpserver.expect_request("/column").respond_with_data(**answer)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=message) as raised:
        read_article(httpserver.url_for("/column"), allow_private=True)
    assert "/column" in str(raised.value)
    assert str(raised.value).isprintable()


# --------------------------------------------------------------------------- which addresses


@pytest.mark.parametrize("name", ["column.txt", "-", "c:column.txt", "a:b.md", "notes/2025: a plan.txt"])
def test_file_names_are_no_addresses(name: str) -> None:
    assert not is_address(name)


# Each leads into the own network, or is written to hide where it leads.
SSRF = {
    "loopback": "http://127.0.0.1/",
    "loopback, another": "http://127.8.9.10/",
    "loopback by name": "http://localhost/",
    "loopback by name, dot": "http://localhost./",
    "loopback by name, capitals": "http://LOCALHOST/",
    "decimal": "http://2130706433/",
    "hex": "http://0x7f000001/",
    "hex parts": "http://0x7f.0x0.0x0.0x1/",
    "octal": "http://0177.0.0.1/",
    "octal, many zeros": "http://00000177.0.0.1/",
    "mixed": "http://0x7f.1/",
    "short": "http://127.1/",
    "zero": "http://0/",
    "trailing dot": "http://127.0.0.1./",
    "IDNA dots": "http://127。0。0。1/",
    "IDNA half-width dots": "http://127｡0｡0｡1/",
    "full-width digits": "http://１２７.0.0.1/",
    "circled digits": "http://①②⑦.0.0.1/",
    "escaped digits": "http://%31%32%37.0.0.1/",
    "overflowing": "http://127.0.0.257/",
    "any address": "http://0.0.0.0/",
    "this network": "http://0.1.2.3/",
    "private 10": "http://10.0.0.1/",
    "private 172": "http://172.31.255.254/",
    "private 192": "http://192.168.1.1/",
    "link-local, metadata": METADATA,
    "metadata, decimal": "http://2852039166/",
    "metadata of Alibaba": "http://100.100.100.200/",
    "metadata of Azure": "http://168.63.129.16/",
    "metadata of Oracle": "http://192.0.0.192/",
    "metadata of Amazon, IPv6": "http://[fd00:ec2::254]/",
    "metadata of Google, IPv6": "http://[fd20:ce::254]/",
    "carriers": "http://100.64.0.1/",
    "benchmarks": "http://198.18.0.1/",
    "examples": "http://203.0.113.7/",
    "multicast": "http://224.0.0.251/",
    "reserved": "http://240.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "6to4 relay": "http://192.88.99.1/",
    "IPv6 any": "http://[::]/",
    "IPv6 loopback": "http://[::1]/",
    "IPv6 loopback, long": "http://[0:0:0:0:0:0:0:1]/",
    "IPv6 link-local": "http://[fe80::1]/",
    "IPv6 link-local, zone": "http://[fe80::1%25lo]/",
    "IPv6 site-local": "http://[fec0::1]/",
    "IPv6 unique local": "http://[fd12:3456::1]/",
    "IPv6 multicast": "http://[ff02::1]/",
    "IPv6 examples": "http://[2001:db8::1]/",
    "IPv6 examples, new": "http://[3fff::1]/",
    "IPv6 segment routing": "http://[5f00::1]/",
    "IPv6 overlay": "http://[2001:20::1]/",
    "IPv6 discard": "http://[100::1]/",
    "mapped": "http://[::ffff:127.0.0.1]/",
    "mapped, hex": "http://[::ffff:7f00:1]/",
    "mapped metadata": "http://[::ffff:169.254.169.254]/",
    "compatible": "http://[::127.0.0.1]/",
    "translated": "http://[::ffff:0:127.0.0.1]/",
    "NAT64": "http://[64:ff9b::10.0.0.1]/",
    "NAT64 metadata": "http://[64:ff9b::a9fe:a9fe]/",
    "NAT64, local": "http://[64:ff9b:1::10.0.0.1]/",
    "6to4": "http://[2002:7f00:1::]/",
    "Teredo": "http://[2001:0:7f00:1::]/",
    "password": "http://ana:secret@news.example/",
    "user name that looks like a host": "http://news.example@127.0.0.1/",
    "empty user name": "http://@127.0.0.1/",
    "backslash": "http://127.0.0.1\\@news.example/",
    "fragment before at": "http://127.0.0.1#@news.example/",
    "mail's port": f"http://{PUBLIC}:25/",
    "shell's port": f"http://{PUBLIC}:22/",
    "port 0": f"http://{PUBLIC}:0/",
    "port too high": f"http://{PUBLIC}:65536/",
    "port that is a word": f"http://{PUBLIC}:http/",
    "ftp": "ftp://news.example/x",
    "file": "file:///etc/passwd",
    "file, one slash": "file:/etc/passwd",
    "data": "data:text/html,x",
    "gopher": "gopher://127.0.0.1:6379/_INFO",
    "no host": "http://",
    "no host, three slashes": "http:///etc/passwd",
    "half a bracket": "http://[::1",
    "line feed": "http://127.0.0.1\n.news.example/",
    "escape": "http://\x1b[31mnews.example/",
    "label too long": f"http://{'a' * 64}.example/",
    "very long": f"http://news.example/{'a' * 70_000}",
}


@pytest.mark.parametrize("address", SSRF.values(), ids=SSRF.keys())
def test_addresses_that_are_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(socket, "create_connection", connects_to_nothing)
    assert is_address(address)
    refused(address)


def connects_to_nothing(*args: object, **kwargs: object) -> socket.socket:
    pytest.fail(f"connected to {args}")


# Never a page, so refused even where the own network is allowed.
NEVER = [name for name in SSRF if "metadata" in name or "link-local" in name or "multicast" in name]


@pytest.mark.parametrize("name", [*NEVER, "any address", "broadcast", "6to4", "Teredo", "password", "file"])
def test_what_allow_private_does_not_allow(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(socket, "create_connection", connects_to_nothing)
    assert "--allow-private" not in refused(SSRF[name], allow_private=True)


def test_the_own_network_is_refused_unless_allowed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("One. Two.", content_type="text/plain")
    message = refused(httpserver.url_for("/").replace("localhost", "127.0.0.1"))
    assert message.endswith("points into a private network (127.0.0.1): add --allow-private if you mean it")
    assert not httpserver.log
    assert fetch(httpserver.url_for("/"), allow_private=True).content == b"One. Two."


# --------------------------------------------------------------------------- names and redirects


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> dict[str, list[list[str]]]:
    """Answers of a name server that may be a stranger's: for each name, what it answers to each question.

    The address `PUBLIC` leads to the web server on loopback, as if the network were laid that way.
    """
    table: dict[str, list[list[str]]] = {}
    ask, local = socket.getaddrinfo, httpserver.url_for("/")

    def getaddrinfo(host: str, port: int, *args: object, **kwargs: object) -> list[object]:
        if host == PUBLIC:
            place = urlsplit(table[host][0][0] if host in table else local)
            return list(ask("127.0.0.1", place.port, type=socket.SOCK_STREAM))
        answers = table[host].pop(0) if host in table else [host]
        return [found for address in answers for found in ask(address, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return table


Names = dict[str, list[list[str]]]


def test_a_public_name_is_fetched(names: Names, httpserver: HTTPServer) -> None:
    names["news.example"] = [[PUBLIC]]
    httpserver.expect_request("/", headers={"Host": "news.example"}).respond_with_data(
        "One. Two.", content_type="text/plain"
    )
    assert fetch("http://news.example/").content == b"One. Two."


ANSWERS = {
    "private": ["10.0.0.1"],
    "public, then private": [PUBLIC, "192.168.1.1"],
    "private, then public": ["192.168.1.1", PUBLIC],
    "public, then loopback of IPv6": [PUBLIC, "::1"],
    "public, then metadata": [PUBLIC, "169.254.169.254"],
    "mapped": ["::ffff:10.0.0.1"],
    "NAT64": ["64:ff9b::7f00:1"],
}


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS.keys())
def test_every_answer_of_the_name_server_is_checked(
    names: Names, httpserver: HTTPServer, answers: list[str]
) -> None:
    names["news.example"] = [answers]
    assert "points" in refused("http://news.example/")
    assert not httpserver.log


def test_the_address_that_was_checked_is_the_one_connected_to(names: Names, httpserver: HTTPServer) -> None:
    names["news.example"] = [[PUBLIC], ["127.0.0.1"]]
    httpserver.expect_request("/").respond_with_data("One. Two.", content_type="text/plain")
    assert fetch("http://news.example/").content == b"One. Two."
    assert names["news.example"] == [["127.0.0.1"]], "the name was looked up twice"


def test_a_name_that_changes_its_answer_between_redirects(names: Names, httpserver: HTTPServer) -> None:
    names["news.example"] = [[PUBLIC], ["127.0.0.1"]]
    httpserver.expect_request("/").respond_with_data(
        status=302, headers={"Location": "http://news.example:8080/", "Connection": "close"}
    )
    assert "private network (127.0.0.1)" in refused("http://news.example/")


def test_the_next_answer_is_tried_where_one_is_silent(names: Names, httpserver: HTTPServer) -> None:
    names["localhost"] = [["::1", "127.0.0.1"]]
    httpserver.expect_request("/").respond_with_data("One. Two.", content_type="text/plain")
    assert fetch(f"http://localhost:{httpserver.port}/", allow_private=True).content == b"One. Two."


REDIRECTS = {
    "metadata": (METADATA, "points to 169.254.169.254"),
    "loopback": ("http://127.0.0.1:6379/", "private network"),
    "loopback, decimal": ("//2130706433/", "private network"),
    "mail": ("http://8.8.8.8:25/", "port 25 is not a web server's"),
    "file": ("file:///etc/passwd", "must begin with http"),
    "ftp": ("ftp://news.example/x", "must begin with http"),
    "password": ("http://ana:secret@news.example/", "user name or password"),
    "data": ("data:text/html,x", "no web address"),
    "escape": ("http://news.example/\x1b[31m", "no web address"),
    "half an address": ("http://[::1", "no web address"),
    "port too high": ("http://news.example:65536/", "check its port"),
    "port 0": ("http://news.example:0/", "check its port"),
    "port that is a word": ("http://news.example:http/", "no web address"),
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(("target", "message"), REDIRECTS.values(), ids=REDIRECTS.keys())
def test_redirects_that_are_refused(names: Names, status: int, target: str, message: str) -> None:
    names["news.example"] = [[PUBLIC]]
    head = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {target}\r\nConnection: close\r\n\r\n"
    with server(say(head.encode())) as address:
        names[PUBLIC] = [[address]]
        assert message in refused("http://news.example/")


def test_the_metadata_service_behind_a_redirect_stays_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(status=302, headers={"Location": METADATA})
    message = refused(httpserver.url_for("/"), allow_private=True)
    assert message.endswith(
        f"redirects to {METADATA}: points to 169.254.169.254, which cannot be a web page: check the address"
    )


@pytest.mark.parametrize("target", ["/a", "/a?{}"])
def test_redirects_without_end(httpserver: HTTPServer, target: str) -> None:
    def answer(request: Request) -> Response:
        return Response(status=302, headers={"Location": target.format(len(httpserver.log))})

    httpserver.expect_request("/a").respond_with_handler(answer)
    assert "redirects without end" in refused(httpserver.url_for("/a"), allow_private=True)
    assert len(httpserver.log) == fetching.MOST_REDIRECTS + 1


# --------------------------------------------------------------------------- the environment


def test_the_environment_has_no_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, httpserver: HTTPServer
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    (tmp_path / ".netrc").write_text("machine localhost login ana password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    httpserver.expect_request("/").respond_with_data("One. Two.", content_type="text/plain")
    fetch(httpserver.url_for("/"), allow_private=True)
    (request, _), *others = httpserver.log
    assert not others
    assert "Authorization" not in request.headers


# --------------------------------------------------------------------------- servers that misbehave

Behaviour = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@contextmanager
def server(behave: Behaviour, *, asked: bool = True) -> Iterator[str]:
    """A web server that does what it is told with each connection; if `asked`, once the question has come."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                if asked:
                    connection.recv(65_536)
                behave(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def drip(head: bytes, drop: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            time.sleep(0.02)

    return behave


def flood(head: bytes, piece: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return behave


def say(words: bytes) -> Behaviour:
    return lambda connection: connection.sendall(words)


def silence(connection: socket.socket) -> None:
    connection.recv(1)


SLOW = {
    "silence": silence,
    "drip in the body": drip(OK + b"\r\n", b"a"),
    "drip in a chunk": drip(OK + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n", b"a"),
    "drip in a header": drip(OK + b"X-Drip: ", b"a"),
    "drip of headers": drip(OK, b"X: a\r\n"),
    "drip in the status": drip(b"HTTP/1.1 200 ", b"a"),
    "drip of informational answers": drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "silence in the body": lambda connection: (connection.sendall(OK + b"\r\nOne."), silence(connection))[0],
}


def limited(monkeypatch: pytest.MonkeyPatch, **seconds: float) -> None:
    monkeypatch.setattr(fetching, "POLICY", replace(fetching.POLICY, **seconds))


@pytest.mark.parametrize("behave", SLOW.values(), ids=SLOW.keys())
@pytest.mark.slow
def test_slow_servers(monkeypatch: pytest.MonkeyPatch, behave: Behaviour) -> None:
    limited(monkeypatch, call=0.5)
    began = time.monotonic()
    with server(behave) as address:
        assert "did not answer in time" in refused(address, allow_private=True)
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("limit", ["call", "read"])
def test_each_limit_of_time_holds_by_itself(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    limited(monkeypatch, **{limit: 0.3})
    with server(silence) as address:
        assert "did not answer in time" in refused(address, allow_private=True)


def test_a_slow_handshake(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, call=0.5)
    with server(drip(b"\x16\x03\x03\x3f\xff", b"\x02")) as address:
        refused(address.replace("http:", "https:"), allow_private=True)


def test_a_slow_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, connect=0.3)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(2) or [])
    began = time.monotonic()
    assert "did not answer in time" in refused("http://news.example/")
    assert time.monotonic() - began < 2


def test_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert "cannot be reached" in refused(f"http://127.0.0.1:{port}/", allow_private=True)


def test_no_such_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert "cannot be reached" in refused("http://news.example/")


def packed(size: int) -> bytes:
    """Zeros as gzip: a thousandth of their size."""
    pack = zlib.compressobj(9, wbits=31)
    zeros = bytes(1_000_000)
    return b"".join(pack.compress(zeros) for _ in range(size // len(zeros))) + pack.flush()


BOMB = packed(400_000_000)
GZIP = OK + b"Content-Encoding: gzip\r\n"
BAD_BODIES = {
    "gzip bomb": (say(GZIP + b"\r\n" + BOMB), "larger than 20 MB"),
    "gzip bomb, old name": (say(OK + b"Content-Encoding: x-gzip\r\n\r\n" + BOMB), "larger than 20 MB"),
    "bomb in a bomb": (say(OK + b"Content-Encoding: gzip, gzip\r\n\r\n" + BOMB), "compressed as gzip, gzip"),
    "deflate": (
        say(OK + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"a")),
        "compressed as deflate",
    ),
    "br": (say(OK + b"Content-Encoding: br\r\n\r\n\x0b"), "compressed as br"),
    "zstd": (say(OK + b"Content-Encoding: zstd\r\n\r\n("), "compressed as zstd"),
    "many encodings": (
        say(OK + b"Content-Encoding: " + b"gzip," * 5000 + b"\r\n\r\n"),
        "compressed as gzip,",
    ),
    "no gzip": (say(GZIP + b"\r\nplain text"), "damaged"),
    "half a gzip": (say(GZIP + b"\r\n" + gzip.compress(b"One. Two.")[:-9]), "was cut off"),
    "empty gzip": (say(GZIP + b"\r\n"), "was cut off"),
    "endless body": (flood(OK + b"\r\n", b"a" * 65_536), "larger than 20 MB"),
    "endless chunks": (
        flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"fff\r\n" + b"a" * 0xFFF + b"\r\n"),
        "larger than",
    ),
    "endless gzip that comes to nothing": (
        flood(GZIP + b"\r\n" + gzip.compress(b"")[:10], b"\0\0\0\xff\xff" * 9999),
        "larger than 20 MB",
    ),
    "endless header": (flood(OK + b"X: ", b"a" * 65_536), "does not answer as a web server"),
    "endless headers": (flood(OK, b"X: a\r\n" * 9999), "does not answer as a web server"),
    "endless redirect": (flood(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", b"a" * 65_536), "without end"),
    "endless error": (flood(b"HTTP/1.1 500 Oh\r\n\r\n", b"a" * 65_536), "answered 500"),
    "cut short": (say(OK + b"Content-Length: 100\r\n\r\nOne."), "does not answer as a web server"),
    "cut in a chunk": (say(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nOne."), "does not answer as a web"),
    "nothing": (say(b""), "does not answer as a web server"),
    "no HTTP": (say(b"220 mail.example ESMTP\r\n"), "does not answer as a web server"),
    "two lengths": (
        say(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        "does not answer as a web",
    ),
    "negative length": (say(OK + b"Content-Length: -1\r\n\r\nab"), "does not answer as a web server"),
}


@pytest.mark.parametrize(("behave", "message"), BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_bad_bodies_end_in_one_line_and_are_not_held(behave: Behaviour, message: str) -> None:
    tracemalloc.start()
    try:
        with server(behave) as address:
            assert message in refused(address, allow_private=True)
        assert tracemalloc.get_traced_memory()[1] < 2.5 * MOST_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 1_000_000])
def test_what_is_compressed_comes_out_whole(size: int) -> None:
    words = bytes(range(1, 256)) * (size // 255 + 1)
    content = gzip.compress(words[:size])
    with server(say(GZIP + b"Content-Length: %d\r\n\r\n" % len(content) + content)) as address:
        assert fetch(address, allow_private=True).content == words[:size]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of news.example, signed by itself, with its key in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    file, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"]
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key)]
    subprocess.run([*make, "-out", str(file), *subject], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + key.read_bytes())
    return file


def test_certificates_are_checked_for_the_name(
    monkeypatch: pytest.MonkeyPatch, names: Names, certificate: Path
) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def behave(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65_536)
            secured.sendall(OK + b"Content-Length: 9\r\n\r\nOne. Two.")

    with server(behave, asked=False) as address:
        names |= {PUBLIC: [[address]], "news.example": [[PUBLIC]] * 2, "other.example": [[PUBLIC]]}
        why = "its certificate cannot be trusted (it is self-signed): set SSL_CERT_FILE to a PEM file"
        assert why in refused("https://news.example/")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert fetch("https://news.example/").content == b"One. Two."
        why = "its certificate cannot be trusted (it is for another name): use the name"
        assert why in refused("https://other.example/")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("nothing.pem")))
    with pytest.raises(UsageError, match=r"SSL_CERT_FILE names .*nothing\.pem, which cannot be read"):
        fetch("https://news.example/")


def test_no_proxy_is_asked_and_one_that_is_set_is_named(
    monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer
) -> None:
    monkeypatch.setenv("HTTP_PROXY", httpserver.url_for("/"))
    monkeypatch.setenv("HTTPS_PROXY", httpserver.url_for("/"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        line = refused(f"https://127.0.0.1:{taken.getsockname()[1]}/", allow_private=True)
    assert "cannot be reached (without a proxy: save the page where this network needs one): check" in line
    assert not httpserver.log


def test_https_where_there_is_only_http(httpserver: HTTPServer) -> None:
    line = refused(httpserver.url_for("/quay").replace("http:", "https:"), allow_private=True)
    assert "does not answer in TLS: check the address" in line


# --------------------------------------------------------------------------- as a person meets it


def test_the_command_line_allows_the_own_network_when_asked(
    httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    httpserver.expect_request("/quay").respond_with_data("The quay closed in May.", content_type="text/plain")
    address = httpserver.url_for("/quay")
    assert run(["claims", address]) == 5
    assert run(["push", address]) == 5
    done = capsys.readouterr()
    assert done.out == ""
    assert done.err.count("add --allow-private if you mean it\n") == 2
    assert not httpserver.log
    assert run(["claims", "--allow-private", address]) == 0
    assert "The quay closed in May." in capsys.readouterr().out


def test_the_environment_allows_the_own_network_too(
    monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANNOTATE_ALLOW_PRIVATE", "1")
    httpserver.expect_request("/quay").respond_with_data("The quay closed in May.", content_type="text/plain")
    assert run(["claims", httpserver.url_for("/quay")]) == 0


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [(503, {"Retry-After": "7"}, 7.0), (429, {}, None), (500, {"Retry-After": "soon"}, None)],
)
def test_a_server_that_is_away_says_when_it_may_be_asked_again(
    httpserver: HTTPServer, status: int, headers: dict[str, str], wait: float | None
) -> None:
    httpserver.expect_request("/old").respond_with_data("", status=302, headers={"Location": "/quay"})
    httpserver.expect_request("/quay").respond_with_data("", status=status, headers=headers)
    for path in ("/quay", "/old"):
        with pytest.raises(Away) as raised:
            fetch(httpserver.url_for(path), allow_private=True)
        assert raised.value.wait == wait


def test_a_server_that_does_not_answer_is_away_and_a_missing_page_is_not(httpserver: HTTPServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    with pytest.raises(Away):
        fetch(address, allow_private=True)
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    with pytest.raises(BadInput) as raised:
        fetch(httpserver.url_for("/gone"), allow_private=True)
    assert not isinstance(raised.value, Away)
