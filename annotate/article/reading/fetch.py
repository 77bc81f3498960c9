"""A web page's bytes, fetched so that an address from a stranger can do no harm.

Every connection, behind redirects too, goes through `Guard`: it looks a name up once, checks each address,
and connects to a checked address only. The whole fetch has one deadline. Proxies and passwords from the
environment are not used.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from pathlib import PurePosixPath
from queue import Empty, SimpleQueue
from typing import NamedTuple
from urllib.request import getproxies

import httpcore
import httpx

from annotate import __version__
from annotate.article.reading.addresses import Refused, check_place, web_address
from annotate.errors import BadInput
from annotate.transport import (
    Remaining,
    RetryPolicy,
    TimedBackend,
    Transport,
    causes,
    certificate_fault,
    is_temporary_status,
    requested_wait,
    tls_context,
)

MOST_BYTES = 20_000_000
MOST_REDIRECTS = 10
POLICY = RetryPolicy(connect=10, read=30, call=90)
PAGES = ("text/html", "application/xhtml+xml")
TEXTS = ("text/plain", "text/markdown")
#: Documents, with the ending that a file of theirs has; a server that does not know them names others.
DOCUMENTS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
}
UNKNOWN = ("application/octet-stream", "text/plain")
#: What is no article, but names some.
FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml")
#: All that is read as an article.
ARTICLES = (*PAGES, *TEXTS, *DOCUMENTS)
PACKED = b"\x1f\x8b"
HEADERS = {
    "User-Agent": f"claimdesk/{__version__}",
    "Accept-Encoding": "gzip",
}
#: How much is decompressed at once.
PIECE = 65_536
#: How much of what a server says goes into a message.
SHOWN_LETTERS, SHOWN_ADDRESS = 100, 500

ENDLESS = "redirects without end: open it in a browser and save the page"
TOO_SLOW = "did not answer in time: try again, or save the page and name the file"
LARGER, BY_HAND = "larger than", "download it and name the file"
TOO_LARGE = f"{LARGER} {MOST_BYTES // 1_000_000} MB: save its text as a .txt file"
FAULTS = (httpx.HTTPError, httpx.InvalidURL, ValueError)
PASSING = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


class Away(BadInput):
    """A server that does not answer now: later it may; `wait` is the seconds that it asks for, if any."""

    def __init__(self, message: str, *, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Fetched(NamedTuple):
    """What was fetched: its bytes, the address it was found at in the end, and the type of the content."""

    content: bytes
    address: str
    kind: str

    @property
    def is_html(self) -> bool:
        """Whether it is a web page."""
        return self.kind in PAGES


def fetch(
    address: str,
    *,
    allow_private: bool = False,
    kinds: Collection[str] = ARTICLES,
    most: int = MOST_BYTES,
) -> Fetched:
    """Fetch a page, a plain text or a document; `allow_private` lets addresses of the own network through.

    `kinds` are the types of content that are taken; without any, each is. `most` is the largest size, in
    bytes.

    Raises:
        BadInput: where the address is not http(s), is refused, does not answer, or gives no text; `Away`
            where another attempt may succeed.
        UsageError: where the environment names certificates that cannot be read.
    """
    transport = Transport(POLICY)
    guard = Guard(transport.remaining, allow_private=allow_private)
    try:
        with (
            transport.client(guard, verify=tls_context(), headers=_headers(kinds), trust_env=False) as client,
            transport.deadline(POLICY.call),
        ):
            return _follow(client, address, kinds, most)
    except Refused as error:
        message = f"{_plain(address, SHOWN_ADDRESS)}: {error}"
        raise (Away(message, wait=error.wait) if error.passes else BadInput(message)) from error


def fetch_bytes(address: str, *, most: int, allow_private: bool = False) -> bytes:
    """Return what is at an address, of any type, where that is not larger than `most` bytes.

    Raises:
        BadInput, UsageError: as `fetch`.
    """
    return fetch(address, allow_private=allow_private, kinds=(), most=most).content


def unpack(content: bytes, *, name: str) -> bytes:
    """Decompress what a file or address holds, where it is compressed by gzip.

    Raises:
        BadInput: where it is damaged or too large.
    """
    if not content.startswith(PACKED):
        return content
    try:
        return b"".join(_limited(_decompressed([content])))
    except Refused as error:
        raise BadInput(f"{name}: {error}") from error


def _headers(kinds: Collection[str]) -> dict[str, str]:
    return HEADERS | {"Accept": ", ".join(kinds or (*FEEDS, "*/*"))}


def _follow(client: httpx.Client, address: str, kinds: Collection[str], most: int) -> Fetched:
    """Ask for an address, then for where it redirects to; what a redirect carries beside that is not read."""
    request, redirect = client.build_request("GET", web_address(address)), ""
    for _ in range(MOST_REDIRECTS + 1):
        try:
            web_address(str(request.url))
            with closing(client.send(request, stream=True)) as response:
                if response.next_request is None:
                    return _read(response, kinds, most)
                request = response.next_request
        except Refused as error:
            raise Refused(f"{redirect}{error}", passes=error.passes, wait=error.wait) from error
        except FAULTS as error:
            passes = isinstance(error, PASSING)
            raise Refused(f"{redirect}{_reason(error)}", passes=passes) from error
        redirect = f"redirects to {_plain(str(request.url))}: "
    raise Refused(ENDLESS)


def _read(response: httpx.Response, kinds: Collection[str], most: int) -> Fetched:
    if not response.is_success:
        raise Refused(
            f"the server answered {response.status_code}: open it in a browser and check the address",
            passes=is_temporary_status(response.status_code),
            wait=requested_wait(response.headers),
        )
    kind = response.headers.get("Content-Type", PAGES[0]).partition(";")[0].strip().lower()
    if kinds and kind in FEEDS:
        raise Refused("is a feed or another XML file: name it with --feed to read its articles")
    if kind in UNKNOWN:
        ending = PurePosixPath(response.url.path).suffix.lower()
        kind = next((known for known, usual in DOCUMENTS.items() if usual == ending), kind)
    if kinds and kind not in kinds:
        raise Refused(f"is {_plain(kind)}, not a web page: save its text as a .txt file instead")
    return Fetched(_body(response, most), str(response.url), kind)


def _body(response: httpx.Response, most: int) -> bytes:
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise Refused(f"is compressed as {_plain(encoding)}, not as asked for: save the page in a browser")
    parts = _limited(response.iter_raw(), most)
    return b"".join(_limited(_decompressed(parts), most) if encoding.endswith("gzip") else parts)


def _limited(parts: Iterable[bytes], most: int = MOST_BYTES) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > most:
            raise Refused(TOO_LARGE if most == MOST_BYTES else f"{LARGER} {most // 1_000_000} MB: {BY_HAND}")
        yield part


def _decompressed(parts: Iterable[bytes]) -> Iterator[bytes]:
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
        raise Refused("was cut off: try again, or save the page in a browser", passes=True)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return TOO_SLOW
    if fault := certificate_fault(error):
        return f"its {fault}, or save the page"
    if any(isinstance(cause, ssl.SSLError) for cause in causes(error)):
        return "does not answer in TLS: check the address, or save the page"
    if isinstance(error, httpx.NetworkError):
        by_proxy = " (without a proxy: save the page where this network needs one)" if getproxies() else ""
        return f"cannot be reached{by_proxy}: check the address and the network"
    if any(isinstance(cause, httpcore.ProtocolError) for cause in causes(error)):
        return "does not answer as a web server does: open it in a browser and save the page"
    return "redirects to an address that is no web address: open it in a browser and save the page"


def _plain(words: str, most: int = SHOWN_LETTERS) -> str:
    """Return what a stranger wrote on one line, short, with nothing that a terminal would act on."""
    shown = re.sub(r"[^ -~]", lambda match: ascii(match[0])[1:-1], words)
    return shown if len(shown) <= most else f"{shown[:most]}…"


class Guard(TimedBackend):
    """Connects to checked addresses only."""

    def __init__(self, remaining: Remaining, *, allow_private: bool) -> None:
        super().__init__(remaining, connect_seconds=POLICY.connect)
        self.allow_private = allow_private

    def addresses(self, host: str, port: int) -> list[str]:
        """Look a name up once and check each of its addresses.

        Raises:
            Refused: for an address that holds no page for strangers.
        """
        addresses = _look_up(host, port, seconds=self.remaining(POLICY.connect))
        for address in addresses:
            check_place(address, port, allow_private=self.allow_private)
        return addresses


def _look_up(host: str, port: int, *, seconds: float) -> list[str]:
    """Return all addresses of a name; a thread does it, since the system's look-up has no time limit."""
    answers: SimpleQueue[list[str]] = SimpleQueue()

    def look_up() -> None:
        try:
            results = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(answer[4][0]) for answer in results)))
        except (OSError, UnicodeError, OverflowError):
            answers.put([])

    threading.Thread(target=look_up, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except Empty:
        raise httpcore.ConnectTimeout(TOO_SLOW) from None
