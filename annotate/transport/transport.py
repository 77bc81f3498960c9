"""The HTTP transport: TLS, proxies, deadlines and retries of all calls over the network."""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx

from annotate.errors import UsageError
from annotate.transport.retry import RetryPolicy, is_temporary, requested_wait
from annotate.transport.timed import TimedBackend
from annotate.transport.tls import tls_context

Response = TypeVar("Response")

LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1\]?")
JITTER = 0.25  # share by which a wait varies, so that many clients do not come back at the same moment


def is_local(address: str) -> bool:
    """Return whether an address leads to this machine."""
    return bool(LOOPBACK.fullmatch(urlsplit(address).hostname or ""))


class Transport:
    """HTTP clients and calls under one retry policy; it serves one thread."""

    def __init__(self, policy: RetryPolicy) -> None:
        self.policy = policy
        self._deadline = math.inf
        self.http: httpx.Client  # the client that was made last

    def server_client(self, address: str) -> httpx.Client:
        """Return the HTTP client for a server; proxies of the environment serve all but this machine.

        Raises:
            UsageError: where the environment names no certificates, or a proxy that cannot be used.
        """
        is_tls = address.startswith("https:")
        verify = tls_context() if is_tls else httpx.create_ssl_context(trust_env=False)
        backend = TimedBackend(self.remaining, connect_seconds=self.policy.connect)
        return self.client(backend, verify=verify, trust_env=not is_local(address))

    def client(self, backend: httpcore.NetworkBackend, **options: Any) -> httpx.Client:
        """Return an HTTP client whose connections `backend` makes; it follows no redirect.

        `options` are those of `httpx.Client`.

        Raises:
            UsageError: where the environment names a proxy that cannot be used.
        """
        timeout = httpx.Timeout(self.policy.read, connect=self.policy.connect)
        try:
            client = httpx.Client(timeout=timeout, **options)
        except (ValueError, httpx.InvalidURL):
            raise UsageError(
                "the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY cannot be used: write it as "
                "http://host:port or socks5://host:port, or unset it"
            ) from None
        for transport in (client._transport, *client._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                transport._pool._network_backend = backend
        self.http = client
        return client

    def proxy(self, url: str) -> str:
        """Return the proxy by which the client reaches an address, without its password, or empty text."""
        transport = self.http._transport_for_url(httpx.URL(url))
        proxy = getattr(getattr(transport, "_pool", None), "_proxy_url", None)
        return f"{proxy.scheme.decode()}://{proxy.host.decode()}:{proxy.port}" if proxy else ""

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Limit the time of everything done here; a deadline around it counts too."""
        before = self._deadline
        self._deadline = min(before, time.monotonic() + seconds)
        try:
            yield
        finally:
            self._deadline = before

    def remaining(self, most: float | None) -> float:
        """Return the seconds that the next step may take.

        Raises:
            httpcore.ReadTimeout: after the deadline.
        """
        seconds = min(self._deadline - time.monotonic(), self.policy.bulk if most is None else most)
        if seconds <= 0:
            raise httpcore.ReadTimeout("no time is left")
        return seconds

    def retry(self, call: Callable[[], Response], *, seconds: float | None = None) -> Response:
        """Call until it succeeds, within a limit; only what changes nothing may be called here.

        Raises:
            Exception: what the last attempt raised.
        """
        with self.deadline(seconds or self.policy.call):
            for wait in self.policy.waits:
                try:
                    return call()
                except Exception as error:
                    if not is_temporary(error) or not self.pause(error, wait):
                        raise
            return call()

    def pause(self, error: Exception, wait: float) -> bool:
        """Sleep as long as the server asks for, else about `wait`; return whether the deadline allows it."""
        wanted = requested_wait(dict(getattr(error, "headers", None) or {}))
        seconds = wait * random.uniform(1 - JITTER, 1 + JITTER) if wanted is None else wanted  # noqa: S311
        seconds = min(seconds, self.policy.longest)
        if seconds >= self._deadline - time.monotonic():
            return False
        time.sleep(seconds)
        return True
