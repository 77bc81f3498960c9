"""The editor's tables: claims and sources from raw answers, CSV out and in, and all files of a report."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from annotate.errors import AnnotateError, BadInput
from annotate.model import LABELS
from annotate.report.agreement import agreement
from annotate.report.consensus import STATUSES, consensus, count_table
from annotate.report.html import page
from annotate.report.judgements import (
    FLOATS,
    INTEGERS,
    JUDGEMENTS_COLUMNS,
    WHY_NOT,
    Answers,
    Raw,
    final_labels,
    read_answers,
    task_link,
    typed,
    votes,
)

CLAIMS_COLUMNS: Mapping[str, str] = {
    "claim_id": "the claim; begins with a letter, stays when other words of the article change",
    "article": "slug of its article",
    "section": "words of the heading above, empty before the first",
    "position": "place in the article's reading order, from 1; empty for a claim of an earlier version",
    "claim": "its words",
    "label": "what more than half of the annotators said, or an editor's final label; empty without one",
    "status": "unanimous, majority, tie, single, unjudged, or adjudicated (an editor decided)",
    "votes": "how many annotators gave a label",
    "share": "share of the votes for the label; without a label, for the strongest one (0..1)",
    "opinion": "votes for Opinion",
    "attributed_report": "votes for Attributed report",
    "checkable_fact": "votes for Checkable fact",
    "source": "who carries it: what most annotators gave, else the suggestion where the label allows one",
    "source_kind": "person, organisation, document or unnamed, as most annotators said",
    "cue": "the words that say that somebody carries it, as the program found them",
    "evidence": "outside material that annotators cite, one a line",
    "flags": "flags, each with how many set it; also answers that are no label (deleted, unknown, skipped)",
    "notes": "annotators' notes, one a line, each with its author",
    "suggestion": "the label that the program suggested",
    "suggestion_score": "its score (0..1)",
    "context": "the words around the claim, the claim between ⟦ and ⟧",
    "link": "opens its task in Label Studio",
}

SOURCES_COLUMNS: Mapping[str, str] = {
    "source": "who carries the claims, in the spelling given most often (case and spaces folded)",
    "source_kind": "person, organisation, document or unnamed, as given most often",
    "claims": "how many claims name it",
    "opinion": "of these, claims labelled Opinion",
    "attributed_report": "of these, claims labelled Attributed report",
    "checkable_fact": "of these, claims labelled Checkable fact",
    "no_label": "of these, claims without a label (tie, unjudged)",
    "first_article": "article of its first claim",
    "first_section": "section of its first claim",
    "first_position": "position of its first claim",
    "first_claim_id": "its first claim",
}

BOM = "\ufeff"  # without it Excel takes a CSV for the local 8-bit encoding

# A spreadsheet takes a cell that begins with one of these for a formula, or drops the character; the last is
# the guard itself.
GUARDED = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")


# --------------------------------------------------------------------------- tables


def claims_table(answers: Answers) -> pd.DataFrame:
    """Give the editor's table: one row a claim in reading order, columns `CLAIMS_COLUMNS` but for `link`.

    The column `task_id` stands in the place of `link`; see `with_links`.
    """
    claims, counted = answers.claims, votes(answers.judgements)
    ids = claims["claim_id"].tolist()
    agreed = consensus(counted, claims=ids, final=final_labels(answers.judgements))
    counts = count_table(counted, claims=ids).reindex(columns=list(LABELS), fill_value=0)
    told = _told(answers.judgements)
    table = claims.assign(
        **{name: agreed[name].to_numpy() for name in ("label", "status", "votes", "share")},
        **{label: counts[label].to_numpy() for label in LABELS},
        **{name: pd.Series([told.get(i, {}).get(name) for i in ids]).array for name in _OF_ANSWERS},
    )
    # What a program found carries nothing once annotators say that nobody else carries the claim.
    open_or_attributed = table["label"].isna() | (table["label"] == "attributed_report")
    table["source"] = table["source"].fillna(table["suggested_source"].where(open_or_attributed))
    names = [name for name in CLAIMS_COLUMNS if name != "link"]
    return typed(table[[*names, "task_id"]])


def with_links(table: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Put `link` in the place of `task_id`."""
    links = [task_link(raw, int(task_id)) or None for task_id in table["task_id"]]
    return table.drop(columns="task_id").assign(link=pd.Series(links, table.index, dtype=object))


def sources_table(claims: pd.DataFrame) -> pd.DataFrame:
    """Give one row a source, the one with most claims first, columns `SOURCES_COLUMNS`.

    Args:
        claims: as `claims_table` gives them.
    """
    named = claims[claims["source"].notna()]
    groups = named.groupby(named["source"].map(_folded), sort=False)
    rows = [_source_row(group) for _, group in groups]
    rows.sort(key=lambda row: -row["claims"])  # stable: equal ones stay in reading order
    return typed(pd.DataFrame(rows, columns=list(SOURCES_COLUMNS)))


