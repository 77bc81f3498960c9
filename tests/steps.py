"""Commands in a process of their own that ends, or finds a disk full, at a step that is named beforehand.

A step is what changes the world or learns of it: a request that goes out, an answer that came in, a file opened
for writing, written, flushed to the disk, renamed, removed. Steps are counted in Python's own libraries and in
httpx; nothing of the program is touched. The processes are forked from one that has imported everything.
"""

from __future__ import annotations

import errno
import io
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Literal

import httpx

from tests.command import context, settle_in

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True)
class Break:
    """What happens: at step `at` the process kills itself, or call `at` of one function fails with ENOSPC.

    `largest` is the size in bytes of the largest file that may be written (RLIMIT_FSIZE).
    """

    at: int = 0
    fails: Literal["", "fsync", "replace", "write"] = ""
    largest: int = 0


@dataclass(frozen=True)
class Command:
    """One command line with its environment; what it prints goes into `told`."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    told: Path
    constants: Mapping[str, Any] = field(default_factory=dict)  # "module:name" to a value


def at_once(*commands: Command, patience: float = 180) -> list[tuple[int, str]]:
    """Run commands that begin at the same moment, and give how each ended, as `run` does."""
    gate = context.Barrier(len(commands))
    started = [_start(command, Break(), gate) for command in commands]
    return [_ended(process, command, patience) for process, command in zip(started, commands, strict=True)]


def _start(command: Command, broken: Break, gate: Barrier | None = None) -> BaseProcess:
    process = context.Process(target=_run, args=(command, broken, gate))
    process.start()
    return process


def _ended(process: BaseProcess, command: Command, patience: float) -> tuple[int, str]:
    process.join(patience)
    if process.exitcode is None:
        process.kill()
        raise AssertionError(f"{command.arguments} did not end in {patience} s")
    return process.exitcode, command.told.read_text(encoding="utf-8")


def run(command: Command, broken: Break = Break(), *, patience: float = 180) -> tuple[int, str]:
    """Run a command to its end, and give its exit code (below 0: the signal that ended it) and what it said."""
    return _ended(_start(command, broken), command, patience)


def _run(command: Command, broken: Break, gate: Barrier | None) -> None:
    command.told.unlink(missing_ok=True)
    settle_in(command.environment, command.told, command.told)
    from tests import warm  # noqa: F401, PLC0415 - imported already, where the process before this one could

    for place, value in command.constants.items():
        module, _, name = place.partition(":")
        assert hasattr(sys.modules[module], name), place
        setattr(sys.modules[module], name, value)
    from annotate import cli  # noqa: PLC0415

    if broken.largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (broken.largest, broken.largest))
    if broken.fails:
        _fail_at(broken)
    elif broken.at:
        _die_at(broken.at)
    if gate:
        gate.wait(30)
    code = cli.run(command.arguments)
    os._exit(code)


def _die_at(last: int) -> None:
    """Count steps, and end without a word at the one named."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if event in CHANGES or writes:
            step()

    sys.addaudithook(heard)
    _after(os, "replace", step)
    _around(os, "fsync", step)
    _around(httpx.Client, "send", step)
    _tear(step)


class _Torn(io.BufferedWriter):
    """A file whose every write is two, with a step between."""

    def __init__(self, file: io.FileIO, step: Callable[[], None]) -> None:
        super().__init__(file)
        self.step = step

    def write(self, content: Any) -> int:
        half = len(content) // 2
        super().write(content[:half])
        self.flush()
        self.step()
        return half + super().write(content[half:])


def _tear(step: Callable[[], None]) -> None:
    """Let files of bytes that are opened for writing be written in halves."""
    real = io.open

    def opened(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if mode in {"wb", "xb", "ab"}:
            return _Torn(io.FileIO(file, mode[0]), step)
        return real(file, mode, *arguments, **options)

    io.open = opened  # type: ignore[assignment]


def _around(owner: Any, name: str, step: Callable[[], None]) -> None:
    real = getattr(owner, name)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        step()
        try:
            return real(*arguments, **options)
        finally:
            step()

    setattr(owner, name, wrapped)


def _after(owner: Any, name: str, step: Callable[[], None]) -> None:
    real = getattr(owner, name)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        result = real(*arguments, **options)
        step()
        return result

    setattr(owner, name, wrapped)


def _fail_at(broken: Break) -> None:
    count = 0
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def call() -> None:
        nonlocal count
        count += 1
        if count == broken.at:
            raise full

    if broken.fails == "write":

        def heard(event: str, arguments: tuple[Any, ...]) -> None:
            if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
                call()

        sys.addaudithook(heard)
        return
    real = getattr(os, broken.fails)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        call()
        return real(*arguments, **options)

    setattr(os, broken.fails, wrapped)
