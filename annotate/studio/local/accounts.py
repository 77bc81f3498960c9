"""Users of a Label Studio: made by invitation, logged in by the form, each with a key of their own."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

from annotate.errors import AnnotateError, Conflict, Unreachable

DOMAIN = "claimdesk.local"
PATIENCE = 60.0  # seconds for a page


@dataclass(frozen=True, slots=True)
class Credentials:
    """One user of a Label Studio: where to log in, as whom, and the key for the API."""

    url: str
    email: str
    password: str
    token: str

    def __repr__(self) -> str:
        """Leave out what is secret: a repr ends in logs and tracebacks."""
        return f"Credentials(url={self.url!r}, email={self.email!r})"


def add_user(inviting: Credentials, name: str) -> Credentials:
    """Make a further user by invitation of one who is there, with a password and a key of their own.

    The login is the name in small letters at claimdesk.local; nothing of it is kept here.

    Raises:
        Conflict: where there is a user of that name.
    """
    slug = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".") or "reviewer"
    made = Credentials(inviting.url, f"{slug}@{DOMAIN}", secrets.token_urlsafe(15), "")
    with session(inviting) as owner:
        invitation = owner.get("/api/invite").json()["token"]
    with WebSession(inviting.url) as guest:
        form = {"email": made.email, "password": made.password, "allow_newsletters": "false"}
        answer = _post_form(guest, f"/user/signup/?token={invitation}", form)
        if answer.status_code != requests.codes.found:
            taken = "already exists" in answer.text
            raise Conflict(
                f"there is a user {made.email} already: take another name"
                if taken
                else f"Label Studio refused the new user {made.email} (status {answer.status_code})"
            )
        me = guest.get("/api/current-user/whoami").json()["id"]
        guest.patch(f"/api/users/{me}/", json={"first_name": name}, headers=_csrf(guest))
        return Credentials(made.url, made.email, made.password, _new_token(guest))


class WebSession(requests.Session):
    """A browser's way in: cookies are kept, redirects shown, proxies of the environment not asked.

    Addresses are paths on the server.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.trust_env = False

    def request(self, method: str | bytes, url: str | bytes, *more: Any, **options: Any) -> requests.Response:
        """Ask for a path.

        Raises:
            Unreachable: where no whole answer comes.
        """
        options |= {"allow_redirects": False, "timeout": PATIENCE}
        try:
            return super().request(method, f"{self.url}{url!s}", *more, **options)
        except requests.RequestException as error:
            why = f"{self.url} does not answer ({type(error).__name__})"
            raise Unreachable(f"{why}: see label-studio.log in its folder, and start it again") from None


@contextlib.contextmanager
def session(user: Credentials) -> Iterator[WebSession]:
    """Log in by the form, as a person would.

    Raises:
        AnnotateError: where the password is not accepted.
    """
    with WebSession(user.url) as client:
        answer = _post_form(client, "/user/login/", {"email": user.email, "password": user.password})
        if answer.status_code != requests.codes.found:
            raise AnnotateError(
                f"Label Studio at {user.url} refuses the password of {user.email} in credentials.json: "
                "restore that file, or move the folder away to begin anew"
            )
        yield client


def _post_form(client: WebSession, path: str, fields: dict[str, str]) -> requests.Response:
    client.get(path)
    return client.post(path, data=fields | {"csrfmiddlewaretoken": _csrf(client)["X-CSRFToken"]})


def _csrf(client: WebSession) -> dict[str, str]:
    return {"X-CSRFToken": client.cookies.get("csrftoken") or ""}


def with_token(user: Credentials) -> Credentials:
    """Return the user with a key, made unattended where there is none yet."""
    if user.token:
        return user
    with session(user) as client:
        return Credentials(user.url, user.email, user.password, _new_token(client))


def _new_token(client: WebSession) -> str:
    answer = client.post("/api/token/", headers=_csrf(client))
    if answer.status_code == requests.codes.conflict:
        raise AnnotateError(
            "Label Studio gave out a key before that credentials.json does not hold: "
            "restore that file, or move the folder away to begin anew"
        )
    if answer.status_code != requests.codes.created:
        raise AnnotateError(f"Label Studio made no key (status {answer.status_code}): see its log")
    return str(answer.json()["token"])
