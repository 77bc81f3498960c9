"""A web page's bytes, fetched so that an address from a stranger can do no harm.

Addresses inside the own network are refused (requests-hardened checks each one that is connected to, behind
redirects too), and so is what is too large, too slow, or neither a page nor a text.
"""

from __future__ import annotations

import logging
import time
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

from annotate import __version__
from annotate.errors import BadInput

MOST_BYTES = 20_000_000
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 10.0, 30.0, 90.0
PAGES = ("text/html", "application/xhtml+xml")
TEXTS = ("text/plain", "text/markdown")

# What requests-hardened has to say stands in our own message.
logging.getLogger("requests_hardened").setLevel(logging.ERROR)


class Fetched(NamedTuple):
    """A page's bytes, the address it was found at in the end, and whether it is HTML."""

    content: bytes
    address: str
    is_html: bool


def is_address(source: str) -> bool:
    """Tell whether a source is written as an address, with a scheme, and no file's name."""
    scheme = urlsplit(source).scheme
    return "://" in source or (
        len(scheme) > 1 and scheme in ("http", "https", "ftp", "file", "data", "mailto")
    )


def fetch(address: str, *, allow_private: bool = False) -> Fetched:
    """Fetch a page or a plain text; `allow_private` lets addresses of the own network through.

    Raises:
        BadInput: where the address is not http(s), is refused, does not answer, or gives no text.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"{address}: not a web address: it must begin with http:// or https://")
    try:
        return _fetch(address, allow_private=allow_private)
    except requests.RequestException as error:
        raise BadInput(f"{address}: {_reason(error)}") from error


def _fetch(address: str, *, allow_private: bool) -> Fetched:
    config = Config(
        ip_filter_enable=not allow_private,
        ip_filter_allow_loopback_ips=False,
        never_redirect=False,
        default_timeout=(CONNECT_SECONDS, READ_SECONDS),
        user_agent_override=f"claimdesk/{__version__}",
    )
    with Manager(config).get_session() as session, session.request("GET", address, stream=True) as answer:
        answer.raise_for_status()
        kind = answer.headers.get("Content-Type", "text/html").partition(";")[0].strip().lower()
        if kind not in PAGES + TEXTS:
            raise BadInput(f"{address}: is {kind}, not a web page: save its text as a .txt file instead")
        return Fetched(_body(answer, address), answer.url, kind in PAGES)


def _body(answer: requests.Response, address: str) -> bytes:
    content, began = bytearray(), time.monotonic()
    for part in answer.iter_content(65_536):
        content += part
        if len(content) > MOST_BYTES:
            raise BadInput(
                f"{address}: larger than {MOST_BYTES // 1_000_000} MB: save its text as a .txt file"
            )
        if time.monotonic() - began > TOTAL_SECONDS:
            raise BadInput(f"{address}: took longer than {TOTAL_SECONDS:.0f} s: try again, or save the page")
    return bytes(content)


# What went wrong, in plain words; the first that fits.
REASONS: tuple[tuple[type[requests.RequestException], str], ...] = (
    (InvalidIPAddress, "points into a private network: set ANNOTATE_ALLOW_PRIVATE=1 if that is meant"),
    (requests.TooManyRedirects, "redirects without end: open it in a browser and save the page"),
    (requests.Timeout, "did not answer in time: try again, or save the page and name the file"),
    (requests.exceptions.SSLError, "its certificate cannot be trusted: check the address, or save the page"),
    (requests.exceptions.InvalidURL, "not a web address: check its spelling"),
    (requests.RequestException, "cannot be reached: check the address and the network"),
)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}: open it in a browser and check the address"
    return next(reason for kind, reason in REASONS if isinstance(error, kind))
