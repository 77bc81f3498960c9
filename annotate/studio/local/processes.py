"""Ports and processes of this machine: which are free, which run, and how they are ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Collection, Iterator

import psutil

from annotate.errors import AnnotateError

HOST = "127.0.0.1"
PORTS_TRIED = 50
SHUTDOWN = 10.0  # seconds from SIGTERM to SIGKILL


def free_port(first: int, *, patience: float = 0) -> int:
    """Return the first free port from `first` on; `first` itself is waited for `patience` seconds.

    Raises:
        AnnotateError: If the next fifty ports are taken.
    """
    if wait_until(lambda: _is_free(first), patience):
        return first
    last = min(first + PORTS_TRIED, 65536) - 1
    for port in range(first + 1, last + 1):
        if _is_free(port):
            return port
    raise AnnotateError(f"no free port from {first} to {last}: end the programs that listen there")


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return not answers(port)  # some systems let us bind although a server listens on all interfaces
    return False


def answers(port: int) -> bool:
    """Return whether a program listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def command_of(pid: int) -> str:
    """Return the command line of a running process, empty if there is no such process."""
    with contextlib.suppress(psutil.Error, ValueError):
        return " ".join(psutil.Process(pid).cmdline())
    return ""


def commands() -> Iterator[tuple[int, str]]:
    """Return the pid and the command line of each process of this machine."""
    for process in psutil.process_iter(["cmdline"]):
        yield process.pid, " ".join(process.info["cmdline"] or ())


def end(pids: Collection[int], *, port: int = 0) -> None:
    """End processes with the process groups that they lead, and wait until nobody answers at `port`."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for process in running(pids):
            with contextlib.suppress(psutil.Error):
                process.send_signal(sign)
        if wait_until(lambda: not running(pids) and not (port and answers(port)), SHUTDOWN):
            return


def running(pids: Collection[int]) -> list[psutil.Process]:
    """Return the processes that run, of `pids` and of the process groups that they lead; no zombies."""
    processes = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            known = process.pid in pids or os.getpgid(process.pid) in pids
            if known and process.status() != psutil.STATUS_ZOMBIE:
                processes.append(process)
    return processes


def wait_until(condition: Callable[[], bool], patience: float) -> bool:
    """Return whether a condition is met within `patience` seconds; it is tried at least once."""
    limit = time.monotonic() + patience
    while not (is_met := condition()) and time.monotonic() < limit:
        time.sleep(0.05)
    return is_met
