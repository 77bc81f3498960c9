"""The WSGI application that gunicorn serves: Label Studio, with the desk's scripts in each of its pages.

The address of a task that names a claim too is answered by a page that shows the claim in its section and
only reads: Label Studio itself would open somebody's answer there, at its top and ready to be changed.

gunicorn loads this file by its name, in Label Studio's environment, where claimdesk is not installed: it uses
the standard library only, and Label Studio.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

FOLDER = Path(__file__).parent  # where gunicorn finds this file
APPLICATION = f"{Path(__file__).stem}:create()"  # as gunicorn names it
TRAINING_SCRIPT_PATH = "/claimdesk/training.js"  # of training rounds; listens before desk.js
SCRIPT_PATH = "/claimdesk/desk.js"  # of labelling pages
LIST_SCRIPT_PATH = "/claimdesk/sections.js"  # of lists of tasks
CLAIM_PAGE = "/claimdesk/claim.html"  # what the link of a claim opens
CLAIM_PARTS = (CLAIM_PAGE, "/claimdesk/claim.css", "/claimdesk/claim.js")
CLAIM_LINK = re.compile(r"/projects/\d+/data/?")  # with `claim` in the query
AUTO_ADVANCE = "ANNOTATE_AUTO_ADVANCE"  # environment variable: `true` or `false`
TRAINING_ANSWERS = "ANNOTATE_TRAINING_ANSWERS"  # environment variable: the folder of decided labels
FOREVER = "public, max-age=31536000, immutable"
PLACE = b"</head>"  # the tags are inserted before it
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
OF_THE_CONTENT = {"content-length", "etag", "last-modified"}  # headers that a changed page cannot keep

Headers = list[tuple[str, str]]


def create() -> WSGIApplication:
    """Return Label Studio's own application in a `ScriptLayer`."""
    label_studio = find_spec("label_studio")
    # Its modules import each other from this folder; `label-studio start` extends the path in the same way.
    sys.path[:0] = label_studio.submodule_search_locations or () if label_studio else ()
    application = import_module("label_studio.core.wsgi").application
    # Some of its modules query the database while they load; no connection may be shared with the workers.
    import_module("django.db").connections.close_all()
    gc.freeze()  # no collection goes through what the workers share, and copies it
    if folder := os.environ.get(TRAINING_ANSWERS):
        application = import_module("claimdesk_training").TrainingLayer(application, Path(folder))
    auto_advance = os.environ.get(AUTO_ADVANCE, "true") == "true"
    scripts, parts = (
        {path: (FOLDER / Path(path).name).read_bytes() for path in paths}
        for paths in ((TRAINING_SCRIPT_PATH, SCRIPT_PATH, LIST_SCRIPT_PATH), CLAIM_PARTS)
    )
    return ScriptLayer(application, scripts, parts, auto_advance=auto_advance)


class ScriptLayer:
    """A WSGI application that adds the desk's scripts to the HTML pages of another, and serves them.

    `scripts` are by their path on the server; each tag has the setting. `parts` are the files of the page
    that shows one claim, by their path.
    """

    def __init__(
        self,
        application: WSGIApplication,
        scripts: Mapping[str, bytes],
        parts: Mapping[str, bytes],
        *,
        auto_advance: bool,
    ) -> None:
        self.application, self.files = application, {**parts, **scripts}
        self.versions = {path: f"v={hashlib.sha256(scripts[path]).hexdigest()[:16]}" for path in scripts}
        setting = f'data-auto-advance="{str(auto_advance).lower()}"'
        self.tags = "".join(
            f'<script src="{path}?{version}" {setting} defer></script>'
            for path, version in self.versions.items()
        ).encode()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; Label Studio calls `start_response` before it returns."""
        path = CLAIM_PAGE if _names_claim(environ) else environ.get("PATH_INFO", "")
        if path in self.files:
            return self._send_file(path, environ, start_response)
        given: list[Any] = []

        def keep(*arguments: Any) -> Callable[[bytes], None]:
            given[:] = arguments
            return _refuse_write

        body = self.application(environ, keep)
        status, headers, *error = given
        if _is_page(status, headers):
            headers, body = self._with_tags(headers, _read(body))
        start_response(status, headers, *error)
        return body

    def _send_file(self, path: str, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Send a file; a browser may keep it for as long as the address names this very version."""
        content, is_current = self.files[path], environ.get("QUERY_STRING") == self.versions.get(path)
        headers = [
            ("Content-Type", f"{TYPES[Path(path).suffix]}; charset=utf-8"),
            ("Content-Length", str(len(content))),
            ("Cache-Control", FOREVER if is_current else "no-cache"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ]
        start_response("200 OK", headers)
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [content]

    def _with_tags(self, headers: Headers, page: bytes) -> tuple[Headers, list[bytes]]:
        """Return the page with the tags at the end of its head; one without a head stays as it is."""
        start, place, rest = page.partition(PLACE)
        if not place:
            return headers, [page]
        page = start + self.tags + place + rest
        kept = [(name, value) for name, value in headers if name.lower() not in OF_THE_CONTENT]
        return [*kept, ("Content-Length", str(len(page)))], [page]


def _names_claim(environ: WSGIEnvironment) -> bool:
    """Return whether a request asks for a task with one of its claims, as the links of a report do."""
    is_task = CLAIM_LINK.fullmatch(environ.get("PATH_INFO", ""))
    return bool(is_task and parse_qs(environ.get("QUERY_STRING", "")).keys() >= {"task", "claim"})


def _is_page(status: str, headers: Headers) -> bool:
    """Return whether a response is an HTML page that a browser shows: no download, nothing compressed."""
    values = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and values.get("content-type", "").startswith("text/html")
        and not values.keys() & {"content-encoding", "content-disposition"}
    )


def _read(body: Iterable[bytes]) -> bytes:
    """Return a whole body, and close it, which ends the request in Label Studio."""
    try:
        return b"".join(body)
    finally:
        if close := getattr(body, "close", None):
            close()


def _refuse_write(data: bytes) -> None:
    raise NotImplementedError("Label Studio returns its responses, and writes none")
