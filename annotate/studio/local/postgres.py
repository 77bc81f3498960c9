"""A PostgreSQL of our own: one cluster in the local Label Studio's folder, for it alone.

It listens on loopback only, with passwords made here (`postgres.json`, mode 0600). PostgreSQL refuses to run
as root; there it runs as Debian's user `postgres`, to whom the folder `postgres/` then belongs.
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

from annotate.errors import AnnotateError
from annotate.studio.local.private_files import read_json, write_json
from annotate.studio.local.processes import HOST, free_port, runs

FOLDER, SECRETS, LOG = "postgres", "postgres.json", "postgres.log"
PORT = 15432  # out of the way of Debian's own cluster
DATABASE = ROLE = "labelstudio"
ADMIN = "postgres"
DEBIAN = Path("/usr/lib/postgresql")
SERVICE_USER = "postgres"
INSTALL = "install Debian's package postgresql (`sh deploy/ensure_postgres.sh` does it as root)"
LAUNCHES = 3
SHUTDOWN = 30.0  # seconds for a fast shutdown
NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL that runs: where, and how to log in."""

    home: Path
    port: int
    admin: str = field(repr=False)
    password: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """Return what Label Studio reads to find its database."""
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
    return (home / FOLDER / "PG_VERSION").exists()


def make(home: Path, *, durable: bool = True) -> None:
    """Make the cluster of a Label Studio's folder where there is none yet; it does not run then.

    One that is not `durable` loses its data when the machine goes down: for tests alone.

    Raises:
        AnnotateError: where PostgreSQL is not installed, or refuses.
    """
    if exists(home):
        return
    held = {"port": PORT} | read_json(home / SECRETS)
    held |= {name: secrets.token_urlsafe(24) for name in ("admin", "password") if not held.get(name)}
    write_json(home / SECRETS, held)
    folder = home / f"{FOLDER}.new"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    if user := _service_user():
        os.chown(folder, user.pw_uid, user.pw_gid)
    asked = ["-U", ADMIN, "--pwfile", "/dev/stdin", "--auth", "scram-sha-256"]
    asked += ["--encoding", "UTF8", "--locale", "C.UTF-8", *([] if durable else ["--no-sync"])]
    with tempfile.TemporaryFile() as password:  # on standard input: a command line can be read by others
        password.write(str(held["admin"]).encode())
        password.seek(0)
        if user:
            os.fchown(password.fileno(), user.pw_uid, user.pw_gid)
        making = _process("initdb", folder, asked, stdin=password, stdout=subprocess.PIPE)
        told = making.communicate()[0].decode(errors="replace")
    if making.returncode:
        raise AnnotateError(f"PostgreSQL made no cluster in {folder}: {_complaint(told)}")
    if not durable:
        with (folder / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(NOT_DURABLE)
    folder.rename(home / FOLDER)


def run(home: Path, *, patience: float = 60) -> Cluster:
    """Start the cluster, made where there is none, with its role and database; one that runs stays.

    Raises:
        AnnotateError: where PostgreSQL is not installed, or died: with the end of its log.
    """
    make(home)
    held = read_json(home / SECRETS)
    if "password" not in held:
        raise AnnotateError(f"{home / SECRETS} is missing or broken: restore that file from a backup")
    if port := running_port(home):
        cluster = _cluster(home, port, held)
        _wait(cluster, None, patience)
    else:
        cluster = _launch(home, held, patience)
    sql(cluster, _setting_up(cluster), database=ADMIN)
    return cluster


def _launch(home: Path, held: dict[str, Any], patience: float) -> Cluster:
    for _ in range(LAUNCHES):
        cluster = _cluster(home, free_port(int(held["port"])), held)
        process = _spawn(cluster)
        try:
            if _wait(cluster, process, patience):
                write_json(home / SECRETS, {**held, "port": cluster.port})
                return cluster
        except BaseException:  # Ctrl-C too must not leave a server behind
            _end(process.pid)
            process.wait()
            raise
    raise AnnotateError(f"PostgreSQL did not start; the end of its log:\n{_log_end(home)}")


def running(home: Path) -> bool:
    """Return whether the cluster of this folder runs."""
    return _pid(home) is not None


def stop(home: Path) -> bool:
    """Stop the cluster, its connections too; tell whether it ran."""
    pid = _pid(home)
    if pid is None:
        return False
    _end(pid)
    return True


def sql(cluster: Cluster, script: str, *, database: str = DATABASE) -> str:
    """Run a script as the cluster's administrator and give what it answers, a row a line.

    Raises:
        AnnotateError: with PostgreSQL's own words.
    """
    asked = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"]
    return client(cluster, "psql", *asked, "--dbname", database, words=script)


def note_of(cluster: Cluster) -> str:
    """Return what was noted on the database; a new or a restored one has no note."""
    names = "shobj_description(oid, 'pg_database') FROM pg_database"
    return sql(cluster, f"SELECT {names} WHERE datname = '{DATABASE}'")


def note(cluster: Cluster, words: str) -> None:
    """Note something on the database: it goes where the database goes."""
    quoted = words.replace("'", "''")
    sql(cluster, f"COMMENT ON DATABASE {DATABASE} IS '{quoted}'")


def client(
    cluster: Cluster, program: str, *options: str, words: str = "", output: IO[bytes] | None = None
) -> str:
    """Run one of PostgreSQL's client programs as administrator and give what it prints.

    Raises:
        AnnotateError: where it fails, with the last line of its complaint.
    """
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, found by us
        [
            str(find_programs(cluster.home) / program),
            "-h",
            HOST,
            "-p",
            str(cluster.port),
            "-U",
            ADMIN,
            *options,
        ],
        input=words.encode(),
        stdout=output or subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
        env=_environment() | {"PGPASSWORD": cluster.admin},
    )
    if done.returncode:
        raise AnnotateError(f"{program} failed: {_complaint(done.stderr.decode(errors='replace'))}")
    return "" if output else done.stdout.decode(errors="replace").strip()


