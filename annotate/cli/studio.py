"""Commands for Label Studio: the local server, its users, checks of everything."""

from __future__ import annotations

from typing import Unpack

import typer

from annotate.cli import options as o
from annotate.cli import screen
from annotate.cli.command import CommandList, command
from annotate.config import Settings

HELP = """The Label Studio that runs on this computer: the server, its users, backups.

\b
  annotate studio start
  annotate studio invite "Ada Brandt" Bo
  annotate studio users
"""
studio = typer.Typer(cls=CommandList, help=HELP, no_args_is_help=True, rich_markup_mode=None)


@studio.command()
@command()
def start(**options: Unpack[o.StartOptions]) -> None:
    """Start the local Label Studio (the first time takes about a minute).

    \b
    annotate studio start
    annotate studio start --postgres --workers 4

    The first start decides where labels are kept: in SQLite, or with --postgres in a PostgreSQL of its own.
    Later starts use the same port, so that links in sheets stay valid; if another program uses that port, a
    line says so.
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    ask, show = results.confirm(), results.TERMINAL
    results.server(workflows.start_studio(**options, confirm=ask, progress=show))


@studio.command()
@command()
def stop() -> None:
    """Stop the local Label Studio; the labels stay.

    \b
    annotate studio stop
    """
    from annotate.config import load_settings
    from annotate.studio import stop as stop_server

    stopped = stop_server(load_settings().studio_home)
    screen.note("Label Studio is stopped; the labels stay." if stopped else "Label Studio was not running.")


@studio.command()
@command()
def status() -> None:
    """Print whether the local Label Studio runs, and where; exit code 3 if it does not.

    \b
    annotate studio status
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    results.server(workflows.studio_status())


@studio.command()
@command()
def backup(file: o.BackupFile) -> None:
    """Save all labels, users and keys of the local Label Studio in one file; it may be running.

    \b
    annotate studio backup desk.backup
    """
    from annotate.config import load_settings
    from annotate.studio import backup as save

    with screen.waiting("Saving ..."):
        size = save(load_settings().studio_home, file)
    screen.data(f"{size / 1e6:,.1f} MB saved in {file}; it holds keys: keep it where only you can read it\n")


@studio.command()
@command()
def restore(file: o.SavedFile, replace: o.Replace = False) -> None:
    """Restore a backup of the local Label Studio; existing tasks are overwritten only with --replace.

    \b
    annotate studio restore desk.backup
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    if server := workflows.restore_studio(file, replace=replace, progress=results.TERMINAL):
        results.server(server)
    else:
        screen.data(f"{file} is restored: `annotate studio start` starts it\n")


@studio.command()
@command()
def invite(names: o.Names) -> None:
    """Add users to the local Label Studio; each password is printed once and stored nowhere.

    \b
    annotate studio invite "Ada Brandt" Bo
    """
    from annotate import workflows
    from annotate.cli.screen_results import TERMINAL

    for name, user in zip(names, workflows.invite(names, progress=TERMINAL), strict=True):
        screen.data(f"{name}: log in at {user.url} as {user.email} with the password {user.password}\n")


@studio.command()
@command("insecure")
def hotkeys(settings: Settings) -> None:
    """Bind the desk's keys for your user: j goes to the next claim, f submits. Keys you changed stay.

    \b
    annotate studio hotkeys
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    results.hotkeys(workflows.bind_hotkeys(settings, progress=results.TERMINAL))


@studio.command()
@command("insecure")
def users(settings: Settings) -> None:
    """List the users with their progress in each project: claims judged of all to judge, and skipped ones.

    \b
    annotate studio users
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    results.users(workflows.users(settings, progress=results.TERMINAL))


@studio.command()
@command("insecure")
def rename(
    settings: Settings, control: o.Control, old: o.OldWord, new: o.NewWord, project: o.Project = None
) -> None:
    """Rename a label, flag, ruling or kind of source in the answers, after configs/ was changed.

    \b
    annotate studio rename flags garbled unreadable --project "May columns"

    The answers then count as changed by you (`seen_others` is `edited`).
    """
    from annotate import workflows
    from annotate.cli.screen_results import TERMINAL

    count = workflows.rename(control, old, new, project=project, settings=settings, progress=TERMINAL)
    screen.data(f"{count} answers now hold “{new}” instead of “{old}”.\n")


@command("insecure")
def doctor(settings: Settings) -> None:
    """Check settings, server and projects, and say what to do where something is wrong; changes nothing.

    \b
    annotate doctor

    Prints one line for each check: ok, warning or fault. Ends with 0, or with the exit code of the worst
    fault.
    """
    from annotate import workflows
    from annotate.cli import screen_results as results
    from annotate.studio import exit_code

    checks = []
    for check in workflows.doctor(settings):
        results.check(check)
        checks.append(check)
    if code := exit_code(checks):
        raise typer.Exit(code)
