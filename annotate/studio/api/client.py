"""The client of Label Studio: one method for each call that this program makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast

import httpx

from annotate.errors import KeyRefused
from annotate.studio.api.connection import ONCE
from annotate.studio.api.failures import Unclear
from annotate.studio.api.tasks import TaskCalls
from annotate.transport import Transport

MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"  # UTC, as Label Studio writes it
# Without the numbers of tasks and annotations, which the server counts anew for each project in a list.
OF_PROJECTS = "id,title,description,maximum_annotations,label_config,show_collab_predictions,model_version"


class Client(TaskCalls):
    """The calls of one user to one Label Studio; `connect` makes it, and it serves one thread."""

    def __init__(
        self, url: str, key: str, transport: Transport, http: httpx.Client, *, version: str, identity: str = ""
    ) -> None:
        super().__init__(url, key, transport, http)
        self.version, self.identity = version, identity

    def another(self) -> Client:
        """Return a further client of the same user, for another thread."""
        transport = Transport(self.policy)
        http = transport.server_client(self.url)
        return Client(
            self.url, self.tokens._api_key, transport, http, version=self.version, identity=self.identity
        )

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
            Unclear: where the response does not tell: the predictions may have been stored.
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

    def answer(
        self,
        task: int,
        results: Sequence[Mapping[str, Any]],
        *,
        seconds: float | None = None,
        ground_truth: bool = False,
    ) -> int:
        """Submit an annotation as this client's user and return its number.

        A ground truth takes the star from the one that the task had before.
        """
        with self.writing():
            annotation = self.sdk.annotations.create(
                id=task,
                result=list(results),
                lead_time=seconds,
                ground_truth=ground_truth,
                request_options=ONCE,
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

    def clock(self) -> str:
        """Return the server's time, ISO 8601 with microseconds, UTC, rounded up to a second.

        What was done before is earlier, also where the two are compared as text.
        """
        date = self.read(lambda: self.response("api/version", {})).headers["Date"]
        return (parsedate_to_datetime(date) + timedelta(seconds=1)).strftime(MOMENT)
