"""The memory of the desk: what a pull keeps in it, what is in it, and how it is made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import annotate.report as tables
from annotate.article.nlp import embeddings
from annotate.config import Settings, load_settings
from annotate.errors import AnnotateError, BadInput, Conflict, UsageError
from annotate.memory import FEED, Damaged, OtherModel, Record, Store
from annotate.model import Similar
from annotate.text import counted
from annotate.workflows.memory.beside import VectorsBeside
from annotate.workflows.memory.recall import Recall
from annotate.workflows.progress import SILENT, Progress

if TYPE_CHECKING:
    from annotate.studio import Raw

HOW = {"adjudicated": "decided", "unanimous": "agreed", "majority": "agreed", "single": "one"}


@dataclass(frozen=True, slots=True)
class Remembered:
    """A project or a feed in the memory: its title, how many claims, and `state`, what is wrong with it."""

    source: str
    title: str
    claims: int
    state: str = ""

    @property
    def is_feed(self) -> bool:
        """Whether it is a feed of reviews."""
        return self.source.startswith(FEED)


@dataclass(frozen=True, slots=True)
class MemoryStatus:
    """What is in the memory: `sources`, its size in bytes, and `trouble` where it is not used."""

    path: Path
    size: int
    claims: int
    sources: tuple[Remembered, ...]
    trouble: str = ""


def remember(
    pulled: tables.Pulled,
    folder: Path,
    title: str,
    settings: Settings,
    progress: Progress,
    *,
    beside: VectorsBeside | None = None,
) -> None:
    """Keep the claims of a project that was pulled; a fault is noted, for the answers are saved already.

    `beside` made vectors while the answers were fetched.
    """
    if not settings.memory:
        return
    if why := embeddings.missing():
        progress.note(f"The claims are not remembered: {why}.")
        return
    store = Store(settings.exports)
    try:
        with store.locked():
            if not mend(store, settings, progress):
                total = sum(map(len, pulled.places.values()))
                with progress.count("remembering claims") as count:
                    made = beside.finish(count) if beside else {}
                    records = _records(pulled.batches(everything=True), folder.name, title, settings)
                    new = store.put(folder.name, records, total=total, progress=count, made=made)
                if new:
                    progress.note(f"{counted(new, 'claim')} remembered: `annotate memory search` finds them.")
    except (AnnotateError, OSError) as error:
        why = getattr(error, "strerror", "") or str(error).rstrip(".")
        where = f" in {store.path.parent}" if isinstance(error, OSError) else ""
        progress.note(
            f"The answers are saved, but not remembered{where} ({why}): run `annotate memory rebuild` once "
            "that is mended."
        )


def memory_status(settings: Settings | None = None) -> MemoryStatus:
    """Return what is in the memory."""
    desk = settings or load_settings()
    store, trouble = Store(desk.exports), ""
    size = store.path.stat().st_size if store.path.is_file() else 0
    try:
        index = store.read()
    except Damaged as error:
        return MemoryStatus(store.path, size, 0, (), f"{error}: `annotate memory rebuild` makes it anew")
    if not desk.memory:
        trouble = "off in configs/annotate.toml: pulls do not add to it, and nothing is looked up"
    titles = index.titles
    found = [
        Remembered(source, titles[source], claims, _state(store, source))
        for source, claims in sorted(
            index.sources.items(), key=lambda each: (each[0].startswith(FEED), each[0])
        )
    ]
    for feed in store.feeds():
        if FEED + feed.name not in titles:
            found.append(
                Remembered(FEED + feed.name, feed.name, 0, "not in the index: run `annotate memory rebuild`")
            )
    return MemoryStatus(store.path, size, len(index), tuple(found), trouble)


def rebuild_memory(settings: Settings | None = None, *, progress: Progress = SILENT) -> MemoryStatus:
    """Make the memory anew from all projects that were pulled and all feeds.

    Raises:
        BadInput: where there is no model for vectors.
        Conflict: where another command writes it for long.
    """
    desk = settings or load_settings()
    check_model()
    store = Store(desk.exports)
    with store.locked():
        _rebuild(store, desk, progress)
    return memory_status(desk)


def usable_index(desk: Settings, progress: Progress) -> None:
    """Make the memory anew where it is damaged or another model's; a note says so.

    Raises:
        BadInput: where there is no model for vectors.
        Conflict: where another command writes it for long.
    """
    check_model()
    store = Store(desk.exports)
    try:
        store.read()
    except Damaged:
        with store.locked():
            mend(store, desk, progress)


def search_memory(
    words: str, *, settings: Settings | None = None, progress: Progress = SILENT
) -> list[Similar]:
    """Return what is remembered that is like some words, the best first.

    Raises:
        UsageError: where there are no words.
        BadInput: where nothing is remembered yet, or there is no model for vectors.
        Conflict: where the memory had to be made anew, and another command writes it for long.
    """
    desk = settings or load_settings()
    if not words.strip():
        raise UsageError(
            'no words to look for: annotate memory search "The ferry carried 41,000 passengers."'
        )
    usable_index(desk, progress)
    recall = Recall(replace(desk, memory=True), progress=progress)
    if recall.is_empty:
        raise BadInput("nothing is remembered yet: `annotate pull` keeps the claims of a project")
    return recall.of_words(words)


def forget_source(name: str, settings: Settings | None = None, *, progress: Progress = SILENT) -> Remembered:
    """Remove a feed or a project from the memory; a project comes back with its next pull.

    Args:
        name: of a feed, or title or key of a project.

    Raises:
        BadInput: where there is none of this name.
        Conflict: where several projects have this title.
    """
    desk = settings or load_settings()
    store = Store(desk.exports)
    with store.locked():
        mend(store, desk, progress)
        found = _named(name, store)
        store.remove(found.source)
        if found.source.startswith(FEED):
            store.remove_feed(found.source.removeprefix(FEED))
    return found


def check_model() -> None:
    """Raise `BadInput` where there is no model for vectors."""
    if why := embeddings.missing():
        raise BadInput(f"the memory needs sentence vectors: {why}: install claimdesk again")


def _named(name: str, store: Store) -> Remembered:
    index = store.read()
    sources, titles = index.sources, index.titles
    files = {FEED + path.stem: path.stem for path in store.feed_files()}
    known = {**files, **titles}
    fitting = [each for each, title in known.items() if name in (each, each.removeprefix(FEED), title)]
    if not fitting:
        there = ", ".join(f"“{title}”" for title in dict.fromkeys(known.values())) or "nothing"
        raise BadInput(f"“{name}” is not in the memory (there: {there}): see `annotate memory status`")
    if len(fitting) > 1:
        raise Conflict(f"several have the name “{name}”: give one of {', '.join(sorted(fitting))}")
    return Remembered(fitting[0], known[fitting[0]], sources.get(fitting[0], 0))


def _state(store: Store, source: str) -> str:
    if source.startswith(FEED):
        kept = store.feed_path(source.removeprefix(FEED)).is_file()
        return "" if kept else "its file is gone; its reviews stay until it is removed"
    kept = (store.exports / source / "raw.json").is_file()
    return "" if kept else "its folder is gone; its claims stay until it is removed"


def mend(store: Store, desk: Settings, progress: Progress) -> bool:
    """Make the memory anew where it is damaged or another model's; return whether that was done."""
    try:
        store.read()
    except OtherModel as other:
        progress.note(f"{other}: it is made anew.")
    except Damaged as damaged:
        progress.note(f"{damaged}: it is made anew from the projects that were pulled, and the feeds.")
    else:
        return False
    _rebuild(store, desk, progress)
    return True


