"""Backup and restore of the local Label Studio: everything that cannot be made again, in one private file.

The file is a tar archive of the database (`database.dump`, in pg_dump's custom format, or
`database.sqlite3`), the credentials, the key that signs sessions and tokens, and uploaded files.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from annotate.errors import AnnotateError, BadInput, Conflict
from annotate.studio.local import postgres
from annotate.studio.local.home import (
    CREDENTIALS,
    Database,
    address,
    alone_in,
    change_state,
    data_folder,
    database_of,
    sqlite_file,
)
from annotate.studio.local.postgres import ADMIN, DATABASE, ROLE, Cluster
from annotate.studio.local.private_files import create, read_json, write_json
from annotate.studio.local.server import Server, end_web, status

FORMAT = 1
HEAD = "backup.json"
MEMBERS: dict[Database, str] = {"postgres": "database.dump", "sqlite": "database.sqlite3"}
PRIVATE = (CREDENTIALS, "data/.env")  # beside the database, with their paths in the folder
MEDIA = "data/media"
NEW, OLD = f"{DATABASE}_new", f"{DATABASE}_old"


def backup(home: Path, file: Path) -> int:
    """Save the labels, users and keys of a local Label Studio, running or not, and return the file's bytes.

    The file is replaced whole or not at all, and only its owner can read it.

    Raises:
        AnnotateError: If there is nothing to save, or the database cannot be dumped.
        Conflict: If another start, stop, backup or restore uses the folder.
    """
    database = database_of(home)
    if not database:
        raise AnnotateError(f"{home} holds no labels: `annotate studio start` creates a desk there")
    with alone_in(home), tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as work:
        dump, archive = Path(work) / MEMBERS[database], Path(work) / "archive"
        if database == "postgres":
            _dump_postgres(home, dump)
        else:
            _dump_sqlite(home, dump)
        _pack(home, database, dump, archive)
        archive.replace(file)
    return file.stat().st_size


def restore(home: Path, file: Path, *, replace: bool = False) -> Server | None:
    """Restore what `backup` saved and leave the Label Studio stopped; return the server that ran before, if
    any.

    Raises:
        BadInput: If the file is no complete backup.
        Conflict: If tasks would be overwritten without `replace`, or the folder keeps its labels in another
            database, or another start, stop, backup or restore uses it.
    """
    database = _database_in(file)
    existing = database_of(home)
    if existing and existing != database:
        raise Conflict(
            f"{file} is a backup of another database ({database}) than {home} has: use another folder"
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = home.resolve()
    with alone_in(home), tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as work:
        parts = Path(work)
        _unpack(file, parts)
        if (tasks := _count_tasks(home, existing)) and not replace:
            raise Conflict(
                f"{home} has {tasks} tasks: `annotate studio backup` saves them, then restore with --replace"
            )
        server = status(home)
        end_web(home)
        if database == "postgres":
            _restore_postgres(home, parts / MEMBERS[database])
        else:
            _restore_sqlite(home, parts / MEMBERS[database])
        _restore_files(home, parts)
    return server


# --------------------------------------------------------------------------- the file


def _pack(home: Path, database: Database, dump: Path, archive: Path) -> None:
    head = json.dumps({"format": FORMAT, "database": database}).encode()
    with create(archive) as out, tarfile.open(fileobj=out, mode="w") as tar:
        member = tarfile.TarInfo(HEAD)
        member.size = len(head)
        tar.addfile(member, io.BytesIO(head))
        tar.add(dump, dump.name)
        for name in (*PRIVATE, MEDIA):
            if (home / name).exists():
                tar.add(home / name, name)


def _database_in(file: Path) -> Database:
    """Return the kind of database in a backup, from its head."""
    try:
        with tarfile.open(file, "r:") as tar:
            member = tar.next()
            content = tar.extractfile(member) if member and member.name == HEAD else None
            head = json.loads(content.read()) if content else {}
    except FileNotFoundError:
        raise BadInput(f"{file} does not exist: name a file that `annotate studio backup` wrote") from None
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BadInput(f"{file} cannot be read as a backup ({error}): try an older one") from None
    if head.get("format") != FORMAT or head.get("database") not in MEMBERS:
        raise BadInput(
            f"{file} is no backup that this version can read: name one that `annotate studio backup` wrote"
        )
    return "postgres" if head["database"] == "postgres" else "sqlite"


def _unpack(file: Path, parts: Path) -> None:
    """Unpack a backup's files, for their owner only; a path that leads out of the folder is skipped."""
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                name = PurePosixPath(member.name)
                content = tar.extractfile(member) if member.isfile() else None
                if content is None or name.is_absolute() or ".." in name.parts:
                    continue
                place = parts / name
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with create(place) as out:
                    shutil.copyfileobj(content, out)
                if place.stat().st_size != member.size:
                    raise tarfile.ReadError("it ends too soon")
    except (tarfile.TarError, EOFError) as error:
        raise BadInput(f"{file} is incomplete ({error}): try an older backup") from None
    if not any((parts / name).exists() for name in MEMBERS.values()):
        raise BadInput(f"{file} is incomplete (it holds no database): try an older backup")


