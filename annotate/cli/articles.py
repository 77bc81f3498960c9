"""Commands for articles: claims, push."""

from __future__ import annotations

from annotate.cli import options as o
from annotate.errors import UsageError


def claims(
    articles: o.SomeArticles = None,
    form: o.Format = "table",
    everything: o.WithSkips = False,
    lists: o.Lists = None,
    out: o.Out = None,
    workers: o.Workers = None,
    dask: o.Dask = None,
    time_limit: o.TimeLimit = 120,
    per_file: o.PerFile = 250,
    again: o.Again = False,
    suggester: o.Suggester = None,
    allow_private: o.AllowPrivate = False,
    verbose: o.Verbose = False,
) -> None:
    """Break articles into claims, and print them or write them as Parquet.

    \b
    annotate claims column.txt
    annotate claims --all https://news.example/column
    annotate claims --format jsonl archive/ > claims.jsonl
    annotate claims archive/ --out claims/ --workers 8
    annotate claims --list urls.txt --out claims/ --dask tcp://10.0.0.5:8786
    """
    _check_use(out is not None, bool(lists or dask or again), everything or form != "table")
    if dask and workers:
        raise UsageError("--dask works with the cluster's workers: leave --workers away")
    if not (out or articles):
        raise UsageError("Missing argument ARTICLE: annotate claims column.txt")
    from annotate import workflows
    from annotate.cli import screen_results as results

    desk = workflows.load_settings(suggester=suggester, allow_private=allow_private)
    if out:
        results.archive(
            workflows.write_archive(
                articles or (),
                out,
                lists=lists or (),
                workers=workers,
                dask=dask,
                time_limit=time_limit,
                per_file=per_file,
                again=again,
                settings=desk,
                progress=results.TERMINAL,
            )
        )
        return
    extracted = workflows.claims(articles or (), workers=workers, settings=desk, progress=results.TERMINAL)
    count = results.claims(extracted, form=form, skips=everything)
    if not count:
        raise workflows.refuse_empty(", ".join(articles or ()))


def _check_use(writes: bool, needs_out: bool, needs_print: bool) -> None:
    if needs_out and not writes:
        raise UsageError("--list, --dask and --again write files: say where with --out FOLDER")
    if needs_print and writes:
        raise UsageError("--out writes Parquet: leave --format and --all away")


def push(
    articles: o.Articles,
    project: o.NewProject = None,
    layout: o.Layout = None,
    annotators: o.Annotators = None,
    suggestions: o.Suggestions = None,
    blind: o.Blind = None,
    new_codebook: o.NewCodebook = False,
    new_config: o.NewConfig = False,
    force: o.Force = False,
    same_article: o.SameArticle = False,
    new_article: o.NewArticle = False,
    clients: o.Clients = None,
    workers: o.Workers = None,
    suggester: o.Suggester = None,
    allow_private: o.AllowPrivate = False,
    dry_run: o.DryRun = False,
    insecure: o.Insecure = False,
    verbose: o.Verbose = False,
) -> None:
    """Send the claims of articles to Label Studio; what is there already is not sent again.

    \b
    annotate push column.txt
    annotate push --layout claim --annotators 3 https://news.example/column
    annotate push --project "May columns" --dry-run columns/
    """
    if same_article and new_article:
        raise UsageError("--same-article and --new-article exclude each other: give one of them")
    from annotate import workflows
    from annotate.cli import screen_results as results

    desk = workflows.load_settings(
        layout=layout,
        suggestions=suggestions,
        blind=blind,
        clients=clients,
        suggester=suggester,
        allow_private=allow_private,
        insecure=insecure,
    )
    agreed = {"--new-codebook": new_codebook, "--new-config": new_config}
    outcome = workflows.push(
        articles,
        project=project,
        annotators=annotators,
        agreed=[flag for flag, given in agreed.items() if given],
        force=force,
        same_article=True if same_article else False if new_article else None,
        dry_run=dry_run,
        workers=workers,
        settings=desk,
        confirm=results.confirm(),
        progress=results.TERMINAL,
    )
    results.pushed(outcome)
