"""What stands in `exports/<project>/`: the raw answers of a pull, and what is computed from them."""

from __future__ import annotations

import json
import os
import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from annotate.errors import BadInput, Conflict
from annotate.report.frames import (
    JUDGEMENTS_COLUMNS,
    WHY_NOT,
    Raw,
    agreement_table,
    changes_table,
    claims_table,
    disputes_table,
    our_aliases,
    read_answers,
    sources_table,
    with_tasks,
)
from annotate.report.handover import annotations_jsonld, claimreview_json, claims_jsonl
from annotate.report.page import page
from annotate.report.sheets import (
    BOM,
    LAST,
    SHEETS,
    Told,
    carry,
    csv_text,
    earlier,
    encoded,
    keep,
    keep_resaved,
    keep_stream,
    refuse_link,
    replace_file,
    replacing,
)
from annotate.report.stats import Method
from annotate.report.trends import (
    JUDGEMENTS,
    Trends,
    count_trends,
    desk_frame,
    judgement_files,
    parquet_bytes,
)
from annotate.studio import Reading, is_ours

RAW = "raw.json"
# Its first line ends with the one, its last line is the other, and between them stands a task a line.
OPENING, BETWEEN, CLOSING = b'"tasks":[\n', b",\n", b"]}"
LOT = 2_000  # tasks that are made a table of at a time
TOLD_EACH = 100  # tasks between two steps of a progress bar
FEW_CLAIMS = 20  # of a sheet, that tell its project
DESK = "desk.all"  # no project's folder: their names hold no dot
MODEL = "model.json"  # what the desk taught the suggestions, for all its projects


def write_raw(raw: Raw, folder: Path) -> Path:
    """Write the raw answers, whole or not at all, before anything is computed from them.

    The answers that stood there are kept among the earlier pulls; see `history`.

    Raises:
        AnnotateError: where a file cannot be written; the old one stays.
    """
    path = refuse_link(folder) / RAW
    with replacing(path) as file:
        file.writelines(_lines(raw, raw["tasks"]))
        _keep_old(path, folder)
    return path


