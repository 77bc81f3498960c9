"""Label Studio as others start it, and as an earlier version of this program did: by itself, without gunicorn."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from annotate.studio.local.launch import LOCAL, SAFE, is_healthy
from annotate.studio.local.processes import HOST, end, free_port, wait_until


@contextlib.contextmanager
def plain_server(executable: Path, home: Path, first_port: int) -> Iterator[tuple[int, int]]:
    """Run `label-studio start` on a folder's data until the block ends; yield its pid and port."""
    port = free_port(first_port)
    address = ["--internal-host", HOST, "--port", str(port)]
    command = [executable, "start", "--no-browser", *address, "--data-dir", home / "data"]
    with (home / "label-studio.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=os.environ | SAFE | LOCAL,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        assert wait_until(lambda: process.poll() is not None or is_healthy(port), 120)
        assert process.poll() is None, (home / "label-studio.log").read_text()
        yield process.pid, port
    finally:
        end([process.pid])
        process.wait()
