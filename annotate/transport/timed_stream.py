"""Connections of which every step keeps to a deadline, however slowly a server sends."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import httpcore

PIECE = 65_536  # bytes written before the deadline is checked again

#: Takes the most seconds of a step and returns those that are left; `httpcore.ReadTimeout` where none are.
Remaining = Callable[[float | None], float]


class TimedStream(httpcore.NetworkStream):
    """A connection on which no step lasts longer than `remaining` says."""

    def __init__(self, stream: httpcore.NetworkStream, remaining: Remaining) -> None:
        self._stream, self._remaining = stream, remaining

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come."""
        return self._stream.read(max_bytes, self._remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes, piece by piece."""
        for first in range(0, len(buffer), PIECE):
            self._stream.write(buffer[first : first + PIECE], self._remaining(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on encrypted; the certificate must be the name's, not the address's."""
        stream = self._stream.start_tls(ssl_context, server_hostname, self._remaining(timeout))
        return TimedStream(stream, self._remaining)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows of itself."""
        return self._stream.get_extra_info(info)
