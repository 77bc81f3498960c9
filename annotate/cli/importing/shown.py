"""What became of imported labels, in the terminal."""

from __future__ import annotations

from annotate.cli.screen import data, note, one_line
from annotate.errors import BadInput
from annotate.text import counted
from annotate.workflows import ImportResult


def imported(result: ImportResult, *, file: str) -> None:
    """Print what was matched, each span that was not and why, and what was written.

    Raises:
        BadInput: where no span is a claim's.
    """
    matched = result.matched
    total = len(matched.matches) + len(matched.misses)
    data(f"{one_line(file)} ({result.form}): {len(matched.matches)} of {counted(total, 'span')} are claims\n")
    for label, count in matched.ignored.items():
        data(f"  left out by its label: {one_line(label)} ({count})\n")
    for ruling, count in matched.rulings_left_out.items():
        data(f"  ruling left out, which the project does not offer: {one_line(ruling)} ({count})\n")
    for miss in matched.misses:
        words = f": {one_line(miss.words)}" if miss.words else ""
        data(f"  no claim: {one_line(miss.text)}, {one_line(miss.label)}, {one_line(miss.why)}{words}\n")
    if matched.unit:
        note(f"The offsets count {matched.unit}: they were converted, for the words show it.")
    if not matched.matches:
        raise BadInput(
            f"no span of {one_line(file)} is a claim of “{result.title}”: is it the project that its "
            "articles were pushed to? (--project names another)"
        )
    _written(result)


def _written(result: ImportResult) -> None:
    if result.is_new:
        has = "would get" if result.dry_run else "has"
        note(f"“{result.person}” is new in Label Studio and {has} an account with which nobody can log in.")
    if result.dry_run:
        data("dry run: nothing is written\n")
        return
    counts = result.counts
    data(
        f"{counted(counts['written'], 'judgement')} of {one_line(result.person)} written into "
        f"“{one_line(result.title)}”, {counts['before']} there before\n"
    )
    if counts["another"]:
        note(
            f"{counted(counts['another'], 'claim')} left as they are, for {result.person} has another answer "
            "there in Label Studio."
        )
