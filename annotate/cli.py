"""The command line: reads what is asked, calls the house, prints; nothing else prints.

Each command imports what it needs when it runs, so that `annotate --help` answers at once.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import traceback
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer

from annotate import __version__
from annotate.errors import AnnotateError, BadInput
from annotate.model import Article, Attribution, Claim, Skip, Span

HELP = """Decide, claim by claim, what in an article is opinion, report or checkable fact.

\b
  annotate claims column.txt         see the claims of an article
  annotate push column.txt           send them to Label Studio
  annotate pull && annotate report   fetch the answers, write tables and page
"""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None, add_completion=False)
studio_app = typer.Typer(help="The local Label Studio.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(studio_app, name="studio")

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the traceback of an error.")]
Sources = Annotated[list[str], typer.Argument(metavar="ARTICLE", help="Files, folders, URLs, or -.")]


class Format(StrEnum):
    """How `annotate claims` prints."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"


def main() -> NoReturn:
    """Run the command line and end with the exit code of `annotate.errors`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; whatever goes wrong is said in one line."""
    from annotate import screen

    try:
        return int(app(args=list(arguments), prog_name="annotate", standalone_mode=False) or 0)
    except AnnotateError as error:
        screen.complain(str(error))
        _show_trace(arguments)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        screen.complain("interrupted; run the same command again to go on")
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; nothing more to say
        return 0
    except Exception as error:
        if show := getattr(error, "show", None):  # what typer says of a wrong call
            show()
            return int(getattr(error, "exit_code", 2))
        screen.complain(f"{type(error).__name__}: {error} (a fault of claimdesk; -v shows where)")
        _show_trace(arguments)
        return 1


def _show_trace(arguments: Sequence[str]) -> None:
    if "-v" in arguments or "--verbose" in arguments:
        traceback.print_exc()


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    if version:
        from annotate import screen

        screen.data(f"claimdesk {__version__}\n")
        raise typer.Exit


# --------------------------------------------------------------------------- article


@app.command()
def claims(
    articles: Sources,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    everything: Annotated[bool, typer.Option("--all", help="Also what is skipped, and why.")] = False,
    verbose: Verbose = False,
) -> None:
    """Break articles into claims, and print them.

    \b
    annotate claims column.txt
    annotate claims --all https://news.example/column
    annotate claims --format jsonl archive/ > claims.jsonl
    """
    from annotate import screen, settings
    from annotate.article import extract, read_articles

    found, rows = 0, []
    for article in read_articles(articles, allow_private=settings.load().allow_private):
        claimed, skipped = extract(article)
        found += len(claimed)
        parts = sorted([*claimed, *(skipped if everything else [])], key=lambda part: part.start)
        if form is Format.table:
            screen.claims_table(parts, text=article.text)
        elif form is Format.jsonl:
            screen.data("".join(json.dumps(_row(p, article), ensure_ascii=False) + "\n" for p in parts))
        else:
            rows += [_row(part, article) for part in parts]
    if not found:
        raise BadInput(f"{', '.join(articles)}: no claims found: is there body text in it?")
    if form is Format.csv:
        screen.data(_csv(rows))


def _row(part: Claim | Skip, article: Article) -> dict[str, Any]:
    """Give a claim or a skip as it stands in one line of JSON."""
    if isinstance(part, Skip):
        return {"skipped": part.kind, "start": part.start, "end": part.end, "text": part.text}
    row = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
    row["suggestion"] = dataclasses.asdict(part.suggestion) if part.suggestion else None
    row["attribution"] = _attribution(part.attribution, article.text) if part.attribution else None
    return row


def _attribution(found: Attribution, text: str) -> dict[str, Any]:
    def quoted(span: Span | None) -> dict[str, Any] | None:
        return {"start": span.start, "end": span.end, "text": span.of(text)} if span else None

    return {part: quoted(getattr(found, part)) for part in ("source", "cue", "content")}
