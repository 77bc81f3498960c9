"""Why an answer of a language model cannot be used; each reason is counted and shown in one line."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """What was wrong, as it is shown behind a count."""

    UNREACHABLE = "endpoint not reachable"
    CERTIFICATE = "certificate of the endpoint not trusted (SSL_CERT_FILE)"
    KEY = "key refused (ANNOTATE_LLM_KEY)"
    NOT_FOUND = "no such model or address"
    REDIRECTED = "endpoint redirects elsewhere"
    BUSY = "too many requests"
    SERVER = "error of the endpoint"
    REFUSED = "request refused"
    SLOW = "no answer in time"
    TOO_LONG = "prompt too long"
    BROKEN_OFF = "connection broken off"
    NO_MODEL = "not the answer of a language model"
    CUT = "answer cut off"
    NOT_JSON = "answer not in JSON"
    MISSING = "claim not answered"
    LABEL = "label that is none"
    SOURCE = "source not in the text"
    PARTS = "parts that are not the sentence"
    LIMIT = "limit of tokens or cost reached"


#: After these nothing more is asked: the next request would fare no better.
LASTING = frozenset(
    {Why.UNREACHABLE, Why.CERTIFICATE, Why.KEY, Why.NOT_FOUND, Why.REDIRECTED, Why.BUSY, Why.LIMIT}
)
#: After these the claims are asked about once more, each on its own.
ASKED_AGAIN = frozenset({Why.CUT, Why.NOT_JSON, Why.MISSING, Why.LABEL, Why.SOURCE, Why.PARTS})


class Unusable(Exception):
    """An answer that cannot be used; `pause` are the seconds that the endpoint asks to wait, if it does."""

    def __init__(self, why: Why, pause: float | None = None) -> None:
        super().__init__(str(why))
        self.why, self.pause = why, pause
