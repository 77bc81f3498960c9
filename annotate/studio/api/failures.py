"""Errors of failed calls to Label Studio: one line with what is wrong and the fix."""

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
from annotate.transport import causes, certificate_fault, is_local

PAGES = re.compile(r"/(projects|user|organization|tasks|data|api)(/.*)?\Z")  # of Label Studio
#: A call that did not get as far as the server: it changed nothing.
NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
PROXY_WANTS_PASSWORD = httpx.codes.PROXY_AUTHENTICATION_REQUIRED


class Unclear(Unreachable):
    """A write got no clear response: look whether it was done before sending it again."""


def root_of(address: str) -> str:
    """Return the address of the Label Studio that a page or a path of it belongs to.

    >>> root_of("https://labels.example/desk/projects/12/data")
    'https://labels.example/desk'
    """
    parts = urlsplit(address)
    path = PAGES.sub("", parts.path)
    return f"{parts.scheme}://{parts.netloc}{path if path != parts.path else ''}"


def from_transport(error: Exception, url: str, proxy: str, *, writing: bool = False) -> Unreachable:
    """Return the error for a call that got no complete response from `url`, through a `proxy` if any."""
    if isinstance(error, NOT_CONNECTED):
        return Unreachable(_not_connected(error, url, proxy))
    kind = Unclear if writing else Unreachable
    late = isinstance(error, httpx.TimeoutException)
    how = "gave no complete response in time" if late else f"broke off its response ({type(error).__name__})"
    return kind(f"{url} {how}: try again")


def _not_connected(error: Exception, url: str, proxy: str) -> str:
    server = f"the proxy {proxy} (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY)" if proxy else url
    cause = next((each for each in causes(error) if isinstance(each, OSError)), None)
    if fault := certificate_fault(error):
        return f"at {url} the {fault}"
    if isinstance(error, httpx.ProxyError):
        return _refused_by(server, str(error), url)
    if isinstance(cause, ssl.SSLError):
        where = server if proxy.startswith("https:") else url
        return f"{where} does not answer in TLS ({cause.reason}): check its port, or write http:// there"
    if proxy:
        return (
            f"{server} does not answer: correct that variable, or name {urlsplit(url).hostname} in NO_PROXY"
        )
    return _no_server(cause, url)


def _no_server(cause: OSError | None, url: str) -> str:
    if isinstance(cause, socket.gaierror):
        return f"no host is known as {urlsplit(url).hostname}: check LABEL_STUDIO_URL, network and VPN"
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
    """Return the message for a proxy that asks for a password."""
    return f"{proxy} asks for a user name and password: write it as http://user:password@host:port"


def from_status(error: ApiError, url: str, *, writing: bool, secrets: Sequence[str] = ()) -> AnnotateError:
    """Return the error for an HTTP status other than success; no `secrets` show in it."""
    status, reason = error.status_code or 0, _reason(error.body, secrets)
    if status in {401, 403}:
        return KeyRefused(
            f"{url} does not accept the key{reason}: make a personal access token there (Account & Settings)"
        )
    if status == httpx.codes.NOT_FOUND:
        return Conflict(f"{url} no longer has what was asked for (404): was the project deleted?")
    if status == PROXY_WANTS_PASSWORD:
        return Unreachable(wants_password("the proxy (HTTP_PROXY or ALL_PROXY)"))
    if status in {400, 413, 422}:
        return BadInput(f"{url} refused what was sent{reason}")
    kind = Unclear if writing else Unreachable
    if 200 <= status < 400:
        return kind(str(web_page(url)))
    return kind(f"{url} answered with status {status}{reason}: try again")


def web_page(url: str) -> Unreachable:
    """Return the error for a web page in the place of data."""
    return Unreachable(
        f"{url} answers with a web page, such as a login, instead of data: a server in front of Label Studio "
        "must let its API through"
    )


def unexpected(url: str) -> Unreachable:
    """Return the error for data of another form than Label Studio's."""
    return Unreachable(f"{url}: unexpected response: is this a Label Studio server? Check LABEL_STUDIO_URL")


def redirected(response: httpx.Response, url: str) -> Unreachable:
    """Return the error for a redirect, with the address that it leads to."""
    target = str(response.next_request.url if response.next_request else "").split("?")[0]
    to = target.removesuffix("/").removesuffix("/api/version")
    return Unreachable(f"{url} redirects to {to}: use the address that your browser ends at")


def _reason(body: Any, secrets: Sequence[str]) -> str:
    """Return the server's own reason, shortened; empty for a page of HTML."""
    if not isinstance(body, dict):
        return ""
    reason = body.get("validation_errors") or body.get("detail") or ""
    words = reason if isinstance(reason, str) else json.dumps(reason, ensure_ascii=False)
    for secret in secrets:
        words = words.replace(secret, "…")
    return f" ({' '.join(words.split())[:200]})" if words else ""
