"""The door to a language model: requests to an endpoint of OpenAI's API, by OpenAI's client.

No text of a response goes into a message or a log: an endpoint may repeat what it was sent, the key included.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from annotate.article.suggest.llm.cost import Tokens, size_of
from annotate.article.suggest.llm.failures import Unusable, Why
from annotate.errors import UsageError
from annotate.transport import certificate_fault, is_local, requested_wait, tls_context

#: Seconds before a further attempt, after faults that pass.
WAITS = (0.5, 2.0)
LONGEST_WAIT = 60.0  # seconds that an endpoint may ask for
MOST_BYTES = 5_000_000  # of a response
CONNECT = 10.0  # seconds
#: Headers that are left out: what the environment says of an account at OpenAI, and what machine this is.
LEFT_OUT = (
    *("OpenAI-Organization", "OpenAI-Project", "X-Stainless-OS", "X-Stainless-Arch"),
    *("X-Stainless-Runtime", "X-Stainless-Runtime-Version"),
)
NO_KEY = "none"  # the client demands one, local endpoints do not
TOO_LONG = re.compile(r"context|too long|too large|exceed|maximum.{0,20}length", re.IGNORECASE)
#: Parameters that some endpoints refuse, with what takes their place.
REPLACED = {"max_tokens": "max_completion_tokens", "temperature": "", "seed": ""}
BY_STATUS = {401: Why.KEY, 403: Why.KEY, 404: Why.NOT_FOUND, 408: Why.SLOW, 413: Why.TOO_LONG, 429: Why.BUSY}
UNFINISHED = ("length", "content_filter")
PASSING = frozenset({Why.BUSY, Why.SERVER, Why.BROKEN_OFF})


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered, whether the answer is whole, and the tokens as the endpoint counts them."""

    content: str
    whole: bool
    tokens: Tokens


