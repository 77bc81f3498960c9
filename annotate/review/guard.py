"""Who may talk to the review page: whoever has its key, by its own name, and from its own pages."""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WRONG_KEY = (
    "This address is not that of the running `annotate review`, which has a new key at each start: open the "
    "address that it printed. No decision that the page confirmed is lost."
)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Referrer-Policy": "same-origin",  # without a referrer, the browser would not say where a form comes from
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses requests of strangers, and adds the headers of `HEADERS` to each response.

    A page that had this computer's address by another name (DNS rebinding) is refused by the Host header, one
    that sends forms from elsewhere by the Origin header.
    """

    def __init__(self, app: ASGIApp, *, host: str, key: str) -> None:
        self._app, self._host, self._key = app, host, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        why = self._refusal(scope)
        app = PlainTextResponse(f"{why}\n", status_code=403) if why else self._app
        await app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> str:
        """Return why a request is refused; empty where it is not."""
        headers = Headers(scope=scope)
        if headers.get("host") != self._host:
            return f"This page is served as {self._host} alone."
        given = scope["path"].split("/")[1]
        if not secrets.compare_digest(given.encode(), self._key.encode()):
            return WRONG_KEY
        is_write = scope["method"] not in ("GET", "HEAD")
        if is_write and headers.get("origin") != f"http://{self._host}":
            return "Decisions are taken from the review page alone."
        return ""
