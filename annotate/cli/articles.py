"""Commands for articles: claims, push."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from annotate.cli import options as o
from annotate.cli import screen
from annotate.cli.command import command
from annotate.config import Settings
from annotate.errors import UsageError


@command("suggester", "allow_remote", "allow_private")
def claims(
    settings: Settings,
    articles: o.Articles = None,
    feeds: o.Feeds = None,
    form: o.Format = "table",
    everything: o.WithSkips = False,
    order: o.Order = None,
    out: o.Out = None,
    **archive: Unpack[o.ArchiveOptions],
) -> None:
    """Break articles into claims, and print them or write them as Parquet.

    \b
    annotate claims column.txt
    annotate claims --all https://news.example/column
    annotate claims --format jsonl archive/ > claims.jsonl
    annotate claims --order check-worthy column.txt
    annotate claims --feed https://news.example/feed.xml
    annotate claims archive/ --out claims/ --workers 8
    annotate claims --list urls.txt --out claims/ --dask tcp://10.0.0.5:8786
    """
    from annotate import workflows
    from annotate.cli import screen_results as results
    from annotate.cli.order import cards

    show = results.TERMINAL
    named: o.Named = {"sources": articles or [], "feeds": feeds or []}
    if out:
        _check_archive(archive, prints=everything or form != "table" or order is not None)
        results.archive(
            workflows.write_archive(**named, folder=out, **archive, settings=settings, progress=show)
        )
        return
    _check_printing(archive)
    _check_named("claims", **named)
    with screen.others_go_on() as refuse:
        extracted = workflows.claims(
            **named, workers=archive["workers"], settings=settings, progress=show, refuse=refuse
        )
        if order and order != "article":
            _check_ordered(skips=everything)
            desk = replace(settings, order=order)
            placed = workflows.ordered_claims(extracted, settings=desk, progress=show)
            cards.listed(placed, form=form)
            return
        recall = workflows.Recall(settings, progress=show)
        results.claims(
            extracted,
            form=form,
            skips=everything,
            name=", ".join([*named["sources"], *named["feeds"]]),
            recall=recall,
        )


def _check_archive(archive: o.ArchiveOptions, *, prints: bool) -> None:
    if prints:
        raise UsageError("--out writes Parquet: leave out --format, --all and --order")
    if archive["dask"] and archive["workers"]:
        raise UsageError("--dask works with the cluster's workers: leave out --workers")


def _check_ordered(*, skips: bool) -> None:
    if skips:
        raise UsageError("skipped text has no place in an order: leave out --all, or --order")


def _check_printing(archive: o.ArchiveOptions) -> None:
    if archive["lists"] or archive["dask"] or archive["again"]:
        raise UsageError("--list, --dask and --again write files: say where with --out FOLDER")


def _check_named(command: str, *, sources: list[str], feeds: list[str]) -> None:
    if not sources and not feeds:
        raise UsageError(f"Missing argument ARTICLE: annotate {command} column.txt, or --feed URL")


@command(
    *("layout", "suggestions", "blind", "order", "clients", "suggester"),
    *("allow_remote", "allow_private", "insecure"),
)
def push(
    settings: Settings,
    articles: o.Articles = None,
    feeds: o.Feeds = None,
    **options: Unpack[o.PushOptions],
) -> None:
    """Send the claims of articles to Label Studio; claims that it has already are not sent again.

    \b
    annotate push column.txt
    annotate push --layout claim --annotators 3 https://news.example/column
    annotate push --project "May columns" --dry-run columns/
    annotate push --gold 0.1 column.txt
    annotate push --layout claim --order uncertain --dry-run column.txt
    annotate push --project Quay --feed https://news.example/feed.xml
    """
    from annotate import workflows
    from annotate.cli import screen_results as results

    ask, show, named = results.confirm(), results.TERMINAL, {"sources": articles or [], "feeds": feeds or []}
    _check_named("push", **named)
    with screen.others_go_on() as refuse:
        pushed = workflows.push(
            **named, **options, settings=settings, confirm=ask, progress=show, refuse=refuse
        )
        results.pushed(pushed, auto_advance=settings.auto_advance)
