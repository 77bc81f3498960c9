"""Backup and restore of the local Label Studio: all that cannot be made again, in one private file.

The file is a tar archive of the database (`database.dump`, in pg_dump's custom format, or
`database.sqlite3`), the credentials, the key that signs sessions and tokens, and uploaded files.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from annotate.errors import AnnotateError, BadInput, Conflict
from annotate.studio.local import postgres
from annotate.studio.local.home import CREDENTIALS, address, alone_in, change_state
from annotate.studio.local.postgres import ADMIN, DATABASE, ROLE, Cluster
from annotate.studio.local.private_files import read_json, write_json
from annotate.studio.local.server import SQLITE_FILE, Database, Server, database_of, end_web, status

FORMAT = 1
HEAD = "backup.json"
MEMBERS: dict[Database, str] = {"postgres": "database.dump", "sqlite": "database.sqlite3"}
PRIVATE = (CREDENTIALS, "data/.env")  # beside the database, as they stand in the folder
MEDIA = "data/media"
NEW, OLD = f"{DATABASE}_new", f"{DATABASE}_old"


def backup(home: Path, file: Path) -> int:
    """Save the labels, users and keys of a local Label Studio, running or not, and give the file's bytes.

    The file is replaced whole or not at all, and readable by its owner alone.

    Raises:
        AnnotateError: where there is nothing to save, or the database does not give itself out.
        Conflict: where another start, stop, backup or restore holds the folder.
    """
    database = database_of(home)
    if not database:
        raise AnnotateError(f"{home} holds no labels: `annotate studio start` begins a desk there")
    with alone_in(home), tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as work:
        dump, whole = Path(work) / MEMBERS[database], Path(work) / "whole"
        if database == "postgres":
            _dump_postgres(home, dump)
        else:
            _copy_sqlite(home / "data" / SQLITE_FILE, dump)
        _pack(home, database, dump, whole)
        whole.replace(file)
    return file.stat().st_size


def restore(home: Path, file: Path, *, replace: bool = False) -> Server | None:
    """Put back what `backup` saved and leave the Label Studio stopped; give the one that ran before, if any.

    Raises:
        BadInput: where the file is no whole backup.
        Conflict: where tasks would be overwritten without `replace`, or the folder holds its labels in
            another database, or another start, stop, backup or restore holds it.
    """
    database = _kind_of(file)
    there = database_of(home)
    if there and there != database:
        raise Conflict(
            f"{file} is a backup of another database ({database}) than {home} has: use another folder"
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = home.resolve()
    with alone_in(home), tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as work:
        parts = Path(work)
        _unpack(file, parts)
        if (held := _tasks_in(home, there)) and not replace:
            raise Conflict(
                f"{home} has {held} tasks: `annotate studio backup` saves them, then restore with --replace"
            )
        ran = status(home)
        end_web(home)
        if database == "postgres":
            _fill_postgres(home, parts / MEMBERS[database])
        else:
            _fill_sqlite(home, parts / MEMBERS[database])
        _put_back(home, parts)
    return ran


# --------------------------------------------------------------------------- the file


def _pack(home: Path, database: Database, dump: Path, whole: Path) -> None:
    head = json.dumps({"format": FORMAT, "database": database}).encode()
    opened = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
        told = tarfile.TarInfo(HEAD)
        told.size = len(head)
        tar.addfile(told, io.BytesIO(head))
        tar.add(dump, dump.name)
        for name in PRIVATE:
            if (home / name).exists():
                tar.add(home / name, name)
        if (home / MEDIA).is_dir():
            tar.add(home / MEDIA, MEDIA)


def _kind_of(file: Path) -> Database:
    """Read what a backup is of, from its head."""
    try:
        with tarfile.open(file, "r:") as tar:
            member = tar.next()
            held = tar.extractfile(member) if member and member.name == HEAD else None
            told = json.loads(held.read()) if held else {}
    except FileNotFoundError:
        raise BadInput(f"{file} is not there: name a file that `annotate studio backup` wrote") from None
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BadInput(f"{file} cannot be read as a backup ({error}): try an older one") from None
    if told.get("format") != FORMAT or told.get("database") not in MEMBERS:
        raise BadInput(
            f"{file} is no backup that this version knows: name one that `annotate studio backup` wrote"
        )
    return "postgres" if told["database"] == "postgres" else "sqlite"


def _unpack(file: Path, parts: Path) -> None:
    """Unpack a backup's files, for their owner alone; nothing leads out of the folder."""
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                name = PurePosixPath(member.name)
                if not member.isfile() or name.is_absolute() or ".." in name.parts:
                    continue
                place = parts / name
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                held = tar.extractfile(member)
                opened = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(opened, "wb") as out:
                    if held:
                        shutil.copyfileobj(held, out)
                if place.stat().st_size != member.size:
                    raise tarfile.ReadError("it ends too soon")
    except (tarfile.TarError, EOFError) as error:
        raise BadInput(f"{file} is not whole ({error}): try an older backup") from None
    if not any((parts / name).exists() for name in MEMBERS.values()):
        raise BadInput(f"{file} is not whole (it holds no database): try an older backup")


