"""Checks of everything that a desk depends on; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator

from annotate import studio
from annotate.article.suggest.llm import Unusable
from annotate.config import NO_RULINGS, Settings, config_text, load_settings, own_files, rulings_in
from annotate.errors import AnnotateError, KeyRefused, UsageError
from annotate.text import counted
from annotate.transport import is_local
from annotate.workflows.desk import studio_status
from annotate.workflows.language_model import NAME as LANGUAGE_MODEL
from annotate.workflows.language_model import open_model, place_of

LOOK_SECONDS = 5  # for the endpoint of a language model to answer
MOST_NAMES = 8  # of models in a line


def doctor(settings: Settings | None = None) -> Iterator[studio.Check]:
    """Yield checks of settings, config files, this machine, the server and its projects, in this order.

    `annotate.studio.exit_code` says what the worst fault comes to.

    Raises:
        UsageError: where the key would go to another machine by plain http.
    """
    desk = settings or load_settings()
    yield studio.ok("address", f"{desk.url} (LABEL_STUDIO_URL)" if desk.url else "the local Label Studio")
    yield _look_at_configs()
    if desk.rulings and not rulings_in(config_text("codebook.md")):
        problem, advice = NO_RULINGS.rsplit(": ", 1)
        yield studio.warning("codebook", problem, advice)
    yield from studio.look_at_host(desk.studio_home, desk.exports)
    if desk.suggester == LANGUAGE_MODEL or desk.llm_model:
        yield _look_at_model(desk)
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


def _look_at_model(desk: Settings) -> studio.Check:
    """Ask the endpoint of the language model which models it has; no text is sent."""
    what, place = "language model", place_of(desk.llm_url)
    try:
        names = open_model(desk).endpoint.models(seconds=LOOK_SECONDS)
    except UsageError as error:
        problem, _, advice = str(error).partition(": ")
        return studio.warning(what, problem, advice)
    except Unusable as error:
        advice = "start it, or correct ANNOTATE_LLM_URL (most end in /v1)"
        return studio.warning(what, f"{place}: {error.why}", advice)
    if desk.llm_model not in names:
        there = ", ".join(names[:MOST_NAMES]) or "no model"
        return studio.warning(what, f"{place} does not list {desk.llm_model}", f"it lists {there}")
    sent = "" if is_local(desk.llm_url) else "; claims and paragraphs are sent to another computer"
    return studio.ok(what, f"{desk.llm_model} at {place}{sent}")


def _look_at_configs() -> studio.Check:
    """Name the config files that are the desk's own; word lists are only counted."""
    files = own_files()
    words = sum(path.parent.name == "words" for path in files)
    named = [str(path) for path in files if path.parent.name != "words"]
    named += [counted(words, "word list")] if words else []
    return studio.ok("configs", f"your own: {', '.join(named)}" if named else "the shipped files only")
