"""Where a workflow runs: the settings of the folder, and the Label Studio that they name."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from annotate import studio
from annotate.config import Settings, load_settings
from annotate.errors import AnnotateError, KeyRefused, Unreachable
from annotate.text import counted, display_path
from annotate.workflows.progress import SILENT, Confirm, Progress

NOT_RUNNING = "the local Label Studio is not running: `annotate studio start` starts it"


@dataclass(frozen=True, slots=True)
class Connection:
    """A client of a Label Studio; `server` is the local one, or `None`. `clients` may call at once."""

    client: studio.Client
    server: studio.Server | None
    clients: int


def connect(settings: Settings | None = None, *, progress: Progress = SILENT) -> Connection:
    """Connect to the Label Studio of the settings; the local one is started if necessary.

    Raises:
        KeyRefused: where the settings name an address without a key, or the key is not accepted.
        Unreachable: where nothing answers.
        UsageError: where the key would go to another machine by plain http.
    """
    desk = settings or load_settings()
    server = None if desk.url else start_studio(desk, progress=progress)
    if not desk.url and server:
        client = studio.connect(server.url, server.credentials.token, identity=server.identity)
    elif desk.api_key:
        client = studio.connect(desk.url, desk.api_key, insecure=desk.insecure)
    else:
        raise KeyRefused(f"{desk.url} needs a key: set LABEL_STUDIO_API_KEY (Account & Settings there)")
    return Connection(client, server, studio.clients_at_once(server, wanted=desk.clients))


def start_studio(
    settings: Settings | None = None,
    *,
    on_postgres: bool = False,
    workers: int | None = None,
    port: int | None = None,
    install: bool = False,
    confirm: Confirm | None = None,
    progress: Progress = SILENT,
) -> studio.Server:
    """Start the local Label Studio and wait until it answers; return it as it is where it runs.

    Args:
        on_postgres: use PostgreSQL instead of SQLite; only the first start can choose.
        workers: processes that serve, with PostgreSQL; by default one for each core.
        port: the first port to try; by default the one of the last start.
        install: install Label Studio (1.2 GB) where it is missing; else `confirm` is asked or it raises.

    Raises:
        AnnotateError: where it cannot be started; see `annotate.studio.start`.
    """
    desk = settings or load_settings()
    running = None if on_postgres or workers or port else studio.status(desk.studio_home)
    # One that is starting is waited for; with another database it may have to be started again.
    if running and running.is_up and running.database == "sqlite":
        return running
    before = studio.address(desk.studio_home)
    _install_if_missing(install=install, confirm=confirm, progress=progress)
    with progress.wait("Starting Label Studio (the first time takes about a minute) ...") as say:
        server = studio.start(
            desk.studio_home,
            port=port,
            first_port=desk.port,
            database="postgres" if on_postgres else None,
            workers=workers,
            auto_advance=desk.auto_advance,
            progress=say,
        )
    if before and before != server.url:
        why = "" if port else ", since another program has its port"
        progress.note(f"Label Studio moved from {before} to {server.url}{why}.")
        _move_links(desk.exports, before, server.url, progress)
    return server


def _move_links(exports: Path, before: str, after: str, progress: Progress) -> None:
    """Have the links in sheets and pages lead to the new address; a fault there does not end the start."""
    import annotate.report as tables  # loads pandas, which a start seldom needs

    try:
        changed, left = tables.move_links(exports, before, after)
    except (AnnotateError, OSError) as error:
        progress.note(f"Links in {exports} lead to the old address ({error}): run `annotate report` again.")
        return
    if changed:
        where = f"{counted(changed, 'file')} in {display_path(exports)}"
        progress.note(f"Links in {where} lead to the new address now.")
    for path in left:
        again = "close it, then run `annotate report` again"
        progress.note(f"Links in {display_path(path)} lead to the old address: {again}.")


def _install_if_missing(*, install: bool, confirm: Confirm | None, progress: Progress) -> None:
    try:
        studio.find_executable()
    except studio.NotInstalled:
        question = "Label Studio is not installed. Install it (1.2 GB, some minutes)?"
        if not (install or (confirm and confirm(question))):
            raise
        with progress.wait("Installing Label Studio (1.2 GB, some minutes) ...") as say:
            studio.install_server(say)


def studio_status(settings: Settings | None = None) -> studio.Server:
    """Return the local Label Studio that runs.

    Raises:
        Unreachable: where it does not run.
    """
    server = studio.status((settings or load_settings()).studio_home)
    if server is None:
        raise Unreachable(NOT_RUNNING)
    return server


def restore_studio(
    file: Path, *, replace: bool = False, settings: Settings | None = None, progress: Progress = SILENT
) -> studio.Server | None:
    """Restore a backup of the local Label Studio; start it again where it ran before, and return it then.

    Raises:
        BadInput: where the file is no whole backup.
        Conflict: where tasks would be overwritten without `replace`.
    """
    desk = settings or load_settings()
    with progress.wait("Restoring ..."):
        was_running = studio.restore(desk.studio_home, file, replace=replace)
    return start_studio(desk, progress=progress) if was_running else None


def editor_name(
    connection: Connection,
    users: Mapping[str, Mapping[str, str]],
    settings: Settings | None = None,
) -> str:
    """Return the name under which decisions are made: that of the settings, else that of the user.

    The first user of a local Label Studio is nobody's name: there it is the login name on this computer.

    Args:
        users: as raw answers have them.
    """
    desk, number = settings or load_settings(), connection.client.me()
    if desk.editor:
        return desk.editor
    name = studio.user_names(users).get(number) or studio.unknown_name(number)
    if name != studio.FIRST_USER:
        return name
    with suppress(OSError, KeyError):  # a container may have no name for its user
        name = getpass.getuser()
    return name


def bind_hotkeys(settings: Settings | None = None, *, progress: Progress = SILENT) -> studio.Hotkeys:
    """Bind the desk's keys for the user of the settings; keys that the user changed stay."""
    return studio.bind(connect(settings, progress=progress).client)