class Endpoint:
    """A model at an address; `complete` asks it."""

    def __init__(self, address: str, *, model: str, key: str = "") -> None:
        """Prepare requests; nothing is sent yet.

        Raises:
            UsageError: where the extra `claimdesk[llm]` is missing, or a proxy cannot be used.
        """
        self.address, self.model = address, model
        self._openai, self._client = _client(address, key)
        self._refused: set[str] = set()  # parameters

    def complete(
        self,
        messages: list[dict[str, str]],
        *,
        schema: Mapping[str, Any],
        most: int,
        seconds: float,
        again: bool,
    ) -> Completion:
        """Ask for an answer by a JSON schema, with further attempts after faults that pass.

        Args:
            messages: as OpenAI's API has them.
            schema: of the answer.
            most: the longest answer, in tokens.
            seconds: the longest wait for an attempt.
            again: whether the same was asked before: a model then answers with some chance.

        Raises:
            Unusable: where there is no answer.
        """
        wanted = {
            "model": self.model,
            "messages": messages,
            "max_tokens": most,
            "temperature": 0.5 if again else 0.0,
            "seed": int(again),
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "claims", "strict": True, "schema": schema},
            },
        }
        body = self._sent(wanted, seconds)
        return _completion(body, messages)

    def models(self, *, seconds: float) -> list[str]:
        """Return the names of the models at the endpoint. Raises `Unusable`."""
        with self._failures():
            client = self._client.with_options(timeout=seconds)
            return sorted(str(model.id) for model in client.models.list().data)

    def _sent(self, wanted: Mapping[str, Any], seconds: float) -> bytes:
        waits = iter(WAITS)
        while True:
            try:
                return self._body(self._accepted(wanted), seconds)
            except Unusable as unusable:
                wait = next(waits, None)
                if wait is None or unusable.why not in PASSING or (unusable.pause or 0) > LONGEST_WAIT:
                    raise
                time.sleep(wait if unusable.pause is None else unusable.pause)
            except _Refused as refused:
                self._refused.add(refused.parameter)

    def _accepted(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return a request without the parameters that the endpoint refused before."""
        named = ((REPLACED[name] if name in self._refused else name, value) for name, value in wanted.items())
        return {name: value for name, value in named if name}

    def _body(self, request: Mapping[str, Any], seconds: float) -> bytes:
        """Send a request once and return the response, which is read in pieces: a slow one ends in time."""
        end, body = time.monotonic() + seconds, b""
        create = self._client.chat.completions.with_streaming_response.create
        with self._failures(), create(**request, timeout=self._timeout(seconds)) as response:
            for piece in response.iter_bytes():
                body += piece
                if time.monotonic() > end:
                    raise Unusable(Why.SLOW)
                if len(body) > MOST_BYTES:
                    raise Unusable(Why.NO_MODEL)
        return body

    def _timeout(self, seconds: float) -> Any:
        return self._openai.Timeout(seconds, connect=min(CONNECT, seconds))

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn whatever the client raises into a reason; what it was sent goes no further."""
        openai, why, pause = self._openai, Why.BROKEN_OFF, None
        try:
            yield
            return
        except Unusable:
            raise
        except openai.APITimeoutError:
            why = Why.SLOW
        except openai.APIConnectionError as error:
            why = _why_no_connection(error)
        except openai.APIStatusError as error:
            self._note_refused(error)
            why, pause = _why(error), requested_wait(dict(error.response.headers))
        except Exception as error:  # whatever its transport raises while a response is read
            why = Why.SLOW if "Timeout" in type(error).__name__ else Why.BROKEN_OFF
        raise Unusable(why, pause) from None

    def _note_refused(self, error: Any) -> None:
        """Raise `_Refused` where the endpoint names a parameter that it does not know."""
        parameter = str(getattr(error, "param", "") or "")
        if error.status_code in {400, 422} and parameter in REPLACED and parameter not in self._refused:
            raise _Refused(parameter) from None


class _Refused(Exception):
    """A parameter that an endpoint refuses."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter)
        self.parameter = parameter


def _client(address: str, key: str) -> tuple[Any, Any]:
    """Return the module of OpenAI's client, and a client for an address; it follows no redirect."""
    try:
        import openai  # noqa: PLC0415 - an extra
    except ImportError:
        raise UsageError("--suggester llm needs the extra: pip install 'claimdesk[llm]'") from None
    verify: Any = tls_context() if address.startswith("https:") else True
    try:
        http = openai.DefaultHttpxClient(
            follow_redirects=False, trust_env=not is_local(address), verify=verify
        )
    except ValueError:
        raise UsageError(
            "the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY cannot be used: write it as http://host:port, "
            "or unset it"
        ) from None
    left_out: Any = {name: openai.Omit() for name in LEFT_OUT}
    client = openai.OpenAI(
        base_url=address,
        api_key=key or NO_KEY,
        max_retries=0,
        http_client=http,
        default_headers=left_out,
    )
    return openai, client


def _why(error: Any) -> Why:
    """Return what a status means; the message of a response is looked at and not kept."""
    status = int(error.status_code)
    if status in BY_STATUS:
        return BY_STATUS[status]
    if 300 <= status < 400:
        return Why.REDIRECTED
    if status == 400 and TOO_LONG.search(str(error.body or "")):
        return Why.TOO_LONG
    return Why.SERVER if status >= 500 else Why.REFUSED


def _why_no_connection(error: BaseException) -> Why:
    """Return what was wrong with a connection: where it was made before it failed, it broke off."""
    if certificate_fault(error):
        return Why.CERTIFICATE
    cause = error.__cause__
    made = cause is not None and "Connect" not in type(cause).__name__
    return Why.BROKEN_OFF if made else Why.UNREACHABLE


def _completion(body: bytes, messages: list[dict[str, str]]) -> Completion:
    """Read a response. Raises `Unusable` where it is none of a language model."""
    try:
        read = json.loads(body)
        choice = read["choices"][0]
        content = choice["message"]["content"]
        whole = choice.get("finish_reason") not in UNFINISHED
        usage = read.get("usage")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Unusable(Why.NO_MODEL) from None
    if not isinstance(content, str):
        raise Unusable(Why.NOT_JSON)
    return Completion(content, whole, _tokens(usage, content, messages))


def _tokens(usage: object, content: str, messages: list[dict[str, str]]) -> Tokens:
    """Return the tokens that an endpoint counted; where it counts none, about as many as there were."""
    counted = usage if isinstance(usage, dict) else {}
    sent, received = counted.get("prompt_tokens"), counted.get("completion_tokens")
    if isinstance(sent, int) and isinstance(received, int) and min(sent, received) >= 0:
        return Tokens(sent, received)
    return Tokens(sum(size_of(message["content"]) for message in messages), size_of(content))
