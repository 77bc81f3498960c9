"""Serves the review page on this computer alone, until it is interrupted."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from urllib.parse import quote

import uvicorn

from annotate.errors import AnnotateError
from annotate.review.app import review_app
from annotate.workflows import ReviewSession

HOST = "127.0.0.1"
FAREWELL = 3  # seconds for what is being answered, once the server is to end


def serve(
    session: ReviewSession, *, port: int = 0, claim: str | None = None, opened: Callable[[str], None]
) -> None:
    """Serve the page of a review until SIGINT or SIGTERM; decisions are written meanwhile.

    Args:
        session: the review.
        port: where to listen on 127.0.0.1; 0 takes a free one.
        claim: id of the claim to begin with; by default the first one to decide.
        opened: is called with the address, which holds a new key at each start.

    Raises:
        AnnotateError: where the port is taken.
    """
    with _listening(port) as listening:
        own = f"{HOST}:{listening.getsockname()[1]}"
        key = secrets.token_urlsafe(18)
        config = uvicorn.Config(
            review_app(session, host=own, key=key),
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            loop="asyncio",
            http="h11",
            ws="none",
            timeout_graceful_shutdown=FAREWELL,
        )
        opened(f"http://{own}/{key}/{f'claim/{quote(claim)}' if claim else ''}")
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:  # uvicorn ends as asked, and then passes the signal on
            return


def _listening(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()  # before anybody is told the address
    except OSError as error:
        listening.close()
        raise AnnotateError(
            f"port {port} cannot be used ({error.strerror}): leave --port out, or name another one"
        ) from error
    return listening
