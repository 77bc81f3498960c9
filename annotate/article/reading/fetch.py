"""A web page's bytes, fetched so that an address from a stranger can do no harm.

Every connection, behind redirects too, goes through `Guard`: it looks a name up once, checks each answer,
connects to a checked answer and to nothing else, and lets nothing last beyond the moment at which the whole
fetch ends. Proxies and passwords from the environment have no say.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from queue import Empty, SimpleQueue
from typing import NamedTuple
from urllib.request import getproxies

import httpcore
import httpx

from annotate import __version__
from annotate.article.reading.addresses import Refused, check_place, web_address
from annotate.errors import BadInput
from annotate.transport import TimedStream, certificate_fault, tls_context

MOST_BYTES = 20_000_000
MOST_REDIRECTS = 10
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 10.0, 30.0, 90.0
PAGES = ("text/html", "application/xhtml+xml")
TEXTS = ("text/plain", "text/markdown")
HEADERS = {
    "User-Agent": f"claimdesk/{__version__}",
    "Accept": ", ".join((*PAGES, *TEXTS)),
    "Accept-Encoding": "gzip",
}
#: How much is decompressed at once.
PIECE = 65_536
#: How much of what a server says goes into a message.
SHOWN_LETTERS, SHOWN_ADDRESS = 100, 500

ENDLESS = "redirects without end: open it in a browser and save the page"
TOO_SLOW = "did not answer in time: try again, or save the page and name the file"
TOO_LARGE = f"larger than {MOST_BYTES // 1_000_000} MB: save its text as a .txt file"
#: What goes wrong on the way: httpx cannot make sense of a redirect; the rest comes from httpcore.
BAD_REDIRECTS = (httpx.HTTPError, httpx.InvalidURL, ValueError)
FAULTS = (*BAD_REDIRECTS, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


class Fetched(NamedTuple):
    """A page's bytes, the address it was found at in the end, and whether it is HTML."""

    content: bytes
    address: str
    is_html: bool


def fetch(address: str, *, allow_private: bool = False) -> Fetched:
    """Fetch a page or a plain text; `allow_private` lets addresses of the own network through.

    Raises:
        BadInput: where the address is not http(s), is refused, does not answer, or gives no text.
        UsageError: where the environment names certificates that cannot be read.
    """
    guard = Guard(time.monotonic() + TOTAL_SECONDS, allow_private=allow_private)
    try:
        with _client(guard) as client:
            return _followed(client, address)
    except Refused as error:
        raise BadInput(f"{_plain(address, SHOWN_ADDRESS)}: {error}") from error


def _client(guard: Guard) -> httpx.Client:
    return httpx.Client(
        transport=Transport(guard),
        headers=HEADERS,
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        trust_env=False,
    )


def _followed(client: httpx.Client, address: str) -> Fetched:
    """Ask for an address, then for where it redirects to; what a redirect carries beside that is not read."""
    request, told = client.build_request("GET", web_address(address)), ""
    for _ in range(MOST_REDIRECTS + 1):
        try:
            web_address(str(request.url))
            with closing(client.send(request, stream=True)) as answer:
                if answer.next_request is None:
                    return _read(answer)
                request = answer.next_request
        except Refused as error:
            raise Refused(f"{told}{error}") from error
        except FAULTS as error:
            raise Refused(f"{told}{_reason(error)}") from error
        told = f"redirects to {_plain(str(request.url))}: "
    raise Refused(ENDLESS)


def _read(answer: httpx.Response) -> Fetched:
    if not answer.is_success:
        raise Refused(f"the server answered {answer.status_code}: open it in a browser and check the address")
    kind = answer.headers.get("Content-Type", PAGES[0]).partition(";")[0].strip().lower()
    if kind not in PAGES + TEXTS:
        raise Refused(f"is {_plain(kind)}, not a web page: save its text as a .txt file instead")
    return Fetched(_body(answer), str(answer.url), kind in PAGES)


