"""Reads and writes over HTTP: the SDK's client inside, this program's errors outside.

A write is sent once, since the SDK would repeat it and double what it sends; reads are repeated by the retry
policy. No message shows the key.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.parse_error import ParsingError
from label_studio_sdk.core.request_options import RequestOptions

from annotate.studio.api.failures import Unclear, from_status, from_transport, unexpected, web_page
from annotate.transport import RetryPolicy, Transport

ONCE: RequestOptions = {"max_retries": 0}
PAGE = 500  # tasks or projects a page, and values a query
KEY_LASTS = 200.0  # seconds that an access token is used; the server accepts it for 300, by its own clock
Response = TypeVar("Response")


class Connection:
    """The connection of one user to one Label Studio; it serves one thread."""

    def __init__(self, url: str, key: str, transport: Transport) -> None:
        self.url = url
        self.transport = transport
        # the SDK asks for access tokens below the address only where that ends in a slash
        self.sdk = LabelStudio(base_url=f"{url}/", api_key=key, httpx_client=transport.http)  # type: ignore[no-untyped-call]
        self._key_renewed = float("-inf")

    @property
    def policy(self) -> RetryPolicy:
        """The limits of time."""
        return self.transport.policy

    @property
    def tokens(self) -> Any:
        """The SDK's personal access token, and the access token that it got for it."""
        return self.sdk._client_wrapper._tokens_client

    def get_object(self, path: str, query: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON object at a path."""
        return cast("dict[str, Any]", self._get(path, query or {}, kind=dict))

    def get_list(
        self, path: str, query: Mapping[str, Any] | None = None, *, seconds: float | None = None
    ) -> list[dict[str, Any]]:
        """Return the JSON list at a path; `seconds` limits a long response, which may be slow to begin."""
        return cast("list[dict[str, Any]]", self._get(path, query or {}, kind=list, seconds=seconds))

    def pages(self, path: str, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list, with its rows under `results` or `tasks`."""
        page, seen = 1, 0
        while True:
            response = self.get_object(path, {**query, "page": page, "page_size": PAGE})
            rows = response.get("results", response.get("tasks"))
            if not isinstance(rows, list):
                raise unexpected(self.url)
            yield response
            seen += len(rows)
            if not rows or seen >= int(response.get("count", response.get("total", 0))):
                return
            page += 1

    def _get(self, path: str, query: Mapping[str, Any], *, kind: type, seconds: float | None = None) -> Any:
        response = self.read(lambda: self.response(path, query, seconds).json(), seconds=seconds)
        if not isinstance(response, kind):
            raise unexpected(self.url)
        return response

    def response(self, path: str, query: Mapping[str, Any], seconds: float | None = None) -> httpx.Response:
        """Read once, through the SDK's HTTP client, which adds the key."""
        options = cast("RequestOptions", {**ONCE, **({"timeout": seconds} if seconds else {})})
        http = self.sdk._client_wrapper.httpx_client
        response = http.request(path, method="GET", params=dict(query), request_options=options)
        if _is_web_page(response):
            raise web_page(self.url)
        if response.status_code != httpx.codes.OK:
            raise _api_error(response)
        return response

    def read(self, call: Callable[[], Response], *, seconds: float | None = None) -> Response:
        """Make a call that changes nothing, again where it fails."""

        def with_key() -> Response:
            self._renew_key()
            return call()

        with self._translated(writing=False):
            return self.transport.retry(with_key, seconds=seconds)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Write once, after the key was renewed, so that nothing else can fail meanwhile."""
        self.read(lambda: None)
        with self.transport.deadline(self.policy.bulk), self._translated(writing=True):
            yield

    def post_action(self, path: str, body: Mapping[str, Any]) -> None:
        """Have the server do something once.

        Raises:
            Unclear: where the response is unclear: it may have been done.
        """
        options = cast("RequestOptions", {**ONCE, "timeout": self.policy.call})
        with self.writing():
            http = self.sdk._client_wrapper.httpx_client
            response = http.request(path, method="POST", json=dict(body), request_options=options)
            if not response.is_success:
                raise _api_error(response)

    def post_rows(
        self, path: str, rows: Sequence[Mapping[str, Any]], counted: str, *, seconds: float | None = None
    ) -> int:
        """Send rows once and return the count that the response states under a name.

        It is much work for the server, whose response may begin late: within the time of a call.

        Raises:
            Unclear: where the response does not state it: the rows may have been stored.
        """
        content = json.dumps(rows).encode()  # as the SDK would, which takes four times as long
        options = cast("RequestOptions", {**ONCE, "timeout": seconds or self.policy.call})
        headers = {"content-type": "application/json"}
        with self.writing():
            http = self.sdk._client_wrapper.httpx_client
            response = http.request(
                path, method="POST", content=content, headers=headers, request_options=options
            )
            if not response.is_success:
                raise _api_error(response)
            body = response.json()
            count = body.get(counted) if isinstance(body, dict) else None
            if not isinstance(count, int):
                raise Unclear(f"{self.url} gave no clear response to {len(rows)} rows")
            return count

    def _renew_key(self) -> None:
        """Renew the access token in time, by the monotonic clock: the SDK goes by the time of day."""
        if time.monotonic() - self._key_renewed > KEY_LASTS:
            self.tokens._access_token = None
            _ = self.tokens.api_key
            self._key_renewed = time.monotonic()

    @contextlib.contextmanager
    def _translated(self, *, writing: bool) -> Iterator[None]:
        """Turn what the SDK raises into this program's errors; a write without a clear response is `Unclear`.

        A server that asks a writer to wait is obeyed here, since the writer looks and then writes again.
        """
        try:
            yield
        except ApiError as error:
            if writing and error.status_code == httpx.codes.TOO_MANY_REQUESTS:
                self.transport.pause(error, next(iter(self.policy.waits), 0))
            # a server may repeat what it was sent
            secrets = [str(each) for each in (self.tokens._api_key, self.tokens._access_token) if each]
            raise from_status(error, self.url, writing=writing, secrets=secrets) from None
        # ValueError: a response that is no JSON; ParsingError: JSON of another form
        except (httpx.HTTPError, ValueError, ParsingError) as error:
            proxy = self.transport.proxy(self.url)
            raise from_transport(error, self.url, proxy, writing=writing) from None


def _is_web_page(response: httpx.Response) -> bool:
    """Return whether a response is a web page, or redirects to one."""
    return response.is_redirect or (response.is_success and response.content[:64].lstrip()[:1] == b"<")


def _api_error(response: httpx.Response) -> ApiError:
    try:
        body = response.json()
    except ValueError:
        body = ""
    return ApiError(status_code=response.status_code, headers=dict(response.headers), body=body)
