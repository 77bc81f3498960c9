"""Whether annotators are shown what was sent: the predictions of a project, checked and repaired.

In the article layout a claim is a region of a prediction, and a labelling page shows only those predictions
whose model version is the project's. So each task has one prediction of `MODEL_VERSION`, and the project
shows that version. Predictions can be deleted in Label Studio, the version changed and prelabelling switched
off; earlier versions of this program named the models of the suggestions there, so that projects mix several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.studio.api import Client, Project, lock_project
from annotate.studio.format import MODEL_VERSION, Layout, Task, is_made_here, predictions_of

AT_ONCE = 10_000  # claims a call: after each the server counts the predictions of the whole project
# What the claims of a task match that is to have a prediction: see `predictions_of`.
PATTERNS: dict[Layout, tuple[str, ...]] = {
    "article": ('"claim_id"',),
    "claim": ('"shown": ?"(hint|preload)"', r'"(source|named)": ?\{|"shown": ?"preload"'),
}
WHAT: dict[Layout, str] = {"article": "claims", "claim": "suggested sources"}

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Unshown:
    """What annotators are not shown of a project, or not once; false where all is well.

    `instead` is the model version that is shown instead of ours, `off` where prelabelling is switched off.
    `hidden` counts the tasks without their prediction in the page, `doubled` the predictions that tasks have
    too many, `earlier` the tasks that still have one by an earlier version of this program besides.
    """

    layout: Layout
    instead: str = ""
    hidden: int = 0
    doubled: int = 0
    earlier: int = 0

    def __bool__(self) -> bool:
        """Return whether anything is to be repaired."""
        return bool(self.instead or self.hidden or self.doubled or self.earlier)

    def __str__(self) -> str:
        """Say it in one line."""
        what = WHAT[self.layout]
        shows = f"its pages show predictions of “{self.instead}”"
        counts = {
            f"tasks do not show annotators their {what} ({self.hidden})": self.hidden,
            "prelabelling is switched off" if self.instead == "off" else shows: self.instead,
            f"tasks show their {what} twice ({self.doubled})": self.doubled,
            f"tasks have a prediction left by an earlier version ({self.earlier})": self.earlier,
        }
        return ", ".join(words for words, count in counts.items() if count)


def unshown(client: Client, project: Project) -> Unshown:
    """Count what annotators are not shown of a project, in all its parts; no task is read.

    Raises:
        Conflict: where the project is gone.
    """
    parts = [_unshown(client, part) for part in project.parts]
    return Unshown(
        project.layout,
        next((part.instead for part in parts if part.instead), ""),
        *(sum(getattr(part, name) for part in parts) for name in ("hidden", "doubled", "earlier")),
    )


def _unshown(client: Client, part: Project) -> Unshown:
    versions = client.model_versions(part.number)
    ours = versions.get(MODEL_VERSION, 0)
    lacking = _total(_lacking(client, part))
    without = _total(client.tasks_without(part.number, MODEL_VERSION)) if ours else 0
    shown = versions.get(part.shown or "", 0)  # by predictions of another version
    leftovers = ours and any(map(_is_earlier, versions))
    return Unshown(
        part.layout,
        instead="off" if part.shown is None else part.shown if part.shown != MODEL_VERSION else "",
        hidden=lacking if part.shown == MODEL_VERSION else max(0, lacking - shown) + ours,
        doubled=ours and max(0, ours + without - client.task_count(part.number)),
        earlier=_total(client.tasks_with_predictions(part.number, above=1)) if leftovers else 0,
    )


def show_all(client: Client, project: Project, *, progress: Progress = lambda done, total: None) -> int:
    """Have a project show each of its claims once, and return how many tasks cannot: their data is spoiled.

    Predictions that are missing are made from the tasks' own data before the project shows them, and those
    of earlier versions deleted last: where this breaks off, nothing is hidden that was shown, and the next
    call goes on. Answers are not touched. `progress` is called with the tasks done and their total.

    Raises:
        Conflict: where another push runs from this machine, or the project is gone.
        Unreachable: where Label Studio stops answering.
    """
    left = 0
    with lock_project(client, project.key, project.title):
        for part in project.parts:
            left += _fill(client, part, progress)
            ours = client.model_versions(part.number).get(MODEL_VERSION)
            shown = {"model_version": MODEL_VERSION if ours else "", "show_collab_predictions": True}
            client.update_project(part.number, **shown)
            _clear(client, part, progress)
    return left


def _fill(client: Client, part: Project, progress: Progress) -> int:
    """Make the predictions that tasks lack, and return how many tasks still lack theirs."""
    total, done, sent, last = _total(_lacking(client, part)), 0, 0, 0
    while tasks := _first(_lacking(client, part, after=last)):
        predictions = [{"task": task["id"], **each} for task in tasks for each in _predictions(task)]
        sent += client.import_predictions(part.number, predictions) if predictions else 0
        done, last = done + len(tasks), int(tasks[-1]["id"])
        progress(done, total)
    return done - sent


def _lacking(client: Client, part: Project, *, after: int = 0) -> Iterator[Any]:
    """Yield the pages of the tasks that lack their prediction, with ids above `after`."""
    return client.tasks_without(part.number, MODEL_VERSION, *PATTERNS[part.layout], after=after)


def _predictions(task: Task) -> Sequence[dict[str, Any]]:
    try:
        return predictions_of(task["data"]) if is_made_here(task) else ()
    except (KeyError, TypeError, ValueError):
        return ()


def _clear(client: Client, part: Project, progress: Progress) -> None:
    """Delete what tasks have besides their prediction, one by one: many at once would lock out annotators."""
    pages = client.tasks_with_predictions(part.number, above=1)
    surplus = [number for page in pages for task in page["tasks"] for number in _surplus(task["predictions"])]
    for done, number in enumerate(surplus, 1):
        client.delete_prediction(number)
        progress(done, len(surplus))


def _surplus(predictions: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Return the ids of a task's predictions by earlier versions, and of ours but the oldest."""
    ours = sorted(int(each["id"]) for each in predictions if each["model_version"] == MODEL_VERSION)
    earlier = [int(each["id"]) for each in predictions if _is_earlier(str(each["model_version"]))]
    return [*earlier, *ours[1:]] if ours else []


def _is_earlier(version: str) -> bool:
    """Return whether a version is one of earlier programs: the name, or it and a model behind it."""
    return version == "claimdesk" or version.startswith("claimdesk ")


def _total(pages: Iterator[Any]) -> int:
    return int(next(pages)["total"])


def _first(pages: Iterator[Any]) -> list[Task]:
    """Return the first tasks of pages that have `AT_ONCE` claims together."""
    tasks, claims = [], 0
    for task in (task for page in pages for task in page["tasks"]):
        tasks.append(task)
        claims += len(task["data"]["claims"])
        if claims >= AT_ONCE:
            break
    return tasks
