"""Tables and progress bars in the terminal; `annotate --help` does not need to load them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from annotate.cli.screen import interrupted_at, one_line

PLAIN_WIDTH = 140


def table(rows: Table) -> None:
    """Print a table (stdout), wide where that is no terminal."""
    console = Console(highlight=False, emoji=False)
    (console if console.is_terminal else Console(highlight=False, emoji=False, width=PLAIN_WIDTH)).print(rows)


def suggesters(figures: Iterable[Mapping[str, Any]]) -> Table:
    """Return the figures of suggesters beside each other, as `annotate evaluate --compare` prints them."""
    rows = Table("suggester", box=None, pad_edge=False, header_style="bold")
    names: tuple[str, ...] = ("claims", "agreement", "kappa", "macro F1", "calibration error")
    names += ("unseen", "right of these", "tokens", "cost")
    for name in names:
        rows.add_column(name, justify="right")
    for each in figures:
        shares = (_percent(each["agreement"]), _decimals(each["kappa"]), _percent(each["macro_f1"]))
        unseen = (str(each["unseen"]), str(each["unseen_right"]))
        tokens, cost = (f"{each['tokens']:,}" if each["tokens"] is not None else "–", each["cost"])
        money = "–" if cost is None else f"{cost:,.4f}"
        cells = (str(each["claims"]), *shares, _percent(each["calibration_error"]), *unseen, tokens, money)
        rows.add_row(Text(one_line(each["suggester"])), *cells)
    return rows


def evaluation(figures: Mapping[str, Any]) -> Table:
    """Return the figures of one project, as `annotate evaluate` prints them."""
    cut, sources = figures["cut"], figures["sources"]
    table = Table(
        "", "claims", "right", "precision", "recall", "F", box=None, pad_edge=False, header_style="bold"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("claims as cut", str(cut["judged"]), str(cut["kept"]), *_percents(cut))
    parts = {"suggestions": figures["suggestions"], "suggestions nobody saw": figures["hidden"]}
    for name, part in parts.items():
        if not part["claims"]:
            continue
        macro = _percent(part["macro_f1"])
        table.add_row(name, str(part["claims"]), str(part["right"]), "", "", macro)
        for label, row in part["by_label"].items():
            counts = (str(row["given"]), str(row["right"]))
            table.add_row(Text.assemble("  ", label_cell(label)), *counts, *_percents(row))
    share = _percent(sources["share"])
    table.add_row("sources", str(sources["claims"]), str(sources["right"]), "", share, "")
    return table


def _percents(row: Mapping[str, float | None]) -> tuple[str, ...]:
    return tuple(_percent(row[name]) for name in ("precision", "recall", "f"))


def label_cell(label: str) -> tuple[str, str]:
    """Return a label's name with its colour."""
    from annotate.labels import SPECS

    colours = {spec.name: spec.terminal for spec in SPECS}
    return label, colours[label]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _decimals(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


class _Rate(ProgressColumn):
    """How many per second, recently."""

    def render(self, task: Task) -> Text:
        """Return the rate; nothing before there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def progress_bar(action: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with rate and time left on a terminal; yield a function of (done, total).

    The last word of `action` says what is counted.
    """
    console = Console(stderr=True, emoji=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(action, total=None)
        last = ""

        def count(done: int, total: int) -> None:
            nonlocal last
            last = f"after {done:,} of {total:,} {action.rsplit(maxsplit=1)[-1]}"
            bar.update(task, completed=done, total=total)

        with interrupted_at(lambda: last):
            yield count