def agreement_table(answers: Answers, claims: pd.DataFrame) -> dict[str, Any]:
    """Give what `agreement.json` holds: the figures of `agreement`, and what was counted and what was not."""
    judgements = answers.judgements
    counted = judgements["counted"].value_counts()
    unknown = judgements.loc[judgements["counted"] == "unknown", "given"].value_counts()
    statuses = claims["status"].value_counts()
    return {
        "claims_listed": len(claims),
        "by_status": {status: int(statuses.get(status, 0)) for status in STATUSES},
        "agreement": agreement(votes(judgements), labels=LABELS),
        "by_annotator": _by_annotator(judgements),
        "not_counted": {why: int(counted.get(why, 0)) for why in WHY_NOT},
        "unknown_labels": {str(label): int(n) for label, n in unknown.items()},
        "foreign_tasks": answers.foreign,
    }


_OF_ANSWERS = ("source", "source_kind", "evidence", "flags", "notes")


def _told(judgements: pd.DataFrame) -> dict[str, dict[str, str | None]]:
    """Give by claim what annotators said beside the label; superseded answers and drafts say nothing."""
    said = judgements[~judgements["counted"].isin(["superseded", "draft"])]
    return {str(claim_id): _said(rows) for claim_id, rows in _by_claim(said).items()}


def _by_claim(judgements: pd.DataFrame) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in judgements.itertuples():
        groups.setdefault(str(row.claim_id), []).append(row)
    return groups


def _said(rows: Sequence[Any]) -> dict[str, str | None]:
    judged = [row for row in rows if row.counted in ("yes", "final")]
    flags = [flag for row in judged for flag in (_text(row.flags)).split("; ") if flag]
    flags += [row.counted for row in rows if row.counted in ("deleted", "unknown", "skipped")]
    return {
        "source": _most_given(_text(row.source) for row in judged),
        "source_kind": _most_given(_text(row.source_kind) for row in judged),
        "evidence": "\n".join(dict.fromkeys(_text(row.evidence) for row in judged if _text(row.evidence))),
        "flags": "; ".join(f"{flag} ({flags.count(flag)})" for flag in sorted(set(flags))),
        "notes": "\n".join(f"{row.annotator}: {_text(row.note)}" for row in rows if _text(row.note)),
    }


def _text(value: object) -> str:
    """Give a cell's text; a missing one is empty."""
    return value if isinstance(value, str) else ""


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def _most_given(given: Iterable[str]) -> str | None:
    """Give the words given most often, case and spaces folded, in the spelling given most often.

    Of equals the first by alphabet: the order of annotators changes nothing.
    """
    spellings: dict[str, list[str]] = {}
    for words in given:
        if words.strip():
            spellings.setdefault(_folded(words), []).append(" ".join(words.split()))
    if not spellings:
        return None
    most = min(spellings.items(), key=lambda item: (-len(item[1]), item[0]))[1]
    return min(most, key=lambda spelling: (-most.count(spelling), spelling))


def _source_row(claims: pd.DataFrame) -> dict[str, Any]:
    first = claims.iloc[0]
    labels = claims["label"].value_counts()
    return {
        "source": _most_given(claims["source"]),
        "source_kind": _most_given(claims["source_kind"].dropna()),
        "claims": len(claims),
        **{label: int(labels.get(label, 0)) for label in LABELS},
        "no_label": int(claims["label"].isna().sum()),
        **{f"first_{name}": first[name] for name in ("article", "section", "position", "claim_id")},
    }


def _by_annotator(judgements: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count by annotator: labels that count (whole and by label), and answers that do not."""
    people: dict[str, dict[str, int]] = {}
    for name, rows in judgements.groupby("annotator"):
        counted, labels = (
            rows["counted"].value_counts(),
            rows.loc[rows["counted"] == "yes", "label"].value_counts(),
        )
        people[str(name)] = {
            "judged": int(counted.get("yes", 0)),
            **{label: int(labels.get(label, 0)) for label in LABELS},
            **{why: int(counted.get(why, 0)) for why in WHY_NOT},
        }
    return people


# --------------------------------------------------------------------------- CSV


def csv_text(frame: pd.DataFrame) -> str:
    """Give a frame as CSV: CRLF, every field quoted, formulas guarded, missing cells empty, empty text `'`.

    Raises:
        BadInput: where a cell holds half a character (a lone surrogate), which no file can keep.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_guarded(str(name)) for name in frame.columns])
    writer.writerows(zip(*([_cell(value) for value in frame[name]] for name in frame.columns), strict=True))
    return buffer.getvalue()