def _put_back(home: Path, parts: Path) -> None:
    """Put what stood beside the database back; the address stays the one that links here lead to."""
    (home / "data").mkdir(mode=0o700, exist_ok=True)
    if (here := address(home)) and (parts / CREDENTIALS).exists():
        write_json(parts / CREDENTIALS, read_json(parts / CREDENTIALS) | {"url": here})
    change_state(home)
    for name in PRIVATE:
        if (parts / name).exists():
            (parts / name).replace(home / name)
    if (parts / MEDIA).is_dir():
        shutil.copytree(parts / MEDIA, home / MEDIA, dirs_exist_ok=True)


def _tasks_in(home: Path, database: Database | None) -> int:
    """Count the tasks that a restore would overwrite."""
    if database == "postgres":
        with _cluster(home) as cluster:
            there = postgres.sql(cluster, "SELECT to_regclass('task') IS NOT NULL")
            return int(postgres.sql(cluster, "SELECT count(*) FROM task")) if there == "t" else 0
    if database == "sqlite":
        with (
            contextlib.suppress(sqlite3.DatabaseError),  # without the table, or broken: nothing to lose
            contextlib.closing(sqlite3.connect(home / "data" / SQLITE_FILE)) as held,
        ):
            return int(held.execute("SELECT count(*) FROM task").fetchone()[0])
    return 0


# --------------------------------------------------------------------------- the databases


@contextlib.contextmanager
def _cluster(home: Path) -> Iterator[Cluster]:
    """Return the cluster, started where it does not run, and then stopped again."""
    ran = postgres.running(home)
    try:
        yield postgres.run(home)
    finally:
        if not ran:
            postgres.stop(home)


def _dump_postgres(home: Path, dump: Path) -> None:
    opened = os.open(dump, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as out, _cluster(home) as cluster:
        postgres.client(cluster, "pg_dump", "--format=custom", f"--dbname={DATABASE}", output=out)


def _fill_postgres(home: Path, dump: Path) -> None:
    """Fill a new database and only then put it in the place of the old one."""
    with _cluster(home) as cluster:
        for script in (f"DROP DATABASE IF EXISTS {NEW}", f"CREATE DATABASE {NEW} OWNER {ROLE}"):
            postgres.sql(cluster, script, database=ADMIN)
        how = ["--no-owner", "--no-privileges", f"--role={ROLE}", "--exit-on-error", f"--dbname={NEW}"]
        postgres.client(cluster, "pg_restore", *how, str(dump))
        for script in (
            f"DROP DATABASE IF EXISTS {OLD} WITH (FORCE)",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'",  # noqa: S608
            f"ALTER DATABASE {DATABASE} RENAME TO {OLD}",
            f"ALTER DATABASE {NEW} RENAME TO {DATABASE}",
            f"DROP DATABASE {OLD} WITH (FORCE)",
        ):
            postgres.sql(cluster, script, database=ADMIN)
    postgres.stop(home)


def _copy_sqlite(source: Path, copy: Path) -> None:
    """Copy a database that may be written to meanwhile."""
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as held,
        contextlib.closing(sqlite3.connect(copy)) as saved,
    ):
        held.backup(saved)


def _fill_sqlite(home: Path, copy: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(copy)) as held:
            sound = held.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise BadInput("the database in the backup is damaged: try an older backup")
    place = home / "data" / SQLITE_FILE
    place.parent.mkdir(mode=0o700, exist_ok=True)
    for rest in ("-journal", "-wal", "-shm"):  # of the database that is overwritten
        place.with_name(place.name + rest).unlink(missing_ok=True)
    copy.replace(place)
