"""The command line: reads what is asked, calls the house, prints; nothing else prints.

Each command imports what it needs when it runs, so that `annotate --help` answers at once.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import errno
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer
from typer.core import TyperGroup

from annotate import __version__
from annotate.cli import screen
from annotate.config import settings
from annotate.errors import AnnotateError, BadInput, Conflict, KeyRefused, Unreachable, UsageError
from annotate.model import Article, Claim, Skip

if TYPE_CHECKING:
    from annotate.archive import Work
    from annotate.article import Choice
    from annotate.config import Settings
    from annotate.studio import Aim, Check, Client, Holdings, Plan, Project, Question, Server, Terms

Extracted = tuple[Article, list[Claim], list[Skip]]

HELP = """Decide, claim by claim, what in an article is opinion, report or checkable fact.

\b
  annotate claims column.txt         see the claims of an article
  annotate push column.txt           send them to Label Studio
  annotate pull && annotate report   fetch the answers, write tables and page
"""


class _Interrupted(AnnotateError):
    """Ctrl-C was pressed; the message says where."""

    exit_code = 130


class _Commands(TyperGroup):
    """The commands; a Ctrl-C in one of them is ours to tell of, for typer ends without a word."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stopped:
            raise _interrupted(str(stopped)) from None


def _interrupted(where: str = "") -> _Interrupted:
    return _Interrupted(f"interrupted{' ' if where else ''}{where}; run the same command again to go on")


app = typer.Typer(cls=_Commands, help=HELP, no_args_is_help=True, rich_markup_mode=None, add_completion=False)
studio_app = typer.Typer(help="The local Label Studio.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(studio_app, name="studio")

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the traceback of an error.")]
Sources = Annotated[list[str], typer.Argument(metavar="ARTICLE", help="Files, folders, URLs, or -.")]


Insecure = Annotated[bool, typer.Option("--insecure", help="Send the key to another machine by plain http.")]
ProjectTitle = Annotated[
    str | None, typer.Option("--project", help="Title of the project; not needed where there is only one.")
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Also read addresses in your own network.")
]


Workers = Annotated[
    int | None, typer.Option(min=1, max=256, help="Processes for many articles; by default one a core.")
]


class Format(StrEnum):
    """How `annotate claims` prints."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"


class Layout(StrEnum):
    """How claims stand in Label Studio: in the article's text, or one a page."""

    article = "article"
    claim = "claim"


class Consensus(StrEnum):
    """How judgements of a claim come to one label."""

    majority = "majority"
    dawid_skene = "dawid-skene"


class Suggestions(StrEnum):
    """Whether annotators see what the program suggests."""

    hint = "hint"
    off = "off"
    preload = "preload"


class SuggesterName(StrEnum):
    """What suggests labels: a model that reads sentence vectors, one that reads words, or rules."""

    vectors = "vectors"
    lexical = "lexical"
    rules = "rules"


SuggesterChoice = Annotated[
    SuggesterName | None, typer.Option("--suggester", help="What suggests the labels.")
]
ConsensusMethod = Annotated[
    Consensus | None, typer.Option("--consensus", help="How the judgements of a claim come to one label.")
]


def main() -> NoReturn:
    """Run the command line and end with the exit code of `annotate.errors`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; whatever goes wrong is said in one line."""
    try:
        return int(app(args=list(arguments), prog_name="annotate", standalone_mode=False) or 0)
    except AnnotateError as error:
        screen.complain(str(error))
        _show_trace(arguments)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):  # before or after the command, or at a question
        screen.complain(str(_interrupted()))
        return _Interrupted.exit_code
    except BrokenPipeError:  # the reader went away; what is left to print goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if show := getattr(error, "show", None):  # what typer says of a wrong call
            show()
            return int(getattr(error, "exit_code", 2))
        unforeseen = _unforeseen(error)
        screen.complain(str(unforeseen))
        _show_trace(arguments)
        return unforeseen.exit_code


#: Errors of the system that say by their number alone that they are of a connection.
NETWORK_FAULTS = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL)


def _unforeseen(error: Exception) -> AnnotateError:
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


def _show_trace(arguments: Sequence[str]) -> None:
    if "-v" in arguments or "--verbose" in arguments:
        traceback.print_exc()


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    if version:
        screen.data(f"claimdesk {__version__}\n")
        raise typer.Exit


# --------------------------------------------------------------------------- article


