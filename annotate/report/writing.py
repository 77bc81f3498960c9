"""The files of a report, written into a project's folder."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from annotate.errors import BadInput
from annotate.model import Similar
from annotate.report.checks import Weights
from annotate.report.exporters import exporters, report_data
from annotate.report.formats import format_files, formats_in, replace_folder
from annotate.report.frames import WHY_NOT, Answers, read_answers
from annotate.report.gold import (
    DecidedClaims,
    GoldFigures,
    gold_answers,
    gold_figures,
    origins_in,
)
from annotate.report.pending import unwritten_claims
from annotate.report.raw_answers import Pulled
from annotate.report.sheets import (
    BOM,
    LAST,
    SHEETS,
    WORKBOOK,
    Notify,
    carry,
    csv_text,
    encoded,
    keep_resaved,
    refuse_link,
    replace_file,
    replacing,
)
from annotate.report.stats import Method
from annotate.studio import Raw
from annotate.text import counted

# Answers that are no votes, in the words of a person; see `WHY_NOT`.
LEFT_OUT = {
    "unjudged": "empty",
    "deleted": "not a claim",
    "merged": "merged into other claims",
    "unknown": "with an unknown label",
    "noted": "noted by an editor",
}

LOCKS = ((".~lock.", "#"), ("~$", ""))  # around the name of a file that LibreOffice or Excel has open


#: Returns by claim id what is remembered that is like a claim of a project.
FindSimilar = Callable[[Answers], Mapping[str, Sequence[Similar]]]


#: Returns what some projects decide now, by their keys, as far as they were pulled.
FindDecided = Callable[[Iterable[str]], Mapping[str, DecidedClaims]]


def _silent(words: str) -> None:
    pass


def _nothing(answers: Answers) -> Mapping[str, Sequence[Similar]]:
    return {}


def _nothing_decided(keys: Iterable[str]) -> Mapping[str, DecidedClaims]:
    return {}


def write_judgements(pulled: Pulled, folder: Path, *, notify: Notify = _silent) -> str:
    """Write `judgements.csv`, one row for each answer to a claim, and return in words what was counted.

    `notify` is called with a message where another program had saved the file, and that one is kept.
    """
    path = refuse_link(folder) / "judgements.csv"
    keep_resaved(path, notify)
    counts, annotators, claims = Counter[str](), set[str](), 0
    with replacing(path) as file:
        for number, raw in enumerate(pulled.batches()):
            judgements = read_answers(raw).judgements
            text = csv_text(judgements)
            file.write(encoded(text.partition("\r\n")[2] if number else BOM + text, path))
            counts.update(judgements["counted"])
            votes = judgements[judgements["counted"] == "yes"]
            annotators |= set(votes["annotator"])
            claims += votes["claim_id"].nunique()
    people = counted(len(annotators), "annotator")
    summary = f"{counted(counts['yes'], 'judgement')} by {people} on {counted(claims, 'claim')}"
    left_out = _left_out(counts, pulled.foreign)
    return f"{summary} (left out: {left_out})" if left_out else summary


def _left_out(counts: Mapping[str, int], foreign: int) -> str:
    """Return in words how many answers are no votes, by why, and how many are to tasks of others."""
    by_reason = {LEFT_OUT.get(why, why): counts[why] for why in WHY_NOT} | {"foreign": foreign}
    return ", ".join(f"{count} {why}" for why, count in by_reason.items() if count)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from going through all cells again and again: none of them is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_collector_at_rest()
def write_tables(  # noqa: PLR0913 - what is written, where, and in which form
    raw: Raw,
    folder: Path | str,
    *,
    method: Method = "majority",
    weights: Weights | None = None,
    before: Raw | None = None,
    mail: bool = False,
    recall: FindSimilar = _nothing,
    decided: FindDecided = _nothing_decided,
    formats: Iterable[str] = (),
    notify: Notify = _silent,
) -> list[Path]:
    """Write the files of a report; which there are, `annotate.report.exporters` says.

    All are computed before the first is written, and each is replaced whole. What a person typed into one of
    `SHEETS` is in the new one too, and nowhere else; see `carry_over`.

    Args:
        raw: raw answers as a pull returns them.
        folder: the project's folder; it is made where it is missing.
        method: how judgements come to a consensus.
        weights: of the signs that a claim is worth checking; by default those of the settings.
        before: raw answers of an earlier pull, to compare with.
        mail: also write the page for other computers, without links to Label Studio.
        recall: returns by claim id what the desk remembers that is like it, for the page.
        decided: returns by key what other projects decide now, for claims of theirs that were mixed in.
        formats: formats of other tools that are wanted, each a folder; those that are there are written anew.
        notify: called with a message for each thing in the old sheets that is not in Label Studio yet, for
            each old file that is kept, and where decisions of the review page are not written yet.

    Returns:
        The paths of the files, in the order of their exporters, then those of the folders.

    Raises:
        UsageError: where there is no such format.
        BadInput: where the raw answers or the list of aliases cannot be used.
        AnnotateError: where a file cannot be written.
    """
    folder = refuse_link(Path(folder))
    answers = read_answers(raw)
    data = report_data(
        answers,
        key=answers.project.key or folder.name,
        method=method,
        weights=weights,
        before=None if before is None else read_answers(before),
        mail=mail,
        similar=recall(answers),
    )
    data = replace(data, unwritten=_unwritten(folder, notify), gold=_gold(raw, decided))
    content = {each.name: each.export(data) for each in exporters() if each.name not in SHEETS}
    folders = {name: format_files(data, name) for name in formats_in(folder, wanted=formats)}
    carried = replace(data, sheets=carry(folder, data.sheets, answers.judgements, notify=notify))
    content |= {each.name: each.export(carried) for each in exporters() if each.name in SHEETS}
    written = _replace_files(folder, {each.name: content[each.name] for each in exporters()}, notify)
    made = [replace_folder(folder / name, files, notify=notify) for name, files in folders.items()]
    return [*written, *made]


def _gold(raw: Raw, decided: FindDecided) -> GoldFigures | None:
    """Return the figures of the decided claims of other projects that were mixed in."""
    answers = gold_answers(raw, decided(origins_in(raw)))
    return gold_figures(answers) if answers else None


def _unwritten(folder: Path, notify: Notify) -> tuple[str, ...]:
    """Return the claims of decisions that the report lacks, since Label Studio does not have them yet."""
    try:
        claims = unwritten_claims(folder)
    except BadInput as damaged:
        notify(f"{damaged}.")
        return ()
    if claims:
        notify(
            f"The report lacks {counted(len(claims), 'decision')} that Label Studio does not have yet: "
            f"`annotate review` sends {'it' if len(claims) == 1 else 'them'}."
        )
    return claims


def lock_of(workbook: Path) -> Path | None:
    """Return the file by which LibreOffice or Excel says that it has a workbook open, if there is one."""
    locks = (workbook.with_name(f"{begins}{workbook.name}{ends}") for begins, ends in LOCKS)
    return next((lock for lock in locks if workbook.exists() and lock.exists()), None)


def _replace_files(folder: Path, content: Mapping[str, bytes | None], notify: Notify) -> list[Path]:
    """Replace the files of a folder, `LAST` after all others; a file without content is removed.

    A workbook that is open in another program stays as it is: what was typed and not saved yet would be lost
    or written over the new one. It says itself what was written into it, so nothing is mixed up later.
    """
    if lock := lock_of(folder / WORKBOOK):
        notify(
            f"{WORKBOOK} is open in another program and stays as it was: save and close it, then run "
            f"`annotate report` again. If nobody has it open, delete {lock}."
        )
        content = {name: file for name, file in content.items() if name != WORKBOOK}
    for name in content:
        if name.endswith(".csv") and name not in SHEETS:
            keep_resaved(folder / name, notify)
    for name, file in sorted(content.items(), key=lambda item: item[0] == LAST):
        if file is None:
            (folder / name).unlink(missing_ok=True)
        else:
            replace_file(folder / name, file)
    return [folder / name for name, file in content.items() if file is not None]
