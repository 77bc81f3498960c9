"""Articles to claims: one after the other, as a frame, or as an archive of Parquet files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.article import (
    Model,
    Refuse,
    choose,
    choose_splitter,
    cores,
    extract_many,
    feed_entries,
    read_articles,
    row_of,
)
from annotate.config import Settings, learnt_model, load_settings
from annotate.errors import BadInput, UsageError
from annotate.model import Article, Claim, Skip
from annotate.text import display_path
from annotate.workflows.language_model import NAME as LANGUAGE_MODEL
from annotate.workflows.language_model import open_model, suggest_by_model
from annotate.workflows.progress import SILENT, Progress

if TYPE_CHECKING:
    import pandas as pd

    from annotate.archive import Counts

#: An article with its claims and skips, each in reading order.
Extracted = tuple[Article, list[Claim], list[Skip]]
#: An article, or where one or several are: a file, a folder, a URL, or `-` for the standard input.
Source = str | Path | Article


def claims(
    sources: Source | Iterable[Source] = (),
    *,
    feeds: Iterable[str] = (),
    workers: int | None = None,
    dry_run: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
    refuse: Refuse | None = None,
) -> Iterator[Extracted]:
    """Break articles into claims, one article after the other, with few of them in memory.

    Args:
        sources: articles, or where they are.
        feeds: RSS or Atom feeds or sitemaps, by address or file, whose articles are read too.
        workers: processes for many articles; by default one for each core.
        dry_run: ask no language model; what it answered before is used.
        settings: of the desk; by default those of the current folder.
        progress: receives notes: which suggester is used, which claims are not in English, what was not read.
        refuse: receives the error of each article that cannot be read, and the others are; by default the
            first error is raised.

    Yields:
        Each article with its claims and skips.

    Raises:
        BadInput: where an article cannot be read.
        UsageError: where a language model is wanted and cannot or may not be asked.
    """
    desk = settings or load_settings()
    model = open_model(desk) if desk.suggester == LANGUAGE_MODEL else None
    choose_suggester(desk, progress=progress)
    every: Iterable[Extracted] = extract_many(_read(sources, feeds, desk, refuse), workers=workers)
    if model:
        every = suggest_by_model(every, model, dry_run=dry_run, progress=progress)
    for article, extracted, skips in every:
        for note in article.notes:
            progress.note(f"{article.article_id}: {note}.")
        foreign = [claim.language for claim in extracted if claim.splitter == "sentences"]
        if foreign:
            progress.note(
                f"{article.article_id}: {len(foreign)} of {len(extracted)} claims not in English "
                f"({', '.join(sorted(set(foreign)))}): whole sentences, suggestions only with a source."
            )
        yield article, extracted, skips


def _read(
    sources: Source | Iterable[Source], feeds: Iterable[str], desk: Settings, refuse: Refuse | None
) -> Iterator[Article]:
    given = [sources] if isinstance(sources, str | Path | Article) else list(sources)
    named = [str(source) for source in given if not isinstance(source, Article)]
    return chain(
        (source for source in given if isinstance(source, Article)),
        read_articles(
            chain(named, _named_by(feeds, desk, refuse)), allow_private=desk.allow_private, refuse=refuse
        ),
    )


def _named_by(feeds: Iterable[str], desk: Settings, refuse: Refuse | None) -> Iterator[str]:
    """Return the addresses that feeds name."""
    for feed in feeds:
        try:
            yield from feed_entries(feed, allow_private=desk.allow_private, refuse=refuse)
        except BadInput as error:
            if refuse is None:
                raise
            refuse(error)


def choose_suggester(settings: Settings, *, progress: Progress = SILENT) -> tuple[str, str, str]:
    """Set what splits sentences and suggests labels; note where the suggester is not the shipped one.

    Returns:
        The arguments of `annotate.article.choose`: the name, what was taught, and the file it is from.

    Raises:
        UsageError: where there is no suggester of this name.
        BadInput: where what the desk taught it cannot be read.
    """
    choose_splitter(settings.sentences)
    name, taught, source = settings.suggester, "", display_path(settings.model_file)
    if isinstance(choose(name), Model):
        taught = learnt_model(settings)
    chosen = choose(name, taught=taught, source=source)
    if chosen.why_not:
        progress.note(f"Suggestions come from {chosen.name}: {chosen.why_not}.")
    elif isinstance(chosen, Model) and chosen.shift:
        progress.note(f"Suggestions come from {chosen.name}, trained on this desk's judgements.")
    return name, taught, source


def extraction_frame(extracted: Iterable[Extracted], *, skips: bool = False) -> pd.DataFrame:
    """Return claims as one frame, in reading order, before anybody labelled them.

    Args:
        extracted: as `claims` yields it.
        skips: add a row for each skip; the column `skipped` says why it is one.

    Returns:
        The fields of `annotate.model.Claim`, but the suggestion as `suggestion` (its label) and `score`
        (0..1), and the attribution as the words of its `source`, `cue` and `content`.
    """
    import pandas as pd

    rows = []
    for article, claims, skipped in extracted:
        for part in in_order(claims, skipped if skips else ()):
            row = row_of(part, article)
            suggestion, attribution = row.pop("suggestion", None) or {}, row.pop("attribution", None) or {}
            row |= {"suggestion": suggestion.get("label"), "score": suggestion.get("score")}
            for name in ("source", "cue", "content"):
                row[name] = attribution[name]["text"] if attribution.get(name) else None
            rows.append(row)
    return pd.DataFrame(rows)


def in_order(claims: Iterable[Claim], skips: Iterable[Skip]) -> list[Claim | Skip]:
    """Return claims and skips of one article together, in reading order."""
    return sorted([*claims, *skips], key=lambda part: part.start)


@dataclass(frozen=True, slots=True)
class ArchiveResult:
    """An archive: `counts` of all of it, `earlier` of what was complete before, and `set_aside`, the file
    that names the articles that could not be used. `changed` files were written again.
    """

    counts: Counts
    earlier: Counts
    changed: int
    set_aside: Path


def write_archive(
    sources: Sequence[str],
    folder: Path,
    *,
    lists: Sequence[Path] | None = None,
    feeds: Iterable[str] = (),
    workers: int | None = None,
    dask: str | None = None,
    time_limit: float = 120,
    per_file: int = 250,
    again: bool = False,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> ArchiveResult:
    """Break many articles into claims and write them as Parquet files; continue where an earlier run ended.

    Args:
        sources: files, folders and URLs.
        folder: where to write; it is made if necessary.
        lists: files that name an article a line.
        feeds: RSS or Atom feeds or sitemaps, by address or file.
        workers: processes of this machine; by default one for each core.
        dask: address of a Dask cluster to work on instead.
        time_limit: seconds for one article; one that takes longer is set aside.
        per_file: articles of one Parquet file.
        again: try again what was set aside.

    Raises:
        BadInput: where there is no article.
        Conflict: where another run writes there, or the files were made with other options.
        UsageError: where labels are to be suggested by a language model.
    """
    from annotate.archive import SET_ASIDE, Articles, Files, Work, break_up, on_cluster, on_this_machine

    desk = settings or load_settings()
    if desk.suggester == LANGUAGE_MODEL:
        raise UsageError("an archive has no language model: leave out --out, or choose another --suggester")
    work = Work(*choose_suggester(desk, progress=progress), desk.sentences, desk.allow_private, time_limit)
    driver = on_cluster(work, address=dask) if dask else on_this_machine(work, workers or cores())
    named = (*sources, *_named_by(feeds, desk, None))
    articles = Articles(named, tuple(map(str, lists or ())))
    with progress.count("Breaking up articles") as count:
        files = Files(folder, per_file, again)
        plan, counts = break_up(articles, files, work=work, driver=driver, tell=count)
    return ArchiveResult(counts, plan.kept, plan.changed, folder / SET_ASIDE)


def no_claims(name: str, skips: Iterable[Skip] = ()) -> BadInput:
    """Return the error of an article without claims: it counts what was set aside, by kind."""
    counts = Counter(skip.kind.replace("_", " ") for skip in skips)
    words = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.most_common()]
    aside = f", set aside were {', '.join(words)} (--all shows them)" if words else ""
    return BadInput(f"{name}: no claims found{aside}: is there body text in it?")
