"""The command `annotate import`."""

from __future__ import annotations

from annotate.cli import options as o
from annotate.cli.command import command
from annotate.config import Settings


@command("insecure")
def import_labels(
    settings: Settings,
    file: o.Labels,
    person: o.Person,
    project: o.Project = None,
    label_map: o.LabelNames = None,
    form: o.LabelFormat = "",
    by: o.LabelledBy = "",
    dry_run: o.DryRun = False,
) -> None:
    """Import labels that somebody gave in doccano, brat or another Label Studio, as that person's judgements.

    \b
    annotate import doccano.jsonl --as "Ada Brandt"
    annotate import brat/ --as "Bo Silva" --label-map "Fact=checkable_fact,Other=ignore"
    annotate import export.json --as "Cleo Ferris" --by cleo@desk.example --dry-run

    The articles have to be in Label Studio. A span counts where it has the words of a claim at the claim's
    place; all others are listed. The same import can be run again: no answer is written twice, and none is
    written over. Afterwards the answers are fetched as by `annotate pull`.
    """
    from annotate import workflows
    from annotate.cli.importing.shown import imported
    from annotate.cli.screen_results import TERMINAL

    result = workflows.import_labels(
        file,
        person=person,
        project=project,
        label_map=label_map or (),
        form=form,
        by=by,
        dry_run=dry_run,
        settings=settings,
        progress=TERMINAL,
    )
    imported(result, file=str(file))
