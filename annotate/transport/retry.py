"""The retry policy: how long a server is waited for, and which failures are worth another attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

RETRIED_STATUSES = frozenset({408, 429})  # besides all from 500


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Time limits and waits, in seconds.

    `read` limits the time between two pieces of a response, `call` a call with all its attempts, and `bulk`
    both of these where much is sent or fetched at once. `waits` come before further attempts, and `longest`
    is the longest wait that a server may ask for.
    """

    connect: float = 10
    read: float = 60
    call: float = 150
    bulk: float = 600
    waits: tuple[float, ...] = (0.2, 0.5, 1, 2, 4, 8)  # the first is short: most faults pass at once
    longest: float = 60


def is_temporary_status(status: int) -> bool:
    """Return whether another attempt may succeed after an HTTP status."""
    return status in RETRIED_STATUSES or status >= 500


def is_temporary(error: Exception) -> bool:
    """Return whether another attempt may succeed: after some HTTP statuses, or a response that broke off."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return is_temporary_status(status)
    return isinstance(error, httpx.HTTPError | ValueError) and not isinstance(
        error, httpx.UnsupportedProtocol
    )


def requested_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a `Retry-After` header: a number, or a time by the clock of the server."""
    values = {str(name).lower(): str(value).strip() for name, value in headers.items()}
    wanted = values.get("retry-after", "")
    if wanted.isascii() and wanted.isdigit():
        return float(wanted)
    try:
        until, date = (parsedate_to_datetime(words) for words in (wanted, values.get("date", "")))
        return max(0.0, (until - date).total_seconds())
    except (TypeError, ValueError):
        return None
