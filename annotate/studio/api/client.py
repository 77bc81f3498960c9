"""The door to Label Studio: its SDK on one side, our errors on the other.

Every write goes out once (the SDK would repeat it, and what it repeats is doubled); reads are repeated, see
`patience`. Lists of tasks are taken as JSON: the SDK's objects cost ten times the time. No message holds the
key, and it travels in the open to this machine alone.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import quote, urlsplit

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.parse_error import ParsingError
from label_studio_sdk.core.request_options import RequestOptions

from annotate.errors import Conflict, KeyRefused, Unreachable, UsageError
from annotate.studio.api.failures import (
    NOT_CONNECTED,
    Unclear,
    elsewhere,
    from_status,
    from_transport,
    is_local,
    page,
    root_of,
    unexpected,
)
from annotate.studio.api.retry import Line, Patience
from annotate.studio.format import Task

ONCE: RequestOptions = {"max_retries": 0}
KEY_LASTS = 200.0  # seconds that an access token is used: the server takes it for 300, by its own clock
Answer = TypeVar("Answer")
Value = TypeVar("Value")  # what a filter asks for

PAGE = 500  # tasks or projects a page
MANY_PAGES = 4  # of one list: beyond, ranges of ids are asked for, since each page takes longer than the last
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"  # UTC, as Label Studio writes it
ADDRESS = 3_000  # characters of an address that hold values which are asked for
LOT = 150  # tasks that are asked for by number in one call: servers take addresses of some 4,000 characters
# Without the numbers of tasks and answers, which the server counts anew for each project in a list.
OF_PROJECTS = "id,title,description,maximum_annotations,label_config,show_collab_predictions,model_version"
FIELDS = "id,data,meta,total_annotations"  # of tasks in a list
# Paths of files are not looked up (`resolve_uri`), which would take half of the time again.
LIST = {"fields": "task_only", "resolve_uri": "false"}


class Span(NamedTuple):
    """A range of ids of tasks, both ends included."""

    first: int
    last: int


class Client:
    """One user's way into one Label Studio; `connect` makes it."""

    def __init__(self, sdk: LabelStudio, url: str, version: str, line: Line, identity: str = "") -> None:
        self.sdk = sdk
        self.url = url
        self.identity = identity
        self.version = version
        self.line = line
        self._key_made = float("-inf")

    def another(self) -> Client:
        """Return a further client of the same user, for another thread: one client serves one thread."""
        line = Line(self.line.patience)
        web = line.web(self.url)
        key = self.sdk._client_wrapper._tokens_client._api_key
        sdk = LabelStudio(base_url=f"{self.url}/", api_key=key, httpx_client=web)  # type: ignore[no-untyped-call]
        return Client(sdk, self.url, self.version, line, self.identity)

    def projects(self) -> list[dict[str, Any]]:
        """Return all projects that the user sees, with the fields of `OF_PROJECTS`."""
        pages = self._pages("api/projects/", {"include": OF_PROJECTS})
        return [project for page in pages for project in page["results"]]

    def project(self, number: int) -> dict[str, Any]:
        """Return one project.

        Raises:
            Conflict: where it is gone.
        """
        return self._object(f"api/projects/{number}/")

    def task_count(self, number: int) -> int:
        """Return how many tasks a project has.

        Raises:
            Conflict: where it is gone.
        """
        return self.counts(number, ("task_number",))["task_number"]

    def counts(self, number: int, names: Collection[str]) -> dict[str, int]:
        """Return these counts of a project alone: with many tasks each takes its time.

        Raises:
            Conflict: where it is gone.
        """
        found = self._get(f"api/projects/{number}/", {"include": ",".join(names)}, kind=dict)
        return {name: int(found[name]) for name in names}

    def create_project(self, **fields: Any) -> int:
        """Make a project and give its number."""
        with self._writing():
            number = self.sdk.projects.create(**fields, request_options=ONCE).id
            if number is None:
                raise Unclear(f"{self.url} gave no clear answer to a new project: push again")
            return int(number)

    def update_project(self, number: int, **fields: Any) -> None:
        """Change fields of a project."""
        with self._writing():
            self.sdk.projects.update(id=number, **fields, request_options=ONCE)

    def create_view(self, number: int, view: Mapping[str, Any]) -> None:
        """Make the list of tasks that people meet when they open a project."""
        with self._writing():
            self.sdk.views.create(project=number, data=cast("Any", view), request_options=ONCE)

    def import_tasks(self, number: int, tasks: Sequence[Task]) -> int:
        """Send tasks, once, and give how many the server says it took.

        Raises:
            Unclear: where the answer does not tell: the tasks may be there.
        """
        return self._imported(f"api/projects/{number}/import", tasks, "task_count")

    def model_versions(self, number: int) -> dict[str, int]:
        """Count the predictions of a project by their model version."""
        found = self._object(f"api/projects/{number}/model-versions/")
        return {str(version): int(count) for version, count in found.items()}

    def tasks_without(
        self, number: int, version: str, *patterns: str, after: int = 0
    ) -> Iterator[dict[str, Any]]:
        """Yield each page of the tasks, with ids above `after`, that have no prediction of a model version.

        The version is found also as a part of another one. `patterns` are regular expressions that the
        claims in a task's data match, as JSON with or without spaces. A page has `total` and `tasks`.
        """
        matched = [_item("data.claims", "regex", "String", pattern) for pattern in patterns]
        lacks = _item("predictions_model_versions", "not_contains", "List", [version])
        later = [_item("id", "greater", "Number", after)] if after else []
        return self._listed(number, lacks, *matched, *later)

    def tasks_with_predictions(self, number: int, *, above: int) -> Iterator[dict[str, Any]]:
        """Yield each page of the tasks that have more predictions than so many, each with its `predictions`.

        A page has `total` and `tasks`.
        """
        asked = _where(_item("total_predictions", "greater", "Number", above))
        query = {"project": number, "include": "id,predictions", **LIST, "fields": "all", **asked}
        return self._pages("api/tasks/", query)

    def import_predictions(self, number: int, predictions: Sequence[Mapping[str, Any]]) -> int:
        """Send predictions (task, model_version, result), once, and return how many the server made.

        Raises:
            Unclear: where the answer does not tell: the predictions may be there.
        """
        path, seconds = f"api/projects/{number}/import/predictions", self.line.patience.whole
        return self._imported(path, predictions, "created", seconds=seconds)

    def delete_prediction(self, prediction: int) -> None:
        """Delete one prediction."""
        with self._writing():
            self.sdk.predictions.delete(id=prediction, request_options=ONCE)

    def tasks(self, number: int) -> Iterator[dict[str, Any]]:
        """Return each task of a project, in the order of their ids.

        Each has id, data, meta, and total_annotations (submitted answers).
        """
        for span in self.spans(number):
            yield from self.tasks_in(number, span)

    def spans(self, number: int) -> list[Span]:
        """Return ranges of ids in which all tasks of a project are, in their order.

        In each are some `PAGE` tasks, where no other project got tasks meanwhile. A page of a long list takes
        longer than a range: for each page the server counts the whole list.
        """
        first, count = self._outermost(number, "tasks:id")
        if not count:
            return []
        last, _ = self._outermost(number, "-tasks:id")
        width = -(-(last - first + 1) // -(-count // PAGE))
        return [Span(low, min(low + width - 1, last)) for low in range(first, last + 1, width)]

    def _outermost(self, number: int, ordering: str) -> tuple[int, int]:
        """Return the first id in this order, 0 where there is none, and how many tasks there are."""
        found = self._first(number, ordering, 1, include="id")
        return (int(found["tasks"][0]["id"]) if found["tasks"] else 0), int(found["total"])

    def tasks_in(self, number: int, span: Span) -> list[dict[str, Any]]:
        """Return the tasks of a project that have ids in a range, as `tasks` does."""
        return [task for page in self._listed(number, _within(span)) for task in page["tasks"]]

    def newest(self, number: int, most: int) -> list[dict[str, Any]]:
        """Return the tasks of a project that came last, so many or a page of them, as `tasks` does."""
        found = self._first(number, "-tasks:id", min(most, PAGE))
        return cast("list[dict[str, Any]]", found["tasks"])

    def tasks_with(
        self, number: int, values: Sequence[str], *, field: str = "digest"
    ) -> Iterator[dict[str, Any]]:
        """Return the tasks of a project that have one of these values in a field of their data.

        None may also mean that the server does not know the field yet: it says nothing of a field that no
        task has.
        """
        for some in _lots(values):
            asked = _item(f"data.{field}", "in_list", "List", some)
            pages = self._listed(number, asked)
            first = next(pages)
            if int(first.get("total", 0)) > MANY_PAGES * PAGE:
                ranges = (self._listed(number, _within(span), asked) for span in self.spans(number))
                pages = chain.from_iterable(ranges)
            else:
                pages = chain([first], pages)
            yield from (task for page in pages for task in page["tasks"])

    def tasks_like(
        self, number: int, *, revisions: Sequence[str], words: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Return the tasks of a project whose article has one of these revisions or words."""
        asked = [_item("data.revision", "in_list", "List", some) for some in _lots(revisions)]
        asked += [_item("data.text", "contains", "String", some) for some in words]
        for items in _lots(asked):
            pages = self._listed(number, *items, conjunction="or")
            yield from (task for page in pages for task in page["tasks"])

    def first_task(self, number: int) -> dict[str, Any] | None:
        """Return the task of a project that came first, as `tasks` does; `None` without one."""
        found = self._first(number, "tasks:id", 1)["tasks"]
        return cast("dict[str, Any]", found[0]) if found else None

    def knows(self, number: int, field: str) -> bool:
        """Return whether a project can be asked for tasks by a field of their data.

        A field that no task has yet is not known, and asking for it finds nothing, without an error.
        """
        page = {"project": number, "include": FIELDS, **LIST, "page": 1, "page_size": 1}
        first = self._get("api/tasks/", page, kind=dict)["tasks"]
        if not first:
            return True
        value = first[0]["data"].get(field)
        query = _where(_item(f"data.{field}", "in_list", "List", [value]))
        return isinstance(value, str) and bool(self._get("api/tasks/", {**page, **query}, kind=dict)["tasks"])

    def task_numbers(
        self, number: int, *, changed_after: str | None = None, with_draft: bool = False
    ) -> set[int]:
        """Return the numbers of a project's tasks: all, those that changed after a moment, or have a draft.

        The moment is one of the server's clock: `2031-05-04T09:30:12.000000Z`. A draft changes no task.
        """
        if changed_after:
            asked = [_changed_after(changed_after)]
        elif with_draft:
            asked = [_item("draft_exists", "equal", "Boolean", True)]
        else:
            asked = [_within(span) for span in self.spans(number)]
        pages = (page for item in asked for page in self._listed(number, item, include="id"))
        return {int(task["id"]) for page in pages for task in page["tasks"]}

    def changed_count(self, number: int, after: str) -> int:
        """Return how many of a project's tasks changed after a moment."""
        query = {"project": number, "include": "id", **LIST, **_where(_changed_after(after))}
        return int(self._get("api/tasks/", {**query, "page": 1, "page_size": 1}, kind=dict)["total"])

    def set_meta(self, task: int, meta: Mapping[str, Any]) -> None:
        """Put other notes beside a task's data."""
        with self._writing():
            self.sdk.tasks.update(id=str(task), meta=dict(meta), request_options=ONCE)

    def delete_task(self, task: int) -> None:
        """Delete a task with all its answers."""
        with self._writing():
            self.sdk.tasks.delete(id=str(task), request_options=ONCE)

    def export(self, number: int, *, only: Collection[int] | None = None) -> list[dict[str, Any]]:
        """Return tasks of a project with their annotations and drafts, in the order of their numbers.

        `only` names some; those that are gone are left out.
        """
        path, query = f"api/projects/{number}/export", {"exportType": "JSON", "download_all_tasks": "true"}
        if only is None:
            found = self._list(path, query, seconds=self.line.patience.whole)
        else:
            wanted = sorted(only)
            lots = [wanted[first : first + LOT] for first in range(0, len(wanted), LOT)]
            found = [task for lot in lots for task in self._list(path, {**query, "ids[]": lot})]
        return sorted(found, key=lambda task: int(task["id"]))

    def users(self) -> list[dict[str, Any]]:
        """Return all users, with id, email, first_name and last_name."""
        return self._list("api/users/")

    def hotkeys(self) -> dict[str, Any]:
        """Return the keys that this client's user changed: `section:element` to `key` and `active`."""
        return dict(self._object("api/current-user/hotkeys/").get("custom_hotkeys") or {})

    def set_hotkeys(self, changed: Mapping[str, Mapping[str, Any]]) -> None:
        """Set the keys of this client's user; those not named go back to what they were born with."""
        with self._writing():
            self.sdk.users.update_hotkeys(custom_hotkeys=dict(changed), request_options=ONCE)

    def me(self) -> int:
        """Return the number of this client's user."""
        return int(self.whoami()["id"])

    def whoami(self) -> dict[str, Any]:
        """Return this client's user, with id, email and what stands in the account.

        Raises:
            KeyRefused: where the key belongs to nobody.
        """
        found = self._object("api/current-user/whoami")
        if not isinstance(found.get("id"), int):
            raise KeyRefused(f"{self.url} does not know who the key belongs to: make a new one there")
        return found

    def annotations(self, task: int) -> list[dict[str, Any]]:
        """Return the annotations of a task, drafts left out."""
        return self._list(f"api/tasks/{task}/annotations/")

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
        with self._writing():
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
        with self._writing():
            self.sdk.annotations.update(id=annotation, result=list(results), request_options=ONCE)

    def check_config(self, number: int, xml: str) -> None:
        """Ask the server whether a labeling config fits the answers of a project.

        Raises:
            BadInput: where it does not, with the server's reason.
        """
        ask = self.sdk.projects.validate_label_config
        self._repeated(lambda: ask(id=number, label_config=xml, request_options=ONCE))

    def clock(self) -> str:
        """Return the server's time, ISO 8601 with microseconds, UTC, rounded up to a second.

        What was done before is earlier, also where the two are compared as text.
        """
        stamp = self._repeated(lambda: self._answer("api/version", {})).headers["Date"]
        return (parsedate_to_datetime(stamp) + timedelta(seconds=1)).strftime(MOMENT)

    # ------------------------------------------------------------------ reading

    def _object(self, path: str) -> dict[str, Any]:
        return cast("dict[str, Any]", self._get(path, {}, kind=dict))

    def _list(
        self, path: str, query: Mapping[str, Any] | None = None, *, seconds: float | None = None
    ) -> list[dict[str, Any]]:
        return cast("list[dict[str, Any]]", self._get(path, query or {}, kind=list, seconds=seconds))

    def _listed(
        self, number: int, *items: Mapping[str, Any], include: str = FIELDS, conjunction: str = "and"
    ) -> Iterator[Any]:
        """Return the pages of a project's tasks of which all these are true, or one (`or`)."""
        asked = _where(*items, conjunction=conjunction)
        return self._pages("api/tasks/", {"project": number, "include": include, **LIST, **asked})

    def _first(self, number: int, ordering: str, most: int, *, include: str = FIELDS) -> dict[str, Any]:
        """Return the first page of a project's tasks in an order, and the `total` of all."""
        query = {"project": number, "include": include, **LIST, "page": 1, "page_size": most}
        ordered = {"query": json.dumps({"ordering": [ordering]})}
        return cast("dict[str, Any]", self._get("api/tasks/", query | ordered, kind=dict))

    def _pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        page, seen = 1, 0
        while True:
            found = self._get(path, {**query, "page": page, "page_size": PAGE}, kind=dict)
            rows = found.get("results", found.get("tasks"))
            if not isinstance(rows, list):
                raise unexpected(self.url)
            yield found
            seen += len(rows)
            if not rows or seen >= int(found.get("count", found.get("total", 0))):
                return
            page += 1

    def _get(self, path: str, query: Mapping[str, Any], *, kind: type, seconds: float | None = None) -> Any:
        """Read JSON of a kind; `seconds` is the time for a long answer, which may be slow to begin."""
        found = self._repeated(lambda: self._answer(path, query, seconds).json(), seconds=seconds)
        if not isinstance(found, kind):
            raise unexpected(self.url)
        return found

    def _answer(self, path: str, query: Mapping[str, Any], seconds: float | None = None) -> httpx.Response:
        """Read once, through the SDK's own transport, which adds the key."""
        options = cast("RequestOptions", {**ONCE, **({"timeout": seconds} if seconds else {})})
        transport = self.sdk._client_wrapper.httpx_client
        answer = transport.request(path, method="GET", params=dict(query), request_options=options)
        if _is_page(answer):
            raise page(self.url)
        if answer.status_code != httpx.codes.OK:
            raise ApiError(status_code=answer.status_code, headers=dict(answer.headers), body=_body(answer))
        return answer

    def _repeated(self, ask: Callable[[], Answer], *, seconds: float | None = None) -> Answer:
        """Ask for what changes nothing, again where it fails."""

        def with_key() -> Answer:
            self._renew_key()
            return ask()

        with self._translated(writing=False):
            return self.line.repeated(with_key, seconds=seconds)

    # ------------------------------------------------------------------ writing

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Write once, with a key that was renewed before, so that nothing else can fail meanwhile."""
        self._repeated(lambda: None)
        with self.line.within(self.line.patience.whole), self._translated(writing=True):
            yield

    def _imported(
        self, path: str, rows: Sequence[Mapping[str, Any]], counted: str, *, seconds: float | None = None
    ) -> int:
        """Send rows once, and return the count that the answer states under a name.

        It is much work for the server, so that its answer may begin late: within the time of a call.
        """
        content = json.dumps(rows).encode()  # as the SDK would, which takes four times as long
        options = cast("RequestOptions", {**ONCE, "timeout": seconds or self.line.patience.call})
        with self._writing():
            answer = self.sdk._client_wrapper.httpx_client.request(
                path,
                method="POST",
                content=content,
                headers={"content-type": "application/json"},
                request_options=options,
            )
            if not answer.is_success:
                raise ApiError(
                    status_code=answer.status_code, headers=dict(answer.headers), body=_body(answer)
                )
            told = answer.json()
            count = told.get(counted) if isinstance(told, dict) else None
            if not isinstance(count, int):
                raise Unclear(f"{self.url} gave no clear answer to {len(rows)} rows")
            return count

    def _renew_key(self) -> None:
        """Renew the access token in time, by a clock that nobody sets: the SDK goes by the time of day."""
        if time.monotonic() - self._key_made > KEY_LASTS:
            tokens = self.sdk._client_wrapper._tokens_client
            tokens._access_token = None
            _ = tokens.api_key
            self._key_made = time.monotonic()

    def _secrets(self) -> tuple[str, ...]:
        """Return what must not show, even where a server repeats what it was sent."""
        tokens = self.sdk._client_wrapper._tokens_client
        return tuple(str(secret) for secret in (tokens._api_key, tokens._access_token) if secret)

    @contextlib.contextmanager
    def _translated(self, *, writing: bool) -> Iterator[None]:
        """Turn what the SDK raises into our errors; a write without a clear answer is `Unclear`.

        A server that asks for patience gets it: whoever looks and writes again does not do so at once.
        """
        try:
            yield
        except ApiError as error:
            if writing and error.status_code == httpx.codes.TOO_MANY_REQUESTS:
                self.line.pause(error, self.line.patience.waits[0] if self.line.patience.waits else 0)
            raise from_status(error, self.url, writing=writing, secrets=self._secrets()) from None
        # ValueError: an answer that is no JSON; ParsingError: JSON that is no answer
        except (httpx.HTTPError, ValueError, ParsingError) as error:
            raise from_transport(error, self.url, self.line.proxy(self.url), writing=writing) from None


def connect(
    url: str, key: str, *, insecure: bool = False, patience: Patience | None = None, identity: str = ""
) -> Client:
    """Open the door: check the address, that a Label Studio answers there, and that it accepts the key.

    Args:
        url: the address of Label Studio.
        key: a personal access token.
        insecure: send the key to another machine by plain http.
        patience: how long is waited.
        identity: what tells the local Label Studio from others, whatever its port (`Server.identity`).

    Raises:
        UsageError: where the address has no http(s), holds a password, is that of a page, or is plain http to
            another machine; where the environment names no certificates, or a proxy that cannot be used.
        Unreachable: where nothing answers, or something that is no Label Studio.
        KeyRefused: where the key is not accepted, or no key of its kind is.
    """
    address = checked_address(url, insecure=insecure)
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise KeyRefused("the key is empty or holds what no key holds: set LABEL_STUDIO_API_KEY anew")
    line = Line(patience or Patience())
    web = line.web(address)
    version = _version(line, web, address)
    try:
        # the SDK asks for access tokens below the address only where that ends in a slash
        sdk = LabelStudio(base_url=f"{address}/", api_key=key, httpx_client=web)  # type: ignore[no-untyped-call]
    except ApiError as error:  # it looks into the key before it is used
        raise from_status(error, address, writing=False) from None
    client = Client(sdk, address, version, line, identity)
    _look_at_key(client)
    return client


def _look_at_key(client: Client) -> None:
    """Have the server tell whose key it is; a page's address answers to the version alone."""
    try:
        client.whoami()
    except Conflict:
        raise UsageError(
            f"{client.url} is the address of a page or path in Label Studio, not of Label Studio itself: "
            f"set LABEL_STUDIO_URL to {root_of(client.url)}"
        ) from None
    except KeyRefused:
        tokens = client.sdk._client_wrapper._tokens_client
        if tokens._access_token:  # the server knows the key: it made this of it
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


def _version(line: Line, web: httpx.Client, url: str) -> str:
    """Ask for the version, which needs no key: only a Label Studio answers this in its way."""

    def ask() -> httpx.Response | httpx.TransportError:
        try:
            answer = web.get(f"{url}/api/version", headers={"Accept": "application/json"})
        except NOT_CONNECTED as error:  # nobody waits for a server that is not there at the first call
            return error
        if answer.status_code in {408, 429} or answer.is_server_error:
            raise ApiError(status_code=answer.status_code, headers=dict(answer.headers))
        return answer

    try:
        answer = line.repeated(ask)
    except ApiError as error:
        raise from_status(error, url, writing=False) from None
    except httpx.HTTPError as error:
        raise from_transport(error, url, line.proxy(url)) from None
    if isinstance(answer, httpx.TransportError):
        raise from_transport(answer, url, line.proxy(url))
    if answer.is_redirect:
        raise elsewhere(answer, url)
    if answer.status_code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
        raise from_status(ApiError(status_code=answer.status_code), url, writing=False)
    try:
        return str(answer.json()["label-studio-os-package"]["version"])
    except (ValueError, KeyError, TypeError):
        why = f"{url} answers (status {answer.status_code}), but is no Label Studio: check LABEL_STUDIO_URL"
        raise Unreachable(why) from None


def _lots(values: Sequence[Value]) -> Iterator[list[Value]]:
    """Return values in lots of at most `PAGE`, and of what an address may hold."""
    lot: list[Value] = []
    length = 0
    for value in values:
        written = len(quote(json.dumps(value))) + len("%2C%20")
        if lot and (len(lot) == PAGE or length + written > ADDRESS):
            yield lot
            lot, length = [], 0
        lot.append(value)
        length += written
    if lot:
        yield lot


def _within(span: Span) -> dict[str, Any]:
    return _item("id", "in", "Number", {"min": span.first, "max": span.last})


def _changed_after(moment: str) -> dict[str, Any]:
    return _item("updated_at", "greater", "Datetime", moment)


def _item(field: str, operator: str, kind: str, value: object) -> dict[str, Any]:
    """Return one thing that is true of a task, as Label Studio's filters say it."""
    return {"filter": f"filter:tasks:{field}", "operator": operator, "type": kind, "value": value}


def _where(*items: Mapping[str, Any], conjunction: str = "and") -> dict[str, str]:
    """Return the query for the tasks of a project of which all these are true, or one (`or`)."""
    return {"query": json.dumps({"filters": {"conjunction": conjunction, "items": items}})}


def _is_page(answer: httpx.Response) -> bool:
    """Tell a web page, or the way to one, in the place of an answer."""
    fine = answer.is_redirect or answer.is_success
    return fine and (answer.is_redirect or answer.content[:64].lstrip()[:1] == b"<")


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return ""
