"""A command that is broken off while a model is asked: what was answered is kept, and nothing was pushed."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from annotate import cli
from tests.conftest import heeding_ctrl_c
from tests.llm.conftest import Desk
from tests.llm.plain_endpoint import PlainEndpoint, claims_in, completion, opinion, slow


@pytest.mark.slow
@pytest.mark.parametrize("clients", [1, 3])
def test_after_ctrl_c_only_the_rest_is_asked(
    clients: int,
    desk: Desk,
    endpoint: PlainEndpoint,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    desk.use(endpoint.url, batch=1, clients=clients)
    endpoint.faults = [
        lambda asked: completion({n: opinion(n, w) for n, w in claims_in(asked)}),
        slow(20),
        slow(20),
    ]
    article = desk.article()
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")  # a push that went on would fail there
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "any")
    push = [sys.executable, "-m", "annotate", "push", str(article), "--suggester", "llm"]
    with subprocess.Popen(
        push,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=heeding_ctrl_c,  # noqa: PLW1509
    ) as process:
        deadline = time.monotonic() + 120
        while (len(endpoint.requests) < 2 or not desk.answers_file.exists()) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)  # the answer is written
        assert len(endpoint.requests) >= 2
        broken_off = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert time.monotonic() - broken_off < 10
    assert process.returncode == 130, err
    assert "interrupted after 1 of 3 claims; run the same command again to go on" in err
    assert out == ""
    with sqlite3.connect(desk.answers_file) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM answers").fetchone() == (1,)
    endpoint.requests.clear()
    endpoint.faults.clear()
    assert cli.run(["claims", str(article), "--suggester", "llm"]) == 0
    assert len(endpoint.claims) == 2
