"""What a person is told of a call to Label Studio that failed: one line with what is wrong and the fix."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import AnnotateError, BadInput, Conflict, KeyRefused, Unreachable
from annotate.transport import causes, certificate_fault

LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1\]?")
PAGES = re.compile(r"/(projects|user|organization|tasks|data|api)(/.*)?\Z")  # of Label Studio
#: A call that did not get as far as the server: it changed nothing.
NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
PROXY_WANTS_PASSWORD = httpx.codes.PROXY_AUTHENTICATION_REQUIRED


class Unclear(Unreachable):
    """A write got no clear answer: it may or may not have been done, so look before doing it again."""


def is_local(address: str) -> bool:
    """Return whether an address leads to this machine."""
    return bool(LOOPBACK.fullmatch(urlsplit(address).hostname or ""))


def root_of(address: str) -> str:
    """Return the address of the Label Studio that a page or a path of it belongs to.

    >>> root_of("https://labels.example/desk/projects/12/data")
    'https://labels.example/desk'
    """
    parts = urlsplit(address)
    path = PAGES.sub("", parts.path)
    return f"{parts.scheme}://{parts.netloc}{path if path != parts.path else ''}"


def from_transport(error: Exception, url: str, proxy: str, *, writing: bool = False) -> Unreachable:
    """Return the error for a call that got no whole answer from `url`, by way of a `proxy` if any."""
    if isinstance(error, NOT_CONNECTED):
        return Unreachable(_not_connected(error, url, proxy))
    kind = Unclear if writing else Unreachable
    late = isinstance(error, httpx.TimeoutException)
    how = "gave no whole answer in time" if late else f"broke off its answer ({type(error).__name__})"
    return kind(f"{url} {how}: try again")


def _not_connected(error: Exception, url: str, proxy: str) -> str:
    far = f"the proxy {proxy} (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY)" if proxy else url
    cause = next((each for each in causes(error) if isinstance(each, OSError)), None)
    if fault := certificate_fault(error):
        return f"at {url} the {fault}"
    if isinstance(error, httpx.ProxyError):
        return _refused_by(far, str(error), url)
    if isinstance(cause, ssl.SSLError):
        where = far if proxy.startswith("https:") else url
        return f"{where} does not answer in TLS ({cause.reason}): check its port, or write http:// there"
    if proxy:
        return f"{far} does not answer: mend that variable, or name {urlsplit(url).hostname} in NO_PROXY"
    return _nobody(cause, url)


def _nobody(cause: OSError | None, url: str) -> str:
    if isinstance(cause, socket.gaierror):
        return f"no machine is known as {urlsplit(url).hostname}: check LABEL_STUDIO_URL, network and VPN"
    if is_local(url):
        return f"nothing answers at {url}: is Label Studio running? `annotate studio start` runs one here"
    why = "the connection was refused" if isinstance(cause, ConnectionRefusedError) else "no connection"
    return f"nothing answers at {url} ({why}): check LABEL_STUDIO_URL and its port, network, VPN and firewall"


def _refused_by(proxy: str, said: str, url: str) -> str:
    if said.startswith(str(int(PROXY_WANTS_PASSWORD))) or "auth" in said.lower():
        return wants_password(proxy)
    host = urlsplit(url).hostname
    return f"{proxy} does not let us through to {url} ({said}): ask who runs it, or name {host} in NO_PROXY"


def wants_password(proxy: str) -> str:
    """Return what is said of a proxy that asks for a password."""
    return f"{proxy} asks for a user name and password: write it as http://user:password@host:port"


def from_status(error: ApiError, url: str, *, writing: bool, secrets: Sequence[str] = ()) -> AnnotateError:
    """Return the error for an answer with a status that is none of success; no `secrets` show in it."""
    status, said = error.status_code or 0, _said(error.body, secrets)
    if status in {401, 403}:
        return KeyRefused(
            f"{url} does not accept the key{said}: make a personal access token there (Account & Settings)"
        )
    if status == httpx.codes.NOT_FOUND:
        return Conflict(f"{url} no longer has what was asked for (404): was the project deleted?")
    if status == PROXY_WANTS_PASSWORD:
        return Unreachable(wants_password("the proxy (HTTP_PROXY or ALL_PROXY)"))
    if status in {400, 413, 422}:
        return BadInput(f"{url} refused what was sent{said}")
    kind = Unclear if writing else Unreachable
    if 200 <= status < 400:
        return kind(str(page(url)))
    return kind(f"{url} answered with status {status}{said}: try again")


def page(url: str) -> Unreachable:
    """Return the error for a web page in the place of data."""
    return Unreachable(
        f"{url} answers with a web page, such as a login, in the place of data: what stands before Label "
        "Studio must let its API through"
    )


def unexpected(url: str) -> Unreachable:
    """Return the error for data that has not the form of Label Studio's."""
    return Unreachable(f"{url} gave an unexpected response: check that LABEL_STUDIO_URL is a Label Studio")


def elsewhere(answer: httpx.Response, url: str) -> Unreachable:
    """Return the error for a redirect, with the address that it leads to."""
    target = str(answer.next_request.url if answer.next_request else "").split("?")[0]
    to = target.removesuffix("/").removesuffix("/api/version")
    return Unreachable(f"{url} sends us elsewhere ({to}): use the address that your browser ends at")


def _said(body: Any, secrets: Sequence[str]) -> str:
    """Return the server's own reason, short; a page of HTML says nothing to a person."""
    if not isinstance(body, dict):
        return ""
    reason = body.get("validation_errors") or body.get("detail") or ""
    words = reason if isinstance(reason, str) else json.dumps(reason, ensure_ascii=False)
    for secret in secrets:
        words = words.replace(secret, "…")
    return f" ({' '.join(words.split())[:200]})" if words else ""
