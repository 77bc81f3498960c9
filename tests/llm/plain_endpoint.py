"""An endpoint of OpenAI's API that answers as a test tells it: a plain server, for faults no model can be asked for.

What a model makes of a prompt is tested with a real one; see `test_real_model.py`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

#: Takes the name and the words of a claim, and gives its answer.
Answer = Callable[[str, str], Any]
#: Takes the body of a request, and gives a response instead of an answer.
Fault = Callable[[dict[str, Any]], Response]

MODEL = "plain-1"


def opinion(name: str, words: str) -> dict[str, Any]:
    """Answer that a claim is an opinion."""
    return {"reason": f"{len(words)} letters", "label": "opinion", "source": None, "sure": 70}


@dataclass
class PlainEndpoint:
    """What it was asked, and how it answers; `faults` come first, each once."""

    server: HTTPServer
    answer: Answer = opinion
    faults: list[Fault] = field(default_factory=list)
    always: Fault | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.expect_request("/v1/chat/completions", method="POST").respond_with_handler(self._handle)
        self.server.expect_request("/v1/models").respond_with_handler(self._models)

    @property
    def url(self) -> str:
        return self.server.url_for("/v1")

    @property
    def claims(self) -> list[str]:
        """All claims and sentences that it was asked about, in order."""
        return [words for request in self.requests for _, words in claims_in(request)]

    def _handle(self, request: Request) -> Response:
        body = request.get_json()
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        fault = self.faults.pop(0) if self.faults else self.always
        return fault(body) if fault else completion({n: self.answer(n, w) for n, w in claims_in(body)})

    def _models(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        if self.always:
            return self.always({})
        listed = {
            "object": "list",
            "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "us"}],
        }
        return Response(json.dumps(listed), content_type="application/json")


def claims_in(request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the names and words of what a request asks about."""
    for paragraph in json.loads(request["messages"][1]["content"])["paragraphs"]:
        yield from (paragraph.get("claims") or paragraph.get("sentences")).items()


def completion(content: Any, *, finish: str = "stop", tokens: tuple[int, int] | None = (100, 20)) -> Response:
    """Return a whole response."""
    words = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    usage = (
        {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
        if tokens
        else None
    )
    choice = {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": finish}
    whole = {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [choice],
        "usage": usage,
    }
    return Response(json.dumps(whole), content_type="application/json")


def status(number: int, message: str = "no", *, headers: dict[str, str] | None = None, **error: Any) -> Fault:
    """Return a fault that answers with a status, as OpenAI words it."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error"} | error})
    return lambda asked: Response(body, number, headers, content_type="application/json")


def page(asked: dict[str, Any]) -> Response:
    """Answer with a page, as a gateway that wants a login does."""
    return Response("<!doctype html><title>Sign in</title>", content_type="text/html")


def cut_json(asked: dict[str, Any]) -> Response:
    """Answer with JSON that is cut in the middle."""
    whole = completion({name: opinion(name, words) for name, words in claims_in(asked)})
    return Response(whole.get_data()[:-40], content_type="application/json")


def slow(seconds: float) -> Fault:
    """Return a fault that answers late."""

    def answer(asked: dict[str, Any]) -> Response:
        time.sleep(seconds)
        return completion({name: opinion(name, words) for name, words in claims_in(asked)})

    return answer


def dripping(seconds: float) -> Fault:
    """Return a fault that gives its answer piece by piece, each in time."""

    def answer(asked: dict[str, Any]) -> Response:
        def pieces() -> Iterator[bytes]:
            yield b"{"
            for _ in range(int(seconds / 0.2)):
                time.sleep(0.2)
                yield b" "
            yield b"}"

        return Response(pieces(), content_type="application/json")

    return answer


def all_of(**changed: Any) -> Fault:
    """Return a fault that answers for each claim as `opinion` does, with some fields changed."""
    return lambda asked: completion({n: opinion(n, w) | changed for n, w in claims_in(asked)})
