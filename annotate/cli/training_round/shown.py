"""Training rounds in the terminal: what was sent, and the results."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from annotate.cli import screen_tables
from annotate.cli.screen import data, note, one_line
from annotate.text import counted
from annotate.training_round import Result
from annotate.workflows import StartedRound, TrainingResults


def started(rounds: Iterable[StartedRound]) -> None:
    """Print where each person's round is."""
    for each in rounds:
        sections = counted(each.sections, "section")
        sent = f"{counted(each.claims, 'claim')} in {sections}" if each.sent else "sent before, unchanged"
        data(f"{one_line(each.name)}: “{one_line(each.title)}”, {sent}: {each.url}\n")
    note("When they are through: annotate train-annotators --results")


def results(found: TrainingResults) -> None:
    """Print the result of each round, and what does not count."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("annotator")
    table.add_column("claims from")
    for name in ("answered", "agree", "95 % interval", "kappa", "s a claim"):
        table.add_column(name, justify="right")
    table.add_column("result")
    for each in found.results:
        table.add_row(*_cells(each))
    screen_tables.table(table)
    for line in (line for each in found.results for line in each.notes):
        note(line)
    note(f"Passed from {found.threshold:.0%} of the claims on (training_pass in annotate.toml).")


def _cells(result: Result) -> tuple[Text, ...]:
    training = result.training
    which = f" (round {training.number})" if training.number > 1 else ""
    share = f"{result.agree} ({result.share:.0%})" if result.share is not None else "–"
    low_high = f"{result.interval[0]:.0%} to {result.interval[1]:.0%}" if result.interval else "–"
    kappa = f"{result.kappa:.2f}" if result.kappa is not None else "–"
    seconds = f"{result.seconds:.1f}" if result.seconds is not None else "–"
    passed = {True: ("passed", "green"), False: ("not passed", "red"), None: ("not finished", "")}
    words = (f"{training.name}{which}", training.source_title, f"{result.answered} of {result.claims}")
    cells = (*map(one_line, words), share, low_high, kappa, seconds)
    return (*map(Text, cells), Text(*passed[result.passed]))
