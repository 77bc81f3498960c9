"""The command that watches a folder, a feed or a project."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from annotate.cli import options as o
from annotate.cli import screen
from annotate.cli.command import command
from annotate.config import Settings

if TYPE_CHECKING:
    from annotate.workflows import Event

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@command(
    "layout",
    "suggestions",
    "blind",
    "clients",
    "suggester",
    "allow_remote",
    "consensus",
    "allow_private",
    "insecure",
)
def watch(
    settings: Settings,
    source: o.Watched,
    project: o.NewProject = None,
    every: o.Every = 60,
    once: o.Once = False,
    no_report: o.NoReport = False,
    annotators: o.Annotators = None,
) -> None:
    """Push new and corrected articles, pull the answers, and write the report anew, until Ctrl-C.

    \b
    annotate watch columns/ --project "May columns"
    annotate watch https://news.example/feed.xml --project Quay --every 600
    annotate watch "May columns"
    annotate watch columns/ --once --no-report

    A folder gives its articles, a feed those that it names, and a project the texts that people import on
    Label Studio's own page. Prints a line for each thing that happens. It can be stopped and started at any
    moment; the next watch does what is left.
    """
    from annotate import workflows

    with _stopping() as stopped:
        error = workflows.watch(
            source,
            project=project,
            every=every,
            once=once,
            with_report=not no_report,
            annotators=annotators,
            settings=settings,
            tell=_tell,
            stopped=stopped,
        )
    if once and error:
        raise screen.Shown([error])


def _tell(event: Event) -> None:
    """Print an event: what was done to stdout, all else to stderr."""
    line = line_of(event, clock=time.strftime("%Y-%m-%d %H:%M:%S"))
    if event.is_work:
        screen.data(f"{line}\n")
        sys.stdout.flush()
    else:
        screen.note(line)


def line_of(event: Event, *, clock: str) -> str:
    """Return an event in one line: when, what, where, and what came of it."""
    words = ": ".join(each for each in (event.where, event.detail) if each)
    return f"{clock}  {event.what:8}  {screen.one_line(words)}"


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether Ctrl-C or SIGTERM asked to stop; a second signal stops at once."""
    asked = False

    def ask(number: int, frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    if threading.current_thread() is not threading.main_thread():  # which alone receives signals
        yield lambda: asked
        return
    before = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
