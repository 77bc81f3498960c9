"""A forwarding HTTP proxy with faults: it stands between a client and a real Label Studio.

`before` and `after` say whether the server saw the request that meets a fault. A fault is used up by the
first request that it fits, unless it is `lasting`.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "date", "server"}
LOGIN_PAGE = b"<!doctype html><title>Sign in</title><form><input name=user><input name=password></form>"
DRIP = 0.05  # seconds a byte

Kind = Literal["answer", "reset", "cut", "short", "drip", "hang", "page", "late"]


@dataclass(frozen=True)
class Fault:
    """What befalls one request; `str` names it in a table.

    An `answer` has a status, with `seconds` of Retry-After if any; where the status is 0 the connection is
    closed. `reset` breaks the connection off (RST). `cut` closes in the middle of a body whose length was
    told, `short` in the middle of one whose length was not. `drip` gives the answer byte by byte, one in
    `seconds`; `hang` says nothing for `seconds`. `page` is a login page with status 200. `late` answers with
    its status and passes the request on `seconds` after that. `path` is a pattern.
    """

    when: Literal["before", "after"]
    status: int = 0
    path: str = "/import"
    method: str = "POST"
    kind: Kind = "answer"
    seconds: float = 0.0
    lasting: bool = False

    def __str__(self) -> str:
        what = self.kind if self.kind != "answer" else str(self.status or "close")
        wait = " Retry-After" if self.kind == "answer" and self.seconds else ""
        return f"{what}{wait} {self.when}"

    def fits(self, method: str, path: str) -> bool:
        return self.method == method and bool(re.search(self.path, path))


class Proxy(ThreadingHTTPServer):
    """The proxy: `faults` are met in their order, then what `rhythm` says; `forwarded` reached the server."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        parts = urlsplit(target)
        self.target = (str(parts.hostname), int(parts.port or 80))
        self.faults: list[Fault] = []
        self.rhythm: Callable[[str, str], Fault | None] = lambda method, path: None
        self.forwarded: list[tuple[str, str]] = []
        self.met: list[Fault] = []
        self.on_forward: Callable[[str, str], None] = lambda method, path: None
        self.hidden = HOP_BY_HOP  # headers that do not go on
        self.ended = threading.Event()
        self._turn = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fault_for(self, method: str, path: str) -> Fault | None:
        with self._turn:
            found = next((fault for fault in self.faults if fault.fits(method, path)), None)
            if found and not found.lasting:
                self.faults.remove(found)
            found = found or self.rhythm(method, path)
            if found:
                self.met.append(found)
            return found

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that left: faults make them leave."""


class _Handler(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.fault_for(self.command, self.path)
        if fault is None:
            self._pass_back(*self._forward(body))
        elif fault.kind == "late":
            self._answer(fault.status)
            self.server.ended.wait(fault.seconds)
            self._forward(body)
        elif fault.when == "before":
            self._fail(fault)
        else:
            self._fail(fault, *self._forward(body))

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names are http.server's

    def _forward(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        self.server.forwarded.append((self.command, self.path))
        onward = http.client.HTTPConnection(*self.server.target, timeout=120)
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in self.server.hidden
        }
        headers["Accept-Encoding"] = "identity"
        with contextlib.closing(onward):
            onward.request(self.command, self.path, body=body, headers=headers)
            self.server.on_forward(self.command, self.path)
            answer = onward.getresponse()
            return answer, answer.read()

    def _head(self, answer: http.client.HTTPResponse, length: int | None) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")  # the end of the connection is the end of the body
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _pass_back(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        self._head(answer, len(content))
        self.wfile.write(content)

    def _fail(
        self, fault: Fault, answer: http.client.HTTPResponse | None = None, content: bytes = b""
    ) -> None:
        self.close_connection = True
        match fault.kind:
            case "answer" if fault.status:
                self._answer(fault.status, retry_after=fault.seconds)
            case "reset":
                self._reset()
            case "page":
                self._answer(200, LOGIN_PAGE)
            case "hang":
                self.server.ended.wait(fault.seconds)
            case "cut" | "short" if answer:
                self._head(answer, len(content) if fault.kind == "cut" else None)
                self.wfile.write(content[: len(content) // 2])
            case "drip" if answer:
                self._drip(fault.seconds, answer, content)

    def _answer(self, status: int, content: bytes = b"", *, retry_after: float = 0) -> None:
        self.close_connection = True
        self.send_response(status)
        if retry_after:
            self.send_header("Retry-After", f"{retry_after:.0f}")
        if content:
            self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drip(self, seconds: float, answer: http.client.HTTPResponse, content: bytes) -> None:
        self._head(answer, len(content))
        end = time.monotonic() + seconds
        at = 0
        while time.monotonic() < end and at < len(content) - 1 and not self.server.ended.wait(DRIP):
            self.wfile.write(content[at : at + 1])
            at += 1
        self.server.ended.wait(end - time.monotonic())
        self.wfile.write(content[at:])

    def _reset(self) -> None:
        """Close with unsent data thrown away, which the other side sees as a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()  # it holds the socket open
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def proxy_to(target: str) -> Iterator[Proxy]:
    """Run a proxy on loopback."""
    server = Proxy(target)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