def _restore_files(home: Path, parts: Path) -> None:
    """Restore the files beside the database; the address stays, since links on this machine lead to it."""
    data_folder(home).mkdir(mode=0o700, exist_ok=True)
    if (url := address(home)) and (parts / CREDENTIALS).exists():
        write_json(parts / CREDENTIALS, read_json(parts / CREDENTIALS) | {"url": url})
    change_state(home)
    for name in PRIVATE:
        if (parts / name).exists():
            (parts / name).replace(home / name)
    if (parts / MEDIA).is_dir():
        shutil.copytree(parts / MEDIA, home / MEDIA, dirs_exist_ok=True)


def _count_tasks(home: Path, database: Database | None) -> int:
    """Return the number of tasks that a restore would overwrite."""
    if database == "postgres":
        with _cluster(home) as cluster:
            table = postgres.sql(cluster, "SELECT to_regclass('task') IS NOT NULL")
            return int(postgres.sql(cluster, "SELECT count(*) FROM task")) if table == "t" else 0
    if database == "sqlite":
        with (
            contextlib.suppress(sqlite3.DatabaseError),  # without the table, or broken: nothing to lose
            contextlib.closing(sqlite3.connect(sqlite_file(home))) as connection,
        ):
            return int(connection.execute("SELECT count(*) FROM task").fetchone()[0])
    return 0


# --------------------------------------------------------------------------- the databases


@contextlib.contextmanager
def _cluster(home: Path) -> Iterator[Cluster]:
    """Yield the cluster; one that did not run is started, and stopped again."""
    ran = postgres.is_running(home)
    try:
        yield postgres.run(home)
    finally:
        if not ran:
            postgres.stop(home)


def _dump_postgres(home: Path, dump: Path) -> None:
    with create(dump) as out, _cluster(home) as cluster:
        postgres.client(cluster, "pg_dump", "--format=custom", f"--dbname={DATABASE}", output=out)


def _restore_postgres(home: Path, dump: Path) -> None:
    """Fill a new database and only then let it replace the old one."""
    with _cluster(home) as cluster:
        for script in (f"DROP DATABASE IF EXISTS {NEW}", f"CREATE DATABASE {NEW} OWNER {ROLE}"):
            postgres.sql(cluster, script, database=ADMIN)
        options = ["--no-owner", "--no-privileges", f"--role={ROLE}", "--exit-on-error", f"--dbname={NEW}"]
        postgres.client(cluster, "pg_restore", *options, str(dump))
        for script in (
            f"DROP DATABASE IF EXISTS {OLD} WITH (FORCE)",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'",  # noqa: S608
            f"ALTER DATABASE {DATABASE} RENAME TO {OLD}",
            f"ALTER DATABASE {NEW} RENAME TO {DATABASE}",
            f"DROP DATABASE {OLD} WITH (FORCE)",
        ):
            postgres.sql(cluster, script, database=ADMIN)
    postgres.stop(home)


def _dump_sqlite(home: Path, dump: Path) -> None:
    """Copy a database that may be written to meanwhile."""
    create(dump).close()
    source = sqlite_file(home).resolve().as_uri()
    with (
        contextlib.closing(sqlite3.connect(f"{source}?mode=ro", uri=True)) as connection,
        contextlib.closing(sqlite3.connect(dump)) as copy,
    ):
        connection.backup(copy)


def _restore_sqlite(home: Path, dump: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(dump)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise BadInput("the database in the backup is damaged: try an older backup")
    file = sqlite_file(home)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    for suffix in ("-journal", "-wal", "-shm"):  # of the database that is replaced
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    dump.replace(file)
