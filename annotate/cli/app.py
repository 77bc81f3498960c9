"""The command line: how commands are called, and how errors end them.

Each command imports what it needs when it runs, so that `annotate --help` answers at once.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer

from annotate import __version__
from annotate.cli import screen
from annotate.cli.answers import adjudicate, evaluate, learn, pull, report, review
from annotate.cli.articles import claims, push
from annotate.cli.command import CommandList
from annotate.cli.feedback import feedback
from annotate.cli.importing import import_labels
from annotate.cli.init import init
from annotate.cli.memory import memory
from annotate.cli.studio import doctor, studio
from annotate.cli.training_round import train_annotators
from annotate.cli.watch import watch
from annotate.errors import AnnotateError, Unreachable

HELP = """Decide, claim by claim, what in an article is opinion, report or checkable fact.

\b
  annotate claims column.txt         see the claims of an article
  annotate push column.txt           send them to Label Studio
  annotate pull && annotate report   fetch the answers, write tables and page

`annotate COMMAND --help` says more of a command, with examples.
"""
#: Errors of the system whose number alone says that a connection failed.
NETWORK_FAULTS = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL)


class _Interrupted(AnnotateError):
    """Ctrl-C was pressed; the message says where."""

    exit_code = 130

    def __init__(self, where: str = "") -> None:
        super().__init__(f"interrupted{' ' if where else ''}{where}; run the same command again to go on")


class _Commands(CommandList):
    """The commands; typer would end without a word after a Ctrl-C in one of them."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stopped:
            raise _Interrupted(str(stopped)) from None


app = typer.Typer(cls=_Commands, help=HELP, no_args_is_help=True, rich_markup_mode=None, add_completion=False)
for command in (  # in the order in which a desk comes to them
    claims, push, pull, report, review, adjudicate, feedback, train_annotators, watch, evaluate, learn, init,
    doctor,
):  # fmt: skip
    app.command()(command)
app.command("import")(import_labels)
app.add_typer(studio, name="studio")
app.add_typer(memory, name="memory")


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    if version:
        screen.data(f"claimdesk {__version__}\n")
        raise typer.Exit


def main() -> NoReturn:
    """Run the command line and end with the exit code of `annotate.errors`.

    Matrices are multiplied by one thread: small as they are, more would take the cores from the other work.
    At the end nothing is looked for that could be freed: the system takes all memory back anyhow, at once.
    """
    atexit.register(gc.freeze)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; an error is printed in one line."""
    try:
        return int(app(args=list(arguments), prog_name="annotate", standalone_mode=False) or 0)
    except (KeyboardInterrupt, typer.Abort):  # before or after the command, or at a question
        return _failed(_Interrupted())
    except BrokenPipeError:  # the reader went away; what is left to print goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if show := getattr(error, "show", None):  # what typer says of a wrong call
            show()
            return int(getattr(error, "exit_code", 2))
        known = error if isinstance(error, AnnotateError) else _unforeseen(error)
        code = _failed(known)
        if "-v" in arguments or "--verbose" in arguments:
            traceback.print_exc()
        return code


def _failed(error: AnnotateError) -> int:
    if not isinstance(error, screen.Shown):
        screen.error(str(error))
    return error.exit_code


def _unforeseen(error: Exception) -> AnnotateError:
    """Return an error of the network or the system, or a fault of ours, in the words of `annotate.errors`."""
    import socket
    import ssl

    import requests

    connecting = (ConnectionError, TimeoutError, socket.gaierror, ssl.SSLError, requests.RequestException)
    reason, again = getattr(error, "strerror", "") or error, "then run the command again"
    if isinstance(error, connecting) or getattr(error, "errno", 0) in NETWORK_FAULTS:
        return Unreachable(f"a connection failed ({reason}): check the network, {again}")
    if isinstance(error, OSError) and (error.filename or error.errno):
        what = f"{error.filename} cannot be read or written" if error.filename else "output cannot be written"
        return AnnotateError(f"{what} ({reason}): check free space and permissions, {again}")
    return AnnotateError(f"{type(error).__name__}: {error} (a fault of claimdesk; -v shows where)")
