"""What `annotate doctor` says of a language model; no text of an article is sent."""

from __future__ import annotations

import pytest

from annotate.config import load_settings
from annotate.workflows import doctor
from tests.llm.conftest import Desk
from tests.llm.plain_endpoint import MODEL, PlainEndpoint, status


def line(desk: Desk) -> tuple[str, str, str]:
    desk.patch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    desk.patch.setenv("LABEL_STUDIO_API_KEY", "any")
    (check,) = [each for each in doctor(load_settings()) if each.what == "language model"]
    return check.state, check.finding, check.todo


def test_a_model_that_is_there(desk: Desk, endpoint: PlainEndpoint) -> None:
    state, finding, _ = line(desk)
    assert state == "ok"
    assert finding == f"{MODEL} at {endpoint.url.removesuffix('/v1')}"
    assert not endpoint.requests


def test_a_model_that_is_not_listed(desk: Desk, endpoint: PlainEndpoint) -> None:
    desk.use(endpoint.url, model="plain-9")
    state, finding, todo = line(desk)
    assert (state, todo) == ("warning", "it lists plain-1")
    assert finding.endswith("does not list plain-9")


@pytest.mark.parametrize(("number", "why"), [(401, "key refused"), (404, "no such model or address")])
def test_an_endpoint_that_refuses(number: int, why: str, desk: Desk, endpoint: PlainEndpoint) -> None:
    endpoint.always = status(number)
    state, finding, todo = line(desk)
    assert state == "warning"
    assert why in finding
    assert "ANNOTATE_LLM_URL" in todo


def test_an_endpoint_that_is_down(desk: Desk) -> None:
    desk.use("http://127.0.0.1:9/v1")
    assert line(desk)[:2] == ("warning", "http://127.0.0.1:9: endpoint not reachable")


def test_another_computer_that_nothing_may_be_sent_to(desk: Desk) -> None:
    desk.use("https://models.invalid/v1")
    state, finding, todo = line(desk)
    assert state == "warning"
    assert "another computer" in finding
    assert "--allow-remote" in todo


def test_a_desk_without_a_model_has_no_such_line(desk: Desk) -> None:
    desk.patch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    desk.patch.setenv("LABEL_STUDIO_API_KEY", "any")
    assert "language model" not in [check.what for check in doctor(load_settings())]
