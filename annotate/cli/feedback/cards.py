"""Feedback in the terminal: all annotators as a table, one annotator's differences one below the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from annotate.cli import screen_tables
from annotate.cli.screen import data, note, one_line, visible
from annotate.labels import SPECS
from annotate.report import BOM, Difference, Feedback, csv_text, lead
from annotate.text import counted
from annotate.workflows import FeedbackResult

COLOURS = {spec.name: spec.terminal for spec in SPECS}
AROUND = 160  # characters of the paragraph on either side of a claim
INDENT = 4


def table_as_csv(results: Sequence[FeedbackResult], *, people: bool) -> None:
    """Print the annotators, or else the differences, as CSV, as it is written into exports/."""
    frames = [result.people if people else result.frame for result in results]
    data(BOM + csv_text(pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]))


def all_feedback(results: Sequence[FeedbackResult], *, with_names: bool) -> None:
    """Print one annotator's feedback on each project, with its title where there are several."""
    for number, result in enumerate(results):
        if len(results) > 1:
            data("\n" * bool(number) + f"{one_line(result.title)}\n")
        for each in result.feedback.values():
            feedback(each, with_names=with_names)


def people(result: FeedbackResult) -> None:
    """Print how many claims of each annotator are settled, and on how many the desk agrees."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("annotator")
    for name in ("judged", "settled", "agree", "", "other source", "undecided"):
        table.add_column(name, justify="right")
    for each in result.feedback.values():
        share = f"{each.agree / each.compared:.0%}" if each.compared else "–"
        counts = (each.judged, each.compared, each.agree, share, each.other_source, each.undecided)
        table.add_row(Text(one_line(each.annotator)), *map(str, counts))
    screen_tables.table(table)
    note("annotate feedback NAME shows the differences; --format html writes a page for each.")


def feedback(found: Feedback, *, with_names: bool) -> None:
    """Print one annotator's feedback: how far they agree, then the differences, each kind with its rule."""
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, emoji=False, width=screen_tables.PLAIN_WIDTH)
    console.print(Text(one_line(found.annotator), "bold"))
    console.print(lead(found))
    for group in found.groups:
        console.print()
        console.print(_heading(group))
        for name, question, then in group[0].questions:
            _print(console, Text.assemble((name, "bold"), f" {question} → ", (then, "bold")), by=2)
        for each in group:
            console.print()
            for line in _card(each, with_names=with_names):
                _print(console, line)


def _heading(group: list[Difference]) -> Text:
    first, count = group[0], counted(len(group), "claim")
    desk = (first.desk.words, COLOURS.get(first.desk.label, ""))
    if first.differs == "source":
        return Text.assemble(desk, f" from another source: {count}", style="bold")
    mine = (visible(first.mine.said), COLOURS.get(first.mine.look, ""))
    return Text.assemble("you: ", mine, "   the desk: ", desk, f"   {count}", style="bold")


def _card(difference: Difference, *, with_names: bool) -> list[Text]:
    mine, desk, claim = difference.mine, difference.desk, difference.desk.claim
    before, after = _around(claim.before, claim.after)
    place = f"Claim {claim.position}" if claim.position else "Earlier version"
    lines = [
        Text(one_line(" · ".join(filter(None, (place, claim.section)))), "dim"),
        Text.assemble((before, "dim"), (f"⟦{one_line(claim.text)}⟧", "bold"), (after, "dim")),
    ]
    yours = {"source": mine.source or ("none" if difference.differs == "source" else ""), "note": mine.note}
    theirs = {"source": desk.source, "note": desk.note}
    lines += [_said("you", mine.said, yours), _said("the desk", f"{desk.words}, {desk.by}", theirs)]
    if with_names:
        lines += [_said(other.who, other.said, {"source": other.source}) for other in difference.others]
    return lines


def _said(who: str, label: str, details: dict[str, str]) -> Text:
    more = "".join(f"; {name}: {one_line(words)}" for name, words in details.items() if words)
    return Text.assemble((f"{one_line(who)}: ", "bold"), one_line(label), more)


def _around(before: str, after: str) -> tuple[str, str]:
    """Return the words before and after a claim in one line, cut between words where they are long."""
    before, after = (visible(re.sub(r"\s+", " ", words)) for words in (before, after))
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return before, after


def _print(console: Console, text: Text, *, by: int = INDENT) -> None:
    """Print a text, all of its lines indented."""
    for line in text.wrap(console, console.width - by):
        line.rstrip()
        line.pad_left(by)
        console.print(line)
