"""Commands for answers: pull, report, evaluate, review, adjudicate, learn."""

from __future__ import annotations

from annotate.cli import options as o
from annotate.cli import screen
from annotate.cli.command import command
from annotate.config import Settings
from annotate.errors import UsageError


@command("insecure")
def pull(settings: Settings, project: o.Project = None, full: o.Full = False) -> None:
    """Fetch the answers from Label Studio into exports/, with one row for each answer.

    \b
    annotate pull
    annotate pull --project "May columns"
    annotate pull --full
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    results.pulled(workflows.pull(project, full=full, settings=settings, progress=results.TERMINAL))


@command()
def report(
    project: o.Project = None,
    consensus: o.Consensus = None,
    since: o.Since = "",
    mail: o.Mail = False,
    formats: o.ReportFormats = None,
    everything: o.AllProjects = False,
    judgements: o.Judgements = None,
    dask: o.CountOnDask = None,
) -> None:
    """Write tables and a page from the answers that were pulled; needs no Label Studio.

    \b
    annotate report
    annotate report --project "May columns" --since last
    annotate report --mail
    annotate report --consensus dawid-skene
    annotate report --format brat,cas
    annotate report --all
    annotate report --all --from archive/
    """
    if everything and (project or since or mail or formats or consensus):
        raise UsageError(
            "--all takes all projects as they are: leave out --project, --since, --mail, --format and "
            "--consensus"
        )
    _check_files(everything, from_files=bool(judgements), on_dask=bool(dask))
    from annotate import workflows
    from annotate.cli import screen_results as results
    from annotate.config import load_settings

    show = results.TERMINAL
    if everything:
        results.paths(workflows.report_all(judgements=judgements, dask=dask, progress=show))
    else:
        desk = load_settings(consensus=consensus, formats=formats)
        results.report(workflows.report(project, since=since, mail=mail, settings=desk, progress=show))


def _check_files(everything: bool, *, from_files: bool, on_dask: bool) -> None:
    if everything and on_dask and not from_files:
        raise UsageError("--dask works on Parquet files: name their folder with --from")
    if not everything and (from_files or on_dask):
        raise UsageError("--from and --dask go with --all: figures of one project come from its last pull")


@command("consensus", "allow_remote")
def evaluate(
    settings: Settings,
    project: o.Project = None,
    compare: o.Compare = None,
    form: o.TableOrJson = "table",
) -> None:
    """Compare the program with the answers: edges moved, claims added and dropped, suggestions, sources.

    Reads the answers that were pulled; needs no Label Studio.

    \b
    annotate pull && annotate evaluate
    annotate evaluate --project "May columns" --format json
    annotate evaluate --compare vectors --compare rules --compare llm
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    measured = workflows.evaluate(
        project, compare=compare or [], settings=settings, progress=results.TERMINAL
    )
    results.evaluation(measured, form=form)


@command("consensus", "editor", "insecure")
def review(
    settings: Settings,
    project: o.Project = None,
    claim: o.ReviewClaim = None,
    port: o.ReviewPort = 0,
    show: o.ShowPage = False,
) -> None:
    """Decide disputed claims on a page of this computer, one after another; Ctrl-C ends it.

    The keys 1 2 3 decide, a b … take an annotator's answer, e, n and v edit source, note and evidence, k
    goes back, and u undoes; l lists what is to check, where s and i set state and assignee. Each decision
    is written into Label Studio at once, under the editor's name.

    \b
    annotate review
    annotate review --project "May columns" --editor "Mara Ek" --open
    annotate review --claim may-columns-1a2b3c4d5e --open

    The address has a new key at each start, which is all that it takes to decide. Decisions that Label Studio
    did not take are kept, and written by the next `annotate review`.
    """
    from annotate import workflows
    from annotate.cli import screen_results, screen_review
    from annotate.review import serve

    session = workflows.open_review(project, claim=claim, settings=settings, progress=screen_results.TERMINAL)
    serve(
        session,
        port=port,
        claim=claim,
        opened=lambda address: screen_review.opened(address, session, show=show),
    )
    screen_review.ended(session)


@command("consensus", "editor", "insecure")
def adjudicate(
    settings: Settings, file: o.Sheet, project: o.Project = None, dry_run: o.DryRun = False
) -> None:
    """Write an editor's decisions from a sheet into Label Studio, under the editor's name.

    In desk.xlsx, claims.csv, disputes.csv or checks.csv, fill in `decision` (a label by name, words or
    letter; none withdraws a decision) and `note`, correct `source`, `source_kind` and `evidence`. A
    checkable fact has a `check` (to check, in hand, checked, dropped) and an `assignee`. Save the sheet,
    and run

    \b
    annotate adjudicate exports/may-columns-1a2b3c4d/desk.xlsx --editor "Mara Ek"
    annotate adjudicate --dry-run decided.ods --project "May columns"

    Rows that are refused change nothing; the same sheet can be used again. Afterwards the answers are
    fetched as by `annotate pull`, so that `annotate report` shows the decisions.
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    show = results.TERMINAL
    outcome = workflows.adjudicate(file, project=project, dry_run=dry_run, settings=settings, progress=show)
    results.adjudicated(outcome, sheet=file.name)


@command("consensus")
def learn(
    settings: Settings, project: o.Projects = None, forget: o.Forget = False, dry_run: o.DryRun = False
) -> None:
    """Train the suggestions on settled claims; kept only if they get better on claims held out.

    \b
    annotate learn
    annotate learn --dry-run --project "May columns" --project "June columns"
    annotate learn --forget

    Trains on the answers that were pulled, without ties and skipped claims. The model is kept in
    exports/model.json; later suggestions carry its name. Annotators lean towards a suggestion that they see:
    push with --blind 0.2, so that a fifth of the claims shows none.
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    if forget:
        forgotten = workflows.forget(settings)
        screen.data("The shipped model is in use again.\n" if forgotten else "No model was trained before.\n")
        return
    show = results.TERMINAL
    learnt = workflows.learn(project or (), dry_run=dry_run, settings=settings, progress=show)
    results.learnt(learnt, dry_run=dry_run)