def _body(answer: httpx.Response) -> bytes:
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise Refused(f"is compressed as {_plain(encoding)}, not as asked for: save the page in a browser")
    parts = _limited(answer.iter_raw())
    return b"".join(_limited(_unpacked(parts)) if encoding.endswith("gzip") else parts)


def _limited(parts: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > MOST_BYTES:
            raise Refused(TOO_LARGE)
        yield part


def _unpacked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress gzip piece by piece, so that a bomb is never held; browsers too stop behind one member."""
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for part in parts:
            packed, piece = part, b""
            while packed or len(piece) == PIECE:
                piece = unpack.decompress(packed, PIECE)
                packed = unpack.unconsumed_tail
                yield piece
    except zlib.error as error:
        raise Refused("is compressed, but damaged: try again, or save the page in a browser") from error
    if not unpack.eof:
        raise Refused("broke off in the middle: try again, or save the page in a browser")


def _reason(error: Exception) -> str:
    if isinstance(error, BAD_REDIRECTS):
        return "redirects to what is no web address: open it in a browser and save the page"
    if isinstance(error, httpcore.TimeoutException):
        return TOO_SLOW
    if fault := certificate_fault(error):
        return f"its {fault}, or save the page"
    if isinstance(error.__context__, ssl.SSLError):
        return "does not answer in TLS: check the address, or save the page"
    if isinstance(error, httpcore.NetworkError):
        by_proxy = " (without a proxy: save the page where this network needs one)" if getproxies() else ""
        return f"cannot be reached{by_proxy}: check the address and the network"
    return "does not answer as a web server does: open it in a browser and save the page"


def _plain(told: str, most: int = SHOWN_LETTERS) -> str:
    """Return what a stranger wrote on one line, short, with nothing that a terminal would act on."""
    shown = re.sub(r"[^ -~]", lambda found: ascii(found[0])[1:-1], told)
    return shown if len(shown) <= most else f"{shown[:most]}…"


class Transport(httpx.BaseTransport):
    """Sends what `httpx` asks for through a `Guard`."""

    def __init__(self, guard: Guard):
        self.pool = httpcore.ConnectionPool(ssl_context=tls_context(), network_backend=guard)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its body is empty."""
        answer = self.pool.handle_request(
            httpcore.Request(
                request.method, str(request.url), headers=request.headers.raw, extensions=request.extensions
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=Stream(answer))

    def close(self) -> None:
        """Close all connections."""
        self.pool.close()


class Stream(httpx.SyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, answer: httpcore.Response):
        self.answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self.answer.iter_stream()

    def close(self) -> None:
        """Let go of the connection."""
        self.answer.close()


class Guard(httpcore.NetworkBackend):
    """Connects to checked addresses only, and ends everything at the moment `until`."""

    def __init__(self, until: float, *, allow_private: bool):
        self.until, self.allow_private = until, allow_private
        self.network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Look a name up, check each answer, and connect to the first that takes the call."""
        found = _looked_up(host, port, seconds=_left(self.until, timeout))
        for address in found:
            check_place(address, port, allow_private=self.allow_private)
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in found:
            try:
                connection = self.network.connect_tcp(address, port, _left(self.until, timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return TimedStream(connection, partial(_left, self.until))
        raise failed


def _left(until: float, timeout: float | None) -> float:
    """Return how long a step may take: its own limit, or what is left of the whole."""
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout(TOO_SLOW)
    return left if timeout is None else min(left, timeout)


def _looked_up(host: str, port: int, *, seconds: float) -> list[str]:
    """Return all addresses of a name; the system's look-up knows no limit of time, so it gets a thread."""
    answers: SimpleQueue[list[str]] = SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(answer[4][0]) for answer in found)))
        except (OSError, UnicodeError, OverflowError):
            answers.put([])

    threading.Thread(target=look_up, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except Empty:
        raise httpcore.ConnectTimeout(TOO_SLOW) from None
