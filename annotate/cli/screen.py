"""What a person sees in the terminal: data on stdout, all else on stderr, colour only on a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from annotate.errors import AnnotateError

# What a terminal acts on instead of showing it: control characters, and those that turn the text around.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def visible(words: str) -> str:
    r"""Return a text in which each character that a terminal would act on is shown by its code.

    >>> visible("a\x1b[31m red \u202e txet")
    'a<U+001B>[31m red <U+202E> txet'
    """
    return UNSEEN.sub(lambda match: f"<U+{ord(match[0]):04X}>", words)


def one_line(words: str) -> str:
    """Return a text in one line, without what a terminal would act on."""
    return visible(" ".join(words.split()))


def data(words: str) -> None:
    """Print data (stdout), as it is."""
    sys.stdout.write(words)


def note(message: str) -> None:
    """Print a message for the person at the terminal (stderr)."""
    Console(stderr=True, highlight=False, emoji=False, soft_wrap=True).print(escape(visible(message)))


def error(message: str) -> None:
    """Print an error (stderr), the first word in red on a terminal."""
    console = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
    console.print(f"[bold red]annotate:[/] {escape(visible(message))}")


class Shown(AnnotateError):
    """Errors that were printed while the work went on; the command ends with the exit code of the first."""

    def __init__(self, errors: Sequence[AnnotateError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.exit_code = errors[0].exit_code


@contextmanager
def others_go_on() -> Iterator[Callable[[AnnotateError], None]]:
    """Yield a function that prints an error, so that the work goes on with what has none.

    Raises:
        Shown: at the end, where there was one.
    """
    errors: list[AnnotateError] = []

    def refuse(refused: AnnotateError) -> None:
        errors.append(refused)
        error(str(refused))

    yield refuse
    if errors:
        raise Shown(errors) from errors[0]


@contextmanager
def waiting(action: str) -> Iterator[Callable[[str], None]]:
    """Show that something goes on: a spinner on a terminal, one line elsewhere."""
    console = Console(stderr=True, highlight=False)
    doing = action.rstrip(" .")
    with interrupted_at(lambda: f"while {doing[:1].lower()}{doing[1:]}"):
        if not console.is_terminal:
            note(action)
            yield lambda message: None
            return
        with console.status(escape(action)) as status:
            yield lambda message: status.update(escape(message))


@contextmanager
def interrupted_at(where: Callable[[], str]) -> Iterator[None]:
    """Have a Ctrl-C say where it stopped."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(where()) from None
