"""A real Dask cluster on this machine: `python -m tests.dask_cluster`; it prints its address, and ends by itself."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.archive.stock import ROOT, bare


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, psutil.Process]]:
    """Run a cluster; give its address and its process, whose children are its workers."""
    command = [sys.executable, "-m", "tests.dask_cluster", str(workers)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=bare(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout
        address = process.stdout.readline().decode().strip()
        assert address.startswith("tcp://127.0.0.1:")
        try:
            yield address, psutil.Process(process.pid)
        finally:
            if process.poll() is None:
                end(psutil.Process(process.pid))


def end(process: psutil.Process) -> None:
    """End a process and all that it started, at once."""
    for each in [process, *process.children(recursive=True)]:
        each.kill()


def main() -> None:
    """Run a scheduler and two workers, in processes of their own, until standard input ends."""
    from distributed import LocalCluster  # noqa: PLC0415 - each of its processes imports this file

    with LocalCluster(
        n_workers=int(sys.argv[1]), threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as running:
        print(running.scheduler_address, flush=True)
        began = time.monotonic()
        while sys.stdin.buffer.read(1) and time.monotonic() - began < 300:
            pass


if __name__ == "__main__":
    main()