def write_pull(
    reading: Reading, folder: Path, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Pulled:
    """Write the raw answers of a pull as they come, as `write_raw` does with those that are in memory.

    `progress` is told how many tasks came, and about how many there are.
    """
    path = refuse_link(folder) / RAW
    with replacing(path) as file:
        for attempt in reading.attempts():
            file.seek(0)
            file.truncate()
            pulled = Pulled(path, reading.frame)
            for count, line in enumerate(_lines(reading.frame, pulled.noting(attempt, file)), 1):
                file.write(line)
                if count % TOLD_EACH == 0:
                    progress(count, max(count, reading.expected))
        file.flush()
        if not _same_tasks(path, Path(file.name)):  # else `--since last` would tell of no change at all
            _keep_old(path, folder)
    return pulled


def _same_tasks(one: Path, other: Path) -> bool:
    """Return whether two files of raw answers hold the same tasks, whenever they were pulled."""
    if not one.exists():
        return False
    with one.open("rb") as old, other.open("rb") as new:
        return all(file.readline().endswith(OPENING) for file in (old, new)) and all(
            before == after for before, after in zip_longest(old, new)
        )


@dataclass
class Pulled:
    """Raw answers that stand in a file, with where each task of an answered article begins in it.

    `foreign` counts the answers to tasks that were not sent from here.
    """

    path: Path
    frame: Raw
    foreign: int = 0
    places: dict[str, array[int]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)

    def noting(self, tasks: Iterable[dict[str, Any]], file: IO[bytes]) -> Iterator[dict[str, Any]]:
        """Pass tasks on that are about to be written, each when the one before it is."""
        for number, task in enumerate(tasks):
            if is_ours(task):
                article = task["data"]["article_id"]
                place = file.tell() + (len(BETWEEN) if number else 0)
                self.places.setdefault(article, array("q")).append(place)
                if task["annotations"] or task["drafts"]:
                    self.answered.add(article)
            else:
                self.foreign += len(task["annotations"])
            yield task

    def lots(self) -> Iterator[Raw]:
        """Return the raw answers of some articles at a time, those left out to which there is no answer."""
        with self.path.open("rb") as file:
            tasks: list[dict[str, Any]] = []
            for article, places in self.places.items():
                if article in self.answered:
                    for place in places:
                        file.seek(place)
                        tasks.append(json.loads(file.readline().rstrip(b",\n")))
                    if len(tasks) >= LOT:
                        yield {**self.frame, "tasks": tasks}
                        tasks = []
            yield {**self.frame, "tasks": tasks}


def _lines(frame: Raw, tasks: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Return the lines of a file of raw answers, one a task, so that memory need not hold them all."""
    head = _bytes({name: value for name, value in frame.items() if name != "tasks"})
    yield head[:-1] + b"," * (len(head) > 2) + OPENING
    between = b""
    for task in tasks:
        yield between + (task.line if isinstance(task, _Kept) else _bytes(task))
        between = BETWEEN
    yield between[1:] + CLOSING


def keep_raw(raw: Raw, folder: Path) -> Path:
    """Keep raw answers among the earlier pulls, as a copy to go back to.

    Raises:
        AnnotateError: where it cannot be written.
    """
    content = b"".join(_lines(raw, raw["tasks"]))
    return keep(content, str(raw.get("pulled_at")), refuse_link(folder))


def _keep_old(path: Path, folder: Path) -> None:
    """Keep the answers that stand in a file among the earlier pulls; a broken file is worth nothing."""
    if not path.exists():
        return
    with path.open("rb") as file:
        frame = _frame_of(file)
        if frame is not None:
            file.seek(0)
            keep_stream(file, str(frame.get("pulled_at")), folder)


def _frame_of(file: IO[bytes]) -> Raw | None:
    """Read a file of raw answers but for its tasks; nothing where it is broken."""
    try:
        head = file.readline()
        if head.endswith(OPENING):
            frame = json.loads(head + CLOSING)
            file.seek(-len(CLOSING), os.SEEK_END)
            return frame if file.read() == CLOSING else None
        return _read(head + file.read(), Path(file.name))
    except (ValueError, BadInput):
        return None


class _Kept(dict[str, Any]):
    """A task as it stood in a file, with its line there, which need not be made again."""

    line = b""


class LastPull:
    """The raw answers of the last pull, read a task at a time; `Earlier` for the next one."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RAW
        self._whole: Raw | None = None
        self.frame: Raw = {}
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            self.frame = _frame_of(file) or {}
            if self.frame.get("tasks"):  # a file of an earlier version is one line
                self._whole = self.frame

    def tasks(self) -> Iterator[dict[str, Any]]:
        """Return its tasks, from the beginning."""
        if self._whole is not None:
            yield from self._whole["tasks"]
            return
        with self._path.open("rb") as file:
            file.readline()
            for line in (each.rstrip(b",\n") for each in file):
                if line != CLOSING:
                    task = _Kept(json.loads(line.decode()))
                    task.line = line
                    yield task


def _bytes(raw: Mapping[str, Any]) -> bytes:
    text = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def read_raw(folder: Path, *, since: str = "") -> Raw:
    """Read the raw answers of the last pull, or of an earlier one (a date, a moment, or `last`).

    Raises:
        BadInput: where the file is missing or broken, or no earlier pull was kept from then.
    """
    path = folder / RAW
    if since:
        return _read(earlier(folder, since), path)
    try:
        return _read(path.read_bytes(), path)
    except FileNotFoundError:
        raise BadInput(f"{path} is missing: `annotate pull` fetches the answers first") from None


def _read(content: bytes, path: Path) -> Raw:
    try:
        raw = json.loads(content.decode("utf-8"))
    except ValueError as error:
        raise BadInput(f"{path} is broken ({error}): `annotate pull` fetches it anew") from error
    if not isinstance(raw, dict) or not {"project", "tasks"} <= raw.keys():
        raise BadInput(f"{path} holds no answers: `annotate pull` fetches them anew")
    return raw


def _silent(words: str) -> None:
    pass


def write_judgements(raw: Raw, folder: Path) -> str:
    """Write `judgements.csv`, one row an answer to a claim, and give in words what was counted."""
    foreign = sum(len(task["annotations"]) for task in raw["tasks"] if not is_ours(task))
    return _write_judgements([raw], foreign, folder, _silent)


def write_judgements_of(pulled: Pulled, folder: Path, *, told: Told = _silent) -> str:
    """Write `judgements.csv` as `write_judgements` does, some articles at a time.

    `told` is told where another program had saved the file that stood there, and where that one is kept.
    """
    return _write_judgements(pulled.lots(), pulled.foreign, folder, told)


def _write_judgements(lots: Iterable[Raw], foreign: int, folder: Path, told: Told) -> str:
    path = refuse_link(folder) / "judgements.csv"
    keep_resaved(path, told)
    counts, annotators, claims = Counter[str](), set[str](), 0
    with replacing(path) as file:
        for number, raw in enumerate(lots):
            judgements = read_answers(raw).judgements
            text = csv_text(judgements[list(JUDGEMENTS_COLUMNS)])
            file.write(encoded(text.partition("\r\n")[2] if number else BOM + text, path))
            counts.update(judgements["counted"])
            counted = judgements[judgements["counted"] == "yes"]
            annotators |= set(counted["annotator"])
            claims += counted["claim_id"].nunique()
    summary = f"{counts['yes']} judgements by {len(annotators)} annotators on {claims} claims"
    left_out = _left_out(counts, foreign)
    return f"{summary} (left out: {left_out})" if left_out else summary


# What is no vote, in the words of a person; see `WHY_NOT`.
LEFT_OUT = {
    "unjudged": "empty",
    "deleted": "not a claim",
    "merged": "merged into other claims",
    "unknown": "with an unknown label",
    "noted": "noted by an editor",
}


def _left_out(counts: Counter[str], foreign: int) -> str:
    """Count apart the answers that are no votes: by why, and those to tasks that were not sent from here."""
    found = {LEFT_OUT.get(why, why): counts[why] for why in WHY_NOT}
    found["foreign"] = foreign
    return ", ".join(f"{count} {why}" for why, count in found.items() if count)


def write_tables(
    raw: Raw,
    folder: Path | str,
    *,
    method: Method = "majority",
    before: Raw | None = None,
    told: Told = _silent,
) -> list[Path]:
    """Write the tables, what other programs read, the figures and the page.

    These are `judgements.csv`, `claims.csv`, `disputes.csv`, `sources.csv`, `judgements.parquet`,
    `claims.jsonl`, `annotations.jsonld`, `claimreview.json`, `agreement.json` and `report.html`. All are
    computed before the first is written; each is replaced whole. What a person typed into `claims.csv` and
    `disputes.csv` stands in the new ones too, and nowhere else; see `carried`.

    Args:
        raw: raw answers as a pull gives them.
        folder: where to; it is made if need be.
        method: how judgements come to a consensus.
        before: raw answers of an earlier pull; with them `changes.csv` and the page tell what changed since.
        told: is told what of the old sheets is not in Label Studio yet, and where those are kept.

    Returns:
        The paths, in this order; `changes.csv` comes after `sources.csv`.

    Raises:
        BadInput: where the raw answers or the list of aliases cannot be used.
        AnnotateError: where a file cannot be written.
    """
    answers = read_answers(raw)
    claims = with_tasks(claims_table(answers, method=method), raw)
    sources = sources_table(claims, aliases=our_aliases())
    figures = agreement_table(answers, claims)
    frames = {
        "judgements.csv": answers.judgements[list(JUDGEMENTS_COLUMNS)],
        "claims.csv": claims,
        "disputes.csv": disputes_table(claims, answers.judgements),
        "sources.csv": sources,
    }
    changes = None
    if before is not None:
        earlier_claims = with_tasks(claims_table(read_answers(before), method=method), before)
        frames["changes.csv"] = changes = changes_table(earlier_claims, claims)
    folder = refuse_link(Path(folder))
    texts = {
        LAST: claims_jsonl(claims, answers.articles),
        "annotations.jsonld": annotations_jsonld(claims, answers.articles, raw),
        "claimreview.json": claimreview_json(claims, answers.articles),
        "agreement.json": json.dumps(figures, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        "report.html": page(raw, answers, claims=claims, sources=sources, figures=figures, changes=changes),
    }
    # What a desk keeps and brings together: a hundredth of the size of the raw answers, read far faster than
    # they are, for some hundredths of the time of this report.
    key = str(raw["project"].get("key") or folder.name)
    parquet = parquet_bytes(desk_frame(answers, project=key))
    frames |= carry(folder, {name: frames[name] for name in SHEETS}, answers.judgements, told=told)
    ready = {name: encoded(BOM + csv_text(frame), Path(name)) for name, frame in frames.items()}
    ready[JUDGEMENTS] = parquet
    ready |= {name: encoded(text, Path(name)) for name, text in texts.items()}
    for name in ("judgements.csv", "sources.csv", "changes.csv"):
        keep_resaved(folder / name, told)
    if before is None:
        (folder / "changes.csv").unlink(missing_ok=True)  # an old one would tell of other answers
    for name in sorted(ready, key=LAST.__eq__):  # it comes last, see `carried`
        replace_file(folder / name, ready[name])
    return [folder / name for name in ready]


def write_desk(
    exports: Path,
    *,
    judgements: Path | None = None,
    told: Told = _silent,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """Write the figures of many projects together into `exports/desk.all/`; see `count_trends`.

    One project is in memory at a time, and DuckDB keeps to a limit of its own.

    Args:
        exports: where the projects' folders are.
        judgements: a folder of Parquet files to read in place of the pulled projects.
        told: called with sentences on what the tables do not show, and on projects that cannot be read: the
            others are counted.
        progress: called with how many projects or files are done, and of how many.

    Returns:
        The paths of `weeks.csv`, `annotators.csv`, `sources.csv` and `codebooks.csv`.

    Raises:
        BadInput: where nothing was pulled, no project can be read, or a Parquet file cannot be used.
        AnnotateError: where a file cannot be written, or memory or disk do not suffice.
    """
    if judgements:
        files = judgement_files(judgements)
        trends = count_trends(files, judgements, aliases=our_aliases(), progress=progress)
    else:
        trends = _trends_of_pulls(exports, told, progress)
    tables = {name: encoded(BOM + csv_text(table), Path(name)) for name, table in trends.tables.items()}
    for words in trends.notes:
        told(words)
    folder = refuse_link(exports / DESK)
    return [replace_file(folder / name, content) for name, content in tables.items()]


def _trends_of_pulls(exports: Path, told: Told, progress: Callable[[int, int], None]) -> Trends:
    """Return the figures over the last pulls; projects that cannot be read are left out."""
    folders = _pulled(exports)
    with tempfile.TemporaryDirectory(prefix="claimdesk-") as temporary:
        files = []
        for number, folder in enumerate(folders, 1):
            path = Path(temporary, f"{folder.name}.parquet")
            try:
                frame = desk_frame(read_answers(read_raw(folder)), project=folder.name)
            except BadInput as error:
                told(f"left out: {error}")
                continue
            path.write_bytes(parquet_bytes(frame))
            files.append(path)
            progress(number, len(folders))
        good = list(files)

        def leave_out(path: Path, problem: str) -> None:
            told(f"left out: {exports / path.stem}: {problem}")
            good.remove(path)

        trends = count_trends(files, Path(temporary), aliases=our_aliases(), leave_out=leave_out)
    if not good:
        raise BadInput(f"no project in {exports} can be read: `annotate pull` fetches it anew")
    return trends


def read_model(exports: Path) -> str:
    """Read what the desk taught the suggestions; empty where nothing was kept.

    Raises:
        BadInput: where the file cannot be read.
    """
    path = exports / MODEL
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}): `annotate learn --forget` puts it away") from error


def write_model(told: str, exports: Path) -> Path:
    """Keep what the desk taught the suggestions. Raises `AnnotateError` where it cannot be written."""
    return replace_file(exports / MODEL, told.encode())


def forget_model(exports: Path) -> bool:
    """Put away what the desk taught; false where there was nothing. The file stays, under another name."""
    path = exports / MODEL
    if not path.exists() and not path.is_symlink():
        return False
    path.replace(path.with_name(f"{MODEL}.forgotten"))
    return True


def pulled_folders(exports: Path, titles: Sequence[str]) -> list[Path]:
    """Find the folders of projects by title or key; without titles, all that were pulled.

    Raises:
        BadInput: where nothing was pulled, or not one of these.
        Conflict: where a title fits more than one.
    """
    if titles:
        return list(dict.fromkeys(pulled_folder(exports, title) for title in titles))
    return [refuse_link(folder) for folder in _pulled(exports)]


def project_folder(exports: Path, key: str) -> Path:
    """Return the folder of a project's files; its key comes from Label Studio, where anybody may change it.

    Raises:
        BadInput: where the key is no plain name.
        AnnotateError: where the folder is a link to somewhere else.
    """
    if not re.fullmatch(r"\w[\w-]{0,79}", key):
        raise BadInput(f"the key of this project, {key[:40]!r}, is no name of a folder: push it anew")
    return refuse_link(exports / key)


def pulled_folder(exports: Path, title: str | None = None) -> Path:
    """Find the folder that a project was pulled into, by its title or key; without a title, the only one.

    Raises:
        BadInput: where nothing was pulled, or not this project.
        Conflict: where a title is needed to choose, or fits more than one.
    """
    folders = _pulled(exports)
    named = folders if title is None else list(_named(folders, title))
    if len(named) == 1:
        return refuse_link(named[0])
    there = ", ".join(f"“{_title(folder)}”" for folder in folders)
    if not named:
        raise BadInput(f"“{title}” was not pulled into {exports} (there: {there}): run `annotate pull` first")
    raise Conflict(f"which project? Name one with --project (there: {there})")


def folder_of_claims(exports: Path, claim_ids: Sequence[str]) -> Path | None:
    """Find a project's folder by ids of its claims; `None` where none or several fit."""
    names = [f'"{claim_id}"'.encode() for claim_id in claim_ids[:FEW_CLAIMS]]
    fitting = []
    for path in filter(Path.is_file, exports.glob(f"*/{RAW}")):
        content = path.read_bytes()
        if any(name in content for name in names):
            fitting.append(path.parent)
    return refuse_link(fitting[0]) if len(fitting) == 1 else None


def _pulled(exports: Path) -> list[Path]:
    folders = sorted(path.parent for path in exports.glob(f"*/{RAW}"))
    if not folders:
        raise BadInput(f"nothing was pulled into {exports} yet: run `annotate pull` first")
    return folders


def _named(folders: list[Path], title: str) -> Iterator[Path]:
    for folder in folders:
        if title in (folder.name, _title(folder)):
            yield folder


def _title(folder: Path) -> str:
    return str(read_raw(folder)["project"].get("title", folder.name))
