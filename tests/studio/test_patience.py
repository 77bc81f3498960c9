"""Patience: limits that hold against a server of any slowness, and what is repeated, after which wait."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import Unreachable
from annotate.studio import Server, connect
from annotate.studio.api import Unclear
from annotate.transport import RetryPolicy, Transport
from annotate.transport.retry import requested_wait
from tests.conftest import heeding_ctrl_c
from tests.proxy import Fault, proxy_to

QUICK = RetryPolicy(waits=(0.01, 0.01, 0.01))

Serve = Callable[[socket.socket], None]


@contextlib.contextmanager
def server_of(serve: Serve) -> Iterator[str]:
    """Run a server that does to each connection what `serve` says, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken, _ = listening.accept()
                    threading.Thread(target=one, args=(taken,), daemon=True).start()

        def one(taken: socket.socket) -> None:
            with taken, contextlib.suppress(OSError):
                taken.recv(65_536)
                serve(taken)

        threading.Thread(target=run, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def dripping(head: bytes) -> Serve:
    def serve(taken: socket.socket) -> None:
        taken.sendall(head)
        while True:
            taken.sendall(b"x")
            time.sleep(0.02)

    return serve


DRIPS = {
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
    "header": b"HTTP/1.1 200 OK\r\nX-Long: ",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
    "nothing of HTTP": b"",
}


@pytest.mark.parametrize("head", DRIPS.values(), ids=DRIPS.keys())
def test_a_server_that_drips_ends(head: bytes) -> None:
    transport = Transport(RetryPolicy(call=0.4, read=5))
    began = time.monotonic()
    with (
        server_of(dripping(head)) as url,
        transport.server_client(url) as web,
        pytest.raises(httpx.HTTPError),
    ):
        transport.retry(lambda: web.get(url))
    assert time.monotonic() - began < 2


def test_a_server_that_says_nothing_ends() -> None:
    transport = Transport(RetryPolicy(read=0.1, waits=(0.01,)))
    asked: list[float] = []

    def ask() -> httpx.Response:
        asked.append(time.monotonic())
        return web.get(url)

    with (
        server_of(lambda taken: time.sleep(3)) as url,
        transport.server_client(url) as web,
        pytest.raises(httpx.ReadTimeout),
    ):
        transport.retry(ask)
    assert len(asked) == 2


def test_a_server_that_takes_nothing_ends() -> None:
    transport = Transport(RetryPolicy(read=5, call=0.4))
    began = time.monotonic()
    with (
        server_of(lambda taken: time.sleep(3)) as url,
        transport.server_client(url) as web,
        transport.deadline(0.4),
        pytest.raises(httpx.HTTPError),
    ):
        web.post(url, content=b"x" * 50_000_000)
    assert time.monotonic() - began < 2


def test_limits_hold_through_a_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Transport(RetryPolicy(read=5))
    with server_of(dripping(DRIPS["header"])) as url:
        monkeypatch.setenv("http_proxy", url)
        monkeypatch.delenv("no_proxy", raising=False)
        with transport.server_client(url) as web, transport.deadline(0.3), pytest.raises(httpx.HTTPError):
            web.get("http://labels.example/")


def test_no_server() -> None:
    with pytest.raises(Unreachable, match="in time"), server_of(lambda taken: time.sleep(3)) as url:
        connect(url, "key", policy=RetryPolicy(read=0.1, waits=()))


@pytest.mark.slow
def test_ctrl_c_at_a_call_that_hangs() -> None:
    asked = threading.Event()

    def serve(taken: socket.socket) -> None:
        asked.set()
        time.sleep(20)

    with server_of(serve) as url:
        clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        environment = clean | {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": "key"}
        command = [sys.executable, "-m", "annotate", "pull"]
        with subprocess.Popen(
            command,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heeding_ctrl_c,  # noqa: PLW1509 - one system call
        ) as pulling:
            assert asked.wait(30)
            pulling.send_signal(signal.SIGINT)
            _, told = pulling.communicate(timeout=10)
    assert pulling.returncode == 130
    assert told.strip() == "annotate: interrupted; run the same command again to go on"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "٣"}, None),
        # beside the server's own clock, whatever ours says
        (
            {"Retry-After": "Sun, 04 May 2031 10:00:20 GMT", "Date": "Sun, 04 May 2031 10:00:05 GMT"},
            15.0,
        ),
        ({"Retry-After": "Sun, 04 May 2031 10:00:00 GMT", "Date": "Sun, 04 May 2031 10:00:05 GMT"}, 0.0),
        ({"Retry-After": "Sun, 04 May 2031 10:00:20 GMT"}, None),
    ],
)
def test_what_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert requested_wait(headers) == seconds


