"""Ports and processes of this machine: what is free, what runs, how it is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotate.errors import AnnotateError

HOST = "127.0.0.1"
PORTS_TRIED = 50
SHUTDOWN = 10.0  # seconds between asking a server to end and ending it


def free_port(first: int, *, patience: float = 0) -> int:
    """Return the first free port from `first` on; `first` itself is waited for `patience` seconds.

    Raises:
        AnnotateError: where the next fifty are taken.
    """
    limit = time.monotonic() + patience
    while not _is_free(first) and time.monotonic() < limit:
        time.sleep(0.1)
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        if _is_free(port):
            return port
    raise AnnotateError(f"no free port from {first} to {first + PORTS_TRIED - 1}: end what listens there")


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return not answers(port)  # one who listens on all interfaces lets us bind, on some systems
    return False


def answers(port: int) -> bool:
    """Return whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def command_of(pid: int) -> str:
    """Return a process's command line, empty where there is no such process."""
    if pid <= 0:
        return ""
    if Path("/proc/self/cmdline").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    ask = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout  # noqa: S603 - fixed words


def commands() -> Iterator[tuple[int, str]]:
    """Return pid and command line of each process of this machine."""
    if Path("/proc/self/cmdline").exists():
        pids = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
        yield from ((pid, command_of(pid)) for pid in pids)
        return
    asked = ["ps", "-A", "-o", "pid=,command="]
    shown = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603
    for pid, _, command in (line.strip().partition(" ") for line in shown.splitlines()):
        yield int(pid), command


def end_all(pids: Iterable[int]) -> None:
    """End processes, each with the group that it leads, if it leads one."""
    left = set(pids)
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                (os.killpg if os.getpgid(pid) == pid else os.kill)(pid, sign)
        limit = time.monotonic() + SHUTDOWN
        while left and time.monotonic() < limit:
            time.sleep(0.05)
            left = {pid for pid in left if command_of(pid)}


def end(pid: int, port: int) -> None:
    """End a server and all the processes it started: it leads a group of its own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, sign)
        limit = time.monotonic() + SHUTDOWN
        while time.monotonic() < limit:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)  # a child of ours stays as a zombie until it is asked for
            # a zombie may stay that nobody asks for, and its threads may hold the port a moment longer
            if not runs(pid) and not answers(port):
                return
            time.sleep(0.05)


def runs(leader: int) -> bool:
    """Return whether a process of this group still runs; a zombie does not."""
    if Path("/proc/self/stat").exists():
        listing = list(_processes())
    else:
        asked = ["ps", "-A", "-o", "pgid=,stat="]
        shown = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
        listing = [(int(group), state) for group, state in map(str.split, shown.stdout.splitlines())]
    return any(group == leader and not state.startswith("Z") for group, state in listing)


def _processes() -> Iterator[tuple[int, str]]:
    """Return group and state of each process, as Linux lists them."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            listed = file.read_text(encoding="utf-8", errors="replace")
            state, _, group = listed.rpartition(")")[2].split()[:3]
            yield int(group), state
