"""Commands for what the desk remembers: add, search, status, remove, rebuild."""

from __future__ import annotations

import typer

from annotate.cli import options as o
from annotate.cli.command import CommandList, command
from annotate.config import Settings

HELP = """What the desk remembers: claims of all pulled projects, and reviews that others published.

\b
  annotate memory search "The ferry carried 41,000 passengers in June."
  annotate memory add https://checks.example/claimreviews.json
"""
memory = typer.Typer(cls=CommandList, help=HELP, no_args_is_help=True, rich_markup_mode=None)


@memory.command()
@command("allow_private")
def add(settings: Settings, feed: o.ReviewFeed) -> None:
    """Add a feed of ClaimReviews (Data Commons format); a feed that was added before is replaced.

    \b
    annotate memory add reviews.json
    annotate memory add https://checks.example/claimreviews.json

    Publisher, rating and date are kept as the feed has them: a rating is its publisher's, not the desk's.
    """
    from annotate import workflows
    from annotate.cli import screen_results
    from annotate.cli.memory import cards

    cards.added(workflows.add_feed(feed, settings=settings, progress=screen_results.TERMINAL))


@memory.command()
@command()
def search(words: o.Words, form: o.TableOrJson = "table") -> None:
    """Find remembered claims that are like some words, and mark what differs.

    \b
    annotate memory search "The ferry carried 41,000 passengers in June."
    annotate memory search --format json "The ferry carried 41,000 passengers in June."
    """
    from annotate import workflows
    from annotate.cli import screen_results
    from annotate.cli.memory import cards

    cards.search(workflows.search_memory(words, progress=screen_results.TERMINAL), form=form)


@memory.command()
@command()
def status() -> None:
    """Show what is remembered: projects and feeds, with counts; exit code 5 where it cannot be used.

    \b
    annotate memory status
    """
    from annotate import workflows
    from annotate.cli.memory import cards

    cards.status(workflows.memory_status())


@memory.command()
@command()
def remove(name: o.RememberedName) -> None:
    """Remove a feed or a project from the memory; a project comes back with its next pull.

    \b
    annotate memory remove checks-example-claimreviews-1a2b
    annotate memory remove "May columns"
    """
    from annotate import workflows
    from annotate.cli import screen_results
    from annotate.cli.memory import cards

    cards.removed(workflows.forget_source(name, progress=screen_results.TERMINAL))


@memory.command()
@command()
def rebuild() -> None:
    """Make the memory anew from all projects that were pulled and all feeds.

    \b
    annotate memory rebuild
    """
    from annotate import workflows
    from annotate.cli import screen_results
    from annotate.cli.memory import cards

    cards.status(workflows.rebuild_memory(progress=screen_results.TERMINAL))