def failing(*statuses: int, headers: dict[str, str] | None = None) -> Callable[[], str]:
    left = list(statuses)

    def ask() -> str:
        if left:
            raise ApiError(status_code=left.pop(0), headers=headers)
        return "done"

    return ask


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(status: int) -> None:
    assert Transport(QUICK).retry(failing(*[status] * 3)) == "done"
    with pytest.raises(ApiError):
        Transport(QUICK).retry(failing(*[status] * 4))


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409])
def test_what_stays_is_not(status: int) -> None:
    with pytest.raises(ApiError):
        Transport(QUICK).retry(failing(status))


def test_waits_grow_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    for _ in range(20):
        Transport(RetryPolicy()).retry(failing(503, 503, 503))
    firsts, seconds, thirds = waits[0::3], waits[1::3], waits[2::3]
    assert len(set(firsts)) > 10
    for found, wait in ((firsts, 0.2), (seconds, 0.5), (thirds, 1)):
        assert all(wait * 0.7 < each < wait * 1.3 for each in found)


def test_a_wait_that_a_server_asks_for_is_kept_and_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    Transport(RetryPolicy()).retry(failing(503, headers={"Retry-After": "3"}))
    Transport(RetryPolicy()).retry(failing(429, headers={"Retry-After": "86400"}))
    assert waits == [3.0, 60.0]
    with pytest.raises(ApiError):  # there would be no time left
        Transport(RetryPolicy(call=50)).retry(failing(429, headers={"Retry-After": "86400"}))


# --------------------------------------------------------------------------- with the real one


@pytest.mark.studio
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 0])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_read_is_repeated(studio: Server, status: int, when: str) -> None:
    with proxy_to(studio.url) as proxy:
        client = connect(proxy.url, studio.credentials.token, policy=QUICK)
        proxy.faults = [Fault(when, status, path="/api/projects", method="GET")] * 2  # type: ignore[arg-type]
        client.projects()
        assert not proxy.faults


@pytest.mark.studio
@pytest.mark.parametrize("when", ["before", "after"])
def test_the_renewal_of_a_key_is_repeated(studio: Server, when: str) -> None:
    with proxy_to(studio.url) as proxy:
        proxy.faults = [Fault(when, 503, path="/api/token/refresh")] * 2  # type: ignore[arg-type]
        connect(proxy.url, studio.credentials.token, policy=QUICK)
        assert not proxy.faults


@pytest.mark.studio
def test_a_key_is_renewed_in_time_whatever_the_clock_says(
    studio: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy_to(studio.url) as proxy:
        client = connect(proxy.url, studio.credentials.token)
        tokens = client.sdk._client_wrapper._tokens_client
        first, now = tokens._access_token, time.monotonic()
        client.users()
        assert tokens._access_token == first
        monkeypatch.setattr(time, "monotonic", lambda: now + 250)  # the access token lasts 300 s
        client.users()
        renewals = [path for method, path in proxy.forwarded if "/api/token/refresh" in path]
        assert len(renewals) == 2


@pytest.mark.studio
def test_a_write_that_is_asked_to_wait_waits_once(studio: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy_to(studio.url) as proxy:
        client = connect(proxy.url, studio.credentials.token, policy=RetryPolicy(waits=(0.3,)))
        proxy.faults = [Fault("before", 429, path="/api/projects/")] * 2
        began = time.monotonic()
        with pytest.raises(Unclear, match="429"):
            client.create_project(title="Never made")
        assert time.monotonic() - began > 0.2
        assert len(proxy.faults) == 1