def version(home: Path) -> str:
    """Return the version of PostgreSQL of a folder's cluster, such as 15; empty where there is none."""
    with contextlib.suppress(OSError):
        return (home / FOLDER / "PG_VERSION").read_text(encoding="utf-8").strip()
    return ""


def find_programs(home: Path) -> Path:
    """Find the folder of PostgreSQL's programs: of the version that made the cluster, else the newest.

    Raises:
        AnnotateError: where there is none.
    """
    made = version(home)
    found = sorted((p for p in DEBIAN.glob("*/bin") if (p / "initdb").exists()), key=_number, reverse=True)
    if elsewhere := shutil.which("initdb"):
        found.append(Path(elsewhere).resolve().parent)
    if not found:
        raise AnnotateError(f"PostgreSQL is not installed: {INSTALL}")
    if not made:
        return found[0]
    for programs in found:
        if programs.parent.name == made or programs.parent.parent != DEBIAN:
            return programs
    raise AnnotateError(
        f"{home / FOLDER} was made by PostgreSQL {made}, which is not installed: "
        f"apt-get install postgresql-{made}"
    )


def _number(programs: Path) -> int:
    return int(re.sub(r"\D", "", programs.parent.name) or 0)


# --------------------------------------------------------------------------- the process


def _spawn(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start the server, its output in the log."""
    asked = ["-p", str(cluster.port)]
    for setting in (f"listen_addresses={HOST}", "unix_socket_directories=", "jit=off"):
        asked += ["-c", setting]
    log = os.open(cluster.home / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return _process("postgres", cluster.home / FOLDER, asked, stdout=log)
    finally:
        os.close(log)


def _process(
    program: str,
    folder: Path,
    options: list[str],
    *,
    stdout: int,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program that works in a folder of data, in a process group of its own.

    Where we are root it runs as another user, who may not enter the folders above: it is given the open
    folder then, whose name under /proc needs no way to it.
    """
    user, opened = _service_user(), os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    run_as: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    named = f"/proc/self/fd/{opened}" if user else str(folder.resolve())
    try:
        return subprocess.Popen(  # noqa: S603 - a program of PostgreSQL's, found by us
            [str(find_programs(folder.parent) / program), "-D", named, *options],
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
    """Wait until this very server takes our password; `False`: it did not come up, for its port was taken."""
    end = time.monotonic() + patience
    while True:
        try:
            sql(cluster, "SELECT 1", database=ADMIN)
            return True
        except AnnotateError:
            if process and process.poll() is not None:
                if "Address already in use" in _log(cluster.home):
                    return False
                raise AnnotateError(
                    f"PostgreSQL ended at start; the end of its log:\n{_log_end(cluster.home)}"
                ) from None
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _setting_up(cluster: Cluster) -> str:
    """Return what makes role and database where they are not there, and nothing else."""
    return f"""  -- the password is of letters, digits, - and _
    SELECT 'CREATE ROLE {ROLE} LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') \\gexec
    ALTER ROLE {ROLE} PASSWORD '{cluster.password}';
    SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE}'
      WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
    """  # noqa: S608 - all names and words are ours


def _pid(home: Path) -> int | None:
    """Return the process of the cluster; a number that belongs to another program by now is none."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((home / FOLDER / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(pid, 0)
        place = Path(f"/proc/{pid}/cwd")
        if not Path("/proc/self/cwd").exists() or place.resolve() == (home / FOLDER).resolve():
            return pid
    return None


def running_port(home: Path) -> int | None:
    """Return the port of the cluster; nothing where it does not run."""
    if _pid(home) is None:
        return None
    lines = (home / FOLDER / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return int(lines[3])


def _end(pid: int) -> None:
    """Ask the server for a fast shutdown, then for an immediate one."""
    for sign in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        end = time.monotonic() + SHUTDOWN
        while time.monotonic() < end:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)  # a child of ours stays as a zombie until it is asked for
            if not runs(pid):
                return
            time.sleep(0.05)


def _cluster(home: Path, port: int, held: dict[str, Any]) -> Cluster:
    return Cluster(home, port, str(held["admin"]), str(held["password"]))


def _service_user() -> pwd.struct_passwd | None:
    """Return the user to run as where we are root, else nothing."""
    if os.geteuid():
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        raise AnnotateError(
            f"PostgreSQL does not run as root, and there is no user {SERVICE_USER}: {INSTALL}"
        ) from None


def _environment() -> dict[str, str]:
    """Return an environment without the PG… variables of a shell, and with complaints in English."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}


def _log(home: Path) -> str:
    with contextlib.suppress(OSError):
        return (home / LOG).read_text(encoding="utf-8", errors="replace")
    return ""


def _log_end(home: Path, lines: int = 12) -> str:
    return "\n".join(_log(home).strip().splitlines()[-lines:]) or "(the log is empty)"


def _complaint(told: str) -> str:
    """Return the line that tells what is wrong, of all that a program says."""
    lines = [line for line in told.strip().splitlines() if line.strip()]
    wrong = [line for line in lines if re.search(r"error|fatal", line, re.IGNORECASE)]
    return (wrong or lines or ["no reason given"])[-1]
