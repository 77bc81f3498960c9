"""The command for feedback to annotators."""

from __future__ import annotations

from annotate.cli import options as o
from annotate.cli.command import command
from annotate.config import Settings


@command("consensus")
def feedback(
    settings: Settings,
    name: o.Annotator = None,
    project: o.Project = None,
    form: o.TableCsvOrHtml = "table",
    with_names: o.WithNames = False,
) -> None:
    """Show an annotator where the editor, or else most annotators, decided otherwise, and by which rule.

    \b
    annotate feedback
    annotate feedback "Ada Lund"
    annotate feedback ada@desk.example --format html

    Reads the answers that were pulled; needs no Label Studio. The page is one file that can be given to the
    annotator: it holds no name of another one, unless --with-names is given. With a NAME, the training
    rounds of that person that were pulled are shown too.
    """
    from annotate import workflows
    from annotate.cli import screen_results
    from annotate.cli.feedback import cards

    pages = form == "html"
    results = workflows.all_feedback(
        name,
        project=project,
        pages=pages,
        with_names=with_names,
        settings=settings,
        progress=screen_results.TERMINAL,
    )
    if pages:
        screen_results.paths(path for result in results for path in result.paths)
    elif form == "csv":
        cards.table_as_csv(results, people=name is None)
    elif name is None:
        cards.people(results[0])
    else:
        cards.all_feedback(results, with_names=with_names)
