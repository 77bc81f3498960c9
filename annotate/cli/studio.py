"""Commands for Label Studio: the local server, its users, checks of everything."""

from __future__ import annotations

import typer

from annotate.cli import options as o
from annotate.cli import screen

studio = typer.Typer(help="The local Label Studio.", no_args_is_help=True, rich_markup_mode=None)


@studio.command()
def start(
    on_postgres: o.Postgres = False,
    workers: o.ServerWorkers = None,
    port: o.Port = None,
    install: o.Install = False,
    verbose: o.Verbose = False,
) -> None:
    """Start the local Label Studio (the first time takes about a minute).

    \b
    annotate studio start
    annotate studio start --postgres --workers 4

    The first start decides what holds the labels: SQLite, or with --postgres a PostgreSQL of its own. Later
    starts use the same port, so that links in sheets lead to it; if another program uses it, that is said.
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    results.server(
        workflows.start_studio(
            database="postgres" if on_postgres else None,
            workers=workers,
            port=port,
            install=install,
            confirm=results.confirm(),
            progress=results.TERMINAL,
        )
    )


@studio.command()
def stop(verbose: o.Verbose = False) -> None:
    """Stop the local Label Studio; the labels stay."""
    from annotate import workflows
    from annotate.studio import stop as stop_server

    stopped = stop_server(workflows.load_settings().studio_home)
    screen.note("Label Studio is stopped; the labels stay." if stopped else "Label Studio was not running.")


@studio.command()
def status(verbose: o.Verbose = False) -> None:
    """Say whether the local Label Studio runs, and where; exit code 3 where it does not."""
    from annotate import workflows
    from annotate.cli import screen_results as results

    results.server(workflows.studio_status())


@studio.command()
def backup(file: o.BackupFile, verbose: o.Verbose = False) -> None:
    """Save all labels, users and keys of the local Label Studio in one file; it may run meanwhile.

    \b
    annotate studio backup desk.backup
    """
    from annotate import workflows
    from annotate.studio import backup as save

    with screen.waiting("Saving ..."):
        size = save(workflows.load_settings().studio_home, file)
    screen.data(f"{size / 1e6:,.1f} MB saved in {file}; it holds keys: keep it where only you can read it\n")


@studio.command()
def restore(file: o.SavedFile, replace: o.Replace = False, verbose: o.Verbose = False) -> None:
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
def invite(names: o.Names, verbose: o.Verbose = False) -> None:
    """Add users to the local Label Studio; each password is printed once and kept nowhere.

    \b
    annotate studio invite "Ada Brandt" Bo
    """
    from annotate import workflows
    from annotate.cli.screen_results import TERMINAL

    for name, user in zip(names, workflows.invite(names, progress=TERMINAL), strict=True):
        screen.data(f"{name}: log in at {user.url} as {user.email} with the password {user.password}\n")


@studio.command()
def hotkeys(insecure: o.Insecure = False, verbose: o.Verbose = False) -> None:
    """Bind the desk's keys for your user: j goes to the next claim, f submits. Keys you changed stay."""
    from annotate import workflows
    from annotate.cli import screen_results as results

    desk = workflows.load_settings(insecure=insecure)
    results.hotkeys(workflows.bind_hotkeys(desk, progress=results.TERMINAL))


@studio.command()
def users(insecure: o.Insecure = False, verbose: o.Verbose = False) -> None:
    """List the users with their progress in each project: claims labelled, and claims skipped."""
    from annotate import workflows
    from annotate.cli import screen_results as results

    desk = workflows.load_settings(insecure=insecure)
    results.users(workflows.users(desk, progress=results.TERMINAL))


@studio.command()
def rename(
    control: o.Control,
    old: o.OldWord,
    new: o.NewWord,
    project: o.Project = None,
    insecure: o.Insecure = False,
    verbose: o.Verbose = False,
) -> None:
    """Change answers after a label, flag or kind got another name in configs/.

    \b
    annotate studio rename flags garbled unreadable --project "May columns"

    The answers then count as changed by you (`seen_others` is `edited`).
    """
    from annotate import workflows
    from annotate.cli.screen_results import TERMINAL

    desk = workflows.load_settings(insecure=insecure)
    count = workflows.rename(control, old, new, project=project, settings=desk, progress=TERMINAL)
    screen.data(f"{count} answers now hold “{new}” instead of “{old}”.\n")


def doctor(insecure: o.Insecure = False, verbose: o.Verbose = False) -> None:
    """Check that everything is as it should be, and say what to do where it is not; changes nothing.

    \b
    annotate doctor

    Prints one line for each check: ok, warning or fault. Ends with 0, or with the exit code of the worst
    fault.
    """
    from annotate import workflows
    from annotate.cli import screen_results as results
    from annotate.studio import exit_code

    checks = []
    for check in workflows.doctor(workflows.load_settings(insecure=insecure)):
        results.check(check)
        checks.append(check)
    if code := exit_code(checks):
        raise typer.Exit(code)
