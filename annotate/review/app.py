"""The addresses of the review page.

Pages are whole documents and forms work without a script; with one, keys work, and a form that cannot be sent
keeps what was typed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from annotate.errors import AnnotateError
from annotate.model import DECIDED_FIELDS
from annotate.report import Held
from annotate.review import pages
from annotate.review.guard import Guard
from annotate.workflows import Change, ReviewSession, answer_as_change

MOST_BYTES = 100_000  # of a form
CHECKS = "checks"  # the list of what is to check, in addresses and forms

Form = Mapping[str, str]


def review_app(session: ReviewSession, *, host: str, key: str) -> Starlette:
    """Return the page of a review as an ASGI application; decisions are written while it runs.

    Args:
        session: the review.
        host: the host and port by which it may be called.
        key: the first part of each address.
    """
    routes = _Pages(session, f"/{key}")

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        with session.writing():
            yield

    return Starlette(
        routes=[
            Route(f"/{key}/", routes.start),
            Route(f"/{key}/done", routes.done),
            Route(f"/{key}/checks", routes.checks),
            Route(f"/{key}/state", routes.state),
            Route(f"/{key}/review.{{name}}", routes.part),
            Route(f"/{key}/claim/{{claim_id:path}}", routes.claim),
            Route(f"/{key}/decide/{{claim_id:path}}", routes.decide, methods=["POST"]),
            Route(f"/{key}/undo", routes.undo, methods=["POST"]),
        ],
        middleware=[Middleware(Guard, host=host, key=key)],
        exception_handlers={AnnotateError: _refused},
        lifespan=running,
    )


def _refused(request: Request, error: Exception) -> Response:
    """Say why something is not done."""
    if "json" in request.headers.get("accept", ""):
        return JSONResponse({"problem": str(error)}, status_code=400)
    return HTMLResponse(pages.problem(str(error), base=f"/{request.url.path.split('/')[1]}"), status_code=400)


class _Pages:
    """What is answered at each address; `base` begins all of them."""

    def __init__(self, session: ReviewSession, base: str) -> None:
        self._session, self._base = session, base

    def start(self, _: Request) -> Response:
        """Go to the first claim to decide."""
        return RedirectResponse(self._next(""), status_code=303)

    def claim(self, request: Request) -> Response:
        """Show a claim."""
        claim_id = request.path_params["claim_id"]
        said = pages.SAID.get(request.query_params.get("said", ""), "")
        checking = request.query_params.get("list") == CHECKS
        return HTMLResponse(
            pages.claim(self._session, claim_id, base=self._base, said=said, checking=checking)
        )

    def checks(self, _: Request) -> Response:
        """Show what is to check."""
        return HTMLResponse(pages.checks(self._session, base=self._base))

    def done(self, request: Request) -> Response:
        """Show how far the review is, and how to go on."""
        said = pages.SAID.get(request.query_params.get("said", ""), "")
        return HTMLResponse(pages.done(self._session, base=self._base, said=said))

    def state(self, _: Request) -> Response:
        """Return what of the decisions is in Label Studio, as the page shows it."""
        return JSONResponse(pages.state(self._session, base=self._base))

    def part(self, request: Request) -> Response:
        """Return the style or the script."""
        name = request.path_params["name"]
        if name not in pages.PARTS:
            return Response(status_code=404)
        return Response(pages.part(name), media_type=pages.PARTS[name], headers=pages.KEPT)

    async def decide(self, request: Request) -> Response:
        """Decide a claim, and go to the next one."""
        claim_id, form = request.path_params["claim_id"], await _form(request)
        return await run_in_threadpool(self._decide, request, claim_id, form)

    def _decide(self, request: Request, claim_id: str, form: Form) -> Response:
        act, _, what = form.get("act", "").partition(" ")
        seen = pages.read_seen(form.get("seen", ""))
        actions: dict[str, Callable[[], object]] = {
            "label": lambda: self._session.decide(claim_id, _change(form, what), seen=seen),
            "take": lambda: self._take(claim_id, form, what, seen),
            "save": lambda: self._session.decide(claim_id, _change(form, None), seen=seen),
            "back": lambda: self._session.take_back(claim_id, seen=seen),
            "mine": lambda: self._session.settle(claim_id, mine=True),
            "theirs": lambda: self._session.settle(claim_id, mine=False),
            "drop": lambda: self._session.give_up(claim_id),
        }
        if act not in actions:
            raise AnnotateError("the page sent something that is no decision: reload it")
        actions[act]()
        stays = act in ("save", "back") or self._session.conflict(claim_id)
        checking = form.get("list") == CHECKS
        following = self._following_check if checking else self._next
        return self._go(request, self._claim(claim_id, checking=checking) if stays else following(claim_id))

    def _take(self, claim_id: str, form: Form, who: str, seen: Held) -> None:
        """Decide as an annotator answered."""
        answers = self._session.claim(claim_id).answers
        answer = next((each for each in answers if each.said.who == who), None)
        if answer is None:
            raise AnnotateError(f"there is no answer of “{who[:80]}” any more: reload the page")
        change = answer_as_change(answer, _change(form, None))
        self._session.decide(claim_id, change, seen=seen)

    async def undo(self, request: Request) -> Response:
        """Undo what was decided last, and go to its claim."""
        form = await _form(request)
        claim_id = await run_in_threadpool(self._session.undo)
        here, said = (form.get("here", ""), "nothing") if claim_id is None else (claim_id, "undone")
        if not here:
            return self._go(request, f"{self._base}/done?said={said}")
        return self._go(request, self._claim(here, checking=form.get("list") == CHECKS, said=said))

    def _next(self, claim_id: str) -> str:
        following = self._session.following(claim_id)
        return self._claim(following) if following else f"{self._base}/done"

    def _following_check(self, claim_id: str) -> str:
        following = self._session.following_check(claim_id)
        return self._claim(following, checking=True) if following else f"{self._base}/{CHECKS}"

    def _claim(self, claim_id: str, *, checking: bool = False, said: str = "") -> str:
        """Return the address of a claim, where wanted as one of the list of what is to check."""
        query = urlencode({**({"list": CHECKS} if checking else {}), **({"said": said} if said else {})})
        return f"{self._base}/claim/{quote(claim_id)}" + (f"?{query}" if query else "")

    def _go(self, request: Request, address: str) -> Response:
        """Send a script, or else the browser, to another page."""
        if "json" in request.headers.get("accept", ""):
            return JSONResponse({"next": address})
        return RedirectResponse(address, status_code=303)


async def _form(request: Request) -> Form:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise AnnotateError("the note is too long: shorten it")
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    # A NUL cannot be stored by every database of Label Studio.
    return {name: words.replace("\0", "") for name, words in fields}


def _change(form: Form, label: str | None) -> Change:
    fields: dict[str, Any] = {name: form[name] for name in DECIDED_FIELDS if name in form}
    return Change(label, form.get("note", ""), fields)