def write_csv(frame: pd.DataFrame, path: Path | str) -> Path:
    """Write a frame that a spreadsheet opens and `read_csv` reads back as it was; the file is replaced whole.

    UTF-8 with a byte-order mark. Cells that begin with one of `GUARDED` get a `'` in front.

    Raises:
        BadInput: where a cell holds half a character (a lone surrogate).
        AnnotateError: where the file cannot be written; one that was there stays as it was.
    """
    return replace_file(Path(path), _encoded(BOM + csv_text(frame), Path(path)))


def read_csv(path: Path | str) -> pd.DataFrame:
    """Read what `write_csv` wrote: guards taken off, missing and empty told apart.

    Columns named in `INTEGERS` and `FLOATS` come as numbers, all others as text.

    Raises:
        BadInput: where the file is missing, no UTF-8, no table, cut off, or has words in a column of numbers.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is no UTF-8 (byte {error.start}): save it as CSV UTF-8.") from error
    header, *rows = _records(text, path)
    names = [_unguarded(name) or "" for name in header]
    cells = {name: [_unguarded(row[at]) for row in rows] for at, name in enumerate(names)}
    return pd.DataFrame({name: _numbers(name, column, path) for name, column in cells.items()})


def replace_file(path: Path, content: bytes) -> Path:
    """Put a file in its place whole: written beside it, flushed to the disk, then renamed over it.

    Raises:
        AnnotateError: where that fails; the old file stays.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise AnnotateError(
            f"{path} cannot be written: {error.strerror}. The old file stays as it was."
        ) from error
    return path


def _cell(value: object) -> str:
    """Give a cell's text: empty for a missing value, the guard alone for an empty text."""
    if isinstance(value, str):
        return _guarded(value) if value else "'"
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 (NaN is not itself)
        return ""
    if isinstance(value, float | np.floating):
        return _guarded(repr(float(value)))
    return _guarded(str(value))


def _guarded(words: str) -> str:
    return f"'{words}" if words.startswith(GUARDED) else words


def _unguarded(words: str) -> str | None:
    """Take the guard off; an empty cell is missing, the guard alone an empty text."""
    if words.startswith("'") and (len(words) == 1 or words[1:].startswith(GUARDED)):
        return words[1:]
    return words or None


def _encoded(text: str, path: Path) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        bad, line = f"U+{ord(text[error.start]):04X}", text.count("\n", 0, error.start) + 1
        raise BadInput(f"{path.name} cannot be written: half a character ({bad}) in line {line}.") from error


def _records(text: str, path: Path) -> list[list[str]]:
    """Cut CSV text into rows of equal length."""
    before = csv.field_size_limit(max(len(text), csv.field_size_limit()))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise BadInput(f"{path} is no whole table: {error}. Was it cut off?") from error
    finally:
        csv.field_size_limit(before)
    if not rows:
        raise BadInput(f"{path} is empty: write it anew with `annotate report`.")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise BadInput(f"{path}: row {number} has {len(row)} cells, the header has {len(rows[0])}.")
    return rows


def _numbers(name: str, column: list[str | None], path: Path) -> pd.Series[Any]:
    """Give a column its type."""
    if name not in INTEGERS | FLOATS:
        return pd.Series(column, dtype=object if all(cell is None for cell in column) else None)
    kind: type[int] | type[float] = int if name in INTEGERS else float
    try:
        told = [None if cell is None else kind(cell) for cell in column]
    except ValueError as error:
        raise BadInput(f"{path}: the column {name} holds something that is no number: {error}.") from error
    dtype = "float64" if kind is float else "Int64" if None in told else "int64"
    return pd.Series(told, dtype=dtype)


# --------------------------------------------------------------------------- files


def write_tables(raw: Raw, folder: Path | str) -> list[Path]:
    """Write `judgements.csv`, `claims.csv`, `sources.csv`, `agreement.json` and `report.html`.

    All are computed before the first is written; each is replaced whole.

    Args:
        raw: raw answers as a pull gives them.
        folder: where to; it is made if need be.

    Returns:
        The paths, in this order.

    Raises:
        BadInput: where the raw answers cannot be used.
        AnnotateError: where a file cannot be written.
    """
    answers = read_answers(raw)
    claims = claims_table(answers)
    sources = sources_table(claims)
    figures = agreement_table(answers, claims)
    linked = with_links(claims, raw)
    contents = {
        "judgements.csv": BOM + csv_text(answers.judgements[list(JUDGEMENTS_COLUMNS)]),
        "claims.csv": BOM + csv_text(linked[list(CLAIMS_COLUMNS)]),
        "sources.csv": BOM + csv_text(sources),
        "agreement.json": json.dumps(figures, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        "report.html": page(raw, answers, claims=linked, sources=sources, figures=figures),
    }
    ready = {name: _encoded(content, Path(name)) for name, content in contents.items()}
    return [replace_file(Path(folder) / name, content) for name, content in ready.items()]
