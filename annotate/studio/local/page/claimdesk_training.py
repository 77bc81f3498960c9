"""The part of the layer that answers what the desk decided, after a section of a training round is submitted.

The decided labels are in a folder beside Label Studio's data, one folder a project: no task has them. This
part asks Label Studio itself, with the session of the request, who asks and what was submitted, tells it to
nobody else, and notes the first answer before it tells anything: answers can be changed afterwards.

Like `claimdesk_layer` it runs in Label Studio's environment and uses the standard library only.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/claimdesk/training"  # with `project` and `task` in the query
UNJUDGED = "claim"  # the grey label
AROUND = 240  # characters of the paragraph on either side of a claim
OF_A_BODY = ("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING")
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT_ENCODING", "HTTP_RANGE")

Json = dict[str, Any]


class TrainingLayer:
    """A WSGI application that tells the decisions on a section, and passes other requests to Label Studio."""

    def __init__(self, application: WSGIApplication, folder: Path) -> None:
        self.application, self.folder = application, folder

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; one for what this person may not know yet, or not at all, gets no content."""
        if environ.get("PATH_INFO") != PATH:
            return self.application(environ, start_response)
        feedback = self._feedback(environ)
        content = json.dumps(feedback).encode() if feedback else b""
        headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
        headers += [("X-Content-Type-Options", "nosniff")]
        headers += [("Content-Length", str(len(content)))] if feedback else []
        start_response("200 OK" if feedback else "204 No Content", headers)
        return [content] if feedback else []

    def _feedback(self, environ: WSGIEnvironment) -> Json | None:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        project, number = (_number(query.get(name, [""])[0]) for name in ("project", "task"))
        folder = self.folder / str(project)
        key = _read(folder / "key.json") if project and number else None
        if not key or self._ask(environ, "/api/current-user/whoami").get("id") != key["person"]:
            return None
        task = self._ask(environ, f"/api/tasks/{number}/")
        if task.get("project") != project:
            return None
        first = _first_answer(folder / f"first-{number}.json", task, key["person"])
        return feedback_of(task, first, key) if first else None

    def _ask(self, environ: WSGIEnvironment, path: str) -> Json:
        """Return what Label Studio itself answers in this session; nothing where it refuses."""
        inner = {name: value for name, value in environ.items() if name not in {*OF_A_BODY, *CONDITIONS}}
        inner |= {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "wsgi.input": io.BytesIO()}
        inner |= {"HTTP_ACCEPT": "application/json", "RAW_URI": path, "REQUEST_URI": path}
        status: list[str] = []
        body = self.application(inner, lambda *given: status.append(given[0]) or _refuse_write)  # type: ignore[func-returns-value]
        try:
            content = b"".join(body)
        finally:
            if close := getattr(body, "close", None):
                close()
        with contextlib.suppress(ValueError):
            found = json.loads(content) if status[-1].startswith("200") else {}
            return found if isinstance(found, dict) else {}
        return {}


def feedback_of(task: Json, first: Json, key: Json) -> Json:
    """Return how the first answer to a task compares with the decisions of a key, as the page shows it.

    The label decides whether both agree; another source of the same label is shown too.
    """
    data, decided, given = task["data"], key["claims"], first["claims"]
    asked = [claim for claim in data["claims"] if claim["claim_id"] in decided]
    pairs = [(claim, given.get(claim["claim_id"], {}), decided[claim["claim_id"]]) for claim in asked]
    agreeing = [desk for _, mine, desk in pairs if mine.get("label") == desk["label"]]
    return {
        "section": data.get("position", ""),
        "claims": len(pairs),
        "agree": len(agreeing),
        "differences": [_difference(data, *pair, key) for pair in pairs if _differs(*pair[1:])],
    }


def _differs(mine: Json, desk: Json) -> bool:
    if mine.get("label") != desk["label"]:
        return True
    spellings = desk.get("sources") or ()
    return bool(spellings) and _folded(mine.get("source", "")) not in spellings


def _difference(data: Json, claim: Json, mine: Json, desk: Json, key: Json) -> Json:
    start, end = claim["start"] - data["offset"], claim["end"] - data["offset"]
    before, after = _around(data["text"], start, end)
    labels = key["labels"]
    given, decided = labels.get(mine.get("label"), ""), labels[desk["label"]]
    sought = {given or "not a claim", decided} if given != decided else set()
    return {
        "before": before,
        "text": data["text"][start:end],
        "after": after,
        "given": given or ("took the claim away" if mine.get("removed") else "no label"),
        "given_source": mine.get("source", ""),
        "desk": decided,
        **{name: desk[name] for name in ("source", "by", "note", "ruling")},
        "questions": [each for each in key["questions"] if any(words in each[2] for words in sought)],
    }


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the rest of a claim's paragraph on either side, cut between words where it is long."""
    before, after = (re.split(r"\n\s*\n", part) for part in (text[:start], text[end:]))
    left, right = before[-1].lstrip(), after[0].rstrip()
    if len(left) > AROUND:
        left = "… " + left[-AROUND:].partition(" ")[2]
    if len(right) > AROUND:
        right = right[:AROUND].rpartition(" ")[0] + " …"
    return left, right


def _folded(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).split()).casefold()


def _first_answer(file: Path, task: Json, person: int) -> Json | None:
    """Return the first answer of a person to a task, which is noted when it is first asked for."""
    if noted := _read(file):
        return noted
    own = [
        answer
        for answer in task.get("annotations") or []
        if _user(answer) == person and not answer.get("was_cancelled")
    ]
    if not own:
        return None
    first = min(own, key=lambda answer: answer["id"])
    note = {"annotation": first["id"], "claims": _answers(first.get("result") or [], task["data"])}
    _write_once(file, note)
    return _read(file) or note


def _user(answer: Json) -> int | None:
    user = answer.get("completed_by")
    return user.get("id") if isinstance(user, dict) else user


def _answers(results: Iterable[Json], data: Json) -> Json:
    """Return by claim id the label and the source of an answer; a claim without region was taken away."""
    words: dict[str, dict[str, list[str]]] = {}
    for result in results:
        if value := result.get("value"):
            given = value.get("labels") or value.get("choices") or value.get("text") or []
            by_control = words.setdefault(str(result.get("id")), {})
            by_control.setdefault(str(result.get("from_name")), []).extend(
                [given] if isinstance(given, str) else given
            )
    return {claim["claim_id"]: _answer(words.get(claim["claim_id"])) for claim in data["claims"]}


def _answer(words: Mapping[str, list[str]] | None) -> Json:
    if words is None:
        return {"label": "", "source": "", "removed": True}
    label = next((each for each in words.get("label", []) if each != UNJUDGED), "")
    removed = not label and "not_a_claim" in words.get("flags", [])
    return {"label": label, "source": " ".join(words.get("source", [])), "removed": removed}


def _number(words: str) -> int:
    return int(words) if re.fullmatch(r"[1-9]\d{0,9}", words, re.ASCII) else 0


def _read(file: Path) -> Json | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _write_once(file: Path, content: Json) -> None:
    """Write a file that only its owner may read, whole, unless another request wrote it."""
    new = file.with_name(f"{file.name}.{os.getpid()}-{id(content)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(content, out)
    with contextlib.suppress(FileExistsError):
        os.link(new, file)
    new.unlink()


def _refuse_write(data: bytes) -> None:
    raise NotImplementedError("Label Studio returns its responses, and writes none")
