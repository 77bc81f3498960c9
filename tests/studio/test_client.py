"""The door to Label Studio: what it says when there is none, another one, or the key is wrong."""

from __future__ import annotations

import json
import socket

import pytest
from pytest_httpserver import HTTPServer

from annotate.errors import AnnotateError, Conflict, KeyRefused, Unreachable, UsageError
from annotate.studio import Client, Server, connect
from annotate.studio.api import Unclear
from annotate.studio.api.client import checked_address
from annotate.transport import RetryPolicy
from tests.proxy import Fault, proxy_to

KEY = "canary-5f2d7c"
# a well-formed personal token (never expires, signed by nobody)
JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6ODEwMjU2MTI2NiwidXNlcl9pZCI6IjEi"
    "fQ.c2lnbmVkLWJ5LW5vYm9keQ"
)
EXPIRED = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6MTAwMDAwMDAwMH0.bm9ib2R5"
)


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "localhost:8080", "ftp://127.0.0.1", "http://", ""])
def test_an_address_without_scheme_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="http://"):
        connect(url, KEY)


def test_an_address_with_a_password_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageError) as error:
        connect("http://ada:secret@127.0.0.1", KEY)
    assert "secret" not in str(error.value)


def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Unreachable, match="annotate studio start"):
            connect(url, KEY)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<html>Welcome</html>"),
        (200, "{}"),
        (200, "[1, 2]"),
        (200, json.dumps({"label-studio-os-package": None})),
        (404, "<html>" + "x" * 170_000),
    ],
)
def test_a_server_that_is_no_label_studio(httpserver: HTTPServer, status: int, body: str) -> None:
    httpserver.expect_request("/api/version").respond_with_data(body, status=status)
    with pytest.raises(Unreachable, match="is no Label Studio") as error:
        connect(httpserver.url_for(""), KEY)
    assert len(str(error.value)) < 200
    assert error.value.exit_code == 3


def test_a_server_that_sends_us_elsewhere(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/version").respond_with_data(
        "", status=302, headers={"Location": "/login"}
    )
    with pytest.raises(Unreachable, match="redirects to"):
        connect(httpserver.url_for(""), KEY)


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "ключ"])
def test_a_key_that_cannot_be_is_refused_before_it_is_sent(key: str) -> None:
    with pytest.raises(KeyRefused) as error:
        connect("http://127.0.0.1:9", key)
    assert not key or key not in str(error.value)


@pytest.mark.studio
@pytest.mark.parametrize("key", [KEY, JWT, EXPIRED])
def test_a_wrong_key(studio: Server, key: str) -> None:
    with pytest.raises(KeyRefused) as error:
        connect(studio.url, key)
    assert key not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.studio
def test_a_project_that_is_gone(owner: Client) -> None:
    with pytest.raises(Conflict, match="deleted") as error:
        owner.project(999_999)
    assert len(str(error.value)) < 200


@pytest.mark.studio
@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 0])
def test_a_write_goes_out_once(studio: Server, owner: Client, status: int) -> None:
    with proxy_to(studio.url) as proxy:
        proxy.faults = [Fault("before", status, path="/api/projects/")] * 3
        with pytest.raises(Unclear):
            connect(proxy.url, studio.credentials.token).create_project(title="Never made")
        assert len(proxy.faults) == 2
    assert "Never made" not in [project["title"] for project in owner.projects()]


@pytest.mark.parametrize("status", [500, 503])
def test_a_gateway_without_its_server(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/api/version").respond_with_data("<html>Sorry</html>", status=status)
    with pytest.raises(Unreachable, match=f"status {status}: try again"):
        connect(httpserver.url_for(""), KEY, policy=RetryPolicy(waits=(0.01,)))
    assert len(httpserver.log) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html>Log in</html>", "web page, such as a login"),
        *((body, "") for body in ("[]", '"words"', "null", "{}", '{"id": null}')),
    ],
)
def test_what_is_no_answer(httpserver: HTTPServer, body: str, words: str) -> None:
    version = {"label-studio-os-package": {"version": "1.23.2"}}
    httpserver.expect_request("/api/version").respond_with_json(version)
    httpserver.expect_request("/api/current-user/whoami").respond_with_data(body)
    with pytest.raises(AnnotateError) as error:
        connect(httpserver.url_for(""), KEY)
    assert words in str(error.value)
    assert len(str(error.value)) < 200
    assert KEY not in str(error.value)


@pytest.mark.parametrize(
    "url", ["http://labels.example", "http://192.168.0.7:8080", "http://127.0.0.1.example", "http://[::2]"]
)
def test_plain_http_to_another_machine_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--insecure") as error:
        connect(url, KEY)
    assert KEY not in str(error.value)
    assert checked_address(url, insecure=True) == url


@pytest.mark.parametrize(
    "url", ["https://labels.example", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080"]
)
def test_addresses_that_may_be(url: str) -> None:
    assert checked_address(f"{url}/") == url


@pytest.mark.parametrize("url", ["https://labels.example/?a=b", "https://labels.example/#top"])
def test_an_address_ends_with_its_path(url: str) -> None:
    with pytest.raises(UsageError, match="must end before"):
        checked_address(url)
