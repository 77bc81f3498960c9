"""How long Label Studio is waited for: every call has limits, and a read that failed is repeated.

The limits hold for each byte that goes over the line, so that a server which answers drop by drop ends too.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpcore
import httpx
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import UsageError
from annotate.studio.api.failures import is_local
from annotate.transport import TimedStream, tls_context

Answer = TypeVar("Answer")

JITTER = 0.25  # share by which a wait is longer or shorter, so that many clients do not come back at once
WORTH_REPEATING = frozenset({408, 429})  # besides all from 500


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds.

    `read` is the time between two pieces of an answer, `call` that of a call with all its repeats; `whole` is
    both where much is sent or fetched at once. `waits` come before the repeats of a read, `longest` is the
    longest wait that a server may ask for.
    """

    connect: float = 10
    read: float = 60
    call: float = 150
    whole: float = 600
    waits: tuple[float, ...] = (0.2, 0.5, 1, 2, 4, 8)  # the first is short: most faults are gone at once
    longest: float = 60


class Line:
    """The line to one server. `web` makes the HTTP client whose every byte keeps to the limits."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._end = math.inf
        self._web: httpx.Client | None = None

    def web(self, address: str) -> httpx.Client:
        """Make the HTTP client for a server; it follows no redirect.

        A proxy from the environment has no business between us and a server on this machine.

        Raises:
            UsageError: where the environment names no certificates, or a proxy that cannot be used.
        """
        is_tls = address.startswith("https:")
        verify = tls_context() if is_tls else httpx.create_ssl_context(trust_env=False)
        timeout = httpx.Timeout(self.patience.read, connect=self.patience.connect)
        try:
            web = httpx.Client(verify=verify, timeout=timeout, trust_env=not is_local(address))
        except (ValueError, httpx.InvalidURL):
            raise UsageError(
                "the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY cannot be used: write it as "
                "http://host:port or socks5://host:port, or unset it"
            ) from None
        self._web = web
        for transport in (web._transport, *web._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                transport._pool._network_backend = _Network(self)
        return web

    def proxy(self, url: str) -> str:
        """Return the proxy by which the client reaches an address, without its password, or nothing."""
        transport = self._web._transport_for_url(httpx.URL(url)) if self._web else None
        found = getattr(getattr(transport, "_pool", None), "_proxy_url", None)
        return f"{found.scheme.decode()}://{found.host.decode()}:{found.port}" if found else ""

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Return what is done here so much time altogether; a limit around it holds too."""
        before = self._end
        self._end = min(before, time.monotonic() + seconds)
        try:
            yield
        finally:
            self._end = before

    def left(self, most: float | None) -> float:
        """Return the seconds that the next step may take.

        Raises:
            httpcore.ReadTimeout: where no time is left.
        """
        left = min(self._end - time.monotonic(), self.patience.whole if most is None else most)
        if left <= 0:
            raise httpcore.ReadTimeout("no time is left")
        return left

    def repeated(self, ask: Callable[[], Answer], *, seconds: float | None = None) -> Answer:
        """Ask until there is an answer, within a limit; only what changes nothing may be asked here.

        Raises:
            ApiError, httpx.HTTPError, ValueError: what the last attempt raised.
        """
        with self.within(seconds or self.patience.call):
            for wait in self.patience.waits:
                try:
                    return ask()
                except (ApiError, httpx.HTTPError, ValueError) as failed:
                    if not _is_passing(failed) or not self.pause(failed, wait):
                        raise
            return ask()

    def pause(self, failed: Exception, wait: float) -> bool:
        """Wait as long as the server asks for, else about `wait`; tell whether the limit leaves the time."""
        asked = asked_wait(getattr(failed, "headers", None) or {})
        seconds = wait * random.uniform(1 - JITTER, 1 + JITTER) if asked is None else asked  # noqa: S311
        seconds = min(seconds, self.patience.longest)
        if seconds >= self._end - time.monotonic():
            return False
        time.sleep(seconds)
        return True


def asked_wait(headers: Any) -> float | None:
    """Return the seconds that a `Retry-After` asks for: a number, or a moment by the server's clock."""
    told = {str(name).lower(): str(value).strip() for name, value in dict(headers).items()}
    asked = told.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        until, now = (parsedate_to_datetime(words) for words in (asked, told.get("date", "")))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _is_passing(failed: Exception) -> bool:
    """Return whether another attempt may go better."""
    if isinstance(failed, ApiError):
        return failed.status_code in WORTH_REPEATING or (failed.status_code or 0) >= 500
    return not isinstance(failed, httpx.UnsupportedProtocol)


# --------------------------------------------------------------------------- bytes


class _Network(httpcore.NetworkBackend):
    """Makes such connections."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = min(self._line.left(timeout), self._line.patience.connect)
        made = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return TimedStream(made, self._line.left)