@app.command()
def claims(
    articles: Annotated[
        list[str] | None, typer.Argument(metavar="ARTICLE", help="Files, folders, URLs, or -.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    everything: Annotated[bool, typer.Option("--all", help="Also what is skipped, and why.")] = False,
    lists: Annotated[
        list[Path] | None, typer.Option("--list", help="A file that names an article a line: path or URL.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write Parquet files here, and go on where it broke off.")
    ] = None,
    workers: Workers = None,
    dask: Annotated[str | None, typer.Option(help="With --out: work on this Dask cluster (tcp://…).")] = None,
    time_limit: Annotated[
        float, typer.Option(min=0.001, help="With --out: seconds for one article; else it is set aside.")
    ] = 120,
    per_file: Annotated[
        int, typer.Option(min=1, max=100_000, help="With --out: articles of one Parquet file.")
    ] = 250,
    again: Annotated[bool, typer.Option("--again", help="With --out: try again what was set aside.")] = False,
    suggester: SuggesterChoice = None,
    allow_private: AllowPrivate = False,
    verbose: Verbose = False,
) -> None:
    """Break articles into claims, and print them or write them as Parquet.

    \b
    annotate claims column.txt
    annotate claims --all https://news.example/column
    annotate claims --format jsonl archive/ > claims.jsonl
    annotate claims archive/ --out claims/ --workers 8
    annotate claims --list urls.txt --out claims/ --dask tcp://10.0.0.5:8786
    """
    now = settings.load()
    private = allow_private or now.allow_private
    if out is None:
        if lists or dask or again:
            raise UsageError("--list, --dask and --again write files: say where with --out FOLDER")
        if not articles:
            raise UsageError("Missing argument ARTICLE: annotate claims column.txt")
        _choose_suggester(now, suggester)
        _print_claims(articles, form=form, everything=everything, workers=workers, private=private)
        return
    if everything or form is not Format.table:
        raise UsageError("--out writes Parquet: leave --format and --all away")
    if dask and workers:
        raise UsageError("--dask works with the cluster's workers: leave --workers away")
    _write_archive(
        (tuple(articles or ()), tuple(str(each) for each in lists or ())),
        out,
        (dask, workers),
        _work(now, suggester, private=private, limit=time_limit),
        size=per_file,
        again=again,
    )


def _print_claims(
    articles: Sequence[str], *, form: Format, everything: bool, workers: int | None, private: bool
) -> None:
    from annotate.article import extract_many, read_articles, row_of

    found = 0
    rows: list[dict[str, Any]] = []
    for article, claimed, skipped in extract_many(
        read_articles(articles, allow_private=private), workers=workers
    ):
        screen.languages(article, claimed)
        found += len(claimed)
        both: list[Claim | Skip] = [*claimed, *(skipped if everything else ())]
        parts = sorted(both, key=lambda part: part.start)
        if form is Format.table:
            screen.claims_table(parts, text=article.text)
        elif form is Format.jsonl:
            screen.data("".join(json.dumps(row_of(p, article), ensure_ascii=False) + "\n" for p in parts))
        else:
            rows += [row_of(part, article) for part in parts]
    if not found:
        raise BadInput(f"{', '.join(articles)}: no claims found: is there body text in it?")
    if form is Format.csv:
        screen.data(_csv(rows))


def _work(now: Settings, suggester: SuggesterName | None, *, private: bool, limit: float) -> Work:
    from annotate.archive import Work

    choice, taught, source = _choose_suggester(now, suggester)
    return Work(choice, taught, source, private, limit)


def _write_archive(
    named: tuple[tuple[str, ...], tuple[str, ...]],
    folder: Path,
    cores: tuple[str | None, int | None],
    work: Work,
    *,
    size: int,
    again: bool,
) -> None:
    from annotate.archive import SET_ASIDE, Articles, Files, break_up, on_cluster, on_this_machine
    from annotate.article import cores as all_cores

    address, workers = cores
    driver = on_cluster(work, address=address) if address else on_this_machine(work, workers or all_cores())
    with screen.progress_bar("Breaking up articles") as tell:
        plan, counts = break_up(
            Articles(*named), Files(folder, size, again), work=work, driver=driver, tell=tell
        )
    screen.archive(plan.kept, counts, changed=plan.changed, place=_shown(folder / SET_ASIDE))
    if counts.set_aside == counts.articles:
        raise BadInput(f"not one article could be used: see {_shown(folder / SET_ASIDE)}")


def _choose_suggester(now: Settings, given: SuggesterName | None) -> tuple[Choice, str, str]:
    """Set what suggests labels, with what the desk taught it; say so where it is not as shipped.

    Returns:
        What `choose` was given: the choice, what was taught, and the file that holds it.
    """
    from annotate.article import choose
    from annotate.report import MODEL, read_model

    choice: Choice = given.value if given else now.suggester
    taught = read_model(now.exports) if choice != "rules" else ""
    source = _shown((now.exports / MODEL).absolute())
    chosen = choose(choice, taught=taught, source=source)
    if chosen.why_not:
        screen.note(f"Suggestions come from {chosen.name}: {chosen.why_not}.")
    elif chosen.shift:
        screen.note(f"Suggestions come from {chosen.name}, learnt from this desk's judgements.")
    return choice, taught, source


def _csv(rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV that a spreadsheet opens; what is nested becomes its words."""
    import pandas as pd

    from annotate.report import BOM, csv_text

    for row in rows:
        suggestion, attribution = row.pop("suggestion", None), row.pop("attribution", None)
        row |= {"suggestion": suggestion and suggestion["label"], "score": suggestion and suggestion["score"]}
        row |= {part: (attribution or {}).get(part) for part in ("source", "cue", "content")}
        row |= {part: row[part]["text"] for part in ("source", "cue", "content") if row[part]}
    return BOM + csv_text(pd.DataFrame(rows))


# --------------------------------------------------------------------------- studio


@studio_app.command("start")
def studio_start(
    on_postgres: Annotated[
        bool, typer.Option("--postgres", help="Keep labels in PostgreSQL and serve many people at once.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Processes that serve, with PostgreSQL; else one a core."),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1024, max=65_535, help="Port to try first; else that of the last time.")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Start the local Label Studio (the first time takes about a minute).

    \b
    annotate studio start
    annotate studio start --postgres --workers 4

    What holds its labels, the first start decides: SQLite, or with --postgres a PostgreSQL of its own. It
    keeps its port, so that links in sheets lead to it; where another program took that, it says so.
    """
    database: Literal["postgres"] | None = "postgres" if on_postgres else None
    _say_where(_started(settings.load(), database=database, workers=workers, port=port))


@studio_app.command("stop")
def studio_stop(verbose: Verbose = False) -> None:
    """Stop the local Label Studio; the labels stay."""
    from annotate.studio import stop

    stopped = stop(settings.load().studio_home)
    screen.note("Label Studio is stopped; the labels stay." if stopped else "Label Studio was not running.")


@studio_app.command("status")
def studio_status(verbose: Verbose = False) -> None:
    """Say whether the local Label Studio runs, and where; exit code 3 where it does not."""
    from annotate.studio import status

    server = status(settings.load().studio_home)
    if server is None:
        raise Unreachable("the local Label Studio is not running: `annotate studio start` starts it")
    _say_where(server)


@studio_app.command("backup")
def studio_backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; a file there is replaced.")],
    verbose: Verbose = False,
) -> None:
    """Save all labels, users and keys of the local Label Studio in one file; it may run meanwhile.

    \b
    annotate studio backup desk.backup
    """
    from annotate.studio import backup

    with screen.waiting("Saving ..."):
        size = backup(settings.load().studio_home, file)
    screen.data(f"{size / 1e6:,.1f} MB saved in {file}; it holds keys: keep it where only you can read it\n")


@studio_app.command("restore")
def studio_restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `annotate studio backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite the tasks that are there.")] = False,
    verbose: Verbose = False,
) -> None:
    """Put a backup of the local Label Studio back; tasks that are there are overwritten only when told.

    \b
    annotate studio restore desk.backup
    """
    from annotate.studio import restore

    now = settings.load()
    with screen.waiting("Restoring ..."):
        ran = restore(now.studio_home, file, replace=replace)
    if ran:
        _say_where(_started(now))
    else:
        screen.data(f"{file} is restored: `annotate studio start` starts it\n")


@studio_app.command("invite")
def studio_invite(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Names of the people.")],
    verbose: Verbose = False,
) -> None:
    """Make users of the local Label Studio; each password is printed once and kept nowhere.

    \b
    annotate studio invite "Ada Brandt" Bo
    """
    from annotate.studio import add_user, bind, connect

    now = settings.load()
    if now.url:
        raise UsageError(
            f"invite works on the local Label Studio: at {now.url}, invite people on its web page"
        )
    server = _started(now)
    for name in names:
        made = add_user(server.credentials, name)
        bind(connect(made.url, made.token))
        screen.data(f"{name}: log in at {made.url} as {made.email} with the password {made.password}\n")


@studio_app.command("hotkeys")
def studio_hotkeys(insecure: Insecure = False, verbose: Verbose = False) -> None:
    """Bind the desk's keys for your user: j goes to the next claim, f submits. Keys you changed stay."""
    from annotate.studio import bind

    client, _ = _connected(settings.load(), insecure)
    screen.hotkeys(bind(client))


@studio_app.command("users")
def studio_users(insecure: Insecure = False, verbose: Verbose = False) -> None:
    """List the users with their progress in each project: claims labelled, and claims skipped."""
    from annotate.report import LastPull, done_by_people, project_folder
    from annotate.studio import GONE, list_projects
    from annotate.studio import pull_project as fetch

    now = settings.load()
    client, _ = _connected(now, insecure)
    projects = {}
    for project in list_projects(client):
        before = LastPull(project_folder(now.exports, project.key))
        try:
            projects[project.title] = done_by_people(fetch(client, project, before=before))
        except BadInput as error:
            screen.note(f"“{project.title}” is left out: {error}")
    users = {int(user["id"]): str(user["email"]) for user in client.users() if user["email"] != GONE}
    screen.users_table(users, projects)


@studio_app.command("rename")
def studio_rename(
    control: Annotated[
        str, typer.Argument(help="The control, as configs/ names it: flags, source_kind, label.")
    ],
    old: Annotated[str, typer.Argument(help="The word that answers hold.")],
    new: Annotated[str, typer.Argument(help="The word in its place, as it stands in configs/ now.")],
    project: ProjectTitle = None,
    insecure: Insecure = False,
    verbose: Verbose = False,
) -> None:
    """Carry answers over after a label, flag or kind got another name in configs/.

    \b
    annotate studio rename flags garbled unreadable --project "May columns"

    The answers then count as changed by you (`seen_others` is `edited`).
    """
    from annotate.studio import bring_up_to_date, changes_of, find_project, rename

    client, _ = _connected(settings.load(), insecure)
    found = find_project(client, project)
    changed = rename(client, found, control, old, new)
    bring_up_to_date(client, found, dataclasses.replace(changes_of(found), before=""))
    screen.data(f"{changed} answers now hold “{new}” in the place of “{old}”.\n")


def _started(
    now: Settings,
    *,
    database: Literal["postgres"] | None = None,
    workers: int | None = None,
    port: int | None = None,
) -> Server:
    from annotate.studio import address, start, status

    running = None if database or workers or port else status(now.studio_home)
    # one that still starts is waited for; with another database, that may have to be started again
    if running and running.is_up and running.database == "sqlite":
        return running
    before = address(now.studio_home)
    with screen.waiting("Starting Label Studio (the first time takes about a minute) ...") as say:
        server = start(
            now.studio_home,
            port=port,
            first_port=now.port,
            database=database,
            workers=workers,
            progress=say,
        )
    if before and before != server.url:
        screen.moved(before, server.url, why="" if port else "another program has its port")
    return server


def _say_where(server: Server) -> None:
    screen.data(f"Label Studio runs at {server.url}\n")
    screen.data(
        f"Log in as {server.credentials.email}; the password is in {_shown(server.home)}/credentials.json\n"
    )


def _shown(folder: Path) -> str:
    """Return a path as short as it can be from here."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)


def _connected(now: Settings, insecure: bool) -> tuple[Client, Server | None]:
    """Connect to the Label Studio that is set, else to the local one, which is started if need be."""
    from annotate.studio import connect

    if not now.url:
        server = _started(now)
        return connect(server.url, server.credentials.token, identity=server.identity), server
    if not now.api_key:
        raise KeyRefused(f"{now.url} needs a key: set LABEL_STUDIO_API_KEY (Account & Settings there)")
    return connect(now.url, now.api_key, insecure=insecure or now.insecure), None


# --------------------------------------------------------------------------- push, pull, report


@app.command()
def push(
    articles: Sources,
    project: Annotated[str | None, typer.Option(help="Title of the project; else the article's.")] = None,
    layout: Annotated[Layout | None, typer.Option(help="Claims in the text, or one claim a page.")] = None,
    annotators: Annotated[
        int | None, typer.Option(min=1, max=100, help="How many people label each claim.")
    ] = None,
    suggestions: Annotated[
        Suggestions | None,
        typer.Option(help="Show what the program suggests beside a claim, or fill it in."),
    ] = None,
    blind: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of the claims that show no suggestion.")
    ] = None,
    new_codebook: Annotated[
        bool,
        typer.Option("--new-codebook", help="Go on under a codebook with a new version, without asking."),
    ] = False,
    new_config: Annotated[
        bool,
        typer.Option("--new-config", help="Send a labeling config that differs, without asking."),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Send anew what was edited, doubled or deleted by hand; a copy is saved."
        ),
    ] = False,
    same_article: Annotated[
        bool,
        typer.Option("--same-article", help="What keeps hardly a claim is the same article, rewritten."),
    ] = False,
    new_article: Annotated[
        bool, typer.Option("--new-article", help="It is another article, and gets an id of its own.")
    ] = False,
    clients: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=16,
            help="Calls that are out at once; else as in configs/annotate.toml, 2 into the local PostgreSQL.",
        ),
    ] = None,
    workers: Workers = None,
    suggester: SuggesterChoice = None,
    allow_private: AllowPrivate = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and change nothing.")] = False,
    insecure: Insecure = False,
    verbose: Verbose = False,
) -> None:
    """Send the claims of articles to Label Studio; what is there already is not sent again.

    \b
    annotate push column.txt
    annotate push --layout claim --annotators 3 https://news.example/column
    annotate push --project "May columns" --dry-run columns/
    """
    from annotate.article import extract_many, read_articles
    from annotate.config import codebook
    from annotate.studio import Search, Terms, bind, clients_at_once, holdings_of, peek_project

    if same_article and new_article:
        raise UsageError("--same-article and --new-article exclude each other: give one of them")
    now = settings.load()
    _choose_suggester(now, suggester)
    private = allow_private or now.allow_private
    extracted = extract_many(read_articles(articles, allow_private=private), workers=workers)
    terms = Terms(
        codebook=codebook().version,
        suggestions=suggestions.value if suggestions else now.suggestions,
        blind=now.blind if blind is None else blind,
    )
    lots = _lots(extracted)
    first, second = next(lots, None), next(lots, None)  # what can be wrong with an article is said first
    client, server = _connected(now, insecure)
    way = _Way(
        layout=layout.value if layout else now.layout,
        annotators=annotators,
        terms=terms,
        agreed={
            flag for flag, yes in {"--new-codebook": new_codebook, "--new-config": new_config}.items() if yes
        },
        force=force,
        dry_run=dry_run,
        clients=clients_at_once(server, wanted=clients or now.clients),
    )
    holdings = None
    if project and second and (there := peek_project(client, project, way.layout)):
        with screen.progress_bar("looking at tasks") as tell:  # one look for all that comes
            holdings = holdings_of(client, there, clients=way.clients, progress=tell)
    answer = True if same_article else False if new_article else None
    search = Search(client, way.layout, terms, which=_asking_which(answer, dry_run), new=new_article)
    for number, lot in enumerate(lot for lot in chain((first, second), lots) if lot):
        for aim in [search.named(project, lot, holdings)] if project else search.own(lot):
            _push_lot(client, aim, way=way, holdings=holdings, looked_at=bool(project) and number > 0)
    if server:
        screen.hotkeys(bind(client))
        _say_where(server)


LOT_ARTICLES, LOT_CLAIMS = 1_000, 10_000  # that are in memory at a time


def _lots(extracted: Iterable[Extracted]) -> Iterator[list[Extracted]]:
    """Return articles in lots that fit into memory, none twice in one.

    Raises:
        BadInput: where one has no claims.
    """
    lot: list[Extracted] = []
    claims, ids = 0, set[str]()
    for article, claimed, skipped in extracted:
        if not claimed:
            raise BadInput(
                f"{article.title or article.article_id}: no claims found: is there body text in it?"
            )
        screen.languages(article, claimed)
        full = len(lot) == LOT_ARTICLES or claims + len(claimed) > LOT_CLAIMS
        if lot and (full or article.article_id in ids):
            yield lot
            lot, claims, ids = [], 0, set()
        lot.append((article, claimed, skipped))
        claims += len(claimed)
        ids.add(article.article_id)
    if lot:
        yield lot


@dataclasses.dataclass(frozen=True)
class _Way:
    """How articles are pushed."""

    layout: Literal["article", "claim"]
    annotators: int | None
    terms: Terms
    agreed: set[str]
    force: bool
    dry_run: bool
    clients: int


def _push_lot(
    client: Client, aim: Aim, *, way: _Way, holdings: Holdings | None = None, looked_at: bool = False
) -> None:
    """Push articles into one project; `holdings` are what is there, and come to tell what was sent.

    Whether annotators are shown all of it is checked where the project was not `looked_at` before.
    """
    from annotate.studio import (
        apply_all,
        bring_up_to_date,
        changes_of,
        open_project,
        read_config,
        refuse_unfit,
        repair_all,
        show_all,
        unshown,
    )

    found, plans, title = aim.project, aim.plans, aim.title
    screen.aim(aim)
    for made in plans:
        screen.plan(made, title=title, dry_run=way.dry_run)
    changes = changes_of(found) if found else None
    hidden = unshown(client, found) if found and not looked_at else None
    if hidden:
        screen.data(f"  {hidden}: a push mends it\n")
    if any(made.drift for made in plans) and not way.force:
        raise Conflict(
            f"“{title}” was changed by hand: mend it in Label Studio, or push with --force, which saves a "
            "copy of all answers, deletes those tasks and sends their claims anew"
        )
    if changes:
        _ask(changes.questions, way)
    for made in plans if found is None or way.dry_run else ():
        made.tasks()  # what cannot be sent is refused before a project is made
    if way.dry_run:
        if found and changes and changes.config:
            refuse_unfit(client, found, read_config(found.layout))
        return
    if found and any(made.drift for made in plans):
        screen.note(f"A copy of all answers is saved in {_shown(_saved_copy(client, found))}")
        plans = repair_all(client, found, plans)
    wanted = way.annotators or (None if found else settings.load().annotators)
    opened = open_project(client, title, way.layout, annotators=wanted, key=aim.key)
    if changes:
        opened = bring_up_to_date(client, opened, changes)
    most = settings.load().tasks_per_project
    with screen.progress_bar("pushing claims") as tell:
        plans = apply_all(client, opened, plans, progress=tell, clients=way.clients, most=most)
    if hidden:
        with screen.progress_bar("showing tasks") as tell:
            left = show_all(client, opened, progress=tell)
        screen.shown(left)
    for done in plans:
        sent = len(done.to_send)
        screen.data(f"{sent} claims sent, {len(done.unchanged)} were there already: {opened.url}\n")
        if holdings and sent:
            holdings.sent(done.article.article_id, len(done.tasks()))


def _asking_which(answer: bool | None, dry_run: bool) -> Callable[[Plan, Project], bool]:
    """Return what asks whether an article that keeps hardly a claim is the same one; `answer` is a flag's."""

    def asked(made: Plan, project: Project) -> bool:
        if answer is not None:
            return answer
        screen.plan(made, title=project.title, dry_run=dry_run)
        told = f"hardly a claim of article “{made.article.article_id}” in “{project.title}” stays"
        if dry_run or not sys.stdin.isatty():
            raise Conflict(
                f"{told}: push with --same-article if it was rewritten, with --new-article if it is another"
            )
        return typer.confirm(f"{told}. Is it the same article, rewritten?", err=True)

    return asked


def _saved_copy(client: Client, project: Project) -> Path:
    """Save all answers of a project beside its pulls, before anything in it is deleted."""
    from annotate.report import LastPull, keep_raw, project_folder
    from annotate.studio import pull_project as fetch

    folder = project_folder(settings.load().exports, project.key)
    return keep_raw(fetch(client, project, before=LastPull(folder), full=True), folder).absolute()


def _ask(questions: Sequence[Question], way: _Way) -> None:
    """Ask whether to go on, and say what changes where the answer was given as a flag.

    Raises:
        Conflict: where an answer is no, or nobody is there to ask; in a dry run nobody is asked.
    """
    refused = []
    for question in questions:
        if question.flag in way.agreed:
            screen.note(question.told)
        elif way.dry_run or not sys.stdin.isatty() or not _yes(question):
            refused.append(question)
    if refused:
        told, flags = "; ".join(each.told for each in refused), " ".join(each.flag for each in refused)
        raise Conflict(f"{told}: push with {flags} to go on, or restore configs/")


def _yes(question: Question) -> bool:
    return typer.confirm(f"{question.told}. {question.ask}", err=True)


@app.command()
def pull(
    project: ProjectTitle = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read all tasks, not only those that changed since the last pull.")
    ] = False,
    insecure: Insecure = False,
    verbose: Verbose = False,
) -> None:
    """Fetch the answers from Label Studio into exports/, raw first, then one row an answer.

    \b
    annotate pull
    annotate pull --project "May columns"
    annotate pull --full
    """
    from annotate.report import project_folder
    from annotate.studio import clients_at_once, find_project

    now = settings.load()
    client, server = _connected(now, insecure)
    found = find_project(client, project)
    folder = project_folder(now.exports, found.key)
    screen.note(f"Fetching the answers of “{found.title}” ...")
    counted = _pull_into(
        folder, client, found, full=full, clients=clients_at_once(server, wanted=now.clients)
    )
    screen.data(f"{counted} -> {_shown(folder.absolute())}/judgements.csv\n")


def _pull_into(folder: Path, client: Client, project: Project, *, full: bool, clients: int) -> str:
    """Bring a project's folder up to date, and say in words what was counted."""
    from annotate.report import LastPull, write_judgements_of, write_pull
    from annotate.studio import begin

    with screen.progress_bar("fetching tasks") as tell:
        reading = begin(client, project, before=LastPull(folder), full=full, clients=clients)
        pulled = write_pull(reading, folder, progress=tell)
        screen.read_anew(reading.anew, reading.total)
        return write_judgements_of(pulled, folder, told=screen.note)


@app.command()
def report(
    project: ProjectTitle = None,
    consensus: ConsensusMethod = None,
    since: Annotated[
        str, typer.Option(help="Tell what changed since an earlier pull: a date, a moment, or last.")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="All projects together: by week, annotator, source and codebook.")
    ] = False,
    judgements: Annotated[
        Path | None,
        typer.Option(
            "--from", help="With --all: a folder of Parquet files of judgements, not the last pulls."
        ),
    ] = None,
    dask: Annotated[
        str | None, typer.Option(help="With --from: count on this Dask cluster (tcp://…).")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Write tables and a page from the answers that were pulled; needs no server.

    \b
    annotate report
    annotate report --project "May columns" --since last
    annotate report --consensus dawid-skene
    annotate report --all
    annotate report --all --from archive/
    """
    from annotate.report import on_cluster, pulled_folder, read_raw, write_desk, write_tables
    from annotate.studio import readdressed

    now = settings.load()
    if everything:
        if project or since or consensus:
            raise UsageError(
                "--all takes all projects as they are: leave out --project, --since, --consensus"
            )
        if dask and not judgements:
            raise UsageError("--dask works on Parquet files: name their folder with --from")
        with (
            on_cluster(dask) if dask else contextlib.nullcontext(map) as each,
            screen.progress_bar(f"adding up {'files' if judgements else 'projects'}") as tell,
        ):
            paths = write_desk(
                now.exports,
                judgements=judgements,
                each=each,
                told=screen.note,
                progress=tell,
            )
        for path in paths:
            screen.data(f"{_shown(path.absolute())}\n")
        return
    if judgements or dask:
        raise UsageError("--from and --dask go with --all: figures of one project come from its last pull")
    folder = pulled_folder(now.exports, project)
    with screen.waiting("Computing tables and page ..."):
        before = read_raw(folder, since=since) if since else None
        raw, method = readdressed(read_raw(folder), now.studio_home), _method(consensus, now)
        paths = write_tables(raw, folder, method=method, before=before, told=screen.note)
    for path in paths:
        screen.data(f"{_shown(path.absolute())}\n")
    screen.progress(json.loads((folder / "agreement.json").read_text(encoding="utf-8"))["by_progress"])


@app.command()
def evaluate(
    project: ProjectTitle = None,
    consensus: ConsensusMethod = None,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
    verbose: Verbose = False,
) -> None:
    """Measure the program against the desk: edges moved, claims added and dropped, suggestions, sources.

    Works on the answers that were pulled; needs no server.

    \b
    annotate pull && annotate evaluate
    annotate evaluate --project "May columns" --format json
    """
    from annotate.report import evaluate as measured
    from annotate.report import our_aliases, pulled_folder, read_answers, read_raw

    now = settings.load()
    raw = read_raw(pulled_folder(now.exports, project))
    told = measured(read_answers(raw), aliases=our_aliases(), method=_method(consensus, now))
    if not told["cut"]["judged"] and not told["suggestions"]["claims"]:
        title = raw["project"]["title"]
        raise BadInput(f"nobody has judged a claim of “{title}” yet: label some, then `annotate pull`")
    if form == "json":
        screen.data(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        screen.evaluation(told, str(raw["project"]["title"]))


def _method(given: Consensus | None, now: Settings) -> Literal["majority", "dawid-skene"]:
    return given.value if given else now.consensus


@app.command()
def adjudicate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="claims.csv or disputes.csv, or .xlsx, .ods.")],
    project: ProjectTitle = None,
    consensus: ConsensusMethod = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do and change nothing.")
    ] = False,
    insecure: Insecure = False,
    verbose: Verbose = False,
) -> None:
    """Write an editor's decisions from a sheet into Label Studio, as those of your user.

    Fill `final_label` (a label by name, words or letter; none takes a decision back) and
    `editor_note` in claims.csv or disputes.csv, mend `source`, `source_kind` and `evidence`, save it, and run

    \b
    annotate adjudicate exports/may-columns-1a2b3c4d/claims.csv
    annotate adjudicate --dry-run decided.xlsx --project "May columns"

    Rows that are refused change nothing; the same sheet can be given again. Afterwards the answers are
    fetched as by `annotate pull`, so that `annotate report` shows the decisions.
    """
    from annotate.report import (
        LastPull,
        annotator_name,
        read_answers,
        read_returned,
        weigh,
        written_into,
    )
    from annotate.studio import clients_at_once, record
    from annotate.studio import pull_project as fetch

    now, sheet = settings.load(), read_returned(file)
    client, server = _connected(now, insecure)
    found, folder = _project_of_sheet(client, now, file, sheet.frame["claim_id"].dropna(), project)
    with screen.waiting(f"Comparing with the answers of “{found.title}” ..."):
        raw = fetch(client, found, before=LastPull(folder), full=True)
        answers = read_answers(raw)
        editor, method = annotator_name(raw, client.me()), _method(consensus, now)
        told = weigh(
            sheet.frame,
            answers,
            editor=editor,
            lossy=sheet.lossy,
            method=method,
            written=written_into(file, folder),
        )
    if not (told.accepted or told.refused or told.unchanged):
        raise BadInput(
            f"{file}: no row decides anything: fill the column final_label (or mend editor_note, source, "
            "source_kind, evidence), save, and try again"
        )
    screen.adjudication(
        told, file.name, dict(zip(answers.claims["claim_id"], answers.claims["claim"], strict=True))
    )
    if told.accepted and not dry_run:
        with screen.progress_bar("writing decisions") as tell:
            record(client, found, raw["tasks"], told.accepted, progress=tell)
        screen.data(f"{len(told.accepted)} written into “{found.title}”: `annotate report` shows them\n")
    if (told.accepted or told.unchanged) and not dry_run:
        try:
            _pull_into(folder, client, found, full=False, clients=clients_at_once(server, wanted=now.clients))
        except (AnnotateError, OSError) as error:
            screen.note(f"The decisions stand; run `annotate pull` before `annotate report` ({error})")
    if told.refused:
        rows = "1 row" if len(told.refused) == 1 else f"{len(told.refused)} rows"
        raise BadInput(f"{file.name}: {rows} refused: mend what is said above, and run the same again")


def _project_of_sheet(
    client: Client, now: Settings, file: Path, claim_ids: Iterable[str], title: str | None
) -> tuple[Project, Path]:
    """Find a sheet's project and its folder: as named, beside the sheet, else by its claims."""
    from annotate.report import folder_of_claims, project_folder, read_raw
    from annotate.studio import find_project, project_of_claims

    ids = list(claim_ids)
    beside: Path | None = file.parent if (file.parent / "raw.json").exists() else None
    if title is None and (folder := beside or folder_of_claims(now.exports, ids)):
        title = str(read_raw(folder)["project"]["title"])
    found = find_project(client, title) if title else project_of_claims(client, ids)
    mine = beside is not None and read_raw(beside)["project"].get("key") == found.key
    return found, beside if beside and mine else project_folder(now.exports, found.key)


# --------------------------------------------------------------------------- learn


@app.command("learn")
def learn_command(
    project: Annotated[
        list[str] | None,
        typer.Option("--project", help="Titles of projects; without it, all that were pulled."),
    ] = None,
    consensus: ConsensusMethod = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Go back to the suggestions as they were shipped.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say the figures and keep nothing.")] = False,
    verbose: Verbose = False,
) -> None:
    """Teach the suggestions what the desk settled; kept only if it suggests better on claims held out.

    \b
    annotate learn
    annotate learn --dry-run --project "May columns" --project "June columns"
    annotate learn --forget

    Learns from the answers that were pulled; ties and skipped claims teach nothing. What is kept stands in
    exports/model.json; later suggestions carry its name. Judgements lean towards a suggestion that was seen:
    push with --blind 0.2, and what is learnt is worth more.
    """
    from annotate.article import choose
    from annotate.report import forget_model, learn, lessons_of, pulled_folders, read_raw, write_model

    now = settings.load()
    if forget:
        gone = forget_model(now.exports)
        screen.data("Suggestions are as shipped again.\n" if gone else "Nothing was learnt before.\n")
        return
    shipped, method = choose(now.suggester), _method(consensus, now)
    if shipped.why_not:
        screen.note(f"Learning on top of {shipped.name}: {shipped.why_not}.")
    with screen.waiting("Learning from the judgements ..."):
        folders = pulled_folders(now.exports, project or ())
        lessons = [lesson for folder in folders for lesson in lessons_of(read_raw(folder), method=method)]
        learnt = learn(lessons, shipped, date=f"{datetime.date.today():%Y-%m-%d}")
    screen.learnt(learnt)
    if not learnt.better:
        why = "the gain may be chance" if learnt.after > learnt.before else "it suggests no better"
        screen.data(f"not kept: {why}; suggestions stay with {_in_use(now, learnt.shipped)}\n")
    elif dry_run:
        screen.data(f"would be kept as {learnt.name}\n")
    else:
        path = write_model(learnt.told, now.exports)
        screen.data(f"kept: {learnt.name} -> {_shown(path.absolute())}\n")


def _in_use(now: Settings, shipped: str) -> str:
    from annotate.report import MODEL

    return (
        f"what {_shown((now.exports / MODEL).absolute())} holds"
        if (now.exports / MODEL).exists()
        else shipped
    )


# --------------------------------------------------------------------------- doctor


@app.command()
def doctor(insecure: Insecure = False, verbose: Verbose = False) -> None:
    """Look whether everything is as it should be, and say what to do where it is not; changes nothing.

    \b
    annotate doctor

    Prints a line a check: ok, warning or fault. Ends with 0, or with the exit code of the worst fault.
    """
    from annotate.studio import exit_code

    checks = []
    for check in _checks(settings.load(), insecure):
        screen.check(check)
        checks.append(check)
    if code := exit_code(checks):
        raise typer.Exit(code)


def _checks(now: Settings, insecure: bool) -> Iterator[Check]:
    """Check what is set, this machine, the server and its projects, in this order."""
    from annotate.studio import (
        connect,
        fault,
        look_at_database,
        look_at_links,
        look_at_premises,
        look_at_server,
        look_from_outside,
        ok,
        status,
    )

    yield ok("address", f"{now.url} (LABEL_STUDIO_URL)" if now.url else "the local Label Studio")
    yield from look_at_premises(now.studio_home, now.exports)
    try:
        server = None if now.url else status(now.studio_home)
        if not now.url and server is None:
            raise Unreachable("the local Label Studio is not running: `annotate studio start` starts it")
        url, key = (server.url, server.credentials.token) if server else (now.url, now.api_key)
        if not key:
            raise KeyRefused("no key is set: set LABEL_STUDIO_API_KEY (Account & Settings there)")
        client = connect(url, key, insecure=insecure or now.insecure)
    except UsageError:
        raise
    except AnnotateError as error:
        found, _, todo = str(error).partition(": ")
        yield fault("server", found, todo, code=error.exit_code)
        return
    if server:
        yield from look_from_outside(server)
        yield look_at_links(now.exports, server.url)
    yield look_at_database(server, wanted=now.clients)
    yield from look_at_server(client)
