"""Label Studio's own JSON export: regions of a text, whatever the labeling config; also of this program.

The text of a task is the field of its data whose words the regions state. In a task of this program it is
part of an article, and the answers are read as a pull reads them, claims of the claim layout included.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from annotate.errors import BadInput
from annotate.report.formats import DAMAGED, Importer, LabelledSpan, LabelledText, decoded
from annotate.studio import article_of, is_gold, read_project

LABELLED = ("labels", "choices", "hypertextlabels", "paragraphlabels")  # where a value has its labels


def load() -> Importer:
    """Return the importer."""
    return Importer(recognises, read)


def recognises(files: Mapping[str, bytes]) -> bool:
    """Return whether there is JSON."""
    return any(name.endswith(".json") for name in files)


def read(files: Mapping[str, bytes]) -> list[LabelledText]:
    """Return the texts of the tasks that have answers.

    Raises:
        BadInput: where a file is no such export.
    """
    named = sorted(name for name in files if name.endswith(".json")) or sorted(files)
    return [text for name in named for text in _texts(name, decoded(files[name], name))]


def _texts(name: str, content: str) -> Iterator[LabelledText]:
    try:
        tasks = json.loads(content)
        for task in tasks if isinstance(tasks, list) else tasks["tasks"]:  # raw.json has them in a part
            place = f"{name}, task {task.get('id', '?')}"
            if any(answer.get("result") for answer in task["annotations"]) and not is_gold(task):
                yield _ours(task, place) if article_of(task) else _foreign(task, place)
    except DAMAGED as error:
        raise BadInput(
            f"{name}: not Label Studio's JSON export with annotations: export the project there as JSON "
            "(not JSON-MIN)"
        ) from error


def _ours(task: dict[str, Any], place: str) -> LabelledText:
    """Return the answers to a task of this program; an editor's decisions are none."""
    (sent,) = read_project({"project": {}, "users": {}, "tasks": [task]}).tasks
    spans = [
        LabelledSpan(
            judgement.start - sent.offset,
            judgement.end - sent.offset,
            judgement.given,
            judgement.text,
            judgement.source,
            str(judgement.author),
            judgement.ruling,
        )
        for judgement in sent.judgements
        if judgement.status in {"labelled", "unknown"} and not judgement.ground_truth
    ]
    return LabelledText(place, sent.text, tuple(spans))


def _foreign(task: Mapping[str, Any], place: str) -> LabelledText:
    results = [
        (result["value"], _person(answer))
        for answer in task["annotations"]
        if not answer.get("was_cancelled")
        for result in answer.get("result") or []
        if isinstance(result.get("value"), Mapping)
    ]
    text = _text_of(task["data"], [value for value, _ in results])
    spans = [
        LabelledSpan(*_place(value, text), label, _words(value), by=by)
        for value, by in results
        for label in _labels(value)
    ]
    return LabelledText(place, text, tuple(spans))


def _place(value: Mapping[str, Any], text: str) -> tuple[int, int]:
    """Return where a region begins and ends: without offsets the whole text, by paths of HTML nowhere."""
    start, end = value.get("start", 0), value.get("end", len(text))
    return (start, end) if isinstance(start, int) and isinstance(end, int) else (-1, -1)


def _text_of(data: Mapping[str, Any], values: list[Mapping[str, Any]]) -> str:
    """Return the field of a task's data in which most of the words stand that its regions state."""
    texts = sorted((words for words in data.values() if isinstance(words, str)), key=len, reverse=True)
    stated = [words for words in map(_words, values) if words]
    return max(texts, key=lambda text: sum(words in text for words in stated))


def _words(value: Mapping[str, Any]) -> str | None:
    words = value.get("text")
    return words if isinstance(words, str) and "start" in value else None


def _labels(value: Mapping[str, Any]) -> Iterator[str]:
    for key in LABELLED:
        if isinstance(value.get(key), list):
            yield from map(str, value[key])


def _person(answer: Mapping[str, Any]) -> str:
    """Return who gave an answer: an e-mail where the export has it, else the number of the user."""
    user = answer.get("completed_by")
    return str((user.get("email") or user.get("id")) if isinstance(user, Mapping) else user or "")
