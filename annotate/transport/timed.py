"""Connections that keep to a deadline, however slowly a server sends."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Sequence

import httpcore

PIECE = 65_536  # bytes written before the deadline is checked again

#: Takes the most seconds of a step and returns those that are left; `httpcore.ReadTimeout` where none are.
Remaining = Callable[[float | None], float]


class TimedBackend(httpcore.NetworkBackend):
    """Makes connections of which every step keeps to a deadline.

    `connect_seconds` limits an attempt to connect, whatever the caller allows.
    """

    def __init__(self, remaining: Remaining, *, connect_seconds: float) -> None:
        self.remaining, self.connect_seconds = remaining, connect_seconds
        self._backend = httpcore.SyncBackend()

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a host to try in turn; the host itself leaves the look-up to the system."""
        del port
        return [host]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that accepts."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self.addresses(host, port):
            seconds = min(self.remaining(timeout), self.connect_seconds)
            try:
                stream = self._backend.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self.remaining)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection of which every step keeps to the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, remaining: Remaining) -> None:
        self._stream, self._remaining = stream, remaining

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for first in range(0, len(buffer), PIECE):
            self._stream.write(buffer[first : first + PIECE], self._remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._remaining(timeout))
        return _TimedStream(stream, self._remaining)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
