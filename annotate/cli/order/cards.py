"""Claims in their order, as `annotate push --dry-run` and `annotate claims --order` print them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from annotate.article import row_of
from annotate.cli import screen_tables
from annotate.cli.screen import data, one_line
from annotate.errors import BadInput

if TYPE_CHECKING:
    from annotate.order import Placed


def ordered(claims: Sequence[Placed]) -> None:
    """Print the claims that a push would send, with place, priority and reason."""
    for claim in claims:
        words, priority = one_line(claim.claim.text), claim.priority
        data(f"{claim.place:5}  {priority.words}  {words} ({priority.reason})\n")


def listed(claims: Iterable[Placed], *, form: str) -> None:
    """Print claims in their order, as table, JSON lines or CSV.

    Raises:
        BadInput: where there is none.
    """
    rows = list(claims)
    if not rows:
        raise BadInput("no claims found: is there body text in it?")
    if form == "table":
        screen_tables.table(_table(rows))
    elif form == "jsonl":
        for each in rows:
            order = {"order": each.place, "order_reason": each.priority.reason}
            data(json.dumps(row_of(each.claim, each.article) | order, ensure_ascii=False) + "\n")
    else:
        from annotate.report import BOM, csv_text
        from annotate.workflows import ordered_frame

        data(BOM + csv_text(ordered_frame(rows)))


def _table(rows: Iterable[Placed]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("order", justify="right", style="dim")
    table.add_column("claim", ratio=1)
    table.add_column("reason", max_width=48)
    table.add_column("suggestion", no_wrap=True)
    for each in rows:
        proposed = each.claim.suggestion
        suggestion = Text.assemble(screen_tables.label_cell(proposed.label)) if proposed else Text()
        table.add_row(
            Text(str(each.place)), Text(one_line(each.claim.text)), Text(each.priority.reason), suggestion
        )
    return table
