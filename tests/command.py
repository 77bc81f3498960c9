"""The command line in processes of its own, forked from one that has imported everything: apart, and at once."""

from __future__ import annotations

import io
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.warm"])


def annotate(
    *arguments: str, stdin: bytes = b"", patience: float = 120, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would in the checkout, with nothing set but `environment`."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
        streams[0].write_bytes(stdin)
        process = context.Process(target=_run, args=(arguments, environment, streams))
        process.start()
        process.join(patience)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, patience)
        out, err = (stream.read_text(encoding="utf-8") for stream in streams[1:])
        return subprocess.CompletedProcess(arguments, process.exitcode, out, err)


def _run(arguments: tuple[str, ...], environment: Mapping[str, str], streams: list[Path]) -> None:
    os.chdir(ROOT)
    os.dup2(os.open(streams[0], os.O_RDONLY), 0)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    settle_in(environment, *streams[1:])
    from annotate import cli  # noqa: PLC0415 - imported already, in the process before this one

    os._exit(cli.run(arguments))


def settle_in(environment: Mapping[str, str], out: Path, err: Path) -> None:
    """Have this process know of no desk but the one in `environment`, and print into files."""
    for name in list(os.environ):
        if name.startswith(("LABEL_STUDIO_", "ANNOTATE_")):
            del os.environ[name]
    os.environ.update(environment)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, "w", closefd=False), encoding="utf-8", write_through=True)
        for number in (1, 2)
    )
