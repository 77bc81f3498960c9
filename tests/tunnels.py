"""What may stand before a Label Studio: TLS with a certificate of any kind, and proxies of two kinds."""

from __future__ import annotations

import contextlib
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proxy import HOP_BY_HOP, proxy_to


def certificate(folder: Path, name: str, *, days: int = 2, authority: Path | None = None) -> Path:
    """Make a certificate with its key in one file; signed by itself where no authority is named."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    file = folder / f"{name.replace('*', '_')}-{days}-{bool(authority)}.pem"
    key, request, words = (file.with_suffix(ending) for ending in (".key", ".csr", ".ext"))
    words.write_text(f"subjectAltName=DNS:{name}\n")
    asked = [openssl, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key)]
    signed = ["-CA", str(authority), "-CAcreateserial"] if authority else ["-signkey", str(key)]
    made = [openssl, "x509", "-req", "-in", str(request), "-days", str(days), "-extfile", str(words)]
    for command in (
        [*asked, "-subj", f"/CN={name}", "-out", str(request)],
        [*made, *signed, "-out", str(file)],
    ):
        subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + key.read_bytes())
    return file


@contextlib.contextmanager
def tls_before(target: str, held: Path) -> Iterator[int]:
    """Run a server on loopback that speaks TLS with a certificate and passes requests on; give its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(held)
    with proxy_to(target) as server:
        server.hidden = HOP_BY_HOP | {"host"}  # the server behind knows itself by another name
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield int(server.server_address[1])


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy for tunnels (CONNECT, or SOCKS 5) that leads each to one port of loopback, whatever is asked for.

    With an `answer` it gives that to each CONNECT and opens no tunnel.
    """

    daemon_threads = True

    def __init__(self, port: int, answer: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.onward, self.answer = port, answer
        self.asked: list[bytes] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Tunnel(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        asked = self.request.recv(65_536)
        if asked[:1] == b"\x05":
            self.request.sendall(b"\x05\x00")
            asked = self.request.recv(65_536)
            answer = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
        else:
            answer = self.server.answer or b"HTTP/1.1 200 OK\r\n\r\n"
        self.server.asked.append(asked)
        self.request.sendall(answer)
        if not self.server.answer:
            with socket.create_connection(("127.0.0.1", self.server.onward)) as onward:
                back = threading.Thread(target=_pass_on, args=(onward, self.request), daemon=True)
                back.start()
                _pass_on(self.request, onward)
                back.join(timeout=5)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := one.recv(65_536):
            other.sendall(piece)
        other.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def proxy_for(port: int, *, answer: bytes = b"") -> Iterator[Proxy]:
    """Run such a proxy on loopback."""
    server = Proxy(port, answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