def _rebuild(store: Store, desk: Settings, progress: Progress) -> None:
    with progress.count("remembering claims") as count:
        store.rebuild(_sources(store, desk, progress), progress=count)


def _sources(
    store: Store, desk: Settings, progress: Progress
) -> dict[str, tuple[int, Callable[[], Iterable[Record]]]]:
    """Return how to get the records of all projects and feeds; what cannot be read is noted."""
    sources: dict[str, tuple[int, Callable[[], Iterable[Record]]]] = {}
    for folder in tables.folders_with_answers(desk.exports):
        try:
            raw = tables.read_raw(folder)
        except BadInput as error:
            progress.note(f"left out: {error}")
            continue
        sources[folder.name] = (len(raw["tasks"]), partial(_of_folder, folder, desk))
    for path in store.feed_files():
        try:
            feed = store.feed(path)
        except BadInput as error:
            progress.note(f"left out: {error}")
            continue
        sources[FEED + feed.name] = (feed.reviews, partial(store.reviews, feed.name))
    return sources


def _of_folder(folder: Path, desk: Settings) -> Iterator[Record]:
    raw = tables.read_raw(folder)
    return _records([raw], folder.name, str(raw["project"].get("title", folder.name)), desk)


def _records(batches: Iterable[Raw], key: str, title: str, desk: Settings) -> Iterator[Record]:
    """Yield the claims of raw answers as they are remembered."""
    for raw in batches:
        answers = tables.read_answers(raw)
        claims = tables.claims_table(answers, method=desk.consensus)
        last = _last_answers(answers)
        titles = {article.article_id: article for article in answers.articles}
        for row in claims.astype(object).where(claims.notna(), None).to_dict("records"):
            yield _record(row, titles[row["article"]], key, title, last)


def _record(
    row: Mapping[Any, Any], article: Any, key: str, title: str, last: dict[tuple[str, bool], str]
) -> Record:
    how = HOW.get(row["status"], "open") if row["label"] else "open"
    return Record(
        text=row["claim"] or "",
        source=key,
        title=title,
        how=how,  # type: ignore[arg-type]
        article=row["article"],
        article_title=article.title,
        claim_id=row["claim_id"],
        label=row["label"] or "",
        date=last.get((row["claim_id"], how == "decided"), "")[:10] if how != "open" else "",
        check=row.get("check") or "",
        evidence=row["evidence"] or "",
        earlier="yes" if row["position"] is None else "",
        address=article.address or "",
    )


def _last_answers(answers: tables.Answers) -> dict[tuple[str, bool], str]:
    """Return when each claim was decided, and when it was last answered."""
    rows = answers.judgements
    counting = rows[rows["counted"].isin(["yes", "final"])]
    last: dict[tuple[str, bool], str] = {}
    for claim_id, counted_as, at in zip(
        counting["claim_id"], counting["counted"], counting["answered_at"], strict=True
    ):
        place = (claim_id, counted_as == "final")
        last[place] = max(last.get(place, ""), at if isinstance(at, str) else "")
    return last
