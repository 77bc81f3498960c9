"""The client of Label Studio: one method for each call that this program makes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import Conflict, KeyRefused, Unreachable, UsageError
from annotate.studio.api.connection import ONCE
from annotate.studio.api.failures import (
    NOT_CONNECTED,
    Unclear,
    from_status,
    from_transport,
    redirected,
    root_of,
)
from annotate.studio.api.tasks import TaskCalls
from annotate.transport import RetryPolicy, Transport, is_local

MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"  # UTC, as Label Studio writes it
MOST_USERNAME = 150  # characters that Label Studio takes
# Without the numbers of tasks and annotations, which the server counts anew for each project in a list.
OF_PROJECTS = "id,title,description,maximum_annotations,label_config,show_collab_predictions,model_version"


class Client(TaskCalls):
    """The calls of one user to one Label Studio; `connect` makes it, and it serves one thread."""

    def __init__(self, url: str, key: str, transport: Transport, *, version: str, identity: str) -> None:
        super().__init__(url, key, transport)
        self.version, self.identity = version, identity

    def another(self) -> Client:
        """Return a further client of the same user, for another thread."""
        transport = Transport(self.policy)
        transport.server_client(self.url)
        key = self.tokens._api_key
        other = Client(self.url, key, transport, version=self.version, identity=self.identity)
        # the access token serves all; without it the first call of each client would ask for one
        other.tokens._access_token, other._key_renewed = self.tokens._access_token, self._key_renewed
        return other

    # ------------------------------------------------------------------ projects

    def projects(self) -> list[dict[str, Any]]:
        """Return all projects that the user sees, with the fields of `OF_PROJECTS`."""
        pages = self.pages("api/projects/", {"include": OF_PROJECTS})
        return [project for page in pages for project in page["results"]]

    def project(self, number: int) -> dict[str, Any]:
        """Return one project.

        Raises:
            Conflict: where it is gone.
        """
        return self.get_object(f"api/projects/{number}/")

    def task_count(self, number: int) -> int:
        """Return how many tasks a project has.

        Raises:
            Conflict: where it is gone.
        """
        return self.counts(number, ("task_number",))["task_number"]

    def counts(self, number: int, names: Collection[str]) -> dict[str, int]:
        """Return these counts of a project and no other: each takes its time where tasks are many.

        Raises:
            Conflict: where the project is gone.
        """
        counts = self.get_object(f"api/projects/{number}/", {"include": ",".join(names)})
        return {name: int(counts[name]) for name in names}

    def create_project(self, **fields: Any) -> int:
        """Create a project and return its number."""
        with self.writing():
            number = self.sdk.projects.create(**fields, request_options=ONCE).id
            if number is None:
                raise Unclear(f"{self.url} gave no clear response to a new project: push again")
            return int(number)

    def update_project(self, number: int, **fields: Any) -> None:
        """Change fields of a project."""
        with self.writing():
            self.sdk.projects.update(id=number, **fields, request_options=ONCE)

    def create_view(self, number: int, view: Mapping[str, Any]) -> None:
        """Create the list of tasks that people see when they open a project."""
        with self.writing():
            self.sdk.views.create(project=number, data=cast("Any", view), request_options=ONCE)

    def check_config(self, number: int, xml: str) -> None:
        """Ask the server whether a labeling config fits the annotations of a project.

        Raises:
            BadInput: where it does not, with the server's reason.
        """
        validate = self.sdk.projects.validate_label_config
        self.read(lambda: validate(id=number, label_config=xml, request_options=ONCE))

    # ------------------------------------------------------------------ predictions and annotations

    def model_versions(self, number: int) -> dict[str, int]:
        """Return the number of predictions of a project by model version."""
        versions = self.get_object(f"api/projects/{number}/model-versions/")
        return {str(version): int(count) for version, count in versions.items()}

    def import_predictions(self, number: int, predictions: Sequence[Mapping[str, Any]]) -> int:
        """Send predictions (task, model_version, result) once and return how many the server created.

        Raises:
            Unclear: where the response is unclear: the predictions may have been stored.
        """
        path = f"api/projects/{number}/import/predictions"
        return self.post_rows(path, predictions, "created", seconds=self.policy.bulk)

    def delete_prediction(self, prediction: int) -> None:
        """Delete one prediction."""
        with self.writing():
            self.sdk.predictions.delete(id=prediction, request_options=ONCE)

    def annotations(self, task: int) -> list[dict[str, Any]]:
        """Return the annotations of a task, without drafts."""
        return self.get_list(f"api/tasks/{task}/annotations/")

    def answer(  # noqa: PLR0913 - an annotation and whose it is
        self,
        task: int,
        results: Sequence[Mapping[str, Any]],
        *,
        seconds: float | None = None,
        ground_truth: bool = False,
        author: int | None = None,
        unique_id: str | None = None,
    ) -> int:
        """Submit an annotation and return its number.

        A ground truth takes the star from the one that the task had before.

        Args:
            task: the number of the task.
            results: the content.
            seconds: the time that it took.
            ground_truth: give it the star.
            author: the number of the user whose it is, by default this client's.
            unique_id: a UUID; the server refuses a second annotation with the same one.

        Raises:
            Unclear: where the response is unclear, or an annotation has this id: look at the task.
        """
        given = {"completed_by": author, "unique_id": unique_id}
        with self.writing():
            annotation = self.sdk.annotations.create(
                id=task,
                result=list(results),
                lead_time=seconds,
                ground_truth=ground_truth,
                request_options=ONCE,
                **{name: value for name, value in given.items() if value is not None},
            )
            return int(annotation.id or 0)

    def rewrite(self, annotation: int, results: Sequence[Mapping[str, Any]]) -> None:
        """Replace the results of an annotation; its author stays."""
        with self.writing():
            self.sdk.annotations.update(id=annotation, result=list(results), request_options=ONCE)

    # ------------------------------------------------------------------ users and the server

    def users(self) -> list[dict[str, Any]]:
        """Return all users, with id, email, first_name and last_name."""
        return self.get_list("api/users/")

    def create_user(self, *, email: str, name: str) -> int:
        """Create an account without a password, with which nobody can log in, and return its number.

        Raises:
            BadInput: where the e-mail is taken, or the server refuses it.
            Unclear: where the response is unclear.
        """
        username = email.partition("@")[0][:MOST_USERNAME]
        with self.writing():
            users = self.sdk.users
            user = users.create(
                email=email, username=username, first_name=name, last_name="", request_options=ONCE
            )
            return int(user.id)

    def me(self) -> int:
        """Return the number of this client's user."""
        return int(self.whoami()["id"])

    def whoami(self) -> dict[str, Any]:
        """Return this client's user: id, email and the other fields of the account.

        Raises:
            KeyRefused: where the key belongs to nobody.
        """
        user = self.get_object("api/current-user/whoami")
        if not isinstance(user.get("id"), int):
            raise KeyRefused(f"{self.url} does not know who the key belongs to: make a new one there")
        return user

    def hotkeys(self) -> dict[str, Any]:
        """Return the keys that this client's user changed: `section:element` to `key` and `active`."""
        return dict(self.get_object("api/current-user/hotkeys/").get("custom_hotkeys") or {})

    def set_hotkeys(self, changed: Mapping[str, Mapping[str, Any]]) -> None:
        """Set the keys of this client's user; those not named get their default."""
        with self.writing():
            self.sdk.users.update_hotkeys(custom_hotkeys=dict(changed), request_options=ONCE)

    def page(self, path: str) -> str:
        """Return the text at a path as a browser gets it, without the key; empty where there is none."""
        with self._translated(writing=False):
            response = self.transport.retry(lambda: self.transport.http.get(f"{self.url}/{path}"))
        return response.text if response.status_code == httpx.codes.OK else ""

    def clock(self) -> str:
        """Return the server's time, ISO 8601 with microseconds, UTC, rounded up to a second.

        What was done before is earlier, also where the two are compared as text.
        """
        date = self.read(lambda: self.response("api/version", {})).headers["Date"]
        return (parsedate_to_datetime(date) + timedelta(seconds=1)).strftime(MOMENT)


def clients_for(client: Client, count: int) -> list[Client]:
    """Return `count` clients of one user: the one given, or where they are several, new ones."""
    return [client] if count == 1 else [client.another() for _ in range(count)]


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
        raise KeyRefused("the key is empty or has characters that no key has: set LABEL_STUDIO_API_KEY anew")
    transport = Transport(policy or RetryPolicy())
    transport.server_client(address)
    version = _version(transport, address)
    try:
        client = Client(address, key, transport, version=version, identity=identity)
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


def _version(transport: Transport, url: str) -> str:
    """Return the version of Label Studio, for which no key is needed."""
    response = _version_response(transport, url)
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


def _version_response(transport: Transport, url: str) -> httpx.Response:
    def call() -> httpx.Response | httpx.TransportError:
        try:
            response = transport.http.get(f"{url}/api/version", headers={"Accept": "application/json"})
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
