"""The key of a language model shows nowhere: in no message, traceback, log, file of answers or export."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from werkzeug import Response

from annotate import cli
from tests.llm.conftest import Desk
from tests.llm.plain_endpoint import Fault, PlainEndpoint, claims_in, completion, opinion

CANARY = "sk-canary-51d0c2-never-shown"


def repeat(number: int) -> Fault:
    """Return a fault that repeats the key, as OpenAI does in part, in a body and a header."""
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {CANARY}", "code": CANARY}})
    return lambda asked: Response(body, number, {"X-Seen": CANARY}, content_type="application/json")


def whole(asked: dict[str, Any]) -> Response:
    return completion({name: opinion(name, words) for name, words in claims_in(asked)})


FAULTS: dict[str, Fault] = {
    "none": whole,
    "401": repeat(401),
    "400": repeat(400),
    "500": repeat(500),
    "200": lambda asked: Response(f"no JSON {CANARY}", content_type="text/plain"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", ["claims", "push", "doctor"])
def test_no_key_shows(
    fault: str, command: str, desk: Desk, endpoint: PlainEndpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    endpoint.always = FAULTS[fault] if command != "doctor" or fault != "none" else None
    for name, value in {
        "ANNOTATE_LLM_KEY": CANARY,
        "OPENAI_API_KEY": "another-key",
        "OPENAI_ORG_ID": "org-of-the-environment",
        "OPENAI_PROJECT_ID": "project-of-the-environment",
        "OPENAI_LOG": "debug",
        "LABEL_STUDIO_URL": "http://127.0.0.1:9",
        "LABEL_STUDIO_API_KEY": "any",
    }.items():
        desk.patch.setenv(name, value)
    article = [str(desk.article()), "--suggester", "llm"] if command != "doctor" else []
    code = cli.run([command, *article, "-v"])
    assert code == (0 if command == "claims" else 3)  # Label Studio is not there
    printed = capfd.readouterr()
    files = [
        file.read_bytes().decode("utf-8", "replace") for file in desk.folder.rglob("*") if file.is_file()
    ]
    assert endpoint.headers, "it was asked"
    assert CANARY not in "\n".join([printed.out, printed.err, *files])
    assert all(each["Authorization"] == f"Bearer {CANARY}" for each in endpoint.headers)
    sent = json.dumps(endpoint.headers)
    assert "of-the-environment" not in sent
    assert "another-key" not in sent
    assert "X-Stainless-Os" not in sent.title()  # what machine this is concerns nobody
    assert CANARY not in json.dumps(endpoint.requests)


@pytest.mark.slow
def test_no_key_shows_in_the_log_of_the_client(desk: Desk, endpoint: PlainEndpoint) -> None:
    """The log is set up when the client is loaded, so in a process of its own."""
    endpoint.faults = [FAULTS["500"]]
    desk.patch.setenv("OPENAI_LOG", "debug")
    desk.patch.setenv("ANNOTATE_LLM_KEY", CANARY)
    command = [sys.executable, "-m", "annotate", "claims", str(desk.article()), "--suggester", "llm", "-v"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "DEBUG" in done.stderr
    assert len(endpoint.requests) == 2
    assert CANARY not in done.stdout + done.stderr
