"""Connect to a Label Studio: check its address, that it answers, and that it accepts the key."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import Conflict, KeyRefused, Unreachable, UsageError
from annotate.studio.api.client import Client
from annotate.studio.api.failures import NOT_CONNECTED, from_status, from_transport, redirected, root_of
from annotate.transport import RetryPolicy, Transport, is_local


def connect(
    url: str, key: str, *, insecure: bool = False, policy: RetryPolicy | None = None, identity: str = ""
) -> Client:
    """Return a client of a Label Studio that answers and accepts the key.

    Args:
        url: the address of Label Studio.
        key: a personal access token.
        insecure: send the key to another machine by plain http.
        policy: limits of time and waits between attempts.
        identity: names the local Label Studio, whatever its port (`Server.identity`).

    Raises:
        UsageError: where the address has no http(s), holds a password, is that of a page, or is plain http to
            another machine; where the environment names no certificates, or a proxy that cannot be used.
        Unreachable: where nothing answers, or something that is no Label Studio.
        KeyRefused: where the key is not accepted, or no key of its kind is.
    """
    address = checked_address(url, insecure=insecure)
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise KeyRefused("the key is empty or holds what no key holds: set LABEL_STUDIO_API_KEY anew")
    transport = Transport(policy or RetryPolicy())
    http = transport.server_client(address)
    version = _version(transport, http, address)
    try:
        client = Client(address, key, transport, http, version=version, identity=identity)
    except ApiError as error:  # the SDK decodes the key
        raise from_status(error, address, writing=False) from None
    _check_key(client)
    return client


def _check_key(client: Client) -> None:
    """Ask the server whose key it is; the address of a page answers only with a version."""
    try:
        client.whoami()
    except Conflict:
        raise UsageError(
            f"{client.url} is the address of a page or path in Label Studio, not of Label Studio itself: "
            f"set LABEL_STUDIO_URL to {root_of(client.url)}"
        ) from None
    except KeyRefused:
        if client.tokens._access_token:  # the server knows the key: it made this token for it
            raise KeyRefused(
                f"{client.url} knows the key, but its organization has personal access tokens switched off: "
                "an owner switches them on under Organization, Access Token Settings"
            ) from None
        raise


def checked_address(url: str, *, insecure: bool = False) -> str:
    """Return the address without a slash at its end.

    Raises:
        UsageError: where it has no http(s), holds a password, or is plain http to another machine.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"the address of Label Studio must begin with http:// or https://, not {parts.netloc or url!r}"
        )
    if parts.username or parts.password:
        raise UsageError("the address of Label Studio must not hold a password: use LABEL_STUDIO_API_KEY")
    address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    if parts.query or parts.fragment:
        root = root_of(address)
        raise UsageError(
            f"the address of Label Studio must end before ? or #: set LABEL_STUDIO_URL to {root}"
        )
    if parts.scheme == "http" and not is_local(address) and not insecure:
        raise UsageError(
            f"{address} is plain http to another machine, where others can read the key on its way: "
            "use https, or allow it with --insecure (ANNOTATE_INSECURE=1)"
        )
    return address


def _version(transport: Transport, http: httpx.Client, url: str) -> str:
    """Return the version of Label Studio, for which no key is needed."""
    response = _version_response(transport, http, url)
    if response.is_redirect:
        raise redirected(response, url)
    if response.status_code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
        raise from_status(ApiError(status_code=response.status_code), url, writing=False)
    try:
        return str(response.json()["label-studio-os-package"]["version"])
    except (ValueError, KeyError, TypeError):
        status = response.status_code
        why = f"{url} answers (status {status}), but is no Label Studio: check LABEL_STUDIO_URL"
        raise Unreachable(why) from None


def _version_response(transport: Transport, http: httpx.Client, url: str) -> httpx.Response:
    def call() -> httpx.Response | httpx.TransportError:
        try:
            response = http.get(f"{url}/api/version", headers={"Accept": "application/json"})
        except NOT_CONNECTED as error:  # returned, so that there is no further attempt
            return error
        if response.status_code in {408, 429} or response.is_server_error:
            raise ApiError(status_code=response.status_code, headers=dict(response.headers))
        return response

    try:
        response = transport.retry(call)
    except ApiError as error:
        raise from_status(error, url, writing=False) from None
    except httpx.HTTPError as error:
        raise from_transport(error, url, transport.proxy(url)) from None
    if isinstance(response, httpx.TransportError):
        raise from_transport(response, url, transport.proxy(url))
    return response
