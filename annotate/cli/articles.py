"""Commands for articles: claims, push."""

from __future__ import annotations

from typing import Unpack

from annotate.cli import options as o
from annotate.cli.command import command
from annotate.config import Settings
from annotate.errors import UsageError


@command("suggester", "allow_private")
def claims(
    settings: Settings,
    articles: o.SomeArticles = None,
    form: o.Format = "table",
    everything: o.WithSkips = False,
    out: o.Out = None,
    **archive: Unpack[o.ArchiveOptions],
) -> None:
    """Break articles into claims, and print them or write them as Parquet.

    \b
    annotate claims column.txt
    annotate claims --all https://news.example/column
    annotate claims --format jsonl archive/ > claims.jsonl
    annotate claims archive/ --out claims/ --workers 8
    annotate claims --list urls.txt --out claims/ --dask tcp://10.0.0.5:8786
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    show, sources = results.TERMINAL, articles or []
    if out:
        _check_archive(archive, prints=everything or form != "table")
        results.archive(workflows.write_archive(sources, out, **archive, settings=settings, progress=show))
    else:
        _check_printing(archive, sources)
        extracted = workflows.claims(sources, workers=archive["workers"], settings=settings, progress=show)
        results.claims(extracted, form=form, skips=everything, name=", ".join(sources))


def _check_archive(archive: o.ArchiveOptions, *, prints: bool) -> None:
    if prints:
        raise UsageError("--out writes Parquet: leave out --format and --all")
    if archive["dask"] and archive["workers"]:
        raise UsageError("--dask works with the cluster's workers: leave out --workers")


def _check_printing(archive: o.ArchiveOptions, articles: list[str]) -> None:
    if archive["lists"] or archive["dask"] or archive["again"]:
        raise UsageError("--list, --dask and --again write files: say where with --out FOLDER")
    if not articles:
        raise UsageError("Missing argument ARTICLE: annotate claims column.txt")


@command("layout", "suggestions", "blind", "clients", "suggester", "allow_private", "insecure")
def push(settings: Settings, articles: o.Articles, **options: Unpack[o.PushOptions]) -> None:
    """Send the claims of articles to Label Studio; claims that it has already are not sent again.

    \b
    annotate push column.txt
    annotate push --layout claim --annotators 3 https://news.example/column
    annotate push --project "May columns" --dry-run columns/
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    ask, show = results.confirm(), results.TERMINAL
    results.pushed(workflows.push(articles, **options, settings=settings, confirm=ask, progress=show))
