"""Users of a Label Studio: created by invitation, logged in by the form, each with a key of their own."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import requests

from annotate.errors import AnnotateError, Conflict, Unreachable

DOMAIN = "claimdesk.local"
TIMEOUT = 60.0  # seconds for a page
RESTORE = "restore that file, or move the folder away to start with an empty one"


@dataclass(frozen=True, slots=True)
class Credentials:
    """One user of a Label Studio: where to log in, the name to log in with, and the key for the API."""

    url: str
    email: str
    password: str
    token: str

    def __repr__(self) -> str:
        """Leave out what is secret, since a repr ends up in logs and tracebacks."""
        return f"Credentials(url={self.url!r}, email={self.email!r})"


def add_user(inviting: Credentials, name: str) -> Credentials:
    """Create a further user by invitation of an existing one, with a password and a key of their own.

    The login is the name in lower case at claimdesk.local; nothing is saved here.

    Raises:
        Conflict: If a user of that name exists.
    """
    slug = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".") or "reviewer"
    user = Credentials(inviting.url, f"{slug}@{DOMAIN}", secrets.token_urlsafe(15), "")
    with session(inviting) as owner:
        invitation = owner.get("/api/invite").json()["token"]
    with WebSession(inviting.url) as guest:
        form = {"email": user.email, "password": user.password, "allow_newsletters": "false"}
        answer = _post_form(guest, f"/user/signup/?token={invitation}", form)
        if answer.status_code != requests.codes.found:
            raise Conflict(
                f"a user {user.email} exists already: choose another name"
                if "already exists" in answer.text
                else f"Label Studio refused the new user {user.email} (status {answer.status_code})"
            )
        number = guest.get("/api/current-user/whoami").json()["id"]
        guest.patch(f"/api/users/{number}/", json={"first_name": name}, headers=_csrf(guest))
        return replace(user, token=_new_token(guest))


class WebSession(requests.Session):
    """A session as a browser has it: cookies are kept; redirects are not followed, and no proxy is used.

    Addresses are paths on the server.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.trust_env = False

    def request(self, method: str | bytes, url: str | bytes, *more: Any, **options: Any) -> requests.Response:
        """Request a path.

        Raises:
            Unreachable: If no complete response comes.
        """
        options |= {"allow_redirects": False, "timeout": TIMEOUT}
        try:
            return super().request(method, f"{self.url}{url!s}", *more, **options)
        except requests.RequestException as error:
            raise Unreachable(
                f"{self.url} does not answer ({type(error).__name__}): see label-studio.log in its folder, "
                "then start it again"
            ) from None


@contextlib.contextmanager
def session(user: Credentials) -> Iterator[WebSession]:
    """Log in by the form, as a person would.

    Raises:
        AnnotateError: If the password is not accepted.
    """
    with WebSession(user.url) as client:
        answer = _post_form(client, "/user/login/", {"email": user.email, "password": user.password})
        if answer.status_code != requests.codes.found:
            raise AnnotateError(
                f"Label Studio at {user.url} refuses the password of {user.email} in credentials.json: "
                f"{RESTORE}"
            )
        yield client


def _post_form(client: WebSession, path: str, fields: dict[str, str]) -> requests.Response:
    client.get(path)
    return client.post(path, data=fields | {"csrfmiddlewaretoken": _csrf(client)["X-CSRFToken"]})


def _csrf(client: WebSession) -> dict[str, str]:
    return {"X-CSRFToken": client.cookies.get("csrftoken") or ""}


def with_token(user: Credentials) -> Credentials:
    """Return the user with a key, which is created if there is none yet."""
    if user.token:
        return user
    with session(user) as client:
        return replace(user, token=_new_token(client))


def _new_token(client: WebSession) -> str:
    answer = client.post("/api/token/", headers=_csrf(client))
    if answer.status_code == requests.codes.conflict:
        raise AnnotateError(f"Label Studio issued a key that credentials.json does not hold: {RESTORE}")
    if answer.status_code != requests.codes.created:
        raise AnnotateError(f"Label Studio created no key (status {answer.status_code}): see its log")
    return str(answer.json()["token"])
