"""Checks of everything that a desk depends on; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator

from annotate import studio
from annotate.config import Settings, load_settings, own_files
from annotate.errors import AnnotateError, KeyRefused, UsageError
from annotate.text import counted
from annotate.workflows.desk import studio_status


def doctor(settings: Settings | None = None) -> Iterator[studio.Check]:
    """Yield checks of settings, config files, this machine, the server and its projects, in this order.

    `annotate.studio.exit_code` says what the worst fault comes to.

    Raises:
        UsageError: where the key would go to another machine by plain http.
    """
    desk = settings or load_settings()
    yield studio.ok("address", f"{desk.url} (LABEL_STUDIO_URL)" if desk.url else "the local Label Studio")
    yield _look_at_configs()
    yield from studio.look_at_host(desk.studio_home, desk.exports)
    if not desk.url:
        yield studio.look_at_program()
    try:
        server = None if desk.url else studio_status(desk)
        url, key = (server.url, server.credentials.token) if server else (desk.url, desk.api_key)
        if not key:
            raise KeyRefused("no key is set: set LABEL_STUDIO_API_KEY (Account & Settings there)")
        client = studio.connect(url, key, insecure=desk.insecure)
    except UsageError:
        raise
    except AnnotateError as error:
        problem, _, advice = str(error).partition(": ")
        yield studio.fault("server", problem, advice, code=error.exit_code)
        return
    if server:
        yield from studio.look_from_outside(server)
        yield studio.look_at_links(desk.exports, server.url)
    yield studio.look_at_page_script(client, server, auto_advance=desk.auto_advance)
    yield studio.look_at_database(server, wanted=desk.clients)
    yield from studio.look_at_server(client)


def _look_at_configs() -> studio.Check:
    """Name the config files that are the desk's own; word lists are only counted."""
    files = own_files()
    words = sum(path.parent.name == "words" for path in files)
    named = [str(path) for path in files if path.parent.name != "words"]
    named += [counted(words, "word list")] if words else []
    return studio.ok("configs", f"your own: {', '.join(named)}" if named else "the shipped files only")
