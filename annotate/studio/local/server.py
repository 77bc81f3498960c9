"""The local Label Studio: start, stop and status of one server that keeps everything in one folder.

The folder (`home`, mode 0700) holds `data/`, `label-studio.log`, `server.json` (pid and ports of the running
server), `identity.json`, and `credentials.json` (mode 0600: address, user, password, key). The server listens
on loopback only, nobody can sign up without an invitation, and it reports to nobody that it runs.

Links in sheets contain its port, so each start takes the port of the last one if it is free.

A folder keeps its labels either in SQLite, served by one worker of gunicorn, or in a PostgreSQL of its own,
served by several; its first start decides which.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from annotate.errors import AnnotateError, Conflict, UsageError
from annotate.studio.local import postgres
from annotate.studio.local.accounts import Credentials, with_token
from annotate.studio.local.home import (
    CREDENTIALS,
    Database,
    address,
    alone_in,
    credentials,
    credentials_for,
    data_folder,
    database_of,
    ensure_identity,
    identity,
)
from annotate.studio.local.install import find_executable
from annotate.studio.local.launch import Launch, PortTaken, spawn, wait_until_healthy
from annotate.studio.local.private_files import read_json, write_json
from annotate.studio.local.processes import HOST, answers, command_of, commands, end, free_port

PORT = 8080
STATE = "server.json"
LAUNCHES = 3
RELEASE = 2.0  # seconds to wait for the last port, which a server that has just ended may still hold
LEAST_WORKERS = 2
NAMES: dict[Database, str] = {"sqlite": "SQLite", "postgres": "PostgreSQL"}

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Server:
    """A local Label Studio that runs."""

    home: Path
    pid: int
    port: int
    database: Database = "sqlite"

    @property
    def url(self) -> str:
        """The address for browser and API."""
        return f"http://{HOST}:{self.port}"

    @property
    def is_up(self) -> bool:
        """Whether it takes calls: not yet while it starts, no longer while it ends."""
        return answers(self.port)

    @property
    def identity(self) -> str:
        """What distinguishes it from other servers, whatever its port; see `home`."""
        return identity(self.home)

    @property
    def credentials(self) -> Credentials:
        """The first user, from `credentials.json`.

        Raises:
            AnnotateError: If the file is missing.
        """
        return credentials(self.home)


def start(  # noqa: PLR0913 - all but the folder have defaults
    home: Path,
    *,
    executable: Path | None = None,
    port: int | None = None,
    first_port: int = PORT,
    database: Database | None = None,
    workers: int | None = None,
    auto_advance: bool = True,
    patience: float = 300,
    progress: Progress = lambda words: None,
) -> Server:
    """Start the local Label Studio and wait until it answers; one that already runs is returned as it is.

    `port` is the first one tried, by default that of the last start, and at the first start `first_port`; a
    port that is taken is skipped. `database` is by default the one that the folder has, SQLite in a new one;
    `workers` are gunicorn's, on PostgreSQL, by default one per core. With `auto_advance` the key of a label
    goes on to the next claim. The first start takes up to a minute.

    Raises:
        AnnotateError: If no Label Studio or PostgreSQL is installed, or it ended: with the end of its log.
        Conflict: If the folder has another database, the server runs at another port than `port`, or another
            start or stop takes longer than `patience` seconds.
        UsageError: If `workers` are given for SQLite.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    home = home.resolve()
    with alone_in(home, patience):
        chosen = _database_for(home, database)
        if workers and chosen == "sqlite":
            raise UsageError("--workers needs --postgres: with SQLite one process serves")
        server = _usable(home, port)
        if not server:
            program = executable or find_executable()
            launch = Launch(home, program, 0, chosen, workers or _cores(), auto_advance, patience)
            server = _launched(launch, port, first_port, progress)
        progress(f"Label Studio runs at {server.url}")
        return server


def _database_for(home: Path, wanted: Database | None) -> Database:
    existing = database_of(home)
    if existing and wanted and existing != wanted:
        raise Conflict(
            f"{home} holds its labels in {NAMES[existing]}: choose another folder for {NAMES[wanted]} "
            "(ANNOTATE_STUDIO_HOME)"
        )
    return existing or wanted or "sqlite"


def _cores() -> int:
    return max(os.cpu_count() or 1, LEAST_WORKERS)


