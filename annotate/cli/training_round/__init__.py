"""The command for training rounds of new annotators."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from annotate.cli.command import command
from annotate.config import Settings
from annotate.errors import UsageError

Names = Annotated[
    list[str] | None,
    Argument(metavar="NAME", help="Names or e-mails of annotators, as `annotate studio users` lists them."),
]
From = Annotated[
    str | None,
    Option("--from", metavar="PROJECT", help="Take decided claims of this project; else the sample article."),
]
Again = Annotated[bool, Option("--again", help="Send a further round, of other claims where there are some.")]
Results = Annotated[
    bool, Option("--results", help="Fetch the answers, and show how far they agree with the desk.")
]


@command("insecure")
def train_annotators(
    settings: Settings,
    names: Names = None,
    source: From = None,
    again: Again = False,
    results: Results = False,
) -> None:
    """Send decided claims to new annotators to practise on, and show how far they agree with the desk.

    \b
    annotate train-annotators "Ada Lund" "Bo Marsh"
    annotate train-annotators ada@desk.example --from "May columns"
    annotate train-annotators "Ada Lund" --again
    annotate train-annotators --results

    Each person gets a project with about 20 claims, in sections of about 5. After each section the page says
    where the desk decided otherwise, and why. Results go into exports/desk.training/.
    """
    from annotate import workflows
    from annotate.cli import screen_results
    from annotate.cli.training_round import shown

    if results:
        if source or again:
            raise UsageError("--results sends nothing: leave out --from and --again")
        found = workflows.training_results(names or [], settings=settings, progress=screen_results.TERMINAL)
        shown.results(found)
        screen_results.paths(found.paths)
        return
    started = workflows.train_annotators(
        names or [], source=source, again=again, settings=settings, progress=screen_results.TERMINAL
    )
    shown.started(started)
