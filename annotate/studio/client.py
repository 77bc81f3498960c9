"""The door to Label Studio: its SDK on one side, our errors on the other.

Every write goes out once (the SDK would repeat it, and what it repeats is doubled); reads are repeated by the
SDK. Lists of tasks are taken as JSON: the SDK's objects cost ten times the time. No message holds the key.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.request_options import RequestOptions

from annotate.errors import AnnotateError, BadInput, Conflict, KeyRefused, Unreachable, UsageError
from annotate.studio.tasks import Task

ONCE: RequestOptions = {"max_retries": 0}
PATIENCE = httpx.Timeout(120, connect=10)
PAGE = 500  # tasks or projects a page
FIELDS = "id,data,meta,total_annotations"  # of tasks in a list
LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1\]?")


class Unclear(Unreachable):
    """A write got no clear answer: it may or may not have been done, so look before doing it again."""


class Client:
    """One user's way into one Label Studio; `connect` makes it."""

    def __init__(self, sdk: LabelStudio, url: str, version: str) -> None:
        self.sdk = sdk
        self.url = url
        self.version = version

    def projects(self) -> list[dict[str, Any]]:
        """Give all projects that the user sees, with id, title, description and what stands in them."""
        return [project for page in self._pages("api/projects/", {}) for project in page["results"]]

    def project(self, number: int) -> dict[str, Any]:
        """Give one project.

        Raises:
            Conflict: where it is gone.
        """
        found: dict[str, Any] = self._get(f"api/projects/{number}/")
        return found

    def create_project(self, **fields: Any) -> int:
        """Make a project and give its number."""
        with self._translated(writing=True):
            number = self.sdk.projects.create(**fields, request_options=ONCE).id
            if number is None:
                raise Unclear(f"{self.url} gave no clear answer to a new project: push again")
            return int(number)

    def update_project(self, number: int, **fields: Any) -> None:
        """Change fields of a project."""
        with self._translated(writing=True):
            self.sdk.projects.update(id=number, **fields, request_options=ONCE)

    def create_view(self, number: int, view: Mapping[str, Any]) -> None:
        """Make the list of tasks that people meet when they open a project."""
        with self._translated(writing=True):
            self.sdk.views.create(project=number, data=cast("Any", view), request_options=ONCE)

    def import_tasks(self, number: int, tasks: Sequence[Task]) -> int:
        """Send tasks, once, and give how many the server says it took.

        Raises:
            Unclear: where the answer does not tell: the tasks may be there.
        """
        with self._translated(writing=True):
            answer = self.sdk.projects.import_tasks(
                id=number, request=cast("Any", tasks), request_options=ONCE
            )
            if not isinstance(answer.task_count, int):
                raise Unclear(f"{self.url} gave no clear answer to {len(tasks)} tasks")
            return answer.task_count

    def tasks(self, number: int) -> Iterator[dict[str, Any]]:
        """Give each task of a project, in the order of their ids.

        Each has id, data, meta, and total_annotations (submitted answers).
        """
        query = {"project": number, "include": FIELDS, "fields": "task_only"}
        for page in self._pages("api/tasks/", query):
            yield from page["tasks"]

    def tasks_with(self, number: int, digests: Sequence[str]) -> list[dict[str, Any]]:
        """Give the tasks of a project that have one of these digests.

        None may also mean that the server does not know the field yet: it says nothing of a field that no
        task has.
        """
        found: list[dict[str, Any]] = []
        for first in range(0, len(digests), PAGE):
            some = list(digests[first : first + PAGE])
            item = {
                "filter": "filter:tasks:data.digest",
                "operator": "in_list",
                "type": "List",
                "value": some,
            }
            told = json.dumps({"filters": {"conjunction": "and", "items": [item]}})
            query = {"project": number, "include": FIELDS, "fields": "task_only", "query": told}
            for page in self._pages("api/tasks/", query):
                found += page["tasks"]
        return found

    def set_meta(self, task: int, meta: Mapping[str, Any]) -> None:
        """Put other notes beside a task's data."""
        with self._translated(writing=True):
            self.sdk.tasks.update(id=str(task), meta=dict(meta), request_options=ONCE)

    def delete_task(self, task: int) -> None:
        """Delete a task with all its answers."""
        with self._translated(writing=True):
            self.sdk.tasks.delete(id=str(task), request_options=ONCE)

    def export(self, number: int) -> list[dict[str, Any]]:
        """Give all tasks of a project with their annotations and drafts."""
        query = {"exportType": "JSON", "download_all_tasks": "true"}
        tasks = self._get(f"api/projects/{number}/export", query)
        if not isinstance(tasks, list):
            raise Unreachable(f"{self.url} gave no list of tasks for project {number}: try again")
        return tasks

    def users(self) -> list[dict[str, Any]]:
        """Give all users, with id, email, first_name and last_name."""
        return list(self._get("api/users/"))

    def hotkeys(self) -> dict[str, Any]:
        """Give the keys that this client's user changed: `section:element` to `key` and `active`."""
        return dict(self._get("api/current-user/hotkeys/")["custom_hotkeys"])

    def set_hotkeys(self, changed: Mapping[str, Mapping[str, Any]]) -> None:
        """Set the keys of this client's user; those not named go back to what they were born with."""
        with self._translated(writing=True):
            self.sdk.users.update_hotkeys(custom_hotkeys=dict(changed), request_options=ONCE)

    def me(self) -> int:
        """Give the number of this client's user."""
        return int(self._get("api/current-user/whoami")["id"])

    def annotations(self, task: int) -> list[dict[str, Any]]:
        """Give the annotations of a task, drafts left out."""
        return list(self._get(f"api/tasks/{task}/annotations/"))

    def answer(
        self,
        task: int,
        results: Sequence[Mapping[str, Any]],
        *,
        seconds: float | None = None,
        ground_truth: bool = False,
    ) -> int:
        """Submit an annotation as this client's user and give its number.

        A ground truth takes the star from the one that the task had before.
        """
        with self._translated(writing=True):
            made = self.sdk.annotations.create(
                id=task,
                result=list(results),
                lead_time=seconds,
                ground_truth=ground_truth,
                request_options=ONCE,
            )
            return int(made.id or 0)

    def rewrite(self, annotation: int, results: Sequence[Mapping[str, Any]]) -> None:
        """Put other results in the place of an annotation's; who gave it stays."""
        with self._translated(writing=True):
            self.sdk.annotations.update(id=annotation, result=list(results), request_options=ONCE)

    def check_config(self, number: int, xml: str) -> None:
        """Ask the server whether a labeling config fits the answers of a project.

        Raises:
            BadInput: where it does not, with the server's reason.
        """
        with self._translated(writing=False):
            self.sdk.projects.validate_label_config(id=number, label_config=xml, request_options=ONCE)

    def clock(self) -> str:
        """Give the server's time, ISO 8601, UTC, rounded up to a second: what was done before is earlier."""
        with self._translated(writing=False):
            transport = self.sdk._client_wrapper.httpx_client
            stamp = transport.request("api/version", method="GET").headers["Date"]
        return (parsedate_to_datetime(stamp) + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        with self._translated(writing=False):
            # the SDK's own transport, so that it adds and renews the key and repeats what failed
            transport = self.sdk._client_wrapper.httpx_client
            answer = transport.request(path, method="GET", params=dict(query or {}))
            if answer.status_code != httpx.codes.OK:
                raise ApiError(status_code=answer.status_code, body=_body(answer))
            return answer.json()

    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        page, seen = 1, 0
        while True:
            found = self._get(path, {**query, "page": page, "page_size": PAGE})
            yield found
            rows = found.get("results", found.get("tasks"))
            seen += len(rows)
            if not rows or seen >= int(found.get("count", found.get("total", 0))):
                return
            page += 1

    @contextlib.contextmanager
    def _translated(self, *, writing: bool) -> Iterator[None]:
        """Turn what the SDK raises into our errors; a write without a clear answer is `Unclear`."""
        try:
            yield
        except ApiError as error:
            raise _from_status(error, self.url, writing=writing) from None
        except httpx.ConnectError:
            raise _silent(self.url) from None
        except (httpx.HTTPError, ValueError) as error:  # ValueError: an answer that is no JSON
            kind = Unclear if writing else Unreachable
            raise kind(f"{self.url} broke off its answer ({type(error).__name__}): try again") from None


def connect(url: str, key: str) -> Client:
    """Open the door: check the address, that a Label Studio answers there, and that it accepts the key.

    Raises:
        UsageError: where the address has no http(s), or holds a password.
        Unreachable: where nothing answers, or something that is no Label Studio.
        KeyRefused: where the key is not accepted.
    """
    address = _checked(url)
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise KeyRefused("the key is empty or holds what no key holds: set LABEL_STUDIO_API_KEY anew")
    # a proxy from the environment has no business between us and a server on this machine
    local = bool(LOOPBACK.fullmatch(urlsplit(address).hostname or ""))
    web = httpx.Client(timeout=PATIENCE, trust_env=not local, follow_redirects=False)
    version = _version(web, address)
    try:
        sdk = LabelStudio(base_url=address, api_key=key, httpx_client=web)  # type: ignore[no-untyped-call]
        client = Client(sdk, address, version)
        if client._get("api/current-user/whoami").get("id") is None:
            raise KeyRefused(f"{address} does not know who the key belongs to: make a new one there")
    except ApiError as error:  # the SDK looks into the key before it is used
        raise _from_status(error, address, writing=False) from None
    return client


def _checked(url: str) -> str:
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"the address of Label Studio must begin with http:// or https://, not {parts.netloc or url!r}"
        )
    if parts.username or parts.password:
        raise UsageError("the address of Label Studio must not hold a password: use LABEL_STUDIO_API_KEY")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _version(web: httpx.Client, url: str) -> str:
    """Ask for the version, which needs no key: only a Label Studio answers this in its way."""
    try:
        answer = web.get(f"{url}/api/version", headers={"Accept": "application/json"})
    except httpx.HTTPError:
        raise _silent(url) from None
    if answer.is_redirect:
        raise Unreachable(f"{url} sends us elsewhere: use the address that your browser ends at")
    try:
        return str(answer.json()["label-studio-os-package"]["version"])
    except (ValueError, KeyError, TypeError):
        why = f"{url} answers (status {answer.status_code}), but is no Label Studio: check LABEL_STUDIO_URL"
        raise Unreachable(why) from None


def _silent(url: str) -> Unreachable:
    return Unreachable(
        f"nothing answers at {url}: is Label Studio running? `annotate studio start` runs one here"
    )


def _from_status(error: ApiError, url: str, *, writing: bool) -> AnnotateError:
    status, said = error.status_code or 0, _said(error.body)
    if status in {401, 403}:
        return KeyRefused(
            f"{url} does not accept the key{said}: make a new one under Account & Settings there"
        )
    if status == httpx.codes.NOT_FOUND:
        return Conflict(f"{url} no longer has what was asked for (404): was the project deleted?")
    if status in {400, 413, 422}:
        return BadInput(f"{url} refused what was sent{said}")
    kind = Unclear if writing else Unreachable
    return kind(f"{url} answered with status {status}{said}: try again")


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return ""


def _said(body: Any) -> str:
    """Give the server's own reason, short; a page of HTML says nothing to a person."""
    if not isinstance(body, dict):
        return ""
    reason = body.get("validation_errors") or body.get("detail") or ""
    words = reason if isinstance(reason, str) else json.dumps(reason, ensure_ascii=False)
    return f" ({words[:200]})" if words else ""