def _usable(home: Path, port: int | None) -> Server | None:
    """Return the server that runs and answers, if its database does too."""
    server = status(home)
    if not server or not server.is_up or not _has_its_database(server):
        return None
    if port and server.port != port:
        raise Conflict(f"Label Studio runs at {server.url}: stop it first (`annotate studio stop`)")
    return server


def _has_its_database(server: Server) -> bool:
    """Start the PostgreSQL of a running server at the port where it expects it; else end the server."""
    if server.database == "sqlite":
        return True
    expected = read_json(server.home / STATE).get("database_port")
    if postgres.run(server.home).port == expected:
        return True
    end([server.pid], port=server.port)
    return False


def _launched(launch: Launch, port: int | None, first_port: int, progress: Progress) -> Server:
    """Launch on the first free port; a port that is taken meanwhile is skipped as well."""
    end(_left_over(launch.home))
    last = _last_port(launch.home)
    first = port or last or first_port
    for _ in range(LAUNCHES):
        free = free_port(first, patience=RELEASE if first == last else 0)
        with contextlib.suppress(PortTaken):
            return _launch(replace(launch, port=free), progress)
    raise AnnotateError(f"other programs keep taking the ports from {first}: choose another with --port")


def _last_port(home: Path) -> int | None:
    match = re.search(r":(\d+)\Z", address(home))
    return int(match[1]) if match else None


def _launch(launch: Launch, progress: Progress) -> Server:
    """Start the server on a free port, wait until it answers, and create its first user's key."""
    home = launch.home
    user = credentials_for(home, launch.port)
    # Written before the server creates the user, so that a password is never lost. The address is that of the
    # last start until this one has succeeded.
    write_json(home / CREDENTIALS, asdict(replace(user, url=address(home) or user.url)))
    ensure_identity(home)
    progress(f"Starting Label Studio at {user.url} (the first start takes a minute)")
    process = None
    try:
        process = spawn(launch, user)
        state = {"pid": process.pid, "port": launch.port, "database_port": postgres.running_port(home)}
        write_json(home / STATE, state)
        server = Server(home, process.pid, wait_until_healthy(process, launch), launch.database)
        write_json(home / STATE, state | {"port": server.port})
        write_json(home / CREDENTIALS, asdict(with_token(replace(user, url=server.url))))
    except BaseException:  # Ctrl-C too must not leave a server behind
        if process:
            end([process.pid], port=launch.port)
            process.wait()
        end(_left_over(home))  # also one that was started and not yet recorded
        postgres.stop(home)
        (home / STATE).unlink(missing_ok=True)
        raise
    return server


def stop(home: Path, *, patience: float = 30) -> bool:
    """Stop the local Label Studio with all its processes; return whether it ran.

    Raises:
        Conflict: If another start or stop takes longer than `patience` seconds.
    """
    if not home.is_dir():
        return False
    with alone_in(home, patience):
        ran = end_web(home)
        postgres.stop(home)
        return ran


def end_web(home: Path) -> bool:
    """End the server of a locked folder, but not its PostgreSQL; return whether it ran."""
    server = status(home)
    if server:
        end([server.pid], port=server.port)
    left_over = _left_over(home)
    end(left_over)
    (home / STATE).unlink(missing_ok=True)
    return bool(server or left_over)


def status(home: Path) -> Server | None:
    """Return the server that runs from this folder, or `None`.

    A pid alone proves nothing, since another program may have it after a restart of the machine: the process
    must be a Label Studio on this very folder.
    """
    state = read_json(home / STATE)
    if not state or not _serves(command_of(int(state.get("pid", 0))), home):
        return None
    return Server(home.resolve(), int(state["pid"]), int(state["port"]), database_of(home) or "sqlite")


def _left_over(home: Path) -> list[int]:
    """Return the processes that serve a folder although `server.json` does not say so.

    Workers outlive a main process that was killed for a moment; a server outlives a lost `server.json`.
    """
    return [pid for pid, command in commands() if _serves(command, home)]


def _serves(command: str, home: Path) -> bool:
    """Return whether a command line is that of a Label Studio on this very folder."""
    known = "label-studio" in command or " gunicorn " in command
    data = data_folder(home.resolve())
    return known and any(f" {option} {data} " in f"{command} " for option in ("--data-dir", "--chdir"))
